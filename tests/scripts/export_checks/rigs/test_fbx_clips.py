"""Clips of a skeletal FBX for Unreal, as Blender bakes them, and keys in other units than the skeleton."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from scripts.export_checks.readers.fbx import read_fbx

from ..fbx_files import child, edit, records
from ..folders import blame, write_manifest

CLIP = {"name": "AS_Rig_Hop", "frames": 12, "fps": 24, "seconds": 0.5}


@pytest.fixture
def skeleton(registered_addon: None, tmp_path: Path) -> Path:
    """A folder with SK_Rig.fbx in centimeters: root, pelvis and a still head, in a clip of half a second."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.unit_settings.scale_length, scene.render.fps = 0.01, 24
    armature = bpy.data.objects.new("Armature", bpy.data.armatures.new("Armature"))
    scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    above = None
    for name, height in (("root", 0), ("pelvis", 90), ("head", 150)):
        bone = armature.data.edit_bones.new(name)
        bone.head, bone.tail, bone.parent = (0, 0, height), (0, 0, height + 10), above
        above = bone
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.ops.mesh.primitive_cube_add(size=20, location=(0, 0, 90))
    body = bpy.context.object
    body.name = "SK_Rig_Body"
    body.vertex_groups.new(name="pelvis").add(range(8), 1.0, "REPLACE")
    body.parent = armature
    body.modifiers.new("Armature", "ARMATURE").object = armature
    pelvis = armature.pose.bones["pelvis"]
    for frame, height in ((1, 0), (7, 25), (13, 0)):
        pelvis.location = (0, height, 0)
        pelvis.keyframe_insert("location", frame=frame)
    track = armature.animation_data.nla_tracks.new()
    track.strips.new(CLIP["name"], 1, armature.animation_data.action).name = CLIP["name"]
    armature.animation_data.action = None
    scene.frame_start, scene.frame_end = 1, 13
    bpy.ops.export_scene.fbx(
        filepath=str(tmp_path / "SK_Rig.fbx"), apply_scale_options="FBX_SCALE_NONE", add_leaf_bones=False,
        bake_anim=True, bake_anim_use_all_actions=False, bake_anim_use_nla_strips=True, bake_anim_simplify_factor=0,
        bake_anim_force_startend_keying=True, armature_nodetype="NULL",
    )  # fmt: skip
    return tmp_path


def test_the_reader_sees_the_clip(skeleton: Path) -> None:
    clip = next(iter(read_fbx(skeleton / "SK_Rig.fbx").clips))
    assert clip.end - clip.start == pytest.approx(0.5, abs=1e-3)
    hop = next(one for one in clip.curves if one.node == "pelvis" and one.channel == "translation")
    assert np.ptp(hop.values, axis=0).max() == pytest.approx(25, abs=0.01)


def test_a_clip_of_another_length_is_rejected(skeleton: Path) -> None:
    write_manifest(skeleton, "unreal", {"SK_Rig.fbx": {"clips": [CLIP]}})
    assert "as long" not in blame(skeleton, "23")
    write_manifest(skeleton, "unreal", {"SK_Rig.fbx": {"clips": [{**CLIP, "frames": 24, "seconds": 1}]}})
    assert "is not as long as the manifest says" in blame(skeleton, "23")


def test_keys_in_meters_below_a_skeleton_in_centimeters_are_rejected(skeleton: Path) -> None:
    def shrink(root: Any) -> None:
        for one in records(root, b"AnimationCurve"):
            keys = child(one, b"KeyValueFloat").props[0]
            keys[:] = type(keys)(keys.typecode, [value / 100 for value in keys])

    write_manifest(skeleton, "unreal", {})
    assert "keyed in other units" not in blame(skeleton, "4")
    edit(skeleton / "SK_Rig.fbx", shrink)
    assert "is keyed in other units than its skeleton" in blame(skeleton, "4")
