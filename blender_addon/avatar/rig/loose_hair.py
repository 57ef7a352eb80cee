"""Hair of an artist's own character that is a mesh without bones of its own: bones are laid through what hangs."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.body.rig import limited
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.springs.chains import Chains, hair_chains, hair_freedom
from ml_core.geometry.springs.found import HangingChains

from ...bridge.data.stored_values import stored_text
from ...bridge.jobs.steps import Progress
from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.state.edit_mode import edited_bones
from ...bridge.vertex_weights import LEAST, setting_weights, weights_of
from ..face.reading import character_meshes, read_head
from .twist import ADDING

LOOSE_KEY = "atelier_loose_hair"
"""Custom property of a bone that :func:`laying_hair` added: the name of its chain."""
_NAME = "Loose_Hair"
_HEIGHT = 1.75
"""Meters of the person whose hair :mod:`ml_core.geometry.springs.chains` measures; others are scaled to it."""
_HANGS_BELOW, _OVER = 0.7, 0.3
"""Share of the head's height from its lowest point below which hair hangs, and over which it comes to do so: brims of
hats and buns stay."""
_HEAD = PARTS.index("head")
_ALL_BUT = 0.02
"""Sum of the weights of other bones below which a vertex has gone with chains alone."""


@dataclass(frozen=True)
class LooseHair:
    """``chains`` in meters of a person of :data:`_HEIGHT`, and mesh -> how free each of its vertices (V,) hangs."""

    chains: Chains
    meshes: Mapping[str, NDArray[np.floating]]
    points: Mapping[str, NDArray[np.floating]]


def loose_hair(armature: bpy.types.Object, chains: HangingChains) -> LooseHair | None:
    """The hair of a character that hangs and moves with its head alone; ``None`` where there is none.

    Args:
        chains: of the armature, which say how it stands and how tall it is.
    """
    if chains.height <= 0:
        return None
    try:
        head = read_head(armature)
    except InputError:  # none of its meshes shows a head
        return None
    scale = _HEIGHT / chains.height
    placed = {item.obj.name: _rest(armature, item.obj) @ chains.turn.T * scale for item in head.meshes}
    loose: dict[str, NDArray[np.bool_]] = {}
    skulls = []
    balls = [number for side in head.eyes.values() for number in side]
    for item in head.meshes:
        piece, on_head = head.piece[item.rows], item.skin.part_weights[:, _HEAD] > 0.5
        if len(piece) != len(placed[item.obj.name]):
            return None
        skulls.append(placed[item.obj.name][(piece == head.face) & on_head])
        loose[item.obj.name] = (piece != head.face) & ~np.isin(piece, balls) & on_head
    skull = np.concatenate(skulls)
    if not len(skull):
        return None
    low, size = float(skull[:, 2].min()), float(np.ptp(skull[:, 2]))
    freedom = {}
    for name, mask in loose.items():
        points = placed[name]
        hangs = smoothstep((low + _HANGS_BELOW * size - points[:, 2]) / (_OVER * size))
        freedom[name] = np.where(mask, hair_freedom(points, skull) * hangs, 0.0)
    points, free = np.concatenate(list(placed.values())), np.concatenate(list(freedom.values()))
    laid = hair_chains(points[free > 0], free[free > 0], skull, tails=False) if (free > 0).any() else None
    if laid is None:
        return None
    names = [replace(chain, name=f"{_NAME}_{number}") for number, chain in enumerate(laid.chains, 1)]
    return LooseHair(replace(laid, chains=tuple(names)), freedom, placed)


def laying_hair(
    context: bpy.types.Context, armature: bpy.types.Object, hair: LooseHair, stance: HangingChains, head: str
) -> Generator[Progress, Any, None]:
    """Adds the bones of ``hair`` as children of the bone ``head``, and lets its meshes go with them."""
    scale = stance.height / _HEIGHT
    with edited_bones(context.view_layer, armature) as edited:
        for chain in hair.chains.chains:
            joints = chain.joints @ stance.turn * scale
            parent = edited[head]
            for number, name in enumerate(chain.bones):
                bone = edited.new(name)
                bone.head, bone.tail = joints[number].tolist(), joints[number + 1].tolist()
                bone.parent, bone.use_connect = parent, number > 0
                parent = bone
    for chain in hair.chains.chains:
        for name in chain.bones:
            armature.data.bones[name][LOOSE_KEY] = chain.name
    springs = hair.chains.bones
    for name, freedom in hair.meshes.items():
        rows = np.flatnonzero(freedom > LEAST)
        if not len(rows):
            continue
        yield ADDING
        obj = bpy.data.objects[name]
        others = _other_groups(armature, obj)
        share = freedom[rows, None].astype(np.float32)
        kept = weights_of(obj, others)[rows] * (1 - share)
        free = hair.chains.weights(hair.points[name][rows]) * share
        weights = limited(np.concatenate([kept, free], axis=1))
        yield from setting_weights(obj, [*others, *springs], weights, rows, ADDING)


def removing_hair(context: bpy.types.Context, armature: bpy.types.Object) -> Generator[Progress, Any, list[str]]:
    """Removes the bones that :func:`laying_hair` added; hair goes with the head again. The names of the chains."""
    gone = {bone.name: stored_text(bone, LOOSE_KEY) for bone in armature.data.bones if stored_text(bone, LOOSE_KEY)}
    if not gone:
        return []
    head = next(item.name for item in armature.data.bones[next(iter(gone))].parent_recursive if item.name not in gone)
    for obj in character_meshes(armature)[1]:
        if not any(name in obj.vertex_groups for name in gone):
            continue
        yield ADDING
        others = [head, *(name for name in _other_groups(armature, obj) if name != head)]
        weights = weights_of(obj, [*others, *gone])
        kept, taken = weights[:, : len(others)], weights[:, len(others) :].sum(axis=1)
        rows = np.flatnonzero(taken > LEAST)
        total = kept[rows].sum(axis=1, keepdims=True)
        given = np.zeros_like(kept[rows])
        given[:, 0] = 1
        weights = np.where(total > _ALL_BUT, kept[rows] / np.maximum(total, 1e-6), given)
        yield from setting_weights(obj, others, weights, rows, ADDING)
        for name in gone:
            if name in obj.vertex_groups:
                obj.vertex_groups.remove(obj.vertex_groups[name])
    with edited_bones(context.view_layer, armature) as edited:
        for name in gone:
            edited.remove(edited[name])
    return list(dict.fromkeys(gone.values()))


def _other_groups(armature: bpy.types.Object, obj: bpy.types.Object) -> list[str]:
    """The groups of a mesh that bones move which were not added here."""
    bones = armature.data.bones
    return [
        group.name
        for group in obj.vertex_groups
        if group.name in bones and not stored_text(bones[group.name], LOOSE_KEY)
    ]


def _rest(armature: bpy.types.Object, obj: bpy.types.Object) -> NDArray[np.float64]:
    """(V, 3) of a mesh at rest, in the armature's space."""
    matrix = np.array(armature.matrix_world.inverted_safe() @ obj.matrix_world)
    return np.asarray(positions(mesh_data(obj)) @ matrix[:3, :3].T + matrix[:3, 3], np.float64)
