"""Hair on an avatar: a skinned mesh of its own, grown on the head as it is, that follows the traits."""

from __future__ import annotations

import json

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.bone_names import joints_of_bones
from ml_core.geometry.hair import HairMesh, build_hair, hair_strands
from ml_core.geometry.hair_surface import HeadSpace

from .body import SHAPE_KEY
from .body_targets import find_targets
from .humanoid import HAIR_KEY
from .images import plain_name, store_image
from .materials import SkinMaps, skin_material
from .shape_keys import follow_body, has_sliders
from .stored import stored_traits

UV_MAP = "UVMap"
TEXTURE_SIZE = 512
DEFAULT_HAIR = "#3a261a"


def wears_hair(obj: bpy.types.Object) -> bool:
    """Whether the hair is ours to choose: on the built-in body, and where hair of ours was put before."""
    return obj.type == "ARMATURE" and any(SHAPE_KEY in child or HAIR_KEY in child for child in obj.children_recursive)


def hair_of(armature: bpy.types.Object) -> bpy.types.Object | None:
    """The hair object that :func:`wear_hair` made for an armature."""
    return next((child for child in armature.children_recursive if HAIR_KEY in child), None)


def wear_hair(
    context: bpy.types.Context, armature: bpy.types.Object, style: str, color: str, seed: int
) -> bpy.types.Object | None:
    """Puts hair on the head of a humanoid, in place of what :func:`wear_hair` put there before.

    Args:
        style: one of :data:`ml_core.vocabulary.traits.HAIR_STYLES`; "none" takes the hair off.
        color: sRGB hex.

    Returns:
        The hair object, a child of the armature, weighted to its head, neck and chest; ``None`` for "none".

    Raises:
        InputError: no skinned body hangs on the armature, or it has no head bone; nothing is changed then.
    """
    if style == "none":
        take_off(armature)
        return None
    head, to_armature = _head_space(context, armature)
    bones = _bones(armature)
    grown = build_hair(head, style, seed)
    hair = hair_of(armature)
    mesh = _mesh(plain_name(f"{armature.name}_Hair"), grown, to_armature)
    if hair is None:
        hair = bpy.data.objects.new(f"{armature.name}_Hair", mesh)
        for collection in armature.users_collection:
            collection.objects.link(hair)
        hair.parent = armature
        hair.modifiers.new("Armature", "ARMATURE").object = armature
    else:
        former = hair.data
        hair.data = mesh
        mesh.name, former.name = former.name, f"{former.name}.old"
        if not former.users:
            bpy.data.meshes.remove(former)
    _weigh(hair, grown.fall, bones)
    if has_sliders(armature):
        follow_body(hair, armature)
    hair[HAIR_KEY] = json.dumps({"style": style, "seed": seed, "color": color})
    mesh.materials.append(_painted(hair, style, color, seed))
    context.view_layer.update()
    return hair


def take_off(armature: bpy.types.Object) -> None:
    """Removes the hair of an armature with its mesh; its images and material go with the next purge."""
    hair = hair_of(armature)
    if hair is None:
        return
    mesh = hair.data
    bpy.data.objects.remove(hair)
    if not mesh.users:
        bpy.data.meshes.remove(mesh)
    bpy.context.view_layer.update()


