"""The skin that a photo shows, projected through the fitted head into the head chart of the body atlas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_image_to_linear, srgb_to_lab
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import blurred
from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.humanoid.frames import unit
from ml_core.geometry.mesh.rasterize import rasterize_triangles
from ml_core.inference.photo.faces import Face
from ml_core.inference.photo.fitting import HeadFit
from ml_core.inference.photo.points import face_points
from ml_core.inference.photo.surface.light import flattened, shading, white_balance
from ml_core.inference.photo.surface.regions import OVAL, brow_masks, features, opening, region
from ml_core.inference.textures.portrait import bust, triangles_of

Array = NDArray[np.floating]

SIZE = 512
"""Resolution in texels of the head chart here: that of an atlas of 1024."""
_BUFFER = 320
"""Resolution in pixels of the buffer for occlusion."""
_FACING = (0.2, 0.5)
"""Cosines to the camera between which skin comes to count."""
_BEHIND = 0.012
"""Meters behind the nearest surface from which on skin is hidden."""
_REACH, _STIFFNESS = 0.22, 0.5
"""Distances between the eyes within which a landmark draws the picture to its place, and what keeps it smooth."""
_DARK = 30.0
"""CIELAB lightness by which hair over the skin is darker than skin."""
_HAIR_BLUR = 4.0
_LOCK, _MIRROR = 15.0, 13
"""CIELAB lightness by which a lock over a brow is darker than all of the other brow around the mirrored texel, and the
width in texels of what counts as around it."""
_LEAST_TEXELS = 2000


@dataclass(frozen=True)
class HeadTexels:
    """Which point of the skin each texel of the head chart shows: ``row``, ``column`` (N,), ``triangle`` (N,) into
    ``triangles`` (T, 3), and ``shares`` (N, 3) of its corners."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    triangle: NDArray[np.int64]
    shares: Array
    triangles: NDArray[np.int64]

    def image(self, values: Array) -> NDArray[np.float32]:
        """(SIZE, SIZE, C) of values (N, C), 0 where no skin is."""
        result = np.zeros((SIZE, SIZE, values.shape[1]), np.float32)
        result[self.row, self.column] = values
        return result

    def on(self, values: Array) -> Array:
        """(N, C) of values (V, C) at the vertices."""
        return np.asarray(np.einsum("nk,nkc->nc", self.shares, values[self.triangles[self.triangle]]))


@lru_cache(maxsize=1)
def head_texels() -> HeadTexels:
    """The same for everybody; made once. Of the lips and their inside, the lids and the sockets, the outer ones."""
    faces, uv = bust()
    triangles = np.asarray(triangles_of(faces), np.int64)
    reference = canvas()
    rest = reference.stance.rows[triangles].astype(np.float64)
    outside = np.argsort(-reference.fit.project(rest, "head")[2].mean(axis=1), kind="stable")
    chart = CHARTS["head"].pixels(2 * SIZE)
    texel, order, shares = rasterize_triangles(uv[outside], 2 * SIZE)
    triangle = outside[order]
    row, column = np.divmod(texel, 2 * SIZE)
    inside = (row >= chart[0].start) & (row < chart[0].stop) & (column >= chart[1].start) & (column < chart[1].stop)
    return HeadTexels(
        row[inside] - chart[0].start, column[inside] - chart[1].start, triangle[inside], shares[inside],
        triangles,
    )  # fmt: skip


@dataclass(frozen=True)
class SeenSkin:
    """Skin in the head chart: linear ``color`` (SIZE, SIZE, 3) in even light, and ``weight`` (SIZE, SIZE) 0..1, how
    well the photo shows it. ``mean`` (3,) is the linear color of cheeks and forehead."""

    color: NDArray[np.float32]
    weight: NDArray[np.float32]
    mean: Array


def seen_skin(
    picture: NDArray[np.uint8], face: Face, fit: HeadFit, number: int = 0, hair: str | None = None
) -> SeenSkin:
    """The skin that photo ``number`` of a fit shows: ``picture`` (H, W, 3) sRGB; ``hair`` is the color of the hair.

    Raises:
        InputError: hardly any skin is seen.
    """
    linear = srgb_image_to_linear(np.asarray(picture, np.float32) / 255).astype(np.float64)
    linear *= white_balance(face, linear)
    texels = head_texels()
    rows = fit.rows(number).astype(np.float64)
    camera = fit.photos[number].camera
    normals = unit(vertex_normals(rows, texels.triangles)[: len(rows)] @ camera.turn.T)
    placed = camera.project(rows)
    placed[:, :2] += drawn_to_landmarks(placed[:, :2], face, camera.project(face_points().of(rows))[:, :2])
    where, normal = texels.on(placed), unit(texels.on(normals))
    size = (picture.shape[1], picture.shape[0])
    weight = np.clip((-normal[:, 1] - _FACING[0]) / (_FACING[1] - _FACING[0]), 0, 1)
    weight = weight * _unhidden(placed, where, texels, camera.scale * _BEHIND)
    inside = region(face, size, OVAL, 0.95, 0.06) * (1 - opening(face, size))
    weight = weight * np.clip(2 * sampled(inside[..., None], where)[:, 0] - 1, 0, 1)
    colors = sampled(linear, where)
    feature, brow = (sampled(mask[..., None], where)[:, 0] for mask in (features(face, size), brow_masks(face, size)))
    weight = weight * (1 - _hair(colors, weight, feature, brow, texels, hair))
    plain = weight * (feature < 0.5) * (colors.max(axis=1) < 0.98)
    if (plain > 0.5).sum() < _LEAST_TEXELS:
        raise InputError("too little skin of the face is seen; choose a photo in which nothing covers it")
    light = shading(colors, normal, plain)
    even = flattened(colors, normal, light, np.median(colors[plain > 0.5], axis=0))
    mean = np.median(even[plain > 0.5], axis=0)
    return SeenSkin(texels.image(even), texels.image(weight[:, None])[..., 0], mean)


