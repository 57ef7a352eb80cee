"""Fabrics as small textures that repeat: weave, knit, denim, leather and others, computed once, in any color.

A texture says how cloth of one color gets lighter and darker, how it is bent and how rough it is. It repeats every
``Fabric.tile`` metres; a garment's UVs are in :attr:`ml_core.geometry.garments.garment.Garment.metres` a unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SIZE = 256
"""Texels a side of a texture."""
Field = NDArray[np.float64]


@dataclass(frozen=True)
class Fabric:
    """A fabric.

    Attributes:
        tile: metres after which it repeats. relief: metres from its lowest to its highest thread.
        contrast: share by which its lows are darker. fleck: share by which its highs go to white, as worn denim.
        rough: added to the roughness in its lows. metallic: 0 or 1. sheen: 0..1, of soft surfaces.
        pattern: name of the height field.
    """

    name: str
    tile: float
    relief: float
    contrast: float
    pattern: str
    fleck: float = 0.0
    rough: float = 0.1
    metallic: float = 0.0
    sheen: float = 0.0


FABRICS: dict[str, Fabric] = {
    fabric.name: fabric
    for fabric in (
        Fabric("jersey", 0.030, 0.00025, 0.12, "fine knit", sheen=0.1),
        Fabric("knit", 0.060, 0.0022, 0.42, "knit", sheen=0.3),
        Fabric("rib", 0.045, 0.0014, 0.35, "rib", sheen=0.2),
        Fabric("pique", 0.024, 0.0004, 0.22, "waffle", sheen=0.1),
        Fabric("poplin", 0.012, 0.00010, 0.08, "plain weave"),
        Fabric("canvas", 0.024, 0.0004, 0.22, "plain weave"),
        Fabric("twill", 0.020, 0.0003, 0.16, "twill"),
        Fabric("denim", 0.028, 0.00045, 0.30, "twill", fleck=0.22),
        Fabric("wool", 0.050, 0.0004, 0.22, "herringbone", sheen=0.3),
        Fabric("felt", 0.060, 0.0004, 0.20, "fibres", sheen=0.4),
        Fabric("fleece", 0.050, 0.0008, 0.18, "fibres", sheen=0.4),
        Fabric("satin", 0.030, 0.00004, 0.05, "twill", rough=-0.05, sheen=0.2),
        Fabric("webbing", 0.012, 0.0006, 0.30, "herringbone"),
        Fabric("leather", 0.028, 0.00018, 0.18, "grain", rough=0.15),
        Fabric("rubber", 0.040, 0.0003, 0.12, "speckle"),
        Fabric("plastic", 0.100, 0.0, 0.0, "plain"),
        Fabric("metal", 0.100, 0.0, 0.0, "plain", metallic=1.0),
        Fabric("glass", 0.100, 0.0, 0.0, "plain"),
    )
}
"""By name, what :class:`ml_core.geometry.garments.entry.Cloth` may be of."""


@dataclass(frozen=True)
class FabricTexture:
    """Maps that repeat in both directions, row 0 at the top.

    Attributes:
        shade: (S, S) factor of the linear base color. fleck: (S, S) share of white over it.
        normal: (S, S, 3) unit vectors in tangent space, Y up. roughness: (S, S) added to the cloth's.
    """

    shade: NDArray[np.float32]
    fleck: NDArray[np.float32]
    normal: NDArray[np.float32]
    roughness: NDArray[np.float32]

    def colored(self, linear: tuple[float, float, float]) -> NDArray[np.float32]:
        """(S, S, 3) the base color of cloth of a linear color."""
        color = np.asarray(linear, np.float32) * self.shade[..., None]
        return np.asarray(color + (0.75 - color) * self.fleck[..., None], np.float32)


@cache
def fabric_texture(name: str) -> FabricTexture:
    """The texture of a fabric, made once.

    Raises:
        KeyError: there is no such fabric.
    """
    fabric = FABRICS[name]
    height = _PATTERNS[fabric.pattern](np.random.default_rng(_SEED))
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
        normal.astype(np.float32),
        (fabric.rough * (0.5 - height)).astype(np.float32),
    )


_SEED = 20240607


def _grid() -> tuple[Field, Field]:
    """u to the right and v up, 0..1, of each texel."""
    line = (np.arange(SIZE) + 0.5) / SIZE
    u, v = np.meshgrid(line, line[::-1])
    return u, v


def _noise(random: np.random.Generator, scale: float, stretch: float = 1.0) -> Field:
    """(S, S) smooth noise that repeats, with mean 0 and deviation 1; ``scale`` waves a tile, ``stretch`` along v."""
    frequency = np.fft.fftfreq(SIZE, 1 / SIZE)
    x, y = np.meshgrid(frequency, frequency)
    spectrum = np.exp(-((x / scale) ** 2 + (y * stretch / scale) ** 2) / 2)
    spectrum[0, 0] = 0
    field = np.fft.ifft2(np.fft.fft2(random.standard_normal((SIZE, SIZE))) * spectrum).real
    return np.asarray(field / field.std())


def _stitches(random: np.random.Generator, wales: int, courses: int, uneven: float) -> Field:
    """Columns of V's, as on the right side of knitted cloth."""
    u, v = _grid()
    u = u + uneven * 0.02 * _noise(random, 6)
    x = np.abs((u * wales) % 1 - 0.5) * 2
    y = (v * courses + 0.55 * (1 - x)) % 1
    across = 1 - (2 * x - 1) ** 2
    thread = np.sin(np.pi * y) ** 0.7
    return across**0.6 * thread + uneven * 0.06 * _noise(random, 50)


