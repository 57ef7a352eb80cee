"""Props of several objects, instances, linked objects, things that lie: what is one thing, and what it is."""

from __future__ import annotations

import math
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import MANY_FACES, mesh_arrays
from blender_addon.bridge.object_labels import object_label, parts_of, roots
from blender_addon.scene.labels.applying import apply_labels_job
from blender_addon.scene.labels.labelling import Found, grouped, label_objects_job
from blender_addon.scene.labels.subjects import Subject, box_of, measure, pieces_of, subjects_in
from ml_core.datasets.furniture.plain import BUILDERS
from ml_core.datasets.furniture.varied import mesh_of
from ml_core.inference.recognition.objects import Recognition


def add(name: str, x: float = 0.0) -> bpy.types.Object:
    """One of our own objects as a single mesh."""
    vertices, triangles = mesh_of(BUILDERS[name]())
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], triangles.tolist())
    obj = bpy.data.objects.new(name, mesh)
    obj.location.x = x
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.update()
    return obj


def add_in_parts(name: str, parent: bpy.types.Object | None, collection: bpy.types.Collection) -> None:
    for number, part in enumerate(BUILDERS[name]()):
        mesh = bpy.data.meshes.new(f"{name} part")
        mesh.from_pydata(part.vertices.tolist(), [], part.faces)
        obj = bpy.data.objects.new(f"{name}.{number}", mesh)
        obj.parent = parent
        collection.objects.link(obj)
    bpy.context.view_layer.update()


def one(report: dict, name: str) -> dict:
    return next(entry for entry in report["objects"] if entry["name"] == name)


def test_things_stand_where_blender_says(clean_scene: bpy.types.Context) -> None:
    obj = add("chair", 3.0)
    obj.rotation_euler, obj.scale = (0.3, 0.2, 1.0), (1, 2, -0.5)
    clean_scene.view_layer.update()
    (subject,) = subjects_in(clean_scene, "all")
    assert (subject.pieces[0].world == np.array(obj.matrix_world)).all()


def test_boxes_of_many_things_are_those_of_each(clean_scene: bpy.types.Context) -> None:
    first, second = add("chair"), add("lamp", 2.0)
    first.rotation_euler, first.scale = (0.3, 0.2, 1.0), (1, 2, -0.5)
    equal = bpy.data.objects.new("equal", first.data)
    equal.location = (0, 5, 1)
    clean_scene.scene.collection.objects.link(equal)
    clean_scene.view_layer.update()
    pieces = [pieces_of(obj)[0] for obj in (first, second, equal)]
    subjects = [Subject([first, second], pieces[:2]), Subject([equal], pieces[2:])]
    measure(subjects)
    measure([])
    boxes = [box_of(piece) for piece in pieces]
    assert np.allclose(subjects[0].box[0], np.minimum(boxes[0][0], boxes[1][0]))
    assert np.allclose(subjects[0].box[1], np.maximum(boxes[0][1], boxes[1][1]))
    assert np.allclose(subjects[1].box, boxes[2])
    assert not np.allclose(boxes[0], boxes[2])


def test_parts_under_an_empty_are_one_chair(clean_scene: bpy.types.Context) -> None:
    root = bpy.data.objects.new("Root", None)
    clean_scene.scene.collection.objects.link(root)
    add_in_parts("chair", root, clean_scene.scene.collection)
    report = run_to_end(label_objects_job(clean_scene))
    found = one(report, "Root")
    assert (found["kind"], found["label"]) == ("group", "chair")
    assert len(found["parts"]) == len(BUILDERS["chair"]())
    assert report["counts"] == {"chair": 1}
    part = bpy.data.objects["chair.0"]
    assert object_label(part).label == "chair"
    assert not roots(part)


def test_parts_that_only_touch_are_one_thing_too(clean_scene: bpy.types.Context) -> None:
    add_in_parts("chair", None, clean_scene.scene.collection)
    report = run_to_end(label_objects_job(clean_scene))
    assert [(entry["kind"], entry["label"]) for entry in report["objects"]] == [("group", "chair")]


def test_things_that_touch_stay_what_they_are(clean_scene: bpy.types.Context) -> None:
    table = add("table")
    for number, x in enumerate((-0.4, 0, 0.4)):
        add("bottle" if number else "vase", x).location.z = table.dimensions.z
    clean_scene.view_layer.update()
    report = run_to_end(label_objects_job(clean_scene))
    assert {entry["kind"] for entry in report["objects"]} == {"object"}
    assert report["counts"]["bottle"] == 2


def test_furniture_under_one_parent_stays_furniture(clean_scene: bpy.types.Context) -> None:
    root = bpy.data.objects.new("Room", None)
    clean_scene.scene.collection.objects.link(root)
    for x, name in enumerate(("chair", "sofa", "table", "lamp")):
        add(name, 3.0 * x).parent = root
    report = run_to_end(label_objects_job(clean_scene))
    assert "Room" not in {entry["name"] for entry in report["objects"]}
    assert {"chair", "sofa", "lamp"} <= set(report["counts"])


