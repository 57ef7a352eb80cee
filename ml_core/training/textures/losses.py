"""Losses of the texture GAN, in the notation of their papers."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

MAP_WEIGHTS = (1.0, 1.0, 1.0, 4.0, 4.0, 0.3, 0.5)
"""Weights of base color, normal xy, roughness and occlusion."""


def laplacian_loss(painted: Tensor, target: Tensor, weight: Tensor, octaves: int = 4) -> Tensor:
    """Weighted L1 over the bands of a Laplacian pyramid (Bojanowski et al. 2018, without the band weights that favor
    coarse errors: the last, coarse band counts once, each finer band doubles in reach by its number of texels)."""
    loss = torch.zeros((), device=painted.device)
    difference = painted - target
    for _ in range(octaves):
        coarse = functional.avg_pool2d(difference, 2)
        band = difference - functional.interpolate(coarse, scale_factor=2.0, mode="nearest")
        loss = loss + (band.abs() * weight).mean()
        difference, weight = coarse, functional.avg_pool2d(weight, 2)
    return loss + (difference.abs() * weight).mean()


def reconstruction_loss(maps: Tensor, masks: Tensor, target: Tensor, target_masks: Tensor, weight: Tensor) -> Tensor:
    """Loss of painted maps (N, 7, S, S) and masks (N, 5, S, S) against the reference; ``weight`` (1, 1, S, S)."""
    channel = torch.tensor(MAP_WEIGHTS, device=maps.device).reshape(1, -1, 1, 1)
    loss = (channel * weight * (maps - target).abs()).mean() + laplacian_loss(maps * channel, target * channel, weight)
    return loss + 0.1 * (weight * (masks - target_masks).abs()).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Relativistic pairing loss (Jolicoeur-Martineau 2018; R3GAN, Huang et al. 2024) of logits: f(D(G(z)) - D(x))."""
    return functional.softplus(fake - real).mean()


def generator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """The generator's part of :func:`discriminator_loss`: f(D(x) - D(G(z)))."""
    return functional.softplus(real - fake).mean()


def gradient_penalties(logits: Tensor, crops: Tensor) -> tuple[Tensor, Tensor]:
    """R1 at the real and R2 at the painted crops: half the squared norm of D's gradient (Mescheder et al. 2018; both
    together as in R3GAN, Huang et al. 2024).

    Args:
        logits: (2 N,) of D. crops: (2 N, C, S, S) that they are of, the real ones first.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), crops, create_graph=True)
    at_real, at_painted = (0.5 * gradient.square().sum(dim=(1, 2, 3))).chunk(2)
    return at_real.mean(), at_painted.mean()
