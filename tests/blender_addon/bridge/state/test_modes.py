"""Every mode is left with what was edited, and is as it was afterwards."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import pytest

from blender_addon.bridge.state.modes import object_mode
from blender_addon.bridge.state.preserved_scene import preserved_scene

pytestmark = pytest.mark.both_blenders


def hair_particles() -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.particle_system_add()
    bpy.context.object.particle_systems[0].settings.type = "HAIR"


def linked(data: bpy.types.ID) -> None:
    obj = bpy.data.objects.new("Made", data)
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    obj.select_set(True)


def hair_curves() -> None:
    curves = bpy.data.hair_curves.new("Hair")
    curves.add_curves([3, 3])
    linked(curves)


MODES: dict[str, tuple[Callable[[], object], list[str]]] = {
    "mesh": (bpy.ops.mesh.primitive_cube_add, ["EDIT", "SCULPT", "VERTEX_PAINT", "WEIGHT_PAINT", "TEXTURE_PAINT"]),
    "particles": (hair_particles, ["PARTICLE_EDIT"]),
    "curve": (bpy.ops.curve.primitive_bezier_circle_add, ["EDIT"]),
    "surface": (bpy.ops.surface.primitive_nurbs_surface_sphere_add, ["EDIT"]),
    "text": (bpy.ops.object.text_add, ["EDIT"]),
    "metaball": (lambda: bpy.ops.object.metaball_add(type="BALL"), ["EDIT"]),
    "lattice": (lambda: bpy.ops.object.add(type="LATTICE"), ["EDIT"]),
    "armature": (bpy.ops.object.armature_add, ["EDIT", "POSE"]),
    "hair": (hair_curves, ["EDIT", "SCULPT_CURVES"]),
    "points": (lambda: linked(bpy.data.pointclouds.new("Points")), ["EDIT"]),
    "strokes": (
        lambda: bpy.ops.object.grease_pencil_add(type="STROKE"),
        ["EDIT", *(f"{kind}_GREASE_PENCIL" for kind in ("SCULPT", "PAINT", "WEIGHT", "VERTEX"))],
    ),
}


def state() -> tuple:
    layer = bpy.context.view_layer
    objects = {one.name: (one.mode, one.select_get(), one.hide_get(), one.hide_viewport) for one in layer.objects}
    return bpy.context.mode, layer.objects.active and layer.objects.active.name, objects


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, (_, modes) in MODES.items() for mode in modes])
def test_a_mode_is_left_and_entered_again(clean_scene: bpy.types.Context, kind: str, mode: str) -> None:
    bpy.ops.mesh.primitive_cube_add(location=(5, 0, 0))
    MODES[kind][0]()
    bpy.ops.object.mode_set(mode=mode)
    before = state()
    assert before[0] != "OBJECT"
    with preserved_scene(clean_scene):
        assert clean_scene.mode == "OBJECT"
        assert {one.mode for one in bpy.data.objects} == {"OBJECT"}
        bpy.ops.mesh.primitive_cube_add()
    assert state() == before


def test_objects_that_are_edited_together_are_so_again(clean_scene: bpy.types.Context) -> None:
    import bmesh  # a part of Blender that is there once bpy is

    for number in range(4):
        bpy.ops.mesh.primitive_cube_add(location=(3 * number, 0, 0))
    first, second, third, fourth = bpy.data.objects
    bpy.ops.object.select_all(action="DESELECT")
    for one in (first, second):
        one.select_set(True)
    clean_scene.view_layer.objects.active = second
    bpy.ops.object.mode_set(mode="EDIT")
    first.select_set(False)  # in the outliner
    third.select_set(True)
    clean_scene.view_layer.objects.active = fourth
    bpy.ops.object.mode_set(mode="VERTEX_PAINT")
    clean_scene.view_layer.objects.active = second
    clean_scene.tool_settings.mesh_select_mode = (False, False, True)
    edited = bmesh.from_edit_mesh(second.data)
    edited.faces.ensure_lookup_table()
    for face in edited.faces:
        face.select_set(face.index == 2)
    edited.faces.active = edited.faces[2]
    edited.verts.ensure_lookup_table()
    edited.verts[0].co.z = 7
    before = state()
    assert [one.mode for one in bpy.data.objects] == ["EDIT", "EDIT", "OBJECT", "VERTEX_PAINT"]
    with object_mode(clean_scene):
        assert second.data.vertices[0].co.z == 7  # what is not applied yet is there
    assert state() == before
    edited = bmesh.from_edit_mesh(second.data)
    assert [face.index for face in edited.faces if face.select] == [2]
    assert edited.faces.active.index == 2
    assert tuple(clean_scene.tool_settings.mesh_select_mode) == (False, False, True)


@pytest.mark.parametrize("how", ["hide_set", "hide_viewport", "exclude", "hidden collection", "no active", "unlinked"])
def test_an_object_that_cannot_be_seen_keeps_its_mode(clean_scene: bpy.types.Context, how: str) -> None:
    bpy.ops.mesh.primitive_cube_add()
    cube, scene = bpy.context.object, clean_scene.scene
    collection = bpy.data.collections.new("Box")
    scene.collection.children.link(collection)
    cube.users_collection[0].objects.unlink(cube)
    collection.objects.link(cube)
    clean_scene.view_layer.objects.active = cube
    bpy.ops.object.mode_set(mode="EDIT")
    shown = clean_scene.view_layer.layer_collection.children["Box"]
    if how == "hide_set":
        cube.hide_set(True)
    elif how == "hide_viewport":
        cube.hide_viewport = True
    elif how == "exclude":
        shown.exclude = True
    elif how == "hidden collection":
        shown.hide_viewport = True
    elif how == "no active":
        clean_scene.view_layer.objects.active = None
    else:
        collection.objects.unlink(cube)
    clean_scene.view_layer.update()
    before = state()
    with preserved_scene(clean_scene):
        bpy.ops.mesh.primitive_cube_add()
    assert state() == before
    assert cube.mode == "EDIT"


def test_what_goes_meanwhile_is_passed_over(clean_scene: bpy.types.Context) -> None:
    for _ in range(2):
        bpy.ops.mesh.primitive_cube_add()
    bpy.ops.object.mode_set(mode="EDIT")
    with object_mode(clean_scene):
        bpy.data.objects.remove(bpy.context.object)
        clean_scene.view_layer.objects.active = bpy.data.objects[0]
    assert clean_scene.mode == "OBJECT"
    assert clean_scene.object == bpy.data.objects[0]
