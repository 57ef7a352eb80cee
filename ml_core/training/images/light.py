"""Light, material, background and the faults of cameras and files, drawn anew for each traced view of a batch."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from ml_core.training.images.views import COVERAGE, LIT, NORMAL, PART, SKY

_BLOCK = 8  # JPEG
_BINOMIAL = (0.0625, 0.25, 0.375, 0.25, 0.0625)


class Dice:
    """Random tensors of one generator, on one device: the same seed gives the same batch."""

    def __init__(self, seed: int, device: torch.device | str = "cpu") -> None:
        self._generator = torch.Generator(device).manual_seed(seed)
        self.device = device

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=self._generator, device=self.device)

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self._generator, device=self.device)

    def chance(self, share: float, *shape: int) -> Tensor:
        """1 where it happens, else 0."""
        return (torch.rand(shape, generator=self._generator, device=self.device) < share).float()


def varied_images(planes: Tensor, rays: Tensor, dice: Dice) -> Tensor:
    """Training images.

    Args:
        planes: (B, PLANES, S, S) uint8 and
        rays: (B, 2, 3), as in :class:`ml_core.training.images.views.View`.

    Returns:
        (B, 2, S, S) float32 of 0..255, luma and silhouette as ``network_input`` makes them of a picture.
    """
    coverage = planes[:, COVERAGE].float() / 255
    luma = _developed(_radiance(planes, rays, dice), coverage, dice)
    background = dice.uniform(0, 1, len(planes), 1, 1)
    # What has the background's color is taken for background.
    lost = dice.uniform(0, 0.035, len(planes), 1, 1) * dice.chance(0.5, len(planes), 1, 1)
    found = coverage * ((luma - background).abs() >= lost)
    luma = luma * coverage + background * (1 - coverage)
    images = _moved(torch.stack([luma, found], dim=1), background, dice)
    luma, found = images[:, :1], images[:, 1:]
    luma = _degraded(luma, dice)
    edge = dice.uniform(-0.25, 0.25, len(planes), 1, 1, 1)
    hard = dice.uniform(2, 5, len(planes), 1, 1, 1)
    found = ((_blurred(found, dice.uniform(0, 1, len(planes), 1, 1, 1)) - 0.5 - edge) * hard + 0.5).clamp(0, 1)
    return 255 * torch.cat([luma * (found > 0.02), found], dim=1)


def plain_luma(planes: Tensor, rays: Tensor) -> Tensor:
    """(B, S, S) of 0..1: uniform gray under the key light and an even sky, for a clean look at what was traced."""
    normal = (planes[:, NORMAL].float() - 128) / 127
    key = torch.einsum("bcij,bc->bij", normal, rays[:, 0]).clamp(min=0) * planes[:, LIT].float() / 255
    return (0.5 * (0.6 * key + 0.45 * planes[:, SKY].float() / 255)).clamp(0, 1) ** (1 / 2.2)


def _radiance(planes: Tensor, rays: Tensor, dice: Dice) -> Tensor:
    """Linear light (B, S, S): key, fill and sky on a material that is even, of a few tones, or of one a part."""
    count, size = len(planes), planes.shape[-1]
    normal = (planes[:, NORMAL].float() - 128) / 127
    towards, eye = rays[:, 0], rays[:, 1]
    fill = F.normalize(eye + 0.9 * dice.normal(count, 3), dim=1)
    half = F.normalize(towards + eye, dim=1)
    facing = torch.bmm(torch.stack([towards, fill, half], dim=1), normal.flatten(2)).clamp(min=0)
    key, filled, halfway = facing.reshape(count, 3, size, size).unbind(dim=1)
    reached = planes[:, LIT].float() / 255
    power = dice.uniform(0.1, 1.3, count, 1, 1) * dice.chance(0.9, count, 1, 1)
    light = power * key * reached + dice.uniform(0, 0.4, count, 1, 1) * filled
    upward = dice.uniform(0, 0.5, count, 1, 1) * normal[:, 2]
    occluded = 1 - dice.uniform(0.3, 1, count, 1, 1) * (1 - planes[:, SKY].float() / 255)
    light = light + dice.uniform(0.1, 0.8, count, 1, 1) * occluded * (1 + upward)

    tones = torch.exp(dice.uniform(-2.2, 0, count, 256))
    few = torch.exp(dice.uniform(-2.2, 0, count, 2)).gather(1, dice.chance(0.4, count, 256).long())
    kind = dice.uniform(0, 1, count, 1)
    tones = torch.where(kind < 0.5, tones[:, :1], torch.where(kind < 0.75, few, tones))
    albedo = tones.gather(1, planes[:, PART].long().flatten(1)).reshape(count, size, size)
    grain = F.interpolate(dice.normal(count, 1, 12, 12), size=(size, size), mode="bilinear")[:, 0]
    albedo = albedo * torch.exp(dice.uniform(0, 0.3, count, 1, 1) * dice.chance(0.4, count, 1, 1) * grain)
    shine = dice.uniform(0, 0.6, count, 1, 1) * dice.chance(0.3, count, 1, 1)
    return albedo * light + shine * halfway**24 * reached


def _developed(radiance: Tensor, coverage: Tensor, dice: Dice) -> Tensor:
    """Exposed for the object's mean, clipped, with a gamma of 1.6 to 2.8; 0..1."""
    count = len(radiance)
    mean = (radiance * coverage).sum(dim=(1, 2), keepdim=True) / (coverage.sum(dim=(1, 2), keepdim=True) + 1e-3)
    exposed = radiance / (mean + 1e-4) * torch.exp(dice.uniform(math.log(0.03), math.log(0.75), count, 1, 1))
    return exposed.clamp(1e-5, 1) ** (1 / dice.uniform(1.6, 2.8, count, 1, 1))


