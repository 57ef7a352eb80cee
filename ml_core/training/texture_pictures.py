"""Sample grids of the texture GAN."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from ml_core.networks.style_sampler import SEED_SIZE, CodeSampler
from ml_core.training.texture_batches import TextureBatches
from ml_core.vocabulary.traits import OUTFITS


@torch.no_grad()
def write_grid(path: Path, painter: nn.Module, sampler: CodeSampler, batches: TextureBatches, levels: int) -> None:
    """Three rows: references, the same codes painted, mixed codes in new colours (all drawn by a fixed seed)."""
    rng = np.random.default_rng(1)
    columns = 5
    index = rng.choice(len(batches.faces), columns, replace=False)
    real = batches.batch(index, batches.colors[index])
    face, outfit = sampler.face_codes[real.faces], sampler.outfit_codes[real.outfits]
    device = face.device
    painted = painter(face, outfit, real.colors.to(device), real.presentation.to(device), levels)[0]
    z = torch.from_numpy(rng.standard_normal((columns, SEED_SIZE)).astype(np.float32)).to(device)
    kind = torch.eye(len(OUTFITS), device=device)
    colors = torch.from_numpy(np.stack([batches.distribution.draw(rng) for _ in range(columns)]).astype(np.float32))
    presentation = torch.tensor([[0.0], [1.0], [0.0], [1.0], [0.0]], device=device)
    mixed = painter(*sampler(z, kind, presentation), colors.to(device), presentation, levels)[0]
    rows = [maps_picture(maps.cpu().numpy()) for maps in (real.target, painted, mixed)]
    side = max(row.shape[1] // columns for row in rows)
    pictures = [Image.fromarray(row).resize((side * columns, side * 2), Image.Resampling.NEAREST) for row in rows]
    sheet = np.concatenate([np.asarray(picture) for picture in pictures])
    Image.fromarray(sheet).save(path)


def maps_picture(maps: NDArray) -> NDArray[np.uint8]:
    """(2 S, N S, 3) uint8 of maps (N, 7, S, S): base colour above the normals."""
    color = np.concatenate(list(maps[:, :3]), axis=2)
    normal = np.concatenate(list(maps[:, 3:5]), axis=2)
    blue = np.sqrt(np.clip(1 - (normal**2).sum(axis=0, keepdims=True), 0, 1))
    picture = np.concatenate([color, 0.5 + 0.5 * np.concatenate([normal, blue])], axis=1)
    return (255 * np.clip(picture, 0, 1)).round().astype(np.uint8).transpose(1, 2, 0)
