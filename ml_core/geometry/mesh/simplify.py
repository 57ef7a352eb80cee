"""Fewer triangles by edge collapses that keep texture borders, open borders and every vertex attribute.

A collapse moves a vertex onto a neighbor and never makes a new one, so weights, shape keys and normals stay those of
an original vertex. Its cost is a quadric in position and UV (Garland and Heckbert, "Simplifying Surfaces with Color and
Texture using Quadric Error Metrics", IEEE Visualization 1998), one for each *wedge*: the corners round a vertex that
share a UV, a material and so on. A vertex on a UV border may only slide along the border. Collapses whose
neighborhoods do not touch are done together, in numpy.
"""

from __future__ import annotations

import functools
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array

from .collapse_checks import is_sound
from .collapses import WIDE, Indices, Moves, Simplified, WedgeMesh, Work
from .corners import cross, crossed, lengths, normals, unit

BORDER_WEIGHT = 10.0
"""How much more it costs to leave a border than to leave the surface."""
LEAST = 0.005
"""After a round that takes away a smaller share of the triangles all vertices are considered; then the level ends."""
MAX_ROUNDS = 400
_FIRST, _SECOND = np.triu_indices(5)
PASSES = 8
"""Picks of independent collapses from one list of candidates."""
AXES = 16
"""Columns of traits that are compared: the rest is less than a tenth of the difference between two vertices."""
CHUNK = 2048
"""Moves that are priced at once: their quadrics stay in the cache of a core."""


def simplify(mesh: WedgeMesh, targets: list[int], limits: list[float]) -> list[Simplified]:
    """Levels of detail, each made from the one before.

    Args:
        targets: numbers of triangles to reduce to, descending.
        limits: for each target the farthest, in meters, that the surface may move (a mean over each vertex's star).

    Returns:
        A level for each target; it may have more triangles than requested where borders or the limit forbid more.
    """
    steps = simplifying(mesh, targets, limits)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def simplifying(mesh: WedgeMesh, targets: list[int], limits: list[float]) -> Generator[float, None, list[Simplified]]:
    """As :func:`simplify`, a round at a time; yields the fraction of the surplus triangles that is gone."""
    work = _start(mesh)
    levels = []
    surplus = max(len(work.triangle) - targets[-1], 1) if targets else 1
    for target, limit in zip(targets, limits, strict=True):
        work.limit, work.share, work.blocked = limit, WIDE, np.zeros(0, np.int64)
        for _ in range(MAX_ROUNDS):
            count = len(work.triangle)
            if count <= target:
                break
            _round(work, count - target)
            yield min(1 - (len(work.triangle) - targets[-1]) / surplus, 1.0)
            if count - len(work.triangle) < LEAST * count:
                if work.share >= 1:
                    break
                work.share, work.blocked = 1.0, np.zeros(0, np.int64)
        levels.append(Simplified(work.triangle.copy(), work.vertex.copy(), work.wedge.copy()))
    return levels


def _start(mesh: WedgeMesh) -> Work:
    vertex, wedge = np.asarray(mesh.corner_vertex, np.int64), np.asarray(mesh.corner_wedge, np.int64)
    triangle = np.arange(len(vertex))
    whole = _is_whole(vertex)
    triangle, vertex, wedge = triangle[whole], vertex[whole], wedge[whole]
    positions = np.asarray(mesh.positions, np.float64)
    area = lengths(normals(positions[vertex])) / 2
    span = np.abs(cross(mesh.wedge_uv[wedge])) / 2
    diagonal = float(np.linalg.norm(np.ptp(positions, axis=0))) or 1.0
    # One texture width counts as many meters as it covers, at most the whole object.
    unit = min(float(np.sqrt(area.sum() / max(span.sum(), 1e-12))), diagonal)
    points = np.concatenate([positions[mesh.wedge_vertex], np.asarray(mesh.wedge_uv, np.float64) * unit], axis=1)
    count = len(points)
    work = Work(
        mesh,
        points,
        np.concatenate([points[:, _FIRST] * points[:, _SECOND], points, np.ones((count, 1))], axis=1),
        np.zeros((count, len(_FIRST) + 6)),
        np.full(count, 1e-12),
        _condensed(mesh.traits),
        triangle,
        vertex,
        wedge,
    )
    _add_faces(work, area)
    _add_borders(work)
    return work


