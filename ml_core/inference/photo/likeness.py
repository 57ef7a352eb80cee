"""The shape of a face from activations of the landmark network, by linear regression on rendered people.

The landmarks alone carry little of it: the network draws them toward its own average face, and what is left is as large
as its errors. Its activations carry three times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.files import compiled_arrays
from ml_core.inference.photo.faces import Face
from ml_core.vocabulary.avatar.body_sliders import SLIDERS
from ml_core.weights import WEIGHTS_FOLDER

Array = NDArray[np.floating]

LIKENESS_FILE = WEIGHTS_FOLDER / "face_likeness.npz"
SLIDER_NAMES: tuple[str, ...] = tuple(
    slider.name for slider in SLIDERS
    if slider.spread and slider.group in ("head", "forehead", "brows", "eyes", "nose", "mouth", "chin", "cheeks")
    and slider.name not in ("age", "head_size", "back_of_head")
)  # fmt: skip
"""Sliders that a face tells: all of its own, but for size, age and what lies behind."""
MACRO_NAMES = ("presentation", "weight", "african", "asian")
"""Traits of the build that a face shows; the last two are shares of the ancestry."""
MOST = 4.0
"""Standard deviations of a feature on drawn people; real photos are seldom nearer."""
_FURTHEST = 1.0
"""Standard deviations of the shape, root mean square, that are believed: photos are less like drawn people than those
are like each other, and what is read of them goes further."""
_SIDE = 30.0
"""Degrees by which a face that is turned aside counts half."""


@dataclass(frozen=True)
class Likeness:
    """The regression: features to ``K`` uncorrelated measures of shape, and those to sliders and macros.

    Attributes:
        mean, scale: (F,) of features on drawn people. weights: (F, K) from standardized features to measures of
            standard deviation 1. traits: (K, S + M) from those to :data:`SLIDER_NAMES` and :data:`MACRO_NAMES`, of
            which ``usual`` (S + M,) are the means.
    """

    mean: Array
    scale: Array
    weights: Array
    traits: Array
    usual: Array

    def shape(self, features: Array) -> NDArray[np.float64]:
        """(..., K) of features (..., F)."""
        seen = np.clip((np.asarray(features, np.float64) - self.mean) / self.scale, -MOST, MOST) @ self.weights
        length = np.linalg.norm(seen, axis=-1, keepdims=True)
        most = _FURTHEST * np.sqrt(self.weights.shape[1])
        return np.asarray(seen * np.minimum(1, most / np.maximum(length, 1e-9)))

    def read(self, faces: Sequence[Face], yaws: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sliders (S,) and macros (M,) estimated from photos of one person, turned aside by degrees of ``yaws``."""
        share = 1 / (1 + (np.array(yaws, np.float64) / _SIDE) ** 2)
        seen = share / share.sum() @ self.shape(np.stack([face.features for face in faces]))
        values = self.usual + seen @ self.traits
        return np.clip(values[: len(SLIDER_NAMES)], -1, 1), np.clip(values[len(SLIDER_NAMES) :], 0.02, 0.98)


@cache
def likeness(path: Path = LIKENESS_FILE) -> Likeness:
    """The regression that ``scripts/training/train_likeness.py`` wrote.

    Raises:
        InputError: it is missing or damaged.
    """
    with compiled_arrays(path, "scripts/training/train_likeness.py") as arrays:
        codes, step = arrays["weights"].astype(np.float64), arrays["step"].astype(np.float64)
        mean, scale, traits, usual = (arrays[name].astype(np.float64) for name in ("mean", "scale", "traits", "usual"))
        count, measures = codes.shape
        wide = len(SLIDER_NAMES) + len(MACRO_NAMES)
        if (mean.shape, scale.shape, step.shape, traits.shape, usual.shape) != (
            (count,), (count,), (measures,), (measures, wide), (wide,),
        ):  # fmt: skip
            raise ValueError("shapes do not agree")
    return Likeness(mean, scale, codes * step, traits, usual)
