"""Check 10: texture coordinates exist, and a second set that a lightmap can be baked into."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Array, Mesh, Model, Node

DEFAULT_SIZE = 1024
PADDING = 2.0
"""Texels between islands."""
_STEP = 0.5
"""Texels between the samples of an island's border; they see a gap of 2 texels up to 0.02 too wide."""


def _finite(_: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.render_nodes:
        if node.mesh is None or node.mesh.is_compressed:
            continue
        if not node.mesh.uvs:
            yield Problem(model.name, "has no texture coordinates", node.name)
        for name, values in node.mesh.uvs:
            wrong = int((~np.isfinite(values)).any(axis=1).sum())
            if wrong:
                yield Problem(model.name, f"has UVs that are not finite in {name}", node.name, 0, wrong)


def _lightmap(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    claim = folder.entry(model).get("lightmap_uv") or {}
    size = int(claim.get("size", DEFAULT_SIZE)) if isinstance(claim, dict) else DEFAULT_SIZE
    seen = set()
    for node in model.shown_nodes:
        mesh = node.mesh
        if mesh is None or not len(mesh.sizes) or not (mesh.sizes == 3).all() or mesh.name in seen:
            continue
        seen.add(mesh.name)
        if len(mesh.uvs) < 2:
            yield Problem(model.name, "has no second UV set for lightmaps", node.name)
            continue
        channel = min(int(claim.get("channel", 1)) if isinstance(claim, dict) else 1, len(mesh.uvs) - 1)
        name, values = mesh.uvs[channel]
        if model.format == "fbx" and name != "LightmapUV":
            yield Problem(model.name, f"has another UV set in channel {channel}", node.name, "LightmapUV", name)
        yield from _unwrapped(model, node, mesh, values, size)


def _unwrapped(model: Model, node: Node, mesh: Mesh, values: Array, size: int) -> Iterator[Problem]:
    if not np.isfinite(values).all():
        return
    if values.min() < -1e-6 or values.max() > 1 + 1e-6:
        yield Problem(
            model.name,
            "has lightmap UVs outside 0 to 1",
            node.name,
            "0 .. 1",
            [round(float(values.min()), 4), round(float(values.max()), 4)],
        )
        return
    corners = values.reshape(-1, 3, 2)
    area = np.abs(_cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])).sum() / 2
    if area < 1e-4:
        yield Problem(model.name, "has lightmap UVs without area", node.name, "> 0.0001", f"{area:.2g}")
        return
    shared = overlapping_texels(corners, size)
    if shared:
        yield Problem(model.name, f"has lightmap UVs that overlap (texels of {size})", node.name, 0, shared)
        return
    gap = smallest_gap(corners, islands(corners, mesh, model.points(node)), size)
    if gap < PADDING - 0.05:
        yield Problem(
            model.name,
            f"has too little padding in its lightmap UVs (texels of {size})",
            node.name,
            PADDING,
            round(gap, 2),
        )


def _cross(one: Array, other: Array) -> Array:
    return one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]


def overlapping_texels(corners: Array, size: int) -> int:
    """Texels whose center lies well inside more than one of the triangles (T, 3, 2)."""
    hits = np.zeros((size, size), np.uint16)
    at = corners * size - 0.5
    low = np.clip(np.ceil(at.min(axis=1)), 0, size - 1).astype(np.int64)
    high = np.clip(np.floor(at.max(axis=1)), -1, size - 1).astype(np.int64)
    width, height = (high - low + 1).clip(min=0).T
    for start, end in _batches(width * height):
        index = np.repeat(np.arange(start, end), (width * height)[start:end])
        first = np.cumsum((width * height)[start:end]) - (width * height)[start:end]
        inside = np.arange(len(index)) - np.repeat(first, (width * height)[start:end])
        x = low[index, 0] + inside % width[index]
        y = low[index, 1] + inside // width[index]
        covered = _well_inside(at[index], np.stack([x, y], axis=1).astype(float))
        np.add.at(hits, (y[covered], x[covered]), 1)
    return int((hits > 1).sum())


