"""A small scene that looks the same from no two sides, exported; and where its points are in the world."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from scripts.export_checks.readers.fbx import read_fbx

from ...avatars import generated

Array = NDArray[np.float64]

POINTS = ((0, 0, 0), (2, 0, 0.1), (0.3, 0.9, 0), (0.1, 0.2, 0.5), (1.5, 0.4, 0.3))
FACES = ((0, 2, 1), (0, 1, 3), (1, 2, 4), (2, 0, 3), (1, 4, 3), (4, 2, 3))
TARGETS = ("unity", "unreal", "godot", "web", "usd", "vrm")


@dataclass(frozen=True)
class PlacedExport:
    """``worlds``: (V, 3) points of each placed wedge by object name, meters, Blender's axes."""

    folder: Path
    worlds: dict[str, Array]

    def read(self, target: str, name: str) -> Any:
        return json.loads((self.folder / target / name).read_text(encoding="utf-8"))

    def entries(self, target: str, *kinds: str) -> list[dict[str, Any]]:
        return [entry for entry in self.read(target, "manifest.json")["files"] if entry["kind"] in kinds]

    def points(self, target: str, asset: str) -> Array:
        """(V, 3) of an FBX file's finest level, meters, Y up, front +Z, right-handed."""
        model = read_fbx(self.folder / target / f"{asset}.fbx")
        return np.concatenate([model.points(node) for node in model.shown_nodes if node.mesh])


def placed_copy(shared_folder: Path, folder: Path) -> PlacedExport:
    """A copy, in ``folder``, of the export that is made once a run, whichever process wants it first."""
    original, worlds = shared_folder / "placed", shared_folder / "placed.npz"
    with FileLock(shared_folder / "placed.lock"):
        if not worlds.is_file():
            np.savez(worlds, **export_placed(original).worlds)
    with np.load(worlds) as stored:
        return PlacedExport(shutil.copytree(original, folder, dirs_exist_ok=True), dict(stored))


def export_placed(folder: Path) -> PlacedExport:
    """A turned wedge, a copy of it, one twice as large, and a waving avatar."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    _wave(generated())
    mesh = bpy.data.meshes.new("Wedge")
    mesh.from_pydata(POINTS, [], FACES)
    material = bpy.data.materials.new("Glass")
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Alpha"].default_value = 0.4
    shader.inputs["Emission Color"].default_value = (0.2, 0.5, 1.0, 1.0)
    shader.inputs["Emission Strength"].default_value = 1.0
    mesh.materials.append(material)
    for name, location, turn, size in (
        ("Wedge", (1, 2, 3), (0.4, -0.7, 1.1), 1),
        ("Wedge two", (-3, 0.5, 0), (2.9, 0.2, -2.4), 1),
        ("Wedge three", (4, -2, 1), (0.3, 1.2, 2.4), 2),
    ):
        obj = bpy.data.objects.new(name, mesh)
        obj.location, obj.rotation_euler, obj.scale = location, turn, (1.0 * size, 1.5 * size, 0.7 * size)
        bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.update()
    worlds = {
        obj.name: np.array([obj.matrix_world @ vertex.co for vertex in obj.data.vertices])
        for obj in bpy.data.objects
        if obj.name.startswith("Wedge")
    }
    run_to_end(export_job(bpy.context, folder, TARGETS))
    return PlacedExport(folder, worlds)


def _wave(armature: bpy.types.Object) -> None:
    head = armature.pose.bones["head"]
    head.rotation_mode = "XYZ"
    head.keyframe_insert("rotation_euler", frame=1)
    head.rotation_euler = (0.3, 0, 0)
    head.keyframe_insert("rotation_euler", frame=25)
    armature.animation_data.action.name = "Nod"


def farthest(one: Array, other: Array) -> float:
    """The longest way from a point of either set to the nearest of the other."""
    distances = np.linalg.norm(one[:, None] - other[None], axis=-1)
    return float(max(distances.min(axis=0).max(), distances.min(axis=1).max()))
