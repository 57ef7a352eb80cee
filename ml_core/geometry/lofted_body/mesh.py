"""The built-in body: an all-quad, closed, symmetrical mesh lofted from measured radii, with atlas UVs.

A tube runs from the crown over the neck to the crotch; arms leave it through a hole on each side, legs from its
lower ring, split by a bridge under the crotch; palms end in four finger tubes, thumbs leave the palms' sides, feet are
tubes from heel to toe with a hole for the ankle. Rings meet with equal vertex counts, so there are no triangles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CELLS, CHARTS, Chart
from ml_core.geometry.humanoid.frames import SheetFrame, unit
from ml_core.geometry.humanoid.shape import MIRROR, BodyShape
from ml_core.geometry.lofted_body.hand import build_hand
from ml_core.geometry.lofted_body.head import COLUMNS, HeadParts, build_head
from ml_core.geometry.lofted_body.quad_mesh import Array, Index, QuadMesh, block_ring, edges_of

GUTTER = 1 / 256
"""Width in uv of the strip inside each chart that no face uses; dilation fills it with its neighbour colour."""

TORSO_ROWS = np.array([0.075, 0.10, 0.125, 0.15, 0.18, 0.21, 0.24, 0.27, 0.30, *np.linspace(0.335, 0.80, 15)])
"""t of the torso's rows below the neck ring; the first nine fan out over the shoulders."""
ARM_HOLE_ROWS = (1, 7)
ARM_HOLE_COLUMNS = (34, 38)
ARM_RING = 20
LEG_RING = 28
UPPER_LEG_ROWS = 9
FOOT_COLUMNS = 24
FOOT_ROWS = np.array([0.05, 0.09, *np.linspace(0.14, 0.44, 9), *np.linspace(0.51, 0.97, 6)])
FOOT_HOLE_ROWS = (2, 10)
FOOT_HOLE_COLUMNS = (9, 15)
UNFOLDING_ROUNDS = 60
LEAST_AGREEMENT = 0.5
"""Cosine between a face and the mean of the faces at each of its corners, below which it counts as folded."""


@dataclass(frozen=True)
class BodyMesh:
    """``vertices`` (V, 3) metres; ``faces`` (F, 4); ``corner_uv`` (F, 4, 2) atlas; ``chart`` name of each face.

    ``slot`` (F,) is the material slot of each face: 0 skin, 1 the inside of the mouth, whose uv is its own. ``head``
    says which vertices are lids, lips, ears, teeth and tongue.
    """

    vertices: Array
    faces: Index
    corner_uv: Array
    chart: list[str]
    slot: Index
    head: HeadParts


def build_body(shape: BodyShape) -> BodyMesh:
    """Lofts the body of a :class:`BodyShape`."""
    mesh = QuadMesh()
    neck, head = build_head(mesh, shape)
    torso = _torso(mesh, shape, neck)
    for side in ("left", "right"):
        _arm(mesh, shape, torso, side)
    _legs(mesh, shape, torso)
    mesh.relax(60)
    # The grids' vertices inside holes are in no face.
    used, faces = np.unique(mesh.faces, return_inverse=True)
    faces = faces.reshape(-1, 4)
    vertices = _symmetric(_unfolded(mesh.positions[used], faces, mesh.charts))
    uv = corner_uvs(shape, vertices, faces, mesh.charts, mesh.layouts[used])
    return BodyMesh(vertices, faces, uv, mesh.charts, np.array(mesh.slots), head.renumbered(used))


def _torso(mesh: QuadMesh, shape: BodyShape, neck: Index) -> Index:
    """(rows, COLUMNS) vertices from the neck ring down; columns run from the back over the right... to the back."""
    uniform = -np.pi + 2 * np.pi * np.arange(COLUMNS) / COLUMNS
    neck_theta = shape.frames["torso"].project(mesh.positions[neck])[1]
    neck_theta[0] = -np.pi
    rows = [neck]
    lowest = 0.82 + 0.11 * np.cos(uniform) ** 6
    for index, t in enumerate(TORSO_ROWS):
        mix = min((index + 1) / 7, 1.0)
        theta = (1 - mix) * neck_theta + mix * uniform
        drop = np.clip((t - 0.55) / (TORSO_ROWS[-1] - 0.55), 0, 1)
        at = t + drop * (lowest - TORSO_ROWS[-1])
        rows.append(mesh.add(shape.points("torso", at, theta)))
    grid = np.stack(rows)
    closed = np.concatenate([grid, grid[:, :1]], axis=1)
    skip = np.zeros((len(grid) - 1, COLUMNS), bool)
    first, last = ARM_HOLE_ROWS
    for low, high in (ARM_HOLE_COLUMNS, (COLUMNS - ARM_HOLE_COLUMNS[1], COLUMNS - ARM_HOLE_COLUMNS[0])):
        skip[first:last, low:high] = True
    mesh.quads(closed, "torso", skip)
    mesh.free(grid[1:3].ravel())
    return grid


