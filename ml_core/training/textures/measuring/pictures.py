"""Sample grids of the texture GAN."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ml_core.networks.generator import BORDER
from ml_core.training.textures.batches import TextureBatches
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS

COLUMNS = 5


@torch.no_grad()
def write_grid(path: Path, model: Any, batches: TextureBatches, is_encoding: bool) -> None:
    """Three rows: references, their reconstructions, mixed codes in new colors (all drawn by a fixed seed)."""
    rng = np.random.default_rng(1)
    index = rng.choice(len(batches.faces), COLUMNS, replace=len(batches.faces) < COLUMNS)
    real = batches.whole(index, batches.colors[index])
    device = model.bank.faces.device
    if is_encoding:
        real = batches.whole(index, batches.colors[index], BORDER)
        rows = [real.target, model(real.colors.to(device), layers=real.layers.to(device))["maps"][-1]]
    else:
        own = model.bank.own_shares(real.faces, real.outfits)
        z = torch.from_numpy(rng.standard_normal((COLUMNS, SEED_SIZE)).astype(np.float32)).to(device)
        colors = torch.from_numpy(np.stack([batches.distribution.draw(rng) for _ in range(COLUMNS)]).astype(np.float32))
        presentation = torch.tensor([[0.0], [1.0], [0.0], [1.0], [0.0]], device=device)
        mixed = model.bank.weights(z, torch.eye(len(OUTFITS), device=device), presentation)
        rows = [
            real.target,
            model(real.colors.to(device), shares=own)["maps"][-1],
            model(colors.to(device), shares=mixed)["maps"][-1],
        ]
    sheet = np.concatenate([maps_picture(maps.cpu().numpy()) for maps in rows])
    Image.fromarray(sheet).save(path)


def maps_picture(maps: NDArray) -> NDArray[np.uint8]:
    """(2 S, N S, 3) uint8 of maps (N, 7, S, S): base color above the normals."""
    color = np.concatenate(list(maps[:, :3]), axis=2)
    normal = np.concatenate(list(maps[:, 3:5]), axis=2)
    blue = np.sqrt(np.clip(1 - (normal**2).sum(axis=0, keepdims=True), 0, 1))
    picture = np.concatenate([color, 0.5 + 0.5 * np.concatenate([normal, blue])], axis=1)
    return (255 * np.clip(picture, 0, 1)).round().astype(np.uint8).transpose(1, 2, 0)
