"""Scene files of strangers are opened without what they would run, and without pictures of this machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.importers import open_scene
from ml_core.errors import InputError

TEXT = "import pathlib\npathlib.Path({mark!r}).touch()\n"


@pytest.fixture
def cube(clean_scene: bpy.types.Context) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add()
    return bpy.context.object


def textured(cube: bpy.types.Object, picture: str) -> bpy.types.Image:
    material = bpy.data.materials.new("Paint")
    if material.node_tree is None:
        material.use_nodes = True
    cube.data.materials.append(material)
    image = bpy.data.images.new("Painting", 4, 4)
    image.source, image.filepath = "FILE", picture
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    principled = next(one for one in material.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
    material.node_tree.links.new(node.outputs["Color"], principled.inputs["Base Color"])
    return image


def picture(path: Path) -> Path:
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4), "red").save(path)
    return path


def test_nothing_of_a_blend_file_runs(cube: bpy.types.Object, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = bpy.data.texts.new("startup.py")
    text.write(TEXT.format(mark=str(mark)))
    text.use_module = True  # "Register": run when the file is loaded
    driver = cube.driver_add("location", 0).driver
    driver.type, driver.expression = "SCRIPTED", f"open({str(mark)!r}, 'w') and 1.0"
    path = tmp_path / "hostile.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    mark.unlink(missing_ok=True)
    bpy.context.preferences.filepaths.use_scripts_auto_execute = True  # as somebody's preferences may have it
    try:
        open_scene(path)
        bpy.context.view_layer.update()
        bpy.context.evaluated_depsgraph_get()
    finally:
        bpy.context.preferences.filepaths.use_scripts_auto_execute = False
    assert not mark.exists()
    assert "Cube" in bpy.data.objects


@pytest.mark.parametrize("kind", ["obj", "fbx", "usda"])
def test_pictures_of_this_machine_are_left_out(
    cube: bpy.types.Object, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    private = picture(tmp_path / "private" / "me.png")
    path = tmp_path / "download" / "pack" / f"scene.{kind}"
    near = picture(path.parent / "textures" / "near.png")
    image = textured(cube, str(private))
    image.reload()
    for chosen, kept in ((private, False), (near, True)):
        write(path, image, chosen)
        open_scene(path)
        files = {Path(bpy.path.abspath(one.filepath)).name for one in bpy.data.images if one.source == "FILE"}
        assert (chosen.name in files) is kept
        assert ("is left out" in caplog.text) is not kept
        caplog.clear()
        assert [one.type for one in bpy.context.scene.objects].count("MESH") == 1
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.ops.mesh.primitive_cube_add()
        image = textured(bpy.context.object, str(near))


def write(path: Path, image: bpy.types.Image, chosen: Path) -> None:
    image.filepath = str(chosen)
    image.reload()
    if path.suffix == ".obj":
        bpy.ops.wm.obj_export(filepath=str(path), path_mode="ABSOLUTE")
    elif path.suffix == ".fbx":
        bpy.ops.export_scene.fbx(filepath=str(path), path_mode="ABSOLUTE")
    else:
        bpy.ops.wm.usd_export(filepath=str(path), export_textures_mode="KEEP", relative_paths=False)


@pytest.mark.parametrize("kind", ["usdc", "usdz"])
def test_a_binary_stage_names_no_device(cube: bpy.types.Object, tmp_path: Path, kind: str) -> None:
    image = textured(cube, str(picture(tmp_path / "near.png")))
    stage = tmp_path / "scene.usdc"
    image.filepath = "/dev/zero"
    bpy.ops.wm.usd_export(filepath=str(stage), export_textures_mode="KEEP", relative_paths=False)
    path = stage
    if kind == "usdz":
        from zipfile import ZipFile

        path = tmp_path / "scene.usdz"
        with ZipFile(path, "w") as archive:
            archive.write(stage, "scene.usdc")
    with pytest.raises(InputError, match="'/dev/zero', which is a device"):
        open_scene(path)


@pytest.mark.usefixtures("clean_scene")
def test_a_newer_blend_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "newer.blend"
    path.write_bytes(b"BLENDER17-01v9912" + b"\0" * 100)
    with pytest.raises(InputError, match=r"saved by Blender 99\.12, newer than this one"):
        open_scene(path)


def test_packed_pictures_are_written_under_safe_names(cube: bpy.types.Object, tmp_path: Path) -> None:
    from scripts.generate_avatar import PNG_SIGNATURE, save_images

    real = picture(tmp_path / "a.png").read_bytes()
    victim = tmp_path / "painting.png"
    victim.write_bytes(b"the artist's own")
    names = [f"{tmp_path}/painting.any", "../../up", "CON", "a:b\n<c>", "Face", "face", "..", "skin/deep.001"]
    for name in names:
        image = bpy.data.images.new("x", 1, 1)
        image.pack(data=real, data_len=len(real))
        image["atelier_owner"] = "x"
        image.name, image.use_fake_user = name, True
    evil = bpy.data.images.new("evil", 1, 1)
    evil.pack(data=b"#!/bin/sh", data_len=9)
    evil["atelier_owner"] = "x"
    before = {one for one in tmp_path.rglob("*")}
    written = save_images(tmp_path / "out")
    assert victim.read_bytes() == b"the artist's own"
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "out", *(tmp_path / "out" / one for one in written)}
    assert len({one.lower() for one in written}) == len(names)
    assert all((tmp_path / "out" / one).read_bytes().startswith(PNG_SIGNATURE) for one in written)
    shutil.rmtree(tmp_path / "out")


def test_pictures_are_found_by_name_and_missing_ones_told_once(
    clean_scene: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Paths of another machine and another case, in a folder beside the file's own and above it."""
    wood = picture(tmp_path / "pack" / "Textures" / "wood.png")
    stone = picture(tmp_path / "pack" / "Models" / "Stone.PNG")
    path = tmp_path / "pack" / "Models" / "thing.obj"
    lines = [
        "mtllib thing.mtl",
        "v 0 0 0",
        "v 1 0 0",
        "v 0 1 0",
        "vt 0 0",
        "vt 1 0",
        "vt 0 1",
        "usemtl m",
        "f 1/1 2/2 3/3",
    ]
    path.write_text("\n".join(lines))
    maps = ["map_Kd C:\\Users\\Ann\\WOOD.PNG", "map_Ks D:\\work\\stone.png", "map_Ke gone.png", "map_d lost.png"]
    path.with_suffix(".mtl").write_text("\n".join(["newmtl m", *maps]))
    open_scene(path)
    files = {Path(bpy.path.abspath(one.filepath)).resolve() for one in bpy.data.images if one.source == "FILE"}
    assert {wood.resolve(), stone.resolve()} <= files
    told = [record.getMessage() for record in caplog.records]
    assert told == ["thing.obj: 2 pictures are missing: gone.png, lost.png"]


