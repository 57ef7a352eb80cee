"""The body atlas: one square image with a rectangular chart for each body part.

Coordinates. ``uv`` is Blender's and OpenGL's convention: u right, v up, both 0..1 over the whole atlas, origin at the
bottom left. Images are stored top row first, so texel row = (1 - v) * size. All charts lie on a grid of 32 cells a
side, so that chart borders fall on whole texels at every power-of-two size from 32 up.

A *tube* chart is parametrized by ``t`` along the part's axis (0 at the top row, 1 at the bottom row of the chart) and
by the angle ``theta`` around it (0 to the part's front, in the middle of the chart; it wraps from +pi to -pi at the
left and right border). A *sheet* chart is one side of a flat part (back of the hand, palm): ``t`` runs from the wrist
to the fingertips and ``s`` in -1..1 across.

Right limbs are the mirror image of left ones: theta (or s) is measured outwards from the body's middle on both sides,
so equal pixels in the left and the right chart make a symmetrical body.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CELLS = 32


@dataclass(frozen=True)
class Chart:
    """A rectangle of the atlas. ``x, y, width, height`` are grid cells, y counted from the top of the image.

    ``front_bias`` in 0..1 gives the front of a tube more texels than the back: texel density around the tube is
    proportional to ``1 + front_bias * cos(theta)``.
    """

    name: str
    part: str
    x: int
    y: int
    width: int
    height: int
    kind: str = "tube"
    front_bias: float = 0.0

    def pixels(self, size: int) -> tuple[slice, slice]:
        """Rows and columns of the chart in an atlas image of resolution ``size``."""
        if size % CELLS:
            raise ValueError(f"expected an atlas size that is a multiple of {CELLS}, got {size}")
        cell = size // CELLS
        rows = slice(self.y * cell, (self.y + self.height) * cell)
        return rows, slice(self.x * cell, (self.x + self.width) * cell)

    def to_uv(self, t: NDArray, across: NDArray) -> NDArray:
        """Atlas uv (..., 2) of part coordinates: ``across`` is theta in radians for a tube, s in -1..1 for a sheet."""
        if self.kind == "tube":
            fraction = 0.5 + (across + self.front_bias * np.sin(across)) / (2 * np.pi)
        else:
            fraction = 0.5 + 0.5 * across
        u = (self.x + np.clip(fraction, 0, 1) * self.width) / CELLS
        v = 1 - (self.y + np.clip(t, 0, 1) * self.height) / CELLS
        return np.stack([u, v], axis=-1)

    def from_uv(self, uv: NDArray) -> tuple[NDArray, NDArray]:
        """``(t, across)`` of atlas uv (..., 2); the inverse of :meth:`to_uv`."""
        t = ((1 - uv[..., 1]) * CELLS - self.y) / self.height
        fraction = (uv[..., 0] * CELLS - self.x) / self.width
        if self.kind == "sheet":
            return t, 2 * fraction - 1
        if not self.front_bias:
            return t, (fraction - 0.5) * 2 * np.pi
        theta = np.linspace(-np.pi, np.pi, 4097)
        table = 0.5 + (theta + self.front_bias * np.sin(theta)) / (2 * np.pi)
        return t, np.interp(fraction, table, theta)

    def texel_grid(self, size: int) -> tuple[NDArray, NDArray]:
        """``(t, across)`` at the texel centers of the chart, each (rows, columns)."""
        rows, columns = self.pixels(size)
        u = (np.arange(columns.start, columns.stop) + 0.5) / size
        v = 1 - (np.arange(rows.start, rows.stop) + 0.5) / size
        return self.from_uv(np.stack(np.meshgrid(u, v), axis=-1))


def _limbs() -> list[Chart]:
    charts = []
    for side, x in (("left", 0), ("right", 8)):
        charts += [
            Chart(f"{side}_upper_leg", f"{side}_upper_leg", x, 16, 8, 8),
            Chart(f"{side}_lower_leg", f"{side}_lower_leg", x, 24, 8, 8),
        ]
    for side, offset in (("left", 0), ("right", 4)):
        charts += [
            Chart(f"{side}_upper_arm", f"{side}_upper_arm", 16 + offset, 16, 4, 5),
            Chart(f"{side}_lower_arm", f"{side}_lower_arm", 24 + offset, 16, 4, 5),
            Chart(f"{side}_hand_back", f"{side}_hand", 16 + 2 * offset, 21, 4, 6, "sheet"),
            Chart(f"{side}_hand_palm", f"{side}_hand", 20 + 2 * offset, 21, 4, 6, "sheet"),
            Chart(f"{side}_foot", f"{side}_foot", 16 + 2 * offset, 27, 8, 5),
        ]
    return charts


CHARTS: dict[str, Chart] = {
    chart.name: chart
    for chart in [
        Chart("head", "head", 0, 0, 16, 16, front_bias=0.7),
        Chart("torso", "torso", 16, 0, 16, 16),
        *_limbs(),
    ]
}

PARTS: tuple[str, ...] = tuple(dict.fromkeys(chart.part for chart in CHARTS.values()))
