"""From single warped textures to a training set: bald crowns get hair, equal garments get one number."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.avatar_sources import (
    AvatarRow,
    box_masks,
    label_of,
    regions_of,
    warp_base_color,
    warp_normal,
)
from ml_core.datasets.avatar_textures import AtlasTextures
from ml_core.datasets.texture_regions import occlusion_rule, relief_rule, roughness_rule
from ml_core.datasets.texture_warp import SourceMap
from ml_core.geometry.atlas import CHARTS
from ml_core.vocabulary.color import hex_to_srgb

_SAME_GARMENT = 0.055


@dataclass
class _Texture:
    row: AvatarRow
    base_color: NDArray
    normal: NDArray
    masks: NDArray


def assemble(
    rows: Sequence[AvatarRow],
    maps: Mapping[float, SourceMap],
    report: Callable[[int, int], None] = lambda done, total: None,
) -> AtlasTextures:
    """The training set of ``rows``; ``maps`` holds one source map for each presentation (0 and 1)."""
    textures = []
    for done, row in enumerate(rows):
        report(done, len(rows))
        source = maps[row.presentation]
        base_color = warp_base_color(row, source)
        masks = regions_of(row, base_color, box_masks(source))
        textures.append(_Texture(row, base_color, warp_normal(row, source), masks))
    _give_hair(textures)
    groups = _outfit_groups(textures)
    for texture in textures:
        texture.normal, texture.base_color = relief_rule(texture.normal, texture.base_color, texture.masks)
    labels = [
        label_of(texture.row, texture.base_color, box_masks(maps[texture.row.presentation]), group)
        for texture, group in zip(textures, groups, strict=True)
    ]
    surfaces = [
        np.stack(
            [roughness_rule(texture.base_color, texture.masks), occlusion_rule(texture.normal, texture.base_color)],
            axis=-1,
        )
        for texture in textures
    ]
    boxes = np.stack([box_masks(source) for source in maps.values()])
    return AtlasTextures(
        labels,
        _to_uint8(np.stack([texture.base_color for texture in textures])),
        np.round(127 * np.stack([texture.normal for texture in textures])).astype(np.int8),
        _to_uint8(np.stack([texture.masks.transpose(1, 2, 0) for texture in textures])),
        _to_uint8(np.stack(surfaces)),
        np.minimum.reduce([source.coverage() for source in maps.values()]),
        boxes.all(axis=0),
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
        hair = donor.masks[1][..., None]
        texture.base_color = texture.base_color * (1 - hair) + donor.base_color * hair
        texture.normal = texture.normal * (1 - hair) + donor.normal * hair
        masks = texture.masks * (1 - donor.masks[1])
        masks[1] += donor.masks[1]
        texture.masks = masks
        texture.row = dataclasses.replace(texture.row)


def _garment_descriptor(texture: _Texture) -> NDArray:
    """Log colour of the body without skin, each garment relative to its own mean: equal for recoloured garments."""
    size = len(texture.base_color)
    logs = np.log(texture.base_color + 0.08)
    for mask in texture.masks[2:4]:
        share = mask[..., None]
        logs = logs - share * (logs * share).sum(axis=(0, 1)) / max(share.sum(), 1e-3)
    logs = logs * texture.masks[2:].sum(axis=0)[..., None]
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
