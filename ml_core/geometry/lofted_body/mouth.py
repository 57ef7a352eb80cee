"""The mouth of the built-in head: lips, a bag behind them, teeth and a tongue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml_core.geometry.lofted_body.head_surface import HeadSurface
from ml_core.geometry.lofted_body.quad_mesh import Array, Index, QuadMesh

MOUTH_SLOT = 1
"""Material slot of what is seen through the open lips only; all else is in slot 0."""

HALF_WIDTH = 25.0
"""Millimetres from the middle to a corner of the mouth on the mean head."""

BAG = ((7.0, 9.0, 0.96), (16.0, 15.0, 0.94), (32.0, 15.0, 0.86), (46.0, 10.0, 0.62))
"""Loops of the bag behind the lips: depth and half height (millimetres), width over the lips' width."""

TEETH_SEGMENTS, TONGUE_ROWS, TONGUE_RING = 12, 7, 8


@dataclass(frozen=True)
class Mouth:
    """Vertices of the mouth.

    ``lips`` (rings, 36): the block's border, one loop between, the lips' outer edge, their crest, the edge where they
    touch, and just behind it; each from the right corner over the upper lip to the left corner and back below.
    ``bag`` all vertices behind, ``bag_lower`` (same length) their share in the lower jaw.
    """

    lips: Index
    bag: Index
    bag_lower: Array
    upper_teeth: Index
    lower_teeth: Index
    tongue: Index

    def mapped(self, moved: Callable[[Index], Index]) -> Mouth:
        """The same mouth with other vertex numbers."""
        parts = (moved(part) for part in (self.upper_teeth, self.lower_teeth, self.tongue))
        return Mouth(moved(self.lips), moved(self.bag), self.bag_lower, *parts)


def build_mouth(mesh: QuadMesh, surface: HeadSurface, border: Index) -> Mouth:
    """Fills the hole of the mouth (36,)."""
    count = len(border)
    start = count // 12  # half-way up the right side
    border = np.roll(border, -start)
    lips, slit = _lips(mesh, surface, border)
    bag, share = _bag(mesh, surface, lips[-1])
    upper = _teeth(mesh, surface, slit, +1)
    lower = _teeth(mesh, surface, slit, -1)
    tongue = _tongue(mesh, surface, slit)
    return Mouth(lips, bag, share, upper, lower, tongue)


def lip_places(count: int) -> tuple[Array, Array]:
    """``(across, above)``: -1..1 from the right to the left corner, and +1 on the upper, -1 on the lower lip."""
    half = count // 2
    across = -np.cos(np.linspace(0, np.pi, half + 1)) * 0.35 + np.linspace(-1, 1, half + 1) * 0.65
    full = np.concatenate([across, across[-2:0:-1]])
    above = np.concatenate([[0.0], np.ones(half - 1), [0.0], -np.ones(half - 1)])
    return full, above


def _lips(mesh: QuadMesh, surface: HeadSurface, border: Index) -> tuple[Index, Array]:
    marks = surface.marks
    mm = marks.unit / 1000
    across, above = lip_places(len(border))
    x = HALF_WIDTH * mm * across
    arch = np.clip(1 - np.abs(across) ** 2.2, 0, 1)
    bow = 1.0 - 0.16 * np.exp(-((across / 0.14) ** 2)) + 0.10 * np.exp(-(((np.abs(across) - 0.3) / 0.16) ** 2))
    middle_z = marks.mouth_z + mm * (
        -0.8 * np.exp(-((across / 0.25) ** 2)) + 0.5 * np.exp(-((across / 0.6) ** 2)) - 1.0 * across**4
    )
    height = np.where(above > 0, 8.4 * arch**0.8 * bow, 9.2 * arch**0.7) * mm
    outer_z = middle_z + above * height
    outer = surface.sculpted(surface.at(1.02 * x, outer_z))
    slit = surface.sculpted(surface.at(x, middle_z))
    fullness = arch**0.6
    slit[:, 1] += (1.8 - 2.6 * fullness + 1.6 * (1 - fullness)) * mm
    outer[:, 1] += (1.4 * (1 - fullness) + 0.3 * fullness) * mm
    crest = 0.44 * outer + 0.56 * slit
    crest[:, 1] = np.minimum(outer[:, 1], slit[:, 1]) * 0.6 + 0.4 * crest[:, 1]
    crest[:, 1] -= np.where(above > 0, 3.8, 3.8) * fullness * mm
    edge, inner = slit.copy(), slit.copy()
    edge[:, 2] += above * 0.25 * mm
    edge[:, 1] -= 0.6 * fullness * mm
    inner[:, 1] += 4.5 * mm
    inner[:, 2] += above * 0.5 * mm
    outside = mesh.positions[border]
    between = surface.sculpted(surface.at(0.5 * (outside + outer)[:, 0], 0.5 * (outside + outer)[:, 2]))
    rings = [border]
    slit_layout = _layout(surface, slit)
    for points, step in ((between, 0.0), (outer, 0.0), (crest, 0.0), (edge, 0.004), (inner, 0.0015)):
        layout = _layout(surface, points)
        if step:
            layout = slit_layout - np.stack([above * step, np.zeros_like(above)], axis=1)
        rings.append(mesh.add(points, layout=layout))
        mesh.bridge(rings[-2], rings[-1], "head")
    return np.stack(rings), slit


def _layout(surface: HeadSurface, points: Array) -> Array:
    t, theta, _ = surface.frame.project(points)
    return np.stack([t, theta], axis=-1)