def test_a_gltf_without_one_of_its_pictures_is_a_scene_still(
    clean_scene: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One is found by its name in the folder of textures; the other is told."""
    bpy.ops.mesh.primitive_plane_add()
    path = tmp_path / "thing.gltf"
    bpy.ops.export_scene.gltf(filepath=str(path), export_format="GLTF_SEPARATE")
    document = json.loads(path.read_text())
    document["images"] = [{"uri": "wood.png"}, {"uri": "gone.png"}]
    document["textures"] = [{"source": 0}, {"source": 1}]
    pbr = {"baseColorTexture": {"index": 0}, "metallicRoughnessTexture": {"index": 1}}
    document["materials"] = [{"name": "m", "pbrMetallicRoughness": pbr}]
    document["meshes"][0]["primitives"][0]["material"] = 0
    path.write_text(json.dumps(document))
    wood = picture(tmp_path / "Textures" / "WOOD.png")
    open_scene(path)
    assert [obj.type for obj in bpy.context.scene.objects] == ["MESH"]
    images = {Path(one.filepath).name.casefold(): one for one in bpy.data.images if one.source == "FILE"}
    assert Path(bpy.path.abspath(images["wood.png"].filepath)).resolve() == wood.resolve()
    told = [record.getMessage() for record in caplog.records if record.name == "atelier.notes"]
    assert len(told) == 1
    assert "1 picture is missing" in told[0]


@pytest.mark.both_blenders
@pytest.mark.parametrize("extension", ["KHR_texture_basisu", "ATELIER_of_another_day"])
def test_a_gltf_that_asks_for_what_blender_lacks_is_not_called_damaged(
    clean_scene: bpy.types.Context, tmp_path: Path, extension: str
) -> None:
    path = tmp_path / "ahead.gltf"
    document = {"asset": {"version": "2.0"}, "extensionsUsed": [extension], "extensionsRequired": [extension]}
    path.write_text(json.dumps(document))
    with pytest.raises(InputError) as caught:
        open_scene(path)
    assert extension in str(caught.value)
    assert "damaged" not in str(caught.value)
