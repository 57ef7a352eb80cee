"""The landmarks of a modeled head: rendered from the front, found as in a photo, and projected back onto it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.faces.transfer import normals_of
from ml_core.geometry.humanoid.frames import unit
from ml_core.geometry.mesh.rasterize import rasterize_triangles
from ml_core.geometry.mesh.seams import bilinear
from ml_core.inference.photo.faces import Face, FaceFinder
from ml_core.inference.photo.surface.regions import EYES

Array = NDArray[np.floating]

SIZE = 512
_MARGIN = 1.35
"""Edge of the picture beside the height of the head."""
_LIGHT = unit(np.array([-0.35, -0.8, 0.45]))
_BACKDROP, _CLAY = 0.25, np.array([0.78, 0.62, 0.54])
_FACING = 0.2
"""Cosine to the camera under which a landmark is taken for one of the outline, which is not a place of the surface."""
_PRESENCE = 0.5
_LEAST_EYE = 24
"""Texels of an eyeball that must be seen for its lids to be found by it."""


@dataclass(frozen=True)
class Model:
    """Meshes around a head, in one space: upright, facing -Y, any unit.

    Attributes:
        points: (V, 3). triangles: (T, 3). corner_uv: (T, 3, 2). colors: (T,) which of ``paints``, each an sRGB image
            (H, H, 3) or a color (3,). skin: (T,) of the face's skin. eyes: (T,) of eyeballs.
        low, high: (3,) the box of the head.
    """

    points: Array
    triangles: NDArray[np.integer]
    corner_uv: Array
    colors: NDArray[np.integer]
    paints: Sequence[Array]
    skin: NDArray[np.bool_]
    eyes: NDArray[np.bool_]
    low: Array
    high: Array


@dataclass(frozen=True)
class _Drawn:
    """``picture`` (SIZE, SIZE, 3) uint8 and what each of its texels shows: a triangle or -1, and its shares."""

    picture: NDArray[np.uint8]
    triangle: NDArray[np.int64]
    shares: Array


def landmarks_on(finder: FaceFinder, model: Model) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """Numbers (L,) of the landmarks that are seen, and their places (L, 3) on the skin; ``None`` without a face."""
    for plain in (False, True):
        whole = _draw(model, np.ones(len(model.triangles), bool), plain)
        faces = [face for face in finder.find(whole.picture) if face.presence > _PRESENCE]
        if faces:
            return _cast(max(faces, key=lambda face: face.eye_distance), model, whole)
    return None


def _cast(face: Face, model: Model, whole: _Drawn) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    skin = _draw(model, model.skin, True)
    at = face.points[:, :2].copy()
    eyeball = np.zeros(SIZE * SIZE, bool)
    eyeball[whole.triangle >= 0] = model.eyes[whole.triangle[whole.triangle >= 0]]
    for lids in EYES.values():
        at[list(lids)] = _on_border(at[list(lids)], eyeball.reshape(SIZE, SIZE), face.eye_distance)
    flat, missed = _nearest_texels(at, skin.triangle >= 0, 0.06 * face.eye_distance)
    corners = model.triangles[skin.triangle[flat]]
    places = np.einsum("nk,nkc->nc", skin.shares[flat], model.points[corners])
    normal = unit(np.einsum("nk,nkc->nc", skin.shares[flat], normals_of(model.points, model.triangles)[corners]))
    is_lid = np.zeros(len(at), bool)
    is_lid[[number for side in EYES.values() for number in side]] = True
    kept = np.flatnonzero(~missed & ((-normal[:, 1] > _FACING) | is_lid))
    return kept, places[kept]


def _nearest_texels(
    points: Array, covered: NDArray[np.bool_], reach: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The covered texel (N,) nearest to each point (N, 2) of a picture, and which points (N,) have none in reach; those
    get an arbitrary one."""
    around = np.arange(-int(reach) - 2, int(reach) + 3)
    offsets = np.stack(np.meshgrid(around, around), axis=-1).reshape(-1, 2)
    texels = np.floor(points).astype(np.int64)[:, None] + offsets
    number = np.clip(texels, 0, SIZE - 1) @ np.array([1, SIZE])
    away = np.linalg.norm(texels + 0.5 - points[:, None], axis=-1)
    away[~covered[number] | ((texels < 0) | (texels >= SIZE)).any(axis=-1)] = np.inf
    best = away.argmin(axis=1)
    missed = away[np.arange(len(points)), best] > reach
    found = number[np.arange(len(points)), best]
    found[missed] = np.flatnonzero(covered)[0]
    return np.asarray(found, np.int64), missed


