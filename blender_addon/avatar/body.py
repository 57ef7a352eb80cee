"""The built-in body as Blender objects: a skinned mesh, eyeballs, and a humanoid armature in T-pose."""

from __future__ import annotations

import json

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body_mesh import BodyMesh, build_body
from ml_core.geometry.body_shape import BodyShape
from ml_core.geometry.body_skin import Bone, body_bones, skin_weights
from ml_core.vocabulary.traits import AvatarTraits

from .eyes import add_eyeball, paint_eyeball
from .humanoid import read_humanoid

SHAPE_KEY = "atelier_shape"
UV_MAP = "UVMap"
DEFAULT_EYE = "#5a4632"


def shape_of(traits: AvatarTraits) -> tuple[BodyShape, float]:
    """The measured shape that the traits ask for, and the factor that brings it to the asked height."""
    presentation = 0.5 if traits.presentation is None else traits.presentation
    build = 0.5 if traits.build is None else traits.build
    shape = BodyShape.load(presentation, build)
    natural = float(shape.points("head", np.array(0.0), np.array(0.0))[2])
    return shape, 1.0 if traits.height is None else traits.height / natural


def create_body(context: bpy.types.Context, traits: AvatarTraits, name: str = "Avatar") -> bpy.types.Object:
    """Adds the built-in body for ``traits`` at the world's origin, facing -Y, feet on the ground.

    Returns:
        The armature object; its children are the body mesh and two eyeballs.
    """
    shape, factor = shape_of(traits)
    mesh = build_body(shape)
    bones = body_bones(shape)
    armature = _add_armature(context, name, bones, factor)
    body = _add_mesh(context, f"{name}_Body", mesh, bones, armature, factor)
    values = {"presentation": traits.presentation, "build": traits.build, "height": traits.height}
    body[SHAPE_KEY] = json.dumps({key: value for key, value in values.items() if value is not None})
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        marks = mesh.head.marks
        centre = marks.eye_centre * np.array([mirror, 1, 1]) * factor
        eyeball = add_eyeball(
            context, f"{name}_Eye_{side[0].upper()}", armature, f"{side}Eye", centre, marks.eye_radius * factor
        )
        paint_eyeball(eyeball, read_humanoid(eyeball), traits.eye or DEFAULT_EYE)
    context.view_layer.objects.active = armature
    for one in context.selected_objects:
        one.select_set(False)
    armature.select_set(True)
    return armature


def _add_armature(context: bpy.types.Context, name: str, bones: list[Bone], factor: float) -> bpy.types.Object:
    data = bpy.data.armatures.new(name)
    armature = bpy.data.objects.new(name, data)
    context.collection.objects.link(armature)
    context.view_layer.objects.active = armature
    with context.temp_override(active_object=armature, object=armature, selected_objects=[armature]):
        bpy.ops.object.mode_set(mode="EDIT")
        for bone in bones:
            added = data.edit_bones.new(bone.name)
            added.head, added.tail = bone.head * factor, bone.tail * factor
            if bone.parent:
                added.parent = data.edit_bones[bone.parent]
                added.use_connect = bool((added.head - added.parent.tail).length < 1e-4)
        bpy.ops.object.mode_set(mode="OBJECT")
    armature.show_in_front = True
    data.display_type = "STICK"
    return armature


def _add_mesh(
    context: bpy.types.Context, name: str, body: BodyMesh, bones: list[Bone], armature: bpy.types.Object, factor: float
) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata((body.vertices * factor).tolist(), [], body.faces.tolist())
    mesh.polygons.foreach_set("material_index", body.slot.astype(np.int32))
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name=UV_MAP)
    layer.data.foreach_set("uv", body.corner_uv.astype(np.float32).ravel())
    obj = bpy.data.objects.new(name, mesh)
    context.collection.objects.link(obj)
    obj.parent = armature
    _add_weights(obj, bones, skin_weights(body, bones))
    obj.modifiers.new("Armature", "ARMATURE").object = armature
    return obj


def _add_weights(obj: bpy.types.Object, bones: list[Bone], weights: NDArray) -> None:
    for column, bone in enumerate(bones):
        group = obj.vertex_groups.new(name=bone.name)
        # Vertices of equal weight go in one call each; rounding to 1/1000 keeps the number of calls low.
        rounded = np.round(weights[:, column], 3)
        for value in np.unique(rounded[rounded > 0]):
            group.add(np.flatnonzero(rounded == value).tolist(), float(value), "REPLACE")
