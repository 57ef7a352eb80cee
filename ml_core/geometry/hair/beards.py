"""Beards: short cards of strands on lip, cheeks and chin, each of which moves with the skin at its root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.hair.strands import Locks, carded, cut, grow, smoothed, tangential
from ml_core.geometry.hair.surface import HeadSpace
from ml_core.geometry.humanoid.frames import unit

Array = NDArray[np.floating]
_STEP = 0.0025
"""Meters."""
_CANDIDATES = 5200
_DOWN = np.array([0.0, 0.0, -1.0])


@dataclass(frozen=True)
class BeardMesh:
    """``vertices`` (V, 3) meters; ``faces`` (F, 4); ``corner_uv`` (F, 4, 2); ``roots`` (V, 3): where on the skin the
    strand of each vertex grows."""

    vertices: Array
    faces: NDArray[np.int64]
    corner_uv: Array
    roots: Array


@dataclass(frozen=True)
class _Kind:
    """Of a beard: how thickly it grows (0..1) at places (t, size of theta) of the head's chart, how long (meters) it is
    there, and how far it stands off the skin at its thickest."""

    density: Callable[[Array, Array], Array]
    length: Callable[[Array, Array], Array]
    volume: float
    segments: int = 4


def _inside(value: Array, low: Array | float, high: Array | float, soft: float) -> Array:
    return np.clip(np.minimum(value - low, high - value) / soft + 0.5, 0, 1)


def _lip(t: Array, side: Array) -> Array:
    """On the upper lip, down to the corners of the mouth."""
    high = 0.588 + 0.045 * np.clip((side - 0.20) / 0.2, 0, 1)
    ends = np.clip((0.42 - side) / 0.05, 0, 1) * np.clip((side - 0.005) / 0.02, 0, 1)
    return _inside(t, high, high + 0.036, 0.010) * ends


def _chin(t: Array, side: Array) -> Array:
    """On the chin and up to the moustache beside the mouth, and the patch under the lip."""
    chin = _inside(t, 0.712, 0.815, 0.02) * np.clip((0.36 - side) / 0.08, 0, 1)
    patch = _inside(t, 0.682, 0.72, 0.008) * np.clip((0.075 - side) / 0.03, 0, 1)
    beside = _inside(t, 0.630, 0.76, 0.02) * _inside(side, 0.375, 0.475, 0.03)
    return np.maximum.reduce([chin, patch, beside])


def _jaw(t: Array, side: Array) -> Array:
    """Along the jaw from ear to ear, with the cheeks under a line from the mouth to the sideburns."""
    top = np.interp(side, [0.0, 0.30, 0.42, 0.60, 0.90, 1.15, 1.30], [0.715, 0.705, 0.640, 0.600, 0.545, 0.470, 0.430])
    bottom = np.interp(side, [0.0, 0.5, 0.9, 1.2, 1.35], [0.835, 0.825, 0.790, 0.720, 0.640])
    return _inside(t, top, bottom, 0.022) * np.clip((1.36 - side) / 0.06, 0, 1)


def _before_ears(t: Array, side: Array) -> Array:
    return _inside(t, 0.42, 0.645, 0.025) * _inside(side, 0.98, 1.36, 0.05)


def _whole(t: Array, side: Array) -> Array:
    return np.maximum.reduce([_lip(t, side), _chin(t, side), _jaw(t, side)])


def _even(meters: float) -> Callable[[Array, Array], Array]:
    return lambda t, side: np.full(t.shape, meters)


def _bushy(t: Array, side: Array) -> Array:
    low = np.clip((t - 0.66) / 0.12, 0, 1)
    return 0.014 + 0.060 * low * np.clip((1.15 - side) / 0.6, 0.15, 1)


def _pointed(t: Array, side: Array) -> Array:
    return 0.011 + 0.024 * np.clip((t - 0.70) / 0.08, 0, 1) * np.clip((0.32 - side) / 0.2, 0.2, 1)


KINDS: dict[str, _Kind] = {
    "moustache": _Kind(_lip, _even(0.017), 0.0045),
    "goatee": _Kind(lambda t, side: np.maximum(_lip(t, side), _chin(t, side)), _pointed, 0.004),
    "short_beard": _Kind(_whole, _even(0.0105), 0.003, 3),
    "full_beard": _Kind(_whole, _bushy, 0.010, 5),
    "sideburns": _Kind(_before_ears, _even(0.012), 0.003, 3),
}


def build_beard(head: HeadSpace, kind: str, seed: int = 0) -> BeardMesh:
    """Grows a beard on a head whose mouth is closed; the same head, kind and seed give the same mesh.

    Raises:
        InputError: the kind is not known, or has no strands.
    """
    if kind not in KINDS:
        raise InputError("beard: {kind!r} has no mesh; choose one of {kinds}", kind=kind, kinds=", ".join(KINDS))
    wanted, rng = KINDS[kind], np.random.default_rng([seed, 53])
    t, theta = rng.uniform(0.40, 0.86, _CANDIDATES), rng.uniform(-1.4, 1.4, _CANDIDATES)
    side = np.abs(theta)
    chosen = rng.uniform(0, 1, _CANDIDATES) < 0.27 * wanted.density(t, side)
    t, theta, side = t[chosen], theta[chosen], side[chosen]
    roots = head.on_chart(t, theta)
    meters = wanted.length(t, side) * rng.uniform(0.8, 1.2, len(t))
    mouth = np.where(theta >= 0, 1.0, -1.0)[:, None] * np.array([1.0, 0.0, 0.0])
    on_lip = (_lip(t, side) > _jaw(t, side))[:, None] * np.clip(side / 0.1, 0, 1)[:, None]

    def steer(q: Array, normal: Array, grown: float) -> Array:
        way = _DOWN + 0.9 * on_lip * mouth
        off = 0.25 + 0.5 * np.clip(1 - grown / 0.02, 0, 1)
        return unit(tangential(way, normal) + off * normal) if grown < 0.02 else unit(way + 0.15 * normal)

    _, normal = head.distance(roots)
    start = unit(0.7 * normal + steer(head.local(roots), normal, 0.0))
    lift = wanted.volume * rng.uniform(0.3, 1.0, len(t))
    points, normals = grow(
        head, roots, start, steer, float(meters.max()) + _STEP, lift, stiffness=0.6, step=_STEP, rise=0.012
    )
    curves = cut(smoothed(points, 1), normals, np.maximum(meters / _STEP, 2), wanted.segments)
    count = len(t)
    locks = Locks(
        *curves, np.full(count, 0.006), np.full(count, 0.0015), clump=0.25, roll=0.5, sparse=0.35, card=0.0062
    )
    piece = carded(head, rng, locks)
    rings = piece.vertices.reshape(-1, 2 * (wanted.segments + 1), 3)
    own = np.repeat(rings[:, :2].mean(axis=1), rings.shape[1], axis=0)
    return BeardMesh(piece.vertices, piece.faces, piece.corner_uv, own)
