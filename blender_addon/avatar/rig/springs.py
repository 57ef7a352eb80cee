"""Spring bones: on our own avatars chains through long hair, skirts and coats, with their colliders.

The bones are plain ones, which every target accepts; how they swing is stored as in VRM's SpringBone 1.0.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import bpy
import numpy as np
from mathutils import Vector
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.rig import BONE_NAMES, dense_weights, limited
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.geometry.hair.styles import HANGING, TAILED
from ml_core.geometry.springs.chains import (
    Chain,
    Chains,
    cloth_chains,
    cloth_freedom,
    hair_chains,
    hair_freedom,
)
from ml_core.geometry.springs.colliders import Collider, body_colliders

from ...bridge.jobs.steps import InThread, Progress
from ...bridge.mesh_arrays import mesh_data, positions
from ...bridge.state.edit_mode import edited_bones, settled
from ...bridge.vertex_weights import LEAST, set_weights, setting_weights, weights_of
from ...bridge.vrm import rig_joints
from ..anatomy.building import body_of
from ..anatomy.person import mesh_vertices
from ..body.hair import hair_of, refitting_hair, worn_hair
from ..wardrobe.fitting import on_canvas
from ..wardrobe.objects import worn_garments
from .found_springs import chains_of, forget_found_springs, hanging, keep_found_springs, own_springs
from .loose_hair import laying_hair, loose_hair, removing_hair
from .secondary import Secondary
from .twist import ADDING, sharing_weights, twist_bones

SPRING_KEY = "atelier_spring"
"""Custom property of a bone that :func:`adding_springs` added: the name of its chain."""
COLLECTION = "Springs"
_MANY = ("skirt", "robe")
"""Helpers that garments which may swing are cut from."""
SWINGS: dict[str, dict[str, float]] = {
    "Hair": {"stiffness": 1.2, "gravityPower": 0.15, "dragForce": 0.4, "hitRadius": 0.012},
    "Cloth": {"stiffness": 1.6, "gravityPower": 0.25, "dragForce": 0.5, "hitRadius": 0.02},
}
"""How chains swing, in VRM's terms, by what their names begin with."""


_Laid = list[tuple[Chains, list[tuple[bpy.types.Object, NDArray[np.floating]]]]]
"""Chains, and the meshes that go with each, with how free their vertices hang."""


def spring_bones(armature: bpy.types.Object) -> dict[str, list[str]]:
    """Chain -> its bones, of those that :func:`adding_springs` added."""
    found: dict[str, list[str]] = {}
    for bone in armature.data.bones:
        if isinstance(name := bone.get(SPRING_KEY), str):
            found.setdefault(name, []).append(bone.name)
    return found


