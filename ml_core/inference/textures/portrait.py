"""A quick picture of a generated person's head: no renderer, one gather into a front view made once."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.humanoid.frames import unit
from ml_core.geometry.humanoid.shape import BodyShape
from ml_core.geometry.lofted_body.mesh import build_body, triangulate
from ml_core.geometry.mesh.rasterize import rasterize_triangles
from ml_core.geometry.mesh.seams import bilinear

BACKDROP = np.array([0.22, 0.23, 0.25], np.float32)
WIDTH = 0.36
"""Metres from the left to the right border of the picture."""
_LIGHT = unit(np.array([-0.45, -0.75, 0.5]))


@dataclass(frozen=True)
class FrontView:
    """For each texel (N,) of a picture that shows the body: its atlas uv (N, 2) and how lit it is (N,); which texels
    (E,) show an eye, and how far (E,) from its middle in iris radii."""

    texel: NDArray[np.int64]
    uv: NDArray[np.float32]
    light: NDArray[np.float32]
    eye: NDArray[np.int64]
    eye_angle: NDArray[np.float32]


def portrait(
    color: NDArray[np.float32], size: int = 96, eye: str | None = None, presentation: float = 0.5
) -> NDArray[np.float32]:
    """(size, size, 3) sRGB picture of head and shoulders from the front, row 0 at the top.

    Args:
        color: (A, A, 3) sRGB base colour in the body atlas.
        eye: sRGB hex of the iris.
        presentation: of the head's shape, taken to the nearest quarter.
    """
    # Twice the size, then halved: the borders come out smooth.
    view = front_view(2 * size, round(4 * float(np.clip(presentation, 0, 1))))
    image = np.tile(BACKDROP, (4 * size * size, 1))
    image[view.texel] = bilinear(color, view.uv) * view.light[:, None]
    iris = np.asarray(hex_to_srgb(eye or "#5a4632"), np.float32)
    for reach, paint in ((9.0, np.array([0.66, 0.63, 0.61], np.float32)), (1.0, iris * 0.9), (0.45, iris * 0.1)):
        image[view.eye[view.eye_angle < reach]] = paint
    halved = image.reshape(size, 2, size, 2, 3).mean(axis=(1, 3))
    return np.clip(halved, 0, 1).astype(np.float32)


@functools.lru_cache(maxsize=6)
def front_view(size: int, quarter: int) -> FrontView:
    """The built-in body of a presentation of ``quarter`` / 4, seen from the front without perspective."""
    shape = BodyShape.load(quarter / 4, 0.5)
    body = build_body(shape)
    triangles = triangulate(body.faces)
    corner_uv = np.concatenate([body.corner_uv[:, [0, 1, 2]], body.corner_uv[:, [0, 2, 3]]])
    corners = body.vertices[triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    top = float(body.vertices[:, 2].max())
    screen = np.stack([corners[..., 0] / WIDTH + 0.5, (corners[..., 2] - top) / WIDTH + 0.94], axis=-1)
    seen = np.flatnonzero(
        (face[:, 1] < 0) & (screen[..., 1].max(axis=1) > 0) & (np.abs(screen[..., 0] - 0.5) < 0.9).all(1)
    )
    seen = seen[np.argsort(corners[seen][..., 1].mean(axis=1), kind="stable")]  # near ones first: the first one wins
    texel, triangle, weights = rasterize_triangles(screen[seen], size)
    normals = np.zeros_like(body.vertices)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], face)
    blended = unit(np.einsum("nk,nkc->nc", weights, unit(normals)[triangles[seen[triangle]]]))
    light = 0.62 + 0.5 * np.clip(blended @ _LIGHT, 0, 1) - 0.22 * np.clip(blended[:, 1] + 0.55, 0, 1)
    uv = np.einsum("nk,nkc->nc", weights, corner_uv[seen[triangle]])
    points = np.einsum("nk,nkc->nc", weights, corners[seen[triangle]])
    eye, angle = _eyes(shape, points, texel)
    return FrontView(texel, uv.astype(np.float32), light.astype(np.float32), eye, angle)


def _eyes(shape: BodyShape, points: NDArray, texel: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Texels that show what lies behind the lids, which eyeballs cover, and their distance from the iris's middle."""
    found, away = [], []
    for mirror in (1, -1):
        centre = shape.eye_centre * np.array([mirror, 1, 1])
        offset = points - centre
        across = np.hypot(offset[:, 0], offset[:, 2])
        ball = centre[1] - np.sqrt(np.clip(shape.eye_radius**2 - across**2, 0, None))
        inside = (across < 0.98 * shape.eye_radius) & (points[:, 1] > ball)
        found.append(texel[inside])
        away.append(across[inside] / (0.36 * shape.eye_radius))
    return np.concatenate(found), np.concatenate(away).astype(np.float32)
