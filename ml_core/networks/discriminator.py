"""The patch discriminator: real or painted, judged on crops of the atlas, with their position.

PatchGAN (Isola et al. 2017) with a position: textures of one atlas are aligned, so a learned embedding of the position
lets the network expect an eye here and a seam there, which plain patch discriminators must infer from content.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml_core.networks.generator import MAP_CHANNELS


class PatchDiscriminator(nn.Module):
    """Logits of crops. No normalization layers: with R1 they are not needed and they leak between samples."""

    def __init__(self, width: int = 32, place_channels: int = 16, atlas_size: int = 256) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.randn(1, place_channels, atlas_size // 4, atlas_size // 4) * 0.5)
        self.early = nn.Sequential(
            nn.Conv2d(MAP_CHANNELS, width, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
        )
        self.late = nn.Sequential(
            nn.Conv2d(2 * width + place_channels, 3 * width, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(3 * width, 4 * width, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4 * width, 4 * width, 3, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4 * width, 1, 3, padding=1),
        )
        # torch's own start shrinks the signal at every layer; after eight of them the logits of all crops are equal and
        # nothing is learned.
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=0.2)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def forward(self, crops: Tensor, corners: Tensor) -> Tensor:
        """Logits (N, P, P) of crops (N, 7, C, C) whose top-left texels are ``corners`` (N, 2), multiples of 4."""
        x = self.early(2 * crops - 1)
        side = x.shape[-1]
        padded = functional.pad(self.places[0], (0, side, 0, side))
        places = torch.stack(
            [padded[:, row : row + side, column : column + side] for row, column in (corners // 4).tolist()]
        )
        return self.late(torch.cat([x, places], dim=1))[:, 0]
