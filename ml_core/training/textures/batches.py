"""Training batches: textures whose skin, hair and clothes are recolored with known labels.

Thirty-three people do not fill a color space. Since the regions of every texture are known, its colors can be
replaced in the same logarithmic space in which the generator composes, and the label is the new color, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.color import hex_to_srgb
from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.networks.generator import LATENT_SIZE, LOG_OFFSET, compose_color, detail_of
from ml_core.training.textures.augment import crop_corners
from ml_core.vocabulary.traits import COLOR_REGIONS

_SAME_HEAD = 0.05
"""Mean difference of log detail between two heads of one identity above which they wear different hair."""
_COMPARED = 128
"""Resolution in texels at which heads are compared."""


@dataclass(frozen=True)
class Crops:
    """Windows of N textures.

    ``faces``, ``outfits`` (N,) indices of codes; ``corners`` (N, 2) row and column of the window's first code;
    ``colors`` (N, 4, 3) sRGB; ``layers`` (N, 12, S, S) as the generator's raw layers, but with masks for logits;
    ``target`` (N, 7, S, S) and ``masks`` (N, 5, S, S) as the generator returns them.
    """

    faces: Tensor
    outfits: Tensor
    corners: Tensor
    colors: Tensor
    layers: Tensor
    target: Tensor
    masks: Tensor


class ColorDistribution:
    """Colors for conditions: skin along the measured pigment directions, hair and garments measured or free."""

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
    """Draws crops of a dataset. The state is the generator ``rng`` alone, so a resumed run sees the same data.

    ``texels`` is the length of a code in the textures.
    """

    def __init__(self, textures: AtlasTextures, rng: np.random.Generator, true_color_share: float) -> None:
        self.textures = textures
        self.texels = textures.size // LATENT_SIZE
        self.rng = rng
        self.true_color_share = true_color_share
        labels = textures.labels
        self.identities = sorted({label.identity for label in labels})
        groups = sorted({label.outfit_group for label in labels})
        self.outfits = np.array([groups.index(label.outfit_group) for label in labels])
        self.presentation = np.array([label.presentation for label in labels], dtype=np.float32)
        self.colors = np.array(
            [[hex_to_srgb(getattr(label, region)) for region in COLOR_REGIONS] for label in labels], dtype=np.float32
        )
        self.distribution = ColorDistribution(self.colors, self.presentation)
        self.detail = np.stack([self._own_detail(index) for index in range(len(labels))])
        self.faces = self._heads()

    def _own_detail(self, index: int) -> NDArray[np.float16]:
        image = torch.from_numpy(self.textures.base_color[index]).permute(2, 0, 1)[None].float() / 255
        masks = self._masks(index, (slice(None), slice(None)))
        return detail_of(image, masks, torch.from_numpy(self.colors[[index]]))[0].numpy().astype(np.float16)

    def _heads(self) -> NDArray:
        """A number for each texture: equal for the same identity with the same hair."""
        rows, columns = CHARTS["head"].pixels(self.textures.size)
        upper = slice(rows.start, rows.start + (rows.stop - rows.start) // 2)
        factor = self.textures.size // _COMPARED
        heads: list[tuple[str, NDArray]] = []
        numbers = []
        for label, detail in zip(self.textures.labels, self.detail[:, :, upper, columns], strict=True):
            small = detail.astype(np.float32).reshape(3, detail.shape[1] // factor, factor, -1, factor)
            small = small.mean(axis=(2, 4))
            gaps = [
                (float(np.abs(small - other).mean()), number)
                for number, (name, other) in enumerate(heads)
                if name == label.identity
            ]
            gap, number = min(gaps, default=(np.inf, -1))
            if gap > _SAME_HEAD:
                heads.append((label.identity, small))
                number = len(heads) - 1
            numbers.append(number)
        return np.array(numbers)

    def draw(self, count: int, side: int) -> Crops:
        """Crops of ``side`` codes at random corners of random textures, in their own or in new colors.

        Every other texture is one of a random garment: most garments are seen in one texture alone, the uniform of a
        trade in dozens, and all of them have a code to learn.
        """
        index = self.rng.integers(len(self.faces), size=count)
        for row, garment in enumerate(self.rng.choice(np.unique(self.outfits), size=count)):
            if row % 2:
                index[row] = self.rng.choice(np.flatnonzero(self.outfits == garment))
        colors = self.colors[index].copy()
        for row in range(count):
            if self.rng.random() >= self.true_color_share:
                colors[row] = self.distribution.draw(self.rng)
        return self.crops(index, crop_corners(count, side, self.rng), side, colors)

    def conditions(self, count: int) -> tuple[Tensor, Tensor]:
        """Random colors (N, 4, 3) and presentation (N, 1) for avatars without reference textures."""
        colors = np.stack([self.distribution.draw(self.rng) for _ in range(count)]).astype(np.float32)
        for row in range(count):
            if self.rng.random() < self.true_color_share:
                colors[row] = self.colors[self.rng.integers(len(self.colors))]
        presentation = self.rng.integers(0, 2, size=(count, 1)).astype(np.float32)
        return torch.from_numpy(colors), torch.from_numpy(presentation)

    def whole(self, index: NDArray, colors: NDArray, border: int = 0) -> Crops:
        """The whole textures at ``index`` in the ``colors`` (N, 4, 3), with their edges repeated ``border`` codes."""
        side = LATENT_SIZE + 2 * border
        return self.crops(index, np.full((len(index), 2), -border), side, colors)

    def crops(self, index: NDArray, corners: NDArray, side: int, colors: NDArray) -> Crops:
        """Windows of ``side`` codes at ``corners`` (N, 2) of the textures at ``index`` in the ``colors`` (N, 4, 3);
        what lies beyond the atlas repeats its edge."""
        data, last = self.textures, self.textures.size - 1
        ranges = np.clip(np.asarray(corners)[..., None] * self.texels + np.arange(side * self.texels), 0, last)
        windows = [np.ix_(rows, columns) for rows, columns in ranges]
        masks = torch.cat([self._masks(i, window) for i, window in zip(index, windows, strict=True)])
        detail = _stacked([self.detail[i][:, w[0], w[1]] for i, w in zip(index, windows, strict=True)])
        normal = _stacked([data.normal[i][w].transpose(2, 0, 1) for i, w in zip(index, windows, strict=True)]) / 127
        surface = _stacked([data.surface[i][w].transpose(2, 0, 1) for i, w in zip(index, windows, strict=True)]) / 255
        requested = torch.from_numpy(np.asarray(colors, dtype=np.float32))
        return Crops(
            torch.from_numpy(self.faces[index]),
            torch.from_numpy(self.outfits[index]),
            torch.from_numpy(np.asarray(corners)),
            requested,
            torch.cat([detail, masks, normal, surface], dim=1),
            torch.cat([compose_color(detail, masks, requested), normal, surface], dim=1),
            masks,
        )

    def _masks(self, index: int, window: tuple) -> Tensor:
        masks = torch.from_numpy(self.textures.regions[index][window]).permute(2, 0, 1)[None].float() / 255
        return masks / masks.sum(dim=1, keepdim=True).clamp_min(1e-3)


def _stacked(crops: list[NDArray]) -> Tensor:
    return torch.from_numpy(np.stack(crops).astype(np.float32))


def texel_weights(valid: NDArray) -> Tensor:
    """(1, 1, S, S) loss weights: seen texels, the face three times, hands and feet half as much again; people look
    there first."""
    size = len(valid)
    weight = np.ones((size, size), dtype=np.float32)
    for name, chart in CHARTS.items():
        if name == "head":
            rows, columns = chart.pixels(size)
            t, across = chart.texel_grid(size)
            weight[rows, columns] = 1 + 2.5 * ((np.abs(across) < 1.0) & (t > 0.25) & (t < 0.8))
        elif "hand" in name or "foot" in name:
            weight[chart.pixels(size)] = 1.5
    return torch.from_numpy(weight * (0.05 + 0.95 * np.asarray(valid, dtype=np.float32)))[None, None]
