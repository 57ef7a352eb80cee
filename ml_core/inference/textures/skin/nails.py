"""Fingernails on painted skin, where the mesh has its nail plates: the generator paints hands as mittens."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import Image

NAILS = (
    (0.8930, -0.200, 0.0300, 0.088), (0.9485, 0.250, 0.0330, 0.080), (0.8940, 0.634, 0.0320, 0.080),
    (0.7340, 0.886, 0.0190, 0.062), (0.5160, -0.930, 0.0280, 0.032),
)  # fmt: skip
"""t and across of the middle of each nail of a hand's back, and from there to its ends and its sides: from the index
finger to the little one, then the thumb's, which is seen from its edge."""
_TONES = (0.06, 0.45)
"""Luminance of deep and of fair skin."""
_PLATE = {"deep": (1.60, 1.72, 1.95), "fair": (1.04, 0.90, 0.93)}
"""Factors of the linear color of skin on a nail: nails hold no melanin and show the blood."""
_FREE_EDGE = np.array([0.80, 0.70, 0.60])
"""Linear color of the end that has grown out."""
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_GLOSS = 0.36
"""Roughness of a nail."""


@dataclass(frozen=True)
class _Nails:
    """Of a hand's back, each (H, W): share of nails and of their ends, and factors of the skin around them."""

    plate: Image
    ends: Image
    cuticle: Image


def draw_nails(color: Image, linear: bool) -> None:
    """Draws the nails of both hands on bare skin (S, S, 3), in place; ``color`` is linear or else sRGB."""
    nails = _nails(len(color))
    for side in ("left", "right"):
        hand = color[CHARTS[f"{side}_hand_back"].pixels(len(color))]
        skin = np.median(hand[: len(hand) // 2], axis=(0, 1))
        skin = skin if linear else srgb_to_linear(skin)
        light = np.clip(np.log(max(float(skin @ _LUMINANCE), 1e-3)), *np.log(_TONES))
        fair = (light - np.log(_TONES[0])) / np.log(_TONES[1] / _TONES[0])
        plate = np.minimum(skin * (fair * np.array(_PLATE["fair"]) + (1 - fair) * np.array(_PLATE["deep"])), 1)
        ends = 0.5 * plate + 0.5 * np.maximum(_FREE_EDGE, plate)
        if not linear:
            plate, ends = linear_to_srgb(plate), linear_to_srgb(ends)
        dye = plate + nails.ends[..., None] * (ends - plate)
        hand *= nails.cuticle[..., None] if linear else nails.cuticle[..., None] ** np.float32(1 / 2.2)
        hand += nails.plate[..., None] * (dye.astype(np.float32) - hand)


def polish_nails(roughness: Image) -> None:
    """Smooths (S, S) roughness on the nails of both hands, in place."""
    share = _nails(len(roughness)).plate
    for side in ("left", "right"):
        hand = roughness[CHARTS[f"{side}_hand_back"].pixels(len(roughness))]
        hand += share * (_GLOSS - hand)


@functools.lru_cache(maxsize=4)
def _nails(size: int) -> _Nails:
    t, across = CHARTS["left_hand_back"].texel_grid(size)
    plate, ends, cuticle = (np.zeros(t.shape) for _ in range(3))
    for middle, aside, high, wide in NAILS:
        along, beside = (t - middle) / high, (across - aside) / wide
        away = _rounded(along, beside)
        own = np.clip((1.0 - away) / 0.25 + 0.5, 0, 1)
        plate = np.maximum(plate, own)
        ends = np.maximum(ends, own * np.clip((along - 0.72) / 0.15, 0, 1))
        rim = np.exp(-(((away - 1.12) / 0.16) ** 2)) * np.clip((0.7 - along) / 0.4, 0, 1)
        cuticle = np.maximum(cuticle, rim)
    return _Nails(plate.astype(np.float32), ends.astype(np.float32), (1 - 0.32 * cuticle).astype(np.float32))


def _rounded(along: NDArray[np.floating], beside: NDArray[np.floating]) -> NDArray[np.floating]:
    """1 on the rim of a rounded square of half a side of 1, less inside."""
    return np.asarray((np.abs(along) ** 3 + np.abs(beside) ** 3) ** (1 / 3))
