"""The texture generator: traits and a seed in, the maps of an avatar out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb, srgb_image_to_linear
from ml_core.errors import AtelierError, InputError
from ml_core.geometry.atlas.resize import heal_borders, resize_atlas
from ml_core.inference.session import open_with_card
from ml_core.inference.textures.edits import between, dressed_as
from ml_core.inference.textures.inversion import Inversion, invert
from ml_core.inference.textures.sampling import resolve_traits
from ml_core.inference.textures.skin.bald import bared
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.seed_vector import HALF, SEED_SIZE, seed_vector
from ml_core.vocabulary.texture_sizes import GENERATED_SIZES
from ml_core.vocabulary.traits import COLOR_REGIONS, OUTFITS, AvatarTraits
from ml_core.weights import WEIGHTS_FOLDER

WEIGHTS = WEIGHTS_FOLDER / "texture_generator.onnx"
_INPUTS = ["z", "colors", "outfit", "presentation", "level"]
_LEVELS = 2
"""Sizes that the network paints, where the card does not give them."""
_MOST_LEVELS = 8
_STEEPEST = 0.99
"""Greatest length of a normal's xy."""


@dataclass(frozen=True)
class QuickLook:
    """The sRGB base color (S, S, 3) of an avatar in the body atlas and where (S, S) skin and clothes show, all 0..1;
    ``traits`` as they were painted, and their ``seed``."""

    color: NDArray[np.float32]
    skin: NDArray[np.float32]
    top: NDArray[np.float32]
    bottom: NDArray[np.float32]
    traits: AvatarTraits
    seed: int = 0


