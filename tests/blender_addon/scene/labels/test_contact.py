"""What touches is one thing; what only has a place in the other's box is not."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.scene.labels.contact import touching_surfaces
from blender_addon.scene.labels.subjects import Piece, groups_among, subjects_in
from ml_core.datasets.furniture.plain import BUILDERS

pytestmark = pytest.mark.both_blenders


def add(name: str, builder: str, at: tuple[float, float, float]) -> bpy.types.Object:
    """One of our own objects as one mesh."""
    vertices, faces = [], []
    for part in BUILDERS[builder]():
        faces += [tuple(len(vertices) + corner for corner in face) for face in part.faces]
        vertices += part.vertices.tolist()
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], faces)
    obj = bpy.data.objects.new(name, mesh)
    obj.location = at
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.update()
    return obj


def touch(context: bpy.types.Context, *objects: bpy.types.Object) -> bool:
    pieces = [Piece(obj, np.array(obj.matrix_world)) for obj in objects]
    return touching_surfaces(pieces, [(0, 1)], context.evaluated_depsgraph_get()) == [(0, 1)]


def test_a_stool_under_a_table_is_no_part_of_it(clean_scene: bpy.types.Context) -> None:
    table, stool = add("Table", "table", (0, 0, 0)), add("Stool", "stool", (0.25, 0.12, 0.05))
    assert not touch(clean_scene, table, stool)
    assert not groups_among(subjects_in(clean_scene, "all"), clean_scene.scene, clean_scene.evaluated_depsgraph_get())


def test_a_cup_on_a_table_touches_it(clean_scene: bpy.types.Context) -> None:
    table = add("Table", "table", (0, 0, 0))
    top = max(corner[2] for corner in table.bound_box)
    assert touch(clean_scene, table, add("Cup", "cup", (0.3, 0.1, top)))
    assert not touch(clean_scene, table, add("Cup", "cup", (0.3, 0.1, top + 0.3)))


def test_what_stands_on_one_axis_is_held_without_touching(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cylinder_add(radius=0.2, depth=0.3, end_fill_type="NOTHING", location=(0, 0, 1))
    shade = clean_scene.active_object
    bpy.ops.mesh.primitive_cylinder_add(radius=0.01, depth=1.0, location=(0, 0, 0.5))
    stem = clean_scene.active_object
    assert touch(clean_scene, shade, stem)
    stem.location.x = 0.1
    clean_scene.view_layer.update()
    assert not touch(clean_scene, shade, stem)
