"""Traits and a seed in, the maps of an avatar out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import AtelierError, InputError
from ml_core.inference.atlas_resize import heal_borders, resize_atlas
from ml_core.inference.session import open_session
from ml_core.inference.trait_sampling import resolve_traits
from ml_core.vocabulary.color import hex_to_srgb, srgb_to_linear
from ml_core.vocabulary.traits import OUTFITS, AvatarTraits

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "texture_generator.onnx"
SIZES = (64, 128, 256, 512, 1024, 2048)
_ASKED_COLORS = ("skin", "hair", "top", "bottom")


@dataclass(frozen=True)
class TextureMaps:
    """The maps of one avatar in the body atlas (:mod:`ml_core.geometry.atlas`), row 0 at the top.

    ``base_color`` (S, S, 3) float32, linear 0..1. ``normal`` (S, S, 3) float32 unit vectors, OpenGL (Y+), x along +u
    and y along +v of the atlas. ``roughness`` and ``occlusion`` (S, S) float32, 0..1. ``traits`` are all set, as
    resolved; ``seed`` is the seed they came from. ``skin`` (S, S) 0..1 is where bare skin shows.
    """

    base_color: NDArray[np.float32]
    normal: NDArray[np.float32]
    roughness: NDArray[np.float32]
    occlusion: NDArray[np.float32]
    traits: AvatarTraits
    seed: int
    skin: NDArray[np.float32] | None = None

    @property
    def size(self) -> int:
        """Texels a side."""
        return self.base_color.shape[0]


class TextureGenerator:
    """Paints avatars with a trained network in ONNX Runtime.

    Example:
        >>> generator = TextureGenerator.load()
        >>> maps = generator.generate(AvatarTraits(skin="#8d5524", outfit="business"), seed=7, size=256)
        >>> maps.base_color.shape
        (256, 256, 3)
    """

    def __init__(self, session: Any, card: Mapping[str, Any]) -> None:
        self._session = session
        self._card = card

    @classmethod
    def load(cls, path: Path | str | None = None, device: str = "auto") -> TextureGenerator:
        """The shipped generator, or the weights at ``path`` with their card (same name, ``.json``) beside them.

        Raises:
            InputError: the weights or their card are missing or damaged, or are not a texture generator's.
        """
        path = Path(path) if path is not None else WEIGHTS
        session = open_session(path, device)
        card_path = path.with_suffix(".json")
        try:
            card = json.loads(card_path.read_text())
            card["statistics"]["people"], card["statistics"]["garments"], card["size"], card["seed_size"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{card_path}: this is not the card of a texture generator ({error})") from error
        if [value.name for value in session.get_inputs()] != ["z", "colors", "outfit", "presentation"]:
            raise InputError(
                f"{path}: this is not a texture generator; export one with scripts/evaluate_texture_gan.py"
            )
        return cls(session, card)

    @property
    def native_size(self) -> int:
        """Texels a side that the network itself paints."""
        return int(self._card["size"])

    def generate(self, traits: AvatarTraits | None = None, seed: int = 0, size: int = 256) -> TextureMaps:
        """The maps of the avatar with these traits; traits that are ``None`` are drawn by the seed.

        The same traits, seed and size give the same maps on every platform (up to the last bits of floating point).

        Raises:
            InputError: ``seed`` is negative, or ``size`` is not one of :data:`SIZES`.
        """
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise InputError(f"seed: {seed!r} is not a whole number from 0 up")
        if size not in SIZES:
            raise InputError(f"size: {size!r} is not one of {', '.join(map(str, SIZES))}")
        resolved = self.resolve(traits or AvatarTraits(), int(seed))
        maps, regions = self.paint(resolved, int(seed))
        skin = np.clip(resize_atlas(regions[0][..., None], size)[..., 0], 0, 1)
        return replace(_finish(maps, resolved, int(seed), size), skin=skin)

    def resolve(self, traits: AvatarTraits, seed: int) -> AvatarTraits:
        """All traits set: those that are ``None`` as :meth:`generate` draws them."""
        return resolve_traits(traits, seed, self._card["statistics"])

    def base_color(self, traits: AvatarTraits, seed: int) -> NDArray[np.float32]:
        """sRGB base colour (S, S, 3) 0..1 at :attr:`native_size` alone, for traits that are all set: the quick look."""
        return self.base_color_and_skin(traits, seed)[0]

    def base_color_and_skin(self, traits: AvatarTraits, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As :meth:`base_color`, and where (S, S) bare skin shows."""
        maps, regions = self.paint(traits, seed)
        return np.clip(heal_borders(maps.transpose(1, 2, 0))[..., :3], 0, 1), regions[0]

    def paint(self, traits: AvatarTraits, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The network's own output for traits that are all set: maps (7, S, S), which are sRGB base colour, normal xy,
        roughness and occlusion, and region masks (5, S, S) of skin, hair, top, bottom and the rest."""
        assert traits.outfit is not None
        z = np.random.default_rng(seed).standard_normal((1, int(self._card["seed_size"])), dtype=np.float32)
        colors = np.stack([hex_to_srgb(getattr(traits, name)) for name in _ASKED_COLORS])[None]
        outfit = np.eye(len(OUTFITS), dtype=np.float32)[[OUTFITS.index(traits.outfit)]]
        presentation = np.array([[traits.presentation]], dtype=np.float32)
        feeds = {"z": z, "colors": colors, "outfit": outfit, "presentation": presentation}
        try:
            maps, regions = self._session.run(["maps", "regions"], feeds)
        except Exception as error:
            raise AtelierError(f"the texture generator failed ({error}); reinstall its weights") from error
        return maps[0], regions[0]


def _finish(maps: NDArray, traits: AvatarTraits, seed: int, size: int) -> TextureMaps:
    """Resize in the space that the network paints in, then clean ranges, unit normals and linear light."""
    image = resize_atlas(heal_borders(maps.transpose(1, 2, 0)), size)
    slope = image[..., 3:5]
    length = np.sqrt((slope**2).sum(axis=-1, keepdims=True))
    slope = slope * np.minimum(1.0, 0.99 / np.maximum(length, 1e-6))
    normal = np.concatenate([slope, np.sqrt(1 - (slope**2).sum(axis=-1, keepdims=True))], axis=-1)
    return TextureMaps(
        base_color=srgb_to_linear(np.clip(image[..., :3], 0, 1)),
        normal=(normal / np.linalg.norm(normal, axis=-1, keepdims=True)).astype(np.float32),
        roughness=np.ascontiguousarray(np.clip(image[..., 5], 0, 1), dtype=np.float32),
        occlusion=np.ascontiguousarray(np.clip(image[..., 6], 0, 1), dtype=np.float32),
        traits=traits,
        seed=seed,
    )
