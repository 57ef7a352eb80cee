"""The measured shape of the body atlas: mean frames and radii of the people on whose pictures the painter was trained.

``ml_core/weights/atlas_shape.npz`` holds statistics that ``scripts/data/measure_atlas.py`` takes over the shared
avatars: for each body part the mean frame of men and of women, and over the whole atlas the mean distance of the
surface from the part's axis. It contains no mesh; it gives the size and the neighbors of each texel of the atlas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ml_core.geometry.atlas.charts import CHARTS, PARTS
from ml_core.geometry.humanoid.frames import Array, Frame, SheetFrame, TubeFrame, unit, wrapped
from ml_core.weights import WEIGHTS_FOLDER

SHAPE_FILE = WEIGHTS_FOLDER / "atlas_shape.npz"
ATLAS_SIZE = 256
TUBE_FIELDS = ("origin", "axis", "front", "side", "low", "high", "low_radius", "high_radius", "knots", "angles")
SHEET_FIELDS = ("origin", "axis", "across", "normal", "length", "half_width")
UNIT_FIELDS = ("axis", "front", "side", "across", "normal")
MIRROR = np.array([-1.0, 1.0, 1.0])


def frame_to_vector(frame: Frame) -> Array:
    """All numbers of a frame in one vector, so that frames can be averaged."""
    fields = TUBE_FIELDS if isinstance(frame, TubeFrame) else SHEET_FIELDS
    values = [sorted(getattr(frame, name)) if name == "knots" else getattr(frame, name) for name in fields]
    return np.concatenate([np.ravel(np.asarray(value, np.float64)) for value in values])


def vector_to_frame(vector: Array, part: str) -> Frame:
    """The inverse of :func:`frame_to_vector`; directions are made unit vectors again."""
    if part.endswith("_hand"):
        axis, across, normal = (unit(vector[3 * i : 3 * i + 3]) for i in (1, 2, 3))
        return SheetFrame(vector[:3], axis, across, normal, float(vector[12]), float(vector[13]))
    axis, front, side = (unit(vector[3 * i : 3 * i + 3]) for i in (1, 2, 3))
    knots_count = {"head": 8, "torso": 4}.get(part, 4 if part.endswith("_foot") else 2)
    first, second, third, fourth = (float(value) for value in vector[12:16])
    rest = vector[16:].reshape(-1, 2)
    return TubeFrame(
        vector[:3],
        axis,
        front,
        side,
        first,
        second,
        third,
        fourth,
        knots=tuple((float(a), float(b)) for a, b in rest[:knots_count]),
        angles=tuple((float(a), float(b)) for a, b in rest[knots_count:]),
    )


def mirrored_frame(frame: Frame) -> Frame:
    """The frame of the other side's limb."""
    if isinstance(frame, SheetFrame):
        return SheetFrame(
            frame.origin * MIRROR,
            frame.axis * MIRROR,
            frame.across * MIRROR,
            frame.normal * MIRROR,
            frame.length,
            frame.half_width,
        )
    values = {name: getattr(frame, name) for name in TUBE_FIELDS}
    for name in ("origin", "axis", "front", "side"):
        values[name] = values[name] * MIRROR
    return TubeFrame(**values)


@dataclass(frozen=True)
class AtlasShape:
    """One person: frames by part (meters, feet on z = 0), and radii over the atlas."""

    frames: Mapping[str, Frame]
    radius: Array

    @classmethod
    def load(cls, presentation: float = 0.5) -> AtlasShape:
        """Blends the measured means: ``presentation`` 0 is the mean of the men, 1 that of the women."""
        with np.load(SHAPE_FILE) as file:
            data = {name: file[name].astype(np.float64) for name in file.files}
        p = float(presentation)

        def blended(name: str) -> Array:
            return (1 - p) * data[f"m_{name}"] + p * data[f"f_{name}"]

        frames: dict[str, Frame] = {}
        for part in PARTS:
            if not part.startswith("right_"):
                frames[part] = vector_to_frame(blended(f"frame_{part}"), part)
        for part in PARTS:
            if part.startswith("right_"):
                frames[part] = mirrored_frame(frames[part.replace("right_", "left_")])
        return cls(frames, blended("radius"))

    def radii(self, chart_name: str, t: Array, across: Array) -> Array:
        """Measured radius at part coordinates, bilinear; theta wraps, t is clamped."""
        chart = CHARTS[chart_name]
        rows, columns = chart.pixels(ATLAS_SIZE)
        block = self.radius[rows, columns]
        uv = chart.to_uv(t, across)
        y = np.clip((1 - uv[..., 1]) * ATLAS_SIZE - rows.start - 0.5, 0, block.shape[0] - 1)
        x = uv[..., 0] * ATLAS_SIZE - columns.start - 0.5
        return _bilinear(block, y, x)

    def points(self, chart_name: str, t: Array, across: Array) -> Array:
        """Surface points (..., 3) at part coordinates of a tube chart."""
        t, across = np.broadcast_arrays(np.asarray(t, np.float64), wrapped(np.asarray(across, np.float64)))
        return self.frames[CHARTS[chart_name].part].unproject(t, across, self.radii(chart_name, t, across))


def _bilinear(block: Array, y: Array, x: Array) -> Array:
    """Samples with rows clamped and columns wrapped."""
    width = block.shape[1]
    y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
    fy, fx = y - y0, x - x0
    y1 = np.minimum(y0 + 1, block.shape[0] - 1)
    left, right = x0 % width, (x0 + 1) % width
    upper = block[y0, left] * (1 - fx) + block[y0, right] * fx
    lower = block[y1, left] * (1 - fx) + block[y1, right] * fx
    return upper * (1 - fy) + lower * fy
