"""Colors that are woven or printed into a fabric beside its own: stripes, checks, flecks and camouflage.

They are given as factors of the fabric's linear color and a part of white, so that every dye brings its own shades.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .patterns import Field, grid, noise, thread


@dataclass(frozen=True)
class Tone:
    """A color over the fabric's own: ``share`` (S, S), factors of the linear color, and what is added of white."""

    share: Field
    factor: tuple[float, float, float]
    white: float = 0.0

    def over(self, color: NDArray[np.floating], base: NDArray[np.floating]) -> NDArray[np.floating]:
        """(S, S, 3) colors with this one over them; ``base`` (3,) is the fabric's linear color."""
        own = base * np.array(self.factor) * (1 - self.white) + self.white
        return color + (own - color) * self.share[..., None]


def _line(place: Field, middle: float, half: float, soft: float = 0.004) -> Field:
    """(S, S) 1 where ``place``, which repeats after 1, is near ``middle``."""
    away = np.abs((place - middle + 0.5) % 1 - 0.5)
    return np.clip((half - away) / soft + 0.5, 0, 1)


def _stripes(random: np.random.Generator) -> list[Tone]:
    _, v = grid()
    return [Tone(_line(v, 0.5, 0.25), (1, 1, 1), 0.72)]


def _pinstripes(random: np.random.Generator) -> list[Tone]:
    u, v = grid()
    dotted = 0.75 + 0.25 * np.sin(np.pi * 2 * 40 * v)
    return [Tone(np.maximum(_line(u, 0.25, 0.012), _line(u, 0.75, 0.012)) * dotted, (1, 1, 1), 0.45)]


def _checks(random: np.random.Generator) -> list[Tone]:
    """A tartan sett: broad dark bands, narrow light lines and a thin bright one, each half covered where they cross."""
    u, v = grid()
    tones = []
    for place in (u, v):
        tones.append(Tone(0.55 * _line(place, 0.3, 0.16), (0.16, 0.18, 0.3)))
        tones.append(Tone(0.6 * np.maximum(_line(place, 0.72, 0.02), _line(place, 0.88, 0.02)), (1, 1, 1), 0.65))
        tones.append(Tone(0.7 * _line(place, 0.3, 0.008), (1.2, 0.9, 0.3), 0.12))
    return tones


def _camouflage(random: np.random.Generator) -> list[Tone]:
    """Woodland: large patches of dark, brown and black, lying across."""
    tones = []
    for factor, white, amount, waves in (
        ((1.5, 1.45, 1.3), 0.03, 0.25, 4.0), ((0.62, 0.42, 0.3), 0.0, 0.35, 4.5), ((0.28, 0.36, 0.26), 0.0, 0.45, 4.5),
        ((0.07, 0.075, 0.08), 0.0, 1.05, 5.5),
    ):  # fmt: skip
        field = noise(random, waves, 0.62) + 0.35 * noise(random, 14, 0.7) + 0.12 * noise(random, 40)
        tones.append(Tone(np.clip((field - amount) * 18, 0, 1), factor, white))
    return tones


def _nubs(random: np.random.Generator) -> list[Tone]:
    """Tweed: two shades of yarn, and flecks of bright ones."""
    u, v = grid()
    yarn = (np.sin(np.pi * 26 * (u + v)) > 0).astype(float) * (0.5 + 0.25 * noise(random, 40))
    flecks = [noise(random, 44) for _ in range(3)]
    return [
        Tone(np.clip(yarn, 0, 0.7), (0.42, 0.4, 0.36)),
        Tone(0.5 * np.clip(noise(random, 60), 0, 1), (1.3, 1.3, 1.25), 0.10),
        Tone(0.8 * np.clip((flecks[0] - 2.0) * 4, 0, 1), (1.6, 0.7, 0.35), 0.08),
        Tone(0.8 * np.clip((flecks[1] - 2.1) * 4, 0, 1), (0.6, 0.9, 1.5), 0.06),
        Tone(0.8 * np.clip((flecks[2] - 1.9) * 4, 0, 1), (1.2, 1.15, 1.0), 0.35),
    ]


def _herringbone(random: np.random.Generator) -> list[Tone]:
    u, v = grid()
    band = np.abs((u * 4) % 2 - 1) / 4
    wale = np.sin(np.pi * 24 * (band + v)) ** 2
    dark = np.clip((wale - 0.45) * 3, 0, 1) * (0.85 + 0.1 * noise(random, 60))
    return [Tone(np.ones_like(dark), (1.3, 1.3, 1.3)), Tone(dark, (0.45, 0.45, 0.45))]


def _slubs(random: np.random.Generator) -> list[Tone]:
    """Linen: paler and darker threads."""
    threads = noise(random, 60, 0.1) + noise(random, 60, 10.0)
    return [
        Tone(0.28 * np.clip(threads - 0.4, 0, 1), (1.1, 1.1, 1.05), 0.10),
        Tone(0.25 * np.clip(-threads - 0.6, 0, 1), (0.7, 0.68, 0.62)),
    ]


def _thread(random: np.random.Generator) -> list[Tone]:
    return [Tone(0.8 * thread(), (1.15, 1.15, 1.15), 0.06)]


def _gold_thread(random: np.random.Generator) -> list[Tone]:
    """Of jeans."""
    return [Tone(0.9 * thread(), (9.0, 3.4, 0.55), 0.02)]


TONES: dict[str, Callable[[np.random.Generator], list[Tone]]] = {
    "stripes": _stripes,
    "pinstripes": _pinstripes,
    "checks": _checks,
    "camouflage": _camouflage,
    "nubs": _nubs,
    "herringbone": _herringbone,
    "slubs": _slubs,
    "thread": _thread,
    "gold thread": _gold_thread,
}
"""Tones by name, as in :attr:`ml_core.geometry.fabrics.registry.Fabric.tones`."""
