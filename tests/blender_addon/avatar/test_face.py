"""Sliders and expressions of the built-in body as Blender's shape keys."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest

from blender_addon.avatar.body.building import create_body
from blender_addon.avatar.body.shape_keys import refit_armature, set_sliders
from blender_addon.avatar.stored import stored_traits
from ml_core import AvatarTraits
from ml_core.geometry.lofted_body.face_shapes import NAMES
from ml_core.geometry.lofted_body.model import SLIDERS


def body_of(armature: bpy.types.Object) -> bpy.types.Object:
    return next(one for one in armature.children if "atelier_shape" in one)


def seen(obj: bpy.types.Object) -> np.ndarray:
    """Evaluated vertices (V, 3)."""
    bpy.context.view_layer.update()
    mesh = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    values = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", values)
    return values.reshape(-1, 3)


def test_the_body_has_the_face_shapes_and_the_sliders(clean_scene: bpy.types.Context) -> None:
    armature = create_body(clean_scene, AvatarTraits())
    names = [key.name for key in body_of(armature).data.shape_keys.key_blocks]
    assert names == ["Basis", *(f"atelier:{slider}" for slider in SLIDERS), *NAMES]
    assert {f"atelier_{slider}" for slider in SLIDERS} <= set(armature.keys())
    assert [key.name for key in body_of(armature).data.shape_keys.key_blocks if key.name in NAMES and key.value] == []


def test_a_property_of_the_armature_moves_body_and_eyes(clean_scene: bpy.types.Context) -> None:
    armature = create_body(clean_scene, AvatarTraits())
    eye = next(one for one in armature.children if one.name.endswith("_Eye_L"))
    before, eye_before = seen(body_of(armature)), seen(eye)
    set_sliders(armature, {"nose_length": 1.0})
    assert 0.002 < np.linalg.norm(seen(body_of(armature)) - before, axis=1).max() < 0.01
    set_sliders(armature, {"nose_length": 0.0, "eye_distance": 1.0})
    moved = seen(eye) - eye_before
    assert moved[:, 0].min() > 0.002
    assert np.abs(moved[:, 1:]).max() < 1e-5


def test_the_skeleton_follows_the_height(clean_scene: bpy.types.Context) -> None:
    armature = create_body(clean_scene, AvatarTraits(height=1.5))
    low = armature.data.bones["head"].head_local.z
    set_sliders(armature, {"height": 0.0, "eye_distance": 1.0})
    assert refit_armature(clean_scene, armature)
    assert clean_scene.mode == "OBJECT"
    assert armature.data.bones["head"].head_local.z == pytest.approx(low * 1.72 / 1.5, rel=1e-3)
    straight = create_body(clean_scene, AvatarTraits(face={"eye_distance": 1.0}))
    for bone in straight.data.bones:
        assert (armature.data.bones[bone.name].matrix_local.translation - bone.matrix_local.translation).length < 1e-5


def test_the_traits_bring_the_same_face_back(clean_scene: bpy.types.Context) -> None:
    asked = '{"height": 1.66, "presentation": 0.9, "build": 0.2, "face": {"jaw_width": 0.5, "ear_size": -0.4}}'
    bpy.ops.atelier.generate_avatar(traits_json=asked, seed=3, size="256", body="classic")
    armature = bpy.data.objects[clean_scene.scene.atelier.report()["object"]]
    set_sliders(armature, {"neck": 0.25})
    traits, seed = stored_traits(armature)
    assert traits.face == pytest.approx({"jaw_width": 0.5, "ear_size": -0.4, "neck": 0.25})
    bpy.ops.atelier.generate_avatar(traits_json=traits.to_json(), seed=seed, size="256", body="classic")
    other = bpy.data.objects[clean_scene.scene.atelier.report()["object"]]
    assert np.abs(seen(body_of(other)) - seen(body_of(armature))).max() < 1e-5
    assert json.loads(traits.to_json())["face"]["neck"] == 0.25


def test_live_height_moves_body_and_skeleton(clean_scene: bpy.types.Context) -> None:
    bpy.ops.atelier.generate_avatar(traits_json='{"height": 1.6}', seed=3, size="256", body="classic")
    armature = bpy.data.objects[clean_scene.scene.atelier.report()["object"]]
    clean_scene.view_layer.objects.active = armature
    bpy.ops.atelier.edit_live()
    clean_scene.scene.atelier.traits.height = 1.9
    assert seen(body_of(armature))[:, 2].max() == pytest.approx(1.9, abs=0.01)
    assert armature.data.bones["head"].head_local.z > 1.55
    assert stored_traits(armature)[0].height == pytest.approx(1.9)
