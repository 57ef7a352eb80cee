"""Applies the scale of objects to their data; every point of the scene stays where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from ml_core.errors import InputError

from ...bridge.mesh_arrays import mesh_data

_PLACE = {"location", "scale", "rotation_euler", "rotation_quaternion", "rotation_axis_angle"}
# What these do does not depend on the object's scale.
_FREE = {"ARMATURE", "SUBSURF", "TRIANGULATE", "WEIGHTED_NORMAL", "EDGE_SPLIT", "DECIMATE", "MIRROR", "UV_PROJECT"}
# Lengths in the object's own units, which grow with an even scale.
_LENGTHS = {"BEVEL": "width", "SOLIDIFY": "thickness", "WELD": "merge_threshold", "WIREFRAME": "thickness"}


def apply_scale(context: bpy.types.Context, obj: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Applies the visible scale, including that of parents, to the mesh; the faces of a mirrored mesh are flipped.

    Objects that share the mesh and have the same scale keep sharing it; the others keep the mesh as it was.

    Raises:
        InputError: scale is animated or constrained, or modifiers measure in the object's own units.
    """
    bake = _bake(obj)
    _refuse_animated(obj)
    _scale_modifiers(obj, bake, only_check=True)
    users = [item for item in bpy.data.objects if item.data == obj.data]
    same = [user for user in users if user == obj or _goes_along(user, bake)]
    if len(same) < len(users):
        copy = obj.data.copy()
        for item in same:
            item.data = copy
    for item in same:
        _scale_modifiers(item, bake)
    mesh_data(obj).transform(bake, shape_keys=True)
    if bake.determinant() < 0:
        obj.data.flip_normals()
    obj.data.update()
    for item in same:
        _without_scale(context, item)


def apply_armature_scale(context: bpy.types.Context, obj: bpy.types.Object, values: Mapping[str, Any]) -> None:
    """Applies an even scale to bones, pose and the keys of bone locations; skins and children stay where they are.

    Raises:
        InputError: the scale is uneven, mirrored, animated or constrained, or others share the bones.
    """
    scale = obj.matrix_world.to_scale()
    if not np.allclose(scale[:], scale.x, rtol=1e-4) or scale.x <= 0:
        raise InputError(
            "{name}: its scale is not the same along all axes; scale its bones in Edit Mode", name=obj.name
        )
    if obj.data.users > 1:
        raise InputError("{name}: other armatures share its bones; make it a single user first", name=obj.name)
    _refuse_animated(obj)
    obj.data.transform(Matrix.Scale(scale.x, 4))
    for bone in obj.pose.bones:
        bone.location *= scale.x
    if obj.animation_data is not None and obj.animation_data.action is not None:
        for curve in _curves(obj.animation_data.action):
            if curve.data_path.startswith("pose.bones") and curve.data_path.endswith(".location"):
                for key in curve.keyframe_points:
                    key.co.y *= scale.x
                    key.handle_left.y *= scale.x
                    key.handle_right.y *= scale.x
    _without_scale(context, obj)


def _bake(obj: bpy.types.Object) -> Matrix:
    """What remains of the object's matrix without location and rotation, shear from parents included."""
    return _rigid(obj).inverted() @ obj.matrix_world


def _rigid(obj: bpy.types.Object) -> Matrix:
    location, rotation, _ = obj.matrix_world.decompose()
    return Matrix.Translation(location) @ rotation.to_matrix().to_4x4()


def _goes_along(obj: bpy.types.Object, bake: Matrix) -> bool:
    try:
        _refuse_animated(obj)
        _scale_modifiers(obj, bake, only_check=True)
    except InputError:
        return False
    return obj.library is None and np.allclose(np.array(_bake(obj)), np.array(bake), atol=1e-5)


def _without_scale(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    """Gives an object the same location and rotation at scale 1, and leaves its children where they are."""
    children = [(child, _parent_matrix(child)) for child in bpy.data.objects if child.parent == obj]
    wanted = _rigid(obj)
    if obj.parent is not None:
        # A matrix of any kind may stand here, so that a parent's uneven scale is undone without loss.
        obj.matrix_parent_inverse = _inverse(_parent_matrix(obj), obj)
    obj.matrix_basis = wanted
    context.view_layer.update()
    for child, before in children:
        child.matrix_parent_inverse = (
            _inverse(_parent_matrix(child), child) @ before @ child.matrix_parent_inverse.copy()
        )
    if children:
        context.view_layer.update()


def _parent_matrix(obj: bpy.types.Object) -> Matrix:
    """The matrix that an object's own matrices are multiplied with, whatever its type of parenting."""
    if obj.parent_type == "OBJECT":
        return obj.parent.matrix_world.copy()
    return obj.matrix_world @ _inverse(obj.matrix_basis, obj) @ _inverse(obj.matrix_parent_inverse, obj)


def _inverse(matrix: Matrix, obj: bpy.types.Object) -> Matrix:
    try:
        return matrix.inverted()
    except ValueError as error:
        raise InputError("{name}: it or its parent has a scale of zero; give it another", name=obj.name) from error


def _refuse_animated(obj: bpy.types.Object) -> None:
    if any(not constraint.mute for constraint in obj.constraints):
        raise InputError("{name}: it has constraints; apply or remove them first", name=obj.name)
    paths = set(_animated(obj))
    if paths & (_PLACE if obj.parent else {"scale", "delta_scale"}):
        raise InputError(
            "{name}: its transform is animated; apply the scale by hand, along with its keyframes", name=obj.name
        )


def _animated(obj: bpy.types.Object) -> Iterator[str]:
    data = obj.animation_data
    if data is None:
        return
    yield from (driver.data_path for driver in data.drivers)
    actions = [data.action, *(strip.action for track in data.nla_tracks for strip in track.strips)]
    for action in actions:
        if action is not None:
            yield from (curve.data_path for curve in _curves(action))


def _curves(action: bpy.types.Action) -> Iterable[bpy.types.FCurve]:
    """The curves of an action: in layers since Blender 4.4, and only there since 5.0."""
    if not action.layers:
        return list(getattr(action, "fcurves", ()))
    return [
        curve
        for layer in action.layers
        for strip in layer.strips
        for bag in getattr(strip, "channelbags", ())
        for curve in bag.fcurves
    ]


def _scale_modifiers(obj: bpy.types.Object, bake: Matrix, only_check: bool = False) -> None:
    """Scales lengths of modifiers, so that they affect the scaled mesh as they did the scaled object."""
    lengths = np.linalg.norm(np.array(bake)[:3, :3], axis=0)
    even = bool(np.allclose(lengths, lengths[0], rtol=1e-4))
    for modifier in obj.modifiers:
        if modifier.type in _FREE:
            continue
        if modifier.type not in _LENGTHS or not even:
            raise InputError(
                "{name}: its modifier {modifier} measures in the object's own units; apply it first",
                name=obj.name,
                modifier=modifier.name,
            )
        if not only_check and not (modifier.type == "BEVEL" and modifier.offset_type == "PERCENT"):
            name = _LENGTHS[modifier.type]
            setattr(modifier, name, getattr(modifier, name) * float(lengths[0]))
