"""Optional bones of an avatar beside its humanoid ones, and their updates with its body and clothes."""

from __future__ import annotations

from collections.abc import Collection, Generator
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.avatar.extra_bones import EXTRA_BONES

from ...bridge.jobs.steps import InThread, Progress, run_to_end
from .physics import adding_physics, physics_of, remove_physics
from .springs import adding_springs, has_something_to_swing, removing_springs, spring_bones
from .twist import adding_twist_bones, sharing_weights


def adding_extra_bones(
    context: bpy.types.Context, armature: bpy.types.Object, wanted: Collection[str]
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Adds kinds of bones to an avatar, springs only where something hangs freely; returns what was added, by kind.

    Args:
        wanted: of :data:`ml_core.vocabulary.avatar.extra_bones.EXTRA_BONES`.

    Raises:
        InputError: there is no such kind, or the avatar does not support it.
    """
    if unknown := [kind for kind in wanted if kind not in EXTRA_BONES]:
        raise InputError(
            "extra bones: {unknown} not known; known are {known}",
            unknown=", ".join(unknown),
            known=", ".join(EXTRA_BONES),
        )
    facts: dict[str, Any] = {}
    if "twist" in wanted:
        facts["twist"] = yield from adding_twist_bones(context, armature)
    if {"springs", "physics"} & set(wanted) and (yield from has_something_to_swing(armature)):
        facts["springs"] = yield from adding_springs(context, armature)
        if "physics" in wanted:
            facts["physics"] = yield from adding_physics(context, armature)
    return facts


def removing_all_springs(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, list[str]]:
    """Removes springs and their physics setup; returns the names of the chains."""
    remove_physics(armature)
    return (yield from removing_springs(context, armature))


def refresh_extra_bones(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """As :func:`refreshing_extra_bones`, run to its end."""
    run_to_end(refreshing_extra_bones(context, armature))


def refreshing_extra_bones(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, None]:
    """Refits the extra bones of an avatar to its body, hair and garments, after these have changed."""
    if context.mode != "OBJECT" or armature.name not in context.view_layer.objects:
        return
    yield from sharing_weights(armature)
    if spring_bones(armature):
        has_physics = bool(physics_of(armature))
        yield from removing_all_springs(context, armature)
        yield from adding_extra_bones(context, armature, ["physics" if has_physics else "springs"])
