"""Models become assets, assets get labels, and are found and added again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.library.making import asset_name, make_assets_job
from blender_addon.scene.room import mesh_of, things
from ml_core.inference.library.catalogs import FILE_NAME, catalog_id
from ml_core.inference.library.index import AssetIndex
from ml_core.inference.library.rights import Rights

pytestmark = pytest.mark.both_blenders


def report() -> dict:
    return bpy.context.scene.atelier.report()


def a_chair() -> bpy.types.Object:
    mesh = mesh_of(things.chair(), "chair")
    obj = bpy.data.objects.new("Seat", mesh)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.update()
    return obj


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "assets"
    folder.mkdir()
    bpy.ops.preferences.asset_library_add(directory=str(folder))
    yield folder
    libraries = bpy.context.preferences.filepaths.asset_libraries
    bpy.ops.preferences.asset_library_remove(index=len(libraries) - 1)


def test_a_model_in_centimeters_becomes_a_chair_on_the_ground(clean_scene: bpy.types.Context) -> None:
    obj = a_chair()
    above = bpy.data.objects.new("RootNode", None)
    clean_scene.scene.collection.objects.link(above)
    obj.parent = above
    above.scale, above.location = (100, 100, 100), (7, 0, 30)
    clean_scene.view_layer.update()
    before = np.array(obj.dimensions) / 100
    made = run_to_end(make_assets_job(clean_scene, "chair_07", Rights("Ann", "CC0-1.0", "A seat"), real_size=True))
    (item,) = made["made"]
    assert item.block == obj
    assert (obj.name, item.asset.label) == ("Chair 07", "chair")
    assert made["scale"] == pytest.approx(0.01)
    assert np.allclose(np.array(obj.dimensions), before, rtol=1e-4)
    assert obj.matrix_world.is_identity
    low = np.array(obj.bound_box).min(axis=0)
    assert low[2] == pytest.approx(0, abs=1e-5)
    data = obj.asset_data
    assert (data.author, data.license, data.description) == ("Ann", "CC0-1.0", "A seat")
    assert data.catalog_id == catalog_id("chair")
    assert {tag.name for tag in data.tags} == {"chair", "furniture"}
    assert [one.name for one in bpy.data.objects] == ["Chair 07"]


def test_several_objects_become_a_collection_and_cameras_go(clean_scene: bpy.types.Context) -> None:
    bpy.ops.object.camera_add()
    bpy.ops.mesh.primitive_cube_add(location=(0, 0, 4))
    bpy.ops.mesh.primitive_cone_add(location=(0, 0, 6))
    (item,) = run_to_end(make_assets_job(clean_scene, "odd thing", Rights()))["made"]
    assert isinstance(item.block, bpy.types.Collection)
    assert {obj.name for obj in item.block.objects} == {"Cube", "Cone"}
    assert min((obj.matrix_world.translation.z - 1) for obj in item.block.objects) == pytest.approx(0, abs=1e-5)
    assert item.block.asset_data.catalog_id == catalog_id(item.asset.label or "")


@pytest.mark.parametrize(
    ("name", "label", "wanted"),
    [("office_chair", "chair", "Office Chair"), ("OakTable", None, "Oak Table"),
     ("thonet14", "chair", "Chair Thonet 14"), ("tv", "tv_monitor", "TV Monitor Tv"),
     ("...", None, "Asset"), ("椅" * 40, None, "椅" * 20)],
)  # fmt: skip
def test_names(name: str, label: str | None, wanted: str) -> None:
    assert asset_name(name, label) == wanted


def test_assets_are_labeled_found_and_added(clean_scene: bpy.types.Context, library: Path) -> None:
    obj = a_chair()
    obj.asset_mark()
    obj.asset_data.tags.new("mine")
    bpy.ops.mesh.primitive_monkey_add()
    odd = bpy.context.active_object
    odd.asset_mark()
    odd.asset_data.catalog_id = "11111111-2222-3333-4444-555555555555"
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "seats.blend"))
    for _ in range(2):  # again: the same
        assert bpy.ops.atelier.label_assets() == {"FINISHED"}
    assert [tag.name for tag in obj.asset_data.tags] == ["mine", "chair", "furniture"]
    assert odd.asset_data.catalog_id == "11111111-2222-3333-4444-555555555555"
    assert catalog_id("chair") in (library / FILE_NAME).read_text()
    assert len(AssetIndex.load(library).assets) == 2
    name = obj.name
    bpy.context.view_layer.objects.active = obj
    bpy.ops.atelier.more_like_this()
    best = report()["results"][0]
    assert (best["name"], best["score"] > 0.99) == (name, True)
    bpy.ops.wm.save_as_mainfile(filepath=str(library / "seats.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    assert bpy.ops.atelier.search_library(text="椅子") == {"FINISHED"}
    (found,) = report()["results"]
    bpy.context.scene.cursor.location = (1, 2, 3)
    words = {"library": found["library"], "file": found["file"], "asset": found["name"]}
    assert bpy.ops.atelier.add_library_asset(**words) == {"FINISHED"}
    added = bpy.context.active_object
    assert tuple(added.location) == (1, 2, 3)
    assert added["atelier_label"] == "chair"
    assert added.asset_data is None
    for wrong, why in (
        ({"library": "/"}, "none of your"),
        ({"file": "../x.blend"}, "leads out"),
        ({"asset": "Gone"}, "Gone"),
    ):
        with pytest.raises(RuntimeError, match=why):
            bpy.ops.atelier.add_library_asset(**{**words, **wrong})


def test_what_has_no_assets_says_so(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="no assets"):
        bpy.ops.atelier.label_assets()
    with pytest.raises(RuntimeError, match="index"):
        bpy.ops.atelier.search_library(text="chair")
