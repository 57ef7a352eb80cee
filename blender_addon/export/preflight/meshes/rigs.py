"""Findings on armatures and the weights of their skins."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
from numpy.typing import NDArray

from ....bridge.mesh_arrays import mesh_data, weight_table
from ...assets.avatars.skeleton import REQUIRED, humanoid_bones
from ...targets.profiles import profile
from ..finding import ALWAYS, BY_CHOICE, Finding, Kind
from ..survey import Survey

MAX_INFLUENCES = 4
SMALLEST_WEIGHT = 1e-4

KINDS = {
    "no_humanoid": Kind(
        "warning",
        "no bone for {joints}",
        "Engines cannot make a humanoid of it, so that no animation of others fits.",
        "Rename the bones to VRM, Mixamo or Unreal names.",
        in_engine={"vrm": "A VRM file without these bones is not valid."},
        title="missing humanoid bones",
    ),
    "armature_scale": Kind(
        "warning",
        "an armature with a scale",
        "The scale would go onto the root bone.",
        "Apply the scale to bones and keys.",
        repair="apply_armature_scale",
        on_copies=ALWAYS,
        in_engine={"unreal": "In Unreal it breaks physics assets, root motion and retargeting."},
        title="scaled armature",
    ),
    "many_bones": Kind(
        "warning",
        "{number} bones; {limit} are the budget",
        "Phones and headsets pose fewer bones.",
        "Remove bones that move nothing, or merge the ends of chains.",
        title="many bones",
    ),
    "many_influences": Kind(
        "warning",
        "{number} vertices with more than four bones",
        "Engines take four, and drop the rest as they like.",
        "Keep the strongest four.",
        repair="limit_influences",
        on_copies=ALWAYS,
        title="more than four bones",
    ),
    "uneven_weights": Kind(
        "warning",
        "{number} vertices whose weights do not add up to 1",
        "Blender evens them out on the fly, engines do not.",
        "Normalize the weights.",
        repair="limit_influences",
        on_copies=ALWAYS,
        title="weights not summing to 1",
    ),
    "no_weights": Kind(
        "error",
        "{number} vertices without a bone",
        "They stay behind when the avatar moves.",
        "Give them the weights of their nearest neighbors.",
        repair="assign_weights",
        on_copies=BY_CHOICE,
        title="vertices without a bone",
    ),
}


def check(survey: Survey, armature: bpy.types.Object) -> Iterator[Finding]:
    """Checks bones and scale of an armature."""
    missing = sorted(set(REQUIRED) - humanoid_bones(armature).keys())
    if missing:
        yield from survey.found("no_humanoid", armature, joints=", ".join(missing))
    if not np.allclose(armature.matrix_world.to_scale()[:], 1, atol=1e-4):
        yield from survey.found("armature_scale", armature)
    number = sum(bone.use_deform for bone in armature.data.bones)
    over = [target for target in survey.targets if 0 < profile(target).limits.bones < number]
    if over:
        limit = min(profile(target).limits.bones for target in over)
        yield from survey.found("many_bones", armature, over, number=number, limit=limit)


def check_skin(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding | None]:
    """Checks weights of a skinned mesh; yields ``None`` where it may pause."""
    if not survey.first("weights", obj.data):
        return
    counts, sums = weight_sums(obj, (yield from weight_table(mesh_data(obj), None)))
    for kind, concerned in (
        ("many_influences", counts > MAX_INFLUENCES),
        ("uneven_weights", (counts > 0) & (np.abs(sums - 1) > 1e-3)),
        ("no_weights", counts == 0),
    ):
        if concerned.any():
            yield from survey.found(kind, obj, number=int(concerned.sum()))


def bone_groups(obj: bpy.types.Object) -> set[int]:
    """Indices of the vertex groups that are deforming bones; others are masks or used by modifiers."""
    armatures = [
        modifier.object for modifier in obj.modifiers if modifier.type == "ARMATURE" and modifier.object is not None
    ]
    if obj.parent_type == "ARMATURE" and obj.parent is not None and obj.parent.type == "ARMATURE":
        armatures.append(obj.parent)
    names = {bone.name for armature in armatures for bone in armature.data.bones if bone.use_deform}
    return {group.index for group in obj.vertex_groups if group.name in names}


def weight_sums(obj: bpy.types.Object, table: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The number of bones of each vertex (V,), and the sum of their weights (V,).

    Args:
        table: (N, 3) from :func:`~blender_addon.bridge.mesh_arrays.weight_table`.
    """
    held = table[np.isin(table[:, 1], list(bone_groups(obj))) & (table[:, 2] > SMALLEST_WEIGHT)]
    vertices, count = held[:, 0].astype(np.int64), len(obj.data.vertices)
    return np.bincount(vertices, minlength=count), np.bincount(vertices, held[:, 2], count).astype(np.float64)
