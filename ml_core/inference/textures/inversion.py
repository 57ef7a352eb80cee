"""Inversion: the traits and the seed vector whose painting comes near to a given, perhaps partial, atlas texture.

The generator is only run, never differentiated, so that this works on ONNX Runtime alone: the learned codes are tried
one by one, colors are measured under the masks of what was painted, and the best face is then mixed with others by a
small evolution strategy (Rechenberg 1973, one parent, one child, a step that adapts by success).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_hex
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CELLS, CHARTS
from ml_core.geometry.atlas.resize import resize_atlas
from ml_core.inference.textures.sampling import resolve_traits
from ml_core.vocabulary.avatar.seed_vector import FACE_ZONES, HALF, SEED_SIZE, face_directions, outfit_directions
from ml_core.vocabulary.traits import COLOR_REGIONS, AvatarTraits

SIZE = 256
"""Resolution in texels at which paintings are compared."""
_PURE = 6.0
"""Length of a seed vector half that leaves one code with nearly all of the mixture."""
_ROUNDS = 48
_LEAST_TEXELS = 24

Painter = Callable[[AvatarTraits, NDArray[np.float32], int], tuple[NDArray[np.float32], NDArray[np.float32]]]


@dataclass(frozen=True)
class Inversion:
    """``traits`` are all set; ``latent`` (64,) is the seed vector; ``psnr`` in dB of sRGB 0..1 where the image is
    known, at 256 texels."""

    traits: AvatarTraits
    latent: NDArray[np.float32]
    psnr: float


@dataclass
class _Attempt:
    traits: AvatarTraits
    latent: NDArray[np.float32]
    error: float


def invert(
    paint: Painter,
    card: Mapping[str, Any],
    image: NDArray,
    mask: NDArray | None,
    known: AvatarTraits,
    quick: bool = False,
) -> Inversion:
    """See :meth:`ml_core.TextureGenerator.invert`."""
    target, weight = _prepared(image, mask)
    codes = card["codes"]
    kinds = [entry for entry in codes["outfits"] if known.outfit in (None, entry["outfit"])]
    faces, outfits = face_directions(len(codes["faces"])), outfit_directions(len(codes["outfits"]))
    search = _Search(paint, target, weight, known, turns=0 if quick else 2)
    start = resolve_traits(known, 0, card["statistics"])

    body, head = _without_head(weight), weight - _without_head(weight)
    best = _Attempt(start, np.zeros(SEED_SIZE, np.float32), np.inf)
    if body.sum() > _LEAST_TEXELS:
        for index, entry in enumerate(codes["outfits"]):
            if entry not in kinds:
                continue
            latent = np.concatenate([best.latent[:HALF], _PURE * outfits[index]])
            requested = start.replace(outfit=entry["outfit"])
            if known.presentation is None:
                requested = requested.replace(presentation=entry["presentation"])
            best = min(best, search.attempt(requested, latent, body), key=_error)
    best.error = np.inf
    if head.sum() > _LEAST_TEXELS:
        for index in range(len(codes["faces"])):
            latent = np.concatenate([*(_PURE * faces[name][index] for name in FACE_ZONES), best.latent[HALF:]])
            requested = best.traits
            if known.presentation is None and body.sum() <= _LEAST_TEXELS:
                requested = requested.replace(presentation=codes["faces"][index])
            best = min(best, search.attempt(requested, latent, head), key=_error)
        for name, part in () if quick else FACE_ZONES.items():
            for index in range(len(codes["faces"])):
                latent = best.latent.copy()
                latent[part] = _PURE * faces[name][index]
                best = min(best, search.attempt(best.traits, latent, head), key=_error)
    best = search.attempt(best.traits, best.latent, weight)
    if not quick:
        best = search.refined(best)
    return Inversion(
        best.traits, best.latent.astype(np.float32), round(-10 * float(np.log10(max(best.error, 1e-8))), 2)
    )


def _error(attempt: _Attempt) -> float:
    return attempt.error


def _prepared(image: NDArray, mask: NDArray | None) -> tuple[NDArray, NDArray]:
    """sRGB (256, 256, 3) and weights (256, 256) of linear image and mask."""
    image = np.asarray(image, dtype=np.float32)
    size = image.shape[0]
    if image.ndim != 3 or image.shape != (size, size, 3) or size % CELLS or size & (size - 1):
        raise InputError(
            "image: expected shape (S, S, 3) with S a power of two from 32 up, got {shape}", shape=image.shape
        )
    weight = np.ones((size, size), np.float32) if mask is None else np.asarray(mask, dtype=np.float32)
    if weight.shape != (size, size):
        raise InputError("mask: expected shape ({size}, {size}), got {shape}", size=size, shape=weight.shape)
    known = resize_atlas(weight[..., None], SIZE)
    color = resize_atlas(image * weight[..., None], SIZE) / np.maximum(known, 1e-6)
    weight = (known[..., 0] > 0.5).astype(np.float32)
    if weight.sum() < _LEAST_TEXELS:
        raise InputError("mask: too little of the image is known; mark more of it")
    return linear_to_srgb(np.clip(color, 0, 1)), weight


def _without_head(weight: NDArray) -> NDArray:
    result = weight.copy()
    result[CHARTS["head"].pixels(SIZE)] = 0
    return result


class _Search:
    """The search over codes. ``turns``: how often the colors are measured again under the painted masks."""

    def __init__(self, paint: Painter, target: NDArray, weight: NDArray, known: AvatarTraits, turns: int) -> None:
        self.paint, self.target, self.weight, self.known, self.turns = paint, target, weight, known, turns

    def attempt(self, traits: AvatarTraits, latent: NDArray, weight: NDArray) -> _Attempt:
        """Colors measured where this painting has its regions, and the mean squared sRGB error under ``weight``."""
        latent = latent.astype(np.float32)
        for _ in range(self.turns):
            maps, regions = self.paint(traits, latent, SIZE)
            traits = traits.replace(**self._colors(traits, maps, regions))
        maps, _ = self.paint(traits, latent, SIZE)
        difference = ((maps[:3].transpose(1, 2, 0) - self.target) ** 2).mean(axis=-1)
        return _Attempt(traits, latent, float((difference * weight).sum() / max(weight.sum(), 1)))

    def _colors(self, traits: AvatarTraits, maps: NDArray, regions: NDArray) -> dict[str, str]:
        """The colors with which the painting's regions would have the image's mean colors."""
        changes = {}
        for name, region in zip(COLOR_REGIONS, regions, strict=False):
            share = self.weight * (region > 0.8)
            if getattr(self.known, name) is not None or share.sum() < _LEAST_TEXELS:
                continue
            texels = share > 0
            gap = (self.target[texels] - maps[:3].transpose(1, 2, 0)[texels]).mean(axis=0)
            changes[name] = srgb_to_hex(np.clip(hex_to_srgb(getattr(traits, name)) + gap, 0.01, 0.99))
        return changes

    def refined(self, parent: _Attempt) -> _Attempt:
        rng = np.random.default_rng(0)
        step = 1.0
        for _ in range(_ROUNDS):
            latent = parent.latent.copy()
            latent[:HALF] += step * rng.standard_normal(HALF)
            child = self.attempt(parent.traits, latent, self.weight)
            if child.error < parent.error:
                parent, step = child, step * 1.5
            else:
                step = max(step * 0.9, 0.15)
        return parent
