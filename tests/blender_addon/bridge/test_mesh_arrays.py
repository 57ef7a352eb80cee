"""Arrays of a mesh against what Blender's own elements say, one by one."""

import bpy
import numpy as np
import pytest

from blender_addon.bridge import mesh_arrays


@pytest.fixture
def mesh():
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.mesh.primitive_cylinder_add(vertices=7)
    made = bpy.context.object.data
    for number in range(2):
        made.materials.append(bpy.data.materials.new(f"M{number}"))
    made.polygons[3].material_index = 1
    return made


@pytest.mark.parametrize("mode", ["OBJECT", "EDIT"])
def test_arrays_are_those_of_the_elements(mesh, mode):
    bpy.ops.object.mode_set(mode=mode)
    assert mesh_arrays.corner_vertices(mesh).tolist() == [loop.vertex_index for loop in mesh.loops]
    assert mesh_arrays.corner_edges(mesh).tolist() == [loop.edge_index for loop in mesh.loops]
    assert mesh_arrays.edge_vertices(mesh).tolist() == [list(edge.vertices) for edge in mesh.edges]
    assert mesh_arrays.face_materials(mesh).tolist() == [face.material_index for face in mesh.polygons]
    np.testing.assert_allclose(mesh_arrays.positions(mesh), [vertex.co for vertex in mesh.vertices])
    np.testing.assert_allclose(mesh_arrays.face_normals(mesh), [face.normal for face in mesh.polygons], atol=1e-6)


def test_coordinates_are_those_of_the_layer(mesh):
    layer = mesh.uv_layers.active
    np.testing.assert_allclose(mesh_arrays.uv_array(layer), [one.uv for one in layer.data])


def test_faces_of_many_corners_are_cut_into_triangles(mesh):
    mesh.calc_loop_triangles()
    expected = [list(triangle.vertices) for triangle in mesh.loop_triangles]
    assert len(expected) == 7 * 2 + 2 * 5
    assert mesh_arrays.triangle_vertices(mesh).tolist() == expected


def test_a_mesh_of_triangles_gives_its_corners():
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=1)
    mesh = bpy.context.object.data
    assert mesh_arrays.triangle_vertices(mesh).tolist() == [list(face.vertices) for face in mesh.polygons]
    assert mesh_arrays.face_materials(mesh).tolist() == [0] * 20  # without an attribute of it


def test_an_empty_mesh_has_no_corners():
    mesh = bpy.data.meshes.new("Empty")
    assert mesh_arrays.positions(mesh).shape == (0, 3)
    assert mesh_arrays.triangle_vertices(mesh).shape == (0, 3)
    assert mesh_arrays.edge_vertices(mesh).shape == (0, 2)


@pytest.mark.parametrize("modifier", ["", "BEVEL"])
def test_meshes_that_are_edited_together_are_read_as_they_are_now(
    clean_scene: bpy.types.Context, modifier: str
) -> None:
    import bmesh  # there once bpy is

    cubes = []
    for place in (0, 4):
        bpy.ops.mesh.primitive_cube_add(location=(place, 0, 0))
        cubes.append(bpy.context.object)
        if modifier:
            cubes[-1].modifiers.new("Modifier", modifier)
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.object.mode_set(mode="EDIT")
    for cube in cubes:
        edited = bmesh.from_edit_mesh(cube.data)
        bmesh.ops.translate(edited, verts=edited.verts[:], vec=(0, 0, 10))
        bmesh.update_edit_mesh(cube.data)
    depsgraph = bpy.context.evaluated_depsgraph_get()
    for cube in cubes:
        vertices, triangles = mesh_arrays.mesh_arrays(cube, depsgraph)
        assert len(triangles) >= 12
        assert vertices[:, 2].min() > 8.5
    assert [cube.mode for cube in cubes] == ["EDIT", "EDIT"]
    bpy.ops.object.mode_set(mode="OBJECT")
    for kind in ("primitive_bezier_circle_add", "primitive_nurbs_circle_add"):
        getattr(bpy.ops.curve, kind)(enter_editmode=True)
        curve = bpy.context.object
        curve.data.bevel_depth = 0.1
        assert len(mesh_arrays.mesh_arrays(curve, bpy.context.evaluated_depsgraph_get())[1]) > 100
        bpy.ops.object.mode_set(mode="OBJECT")
