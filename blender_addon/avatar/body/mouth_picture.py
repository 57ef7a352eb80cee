"""The small picture inside the built-in mouth: the layout is that of ``ml_core.geometry.lofted_body.mouth``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNPAINTED_KEY = "atelier_unpainted"
"""Property of a material on which no generated texture goes."""

SIZE = 128
BAG, GUM, TOOTH, GAP, TONGUE = (0.20, 0.05, 0.05), (0.55, 0.26, 0.25), (0.88, 0.84, 0.76), (0.45, 0.36, 0.30), (
    0.62, 0.30, 0.29,
)  # fmt: skip
TEETH = 12


def mouth_picture() -> NDArray[np.float32]:
    """(SIZE, SIZE, 3) sRGB, top row first; the mouth's faces lie in its upper left quarter, in bands."""
    v, u = np.meshgrid((np.arange(SIZE) + 0.5) / SIZE * 2, (np.arange(SIZE) + 0.5) / SIZE * 2, indexing="ij")
    picture = np.empty((SIZE, SIZE, 3), np.float32)
    depth = np.clip(v / 0.3, 0, 1)[..., None]
    picture[:] = (1 - depth) * np.array((0.50, 0.20, 0.19)) + depth * np.array(BAG)
    teeth = (v > 0.38) & (v < 0.60)
    between = np.abs(((u - 0.1) / 0.8 * TEETH) % 1 - 0.5) > 0.44
    picture[teeth] = TOOTH
    picture[teeth & between] = GAP
    picture[teeth & (v > 0.515)] = GUM
    picture[v >= 0.62] = TONGUE
    return picture
