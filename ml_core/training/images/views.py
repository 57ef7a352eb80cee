"""Pictures of meshes for the image recognizer: geometry traced once with Embree, light and material drawn later.

Needs ``embreex`` (the ``train`` extra). What is stored of a view does not depend on light or material, so that every
training step can relight it (:mod:`ml_core.training.images.light`).
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from ml_core.datasets.meshes.made import MADE
from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh, components
from ml_core.files import read_json
from ml_core.inference.recognition.images import MARGIN, SIZE

COVERAGE, NORMAL, SKY, PART, LIT = 0, slice(1, 4), 4, 5, 6
PLANES = 7
_SUPERSAMPLING = 2
_NUDGE = 2e-3  # of the object's size, off the surface before a shadow ray starts


class Camera(NamedTuple):
    """yaw and elevation in degrees (yaw 0 looks at the front, -Y), field of view in degrees, 0 = orthographic."""

    yaw: float
    elevation: float
    field: float


class View(NamedTuple):
    """planes (PLANES, S, S) uint8: coverage, world normal (127 n + 128), share of the sky that is open, part number,
    share that the key light reaches. rays (2, 3) float32: unit vectors toward the key light and the camera."""

    planes: NDArray[np.uint8]
    rays: NDArray[np.float32]


@dataclass(frozen=True)
class ImageSet:
    """planes: (N, PLANES, SIZE, SIZE) uint8; rays: (N, 2, 3) float32; labels, mesh: (N,) int64."""

    planes: NDArray[np.uint8]
    rays: NDArray[np.float32]
    labels: NDArray[np.int64]
    mesh: NDArray[np.int64]


def trace(
    mesh: ObjectMesh,
    camera: Camera,
    light: NDArray[np.floating],
    rng: np.random.Generator,
    *,
    size: int = SIZE,
    smooth: bool = False,
    margin: float = MARGIN,
) -> View:
    """Traces ``mesh`` in a square picture of ``size`` pixels that it fills except for ``margin``.

    Args:
        light: (3,) unit vector toward the key light, Z up.
        smooth: interpolate the normals of the vertices, which are split where the author made an edge sharp.
    """
    used = mesh.vertices[np.unique(mesh.triangles)]
    low, high = used.min(axis=0), used.max(axis=0)
    vertices = ((mesh.vertices - (low + high) / 2) / max(float((high - low).max()), 1e-12)).astype(np.float32)
    triangles = mesh.triangles
    corners = vertices[triangles]
    scene = EmbreeScene()
    TriangleMesh(scene, corners)

    start, along, out = _camera_rays(corners.reshape(-1, 3), camera, size * _SUPERSAMPLING, margin)
    hit = scene.run(start, along, output=1)
    seen = np.flatnonzero(hit["primID"] >= 0)
    face = hit["primID"][seen]
    normal = _unit(hit["Ng"][seen])
    if smooth:
        u, v = hit["u"][seen, None], hit["v"][seen, None]
        a, b, c = np.moveaxis(_vertex_normals(corners, triangles, len(vertices))[triangles[face]], 1, 0)
        normal = _unit((1 - u - v) * a + u * b + v * c)
    normal *= np.where((normal * along[seen]).sum(axis=1) > 0, np.float32(-1), np.float32(1))[:, None]
    point = start[seen] + hit["tfar"][seen, None] * along[seen] + _NUDGE * normal

    towards = np.tile(light.astype(np.float32), (len(seen), 1))
    sphere = _unit(rng.normal(size=(len(seen), 3)).astype(np.float32))
    upper = _unit(normal + sphere * np.float32(0.999))  # cosine-weighted about the normal
    samples = np.zeros((PLANES, len(start)), np.float32)
    samples[COVERAGE, seen] = 1
    samples[NORMAL, seen] = normal.T
    samples[SKY, seen] = scene.run(point, upper, query="OCCLUDED") < 0
    samples[LIT, seen] = scene.run(point, towards, query="OCCLUDED") < 0
    samples[PART, seen] = components(mesh)[face] % 255 + 1
    return View(_averaged(samples, size), np.stack([light, out]).astype(np.float32))


def varied_view(mesh: ObjectMesh, rng: np.random.Generator) -> View:
    """A varied copy of ``mesh`` from a random camera: stretched by up to a quarter, leaning, some of its parts gone."""
    scale = np.exp(rng.uniform(-0.22, 0.22, 3)).astype(np.float32)
    lean = rng.normal(0, 0.06, 2) if rng.random() < 0.4 else np.zeros(2)
    shear = np.array([[1, 0, lean[0]], [0, 1, lean[1]], [0, 0, 1]], np.float32)
    triangles = mesh.triangles
    if rng.random() < 0.2:
        part = components(mesh)
        keep = (rng.random(part.max() + 1) > rng.uniform(0, 0.3))[part]
        triangles = triangles[keep] if keep.mean() > 0.6 else triangles
    changed = ObjectMesh(
        mesh.path, mesh.source, mesh.pack, mesh.label, mesh.subset, (mesh.vertices * scale) @ shear.T, triangles
    )
    field = rng.uniform(12, 65) if rng.random() < 0.8 else 0.0
    camera = Camera(rng.uniform(0, 360), rng.uniform(-5, 60), field)
    # What generators make has few split vertices: its boxes would come out as pillows.
    smooth = mesh.source != MADE and rng.random() < 0.5
    return trace(changed, camera, key_light(camera, rng), rng, smooth=smooth, margin=rng.uniform(0.03, 0.13))


def key_light(camera: Camera, rng: np.random.Generator) -> NDArray[np.float64]:
    """A unit vector (3,) toward a light above, mostly from the camera's side."""
    turn = np.radians(camera.yaw + rng.normal(0, 60))
    rise = np.radians(rng.uniform(15, 80))
    return np.array([np.sin(turn) * np.cos(rise), -np.cos(turn) * np.cos(rise), np.sin(rise)])