def _on_border(points: Array, eyeball: NDArray[np.bool_], distance: float) -> Array:
    """Landmarks (N, 2) of one eye's lids moved onto the border of the eyeball (SIZE, SIZE) that is seen between them;
    left alone where none is."""
    middle = points.mean(axis=0)
    rows, columns = np.nonzero(eyeball)
    near = np.hypot(columns - middle[0], rows - middle[1]) < 0.42 * distance
    if near.sum() < _LEAST_EYE:
        return points
    mine = np.zeros_like(eyeball)
    mine[rows[near], columns[near]] = True
    inner = mine[1:-1, 1:-1] & mine[:-2, 1:-1] & mine[2:, 1:-1] & mine[1:-1, :-2] & mine[1:-1, 2:]
    border = mine.copy()
    border[1:-1, 1:-1] &= ~inner
    edge = np.argwhere(border)[:, ::-1] + 0.5
    low, high = edge.min(axis=0), edge.max(axis=0)
    own_low, own_high = points.min(axis=0), points.max(axis=0)
    placed = low + (points - own_low) / np.maximum(own_high - own_low, 1e-6) * (high - low)
    nearest = np.array([np.argmin(((edge - place) ** 2).sum(axis=1)) for place in placed])
    # A texel outward, where the skin is.
    outward = edge[nearest] - (low + high) / 2
    return np.asarray(edge[nearest] + 1.5 * outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6))


def _draw(model: Model, chosen: NDArray[np.bool_], plain: bool) -> _Drawn:
    """Renders the chosen triangles from the front, orthographic; ``plain`` in clay instead of their own colors."""
    middle, side = (model.low + model.high) / 2, _MARGIN * float(max((model.high - model.low)[[0, 2]]))
    corners = model.points[model.triangles]
    screen = (corners[..., [0, 2]] - middle[[0, 2]]) / side + 0.5
    first, second = screen[:, 1] - screen[:, 0], screen[:, 2] - screen[:, 0]
    front = chosen & (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] > 0)
    front &= (screen.max(axis=1) > 0).all(axis=1) & (screen.min(axis=1) < 1).all(axis=1)
    order = np.flatnonzero(front)
    order = order[np.argsort(corners[order][..., 1].mean(axis=1), kind="stable")]
    texel, triangle, shares = rasterize_triangles(screen[order], SIZE)
    triangle = order[triangle]
    found = np.full(SIZE * SIZE, -1, np.int64)
    found[texel] = triangle
    all_shares = np.zeros((SIZE * SIZE, 3))
    all_shares[texel] = shares
    normals = normals_of(model.points, model.triangles)
    normal = unit(np.einsum("nk,nkc->nc", shares, normals[model.triangles[triangle]]))
    light = 0.55 + 0.5 * np.clip(normal @ _LIGHT, 0, 1)
    color = np.tile(_CLAY, (len(texel), 1))
    color[model.eyes[triangle]] = 0.92
    if not plain:
        uv = np.einsum("nk,nkc->nc", shares, model.corner_uv[triangle])
        for number, paint in enumerate(model.paints):
            mine = model.colors[triangle] == number
            color[mine] = bilinear(paint, uv[mine]) if paint.ndim == 3 else paint
    image = np.full((SIZE * SIZE, 3), _BACKDROP)
    image[texel] = np.clip(color * light[:, None], 0, 1)
    return _Drawn(np.round(image.reshape(SIZE, SIZE, 3) * 255).astype(np.uint8), found, all_shares)


