"""Training batches: textures whose skin, hair and clothes are recoloured with known labels.

Thirty-three people do not fill a colour space. Since the regions of every texture are known, its colours can be
replaced in the same logarithmic space in which the generator composes, and the label is the new colour, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.datasets.avatar_textures import COLOR_REGIONS, AtlasTextures
from ml_core.geometry.atlas import CHARTS
from ml_core.networks.generator import LOG_OFFSET, log_color
from ml_core.vocabulary.color import hex_to_srgb


@dataclass(frozen=True)
class Batch:
    """``faces``, ``outfits`` (N,) code indices; ``colors`` (N, 4, 3) sRGB; ``presentation`` (N, 1);
    ``target`` (N, 7, S, S) and ``masks`` (N, 5, S, S) as the generator returns them."""

    faces: Tensor
    outfits: Tensor
    colors: Tensor
    presentation: Tensor
    target: Tensor
    masks: Tensor


class ColorDistribution:
    """Colours for conditions: skin along the measured pigment directions, hair and garments measured or free."""

    def __init__(self, colors: NDArray, presentation: NDArray) -> None:
        """``colors`` (N, 4, 3) sRGB of the data."""
        self.colors = colors
        self.presentation = presentation
        logs = np.log(colors[:, 0] + LOG_OFFSET)
        self.skin_mean = logs.mean(axis=0)
        _, spread, axes = np.linalg.svd(logs - self.skin_mean, full_matrices=False)
        # The first direction is melanin (dark to light), the second haemoglobin against carotene (red to yellow).
        self.skin_axes = axes * (spread / np.sqrt(len(logs)))[:, None]

    def skin(self, rng: np.random.Generator) -> NDArray:
        weights = np.array([rng.uniform(-3.0, 3.0), rng.normal(), 0.7 * rng.normal()])
        return np.clip(np.exp(self.skin_mean + weights @ self.skin_axes) - LOG_OFFSET, 0.04, 0.98)

    def hair(self, rng: np.random.Generator) -> NDArray:
        if rng.random() < 0.4:
            return self._near_measured(1, rng)
        ends = np.array(
            [[0.05, 0.04, 0.04], [0.30, 0.17, 0.10], [0.80, 0.64, 0.42], [0.85, 0.83, 0.80], [0.55, 0.22, 0.1]]
        )
        weights = rng.dirichlet(np.full(len(ends), 0.6))
        color = weights @ ends
        return color if rng.random() < 0.85 else rng.uniform(0.05, 0.9, 3)

    def garment(self, index: int, rng: np.random.Generator) -> NDArray:
        if rng.random() < 0.3:
            return self._near_measured(index, rng)
        lightness = rng.uniform(0.03, 0.95)
        hue = rng.uniform(0, 1, 3)
        saturation = rng.beta(1.0, 1.5)
        return np.clip(lightness * (1 - saturation + saturation * hue / max(hue.max(), 0.05)), 0.01, 0.98)

    def draw(self, rng: np.random.Generator) -> NDArray:
        """(4, 3) sRGB of skin, hair, top and bottom."""
        return np.stack([self.skin(rng), self.hair(rng), self.garment(2, rng), self.garment(3, rng)])

    def _near_measured(self, index: int, rng: np.random.Generator) -> NDArray:
        color = self.colors[rng.integers(len(self.colors)), index]
        return np.clip(color * rng.uniform(0.85, 1.15) + rng.normal(0, 0.015, 3), 0.01, 0.98)


class TextureBatches:
    """Draws batches of a dataset. The state is the generator ``rng`` alone, so a resumed run sees the same data."""

    def __init__(self, textures: AtlasTextures, rng: np.random.Generator, true_color_share: float) -> None:
        self.textures = textures
        self.rng = rng
        self.true_color_share = true_color_share
        labels = textures.labels
        self.identities = sorted({label.identity for label in labels})
        self.faces = np.array([self.identities.index(label.identity) for label in labels])
        groups = sorted({label.outfit_group for label in labels})
        self.outfits = np.array([groups.index(label.outfit_group) for label in labels])
        self.presentation = np.array([label.presentation for label in labels], dtype=np.float32)
        self.colors = np.array(
            [[hex_to_srgb(getattr(label, region)) for region in COLOR_REGIONS] for label in labels], dtype=np.float32
        )
        self.distribution = ColorDistribution(self.colors, self.presentation)

    def draw(self, count: int) -> Batch:
        """A batch of ``count`` textures, each with its own or with new colours."""
        index = self.rng.integers(len(self.faces), size=count)
        colors = self.colors[index].copy()
        for row in range(count):
            if self.rng.random() >= self.true_color_share:
                colors[row] = self.distribution.draw(self.rng)
        return self.batch(index, colors)

    def conditions(self, count: int) -> tuple[Tensor, Tensor]:
        """Random colours (N, 4, 3) and presentation (N, 1) for avatars that nobody has textures of."""
        colors = np.stack([self.distribution.draw(self.rng) for _ in range(count)]).astype(np.float32)
        for row in range(count):
            if self.rng.random() < self.true_color_share:
                colors[row] = self.colors[self.rng.integers(len(self.colors))]
        presentation = self.rng.integers(0, 2, size=(count, 1)).astype(np.float32)
        return torch.from_numpy(colors), torch.from_numpy(presentation)

    def batch(self, index: NDArray, colors: NDArray) -> Batch:
        """The textures at ``index`` in the ``colors`` (N, 4, 3)."""
        data = self.textures
        masks = torch.from_numpy(data.regions[index]).permute(0, 3, 1, 2).float() / 255
        masks = masks / masks.sum(dim=1, keepdim=True).clamp_min(1e-3)
        image = torch.from_numpy(data.base_color[index]).permute(0, 3, 1, 2).float() / 255
        asked, own = torch.from_numpy(colors).float(), torch.from_numpy(self.colors[index])
        change = (log_color(asked) - log_color(own)).transpose(1, 2)
        shift = torch.matmul(change, masks[:, :4].flatten(2)).reshape(image.shape)
        image = (torch.exp(log_color(image) + shift) - LOG_OFFSET).clamp(0, 1)
        normal = torch.from_numpy(data.normal[index]).permute(0, 3, 1, 2).float() / 127
        surface = torch.from_numpy(data.surface[index]).permute(0, 3, 1, 2).float() / 255
        return Batch(
            torch.from_numpy(self.faces[index]),
            torch.from_numpy(self.outfits[index]),
            asked,
            torch.from_numpy(self.presentation[index])[:, None],
            torch.cat([image, normal, surface], dim=1),
            masks,
        )


def texel_weights(valid: NDArray) -> Tensor:
    """(1, 1, S, S) loss weights: seen texels, the face three times, hands twice (people look there first)."""
    size = len(valid)
    weight = np.ones((size, size), dtype=np.float32)
    for name, chart in CHARTS.items():
        if name == "head":
            rows, columns = chart.pixels(size)
            t, across = chart.texel_grid(size)
            weight[rows, columns] = 1 + 2.5 * ((np.abs(across) < 1.0) & (t > 0.25) & (t < 0.8))
        elif "hand" in name:
            weight[chart.pixels(size)] = 1.5
    return torch.from_numpy(weight * (0.05 + 0.95 * np.asarray(valid, dtype=np.float32)))[None, None]
