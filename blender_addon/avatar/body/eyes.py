"""Eyeballs: an iris image by colour, on a sphere of our own or on the eyeballs that an avatar has."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.mesh.rasterize import dilation_source, rasterize_triangles

from ...bridge.data.stored_values import stored_number
from ...bridge.mesh_arrays import corner_vertices
from ..own_data import make_own, wear_only
from ..surface.images import png_of, store_png
from ..surface.materials import EyeMaps, eye_material
from .humanoid import Humanoid

IRIS_SIZE = 256
PUPIL_ANGLE, IRIS_ANGLE = 0.15, 0.375
"""Radians from the axis; an iris of 11.8 mm on the measured 32 mm eyeball spans ±0.375 (human: 11.7 mm)."""
CORNEA, CORNEA_ANGLE = 0.045, 0.55
"""How far the cornea stands out, over the eyeball's radius, and radians from the axis at which it ends. Less than the
thickness of the lids, which pass before it."""
_BROWN = np.array([0.86, 0.56, 0.32])
"""Of the inner zone of an iris, as a share of its brightest channel."""
_UV_POWER = 0.6
"""Of the angle from the axis in the UVs of our own eyeballs: an iris is 78 texels wide instead of 35."""
IRIS_KEY = "atelier_iris"
"""Property of an eyeball whose iris is not of :data:`IRIS_ANGLE`: its own angle."""


def iris_colors(angle: NDArray, around: NDArray, eye: str) -> NDArray[np.float32]:
    """sRGB (..., 3) of an eyeball at ``angle`` from its axis and at ``around`` about it, both in radians."""
    iris = hex_to_srgb(eye)
    depth = np.clip((angle - PUPIL_ANGLE) / (IRIS_ANGLE - PUPIL_ANGLE), 0, 1)
    fibres = 0.5 + 0.5 * np.sin(around * 41 + 2.1 * np.sin(around * 7)) * np.sin(around * 67 + 1.3)
    fibres = (1 - 0.35 * depth) * fibres + 0.35 * depth * (0.5 + 0.5 * np.sin(around * 23 + 1.7 * np.sin(around * 5)))
    # Where the inner zone meets the outer one the fibres knot to a lighter, ragged ring; the rim is dark.
    knot = np.exp(-(((depth - 0.30 - 0.03 * np.sin(around * 9) - 0.02 * np.sin(around * 16)) / 0.10) ** 2))
    shade = (0.74 + 0.34 * fibres) * (1.04 + 0.16 * knot - 0.20 * depth) * (1 - 0.62 * depth**7)
    # Light from above falls through the cornea on the lower half of the iris and lets even dark ones glow a little.
    glow = np.clip(-np.sin(around), 0, 1) * np.clip(1 - np.abs(depth - 0.6) / 0.4, 0, 1)
    # There is some brown around every pupil, the more the yellower an iris is: that makes it hazel.
    yellow = np.clip((iris[:2].min() - iris[2]) / max(float(iris.max()), 1e-3), 0, 1)
    brown = np.clip(0.12 + 1.4 * yellow, 0, 0.6) * np.clip((0.5 - depth) / 0.35, 0, 1)
    tinted = _mix(np.broadcast_to(iris, (*depth.shape, 3)), iris.max() * _BROWN, brown[..., None])
    color = np.clip(tinted * (shade + 0.30 * glow)[..., None] + 0.03 * (glow * shade)[..., None], 0, 1)
    sclera = np.array([0.90, 0.87, 0.85]) - 0.22 * np.clip((angle - 0.6) / 0.9, 0, 1)[..., None] * [0.1, 0.7, 0.7]
    color = _mix(color, sclera, _step(angle, IRIS_ANGLE, 0.045))
    color = _mix(np.full_like(color, 0.02), color, _step(angle, PUPIL_ANGLE, 0.015))
    # The upper lid and its lashes shade the top of what is seen; without that an eye stares.
    height = np.sin(np.minimum(angle, np.pi / 2)) * np.sin(around)
    shadow = np.clip((height - 0.02) / 0.34, 0, 1)
    return (color * (1 - 0.55 * shadow * shadow * (3 - 2 * shadow))[..., None]).astype(np.float32)


def _step(value: NDArray, edge: float, width: float) -> NDArray:
    return np.clip((value - edge) / width + 0.5, 0, 1)[..., None]


def _mix(inner: NDArray, outer: NDArray, share: NDArray) -> NDArray:
    return inner * (1 - share) + outer * share


def ball(angles: NDArray, segments: int) -> tuple[NDArray, NDArray, NDArray, list[tuple[int, ...]]]:
    """A unit sphere that looks along -Y, open behind: a point in front, then a ring at each of the ``angles`` (R,) from
    there, in radians.

    Returns:
        Of the rings' points the angle from the front and the angle around (R, segments); all points
        (1 + R x segments, 3); faces.
    """
    around = np.arange(segments) / segments * 2 * np.pi
    a, b = np.meshgrid(angles, around, indexing="ij")
    points = np.stack([np.sin(a) * np.cos(b), -np.cos(a), np.sin(a) * np.sin(b)], axis=-1).reshape(-1, 3)
    faces: list[tuple[int, ...]] = [(0, 1 + s, 1 + (s + 1) % segments) for s in range(segments)]
    for ring in range(len(angles) - 1):
        low, high = 1 + ring * segments, 1 + (ring + 1) * segments
        faces += [(low + s, high + s, high + (s + 1) % segments, low + (s + 1) % segments) for s in range(segments)]
    return a, b, np.concatenate([[[0, -1, 0]], points]), faces


def add_eyeball(
    context: bpy.types.Context, name: str, armature: bpy.types.Object, bone: str, centre: NDArray, radius: float
) -> bpy.types.Object:
    """A sphere that looks along -Y and follows a bone; its UVs are polar, and give the iris more than its share."""
    angles = np.linspace(0, np.pi * 0.72, 15)[1:]
    a, b, unit_sphere, faces = ball(angles, 24)
    from_axis = np.concatenate([[0.0], a.ravel()])
    bulge = CORNEA * np.cos(np.clip(from_axis / CORNEA_ANGLE, 0, 1) * np.pi / 2) ** 2
    vertices = unit_sphere * (radius * (1 + bulge))[:, None] + centre
    reach = 0.5 * (a / np.pi) ** _UV_POWER
    polar = np.concatenate([[[0.0, 0.0]], np.stack([reach * np.cos(b), reach * np.sin(b)], axis=-1).reshape(-1, 2)])
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], faces)
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name="UVMap")
    layer.data.foreach_set("uv", (0.5 + polar[corner_vertices(mesh)]).astype(np.float32).ravel())
    eyeball = bpy.data.objects.new(name, mesh)
    context.collection.objects.link(eyeball)
    eyeball.parent = armature
    group = eyeball.vertex_groups.new(name=bone)
    group.add(range(len(vertices)), 1.0, "REPLACE")
    eyeball.modifiers.new("Armature", "ARMATURE").object = armature
    return eyeball


def iris_angle(eyeball: bpy.types.Object) -> float:
    """Radians from the middle of the pupil to the rim of an eyeball's iris."""
    return stored_number(eyeball, IRIS_KEY, IRIS_ANGLE, 0.01, 3.0)


