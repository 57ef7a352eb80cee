"""Hair as game meshes: a style grown on any head, deterministic by its seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.easing import smoothstep
from ml_core.geometry.hair import short, tied
from ml_core.geometry.hair.hairs import LONG, Comb
from ml_core.geometry.hair.shading import OF_MASS, shading_normals
from ml_core.geometry.hair.strands import merged
from ml_core.geometry.hair.styles import BUILDERS, COILED, FUZZY, MATTED, ROUND, TAILED
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.hair.texture import SIZE, Strands, curls, fuzz, matted, strands

Array = NDArray[np.floating]

SPACE_FOR_SHOULDERS = 0.16
"""Meters below the chin, on a head of the model's size, at which hair follows the chest alone."""

TEMPLES = 0.75
"""Share of the cards at the temples that have their color: the others mix in, as hair grays."""
MOST_OF_A_CARD = 400
"""Faces from which on a connected surface is not a card."""
FREE_SHARE = 0.2
"""A ponytail hangs clear of the back, and follows the head nearly alone."""


_COMBS = {
    **dict.fromkeys(
        short.STYLES, Comb(begin=0.04, ragged=0.40, root=0.86, tip=1.05, points=4, gathered=0.85, bend=1.3)
    ),
    **dict.fromkeys(tied.STYLES, Comb(begin=0.03, root=0.80)),
}
"""Combs of styles that are not long: blunt ends would make a tile of every card of short hair, and so would roots
of another color."""


@dataclass(frozen=True)
class HairMesh:
    """``vertices`` (V, 3) meters; ``faces`` (F, 4), a triangle repeats its last corner; ``corner_uv`` (F, 4, 2), v from
    the tips up to the roots.

    ``fall`` (V,) says how much a vertex follows the body instead of the head: 0 on the skull, 1 on the chest.
    ``normals`` (V, 3) are those of the mass of hair more than of its cards, which would look like tiles under light.
    """

    vertices: Array
    faces: NDArray[np.int64]
    corner_uv: Array
    fall: Array
    normals: Array


def build_hair(head: HeadSpace, style: str, seed: int = 0) -> HairMesh:
    """Grows ``style`` on a head; the same head, style and seed give the same mesh.

    Raises:
        InputError: the style is not known, or has no strands.
    """
    if style not in BUILDERS:
        raise InputError(
            "hair style: {style!r} has no mesh; choose one of {builders}", style=style, builders=", ".join(BUILDERS)
        )
    piece = merged(BUILDERS[style](head, np.random.default_rng([seed, 37])))
    chin = head.height_of("chin")
    below = (chin - piece.vertices[:, 2]) / (SPACE_FOR_SHOULDERS * head.scale)
    share = FREE_SHARE if style in TAILED else 1.0
    normals = shading_normals(head, piece, ROUND.get(style, OF_MASS))
    return HairMesh(piece.vertices, piece.faces, piece.corner_uv, share * np.clip(below, 0, 1), normals)


def with_temples(mesh: HairMesh, head: HeadSpace, seed: int = 0) -> HairMesh:
    """The same hair for maps of two halves (:meth:`.texture.Strands.colored` with a tone of the temples).

    Most cards that grow at the temples wear the right half, and all others the left.
    """
    q = head.local(_roots(mesh))
    share = (
        smoothstep(np.abs(q[:, 0]), 0.044, 0.060) * smoothstep(q[:, 1], 0.04, 0.01) * smoothstep(q[:, 2], 0.060, 0.025)
    )
    rng = np.random.default_rng([seed, 53])
    owner = _owners(mesh)
    at_temples = rng.random(len(mesh.vertices))[owner] < TEMPLES * share
    uv = mesh.corner_uv * [0.5, 1.0]
    uv[at_temples] += [0.5, 0.0]
    return replace(mesh, corner_uv=uv)


def _owners(mesh: HairMesh) -> NDArray[np.int64]:
    """(F,) the first vertex of the card that each face is of."""
    label = np.arange(len(mesh.vertices))
    while True:
        lowest = label[mesh.faces].min(axis=1)
        before = label.copy()
        np.minimum.at(label, mesh.faces, lowest[:, None])
        label = label[label]
        if (label == before).all():
            return label[mesh.faces[:, 0]]


def _roots(mesh: HairMesh) -> Array:
    """(F, 3) where the card that each face is of grows; of closed surfaces, such as a cap, the face's own middle."""
    owner = _owners(mesh)
    middle = mesh.vertices[mesh.faces].mean(axis=1)
    high = mesh.corner_uv[..., 1].mean(axis=1)
    order = np.lexsort([-high, owner])
    first = order[np.searchsorted(owner[order], owner)]
    is_closed = np.bincount(owner, minlength=len(mesh.vertices))[owner] > MOST_OF_A_CARD
    return np.where(is_closed[:, None], middle, middle[first])


def hair_strands(style: str, seed: int = 0, size: int = SIZE) -> Strands:
    """What a style is painted with, in any color, ``size`` texels square."""
    if style in COILED:
        return curls(seed, size)
    if style in FUZZY:
        return fuzz(seed, size)
    if style in MATTED:
        return matted(seed, size)
    return strands(seed, size, _COMBS.get(style, LONG))
