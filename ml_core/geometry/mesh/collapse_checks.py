"""Which edge collapses keep the surface a surface: its links, the sides of its triangles, and those of the texture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .collapses import Indices, Moves, Work
from .corners import cross, lengths, normals


def is_sound(work: Work, moves: Moves) -> NDArray[np.bool_]:
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
    stays = np.flatnonzero(~(corners == moves.goal[move][:, None]).any(axis=1))
    move, place, wedges = move[stays], corner[stays] % 3, wedges[stays]
    rows = np.arange(len(move))
    moved = wedges.copy()
    own = wedges[rows, place]
    moved[rows, place] = np.where(own == moves.wedge[move, 0], moves.onto[move, 0], moves.onto[move, 1])
    before, after = work.points[wedges], work.points[moved]
    old, new = normals(before[..., :3]), normals(after[..., :3])
    scale = lengths(old) * lengths(new)
    good = np.einsum("ij,ij->i", old, new) > 0.25 * np.maximum(scale, 1e-18)
    # No slivers: a needle's normal is noise.
    longest = np.max([((after[:, i, :3] - after[:, i - 1, :3]) ** 2).sum(axis=1) for i in range(3)], axis=0)
    good &= lengths(new) > 1e-3 * longest
    old_uv, new_uv = cross(before[..., 3:]), cross(after[..., 3:])
    flat = np.abs(old_uv) <= 1e-9 * np.maximum(lengths(old), 1e-18)
    good &= flat | (old_uv * new_uv > 0)
    bad = np.bincount(move[~good], minlength=len(moves.source))
    return bad == 0
