"""Bones as engines want them: names by target, one root, nothing that no engine has a use for."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.export.assets.avatars.skeleton import (
    add_root,
    edit_bones,
    engine_bone_names,
    humanoid_bones,
    needs_root,
    rename_bones,
)
from blender_addon.export.names.assets import Namer
from blender_addon.export.targets.profiles import profile

MIXAMO = {
    "mixamorig:Hips": None,
    "mixamorig:Spine": "mixamorig:Hips",
    "mixamorig:Head": "mixamorig:Spine",
    "mixamorig:HeadTop_End": "mixamorig:Head",
    "mixamorig:LeftArm": "mixamorig:Spine",
    "mixamorig:LeftForeArm": "mixamorig:LeftArm",
    "mixamorig:LeftHand": "mixamorig:LeftForeArm",
    "mixamorig:LeftHandThumb1": "mixamorig:LeftHand",
    "mixamorig:LeftHandThumb2": "mixamorig:LeftHandThumb1",
    "mixamorig:LeftHandThumb3": "mixamorig:LeftHandThumb2",
}
MANNY = {
    "root": None,
    "pelvis": "root",
    **{f"spine_{n:02d}": f"spine_{n - 1:02d}" if n > 1 else "pelvis" for n in range(1, 6)},
    "neck_01": "spine_05",
    "neck_02": "neck_01",
    "head": "neck_02",
    "upperarm_l": "spine_05",
    "upperarm_twist_01_l": "upperarm_l",
    "hand_l": "upperarm_l",
}


def armature(parents: dict[str, str | None]) -> bpy.types.Object:
    """An armature object of these bones, each half a meter above its parent."""
    data = bpy.data.armatures.new("Rig")
    rig = bpy.data.objects.new("Rig", data)
    bpy.context.scene.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name, parent in parents.items():
        bone = data.edit_bones.new(name)
        bone.parent = data.edit_bones[parent] if parent else None
        bone.head = bone.parent.tail if parent else (0, 0, 0)
        bone.tail = (bone.head.x, bone.head.y, bone.head.z + 0.5)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def renamed(parents: dict[str, str | None], target: str) -> dict[str, str]:
    rig = armature(parents)
    joints, target_profile = humanoid_bones(rig), profile(target)
    edit_bones(rig, None, set(), set(joints.values()))
    names = rename_bones(rig, [], engine_bone_names(rig, joints, target_profile))
    if needs_root(rig, target_profile):
        add_root(rig)
    assert sorted(names.values()) == sorted(bone.name for bone in rig.data.bones if bone.name in names.values())
    assert len([bone for bone in rig.data.bones if bone.parent is None]) == 1
    return names


def test_mixamo_becomes_manny(clean_scene: bpy.types.Context) -> None:
    names = renamed(MIXAMO, "unreal")
    assert names["mixamorig:Hips"] == "pelvis"
    assert names["mixamorig:LeftForeArm"] == "lowerarm_l"
    assert [names[f"mixamorig:LeftHandThumb{n}"] for n in (1, 2, 3)] == ["thumb_01_l", "thumb_02_l", "thumb_03_l"]
    assert "mixamorig:HeadTop_End" not in names


def test_elsewhere_names_become_plain(clean_scene: bpy.types.Context) -> None:
    assert renamed(MIXAMO, "godot")["mixamorig:LeftArm"] == "mixamorig_LeftArm"


def test_manny_stays_manny(clean_scene: bpy.types.Context) -> None:
    assert all(old == new for old, new in renamed(MANNY, "unreal").items())


def test_a_name_that_another_bone_has_is_free_for_the_joint(clean_scene: bpy.types.Context) -> None:
    names = renamed({"hips": None, "spine": "hips", "pelvis": "hips", "root": "spine"}, "unreal")
    assert names["hips"] == "pelvis"
    assert len(set(names.values())) == 4
    assert names["root"] != "root"


@pytest.mark.parametrize(("target", "number"), [("unreal", 1), ("web", 1), ("unity", 0)])
def test_several_tops_get_a_root_where_it_is_needed(clean_scene: bpy.types.Context, target: str, number: int) -> None:
    rig = armature({"hips": None, "control": None})
    assert needs_root(rig, profile(target)) == bool(number)


def test_controls_and_ends_go_and_bones_in_use_stay(clean_scene: bpy.types.Context) -> None:
    rig = armature(
        {"hips": None, "ik": "hips", "ik_target": "ik", "tail_end": "hips", "handslot.l": "hips", "Bend": "hips"}
    )
    for name in ("ik", "ik_target"):
        rig.data.bones[name].use_deform = False
    edit_bones(rig, None, {"tail_end"}, {"hips"})
    assert {bone.name for bone in rig.data.bones} == {"hips", "tail_end", "handslot.l", "Bend"}


def test_names_that_mean_something_to_godot(clean_scene: bpy.types.Context) -> None:
    namer = Namer()
    assert [namer.name(name, "SM_") for name in ("Bike_wheel", "Bike-col.001", "Wheel", "Protocol")] == [
        "SM_Bike_wheel_asset",
        "SM_Bike_col_001_asset",
        "SM_Wheel_asset",
        "SM_Protocol",
    ]
