"""At home in Blender: presets, files that are dropped, the Asset Browser, the menus."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.surface.layers import layers_of
from blender_addon.avatar.surface.skin_place import place_of, uv_under
from blender_addon.avatar.surface.texturing import map_sources
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.ui.avatar.trait_presets import FOLDER, ATELIER_OT_add_trait_preset, ATELIER_PT_trait_presets

SHIPPED = sorted((FOLDER / "presets" / "atelier" / "traits").glob("*.py"))


def report() -> dict:
    return bpy.context.scene.atelier.report()


def apply_preset(path: Path) -> None:
    bpy.ops.atelier.use_trait_preset(filepath=str(path))


@pytest.mark.usefixtures("clean_scene")
def test_presets_come_along_and_say_all_traits() -> None:
    folders = bpy.utils.preset_paths(ATELIER_PT_trait_presets.preset_subdir)
    assert [Path(one) for one in folders if Path(one).parent.parent == FOLDER / "presets"] or SHIPPED[0].parent in [
        Path(one) for one in folders
    ]
    traits = bpy.context.scene.atelier.traits
    switches = [one.partition(".")[2] for one in ATELIER_OT_add_trait_preset.preset_values if ".use_" in one]
    for path in SHIPPED:
        for name in switches:
            setattr(traits, name, True)
        apply_preset(path)
        requested = traits.to_traits()  # raises when a value is not allowed
        for name in switches:
            assert f"traits.{name} = {getattr(traits, name)}" in path.read_text(), path.name
        assert (requested.outfit is None) == (path.stem == "Anyone")


@pytest.mark.usefixtures("clean_scene")
def test_a_preset_of_ones_own_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bpy.utils, "user_resource", lambda kind, path="", create=False: _folder(tmp_path / path))
    menu = ATELIER_PT_trait_presets  # which Blender gives the name of the last preset
    monkeypatch.setattr(menu, "bl_label", menu.bl_label)
    traits = bpy.context.scene.atelier.traits
    traits.top = (0.5, 0.25, 0.125)
    traits.outfit = "medical"
    traits.use_height = False
    wanted = traits.to_traits()
    bpy.ops.atelier.add_trait_preset(name="My Nurse")
    path = tmp_path / "presets" / "atelier" / "traits" / "My_Nurse.py"
    for name in traits.bl_rna.properties.keys():  # noqa: SIM118 - not a dict
        if name.startswith("use_"):
            setattr(traits, name, not getattr(traits, name))
    apply_preset(path)
    assert traits.to_traits() == wanted


@pytest.mark.usefixtures("clean_scene")
def test_presets_of_ones_own_go_and_shipped_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = ATELIER_PT_trait_presets
    monkeypatch.setattr(menu, "bl_label", menu.bl_label)
    found = SHIPPED[0]
    monkeypatch.setattr(bpy.utils, "preset_find", lambda *_, **__: str(found))
    bpy.ops.atelier.add_trait_preset(remove_name=True, name=found.stem)
    assert found.is_file()
    found = tmp_path / "Mine.py"
    found.touch()
    bpy.ops.atelier.add_trait_preset(remove_name=True, name="Mine")
    assert not found.exists()


def _folder(path: Path) -> str:
    path.mkdir(parents=True, exist_ok=True)
    return str(path)


@pytest.mark.usefixtures("clean_scene")
def test_a_dropped_picture_is_painted_where_it_is_dropped(tmp_path: Path) -> None:
    requested = '{"presentation": 0.0, "garments": ["long_sleeve", "jeans"]}'
    bpy.ops.atelier.generate_avatar(seed=3, size="256", traits_json=requested)
    avatar = bpy.data.objects[report()["object"]]
    body = worn_garments(avatar)["long_sleeve"]
    sources = map_sources(avatar, every=True)
    bodies = {one.body for one in sources}

    def seen(place: Vector, direction: Vector) -> tuple[str, float, float]:
        found = uv_under(bpy.context, place, direction, bodies)
        assert found is not None
        assert found[0] == body
        where = place_of(next(one for one in sources if one.body == found[0]), found[1])
        return where.chart, where.x, where.y

    front, back = Vector((0, 1, 0)), Vector((0, -1, 0))
    chart, x, _ = seen(Vector((0, -2, 1.25)), front)
    assert chart == "torso"
    assert abs(x - 0.5) < 0.08
    chart, x, _ = seen(Vector((0, 2, 1.25)), back)
    assert chart == "torso"
    assert min(x, 1 - x) < 0.1
    arm = avatar.data.bones["leftLowerArm"].head_local
    assert seen(Vector((arm.x, -2, arm.z)), front)[0].startswith("left_")
    assert seen(Vector((-arm.x, -2, arm.z)), front)[0].startswith("right_")
    assert uv_under(bpy.context, Vector((3, -2, 1.25)), front, bodies) is None

    picture = bpy.data.images.new("star", 32, 32, alpha=True)
    picture.pixels.foreach_set(np.tile(np.array([0, 0.6, 0, 1], np.float32), 32 * 32))
    picture.filepath_raw, picture.file_format = str(tmp_path / "star.png"), "PNG"
    picture.save()
    bpy.data.images.remove(picture)
    bpy.context.view_layer.objects.active = avatar
    bpy.ops.atelier.paint_image(filepath=str(tmp_path / "star.png"), chart="torso", x=0.5, y=0.3)
    layer = layers_of(avatar)[-1]
    assert (layer.kind, layer.chart, layer.image) == ("print", "torso", "star.png")
    assert bpy.data.images["star.png"].packed_file is not None
    green = skin(body).reshape(-1, 4)
    assert (green[:, 1] - green[:, 0]).max() > 0.3, "the star is on the shirt"
    images = set(bpy.data.images.keys())
    (tmp_path / "broken.png").write_text("no picture")
    with pytest.raises(RuntimeError, match=r"broken\.png"):
        bpy.ops.atelier.paint_image(filepath=str(tmp_path / "broken.png"))
    assert layers_of(avatar) == (layer,)
    assert set(bpy.data.images.keys()) == images


def skin(body: bpy.types.Object) -> np.ndarray:
    image = bpy.data.images[f"T_{body.name}_BC"]
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    return pixels


@pytest.mark.usefixtures("clean_scene")
def test_a_dropped_file_of_traits_becomes_an_avatar(tmp_path: Path) -> None:
    path = tmp_path / "night_nurse.json"
    path.write_text(json.dumps({"traits": {"outfit": "medical", "top": "#5b9bbf"}, "seed": 11, "object": "Avatar"}))
    bpy.ops.atelier.import_avatar(filepath=str(path), size="256")
    made = bpy.data.objects["Night Nurse"]
    traits, seed = stored_traits(made)
    assert (traits.outfit, traits.top, seed) == ("medical", "#5b9bbf", 11)
    path.write_text('{"outfit": "business"}')
    bpy.ops.atelier.import_avatar(filepath=str(path), size="256")
    assert stored_traits(bpy.data.objects[report()["object"]])[0].outfit == "business"
    objects = len(bpy.data.objects)
    for text in ("nonsense", "[]", '{"wings": 2}', '{"traits": {}, "seed": -1}'):
        path.write_text(text)
        with pytest.raises(RuntimeError, match=r"night_nurse\.json"):
            bpy.ops.atelier.import_avatar(filepath=str(path))
    assert len(bpy.data.objects) == objects


def test_files_are_offered_to_our_operators(registered_addon: None) -> None:
    handlers = {one.bl_idname: one for one in bpy.types.FileHandler.__subclasses__() if "ATELIER" in one.__name__}
    assert set(handlers) == {"ATELIER_FH_image", "ATELIER_FH_avatar", "ATELIER_FH_photo"}
    for one in handlers.values():
        assert one.is_registered
        operator = getattr(bpy.ops.atelier, one.bl_import_operator.partition(".")[2])
        filepath = operator.get_rna_type().properties["filepath"]
        assert filepath.is_skip_save  # or the last file would be taken instead of the dropped one


@pytest.mark.slow
@pytest.mark.usefixtures("clean_scene")
def test_an_avatar_becomes_an_asset_with_a_portrait(tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "people.blend"))
    bpy.ops.atelier.generate_avatar(seed=3, size="256", name="Ada")
    avatar = bpy.data.objects["Ada"]
    bpy.context.view_layer.objects.active = avatar
    kept = (len(bpy.data.scenes), len(bpy.data.images), len(bpy.data.cameras), len(bpy.data.lights))
    bpy.ops.atelier.mark_avatar()
    assert (len(bpy.data.scenes), len(bpy.data.images), len(bpy.data.cameras), len(bpy.data.lights)) == kept
    collection = bpy.data.collections[report()["collection"]]
    assert collection.asset_data is not None
    assert "avatar" in collection.asset_data.tags
    assert set(collection.objects) == {avatar, *avatar.children_recursive}
    assert (tmp_path / "blender_assets.cats.txt").is_file()
    pixels = np.empty(256 * 256 * 4, np.float32)
    collection.preview.image_pixels_float.foreach_get(pixels)
    pixels = pixels.reshape(256, 256, 4)
    assert 0.2 < (pixels[..., 3] > 0.5).mean() < 0.9
    assert pixels[100:150, 110:146, :3].std() > 0.02  # a face, not a flat shape
    bpy.ops.atelier.mark_avatar()
    assert report()["collection"] == collection.name
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "people.blend"), assets_only=True) as (found, wanted):
        assert list(found.collections) == ["Ada"]
        wanted.collections = ["Ada"]
    armature = next(one for one in wanted.collections[0].objects if one.type == "ARMATURE")
    assert stored_traits(armature)[1] == 3
