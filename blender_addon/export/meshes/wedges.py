"""Converts a mesh for the simplifier: vertices and wedges, distinguished by all attributes that must not be mixed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.simplify import WedgeMesh

from ...bridge.jobs.steps import InThread, Progress, aside
from ...bridge.mesh_arrays import corner_vertices, face_materials, positions, uv_array, weight_table
from ..assets.lightmap import LIGHTMAP_LAYER
from ..content.evaluated import key_positions

LONG = 300
"""Triangles from which on a thread of its own does the work: a second for 10 000, on two slow cores."""
STEP = 0.03
"""Seconds of work on Blender's own thread after which the window may draw."""
WEIGHT_JUMP = 0.05
"""A full change of bones along an edge counts as this share of the diagonal."""


@dataclass(frozen=True)
class Wedges:
    """A mesh for :func:`simplifying`, and the original vertex and corner of each of its vertices and wedges."""

    mesh: WedgeMesh
    vertex: NDArray[np.int64]
    corner: NDArray[np.int64]
    of_vertex: NDArray[np.int64]

    def digest(self, levels: int) -> str:
        """A digest that is equal for two copies of a mesh with the same numbering of vertices, wedges and triangles."""
        digest = hashlib.sha256(str(levels).encode())
        for numbers in (self.vertex, self.corner, self.mesh.corner_vertex, self.mesh.corner_wedge):
            digest.update(np.ascontiguousarray(numbers, np.int64).tobytes())
        return digest.hexdigest()


def read_wedges(mesh: bpy.types.Mesh, progress: Progress) -> Generator[Progress | InThread, Any, Wedges]:
    points = positions(mesh)
    corners = corner_vertices(mesh)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0))) or 1.0
    weights = yield from _weights(mesh, progress)
    offsets = yield from _shape_offsets(mesh, progress)
    is_long = len(mesh.polygons) > LONG

    def welded() -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
        traits = np.concatenate([weights * WEIGHT_JUMP * diagonal, *offsets], axis=1)
        return traits, *_rows(np.concatenate([points / diagonal, traits / diagonal], axis=1))[1:]

    traits, vertex, of_vertex = yield from aside(welded, is_long)
    slots = np.repeat(face_materials(mesh), 3)
    keys = [of_vertex[corners][:, None].astype(np.float64), slots[:, None].astype(np.float64)]
    keys += [uv_array(layer) for layer in mesh.uv_layers if layer.name != LIGHTMAP_LAYER]
    keys += [
        read_values(attribute.data, "color", 4) for attribute in mesh.color_attributes if attribute.domain == "CORNER"
    ]
    yield progress
    _, corner, of_corner = yield from aside(lambda: _rows(np.concatenate(keys, axis=1)), is_long)
    uv = keys[2] if mesh.uv_layers else np.zeros((len(corners), 2))
    places = points[vertex]
    locked = np.zeros(len(places), bool)
    locked[[*places.argmin(axis=0), *places.argmax(axis=0)]] = True  # so that the box stays
    return Wedges(
        WedgeMesh(
            places,
            of_vertex[corners].reshape(-1, 3),
            of_corner.reshape(-1, 3),
            of_vertex[corners][corner],
            np.nan_to_num(uv[corner]),
            traits[vertex],
            locked,
        ),
        vertex,
        corner,
        of_vertex,
    )


def _rows(table: NDArray) -> tuple[NDArray, NDArray[np.int64], NDArray[np.int64]]:
    """Distinct rows, compared to six digits: (rows, first index of each, row of each)."""
    rounded = np.ascontiguousarray(np.round(table * 1e6) + 0.0)  # + 0.0 makes -0 and 0 the same bits
    keys = rounded.view(np.dtype((np.void, rounded.itemsize * rounded.shape[1]))).ravel()
    _, first, row = np.unique(keys, return_index=True, return_inverse=True)
    return rounded[first], first, row.ravel()


def read_values(items: bpy.types.bpy_prop_collection, name: str, width: int, kind: type = np.float32) -> NDArray:
    """Reads a property of every item: (N, width), or (N,) for a width of 1."""
    values: NDArray = np.empty(len(items) * width, kind)
    items.foreach_get(name, values)
    return values if width == 1 else values.reshape(-1, width)


def _weights(mesh: bpy.types.Mesh, progress: Progress) -> Generator[Progress, Any, NDArray[np.float32]]:
    """(V, G) bone weights; G is 0 for a mesh without."""
    table = yield from weight_table(mesh, progress)
    if not len(table):
        return np.zeros((len(mesh.vertices), 0), np.float32)
    dense = np.zeros((len(mesh.vertices), int(table[:, 1].max()) + 1), np.float32)
    dense[table[:, 0].astype(int), table[:, 1].astype(int)] = table[:, 2]
    return dense


def _shape_offsets(mesh: bpy.types.Mesh, progress: Progress) -> Generator[Progress, Any, list[NDArray[np.float32]]]:
    """(V, 3) displacements in meters by each shape key."""
    if not mesh.shape_keys:
        return []
    basis = key_positions(mesh.shape_keys.reference_key)
    made = []
    began = time.perf_counter()
    for key in mesh.shape_keys.key_blocks:
        if key != mesh.shape_keys.reference_key:
            made.append(key_positions(key) - basis)
        if time.perf_counter() - began > STEP:
            yield progress
            began = time.perf_counter()
    return made
