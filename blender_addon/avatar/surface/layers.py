"""The layers over an avatar's skin: stored as JSON on the avatar, so that every new texture keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import stored_json
from ml_core.inference.textures.layer_kinds import Layer
from ml_core.inference.textures.layers import apply_layers, layer_from_dict, layered_color, layers_to_json
from ml_core.picture_size import check_picture

from ...bridge.data.identity import keep_in_overrides, put
from ...bridge.data.stored_values import stored_text
from ...bridge.image_arrays import check_decodable, sized_pixels

if TYPE_CHECKING:
    from ml_core.inference.textures.generator import QuickLook, TextureMaps

    from .paint_sources import PaintSource

LAYERS_KEY = "atelier_layers"
MOST_PIXELS = 1024
"""Pictures of layers are read at this resolution in pixels at most; an atlas shows no more."""


def layers_of(obj: bpy.types.Object | None) -> tuple[Layer, ...]:
    """The layers stored on an avatar, the lowest one first; damaged ones are left out, since panels call this."""
    layers = []
    for values in stored_json(stored_text(obj, LAYERS_KEY), list, []) if obj is not None else []:
        with suppress(InputError):
            layers.append(layer_from_dict(values))
    # The panel's list points at the pictures themselves, whose names change by renaming and appending.
    items = getattr(obj, "atelier_layer_list", ())
    if len(items) != len(layers):
        return tuple(layers)
    return tuple(_with_picture(layer, item) for layer, item in zip(layers, items, strict=True))


def _with_picture(layer: Layer, item: Any) -> Layer:
    """The layer with the current name of its picture."""
    is_shown = bool(layer.image) and item.kind == layer.kind and item.image_name in ("", layer.image)
    return replace(layer, image=item.image.name_full) if is_shown and item.image is not None else layer


def image_named(name: str) -> bpy.types.Image | None:
    """The image of the file called ``name``; a linked one is ``name [its file]``, and comes after local ones."""
    return bpy.data.images.get(name) or next((image for image in bpy.data.images if image.name_full == name), None)


def store_layers(obj: bpy.types.Object, layers: Sequence[Layer]) -> None:
    """Stores them on the avatar; the panel's list follows."""
    if layers:
        put(obj, LAYERS_KEY, layers_to_json(layers))
        keep_in_overrides(obj, LAYERS_KEY)
    elif LAYERS_KEY in obj:
        del obj[LAYERS_KEY]


def embedded(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers, with picture files that the artist has chosen packed into the blend file.

    Raises:
        InputError: a picture is missing or cannot be read; the message names it.
    """
    return tuple(replace(layer, image=_embedded(layer.image)) if layer.image else layer for layer in layers)


def _embedded(name: str) -> str:
    if image_named(name) is not None:
        return name
    path = Path(bpy.path.abspath(name))
    if not path.is_absolute() or not path.is_file():
        raise InputError("{name}: the picture of a layer is missing; choose it again", name=name)
    check_picture(path)
    try:
        image = bpy.data.images.load(str(path), check_existing=True)
    except RuntimeError as error:
        raise InputError("{name}: this picture cannot be read; choose another one", name=name) from error
    try:
        _pixels(image, name)
    except InputError:
        if not image.users:
            bpy.data.images.remove(image)
        raise
    if not image.packed_file:
        image.pack()
    return image.name


def pictures_of(layers: Sequence[Layer]) -> dict[str, NDArray[np.float32]]:
    """The pictures that layers show, by the names of the file's images.

    Stored layers may come from anyone, and their pictures are baked into the skin. So a stored path, which could point
    to a private picture, is never opened: :func:`embedded` packs what the artist chooses.

    Raises:
        InputError: a picture is missing or cannot be read; the message names it.
    """
    return {layer.image: _picture(layer.image) for layer in layers if layer.image and layer.on}


def _picture(name: str) -> NDArray[np.float32]:
    """(H, W, 4) sRGB with alpha, row 0 at the top."""
    image = image_named(name)
    if image is None:
        raise InputError("{name}: the picture of a layer is missing; choose it again", name=name)
    return _pixels(image, name)


def _pixels(image: bpy.types.Image, name: str) -> NDArray[np.float32]:
    check_decodable(image)
    if not min(image.size) or image.channels not in (1, 3, 4):
        raise InputError("{name}: this picture cannot be read; choose another one", name=name)
    factor = min(1.0, MOST_PIXELS / max(image.size))
    width, height = (max(1, round(edge * factor)) for edge in image.size)
    return sized_pixels(image, width, height).astype(np.float32) / 255


@dataclass(frozen=True)
class LayerStack:
    """The layers of an avatar with their pictures, read once so that other threads can paint with them."""

    layers: tuple[Layer, ...]
    pictures: dict[str, NDArray[np.float32]]

    @classmethod
    def of(cls, obj: bpy.types.Object) -> LayerStack:
        layers = layers_of(obj)
        return cls(layers, pictures_of(layers))


@dataclass(frozen=True)
class LayeredMaps:
    """The maps of a person with layers applied, as each paint source shows them; computed once for each."""

    maps: TextureMaps
    stack: LayerStack
    made: dict[PaintSource, TextureMaps] = field(default_factory=dict, compare=False)

    def of(self, source: PaintSource) -> TextureMaps:
        if source not in self.made:
            self.made[source] = apply_layers(source.maps(self.maps), self.stack.layers, self.stack.pictures)
        return self.made[source]


@dataclass(frozen=True)
class LayeredPreview:
    """The preview of a person with layers applied, as each paint source shows it: sRGB base color (S, S, 3)."""

    shown: QuickLook
    stack: LayerStack
    made: dict[PaintSource, NDArray[np.float32]] = field(default_factory=dict, compare=False)

    def of(self, source: PaintSource) -> NDArray[np.float32]:
        if source not in self.made:
            skin = source.bare(self.shown)
            self.made[source] = layered_color(source.quick(self.shown), skin, self.stack.layers, self.stack.pictures)
        return self.made[source]