def _is_whole(vertex: Indices) -> NDArray[np.bool_]:
    """Which triangles (T, 3) have three different vertices."""
    a, b, c = vertex.T
    return (a != b) & (b != c) & (c != a)


def _condensed(traits: Array) -> Array:
    """(V, K) turned to its principal axes, those left out that hardly tell two vertices apart.

    A body of sixty bones and forty shape keys has 180 columns, nearly all of them zero in most rows.
    """
    if traits.shape[1] <= AXES:
        return traits
    centered = traits - traits.mean(axis=0)
    axes = np.linalg.eigh(centered.T @ centered)[1][:, -AXES:]
    return np.asarray(centered @ axes, np.float32)


def _add_faces(work: Work, area: Array) -> None:
    p, q, r = (work.points[work.wedge[:, corner]] for corner in range(3))
    first = unit(q - p)
    second = unit((r - p) - np.einsum("ij,ij->i", r - p, first)[:, None] * first)
    matrix = np.eye(5) - first[:, :, None] * first[:, None] - second[:, :, None] * second[:, None]
    along, across = np.einsum("ij,ij->i", p, first), np.einsum("ij,ij->i", p, second)
    linear = along[:, None] * first + across[:, None] * second - p
    constant = np.einsum("ij,ij->i", p, p) - along**2 - across**2
    for corner in range(3):
        _add(work, work.wedge[:, corner], matrix, linear, constant, area / 3)


def _add_borders(work: Work) -> None:
    """Planes through open borders and texture borders, square to their triangle, in space and on the texture."""
    start, stop = work.wedge.ravel(), np.roll(work.wedge, -1, axis=1).ravel()
    if not len(start):
        return
    key = np.minimum(start, stop) * len(work.points) + np.maximum(start, stop)
    order = np.argsort(key)
    key = key[order]
    differs = np.r_[True, key[1:] != key[:-1], True]
    rows = np.sort(order[differs[1:] & differs[:-1]])
    if not len(rows):
        return
    start, stop, owner = start[rows], stop[rows], rows // 3
    a, b = work.points[start], work.points[stop]
    facing = normals(work.points[:, :3][work.wedge[owner]])
    plane = np.zeros((len(rows), 5))
    plane[:, :3] = unit(crossed(b[:, :3] - a[:, :3], facing))
    line = np.zeros((len(rows), 5))
    line[:, 3:] = unit(np.stack([a[:, 4] - b[:, 4], b[:, 3] - a[:, 3]], axis=1))
    weight = BORDER_WEIGHT * ((b - a)[:, :3] ** 2).sum(axis=1)
    for direction in (plane, line):
        offset = -np.einsum("ij,ij->i", direction, a)
        matrix = direction[:, :, None] * direction[:, None]
        for end in (start, stop):
            _add(work, end, matrix, offset[:, None] * direction, offset**2, weight)


def _add(work: Work, wedge: Indices, matrix: Array, linear: Array, constant: Array, weight: Array) -> None:
    twice = np.where(_FIRST == _SECOND, 1.0, 2.0)
    factors = np.concatenate([matrix[:, _FIRST, _SECOND] * twice, 2 * linear, constant[:, None]], axis=1)
    for column in range(factors.shape[1]):
        work.quadric[:, column] += np.bincount(wedge, factors[:, column] * weight, len(work.quadric))
    work.weight += np.bincount(wedge, weight, len(work.weight))


