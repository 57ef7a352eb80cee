"""Rotations of many joints and frames at once: unit quaternions (..., 4) as w, x, y, z, and matrices (..., 3, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def to_matrices(quaternions: Array) -> Array:
    """Rotation matrices (..., 3, 3) of quaternions (..., 4) of any length but 0."""
    q = np.asarray(quaternions, np.float64)
    w, x, y, z = np.moveaxis(q / np.maximum(np.linalg.norm(q, axis=-1, keepdims=True), 1e-12), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def to_quaternions(matrices: Array) -> Array:
    """Unit quaternions (..., 4), w not negative, of rotation matrices (..., 3, 3) (Shepperd 1978)."""
    m = np.asarray(matrices, np.float64)
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    zy, xz, yx = m[..., 2, 1], m[..., 0, 2], m[..., 1, 0]
    yz, zx, xy = m[..., 1, 2], m[..., 2, 0], m[..., 0, 1]
    candidates = np.stack(
        [
            np.stack([1 + xx + yy + zz, zy - yz, xz - zx, yx - xy], axis=-1),
            np.stack([zy - yz, 1 + xx - yy - zz, xy + yx, xz + zx], axis=-1),
            np.stack([xz - zx, xy + yx, 1 - xx + yy - zz, yz + zy], axis=-1),
            np.stack([yx - xy, xz + zx, yz + zy, 1 - xx - yy + zz], axis=-1),
        ],
        axis=-2,
    )
    best = np.argmax(np.stack([xx + yy + zz, xx, yy, zz], axis=-1), axis=-1)
    chosen = np.take_along_axis(candidates, best[..., None, None], axis=-2)[..., 0, :]
    chosen = chosen / np.linalg.norm(chosen, axis=-1, keepdims=True)
    return chosen * np.where(chosen[..., :1] < 0, -1.0, 1.0)


def continuous(quaternions: Array) -> Array:
    """The same rotations (F, ..., 4) with signs that do not jump from frame to frame."""
    q = np.array(quaternions, np.float64)
    flips = np.sum(q[1:] * q[:-1], axis=-1) < 0
    signs = np.where(np.cumsum(flips, axis=0) % 2 == 1, -1.0, 1.0)
    q[1:] *= signs[..., None]
    return q


def inverses(matrices: Array) -> Array:
    """Inverses (..., 4, 4) of affine matrices, by cofactors: an eighth of LAPACK's time on many small ones.

    A direction that a matrix collapses, as that of a bone of zero scale does, stays collapsed.
    """
    m = np.asarray(matrices, np.float64)
    x, y, z, place = (m[..., :3, column] for column in range(4))
    rows = np.stack([np.cross(y, z), np.cross(z, x), np.cross(x, y)], axis=-2)
    volume = np.sum(x * rows[..., 0, :], axis=-1)[..., None, None]
    is_flat = np.abs(volume) < 1e-30
    linear = np.where(is_flat, 0.0, rows / np.where(is_flat, 1.0, volume))
    result = np.zeros_like(m)
    result[..., :3, :3] = linear
    result[..., :3, 3] = -np.einsum("...ij,...j->...i", linear, place)
    result[..., 3, 3] = 1
    return result


def slerp(start: Array, end: Array, share: Array | float) -> Array:
    """Quaternions (..., 4) on the shorter arc from ``start`` to ``end`` (Shoemake 1985); ``share`` (...) of 0..1."""
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    cosine = np.sum(start * end, axis=-1, keepdims=True)
    end = np.where(cosine < 0, -end, end)
    angle = np.arccos(np.clip(np.abs(cosine), 0, 1))
    share = np.broadcast_to(np.asarray(share, np.float64), cosine.shape[:-1])[..., None]
    sine = np.sin(angle)
    near = sine < 1e-6
    safe = np.where(near, 1.0, sine)
    first = np.where(near, 1 - share, np.sin((1 - share) * angle) / safe)
    second = np.where(near, share, np.sin(share * angle) / safe)
    mixed = first * start + second * end
    return mixed / np.linalg.norm(mixed, axis=-1, keepdims=True)


def about_z(angles: Array) -> Array:
    """Rotation matrices (..., 3, 3) by ``angles`` (...) radians about the vertical."""
    angles = np.asarray(angles, np.float64)
    cosine, sine, zero, one = np.cos(angles), np.sin(angles), np.zeros_like(angles), np.ones_like(angles)
    rows = [[cosine, -sine, zero], [sine, cosine, zero], [zero, zero, one]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def between(start: Array, end: Array) -> Array:
    """The shortest rotations (..., 3, 3) that take directions ``start`` (..., 3) to ``end`` (..., 3)."""
    start = start / np.maximum(np.linalg.norm(start, axis=-1, keepdims=True), 1e-12)
    end = end / np.maximum(np.linalg.norm(end, axis=-1, keepdims=True), 1e-12)
    cosine = np.sum(start * end, axis=-1, keepdims=True)
    quaternion = np.concatenate([1 + cosine, np.cross(start, end)], axis=-1)
    opposite = np.linalg.norm(quaternion, axis=-1, keepdims=True) < 1e-7
    side = np.cross(start, np.where(np.abs(start[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))
    turned = np.concatenate([np.zeros_like(cosine), side], axis=-1)
    return to_matrices(np.where(opposite, turned, quaternion))