def test_renaming_a_prop_keeps_its_parts_with_it(clean_scene: bpy.types.Context) -> None:
    root = bpy.data.objects.new("Root", None)
    clean_scene.scene.collection.objects.link(root)
    add_in_parts("chair", root, clean_scene.scene.collection)
    run_to_end(label_objects_job(clean_scene))
    run_to_end(apply_labels_job(clean_scene))
    assert root.name == "Chair_01"
    assert bpy.data.objects["chair.0"] in parts_of(root, clean_scene.scene)
    assert bpy.data.objects["chair.0"].users_collection[0].name == "Furniture"


def test_a_collection_instance_is_looked_at_through_its_empty(clean_scene: bpy.types.Context) -> None:
    hidden = bpy.data.collections.new("Library")
    chair = add("chair")
    hidden.objects.link(chair)
    clean_scene.scene.collection.objects.unlink(chair)
    for number in range(3):
        empty = bpy.data.objects.new(f"Instance.{number}", None)
        empty.instance_type, empty.instance_collection = "COLLECTION", hidden
        empty.location.x = 2 * number
        clean_scene.scene.collection.objects.link(empty)
    clean_scene.view_layer.update()
    report = run_to_end(label_objects_job(clean_scene))
    assert [(entry["kind"], entry["label"]) for entry in report["objects"]] == [("instance", "chair")] * 3
    assert report["unique"] == 1


def test_what_geometry_nodes_instance_is_seen(clean_scene: bpy.types.Context) -> None:
    source = add("chair", 50)
    source.hide_viewport = True
    bpy.ops.mesh.primitive_plane_add()
    carrier = bpy.context.object
    tree = bpy.data.node_groups.new("Scatter", "GeometryNodeTree")
    tree.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    tree.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    points = tree.nodes.new("GeometryNodePoints")
    instance = tree.nodes.new("GeometryNodeInstanceOnPoints")
    info = tree.nodes.new("GeometryNodeObjectInfo")
    info.inputs["Object"].default_value = source
    info.inputs["As Instance"].default_value = True
    output = tree.nodes.new("NodeGroupOutput")
    tree.links.new(points.outputs[0], instance.inputs["Points"])
    tree.links.new(info.outputs["Geometry"], instance.inputs["Instance"])
    tree.links.new(instance.outputs[0], output.inputs[0])
    carrier.modifiers.new("Scatter", "NODES").node_group = tree
    clean_scene.view_layer.update()
    report = run_to_end(label_objects_job(clean_scene, "visible"))
    assert one(report, carrier.name)["label"] == "chair"


