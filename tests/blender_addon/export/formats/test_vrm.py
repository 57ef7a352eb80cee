"""VRM files: the block as the specification has it, permissions, poses and rigs as artists bring them."""

from __future__ import annotations

from math import radians
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.state.edit_mode import edited_bones
from blender_addon.export.assets.avatars.skeleton import humanoid_bones
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions, VrmMeta
from ml_core import InputError
from scripts.check_export import check_target, khronos_issues
from scripts.export_checks.readers.folder import TargetFolder

from ..avatars import ARKIT, add_keys, body_of, generated, lay_down, lower_arms, move_data, plain

OPTIONS = ExportOptions(
    author="Ada Byron",
    license="https://example.org/terms",
    vrm=VrmMeta(commercial_usage="corporation", allow_redistribution=True),
)


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A VRM of the built-in avatar in A-pose, turned in the scene, with keys."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature = generated()
    add_keys(body_of(armature))
    lower_arms(armature, 40)
    armature.rotation_euler.z = radians(90)
    bpy.ops.mesh.primitive_cube_add()
    folder = tmp_path_factory.mktemp("vrm")
    run_to_end(export_job(bpy.context, folder, ["vrm", "web"], OPTIONS))
    return folder


def block(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The glTF document and its VRM part."""
    document = read_json(folder / "vrm" / "SK_Avatar.vrm")
    return document, document["extensions"]["VRMC_vrm"]


def test_it_passes_every_check(exported: Path, validator: tuple[str, Path]) -> None:
    assert list(check_target(exported / "vrm", validator)) == []
    messages = khronos_issues(exported / "vrm" / "SK_Avatar.vrm", validator)["messages"]
    # The one warning is of what VRM asks for: no stored tangents.
    assert {m["code"] for m in messages if m["severity"] < 2} == {"MESH_PRIMITIVE_GENERATED_TANGENT_SPACE"}
    assert not (exported / "vrm" / "scene.glb").exists()


def test_who_may_do_what(exported: Path) -> None:
    meta = block(exported)[1]["meta"]
    assert meta["name"] == "Avatar"
    assert meta["authors"] == ["Ada Byron"]
    assert meta["licenseUrl"] == "https://vrm.dev/licenses/1.0/"
    assert meta["otherLicenseUrl"] == "https://example.org/terms"
    assert (meta["commercialUsage"], meta["modification"]) == ("corporation", "prohibited")
    assert (meta["allowRedistribution"], meta["allowAntisocialOrHateUsage"]) == (True, False)


def test_bones_expressions_and_gaze(exported: Path) -> None:
    document, vrm = block(exported)
    assert len(vrm["humanoid"]["humanBones"]) == 55
    for joint, bone in vrm["humanoid"]["humanBones"].items():
        assert document["nodes"][bone["node"]]["name"] == joint  # the built-in body's bones have VRM's names
    presets = vrm["expressions"]["preset"]
    assert {"aa", "blink", "blinkLeft", "happy", "neutral"} <= presets.keys()
    bind = presets["blinkLeft"]["morphTargetBinds"][0]
    mesh = document["meshes"][document["nodes"][bind["node"]]["mesh"]]
    assert mesh["extras"]["targetNames"][bind["index"]] == "eyeBlinkLeft"
    assert all("TANGENT" not in p["attributes"] for one in document["meshes"] for p in one["primitives"])
    look = vrm["lookAt"]
    assert look["type"] == "bone"
    assert 0.03 < np.linalg.norm(look["offsetFromHeadBone"]) < 0.2


def test_the_arms_go_up_and_the_rest_stays(exported: Path) -> None:
    """VRM asks for the T-pose; the web file of the same avatar keeps the arms as they are, facing as it does."""
    places = {}
    for target in ("vrm", "web"):
        model = next(iter(TargetFolder(exported / target).skeletal_models))
        places[target] = {name: matrix[:3, 3] for name, matrix in model.bones().items()}
    arm = {target: one["leftHand"] - one["leftUpperArm"] for target, one in places.items()}
    assert np.degrees(np.arctan2(-arm["web"][1], arm["web"][0])) == pytest.approx(40, abs=3)
    assert abs(np.degrees(np.arctan2(arm["vrm"][1], arm["vrm"][0]))) < 5
    assert arm["vrm"][0] > 0.4
    for joint in ("head", "leftFoot", "leftUpperArm"):
        assert np.abs(places["vrm"][joint] - places["web"][joint]).max() < 1e-4, joint


def test_keys_arrive_and_the_slider_is_in_the_shape(exported: Path) -> None:
    model = next(iter(TargetFolder(exported / "vrm").skeletal_models))
    body = max((node.mesh for node in model.nodes if node.mesh), key=lambda mesh: len(mesh.shapes))
    assert ARKIT.keys() <= body.shapes.keys()
    assert not [name for name in body.shapes if "atelier" in name]
    for name, offset in ARKIT.items():
        size = np.linalg.norm(body.shapes[name], axis=1).max()
        assert 0.002 < size <= np.linalg.norm(offset) * 3, name
    web = next(e for e in TargetFolder(exported / "web").entries if e["kind"] == "skeletal")
    assert web["dimensions"][1] > 0.3  # half of the slider's 10 cm, in depth


def test_a_lying_avatar_in_centimetres_stands(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """Every target gets it on its feet, in meters, as if it had come upright."""
    armature = plain()
    add_keys(body_of(armature))
    run_to_end(export_job(clean_scene, tmp_path / "a", ["vrm", "unity"], ExportOptions(lods=0)))
    lay_down(armature)
    run_to_end(export_job(clean_scene, tmp_path / "b", ["vrm", "unity"], ExportOptions(lods=0)))
    for target in ("vrm", "unity"):
        assert list(check_target(tmp_path / "b" / target)) == []
        one, other = (next(iter(TargetFolder(tmp_path / name / target).skeletal_models)) for name in "ab")
        for bone, matrix in one.bones().items():
            assert np.abs(matrix[:3, 3] - other.bones()[bone][:3, 3]).max() < 1e-3, bone
        before, after = (TargetFolder(tmp_path / name / target).layout[0]["matrix_world"] for name in "ab")
        assert np.allclose(before, after, atol=1e-4)


def test_the_feet_stand_on_the_ground(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    move_data(plain(), Matrix.Translation((0.5, 0.2, 1)))
    run_to_end(export_job(clean_scene, tmp_path, ["vrm"], ExportOptions(lods=0)))
    model = next(iter(TargetFolder(tmp_path / "vrm").skeletal_models))
    points = np.concatenate([node.mesh.points for node in model.nodes if node.mesh])
    assert abs(points[:, 1].min()) < 1e-3
    assert abs(model.bones()["leftFoot"][0, 3] + model.bones()["rightFoot"][0, 3]) < 1e-3
    place = np.array(TargetFolder(tmp_path / "vrm").layout[0]["matrix_world"])[:3, 3]
    assert np.allclose(place, (0.5, 0.2, 1), atol=0.05)


def remove_bones(context: bpy.types.Context, armature: bpy.types.Object, top: str) -> None:
    """A bone and all below it; one that is called otherwise would be found by where it is."""
    with edited_bones(context.view_layer, armature) as edited:
        for bone in (*edited[top].children_recursive, edited[top]):
            edited.remove(bone)


def test_what_is_no_humanoid_is_left_out_and_named(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    plain()
    bpy.data.objects["Avatar"].name = "Person"
    cripple = plain()
    remove_bones(clean_scene, cripple, "leftHand")
    report = run_to_end(export_job(clean_scene, tmp_path / "both", ["vrm"], ExportOptions(lods=0)))
    assert report["targets"]["vrm"]["skipped"] == {cripple.name: "no bones for leftHand"}
    assert [path.name for path in (tmp_path / "both" / "vrm").glob("*.vrm")] == ["SK_Person.vrm"]
    remove_bones(clean_scene, bpy.data.objects["Person"], "leftLowerLeg")
    with pytest.raises(InputError, match=r"VRM.*leftLowerLeg.*leftHand|VRM.*leftHand.*leftLowerLeg"):
        run_to_end(export_job(clean_scene, tmp_path / "none", ["vrm"]))
    assert not (tmp_path / "none").exists()


def test_a_scene_without_avatars_says_so(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(InputError, match=r"VRM.*no avatar"):
        run_to_end(export_job(clean_scene, tmp_path, ["vrm"]))


def test_joints_without_their_parents_are_no_joints(clean_scene: bpy.types.Context) -> None:
    armature = plain()
    for bone in ("chest", "leftIndexProximal", "leftThumbMetacarpal"):
        armature.data.bones[bone].name = f"x_{bone}_x"
    lost = {"chest", "upperChest", "leftIndexProximal", "leftIndexIntermediate", "leftIndexDistal"}
    assert not (lost | {"leftThumbProximal", "leftThumbDistal"}) & humanoid_bones(armature).keys()


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", ["id13_casual_full", "id22_casual_body"])
def test_shared_avatars(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path, validator: tuple[str, Path], name: str
) -> None:
    """Centimeters below bones that are posed small, Mixamo-like names, shape keys of their own."""
    open_scene(data_dir / "avatars" / "meshes" / f"{name}.glb")
    run_to_end(export_job(bpy.context, tmp_path, ["vrm", "unreal"], ExportOptions(lods=0)))
    for target in ("vrm", "unreal"):
        assert list(check_target(tmp_path / target, validator)) == [], target
    entry = next(e for e in TargetFolder(tmp_path / "unreal").entries if e["kind"] == "skeletal")
    assert entry["bones"]["leftUpperArm"] == "upperarm_l"
    assert 1.6 < entry["dimensions"][2] < 1.9
    assert len(entry["shape_keys"]) == (36 + 16 if name == "id13_casual_full" else 0) or entry["shape_keys"]