def _rib(random: np.random.Generator) -> Field:
    u, v = _grid()
    ridge = np.abs(np.sin(np.pi * 10 * u)) ** 0.8
    return ridge * (0.8 + 0.2 * np.abs(np.sin(np.pi * (20 * v + 0.5 * np.round(10 * u))))) + 0.03 * _noise(random, 50)


def _plain_weave(random: np.random.Generator) -> Field:
    u, v = _grid()
    threads = 20
    warp = np.abs(np.sin(np.pi * threads * u)) ** 0.7
    weft = np.abs(np.sin(np.pi * threads * v)) ** 0.7
    over = np.sign(np.cos(np.pi * (np.floor(threads * u) + np.floor(threads * v))))
    slub = 0.08 * _noise(random, 24, 0.15) + 0.08 * _noise(random, 24, 6.0)
    return np.maximum(warp * (0.75 + 0.25 * over), weft * (0.75 - 0.25 * over)) + slub


def _twill(random: np.random.Generator) -> Field:
    u, v = _grid()
    lines = 18
    wale = np.sin(np.pi * lines * (u + v)) ** 2
    thread = np.abs(np.sin(np.pi * 2 * lines * u)) ** 0.5
    return 0.75 * wale + 0.25 * thread * wale + 0.10 * _noise(random, 40, 0.2) + 0.06 * _noise(random, 60)


def _herringbone(random: np.random.Generator) -> Field:
    u, v = _grid()
    band = np.abs((u * 4) % 2 - 1) / 4
    wale = np.sin(np.pi * 24 * (band + v)) ** 2
    return wale + 0.18 * _noise(random, 60)


def _waffle(random: np.random.Generator) -> Field:
    u, v = _grid()
    cells = 16
    rows = np.floor(v * cells)
    return np.abs(np.sin(np.pi * (cells * u + 0.5 * (rows % 2)))) * np.abs(np.sin(np.pi * cells * v)) + 0.05 * _noise(
        random, 50
    )


def _fibres(random: np.random.Generator) -> Field:
    return _noise(random, 40) + 0.7 * _noise(random, 70, 0.4) + 0.7 * _noise(random, 70, 2.5)


def _grain(random: np.random.Generator) -> Field:
    """Leather: rounded cells around random points, which repeat."""
    seeds = random.random((220, 2))
    u, v = _grid()
    texels = np.stack([u.ravel(), v.ravel()], axis=1)
    first = np.full(len(texels), 9.0)
    second = np.full(len(texels), 9.0)
    for seed in seeds:
        away = np.abs(texels - seed)
        away = np.minimum(away, 1 - away)
        distance = np.hypot(away[:, 0], away[:, 1])
        second = np.minimum(second, np.maximum(first, distance))
        first = np.minimum(first, distance)
    edge = np.clip((second - first) * 28, 0, 1).reshape(SIZE, SIZE)
    return np.sqrt(edge) + 0.08 * _noise(random, 50)


_PATTERNS: dict[str, Callable[[np.random.Generator], Field]] = {
    "fine knit": lambda random: _stitches(random, 22, 22, 0.6),
    "knit": lambda random: _stitches(random, 10, 12, 1.0),
    "rib": _rib,
    "plain weave": _plain_weave,
    "twill": _twill,
    "herringbone": _herringbone,
    "waffle": _waffle,
    "fibres": _fibres,
    "grain": _grain,
    "speckle": lambda random: _noise(random, 60),
    "plain": lambda random: np.ones((SIZE, SIZE)),
}
