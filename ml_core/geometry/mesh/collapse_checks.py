"""Which edge collapses keep the surface a surface: its links, the sides of its triangles, and those of the texture."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from .collapses import Indices, Moves, Work
from .corners import cross, lengths, normals


def is_sound(work: Work, moves: Moves) -> NDArray[np.bool_]:
    """Whether a collapse keeps the surface a surface, and flips no triangle in space or on the texture."""
    # Of a round that has picked its moves before, these are the stars of few vertices.
    is_asked = np.zeros(len(work.mesh.positions), bool)
    is_asked[moves.source] = is_asked[moves.goal] = True
    near = np.flatnonzero(is_asked[work.vertex.ravel()])
    ends = work.vertex.ravel()[near]
    order = near[np.argsort(ends, kind="stable")]
    degree = np.bincount(ends, minlength=len(is_asked))
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
    work: Work, moves: Moves, source: tuple[Indices, Indices], goal: tuple[Indices, Indices]
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


def _keeps_sides(
    work: Work, moves: Moves, move: Indices, corner: Indices, corners: Indices, wedges: Indices
) -> NDArray[np.bool_]:
    goal = moves.goal[move]
    stays = np.flatnonzero((corners[:, 0] != goal) & (corners[:, 1] != goal) & (corners[:, 2] != goal))
    move, place, wedges = move[stays], corner[stays] % 3, wedges[stays]
    rows = np.arange(len(move))
    own = wedges[rows, place]
    before = work.points[wedges]
    after = before.copy()
    after[rows, place] = work.points[np.where(own == moves.wedge[move, 0], moves.onto[move, 0], moves.onto[move, 1])]
    old, new = normals(before[..., :3]), normals(after[..., :3])
    old_length, new_length = lengths(old), lengths(new)
    scale = old_length * new_length
    good = np.einsum("ij,ij->i", old, new) > 0.25 * np.maximum(scale, 1e-18)
    # No slivers: a needle's normal is noise.
    sides = [after[:, i, :3] - after[:, i - 1, :3] for i in range(3)]
    longest = functools.reduce(np.maximum, (np.einsum("ij,ij->i", side, side) for side in sides))
    good &= new_length > 1e-3 * longest
    old_uv, new_uv = cross(before[..., 3:]), cross(after[..., 3:])
    flat = np.abs(old_uv) <= 1e-9 * np.maximum(old_length, 1e-18)
    good &= flat | (old_uv * new_uv > 0)
    bad = np.bincount(move[~good], minlength=len(moves.source))
    return bad == 0