MAIN = (
    10, 127, 356, 105, 107, 336, 334, 33, 159, 133, 145, 362, 386, 263, 374, 168, 1, 48, 278, 61, 0, 13, 14, 17, 291,
    172, 397, 152,
)  # fmt: skip
"""Landmarks that say most about a face, and that an artist can place by hand."""
_EYE_HEIGHT, _CHIN_HEIGHT = 0.46, 0.06
"""Heights of eyes and chin relative to the head's height, where nothing shows them."""
_APART = 0.42
"""Distance between the eyes, relative to the head's width."""


def guessed_on(
    model: Model, source: Array, eyes: Sequence[Array], mouth: Array | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """As :func:`landmarks_on` for heads in which no face is found, such as cartoons: :data:`MAIN` by proportion.

    Args:
        source: (468, 3) the landmarks of the built-in face. eyes: boxes (2, 3), low and high corner, of the person's
            right and left eyeball, if they are known. mouth: such a box of the mouth.
    """
    skin = _draw(model, model.skin, True)
    middle = (model.low + model.high) / 2
    extent = model.high - model.low
    rows, columns = np.divmod(np.flatnonzero(skin.triangle >= 0), SIZE)
    flat = rows * SIZE + columns
    there = np.einsum("nk,nkc->nc", skin.shares[flat], model.points[model.triangles[skin.triangle[flat]]])
    if len(eyes) == 2:
        centers = np.array([box.mean(axis=0) for box in eyes])
    else:
        apart = np.array([_APART * extent[0] / 2, 0, 0])
        center = np.array([middle[0], middle[1], model.low[2] + _EYE_HEIGHT * extent[2]])
        centers = np.array([center - apart, center + apart])
    right, left = (source[list(EYES[name])].mean(axis=0) for name in ("right", "left"))
    scale = (centers[1, 0] - centers[0, 0]) / (left[0] - right[0])
    x_middle, z_eyes = float(centers[:, 0].mean()), float(centers[:, 2].mean())
    z_chin = float(model.low[2] + _CHIN_HEIGHT * extent[2])
    straight = np.abs(there[:, 0] - x_middle) < 0.12 * scale * (left[0] - right[0])
    under = straight & (there[:, 2] < z_eyes) & (there[:, 2] > z_chin + 0.25 * (z_eyes - z_chin))
    heights = {source[152, 2]: z_chin, (right[2] + left[2]) / 2: z_eyes}
    if mouth is not None:
        under &= there[:, 2] > mouth[1, 2]
    if under.any():
        heights[source[1, 2]] = float(there[under][there[under, 1].argmin(), 2])
    if mouth is not None:
        heights[(source[0, 2] + source[17, 2]) / 2] = float(mouth[:, 2].mean())
    known = np.array(sorted(heights.items()))
    numbers = np.array(MAIN)
    z = np.interp(source[numbers, 2], known[:, 0], known[:, 1])
    over = source[numbers, 2] > known[-1, 0]
    z[over] = known[-1, 1] + (source[numbers[over], 2] - known[-1, 0]) * scale
    x = x_middle + (source[numbers, 0] - (right[0] + left[0]) / 2) * scale
    for eye, name in zip(eyes, ("right", "left"), strict=False):
        inside = np.isin(numbers, EYES[name])
        own = source[list(EYES[name])]
        for axis, values in ((0, x), (2, z)):
            low, high = own[:, axis].min(), own[:, axis].max()
            share = (source[numbers[inside], axis] - low) / (high - low)
            values[inside] = eye[0, axis] + share * (eye[1, axis] - eye[0, axis])
    if mouth is not None:
        x[numbers == 61], x[numbers == 291] = mouth[0, 0], mouth[1, 0]
    nearest = [int(np.argmin((there[:, 0] - a) ** 2 + (there[:, 2] - b) ** 2)) for a, b in zip(x, z, strict=True)]
    return numbers, np.column_stack([x, there[nearest, 1], z])
