"""Scenes of the VRM add-on for Blender, and the add-on as an independent reader of what is exported."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import pytest
from mathutils import Vector

from blender_addon.bridge.files.importers import open_scene
from blender_addon.bridge.vrm import human_bones, vrm_data
from blender_addon.bridge.vrm.stored import DATA_KEY, MARK_KEY

from .formats.test_vrm_kept import armature, exported, same
from .vrm_files import write_vrm
from .vrm_said import said_of

_READER = """
import json, os, sys, bpy
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.preferences.addon_enable(module="io_scene_vrm")
bpy.ops.import_scene.vrm(filepath=sys.argv[1])
data = next(one for one in bpy.data.objects if one.type == "ARMATURE").data.vrm_addon_extension
vrm, springs = data.vrm1, data.spring_bone1
said = {
    "version": data.spec_version,
    "hips": vrm.humanoid.human_bones.hips.node.bone_name,
    "thumb": vrm.humanoid.human_bones.left_thumb_metacarpal.node.bone_name,
    "authors": [one.value for one in vrm.meta.authors],
    "modification": vrm.meta.modification,
    "happy": [[one.index, round(one.weight, 3)] for one in vrm.expressions.preset.happy.morph_target_binds],
    "binary": vrm.expressions.preset.happy.is_binary,
    "custom": [one.custom_name for one in vrm.expressions.custom],
    "joints": [one.node.bone_name for spring in springs.springs for one in spring.joints],
    "colliders": [one.node.bone_name for one in springs.colliders],
    "toons": sorted(one.name for one in bpy.data.materials if one.vrm_addon_extension.mtoon1.enabled),
    "constraints": sorted(one.type for bone in bpy.context.object.pose.bones for one in bone.constraints),
}
print("SAID", json.dumps(said))
sys.stdout.flush()
os._exit(0)  # bpy does not return while an add-on has registered classes
"""


def as_addon_has_it(rig: bpy.types.Object) -> dict[str, Any]:
    """What the add-on stores of the hero of :mod:`.vrm_files`: numbers of enumerations, ids of bones, no defaults."""
    for bone in rig.data.bones:
        bone["vrm_addon_extension"] = {"uuid": f"id of {bone.name}"}
    human = {joint: bone for joint, bone in human_bones(rig).items() if not joint.startswith("rightThumb")}

    def node(name: str) -> dict[str, str]:
        return {"bone_uuid": f"id of {name}"}

    snake = {joint: "".join(f"_{one.lower()}" if one.isupper() else one for one in joint) for joint in human}
    empty = bpy.data.objects.new("Skull Collider", None)
    bpy.context.collection.objects.link(empty)
    empty.parent, empty.parent_type, empty.parent_bone = rig, "BONE", human["head"]
    empty.empty_display_size = 0.25
    bpy.context.view_layer.update()
    empty.matrix_world.translation = Vector((0, -0.05, 1.7))
    bpy.context.view_layer.update()
    bind = {"node": {"bpy_object": bpy.data.objects["Face"]}, "index": "Fcl_Joy", "weight": 0.5}
    joint = {"hit_radius": 0.5, "gravity_dir": [0.0, 0.0, -1.0]}
    return {
        "spec_version": 1,
        "vrm1": {
            "meta": {"vrm_name": "Own", "authors": [{"value": "A. Author"}], "modification": 2, "avatar_permission": 1},
            "humanoid": {"human_bones": {snake[one]: {"node": node(bone)} for one, bone in human.items()}},
            "expressions": {
                "preset": {"happy": {"morph_target_binds": [bind], "override_mouth": 2}, "sad": {"preview": 0.0}},
                "custom": [
                    {
                        "custom_name": "blush",
                        "material_color_binds": [
                            {"material": bpy.data.materials["Skin"], "type": 5, "target_value": [1.0, 0.0, 0.0, 1.0]}
                        ],
                    }
                ],
            },
            "look_at": {"type": 1, "offset_from_head_bone": [0.0, 0.1, 0.0]},
            "first_person": {"mesh_annotations": [{"node": {"bpy_object": bpy.data.objects["Body"]}, "type": 3}]},
        },
        "spring_bone1": {
            "colliders": [{"uuid": "c", "node": node(human["head"]), "bpy_object": empty}],
            "collider_groups": [{"uuid": "g", "vrm_name": "Skull", "colliders": [{"collider_uuid": "c"}]}],
            "springs": [
                {
                    "vrm_name": "Hair",
                    "joints": [{"node": node("b25"), **joint}, {"node": node("b26"), **joint}],
                    "collider_groups": [{"collider_group_uuid": "g"}],
                }
            ],
        },
    }


@pytest.fixture
def addon_scene(clean_scene: bpy.types.Context, tmp_path: Path) -> bpy.types.Object:
    """The hero as the add-on keeps it, with nothing of ours."""
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    rig = armature()
    values = as_addon_has_it(rig)
    for block in (*rig.data.bones, *bpy.data.objects, *bpy.data.materials):
        if MARK_KEY in block:
            del block[MARK_KEY]
    del rig.data[DATA_KEY]
    rig.data["vrm_addon_extension"] = values
    return rig


def test_what_the_addon_stores_is_exported(addon_scene: bpy.types.Object, tmp_path: Path) -> None:
    """Also when bones, meshes and materials were renamed, for the add-on points at them."""
    addon_scene.data.bones["Atama"].name = "Kopf"
    bpy.data.objects["Face"].name = "Gesicht"
    bone = addon_scene.pose.bones["b7"]
    roll = bone.constraints.new("COPY_ROTATION")
    roll.target, roll.subtarget, roll.mix_mode, roll.influence = addon_scene, "te_1", "ADD", 0.5
    roll.owner_space = roll.target_space = "LOCAL"
    roll.use_y = roll.use_z = False
    said, kept = exported(tmp_path / "out")
    assert kept["lost"] == []
    assert (said["humanBones"]["head"], said["humanBones"]["leftThumbMetacarpal"]) == ("Kopf", "b12")
    assert "rightThumbMetacarpal" not in said["humanBones"]
    assert (said["meta"]["name"], said["meta"]["authors"]) == ("Own", ["A. Author"])
    assert said["meta"]["modification"] == "allowModificationRedistribution"
    assert said["meta"]["avatarPermission"] == "onlySeparatelyLicensedPerson"
    assert said["meta"]["commercialUsage"] == "personalNonProfit"
    assert list(said["expressions"]["preset"]) == ["happy"]
    assert same(said["expressions"]["preset"]["happy"]["morphs"], [("Fcl_Joy", 0.5)])
    assert said["expressions"]["preset"]["happy"]["overrideMouth"] == "blend"
    assert said["expressions"]["custom"]["blush"]["colors"] == [("Skin", "matcapColor", [1.0, 0.0, 0.0, 1.0])]
    assert said["look"]["type"] == "expression"
    assert said["annotations"] == ["firstPersonOnly"]
    assert same(said["colliders"], [("Kopf", {"kind": "sphere", "radius": 0.25, "offset": [0.0, 1.7, 0.05]})])
    (spring,) = said["springs"]
    assert [one["node"] for one in spring["joints"]] == ["b25", "b26"]
    assert same([spring["joints"][0]["stiffness"], spring["joints"][0]["hitRadius"]], [1.0, 0.5])
    assert same(spring["joints"][0]["gravityDir"], [0.0, -1.0, 0.0])
    assert said["constraints"]["b7"] == {"kind": "roll", "source": "te_1", "weight": 0.5, "axis": [1.0, 0.0, 0.0]}


@pytest.mark.parametrize("value", [3, "x", [1, 2], {"vrm1": 3}, {"vrm1": {"humanoid": {"human_bones": "hips"}}}])
def test_what_a_stranger_stores_there_is_harmless(addon_scene: bpy.types.Object, value: Any) -> None:
    del addon_scene.data["vrm_addon_extension"]
    addon_scene.data["vrm_addon_extension"] = value
    assert vrm_data(addon_scene) is None


@pytest.mark.slow
@pytest.mark.parametrize("version", [0, 1])
def test_the_addon_reads_what_is_exported(clean_scene: bpy.types.Context, tmp_path: Path, version: int) -> None:
    if importlib.util.find_spec("io_scene_vrm") is None:
        pytest.skip("the VRM add-on is not installed; pip install bpy-vrm-format==4.10.2")
    write_vrm(tmp_path / "hero.vrm", version)
    open_scene(tmp_path / "hero.vrm")
    exported(tmp_path)
    (path,) = (tmp_path / "vrm").glob("*.vrm")
    run = subprocess.run([sys.executable, "-c", _READER, str(path)], capture_output=True, text=True, timeout=300)
    (line,) = [one for one in run.stdout.splitlines() if one.startswith("SAID ")]
    said = json.loads(line.removeprefix("SAID "))
    assert (said["version"], said["hips"], said["thumb"]) == ("1.0", "Kosi", "b12")
    assert said["authors"] == said_of(path)["meta"]["authors"]
    assert said["modification"] == ("allowModification" if version else "allowModificationRedistribution")
    assert (said["happy"], said["binary"], said["custom"]) == ([["Fcl_Joy", 1.0]], True, ["blush"])
    assert said["joints"][:3] == ["b25", "b26", "b27"]
    assert said["colliders"] == (["Atama", "b25"] if version else ["Atama"])
    assert said["toons"] == ["M_Skin"]
    assert said["constraints"] == (["COPY_ROTATION", "COPY_ROTATION", "DAMPED_TRACK"] if version else [])
