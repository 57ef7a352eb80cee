"""Measures how close a reconstructed place is to the true room. Needs scipy and embreex (the extra ``train``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.reconstruction.fusion import Surface
from ml_core.reconstruction.place import Place, surfaces_of
from ml_core.reconstruction.views.cameras import camera_from_blender, similarity
from ml_core.reconstruction.views.doubting import AGREED, agreement
from ml_core.reconstruction.views.segments import find_segments
from ml_core.reconstruction.views.vanishing import match_camera

from .photographing import FOCAL, Caster, KnownRoom

NEAR = 0.05
"""Meters within which a point counts as reconstructed."""
_SAMPLES = 60_000
_FOUND = 0.3
"""Overlap of two boxes, by the volume of both together, from which on a thing counts as found."""
_SIZE = (720, 480)
_UNSURE = 0.15
_FAR = 5.0
_QUARTERS = [np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1))]


@dataclass(frozen=True)
class Alignment:
    """Maps a place to the room: ``scale * rotation @ point + shift``."""

    scale: float
    rotation: NDArray[np.float64]
    shift: NDArray[np.float64]

    def __call__(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        return self.scale * np.asarray(points, np.float64) @ self.rotation.T + self.shift


def align(place: Place, poses: NDArray[np.float64]) -> tuple[Alignment, dict[str, float]]:
    """The alignment by the cameras, whose pictures are named by number; and their errors in meters and degrees."""
    numbers = [int(camera.name.partition(".")[0]) for camera in place.cameras]
    mine = np.array([camera.position for camera in place.cameras])
    scale, rotation, shift = similarity(mine, poses[numbers, :3, 3])
    move = Alignment(scale, rotation, shift)
    off = np.linalg.norm(move(mine) - poses[numbers, :3, 3], axis=1)
    turns = []
    for camera, number in zip(place.cameras, numbers, strict=True):
        real = camera_from_blender("", *_SIZE, 36 * FOCAL, (0, 0), poses[number]).rotation
        turns.append(_degrees(camera.rotation @ rotation.T @ real.T))
    return move, {
        "cameras": len(numbers),
        "camera_error_mm": round(float(np.median(off)) * 1000, 2),
        "camera_turn_degrees": round(float(np.median(turns)), 3),
        "scale_off": round(1 / scale - 1, 4),
    }


def samples(surface: Surface, count: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Points (count, 3) spread evenly over a surface, and the triangle that each is on."""
    random = np.random.default_rng(seed)
    areas = surface.areas().astype(np.float64)
    chosen = random.choice(len(areas), count, p=areas / areas.sum())
    u, v = random.random((2, count, 1))
    flip = u + v > 1
    u, v = np.where(flip, 1 - u, u), np.where(flip, 1 - v, v)
    a, b, c = (surface.vertices[surface.triangles[chosen, k]].astype(np.float64) for k in range(3))
    return a + u * (b - a) + v * (c - a), chosen


