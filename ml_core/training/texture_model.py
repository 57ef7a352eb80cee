"""Painter, code bank and encoder as the one module that training runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ml_core.networks.code_bank import HEAD_SIZE, CodeBank
from ml_core.networks.generator import BORDER, LATENT_SIZE, TEXELS_A_CODE, TextureEncoder, TexturePainter
from ml_core.training.texture_batches import TextureBatches
from ml_core.training.texture_config import TextureTrainingConfig
from ml_core.vocabulary.traits import OUTFITS

_COLLAR_LOGIT = 4.0


class TextureModel(nn.Module):
    """Paints crops, either from layers through the encoder or from shares of the bank's codes."""

    def __init__(self, painter: TexturePainter, bank: CodeBank, encoder: TextureEncoder) -> None:
        super().__init__()
        self.painter, self.bank, self.encoder = painter, bank, encoder

    def forward(
        self,
        colors: Tensor,
        layers: Tensor | None = None,
        shares: tuple[Tensor, Tensor] | None = None,
        corners: Tensor | None = None,
        side: int = LATENT_SIZE,
        noise: float = 0.0,
    ) -> dict[str, Any]:
        """``maps`` and ``masks``, each a list of half and full size, and ``codes``.

        Args:
            colors: (N, 4, 3) sRGB. layers: (N, 12, S, S) to encode; or else shares: of faces (N, 2, K) and outfits
                (N, J), painted in windows of ``side`` codes at ``corners`` (N, 2). noise: standard deviation on the
                codes.
        """
        if layers is not None:
            codes = self.encoder(layers)
        else:
            assert shares is not None
            codes = self.bank(*shares)
            if corners is not None:
                padded = functional.pad(codes, (BORDER,) * 4, mode="replicate")
                codes = torch.stack(
                    [
                        code[:, row : row + side, column : column + side]
                        for code, (row, column) in zip(padded, (corners + BORDER).tolist(), strict=True)
                    ]
                )
        noisy = codes + noise * torch.randn_like(codes) if noise else codes
        is_whole = layers is None and corners is None
        raw = self.painter.paint_atlas(noisy) if is_whole else self.painter.paint(noisy)
        finished = [self.painter.finish(level, colors) for level in raw]
        return {"maps": [maps for maps, _ in finished], "masks": [masks for _, masks in finished], "codes": codes}


def build_model(batches: TextureBatches, config: TextureTrainingConfig) -> TextureModel:
    """A new model with one code map for each head and each garment of the data."""
    labels = batches.textures.labels
    first_face = [int(np.flatnonzero(batches.faces == k)[0]) for k in range(batches.faces.max() + 1)]
    first_outfit = [int(np.flatnonzero(batches.outfits == k)[0]) for k in range(batches.outfits.max() + 1)]
    bank = CodeBank(
        np.array([labels[i].presentation for i in first_face]),
        np.array([labels[i].presentation for i in first_outfit]),
        np.array([[labels[i].outfit == name for name in OUTFITS] for i in first_outfit], dtype=np.float32),
        config.generator.latent,
        config.sharpness,
    )
    return TextureModel(TexturePainter(config.generator), bank, TextureEncoder(config.generator.latent))


@torch.no_grad()
def fill_bank(model: TextureModel, batches: TextureBatches) -> CodeBank:
    """Starts the model's bank: a head's and a garment's codes are the means of what the encoder finds in its
    textures."""
    bank = model.bank
    device = bank.faces.device
    sums = {"face": torch.zeros_like(bank.faces), "outfit": torch.zeros_like(bank.outfits)}
    collars = torch.zeros_like(bank.collars)
    for index in range(len(batches.faces)):
        crops = batches.whole(np.array([index]), batches.colors[[index]], BORDER)
        codes = model.encoder(crops.layers.to(device))[0, :, BORDER:-BORDER, BORDER:-BORDER]
        face, outfit = batches.faces[index], batches.outfits[index]
        sums["face"][face] += codes[:, :HEAD_SIZE, :HEAD_SIZE] / int((batches.faces == face).sum())
        sums["outfit"][outfit] += codes / int((batches.outfits == outfit).sum())
        cloth = functional.avg_pool2d(crops.masks[:, 2:].sum(dim=1, keepdim=True), TEXELS_A_CODE)[0]
        cloth = cloth[:, BORDER:-BORDER, BORDER:-BORDER]
        collars[outfit] += cloth[:, :HEAD_SIZE, :HEAD_SIZE].to(device) / int((batches.outfits == outfit).sum())
    bank.faces.copy_(sums["face"])
    bank.outfits.copy_(sums["outfit"])
    bank.collars.copy_(torch.clamp((collars - 0.2) * 16, -_COLLAR_LOGIT, _COLLAR_LOGIT))
    return bank


@torch.no_grad()
def take_codes(model: TextureModel, source: CodeBank, batches: TextureBatches) -> None:
    """Starts the model's bank from another's: each head and each garment of the data gets the code, and the garment
    its collar, that paints it best. The painter must be the one that the codes were learned with."""
    painter, bank = model.painter, model.bank
    colors = batches.colors.mean(axis=0, keepdims=True)
    asked = torch.from_numpy(colors.astype(np.float32))
    head = HEAD_SIZE * TEXELS_A_CODE // 2
    faces = [painter.finish(painter.paint(code[None])[0], asked)[0] for code in source.faces]
    outfits = [painter.finish(painter.paint_atlas(code[None])[0], asked)[0] for code in source.outfits]
    for of, codes, painted in ((batches.faces, bank.faces, faces), (batches.outfits, bank.outfits, outfits)):
        for number in range(len(codes)):
            index = int(np.flatnonzero(of == number)[0])
            target = functional.avg_pool2d(batches.whole(np.array([index]), colors).target, 2)
            if of is batches.faces:
                target = target[..., :head, :head]
            else:
                target[..., :head, :head] = 0
                for one in painted:
                    one[..., :head, :head] = 0
            best = int(torch.stack([(one - target).abs().mean() for one in painted]).argmin())
            if of is batches.faces:
                bank.faces[number] = source.faces[best]
            else:
                bank.outfits[number], bank.collars[number] = source.outfits[best], source.collars[best]
