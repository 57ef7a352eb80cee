"""Every operator as a script calls it, and the buttons that draw it."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

import blender_addon
from blender_addon.scene.room import build_room


def report() -> dict:
    return bpy.context.scene.atelier.report()


def test_a_script_goes_from_words_to_engine_files(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    build_room(clean_scene)
    assert bpy.ops.atelier.generate_avatar(description="a man in a red shirt", seed=3, size="256") == {"FINISHED"}
    avatar = report()["object"]
    assert json.loads(bpy.data.objects[avatar]["atelier_traits"])["presentation"] == 0.0
    assert bpy.ops.atelier.apply_texture(target=avatar, seed=4, size="256") == {"FINISHED"}
    assert report()["seed"] == 4
    assert bpy.ops.atelier.label_objects() == {"FINISHED"}
    assert report()["counts"]["chair"] >= 4
    assert bpy.ops.atelier.apply_labels(colors=True) == {"FINISHED"}
    assert "Chair_01" in bpy.data.objects
    assert bpy.ops.atelier.preflight(targets={"web"}) == {"FINISHED"}
    assert bpy.ops.atelier.export_scene(directory=str(tmp_path), targets={"web", "unity"}) == {"FINISHED"}
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
    bpy.ops.atelier.pick_label(object_name="Cube", label="chest")
    assert bpy.data.objects["Cube"]["atelier_label"] == "chest"
    assert bpy.data.objects["Cube"]["atelier_confidence"] == 1.0


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
