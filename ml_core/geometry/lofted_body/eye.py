"""An eye of the built-in head: loops from the face to the lid's edge, over the lid's thickness, into the socket."""

from __future__ import annotations

import numpy as np

from ml_core.geometry.humanoid.shape import MIRROR
from ml_core.geometry.lofted_body.head_surface import LID, HeadSurface
from ml_core.geometry.lofted_body.quad_mesh import Array, Index, QuadMesh

OPENING_HEIGHT, OPENING_WIDTH = 1.32, 0.90
"""The eye's opening over the measured one: photographs squint, and a corner must stay on the eyeball."""

STEPS = (0.36, 0.66, 0.88)
"""Where the loops between the block's border (0) and the lid's edge (1) lie."""


def build_eye(mesh: QuadMesh, surface: HeadSurface, border: Index, mirrored: bool) -> Index:
    """Fills the hole of the eye, whose border (24,) runs from the nose's side below, up and over; returns the lids.

    Returns:
        (rings, 24) vertices: the border, the loops towards the lid's edge, the edge, and its inner rim on the eyeball.
    """
    count = len(border)
    mirror = MIRROR if mirrored else np.ones(3)
    outline = _outline(surface, count)
    outside = mesh.layouts[border] * ([1, -1] if mirrored else [1, 1])
    steps = np.array([0.0, *STEPS, 1.0])[:, None, None]
    layout = (1 - steps) * outside + steps * outline
    points = surface.points(layout[..., 0], layout[..., 1])
    points[0] = mesh.positions[border] * mirror
    gap = (LID + 0.0022 * (1 - steps[..., 0])) * surface.marks.unit
    points = _smooth(surface, points, gap)
    points[-2] = _creased(points[-2], surface)
    rings = [border]
    for ring, place in zip(points[1:], layout[1:], strict=True):
        rings.append(mesh.add(ring * mirror, layout=place * ([1, -1] if mirrored else [1, 1])))
        mesh.bridge(rings[-2], rings[-1], "head", flip=mirrored)
    rings.append(_socket(mesh, surface, rings[-1], outline, mirrored))
    return np.stack(rings)


def _smooth(surface: HeadSurface, points: Array, gap: Array) -> Array:
    """Rings (R, N, 3) before the eyeball; those between first and last are evened out, which rounds the corners."""
    points[-1] = surface.out_of_eyeball(points[-1], gap[-1])
    edge = points[-1]
    points[-1] = 0.6 * edge + 0.2 * (np.roll(edge, 1, 0) + np.roll(edge, -1, 0))
    points[-1] = surface.out_of_eyeball(points[-1], gap[-1])
    for _ in range(4):
        around = (np.roll(points, 1, 1) + np.roll(points, -1, 1))[1:-1] + points[:-2] + points[2:]
        points[1:-1] = 0.4 * points[1:-1] + 0.15 * around
        points[1:-1] = surface.out_of_eyeball(points[1:-1], gap[1:-1])
    return points


def _creased(points: Array, surface: HeadSurface) -> Array:
    """The fold over the upper lid."""
    above = np.clip((points[:, 2] - surface.marks.eye_z) / (0.007 * surface.marks.unit), 0, 1) ** 2
    return points + above[:, None] * np.array([0, 0.0022, 0.0004]) * surface.marks.unit


def _outline(surface: HeadSurface, count: int) -> Array:
    """(count, 2) chart coordinates round the left eye's opening in the border's order."""
    measured = surface.shape.eye_outline  # inner corner, upper lid, outer corner, lower lid
    middle = measured.mean(axis=0)
    closed = np.concatenate([measured, measured[:1]])
    closed = middle + (closed - middle) * [OPENING_HEIGHT, OPENING_WIDTH]
    place = np.arange(len(closed)) / len(measured) * count
    # Corners of the opening at a quarter of the border: half-way up its sides.
    wanted = np.arange(count)
    outline = np.stack([np.interp(wanted, place, closed[:, axis]) for axis in range(2)], axis=1)
    smooth = 0.5 * outline + 0.25 * (np.roll(outline, 1, 0) + np.roll(outline, -1, 0))
    smooth[[0, count // 2]] = outline[[0, count // 2]]
    return np.roll(smooth, count // 8, axis=0)


def _socket(mesh: QuadMesh, surface: HeadSurface, edge: Index, outline: Array, mirrored: bool) -> Index:
    """From the lid's edge inwards: the lid's thickness down to the eyeball, then a bowl behind it; returns the rim."""
    marks = surface.marks
    mirror = MIRROR if mirrored else np.ones(3)
    points = mesh.positions[edge] * mirror
    centre = marks.eye_centre
    middle = outline.mean(axis=0)
    previous = rim = edge
    for number, (radius, depth) in enumerate(((1.0, 0.0006), (1.04, 0.007), (1.05, 0.016), (0.75, 0.026))):
        offset = points - centre
        flat = np.linalg.norm(offset[:, [0, 2]], axis=1, keepdims=True)
        direction = offset[:, [0, 2]] / np.maximum(flat, 1e-9)
        if number == 0:
            ring = centre + offset * (marks.eye_radius + 0.0002) / np.linalg.norm(offset, axis=1, keepdims=True)
        else:
            reach = np.maximum(flat, radius * marks.eye_radius) if number < 3 else radius * marks.eye_radius
            ring = np.empty_like(points)
            ring[:, [0, 2]] = centre[[0, 2]] + direction * reach
            ring[:, 1] = points[:, 1].mean() + depth * marks.unit
        shrink = 0.86 - 0.2 * number
        layout = middle + (outline - middle) * shrink
        current = mesh.add(ring * mirror, layout=layout * ([1, -1] if mirrored else [1, 1]))
        mesh.bridge(previous, current, "head", flip=mirrored)
        rim = current if number == 0 else rim
        previous = current
    mesh.cap(previous, "head", flip=mirrored)
    return rim