def iris_png(skin: Humanoid, rim: float, eye: str) -> bytes:
    """The image of an eyeball as a PNG file; needs no Blender data, so any thread may ask."""
    texel, triangle, barycentric = rasterize_triangles(skin.corner_uv, IRIS_SIZE)
    points = np.einsum("nk,nkc->nc", barycentric, skin.vertices[skin.triangles[triangle]])
    low, high = skin.vertices.min(axis=0), skin.vertices.max(axis=0)
    radius = (high[0] - low[0]) / 2
    centre = (low + high) / 2
    centre[1] = low[1] + radius
    offset = points - centre
    angle = np.arctan2(np.hypot(offset[:, 0], offset[:, 2]), -offset[:, 1]) * (IRIS_ANGLE / rim)
    colors = iris_colors(angle, np.arctan2(offset[:, 2], offset[:, 0]), eye)
    return png_of(colors[dilation_source(texel, IRIS_SIZE)].reshape(IRIS_SIZE, IRIS_SIZE, 3))


def wear_iris(eyeball: bpy.types.Object, png: bytes) -> None:
    """Puts the image of :func:`iris_png` on an eyeball, as its only material."""
    make_own([eyeball])
    stored = store_png("BC", png, color=True, owner=eyeball)
    wear_only(eyeball, eye_material(eyeball, EyeMaps(base_color=stored)))
