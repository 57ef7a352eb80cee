"""Renders pictures of single objects by Cycles, on which the image recognizer is measured."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from blender_addon.scene.lighting.world import show_backdrop
from ml_core.datasets.meshes.objects import ObjectMesh
from ml_core.training.images.results import BACKGROUNDS, VIEWS, render_file, views_of
from ml_core.vocabulary.scene.labels import FIRST_LABELS
from scripts.lib.rendering.pictures import frame, render

_PIXELS, _SAMPLES = 128, 16
_YAWS, _ELEVATION = (35, -35), 25
"""Degrees; a yaw for each view."""


def render_missing(meshes: list[ObjectMesh], folder: Path) -> None:
    """Renders with Cycles the pictures of :func:`outputs` that ``folder`` lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (mesh, view)
        for number, mesh in enumerate(meshes)
        for view in views_of(mesh, number)
        if not render_file(folder, mesh, view).is_file()
    ]
    if not jobs:
        return
    scene = studio()
    gray = bpy.data.materials.new("Grey")
    gray.use_nodes = True
    gray.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.5, 0.5, 0.5, 1)
    for number, (mesh, view) in enumerate(jobs):
        obj = blender_object(mesh)
        obj.data.materials.append(gray)
        scene.collection.objects.link(obj)
        photograph(scene, [obj], view, render_file(folder, mesh, view))
        bpy.data.meshes.remove(obj.data)
        if number % 50 == 49 or number + 1 == len(jobs):
            print(f"rendered {number + 1} of {len(jobs)} pictures", flush=True)


def textured_models(scenes: Path, folder: Path) -> list[ObjectMesh]:
    """The models with textures in ``scenes``/blendswap_cc0, without their geometry; renders what ``folder`` lacks."""
    with (scenes / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = [
            row for row in csv.DictReader(stream) if row["pack"] == "blendswap_cc0" and row["label"] in FIRST_LABELS
        ]
    models = []
    for row in rows:
        label = FIRST_LABELS.index(row["label"])
        nothing = np.empty((0, 3), np.float32), np.empty((0, 3), np.int32)
        models.append(ObjectMesh(f"textured/{row['path']}", "blendswap_cc0", row["pack"], label, "val", *nothing))
        files = [render_file(folder, models[-1], view) for view in range(VIEWS)]
        if not all(file.is_file() for file in files):
            scene = studio()
            bpy.ops.wm.obj_import(filepath=str((scenes / row["path"]).resolve()))
            shown = [obj for obj in scene.objects if obj.type == "MESH"]
            for view, file in enumerate(files):
                photograph(scene, shown, view, file)
    return models


def photograph(scene: Any, shown: list[Any], view: int, file: Path) -> None:
    """One of the two pictures of ``shown``, written to ``file``."""
    yaw, background = _YAWS[view], BACKGROUNDS[view]
    scene.world.node_tree.nodes["Seen"].inputs["Color"].default_value = (background, background, background, 1)
    points = np.array([obj.matrix_world @ vertex.co for obj in shown for vertex in obj.data.vertices])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    frame(scene, middle + 1.25 * (points - middle), yaw, _ELEVATION, 1.0)
    partial = file.with_suffix(".part.png")
    render(scene, _PIXELS, _PIXELS, _SAMPLES).save(partial)
    partial.replace(file)


def studio() -> Any:
    """An empty scene with a camera, a sun from above the left, an even gray sky and a plain background."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    camera = bpy.data.cameras.new("Studio")
    scene.camera = bpy.data.objects.new("Studio", camera)
    light = bpy.data.lights.new("Studio", "SUN")
    light.energy, light.angle = 2.0, math.radians(5)
    sun = bpy.data.objects.new("Studio", light)
    sun.rotation_euler = (math.radians(40), 0, math.radians(-15))
    for obj in (scene.camera, sun):
        scene.collection.objects.link(obj)

    scene.world = bpy.data.worlds.new("Studio")
    scene.world.use_nodes = True
    nodes, links = scene.world.node_tree.nodes, scene.world.node_tree.links
    sky = nodes["Background"]
    sky.inputs["Color"].default_value = (0.4, 0.4, 0.4, 1)
    show_backdrop(nodes, links, sky, nodes["World Output"], (0.8, 0.8, 0.8)).name = "Seen"
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.film_transparent = False
    scene.render.image_settings.file_format = "PNG"
    return scene


def blender_object(mesh: ObjectMesh) -> Any:
    """``mesh`` in a box of largest dimension 1 at 0, smooth but for edges sharper than 30°."""
    import bmesh  # part of bpy: exists once that is imported, and sorts before it

    used, triangles = np.unique(mesh.triangles, return_inverse=True)
    vertices = mesh.vertices[used]
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    vertices = (vertices - (low + high) / 2) / max(float((high - low).max()), 1e-12)
    data = bpy.data.meshes.new("Object")
    data.from_pydata(vertices.tolist(), [], triangles.reshape(-1, 3).tolist())
    editable = bmesh.new()
    editable.from_mesh(data)
    bmesh.ops.remove_doubles(editable, verts=editable.verts, dist=1e-5)
    editable.to_mesh(data)
    editable.free()
    data.validate()
    data.shade_smooth()
    data.set_sharp_from_angle(angle=math.radians(30))
    return bpy.data.objects.new("Object", data)
