"""The head of any humanoid: its box, the connected piece that is the face, and the pieces that are eyeballs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.unwrap import components

Array = NDArray[np.floating]
Eyes = dict[str, list[int]]

_EYE_SIZE = (0.05, 0.4)
"""Diameters that an eyeball may have, relative to the head's height; those of cartoons are large."""
_ROUND = 0.45
"""Least extent of an eyeball relative to its greatest: some are only the front half."""
_LEAST_POINTS = 12
_MIRRORED = 0.25
"""Fraction of an eyeball's size by which the other one may be larger, smaller or elsewhere than its mirror image."""


@dataclass(frozen=True)
class HeadPieces:
    """What the meshes around a head are made of, in one space: upright, facing -Y, any unit.

    Attributes:
        head: (V,) whether a vertex is one of the head. welded: (V,) the number of the place that each is at: seams of
            UVs split them. piece: (V,) number of the connected piece. face: the piece that is the face's skin.
        eyes: ``left`` and ``right``, each with its pieces; empty where none are found.
        low, high: (3,) the box of the head.
    """

    head: NDArray[np.bool_]
    welded: NDArray[np.int64]
    piece: NDArray[np.int64]
    face: int
    eyes: Eyes
    low: Array
    high: Array

    @property
    def height(self) -> float:
        """Of the head."""
        return float(self.high[2] - self.low[2])


def head_pieces(
    points: Array, triangles: NDArray[np.integer], weights: Array, joints: Mapping[str, Array]
) -> HeadPieces | None:
    """The pieces of vertices (V, 3) that move with the head by ``weights`` (V,); ``None`` where none do."""
    head = weights > 0.5
    if not head.any():
        return None
    start = float(joints["head"][2]) if "head" in joints else float(np.quantile(points[head, 2], 0.1))
    head &= points[:, 2] > start - 0.1 * (points[head, 2].max() - start)
    low, high = points[head].min(axis=0), points[head].max(axis=0)
    places = np.round(points / (1e-5 * max(float(high[2] - low[2]), 1e-9))).astype(np.int64)
    welded = np.unique(places, axis=0, return_inverse=True)[1].ravel()
    pairs = welded[np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]]])]
    piece = components(int(welded.max()) + 1, pairs)[welded]
    face = int(np.bincount(piece[head]).argmax())
    eyes = _eyeballs(points, piece, head, face, joints, low, high)
    return HeadPieces(head, welded, piece, face, eyes, low, high)


def _eyeballs(
    points: Array,
    piece: NDArray,
    head: NDArray[np.bool_],
    face: int,
    joints: Mapping[str, Array],
    low: Array,
    high: Array,
) -> Eyes:
    """The pieces that are eyeballs: round, of their size, around the eyes' joints; or in the front of the middle of the
    head, a mirrored one beside each."""
    height, middle = float(high[2] - low[2]), (low + high) / 2
    found: dict[str, list[tuple[int, Array, float]]] = {"left": [], "right": []}
    for number in np.unique(piece[head]):
        if number == face:
            continue
        mine = points[piece == number]
        extent, center = np.ptp(mine, axis=0), (mine.min(axis=0) + mine.max(axis=0)) / 2
        size = float(extent.max())
        if len(mine) < _LEAST_POINTS or not _EYE_SIZE[0] * height < size < _EYE_SIZE[1] * height:
            continue
        if min(extent[0], extent[2]) < 0.7 * size or extent[1] < _ROUND * size:
            continue
        side = "left" if center[0] > middle[0] else "right"
        joint = joints.get(f"{side}Eye")
        is_there = (
            float(np.linalg.norm(center - joint)) < 0.6 * size
            if joint is not None
            else center[1] < middle[1] and 0.25 * height < center[2] - low[2] < 0.75 * height
        )
        if is_there:
            found[side].append((int(number), center, size))
    turned = np.array([-1.0, 1.0, 1.0])
    axis = float(joints["head"][0]) if "head" in joints else float(middle[0])

    def is_one_of_two(side: str, center: Array, size: float) -> bool:
        if f"{side}Eye" in joints:
            return True
        goal = (center - [axis, 0, 0]) * turned + [axis, 0, 0]
        return abs(center[0] - axis) > 0.35 * size and any(
            abs(other - size) < _MIRRORED * size and float(np.linalg.norm(place - goal)) < _MIRRORED * size
            for _, place, other in found["right" if side == "left" else "left"]
        )

    return {side: [row[0] for row in rows if is_one_of_two(side, *row[1:])] for side, rows in found.items()}