def refit_hair(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """Grows the hair of an armature again on the head as it is now: to be called when the body has changed."""
    hair = hair_of(armature)
    if hair is not None:
        facts = json.loads(hair[HAIR_KEY])
        wear_hair(context, armature, facts["style"], facts["color"], facts["seed"])


def follow_hair(context: bpy.types.Context, armature: bpy.types.Object) -> None:
    """Brings the hair to the traits that are stored on an avatar: repainted, grown anew, or left as it is."""
    stored = stored_traits(armature)
    if stored is None or not wears_hair(armature):
        return
    traits, seed = stored
    style, color = traits.hair_style or "none", traits.hair or DEFAULT_HAIR
    hair = hair_of(armature)
    facts = json.loads(hair[HAIR_KEY]) if hair is not None else {"style": "none", "color": color}
    if facts["style"] != style:
        wear_hair(context, armature, style, color, seed)
    elif hair is not None and facts["color"] != color:
        maps = hair_strands(style, facts["seed"], TEXTURE_SIZE).colored(color)
        store_image(f"T_{hair.name}_BC", maps.base_color, color=True, owner=hair)
        hair[HAIR_KEY] = json.dumps({**facts, "color": color})


def _head_space(context: bpy.types.Context, armature: bpy.types.Object) -> tuple[HeadSpace, NDArray[np.float64]]:
    """The head that hair grows on, upright and in metres, and the matrix (4, 4) from there to the armature's space.

    On a body with sliders that is its neutral head, from which the hair follows the sliders as the body does.
    """
    bodies = find_targets(armature).bodies
    body = next((one for one in bodies if one.skin.part_weights[:, 0].max() > 0.5), bodies[0])
    vertices = body.skin.vertices
    if not has_sliders(armature):
        vertices = vertices + _shape_moves(context, body.obj, body.skin.to_world)
    is_measured = len(bodies) == 1 and not has_sliders(armature)
    fit = body.skin.fit() if is_measured else body.fit
    head = HeadSpace.of_mesh(vertices, body.skin.triangles, fit.frames["head"])
    to_armature = np.array(armature.matrix_world.inverted()) @ body.skin.to_world
    return head, to_armature


def _shape_moves(context: bpy.types.Context, body: bpy.types.Object, to_world: NDArray) -> NDArray[np.float64]:
    """(V, 3) by which shape keys that are on, such as sliders, move the mesh from its basis, in the fit's space."""
    mesh = body.data
    if mesh.shape_keys is None:
        return np.zeros((len(mesh.vertices), 3))
    depsgraph = context.evaluated_depsgraph_get()
    values = {key.name: key.value for key in body.evaluated_get(depsgraph).data.shape_keys.key_blocks}
    basis = _points(mesh.shape_keys.reference_key.data)
    moved = np.zeros_like(basis)
    for key in mesh.shape_keys.key_blocks:
        value = values.get(key.name, key.value)
        if key.mute or not value or key == mesh.shape_keys.reference_key:
            continue
        moved += value * (_points(key.data) - _points(key.relative_key.data))
    to_fit = np.linalg.inv(to_world) @ np.array(body.matrix_world)
    return moved @ to_fit[:3, :3].T


def _points(data: bpy.types.bpy_prop_collection) -> NDArray[np.float64]:
    values = np.empty(len(data) * 3, np.float32)
    data.foreach_get("co", values)
    return values.reshape(-1, 3).astype(np.float64)


def _bones(armature: bpy.types.Object) -> tuple[str, str, str]:
    """Names of the bones that carry hair: head, neck, chest; the nearest there is where one is missing."""
    joints = joints_of_bones([bone.name for bone in armature.data.bones])
    if "head" not in joints:
        raise InputError(f"{armature.name}: has no head bone; rename the bone of the head to head")
    neck = joints.get("neck", joints["head"])
    chest = next((joints[name] for name in ("upperChest", "chest", "spine") if name in joints), neck)
    return joints["head"], neck, chest


def _mesh(name: str, grown: HairMesh, to_armature: NDArray) -> bpy.types.Mesh:
    vertices = grown.vertices @ to_armature[:3, :3].T + to_armature[:3, 3]
    mesh = bpy.data.meshes.new(name)
    kept = np.ones(grown.faces.shape, bool)
    kept[:, 3] = grown.faces[:, 3] != grown.faces[:, 2]
    mesh.from_pydata(vertices.tolist(), [], [face[keep].tolist() for face, keep in zip(grown.faces, kept, strict=True)])
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name=UV_MAP)
    layer.data.foreach_set("uv", grown.corner_uv[kept].astype(np.float32).ravel())
    return mesh


def _weigh(hair: bpy.types.Object, fall: NDArray, bones: tuple[str, str, str]) -> None:
    """Head on the skull, over the neck to the chest as the hair falls."""
    hair.vertex_groups.clear()
    shares = (np.clip(1 - 2 * fall, 0, 1), 1 - np.abs(2 * fall - 1), np.clip(2 * fall - 1, 0, 1))
    total: dict[str, NDArray] = {}
    for bone, share in zip(bones, shares, strict=True):
        total[bone] = total.get(bone, 0) + share
    for bone, share in total.items():
        group = hair.vertex_groups.new(name=bone)
        rounded = np.round(share, 2)
        for value in np.unique(rounded[rounded > 0]):
            group.add(np.flatnonzero(rounded == value).tolist(), float(value), "REPLACE")


def _painted(hair: bpy.types.Object, style: str, color: str, seed: int) -> bpy.types.Material:
    maps = hair_strands(style, seed, TEXTURE_SIZE).colored(color)
    pictures = {"BC": maps.base_color, "N": maps.normal, "R": maps.roughness, "AO": maps.occlusion}
    images = {
        kind: store_image(f"T_{hair.name}_{kind}", pixels, color=kind == "BC", owner=hair)
        for kind, pixels in pictures.items()
    }
    maps_of_hair = SkinMaps(images["BC"], images["N"], images["R"], images["AO"])
    return skin_material(hair, 0, UV_MAP, maps_of_hair, subsurface=0.0)
