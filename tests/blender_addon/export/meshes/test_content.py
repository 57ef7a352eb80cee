"""Meshes are one to the last bits of their coordinates, and no further."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.bridge.mesh_arrays import positions
from blender_addon.export.meshes.content import NOISE, KnownMeshes, MeshContent


def moved(mesh: bpy.types.Mesh, most: float, rng: np.random.Generator) -> MeshContent:
    copy = mesh.copy()
    shift = rng.uniform(-most, most, (len(mesh.vertices), 3))
    copy.vertices.foreach_set("co", (positions(mesh) + shift).astype(np.float32).ravel())
    copy.update()
    return MeshContent.of(copy, [])


@pytest.mark.usefixtures("clean_scene")
def test_noise_of_a_modifier_makes_no_second_mesh() -> None:
    rng = np.random.default_rng(3)
    known = KnownMeshes[str]()
    bpy.ops.mesh.primitive_monkey_add()
    monkey = bpy.context.object.data
    known.add(MeshContent.of(monkey, []), "monkey")
    found = [known.find(moved(monkey, 1e-7, rng)) for _ in range(50)]
    assert found == ["monkey"] * 50
    assert known.find(moved(monkey, 100 * NOISE, rng)) is None


@pytest.mark.usefixtures("clean_scene")
def test_other_materials_or_faces_make_another_mesh() -> None:
    known = KnownMeshes[str]()
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object.data
    known.add(MeshContent.of(cube, []), "cube")
    assert known.find(MeshContent.of(cube, [])) == "cube"
    assert known.find(MeshContent.of(cube, [bpy.data.materials.new("Red")])) is None
    turned = cube.copy()
    turned.polygons[0].flip()
    assert known.find(MeshContent.of(turned, [])) is None
