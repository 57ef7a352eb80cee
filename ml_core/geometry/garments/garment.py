"""A garment on one person, and how its parts come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.entry import Cloth, Piece
from ml_core.geometry.garments.surfaces.quads import Faces
from ml_core.geometry.garments.surfaces.sparse import Array, LinearMap, stacked


@dataclass(frozen=True)
class Garment:
    """A garment on one person.

    Attributes:
        points: (V, 3) meters, in the stance that the person's rows were in.
        faces, corners: (F, 4) indices of ``points`` and of ``uv`` (T, 2). weights: (V, 55) by bone.
        shell: how many vertices are of the cloth itself; those after them are of the folds of hems and of trims.
        hidden: (F,) faces that nobody sees under the garments over this one.
        cloths: its materials, the main one first; cloth: (F,) the material of each face.
        follows: how each vertex goes with those of the body: ``points + follows(after - before)`` while a slider moves.
        tiled: (T, 2) UVs in meters that fabrics repeat in; those of seams begin at their edge.
        loose: (V,) vertices of collars and hoods, which stand free.
        on_shell: how all vertices go with those of the cloth itself; ``None`` for shoes with soles.
        seated: (V, 3) meters by which each moves, before its bones do, where both thighs are raised to the horizontal;
            ``None`` for what does not hang around both legs.
    """

    piece: Piece
    points: Array
    faces: Faces
    corners: Faces
    uv: Array
    weights: NDArray[np.float32]
    shell: int
    hidden: NDArray[np.bool_]
    cloths: tuple[Cloth, ...]
    cloth: NDArray[np.int64]
    follows: LinearMap
    tiled: Array
    loose: NDArray[np.bool_]
    on_shell: LinearMap | None = None
    seated: Array | None = None

    def followed(self, before: Array, after: Array) -> Array:
        """(V, 3) its points when the vertices of the body went from ``before`` (N, 3) to ``after``: fast, no drape."""
        moved = np.asarray(after, np.float32) - np.asarray(before, np.float32)
        return np.asarray(self.points + self.follows(moved))


@dataclass(frozen=True)
class Part:
    """A part of a garment: points (V, 3), faces and corners (F, 4), UVs (T, 2), weights (V, 55), how it follows.

    ``tiled`` are UVs (T, 2) in meters for fabrics that lie on it in one way only; ``None`` for the UVs themselves.
    ``on_shell`` says how it goes with the vertices of the cloth that it is sewn onto.
    """

    points: Array
    faces: Faces
    corners: Faces
    uv: Array
    weights: NDArray[np.float32]
    follows: LinearMap
    cloth: Cloth
    hidden: NDArray[np.bool_]
    loose: bool = False
    tiled: Array | None = None
    on_shell: LinearMap | None = None


def joined(piece: Piece, parts: Sequence[Part], shell: int, meters: float) -> Garment:
    """One garment of parts; ``meters`` are those of a unit of the UVs."""
    points = np.cumsum([0, *(len(part.points) for part in parts)])
    corners = np.cumsum([0, *(len(part.uv) for part in parts)])
    cloths = tuple(dict.fromkeys(part.cloth for part in parts))
    on_shell = [part.on_shell for part in parts if part.on_shell is not None]
    return Garment(
        piece,
        np.concatenate([part.points for part in parts]),
        np.concatenate([part.faces + shift for part, shift in zip(parts, points[:-1], strict=True)]),
        np.concatenate([part.corners + shift for part, shift in zip(parts, corners[:-1], strict=True)]),
        np.concatenate([part.uv for part in parts]),
        np.concatenate([part.weights for part in parts]),
        shell,
        np.concatenate([part.hidden for part in parts]),
        cloths,
        np.concatenate([np.full(len(part.faces), cloths.index(part.cloth)) for part in parts]),
        stacked([part.follows for part in parts]),
        np.concatenate([part.uv * meters if part.tiled is None else part.tiled for part in parts]),
        np.concatenate([np.full(len(part.points), part.loose) for part in parts]),
        stacked(on_shell) if shell and len(on_shell) == len(parts) else None,
    )
