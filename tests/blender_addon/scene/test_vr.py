"""The scene as the VR Scene Inspection add-on finds it. No headset is here: its settings are what is tested."""

from __future__ import annotations

import math

import bpy
import pytest

from blender_addon.avatar.stored import store_traits
from blender_addon.scene.vr import set_up_vr
from ml_core.vocabulary.traits import AvatarTraits

pytestmark = pytest.mark.both_blenders


def avatar(name: str, place: tuple[float, float, float], turn: float) -> bpy.types.Object:
    """A rig with a block of 1.8 m for a body."""
    rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    bpy.context.scene.collection.objects.link(rig)
    bpy.ops.mesh.primitive_cube_add(size=1, location=(0, 0, 0.9))
    body = bpy.context.object
    body.scale, body.parent = (0.4, 0.3, 1.8), rig
    rig.location, rig.rotation_euler.z = place, turn
    store_traits(rig, AvatarTraits(), 1)
    bpy.context.view_layer.update()
    return rig


def test_landmarks_stand_at_avatars_and_cameras(clean_scene: bpy.types.Context) -> None:
    scene = clean_scene.scene
    avatar("Vera", (2, 1, 0), math.radians(90))  # looks along +X
    camera = bpy.data.objects.new("Shot", bpy.data.cameras.new("Shot"))
    scene.collection.objects.link(camera)
    report = set_up_vr(clean_scene)
    assert report["landmarks"] == ["Before Vera", "Eyes of Vera", "Camera Shot"]
    before, eyes, shot = scene.vr_landmarks
    assert tuple(before.base_pose_location) == pytest.approx((3.6, 1, 0.93 * 1.8), abs=1e-4)
    assert before.base_pose_angle == pytest.approx(math.radians(90))  # back along -X
    assert eyes.base_pose_angle == pytest.approx(math.radians(-90))
    assert (shot.type, shot.base_pose_object) == ("OBJECT", camera)
    settings = clean_scene.window_manager.xr_session_settings
    assert settings.base_pose_type == "CUSTOM"
    assert tuple(settings.base_pose_location) == pytest.approx(tuple(before.base_pose_location))
    assert settings.base_scale == pytest.approx(1.0)


def test_only_own_landmarks_are_replaced(clean_scene: bpy.types.Context) -> None:
    set_up_vr(clean_scene)
    own = clean_scene.scene.vr_landmarks.add()
    own.name, own.type = "Balcony", "CUSTOM"
    report = set_up_vr(clean_scene)
    assert report["kept_landmarks"] == ["Balcony"]
    assert [item.name for item in clean_scene.scene.vr_landmarks] == ["Balcony", "Before the Scene"]


def test_centimeters_are_seen_in_meters(clean_scene: bpy.types.Context) -> None:
    clean_scene.scene.unit_settings.scale_length = 0.01
    bpy.ops.mesh.primitive_cube_add(size=200, location=(0, 0, 100))
    assert bpy.ops.atelier.set_up_vr() == {"FINISHED"}
    item = clean_scene.scene.vr_landmarks[0]
    assert item.base_scale == pytest.approx(100)
    assert tuple(item.base_pose_location) == pytest.approx((0, -200, 160), abs=1e-3)
