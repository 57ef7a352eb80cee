"""A VRM that is opened, changed and exported again: what it said of its avatar is in the new file, or told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from blender_addon.avatar.own_data import wear_only
from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.vrm import human_bones, joint_bones, vrm_data
from blender_addon.bridge.vrm.stored import DATA_KEY, MARK_KEY
from blender_addon.bridge.vrm.toons import take_over, toon_of
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json, write_json
from blender_addon.export.options import ExportOptions
from blender_addon.export.preflight import preflight
from blender_addon.scene.labels.labelling import label_objects_job
from scripts.check_export import check_target
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.source import read_source
from scripts.export_checks.scene.vrm_source import kept_check

from ..vrm.vrm_addon_scenes import as_addon_has_it, forget_ours
from ..vrm.vrm_files import META, NAMES, write_vrm
from ..vrm.vrm_said import said_of


def armature() -> bpy.types.Object:
    return next(one for one in bpy.context.scene.objects if one.type == "ARMATURE")


def exported(folder: Path, options: ExportOptions | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the exported file says, and what the report says of what was kept."""
    report = run_to_end(export_job(bpy.context, folder, ["vrm"], options or ExportOptions()))
    (path,) = (folder / "vrm").glob("*.vrm")
    return said_of(path), report["targets"]["vrm"]["vrm"][armature().name]


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal but for the rounding of numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return one == pytest.approx(other, abs=1e-3)
    return one == other


def told(kind: str, targets: tuple[str, ...] = ("vrm",)) -> list[str]:
    return [one.what for one in preflight(bpy.context, targets) if one.kind == kind]