def _round(work: Work, surplus: int) -> None:
    """One set of independent collapses, the cheapest first."""
    moves = _cheapest(work, _candidates(work))
    if not len(moves.source):
        return
    if work.share < 1:
        moves = moves[_picked(work, moves)]
        sound = is_sound(work, moves)
        # Mostly they are: the others are known next time.
        harmful = moves.source[~sound] * len(work.mesh.positions) + moves.goal[~sound]
        work.blocked = np.sort(np.concatenate([work.blocked, harmful]))
        moves = moves[sound]
    else:
        moves = moves[is_sound(work, moves)]
        moves = moves[_picked(work, moves)]
    # A collapse inside takes two triangles away, one at an open border takes one.
    kept = int(np.searchsorted(np.cumsum(moves.sides), surplus)) + 1
    _apply(work, moves[np.arange(min(kept, len(moves.source)))])


def _cheapest(work: Work, moves: Moves) -> Moves:
    """Those that cost no more than the best move of the costliest of the cheap vertices, in order of their cost."""
    if not len(moves.source):
        return moves
    best = np.full(len(work.mesh.positions), np.inf)
    np.minimum.at(best, moves.source, moves.cost)
    best = best[np.isfinite(best)]
    last = int(np.ceil(work.share * len(best))) - 1
    rows = np.flatnonzero(moves.cost <= np.partition(best, last)[last])
    return moves[rows[np.argsort(moves.cost[rows], kind="stable")]]


