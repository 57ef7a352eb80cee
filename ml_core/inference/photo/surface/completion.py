"""The head's skin put together: what photos show, mirrored where only one side is seen, the rest by the generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb, srgb_to_hex, srgb_to_linear
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.atlas.filling import spread
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.geometry.easing import smoothstep
from ml_core.inference.photo.surface.skin import SIZE, SeenSkin
from ml_core.inference.textures.generator import TextureGenerator
from ml_core.vocabulary.traits import AvatarTraits

Array = NDArray[np.floating]

_SEEN = 0.5
_MIRRORED = 0.6
"""Weight of skin that is mirrored from the other side."""
_FADE = (0.80, 0.93)
"""Rows of the head chart, 0..1 from its top, over which the neck is blended into the painted skin."""


@dataclass(frozen=True)
class HeadSkin:
    """``image`` (SIZE, SIZE, 4) sRGB with alpha 0..1 of the head chart; ``traits`` that the generator was given for
    what is unseen; ``psnr`` dB between its painting and what is seen, before they are blended."""

    image: NDArray[np.float32]
    traits: AvatarTraits
    psnr: float


def completed(seen: Sequence[SeenSkin], generator: TextureGenerator, traits: AvatarTraits) -> HeadSkin:
    """The skin of a head from photos.

    Args:
        traits: what is known; the skin's color is measured where it is left out.
    """
    color, weight = merged(seen)
    skin = traits.skin or srgb_to_hex(linear_to_srgb(np.mean([item.mean for item in seen], axis=0)))
    known = traits.replace(skin=skin)
    painted, bare, psnr, inverted = _painted(generator, color, weight, known)
    borrowed = _MIRRORED * weight[:, ::-1] * (1 - weight)
    both = weight + borrowed
    source = (color * weight[..., None] + color[:, ::-1] * borrowed[..., None]) / np.maximum(both, 1e-6)[..., None]
    share = smoothstep(both / _MIRRORED)
    # Where nothing is seen the painting takes the photo's tone from the border on, so that no seam shows.
    offset = spread(source - painted, share)
    rest = np.clip(painted + offset, 0, 1)
    result = rest * (1 - share[..., None]) + source * share[..., None]
    rows = (np.arange(SIZE) + 0.5) / SIZE
    fade = 1 - np.clip((rows - _FADE[0]) / (_FADE[1] - _FADE[0]), 0, 1)
    alpha = np.maximum(bare, share) * fade[:, None]
    image = np.concatenate([np.clip(result, 0, 1), alpha[..., None]], axis=-1).astype(np.float32)
    return HeadSkin(image, known.replace(presentation=inverted.presentation), psnr)


def merged(seen: Sequence[SeenSkin]) -> tuple[Array, Array]:
    """sRGB color (SIZE, SIZE, 3) and weight (SIZE, SIZE) of several photos; all are brought to the first one's tone."""
    total, weight = np.zeros((SIZE, SIZE, 3)), np.zeros((SIZE, SIZE))
    best = np.zeros((SIZE, SIZE))
    for item in seen:
        tone = seen[0].mean / np.maximum(item.mean, 1e-3)
        share = item.weight.astype(np.float64) ** 2
        total += linear_to_srgb(np.clip(item.color * tone, 0, 1)) * share[..., None]
        weight += share
        best = np.maximum(best, item.weight)
    return total / np.maximum(weight, 1e-6)[..., None], best


def _painted(
    generator: TextureGenerator, color: Array, weight: Array, known: AvatarTraits
) -> tuple[Array, Array, float, AvatarTraits]:
    """sRGB head (SIZE, SIZE, 3) that the generator paints nearest to what is seen, where (SIZE, SIZE) it shows skin,
    how near it is, and the traits that it was given."""
    rows, columns = CHARTS["head"].pixels(2 * SIZE)
    atlas, mask = np.zeros((2 * SIZE, 2 * SIZE, 3), np.float32), np.zeros((2 * SIZE, 2 * SIZE), np.float32)
    atlas[rows, columns] = color
    mask[rows, columns] = weight > _SEEN
    found = generator.invert(srgb_to_linear(atlas), mask, known, quick=True)
    maps = generator.generate(found.traits, 0, 512, latent=found.latent)
    painted = linear_to_srgb(resize_atlas(maps.base_color, 2 * SIZE))[rows, columns]
    bare = resize_atlas(maps.skin[..., None], 2 * SIZE)[rows, columns, 0]
    return np.asarray(painted, np.float64), np.clip(bare, 0, 1), found.psnr, found.traits
