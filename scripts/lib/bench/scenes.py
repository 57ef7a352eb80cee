"""Scenes that bench.py measures: many objects, one huge mesh, and a finer body."""

from __future__ import annotations

from typing import Any

import numpy as np


def fill(unique: int, copies: int, triangles: int) -> None:
    """A scene of ``copies`` objects far apart: ``unique`` generated everyday things of ``triangles`` triangles each."""
    import bpy

    from ml_core.datasets.furniture.varied import GENERATORS, mesh_of

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if not hasattr(bpy.types.Scene, "atelier"):
        import blender_addon

        blender_addon.register()
    rng = np.random.default_rng(0)
    names = sorted(GENERATORS)
    meshes = []
    for number in range(unique):
        mesh = bpy.data.meshes.new(names[number % len(names)])
        vertices, faces = subdivided(*mesh_of(GENERATORS[mesh.name.split(".")[0]](rng)), triangles)
        mesh.from_pydata(vertices, [], faces)
        meshes.append(mesh)
    for number in range(copies):
        obj = bpy.data.objects.new(f"Object{number}", meshes[number % unique])
        obj.location = (number % 100 * 20, number // 100 * 20, 0)
        obj.rotation_euler.z = rng.uniform(0, 6)
        bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.update()


def fill_huge(triangles: int) -> None:
    """A scene of one rolling landscape of quads, made without Blender's editing tools, which need memory themselves."""
    import bpy

    fill(unique=1, copies=0, triangles=1)
    side = round((triangles / 2) ** 0.5)
    x, y = np.meshgrid(np.linspace(-1, 1, side + 1, dtype=np.float32), np.linspace(-1, 1, side + 1, dtype=np.float32))
    points = np.stack([x, y, 0.2 * np.sin(5 * x) * np.cos(7 * y)], axis=-1)
    first = (np.arange(side)[:, None] * (side + 1) + np.arange(side)).ravel().astype(np.int32)
    quads = np.stack([first, first + 1, first + side + 2, first + side + 1], axis=1)
    mesh = bpy.data.meshes.new("Landscape")
    mesh.vertices.add(points.size // 3)
    mesh.vertices.foreach_set("co", points.ravel())
    mesh.loops.add(quads.size)
    mesh.loops.foreach_set("vertex_index", quads.ravel())
    mesh.polygons.add(len(quads))
    mesh.polygons.foreach_set("loop_start", np.arange(0, quads.size, 4, dtype=np.int32))
    mesh.update(calc_edges=True)
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Landscape", mesh))
    bpy.context.view_layer.update()


def subdivided(vertices: np.ndarray, faces: np.ndarray, triangles: int) -> tuple[np.ndarray, np.ndarray]:
    """The mesh with its largest triangles split in four until it has at least ``triangles`` of them."""
    import trimesh

    while len(faces) < triangles:
        area = trimesh.triangles.area(vertices[faces])
        largest = np.argsort(-area)[: max(1, (triangles - len(faces)) // 3 + 1)]
        vertices, faces = trimesh.remesh.subdivide(vertices, faces, largest)
    return vertices, faces


def finer_body(triangles: int) -> Any:
    """The built-in body as a mesh like any other, with its faces split until there are at least ``triangles``."""
    import bpy

    armature = bpy.data.objects["Avatar"]
    body = next(child for child in armature.children if child.name.endswith("_Body"))
    del body["atelier_shape"]
    bpy.context.view_layer.objects.active = body
    while sum(len(polygon.vertices) - 2 for polygon in body.data.polygons) < triangles:
        bpy.ops.object.mode_set(mode="EDIT")
        bpy.ops.mesh.select_all(action="SELECT")
        bpy.ops.mesh.subdivide()
        bpy.ops.object.mode_set(mode="OBJECT")
    bpy.context.view_layer.objects.active = armature
    return armature
