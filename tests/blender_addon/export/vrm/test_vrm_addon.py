"""Scenes of the VRM add-on for Blender, and the add-on as an independent reader of what is exported."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.vrm import human_bones, vrm_data
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions

from ..formats.test_vrm_kept import armature, exported, same, told
from .vrm_addon_scenes import MOTION, OUTPUT, add_toon, as_addon_has_it, first_version, forget_ours
from .vrm_files import write_vrm
from .vrm_said import said_of, world_matrices

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


@pytest.fixture
def addon_scene(clean_scene: bpy.types.Context, tmp_path: Path) -> bpy.types.Object:
    """The hero as the add-on keeps it, with nothing of ours."""
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    rig = armature()
    values = as_addon_has_it(rig)
    forget_ours(rig)
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


@pytest.mark.both_blenders
def test_what_the_addon_stores_of_version_0_is_exported(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """Gaze, first person, springs with their colliders, materials of expressions and the thumbnail."""
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    rig = armature()
    values = first_version(rig)
    forget_ours(rig)
    rig.data["vrm_addon_extension"] = values
    said, kept = exported(tmp_path / "out")
    assert kept["lost"] == []
    assert kept["from"] == "VRM 0"
    assert (said["humanBones"]["leftThumbMetacarpal"], said["humanBones"]["leftThumbDistal"]) == ("b12", "b14")
    assert (said["meta"]["name"], said["meta"]["commercialUsage"], said["thumbnail"]) == ("Old", "corporation", True)
    assert said["look"]["offset"] == pytest.approx([0.0, 1.58, 0.05], abs=1e-4)
    assert said["look"]["rangeMapVerticalUp"] == {"inputMaxValue": 80.0, "outputScale": 8.0}
    assert said["look"]["rangeMapVerticalDown"] == {"inputMaxValue": 90.0, "outputScale": 10.0}
    assert said["annotations"] == ["thirdPersonOnly"]
    assert same(said["expressions"]["preset"]["happy"]["morphs"], [("Fcl_Joy", 1.0)])
    assert same(said["expressions"]["custom"]["blush"]["colors"], [("Skin", "color", [1.0, 0.214041, 0.214041, 1.0])])
    assert same(said["colliders"], [("Atama", {"kind": "sphere", "radius": 0.12, "offset": [-0.01, 1.6, 0.02]})])
    (spring,) = said["springs"]
    assert ([one["node"] for one in spring["joints"]], spring["center"]) == (["b25", "b26", "b27", "b27_tail"], "Kosi")
    assert same([spring["joints"][0]["stiffness"], spring["joints"][0]["dragForce"]], [1.5, 0.5])
    assert same(spring["joints"][0]["gravityDir"], [0.0, -1.0, 0.0])
    assert spring["joints"][3]["place"] == pytest.approx([0, 1.33, -0.12], abs=1e-3)


@pytest.mark.both_blenders
def test_the_addon_s_mtoon_is_exported(addon_scene: bpy.types.Object, tmp_path: Path) -> None:
    """With its pictures, how they lie and wrap, and the base color as it is, not baked."""
    skin = bpy.data.materials["Skin"]
    base = next(one.image for one in skin.node_tree.nodes if one.type == "TEX_IMAGE")
    matcap = bpy.data.images.new("Ball", 4, 4)
    matcap.pixels[:] = [0.0, 0.0, 1.0, 1.0] * 16
    add_toon(
        skin, {"shade_multiply_texture": base, "matcap_texture": matcap}, UV_Offset_X=0.25, Wrap_S=33071, Wrap_T=33648
    )
    said, kept = exported(tmp_path / "out")
    assert (kept["lost"], kept["mtoon"]) == (["materials[Skin].baseColorTexture: Wrap"], 1)
    toon = said["toons"]["Skin"]
    assert toon["shadeColorFactor"] == pytest.approx(OUTPUT["Shade Color"][:3])
    assert toon["parametricRimColorFactor"] == pytest.approx(OUTPUT["Parametric Rim Color"][:3])
    assert toon["outlineColorFactor"] == pytest.approx(OUTPUT["Outline Color"][:3])
    assert toon["matcapFactor"] == pytest.approx(OUTPUT["MatCap Factor"][:3])
    assert (toon["outlineWidthMode"], toon["outlineWidthFactor"]) == ("screenCoordinates", OUTPUT["Outline Width"])
    assert (toon["transparentWithZWrite"], toon["renderQueueOffsetNumber"]) == (True, 3)
    assert [toon[f"uvAnimation{key}SpeedFactor"] for key in ("ScrollX", "ScrollY", "Rotation")] == list(MOTION.values())
    for key, label in (
        ("giEqualizationFactor", "GI Equalization Factor"), ("shadingToonyFactor", "Shading Toony"),
        ("shadingShiftFactor", "Shading Shift"), ("parametricRimFresnelPowerFactor", "Parametric Rim Fresnel Power"),
        ("parametricRimLiftFactor", "Parametric Rim Lift"), ("rimLightingMixFactor", "Rim LightingMix"),
        ("outlineLightingMixFactor", "Outline LightingMix"),
    ):  # fmt: skip
        assert toon[key] == OUTPUT[label], key
    assert toon["shadeMultiplyTexture"]["index"] == (200, 150, 120)
    assert toon["matcapTexture"]["index"] == (0, 0, 255)
    assert toon["matcapTexture"]["extensions"]["KHR_texture_transform"] == {"offset": [0.25, 0.0], "scale": [1.0, 1.0]}
    document = read_json(next((tmp_path / "out" / "vrm").glob("*.vrm")))
    material = next(one for one in document["materials"] if one["name"] == "M_Skin")
    assert material["extensions"]["KHR_materials_unlit"] == {}, "readers without MToon shade it"
    assert "KHR_materials_unlit" in document["extensionsUsed"]
    look = material["pbrMetallicRoughness"]
    assert look["baseColorFactor"] == pytest.approx([0.5, 1, 1, 1])
    assert look["baseColorTexture"]["extensions"]["KHR_texture_transform"]["offset"] == pytest.approx([0.25, 0])
    stored = material["extensions"]["VRMC_materials_mtoon"]
    samplers = [
        document["samplers"][document["textures"][stored[key]["index"]]["sampler"]]
        for key in ("shadeMultiplyTexture", "matcapTexture")
    ]
    assert [(one["wrapS"], one["wrapT"]) for one in samplers] == [(33071, 33648)] * 2


def test_mtoon_without_the_addon_s_nodes_is_told(addon_scene: bpy.types.Object, tmp_path: Path) -> None:
    skin = bpy.data.materials["Skin"]
    skin["vrm_addon_extension"] = {"mtoon1": {"enabled": True}}
    assert exported(tmp_path)[1]["lost"] == ["materials[Skin]: MToon"]


@pytest.mark.both_blenders
def test_constraints_do_not_move_the_rest_pose(addon_scene: bpy.types.Object, tmp_path: Path) -> None:
    """A VRM rests in its T-pose, whatever the constraints that it keeps show; by choice it is the pose that shows."""
    track = addon_scene.pose.bones["b26"].constraints.new("DAMPED_TRACK")
    track.target, track.subtarget, track.track_axis = addon_scene, "Kosi", "TRACK_X"
    bpy.context.view_layer.update()
    rest = [-0.0, 1.4, -0.12]
    assert told("vrm_pose")
    assert not told("shown_pose")
    assert told("shown_pose", ("web",))
    for pose in ("auto", "shown"):
        exported(tmp_path / pose, ExportOptions(pose=pose))
        (path,) = (tmp_path / pose / "vrm").glob("*.vrm")
        document = read_json(path)
        place = world_matrices(document)[[one["name"] for one in document["nodes"]].index("b27")][:3, 3]
        assert np.allclose(place, rest, atol=1e-3) == (pose == "auto"), pose
        assert said_of(path)["constraints"]["b26"]["kind"] == "aim"


@pytest.mark.both_blenders
def test_constraints_of_meshes_on_bones_are_exported(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """The add-on keeps the constraints of an avatar without a skin on the meshes; their letters are glTF's axes."""
    write_vrm(tmp_path / "hero.vrm", skinned=False)
    open_scene(tmp_path / "hero.vrm")
    rig = armature()
    human = human_bones(rig)
    boxes = {one.parent_bone: one for one in bpy.data.objects if one.parent == rig and one.parent_bone}
    values = as_addon_has_it(rig, face=boxes[human["head"]].name)
    forget_ours(rig)
    rig.data["vrm_addon_extension"] = values
    track = boxes["b26"].constraints.new("DAMPED_TRACK")
    track.target, track.track_axis = boxes[human["hips"]], "TRACK_NEGATIVE_Y"
    far = boxes["b27"].constraints.new("COPY_ROTATION")
    far.name, far.target = "Far", bpy.data.objects.new("Stranger", None)
    said, kept = exported(tmp_path / "out")
    assert kept["lost"] == [f"constraints[{boxes['b27'].name}]: Far"]
    assert same(
        said["constraints"], {"b26": {"kind": "aim", "source": "Kosi", "weight": 1.0, "axis": [0.0, 0.0, -1.0]}}
    )


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
