"""A plan of steps put together as one sequence of clips, in the space of the armature that acts."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.motion.clip import MotionClip, shipped_clips
from ml_core.geometry.motion.fitting import Body
from ml_core.geometry.motion.floor import Floor, find_way
from ml_core.geometry.motion.sequence import Segment, followed, placed, repeated, turned_to, walked
from ml_core.inference.motion.model import shipped_model
from ml_core.vocabulary.motion.motions import MOTIONS, WALKING
from ml_core.vocabulary.motion.steps import SEATED, MotionStep

from ...bridge.jobs.steps import InThread, Pauses, Progress, run_to_end
from ..rig.moving import MOVING
from .surroundings import Seat, find_seat, obstacle_points, reach_of, things, triangles_of

Array = NDArray[np.floating]

_CELL, _MARGIN = 0.1, 2.5
"""Meters of a cell of the floor at a leg of 0.9 m, and of the room around start and goals that a way may use."""
_STEP_HEIGHT, _HEAD = 0.14, 1.75
"""Leg lengths below which a thing is stepped over, and above which one walks under it."""
_NEAR_THING = 0.45
"""Leg lengths that are kept from a thing that is walked to."""
_SIDEWAYS = 0.17
"""Leg lengths from the middle of a body to its chest and back."""
_ON_SEAT = 0.85
"""Share of the thigh that lies on a seat."""
_SHORTEST = 2.4
"""Seconds that a loop is played at least, each time."""


@dataclass
class Stage:
    """Where an avatar acts, and its performance so far; lengths in meters in the armature's space.

    Attributes:
        whole: all clips so far, in leg lengths. seats: height of the seat per frame, NaN without one. obstacles: (N, 2)
            points that block the path; :meth:`looking_around` reads them.
    """

    context: bpy.types.Context
    armature: bpy.types.Object
    body: Body
    ground: float
    whole: MotionClip
    segments: list[Segment] = field(default_factory=list)
    seats: list[float] = field(default_factory=list)
    seat: Seat | None = None
    sits: bool = False
    obstacles: Array | None = None
    variation: int = 0

    @classmethod
    def of(
        cls, context: bpy.types.Context, armature: bpy.types.Object, body: Body, ground: float, variation: int = 0
    ) -> Stage:
        start = shipped_clips()["IDLE"].part(0, 13)
        return cls(context, armature, body, ground, placed(start, 0.0, 0.0, 0.0), variation=variation)

    def clip(self, motion: str) -> MotionClip:
        """A shipped clip, in the requested variation."""
        clip = shipped_clips()[motion]
        return shipped_model().varied(clip, self.variation) if self.variation else clip

    @property
    def leg(self) -> float:
        return self.body.skeleton.leg

    @property
    def place(self) -> Array:
        """(2,) current position of the root."""
        return self.whole.root[-1, :2] * self.leg

    @property
    def heading(self) -> float:
        return float(self.whole.root[-1, 2])

    @property
    def to_space(self) -> Matrix:
        """Converts from the world to the armature's space, with the ground at z = 0."""
        return Matrix.Translation((0, 0, -self.ground)) @ self.armature.matrix_world.inverted_safe()

    def looking_around(self) -> Generator[Progress | InThread, Any, None]:
        """Reads the obstacles, for steps that walk."""
        leg, found = self.leg, [np.zeros((0, 3, 3))]
        pauses = Pauses()
        for corners in triangles_of(self.context, things(self.context, self.armature), self.to_space):
            found.append(corners)
            if pauses.due():
                yield MOVING
        spacing = 0.5 * _CELL * leg / 0.9
        self.obstacles = yield InThread(
            lambda: obstacle_points(np.concatenate(found), _STEP_HEIGHT * leg, _HEAD * leg, spacing)
        )

    def add(self, name: str, clip: MotionClip, seat: float = np.nan) -> None:
        """Appends a clip, which is named in the sequence."""
        before = len(self.whole)
        self.whole = followed(self.whole, clip, self.body.skeleton)
        begin = self.segments[-1].end if self.segments else 0
        # What is blended belongs to the one that comes.
        overlap = before - (len(self.whole) - len(clip))
        if self.segments:
            begin = max(before - overlap, self.segments[-1].start + 1)
            self.segments[-1] = Segment(self.segments[-1].name, self.segments[-1].start, begin)
        self.segments.append(Segment(name, begin, len(self.whole)))
        added = len(self.whole) - len(self.seats)
        self.seats += [seat] * added

    def perform(self, step: MotionStep, later: MotionStep | None) -> None:
        """Adds one step; ``later`` is the step after it.

        Raises:
            InputError: an object is missing, there is no path to it, or nothing to sit on.
        """
        entry = MOTIONS[step.motion]
        if step.motion in SEATED:
            self._sit(step)
            return
        if self.sits and entry.start == "standing":
            self._stand()
        if step.motion in WALKING and (step.target is not None or step.point is not None):
            self._go(step, later)
            return
        clip = self.clip(step.motion)
        self.add(entry.title, _played(clip, step.times))

    def _stand(self) -> None:
        seat = self.seat.height if self.seat is not None else np.nan
        self.add("Stand Up", shipped_clips()["STAND_UP"], seat)
        self.sits = False

    def _turn(self, heading: float) -> None:
        clips = shipped_clips()
        turn = turned_to(
            {name: clips[name] for name in ("TURN_LEFT", "TURN_RIGHT", "TURN_AROUND")}, self.heading, heading
        )
        if turn is not None:
            angle = turn.root[-1, 2] - turn.root[0, 2]
            self.add("Turn Around" if abs(angle) > 2.3 else "Turn Left" if angle > 0 else "Turn Right", turn)

    def _go(self, step: MotionStep, later: MotionStep | None) -> None:
        if step.point is not None:
            place = self.to_space @ Matrix.Translation((*step.point, 0.0))
            self._walk(
                step.motion, np.array([place.translation.x, place.translation.y]), f"{MOTIONS[step.motion].title}"
            )
            return
        target = self._target(step)
        title = f"{MOTIONS[step.motion].title} to {target.name}"
        if later is not None and later.motion in SEATED and later.target in (None, step.target):
            self.seat = self._seat(target)
            self._walk(step.motion, self._before(self.seat), title)
            self._turn(self.seat.heading)
            return
        middle, reach = reach_of(self.context, target, self.to_space)
        self._walk(step.motion, self._beside(middle, reach), title)
        ahead = middle - self.place
        if np.linalg.norm(ahead) > 0.05 * self.leg:
            self._turn(float(np.arctan2(ahead[0], -ahead[1])))

    def _sit(self, step: MotionStep) -> None:
        if step.target is not None:
            seat = self._seat(self._target(step))
            if (
                self.seat is None
                or np.linalg.norm(seat.edge - self.seat.edge) > 0.2 * self.leg
                or not self._is_at(seat)
            ):
                if self.sits:
                    self._stand()
                self.seat = seat
                self._walk("WALK", self._before(seat), f"Walk to {step.target}")
                self._turn(seat.heading)
        if self.seat is None:
            raise InputError(
                "{step}: there is nothing to sit on; write {motion}:OBJECT", step=step.text, motion=step.motion.lower()
            )
        clips, height = shipped_clips(), self.seat.height
        if not self.sits:
            if not self._is_at(self.seat):
                self._walk("WALK", self._before(self.seat), "Walk to the Seat")
                self._turn(self.seat.heading)
            self.add("Sit Down", clips["SIT_DOWN"], height)
            self.sits = True
        loop = "SIT" if step.motion == "SIT_DOWN" else step.motion
        self.add(MOTIONS[loop].title, _played(self.clip(loop), step.times), height)

    def _is_at(self, seat: Seat) -> bool:
        turn = abs((self.heading - seat.heading + np.pi) % (2 * np.pi) - np.pi)
        return self.sits or (bool(np.linalg.norm(self.place - self._before(seat)) < 0.12 * self.leg) and turn < 0.4)

    def _target(self, step: MotionStep) -> bpy.types.Object:
        found = self.context.scene.objects.get(step.target or "")
        if found is None:
            raise InputError("{step}: the scene has no object {target!r}", step=step.text, target=step.target)
        return found

    def _seat(self, target: bpy.types.Object) -> Seat:
        return find_seat(self.context, target, self.to_space, self.leg, self.place)

    def _before(self, seat: Seat) -> Array:
        """(2,) where the root stands before sitting down, so that the thighs end up on the seat."""
        thigh = self.body.skeleton.lengths("left")[0]
        inside = min(_ON_SEAT * thigh, max(seat.depth - 0.5 * self.body.seat_depth, 0.3 * thigh))
        back = shipped_clips()["SIT"].hips[:, 1].mean() * self.leg
        rest = self.body.skeleton.rest
        pelvis = float(np.mean([rest[f"{side}UpperLeg"][1] for side in ("left", "right")]))
        return np.asarray(seat.edge + seat.front * (back + pelvis - inside))

    def _beside(self, middle: Array, reach: float) -> Array:
        """(2,) position next to an object, on the side from which the avatar approaches."""
        away = self.place - middle
        length = float(np.linalg.norm(away))
        if length < 1e-6:
            away, length = np.array([0.0, 1.0]), 1.0
        # From outside inwards, so that one stands as near as the thing itself allows.
        floor = self._floor([middle])
        direction = away / length
        far = reach + 1.2 * self.leg
        steps = np.arange(0.3 * self.leg, far, 0.5 * floor.size)
        free = [d for d in steps if not floor.taken[floor.cell(middle + direction * d)]]
        least = min(free, default=reach + _NEAR_THING * self.leg)
        return np.asarray(middle + direction * min(max(least, _NEAR_THING * self.leg), max(length, least)))

    def _floor(self, goals: list[Array], sideways: bool = False) -> Floor:
        """The walkable floor around these positions; ``sideways`` as when squeezing between a sofa and its table."""
        leg = self.leg
        if self.obstacles is None:
            run_to_end(self.looking_around())
        assert self.obstacles is not None
        width = 0.0 if self.body.trunk is None else float(self.body.trunk.width.max())
        radius = _SIDEWAYS * leg if sideways else float(np.clip(width, 0.2 * leg, 0.34 * leg))
        around = np.array([self.place, *goals])
        margin = _MARGIN * leg / 0.9 + 0.5 * float(np.ptp(around, axis=0).max())
        low, high = around.min(axis=0) - margin, around.max(axis=0) + margin
        return Floor.of(self.obstacles, low, high, _CELL * leg / 0.9, radius, radius + 0.25 * leg)

    def _walk(self, motion: str, goal: Array, title: str) -> None:
        if self.sits:
            self._stand()
        if np.linalg.norm(goal - self.place) < 0.08 * self.leg:
            return
        ways = (find_way(self._floor([goal], sideways), self.place, goal) for sideways in (False, True))
        way = next((item for item in ways if item is not None), None)
        if way is None:
            raise InputError("{step}: there is no way; move what stands in it", step=title)
        ahead = way[1] - way[0]
        self._turn(float(np.arctan2(ahead[0], -ahead[1])))
        way[0] = self.place
        self.add(title, walked(shipped_clips()[motion], way / self.leg, self.heading))


def _played(clip: MotionClip, times: int) -> MotionClip:
    """A clip repeated a number of times; one pass of a loop lasts some seconds."""
    rounds = max(int(np.ceil(_SHORTEST / clip.seconds)), 1) if clip.loops else 1
    return repeated(clip, rounds * times)
