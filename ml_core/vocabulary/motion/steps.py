"""A plan of motions: "wave, then walk to the chair and sit", as typed steps.

As text a step is ``MOTION[:TARGET][*TIMES]``: ``wave``, ``walk:Chair``, ``jog:1.5,-2``, ``clap*3``, ``sit:Chair``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ml_core.errors import InputError
from ml_core.vocabulary.motion.motions import MOTIONS, WALKING

MAX_STEPS, MAX_TIMES, MAX_TARGET = 64, 100, 256
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_POINT = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*")
_STEP = re.compile(r"\s*([A-Za-z][A-Za-z_ -]*?)\s*(?::(.+?))?\s*(?:\*\s*(\d+))?\s*", re.DOTALL)
SEATED = ("SIT", "SIT_TALK", "SIT_DOWN")
"""Steps that end on a seat, which is their target or that of the walk before them."""


@dataclass(frozen=True)
class MotionStep:
    """One step of a plan.

    Attributes:
        motion: id of :data:`~ml_core.vocabulary.motion.motions.MOTIONS`.
        target: name of the object that is walked to or sat on. point: x, y in meters of the world to walk to.
        times: how often a motion is played, one after another.
    """

    motion: str
    target: str | None = None
    point: tuple[float, float] | None = None
    times: int = 1

    def __post_init__(self) -> None:
        if self.motion not in MOTIONS:
            raise InputError(
                "{motion!r} is not a motion; choose one of {motions}", motion=self.motion, motions=", ".join(MOTIONS)
            )
        if (self.target is not None or self.point is not None) and self.motion not in (*WALKING, *SEATED):
            raise InputError(
                "{motion}: takes no target; {motions} do", motion=self.motion, motions=", ".join((*WALKING, *SEATED))
            )
        if self.target is not None and self.point is not None:
            raise InputError("{motion}: give an object or a point, not both", motion=self.motion)
        if self.point is not None and (self.motion in SEATED or not all(map(math.isfinite, self.point))):
            raise InputError("{motion}: cannot go to the point {point}", motion=self.motion, point=self.point)
        if not 1 <= self.times <= MAX_TIMES:
            raise InputError(
                "{motion}: {times} times; give 1 to {most}", motion=self.motion, times=self.times, most=MAX_TIMES
            )

    @property
    def text(self) -> str:
        """The step as :func:`parse_step` reads it."""
        where = self.target if self.target is not None else "{:g},{:g}".format(*self.point) if self.point else ""
        return self.motion.lower() + (f":{where}" if where else "") + (f"*{self.times}" if self.times > 1 else "")


def parse_step(text: str) -> MotionStep:
    """Parse the text of a step.

    Raises:
        InputError: it is not a step, or names no motion.
    """
    match = _STEP.fullmatch(text)
    if match is None or len(text) > MAX_TARGET:
        raise InputError(
            "{text!r} is not a step; write MOTION, MOTION:OBJECT, MOTION:X,Y or MOTION*TIMES", text=text[:80]
        )
    name, where, times = match.groups()
    motion = re.sub(r"[ -]+", "_", name).upper()
    point = _POINT.fullmatch(where) if where else None
    return MotionStep(
        motion,
        where.strip() if where and point is None else None,
        (float(point[1]), float(point[2])) if point else None,
        int(times) if times else 1,
    )


def parse_steps(texts: list[str]) -> list[MotionStep]:
    """A plan from its steps' texts.

    Raises:
        InputError: there is none or too many, or one is not understood.
    """
    if not 1 <= len(texts) <= MAX_STEPS:
        raise InputError("{count} steps; give 1 to {most}", count=len(texts), most=MAX_STEPS)
    return [parse_step(text) for text in texts]
