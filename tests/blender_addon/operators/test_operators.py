"""Every operator as a script calls it, and the buttons that draw it."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

import blender_addon
from blender_addon.scene.room import build_room

pytestmark = pytest.mark.both_blenders


def report() -> dict:
    return bpy.context.scene.atelier.report()


def test_a_script_goes_from_words_to_engine_files(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    build_room(clean_scene)
    assert bpy.ops.atelier.generate_avatar(description="a winged man in a red shirt", seed=3, size="256") == {
        "FINISHED"
    }
    avatar = report()["object"]
    assert report()["ignored"] == ["winged"]
    assert json.loads(bpy.data.objects[avatar]["atelier_traits"])["presentation"] == 0.0
    assert bpy.ops.atelier.apply_texture(target=avatar, seed=4, size="256") == {"FINISHED"}
    assert report()["seed"] == 4
    assert bpy.ops.atelier.label_objects() == {"FINISHED"}
    assert report()["counts"]["chair"] >= 4
    assert bpy.ops.atelier.apply_labels(colors=True) == {"FINISHED"}
    assert "Chair_01" in bpy.data.objects
    assert bpy.ops.atelier.preflight(targets={"web"}) == {"FINISHED"}
    assert bpy.ops.atelier.export_scene(directory=str(tmp_path), targets={"web", "unity"}, lods=0) == {"FINISHED"}
    assert set(report()["targets"]) == {"web", "unity"}
    assert (tmp_path / "unity" / "SM_Chair_01.fbx").is_file()
    assert bpy.ops.atelier.run_command(command="hide the sofa") == {"FINISHED"}
    assert bpy.data.objects["Sofa_01"].hide_get()


@pytest.mark.parametrize(
    ("operator", "options", "why"),
    [
        ("generate_avatar", {"traits_json": '{"skin": "brown"}'}, "skin"),
        ("generate_avatar", {"traits_json": "no json"}, "JSON"),
        ("apply_texture", {"target": "Nobody"}, "Nobody"),
        ("label_objects", {}, "no mesh"),
        ("apply_labels", {}, "label"),
        ("export_scene", {"targets": {"web"}, "directory": "/tmp/atelier-never-made"}, "no visible mesh"),
        ("run_command", {"command": "the weather is nice"}, "no known verb"),
        ("run_command", {"command": ""}, "empty"),
    ],
)
def test_a_failure_raises_and_is_in_the_report(
    clean_scene: bpy.types.Context, operator: str, options: dict, why: str
) -> None:
    with pytest.raises(RuntimeError, match=why):
        getattr(bpy.ops.atelier, operator)(**options)
    assert why.lower() in report()["error"].lower()
    assert not list(bpy.data.objects)


def test_a_label_picked_by_hand_is_certain(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.atelier.pick_label(object_name="Cube", label="chest", remember=False)
    assert bpy.data.objects["Cube"]["atelier_label"] == "chest"
    assert bpy.data.objects["Cube"]["atelier_confidence"] == 1.0
    bpy.ops.atelier.label_objects()
    assert bpy.data.objects["Cube"]["atelier_label"] == "chest"
    assert report()["objects"][0]["by_hand"]
    bpy.ops.atelier.clear_labels()
    assert "atelier_label" not in bpy.data.objects["Cube"]
    with pytest.raises(RuntimeError, match="Nobody"):
        bpy.ops.atelier.pick_label(object_name="Nobody", label="chest")


def test_what_is_taught_reaches_equal_and_similar_objects(clean_scene: bpy.types.Context) -> None:
    build_room(clean_scene)
    bpy.ops.atelier.label_objects()
    chairs = [one["name"] for one in report()["objects"] if one["label"] == "chair"]
    bpy.ops.atelier.pick_label(object_name=chairs[0], new_label="Throne")
    assert set(chairs) == set(report()["labeled"])
    assert {bpy.data.objects[name]["atelier_label"] for name in chairs} == {"Throne"}
    bpy.ops.atelier.clear_labels()
    bpy.ops.atelier.label_objects()
    found = {one["name"]: one for one in report()["objects"]}
    assert all(found[name]["label"] == "Throne" and found[name]["taught"] for name in chairs)
    assert sum(one.get("taught", False) for one in report()["objects"]) == len(chairs)
    bpy.ops.atelier.apply_labels()
    assert "Throne_01" in bpy.data.objects
    bpy.ops.atelier.forget_taught(label="Throne")
    bpy.ops.atelier.label_objects()
    assert report()["counts"]["chair"] == len(chairs)


def test_taught_labels_travel_beside_the_file(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    build_room(clean_scene)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "room.blend"))
    bpy.ops.atelier.pick_label(object_name="Object.001", new_label="Lounge", where="file")
    shared = tmp_path / "room.taught_labels.json"
    assert report()["file"] == str(shared)
    assert json.loads(shared.read_text())["labels"].keys() == {"Lounge"}
    bpy.context.scene.atelier.teach_where = "user"
    bpy.ops.atelier.import_taught(filepath=str(shared))
    from blender_addon.bridge.models import taught

    assert taught.taught_here("user") == {"Lounge": 1}
    shared.write_text("{}")
    with pytest.raises(RuntimeError, match="taught labels"):
        bpy.ops.atelier.import_taught(filepath=str(shared))
    assert taught.taught_here("user") == {"Lounge": 1}


def test_things_become_assets_in_catalogs(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    build_room(clean_scene)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "room.blend"))
    catalogs = tmp_path / "blender_assets.cats.txt"
    catalogs.write_text("VERSION 1\n\n3b8dcd70-7d0f-4f5e-8f6a-111111111111:Mine:Mine\n")
    bpy.ops.atelier.label_objects()
    bpy.ops.atelier.apply_labels(assets=True, sort_by="label", scheme="SM_{Label}_{number}")
    chair = bpy.data.objects["SM_Chair_01"]
    assert {tag.name for tag in chair.asset_data.tags} == {"chair", "furniture"}
    lines = catalogs.read_text().splitlines()
    assert "3b8dcd70-7d0f-4f5e-8f6a-111111111111:Mine:Mine" in lines
    assert f"{chair.asset_data.catalog_id}:Atelier/Furniture/Chair:Atelier-Furniture-Chair" in lines
    assert bpy.data.objects["SM_Chair_02"].asset_data is None  # of the same mesh
    assert chair.users_collection[0].name == "Chair"
    bpy.ops.atelier.apply_labels(assets=True)
    assert catalogs.read_text().splitlines() == lines
    catalogs.write_text("something else")
    with pytest.raises(RuntimeError, match="catalog"):
        bpy.ops.atelier.apply_labels(assets=True, scheme="X_{Label}_{number}")
    assert "X_Chair_01" not in bpy.data.objects


def test_the_panel_reads_an_avatars_traits_back(clean_scene: bpy.types.Context) -> None:
    bpy.ops.atelier.generate_avatar(traits_json='{"top": "#123456", "outfit": "medical"}', seed=5, size="256")
    bpy.ops.atelier.read_traits()
    settings = bpy.context.scene.atelier
    assert settings.seed == 5
    traits = settings.traits.to_traits()
    assert (traits.top, traits.outfit) == ("#123456", "medical")


def test_every_operator_is_documented_and_undoable(registered_addon: None) -> None:
    names = [name for name in dir(bpy.ops.atelier) if not name.startswith("_")]
    assert {
        "generate_avatar",
        "apply_texture",
        "label_objects",
        "apply_labels",
        "run_command",
        "export_scene",
        "preflight",
    } <= set(names)
    for name in names:
        rna = getattr(bpy.ops.atelier, name).get_rna_type()
        assert rna.description, name
        assert not rna.description.endswith("."), name


def test_registering_twice_over_leaves_no_trace(registered_addon: None) -> None:
    blender_addon.unregister()
    try:
        assert not hasattr(bpy.types.Scene, "atelier")
        assert not hasattr(bpy.types.WindowManager, "atelier_job")
        assert not [
            one for one in bpy.types.Panel.__subclasses__() if one.__name__.startswith("ATELIER") and one.is_registered
        ]
    finally:
        blender_addon.register()
    assert hasattr(bpy.types.Scene, "atelier")
