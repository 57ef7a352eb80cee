"""Where each of the 468 landmarks of a photographed face lies on the skin of the built-in body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.files import compiled_arrays
from ml_core.inference.photo.faces import COUNT
from ml_core.weights import WEIGHTS_FOLDER

POINTS_FILE = WEIGHTS_FOLDER / "face_points.npz"


@dataclass(frozen=True)
class FacePoints:
    """Landmarks as points of triangles of the skin.

    Attributes:
        vertices: (468, 3) int. shares: (468, 3), which sum to 1.
        spread: (468, 3) how far each of the network's landmarks usually is from this point: to the right, down and away
            from the camera, in distances between the eyes.
    """

    vertices: NDArray[np.int64]
    shares: NDArray[np.float64]
    spread: NDArray[np.float64]

    def of(self, rows: NDArray[np.floating]) -> NDArray[np.float64]:
        """(468, 3) the points on a body whose vertices are the first of ``rows`` (R, 3)."""
        return np.asarray(np.einsum("nk,nkc->nc", self.shares, rows[self.vertices]), np.float64)


@cache
def face_points(path: Path = POINTS_FILE) -> FacePoints:
    """The table that ``scripts/data/compile_face_points.py`` wrote.

    Raises:
        InputError: it is missing or damaged.
    """
    with compiled_arrays(path, "scripts/data/compile_face_points.py") as arrays:
        table = FacePoints(
            arrays["vertices"].astype(np.int64),
            *(arrays[name].astype(np.float64) for name in ("shares", "spread")),
        )
        shapes = {table.vertices.shape, table.shares.shape, table.spread.shape}
        if shapes != {(COUNT, 3)}:
            raise ValueError(f"expected shape ({COUNT}, 3)")
    return table