@dataclass(frozen=True)
class TextureMaps:
    """The maps of one avatar in the body atlas (:mod:`ml_core.geometry.atlas.charts`), row 0 at the top.

    ``base_color`` (S, S, 3) float32, linear 0..1. ``normal`` (S, S, 3) float32 unit vectors, OpenGL (Y+), x along +u
    and y along +v of the atlas. ``roughness`` and ``occlusion`` (S, S) float32, 0..1. ``traits`` are all set, as
    resolved; ``seed`` is the seed they came from and ``latent`` (64,) the seed vector that was painted. ``skin``,
    ``top`` and ``bottom`` (S, S) 0..1 are where bare skin and the clothes above and below the waist show.
    """

    base_color: NDArray[np.float32]
    normal: NDArray[np.float32]
    roughness: NDArray[np.float32]
    occlusion: NDArray[np.float32]
    traits: AvatarTraits
    seed: int
    latent: NDArray[np.float32]
    skin: NDArray[np.float32]
    top: NDArray[np.float32]
    bottom: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Resolution in texels (square)."""
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
        session, card = open_with_card(path, {"statistics": dict, "codes": dict, "size": int}, device)
        if [value.name for value in session.get_inputs()] != _INPUTS:
            raise InputError(
                "{path}: this is not a texture generator; export one with scripts/training/export_weights.py", path=path
            )
        generator = cls(session, card)
        try:
            generator.resolve(AvatarTraits(), 0)
            if not 0 < generator._levels <= _MOST_LEVELS:
                raise ValueError("levels")
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise InputError(
                "{card}: the card is damaged ({reason!r}); reinstall it", card=path.with_suffix(".json"), reason=error
            ) from error
        return generator

    @property
    def native_size(self) -> int:
        """Highest resolution in texels that the network itself paints; it paints the next smaller sizes faster."""
        return int(self._card["size"])

    @property
    def _levels(self) -> int:
        return int(self._card.get("levels", _LEVELS))

    def generate(
        self,
        traits: AvatarTraits | None = None,
        seed: int = 0,
        size: int = 256,
        *,
        outfit_seed: int | None = None,
        truncation: float | None = None,
        latent: NDArray | None = None,
    ) -> TextureMaps:
        """The maps of the avatar with these traits; traits that are ``None`` are drawn by the seed.

        The same traits, seed and size give the same maps on every platform (up to the last bits of floating point).

        Args:
            outfit_seed, truncation: in place of those of the traits.
            latent: (64,) a seed vector to use in place of the seed's, as :meth:`invert` finds one.

        Raises:
            InputError: ``seed`` is negative, ``size`` is not one of :data:`GENERATED_SIZES`, or another value is out of
                range.
        """
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise InputError("seed: {seed!r} is not a whole number from 0 up", seed=seed)
        if size not in GENERATED_SIZES:
            raise InputError(
                "size: {size!r} is not one of {sizes}", size=size, sizes=", ".join(map(str, GENERATED_SIZES))
            )
        given = {"outfit_seed": outfit_seed, "truncation": truncation}
        requested = (traits or AvatarTraits()).replace(
            **{name: item for name, item in given.items() if item is not None}
        )
        if latent is None:
            latent = _seed_vector(requested, int(seed))
        else:
            latent = np.asarray(latent, dtype=np.float32)
            if latent.shape != (SEED_SIZE,) or not np.isfinite(latent).all():
                raise InputError(
                    "latent: expected {seed_size} finite numbers, got shape {shape}",
                    seed_size=SEED_SIZE,
                    shape=latent.shape,
                )
        resolved = self.resolve(requested, int(seed))
        return _finish(self._painted(resolved, latent, size), resolved, int(seed), size, latent)

    def resolve(self, traits: AvatarTraits, seed: int) -> AvatarTraits:
        """All traits set that are drawn: those that are ``None`` as :meth:`generate` draws them."""
        return resolve_traits(traits, seed, self._card["statistics"])

    def interpolate(self, first: TextureMaps, second: TextureMaps, amount: float, size: int = 256) -> TextureMaps:
        """A person between two: ``amount`` 0 is the first, 1 the second; the outfit changes halfway."""
        traits, latent = between(first.traits, first.latent, second.traits, second.latent, amount)
        return self.generate(traits, first.seed if amount < 0.5 else second.seed, size, latent=latent)

    def mix(self, face: TextureMaps, outfit: TextureMaps, size: int = 256) -> TextureMaps:
        """The head and the skin of one person in the clothes of another."""
        traits = dressed_as(face.traits, outfit.traits, outfit.seed)
        latent = np.concatenate([face.latent[:HALF], outfit.latent[HALF:]])
        return self.generate(traits, face.seed, size, latent=latent)

    def invert(
        self,
        image: NDArray,
        mask: NDArray | None = None,
        traits: AvatarTraits | None = None,
        quick: bool = False,
    ) -> Inversion:
        """Traits and seed vector whose painting comes near to a (partial) base color in the atlas.

        Args:
            image: (S, S, 3) linear base color, S one of :data:`GENERATED_SIZES`. mask: (S, S), true where the image is
                known; all of it when left out. traits: those that are known and are kept.
            quick: look for the nearest learned face alone, without mixing several; a tenth of the time.

        Raises:
            InputError: the shapes do not fit, or the mask is empty.
        """
        return invert(self.paint, self._card, image, mask, traits or AvatarTraits(), quick)

    def base_color(self, traits: AvatarTraits, seed: int) -> NDArray[np.float32]:
        """sRGB base color (S, S, 3) 0..1 at the smallest size that the network paints, for traits that are all set:
        the quick look."""
        return self.quick_look(traits, seed).color

    def quick_look(self, traits: AvatarTraits, seed: int) -> QuickLook:
        """As :meth:`base_color`, and where skin and clothes show."""
        image = self._painted(traits, _seed_vector(traits, seed), size=1)
        skin, top, bottom = (np.ascontiguousarray(image[..., channel]) for channel in (7, 8, 9))
        return QuickLook(np.clip(heal_borders(image[..., :3]), 0, 1), skin, top, bottom, traits, seed)

    def paint(
        self, traits: AvatarTraits, latent: NDArray[np.float32], size: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The network's own output for traits that are all set and a seed vector (64,): maps (7, S, S), which are sRGB
        base color, normal xy, roughness and occlusion, and region masks (5, S, S) of skin, hair, top, bottom and the
        rest; S is the least size that the network paints, up to :attr:`native_size`, that is ``size`` or more."""
        maps, regions = self._run(traits, latent, size)
        return _interleaved(maps).transpose(2, 0, 1), _interleaved(regions).transpose(2, 0, 1)

    def _painted(self, traits: AvatarTraits, latent: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        """(S, S, 10): the maps as :meth:`paint` gives them, and where skin, top and bottom show; S as there."""
        maps, regions = self._run(traits, latent, size)
        skin, hair, top, bottom = (regions[number : number + 1] for number in range(4))
        if traits.hair_style is not None and HAIR_STYLES[traits.hair_style].bares_scalp:
            image = _interleaved(maps, skin, top, bottom, hair)
            return np.concatenate([bared(image[..., :8], image[..., 10]), image[..., 8:10]], axis=-1)
        return _interleaved(maps, skin, top, bottom)

    def _run(
        self, traits: AvatarTraits, latent: NDArray[np.float32], size: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As :meth:`paint`, each image as four: (7, 2, 2, S/2, S/2) and (5, 2, 2, S/2, S/2), for
        :func:`_interleaved`."""
        assert traits.outfit is not None
        smaller = [k for k in range(self._levels) if size <= self.native_size >> k]
        feeds = {
            "z": np.asarray(latent, dtype=np.float32)[None],
            "colors": np.stack([hex_to_srgb(getattr(traits, name)) for name in COLOR_REGIONS])[None].astype(np.float32),
            "outfit": np.eye(len(OUTFITS), dtype=np.float32)[[OUTFITS.index(traits.outfit)]],
            "presentation": np.array([[traits.presentation]], dtype=np.float32),
            "level": np.array(self._levels - 1 - max(smaller, default=0)),
        }
        try:
            maps, regions = self._session.run(["maps", "regions"], feeds)
        except Exception as error:
            raise AtelierError(
                "the texture generator failed ({reason}); reinstall its weights", reason=error
            ) from error
        return maps[0], regions[0]


def _seed_vector(traits: AvatarTraits, seed: int) -> NDArray[np.float32]:
    truncation = 1.0 if traits.truncation is None else traits.truncation
    return seed_vector(seed, traits.outfit_seed, truncation)


def _interleaved(*quarters: NDArray[np.float32]) -> NDArray[np.float32]:
    """One image (2 H, 2 W, C) of quarters (C, 2, 2, H, W), in which [c, i, j, y, x] is the texel (2 y + i, 2 x + j);
    the channels of several one after the other."""
    height, width = quarters[0].shape[3:]
    image = np.empty((2 * height, 2 * width, sum(map(len, quarters))), np.float32)
    first = 0
    for quarter in quarters:
        channels = slice(first, first := first + len(quarter))
        for row in range(2):
            for column in range(2):
                image[row::2, column::2, channels] = quarter[:, row, column].transpose(1, 2, 0)
    return image


def _finish(image: NDArray, traits: AvatarTraits, seed: int, size: int, latent: NDArray[np.float32]) -> TextureMaps:
    """Resize maps and regions (S, S, 10) in the space that the network paints in; then clean ranges, unit normals,
    linear light."""
    image = resize_atlas(heal_borders(image), size)
    x, y = image[..., 3], image[..., 4]
    flat = x * x + y * y
    if flat.max() > _STEEPEST**2:
        scale = _STEEPEST / np.sqrt(np.maximum(flat, _STEEPEST**2))
        x, y = x * scale, y * scale
        flat = x * x + y * y
    return TextureMaps(
        base_color=srgb_image_to_linear(image[..., :3]),
        normal=np.stack([x, y, np.sqrt(1 - flat)], axis=-1),
        roughness=np.clip(image[..., 5], 0, 1, order="C"),
        occlusion=np.clip(image[..., 6], 0, 1, order="C"),
        traits=traits,
        seed=seed,
        latent=np.asarray(latent, dtype=np.float32),
        skin=np.clip(image[..., 7], 0, 1, order="C"),
        top=np.clip(image[..., 8], 0, 1, order="C"),
        bottom=np.clip(image[..., 9], 0, 1, order="C"),
    )