def _bag(mesh: QuadMesh, surface: HeadSurface, lips: Index) -> tuple[Index, Array]:
    marks, points = surface.marks, mesh.positions[lips]
    mm = marks.unit / 1000
    across, above = lip_places(len(lips))
    round_off = np.sqrt(np.clip(1 - 0.9 * across**2, 0, 1))
    front = points[:, 1].min()
    previous, made, shares = lips, [], []
    for number, (depth, height, width) in enumerate(BAG):
        ring = np.stack(
            [
                points[:, 0] * width,
                np.maximum(front + depth * mm + 0.35 * (points[:, 1] - front), points[:, 1] + 2 * mm),
                marks.mouth_z + above * height * round_off * mm - 1.5 * mm,
            ],
            axis=1,
        )
        current = mesh.add(ring, layout=_mouth_layout(0.02 + 0.2 * number / len(BAG), across, above))
        mesh.bridge(previous, current, "head", slot=MOUTH_SLOT)
        made.append(current)
        shares.append(0.5 - 0.5 * above * round_off)
        previous = current
    back = mesh.cap(previous, "head", slot=MOUTH_SLOT)
    made.append(back)
    shares.append(np.full(len(back), 0.5))
    return np.concatenate(made), np.concatenate(shares)


def _mouth_layout(v: float, across: Array, above: Array) -> Array:
    """Chart coordinates whose only meaning is a place in the mouth's own small image: u across, v down its bands."""
    u = 0.25 + 0.2 * across * np.where(above == 0, 1, 0.5 + 0.5 * above)
    return np.stack([np.full_like(u, v), (u - 0.5) * 2 * np.pi], axis=1)


def _teeth(mesh: QuadMesh, surface: HeadSurface, slit: Array, above: int) -> Index:
    """One row of teeth: a curved bar, upper (+1) or lower (-1)."""
    marks = surface.marks
    mm = marks.unit / 1000
    across = np.linspace(-1, 1, TEETH_SEGMENTS + 1)
    half = (21.0 if above > 0 else 19.5) * mm
    front = slit[:, 1].min() + (6.0 if above > 0 else 9.2) * mm
    x = half * np.sin(across * 1.25) / np.sin(1.25)
    y = front + 30 * mm * (1 - np.cos(across * 1.25)) / 1.0
    z = marks.mouth_z + (-2.2 if above > 0 else -1.4) * mm
    tall = (9.0 if above > 0 else 8.0) * mm
    # Round the bar: bite edge front and back, gum back and front.
    profile = [(0.6, 0.0), (3.4, 0.0), (4.6, 0.55), (4.6, 1.0), (0.0, 1.0), (-0.2, 0.5)]
    normal = np.stack([x / half * 0.75, -np.ones_like(x)], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    points = np.empty((len(x), len(profile), 3))
    for k, (depth, rise) in enumerate(profile):
        points[:, k, 0] = x - normal[:, 0] * depth * mm
        points[:, k, 1] = y - normal[:, 1] * depth * mm
        points[:, k, 2] = z + above * rise * tall
    v = 0.40 + 0.16 * np.array([rise for _, rise in profile])
    layout = np.empty((*points.shape[:2], 2))
    layout[..., 0] = v
    layout[..., 1] = ((0.5 + 0.4 * across)[:, None] - 0.5) * 2 * np.pi
    return _bar(mesh, points, layout, flip=above < 0)


def _tongue(mesh: QuadMesh, surface: HeadSurface, slit: Array) -> Index:
    marks = surface.marks
    mm = marks.unit / 1000
    along = np.linspace(0, 1, TONGUE_ROWS)
    front = slit[:, 1].min() + 13 * mm
    around = np.arange(TONGUE_RING) / TONGUE_RING * 2 * np.pi + np.pi / TONGUE_RING
    width = 17 * mm * np.array([0.45, 0.78, 0.95, 1.0, 1.0, 0.95, 0.8])
    thick = 5.5 * mm * np.array([0.55, 0.85, 1.0, 1.1, 1.15, 1.1, 0.9])
    points = np.empty((TONGUE_ROWS, TONGUE_RING, 3))
    points[..., 0] = width[:, None] * np.cos(around)
    points[..., 1] = (front + 34 * mm * along)[:, None]
    height = marks.mouth_z - (10.0 - 3.5 * np.sin(along * np.pi * 0.7)) * mm
    groove = 1 - 0.25 * np.exp(-((np.cos(around) / 0.4) ** 2)) * (np.sin(around) > 0)
    points[..., 2] = height[:, None] + thick[:, None] * np.sin(around) * groove
    layout = np.empty((TONGUE_ROWS, TONGUE_RING, 2))
    layout[..., 0] = 0.66 + 0.25 * along[:, None]
    layout[..., 1] = ((0.5 + 0.35 * np.cos(around)) - 0.5) * 2 * np.pi
    return _bar(mesh, points, layout, flip=True)


def _bar(mesh: QuadMesh, points: Array, layout: Array, flip: bool) -> Index:
    """A closed tube through rings (R, K, 3) with flat ends."""
    grid = mesh.add(points, layout=layout)
    mesh.quads(np.concatenate([grid, grid[:, :1]], axis=1), "head", flip=flip, slot=MOUTH_SLOT)
    ends = []
    for ring, turned in ((grid[0], not flip), (grid[-1], flip)):
        if len(ring) == 6:
            mesh.quads(np.array([ring[:3], ring[5:2:-1]]), "head", flip=turned, slot=MOUTH_SLOT)
        else:
            ends.append(mesh.cap(ring, "head", flip=turned, slot=MOUTH_SLOT))
    return np.concatenate([grid.ravel(), *ends])
