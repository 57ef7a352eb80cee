"""What files say of their origin, and what they must not say: where on which machine they were made."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.delivery.origin_reading import history_in, origin_of
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from ml_core.errors import InputError
from ml_core.version import __version__
from scripts.check_export import check_target

from ..avatars import add_clip, generated, plain

TARGETS = ["unity", "unreal", "godot", "web", "vrm", "usd"]
AUTHOR, LICENSE = "Ada <Byron> & Sons", "CC-BY-4.0"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Exports of a saved file, and where it is saved: an avatar, and a cube in a picture of the artist's own."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature = plain()
    add_clip(armature, "Wave", "leftUpperArm", 1, 4)
    bpy.ops.mesh.primitive_cube_add()
    picture = bpy.data.images.new("Own", 32, 32)
    material = bpy.data.materials.new("Own")
    material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = picture
    principled = next(one for one in material.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
    material.node_tree.links.new(node.outputs["Color"], principled.inputs["Base Color"])
    bpy.context.object.data.materials.append(material)
    home = tmp_path_factory.mktemp("home_of_jane")
    note = str(home / "rig_notes.txt")
    for block in (armature, armature.data, armature.data.bones[0], bpy.context.object, bpy.context.object.data):
        block["notes"] = note
    bpy.ops.wm.save_as_mainfile(filepath=str(home / "secret_project.blend"))
    folder = tmp_path_factory.mktemp("provenance")
    options = ExportOptions(author=AUTHOR, license=LICENSE, lods=0)
    run_to_end(export_job(bpy.context, folder, TARGETS, options))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return folder, home


def test_pictures_say_that_they_are_generated_and_whose(exported: tuple[Path, Path]) -> None:
    with Image.open(exported[0] / "unity" / "T_Avatar_Body_BC.png") as picture:
        text = dict(picture.text)
    assert (text["Author"], text["Copyright"], text["atelier:provenance"]) == (AUTHOR, LICENSE, "AI-generated")
    assert text["atelier:seed"] == "7"
    assert text["atelier:model_card"] == "texture_generator.json"
    assert json.loads(text["atelier:traits"])["height"] == 1.8
    packet = ElementTree.fromstring(text["XML:com.adobe.xmp"].lstrip("\ufeff"))
    assert packet.find(f".//{IPTC}DigitalSourceType").text == SOURCE_TYPE
    assert AUTHOR in [one.text for one in packet.iter() if one.tag.endswith("}li")]


def test_the_artists_own_picture_is_only_the_artists(exported: tuple[Path, Path]) -> None:
    with Image.open(exported[0] / "unity" / "T_Own_BC.png") as picture:
        text = dict(picture.text)
    assert text["Author"] == AUTHOR
    assert "trainedAlgorithmicMedia" not in str(text)
    entries = json.loads((exported[0] / "unity" / "manifest.json").read_text())["files"]
    assert [entry["path"] for entry in entries if entry.get("provenance")] == ["SK_Avatar.fbx"]


@pytest.mark.parametrize("name", ["godot/SK_Avatar.glb", "web/SK_Avatar.glb", "vrm/SK_Avatar.vrm"])
def test_models_carry_the_same(exported: tuple[Path, Path], name: str) -> None:
    asset = (document := read_json(exported[0] / name))["asset"]
    assert asset["extras"]["atelier:provenance"] == "AI-generated"
    packet = document["extensions"]["KHR_xmp_json_ld"]["packets"][asset["extensions"]["KHR_xmp_json_ld"]["packet"]]
    assert packet["Iptc4xmpExt:DigitalSourceType"] == SOURCE_TYPE
    assert packet["dc:creator"] == {"@list": [AUTHOR]}
    assert {key.split(":")[0] for key in packet if not key.startswith("@")} <= packet["@context"].keys()


def test_no_file_says_where_it_was_made(exported: tuple[Path, Path]) -> None:
    secrets = [str(exported[1]), exported[1].name, "secret_project", "rig_notes", str(exported[0]), str(Path.home())]
    if getpass.getuser() != "root":  # a user's name that is a bone's, too
        secrets.append(getpass.getuser())
    files = [path for path in exported[0].rglob("*") if path.is_file()]
    assert len(files) > 30
    for path in files:
        data = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in data and secret != "/"], path


@pytest.mark.parametrize("target", TARGETS)
def test_every_check_passes(exported: tuple[Path, Path], target: str, validator: tuple[str, Path]) -> None:
    assert list(check_target(exported[0] / target, validator)) == []


def test_a_texture_budget_holds(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """Powers of two, whatever number is given, and never more than the target's own."""
    plain()
    run_to_end(export_job(clean_scene, tmp_path, ["unity"], ExportOptions(texture_budget=100, lods=0)))
    for path in (tmp_path / "unity").glob("*.png"):
        with Image.open(path) as picture:
            assert picture.size == (64, 64), path.name


