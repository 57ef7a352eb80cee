"""Fewer triangles by edge collapses that keep texture borders, open borders and every vertex attribute.

A collapse moves a vertex onto a neighbor and never makes a new one, so weights, shape keys and normals stay those of
an original vertex. Its cost is a quadric in position and UV (Garland and Heckbert, "Simplifying Surfaces with Color and
Texture using Quadric Error Metrics", IEEE Visualization 1998), one for each *wedge*: the corners round a vertex that
share a UV, a material and so on. A vertex on a UV border may only slide along the border. Collapses whose
neighbourhoods do not touch are done together, in numpy.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.frames import Array

Indices = NDArray[np.int64]

BORDER_WEIGHT = 10.0
"""How much dearer it is to leave a border than to leave the surface."""
WIDE = 0.5
"""The share of vertices that a round looks at, cheapest first: more and dear ones go too early."""
LEAST = 0.005
"""After a round that takes away a smaller share of the triangles all vertices are looked at; then the level ends."""
MAX_ROUNDS = 400
_FIRST, _SECOND = np.triu_indices(5)
PASSES = 8
"""Picks of independent collapses from one list of candidates."""
AXES = 16
"""Columns of traits that are compared: the rest is less than a tenth of what tells two vertices apart."""
CHUNK = 2048
"""Moves that are priced at once: their quadrics stay in the cache of a core."""


@dataclass(frozen=True)
class WedgeMesh:
    """Triangles whose corners know their vertex and their wedge.

    ``positions`` (V, 3) in meters; ``corner_vertex`` and ``corner_wedge`` (T, 3); ``wedge_vertex`` (W,); ``wedge_uv``
    (W, 2); ``traits`` (V, K) in meters: attributes such as bone weights and shape keys, whose jumps should stay;
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
    traits: Array  # (V, K) as those of the mesh, in few columns
    triangle: Indices
    vertex: Indices
    wedge: Indices
    limit: float = 0.0
    share: float = WIDE
    blocked: Indices = field(default_factory=lambda: np.zeros(0, np.int64))  # moves that would harm the surface


