"""Removes the light of a photo from the skin: white balance by the whites of the eyes, and shading by its surface."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.inference.photo.faces import Face
from ml_core.inference.photo.surface.regions import EYES, region

Array = NDArray[np.floating]

_WHITE = np.array([0.74, 0.67, 0.60])
"""Linear color of the white of an eye beside a neutral gray of 0.7: a little warm."""
_LEAST_WHITES = 12
_MOST_TINT = 1.22
_TRUST = 0.7
"""Fraction of the tint that is removed: the whites of eyes differ among people."""
_MOST_SHADE = 2.5
_RIDGE = 0.02
_ROUNDS = 3


def white_balance(face: Face, linear: Array) -> Array:
    """(3,) factors for a linear picture (H, W, 3), of mean 1, after which the whites of the eyes are white.

    All 1 where too little of the whites shows.
    """
    size = (linear.shape[1], linear.shape[0])
    found = []
    for number, side in enumerate(EYES):
        inside = region(face, size, EYES[side], 0.92) > 0.5
        center, rim = face.irises[number, 0], face.irises[number, 1:]
        radius = float(np.linalg.norm(rim - center, axis=1).mean())
        rows, columns = np.nonzero(inside)
        away = np.hypot(columns - center[0], rows - center[1])
        found.append(linear[rows[away > 1.2 * radius], columns[away > 1.2 * radius]])
    whites = np.concatenate(found)
    if len(whites) < _LEAST_WHITES:
        return np.ones(3)
    brightness = whites.mean(axis=1)
    bright = whites[(brightness >= np.quantile(brightness, 0.6)) & (brightness < 0.97)]
    if len(bright) < _LEAST_WHITES // 3:
        return np.ones(3)
    seen = np.median(bright, axis=0)
    factors = (_WHITE / _WHITE.mean()) / np.maximum(seen / seen.mean(), 1e-3)
    factors = np.clip(factors, 1 / _MOST_TINT, _MOST_TINT) ** _TRUST
    return np.asarray(factors / factors.mean())


def harmonics(normals: Array) -> Array:
    """(N, 9) real spherical harmonics of unit normals (N, 3) up to the second order, unscaled.

    The shading of a matte surface by distant light of any kind is nearly a weighted sum of these (Basri and Jacobs
    2003).
    """
    x, y, z = np.moveaxis(normals, -1, 0)
    return np.stack([np.ones_like(x), x, y, z, x * y, y * z, x * z, x * x - y * y, 3 * z * z - 1], axis=-1)


def shading(colors: Array, normals: Array, weights: Array) -> Array:
    """(9, 3) the light on skin: weights of :func:`harmonics`, fitted to linear colors (N, 3) at normals (N, 3).

    Args:
        weights: (N,) 0 where the color is not the skin's own.
    """
    basis = harmonics(normals)
    share = np.asarray(weights, np.float64).copy()
    ridge = np.eye(9) * _RIDGE * max(float(share.sum()), 1.0)
    ridge[0, 0] = 0
    result = np.zeros((9, 3))
    for _ in range(_ROUNDS):
        weighted = basis * share[:, None]
        result = np.linalg.solve(weighted.T @ basis + ridge, weighted.T @ colors)
        miss = np.abs(np.log(np.maximum(colors.mean(axis=1), 1e-4) / np.maximum((basis @ result).mean(axis=1), 1e-3)))
        share = weights / (1 + (miss / 0.2) ** 2)
    return result


def flattened(colors: Array, normals: Array, light: Array, usual: Array) -> Array:
    """Linear colors (N, 3) as they would be in even light: divided by the light on them, times the ``usual`` (3,)."""
    lit = np.maximum(harmonics(normals) @ light, 1e-3)
    factor = np.clip(usual / lit, 1 / _MOST_SHADE, _MOST_SHADE)
    return np.asarray(colors * factor)
