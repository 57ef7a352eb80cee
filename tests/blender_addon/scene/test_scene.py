"""Labels on real Blender objects, what they do, and commands."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.object_labels import object_label, set_label
from blender_addon.commands.running import run_command_job
from blender_addon.scene.labels.applying import apply_labels_job
from blender_addon.scene.labels.labelling import label_objects_job
from blender_addon.scene.room import build_room
from ml_core import InputError

pytestmark = pytest.mark.both_blenders


@pytest.fixture
def room(clean_scene: bpy.types.Context) -> bpy.types.Context:
    build_room(clean_scene)
    return clean_scene


@pytest.fixture
def labelled(room: bpy.types.Context) -> bpy.types.Context:
    run_to_end(label_objects_job(room))
    return room


def label(name: str) -> str | None:
    found = object_label(bpy.data.objects[name])
    assert found is not None
    return found.label


def test_equal_meshes_are_looked_at_once(room: bpy.types.Context) -> None:
    report = run_to_end(label_objects_job(room))
    assert len(report["objects"]) == len(room.scene.objects)
    assert report["unique"] == len({obj.data for obj in room.scene.objects})
    assert report["counts"]["chair"] >= 4
    chairs = [one for one in report["objects"] if one["label"] == "chair"]
    # The way they face changes their boxes, and with those what the scene says of their sizes.
    first, second = (one["confidence"] for one in chairs if one["name"] in ("Object.011", "Object.013"))
    assert first == pytest.approx(second, abs=5e-4)


def test_the_room_and_its_rug_are_known_by_their_places(labelled: bpy.types.Context) -> None:
    """One of the walls is hardly larger than the floor plan of what stands along it, but much larger than its front."""
    names = ("Floor", "Wall.001", "Wall.002", "Object.003")
    assert {name: label(name) for name in names} == dict(zip(names, ("floor", "wall", "wall", "rug"), strict=True))


def test_labels_stay_on_the_object_as_plain_properties(labelled: bpy.types.Context) -> None:
    obj = bpy.data.objects["Object.011"]
    assert obj["atelier_label"] == "chair"
    assert 0 < obj["atelier_confidence"] <= 1
    assert json.loads(obj["atelier_ranking"])[0][0] == "chair"


def test_modifiers_curves_and_scale_are_seen(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_circle_add(fill_type="NGON")
    bpy.context.object.modifiers.new("Solidify", "SOLIDIFY").thickness = 1
    bpy.ops.object.text_add()
    bpy.ops.mesh.primitive_cube_add(scale=(1, 1, -3))
    bpy.ops.object.camera_add()
    report = run_to_end(label_objects_job(clean_scene))
    assert sorted(one["name"] for one in report["objects"]) == ["Circle", "Cube", "Text"]


def test_objects_without_faces_are_skipped_and_listed(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.mesh.primitive_circle_add()
    report = run_to_end(label_objects_job(clean_scene))
    assert report["skipped"] == [{"name": "Circle", "why": "it has no faces"}]


def test_the_scope_limits_what_is_looked_at(room: bpy.types.Context) -> None:
    bpy.data.objects["Object.001"].select_set(True)
    report = run_to_end(label_objects_job(room, "selected"))
    assert [one["name"] for one in report["objects"]] == ["Object.001"]
    bpy.data.objects["Object.002"].hide_set(True)
    names = {one["name"] for one in run_to_end(label_objects_job(room, "visible"))["objects"]}
    assert "Object.002" not in names
    with pytest.raises(InputError, match="scope"):
        run_to_end(label_objects_job(room, "some"))


def test_an_empty_scene_and_broken_coordinates_say_so(clean_scene: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="no mesh"):
        run_to_end(label_objects_job(clean_scene))
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.data.vertices[0].co.x = float("nan")
    with pytest.raises(InputError, match=r"Cube.*finite"):
        run_to_end(label_objects_job(clean_scene))
    assert object_label(bpy.data.objects["Cube"]) is None


def test_applying_renames_sorts_and_colors(labelled: bpy.types.Context) -> None:
    report = run_to_end(apply_labels_job(labelled, colors=True))
    assert "Chair_01" in bpy.data.objects
    assert bpy.data.objects["Chair_01"].users_collection[0].name == "Furniture"
    assert bpy.data.objects["Floor_01"].users_collection[0] == bpy.data.objects["Wall_02"].users_collection[0]
    assert tuple(bpy.data.objects["Chair_01"].color) != (1, 1, 1, 1)
    assert report["collections"]["Furniture"] >= 6


def test_applying_twice_changes_nothing_more(labelled: bpy.types.Context) -> None:
    run_to_end(apply_labels_job(labelled))
    names, collections = sorted(bpy.data.objects.keys()), sorted(bpy.data.collections.keys())
    report = run_to_end(apply_labels_job(labelled))
    assert report["renamed"] == {}
    assert sorted(bpy.data.objects.keys()) == names
    assert sorted(bpy.data.collections.keys()) == collections


def test_names_of_others_are_left_alone(labelled: bpy.types.Context) -> None:
    theirs = bpy.data.objects.new("Chair_01", None)
    run_to_end(apply_labels_job(labelled, collections=False))
    assert bpy.data.objects["Chair_01"] == theirs
    assert {"Chair_02", "Chair_03", "Chair_04", "Chair_05"} <= set(bpy.data.objects.keys())


def test_a_scheme_of_ones_own(labelled: bpy.types.Context) -> None:
    run_to_end(apply_labels_job(labelled, scheme="SM_{Label}_{number}", collections=False))
    assert "SM_Chair_01" in bpy.data.objects
    with pytest.raises(InputError, match="number"):
        run_to_end(apply_labels_job(labelled, scheme="{Label}"))


def test_a_correction_wins(labelled: bpy.types.Context) -> None:
    set_label(bpy.data.objects["Floor"], "rug")
    run_to_end(apply_labels_job(labelled))
    assert "Floor" not in bpy.data.objects
    assert any(obj.name.startswith("Rug_") for obj in bpy.data.objects)


def test_applying_without_labels_says_what_to_do(room: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="label the objects first"):
        run_to_end(apply_labels_job(room))


def test_a_command_labels_first_and_hides_what_it_names(room: bpy.types.Context) -> None:
    report = run_to_end(run_command_job(room, "hide every chair"))
    assert {"Object.011", "Object.012", "Object.013", "Object.014"} <= set(report["steps"][0]["objects"])
    assert bpy.data.objects["Object.011"].hide_get()
    assert not bpy.data.objects["Object.001"].hide_get()


def test_the_rest_is_what_no_step_named(labelled: bpy.types.Context, tmp_path: Path) -> None:
    labelled.scene.atelier.export_directory = str(tmp_path)
    run_to_end(run_command_job(labelled, "hide every chair and export the rest to the web"))
    layout = json.loads((tmp_path / "web" / "layout.json").read_text())
    assert "chair" not in {one["label"] for one in layout["instances"]}
    assert "sofa" in {one["label"] for one in layout["instances"]}


def test_chinese_commands_do_the_same(labelled: bpy.types.Context) -> None:
    run_to_end(run_command_job(labelled, "选择所有椅子"))
    chosen = {obj.name for obj in bpy.data.objects if obj.select_get()}
    assert {"Object.011", "Object.012"} <= chosen
    assert "Object.001" not in chosen


def test_a_label_that_nothing_has_changes_nothing(labelled: bpy.types.Context) -> None:
    with pytest.raises(InputError, match="Gun"):
        run_to_end(run_command_job(labelled, "hide every chair and delete the guns"))
    assert not bpy.data.objects["Object.011"].hide_get()
