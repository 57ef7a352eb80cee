"""Springs on an artist's own character: its own chains of bones swing, none is added and no weight changes."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ml_core.errors import InputError
from ml_core.geometry.humanoid.bone_names import REQUIRED_BONES
from ml_core.geometry.springs.found import CLOTH, EARS, HAIR, HIT_RADIUS, KINDS, SKIRT, TAIL, HangingChains

from ...bridge.data.stored_values import stored_text
from ...bridge.vrm import rig_joints, vrm_data
from ...bridge.vrm.addon_data import addon_data
from ...bridge.vrm.by_structure import bone_tree
from ...bridge.vrm.stored import stored_data
from .poses import joint_bones
from .secondary import Secondary

FOUND_KEY = "atelier_spring_found"
"""Custom property of an artist's own bone that swings since :func:`keep_found_springs`: the name of its chain."""
FOUND_SWINGS: dict[str, dict[str, float]] = {
    HAIR: {"stiffness": 1.2, "gravityPower": 0.15, "dragForce": 0.4},
    EARS: {"stiffness": 2.5, "gravityPower": 0.0, "dragForce": 0.4},
    TAIL: {"stiffness": 1.0, "gravityPower": 0.05, "dragForce": 0.4},
    SKIRT: {"stiffness": 1.6, "gravityPower": 0.25, "dragForce": 0.5},
    CLOTH: {"stiffness": 1.4, "gravityPower": 0.25, "dragForce": 0.5},
}
"""How chains swing, in VRM's terms, by their kind."""


def own_springs(armature: bpy.types.Object) -> int:
    """The number of springs that a character has from its own file or from the VRM add-on."""
    data = vrm_data(armature)
    return len(data.blocks.get("springs", [])) if data is not None and not found_bones(armature) else 0


def found_bones(armature: bpy.types.Object) -> list[str]:
    """The bones that :func:`keep_found_springs` made swing."""
    return [bone.name for bone in armature.data.bones if stored_text(bone, FOUND_KEY)]


def chains_of(armature: bpy.types.Object) -> HangingChains:
    """What hangs free on a character, perhaps nothing.

    Raises:
        InputError: it is not a humanoid, or the VRM add-on keeps its data.
    """
    joints = joint_bones(armature, REQUIRED_BONES)
    if stored_data(armature) is None and addon_data(armature) is not None:
        raise InputError("{name}: the VRM add-on keeps its VRM data; set its springs up there", name=armature.name)
    return HangingChains(bone_tree(armature), joints)


def hanging(armature: bpy.types.Object) -> HangingChains:
    """What hangs free on a character, as :func:`chains_of`.

    Raises:
        InputError: nothing does.
    """
    chains = chains_of(armature)
    if not chains.chains:
        raise InputError(
            "{name}: neither loose hair nor a chain of bones hangs free on it; give skirt, tail or ears two bones "
            "each, with weights",
            name=armature.name,
        )
    return chains


def keep_found_springs(armature: bpy.types.Object, chains: HangingChains) -> dict[str, Any]:
    """Lets the chains of a character swing, in place of those found before.

    Returns:
        ``chains``, ``bones`` and ``colliders``, their numbers, and ``kinds``: kind -> how many chains.
    """
    forget_found_springs(armature)
    bones = armature.data.bones
    back = chains.turn.T
    colliders, joint_of = [], rig_joints(armature).joints
    for item in chains.colliders():
        bone = joint_of[item.bone]
        start, end = (_inside(bones[bone], back @ place) for place in (item.start, item.end))
        ends = {"offset": start, "radius": round(item.radius, 6)}
        is_ball = np.allclose(item.start, item.end)
        shape = {"sphere": ends} if is_ball else {"capsule": {**ends, "tail": end}}
        colliders.append({"node": bone, "shape": shape})
    down = [round(float(value), 6) for value in back @ np.array([0.0, 0.0, -1.0])]
    numbers = {name: number for number, name in enumerate(chains.tree.names)}
    counts = dict.fromkeys(KINDS, 0)
    springs = []
    for chain in chains.chains:
        counts[chain.kind] += 1
        name = f"{chain.kind}_{counts[chain.kind]}"
        swing = {**FOUND_SWINGS[chain.kind], "hitRadius": round(HIT_RADIUS * chains.height, 6), "gravityDir": down}
        joints: list[dict[str, Any]] = [{"node": bone, **swing} for bone in chain.bones]
        last = chain.bones[-1]
        joints.append({"node": last, "tail": _inside(bones[last], back @ chains.tip(numbers[last])), **swing})
        springs.append({"name": name, "joints": joints, **({"colliderGroups": [0]} if colliders else {})})
        for bone in chain.bones:
            bones[bone][FOUND_KEY] = name
    groups = [{"name": "Body", "colliders": list(range(len(colliders)))}] if colliders else []
    Secondary.of(armature).keep_springs({"colliders": colliders, "colliderGroups": groups, "springs": springs})
    return {
        "chains": len(springs),
        "bones": sum(len(chain.bones) for chain in chains.chains),
        "colliders": len(colliders),
        "kinds": {kind: count for kind, count in counts.items() if count},
    }


def forget_found_springs(armature: bpy.types.Object) -> list[str]:
    """Removes the springs of :func:`keep_found_springs`; the bones stay. Returns the names of the chains."""
    names = []
    for bone in found_bones(armature):
        names.append(stored_text(armature.data.bones[bone], FOUND_KEY))
        del armature.data.bones[bone][FOUND_KEY]
    if names:
        Secondary.of(armature).keep_springs({})
    return list(dict.fromkeys(names))


def _inside(bone: bpy.types.Bone, place: np.ndarray) -> list[float]:
    """Converts a position from the armature's space to a bone's."""
    return [round(value, 6) for value in bone.matrix_local.inverted() @ Vector(place.tolist())]