def _hair(colors: Array, weight: Array, feature: Array, brow: Array, texels: HeadTexels, hair: str | None) -> Array:
    """(N,) 0..1 where hair or a rim of glasses hides the skin: nearer to the hair's color than to the skin's, or much
    darker than skin is; judged over a few texels. Not on eyes and lips, on brows only where just one is dark."""
    lab = srgb_to_lab(linear_to_srgb(np.clip(colors, 0, 1)))
    sure = (weight > 0.7) & (feature < 0.5)
    if not sure.any():
        return np.zeros(len(colors))
    skin = np.median(lab[sure], axis=0)
    off = lab[:, 0] < skin[0] - _DARK
    if hair is not None:
        strands = srgb_to_lab(hex_to_srgb(hair))
        off |= np.linalg.norm(lab - strands, axis=1) < 0.8 * np.linalg.norm(lab - skin, axis=1)
    hides = off & ((feature < 0.5) | ((brow > 0.5) & _is_one_sided(lab[:, 0], weight, texels)))
    image = texels.image((hides & (weight > 0)).astype(np.float32)[:, None])[..., 0]
    return np.clip(3 * blurred(image, _HAIR_BLUR)[texels.row, texels.column] - 0.3, 0, 1)


def _is_one_sided(lightness: Array, weight: Array, texels: HeadTexels) -> NDArray[np.bool_]:
    """(N,) whether the mirrored texel is seen, and nothing around it is about as dark."""
    seen, lit = (texels.image(values[:, None])[..., 0] for values in (weight, np.where(weight > 0, lightness, 0.0)))
    darkest = np.asarray(Image.fromarray(lit).filter(ImageFilter.MinFilter(_MIRROR)))
    place = texels.row, SIZE - 1 - texels.column
    return np.asarray((seen[place] > 0.5) & (darkest[place] > lightness + _LOCK))


def drawn_to_landmarks(points: Array, face: Face, landmarks: Array) -> Array:
    """(N, 2) pixels by which points (N, 2) of the picture move when the fitted ``landmarks`` (468, 2) go to those
    that were found: the fit cannot follow every face exactly, and lids and lips must meet their texels."""
    gap = face.points[:, :2] - landmarks
    reach = _REACH * face.eye_distance
    near = np.linalg.norm(points - face.points[:, :2].mean(axis=0), axis=1) < 2.5 * face.eye_distance
    strength = np.linalg.solve(_kernel(landmarks, landmarks, reach) + _STIFFNESS * np.eye(len(landmarks)), gap)
    moved = np.zeros_like(points)
    moved[near] = _kernel(points[near], landmarks, reach) @ strength
    return moved


def _kernel(points: Array, centers: Array, reach: float) -> Array:
    """(N, M) Gaussians of the distances."""
    distance = ((points[:, None] - centers[None]) ** 2).sum(axis=-1)
    return np.asarray(np.exp(-distance / (2 * reach**2)))


def vertex_normals(points: Array, triangles: NDArray[np.integer]) -> Array:
    """(V, 3) outward, not of unit length; 0 for vertices of no triangle."""
    corners = points[triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return np.stack(
        [np.bincount(triangles.ravel(), np.repeat(face[:, axis], 3), len(points)) for axis in range(3)], axis=1
    )


def _unhidden(placed: Array, where: Array, texels: HeadTexels, behind: float) -> Array:
    """(N,) 1 where no part of the head, with projected vertices (V, 3), occludes a texel's point."""
    used = np.unique(texels.triangles)
    low = placed[used, :2].min(axis=0)
    side = float(np.ptp(placed[used, :2], axis=0).max()) * 1.001
    corners = placed[texels.triangles]
    screen = (corners[..., :2] - low) / side
    screen[..., 1] = 1 - screen[..., 1]
    order = np.argsort(corners[..., 2].mean(axis=1), kind="stable")
    texel, triangle, shares = rasterize_triangles(screen[order], _BUFFER)
    nearest = np.full(_BUFFER * _BUFFER, np.inf)
    nearest[texel] = np.einsum("nk,nk->n", shares, corners[order[triangle]][..., 2])
    cell = np.clip(((where[:, :2] - low) / side * _BUFFER).astype(int), 0, _BUFFER - 1)
    return np.asarray(where[:, 2] < nearest[cell[:, 1] * _BUFFER + cell[:, 0]] + behind, np.float64)


def sampled(picture: Array, where: Array) -> Array:
    """Values (N, C) of a picture (H, W, C) at pixels (N, 2+), by bilinear interpolation."""
    high, wide = picture.shape[:2]
    x, y = np.clip(where[:, 0] - 0.5, 0, wide - 1.001), np.clip(where[:, 1] - 0.5, 0, high - 1.001)
    column, row = x.astype(int), y.astype(int)
    right, down = (x - column)[:, None], (y - row)[:, None]
    next_column, next_row = np.minimum(column + 1, wide - 1), np.minimum(row + 1, high - 1)
    upper = picture[row, column] * (1 - right) + picture[row, next_column] * right
    lower = picture[next_row, column] * (1 - right) + picture[next_row, next_column] * right
    return np.asarray(upper * (1 - down) + lower * down)
