"""Single hairs in the strips of the strand texture: each with a path, a width, a tone and a place in the pile."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.hair.strands import CAP, DENSE, SPARSE, STRIPS

Array = NDArray[np.floating]
FloatImage = NDArray[np.float32]

_DENSE_HAIRS, _SPARSE_HAIRS, _CAP_HAIRS = 92, 12, 56
"""Hairs of one strip."""
_SEEN = 0.4
"""Share of a texel from which on a hair covers those below it."""


@dataclass(frozen=True)
class Hairs:
    """Hairs from root to tip at S rows: ``center`` and ``half`` (N, S) are place across and half the width in strips;
    ``tone`` and ``pile`` (N,) say how light a hair is (0 on average), and how far on top it lies (0..1)."""

    center: FloatImage
    half: FloatImage
    tone: FloatImage
    pile: FloatImage


@dataclass(frozen=True)
class PaintedHairs:
    """(S, S) images: ``alpha`` 0..1; of the uppermost hair its ``tone``, ``pile`` and, 0..1, its ``roundness``."""

    alpha: FloatImage
    tone: FloatImage
    pile: FloatImage
    roundness: FloatImage


@dataclass(frozen=True)
class Comb:
    """How hairs of one length are painted; shares of that length.

    Attributes:
        begin: in which they grow one by one. ragged: by which those of a full lock may end before its tip.
        root, tip: how light they are where they grow and where they end, beside what they are between.
        points: into which a full lock runs out. gathered, bend: 0..1, how much its hairs
        come together there, and how late.
    """

    begin: float = 0.005
    ragged: float = 0.22
    root: float = 0.72
    tip: float = 1.12
    points: int = 7
    gathered: float = 0.6
    bend: float = 1.4


LONG = Comb()


def combed(size: int, comb: Comb, rng: np.random.Generator) -> Hairs:
    """Hairs of all strips, that lie nearly side by side, cross each other a little and end one by one."""
    down = ((np.arange(size, dtype=np.float32) + np.float32(0.5)) / size)[None]
    made = [_full(down, strip, comb, rng) for strip in DENSE]
    made += [_loose(down, strip, comb, rng) for strip in SPARSE]
    made.append(_on_scalp(down, rng))
    return Hairs(*(np.concatenate([getattr(part, item.name) for part in made]) for item in fields(Hairs)))


def _full(down: Array, strip: int, comb: Comb, rng: np.random.Generator) -> Hairs:
    """A lock, closed in its upper half, that runs out in points of a few hairs each."""
    count = _DENSE_HAIRS
    even = 2 * (np.arange(count) + rng.uniform(0.1, 0.9, count)) / count - 1
    # Closed in the middle; toward its rims single hairs, or every card would be a ribbon with a clean border.
    aside = np.abs(even)
    place = 0.5 + 0.5 * np.sign(even) * np.interp(aside, [0, _CLOSED, 1], [0, _MIDDLE, 1])
    point = (np.arange(comb.points) + rng.uniform(0.2, 0.8, comb.points)) / comb.points
    nearest = point[np.abs(place[:, None] - point).argmin(axis=1)]
    end = 1 - comb.ragged * np.clip(0.85 * rng.beta(1.3, 1.6, count) + 0.45 * aside**3, 0, 1)
    start = comb.begin * (0.2 + 0.9 * rng.random(count) + 1.5 * aside**4)
    at_rim = aside > _CLOSED
    start = np.where(at_rim, start + rng.uniform(0.0, 0.30, count), start)
    end = np.where(at_rim, np.minimum(end, start + rng.uniform(0.35, 0.8, count)), end)
    half = rng.uniform(0.011, 0.021, count) * np.where(at_rim, 0.7, 1.0)
    gathered = comb.gathered * np.clip((down - 0.40) / 0.60, 0, 1) ** comb.bend
    center = place[:, None] + gathered * (nearest - place)[:, None] + _wavering(down, count, 0.015, rng)
    # Hairs of the rim keep inside of the card, whose border would cut them to dots.
    center = 0.5 + (center - 0.5) * 0.93
    return Hairs(
        *_single(
            float(strip) + np.clip(center, 0.03, 0.97), half[:, None] * _tapered(down, start, end, 0.6 * comb.ragged)
        ),
        *_own(count, rng),
    )


_CLOSED, _MIDDLE = 0.94, 0.80
"""Share of the hairs of a lock that close its middle, and how much of the lock that is; the others lie toward its rims
with air between them."""


def _loose(down: Array, strip: int, comb: Comb, rng: np.random.Generator) -> Hairs:
    """Few hairs with air between them."""
    count = _SPARSE_HAIRS
    place = 0.08 + 0.84 * (np.arange(count) + rng.uniform(0.0, 1.0, count)) / count
    start, end = comb.begin * rng.uniform(0.0, 1.2, count), rng.uniform(0.55, 1.0, count)
    half = rng.uniform(0.010, 0.019, count)
    center = place[:, None] + _wavering(down, count, 0.03, rng)
    return Hairs(
        *_single(float(strip) + np.clip(center, 0.03, 0.97), half[:, None] * _tapered(down, start, end, 0.4)),
        *_own(count, rng),
    )


def _on_scalp(down: Array, rng: np.random.Generator) -> Hairs:
    """Hair of the scalp, closed but for its last centimeters, over which it thins out so that no line is seen."""
    count = _CAP_HAIRS
    place = (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count
    end = 1 - 0.13 * rng.beta(1.3, 1.2, count)
    half = rng.uniform(0.010, 0.018, count)
    center = place[:, None] + _wavering(down, count, 0.010, rng)
    half = half[:, None] * np.clip((end[:, None] - down) / 0.06, 0, 1) ** 0.7
    closed = np.clip((0.87 - down) / 0.05, 0, 1)
    return Hairs(*_single(float(CAP) + center, half + 0.02 * closed), *_own(count, rng))


def _wavering(down: Array, count: int, amount: float, rng: np.random.Generator) -> Array:
    """(N, S) how far hairs leave their straight line, in strips."""
    slow, quick = (rng.normal(size=(count, 1)).astype(np.float32) for _ in range(2))
    turn = (2 * np.pi * rng.random((count, 1))).astype(np.float32)
    pace = (2 * np.pi * rng.uniform(0.4, 1.1, (count, 1))).astype(np.float32)
    wave = np.sin(pace * down + turn)
    return amount * (wave + 1.2 * slow * (down - 0.3) + 0.4 * quick * np.sin(2 * np.pi * 2.3 * down + 2 * turn))


def _tapered(down: Array, start: Array, end: Array, over: float) -> Array:
    """(N, S) 0..1: hairs that begin at ``start``, end at ``end``, and are thinner over the last share ``over``."""
    rising = np.clip((down - start[:, None].astype(np.float32)) / 0.006, 0, 1)
    left = np.clip((end[:, None].astype(np.float32) - down) / over, 0, 1)
    return rising * left**0.5


def _own(count: int, rng: np.random.Generator) -> tuple[FloatImage, FloatImage]:
    """Tone and place in the pile of hairs."""
    return np.clip(rng.normal(size=count), -2, 2).astype(np.float32), rng.permutation(count).astype(np.float32) / count


def _single(center: Array, half: Array) -> tuple[FloatImage, FloatImage]:
    return center.astype(np.float32), np.broadcast_to(half, center.shape).astype(np.float32)


def painted(hairs: Hairs, size: int) -> PaintedHairs:
    """Hairs laid over each other, those on top of the pile last."""
    texel = size / STRIPS
    order = np.argsort(hairs.pile, kind="stable")
    center, half = texel * hairs.center[order], texel * hairs.half[order]
    width = int(np.ceil(2 * half.max())) + 2
    column = np.floor(center - width / 2 + 0.5).astype(np.int32)[..., None] + np.arange(width, dtype=np.int32)
    off = column + np.float32(0.5) - center[..., None]
    # A hair thinner than a texel still is a row of texels, until it is so thin that it would be one of dots.
    cover = np.clip(half[..., None] - np.abs(off) + 0.5, 0, 1) * np.clip(half[..., None] / 0.35, 0, 1)
    first = texel * np.floor(hairs.center[order, :1])[..., None]
    inside = (column >= first) & (column < first + texel)
    # What is shown is soon opaque: renderers that multiply colors by alpha as they are stored darken what is half so.
    cover = np.where(inside, np.where(cover > _SEEN, np.minimum(_SEEN + 5 * (cover - _SEEN), 1), cover), 0)
    place = np.arange(size, dtype=np.int32)[None, :, None] * size + np.clip(column, 0, size - 1)
    alpha = np.zeros(size * size, np.float32)
    seen = cover > 0.02
    np.maximum.at(alpha, place[seen], cover[seen].astype(np.float32))
    alpha = _without_specks(alpha.reshape(size, size))
    tone, pile, roundness = (np.full(size * size, value, np.float32) for value in (0.0, 0.8, 0.85))
    over = cover > _SEEN
    number = np.broadcast_to(np.arange(len(center))[:, None, None], cover.shape)[over]
    at = place[over]  # of texels named again the last counts, which is on top
    tone[at], pile[at] = hairs.tone[order][number], hairs.pile[order][number]
    round_off = off / np.maximum(half[..., None] + 0.5, 0.6)
    roundness[at] = np.sqrt(np.clip(1 - round_off[over] ** 2, 0, 1))
    return PaintedHairs(alpha, *(values.reshape(size, size) for values in (tone, pile, roundness)))


def _without_specks(alpha: FloatImage) -> FloatImage:
    """An image (S, S) of alpha without the texels that thin hairs show here and there: what is shown runs down over
    :data:`_SHORTEST` of the image at least."""
    least = int(np.ceil(_SHORTEST * len(alpha)))
    turns = np.diff(np.pad((alpha > _SEEN).T, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (column, first), last = np.nonzero(turns == 1), np.nonzero(turns == -1)[1]
    is_short = last - first < least
    cleaned = alpha.copy()
    for step in range(least - 1):
        at = is_short & (first + step < last)
        cleaned[first[at] + step, column[at]] = 0
    return cleaned


_SHORTEST = 6 / 512
