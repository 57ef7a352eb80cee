"""Hair as game meshes: a style grown on any head, deterministic by its seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.hair.strands import merged
from ml_core.geometry.hair.styles import BUILDERS, COILED, TAILED
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.hair.texture import SIZE, Strands, curls, strands

Array = NDArray[np.floating]

SPACE_FOR_SHOULDERS = 0.16
"""Meters below the chin, on a head of the model's size, at which hair follows the chest alone."""

FREE_SHARE = 0.2
"""A ponytail hangs clear of the back, and follows the head nearly alone."""


@dataclass(frozen=True)
class HairMesh:
    """``vertices`` (V, 3) meters; ``faces`` (F, 4), a triangle repeats its last corner; ``corner_uv`` (F, 4, 2), v from
    the tips up to the roots.

    ``fall`` (V,) says how much a vertex follows the body instead of the head: 0 on the skull, 1 on the chest.
    """

    vertices: Array
    faces: NDArray[np.int64]
    corner_uv: Array
    fall: Array


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
    return HairMesh(piece.vertices, piece.faces, piece.corner_uv, share * np.clip(below, 0, 1))


def hair_strands(style: str, seed: int = 0, size: int = SIZE) -> Strands:
    """What a style is painted with, in any color, ``size`` texels square."""
    return curls(seed, size) if style in COILED else strands(seed, size)
