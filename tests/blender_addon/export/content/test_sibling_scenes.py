"""Ways to place, scale, name and time things that others use, in one scene: the file has each as it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix, Vector

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.options import ExportOptions
from scripts.check_export import check_target
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.scene.source import read_source, source_checks

PLAIN = ExportOptions(lods=0, colliders="none", lightmap_uv=False)


def _cube(name: str, place: tuple[float, float, float], size: float = 1) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size, location=place)
    bpy.context.object.name = name
    return bpy.context.object


def _parents() -> None:
    """Children of a vertex, of three, and of a bone behind an inverse that turns."""
    base = _cube("Base", (1, 2, 0))
    for name, kind, vertices in (("Of one", "VERTEX", (2, 0, 0)), ("Of three", "VERTEX_3", (0, 1, 2))):
        child = _cube(name, (3, 0, len(name)))
        child.parent, child.parent_type, child.parent_vertices = base, kind, vertices
    armature = bpy.data.objects.new("Arm", bpy.data.armatures.new("Arm"))
    armature.location = (5, 5, 0)
    bpy.context.scene.collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bone = armature.data.edit_bones.new("Bone")
    bone.head, bone.tail = (0, 0, 0), (0, 1, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    held = _cube("Held", (1, 1, 1))
    held.parent, held.parent_type, held.parent_bone = armature, "BONE", "Bone"
    held.matrix_parent_inverse, held.scale = Matrix.Rotation(0.4, 4, "X"), (1, 2, 0.5)


def _nested() -> None:
    """Collections in collections in collections, stretched, turned and mirrored on the way."""
    scene = bpy.context.scene
    core = _cube("Core", (1, 0, 0))
    scene.collection.objects.unlink(core)
    inner, middle, outer = (bpy.data.collections.new(name) for name in ("Inner", "Middle", "Outer"))
    inner.objects.link(core)
    inner.instance_offset = (0.5, 0, 0)
    for made, of, scale, turn in (
        (middle, inner, (1, 2, 1), (0.3, 0, 0)),
        (outer, middle, (2, 1, 1), (0, 0.5, 0)),
        (scene.collection, outer, (1, 1, -1.5), (0, 0, 0.7)),
    ):
        empty = bpy.data.objects.new(f"In {of.name}", None)
        empty.instance_type, empty.instance_collection = "COLLECTION", of
        empty.location, empty.scale, empty.rotation_euler = (0, 20 * (made == scene.collection), 1), scale, turn
        made.objects.link(empty)


def _drawn() -> None:
    """A curve with a bevel, and a text that is mirrored."""
    curve = bpy.data.curves.new("Pipe", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.use_fill_caps = "3D", 0.1, True
    curve.splines.new("POLY").points.add(2)
    for number, point in enumerate(curve.splines[0].points):
        point.co = (number, 0.3 * number**2, 0, 1)
    text = bpy.data.curves.new("Sign", "FONT")
    text.body, text.extrude = "L", 0.1
    for number, data in enumerate((curve, text)):
        obj = bpy.data.objects.new(data.name, data)
        obj.location, obj.scale = (0, -10 - 5 * number, 0), (1, 1, 1 - 2 * number)
        bpy.context.scene.collection.objects.link(obj)


def _keyed() -> None:
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=1, location=(30, 0, 0))
    face = bpy.context.object
    face.name = "Face"
    face.shape_key_add(name="Basis")
    for name, value in (("Up", 0.3), ("Muted", 1.0), ("Driven", 0.0)):
        block = face.shape_key_add(name=name)
        block.data[0].co.z += 1
        block.value, block.mute = value, name == "Muted"
    block.driver_add("value").driver.expression = "0.7"


def _moving(name: str, place: float, **settings: Any) -> None:
    """A cube with a strip of ten frames."""
    obj = _cube(name, (0, place, 0))
    for frame in (1, 11):
        obj.location.x = frame
        obj.keyframe_insert("location", frame=frame)
    animation = obj.animation_data
    action, slot = animation.action, animation.action_slot
    action.name, animation.action = f"{name} action", None
    strip = animation.nla_tracks.new().strips.new(name, 5, action)
    strip.action_slot = slot
    for key, value in settings.items():
        setattr(strip, key, value)


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> TargetFolder:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.unit_settings.system, scene.unit_settings.scale_length = "IMPERIAL", 0.3048
    scene.render.fps, scene.render.fps_base, scene.frame_start = 30, 1.001, 50
    scene.use_preview_range, scene.frame_preview_start, scene.frame_preview_end = True, 60, 70
    _parents()
    _nested()
    _drawn()
    _keyed()
    _moving("Slow", 60, scale=2.0)
    _moving("Thrice", 65, repeat=3.0)
    _moving("Back", 70, use_reverse=True)
    for number, name in enumerate(("مرحبا", "🙂🙂", "x" * 63)):
        leaf = _cube(name, (40 + 5 * number, 0, 0))
        leaf.data.normals_split_custom_set([Vector((0.3, 0.2, 1)).normalized()] * 24)
        leaf.scale, leaf.rotation_euler = (-1, 1, 2 + number), (0.3, 0.4, 0.5)
    painted = _cube("Painted", (80, 0, 0))
    for number, (kind, domain) in enumerate((("BYTE_COLOR", "CORNER"), ("FLOAT_COLOR", "POINT"))):
        layer = painted.data.color_attributes.new(f"Color{number}", kind, domain)
        layer.data.foreach_set("color", np.full(4 * len(layer.data), 0.25 + number / 2, np.float32))
    painted.data.uv_layers.new(name="Rendered").active_render = True
    painted.data.uv_layers[0].active = True
    scene.frame_set(7)
    folder = tmp_path_factory.mktemp("siblings")
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "scene.blend"))
    run_to_end(export_job(bpy.context, folder / "out", ["web"], PLAIN))
    return TargetFolder(folder / "out" / "web")


def test_all_stands_where_it_shows(exported: TargetFolder) -> None:
    assert list(check_target(exported.path)) == []
    source = read_source(exported.path.parent.parent / "scene.blend")
    assert {"Of one", "Of three", "Held", "Core", "Pipe", "Sign"} <= {one.name for one in source.appearances}
    assert not any(check.problems for check in source_checks(exported, source))


def test_clips_last_as_long_as_their_strips(exported: TargetFolder) -> None:
    found = read_json(exported.path / "scene.glb")
    lengths = {
        clip["name"]: max(found["accessors"][one["input"]]["max"][0] for one in clip["samplers"])
        for clip in found["animations"]
    }
    frame = 1.001 / 30
    assert lengths == pytest.approx({"AS_Slow": 20 * frame, "AS_Thrice": 30 * frame, "AS_Back": 10 * frame}, abs=1e-4)


def test_names_keys_and_layers_come_along(exported: TargetFolder) -> None:
    found = read_json(exported.path / "scene.glb")
    names = [one["name"] for one in found["nodes"]]
    assert len(set(names)) == len(names)
    assert all(name.isascii() for name in names)
    meshes = {one["name"]: found["meshes"][one["mesh"]] for one in found["nodes"] if "mesh" in one}
    assert meshes["SM_Face"]["extras"]["targetNames"] == ["Up", "Driven"]
    assert meshes["SM_Face"]["weights"] == pytest.approx([0.3, 0.7])
    assert {"TEXCOORD_0", "TEXCOORD_1"} <= meshes["SM_Painted"]["primitives"][0]["attributes"].keys()


def test_copies_do_not_make_blender_evaluate_the_scene_again(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """With each copy once more, an export's time would grow with the square of the objects."""
    for number in range(12):
        _cube(f"Cube{number}", (2 * number, 0, 0), 1 + number / 10)
    times: list[None] = []
    handlers = bpy.app.handlers.depsgraph_update_post

    def count(scene: bpy.types.Scene, _: bpy.types.Depsgraph) -> None:
        times.extend([None] * (scene.name == "Scene"))

    clean_scene.scene.name = "Scene"
    handlers.append(count)
    try:
        run_to_end(export_job(bpy.context, tmp_path, ["unity", "web"], PLAIN))
    finally:
        handlers.remove(count)
    assert len(times) < 12