def seen_samples(room: KnownRoom, poses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Points of the room that some camera sees, and the piece that each is on (-1 for floor, walls and ceiling)."""
    surface = Surface(room.vertices.astype(np.float32), room.triangles, np.zeros_like(room.vertices, np.float32))
    points, triangle = samples(surface, _SAMPLES)
    caster, seen = Caster(room), np.zeros(len(points), bool)
    for pose in poses:
        camera = camera_from_blender("", *_SIZE, 36 * FOCAL, (0, 0), pose)
        pixels, depth = camera.seen(points)
        maybe = np.flatnonzero(~seen & (depth > 0) & ((pixels > 0) & (pixels < _SIZE)).all(axis=1))
        rays = np.ascontiguousarray(points[maybe] - camera.position, np.float32)
        origins = np.ascontiguousarray(np.broadcast_to(camera.position, rays.shape), np.float32)
        seen[maybe] |= caster.scene.run(origins, rays, output=1)["tfar"] > 0.999
    return points[seen], room.owner[triangle[seen]]


def measure(place: Place, room: KnownRoom, poses: NDArray[np.float64]) -> dict[str, Any]:
    """Accuracy (median and mean meters from the place to the room), completeness (fraction of what the cameras see that
    is within :data:`NEAR`), F-score of both at :data:`NEAR`, and the things whose boxes were found."""
    move, facts = align(place, poses)
    surfaces = [
        Surface(move(item.vertices).astype(np.float32), item.triangles, item.colors) for item in surfaces_of(place)
    ]
    areas = np.array([float(surface.areas().sum()) for surface in surfaces])
    counts = np.maximum((areas / areas.sum() * _SAMPLES).astype(int), 1)
    mine = np.concatenate(
        [samples(one, n, 1)[0] for one, n in zip(surfaces, counts, strict=True) if len(one.triangles)]
    )
    whole = Surface(room.vertices.astype(np.float32), room.triangles, np.zeros_like(room.vertices, np.float32))
    truth, on = samples(whole, 4 * _SAMPLES)
    seen, owner = seen_samples(room, poses)
    nearest = cKDTree(truth).query(mine, k=4)[1]
    to_truth = np.min([to_triangles(mine, whole, on[column]) for column in nearest.T], axis=0)
    to_mine = cKDTree(mine).query(seen)[0]
    precision, complete = float((to_truth < NEAR).mean()), float((to_mine < NEAR).mean())
    on_things = owner >= 0
    boxes = [(surface.vertices.min(axis=0), surface.vertices.max(axis=0)) for surface in surfaces[len(place.sides) :]]
    found = {}
    for number, piece in enumerate(room.pieces):
        real = (np.array(piece["low"]), np.array(piece["high"]))
        overlaps = [overlap(real, box) for box in boxes]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] >= _FOUND:
            found[number] = best
    return facts | {
        "accuracy_median_mm": round(float(np.median(to_truth)) * 1000, 1),
        "accuracy_mean_mm": round(float(to_truth.mean()) * 1000, 1),
        "precision_5cm": round(precision, 4),
        "completeness_5cm": round(complete, 4),
        "completeness_things_5cm": round(float((to_mine[on_things] < NEAR).mean()), 4),
        "completeness_sides_5cm": round(float((to_mine[~on_things] < NEAR).mean()), 4),
        "f_score_5cm": round(2 * precision * complete / max(precision + complete, 1e-9), 4),
        "things": len(place.things),
        "found": sorted(room.pieces[number]["label"] for number in found),
        "missed": sorted(piece["label"] for number, piece in enumerate(room.pieces) if number not in found),
        "matched": {str(number): best for number, best in found.items()},
    }


def measure_single(photos: Path, poses: NDArray[np.float64], every: int, first: int = 0) -> dict[str, Any]:
    """The camera of every n-th photo alone, from its lines: rotation error in degrees, focal length error, both
    medians.

    Lines do not distinguish the walls, so a quarter turn is not an error. A camera that reports an uncertainty of its
    focal length above :data:`_UNSURE`, or has too few lines, counts as refused. Doubtful are those whose lines do not
    agree on it; these should include all that are more than :data:`_FAR` degrees off.
    """
    turns, focals, refused = [], [], 0
    doubted: list[bool] = []
    for number in range(first, len(poses), every):
        path = photos / f"{number:04d}.jpg"
        try:
            match = match_camera(find_segments(read_picture(path, "RGB")), _SIZE, name=path.name)
        except InputError:
            refused += 1
            continue
        if match.focal_error > _UNSURE:
            refused += 1
            continue
        real = camera_from_blender("", *_SIZE, 36 * FOCAL, (0, 0), poses[number]).rotation
        turns.append(min(_degrees(match.camera.rotation @ quarter @ real.T) for quarter in _QUARTERS))
        focals.append(abs(match.camera.focal / (FOCAL * _SIZE[0]) - 1))
        doubted.append(agreement(match) < AGREED)
    far = [turn > _FAR for turn in turns]
    known = [turn for turn, is_doubted in zip(turns, doubted, strict=True) if not is_doubted]
    return {
        "single_pictures": f"{len(turns)} of {len(turns) + refused}",
        "single_turn_degrees": round(float(np.median(turns)), 2) if turns else None,
        "single_turn_worst_degrees": round(float(max(turns)), 2) if turns else None,
        "single_focal_off": round(float(np.median(focals)), 3) if focals else None,
        "single_far_off_and_doubted": f"{sum(np.logical_and(far, doubted))} of {sum(far)}",
        "single_others_doubted": f"{sum(doubted) - sum(np.logical_and(far, doubted))} of {len(far) - sum(far)}",
        "single_not_doubted_worst_degrees": round(float(max(known)), 2) if known else None,
    }


def _degrees(rotation: NDArray[np.float64]) -> float:
    return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1) / 2, -1, 1))))


def to_triangles(points: NDArray[np.float64], surface: Surface, chosen: NDArray[np.intp]) -> NDArray[np.float64]:
    """Meters (N,) from each point to its own triangle: to its plane if the projection is inside, else to its edges."""
    a, b, c = (surface.vertices[surface.triangles[chosen, k]].astype(np.float64) for k in range(3))
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    inside = np.ones(len(points), bool)
    best = np.full(len(points), np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        way, offset = end - start, points - start
        inside &= (np.cross(way, offset) * normal).sum(axis=1) >= 0
        share = np.clip((offset * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-12), 0, 1)
        best = np.minimum(best, np.linalg.norm(offset - share[:, None] * way, axis=1))
    return np.where(inside, np.abs(((points - a) * normal).sum(axis=1)), best)


def overlap(one: tuple[NDArray, NDArray], other: tuple[NDArray, NDArray], least: float = 0.04) -> float:
    """Intersection over union of two boxes, each padded to at least ``least`` meters."""

    def thick(box: tuple[NDArray, NDArray]) -> tuple[NDArray, NDArray]:
        middle, half = (box[0] + box[1]) / 2, np.maximum(box[1] - box[0], least) / 2
        return middle - half, middle + half

    (a, b), (c, d) = thick(one), thick(other)
    both = float(np.clip(np.minimum(b, d) - np.maximum(a, c), 0, None).prod())
    return both / (float((b - a).prod()) + float((d - c).prod()) - both)
