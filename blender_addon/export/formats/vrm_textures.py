"""Adds the pictures of VRM data to the document of an exported file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import bpy
from PIL import Image

from ml_core.vrm.kinds import REPEAT

from ...bridge.image_arrays import sized_pixels
from .glb import add_view, use_extensions

_LARGEST = 2048
_WRAPS = ("wrapS", "wrapT")


class ToonTextures:
    """Adds the textures of MToon to a document, each once; ``added`` are the bytes for its binary chunk."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._images: dict[int, int] = {}
        self._textures: dict[tuple[Any, ...], int] = {}
        self.added = b""

    def placed(
        self, material: Mapping[str, Any], values: Mapping[str, Any], pictures: Mapping[str, bpy.types.Image]
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the MToon values with the document's textures, and the textures without a picture.

        Args:
            material: the document's. values, pictures: from :func:`~.toons.toon_of`; a missing picture is replaced by
                that of the base color.
        """
        look = material.get("pbrMetallicRoughness", {}).get("baseColorTexture", {})
        base = look.get("index")
        layer = {"texCoord": look["texCoord"]} if "texCoord" in look else {}
        made = dict(values)
        missing = []
        for key in [key for key in values if key.endswith("Texture")]:
            info = dict(values[key])
            sampler = info.pop("sampler", {})
            image = pictures.get(key)
            if image is not None:
                made[key] = {**info, "index": self._texture(self._image(image), sampler)}
            elif base is not None:
                made[key] = {**info, **layer, "index": self._like_base(base, sampler)}
            else:
                del made[key]
                missing.append(key)
                continue
            if "KHR_texture_transform" in info.get("extensions", {}):
                use_extensions(self._document, "KHR_texture_transform")
        return made, missing

    def _image(self, image: bpy.types.Image) -> int:
        if image.session_uid not in self._images:
            self._images[image.session_uid], more = add_image(self._document, image)
            self.added += more
        return self._images[image.session_uid]

    def _like_base(self, base: int, sampler: Mapping[str, int]) -> int:
        """The base color's texture, or another texture of the same picture if the sampler differs."""
        texture = self._document["textures"][base]
        own = self._document["samplers"][texture["sampler"]] if "sampler" in texture else {}
        wraps = all(sampler.get(key, REPEAT) == own.get(key, REPEAT) for key in _WRAPS)
        filters = all(sampler[key] == own.get(key) for key in sampler if key not in _WRAPS)
        if not sampler or (wraps and filters) or "source" not in texture:
            return base
        return self._texture(texture["source"], sampler)

    def _texture(self, source: int, sampler: Mapping[str, int]) -> int:
        said = {key: code for key, code in sampler.items() if key not in _WRAPS or code != REPEAT}
        key = (source, *sorted(said.items()))
        if key not in self._textures:
            texture: dict[str, int] = {"source": source}
            if said:
                samplers = self._document.setdefault("samplers", [])
                if said not in samplers:
                    samplers.append(said)
                texture["sampler"] = samplers.index(said)
            self._document.setdefault("textures", []).append(texture)
            self._textures[key] = len(self._document["textures"]) - 1
        return self._textures[key]


def add_image(document: dict[str, Any], image: bpy.types.Image) -> tuple[int, bytes]:
    """Adds a picture as PNG, without metadata of its file; returns its index, and bytes for the binary chunk."""
    width, height = image.size
    shrink = max(1, max(width, height) / _LARGEST)
    pixels = sized_pixels(image, max(1, int(width / shrink)), max(1, int(height / shrink)))
    stream = io.BytesIO()
    Image.fromarray(pixels[..., :3] if (pixels[..., 3] == 255).all() else pixels).save(stream, "PNG", compress_level=4)
    added = add_view(document, stream.getvalue())
    view = len(document["bufferViews"]) - 1
    document.setdefault("images", []).append({"name": image.name, "mimeType": "image/png", "bufferView": view})
    return len(document["images"]) - 1, added
