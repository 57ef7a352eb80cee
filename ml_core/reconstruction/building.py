"""From pictures to a place, in stages whose results stay in a folder: an interrupted run resumes where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.files import atomic_path, read_json
from ml_core.vocabulary.scene.reconstruction import ReconstructionJob

from .agreeing import agreeing
from .fusion import Volume
from .inner_corners import with_inner_corners
from .painting import View, plane_corners, plane_texture
from .place import Place, PlaceThing, Side, write_place
from .planes import fit_room
from .things import find_things
from .uprighting import EYE_HEIGHT, fine_heading, floor_level, leveled, up_of, upright
from .views import pictures
from .views.cameras import Camera, camera_from_json
from .views.edges import Lines
from .views.segments import find_segments
from .views.sparse import Sparse, Tell, solve
from .views.stereo import choose_pairs, depth_of, straightened

_STRIDE, _REACH = 7, 5
"""Pixels between the normals that are taken from a depth map, and over which each is measured."""
_AROUND = 0.25
"""Meters around the points that are fused too."""
LEAST_WEIGHT = 0.07
"""Of a voxel that counts: by the inverse squares of its distances to the cameras that saw it."""
_MOST_THINGS = 120


def build(job: ReconstructionJob, folder: Path, result: Path, tell: Tell) -> Place:
    """The place that the pictures of ``job`` show, written to ``result``; ``folder`` keeps the result of each stage.

    Raises:
        InputError: the pictures cannot be used; the message says why and what to do.
    """
    described = _prepared(Path(job.pictures), folder, tell)
    names: dict[str, str] = described["names"]
    sparse = _solved(job, folder, sorted(names), tell)
    views = list(_depths(job, folder, sparse, tell))
    tell("fusing", 0.0)
    rotation, origin, scale = _standing(sparse, views)
    cameras = [
        replace(camera.moved(rotation, scale, origin), name=names[name]) for name, camera in sparse.cameras.items()
    ]
    views = [View(view.camera.moved(rotation, scale, origin), view.depth * scale, view.picture) for view in views]
    views = list(agreeing(views))
    points = (sparse.points - origin) @ rotation.T * scale
    volume = _fused(job, points, cameras, views, tell)
    tell("planes", 0.0)
    surface = volume.surface(LEAST_WEIGHT)
    # A picture is the left one of several pairs.
    shown = {view.camera.name: view for view in views}
    lines = [Lines(view.camera, find_segments(view.picture)) for view in shown.values()]
    eyes = np.array([camera.position for camera in cameras])
    room = with_inner_corners(fit_room(surface, points, eyes, lines), surface, eyes, points)
    sides = []
    for number, plane in enumerate(room.planes):
        tell("planes", 0.8 * number / len(room.planes))
        texture = plane_texture(plane, room, views)
        sides.append(Side(plane.name, plane_corners(plane, room), plane.area, plane.is_seen, texture))
    things = find_things(surface, room)[:_MOST_THINGS]
    left_out = dict.fromkeys(described["blurred"], "blurred")
    left_out |= {names[name]: "no place found" for name in names if name not in sparse.cameras}
    place = Place(
        tuple(cameras),
        tuple(sides),
        tuple(PlaceThing(thing.surface, thing.on) for thing in things),
        points.astype(np.float32),
        sparse.colors,
        {
            "pictures": described["pictures"],
            "placed": len(cameras),
            "points": len(points),
            "error_pixels": sparse.error,
            "depth_maps": len(views),
            "voxel": volume.voxel,
        },
        left_out,
        job.pictures,
    )
    write_place(result, place)
    tell("planes", 1.0)
    return place


def _prepared(source: Path, folder: Path, tell: Tell) -> dict[str, Any]:
    path = folder / "pictures.json"
    if path.is_file():
        return read_json(path, str(path))
    tell("pictures", 0.0)
    described = pictures.prepare(source, folder / "pictures", lambda share: tell("pictures", share))
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(described), encoding="utf-8")
    return described


def _solved(job: ReconstructionJob, folder: Path, names: list[str], tell: Tell) -> Sparse:
    path, listed = folder / "sparse.npz", folder / "sparse.json"
    if not listed.is_file():
        sparse = solve(folder / "pictures", names, folder / "sparse", job.matching, job.threads, tell)
        seen = {f"seen_{number}": sparse.seen[name] for number, name in enumerate(sparse.cameras)}
        with atomic_path(path) as temporary, temporary.open("wb") as stream:
            np.savez_compressed(stream, points=sparse.points, colors=sparse.colors, **seen)
        values = {
            "cameras": [camera.as_json() for camera in sparse.cameras.values()],
            "distortion": sparse.distortion,
            "error": sparse.error,
        }
        with atomic_path(listed) as temporary:
            temporary.write_text(json.dumps(values), encoding="utf-8")
        return sparse
    values = read_json(listed, str(listed))
    cameras = {described["name"]: camera_from_json(described) for described in values["cameras"]}
    with np.load(path, allow_pickle=False) as arrays:
        seen = {name: arrays[f"seen_{number}"] for number, name in enumerate(cameras)}
        return Sparse(cameras, values["distortion"], arrays["points"], arrays["colors"], seen, values["error"])


def _depths(job: ReconstructionJob, folder: Path, sparse: Sparse, tell: Tell) -> Iterator[View]:
    pairs = choose_pairs(sparse, job.pairs)
    kept: dict[str, NDArray[np.uint8]] = {}

    def picture(name: str) -> NDArray[np.uint8]:
        if name not in kept:
            if len(kept) > 24:
                kept.pop(next(iter(kept)))
            kept[name] = straightened(folder / "pictures", sparse.cameras[name], sparse.distortion[name])
        return kept[name]

    (folder / "depth").mkdir(exist_ok=True)
    for number, pair in enumerate(pairs):
        tell("depth", number / len(pairs))
        path = folder / "depth" / f"{number:04d}.npz"
        if not path.is_file():
            camera, depth, shown = depth_of(
                pair, sparse.cameras[pair.left], sparse.cameras[pair.right], (picture(pair.left), picture(pair.right))
            )
            with atomic_path(path) as temporary, temporary.open("wb") as stream:
                np.savez(stream, depth=depth, picture=shown, camera=np.array(json.dumps(camera.as_json())))
        with np.load(path, allow_pickle=False) as arrays:
            described = read_json(str(arrays["camera"]), str(path))
            yield View(camera_from_json(described), arrays["depth"], arrays["picture"])


def _standing(sparse: Sparse, views: list[View]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Rotation, origin and scale to a place that stands on its floor, whose cameras are at eye height."""
    points, normals = [np.zeros((0, 3))], [np.zeros((0, 3))]
    for view in views:
        at, normal = surface_normals(view.camera, view.depth)
        points.append(at)
        normals.append(normal)
    at, normal = np.concatenate(points), np.concatenate(normals)
    rotation = upright(up_of(list(sparse.cameras.values())), normal)
    stood = np.array([camera.position for camera in sparse.cameras.values()])
    floor = _floor(at @ rotation.T, normal @ rotation.T, stood @ rotation.T)
    tall = float(np.median(stood @ rotation[2])) - floor
    rotation = leveled(at @ rotation.T, normal @ rotation.T, floor, 0.12 * tall) @ rotation
    angle = fine_heading(at @ rotation.T, normal @ rotation.T)
    c, s = np.cos(angle), np.sin(angle)
    rotation = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ rotation
    eyes = stood @ rotation.T
    floor = _floor(at @ rotation.T, normal @ rotation.T, eyes)
    middle = np.median(eyes, axis=0)
    origin = rotation.T @ np.array([middle[0], middle[1], floor])
    return rotation, origin, EYE_HEIGHT / max(float(middle[2]) - floor, 1e-9)


