"""Height fields of fabrics, which repeat in both directions: threads, stitches, pile and grain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SIZE = 256
"""Resolution of a field in texels (square)."""
Field = NDArray[np.float64]


def grid() -> tuple[Field, Field]:
    """(S, S) u to the right and v up, 0..1, of each texel."""
    line = (np.arange(SIZE) + 0.5) / SIZE
    u, v = np.meshgrid(line, line[::-1])
    return u, v


def noise(random: np.random.Generator, scale: float, stretch: float = 1.0) -> Field:
    """(S, S) smooth noise that repeats, with mean 0 and deviation 1; ``scale`` waves a tile, ``stretch`` along v."""
    frequency = np.fft.fftfreq(SIZE, 1 / SIZE)
    x, y = np.meshgrid(frequency, frequency)
    spectrum = np.exp(-((x / scale) ** 2 + (y * stretch / scale) ** 2) / 2)
    spectrum[0, 0] = 0
    field = np.fft.ifft2(np.fft.fft2(random.standard_normal((SIZE, SIZE))) * spectrum).real
    return np.asarray(field / field.std())


def _stitches(random: np.random.Generator, wales: int, courses: int, uneven: float) -> Field:
    """Columns of V's, as on the right side of knitted cloth."""
    u, v = grid()
    u = u + uneven * 0.006 * noise(random, 6)
    x = np.abs((u * wales) % 1 - 0.5) * 2
    y = (v * courses + 0.55 * (1 - x)) % 1
    across = 1 - (2 * x - 1) ** 2
    thread = np.sin(np.pi * y) ** 0.7
    return across**0.6 * thread + uneven * 0.02 * noise(random, 50)


def _rib(random: np.random.Generator) -> Field:
    u, v = grid()
    ridge = np.abs(np.sin(np.pi * 10 * u)) ** 0.8
    return ridge * (0.8 + 0.2 * np.abs(np.sin(np.pi * (20 * v + 0.5 * np.round(10 * u))))) + 0.03 * noise(random, 50)


def _plain_weave(random: np.random.Generator, threads: int = 20) -> Field:
    u, v = grid()
    warp = np.abs(np.sin(np.pi * threads * u)) ** 0.7
    weft = np.abs(np.sin(np.pi * threads * v)) ** 0.7
    over = np.sign(np.cos(np.pi * (np.floor(threads * u) + np.floor(threads * v))))
    slub = 0.08 * noise(random, 24, 0.15) + 0.08 * noise(random, 24, 6.0)
    return np.maximum(warp * (0.75 + 0.25 * over), weft * (0.75 - 0.25 * over)) + slub


def _twill(random: np.random.Generator, lines: int = 18) -> Field:
    u, v = grid()
    wale = np.sin(np.pi * lines * (u + v)) ** 2
    thread = np.abs(np.sin(np.pi * 2 * lines * u)) ** 0.5
    return 0.75 * wale + 0.25 * thread * wale + 0.10 * noise(random, 40, 0.2) + 0.06 * noise(random, 60)


def _herringbone(random: np.random.Generator) -> Field:
    u, v = grid()
    band = np.abs((u * 4) % 2 - 1) / 4
    wale = np.sin(np.pi * 24 * (band + v)) ** 2
    return wale + 0.18 * noise(random, 60)


def _waffle(random: np.random.Generator) -> Field:
    u, v = grid()
    cells = 16
    rows = np.floor(v * cells)
    return np.abs(np.sin(np.pi * (cells * u + 0.5 * (rows % 2)))) * np.abs(np.sin(np.pi * cells * v)) + 0.05 * noise(
        random, 50
    )


def _fibres(random: np.random.Generator) -> Field:
    return noise(random, 40) + 0.7 * noise(random, 70, 0.4) + 0.7 * noise(random, 70, 2.5)


def _grain(random: np.random.Generator) -> Field:
    """Leather: rounded cells around random points, which repeat."""
    seeds = random.random((220, 2))
    u, v = grid()
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
    return np.sqrt(edge) + 0.08 * noise(random, 50)


def _wales(random: np.random.Generator) -> Field:
    """Corduroy: round ribs along v, whose pile is brushed."""
    u, _ = grid()
    rib = np.sin(np.pi * 10 * (u + 0.004 * noise(random, 8, 0.3))) ** 2
    return rib**0.5 * (1 + 0.05 * noise(random, 60, 0.3)) + 0.05 * noise(random, 70)


def thread() -> Field:
    """(S, S) where two rows of four stitches lie that run along u."""
    u, v = grid()
    along, across = np.abs((4 * u) % 1 - 0.5) / 0.42, np.minimum(np.abs(v - 0.3), np.abs(v - 0.7)) / 0.075
    return np.clip(3 * (1 - np.hypot(along**2, across)), 0, 1)


def _stitches_on_seam(random: np.random.Generator) -> Field:
    """Cloth that is drawn in along two rows of stitches, with the edge that was folded in between."""
    _, v = grid()
    drawn = np.minimum(np.abs(v - 0.3), np.abs(v - 0.7)) / 0.14
    cloth = 0.62 - 0.42 * np.exp(-(drawn**2)) + 0.05 * noise(random, 60)
    return np.maximum(cloth, thread())


def _slubs(random: np.random.Generator) -> Field:
    """Linen: threads of uneven thickness."""
    u, v = grid()
    u, v = u + 0.0022 * noise(random, 10, 0.2), v + 0.0022 * noise(random, 10, 5.0)
    warp, weft = np.abs(np.sin(np.pi * 40 * u)) ** 0.8, np.abs(np.sin(np.pi * 40 * v)) ** 0.8
    over = np.sign(np.cos(np.pi * (np.floor(40 * u) + np.floor(40 * v))))
    thick = 0.16 * noise(random, 26, 0.12) + 0.16 * noise(random, 26, 8.0)
    return np.maximum(warp * (0.75 + 0.25 * over), weft * (0.75 - 0.25 * over)) + thick


def _tweed(random: np.random.Generator) -> Field:
    u, v = grid()
    wale = np.sin(np.pi * 26 * (u + v)) ** 2
    return 0.6 * wale + 0.28 * noise(random, 34) + 0.2 * noise(random, 70)


def _pile(random: np.random.Generator) -> Field:
    """Velvet: fine pile that lies in broad waves of light."""
    return 0.5 * noise(random, 90) + 0.8 * noise(random, 5)


def _nap(random: np.random.Generator) -> Field:
    """Suede: short fibers, brushed this way and that."""
    return noise(random, 80, 1.6) + 0.8 * noise(random, 6) + 0.4 * noise(random, 30)


PATTERNS: dict[str, Callable[[np.random.Generator], Field]] = {
    "fine knit": lambda random: _stitches(random, 22, 22, 0.6),
    "knit": lambda random: _stitches(random, 10, 12, 1.0),
    "rib": _rib,
    "plain weave": _plain_weave,
    "fine weave": lambda random: _plain_weave(random, 64),
    "slubs": _slubs,
    "stitches": _stitches_on_seam,
    "twill": _twill,
    "fine twill": lambda random: _twill(random, 36),
    "wales": _wales,
    "tweed": _tweed,
    "pile": _pile,
    "nap": _nap,
    "herringbone": _herringbone,
    "waffle": _waffle,
    "fibres": _fibres,
    "grain": _grain,
    "speckle": lambda random: noise(random, 60),
    "plain": lambda random: np.ones((SIZE, SIZE)),
}
