"""Edits of seed vectors and traits: a person between two others, and one in the clothes of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, lab_to_srgb, srgb_to_hex, srgb_to_lab
from ml_core.errors import InputError
from ml_core.vocabulary.avatar.seed_vector import HALF
from ml_core.vocabulary.traits import COLOR_TRAITS, RANGES, AvatarTraits


def dressed_as(traits: AvatarTraits, worn: AvatarTraits, worn_seed: int) -> AvatarTraits:
    """The traits of one person in the clothes of another, whose seed is ``worn_seed``."""
    outfit_seed = worn_seed if worn.outfit_seed is None else worn.outfit_seed
    return traits.replace(
        outfit=worn.outfit,
        top=worn.top,
        bottom=worn.bottom,
        outfit_seed=outfit_seed,
        garments=worn.garments,
        cloths=worn.cloths,
    )


def between(
    first: AvatarTraits, first_latent: NDArray, second: AvatarTraits, second_latent: NDArray, amount: float
) -> tuple[AvatarTraits, NDArray[np.float32]]:
    """Traits and seed vector (64,) at ``amount`` (0..1) of the way from the first person to the second.

    Both people's traits are all set. Colors meet in CIELAB, faces on the arc between their seed vectors; outfits do
    not blend, the clothes change halfway.

    Raises:
        InputError: ``amount`` is outside 0..1.
    """
    if not 0 <= amount <= 1:
        raise InputError("amount: {amount!r} is not between 0 and 1", amount=amount)
    nearer = first if amount < 0.5 else second
    changes: dict[str, object] = {}
    for name in COLOR_TRAITS:
        ends = [srgb_to_lab(hex_to_srgb(getattr(traits, name))) for traits in (first, second)]
        changes[name] = srgb_to_hex(lab_to_srgb((1 - amount) * ends[0] + amount * ends[1]))
    for name in RANGES:
        one, other = getattr(first, name), getattr(second, name)
        changes[name] = None if one is None or other is None else (1 - amount) * one + amount * other
    face = _arc(first_latent[:HALF], second_latent[:HALF], amount)
    outfit = (first_latent if amount < 0.5 else second_latent)[HALF:]
    return nearer.replace(**changes), np.concatenate([face, outfit]).astype(np.float32)


def _arc(first: NDArray, second: NDArray, amount: float) -> NDArray:
    """Spherical interpolation (Shoemake 1985), lengths in proportion."""
    lengths = np.linalg.norm(first), np.linalg.norm(second)
    length = (1 - amount) * lengths[0] + amount * lengths[1]
    if min(lengths) < 1e-6:
        return (1 - amount) * first + amount * second
    one, other = first / lengths[0], second / lengths[1]
    angle = np.arccos(np.clip(one @ other, -1, 1))
    if angle < 1e-4:
        return length * one
    return length * (np.sin((1 - amount) * angle) * one + np.sin(amount * angle) * other) / np.sin(angle)
