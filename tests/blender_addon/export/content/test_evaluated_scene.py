"""An export begins with all that the scene shows: instances, modifiers, keys, motion, cameras, lights, properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.meshes.cleaning import triangulate
from blender_addon.export.options import ExportOptions
from scripts.check_export import check_target
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.likeness import likeness_check
from scripts.export_checks.scene.source import read_source, source_check, source_checks

from ..preflight.preflight_scenes import rig


def _cube(name: str, x: float) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=1, location=(x, 0, 0))
    bpy.context.object.name = name
    return bpy.context.object


def _instances() -> None:
    """Three trees that only a collection holds, and one that nodes scatter on the corners of a triangle."""
    kit = bpy.data.collections.new("Kit")
    bpy.ops.mesh.primitive_cone_add(vertices=5)
    tree = bpy.context.object
    tree.name = "Tree"
    bpy.context.scene.collection.objects.unlink(tree)
    kit.objects.link(tree)
    for number in range(3):
        empty = bpy.data.objects.new(f"Place{number}", None)
        empty.instance_type, empty.instance_collection = "COLLECTION", kit
        empty.location = (4 * number, 10, 0)
        bpy.context.scene.collection.objects.link(empty)
    empty.keyframe_insert("location", frame=15)
    empty.location.z = 8
    empty.keyframe_insert("location", frame=5)


def _skin() -> None:
    """Half a body, mirrored, on a rig that is not its parent; one key at a value, one group that is not a bone."""
    half = _cube("Half", 0)
    half.data.transform(Matrix.Translation((0.5, 0, 0.5)))
    half.location = (0, -10, 0)
    armature = rig(half)
    armature.location.y = -10
    bpy.context.view_layer.update()
    half.parent = None
    half.shape_key_add(name="Basis")
    wide = half.shape_key_add(name="vrc.v_aa")
    for point in wide.data:
        point.co.x *= 2
    wide.value = 0.5
    half.vertex_groups.new(name="Mask").add(range(8), 1, "REPLACE")
    mirror = half.modifiers.new("Mirror", "MIRROR")
    half.modifiers.move(len(half.modifiers) - 1, 0)
    assert mirror.use_axis[0]
    hat = _cube("Hat", 0)
    hat.scale = (0.2, 0.2, 0.2)
    hat.parent, hat.parent_type, hat.parent_bone = armature, "BONE", "Bone5"


def _laid() -> None:
    """A flag whose picture lies on a vector of its vertices, and that a stored strip moves without its last keys."""
    bpy.ops.mesh.primitive_plane_add(location=(50, 0, 0))
    flag = bpy.context.object
    flag.name = "Flag"
    flag.data.attributes.new("Laid", "FLOAT_VECTOR", "POINT").data.foreach_set("vector", np.linspace(0, 1, 12))
    material = bpy.data.materials.new("Cloth")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    place, picture = nodes.new("ShaderNodeAttribute"), nodes.new("ShaderNodeTexImage")
    place.attribute_name, picture.image = "Laid", bpy.data.images.new("Cloth", 4, 4)
    links.new(place.outputs["Vector"], picture.inputs["Vector"])
    links.new(picture.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"])
    flag.data.materials.append(material)
    for frame in (1, 10, 30):
        flag.location.z = frame
        flag.keyframe_insert("location", frame=frame)
    animation = flag.animation_data
    action, slot = animation.action, animation.action_slot
    animation.action = None
    track = animation.nla_tracks.new()
    strip = track.strips.new("Wave", 1, action)
    strip.action_slot, strip.action_frame_end, track.mute = slot, 10, True


def _sheared() -> None:
    parent = _cube("Frame", 20)
    parent.scale, parent.rotation_euler = (1, 1, 3), (0.5, 0, 0)
    child = _cube("Sheared", 0)
    child.parent, child.rotation_euler = parent, (0, 0.7, 0.3)
    child.location.x = 3


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of an export for the web and Unity, and the scene that it was made of, in centimeters."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.unit_settings.system, scene.unit_settings.scale_length = "METRIC", 0.01
    _instances()
    _skin()
    _sheared()
    _laid()
    fan = _cube("Fan", 30)
    fan["blades"], fan["note"], fan["kit"] = 3, "/home/ann/fan.txt", {"bolts": 4}
    bpy.data.objects["Rig"]["rank"] = 2
    for frame, angle in ((5, 0.0), (15, 1.0)):
        fan.rotation_euler.z = angle
        fan.keyframe_insert("rotation_euler", frame=frame)
    lifted = fan.modifiers.new("Decimate", "DECIMATE")
    lifted.decimate_type = "DISSOLVE"  # whose settings hold a set
    face = _cube("Face", 40)
    face.shape_key_add(name="Basis")
    face.shape_key_add(name="あ").data[0].co.z += 1
    scene.collection.objects.link(bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera")))
    scene.collection.objects.link(bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT")))
    scene.frame_set(15)
    folder = tmp_path_factory.mktemp("whole")
    blend = folder / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(blend))
    run_to_end(export_job(bpy.context, folder / "out", ["web", "unity"], ExportOptions(lods=0, colliders="none")))
    return folder / "out", blend


def document(exported: tuple[Path, Path], name: str = "scene.glb") -> dict[str, Any]:
    return read_json(exported[0] / "web" / name)


def node(of: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in of["nodes"] if one["name"] == name)


@pytest.mark.parametrize("target", ["web", "unity"])
def test_the_files_pass_and_the_scene_agrees(exported: tuple[Path, Path], target: str) -> None:
    folder = TargetFolder(exported[0] / target)
    assert list(check_target(folder.path)) == []
    source = read_source(exported[1])
    assert not [one.problems for one in source_checks(folder, source) if one.problems]
    flag = next(one for one in source.looks if one.name == "Flag")
    flag.values["albedo"] += 0.5
    likeness = likeness_check(folder, source.looks, "scene.blend")
    assert likeness.looked_at >= 8
    assert [one.node for one in likeness.problems] == ["Flag"]


def test_the_judge_sees_a_lost_object(exported: tuple[Path, Path], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(exported[0] / "unity", tmp_path / "unity")
    layout = json.loads((tmp_path / "unity" / "layout.json").read_text())
    layout["instances"] = [one for one in layout["instances"] if one["object"] != "Fan"]
    (tmp_path / "unity" / "layout.json").write_text(json.dumps(layout))
    (tmp_path / "unity" / "SM_Fan.fbx").unlink()
    found = source_check(TargetFolder(tmp_path / "unity"), read_source(exported[1])).problems
    assert "Fan" in {one.node for one in found}


def test_instances_share_their_mesh(exported: tuple[Path, Path]) -> None:
    found = document(exported)
    assert len({one["mesh"] for one in found["nodes"] if one["name"].startswith("SM_Tree")}) == 1
    assert sum(one["name"].startswith("SM_Tree") for one in found["nodes"]) == 3


def test_cameras_lights_and_plain_properties_come_along(exported: tuple[Path, Path]) -> None:
    found = document(exported)
    assert len(found["cameras"]) == 1
    assert len(found["extensions"]["KHR_lights_punctual"]["lights"]) == 1
    assert node(found, "SM_Fan")["extras"] == {"blades": 3, "kit": {"bolts": 4}}
    bones = document(exported, "SK_Rig.glb")["nodes"]
    assert [one["name"] for one in bones if one.get("extras", {}).get("rank") == 2] == ["Bone0"]


def test_an_object_moves_and_rests_where_it_shows(exported: tuple[Path, Path]) -> None:
    found = document(exported)
    assert {one["name"] for one in found["animations"]} == {"AS_FanAction", "AS_Wave", "AS_Place2Action"}
    turn = node(found, "SM_Fan")["rotation"]
    assert np.allclose(np.abs(turn), (0, np.sin(0.5), 0, np.cos(0.5)), atol=1e-4)
    assert node(found, "SM_Fan")["translation"][0] == pytest.approx(0.3)


def test_instances_go_with_what_makes_them(exported: tuple[Path, Path]) -> None:
    found = document(exported)
    carrier = node(found, "Place2")
    assert [found["nodes"][child]["mesh"] for child in carrier["children"]] == [node(found, "SM_Tree")["mesh"]]
    clip = next(one for one in found["animations"] if one["name"] == "AS_Place2Action")
    assert {found["nodes"][one["target"]["node"]]["name"] for one in clip["channels"]} == {"Place2"}


def test_a_stored_strip_is_its_whole_action(exported: tuple[Path, Path]) -> None:
    clip = next(one for one in document(exported)["animations"] if one["name"] == "AS_Wave")
    times = document(exported)["accessors"][clip["samplers"][0]["input"]]
    assert times["max"][0] == pytest.approx(29 / 24)


def test_a_picture_lies_on_an_attribute(exported: tuple[Path, Path]) -> None:
    found = document(exported)
    flag = found["meshes"][node(found, "SM_Flag")["mesh"]]["primitives"][0]
    texture = found["materials"][flag["material"]]["pbrMetallicRoughness"]["baseColorTexture"]
    assert texture.get("texCoord", 0) == 0
    models = TargetFolder(exported[0] / "web").models
    uvs = [one.mesh.uvs[0][1] for model in models for one in model.nodes if one.name == "SM_Flag"]
    assert np.allclose(np.unique(uvs[0][:, 0].round(4)), np.linspace(0, 1, 12)[::3], atol=1e-4)


def test_static_keys_keep_their_names(exported: tuple[Path, Path]) -> None:
    found = document(exported)
    mesh = found["meshes"][node(found, "SM_Face")["mesh"]]
    assert mesh["extras"]["targetNames"] == ["あ"]


def test_a_skin_has_its_modifiers_keys_and_rigid_parts(exported: tuple[Path, Path]) -> None:
    found = document(exported, "SK_Rig.glb")
    body = found["meshes"][node(found, "SK_Half")["mesh"]]
    assert body["extras"]["targetNames"] == ["vrc.v_aa"]
    assert body["weights"] == [0.5]
    low, high = (
        np.array(found["accessors"][body["primitives"][0]["attributes"]["POSITION"]][one]) for one in ("min", "max")
    )
    assert (high - low)[0] == pytest.approx(0.02, abs=1e-5)  # both halves, in meters
    assert "skin" in node(found, "SK_Hat")
    assert "Mask" not in {found["nodes"][joint]["name"] for joint in found["skins"][0]["joints"]}


def test_custom_normals_survive_mirror_and_stretch(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=1)
    leaf = bpy.context.object
    leaf.data.normals_split_custom_set([Vector((0.6, 0, 0.8))] * len(leaf.data.loops))
    leaf.scale = (-1, 1, 3)
    bpy.context.view_layer.update()
    wanted = leaf.matrix_world.to_3x3().inverted().transposed() @ Vector((0.6, 0, 0.8))
    run_to_end(export_job(bpy.context, tmp_path, ["web"], ExportOptions(lods=0)))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.import_scene.gltf(filepath=str(tmp_path / "web" / "scene.glb"))
    back = next(obj for obj in bpy.data.objects if obj.type == "MESH")
    turn = back.matrix_world.to_3x3().inverted().transposed()
    found = [(turn @ corner.vector).normalized() for corner in back.data.corner_normals]
    assert max(one.angle(wanted) for one in found) < 0.05


def test_bent_quads_are_split_as_they_are_drawn(clean_scene: bpy.types.Context) -> None:
    mesh = bpy.data.meshes.new("Bent")
    points = [(0, 0, 0), (1, 0, 1), (1, 1, 0), (0, 1, 1), (3, 0, 0), (4, 0.9, 0), (5, 0, 0), (4, 1, 0)]
    mesh.from_pydata(points, [], [(0, 1, 2, 3), (4, 5, 6, 7)])
    mesh.calc_loop_triangles()
    drawn = {frozenset(one.vertices) for one in mesh.loop_triangles}
    triangulate(mesh)
    assert {frozenset(one.vertices) for one in mesh.polygons} == drawn
