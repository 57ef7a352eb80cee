"""The body that earlier versions made: what editing a saved avatar needs of it beside its own mesh and shape keys.

Its UVs are the body atlas itself, so its fit is that of the atlas; its joints move with its sliders by a small table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.shape import AtlasShape
from ml_core.geometry.humanoid.fit import BodyFit
from ml_core.vocabulary.avatar.earlier_sliders import SLIDERS
from ml_core.vocabulary.traits import AvatarTraits
from ml_core.weights import WEIGHTS_FOLDER

TABLE = WEIGHTS_FOLDER / "earlier_body.npz"
_UNSCALED = 1.7
"""Meters; the nominal height of a fit before it is scaled."""


@dataclass(frozen=True)
class EarlierBody:
    """The neutral body.

    Attributes:
        bones: B names. ends: (2, B, 3) their heads and tails, meters. moves: (S, 2, B, 3) per unit of each slider.
        fit: of the neutral mesh.
    """

    bones: tuple[str, ...]
    ends: NDArray[np.float64]
    moves: NDArray[np.float64]
    fit: BodyFit

    def bones_at(self, values: Mapping[str, float]) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Bone -> head (3,) and tail (3,) with the sliders at ``values``."""
        shares = np.array([values.get(name, 0.0) for name in SLIDERS])
        heads, tails = self.ends + np.tensordot(shares, self.moves, 1)
        return dict(zip(self.bones, zip(heads, tails, strict=True), strict=True))


@cache
def earlier_body() -> EarlierBody:
    """The table, read once."""
    with np.load(TABLE) as file:
        bones = tuple(str(name) for name in file["bones"])
        ends, moves = file["rest"].astype(np.float64), file["moves"].astype(np.float64)
        factor, height = float(file["factor"]), float(file["height"])
    fit = BodyFit(frames=AtlasShape.load().frames, height=height / factor).scaled(factor)
    return EarlierBody(bones, ends, moves, fit)


def fit_of_traits(traits: AvatarTraits) -> BodyFit:
    """The fit of a body that the first versions lofted for its traits, without sliders."""
    shape = AtlasShape.load(0.5 if traits.presentation is None else traits.presentation)
    natural = float(shape.points("head", np.array(0.0), np.array(0.0))[2])
    factor = 1.0 if traits.height is None else traits.height / natural
    return BodyFit(frames=shape.frames, height=_UNSCALED).scaled(factor)