def _candidates(work: Work) -> Moves:
    count = len(work.mesh.positions)
    start, stop = work.vertex.ravel(), np.roll(work.vertex, -1, axis=1).ravel()
    wedge_start, wedge_stop = work.wedge.ravel(), np.roll(work.wedge, -1, axis=1).ravel()
    key = np.minimum(start, stop) * count + np.maximum(start, stop)
    bits = len(start).bit_length()
    if count * count << bits < 1 << 63:
        # The number of each corner in the lowest bits: sorting the keys themselves is faster than their order.
        key = np.sort((key << bits) + np.arange(len(start)))
        order, key = key & ((1 << bits) - 1), key >> bits
    else:
        order = np.argsort(key, kind="stable")
        key = key[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    sides = np.diff(np.r_[first, len(key)])
    one = order[first]
    other = order[np.minimum(first + 1, len(order) - 1)]
    source, goal = start[one], stop[one]
    # The second triangle on an edge mostly runs the other way.
    same = start[other] == source
    other_source = np.where(same, wedge_start[other], wedge_stop[other])
    other_goal = np.where(same, wedge_stop[other], wedge_start[other])
    fixed, is_border = _fixed(work, source, goal, sides)
    wedges = _wedges_of(work)
    parts = []
    for ends, a, b in (
        ((source, goal), (wedge_start[one], wedge_stop[one]), (other_source, other_goal)),
        ((goal, source), (wedge_stop[one], wedge_start[one]), (other_goal, other_source)),
    ):
        differs = (sides == 2) & (b[0] != a[0])
        torn = (sides == 2) & ~differs & (b[1] != a[1])
        ok = (sides <= 2) & ~torn & (np.where(differs, 2, 1) == wedges[ends[0]])
        ok &= ~fixed[ends[0]] & (~is_border[ends[0]] | (sides == 1))
        if len(work.blocked):
            ok &= ~_contains(work.blocked, ends[0] * count + ends[1])
        rows = np.flatnonzero(ok)
        moved, onto = (np.stack([x[rows], np.where(differs, y, -1)[rows]], axis=1) for x, y in zip(a, b, strict=True))
        parts.append((ends[0][rows], ends[1][rows], moved, onto, sides[rows]))
    source, goal, wedge, onto, sides = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _priced(work, Moves(source, goal, wedge, onto, sides, np.zeros(len(source))))


def _wedges_of(work: Work) -> Indices:
    used = np.zeros(len(work.points), bool)
    used[work.wedge.ravel()] = True
    return np.bincount(work.mesh.wedge_vertex[used], minlength=len(work.mesh.positions))


def _fixed(work: Work, source: Indices, goal: Indices, sides: Indices) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Vertices that stay: locked ones, on an edge of three triangles, or where two surfaces touch in a point; and
    vertices on an open border.

    Args:
        source, goal, sides: every edge once.
    """
    count = len(work.mesh.positions)
    fixed = work.mesh.locked.copy()
    for end in (source, goal):
        fixed[end[sides > 2]] = True
    edges = np.bincount(source, minlength=count) + np.bincount(goal, minlength=count)
    alone = sides == 1
    ends = np.bincount(source[alone], minlength=count) + np.bincount(goal[alone], minlength=count)
    faces = np.bincount(work.vertex.ravel(), minlength=count)
    return fixed | (edges != faces + ends // 2) | (ends > 2), ends > 0


def _priced(work: Work, moves: Moves) -> Moves:
    """The moves within the limit, with their cost."""
    cost = _errors(work, moves.wedge[:, 0], moves.onto[:, 0])
    weight = work.weight[moves.wedge[:, 0]]
    rows = np.flatnonzero(moves.wedge[:, 1] >= 0)
    cost[rows] += _errors(work, moves.wedge[rows, 1], moves.onto[rows, 1])
    weight[rows] += work.weight[moves.wedge[rows, 1]]
    most = weight * work.limit**2
    rows = np.flatnonzero(cost <= most)
    if work.traits.shape[1]:
        jump = work.traits[moves.source[rows]] - work.traits[moves.goal[rows]]
        cost[rows] += weight[rows] * np.einsum("ni,ni->n", jump, jump)
        rows = rows[cost[rows] <= most[rows]]
    # Flat parts cost nothing; short edges first keeps triangles there well shaped.
    along = work.mesh.positions[moves.source[rows]] - work.mesh.positions[moves.goal[rows]]
    cost = cost[rows] + 1e-6 * weight[rows] * np.einsum("ni,ni->n", along, along)
    return Moves(moves.source[rows], moves.goal[rows], moves.wedge[rows], moves.onto[rows], moves.sides[rows], cost)


def _errors(work: Work, wedge: Indices, onto: Indices) -> Array:
    """(M,) quadric of the ``wedge`` at the place of the wedge ``onto``."""
    error = np.empty(len(wedge))
    for first in range(0, len(wedge), CHUNK):
        rows = slice(first, first + CHUNK)
        np.einsum("ni,ni->n", work.quadric[wedge[rows]], work.monomials[onto[rows]], out=error[rows])
    return np.maximum(error, 0)


def _picked(work: Work, moves: Moves) -> NDArray[np.intp]:
    """Rows of moves (sorted by cost) that touch no triangle in common; the cheaper of two goes first."""
    count, number = len(work.mesh.positions), len(moves.source)
    corners = np.ascontiguousarray(work.vertex.T)
    left = np.arange(number)
    picked: list[NDArray[np.intp]] = []
    for _ in range(PASSES):
        rank = np.full(count, number)
        for end in (moves.source, moves.goal):
            np.minimum.at(rank, end[left], left)
        for end in (part[item] for item in picked for part in (moves.source, moves.goal)):
            rank[end] = -1
        face = functools.reduce(np.minimum, (rank[corner] for corner in corners))
        touched = np.flatnonzero(face < number)
        lowest = np.full(count, number)
        for corner in corners:
            np.minimum.at(lowest, corner[touched], face[touched])
        first, second = lowest[moves.source[left]], lowest[moves.goal[left]]
        picked.append(left[(first == left) & (second == left)])
        left = left[(first >= 0) & (second >= 0) & (first != left)]
        if not len(left):
            break
    return np.sort(np.concatenate(picked))


def _contains(ordered: Indices, keys: Indices) -> NDArray[np.bool_]:
    return ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys


def _apply(work: Work, moves: Moves) -> None:
    vertices, wedges = np.arange(len(work.mesh.positions)), np.arange(len(work.points))
    vertices[moves.source] = moves.goal
    for side in range(2):
        rows = np.flatnonzero(moves.wedge[:, side] >= 0)
        old, new = moves.wedge[rows, side], moves.onto[rows, side]
        wedges[old] = new
        for total in (work.quadric, work.weight):
            total[new] += total[old]  # no two moves have a goal in common
    vertex, wedge = vertices[work.vertex], wedges[work.wedge]
    left = np.flatnonzero(_is_whole(vertex))
    work.triangle, work.vertex, work.wedge = work.triangle[left], vertex[left], wedge[left]
