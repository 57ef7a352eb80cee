"""Real scenes with true labels, as the shared data has them, for what is learned of layouts."""

from __future__ import annotations

import csv
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from blender_addon.bridge.importers import open_scene
from ml_core.errors import InputError
from ml_core.inference.recognition.scenes import SceneObject


def placed_scenes(data: Path) -> dict[str, list[SceneObject]]:
    """The labeled meshes of each scene that ``truth.csv`` names (columns scene, object, label), by the scene's name.

    Raises:
        InputError: the folder has no such list, or a scene of it is missing.
    """
    listed = data / "truth.csv"
    if not listed.is_file():
        raise InputError("{path}: no list of labeled objects (truth.csv) is here", path=data)
    with listed.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"]]
    scenes: dict[str, list[SceneObject]] = {}
    for name in sorted({row["scene"] for row in rows}):
        path = next(iter(sorted(data.rglob(name))), None)
        if path is None:
            raise InputError("{path}: the scene {name} is not here", path=data, name=name)
        open_scene(path)
        labels = {row["object"]: row["label"] for row in rows if row["scene"] == name}
        scenes[name] = [
            _seen(obj, labels[obj.name])
            for obj in bpy.context.scene.objects
            if obj.type == "MESH" and obj.name in labels
        ]
    return scenes


def _seen(obj: bpy.types.Object, label: str) -> SceneObject:
    corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return SceneObject(label, tuple(map(float, high - low)), tuple(map(float, (low + high) / 2)))  # type: ignore[arg-type]