@pytest.mark.both_blenders
@pytest.mark.parametrize("skinned", [True, False])
def test_what_a_file_says_is_said_again(clean_scene: bpy.types.Context, tmp_path: Path, skinned: bool) -> None:
    """Bones whose names say nothing, expressions, gaze, springs, colliders, constraints, MToon and rights."""
    write_vrm(tmp_path / "hero.vrm", 1, skinned)
    before = said_of(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    after, kept = exported(tmp_path)
    assert set(after["used"]) - set(before["used"]) <= {"KHR_xmp_json_ld"}, "who made it and how"
    before["used"] = after["used"]
    for part in before:
        assert same(before[part], after[part]), (part, before[part], after[part])
    assert kept["lost"] == []
    assert (kept["human_bones"], kept["springs"], kept["colliders"], kept["constraints"]) == (25, 1, 2, 3)
    assert told("vrm_lost") == []
    assert told("vrm_rights") == ["rights that its own file gives, by A. Author, B. Author"]
    assert told("vrm_stays", ("web",)) == [
        "VRM data, which stay behind: 3 expressions, 1 springs, 3 constraints, 1 MToon materials"
    ]
    if skinned:
        assert list(check_target(tmp_path / "vrm")) == []


def test_a_file_of_version_0_becomes_one_of_version_1(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """By the differences that the specifications state: facing, places with Z reversed, names, units, permissions."""
    write_vrm(tmp_path / "hero.vrm", 0)
    open_scene(tmp_path / "hero.vrm")
    said, kept = exported(tmp_path)
    write_vrm(tmp_path / "second.vrm", 1)
    second = said_of(tmp_path / "second.vrm")
    assert kept["lost"] == []
    assert said["humanBones"] == second["humanBones"]
    assert said["thumbnail"]
    assert same(said["look"]["offset"], second["look"]["offset"])
    assert said["look"]["rangeMapVerticalUp"] == {"inputMaxValue": 80.0, "outputScale": 8.0}
    preset, custom = said["expressions"]["preset"], said["expressions"]["custom"]
    assert same(preset["aa"]["morphs"], [("Fcl_A", 0.9)])
    assert preset["happy"]["isBinary"]
    assert same(custom["blush"]["colors"], [("Skin", "color", [1.0, 0.214041, 0.214041, 1.0])])
    assert same(custom["blush"]["transforms"], [("Features", [1.0, 1.0], [0.25, -0.5])])
    assert same(said["colliders"], [("Atama", {"kind": "sphere", "radius": 0.12, "offset": [-0.01, 1.6, 0.02]})])
    (spring,) = said["springs"]
    assert [one["node"] for one in spring["joints"]] == ["b25", "b26", "b27", "b27_tail"]
    assert same(spring["joints"][0]["gravityDir"], [0.0, -1.0, 0.0])
    assert spring["joints"][3]["place"] == pytest.approx([0, 1.33, -0.12], abs=1e-3)
    toon = said["toons"]["Skin"]
    assert toon["outlineWidthMode"] == "worldCoordinates"
    assert toon["outlineWidthFactor"] == pytest.approx(0.002)
    assert toon["shadeColorFactor"][0] == pytest.approx(0.214, abs=1e-3)
    assert toon["shadeMultiplyTexture"]["index"] == (150, 90, 80)
    assert toon["matcapTexture"]["index"] == (40, 40, 60)
    meta = said["meta"]
    assert (meta["authors"], meta["modification"]) == (["A. Author"], "allowModificationRedistribution")
    assert (meta["creditNotation"], meta["commercialUsage"]) == ("required", "corporation")
    assert meta["otherLicenseUrl"] == "https://creativecommons.org/licenses/by/4.0/"
    assert list(check_target(tmp_path / "vrm")) == []


@pytest.mark.both_blenders
def test_it_survives_saving_copying_and_new_names(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    write_vrm(tmp_path / "hero.vrm")
    before = said_of(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    rig = armature()
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    rig.data.edit_bones["Atama"].name = "Kopf"
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.name = "Someone"
    face = bpy.data.objects["Face"]
    face.name = "Gesicht"
    face.data.shape_keys.key_blocks["Fcl_Joy"].name = "Freude"
    bpy.data.materials["Skin"].name = "Haut"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "saved.blend")) as (source, target):
        target.objects = [one for one in source.objects if one in ("Someone", "Gesicht", "Body")]
    for obj in target.objects:
        bpy.context.collection.objects.link(obj)
    for obj in bpy.data.objects:
        obj.select_set(True)
    bpy.ops.object.duplicate()
    for obj in target.objects:
        bpy.data.objects.remove(obj)
    after, kept = exported(tmp_path)
    assert kept["lost"] == []
    assert after["humanBones"] == {**before["humanBones"], "head": "Kopf"}
    assert after["expressions"]["preset"]["happy"]["morphs"] == [("Freude", 1.0)]
    assert after["expressions"]["custom"]["blush"]["colors"][0][0] == "Haut"
    assert same(list(after["toons"].values()), list(before["toons"].values()))
    assert same(after["springs"], before["springs"])
    assert human_bones(armature())["head"] == joint_bones(armature())["head"] == "Kopf"


def test_what_is_removed_is_told_before_and_after(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    rig, face = armature(), bpy.data.objects["Face"]
    face.shape_key_remove(face.data.shape_keys.key_blocks["Fcl_A"])
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for name in ("b26", "b27", "b24"):
        rig.data.edit_bones.remove(rig.data.edit_bones[name])
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.data.objects["Body"].data.materials[0] = bpy.data.materials.new("Own")
    del rig.data["atelier_vrm_thumbnail"]
    expected = {
        "expressions.aa: Face, Fcl_A",
        "expressions.blush: Skin",
        "humanBones.rightThumbDistal: b24",
        "springs[Hair].joints[1]: b26",
        "springs[Hair].joints[2]: b27",
        "springs[Hair]",
        "constraints[1]: b24",
        "constraints[2]: b26",
        "materials[Skin]: MToon",
        "meta.thumbnailImage",
    }
    (before,) = told("vrm_lost")
    assert {one for one in expected if one in before} == expected
    after, kept = exported(tmp_path)
    assert set(kept["lost"]) == expected
    assert after["springs"] == []
    assert after["expressions"]["preset"]["aa"]["morphs"] == []
    assert list(after["constraints"]) == ["b7"]
    assert list(check_target(tmp_path / "vrm")) == []


def test_it_is_a_person(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """The file says that it is a humanoid, though it is made of boxes that hang on bones."""
    write_vrm(tmp_path / "hero.vrm", 1, skinned=False)
    open_scene(tmp_path / "hero.vrm")
    report = run_to_end(label_objects_job(bpy.context))
    assert [(one["kind"], one["label"]) for one in report["objects"]] == [("rig", "person")]


def test_rights_are_never_loosened(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    write_vrm(tmp_path / "hero.vrm", 0)
    open_scene(tmp_path / "hero.vrm")
    data = json.loads(armature().data[DATA_KEY])
    data["blocks"]["meta"] = {"name": "Hero", "authors": ["A. Author"]}  # says nothing of permissions
    armature().data[DATA_KEY] = json.dumps(data)
    assert told("vrm_no_changes", ("unity",)) == ["an avatar that its author, A. Author, does not allow to be changed"]
    said, _ = exported(tmp_path, ExportOptions(author="Ada Byron"))
    meta = said["meta"]
    assert meta["authors"] == ["A. Author", "Ada Byron"]
    assert (meta["modification"], meta["avatarPermission"]) == ("prohibited", "onlyAuthor")
    assert (meta["commercialUsage"], meta["allowRedistribution"]) == ("personalNonProfit", False)


def test_other_materials_can_stand_for_the_file_s(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """A new surface takes over what expressions and MToon say; pictures of the old layout stay behind."""
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    old, new = bpy.data.materials["Skin"], bpy.data.materials.new("Painted")
    take_over(old, new)
    bpy.data.objects["Body"].data.materials[0] = new
    iris = bpy.data.materials.new("Iris")
    wear_only(bpy.data.objects["Face"], iris)
    assert toon_of(new)[1].keys() == {"matcapTexture"}
    after, kept = exported(tmp_path)
    assert after["expressions"]["custom"]["blush"]["colors"][0][0] == "Painted"
    assert after["expressions"]["custom"]["blush"]["transforms"][0][0] == "Iris"
    assert after["toons"]["Painted"]["shadingToonyFactor"] == pytest.approx(0.8)
    assert after["toons"]["Painted"]["matcapTexture"]["index"] == (40, 40, 60)
    assert set(kept["lost"]) == {
        "materials[Painted].shadeMultiplyTexture",
        "materials[Painted].outlineWidthMultiplyTexture",
    }


def test_a_mask_of_the_old_layout_is_not_the_new_base_color(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """A dressed material keeps a shade that was its base color, and tells what else was painted for the old one."""
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    old = bpy.data.materials["Skin"]
    dressed = [old]
    for name in ("Painted", "Painted Again"):
        new = bpy.data.materials["Features"].copy()
        new.name = name
        take_over(dressed[-1], new)
        dressed.append(new)
    bpy.data.objects["Body"].data.materials[0] = dressed[-1]
    after, kept = exported(tmp_path)
    toon = after["toons"]["Painted_Again"]
    assert toon["shadeMultiplyTexture"]["index"] == (200, 150, 120)
    assert "outlineWidthMultiplyTexture" not in toon
    assert kept["lost"] == ["materials[Painted Again].outlineWidthMultiplyTexture"]
    assert "materials[Painted Again].outlineWidthMultiplyTexture" in told("vrm_lost")[0]


@pytest.mark.parametrize("scene", ["hero.vrm", "first.vrm", "saved.blend", "addon.blend"])
def test_the_judge_compares_with_the_source(clean_scene: bpy.types.Context, tmp_path: Path, scene: str) -> None:
    """What is there passes; springs, colliders, a constraint, MToon or an expression that are gone are named."""
    write_vrm(tmp_path / "hero.vrm")
    write_vrm(tmp_path / "first.vrm", 0)
    open_scene(tmp_path / ("first.vrm" if scene == "first.vrm" else "hero.vrm"))
    exported(tmp_path)
    if scene == "addon.blend":
        values = as_addon_has_it(armature())
        forget_ours(armature())
        armature().data["vrm_addon_extension"] = values
        bpy.data.materials["Skin"]["vrm_addon_extension"] = {"mtoon1": {"enabled": True}}
    if scene.endswith(".blend"):
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / scene))
    source = read_source(tmp_path / scene)
    assert kept_check(TargetFolder(tmp_path / "vrm"), source.path, source.vrm).problems == []
    (path,) = (tmp_path / "vrm").glob("*.vrm")
    document = read_json(path)
    del document["extensions"]["VRMC_springBone"]
    document["extensions"]["VRMC_vrm"]["expressions"] = {}
    for one in (*document["nodes"], *document["materials"]):
        one.pop("extensions", None)
    write_json(path, document)
    found = kept_check(TargetFolder(tmp_path / "vrm"), source.path, source.vrm).problems
    missing = {"springs", "colliders", "mtoon"} | ({"expressions"} if scene != "addon.blend" else set())
    missing |= {"constraints"} if scene in ("hero.vrm", "saved.blend") else set()
    assert {one.what.split()[2] for one in found} == missing


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"uid": 3}', '{"uid": "' + "0" * 32 + '", "blocks": []}', '{"blocks": ' + "[" * 5000, "\udcff"],
)
def test_stored_data_of_strangers_are_harmless(clean_scene: bpy.types.Context, text: str) -> None:
    data = bpy.data.armatures.new("Bare")
    rig = bpy.data.objects.new("Bare", data)
    data[DATA_KEY] = text.encode("utf-8", "surrogateescape") if text == "\udcff" else text
    assert vrm_data(rig) is None
    assert human_bones(rig) == {}


def test_values_of_strangers_fall_out_one_by_one(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    rig = armature()
    data = json.loads(rig.data[DATA_KEY])
    blocks = data["blocks"]
    blocks["expressions"]["preset"]["aa"]["morphTargetBinds"][0]["index"] = 10**8
    blocks["lookAt"]["offsetFromHeadBone"] = ["x", None, 1e300]
    blocks["springs"][0]["joints"][0]["node"] = -4
    blocks["colliders"][0]["shape"] = "ball"
    blocks["meta"]["authors"] = [3, "B"]
    data["bones"] = {"x": 1, "7": 3}
    rig.data[DATA_KEY] = json.dumps(data)
    bpy.data.materials["Skin"][MARK_KEY] = 5
    bpy.data.materials["Skin"]["atelier_vrm_mtoon"] = '{"shadeColorFactor": "red", "matcapTexture": {"index": {}}}'
    after, kept = exported(tmp_path)
    assert after["meta"]["authors"] == ["B"]
    assert [one[0] for one in after["colliders"]] == ["b25"]
    assert after["expressions"]["preset"]["aa"]["morphs"] == []
    assert any("Fcl" in one or "aa" in one for one in kept["lost"])
    assert list(check_target(tmp_path / "vrm")) == []


def test_the_exported_scene_is_as_it_was(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    write_vrm(tmp_path / "hero.vrm")
    open_scene(tmp_path / "hero.vrm")
    before = armature().data[DATA_KEY], len(bpy.data.images), len(bpy.data.materials)
    place = np.array(armature().matrix_world)
    exported(tmp_path)
    assert before == (armature().data[DATA_KEY], len(bpy.data.images), len(bpy.data.materials))
    assert np.array_equal(place, np.array(armature().matrix_world))
    assert META["name"] == vrm_data(armature()).blocks["meta"]["name"]
    assert set(NAMES.values()) <= {one.name for one in armature().data.bones}