def _floor(points: NDArray[np.float64], normals: NDArray[np.float64], eyes: NDArray[np.float64]) -> float:
    return floor_level(points[normals[:, 2] > 0.9, 2], eyes[:, 2])


def surface_normals(camera: Camera, depth: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points (N, 3) of a depth map and their unit normals (N, 3) toward the camera, on a coarse grid of its pixels."""
    height, width = depth.shape
    row, column = (
        side.ravel()
        for side in np.meshgrid(
            np.arange(_REACH, height - _REACH, _STRIDE), np.arange(_REACH, width - _REACH, _STRIDE), indexing="ij"
        )
    )

    def at(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        far = depth[rows, columns].astype(np.float64)
        return camera.position + camera.rays(np.stack([columns + 0.5, rows + 0.5], axis=1)) * far[:, None], far

    middle, far = at(row, column)
    right, far_right = at(row, column + _REACH)
    left, far_left = at(row, column - _REACH)
    below, far_below = at(row + _REACH, column)
    above, far_above = at(row - _REACH, column)
    around = np.stack([far_right, far_left, far_below, far_above])
    smooth = (far > 0) & (around > 0).all(axis=0) & (np.abs(around - far).max(axis=0) < 0.06 * far)
    normal = np.cross(right[smooth] - left[smooth], below[smooth] - above[smooth])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    toward = camera.position - middle[smooth]
    return middle[smooth], np.where((normal * toward).sum(axis=1, keepdims=True) < 0, -normal, normal)


def _fused(
    job: ReconstructionJob, points: NDArray[np.float64], cameras: list[Camera], views: list[View], tell: Tell
) -> Volume:
    eyes = np.array([camera.position for camera in cameras])
    every = np.concatenate([points, eyes])
    low, high = np.quantile(every, 0.01, axis=0), np.quantile(every, 0.99, axis=0)
    low, high = np.minimum(low, eyes.min(axis=0)) - _AROUND, np.maximum(high, eyes.max(axis=0)) + _AROUND
    low[2] = min(low[2], -_AROUND)
    volume = Volume(low, high, job.voxel)
    for number, view in enumerate(views):
        tell("fusing", number / len(views))
        volume.add(view.camera, view.depth, view.picture)
    return volume
