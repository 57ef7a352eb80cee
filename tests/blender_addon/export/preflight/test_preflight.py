"""Each finding has a scene that shows it; each repair removes its finding and leaves the look of the scene alone."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest
from mathutils import Vector

from blender_addon.avatar.generating import generate_job
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import positions, weight_table
from blender_addon.export.options import ExportOptions
from blender_addon.export.preflight import KINDS, Finding, preflight
from blender_addon.export.preflight.meshes.rigs import weight_sums
from blender_addon.export.repairs import REPAIRS
from blender_addon.scene.room import build_room
from ml_core import AvatarTraits, InputError

from .preflight_scenes import CASES as MADE
from .preflight_scenes import Case, add, cube, image_of, material, rig
from .staying_scenes import STAYING

CASES = [*MADE, *STAYING]

IDS = [case.kind for case in CASES]
# What these change is what they are for.
RESHAPING = {"not_a_number", "zero_area", "loose_parts", "duplicate_faces", "many_triangles"}


def of_kind(findings: list[Finding], kind: str) -> list[Finding]:
    return [one for one in findings if one.kind == kind]


def world_points() -> dict[int, np.ndarray]:
    """The corners of every face that shows, by object, in meters, sorted."""
    bpy.context.view_layer.update()
    depsgraph = bpy.context.evaluated_depsgraph_get()
    found = {}
    for obj in bpy.context.scene.objects:
        if obj.type == "MESH":
            evaluated = obj.evaluated_get(depsgraph)
            points = positions(evaluated.data) @ np.array(obj.matrix_world)[:3, :3].T + obj.matrix_world.translation
            found[obj.session_uid] = np.unique(np.round(points, 4) + 0.0, axis=0)
    return found


def others(uid: int) -> dict[str, tuple]:
    """Facts of all objects but one."""
    return {
        one.name: (one.data.name, len(one.data.vertices), [round(x, 5) for row in one.matrix_world for x in row])
        for one in bpy.data.objects
        if one.session_uid != uid and one.type == "MESH"
    }


@pytest.fixture
def thing(clean_scene: bpy.types.Context) -> bpy.types.Object:
    return cube()


def build(case: Case, folder: Path) -> None:
    case.build(bpy.data.objects["Thing"], folder)
    bpy.context.view_layer.update()


def test_every_kind_has_a_scene_and_every_repair_a_kind() -> None:
    elsewhere = {"no_avatar", "vrm_pose"}  # below, and with the scenes of the VRM add-on
    assert {case.kind for case in CASES} | elsewhere == KINDS.keys()
    assert {kind.repair for kind in KINDS.values()} - {""} == REPAIRS.keys()


@pytest.mark.parametrize("options", [ExportOptions(lightmap_uv=False), ExportOptions(repair_copies=False)])
def test_a_clean_cube_has_no_findings(thing: bpy.types.Object, options: ExportOptions) -> None:
    assert preflight(bpy.context, ["unity", "unreal", "web"], options) == []


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_finding_is_made(thing: bpy.types.Object, tmp_path: Path, case: Case) -> None:
    build(case, tmp_path)
    found = of_kind(preflight(bpy.context, case.targets, case.options), case.kind)
    assert found, [one.kind for one in preflight(bpy.context, case.targets, case.options)]
    assert all(one.severity == case.severity for one in found)
    assert all(bool(one.repair) == case.repair for one in found)
    assert all("{" not in one.what + one.why + one.fix and one.targets for one in found)
    json.dumps([one.as_dict() for one in found])


@pytest.mark.parametrize("case", [one for one in CASES if one.repair], ids=[one.kind for one in CASES if one.repair])
def test_the_repair_removes_it_and_nothing_else_changes(thing: bpy.types.Object, tmp_path: Path, case: Case) -> None:
    from blender_addon.export.repairs.jobs import repair_job

    build(case, tmp_path)
    bystander = cube("Bystander")
    bystander.location = (0, 9, 0)
    bpy.context.view_layer.update()
    before = preflight(bpy.context, case.targets, case.options)
    finding = of_kind(before, case.kind)[0]
    uid = bpy.context.scene.objects[finding.object].session_uid
    look, rest = world_points(), others(uid)
    selected = [one.name for one in bpy.context.selected_objects if one.session_uid != uid]
    report = run_to_end(repair_job(bpy.context, [finding]))
    assert report["refused"] == []
    after = preflight(bpy.context, case.targets, case.options)
    assert of_kind(after, case.kind) == [one for one in of_kind(before, case.kind) if one != finding]
    allowed = {one.kind for one in before} | {"modifiers_with_keys"} - {case.kind}
    assert {one.kind for one in after} <= allowed
    assert others(uid) == rest
    assert [one.name for one in bpy.context.selected_objects if one.session_uid != uid] == selected
    assert bpy.context.mode == "OBJECT"
    if case.kind not in RESHAPING:
        for key, points in world_points().items():
            np.testing.assert_allclose(points, look[key], atol=2e-4)


def test_applied_scale_keeps_instances_parents_children_and_normals(clean_scene: bpy.types.Context) -> None:
    parent = cube("Parent")
    parent.rotation_euler, parent.scale = (0.3, 0.2, 0.9), (1, 3, 1)
    first, child = cube("First"), cube("Child")
    first.parent, child.parent = parent, first
    first.location, first.rotation_euler, first.scale = (1, 2, 3), (0.5, 0.1, 0.7), (-2, 1, 1)
    child.location = (0, 0, 2)
    twin = cube("Twin")
    twin.data, twin.scale, twin.location = first.data, (2, 2, 2), (7, 0, 0)
    third = twin.copy()
    third.location.x = 12
    bpy.context.scene.collection.objects.link(third)
    look = world_points()
    REPAIRS["apply_scale"](bpy.context, first, {})
    REPAIRS["apply_scale"](bpy.context, twin, {})
    np.testing.assert_allclose(np.array(first.matrix_world.to_scale()), 1, atol=1e-4)
    assert twin.data == third.data != first.data
    assert tuple(third.scale) == (1, 1, 1)
    for key, points in world_points().items():
        np.testing.assert_allclose(points, look[key], atol=1e-3)
    for obj in (first, twin):
        assert all(face.normal.dot(face.center) > 0 for face in obj.data.polygons)


def test_repairs_that_would_change_the_look_are_refused(thing: bpy.types.Object) -> None:
    thing.scale = (2, 1, 1)
    thing.modifiers.new("Bevel", "BEVEL").width = 0.1
    bpy.context.view_layer.update()
    with pytest.raises(InputError, match="Bevel"):
        REPAIRS["apply_scale"](bpy.context, thing, {})
    thing.scale = (2, 2, 2)
    bpy.context.view_layer.update()
    look = world_points()
    REPAIRS["apply_scale"](bpy.context, thing, {})
    for key, points in world_points().items():
        np.testing.assert_allclose(points, look[key], atol=1e-4)
    thing.scale = (3, 3, 3)
    thing.keyframe_insert("scale", frame=1)
    with pytest.raises(InputError, match="animated"):
        REPAIRS["apply_scale"](bpy.context, thing, {})


def test_modifiers_are_applied_to_every_key(thing: bpy.types.Object, tmp_path: Path) -> None:
    build(next(one for one in CASES if one.kind == "modifiers_with_keys"), tmp_path)
    thing.active_shape_key_index = 1
    REPAIRS["apply_modifiers_with_keys"](bpy.context, thing, {})
    key = thing.data.shape_keys.key_blocks["Tall"]
    assert (round(key.value, 4), key.slider_max, thing.active_shape_key_index) == (0.25, 2.0, 1)
    assert len(key.data) == 26
    assert thing.data.name == "Thing"
    assert not thing.modifiers


def test_influences_keep_the_strongest_and_masks(thing: bpy.types.Object, tmp_path: Path) -> None:
    build(next(one for one in CASES if one.kind == "many_influences"), tmp_path)
    REPAIRS["limit_influences"](bpy.context, thing, {})
    names = {thing.vertex_groups[e.group].name: round(e.weight, 3) for e in thing.data.vertices[2].groups}
    assert names["Bone0"] == round(0.3 / 0.8, 3)
    assert names["Mask"] == 0.5
    assert len(names) == 5
    counts, sums = weight_sums(thing, run_to_end(weight_table(thing.data, None)))
    np.testing.assert_allclose(sums, 1, atol=1e-5)
    assert counts.max() == 4


def test_a_skin_without_any_weight_goes_to_its_nearest_bones(thing: bpy.types.Object) -> None:
    rig(thing)
    thing.vertex_groups.clear()
    REPAIRS["assign_weights"](bpy.context, thing, {})
    for vertex in thing.data.vertices:
        [element] = vertex.groups
        assert thing.vertex_groups[element.group].name == ("Bone0" if vertex.co.z < 0 else "Bone2")


def test_a_resized_image_is_packed_and_the_file_stays(thing: bpy.types.Object, tmp_path: Path) -> None:
    image = image_of(thing, tmp_path / "wood.png", 1024, 100)
    size = (tmp_path / "wood.png").stat().st_size
    REPAIRS["resize_image"](bpy.context, thing, {"image": image.name, "limit": 512})
    small = bpy.data.images["wood"]
    assert tuple(small.size) == (512, 128)
    assert small.packed_file
    assert small == next(node for node in thing.active_material.node_tree.nodes if node.type == "TEX_IMAGE").image
    assert tuple(image.size) == (1024, 100)
    assert (tmp_path / "wood.png").stat().st_size == size


def test_two_sided_faces_and_open_rooms_are_no_findings(clean_scene: bpy.types.Context) -> None:
    leaf = cube("Leaf")
    leaf.data.clear_geometry()
    add(leaf, [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], [(0, 1, 2, 3)])
    add(leaf, [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], [(3, 2, 1, 0)])
    leaf.data.uv_layers.new()
    room = cube("Room", 20)
    room.data.flip_normals()
    assert [one.kind for one in preflight(bpy.context, ["unity"])] == []


def test_a_room_with_one_turned_wall_still_looks_inward(clean_scene: bpy.types.Context) -> None:
    room = cube("Room", 4)
    room.data.flip_normals()
    room.data.polygons[3].flip()
    room.data.update()
    cube("Part", 1)
    bpy.ops.object.select_all(action="SELECT")
    bpy.context.view_layer.objects.active = room
    bpy.ops.object.join()
    assert [one.kind for one in preflight(bpy.context, ["unity"])] == ["turned_faces"]
    REPAIRS["turn_faces"](bpy.context, room, {})
    facing = [face.normal.dot(face.center) > 0 for face in room.data.polygons]
    assert sorted(facing) == [False] * 6 + [True] * 6
    assert all(inner == (face.center.length < 1) for inner, face in zip(facing, room.data.polygons, strict=True))


def test_findings_name_only_the_targets_they_concern(thing: bpy.types.Object, tmp_path: Path) -> None:
    build(next(one for one in CASES if one.kind == "many_triangles"), tmp_path)
    [finding] = preflight(bpy.context, ["unity", "unreal", "web"])
    assert (finding.kind, finding.targets) == ("many_triangles", ("web",))
    with pytest.raises(InputError, match="nowhere"):
        preflight(bpy.context, ["nowhere"])


def test_vrm_concerns_avatars_only(thing: bpy.types.Object) -> None:
    thing.scale = (2, 1, 1)
    bpy.context.view_layer.update()
    found = preflight(bpy.context, ["unity", "vrm"])
    assert [(one.kind, one.targets) for one in found] == [("no_avatar", ("vrm",)), ("unapplied_scale", ("unity",))]
    thing.scale = (1, 1, 1)
    rig(thing)
    bpy.context.view_layer.update()
    [finding] = preflight(bpy.context, ["unity", "vrm"])
    assert (finding.kind, finding.targets) == ("no_humanoid", ("unity", "vrm"))
    assert "not valid" in finding.why


def test_copies_that_are_repaired_make_an_info_of_it(thing: bpy.types.Object) -> None:
    thing.data.polygons[0].flip()
    [finding] = preflight(bpy.context, ["unity"], ExportOptions(repair_copies=True))
    assert (finding.severity, finding.is_repaired) == ("info", True)
    [finding] = preflight(bpy.context, ["unity"], ExportOptions(repair_copies=False))
    assert (finding.severity, finding.is_repaired) == ("warning", False)


@pytest.mark.parametrize("wanted", [True, False])
def test_an_export_repairs_its_copies_alone(thing: bpy.types.Object, tmp_path: Path, wanted: bool) -> None:
    from blender_addon.export.exporting import export_job

    thing.data.polygons[0].flip()
    add(thing, [(2, 2, 2), (2, 3, 2), (3, 2, 2)], [(0, 1, 2)])
    run_to_end(export_job(bpy.context, tmp_path, ["web"], ExportOptions(repair_copies=wanted)))
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "web" / "scene.glb"))
    mesh = next(one for one in bpy.context.selected_objects if one.type == "MESH").data
    middle = Vector(positions(mesh).mean(axis=0))
    ours = [face.normal.dot(face.center - middle) > 0 for face in mesh.polygons]
    assert len(ours) == 13
    assert thing.data.polygons[0].normal.dot(thing.data.polygons[0].center) < 0
    turned = [face for face in mesh.polygons if max(abs(x) for x in face.normal) > 0.99]
    first = [face for face in turned if abs(face.normal.x) > 0.99 and face.center.x < middle.x]
    assert all((face.normal.x < 0) == wanted for face in first)
    assert first


def test_an_avatar_of_ours_is_ready_for_every_target(clean_scene: bpy.types.Context) -> None:
    run_to_end(generate_job(clean_scene, "", AvatarTraits(), 7, 256, "Avatar"))
    found = preflight(clean_scene, ["unity", "unreal", "web"])
    assert [one for one in found if one.severity != "info"] == []


def test_a_room_is_checked_and_left_as_it_is(clean_scene: bpy.types.Context) -> None:
    build_room(clean_scene)
    before = others(0), [one.name for one in bpy.data.meshes]
    found = preflight(clean_scene, ["unity", "web"])
    assert not [one for one in found if one.severity == "error"]
    assert not of_kind(found, "hidden_object")
    assert (others(0), [one.name for one in bpy.data.meshes]) == before


def test_materials_are_named_once_for_all_objects(thing: bpy.types.Object) -> None:
    tree = material(thing).node_tree
    noise = tree.nodes.new("ShaderNodeTexNoise")
    tree.links.new(tree.nodes["Principled BSDF"].inputs["Base Color"], noise.outputs[1])
    other = cube("Other")
    other.location.x = 4
    other.data.materials.append(thing.active_material)
    assert [one.kind for one in preflight(bpy.context, ["unity"])] == ["unsupported_nodes"]


def test_a_skin_by_its_parent_alone_has_weights(thing: bpy.types.Object) -> None:
    """Without a modifier, as Blender's own "Armature Deform" once left it."""
    armature = rig(thing)
    thing.modifiers.clear()
    thing.parent_type = "ARMATURE"
    assert not of_kind(preflight(bpy.context, ["godot"]), "no_weights")
    for group in ("Bone1", "Mask"):
        thing.vertex_groups[group].remove(range(8))
    assert of_kind(preflight(bpy.context, ["godot"]), "no_weights")
    REPAIRS["assign_weights"](bpy.context, thing, {})
    assert not of_kind(preflight(bpy.context, ["godot"]), "no_weights")
    assert armature.data.bones
