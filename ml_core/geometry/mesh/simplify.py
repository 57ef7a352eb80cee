"""Fewer triangles by edge collapses that keep texture borders, open borders and every vertex attribute.

A collapse moves a vertex onto a neighbour and never makes a new one, so weights, shape keys and normals stay those of
an original vertex. Its cost is a quadric in position and UV (Garland and Heckbert, "Simplifying Surfaces with Color and
Texture using Quadric Error Metrics", IEEE Visualization 1998), one for each *wedge*: the corners round a vertex that
share a UV, a material and so on. A vertex on a UV border may only slide along the border. Collapses whose
neighbourhoods do not touch are done together, in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array

Indices = NDArray[np.int64]

BORDER_WEIGHT = 10.0
"""How much dearer it is to leave a border than to leave the surface."""
WIDE = 0.35
"""The share of vertices that a round looks at, cheapest first: more and dear ones go too early."""
MAX_ROUNDS = 400
_FIRST, _SECOND = np.triu_indices(5)
PASSES = 4
"""Picks of independent collapses from one list of candidates."""


@dataclass(frozen=True)
class WedgeMesh:
    """Triangles whose corners know their vertex and their wedge.

    ``positions`` (V, 3) in metres; ``corner_vertex`` and ``corner_wedge`` (T, 3); ``wedge_vertex`` (W,); ``wedge_uv``
    (W, 2); ``traits`` (V, K) in metres: attributes such as bone weights and shape keys, whose jumps should stay;
    ``locked`` (V,) vertices that never move.
    """

    positions: Array
    corner_vertex: Indices
    corner_wedge: Indices
    wedge_vertex: Indices
    wedge_uv: Array
    traits: Array
    locked: NDArray[np.bool_]


@dataclass(frozen=True)
class Simplified:
    """What is left: rows ``triangle`` (N,) of the original, their ``corner_vertex`` and ``corner_wedge`` (N, 3)."""

    triangle: Indices
    corner_vertex: Indices
    corner_wedge: Indices


@dataclass
class _Work:
    mesh: WedgeMesh
    points: Array  # (W, 5) position and scaled UV
    monomials: Array  # (W, 21) of the points: products of two, the five, and one
    quadric: Array  # (W, 21) factors of the monomials
    weight: Array  # (W,)
    triangle: Indices
    vertex: Indices
    wedge: Indices
    limit: float = 0.0
    share: float = field(default=WIDE)


def simplify(mesh: WedgeMesh, targets: list[int], limits: list[float]) -> list[Simplified]:
    """Levels of detail, each made from the one before.

    Args:
        targets: triangles to come down to, falling.
        limits: for each target the farthest, in metres, that the surface may move (a mean over each vertex's star).

    Returns:
        A level for each target; it may have more triangles than asked where borders or the limit forbid more.
    """
    work = _start(mesh)
    levels = []
    for target, limit in zip(targets, limits, strict=True):
        work.limit, work.share = limit, WIDE
        for _ in range(MAX_ROUNDS):
            if len(work.triangle) <= target:
                break
            if not _round(work, len(work.triangle) - target):
                if work.share >= 1:
                    break
                work.share = 1.0
            else:
                work.share = WIDE
        levels.append(Simplified(work.triangle.copy(), work.vertex.copy(), work.wedge.copy()))
    return levels


def _start(mesh: WedgeMesh) -> _Work:
    vertex, wedge = np.asarray(mesh.corner_vertex, np.int64), np.asarray(mesh.corner_wedge, np.int64)
    triangle = np.arange(len(vertex))
    whole = (vertex != np.roll(vertex, -1, axis=1)).all(axis=1)
    triangle, vertex, wedge = triangle[whole], vertex[whole], wedge[whole]
    positions = np.asarray(mesh.positions, np.float64)
    area = _lengths(_normals(positions[vertex])) / 2
    span = np.abs(_cross(mesh.wedge_uv[wedge])) / 2
    diagonal = float(np.linalg.norm(np.ptp(positions, axis=0))) or 1.0
    # One texture width counts as many metres as it covers, at most the whole object.
    unit = min(float(np.sqrt(area.sum() / max(span.sum(), 1e-12))), diagonal)
    points = np.concatenate([positions[mesh.wedge_vertex], np.asarray(mesh.wedge_uv, np.float64) * unit], axis=1)
    count = len(points)
    work = _Work(
        mesh,
        points,
        np.concatenate([points[:, _FIRST] * points[:, _SECOND], points, np.ones((count, 1))], axis=1),
        np.zeros((count, len(_FIRST) + 6)),
        np.full(count, 1e-12),
        triangle,
        vertex,
        wedge,
    )
    _add_faces(work, area)
    _add_borders(work)
    return work


def _add_faces(work: _Work, area: Array) -> None:
    p, q, r = (work.points[work.wedge[:, corner]] for corner in range(3))
    first = _unit(q - p)
    second = _unit((r - p) - np.einsum("ij,ij->i", r - p, first)[:, None] * first)
    matrix = np.eye(5) - first[:, :, None] * first[:, None] - second[:, :, None] * second[:, None]
    along, across = np.einsum("ij,ij->i", p, first), np.einsum("ij,ij->i", p, second)
    linear = along[:, None] * first + across[:, None] * second - p
    constant = np.einsum("ij,ij->i", p, p) - along**2 - across**2
    for corner in range(3):
        _add(work, work.wedge[:, corner], matrix, linear, constant, area / 3)


def _add_borders(work: _Work) -> None:
    """Planes through open borders and texture borders, square to their triangle, in space and on the texture."""
    start, stop = work.wedge.ravel(), np.roll(work.wedge, -1, axis=1).ravel()
    key = np.sort(np.stack([start, stop]), axis=0)
    _, where, times = np.unique(key[0] * len(work.points) + key[1], return_inverse=True, return_counts=True)
    rows = np.flatnonzero(times[where] == 1)
    if not len(rows):
        return
    start, stop, owner = start[rows], stop[rows], rows // 3
    a, b = work.points[start], work.points[stop]
    normals = _normals(work.points[:, :3][work.wedge[owner]])
    plane = np.zeros((len(rows), 5))
    plane[:, :3] = _unit(np.cross(b[:, :3] - a[:, :3], normals))
    line = np.zeros((len(rows), 5))
    line[:, 3:] = _unit(np.stack([a[:, 4] - b[:, 4], b[:, 3] - a[:, 3]], axis=1))
    weight = BORDER_WEIGHT * ((b - a)[:, :3] ** 2).sum(axis=1)
    for direction in (plane, line):
        offset = -np.einsum("ij,ij->i", direction, a)
        matrix = direction[:, :, None] * direction[:, None]
        for end in (start, stop):
            _add(work, end, matrix, offset[:, None] * direction, offset**2, weight)


def _add(work: _Work, wedge: Indices, matrix: Array, linear: Array, constant: Array, weight: Array) -> None:
    twice = np.where(_FIRST == _SECOND, 1.0, 2.0)
    factors = np.concatenate([matrix[:, _FIRST, _SECOND] * twice, 2 * linear, constant[:, None]], axis=1)
    for column in range(factors.shape[1]):
        work.quadric[:, column] += np.bincount(wedge, factors[:, column] * weight, len(work.quadric))
    work.weight += np.bincount(wedge, weight, len(work.weight))


@dataclass(frozen=True)
class _Moves:
    """Candidates: ``source`` goes onto ``goal``; wedge ``wedge`` (M, 2) onto ``onto`` (M, 2), -1 where there is one."""

    source: Indices
    goal: Indices
    wedge: Indices
    onto: Indices
    sides: Indices
    cost: Array

    def __getitem__(self, rows: NDArray) -> _Moves:
        return _Moves(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def _round(work: _Work, surplus: int) -> bool:
    """One set of independent collapses, the cheapest first; whether there was any."""
    moves = _candidates(work)
    if not len(moves.source):
        return False
    order = np.lexsort((moves.cost, moves.source))
    moves = moves[order]
    first = np.searchsorted(moves.source, moves.source)
    moves = moves[np.arange(len(first)) - first < 3]
    cheap = np.quantile(moves.cost, work.share)
    moves = moves[moves.cost <= cheap]
    moves = moves[_is_sound(work, moves)]
    if not len(moves.source):
        return False
    _, best = np.unique(moves.source, return_index=True)
    moves = moves[best]
    moves = moves[np.argsort(moves.cost, kind="stable")]
    moves = moves[_independent(work, moves)]
    # A collapse inside takes two triangles away, one at an open border takes one.
    kept = int(np.searchsorted(np.cumsum(moves.sides), surplus)) + 1
    moves = moves[np.arange(min(kept, len(moves.source)))]
    _apply(work, moves)
    return True


def _candidates(work: _Work) -> _Moves:
    count = len(work.mesh.positions)
    vertex, wedge = work.vertex, work.wedge
    a, b = vertex.ravel(), np.roll(vertex, -1, axis=1).ravel()
    wedge_a, wedge_b = wedge.ravel(), np.roll(wedge, -1, axis=1).ravel()
    source, goal = np.concatenate([a, b]), np.concatenate([b, a])
    from_wedge, to_wedge = np.concatenate([wedge_a, wedge_b]), np.concatenate([wedge_b, wedge_a])
    order = np.argsort(source * count + goal, kind="stable")
    source, goal, from_wedge, to_wedge = source[order], goal[order], from_wedge[order], to_wedge[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(source) != 0) | (np.diff(goal) != 0)])
    sides = np.diff(np.r_[starts, len(source)])
    second = np.minimum(starts + 1, len(source) - 1)
    pair = sides >= 2
    differs = pair & (from_wedge[second] != from_wedge[starts])
    source, goal = source[starts], goal[starts]
    moved = np.stack([from_wedge[starts], np.where(differs, from_wedge[second], -1)], axis=1)
    onto = np.stack([to_wedge[starts], np.where(differs, to_wedge[second], -1)], axis=1)
    torn = pair & ~differs & (to_wedge[second] != to_wedge[starts])
    ok = (sides <= 2) & ~torn & (np.where(differs, 2, 1) == _wedges_of(work)[source])
    ok &= ~_fixed(work, source, goal, sides)[source]
    border = np.zeros(count, bool)
    border[source[sides == 1]] = True
    ok &= ~border[source] | (sides == 1)
    moves = _Moves(source, goal, moved, onto, sides, np.zeros(len(source)))[np.flatnonzero(ok)]
    return _priced(work, moves)


def _wedges_of(work: _Work) -> Indices:
    used = np.unique(work.wedge)
    return np.bincount(work.mesh.wedge_vertex[used], minlength=len(work.mesh.positions))


def _fixed(work: _Work, source: Indices, goal: Indices, sides: Indices) -> NDArray[np.bool_]:
    """Vertices that stay: locked ones, on an edge of three triangles, or where two surfaces touch in a point."""
    count = len(work.mesh.positions)
    fixed = work.mesh.locked.copy()
    fixed[source[sides > 2]] = True
    fixed[goal[sides > 2]] = True
    edges = np.bincount(source, minlength=count)
    ends = np.bincount(source[sides == 1], minlength=count)
    faces = np.bincount(work.vertex.ravel(), minlength=count)
    return fixed | (edges != faces + ends // 2) | (ends > 2)


def _priced(work: _Work, moves: _Moves) -> _Moves:
    cost = np.zeros(len(moves.source))
    weight = np.zeros(len(moves.source))
    for side in range(2):
        rows = np.flatnonzero(moves.wedge[:, side] >= 0)
        wedge = moves.wedge[rows, side]
        value = np.einsum("ni,ni->n", work.quadric[wedge], work.monomials[moves.onto[rows, side]])
        cost[rows] += np.maximum(value, 0)
        weight[rows] += work.weight[wedge]
    traits = work.mesh.traits
    if traits.shape[1]:
        cost += weight * ((traits[moves.source] - traits[moves.goal]) ** 2).sum(axis=1)
    # Flat parts cost nothing; short edges first keeps triangles there well shaped.
    short = ((work.mesh.positions[moves.source] - work.mesh.positions[moves.goal]) ** 2).sum(axis=1)
    rows = np.flatnonzero(cost <= weight * work.limit**2)
    cost = cost + 1e-6 * weight * short
    return _Moves(moves.source, moves.goal, moves.wedge, moves.onto, moves.sides, cost)[rows]


def _is_sound(work: _Work, moves: _Moves) -> NDArray[np.bool_]:
    """Whether a collapse keeps the surface a surface, turns no triangle over, and none on the texture."""
    count = len(work.mesh.positions)
    order = np.argsort(work.vertex.ravel(), kind="stable")
    degree = np.bincount(work.vertex.ravel(), minlength=count)
    begin = np.cumsum(degree) - degree
    number = degree[moves.source]
    move = np.repeat(np.arange(len(moves.source)), number)
    within = np.arange(len(move)) - np.repeat(np.cumsum(number) - number, number)
    corner = order[begin[moves.source][move] + within]
    face = corner // 3
    corners, wedges = work.vertex[face], work.wedge[face]
    return _links(work, moves, move, corners) & _keeps_sides(work, moves, move, corner, corners, wedges)


def _links(work: _Work, moves: _Moves, move: Indices, corners: Indices) -> NDArray[np.bool_]:
    """The link condition: both ends share just the neighbours that the triangles on the edge have."""
    count = len(work.mesh.positions)
    edges = np.unique(
        np.concatenate([work.vertex[:, [0, 1]], work.vertex[:, [1, 2]], work.vertex[:, [2, 0]]]) @ np.array([count, 1])
    )
    around = np.unique((move[:, None] * count + corners).ravel())
    move_of, neighbour = around // count, around % count
    goal = moves.goal[move_of]
    other = (neighbour != goal) & (neighbour != moves.source[move_of])
    move_of, neighbour, goal = move_of[other], neighbour[other], goal[other]
    shared = _contains(edges, goal * count + neighbour) | _contains(edges, neighbour * count + goal)
    return np.bincount(move_of[shared], minlength=len(moves.source)) == moves.sides


def _contains(ordered: Indices, keys: Indices) -> NDArray[np.bool_]:
    return ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys


def _keeps_sides(
    work: _Work, moves: _Moves, move: Indices, corner: Indices, corners: Indices, wedges: Indices
) -> NDArray[np.bool_]:
    stays = ~(corners == moves.goal[move][:, None]).any(axis=1)
    move, corner, corners, wedges = move[stays], corner[stays], corners[stays], wedges[stays]
    rows, place = np.arange(len(move)), corner % 3
    moved = wedges.copy()
    own = wedges[rows, place]
    moved[rows, place] = np.where(own == moves.wedge[move, 0], moves.onto[move, 0], moves.onto[move, 1])
    before, after = work.points[wedges], work.points[moved]
    old, new = _normals(before[..., :3]), _normals(after[..., :3])
    lengths = _lengths(old) * _lengths(new)
    good = np.einsum("ij,ij->i", old, new) > 0.25 * np.maximum(lengths, 1e-18)
    # No slivers: a needle's normal is noise.
    longest = np.max([((after[:, i, :3] - after[:, i - 1, :3]) ** 2).sum(axis=1) for i in range(3)], axis=0)
    good &= _lengths(new) > 1e-3 * longest
    old_uv, new_uv = _cross(before[..., 3:]), _cross(after[..., 3:])
    flat = np.abs(old_uv) <= 1e-9 * np.maximum(_lengths(old), 1e-18)
    good &= flat | (old_uv * new_uv > 0)
    bad = np.bincount(move[~good], minlength=len(moves.source))
    return bad == 0


def _independent(work: _Work, moves: _Moves) -> NDArray[np.intp]:
    """Rows of moves (sorted by cost) that touch no triangle in common; the cheaper of two goes first."""
    count, number = len(work.mesh.positions), len(moves.source)
    left = np.arange(number)
    chosen: list[NDArray[np.int64]] = []
    for _ in range(PASSES):
        rank = np.full(count, number)
        for end in (moves.source, moves.goal):
            np.minimum.at(rank, end[left], left)
        for end in (part[one] for one in chosen for part in (moves.source, moves.goal)):
            rank[end] = -1
        face = rank[work.vertex].min(axis=1)
        lowest = np.full(count, number)
        for corner in range(3):
            np.minimum.at(lowest, work.vertex[:, corner], face)
        first, second = lowest[moves.source[left]], lowest[moves.goal[left]]
        chosen.append(left[(first == left) & (second == left)])
        left = left[(first >= 0) & (second >= 0) & (first != left)]
        if not len(left):
            break
    return np.sort(np.concatenate(chosen))


def _apply(work: _Work, moves: _Moves) -> None:
    vertices, wedges = np.arange(len(work.mesh.positions)), np.arange(len(work.points))
    vertices[moves.source] = moves.goal
    for side in range(2):
        rows = np.flatnonzero(moves.wedge[:, side] >= 0)
        old, new = moves.wedge[rows, side], moves.onto[rows, side]
        wedges[old] = new
        for total in (work.quadric, work.weight):
            total[new] += total[old]  # no two moves have a goal in common
    vertex, wedge = vertices[work.vertex], wedges[work.wedge]
    left = (vertex != np.roll(vertex, -1, axis=1)).all(axis=1)
    work.triangle, work.vertex, work.wedge = work.triangle[left], vertex[left], wedge[left]


def _normals(corners: Array) -> Array:
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])


def _cross(corners: Array) -> Array:
    """Twice the signed areas of triangles (N, 3, 2)."""
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _lengths(vectors: Array) -> Array:
    return np.linalg.norm(vectors, axis=-1)


def _unit(vectors: Array) -> Array:
    return vectors / np.maximum(_lengths(vectors), 1e-18)[:, None]
