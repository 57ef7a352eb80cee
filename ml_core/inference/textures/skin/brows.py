"""Eyebrows on painted skin: single hairs along the ridge of the brow, in the color of the hair.

The brows that the generator paints are those of a few people, with make-up, of which a low one makes everybody frown;
they are removed with the lids (:mod:`ml_core.inference.textures.dressing`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image
from ml_core.geometry.easing import smoothstep

_AT = np.array([0.155, 0.24, 0.34, 0.46, 0.58, 0.70, 0.76])
"""Size of theta of the places along a brow, from its inner end to its tail."""
_MIDDLE = {
    "masculine": (0.349, 0.347, 0.344, 0.340, 0.341, 0.350, 0.357),
    "feminine": (0.348, 0.344, 0.338, 0.332, 0.334, 0.345, 0.353),
}
"""t of its middle there."""
_HALF = {
    "masculine": (0.0130, 0.0172, 0.0175, 0.0160, 0.0130, 0.0085, 0.0042),
    "feminine": (0.0088, 0.0118, 0.0118, 0.0105, 0.0078, 0.0046, 0.0022),
}
"""t from there to its edge."""
_HAIRS = 46
"""Rows of hairs from one end to the other."""
_DARKER = ((0.02, 0.80), (0.12, 0.60), (0.40, 0.52))
"""Luminance of the hair on the head, and that of the brows over it: fair and white hair is darker there."""
_DARKER_THAN_SKIN = 0.36
"""Luminance of brows over that of the skin, at most: fair ones would shine out of deep skin."""
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_WARM = np.array([1.5, 0.95, 0.55])
"""Of the light that brows send back, what skin beneath them adds to it."""
_GROWN = ((8.0, 0.62), (16.0, 1.0), (55.0, 1.0), (85.0, 0.7))
"""How dense brows are, by age."""
_SMALLEST = 256


@dataclass(frozen=True)
class Brows:
    """A person's brows: 0 masculine to 1 feminine in tenths; relative thickness, height and density."""

    presentation: float
    thick: float
    lift: float
    dense: float

    @classmethod
    def of(cls, presentation: float, years: float, seed: int) -> Brows:
        """Drawn by ``seed``; a child's are thinner and fainter, as are those of the old."""
        thick, lift = np.random.default_rng([seed, 37]).normal(size=2).clip(-1.8, 1.8)
        ages, shares = np.array(_GROWN).T
        dense = float(np.interp(years, ages, shares))
        return cls(
            round(presentation, 1),
            round(float(1 + 0.13 * thick) * (0.55 + 0.45 * dense), 2),
            round(0.0025 * float(lift), 4),
            round(dense, 2),
        )


def browed(color: Image, hair: str, brows: Brows, linear: bool) -> Image:
    """Bare skin (S, S, 3) with brows in the color of ``hair`` (sRGB hex); a copy.

    Args:
        linear: whether ``color`` is linear; else it is sRGB.
    """
    rows, columns, cover = _cover(len(color), brows)
    result = color.copy()
    window = result[rows, columns]
    around = window[:, window.shape[1] // 2]  # between the brows
    skin = np.median(around if linear else srgb_to_linear(around), axis=0)
    dye = _dye(hair, float(skin @ _LUMINANCE))
    dye = dye if linear else linear_to_srgb(dye)
    window += cover * (dye.astype(np.float32) - window)
    return result


@functools.lru_cache(maxsize=4)
def head_grid(size: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """t and theta (H, W) at the texels of the head's chart in an atlas of ``size`` texels."""
    t, theta = CHARTS["head"].texel_grid(size)
    return t.astype(np.float32), theta.astype(np.float32)


def _dye(hair: str, skin: float) -> NDArray[np.floating]:
    """Linear (3,) color of brows beside this hair (sRGB hex), on skin of the given luminance."""
    color = np.maximum(srgb_to_linear(hex_to_srgb(hair)), 0.006)
    light, share = np.array(_DARKER).T
    color = 0.68 * color + 0.32 * float(color.mean()) * _WARM
    made = color * np.interp(float(color @ _LUMINANCE), light, share)
    return np.asarray(made * min(1.0, _DARKER_THAN_SKIN * skin / max(float(made @ _LUMINANCE), 1e-6)))


@functools.lru_cache(maxsize=16)
def _cover(size: int, brows: Brows) -> tuple[slice, slice, Image]:
    """Rows and columns of the atlas around both brows, and the share (H, W, 1) of hair in each texel there."""
    if size < _SMALLEST:
        raise ValueError(f"expected an atlas of at least {_SMALLEST} texels, got {size}")
    chart = CHARTS["head"].pixels(size)
    t, theta = head_grid(size)
    near = np.flatnonzero(((t > 0.30) & (t < 0.385)).any(axis=1))
    wide = np.flatnonzero((np.abs(theta) < 0.85).any(axis=0))
    rows, columns = slice(near[0], near[-1] + 1), slice(wide[0], wide[-1] + 1)
    t, theta = t[rows, columns], theta[rows, columns]
    cover = _hairs(t, np.abs(theta), np.sign(theta), brows)
    return (
        slice(chart[0].start + rows.start, chart[0].start + rows.stop),
        slice(chart[1].start + columns.start, chart[1].start + columns.stop),
        cover[..., None].astype(np.float32),
    )


def _hairs(t: NDArray, aside: NDArray, side: NDArray, brows: Brows) -> NDArray:
    share = brows.presentation
    middle, half = (
        np.interp(aside, _AT, (1 - share) * np.array(table["masculine"]) + share * np.array(table["feminine"]))
        for table in (_MIDDLE, _HALF)
    )
    along = (aside - _AT[0]) / (_AT[-1] - _AT[0])
    across = (t - middle + brows.lift) / np.maximum(half * brows.thick, 1e-4)
    # Hairs stand up at the inner end and lie down toward the tail, those above bent down, those below bent up.
    lean = 0.10 * (1 - np.clip(along / 0.25, 0, 1)) + 0.75 * np.clip(along, 0, 1) * np.abs(across) * 0.12
    place = (along - lean * np.where(across < 0, -1, 1) * across) * _HAIRS + 7.3 * (side > 0)
    strand = 0.5 + 0.5 * np.sin(2 * np.pi * place + 1.9 * np.sin(2.3 * place + 1) + 2.2 * across)
    ragged = 0.15 * np.sin(1.7 * place + 2) * np.sin(0.61 * place)
    body = smoothstep((1.05 + ragged - np.abs(across)) / 0.55)
    ends = np.clip((along + 0.03) / 0.16, 0, 1) * np.clip((1.02 - along) / 0.22, 0, 1)
    soft = body * ends
    return np.clip(soft * (0.76 + 0.26 * strand) * (0.38 + 0.62 * brows.dense), 0, 0.96)
