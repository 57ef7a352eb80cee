"""Exports read back: the files themselves, Blender's importers, the Khronos validator; and the scene left as it was."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import InThread, Progress, run_to_end
from blender_addon.export.delivery import target_writer
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json, repair_tangents
from blender_addon.export.preflight import preflight
from ml_core import InputError
from scripts.check_export import check_target, khronos_issues

from .avatars import generated

TARGETS = ["unity", "unreal", "web"]
UNCOUNTED = {"window_managers", "workspaces", "screens", "brushes", "palettes", "libraries", "texts", "linestyles"}


def build_scene(context: bpy.types.Context) -> None:
    """Two instances of a scaled monkey, a mirrored cube with a modifier, text, and an avatar."""
    generated()
    bpy.ops.mesh.primitive_monkey_add(location=(2, 0, 1), scale=(0.5, 0.6, 0.7), rotation=(0.1, 0.2, 0.9))
    monkey = context.object
    twin = monkey.copy()
    twin.location.x = 4
    context.scene.collection.objects.link(twin)
    bpy.ops.mesh.primitive_cube_add(location=(-2, 1, 0.5), scale=(-1, 1, 0.5))
    context.object.modifiers.new("Bevel", "BEVEL").segments = 2
    bpy.ops.object.text_add(location=(0, 3, 0))


def fingerprint() -> dict:
    """What an artist would notice having changed."""
    facts: dict = {}
    for kind in dir(bpy.data):
        blocks = getattr(bpy.data, kind)
        if isinstance(blocks, bpy.types.bpy_prop_collection) and kind not in UNCOUNTED:
            facts[kind] = sorted(one.name for one in blocks)
    for obj in bpy.data.objects:
        facts[obj.name] = (
            [round(value, 6) for row in obj.matrix_world for value in row],
            obj.select_get(),
            [slot.material.name if slot.material else None for slot in obj.material_slots],
            obj.data.name if obj.data else None,
        )
    facts["active"] = bpy.context.view_layer.objects.active.name
    facts["scene"] = bpy.context.window.scene.name if bpy.context.window else bpy.context.scene.name
    return facts


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, dict, dict]:
    """Folder, report, and the scene's fingerprint before and after."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    build_scene(bpy.context)
    folder = tmp_path_factory.mktemp("export")
    before = fingerprint()
    report = run_to_end(export_job(bpy.context, folder, TARGETS))
    return folder, report, before, fingerprint()


def test_the_scene_is_as_it_was(exported: tuple[Path, dict, dict, dict]) -> None:
    assert exported[3] == exported[2]


@pytest.mark.parametrize("target", TARGETS)
def test_every_file_reads_back_within_a_millimetre(exported: tuple, target: str, validator: tuple[str, Path]) -> None:
    folder = exported[0] / target
    assert list(check_target(folder, validator)) == []
    models = [path for path in folder.iterdir() if path.suffix in (".fbx", ".glb")]
    assert len(models) >= (2 if target == "web" else 4)


