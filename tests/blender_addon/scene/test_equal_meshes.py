"""Equal meshes become one; nothing that can be seen changes, and nothing that differs is lost."""

from __future__ import annotations

import math
from collections.abc import Callable

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.equal_meshes import link_equal_job

pytestmark = pytest.mark.both_blenders


def a_thing() -> bpy.types.Object:
    """A wedge that is not a reflection of itself, with UVs, colors, a key and weights."""
    bpy.ops.mesh.primitive_monkey_add()
    obj = bpy.context.active_object
    mesh = obj.data
    for vertex in mesh.vertices:
        vertex.co.x += 0.3 * vertex.co.z**2 + 0.1 * vertex.co.y
    mesh.color_attributes.new("Col", "BYTE_COLOR", "CORNER")
    mesh.materials.append(bpy.data.materials.get("Steel") or bpy.data.materials.new("Steel"))
    obj.shape_key_add(name="Basis")
    key = obj.shape_key_add(name="Grown")
    for point in key.data:
        point.co.z *= 1.5
    group = obj.vertex_groups.new(name="Half")
    group.add(range(100), 0.5, "REPLACE")
    return obj


def a_copy(obj: bpy.types.Object, baked: Matrix | None = None) -> bpy.types.Object:
    """A copy with a mesh of its own, ``baked`` into the vertices and taken out of the transform."""
    twin = obj.copy()
    twin.data = obj.data.copy()
    bpy.context.scene.collection.objects.link(twin)
    if baked is not None:
        twin.data.transform(baked, shape_keys=True)
        if baked.is_negative:
            twin.data.flip_normals()
        twin.matrix_basis = twin.matrix_basis @ baked.inverted()
    twin.location.x += 5
    bpy.context.view_layer.update()
    return twin


def seen() -> dict[str, np.ndarray]:
    """The vertices and the face normals of each object in the world, as they are drawn."""
    bpy.context.view_layer.update()
    found = {}
    for obj in bpy.data.objects:
        if obj.type == "MESH":
            world = np.array(obj.matrix_world)
            points = np.array([vertex.co for vertex in obj.data.vertices]) @ world[:3, :3].T + world[:3, 3]
            cofactors = np.linalg.inv(world[:3, :3]).T * np.sign(np.linalg.det(world[:3, :3]))
            normals = np.array([face.normal for face in obj.data.polygons]) @ cofactors.T
            normals *= np.sign(np.linalg.det(world[:3, :3]))  # a negative scale is drawn inside out, and turned back
            found[obj.name] = np.concatenate([points, normals / np.linalg.norm(normals, axis=1, keepdims=True)])
    return found


TURNED = Euler((0.4, -0.7, 2.0)).to_matrix().to_4x4()
BAKED = {
    "as it is": None,
    "moved": Matrix.Translation((1, 2, 3)),
    "turned": Matrix.Translation((0, 0, 1)) @ TURNED,
    "mirrored": Matrix.Scale(-1, 4, (1, 0, 0)),
    "mirrored and turned": TURNED @ Matrix.Scale(-1, 4, (0, 1, 0)),
}


@pytest.mark.parametrize("what", BAKED)
def test_what_is_equal_is_shared_where_it_was(clean_scene: bpy.types.Context, what: str) -> None:
    first = a_thing()
    second = a_copy(first, BAKED[what])
    child = bpy.data.objects.new("Child", None)
    clean_scene.scene.collection.objects.link(child)
    child.parent = second
    child.location = (0, 1, 0)
    before = seen()
    place = child.matrix_world.copy()
    report = run_to_end(link_equal_job(clean_scene))
    assert second.data == first.data
    assert report["linked"] == {first.data.name: [second.name]}
    assert report["removed"] == 1
    assert report["saved"] > 12 * len(first.data.vertices)
    assert len(bpy.data.meshes) == 1
    after = seen()
    for name, points in before.items():
        assert np.allclose(points, after[name], atol=2e-4), name
    assert np.allclose(np.array(child.matrix_world), np.array(place), atol=1e-4)
    if "mirrored" in what:
        again = a_copy(first, BAKED[what])
        mesh = again.data
        found = run_to_end(link_equal_job(clean_scene, mirrored=False))
        assert again.data == mesh
        assert found["near"][0]["why"] == "it is a reflection"


def _other_uv(obj: bpy.types.Object) -> None:
    obj.data.uv_layers[0].uv[3].vector.x += 0.1


def _other_color(obj: bpy.types.Object) -> None:
    obj.data.color_attributes[0].data[5].color = (1, 0, 0, 1)


def _other_key(obj: bpy.types.Object) -> None:
    obj.data.shape_keys.key_blocks["Grown"].data[7].co.x += 0.1


def _other_value(obj: bpy.types.Object) -> None:
    obj.data.shape_keys.key_blocks["Grown"].value = 0.5


def _other_material(obj: bpy.types.Object) -> None:
    obj.data.materials[0] = bpy.data.materials.new("Wood")


def _other_weight(obj: bpy.types.Object) -> None:
    obj.vertex_groups["Half"].add([3], 0.9, "REPLACE")


def _other_group(obj: bpy.types.Object) -> None:
    obj.vertex_groups["Half"].name = "Quarter"


def _a_seam(obj: bpy.types.Object) -> None:
    obj.data.edges[4].use_seam = True


def _smooth(obj: bpy.types.Object) -> None:
    obj.data.polygons[2].use_smooth = True


def _a_dent(obj: bpy.types.Object) -> None:
    obj.data.shape_keys.key_blocks["Basis"].data[0].co.z += 0.01
    obj.data.vertices[0].co.z += 0.01


def _modifier_on_a_turned_one(obj: bpy.types.Object) -> None:
    obj.data.transform(TURNED, shape_keys=True)
    obj.modifiers.new("Array", "ARRAY")


def _sheared(obj: bpy.types.Object) -> None:
    obj.data.transform(TURNED, shape_keys=True)
    obj.scale = (1, 2, 3)


@pytest.mark.parametrize(
    "change",
    [_other_uv, _other_color, _other_key, _other_value, _other_material, _other_weight, _other_group, _a_seam, _smooth,
     _a_dent, _modifier_on_a_turned_one, _sheared],
)  # fmt: skip
def test_what_differs_stays_and_is_told(
    clean_scene: bpy.types.Context, change: Callable[[bpy.types.Object], None]
) -> None:
    a_thing()
    second = a_thing()  # a copy would share the arrays that are changed here
    change(second)
    bpy.context.view_layer.update()
    mesh = second.data
    report = run_to_end(link_equal_job(clean_scene))
    assert (second.data, report["removed"]) == (mesh, 0)
    assert report["near"] or report["skipped"]


def test_modifiers_and_materials_of_objects_stay(clean_scene: bpy.types.Context) -> None:
    first = a_thing()
    second = a_copy(first)
    second.modifiers.new("Bevel", "BEVEL")
    wood = bpy.data.materials.new("Wood")
    second.material_slots[0].link = "OBJECT"
    second.material_slots[0].material = wood
    assert bpy.ops.atelier.link_equal_meshes() == {"FINISHED"}
    assert second.data == first.data
    assert [modifier.name for modifier in second.modifiers] == ["Bevel"]
    assert (second.material_slots[0].material, first.material_slots[0].material.name) == (wood, "Steel")
    assert math.isclose(second.location.x, 5)


def test_one_mesh_is_nothing_to_compare(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="no two meshes"):
        bpy.ops.atelier.link_equal_meshes()
