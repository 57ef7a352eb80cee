"""A reconstructed place, and its files: ``place.json``, ``place.npz`` and a picture for each side of the room."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.errors import InputError, reason_of
from ml_core.files import atomic_path, path_inside, read_json

from .fusion import Surface
from .views.cameras import Camera, camera_from_json

JSON, ARRAYS = "place.json", "place.npz"
VERSION = 1
MOST_THINGS = 500
MOST_TRIANGLES = 20_000_000


@dataclass(frozen=True)
class Side:
    """Floor, ceiling or a wall: its ``corners`` (4, 3), the first two along the lower edge of its ``texture``,
    the square meters ``area`` that were seen of it, and whether it was seen at all or assumed."""

    name: str
    corners: NDArray[np.float64]
    area: float
    is_seen: bool
    texture: NDArray[np.uint8] | None = field(default=None, repr=False)
    texture_file: str = ""


@dataclass(frozen=True)
class PlaceThing:
    """``on``: the number of the thing that carries it, or -1."""

    surface: Surface
    on: int = -1


@dataclass(frozen=True)
class Place:
    """In meters as far as its scale is known, Z up, the floor at 0. ``points`` (P, 3) and ``point_colors`` (P, 3) uint8
    are the sparse ones. ``figures`` are named numbers, ``left_out`` the pictures without a camera and why."""

    cameras: tuple[Camera, ...]
    sides: tuple[Side, ...]
    things: tuple[PlaceThing, ...]
    points: NDArray[np.float32]
    point_colors: NDArray[np.uint8]
    figures: Mapping[str, float]
    left_out: Mapping[str, str] = field(default_factory=dict)
    pictures: str = ""


def write_place(folder: Path, place: Place) -> None:
    """Write the files of a place into ``folder``; ``place.json``, which makes it whole, last."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"points": place.points, "point_colors": place.point_colors}
    for number, thing in enumerate(place.things):
        arrays[f"vertices_{number}"] = thing.surface.vertices
        arrays[f"triangles_{number}"] = thing.surface.triangles
        arrays[f"colors_{number}"] = (np.clip(thing.surface.colors, 0, 1) * 255 + 0.5).astype(np.uint8)
    with atomic_path(folder / ARRAYS) as path, path.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    sides = []
    for number, side in enumerate(place.sides):
        name = f"side_{number}.png" if side.texture is not None else ""
        if side.texture is not None:
            with atomic_path(folder / name) as path:
                Image.fromarray(side.texture).save(path, format="PNG")
        sides.append(
            {
                "name": side.name,
                "corners": side.corners.tolist(),
                "area": side.area,
                "is_seen": side.is_seen,
                "texture": name,
            }
        )
    values = {
        "version": VERSION,
        "pictures": place.pictures,
        "cameras": [camera.as_json() for camera in place.cameras],
        "sides": sides,
        "things": [{"on": thing.on} for thing in place.things],
        "figures": dict(place.figures),
        "left_out": dict(place.left_out),
    }
    with atomic_path(folder / JSON) as path:
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")


def read_place(folder: Path) -> Place:
    """The place in ``folder``, its textures as paths.

    Raises:
        InputError: there is none, or one of its files is damaged.
    """
    values = read_json(folder / JSON, str(folder / JSON))
    try:
        things_told = values["things"]
        if values["version"] != VERSION or len(things_told) > MOST_THINGS:
            raise ValueError("version")
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            things = tuple(_thing(arrays, number, int(stored["on"])) for number, stored in enumerate(things_told))
            points = _array(arrays, "points", np.float32, 3)
            point_colors = _array(arrays, "point_colors", np.uint8, 3)
        return Place(
            tuple(camera_from_json(stored) for stored in values["cameras"]),
            tuple(_side(stored, folder) for stored in values["sides"]),
            things,
            points,
            point_colors,
            {str(name): float(value) for name, value in values["figures"].items()},
            {str(name): str(why) for name, why in values["left_out"].items()},
            str(values["pictures"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise InputError(
            "{path}: is not a reconstructed place, or is damaged ({reason}); reconstruct it again",
            path=folder,
            reason=reason_of(error),
        ) from error


def _thing(arrays: Mapping[str, NDArray[Any]], number: int, on: int) -> PlaceThing:
    vertices = _array(arrays, f"vertices_{number}", np.float32, 3)
    triangles = _array(arrays, f"triangles_{number}", np.int32, 3)
    colors = _array(arrays, f"colors_{number}", np.uint8, 3)
    if len(triangles) > MOST_TRIANGLES or len(colors) != len(vertices):
        raise ValueError(f"things {number}")
    if len(triangles) and not (triangles.min() >= 0 and triangles.max() < len(vertices)):
        raise ValueError(f"triangles_{number}")
    return PlaceThing(Surface(vertices, triangles, colors.astype(np.float32) / 255), on)


def _array(arrays: Mapping[str, NDArray[Any]], name: str, kind: type, width: int) -> NDArray[Any]:
    array = np.asarray(arrays[name])
    if array.dtype != kind or array.ndim != 2 or array.shape[1] != width or not np.isfinite(array).all():
        raise ValueError(name)
    return array


def _side(stored: Mapping[str, Any], folder: Path) -> Side:
    corners = np.array(stored["corners"], np.float64).reshape(4, 3)
    file = str(path_inside(folder, stored["texture"])) if stored["texture"] else ""
    return Side(str(stored["name"]), corners, float(stored["area"]), bool(stored["is_seen"]), None, file)


def surfaces_of(place: Place) -> Sequence[Surface]:
    """All surfaces, each side as two triangles."""
    sides = [
        Surface(
            side.corners.astype(np.float32), np.array([(0, 1, 2), (0, 2, 3)], np.int32), np.zeros((4, 3), np.float32)
        )
        for side in place.sides
    ]
    return [*sides, *(thing.surface for thing in place.things)]
