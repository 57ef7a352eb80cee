"""The shape key that lays a skirt on the legs of a seated person: driven by the thighs, even without the extension."""

from __future__ import annotations

import math

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.draping.seated import RAISED

from ...bridge.mesh_arrays import mesh_data

SITTING = "Sitting"
"""Name of the key. It is on where both thighs are raised to the horizontal."""
_STANDS = "0.000001"
"""Value up to which somebody stands: bones turned back and forth are not back to the last bit."""


def set_sitting(
    obj: bpy.types.Object, armature: bpy.types.Object, moves: NDArray[np.floating] | None, thighs: tuple[str, str]
) -> None:
    """Gives a garment the key, or updates its displacements (V, 3); without any, removes the key.

    Args:
        thighs: the bones of the left and right thigh.
    """
    keys = mesh_data(obj).shape_keys
    key = keys.key_blocks.get(SITTING) if keys is not None else None
    if moves is None:
        if key is not None:
            obj.shape_key_remove(key)
        return
    if keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    if key is None:
        key = obj.shape_key_add(name=SITTING, from_mix=False)
        key.slider_min, key.slider_max, key.value = 0.0, 1.0, 0.0  # newer Blenders start a key at 1
    places = np.empty(moves.size, np.float32)
    mesh_data(obj).shape_keys.reference_key.data.foreach_get("co", places)
    key.data.foreach_set("co", places + moves.astype(np.float32).ravel())
    _drive(key, armature, thighs)


def stand_up(mesh: bpy.types.Mesh) -> None:
    """Sets the key to its rest value, for a copy of a garment that no thigh drives."""
    key = mesh.shape_keys.key_blocks.get(SITTING) if mesh.shape_keys is not None else None
    if key is not None:
        key.value = 0.0


def is_driven_by_thighs(curve: bpy.types.FCurve) -> bool:
    """Whether a driver belongs to the key."""
    return curve.data_path == f'key_blocks["{SITTING}"].value' and all(
        variable.type == "TRANSFORMS" for variable in curve.driver.variables
    )


def _drive(key: bpy.types.ShapeKey, armature: bpy.types.Object, thighs: tuple[str, str]) -> None:
    """Drives the key by the less raised thigh, about the axis through both hips.

    Blender evaluates the expression without Python, so the file need not be trusted.
    """
    key.driver_remove("value")
    bones = [armature.data.bones.get(name) for name in thighs]
    if None in bones:
        return
    driver = key.driver_add("value").driver
    driver.type = "SCRIPTED"
    left, right = bones
    across = (right.head_local - left.head_local).normalized()
    raised = []
    for side, bone in zip("lr", bones, strict=True):
        axis = bone.matrix_local.to_3x3().inverted() @ across
        for channel in "xz":
            variable = driver.variables.new()
            variable.name, variable.type = f"{side}{channel}", "TRANSFORMS"
            target = variable.targets[0]
            target.id, target.bone_target = armature, bone.name
            target.transform_type, target.transform_space = f"ROT_{channel.upper()}", "LOCAL_SPACE"
            target.rotation_mode = "SWING_TWIST_Y"
        raised.append(f"{axis.x:.4f}*{side}x{axis.z:+.4f}*{side}z")
    driver.expression = f"clamp(min({raised[0]},{raised[1]})/{math.radians(RAISED):.4f}-{_STANDS})"
