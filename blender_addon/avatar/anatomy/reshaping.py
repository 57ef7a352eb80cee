"""Reshapes an anatomical avatar to other traits: body, eyes, garments, hair and bones move together.

A :class:`Reshaping` is read once and then moves everything in milliseconds, at each change of a slider: what is worn
follows the nearest skin. Once the slider rests, garments are draped anew and every shape key follows.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.helpers import nearest_of

from ...bridge.data.single_user import ensure_editable, make_single_user
from ...bridge.jobs.steps import InThread, Progress
from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.state.edit_mode import edited_bones
from ..own_data import own_mesh
from ..rig.twist import lay_twist_bones, twist_bones
from ..wardrobe.fitting import Dressed, on_canvas
from ..wardrobe.objects import putting_on, worn_garments
from .building import body_of, eyes_of
from .meshes import move_points, moving_points, resetting_shapes
from .person import Figure, expressions, expressions_of, store_body, stored_body

_AROUND = 0.05
"""Meters around a mesh within which the skin lies that it goes with."""


_Follows = Callable[[NDArray[np.floating]], NDArray[np.floating]]
"""From the shift of the body's vertices (N, 3) to that of a mesh that goes with them."""


@dataclass(frozen=True)
class Reading:
    """The state that a :class:`Reshaping` starts from, read from an avatar in milliseconds.

    Attributes:
        objects: body, eyes, and what follows the skin, by ``session_uid``. skin: uid of the body.
        eyes: side -> uid.
        garments: name -> uid. hairs: uids of hair and beard. points: (V, 3) vertices of each object by uid.
    """

    armature: bpy.types.Object
    body: bpy.types.Object
    traits: BodyTraits
    objects: dict[int, bpy.types.Object]
    skin: int
    eyes: dict[str, int]
    garments: dict[str, int]
    hairs: tuple[int, ...]
    points: dict[int, NDArray[np.floating]]

    @classmethod
    def of(cls, armature: bpy.types.Object, hairs: Sequence[bpy.types.Object]) -> Reading | None:
        """``None`` for an avatar without an anatomical body, or whose body was edited since it was made.

        Args:
            hairs: hair and beard, which follow the nearest skin.
        """
        traits, body = stored_body(armature), body_of(armature)
        if traits is None or body is None:
            return None
        eyes, garments = eyes_of(armature), worn_garments(armature)
        objects = {obj.session_uid: obj for obj in (body, *eyes.values(), *garments.values(), *hairs)}
        return cls(
            armature,
            body,
            traits,
            objects,
            body.session_uid,
            {side: ball.session_uid for side, ball in eyes.items()},
            {name: obj.session_uid for name, obj in garments.items()},
            tuple(hair.session_uid for hair in hairs),
            {uid: positions(mesh_data(obj)) for uid, obj in objects.items()},
        )

    def is_like(self, other: Reading) -> bool:
        """Whether the other was read from the same avatar in the same state."""
        mine, others = ((item.traits, item.skin, item.eyes, item.garments, item.hairs) for item in (self, other))
        return mine == others and all(np.array_equal(self.points[uid], other.points[uid]) for uid in self.points)

    def beginning(self) -> Beginning:
        """How all of it follows the body; may be called from any thread."""
        first = Figure.of(self.traits)
        first = first.on_soles(_soles(self.points[self.skin], first))
        follows: dict[int, _Follows] = {}
        for name, uid in self.garments.items():
            cut = on_canvas(name).garment
            was_edited = len(self.points[uid]) != len(cut.points)
            follows[uid] = _next_to_skin(self.points[uid], first) if was_edited else cut.follows
        follows |= {uid: _next_to_skin(self.points[uid], first) for uid in self.hairs}
        return Beginning(first, follows)


@dataclass(frozen=True)
class Beginning:
    """The figure of an avatar that was read, and how each mesh follows it, by ``session_uid``."""

    first: Figure
    follows: dict[int, _Follows]


