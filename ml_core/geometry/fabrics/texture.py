"""The maps of a fabric in any color. They repeat every ``Fabric.tile`` meters.

A texture says how cloth of one color gets lighter and darker, how it is bent and how rough it is; they lie on the UVs
:attr:`ml_core.geometry.garments.garment.Garment.tiled` of a garment.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .patterns import PATTERNS, SIZE
from .registry import FABRICS
from .tones import TONES, Tone

_SEED = 20240607


@dataclass(frozen=True)
class FabricTexture:
    """Maps that repeat in both directions, row 0 at the top.

    Attributes:
        shade: (S, S) factor of the linear base color. fleck: (S, S) share of white over it.
        tones: colors beside the fabric's own, from below.
        normal: (S, S, 3) unit vectors in tangent space, Y up. roughness: (S, S) added to the cloth's.
    """

    shade: NDArray[np.float32]
    fleck: NDArray[np.float32]
    tones: tuple[Tone, ...]
    normal: NDArray[np.float32]
    roughness: NDArray[np.float32]

    def colored(self, linear: tuple[float, float, float]) -> NDArray[np.float32]:
        """(S, S, 3) the base color of cloth of a linear color."""
        base = np.asarray(linear, np.float64)
        color = np.broadcast_to(base, (*self.shade.shape, 3))
        for tone in self.tones:
            color = tone.over(color, base)
        color = color * self.shade[..., None]
        return np.asarray(np.clip(color + (0.75 - color) * self.fleck[..., None], 0, 1), np.float32)


@cache
def fabric_texture(name: str) -> FabricTexture:
    """The texture of a fabric, made once.

    Raises:
        KeyError: there is no such fabric.
    """
    fabric = FABRICS[name]
    random = np.random.default_rng(_SEED)
    height = PATTERNS[fabric.pattern](random)
    height = (height - height.min()) / max(float(np.ptp(height)), 1e-9)
    texel = fabric.tile / SIZE
    slope_x = (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1)) * fabric.relief / (2 * texel)
    slope_y = (np.roll(height, 1, axis=0) - np.roll(height, -1, axis=0)) * fabric.relief / (2 * texel)
    normal = np.stack([-slope_x, -slope_y, np.ones_like(height)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    shade = 1 - fabric.contrast * (1 - height)
    shade /= shade.mean()
    return FabricTexture(
        shade.astype(np.float32),
        (fabric.fleck * np.clip((height - 0.55) / 0.45, 0, 1)).astype(np.float32),
        tuple(TONES[fabric.tones](random)) if fabric.tones else (),
        normal.astype(np.float32),
        (fabric.rough * (0.5 - height)).astype(np.float32),
    )
