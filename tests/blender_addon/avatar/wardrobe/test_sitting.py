"""Skirts lie on the legs of avatars that sit."""

from __future__ import annotations

from math import radians

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon.avatar.anatomy.building import body_of
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.avatar.wardrobe.sitting import SITTING
from blender_addon.bridge.mesh_arrays import positions
from ml_core.geometry.garments.helpers import nearest_of
from tests.blender_addon.avatar.anatomical import person


@pytest.fixture
def woman(clean_scene: bpy.types.Context) -> bpy.types.Object:
    return person(garments=["dress", "pumps"], presentation=1.0)


def raise_legs(armature: bpy.types.Object, left: float, right: float) -> None:
    """Thighs by so many degrees, and lower legs that hang down."""
    for side, degrees in (("left", left), ("right", right)):
        for name, way in (("UpperLeg", -1), ("LowerLeg", 1)):
            bone = armature.pose.bones[side + name]
            rest = bone.bone.matrix_local.to_3x3()
            turn = rest.inverted() @ Matrix.Rotation(radians(way * degrees), 3, "X") @ rest
            bone.rotation_mode = "QUATERNION"
            bone.rotation_quaternion = turn.to_quaternion()
    bpy.context.view_layer.update()


def key_value(obj: bpy.types.Object) -> float:
    keys = obj.data.shape_keys.evaluated_get(bpy.context.evaluated_depsgraph_get())
    return keys.key_blocks[SITTING].value


def shown(obj: bpy.types.Object) -> np.ndarray:
    return positions(obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data)


def test_the_thighs_drive_the_key_without_python(woman: bpy.types.Object) -> None:
    dress = worn_garments(woman)["dress"]
    [curve] = dress.data.shape_keys.animation_data.drivers
    assert curve.is_valid
    assert curve.driver.is_simple_expression, "else a file that is not trusted does not evaluate it"
    for left, right, wanted in ((0, 0, 0), (88, 88, 1), (70, 0, 0), (44, 88, 0.5), (-30, -30, 0)):
        raise_legs(woman, left, right)
        assert key_value(dress) == pytest.approx(wanted, abs=0.02), (left, right)
    raise_legs(woman, 0, 0)
    assert worn_garments(woman)["pumps"].data.shape_keys is None


def test_the_hem_lies_on_the_legs_of_somebody_who_sits(woman: bpy.types.Object) -> None:
    """By the weights alone it is up to 90 mm from them."""
    dress, body = worn_garments(woman)["dress"], body_of(woman)
    hem = np.flatnonzero(positions(dress.data)[:, 2] < positions(dress.data)[:, 2].min() + 0.015)
    raise_legs(woman, 88, 88)
    legs = positions_of_skin(body)
    away = np.linalg.norm(shown(dress)[hem] - legs[nearest_of(shown(dress)[hem], legs)], axis=1)
    dress.data.shape_keys.key_blocks[SITTING].mute = True
    try:
        bpy.context.view_layer.update()
        as_bell = shown(dress)[hem]
        stiff = np.linalg.norm(as_bell - legs[nearest_of(as_bell, legs)], axis=1)
    finally:
        dress.data.shape_keys.key_blocks[SITTING].mute = False
        raise_legs(woman, 0, 0)
    assert away.mean() < 0.6 * stiff.mean()
    assert np.quantile(away, 0.9) < 0.052, "the rest is between the knees, where there is nothing to lie on"


def positions_of_skin(body: bpy.types.Object) -> np.ndarray:
    """(V, 3) the body where it is bent to, without the modifiers that hide parts of it."""
    masks = [modifier for modifier in body.modifiers if modifier.type == "MASK" and modifier.show_viewport]
    for modifier in masks:
        modifier.show_viewport = False
    bpy.context.view_layer.update()
    points = shown(body).copy()
    for modifier in masks:
        modifier.show_viewport = True
    return points


def test_the_key_stays_with_the_shape_of_the_body(woman: bpy.types.Object) -> None:
    dress = worn_garments(woman)["dress"]

    def moves() -> np.ndarray:
        keys = dress.data.shape_keys
        places = [np.empty(len(dress.data.vertices) * 3, np.float32) for _ in range(2)]
        for block, place in zip((keys.reference_key, keys.key_blocks[SITTING]), places, strict=True):
            block.data.foreach_get("co", place)
        return np.linalg.norm((places[1] - places[0]).reshape(-1, 3), axis=1)

    before = moves()
    assert before.max() > 0.03
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.wear(garment="leggings")
    assert 0.02 < moves().max() < before.max() + 0.02
    assert np.abs(moves() - before).max() > 1e-4, "it lies on the leggings now"
    bpy.ops.atelier.take_off(garment="leggings")
    np.testing.assert_allclose(moves(), before, atol=1e-5)
