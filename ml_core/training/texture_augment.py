"""Crops of maps and differentiable augmentation (Zhao et al. 2020), the same for real and painted crops."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ml_core.geometry.atlas import CELLS

_HEAD_SHARE = 0.45


def crop_corners(count: int, size: int, crop: int, rng: np.random.Generator) -> Tensor:
    """(count, 2) top-left texels, multiples of 4; almost half of the crops fall on the front of the head."""
    corners = rng.integers(0, (size - crop) // 4 + 1, size=(count, 2)) * 4
    cell = size // CELLS
    for row in np.flatnonzero(rng.random(count) < _HEAD_SHARE):
        top, left = rng.integers(cell, 8 * cell), rng.integers(0, 8 * cell)
        corners[row] = np.minimum([top, left], size - crop) // 4 * 4
    return torch.from_numpy(corners)


def take_crops(maps: Tensor, corners: Tensor, crop: int) -> Tensor:
    """Crops (N * K, C, crop, crop) of maps (N, C, S, S) at corners (N * K, 2), K consecutive ones a map."""
    each = len(corners) // len(maps)
    return torch.stack(
        [
            maps[index // each, :, row : row + crop, column : column + crop]
            for index, (row, column) in enumerate(corners.tolist())
        ]
    )


def augment(crops: Tensor, rng: np.random.Generator) -> Tensor:
    """Brightness, contrast and saturation of the base colour (the first three channels), and one cut-out square."""
    count, _, side, _ = crops.shape

    def uniform(low: float, high: float) -> Tensor:
        return torch.from_numpy(rng.uniform(low, high, size=(count, 1, 1, 1)).astype(np.float32)).to(crops.device)

    color, rest = crops[:, :3], crops[:, 3:]
    color = color + uniform(-0.15, 0.15)
    grey = color.mean(dim=1, keepdim=True)
    color = grey + (color - grey) * uniform(0.6, 1.4)
    middle = color.mean(dim=(1, 2, 3), keepdim=True)
    color = middle + (color - middle) * uniform(0.75, 1.25)
    keep = torch.ones(count, 1, side, side, device=crops.device)
    hole = side // 3
    for index, (row, column) in enumerate(rng.integers(-hole, side, size=(count, 2)).tolist()):
        keep[index, :, max(0, row) : max(0, row + hole), max(0, column) : max(0, column + hole)] = 0
    return torch.cat([color, rest], dim=1) * keep
