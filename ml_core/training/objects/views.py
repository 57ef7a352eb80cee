"""Rendered, varied views of the training meshes on disk, and clean views of the meshes for evaluation."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.meshes.made import MADE
from ml_core.datasets.meshes.objects import UNKNOWN, VIEW_SHAPE, ObjectMesh, varied_samples
from ml_core.files import read_json
from ml_core.inference.recognition.views import Samples, dimensions, sample_surface, splat

POINTS = 1024


@dataclass(frozen=True)
class ViewSet:
    """views: (N, *VIEW_SHAPE) uint8; sizes: (N, 3) meters; labels: (N,) int64; mesh: (N,) index of the mesh;
    points: (N, POINTS, 3) float16 on the surface, in a box of largest dimension 1, for networks that read points."""

    views: NDArray[np.uint8]
    sizes: NDArray[np.float32]
    labels: NDArray[np.int64]
    mesh: NDArray[np.int64]
    points: NDArray[np.float16]

    def rows(self, keep: NDArray) -> ViewSet:
        """The rows that ``keep``, a mask or indices, chooses; without copying when it keeps all."""
        if keep.dtype == bool and keep.all():
            return self
        return ViewSet(self.views[keep], self.sizes[keep], self.labels[keep], self.mesh[keep], self.points[keep])


def copies_of(meshes: list[ObjectMesh], per_class: int, most: int = 40, least: int = 6) -> list[int]:
    """How many varied copies of each mesh to render: of each class about ``per_class`` of artists' meshes, two of each
    generated mesh (of which there are as many as requested), three of each unnamed one."""
    count = Counter(mesh.label for mesh in meshes if mesh.source != MADE)

    def copies(mesh: ObjectMesh) -> int:
        if mesh.source == MADE:
            return 2
        if mesh.label == UNKNOWN:
            return max(least // 2, 1)
        return int(np.clip(round(per_class / count[mesh.label]), least, most))

    return [copies(mesh) for mesh in meshes]


def render_varied(meshes: list[ObjectMesh], folder: Path, per_class: int, seed: int = 0) -> ViewSet:
    """Renders the copies into memory-mapped files in ``folder``, or resumes where an earlier run stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = np.repeat(np.arange(len(meshes)), copies_of(meshes, per_class))
    owner = np.random.default_rng(seed).permutation(owner)
    plan = {"meshes": [mesh.path for mesh in meshes], "per_class": per_class, "seed": seed}
    plan_file, done_file = folder / "plan.json", folder / "done.json"
    fresh = not plan_file.is_file() or read_json(plan_file, str(plan_file)) != plan
    mode = "w+" if fresh else "r+"
    views = np.lib.format.open_memmap(folder / "views.npy", mode, np.uint8, (len(owner), *VIEW_SHAPE))
    sizes = np.lib.format.open_memmap(folder / "sizes.npy", mode, np.float32, (len(owner), 3))
    points = np.lib.format.open_memmap(folder / "points.npy", mode, np.float16, (len(owner), POINTS, 3))
    if fresh:
        done_file.write_text("0")
        plan_file.write_text(json.dumps(plan))
    began, first = time.monotonic(), int(done_file.read_text())
    for index in range(first, len(owner)):
        rng = np.random.default_rng((seed, index))
        samples, sizes[index] = varied_samples(meshes[owner[index]], rng)
        views[index], points[index] = splat(samples), some_points(samples)
        if index % 1000 == 999 or index + 1 == len(owner):
            done_file.write_text(str(index + 1))
            print(f"rendered {index + 1} of {len(owner)} view sets, {time.monotonic() - began:.0f} s", flush=True)
    labels = np.array([meshes[item].label for item in owner], dtype=np.int64)
    return ViewSet(views, sizes, labels, owner.astype(np.int64), points)


def render_clean(meshes: list[ObjectMesh]) -> ViewSet:
    """Views of the meshes unvaried, as in inference."""
    samples = [sample_surface(mesh.vertices, mesh.triangles) for mesh in meshes]
    return ViewSet(
        np.stack([splat(sample) for sample in samples]),
        np.stack([dimensions(mesh.vertices, mesh.triangles) for mesh in meshes]),
        np.array([mesh.label for mesh in meshes], dtype=np.int64),
        np.arange(len(meshes)),
        np.stack([some_points(sample) for sample in samples]),
    )


def some_points(samples: Samples) -> NDArray[np.float16]:
    """POINTS (POINTS, 3) of the samples on the faces, evenly."""
    return samples.points[: POINTS * 15 : 15].astype(np.float16)
