"""Eyeballs: an iris image by color, on a sphere of our own or on the avatar's own eyeballs."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.face.eyeball import IRIS_ANGLE, ball, iris_colors
from ml_core.geometry.mesh.rasterize import dilation_source, rasterize_triangles

from ...bridge.data.stored_values import stored_number
from ...bridge.mesh_arrays import corner_vertices
from ..own_data import make_own, wear_only
from ..surface.images import png_of, store_png
from ..surface.materials import EyeMaps, eye_material
from .humanoid import Humanoid

IRIS_SIZE = 256
CORNEA, CORNEA_ANGLE = 0.045, 0.55
"""How far the cornea stands out, over the eyeball's radius, and radians from the axis at which it ends. Less than the
thickness of the lids, which pass before it."""
_UV_POWER = 0.6
"""Of the angle from the axis in the UVs of our own eyeballs: an iris is 78 texels wide instead of 35."""
IRIS_KEY = "atelier_iris"
"""Property of an eyeball whose iris is not of :data:`IRIS_ANGLE`: its own angle."""


def add_eyeball(
    context: bpy.types.Context, name: str, armature: bpy.types.Object, bone: str, center: NDArray, radius: float
) -> bpy.types.Object:
    """A sphere that looks along -Y and follows a bone; its UVs are polar, and oversample the iris."""
    angles = np.linspace(0, np.pi * 0.72, 15)[1:]
    a, b, unit_sphere, faces = ball(angles, 24)
    from_axis = np.concatenate([[0.0], a.ravel()])
    bulge = CORNEA * np.cos(np.clip(from_axis / CORNEA_ANGLE, 0, 1) * np.pi / 2) ** 2
    vertices = unit_sphere * (radius * (1 + bulge))[:, None] + center
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
    """Radians from the center of the pupil to the rim of an eyeball's iris."""
    return stored_number(eyeball, IRIS_KEY, IRIS_ANGLE, 0.01, 3.0)


def iris_png(skin: Humanoid, rim: float, eye: str) -> bytes:
    """The image of an eyeball as a PNG file; needs no Blender data, so any thread may call it."""
    texel, triangle, barycentric = rasterize_triangles(skin.corner_uv, IRIS_SIZE)
    points = np.einsum("nk,nkc->nc", barycentric, skin.vertices[skin.triangles[triangle]])
    low, high = skin.vertices.min(axis=0), skin.vertices.max(axis=0)
    radius = (high[0] - low[0]) / 2
    center = (low + high) / 2
    center[1] = low[1] + radius
    offset = points - center
    angle = np.arctan2(np.hypot(offset[:, 0], offset[:, 2]), -offset[:, 1]) * (IRIS_ANGLE / rim)
    colors = iris_colors(angle, np.arctan2(offset[:, 2], offset[:, 0]), eye)
    return png_of(colors[dilation_source(texel, IRIS_SIZE)].reshape(IRIS_SIZE, IRIS_SIZE, 3))


def wear_iris(eyeball: bpy.types.Object, png: bytes) -> None:
    """Gives an eyeball a single material with the image of :func:`iris_png`."""
    make_own([eyeball])
    stored = store_png("BC", png, color=True, owner=eyeball)
    wear_only(eyeball, eye_material(eyeball, EyeMaps(base_color=stored)))