def test_linked_objects_are_reported_and_left_alone(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    add("chair")
    library = tmp_path / "library.blend"
    bpy.data.libraries.write(str(library), {bpy.data.objects["chair"]})
    bpy.data.objects.remove(bpy.data.objects["chair"])
    with bpy.data.libraries.load(str(library), link=True) as (source, target):
        target.objects = list(source.objects)
    linked = target.objects[0]
    clean_scene.scene.collection.objects.link(linked)
    clean_scene.view_layer.update()
    report = run_to_end(label_objects_job(clean_scene))
    assert one(report, linked.name)["label"] == "chair"
    assert object_label(linked) is None
    own = linked.override_create()
    clean_scene.scene.collection.objects.link(own)
    clean_scene.scene.collection.objects.unlink(linked)
    clean_scene.view_layer.update()
    run_to_end(label_objects_job(clean_scene))
    assert object_label(own).label == "chair"


@pytest.mark.parametrize("turn", [90, -90])
def test_an_import_with_wrong_axes_is_tried_upright(clean_scene: bpy.types.Context, turn: int) -> None:
    names = ("chair", "stool", "lamp", "bed")
    for x, name in enumerate(names):
        add(name, 3.0 * x).rotation_euler[0] = math.radians(turn)
    clean_scene.view_layer.update()
    report = run_to_end(label_objects_job(clean_scene))
    assert sum(one(report, name)["label"] == name for name in names) >= 3
    assert f"x{-turn:+}" in {entry.get("turned") for entry in report["objects"]}


def test_negative_and_uneven_scale(clean_scene: bpy.types.Context) -> None:
    chair = add("chair")
    chair.scale = (-1, 1.15, 0.9)
    clean_scene.view_layer.update()
    assert run_to_end(label_objects_job(clean_scene))["objects"][0]["label"] == "chair"


def test_a_huge_mesh_is_read_in_part_and_known_all_the_same(clean_scene: bpy.types.Context) -> None:
    chair = add("chair")
    modifier = chair.modifiers.new("Subdivision", "SUBSURF")
    modifier.subdivision_type, modifier.levels = "SIMPLE", 4
    clean_scene.view_layer.update()
    depsgraph = clean_scene.evaluated_depsgraph_get()
    faces = len(chair.evaluated_get(depsgraph).data.polygons)
    assert faces > 3 * MANY_FACES
    vertices, triangles = mesh_arrays(chair, depsgraph)
    assert len(triangles) <= 2 * MANY_FACES
    assert len(vertices) == len(np.unique(triangles))
    assert np.abs(np.ptp(vertices, axis=0) - np.array(chair.dimensions)).max() < 0.01
    assert run_to_end(label_objects_job(clean_scene))["objects"][0]["label"] == "chair"


def test_hidden_objects_only_when_asked_for(clean_scene: bpy.types.Context) -> None:
    add("chair")
    add("sofa", 3).hide_set(True)
    assert len(run_to_end(label_objects_job(clean_scene, "visible"))["objects"]) == 1
    assert len(run_to_end(label_objects_job(clean_scene, "all"))["objects"]) == 2
    home = bpy.data.collections.new("Home")
    clean_scene.scene.collection.children.link(home)
    lamp = add("lamp", 6)
    home.objects.link(lamp)
    clean_scene.view_layer.active_layer_collection = clean_scene.view_layer.layer_collection.children["Home"]
    names = [entry["name"] for entry in run_to_end(label_objects_job(clean_scene, "collection"))["objects"]]
    assert names == ["lamp"]


def test_planks_are_nothing_by_themselves(clean_scene: bpy.types.Context) -> None:
    for row in range(8):
        bpy.ops.mesh.primitive_cube_add(location=(0, 0.5 * row, 0.1), scale=(1.5, 0.02, 0.09))
    report = run_to_end(label_objects_job(clean_scene))
    assert report["counts"] == {}


def test_a_shelf_with_boxes_on_it_is_the_shelf_alone(clean_scene: bpy.types.Context) -> None:
    """What only touches is one thing where that makes more sense than its surest part, not where a part is as sure."""

    def found(label: str | None, score: float, subject: Subject) -> Found:
        embedding = np.zeros(1, np.float32)
        return Found(subject, Recognition(label, score, [(label or "box", score)], 1.0, embedding))

    parts = []
    for place in range(6):
        bpy.ops.mesh.primitive_cube_add(size=0.4, location=(place, 0, 0))
        parts.append(Subject([bpy.context.active_object], pieces_of(bpy.context.active_object)))
    boxes = [found(None, 0.3, part) for part in parts[1:]]
    together = Subject([part.root for part in parts], [part.pieces[0] for part in parts], parts, is_loose=True)
    group = found("shelf", 0.9, together)
    for score, kept in ((0.95, 6), (0.2, 1)):
        singles = {id(item.subject): item for item in [found("shelf", score, parts[0]), *boxes]}
        assert len(grouped(singles, [group])) == kept


@pytest.mark.parametrize(("label", "size", "left"), [("bottle", 0.3, 3), ("bottle", 0.04, 1), ("pillow", 0.3, 1)])
def test_what_stands_in_a_cabinet_is_no_part_of_it(
    clean_scene: bpy.types.Context, label: str, size: float, left: int
) -> None:
    """Two bottles beside what the cabinet is made of; a knob is none, and cushions are parts."""

    def found(name: str, score: float, subject: Subject) -> Found:
        ranking = [(name, score)]
        return Found(subject, Recognition(name, score, ranking, 1.0, np.zeros(1, np.float32)))

    parts = []
    for place, (name, length) in enumerate([("door", 2.0), ("shelf", 2.0), (label, size), (label, size)]):
        bpy.ops.mesh.primitive_cube_add(size=length, location=(0.1 * place, 0, 0))
        obj = bpy.context.active_object
        parts.append(found(name, 0.2, Subject([obj], pieces_of(obj))))
    subjects = [part.subject for part in parts]
    whole = Subject([one.root for one in subjects], [one.pieces[0] for one in subjects], subjects, is_loose=True)
    found_now = grouped({id(part.subject): part for part in parts}, [found("cabinet", 0.9, whole)])
    assert len(found_now) == left
    cabinet = next(item for item in found_now if item.result.label == "cabinet")
    assert len(cabinet.parts) == len(cabinet.subject.objects) == (2 if left == 3 else 4)


@pytest.mark.parametrize("name", ["Knight", "Barbarian"])
def test_what_a_human_skeleton_moves_is_a_person_however_it_is_dressed(
    clean_scene: bpy.types.Context, data_dir: Path, name: str
) -> None:
    open_scene(data_dir / "scenes" / "kaykit_adventurers" / f"{name}.glb")
    report = run_to_end(label_objects_job(bpy.context))
    assert one(report, "Rig")["label"] == "person"
    confidence = one(report, "Rig")["confidence"]
    assert confidence < 1  # nobody has said so
    rig = bpy.data.objects["Rig"]
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in [bone for bone in rig.data.edit_bones if "leg" in bone.name.lower() or "foot" in bone.name.lower()]:
        rig.data.edit_bones.remove(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    assert one(run_to_end(label_objects_job(bpy.context)), "Rig")["confidence"] < confidence
