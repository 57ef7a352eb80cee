"""Folds of worn cloth, placed by the skeleton: where limbs bend, where cloth gathers and where it is held.

Each fold is a ridge with a line that it runs along and a length after which it dies out. On limbs the line turns
around the bone; on the trunk it is straight as seen from the front or from behind. They are laid on the reference body
once, so that they are where a garment's cloth is on everybody, and every garment has its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.easing import smoothstep
from ml_core.geometry.garments.surfaces.sparse import Array

_STEEP, _GENTLE = 0.75, 1.35
"""How wide the lower and the upper side of a fold are, as shares of its width: cloth hangs over its own folds."""
_CREST = 1.4
"""Exponent of their cross-section: 2 is round, 1 a crease."""
_TOGETHER = 4.0
"""Exponent of the sum of folds that meet: nearly the higher one, without a crease between them."""
_VALLEY, _BESIDE = 0.6, 1.5
"""How deep the valley under a fold is beside its height, and how far under it, in widths."""
_HAS_LEGS = 0.3
"""Along the leg: garments that reach further down than this, a leg each, fold at the crotch."""
_NO_VALLEYS = 0.1
"""Meters above a hem up to which valleys are less deep."""
_PRESSED = (0.2, 0.5)
"""Along the leg: where creases of trousers begin, and from where on they are whole."""
_CREASE, _CREASE_WIDTH = 0.55, 0.35
"""How far they stand out, and how wide they are, as the tangent of the angle beside the front."""
_OUTLINE, _FACING = 0.3, (0.25, 0.65)
"""Share of its folds that cloth keeps in the outline of somebody seen from the front or from behind, and by how far it
has to face forward or backward to keep none or all of the rest: outlines of cloth are pulled straight.
"""
_JITTER = 0.3
"""Share by which folds differ from those of the lists, in place, length and depth."""


@dataclass(frozen=True)
class Places:
    """Where the vertices of a garment are on the reference body.

    Attributes:
        points, up: (V, 3) places in meters and normals. arm, leg: (V,) whether a vertex is on a limb.
        along_arm, along_leg: (V,) 0, 1, 2 at the joints of a limb. sizes: meters from shoulder to elbow, elbow to
            wrist, hip to knee and knee to ankle. heights: by name, in meters, with the one of the hem where there is
            one. armpit: meters from the middle.
    """

    points: Array
    up: Array
    arm: NDArray[np.bool_]
    leg: NDArray[np.bool_]
    along_arm: Array
    along_leg: Array
    sizes: tuple[float, float, float, float]
    heights: dict[str, float]
    armpit: float


@dataclass(frozen=True)
class Ring:
    """A fold around a limb.

    Attributes:
        along: where its middle is, 0, 1, 2 at the joints. middle: its direction in degrees; on arms 0 is forward and 90
            up, on legs 0 is forward and 90 outward. reach: degrees to each side over which it goes. turn: how much
            further down the limb it is 90 degrees around it. width: meters. deep: of the deepest fold.
    """

    along: float
    middle: float
    reach: float
    turn: float
    width: float = 0.015
    deep: float = 1.0


@dataclass(frozen=True)
class Line:
    """A fold on the trunk and the thighs, on both sides: from (x, height) to (x, height) in meters as seen.

    Heights are above the named one.
    """

    at: str
    start: tuple[float, float]
    end: tuple[float, float]
    side: Literal["front", "back"] = "front"
    width: float = 0.015
    deep: float = 0.7


ELBOW = (
    Ring(0.70, 70, 75, 0.34, deep=0.55),
    Ring(0.84, -35, 85, -0.30, deep=0.9),
    Ring(0.97, 30, 80, 0.22),
    Ring(1.04, -25, 85, -0.24),
    Ring(1.18, 40, 85, 0.30, deep=0.9),
    Ring(1.30, -60, 80, -0.34, deep=0.65),
)
SLEEVE_END = (
    Ring(1.52, 120, 75, 0.30, deep=0.55),
    Ring(1.60, -30, 85, -0.22, deep=0.75),
    Ring(1.70, 70, 100, 0.16, deep=0.9),
    Ring(1.77, -110, 110, -0.12),
)
UPPER_ARM = (
    Ring(0.14, -40, 70, -0.42, deep=0.9),
    Ring(0.30, -75, 80, -0.46),
    Ring(0.48, -110, 70, -0.40, deep=0.7),
    Ring(0.26, 175, 70, 0.40, deep=0.7),
    Ring(0.52, 80, 65, 0.42, deep=0.6),
    Ring(0.92, 115, 75, -0.30, deep=0.55),
    Ring(1.40, 130, 70, 0.34, deep=0.5),
)
KNEE = (
    Ring(0.78, 130, 70, 0.26, deep=0.6),
    Ring(0.90, -160, 85, -0.20, deep=0.9),
    Ring(0.99, 160, 80, 0.15),
    Ring(1.07, -150, 85, -0.18),
    Ring(1.20, 140, 80, 0.24, deep=0.7),
    Ring(0.84, 30, 50, 0.22, deep=0.6),
    Ring(1.13, -40, 60, -0.22, deep=0.7),
    Ring(1.16, 50, 55, 0.26, deep=0.55),
)
TROUSER_END = (
    Ring(1.48, 70, 75, 0.24, deep=0.6),
    Ring(1.58, -100, 85, -0.18, deep=0.8),
    Ring(1.68, 25, 95, 0.13),
    Ring(1.76, -150, 105, -0.09, width=0.014),
    Ring(1.84, 60, 115, 0.07, width=0.013, deep=0.9),
)
SHIN = (
    Ring(1.30, -30, 75, 0.40, deep=0.7),
    Ring(1.42, 110, 75, -0.34, deep=0.6),
    Ring(1.50, 0, 70, -0.38, deep=0.6),
)
THIGH = (
    Ring(0.34, -35, 60, 0.42, deep=0.6),
    Ring(0.50, 50, 65, -0.44, deep=0.6),
    Ring(0.56, 150, 65, 0.36, deep=0.5),
)
CROTCH = (
    Line("crotch", (0.012, 0.022), (0.105, 0.085), deep=0.6),
    Line("crotch", (0.015, -0.005), (0.125, 0.030), deep=0.75),
    Line("crotch", (0.030, -0.020), (0.135, -0.002), deep=0.45),
    Line("crotch", (0.055, -0.085), (0.130, -0.125), deep=0.4),
    Line("crotch", (0.020, -0.020), (0.140, -0.055), "back", deep=0.9),
    Line("crotch", (0.025, -0.055), (0.130, -0.120), "back", deep=0.7),
    Line("crotch", (0.015, 0.010), (0.120, 0.040), "back", deep=0.6),
)
ARMPIT = (
    Line("armpit", (-0.012, 0.000), (-0.085, 0.065), deep=0.8),
    Line("armpit", (-0.010, -0.025), (-0.105, -0.020), deep=0.75),
    Line("armpit", (-0.005, -0.045), (-0.095, -0.120), deep=0.85),
    Line("armpit", (-0.005, -0.080), (-0.055, -0.190), deep=0.7),
    Line("armpit", (-0.010, 0.005), (-0.075, 0.085), "back", deep=0.75),
    Line("armpit", (-0.010, -0.025), (-0.110, 0.005), "back", deep=0.8),
    Line("armpit", (-0.005, -0.050), (-0.105, -0.110), "back", deep=0.85),
    Line("armpit", (-0.005, -0.090), (-0.070, -0.190), "back", deep=0.6),
)
WAIST = (
    Line("waist", (0.150, 0.085), (0.070, 0.030), deep=0.7),
    Line("waist", (0.155, 0.035), (0.035, -0.030), deep=0.9),
    Line("waist", (0.150, -0.055), (0.065, -0.005), deep=0.7),
    Line("waist", (0.150, 0.090), (0.030, 0.050), "back", deep=0.7),
    Line("waist", (0.155, 0.035), (0.020, -0.010), "back", deep=0.95),
    Line("waist", (0.150, -0.055), (0.025, -0.030), "back", deep=0.85),
)
BUTTON = (
    Line("waist", (0.020, 0.040), (0.110, 0.130), deep=0.7),
    Line("waist", (0.022, 0.015), (0.115, -0.075), deep=0.8),
    Line("waist", (0.020, -0.030), (0.075, -0.130), deep=0.6),
)
BELLY = (
    Line("waist", (0.130, 0.135), (0.030, 0.055), deep=0.7),
    Line("waist", (0.120, -0.115), (0.020, -0.060), deep=0.6),
    Line("crotch", (0.145, 0.195), (0.060, 0.110), deep=0.6),
    Line("crotch", (0.130, 0.090), (0.070, 0.160), deep=0.5),
    Line("crotch", (0.135, 0.180), (0.030, 0.110), "back", deep=0.6),
)

HEM = (
    Line("hem", (0.050, 0.155), (0.062, -0.03), width=0.020, deep=0.45),
    Line("hem", (0.125, 0.170), (0.112, -0.03), width=0.022, deep=0.5),
    Line("hem", (0.030, 0.140), (0.018, -0.03), "back", width=0.022, deep=0.45),
    Line("hem", (0.085, 0.190), (0.096, -0.03), "back", width=0.024, deep=0.55),
)


def relief(places: Places, name: str, width: float, is_buttoned: bool, is_pressed: bool) -> Array:
    """(V,) how far the folds of a garment stand out, up to about 1, and how deep the valleys between them are.

    Args:
        name: of the garment; each garment has folds of its own. width: how wide folds of its cloth are, beside those of
            twill. is_buttoned: whether it is held together at the waist in front. is_pressed: whether its legs are
            creased down their middles.
    """
    random = np.random.default_rng(zlib.crc32(name.encode()))
    over, under = np.zeros((2, len(places.points)))
    trunk = (*ARMPIT, *WAIST, *(BUTTON if is_buttoned else BELLY), *(HEM if "hem" in places.heights else ()))
    if (places.leg & (places.along_leg > _HAS_LEGS)).any():
        trunk = (*trunk, *CROTCH)
    arm, leg = (*ELBOW, *SLEEVE_END, *UPPER_ARM), (*THIGH, *KNEE, *SHIN, *TROUSER_END)
    for mirror in (1, -1):
        for ridge, valley in (
            *_rings(places, arm, "arm", mirror, width, random),
            *_rings(places, leg, "leg", mirror, width, random),
            *_lines(places, trunk, mirror, width, random),
        ):
            over += ridge**_TOGETHER
            under += valley**_TOGETHER
    if "hem" in places.heights:  # cloth that goes in there would be cut through by thighs that are raised
        above = places.points[:, 2] - places.heights["hem"]
        under *= np.where(places.arm, 1.0, np.clip(above / _NO_VALLEYS, 0, 1) ** _TOGETHER)
    if is_pressed:
        over += _creases(places) ** _TOGETHER
    whole = over ** (1 / _TOGETHER) - _VALLEY * under ** (1 / _TOGETHER)
    return np.asarray(whole * (_OUTLINE + (1 - _OUTLINE) * smoothstep(np.abs(places.up[:, 1]), *_FACING)))


def _creases(places: Places) -> Array:
    """(V,) creases that are ironed into the front and the back of trouser legs."""
    side = np.abs(places.up[:, 0]) / np.maximum(np.abs(places.up[:, 1]), 1e-6)
    shown = np.clip((places.along_leg - _PRESSED[0]) / (_PRESSED[1] - _PRESSED[0]), 0, 1)
    return np.asarray(_CREASE * np.exp(-((side / _CREASE_WIDTH) ** _CREST)) * shown * places.leg)


def _rings(
    places: Places, rings: tuple[Ring, ...], limb: str, mirror: int, width: float, random: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    is_arm = limb == "arm"
    along = places.along_arm if is_arm else places.along_leg
    own = (places.arm if is_arm else places.leg & ~places.arm) & (places.points[:, 0] * mirror > 0)
    upper, lower = places.sizes[:2] if is_arm else places.sizes[2:]
    front = -places.up[:, 1]
    beside = places.up[:, 2] if is_arm else places.up[:, 0] * mirror
    around = np.degrees(np.arctan2(beside, front))
    for ring in rings:
        shift, turn, longer, deep = random.uniform(-_JITTER, _JITTER, 4)
        off = (around - ring.middle - 60 * shift + 180) % 360 - 180
        middle = ring.along + 0.12 * shift + (ring.turn + 0.1 * turn) * off / 90
        away = (along - middle) * (upper if ring.along < 1 else lower)
        share = np.clip(1 - np.abs(off) / (ring.reach * (1 + longer)), 0, 1)
        size = np.sqrt(share) * ring.deep * (1 + deep) * own
        yield _profile(away, ring.width * width, size)


def _lines(
    places: Places, lines: tuple[Line, ...], mirror: int, width: float, random: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    x, z = places.points[:, 0] * mirror, places.points[:, 2]
    for line in lines:
        jitter = random.uniform(-_JITTER, _JITTER, 5)
        base = np.array([places.armpit if line.at == "armpit" else 0.0, places.heights[line.at]])
        start, end = base + line.start, base + line.end
        start, end = start + 0.03 * jitter[:2], end + 0.06 * jitter[2:4]
        way = end - start
        length = float(np.hypot(*way))
        way = way / length
        share = ((x - start[0]) * way[0] + (z - start[1]) * way[1]) / length
        bow = 0.02 * jitter[4] * np.sin(np.pi * np.clip(share, 0, 1))
        away = (z - start[1]) * way[0] - (x - start[0]) * way[1]
        away = away * (1 if way[0] >= 0 else -1) + bow
        taper = np.sin(np.pi * np.clip(0.12 + 0.88 * share, 0, 1)) * ((share > -0.13) & (share < 1))
        facing = -places.up[:, 1] if line.side == "front" else places.up[:, 1]
        seen = np.clip((facing + 0.1) / 0.35, 0, 1) * ~places.arm * (x > -0.015)
        size = np.sqrt(np.maximum(taper, 0)) * seen * line.deep * (1 + jitter[0])
        yield _profile(-away, line.width * width, size)


def _profile(below: Array, width: float, size: Array) -> tuple[Array, Array]:
    """(V,) the height of a fold of a ``size`` (V,) at a distance under its ridge, and the depth of its valley."""
    away = np.abs(below) / np.where(below > 0, _STEEP * width, _GENTLE * width)
    beside = (below - _BESIDE * width) / width
    return size * np.exp(-(away**_CREST)), size * np.exp(-(beside**2))
