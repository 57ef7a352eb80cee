"""Texture files of a material, packed as an engine wants them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from ml_core.errors import InputError

from ..bridge.image_arrays import check_decodable, sized_pixels
from .materials import MaterialFacts, encoded
from .provenance import xmp_packet
from .targets.profile import Profile

Pixels = NDArray[np.uint8]
_ROWS = 256


def write_textures(
    facts: MaterialFacts,
    stem: str,
    folder: Path,
    wishes: Profile,
    budget: int,
    note: dict[str, str],
    is_webp: bool = False,
) -> dict[str, str]:
    """Writes ``T_<stem>_BC.png`` and so on for a material that has images.

    Args:
        budget: most texels a side. note: provenance and rights, written as PNG text and as an XMP packet. is_webp: WebP
            files instead; colour is compressed a little, the other maps are kept as they are.

    Returns:
        File names by suffix; empty for a material of constants.

    Raises:
        InputError: an image has no pixels.
    """
    images = _with_pixels(facts)
    width, height = (min(side, budget) for side in facts.size)
    if not width:
        return {}
    maps = {channel: sized_pixels(image, width, height) for channel, image in images.items()}
    files = {}

    def save(pixels: Pixels, suffix: str) -> None:
        path = folder / f"T_{stem}_{suffix}{'.webp' if is_webp else '.png'}"
        if is_webp:
            _save_webp(pixels, path, note, lossless=suffix != "BC")
        else:
            _save_png(pixels, path, note)
        files[suffix] = path.name

    base = maps.get("base_color")
    if base is None:
        base = np.empty((height, width, 4), np.uint8)
        base[...] = np.round(np.append(encoded(np.array(facts.base_color)), facts.alpha) * 255)
    opaque = facts.alpha >= 1 and (base[..., 3] == 255).all()
    save(base[..., :3] if opaque else base, "BC")
    if "normal" in maps:
        normal = unit_normals(maps["normal"][..., :3])
        if wishes.directx_normals:
            normal[..., 1] = 255 - normal[..., 1]
        save(normal, "N")
    if {"roughness", "metallic", "occlusion"} & maps.keys():
        for packing in wishes.packings:
            channels = [_channel(name, maps, facts, (height, width)) for name in packing.channels]
            save(np.stack(channels, axis=-1), packing.suffix)
    return files


def _with_pixels(facts: MaterialFacts) -> dict:
    for image in facts.images.values():
        check_decodable(image)
        if not image.has_data and image.source == "FILE" and not image.packed_file:
            image.reload()
        if image.size[0] == 0:
            raise InputError(f"{facts.name}: its image {image.name} cannot be read; find or replace the file")
    return facts.images


def _channel(name: str, maps: dict[str, Pixels], facts: MaterialFacts, shape: tuple[int, int]) -> Pixels:
    if name in ("one", "zero"):
        return np.full(shape, 255 if name == "one" else 0, np.uint8)
    if name == "smoothness":
        return 255 - _channel("roughness", maps, facts, shape)
    if name in maps:
        return maps[name][..., facts.channels.get(name, 0)]
    constant = {"occlusion": 1.0, "roughness": facts.roughness, "metallic": facts.metallic}[name]
    return np.full(shape, round(constant * 255), np.uint8)


def unit_normals(pixels: Pixels) -> Pixels:
    """Tangent-space normals (H, W, 3) of length 1, as 8 bits store them."""
    normals = np.empty_like(pixels)
    for first in range(0, len(pixels), _ROWS):  # floats take four times as much
        vectors = pixels[first : first + _ROWS].astype(np.float32) / 127.5 - 1
        vectors /= np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
        normals[first : first + _ROWS] = np.round((vectors + 1) * 127.5)
    return normals


def _save_png(pixels: Pixels, path: Path, note: dict[str, str]) -> None:
    info = PngImagePlugin.PngInfo()
    for key, value in note.items():
        info.add_itxt(key, value)
    if note:
        info.add_itxt("XML:com.adobe.xmp", xmp_packet(note))
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, pnginfo=info, compress_level=4)


def _save_webp(pixels: Pixels, path: Path, note: dict[str, str], lossless: bool) -> None:
    about = {"xmp": xmp_packet(note).encode()} if note else {}
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, quality=90, lossless=lossless, exact=True, **about)
