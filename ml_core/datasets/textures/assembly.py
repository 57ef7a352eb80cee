"""From single warped textures to a training set: bald crowns get hair, equal garments get one number."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_dilation, distance_transform_edt

from ml_core.color import hex_to_srgb
from ml_core.datasets.textures.avatar_sources import (
    AvatarRow,
    TextureRow,
    box_masks,
    label_of,
    regions_of,
    warp_base_color,
    warp_normal,
)
from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.datasets.textures.regions import occlusion_rule, relief_rule, roughness_rule
from ml_core.datasets.textures.warp import SourceMap
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.resize import resize_atlas

_SAME_GARMENT = 0.055
_BEHIND_EARS = 2.1
"""Radians from the face's middle."""
_GAP = 16
"""The chart's width, by half of what is closed."""
_ODD = 0.9
"""Logarithm of lightness, beside the median of the hair."""
_OFFSET = 0.08
"""Keeps the logarithm of black finite."""
_COMPARED = 512
"""Resolution in texels at which garments are compared, at most."""


@dataclass
class _Texture:
    """One texture as it is stored: hundreds of them in single precision do not fit into a laptop's memory.

    ``base_color`` (S, S, 3) and ``masks`` (S, S, 5) uint8, ``normal`` (S, S, 2) int8.
    """

    row: TextureRow
    base_color: NDArray[np.uint8]
    normal: NDArray[np.int8]
    masks: NDArray[np.uint8]

    @classmethod
    def of(cls, row: TextureRow, base_color: NDArray, normal: NDArray, masks: NDArray) -> _Texture:
        """From floats: base color (S, S, 3), normal (S, S, 2), masks (5, S, S)."""
        return cls(row, _to_uint8(base_color), np.round(127 * normal).astype(np.int8), _to_uint8(_channels_last(masks)))

    def floats(self) -> tuple[NDArray, NDArray, NDArray]:
        """Base color (S, S, 3), normal (S, S, 2) and masks (5, S, S) in single precision."""
        color, normal = self.base_color.astype(np.float32) / 255, self.normal.astype(np.float32) / 127
        return color, normal, self.masks.transpose(2, 0, 1).astype(np.float32) / 255


def _channels_last(masks: NDArray) -> NDArray:
    return np.ascontiguousarray(masks.transpose(1, 2, 0))