@dataclass(frozen=True)
class Reshaping:
    """An avatar as it was when its traits began to change."""

    read: Reading
    begun: Beginning

    @classmethod
    def at(cls, read: Reading, begun: Beginning) -> Reshaping:
        """The reshaping of an avatar that was read and has not changed since.

        Raises:
            InputError: it is linked from another file.
        """
        for obj in (read.armature, *read.objects.values()):
            ensure_editable(obj)
        for obj in read.objects.values():
            own_mesh(obj)
        return cls(read, begun)

    @property
    def armature(self) -> bpy.types.Object:
        return self.read.armature

    @property
    def body(self) -> bpy.types.Object:
        return self.read.body

    @property
    def first(self) -> Figure:
        """The avatar before it changed."""
        return self.begun.first

    def move(self, traits: BodyTraits) -> Figure:
        """Moves all but the bones to ``traits``, which are stored on the avatar; the height of its soles stays."""
        return self.move_to(Figure.of(traits).on_soles(self.first.soles))

    def move_to(self, figure: Figure) -> Figure:
        """Moves all but the bones to a figure, whose traits are stored on the avatar."""
        for _ in self.moving_to(figure):
            pass
        return figure

    def moving_to(self, figure: Figure) -> Iterator[bpy.types.Object]:
        """As :meth:`move_to`, one object per step; yields the object that moves."""
        store_body(self.armature, figure.person.traits)
        for _ in moving_points(mesh_data(self.body), figure.vertices, later=expressions()):
            yield self.body
        yield self.body
        for side, uid in self.read.eyes.items():
            before, now = self.first.eye(side), figure.eye(side)
            scaled = (self.read.points[uid] - before.center) * (now.radius / before.radius) + now.center
            move_points(mesh_data(self.read.objects[uid]), scaled)
            yield self.read.objects[uid]
        count = figure.person.data.vertex_count
        shift = figure.rest.rows[:count] - self.first.rest.rows[:count]
        for uid, follows in self.begun.follows.items():
            for _ in moving_points(mesh_data(self.read.objects[uid]), self.read.points[uid] + follows(shift)):
                yield self.read.objects[uid]
            yield self.read.objects[uid]

    def settling(
        self, context: bpy.types.Context, clothes: Dressed
    ) -> Generator[Progress | InThread, Any, list[bpy.types.Object]]:
        """Updates what waits until the slider rests: all shape keys, and the draping of garments on the figure.

        Returns:
            new garments, which have no material yet.
        """
        traits = stored_body(self.armature) or self.first.person.traits
        shapes = yield InThread(lambda: expressions_of(body_model().person(traits)))
        progress = Progress(1, 1, "Putting on the clothes")
        yield from resetting_shapes(mesh_data(self.body), shapes, progress)
        yield progress
        return (yield from putting_on(context, self.armature, clothes))


def soles_of(body: bpy.types.Object, figure: Figure) -> float:
    """Height of the body above the ground in meters, due to the soles of its shoes; edited bodies keep it."""
    return _soles(positions(mesh_data(body)), figure)


def _soles(body: NDArray[np.floating], figure: Figure) -> float:
    """As :func:`soles_of`, of the points (V, 3) of the body's mesh."""
    return max(round(float(np.median(body[:, 2] - figure.vertices[:, 2])), 5), 0.0)


def _next_to_skin(points: NDArray[np.floating], figure: Figure) -> _Follows:
    """Binds each of ``points`` (V, 3) to the nearest vertex of the skin."""
    skin = figure.person.data.used("skin")
    places = figure.rest.rows[skin]
    near = ((places > points.min(axis=0) - _AROUND) & (places < points.max(axis=0) + _AROUND)).all(axis=1)
    if near.any():
        skin = skin[near]
    nearest = skin[nearest_of(points, figure.rest.rows[skin])]
    return lambda shift: shift[nearest]


def place_bones(context: bpy.types.Context, armature: bpy.types.Object, figure: Figure) -> bool:
    """Moves the rest positions of the bones to the joints of a figure.

    Returns:
        Whether it succeeded: the armature has to be in the view layer, and Blender in Object Mode.
    """
    layer = context.view_layer
    if context.mode != "OBJECT" or armature not in layer.objects.values():
        return False
    make_single_user(armature)
    former, hidden, twists = layer.objects.active, armature.hide_get(), twist_bones(armature)
    armature.hide_set(False)
    try:
        with edited_bones(layer, armature) as edited:
            for bone in figure.rest.bones:
                if bone.name in edited:
                    edited_bone = edited[bone.name]
                    roll = edited_bone.roll
                    edited_bone.head, edited_bone.tail, edited_bone.roll = bone.head.tolist(), bone.tail.tolist(), roll
            lay_twist_bones(edited, twists)
    finally:
        armature.hide_set(hidden)
        layer.objects.active = former
    return True