def render_varied(meshes: list[ObjectMesh], folder: Path, per_class: int, seed: int = 0, workers: int = 2) -> ImageSet:
    """Traces varied copies into memory-mapped files in ``folder``, or resumes where an earlier run stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = np.repeat(np.arange(len(meshes)), copies_of(meshes, per_class))
    owner = np.random.default_rng(seed).permutation(owner)
    plan = {"meshes": [mesh.path for mesh in meshes], "per_class": per_class, "seed": seed}
    plan_file, done_file = folder / "plan.json", folder / "done.json"
    fresh = not plan_file.is_file() or read_json(plan_file, str(plan_file)) != plan
    mode: Any = "w+" if fresh else "r+"
    planes = np.lib.format.open_memmap(folder / "planes.npy", mode, np.uint8, (len(owner), PLANES, SIZE, SIZE))
    rays = np.lib.format.open_memmap(folder / "rays.npy", mode, np.float32, (len(owner), 2, 3))
    if fresh:
        done_file.write_text("0")
        plan_file.write_text(json.dumps(plan))
    began, first = time.monotonic(), int(done_file.read_text())
    rest = range(first, len(owner))
    if rest:
        jobs = ((meshes[owner[index]], (seed, index)) for index in rest)
        for index, view in zip(rest, _in_processes(jobs, workers), strict=True):
            planes[index], rays[index] = view
            if index % 1000 == 999 or index + 1 == len(owner):
                done_file.write_text(str(index + 1))
                print(f"traced {index + 1} of {len(owner)} views, {time.monotonic() - began:.0f} s", flush=True)
    labels = np.array([meshes[item].label for item in owner], dtype=np.int64)
    return ImageSet(planes, rays, labels, owner.astype(np.int64))


def copies_of(meshes: list[ObjectMesh], per_class: int) -> list[int]:
    """How many views of each mesh: of each class about ``per_class`` of artists' meshes, two of each generated
    mesh, three of each unnamed one."""
    count = Counter(mesh.label for mesh in meshes if mesh.source != MADE)

    def copies(mesh: ObjectMesh) -> int:
        if mesh.source == MADE:
            return 2
        return 3 if mesh.label == UNKNOWN else int(np.clip(round(per_class / count[mesh.label]), 4, 40))

    return [copies(mesh) for mesh in meshes]


def _in_processes(jobs: Iterable[tuple[ObjectMesh, tuple[int, int]]], workers: int) -> Iterable[View]:
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_traced, jobs, chunksize=8)


def _traced(job: tuple[ObjectMesh, tuple[int, int]]) -> View:
    mesh, seed = job
    return varied_view(mesh, np.random.default_rng(seed))


def _camera_rays(
    points: NDArray[np.float32], camera: Camera, count: int, margin: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Starts and unit directions (count², 3), row 0 at the top, through the square that ``points`` just fill; and the
    unit vector (3,) toward the camera. ``points``: (N, 3) in a box of largest dimension 1 at 0."""
    turn, rise = np.radians(camera.yaw), np.radians(camera.elevation)
    right = np.array([np.cos(turn), np.sin(turn), 0])
    out = np.array([np.sin(turn) * np.cos(rise), -np.cos(turn) * np.cos(rise), np.sin(rise)])
    axes = np.stack([right, np.cross(out, right), out]).astype(np.float32)
    seen = points @ axes.T
    distance = np.float32(1.0 + 0.8 / np.tan(np.radians(camera.field) / 2)) if camera.field else np.float32(4)
    plane = seen[:, :2] / (distance - seen[:, 2:]) if camera.field else seen[:, :2]
    low, high = plane.min(axis=0), plane.max(axis=0)
    half = np.float32((high - low).max() / 2 * (1 + 2 * margin))
    steps = (np.arange(count, dtype=np.float32) + 0.5) / count * 2 - 1
    across, down = np.meshgrid(steps * half, -steps * half)
    x, y = across.ravel() + (low + high)[0] / 2, down.ravel() + (low + high)[1] / 2
    if camera.field:
        start = np.tile(axes[2] * distance, (count * count, 1))
        return start, _unit(np.stack([x, y, np.full_like(x, -1)], axis=1) @ axes), axes[2]
    start = np.stack([x, y, np.full_like(x, distance)], axis=1) @ axes
    return np.ascontiguousarray(start), np.tile(-axes[2], (count * count, 1)), axes[2]


def _vertex_normals(corners: NDArray[np.float32], triangles: NDArray[np.int32], vertices: int) -> NDArray[np.float32]:
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat = triangles.ravel()
    return _unit(
        np.stack([np.bincount(flat, np.repeat(cross[:, axis], 3), vertices) for axis in range(3)], axis=1).astype(
            np.float32
        )
    )


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-20), dtype=np.float32)


def _averaged(samples: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """(PLANES, (s·size)²) float -> (PLANES, size, size) uint8; all but the coverage are means over the covered part."""
    grid = samples.reshape(PLANES, size, _SUPERSAMPLING, size, _SUPERSAMPLING)
    part = grid[PART].max(axis=(1, 3))
    mean = grid.mean(axis=(2, 4))
    covered = mean[COVERAGE].copy()
    mean /= np.maximum(covered, 1e-6)
    planes = np.rint(mean * 255).astype(np.int16)
    planes[COVERAGE] = np.rint(covered * 255)
    planes[NORMAL] = np.rint(mean[NORMAL] * 127) + 128
    planes[PART] = part
    return np.clip(planes, 0, 255).astype(np.uint8)
