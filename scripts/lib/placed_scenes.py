"""Reads real scenes with true labels from the shared data, for learning layouts."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.object_labels import object_label
from blender_addon.scene.labels.labelling import label_objects_job
from ml_core.errors import InputError
from ml_core.inference.recognition.scenes import SceneObject
from scripts.lib.cli import quiet, register_extension


def placed_scenes(data: Path) -> dict[str, list[SceneObject]]:
    """The labeled meshes of each scene that ``truth.csv`` names (columns scene, object, label), by the scene's name.

    Raises:
        InputError: the folder has no such list, or a scene of it is missing.
    """
    rows = [row for row in _rows(data) if row["label"]]
    scenes: dict[str, list[SceneObject]] = {}
    for name in sorted({row["scene"] for row in rows}):
        _open(data, name)
        labels = {row["object"]: row["label"] for row in rows if row["scene"] == name}
        scenes[name] = [_seen(obj, labels[obj.name]) for obj in _objects() if obj.type == "MESH" and obj.name in labels]
    return scenes


@dataclass(frozen=True)
class LabeledScene:
    """A scene after labeling. ``things``: of each listed object its true label (empty: of no class), the one that it
    got, and the best guess; ``kind``: that of the scene, from the report."""

    things: list[tuple[str, str | None, str]]
    kind: dict[str, Any]


def labeled_scenes(
    data: Path, only: Sequence[str] | None = None, use_names: bool = False
) -> Iterator[tuple[str, LabeledScene]]:
    """Labels each scene that ``truth.csv`` names, or only those in ``only``, by appearance and position alone or also
    by names; ambiguous objects are left out.

    Raises:
        InputError: the folder has no such list, or a scene is missing.
    """
    rows = [row for row in _rows(data) if row.get("ambiguous") != "1"]
    names = sorted({row["scene"] for row in rows})
    register_extension()
    for name in names if only is None else only:
        with quiet():
            _open(data, name)
            report = run_to_end(label_objects_job(bpy.context, "all", use_names=use_names))
        found = {obj.name: object_label(obj) for obj in _objects()}
        things = []
        for row in rows:
            label = found.get(row["object"]) if row["scene"] == name else None
            if label is not None:
                things.append((row["label"], label.label, label.ranking[0][0] if label.ranking else ""))
        yield name, LabeledScene(things, report["scene"])


def _rows(data: Path) -> list[dict[str, str]]:
    listed = data / "truth.csv"
    if not listed.is_file():
        raise InputError("{path}: no list of labeled objects (truth.csv) is here", path=data)
    with listed.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _objects() -> list[bpy.types.Object]:
    scene = bpy.context.scene
    assert scene is not None
    return list(scene.objects)


def _open(data: Path, name: str) -> None:
    path = next(iter(sorted(data.rglob(name))), None)
    if path is None:
        raise InputError("{path}: the scene {name} is not here", path=data, name=name)
    open_scene(path)


def _seen(obj: bpy.types.Object, label: str) -> SceneObject:
    corners = np.array([obj.matrix_world @ Vector(corner) for corner in obj.bound_box])
    low, high = corners.min(axis=0), corners.max(axis=0)
    return SceneObject(label, tuple(map(float, high - low)), tuple(map(float, (low + high) / 2)))  # type: ignore[arg-type]
