"""A narrower painter that paints what a trained one paints: from its weights alone, without any textures.

The least informative channels are left out (as in Molchanov et al. 2017, by what they carry forward); what remains
learns from the wide painter (Hinton et al. 2015), on crops of people that the code bank mixes, in colors of all kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml_core.color import hex_to_srgb
from ml_core.networks.generator import BORDER, LATENT_SIZE, LEVELS, TEXELS_A_CODE, TexturePainter
from ml_core.training.loop import LoopOptions, Trainer, cosine_rate
from ml_core.training.textures.augment import crop_corners
from ml_core.training.textures.batches import texel_weights
from ml_core.training.textures.export import TextureNetwork
from ml_core.training.textures.losses import reconstruction_loss
from ml_core.vocabulary.avatar.seed_vector import SEED_SIZE
from ml_core.vocabulary.traits import OUTFITS

_NATURAL = 0.5
"""Share of the crops in measured colors; the others have colors from the whole of sRGB."""


@dataclass(frozen=True)
class DistillationConfig:
    """Widths of the narrow painter and its training; ``crop_codes`` long, of which BORDER at each edge do not
    count."""

    channels: tuple[int, int, int] = (64, 48, 32)
    steps: int = 6000
    batch: int = 6
    crop_codes: int = 20
    learning_rate: float = 2e-3
    code_noise: float = 0.03
    ema: float = 0.998
    saves: int = 20
    seed: int = 0


class PainterDistillation(Trainer):
    """Trains a narrower painter, ``network``.

    Args:
        teacher: the trained network. statistics: the card's: ``people`` and ``garments`` with measured colors.
    """

    def __init__(
        self,
        teacher: TextureNetwork,
        statistics: dict[str, Any],
        config: DistillationConfig,
        folder: Path,
        fabric: Fabric,
    ) -> None:
        save_every = max(1, config.steps // config.saves)
        super().__init__(
            LoopOptions(config.steps, save_every, 100, config.ema, 1.0, config.seed), config, folder, fabric
        )
        self.teacher = teacher.eval().requires_grad_(False)
        self.colors = _measured_colors(statistics)
        student = narrowed(teacher.painter, config.channels, self._codes(16)[0])
        self.set_up(student, torch.optim.Adam(student.parameters(), lr=config.learning_rate, betas=(0.9, 0.99)))
        self.network.mark_forward_method("paint")
        self.teacher.painter.to(fabric.device)  # the bank mixes its codes on the CPU
        self.weight = texel_weights(np.ones((LATENT_SIZE * TEXELS_A_CODE,) * 2))[0, 0].to(fabric.device)

    def rate_factors(self) -> tuple[float]:
        return (cosine_rate(self.progress(), self.step, 50),)

    def training_step(self) -> dict[str, float]:
        codes, corners, colors = self._crops()
        with torch.no_grad():
            wanted = [self.teacher.painter.finish(raw, colors) for raw in self.teacher.painter.paint(codes, LEVELS)]
        painted = [self.bare.finish(raw, colors) for raw in self.network.paint(codes)]
        weight = self._weights(corners)
        loss = torch.zeros((), device=self.fabric.device)
        for level, (student, teacher) in enumerate(zip(painted, wanted, strict=True)):
            factor = 2 ** (len(painted) - 1 - level)
            cut = BORDER * TEXELS_A_CODE // factor
            inner = (..., slice(cut, -cut), slice(cut, -cut))
            share = functional.avg_pool2d(weight, factor)[inner]
            maps, masks, target, target_masks = (part[inner] for part in (*student, *teacher))
            loss = loss + reconstruction_loss(maps, masks, target, target_masks, share) / factor
        self.update(loss)
        return {"difference": float(loss.detach())}

    def _crops(self) -> tuple[Tensor, NDArray, Tensor]:
        """Codes (N, C, crop_codes, crop_codes), their corners (N, 2) in the atlas and colors (N, 4, 3)."""
        config = self.config
        codes, colors = self._codes(config.batch)
        corners = crop_corners(config.batch, config.crop_codes, self.rng)
        padded = functional.pad(codes, (BORDER,) * 4, mode="replicate")
        windows = [
            code[:, row : row + config.crop_codes, column : column + config.crop_codes]
            for code, (row, column) in zip(padded, (corners + BORDER).tolist(), strict=True)
        ]
        crops = torch.stack(windows)
        crops, colors = self.fabric.to_device((crops + config.code_noise * torch.randn_like(crops), colors))
        return crops, corners, colors

    def _codes(self, count: int) -> tuple[Tensor, Tensor]:
        """Code maps (N, C, 64, 64) of random people as the bank mixes them, and colors (N, 4, 3)."""
        z = torch.from_numpy(self.rng.standard_normal((count, SEED_SIZE)).astype(np.float32))
        kind = torch.eye(len(OUTFITS))[self.rng.integers(len(OUTFITS), size=count)]
        presentation = torch.from_numpy(self.rng.integers(0, 2, size=(count, 1)).astype(np.float32))
        with torch.no_grad():
            bank = self.teacher.bank
            codes = bank(*bank.weights(z, kind, presentation))
        colors = self.rng.random((count, 4, 3), dtype=np.float32)
        for row in np.flatnonzero(self.rng.random(count) < _NATURAL):
            for region, known in enumerate(self.colors):
                colors[row, region] = known[self.rng.integers(len(known))]
        return codes, torch.from_numpy(colors)

    def _weights(self, corners: NDArray) -> Tensor:
        """(N, 1, S, S) loss weights of the crops."""
        last = len(self.weight) - 1
        texels = np.arange(self.config.crop_codes * TEXELS_A_CODE)
        rows, columns = (np.clip(corners[:, axis, None] * TEXELS_A_CODE + texels, 0, last) for axis in (0, 1))
        return self.weight[rows[:, :, None], columns[:, None, :]][:, None]


@torch.no_grad()
def narrowed(painter: TexturePainter, channels: tuple[int, int, int], codes: Tensor) -> TexturePainter:
    """A painter of fewer ``channels``, without a finest level, started with the most informative of ``painter``.

    A channel counts by how much it varies over ``codes`` (N, C, L, L), times the weights that read it. The mean output
    of the channels left out goes into the biases of the next layer.
    """
    narrow = TexturePainter(replace(painter.config, channels=channels, fine=0, details=0))
    means, spreads = _activity(painter, codes)
    low, middle, high = channels
    # Each hidden layer with its width and the layers that read it.
    hidden: list[tuple[str, int, tuple[str, ...]]] = [
        ("low.0", low, ("low.2",)),
        ("low.2", low, ("middle.0",)),
        ("middle.0", middle, ("middle.2",)),
        ("middle.2", middle, ("half_head", "passing")),
        ("passing", high, ("high.0",)),
        ("high.0", high, ("head",)),
    ]
    layers = {name: layer for name, layer in painter.named_modules() if isinstance(layer, nn.Conv2d)}
    kept: dict[str, Tensor] = {}
    biases = {name: _bias(layer).clone() for name, layer in layers.items()}
    read_by: dict[str, str] = {}
    for name, width, readers in hidden:
        size = len(biases[name])
        weights = [layers[reader].weight[:, :size] for reader in readers]
        read = torch.stack([weight.square().sum(dim=(0, 2, 3)) for weight in weights]).sum(dim=0)
        telling = spreads[name] * read.sqrt()
        kept[name] = torch.topk(telling, width).indices.sort().values
        left = torch.ones(size, dtype=torch.bool)
        left[kept[name]] = False
        for reader, weight in zip(readers, weights, strict=True):
            biases[reader] += weight[:, left].sum(dim=(2, 3)) @ means[name][left]
            read_by[reader] = name
    for name, layer in narrow.named_modules():
        if isinstance(layer, nn.Conv2d):
            weight, bias = layers[name].weight, biases[name]
            if name in kept:
                weight, bias = weight[kept[name]], bias[kept[name]]
            if name in read_by:
                weight = weight[:, kept[read_by[name]]]
            layer.weight.copy_(weight)
            _bias(layer).copy_(bias)
    return narrow


def _bias(layer: nn.Conv2d) -> Tensor:
    assert layer.bias is not None
    return layer.bias


def _activity(painter: TexturePainter, codes: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Mean and standard deviation of each channel behind each convolution and its rectifier, by the layer's name."""
    means, spreads, hooks = {}, {}, []

    def watch(name: str) -> Callable[..., None]:
        def look(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            active = functional.leaky_relu(output, 0.2)
            means[name], spreads[name] = active.mean(dim=(0, 2, 3)), active.std(dim=(0, 2, 3))

        return look

    for name, layer in painter.named_modules():
        if isinstance(layer, nn.Conv2d):
            hooks.append(layer.register_forward_hook(watch(name)))
    painter.paint(codes[..., : LATENT_SIZE // 2, : LATENT_SIZE // 2], LEVELS)
    for hook in hooks:
        hook.remove()
    return means, spreads


def _measured_colors(statistics: dict[str, Any]) -> list[NDArray[np.float32]]:
    """(K, 3) sRGB colors of skin, hair, top and bottom."""
    places = (("people", "skin"), ("people", "hair"), ("garments", "top"), ("garments", "bottom"))
    return [
        np.stack([hex_to_srgb(statistic[name]) for statistic in statistics[kind]]).astype(np.float32)
        for kind, name in places
    ]
