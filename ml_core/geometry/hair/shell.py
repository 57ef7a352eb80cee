"""Closed surfaces under and instead of locks: the cap on the scalp, and the ball of an afro."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.strands import CAP, STRIPS, Piece, tangential
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]

CAP_COLUMNS, CAP_ROWS = 64, 14
SUNK = 0.0009
"""Meters under the skin at which a shell ends, so that its edge is never seen floating."""

APEX = 0.004
"""t of the first row: the crown itself is a single point of the chart."""


def _grid(head: HeadSpace, columns: int, rows: Array, edge: Array) -> tuple[Array, Array]:
    """Points of the skin and normals (rows, columns, 3): ``rows`` are shares of the way from crown to ``edge``."""
    theta = -np.pi + 2 * np.pi * np.arange(columns) / columns
    t = head.share_of_way(rows[:, None], APEX, edge[None])
    points = head.on_chart(t, np.broadcast_to(theta, t.shape))
    return points, head.distance(points)[1]


def _ragged(head: HeadSpace, columns: int, rng: np.random.Generator, amount: float) -> Array:
    """(columns,) t of a hairline that is not quite even."""
    theta = -np.pi + 2 * np.pi * np.arange(columns) / columns
    waves = sum(rng.normal() * np.sin(k * theta + rng.uniform(0, 6.3)) / 3 for k in (5, 9, 14, 23))
    return head.hairline(theta) + amount * (waves + rng.normal(scale=0.35, size=columns))


def closed_grid(points: Array, u: Array, v: Array) -> Piece:
    """Quads over a grid (R, C, 3) that closes around, with a fan of quads over its first row."""
    rows, columns = points.shape[:2]
    number = np.arange(rows * columns).reshape(rows, columns)
    right = np.roll(number, -1, axis=1)
    faces = np.stack([number[:-1], number[1:], right[1:], right[:-1]], axis=-1).reshape(-1, 4)
    low, high = u[:, :-1], u[:, 1:]
    corners_u = np.stack([low[:-1], low[1:], high[1:], high[:-1]], axis=-1).reshape(-1, 4)
    corners_v = np.stack([v[:-1, :-1], v[1:, :-1], v[1:, 1:], v[:-1, 1:]], axis=-1).reshape(-1, 4)
    apex = len(number) * columns
    vertices = np.concatenate([points.reshape(-1, 3), points[0].mean(axis=0)[None]])
    even = np.arange(0, columns, 2)
    fan = np.stack([np.full(len(even), apex), number[0, even], right[0, even], number[0, (even + 2) % columns]], axis=1)
    fan_u = np.stack([u[0, even + 1], u[0, even], u[0, even + 1], u[0, even + 2]], axis=1)
    fan_v = np.stack([v[0, even], v[0, even], v[0, even + 1], v[0, even + 2]], axis=1)
    uv = np.stack([np.concatenate([corners_u, fan_u]), np.concatenate([corners_v, fan_v])], axis=-1)
    return Piece(vertices, np.concatenate([faces, fan]), uv)


def cap(
    head: HeadSpace,
    rng: np.random.Generator,
    lift: float = 0.0014,
    columns: int = CAP_COLUMNS,
    row_count: int = CAP_ROWS,
    ragged: float = 0.004,
    swell: Callable[[Array], Array] | None = None,
    beyond: float | Callable[[Array], Array] = 0.018,
    closed: Callable[[Array], Array] | None = None,
) -> Piece:
    """A skin of hair on the scalp, ``lift`` meters over it, whose strands end one by one around the hairline.

    Args:
        swell: meters more at local points (N, 3) of the skin, where locks stand so far off that one would look
            through under them.
        beyond: t past the hairline to which single hairs reach, everywhere or at angles (N,).
        closed: 0..1 at angles (N,), by how much the cap ends before its strands do: at 1 it has no gaps.
    """
    rows = np.linspace(0, 1, row_count)
    theta = -np.pi + 2 * np.pi * np.arange(columns) / columns
    past = beyond(theta) if callable(beyond) else beyond
    points, _ = _grid(head, columns, rows, _ragged(head, columns, rng, ragged) + past)
    height = np.broadcast_to(lift - (lift - 0.0004) * np.clip((rows - 0.8) / 0.2, 0, 1)[:, None], points.shape[:2])
    if swell is not None:
        inside = np.clip((0.85 - rows) / 0.25, 0, 1)[:, None]
        height = height + inside * swell(head.local(points).reshape(-1, 3)).reshape(height.shape)
    points = head.pushed_out(points, height * head.scale)
    # The strip goes to and fro from column to column, so that single hairs are fine and no seam shows.
    fold = np.where(np.arange(columns) % 2, rng.uniform(0.65, 1, columns), rng.uniform(0, 0.35, columns))
    fold = np.append(fold, fold[0])
    u = np.broadcast_to((CAP + 0.03 + 0.94 * fold) / STRIPS, (len(rows), columns + 1))
    way = np.full(columns, 0.97) if closed is None else 0.97 - _THINNING * closed(theta)
    v = 0.985 - np.append(way, way[0]) * rows[:, None]
    return closed_grid(points, u, v)


_THINNING = 0.10
"""Share of the strands of a cap, at their ends, over which they thin out."""


def fuzz(head: HeadSpace, rng: np.random.Generator, lifts: Sequence[float]) -> list[Piece]:
    """Skins of hair of a few millimeters, one over the other at ``lifts`` meters, each turned so that its single hairs
    stand over the gaps of the one below. They are laid out flat around the crown; the hairline is at the rim."""
    columns, rows = 56, np.concatenate([np.linspace(0, 0.9, 12), [0.95, 1.0]])
    pieces = []
    for number, lift in enumerate(lifts):
        # The upper ones end before those below them: at the hairline lie single hairs, and no step is seen.
        edge = _ragged(head, columns, rng, 0.006) + 0.010 - _STEP_BACK * number
        points, _ = _grid(head, columns, rows, edge)
        height = lift - (lift - 0.0002) * np.clip((rows - 0.6) / 0.4, 0, 1)
        points = head.pushed_out(points, (height * head.scale)[:, None])
        theta = -np.pi + 2 * np.pi * np.arange(columns + 1) / columns + 2.4 * number
        radius = 0.495 * rows[:, None]
        piece = closed_grid(points, 0.5 + radius * np.sin(theta), 0.5 - radius * np.cos(theta))
        piece.corner_uv[piece.faces == len(piece.vertices) - 1] = 0.5
        pieces.append(piece)
    return pieces


_STEP_BACK = 0.016
"""t by which a skin of short hair ends before the one below it."""


def stubble(head: HeadSpace, rng: np.random.Generator, length: float, count: int) -> Piece:
    """Small cards of single hairs, about ``length`` meters, around the hairline of hair of a few millimeters; inside of
    it of many hairs, past it of few."""
    theta = rng.uniform(-np.pi, np.pi, count)
    by_ear = (np.abs(theta) > 1.2) & (np.abs(theta) < 2.3)
    past = rng.uniform(-0.036, 0.007, count) - 0.040 * by_ear
    at = head.on_chart(head.hairline(theta) + past, theta)
    _, normal = head.distance(at)
    down = head.on_chart(head.hairline(theta) + past + 0.02, theta) - at
    along = unit(tangential(down, normal) + 0.25 * rng.normal(size=(count, 3)) + 0.25 * normal)
    side = unit(np.cross(along, normal))
    tall = length * head.scale * rng.uniform(0.7, 1.2, (count, 1))
    low, high = at - 0.35 * tall * along, at + 0.65 * tall * along
    vertices = np.stack([low - 0.6 * tall * side, low + 0.6 * tall * side, high + 0.6 * tall * side,
                         high - 0.6 * tall * side], axis=1)  # fmt: skip
    vertices = head.pushed_out(vertices.reshape(-1, 3), 0.0004 * head.scale)
    is_few = (past > rng.uniform(-0.010, 0.004, count)).astype(int)
    corner = np.stack([rng.integers(0, 2, count), is_few], axis=1) * (1 - TUFT)
    square = TUFT * np.array([[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]])
    return Piece(vertices, np.arange(4 * count).reshape(count, 4), corner[:, None] + square)


def afro(
    head: HeadSpace, rng: np.random.Generator, depth: float, rim: float, columns: int = 76, row_count: int = 30
) -> Piece:
    """A ball of curls around the scalp, ``depth`` meters deep over the crown and ``rim`` (0..1) of that where it turns
    in to the hairline."""
    rows = np.concatenate([np.linspace(0, 0.985, row_count), [1.0, 1.0]])
    points, normal = _grid(head, columns, rows, _ragged(head, columns, rng, 0.003))
    outward = unit(points - head.center)
    height = depth * (rim + (1 - rim) * np.clip((1 - rows) / 0.45, 0, 1) ** 0.7)
    height[-2:] = (0.6 * rim * depth, -SUNK)
    blend = np.clip((1 - rows) / 0.3, 0, 1)[:, None, None]
    direction = unit((0.35 + 0.4 * blend) * outward + (0.65 - 0.4 * blend) * normal)
    points = points + (height * head.scale)[:, None, None] * direction
    points[:-1] = _rounded(points[:-1], 2)
    bumps = _curls(head.local(points), rng)
    share = np.clip((1 - rows) / 0.03, 0, 1)[:, None]
    points = points + (bumps * share * head.scale)[..., None] * outward
    points[:-1] = head.pushed_out(points[:-1], 0.001 * head.scale)
    # Distance over the ball from its crown, in all directions: coils are equally large in front and behind.
    steps = np.linalg.norm(np.diff(points, axis=0), axis=2)
    radius = np.concatenate([np.zeros((1, columns)), np.cumsum(steps, axis=0)])
    radius = COILS * np.append(radius, radius[:, :1], axis=1) / radius.max()
    theta = -np.pi + 2 * np.pi * np.arange(columns + 1) / columns
    u, v = 0.5 + radius * np.sin(theta), 0.5 - radius * np.cos(theta)
    piece = closed_grid(points, u, v)
    apex = piece.faces == len(piece.vertices) - 1
    piece.corner_uv[apex] = 0.5
    return piece


COILS, TUFT = 0.49, 0.145
"""Of the image of an afro: the radius of the ball in its middle, and the side of the tuft in each of its corners, where
that of a buzz cut has single hairs."""


def tufts(head: HeadSpace, rng: np.random.Generator, ball: Piece, height: float, count: int) -> Piece:
    """Cards of loose coils that stand on the ball of an afro, ``height`` meters, so that its outline is one of hair."""
    corners = ball.vertices[ball.faces]
    middle = corners.mean(axis=1)
    across = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    area = np.linalg.norm(across, axis=1)
    chosen = rng.choice(len(middle), count, p=area / area.sum())
    share = rng.dirichlet(np.ones(4), count)
    at = (corners[chosen] * share[..., None]).sum(axis=1)
    out = unit(unit(across[chosen]) + unit(at - head.center) + 0.5 * rng.normal(size=(count, 3)))
    side = unit(np.cross(out, rng.normal(size=(count, 3))))
    tall = height * head.scale * rng.uniform(0.6, 1.15, (count, 1))
    half = 0.55 * tall * side
    low, high = at - 0.45 * tall * out, at + 0.55 * tall * out
    vertices = np.stack([low - half, low + half, high + 1.1 * half, high - 1.1 * half], axis=1).reshape(-1, 3)
    vertices = head.pushed_out(vertices, 0.0004 * head.scale)
    corner = rng.integers(0, 2, (count, 2)) * (1 - TUFT)
    square = TUFT * np.array([[0.02, 0.02], [0.98, 0.02], [0.98, 0.98], [0.02, 0.98]])
    return Piece(vertices, np.arange(4 * count).reshape(count, 4), corner[:, None] + square)


def _rounded(points: Array, rounds: int) -> Array:
    """A grid smoothed along its columns and around."""
    for _ in range(rounds):
        inner = (points[:-2] + points[2:] + np.roll(points, 1, 1)[1:-1] + np.roll(points, -1, 1)[1:-1]) / 4
        points = np.concatenate([points[:1], 0.4 * points[1:-1] + 0.6 * inner, points[-1:]])
    return points


def _curls(local: Array, rng: np.random.Generator) -> Array:
    """(R, C) meters: round tufts, each about a finger thick, with creases between them."""
    count = 360
    index = np.arange(count) + 0.5
    polar, around = np.arccos(1 - 2 * index / count), index * np.pi * (3 - np.sqrt(5))
    spot = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=1)
    spot = unit(spot + rng.normal(scale=0.035, size=spot.shape))
    size = rng.uniform(0.6, 1.25, count)
    cosine = unit(local) @ spot.T
    angle = np.arccos(np.clip(cosine, -1, 1))
    width = 2.3 / np.sqrt(count)
    tuft = size * np.sqrt(np.clip(1 - (angle / width) ** 2, 0, 1))
    return 0.008 * (tuft.max(axis=-1) - 0.55)
