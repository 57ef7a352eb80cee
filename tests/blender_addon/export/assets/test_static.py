"""What becomes one asset, and that its faces keep their materials."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.exporting import export_job
from blender_addon.export.meshes.cleaning import triangulate
from blender_addon.export.options import ExportOptions
from scripts.check_export import check_target

from ..delivery.import_scripts.placed_export import farthest
from ..real_things import collected


def test_copies_with_equal_modifiers_and_equal_meshes_are_one_asset(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    first = bpy.context.object
    first.modifiers.new("Bevel", "BEVEL").segments = 2
    for number in range(300):
        twin = first.copy()
        twin.location.x = number
        if number % 2:
            twin.data = first.data.copy()
        clean_scene.scene.collection.objects.link(twin)
    bpy.context.view_layer.update()
    other = first.copy()
    other.modifiers["Bevel"].segments = 3
    clean_scene.scene.collection.objects.link(other)
    bpy.context.view_layer.update()
    assert sorted(len(asset.instances) for asset in collected()) == [1, 301]


def test_thousands_of_instances_are_one_file_and_one_mesh(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    from blender_addon.export.formats.glb import read_json

    bpy.ops.mesh.primitive_cube_add()
    first = bpy.context.object
    for number in range(1999):
        twin = first.copy()
        twin.location = (number % 50 * 3, number // 50 * 3, 0)
        clean_scene.scene.collection.objects.link(twin)
    bpy.context.view_layer.update()
    run_to_end(export_job(clean_scene, tmp_path, ["unity", "web"], ExportOptions(lods=0)))
    assert len(list((tmp_path / "unity").glob("*.fbx"))) == 1
    assert len(json.loads((tmp_path / "unity" / "layout.json").read_text())["instances"]) == 2000
    document = read_json(tmp_path / "web" / "scene.glb")
    assert (len(document["meshes"]), len(document["nodes"])) == (1, 2000)


def test_scattered_copies_of_any_size_share_a_mesh(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    from blender_addon.export.assets.static import MOST_PROPORTIONS
    from blender_addon.export.formats.glb import read_json

    rng = np.random.default_rng(4)
    bpy.ops.mesh.primitive_cube_add()
    stone = bpy.context.object
    bpy.ops.mesh.primitive_cone_add()
    grass = bpy.context.object
    for number in range(200):
        for first, scale in ((stone, rng.uniform(0.2, 3) * np.ones(3)), (grass, rng.uniform(0.5, 2, 3))):
            twin = first.copy()
            twin.location = (number % 20 * 8, number // 20 * 8, 0)
            twin.scale = scale.tolist()
            clean_scene.scene.collection.objects.link(twin)
    bpy.context.view_layer.update()
    corners = {obj.name: np.array([obj.matrix_world @ v.co for v in obj.data.vertices]) for obj in bpy.data.objects}
    assets = collected()
    assert sorted(len(asset.instances) for asset in assets) == [*[1] * (MOST_PROPORTIONS - 1), 194, 201]
    for asset in assets:
        points = positions(asset.mesh)
        for instance in asset.instances:
            matrix = np.array(instance.matrix)
            placed = points @ matrix[:3, :3].T + matrix[:3, 3]
            assert farthest(placed, corners[instance.object_name]) < 1e-3
    run_to_end(export_job(clean_scene, tmp_path, ["web"], ExportOptions(lods=0)))
    document = read_json(tmp_path / "web" / "scene.glb")
    assert (len(document["meshes"]), len(document["nodes"])) == (1 + MOST_PROPORTIONS, 402)
    assert list(check_target(tmp_path / "web")) == []


def test_faces_keep_their_materials(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    mesh = bpy.context.object.data
    for number, name in enumerate(("Wood", "Steel", "Glass")):  # materials that look the same would become one
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        principled = next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")
        principled.inputs["Roughness"].default_value = 0.2 * number
        mesh.materials.append(material)
    for polygon in mesh.polygons:
        polygon.material_index = polygon.index % 3
    run_to_end(export_job(clean_scene, tmp_path, ["unreal"]))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.wm.fbx_import(filepath=str(tmp_path / "unreal" / "SM_Cube.fbx"))
    back = bpy.data.objects["SM_Cube"].data
    assert [one.name for one in back.materials] == ["M_Wood", "M_Steel", "M_Glass"]
    assert sorted(polygon.material_index for polygon in back.polygons) == [0] * 4 + [1] * 4 + [2] * 4


def test_a_face_that_lies_twice_in_one_place_leaves_no_vertex_behind() -> None:
    mesh = bpy.data.meshes.new("Twice")
    corners = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
    mesh.from_pydata([*corners, *corners, (0, 0, 1)], [], [(0, 1, 2), (3, 4, 5), (0, 2, 6)])
    triangulate(mesh)
    assert (len(mesh.polygons), len(mesh.vertices), len(mesh.edges)) == (2, 4, 5)