def _moved(images: Tensor, background: Tensor, dice: Dice) -> Tensor:
    """Mirrored, turned by some degrees, shifted and scaled; the background's luma comes in from outside."""
    count = len(images)
    turn = dice.normal(count) * 0.07 * dice.chance(0.5, count)
    scale = torch.exp(dice.uniform(-0.06, 0.06, count))
    mirror = 1 - 2 * dice.chance(0.5, count)
    shift = dice.uniform(-0.05, 0.05, count, 2)
    rows = [
        torch.stack([scale * turn.cos() * mirror, -scale * turn.sin(), shift[:, 0]], dim=1),
        torch.stack([scale * turn.sin() * mirror, scale * turn.cos(), shift[:, 1]], dim=1),
    ]
    grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
    base = torch.cat([background, torch.zeros_like(background)], dim=1)[..., None]
    return F.grid_sample(images - base, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + base


def _degraded(luma: Tensor, dice: Dice) -> Tensor:
    """Blur, noise and JPEG-like coarse steps of 8 × 8 cosine coefficients, each on a share of the batch."""
    count = len(luma)
    luma = _blurred(luma, dice.uniform(0, 1, count, 1, 1, 1) * dice.chance(0.5, count, 1, 1, 1))
    sigma = dice.uniform(0, 0.06, count, 1, 1, 1) * dice.chance(0.5, count, 1, 1, 1)
    luma = luma + sigma * dice.normal(*luma.shape)
    packed = dice.uniform(0, 1, count) < 0.3
    luma[packed] = _jpeg_like(luma[packed], dice.uniform(0.02, 0.25, count, 1, 1, 1, 1, 1)[packed])
    return luma.clamp(0, 1)


def _blurred(images: Tensor, share: Tensor) -> Tensor:
    """Mixed with its 5 × 5 binomial mean by ``share``."""
    soft = images
    for axis in (2, 3):  # as sums of slices: a convolution of one channel takes eight times as long on a CPU
        padded = F.pad(soft, (0, 0, 2, 2) if axis == 2 else (2, 2, 0, 0), mode="replicate")
        soft = torch.zeros_like(images)
        for place, weight in enumerate(_BINOMIAL):
            soft.add_(padded.narrow(axis, place, images.shape[axis]), alpha=weight)
    return images + share * (soft - images)


def _jpeg_like(luma: Tensor, step: Tensor) -> Tensor:
    """Cosine coefficients of each block rounded to ``step``, coarser for higher frequencies; (B, 1, S, S), S = 8 n."""
    position = torch.arange(_BLOCK, device=luma.device)
    basis = torch.cos(math.pi / _BLOCK * (position + 0.5) * position[:, None]) * math.sqrt(2 / _BLOCK)
    basis[0] /= math.sqrt(2)
    fineness = 0.3 + (position + position[:, None]) / 7
    count, _, size, _ = luma.shape
    blocks = luma.reshape(count, 1, size // _BLOCK, _BLOCK, size // _BLOCK, _BLOCK).transpose(3, 4)
    coarse = step * fineness
    steps = torch.round(basis @ blocks @ basis.T / coarse) * coarse
    return (basis.T @ steps @ basis).transpose(3, 4).reshape(luma.shape)
