"""Texture data sets made of noise, small enough for a test."""

from __future__ import annotations

import numpy as np

from ml_core.datasets.textures.avatar_textures import AtlasTextures, TextureLabel
from ml_core.vocabulary.traits import OUTFITS


def made_textures(count: int, size: int) -> AtlasTextures:
    rng = np.random.default_rng(0)
    unit = size // 512
    labels = [
        TextureLabel(
            f"id{k // 2}", f"g{k // 2}", OUTFITS[k % 5], OUTFITS[k % 5], k % 5, float(k // 2 % 2),
            "#c28567", "#1d120e", "#203050", "#808080", "#443322", "atlas",
        )
        for k in range(count)
    ]  # fmt: skip
    regions = np.zeros((count, size, size, 5), np.uint8)
    for k in range(5):
        regions[:, :, unit * k * 100 : unit * ((k + 1) * 100 + 20), k] = 255
    boxes = np.zeros((4, size, size), bool)
    for k in range(4):
        boxes[k, unit * 40 : unit * 60, unit * (k * 100 + 40) : unit * (k * 100 + 80)] = True
    return AtlasTextures(
        labels,
        rng.integers(60, 190, (count, size, size, 3), dtype=np.uint8),
        rng.integers(-30, 30, (count, size, size, 2)).astype(np.int8),
        regions,
        rng.integers(0, 255, (count, size, size, 2), dtype=np.uint8),
        np.ones((size, size), np.float32),
        boxes,
    )
