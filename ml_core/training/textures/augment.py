"""Crops of maps and differentiable augmentation (Zhao et al. 2020), the same for real and painted crops."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.networks.generator import BORDER, LATENT_SIZE

_HEAD_SHARE = 0.3


def crop_corners(count: int, side: int, rng: np.random.Generator) -> NDArray:
    """(count, 2) first codes of windows of ``side`` codes, up to :data:`BORDER` codes out of the atlas; almost
    a third of them fall on the front of the head.

    The others have their middle anywhere in the atlas and are moved into it: if they were drawn inside it, the feet at
    its edge would be seen a tenth as often as its middle.
    """
    corners = rng.integers(0, LATENT_SIZE, size=(count, 2)) - side // 2
    corners = np.clip(corners, -BORDER, LATENT_SIZE + BORDER - side)
    rows, columns = CHARTS["head"].pixels(LATENT_SIZE)
    for row in np.flatnonzero(rng.random(count) < _HEAD_SHARE):
        middle = [rng.integers(rows.stop // 4, rows.stop), rng.integers(columns.stop // 4, columns.stop * 3 // 4)]
        corners[row] = np.clip(np.array(middle) - side // 2, -BORDER, LATENT_SIZE + BORDER - side)
    return corners


def augment(crops: Tensor, rng: np.random.Generator) -> Tensor:
    """Brightness, contrast and saturation of the base color (the first three channels), and one cut-out square.

    The two halves of the crops are pairs, of which both are changed alike.
    """
    count, _, side, _ = crops.shape

    def uniform(low: float, high: float) -> Tensor:
        values = np.tile(rng.uniform(low, high, size=(count // 2, 1, 1, 1)), (2, 1, 1, 1))
        return torch.from_numpy(values.astype(np.float32)).to(crops.device)

    color, rest = crops[:, :3], crops[:, 3:]
    color = color + uniform(-0.15, 0.15)
    gray = color.mean(dim=1, keepdim=True)
    color = gray + (color - gray) * uniform(0.6, 1.4)
    middle = color.mean(dim=(1, 2, 3), keepdim=True)
    color = middle + (color - middle) * uniform(0.75, 1.25)
    keep = torch.ones(count, 1, side, side, device=crops.device)
    hole = side // 3
    for index, (row, column) in enumerate(np.tile(rng.integers(-hole, side, size=(count // 2, 2)), (2, 1)).tolist()):
        keep[index, :, max(0, row) : max(0, row + hole), max(0, column) : max(0, column + hole)] = 0
    return torch.cat([color, rest], dim=1) * keep