def adding_springs(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Lays chains of spring bones through what hangs free on an avatar, in place of those that it has.

    On a character of another make its own chains of bones swing, or chains that are laid through hair without bones;
    those that its file or the VRM add-on lets swing stay as they are.

    Returns:
        ``chains``, ``bones`` and ``colliders``, their numbers; of other makes also ``kinds``, or ``kept``, how many
        springs it has of its own.

    Raises:
        InputError: nothing on it hangs free, or it is not a humanoid; nothing is changed then.
    """
    body, laid = yield from checking_springs(armature)
    yield ADDING
    if body is None:
        if kept := own_springs(armature):
            return {"chains": 0, "bones": 0, "colliders": 0, "kept": kept}
        yield from removing_hair(context, armature)
        return (yield from _finding_springs(context, armature))
    yield from removing_springs(context, armature)
    for chains, _ in laid:
        yield from settled(context)
        _add_bones(context, armature, chains)
    for chains, meshes in laid:
        for obj, freedom in meshes:
            yield ADDING
            yield from _weighing(armature, obj, chains, freedom)
    yield ADDING
    colliders = colliders_of(armature, body)
    Secondary.of(armature).keep_springs(
        _blocks(armature, [chain for chains, _ in laid for chain in chains.chains], colliders)
    )
    return {**{key: sum(len(getattr(chains, key)) for chains, _ in laid) for key in ("chains", "bones")},
            "colliders": len(colliders)}  # fmt: skip


def _finding_springs(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, dict[str, Any]]:
    """Lets what hangs on a character of another make swing; hair without bones gets some first."""
    stance = chains_of(armature)
    if not stance.chains and (hair := loose_hair(armature, stance)) is not None:
        yield from settled(context)
        yield from laying_hair(context, armature, hair, stance, rig_joints(armature).joints["head"])
    return keep_found_springs(armature, hanging(armature))


def removing_springs(
    context: bpy.types.Context, armature: bpy.types.Object
) -> Generator[Progress | InThread, Any, list[str]]:
    """Removes an avatar's spring bones: hair and garments follow its body again. Returns the names of the chains."""
    chains = spring_bones(armature)
    if not chains:
        names = forget_found_springs(armature)
        yield from settled(context)
        yield from removing_hair(context, armature)
        return names
    gone = [bone for bones in chains.values() for bone in bones]
    for name, obj in worn_garments(armature).items():
        if any(bone in obj.vertex_groups for bone in gone):
            yield ADDING
            yield from _weighing_as_made(armature, name, obj, gone)
    yield from sharing_weights(armature)
    hair = hair_of(armature)
    if hair is not None and any(bone in hair.vertex_groups for bone in gone):
        yield from refitting_hair(context, armature)
    yield from settled(context)
    with edited_bones(context.view_layer, armature) as edited:
        for bone in gone:
            edited.remove(edited[bone])
    collection = armature.data.collections.get(COLLECTION)
    if collection is not None:
        armature.data.collections.remove(collection)
    Secondary.of(armature).keep_springs({})
    return list(chains)


def checking_springs(
    armature: bpy.types.Object,
) -> Generator[InThread, Any, tuple[bpy.types.Object | None, _Laid]]:
    """The body of an avatar of ours that can have springs, and the chains that it should have; for a foreign character
    that can, no body and no chains.

    Raises:
        InputError: nothing on it hangs freely, or it is not a humanoid.
    """
    body = body_of(armature)
    if body is None:
        if not own_springs(armature) and loose_hair(armature, chains_of(armature)) is None:
            hanging(armature)
        return None, []
    laid = yield from _laying(armature, body)
    if not laid:
        raise InputError(
            "{name}: nothing swings; give it long hair, a skirt, a dress or a coat first", name=armature.name
        )
    return body, laid


def has_something_to_swing(armature: bpy.types.Object) -> Generator[InThread, Any, bool]:
    """Whether hair or cloth of an avatar hangs freely."""
    body = body_of(armature)
    return body is not None and bool((yield from _laying(armature, body)))


def colliders_of(armature: bpy.types.Object, body: bpy.types.Object) -> list[Collider]:
    """The colliders of the springs, in the armature's space at rest."""
    data = body_model().data
    skin = np.isin(mesh_vertices(), data.used("skin"))
    weights = dense_weights(data)[mesh_vertices()][skin]
    joints = {bone.name: np.array(bone.head_local) for bone in armature.data.bones if bone.name in BONE_NAMES}
    points = _rest_points(armature, body)[skin]
    return body_colliders(points, lambda bone: weights[:, BONE_NAMES.index(bone)], joints)


def _laying(armature: bpy.types.Object, body: bpy.types.Object) -> Generator[InThread, Any, _Laid]:
    """The chains that an avatar should have, and the meshes that follow each, with how freely their vertices hang."""
    found: _Laid = []
    hair, worn = hair_of(armature), worn_hair(armature)
    if hair is not None and worn is not None and worn.style in HANGING:
        head = dense_weights(body_model().data)[mesh_vertices()][:, BONE_NAMES.index("head")] > 0.5
        skull, points = _rest_points(armature, body)[head], _rest_points(armature, hair)
        freedom = yield InThread(lambda: hair_freedom(points, skull))
        tails = worn.style in TAILED
        chains = yield InThread(lambda: hair_chains(points, freedom, skull, tails))
        if chains is not None:
            found.append((chains, [(hair, freedom)]))
    start = min(armature.data.bones[f"{side}UpperLeg"].head_local.z for side in ("left", "right"))
    cloth = [obj for name, obj in worn_garments(armature).items() if BY_NAME[name].mesh in _MANY]
    places = [_rest_points(armature, obj) for obj in cloth]
    hanging = [points for points in places if cloth_chains(points, start) is not None]
    if hanging:
        chains = cloth_chains(np.concatenate(hanging), start)
        assert chains is not None
        found.append((chains, [(obj, cloth_freedom(points, start)) for obj, points in zip(cloth, places, strict=True)]))
    return found


def _rest_points(armature: bpy.types.Object, obj: bpy.types.Object) -> NDArray[np.float64]:
    """(V, 3) of a mesh at rest, in the armature's space."""
    matrix = np.array(armature.matrix_world.inverted_safe() @ obj.matrix_world)
    return np.asarray(positions(mesh_data(obj)) @ matrix[:3, :3].T + matrix[:3, 3], np.float64)


def _add_bones(context: bpy.types.Context, armature: bpy.types.Object, chains: Chains) -> None:
    with edited_bones(context.view_layer, armature) as edited:
        for chain in chains.chains:
            parent = edited[chain.parent]
            for number, name in enumerate(chain.bones):
                bone = edited.new(name)
                bone.head, bone.tail = chain.joints[number].tolist(), chain.joints[number + 1].tolist()
                bone.parent, bone.use_connect = parent, number > 0
                parent = bone
    collection = armature.data.collections.get(COLLECTION) or armature.data.collections.new(COLLECTION)
    for chain in chains.chains:
        for name in chain.bones:
            armature.data.bones[name][SPRING_KEY] = chain.name
            collection.assign(armature.data.bones[name])


def _weighing(
    armature: bpy.types.Object, obj: bpy.types.Object, chains: Chains, freedom: NDArray[np.floating]
) -> Generator[Progress, Any, None]:
    """Gives the bones of chains their weights on a mesh, by how freely each vertex (V,) hangs."""
    rows = np.flatnonzero(freedom > LEAST)
    if not len(rows):
        return
    springs = chains.bones
    others = [
        group.name for group in obj.vertex_groups if group.name in armature.data.bones and group.name not in springs
    ]
    share = freedom[rows, None].astype(np.float32)
    kept = weights_of(obj, others)[rows] * (1 - share)
    free = chains.weights(_rest_points(armature, obj)[rows]) * share
    yield ADDING
    yield from setting_weights(obj, [*others, *springs], limited(np.concatenate([kept, free], axis=1)), rows, ADDING)


def _weighing_as_made(
    armature: bpy.types.Object, name: str, obj: bpy.types.Object, gone: list[str]
) -> Generator[Progress, Any, None]:
    """Restores the original weights of a garment; on an edited one the weights of springs go to the thighs."""
    made = on_canvas(name).garment.weights
    if len(made) == len(obj.data.vertices):
        yield from setting_weights(obj, BONE_NAMES, made, np.arange(len(made)), ADDING)
        gone = [*gone, *twist_bones(armature)]
    else:
        for bone in gone:
            thigh = next(item.name for item in armature.data.bones[bone].parent_recursive if SPRING_KEY not in item)
            both = weights_of(obj, (thigh, bone))
            rows = np.flatnonzero(both[:, 1] > LEAST)
            set_weights(obj, (thigh,), both[rows].sum(axis=1, keepdims=True), rows)
    for bone in gone:
        if bone in obj.vertex_groups:
            obj.vertex_groups.remove(obj.vertex_groups[bone])


def _blocks(armature: bpy.types.Object, chains: list[Chain], colliders: list[Collider]) -> dict[str, list]:
    """Springs and colliders as in VRM, with bone names as their nodes and positions in the spaces of these bones."""
    bones = armature.data.bones

    def inside(bone: str, place: Any) -> list[float]:
        return [round(value, 5) for value in bones[bone].matrix_local.inverted() @ Vector(place)]

    shapes = []
    for item in colliders:
        ends = {"offset": inside(item.bone, item.start), "radius": round(item.radius, 5)}
        is_ball = np.allclose(item.start, item.end)
        shape = {"sphere": ends} if is_ball else {"capsule": {**ends, "tail": inside(item.bone, item.end)}}
        shapes.append({"node": item.bone, "shape": shape})
    springs = []
    for chain in chains:
        swing = SWINGS[chain.name.partition("_")[0]] | {"gravityDir": [0.0, 0.0, -1.0]}
        joints: list[dict[str, Any]] = [{"node": bone, **swing} for bone in chain.bones]
        joints.append({"node": chain.bones[-1], "tail": [0.0, bones[chain.bones[-1]].length, 0.0], **swing})
        springs.append({"name": chain.name, "joints": joints, "colliderGroups": [0]})
    group = {"name": "Body", "colliders": list(range(len(shapes)))}
    return {"colliders": shapes, "colliderGroups": [group], "springs": springs}