def test_the_check_can_fail(exported: tuple, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "unity"
    shutil.copytree(exported[0] / "unity", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    model = next(entry for entry in manifest["files"] if entry["path"].startswith("SM_"))
    model["dimensions"][2] += 0.01
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "layout.json").write_text("{}")
    (folder / "stray.txt").touch()
    problems = " / ".join(check_target(folder))
    assert model["path"] in problems
    assert "layout.json is not what was exported" in problems
    assert "stray.txt is not in the manifest" in problems


def test_equal_objects_are_one_asset_with_two_places(exported: tuple) -> None:
    layout = json.loads((exported[0] / "unity" / "layout.json").read_text())["instances"]
    places = [one for one in layout if one["asset"] == "SM_Suzanne"]
    assert [round(one["matrix_world"][0][3]) for one in places] == [2, 4]
    assert (exported[0] / "unity" / "SM_Suzanne.fbx").is_file()


def test_raw_facts_of_the_unreal_file(exported: tuple) -> None:
    """The file itself: a root bone over Manny's names, and no more than four weights a vertex."""
    from io_scene_fbx.parse_fbx import parse

    root, _ = parse(str(exported[0] / "unreal" / "SK_Avatar.fbx"))
    objects = next(part for part in root.elems if part.id == b"Objects")
    names = {part.props[1].split(b"\x00")[0].decode() for part in objects.elems if part.id == b"Model"}
    assert {"root", "pelvis", "spine_01", "upperarm_l", "hand_r", "index_01_l"} <= names
    connections = next(part for part in root.elems if part.id == b"Connections")
    skin_of = {one.props[1]: one.props[2] for one in connections.elems}
    clusters: dict[tuple[int, int], int] = {}
    for part in objects.elems:
        if part.id == b"Deformer" and part.props[2] == b"Cluster":
            for indices in (one.props[0] for one in part.elems if one.id == b"Indexes"):
                for index in indices:
                    key = skin_of[part.props[0]], index
                    clusters[key] = clusters.get(key, 0) + 1
    assert clusters
    assert max(clusters.values()) <= 4


def test_unity_roots_have_no_turn_and_no_scale(exported: tuple) -> None:
    from io_scene_fbx.parse_fbx import parse

    root, _ = parse(str(exported[0] / "unity" / "SM_Suzanne.fbx"))
    objects = next(part for part in root.elems if part.id == b"Objects")
    model = next(part for part in objects.elems if part.id == b"Model")
    settings = {
        one.props[0]: list(one.props[4:]) for part in model.elems if part.id == b"Properties70" for one in part.elems
    }
    assert np.allclose(settings.get(b"Lcl Rotation", [0, 0, 0]), 0, atol=1e-4)
    assert np.allclose(settings.get(b"Lcl Scaling", [1, 1, 1]), settings.get(b"Lcl Scaling", [1, 1, 1])[0])


def test_packed_textures_hold_what_they_say(exported: tuple) -> None:
    from PIL import Image

    def channels(name: str, target: str) -> np.ndarray:
        with Image.open(exported[0] / target / name) as picture:
            return np.asarray(picture).astype(int)

    orm, mask = channels("T_Avatar_Body_ORM.png", "unreal"), channels("T_Avatar_Body_MaskMap.png", "unity")
    assert np.abs(orm[..., 0] - mask[..., 1]).max() <= 1  # occlusion: R for Unreal, G for Unity
    assert np.abs(orm[..., 1] + mask[..., 3] - 255).max() <= 1  # roughness, and smoothness in A
    unity, unreal = channels("T_Avatar_Body_N.png", "unity"), channels("T_Avatar_Body_N.png", "unreal")
    assert np.abs(unity[..., 1] + unreal[..., 1] - 255).max() <= 1  # Unreal's green points down


def test_generated_files_say_that_they_are(exported: tuple) -> None:
    extras = read_json(exported[0] / "web" / "SK_Avatar.glb")["asset"]["extras"]
    assert extras["atelier:provenance"] == "AI-generated"
    assert extras["atelier:seed"] == "7"


def test_the_validator_can_find_fault(exported: tuple, tmp_path: Path, validator: tuple[str, Path]) -> None:
    path = tmp_path / "broken.glb"
    data = bytearray((exported[0] / "web" / "scene.glb").read_bytes())
    place = data.find(b'"componentType":5126')
    data[place : place + 20] = b'"componentType":5120'
    path.write_bytes(data)
    assert khronos_issues(path, validator)["numErrors"] > 0


def test_tangents_without_length_are_made_whole(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_plane_add()
    path = tmp_path / "flat.glb"
    bpy.ops.export_scene.gltf(filepath=str(path), export_tangents=True)
    assert repair_tangents(path) == 0
    document, data = read_json(path), bytearray(path.read_bytes())
    view = document["bufferViews"][document["meshes"][0]["primitives"][0]["attributes"]["TANGENT"]]
    start = 28 + struct.unpack_from("<I", data, 12)[0] + view.get("byteOffset", 0)
    data[start : start + view["byteLength"]] = bytes(view["byteLength"])
    path.write_bytes(data)
    assert repair_tangents(path) == 4
    assert repair_tangents(path) == 0
    open_scene(path)


def test_a_second_export_replaces_the_first_and_nothing_else(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    run_to_end(export_job(clean_scene, tmp_path, ["unity"]))
    (tmp_path / "notes.txt").write_text("mine")
    bpy.context.object.name = "Other"
    run_to_end(export_job(clean_scene, tmp_path, ["unity"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "unity"]
    assert (tmp_path / "unity" / "SM_Other.fbx").is_file()
    assert not (tmp_path / "unity" / "SM_Cube.fbx").exists()


def test_a_folder_of_somebody_else_is_not_touched(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    (tmp_path / "unity").mkdir()
    (tmp_path / "unity" / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="not an Atelier export"):
        run_to_end(export_job(clean_scene, tmp_path, ["unity"]))
    assert [path.name for path in (tmp_path / "unity").iterdir()] == ["thesis.txt"]


def test_a_cancelled_export_leaves_nothing(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    build_scene(clean_scene)
    before = fingerprint()
    job = export_job(clean_scene, tmp_path / "new" / "folder", TARGETS)
    for _ in range(5):
        next(job)
    job.close()
    assert not (tmp_path / "new").exists()
    assert fingerprint() == before


def test_copies_are_removed_in_steps_and_none_is_left(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the export is cancelled between two of them."""
    monkeypatch.setattr(target_writer, "REMOVED", 2)
    for number in range(3):
        bpy.ops.mesh.primitive_uv_sphere_add(location=(4 * number, 0, 0), segments=8 + number)
    before = fingerprint()
    steps: list[str] = []
    run_to_end(export_job(clean_scene, tmp_path / "whole", ["unity"]), lambda step: steps.append(step.what))
    assert steps.count("Unity: finishing") > 3
    assert fingerprint() == before
    job = export_job(clean_scene, tmp_path / "half", ["unity"])
    left, step = 2, next(job)
    while left:
        left -= isinstance(step, Progress) and step.what == "Unity: finishing"
        step = job.send(step.function() if isinstance(step, InThread) else None)
    job.close()
    assert fingerprint() == before
    assert not (tmp_path / "half").exists()


@pytest.mark.parametrize("bad", ["empty", "nan", "faceless", "target", "folder"])
def test_bad_input_is_named_and_leaves_nothing(clean_scene: bpy.types.Context, tmp_path: Path, bad: str) -> None:
    folder, targets, why = tmp_path / "out", ["unity"], ""
    if bad == "empty":
        why = "no visible mesh"
    elif bad == "nan":
        bpy.ops.mesh.primitive_cube_add()
        bpy.context.object.data.vertices[0].co.x = float("nan")
        why = "Cube.*finite"
    elif bad == "faceless":
        bpy.ops.mesh.primitive_circle_add()
        why = "Circle.*no faces"
    elif bad == "target":
        bpy.ops.mesh.primitive_cube_add()
        targets, why = ["cryengine"], "cryengine"
    else:
        bpy.ops.mesh.primitive_cube_add()
        (tmp_path / "file").touch()
        folder, why = tmp_path / "file" / "out", "cannot be written"
    with pytest.raises(InputError, match=why):
        run_to_end(export_job(clean_scene, folder, targets))
    assert not folder.exists()


def test_preflight_names_what_is_wrong_and_changes_nothing(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add(scale=(-1, 1, 1))
    bpy.context.object.name = "Bad name!"
    while bpy.context.object.data.uv_layers:
        bpy.context.object.data.uv_layers.remove(bpy.context.object.data.uv_layers[0])
    before = fingerprint()
    found = " / ".join(f"{one.object}: {one.what}" for one in preflight(clean_scene, ["unity"]))
    assert "no UV map" in found
    assert "a name that engines change" in found
    assert fingerprint() == before


@pytest.mark.data
@pytest.mark.slow
def test_real_assets_go_out_and_come_back(
    clean_scene: bpy.types.Context, data_dir: Path, tmp_path: Path, validator: tuple[str, Path]
) -> None:
    scenes = data_dir / "scenes"
    for path in [
        next(iter(sorted((scenes / "kaykit_furniture_bits").rglob("*.gltf")))),
        next(iter(sorted((scenes / "kaykit_adventurers").rglob("*.glb")))),
        scenes / "kenney_animated_characters_1" / "characterMedium.fbx",
        scenes / "blendswap_cc0" / "barrel" / "barrel.obj",
    ]:
        open_scene(path)
        # The Barbarian has 76 clips; four are enough, and take a tenth of the time.
        for armature in (obj for obj in bpy.data.objects if obj.type == "ARMATURE" and obj.animation_data is not None):
            for track in list(armature.animation_data.nla_tracks)[4:]:
                armature.animation_data.nla_tracks.remove(track)
        run_to_end(export_job(bpy.context, tmp_path / path.stem, TARGETS))
        for target in TARGETS:
            assert list(check_target(tmp_path / path.stem / target, validator)) == [], path.name