def _arm(mesh: QuadMesh, shape: BodyShape, torso: Index, side: str) -> None:
    """From the hole in the torso to the wrist, then the hand."""
    flip = side == "right"
    columns = ARM_HOLE_COLUMNS if side == "left" else tuple(COLUMNS - c for c in ARM_HOLE_COLUMNS)
    ring = block_ring(torso, ARM_HOLE_ROWS, (columns[0], columns[1]))
    if side == "right":
        ring = _mirror_ring(torso)
    theta = np.radians(-54 + 18 * np.arange(ARM_RING))
    mesh.move(ring, shape.points(f"{side}_upper_arm", np.full(ARM_RING, 0.13), theta))
    first, last = ARM_HOLE_ROWS
    low, high = min(columns), max(columns)
    around = torso[first - 1 : last + 3, low - 3 : high + 4]
    mesh.free(np.setdiff1d(around, np.append(ring, torso[first + 1 : last, low + 1 : high])))
    previous = ring
    for part, span in (("upper_arm", np.linspace(0.22, 0.93, 8)), ("lower_arm", np.linspace(0.06, 0.90, 8))):
        for t in span:
            current = mesh.add(shape.points(f"{side}_{part}", np.full(ARM_RING, t), theta))
            mesh.bridge(previous, current, f"{side}_{part}", flip=flip)
            if t in (0.93, 0.06):
                mesh.free(current)
            previous = current
    build_hand(mesh, shape, previous, theta, side)


def _mirror_ring(torso: Index) -> Index:
    """The right arm's hole, in the order of the left one's."""
    mirrored = torso[:, (-np.arange(COLUMNS)) % COLUMNS]
    return block_ring(mirrored, ARM_HOLE_ROWS, ARM_HOLE_COLUMNS)


