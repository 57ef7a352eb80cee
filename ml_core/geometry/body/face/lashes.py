"""Eyelashes: UVs of their cards from root to tip, and the picture of single hairs that is cut out on them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData

WIDE, HIGH = 1024, 512
"""Texels of the picture in the body's UVs."""
BOX = (0.79, 0.83, 0.99, 0.99)
"""Least and greatest u and v of the part of the UVs that the lashes have for themselves; the skin leaves it free."""
_ROWS = 4
"""Lids that lie over each other in the box: upper and lower ones by turns."""
_GAP = 0.15
"""Fraction of a row that is kept free over the tips."""
_HAIRS = 54
_THICK = (0.0058, 0.0036)
"""Half the width of a hair at its root on an upper and on a lower lid, as a share of the lid."""


def lash_uv(data: BodyData) -> NDArray[np.float32]:
    """(F, 4, 2) UVs of the lashes' faces in :data:`BOX`: u along each lid, v from its rim up to the tips."""
    faces, points = data.faces["lashes"], np.asarray(data.base, np.float64)
    skin = points[data.used("skin")]
    uv = np.zeros((len(points), 2))
    u0, v0, u1, v1 = BOX
    row = (v1 - v0) / _ROWS
    for number, lid in enumerate(_components(faces)):
        mine = np.unique(faces[lid])
        away = np.sqrt(((points[mine][:, None] - skin[None]) ** 2).sum(axis=2).min(axis=1))
        x = points[mine, 0]
        along = (x - x.min()) / max(float(np.ptp(x)), 1e-6)
        out = np.clip(away / max(float(np.quantile(away, 0.97)), 1e-6), 0, 1)
        uv[mine, 0] = u0 + (u1 - u0) * along
        uv[mine, 1] = v0 + row * (number % _ROWS + (1 - _GAP) * out)
    return uv[faces].astype(np.float32)


def _components(faces: NDArray[np.integer]) -> list[NDArray[np.int64]]:
    """The faces of each connected component."""
    group = np.arange(int(faces.max()) + 1)
    for _ in range(64):
        least = group[faces].min(axis=1)
        before = group.copy()
        for corner in range(faces.shape[1]):
            np.minimum.at(group, faces[:, corner], least)
        group = group[group]
        if np.array_equal(group, before):
            break
    owner = group[faces[:, 0]]
    return [np.flatnonzero(owner == item) for item in np.unique(owner)]


@lru_cache(maxsize=1)
def lash_alpha() -> NDArray[np.float32]:
    """(HIGH, WIDE) 0..1, row 0 at the top: tapered hairs, each a little bent, for every lid in :data:`BOX`."""
    rng = np.random.default_rng(59)
    u0, v0, u1, v1 = BOX
    u = ((np.arange(WIDE) + 0.5)[None] / WIDE - u0) / (u1 - u0)
    rows = ((1 - (np.arange(HIGH) + 0.5)[:, None] / HIGH) - v0) / (v1 - v0) * _ROWS
    v = (rows % 1.0) / (1 - _GAP)
    alpha = np.zeros((HIGH, WIDE))
    texel = 1 / ((u1 - u0) * WIDE)
    thick = np.take(_THICK, np.floor(rows).astype(int) % 2)
    for number in range(_HAIRS):
        root = (number + rng.uniform(-0.3, 0.3) + 0.5) / _HAIRS
        lean, reach = rng.normal(scale=0.016) + 0.02 * (root - 0.5), rng.uniform(0.55, 1.0)
        middle = root + lean * (v / reach) ** 1.6
        width = thick * np.clip(1 - v / reach, 0, 1) ** 0.7
        hair = np.clip((width - np.abs(u - middle)) / (1.4 * texel) + 0.4, 0, 1) * (v < reach)
        alpha = np.maximum(alpha, hair)
    inside = (u >= 0) & (u <= 1) & (rows >= 0) & (rows < _ROWS)
    return np.asarray(alpha * inside, np.float32)