def test_webp_keeps_normals_and_provenance(
    clean_scene: bpy.types.Context, tmp_path: Path, validator: tuple[str, Path]
) -> None:
    generated()
    run_to_end(export_job(clean_scene, tmp_path / "png", ["web"], ExportOptions(lods=0)))
    options = ExportOptions(image_format="WEBP", compress_meshes=True, author=AUTHOR)
    run_to_end(export_job(clean_scene, tmp_path / "webp", ["web"], options))
    documents = {kind: read_json(tmp_path / kind / "web" / "SK_Avatar.glb") for kind in ("png", "webp")}
    bytes_of = {kind: _image_bytes(one) for kind, one in documents.items()}
    colors = [name for name in bytes_of["png"] if name.endswith("_BC") and "Mouth" not in name]
    parts = [f"T_Avatar_{part}_BC" for part in ("Body", "Eye_L", "Eye_R", "Hair")]
    assert set(parts) < set(colors), "garments have colors of their own"  # normals and masks stay, to the last bit
    share = {name: bytes_of["webp"][name] / bytes_of["png"][name] for name in parts}
    assert max(share.values()) < 0.6, "single hairs need the most"
    assert sorted(share.values())[-2] < 0.5
    document = documents["webp"]
    assert {"EXT_texture_webp", "KHR_draco_mesh_compression"} <= set(document["extensionsUsed"])
    assert list(check_target(tmp_path / "webp" / "web", validator)) == []
    pictures = {}
    for kind in ("png", "webp"):
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        bpy.ops.import_scene.gltf(filepath=str(tmp_path / kind / "web" / "SK_Avatar.glb"))
        image = next(one for one in bpy.data.images if "Body_N" in one.name)
        pictures[kind] = np.array(image.pixels[:])
        assert kind == "png" or AUTHOR.split()[0].encode() in image.packed_file.data
    assert np.array_equal(pictures["png"], pictures["webp"])


def _image_bytes(document: dict[str, Any]) -> dict[str, int]:
    views = document["bufferViews"]
    return {image["name"]: views[image["bufferView"]]["byteLength"] for image in document["images"]}


def test_without_the_draco_library_it_says_so(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blender_addon.export.formats import gltf
    from ml_core import InputError

    bpy.ops.mesh.primitive_cube_add()
    monkeypatch.setattr(gltf, "has_library", lambda _: False)
    for compression, name in gltf.LIBRARIES.items():
        options = ExportOptions(compress_meshes=True, mesh_compression=compression)
        with pytest.raises(InputError, match=name):
            run_to_end(export_job(clean_scene, tmp_path / "out", ["web"], options))
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "name",
    ["unity/SK_Avatar.fbx", "unreal/SK_Avatar.fbx", "web/SK_Avatar.glb", "web/scene.glb", "vrm/SK_Avatar.vrm",
     "usd/SK_Avatar.usdc", "usd/scene.usdc", "unity/SM_Cube.fbx", "unity/T_Avatar_Body_BC.png"],
)  # fmt: skip
def test_every_file_names_its_author_license_and_history(exported: tuple[Path, Path], name: str) -> None:
    path = exported[0] / name
    note = origin_of(path)
    assert (note["Author"], note["Copyright"]) == (AUTHOR, LICENSE)
    steps = history_in(note)
    assert steps[-1].action == "exported"
    assert all(step.version == __version__ for step in steps)
    if "Avatar" in name:
        assert note["atelier:provenance"] == "AI-generated"


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    for ending in (".fbx", ".glb", ".png", ".usdc"):
        (tmp_path / f"broken{ending}").write_bytes(b"Kaydara FBX Binary  \x00\x1a\x00 nothing")
        with pytest.raises(InputError, match="broken"):
            origin_of(tmp_path / f"broken{ending}")
    with pytest.raises(InputError, match="no such file"):
        origin_of(tmp_path / "missing.glb")