def _legs(mesh: QuadMesh, shape: BodyShape, torso: Index) -> None:
    """Splits the torso's lowest ring by a bridge of three vertices, then both legs and feet."""
    bottom = torso[-1]
    front, back = mesh.positions[bottom[COLUMNS // 2]], mesh.positions[bottom[0]]
    crotch = shape.points("torso", np.array(1.0), np.array(0.0))
    lowest = np.array([0.0, (front[1] + back[1]) / 2, min(crotch[2], front[2], back[2])])
    control = 2 * lowest - (front + back) / 2
    s = np.array([0.25, 0.5, 0.75])[:, None]
    curve = (1 - s) ** 2 * back + 2 * s * (1 - s) * control + s**2 * front
    bridge = mesh.add(curve)
    half = COLUMNS // 2
    left = np.concatenate([bottom[half:], bottom[:1], bridge])
    right = np.concatenate([bottom[half:0:-1], bottom[:1], bridge])
    mesh.free(bottom)
    for side, ring in (("left", left), ("right", right)):
        _leg(mesh, shape, ring, side)


def _leg(mesh: QuadMesh, shape: BodyShape, ring: Index, side: str) -> None:
    """Rows start where the torso ends: high outside, under the crotch inside."""
    flip = side == "right"
    degrees = np.concatenate([np.linspace(-45, 225, 25), np.array([247.5, 270.0, 292.5])])
    theta = np.radians(degrees)
    inward = np.clip(-np.sin(theta), 0, 1)
    start = 0.20 + 0.22 * inward**0.8
    previous = ring
    rows = []
    for k in range(UPPER_LEG_ROWS):
        t = start + (0.94 - start) * k / (UPPER_LEG_ROWS - 1)
        rows.append((f"{side}_upper_leg", t))
    rows += [(f"{side}_lower_leg", np.full(LEG_RING, t)) for t in np.linspace(0.05, 0.95, 8)]
    for index, (chart, t) in enumerate(rows):
        current = mesh.add(shape.points(chart, t, theta))
        mesh.bridge(previous, current, chart, flip=flip)
        if index in (0, UPPER_LEG_ROWS - 1, UPPER_LEG_ROWS):
            mesh.free(current)
        previous = current
    _foot(mesh, shape, previous, theta, side)


def _foot(mesh: QuadMesh, shape: BodyShape, ankle: Index, ankle_theta: Array, side: str) -> None:
    flip = side == "right"
    chart = f"{side}_foot"
    theta = -np.pi + 2 * np.pi * np.arange(FOOT_COLUMNS) / FOOT_COLUMNS
    grid = mesh.add(shape.points(chart, FOOT_ROWS[:, None], theta[None]))
    closed = np.concatenate([grid, grid[:, :1]], axis=1)
    skip = np.zeros((len(grid) - 1, FOOT_COLUMNS), bool)
    first, last = FOOT_HOLE_ROWS
    low, high = FOOT_HOLE_COLUMNS
    skip[first:last, low:high] = True
    mesh.quads(closed, chart, skip, flip=flip)
    # In the ankle's order: the toes' side (last row) first, then outwards (growing theta), the heel, the inside.
    boundary = np.concatenate(
        [grid[last, low:high], grid[last:first:-1, high], grid[first, high:low:-1], grid[first:last, low]]
    )
    offset = int(np.argmin(np.abs(np.degrees(ankle_theta) + 45)))
    mesh.bridge(np.roll(ankle, -offset), boundary, chart, flip=flip)
    ring_theta = np.roll(ankle_theta, -offset)
    frame_points = shape.points(f"{side}_lower_leg", np.full(LEG_RING, 0.995), ring_theta)
    mesh.move(boundary, frame_points)
    around = grid[first - 1 : last + 3, low - 2 : high + 3]
    mesh.free(np.setdiff1d(around, np.append(boundary, grid[first + 1 : last, low + 1 : high])))
    mesh.cap(grid[0], chart, flip=not flip)
    mesh.cap(grid[-1][::-1], chart, flip=not flip)


def _unfolded(vertices: Array, faces: Index, charts: list[str]) -> Array:
    """Draws vertices of trunk and limbs to the mean of their neighbours where neighbouring faces fold over."""
    vertices = vertices.copy()
    smooth = np.isin(charts, [name for name in CHARTS if name != "head" and "hand" not in name])
    source, target = edges_of(faces)
    degree = np.bincount(target, minlength=len(vertices))[:, None]
    for _ in range(UNFOLDING_ROUNDS):
        a, b, c, d = (vertices[faces[:, corner]] for corner in range(4))
        normal = unit(np.cross(c - a, d - b))
        around = np.zeros_like(vertices)
        for corner in range(4):
            np.add.at(around, faces[:, corner], normal)
        mean = unit(around)
        folded = smooth & ((normal[:, None] * mean[faces]).sum(axis=2).min(axis=1) < LEAST_AGREEMENT)
        if not folded.any():
            break
        marked = np.zeros(len(vertices), bool)
        marked[faces[folded]] = True
        centre = np.stack([np.bincount(target, vertices[source, k], len(vertices)) for k in range(3)], axis=1) / degree
        vertices[marked] = 0.5 * vertices[marked] + 0.5 * centre[marked]
    return vertices


def _symmetric(vertices: Array) -> Array:
    """Each vertex and its mirror twin averaged; twins are found by nearness (they differ by rounding only)."""
    key = np.round(vertices * MIRROR, 4)
    order = np.lexsort(np.round(vertices, 4).T)
    mirrored = np.lexsort(key.T)
    twin = np.empty(len(vertices), np.int64)
    twin[mirrored] = order
    close = np.linalg.norm(vertices[twin] - vertices * MIRROR, axis=1) < 2e-3
    result = vertices.copy()
    result[close] = (vertices[close] + vertices[twin[close]] * MIRROR) / 2
    return result


def corner_uvs(shape: BodyShape, vertices: Array, faces: Index, charts: list[str], layout: Array) -> Array:
    """(F, 4, 2) atlas uv of the face corners, unwrapped so that no face spans a chart's seam.

    ``layout`` (V, 2) chart coordinates of the vertices that have their own, NaN for those that lie where they are.
    """
    result = np.zeros((*faces.shape, 2))
    names = np.array(charts)
    for name in dict.fromkeys(charts):
        chosen = np.flatnonzero(names == name)
        chart = CHARTS[name]
        corners = vertices[faces[chosen]]
        frame = shape.frames[chart.part]
        if isinstance(frame, SheetFrame):
            t, across, _ = frame.project(corners)
            result[chosen] = _with_gutter(chart, chart.to_uv(t, across))
            continue
        t, theta, _ = frame.project(corners)
        centre = frame.project(corners.mean(axis=1))[1][:, None]
        own = layout[faces[chosen]]
        # The neck ring has a place in the head's chart, and faces of the torso too.
        placed = np.isfinite(own[..., 0]) & (name == "head")
        t, theta = np.where(placed, own[..., 0], t), np.where(placed, own[..., 1], theta)
        nearest = np.take_along_axis(theta, np.abs(theta).argmin(axis=1)[:, None], axis=1)
        centre = np.where(placed.all(axis=1, keepdims=True), nearest, centre)
        theta = theta + 2 * np.pi * np.round((centre - theta) / (2 * np.pi))
        result[chosen] = _with_gutter(chart, chart.to_uv(t, np.clip(theta, -np.pi, np.pi)))
    return result


def _with_gutter(chart: Chart, uv: Array) -> Array:
    """Draws a chart's uv in from its border, so that filtering there never reaches into the next chart."""
    size = np.array([chart.width, chart.height]) / CELLS
    middle = np.array([chart.x / CELLS, 1 - (chart.y + chart.height) / CELLS]) + size / 2
    return middle + (uv - middle) * (1 - 2 * GUTTER / size)


def triangulate(faces: NDArray) -> NDArray[np.int64]:
    """(2 F, 3) triangles of quads (F, 4), split along the first diagonal."""
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