def assemble(
    rows: Sequence[AvatarRow],
    maps: Mapping[float, SourceMap],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> AtlasTextures:
    """The training set of ``rows``; ``maps`` holds one source map for each presentation (0 and 1)."""
    boxes = {presentation: box_masks(source) for presentation, source in maps.items()}

    def read(row: AvatarRow) -> tuple[NDArray, NDArray]:
        source = maps[row.presentation]
        return warp_base_color(row, source), warp_normal(row, source)

    return assembled(rows, read, boxes, np.minimum.reduce([item.coverage() for item in maps.values()]), report)


def assembled(
    rows: Sequence[Any],
    read: Callable[[Any], tuple[NDArray, NDArray]],
    boxes: Mapping[float, NDArray],
    valid: NDArray,
    report: Callable[[int, int], None],
) -> AtlasTextures:
    """The training set of ``rows`` (:class:`~.avatar_sources.TextureRow`).

    Args:
        read: base color (S, S, 3) sRGB and normal xy (S, S, 2), OpenGL, of a row in the atlas.
        boxes: (4, S, S) for each presentation, where colors are measured. valid: (S, S), see :class:`AtlasTextures`.
    """

    def started(numbered: tuple[int, Any]) -> _Texture:
        number, row = numbered
        report(number, len(rows))
        base_color, normal = read(row)
        return _Texture.of(row, base_color, normal, regions_of(row, base_color, boxes[row.presentation]))

    def finished(texture: _Texture) -> NDArray[np.uint8]:
        """Moves folds into the normals; returns the surface maps that result."""
        color, normal, masks = texture.floats()
        normal, color = relief_rule(normal, color, masks)
        surface = np.stack([roughness_rule(color, masks), occlusion_rule(normal, color)], axis=-1)
        texture.base_color, texture.normal = _to_uint8(color), np.round(127 * normal).astype(np.int8)
        return _to_uint8(surface)

    # numpy and scipy let other threads run while they compute.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        textures = list(pool.map(started, enumerate(rows)))
        _give_hair(textures)
        list(pool.map(_close_hair, textures))
        groups = _outfit_groups(textures)
        surfaces = list(pool.map(finished, textures))
    labels = [
        label_of(texture.row, texture.floats()[0], boxes[texture.row.presentation], group)
        for texture, group in zip(textures, groups, strict=True)
    ]
    return AtlasTextures(
        labels,
        np.stack([texture.base_color for texture in textures]),
        np.stack([texture.normal for texture in textures]),
        np.stack([texture.masks for texture in textures]),
        np.stack(surfaces),
        valid,
        np.stack(list(boxes.values())).all(axis=0),
    )


def _to_uint8(values: NDArray) -> NDArray[np.uint8]:
    return np.round(255 * np.clip(values, 0, 1)).astype(np.uint8)


def _give_hair(textures: list[_Texture]) -> None:
    """Paint the hair of another identity onto crowns whose hair was a separate mesh that the avatar here lacks.

    The donor wears the same outfit, is of the same presentation and has the nearest skin; equal faces get different
    donors in turn, so that they do not all look alike.
    """
    donors = [texture for texture in textures if texture.row.crown_has_hair]
    bald = [texture for texture in textures if not texture.row.crown_has_hair]
    order = {identity: k for k, identity in enumerate(sorted({texture.row.values["id"] for texture in bald}))}
    for texture in bald:
        values = texture.row.values
        alike = [
            donor
            for donor in donors
            if donor.row.values["outfit"] == values["outfit"] and donor.row.presentation == texture.row.presentation
        ]
        if not alike:
            continue
        skin = hex_to_srgb(values["skin_hex"])
        alike.sort(key=lambda donor: float(np.abs(hex_to_srgb(donor.row.values["skin_hex"]) - skin).sum()))
        donor = alike[order[values["id"]] % min(4, len(alike))]
        (color, normal, masks), (its_color, its_normal, its_masks) = texture.floats(), donor.floats()
        hair = its_masks[1][..., None]
        masks = masks * (1 - its_masks[1])
        masks[1] += its_masks[1]
        mixed = _Texture.of(
            texture.row, color * (1 - hair) + its_color * hair, normal * (1 - hair) + its_normal * hair, masks
        )
        texture.base_color, texture.normal, texture.masks = mixed.base_color, mixed.normal, mixed.masks


def _close_hair(texture: _Texture) -> None:
    """Fill gaps in the hair at the back of the head with the nearest hair.

    Where the hair was a separate mesh, or ends at a seam, the source shows scalp, ribbons or nothing at all there; on
    a head without other hair these are scratches.
    """
    rows, columns = CHARTS["head"].pixels(len(texture.base_color))
    _, theta = CHARTS["head"].texel_grid(len(texture.base_color))
    middle = theta.shape[1] // 2
    images = [texture.base_color[rows, columns], texture.normal[rows, columns], texture.masks[rows, columns]]
    color, normal, masks = (np.roll(image, middle, axis=1) for image in images)  # the back in the middle
    back = np.roll(np.abs(theta) > _BEHIND_EARS, middle, axis=1)
    is_hair = masks[..., 1] > 150
    if not (is_hair & back).any():
        return
    light = np.log(color.mean(axis=2) / 255.0 + _OFFSET)
    is_hair &= np.abs(light - np.median(light[back & is_hair])) < _ODD
    width = theta.shape[1] // _GAP
    closed = binary_closing(is_hair, np.ones((1, 2 * width + 1), bool))
    gaps = binary_dilation(closed & back & ~is_hair, iterations=2) & closed & back
    near = distance_transform_edt(gaps | ~is_hair, return_distances=False, return_indices=True)
    for image, values in zip(images, (color, normal, masks), strict=True):
        filled = np.where(gaps[..., None], values[tuple(near)], values)
        image[:] = np.roll(filled, -middle, axis=1)


def _garment_descriptor(texture: _Texture) -> NDArray:
    """Log color of the body without skin, each garment relative to its own mean: equal for recolored garments."""
    color, _, shares = texture.floats()
    size = min(_COMPARED, len(color))
    logs = np.log(resize_atlas(color, size) + _OFFSET)
    masks = resize_atlas(shares.transpose(1, 2, 0), size)
    for region in (2, 3):
        share = masks[..., [region]]
        logs = logs - share * (logs * share).sum(axis=(0, 1)) / max(share.sum(), 1e-3)
    logs = logs * masks[..., 2:].sum(axis=-1, keepdims=True)
    parts = [
        logs[chart.pixels(size)].reshape(-1, 3)
        for name, chart in CHARTS.items()
        if name != "head" and "hand" not in name
    ]
    return np.concatenate(parts)


def _outfit_groups(textures: Sequence[_Texture]) -> list[int]:
    """A number for each texture: equal when outfit and presentation are, and the garments differ by little."""
    leaders: list[tuple[tuple[str, float], NDArray]] = []
    groups = []
    for texture in textures:
        key = (texture.row.values["outfit"], texture.row.presentation)
        descriptor = _garment_descriptor(texture)
        near = [
            (float(np.abs(descriptor - other).mean()), index)
            for index, (other_key, other) in enumerate(leaders)
            if other_key == key
        ]
        distance, index = min(near, default=(np.inf, -1))
        if distance > _SAME_GARMENT:
            leaders.append((key, descriptor))
            index = len(leaders) - 1
        groups.append(index)
    return groups