def simplify(mesh: WedgeMesh, targets: list[int], limits: list[float]) -> list[Simplified]:
    """Levels of detail, each made from the one before.

    Args:
        targets: triangles to come down to, falling.
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
    """As :func:`simplify`, a round at a time; yields the share of the triangles to be taken away that are gone."""
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


def _start(mesh: WedgeMesh) -> _Work:
    vertex, wedge = np.asarray(mesh.corner_vertex, np.int64), np.asarray(mesh.corner_wedge, np.int64)
    triangle = np.arange(len(vertex))
    whole = (vertex != np.roll(vertex, -1, axis=1)).all(axis=1)
    triangle, vertex, wedge = triangle[whole], vertex[whole], wedge[whole]
    positions = np.asarray(mesh.positions, np.float64)
    area = _lengths(_normals(positions[vertex])) / 2
    span = np.abs(_cross(mesh.wedge_uv[wedge])) / 2
    diagonal = float(np.linalg.norm(np.ptp(positions, axis=0))) or 1.0
    # One texture width counts as many meters as it covers, at most the whole object.
    unit = min(float(np.sqrt(area.sum() / max(span.sum(), 1e-12))), diagonal)
    points = np.concatenate([positions[mesh.wedge_vertex], np.asarray(mesh.wedge_uv, np.float64) * unit], axis=1)
    count = len(points)
    work = _Work(
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


def _condensed(traits: Array) -> Array:
    """(V, K) turned to its principal axes, those left out that hardly tell two vertices apart.

    A body of sixty bones and forty shape keys has 180 columns, nearly all of them zero in most rows.
    """
    if traits.shape[1] <= AXES:
        return traits
    centered = traits - traits.mean(axis=0)
    axes = np.linalg.eigh(centered.T @ centered)[1][:, -AXES:]
    return np.asarray(centered @ axes, np.float32)


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


def _round(work: _Work, surplus: int) -> None:
    """One set of independent collapses, the cheapest first."""
    moves = _cheapest(work, _candidates(work))
    if not len(moves.source):
        return
    if work.share < 1:
        moves = moves[_picked(work, moves)]
        sound = _is_sound(work, moves)
        # Mostly they are: the others are known next time.
        harmful = moves.source[~sound] * len(work.mesh.positions) + moves.goal[~sound]
        work.blocked = np.sort(np.concatenate([work.blocked, harmful]))
        moves = moves[sound]
    else:
        moves = moves[_is_sound(work, moves)]
        moves = moves[_picked(work, moves)]
    # A collapse inside takes two triangles away, one at an open border takes one.
    kept = int(np.searchsorted(np.cumsum(moves.sides), surplus)) + 1
    _apply(work, moves[np.arange(min(kept, len(moves.source)))])


def _cheapest(work: _Work, moves: _Moves) -> _Moves:
    """Those that cost no more than the best move of the costliest of the cheap vertices, in order of their cost."""
    if not len(moves.source):
        return moves
    best = np.full(len(work.mesh.positions), np.inf)
    np.minimum.at(best, moves.source, moves.cost)
    best = best[np.isfinite(best)]
    last = int(np.ceil(work.share * len(best))) - 1
    rows = np.flatnonzero(moves.cost <= np.partition(best, last)[last])
    return moves[rows[np.argsort(moves.cost[rows], kind="stable")]]


def _candidates(work: _Work) -> _Moves:
    count = len(work.mesh.positions)
    start, stop = work.vertex.ravel(), np.roll(work.vertex, -1, axis=1).ravel()
    wedge_start, wedge_stop = work.wedge.ravel(), np.roll(work.wedge, -1, axis=1).ravel()
    key = np.minimum(start, stop) * count + np.maximum(start, stop)
    order = np.argsort(key)
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
    return _priced(work, _Moves(source, goal, wedge, onto, sides, np.zeros(len(source))))


def _wedges_of(work: _Work) -> Indices:
    used = np.zeros(len(work.points), bool)
    used[work.wedge.ravel()] = True
    return np.bincount(work.mesh.wedge_vertex[used], minlength=len(work.mesh.positions))


def _fixed(work: _Work, source: Indices, goal: Indices, sides: Indices) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
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


def _priced(work: _Work, moves: _Moves) -> _Moves:
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
    return _Moves(moves.source[rows], moves.goal[rows], moves.wedge[rows], moves.onto[rows], moves.sides[rows], cost)


def _errors(work: _Work, wedge: Indices, onto: Indices) -> Array:
    """(M,) quadric of the ``wedge`` at the place of the wedge ``onto``."""
    error = np.empty(len(wedge))
    for first in range(0, len(wedge), CHUNK):
        rows = slice(first, first + CHUNK)
        np.einsum("ni,ni->n", work.quadric[wedge[rows]], work.monomials[onto[rows]], out=error[rows])
    return np.maximum(error, 0)


def _picked(work: _Work, moves: _Moves) -> NDArray[np.intp]:
    """Rows of moves (sorted by cost) that touch no triangle in common; the cheaper of two goes first."""
    count, number = len(work.mesh.positions), len(moves.source)
    left = np.arange(number)
    picked: list[NDArray[np.intp]] = []
    for _ in range(PASSES):
        rank = np.full(count, number)
        for end in (moves.source, moves.goal):
            np.minimum.at(rank, end[left], left)
        for end in (part[item] for item in picked for part in (moves.source, moves.goal)):
            rank[end] = -1
        face = rank[work.vertex].min(axis=1)
        lowest = np.full(count, number)
        for corner in range(3):
            np.minimum.at(lowest, work.vertex[:, corner], face)
        first, second = lowest[moves.source[left]], lowest[moves.goal[left]]
        picked.append(left[(first == left) & (second == left)])
        left = left[(first >= 0) & (second >= 0) & (first != left)]
        if not len(left):
            break
    return np.sort(np.concatenate(picked))


def _is_sound(work: _Work, moves: _Moves) -> NDArray[np.bool_]:
    """Whether a collapse keeps the surface a surface, turns no triangle over, and none on the texture."""
    ends = work.vertex.ravel()
    order = np.argsort(ends)
    degree = np.bincount(ends, minlength=len(work.mesh.positions))
    begin = np.cumsum(degree) - degree
    around = []
    for end in (moves.source, moves.goal):
        number = degree[end]
        move = np.repeat(np.arange(len(end)), number)
        within = np.arange(len(move)) - np.repeat(np.cumsum(number) - number, number)
        around.append((move, order[begin[end][move] + within]))
    (move, corner), (goal_move, goal_corner) = around
    corners = work.vertex[corner // 3]
    links = _links(work, moves, (move, corners), (goal_move, work.vertex[goal_corner // 3]))
    return links & _keeps_sides(work, moves, move, corner, corners, work.wedge[corner // 3])


def _links(
    work: _Work, moves: _Moves, source: tuple[Indices, Indices], goal: tuple[Indices, Indices]
) -> NDArray[np.bool_]:
    """The link condition: both ends share just the neighbors that the triangles on the edge have.

    Args:
        source, goal: the move (F,) and the corners (F, 3) of each triangle around that end of it.
    """
    count = len(work.mesh.positions)
    around = [np.unique((move[:, None] * count + corners).ravel()) for move, corners in (source, goal)]
    both = np.sort(np.concatenate(around))
    both = both[:-1][both[1:] == both[:-1]]
    # The ends themselves are among the neighbors of both.
    return np.bincount(both // count, minlength=len(moves.source)) - 2 == moves.sides


def _contains(ordered: Indices, keys: Indices) -> NDArray[np.bool_]:
    return ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys


def _keeps_sides(
    work: _Work, moves: _Moves, move: Indices, corner: Indices, corners: Indices, wedges: Indices
) -> NDArray[np.bool_]:
    stays = np.flatnonzero(~(corners == moves.goal[move][:, None]).any(axis=1))
    move, place, wedges = move[stays], corner[stays] % 3, wedges[stays]
    rows = np.arange(len(move))
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