def _batches(counts: Array, most: int = 4_000_000) -> Iterator[tuple[int, int]]:
    """Ranges of triangles with at most about ``most`` candidates each."""
    total = np.cumsum(counts)
    start = 0
    while start < len(counts):
        done = total[start - 1] if start else 0
        end = max(int(np.searchsorted(total, done + most, side="right")), start + 1)
        yield start, end
        start = end


def _well_inside(triangle: Array, point: Array) -> Array:
    """Whether points are a hundredth of a texel away from every edge, so that neighbors do not count as overlap."""
    result = np.ones(len(point), bool)
    turn = np.sign(_cross(triangle[:, 1] - triangle[:, 0], triangle[:, 2] - triangle[:, 0]))
    for a, b in ((0, 1), (1, 2), (2, 0)):
        edge = triangle[:, b] - triangle[:, a]
        away = turn * _cross(edge, point - triangle[:, a]) / np.maximum(np.linalg.norm(edge, axis=1), 1e-12)
        result &= away > 0.01
    return result


def islands(corners: Array, mesh: Mesh, points: Array) -> Array:
    """(T,) island of each triangle: those that share an edge on the mesh and in UV space."""
    _, place = np.unique(points.astype(np.float32), axis=0, return_inverse=True)
    place = place.reshape(-1)[mesh.corners]
    spot = np.round(corners.reshape(-1, 2) * 1e5).astype(np.int64)
    _, vertex = np.unique(np.column_stack([place, spot]), axis=0, return_inverse=True)
    vertex = vertex.reshape(-1, 3)
    label = np.arange(vertex.max() + 1)
    while True:
        lowest = label[vertex].min(axis=1)
        new = label.copy()
        np.minimum.at(new, vertex.ravel(), np.repeat(lowest, 3))
        new = new[new]
        if (new == label).all():
            return label[vertex[:, 0]]
        label = new


def smallest_gap(corners: Array, island: Array, size: int) -> float:
    """Texels between the nearest two islands; infinity for one island."""
    ends = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]) * size
    owner = np.tile(island, 3)
    key = np.sort(np.round(ends * 100).astype(np.int64).reshape(-1, 2, 2).view("i8,i8").reshape(-1, 2), axis=1)
    _, first, count = np.unique(key, axis=0, return_index=True, return_counts=True)
    border = first[count == 1]
    ends, owner = ends[border], owner[border]
    steps = np.ceil(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) / _STEP).astype(np.int64) + 1
    row = np.repeat(np.arange(len(ends)), steps)
    along = (np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.maximum(steps[row] - 1, 1)
    points = ends[row, 0] + along[:, None] * (ends[row, 1] - ends[row, 0])
    return _nearest_stranger(points, owner[row])


def _nearest_stranger(points: Array, owner: Array) -> float:
    """The least distance, up to one cell of 3 texels, between points of different owners."""
    cell = np.floor(points / 3).astype(np.int64)
    code = (cell[:, 0] + 8) * 1_000_003 + cell[:, 1] + 8
    order = np.argsort(code, kind="stable")
    code, points, owner, cell = code[order], points[order], owner[order], cell[order]
    best = np.inf
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1), (1, -1)):
        other = (cell[:, 0] + dx + 8) * 1_000_003 + cell[:, 1] + dy + 8
        left, right = np.searchsorted(code, other), np.searchsorted(code, other, side="right")
        for start, end in _batches(right - left, 2_000_000):
            count = (right - left)[start:end]
            one = np.repeat(np.arange(start, end), count)
            two = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(left[start:end], count)
            strange = owner[one] != owner[two]
            if strange.any():
                far = np.linalg.norm(points[one[strange]] - points[two[strange]], axis=1).min()
                best = min(best, float(far))
    return best


def _lit(folder: TargetFolder) -> list[Model]:
    return [
        model
        for model in folder.static_models
        if folder.entry(model).get("lightmap_uv")
        or any(
            len(node.mesh.uvs) > 1 and node.mesh.uvs[-1][0] == "LightmapUV" for node in model.mesh_nodes if node.mesh
        )
    ]


CHECKS = [
    Check("10", "UVs are there and finite", lambda f: [m for m in f.models if m.render_nodes], _finite),
    Check("10b", "Lightmap UVs inside 0 to 1, no overlap, 2 texels of padding", _lit, _lightmap),
]
