"""Steps of a command that let people move: plans of motions with objects of the scene as targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.commands import SceneCommand
from ml_core.vocabulary.motion.steps import MotionStep, parse_steps

from ..avatar.acting import acting
from ..scene.editing.things import things_of
from ..translations.registry import formatted


def act(
    context: bpy.types.Context,
    step: SceneCommand,
    armatures: Sequence[bpy.types.Object],
    targets: Sequence[Sequence[bpy.types.Object]],
) -> dict[str, Any]:
    """Let each armature act the plan of a step; several do so in different variations.

    Args:
        targets: the objects that each of the step's anchors refers to.

    Raises:
        InputError: a target is missing or ambiguous, or the plan cannot be acted; then nothing is changed.
    """
    start = context.scene.frame_current
    plan = _plan(step, targets)
    strips: dict[str, Any] = {}
    for number, armature in enumerate(armatures):
        facts = acting.act(context, armature, plan, start=start, variation=number)
        strips[armature.name] = facts["strips"]
    names = [armature.name for armature in armatures]
    text = formatted("{name} acts {number} steps.", name=", ".join(names[:5]), number=len(plan))
    return {"objects": names, "plan": "; ".join(item.text for item in plan), "strips": strips, "text": text}


def _plan(step: SceneCommand, targets: Sequence[Sequence[bpy.types.Object]]) -> list[MotionStep]:
    """The steps of the text, with each target replaced by its object."""
    left = iter(zip(step.anchors, targets, strict=True))
    plan: list[MotionStep] = []
    for item in parse_steps(step.text.split(";")):
        if item.target is not None:
            anchor, objects = next(left)
            things = things_of(objects)
            if len(things) != 1:
                names = ", ".join(thing.root.name for thing in things[:5])
                raise InputError(
                    "{number} objects could be meant ({names}); say all of them, or name one",
                    number=len(things), names=names or str(anchor),
                )  # fmt: skip
            item = replace(item, target=things[0].root.name)
        plan.append(item)
    return plan