def test_a_name_means_one_mesh_on_all_targets(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """Mirrored and stretched instances become meshes of their own, beside plain ones that share the first."""
    leaf = _cube("Leaf", (0, 0, 0))
    leaf.data.vertices[0].co = (-3, -2, -1)
    trees = bpy.data.collections.new("Trees")
    for holder in leaf.users_collection:
        holder.objects.unlink(leaf)
    trees.objects.link(leaf)
    for number, scale in enumerate([(1, 1, 1), (2, 2, 2), (-1, 1, 1), (1, 1, 3)]):
        empty = bpy.data.objects.new(f"Tree{number}", None)
        empty.instance_type, empty.instance_collection = "COLLECTION", trees
        empty.location, empty.scale = (8 * number, 0, 0), scale
        clean_scene.scene.collection.objects.link(empty)
    run_to_end(export_job(clean_scene, tmp_path, ["unity", "web"], ExportOptions(lods=0, colliders="none")))
    for target in ("unity", "web"):
        assert list(check_target(tmp_path / target)) == []


def test_normals_stay_beside_shape_keys(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """Bent quads have the normals of their halves once they are split; Blender computes others for shape keys."""
    bpy.ops.mesh.primitive_monkey_add()
    bpy.ops.object.shade_smooth()
    head = bpy.context.object
    head.shape_key_add(name="Basis")
    head.shape_key_add(name="Ear").data[0].co.x += 0.5
    head.data.shape_keys.key_blocks["Ear"].value = 0
    shown: dict[tuple[float, ...], list[Vector]] = {}
    for loop, normal in zip(head.data.loops, head.data.corner_normals, strict=True):
        place = tuple(round(one, 4) for one in head.data.vertices[loop.vertex_index].co)
        shown.setdefault(place, []).append(normal.vector.copy())
    run_to_end(export_job(clean_scene, tmp_path, ["web"], ExportOptions(lods=0, lightmap_uv=False)))
    (model,) = TargetFolder(tmp_path / "web").models
    (node,) = model.mesh_nodes
    assert node.mesh is not None
    points, normals = model.points(node)[node.mesh.corners], node.mesh.normals
    for (x, y, z), (u, v, w) in zip(points.tolist(), normals.tolist(), strict=True):
        near = shown.get((round(x, 4), round(-z, 4), round(y, 4)), [])
        assert not near or max(one.dot(Vector((u, -w, v))) for one in near) > 0.999


def test_a_material_is_exported_as_it_is_at_the_current_frame(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    """Its color moves, as do a light and a lens; reading clips of bones, keys and objects goes through other frames."""
    from ..preflight.preflight_scenes import rig  # a scene of another test module

    box, other = _cube("Box", (0, 0, 0)), _cube("Other", (4, 0, 0))
    armature = rig(box)
    for frame in (1, 20):
        armature.pose.bones[0].location.z = 0.01 * frame
        armature.pose.bones[0].keyframe_insert("location", frame=frame)
    box.shape_key_add(name="Basis")
    key = box.shape_key_add(name="Up")
    lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    shot = bpy.data.objects.new("Shot", bpy.data.cameras.new("Shot"))
    for obj in (lamp, shot):
        clean_scene.scene.collection.objects.link(obj)
    for frame, share in ((1, 0.0), (20, 1.0)):
        key.value, lamp.data.color, shot.data.lens, lamp.location.x = share, (share, 1, 0), 20 + 30 * share, share
        key.keyframe_insert("value", frame=frame)
        lamp.data.keyframe_insert("color", frame=frame)
        lamp.keyframe_insert("location", frame=frame)
        shot.data.keyframe_insert("lens", frame=frame)
    for obj in (box, other):
        material = bpy.data.materials.new(obj.name)
        material.use_nodes = True
        shader = next(one for one in material.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
        shader.inputs["Coat Weight"].default_value = 0.5  # so that the nodes are kept
        for frame, color in ((1, (1, 0, 0, 1)), (20, (0, 0, 1, 1))):
            shader.inputs["Base Color"].default_value = color
            shader.inputs["Base Color"].keyframe_insert("default_value", frame=frame)
        obj.data.materials.clear()
        obj.data.materials.append(material)
    clean_scene.scene.frame_set(20)
    run_to_end(export_job(clean_scene, tmp_path, ["web", "unity"], ExportOptions(lods=0, colliders="none")))
    for path in (tmp_path / "web").glob("*.glb"):
        for one in read_json(path)["materials"]:
            assert np.allclose(one["pbrMetallicRoughness"]["baseColorFactor"], (0, 0, 1, 1), atol=1e-3), one["name"]
    scene = read_json(tmp_path / "web" / "scene.glb")
    assert np.allclose(scene["extensions"]["KHR_lights_punctual"]["lights"][0]["color"], (1, 1, 0), atol=1e-3)
    assert np.isclose(scene["cameras"][0]["perspective"]["yfov"], 2 * np.arctan(0.36 * 9 / 16), atol=1e-3)
    assert all(one.node_tree.animation_data.action for one in bpy.data.materials)
