"""The part of a painted person on a mesh: all of it, the bare skin with plain underwear, or the cloth of a garment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ml_core.color import hex_to_srgb
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.traits import ADULT, BodyTraits
from ml_core.geometry.body.zones import clothed_texels, underwear
from ml_core.inference.textures.dressing import Cloth, cloth_of, plain_cloth, quick_cloth
from ml_core.inference.textures.generator import QuickLook, TextureMaps
from ml_core.inference.textures.skin.complexion import living_skin, quickly_living_skin
from ml_core.inference.textures.skin.open_eyes import EyeSpot, quickly_with_eyes, with_eyes
from ml_core.vocabulary.traits import AvatarTraits

if TYPE_CHECKING:
    from .layers import LayerStack

Pixels = dict[str, NDArray[np.float32]]
UNDERWEAR = "#74787f"
ON_CLOTH = ("print", "dirt", "wet")
"""Kinds of layers that lie over clothes, too."""
_ROUGHNESS = 0.85


class PaintSource(Protocol):
    """How maps of a person in the body atlas become those of one mesh. Needs no Blender data."""

    def maps(self, maps: TextureMaps) -> TextureMaps:
        """The maps in the atlas that the mesh takes its texels from."""

    def quick(self, look: QuickLook) -> NDArray[np.float32]:
        """The same for the base color alone, sRGB (S, S, 3)."""

    def bare(self, look: QuickLook) -> NDArray[np.float32]:
        """(S, S) mask of bare skin, where layers such as tattoos are applied."""

    def finished(self, pixels: Pixels) -> Pixels:
        """The mesh's own images (BC, N, R, AO; some of them) with what is painted on its UVs."""


@dataclass(frozen=True)
class Painted:
    """Everything that is painted, clothes and all; on a body without eyeballs also its eyes."""

    eyes: tuple[EyeSpot, ...] = ()

    def maps(self, maps: TextureMaps) -> TextureMaps:
        return with_eyes(maps, self.eyes) if self.eyes else maps

    def quick(self, look: QuickLook) -> NDArray[np.float32]:
        return quickly_with_eyes(look.color, look.traits.eye, self.eyes) if self.eyes else look.color

    def bare(self, look: QuickLook) -> NDArray[np.float32]:
        return look.skin

    def finished(self, pixels: Pixels) -> Pixels:
        return pixels


@dataclass(frozen=True, eq=False)
class Skin:
    """Bare skin, with the minimal plain clothes of a person with these traits."""

    body: BodyTraits

    def maps(self, maps: TextureMaps) -> TextureMaps:
        return living_skin(maps, self.body)

    def quick(self, look: QuickLook) -> NDArray[np.float32]:
        return quickly_living_skin(look, self.body)

    def bare(self, look: QuickLook) -> NDArray[np.float32]:
        return np.ones_like(look.skin)

    def finished(self, pixels: Pixels) -> Pixels:
        size = next(iter(pixels.values())).shape[0]
        share = _underwear(size, self.body.is_adult, self.body.presentation)[..., None]
        plain = {
            "BC": hex_to_srgb(UNDERWEAR).astype(np.float32),
            "N": np.array([0.5, 0.5, 1.0], np.float32),
            "R": np.float32(_ROUGHNESS),
            "AO": np.float32(1.0),
        }
        return {
            kind: image * (1 - share) + plain[kind] * share
            if image.ndim == 3
            else image * (1 - share[..., 0]) + plain[kind] * share[..., 0]
            for kind, image in pixels.items()
        }


@dataclass(frozen=True)
class Fabric:
    """The cloth of a garment.

    Attributes:
        cloth: which clothing trait colors it; ``None`` if none does.
        color: sRGB hex of the dye; ``None`` leaves it to the traits.
        is_painted: it shows the cloth that the generator paints, such as camouflage.
    """

    cloth: Cloth | None
    color: str | None
    roughness: float
    is_painted: bool = False

    def dye(self, traits: AvatarTraits) -> str:
        """The color (sRGB hex) of the cloth on an avatar of these traits."""
        own = None if self.cloth is None else getattr(traits, self.cloth)
        return self.color or own or UNDERWEAR

    def maps(self, maps: TextureMaps) -> TextureMaps:
        if self.cloth is None or not self.is_painted:
            return plain_cloth(maps, self.dye(maps.traits), self.roughness)
        return cloth_of(maps, self.cloth, self.color)

    def quick(self, look: QuickLook) -> NDArray[np.float32]:
        if self.cloth is None or not self.is_painted or self.color is not None:
            color = hex_to_srgb(self.dye(look.traits)).astype(np.float32)
            return np.broadcast_to(color, look.color.shape)
        return quick_cloth(look, self.cloth)

    def bare(self, look: QuickLook) -> NDArray[np.float32]:
        return np.zeros_like(look.skin)

    def finished(self, pixels: Pixels) -> Pixels:
        return pixels


def takes_paint(source: PaintSource, layers: LayerStack) -> bool:
    """Whether a mesh needs images in its own layout: all but garments of a single cloth without layers on it."""
    return not isinstance(source, Fabric) or source.is_painted or any(layer.kind in ON_CLOTH for layer in layers.layers)


@lru_cache(maxsize=4)
def _underwear(size: int, is_adult: bool, presentation: float | None) -> NDArray[np.float32]:
    """(S, S) coverage (0..1) of plain clothes in each texel of the body's UVs."""
    data = body_model().data
    field = underwear(data, BodyTraits(age=ADULT if is_adult else None, presentation=presentation))
    return clothed_texels(data, field, size)


PAINTED = Painted()
