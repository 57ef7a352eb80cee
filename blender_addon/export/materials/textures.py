"""Writes the texture files of a material, packed as an engine needs them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from ...bridge.image_arrays import pixel_reader
from ...bridge.jobs.steps import InThread
from ..delivery.provenance import xmp_packet
from ..targets.profile import Profile
from .reading import MaterialFacts, encoded

Pixels = NDArray[np.uint8]
COLORS = ("base_color", "emission")
_ROWS = 256
_MEAN = 64
"""Resolution in texels (square) at which the mean of a map is taken."""


def write_textures(
    facts: MaterialFacts,
    stem: str,
    folder: Path,
    profile: Profile,
    budget: int,
    note: dict[str, str],
    is_webp: bool = False,
) -> Generator[InThread, Any, dict[str, str]]:
    """Writes ``T_<stem>_BC.png`` and so on for a material that has images: read here, packed in another thread.

    Args:
        budget: highest resolution in texels. note: provenance and rights, written as PNG text and as an XMP packet.
        is_webp: WebP files instead; color is compressed a little, the other maps are kept as they are.

    Returns:
        File names by suffix; empty for a material of constants.
    """
    width, height = (min(side, budget) for side in facts.size)
    if not width:
        return {}
    maps = {}
    for channel, image in facts.images.items():
        maps[channel] = yield InThread(_channel_reader(image, channel in COLORS, width, height))
    return (yield InThread(lambda: _packed(maps, facts, stem, folder, profile, note, is_webp)))


def _packed(
    maps: dict[str, Pixels],
    facts: MaterialFacts,
    stem: str,
    folder: Path,
    profile: Profile,
    note: dict[str, str],
    is_webp: bool,
) -> dict[str, str]:
    """Packs and writes the channels' pixels (height, width, 4); returns file names by suffix."""
    height, width = next(iter(maps.values())).shape[:2]
    files = {}

    def save(pixels: Pixels, suffix: str) -> None:
        path = folder / f"T_{stem}_{suffix}{'.webp' if is_webp else '.png'}"
        save_picture(pixels, path, note, lossless=suffix not in ("BC", "E"))
        files[suffix] = path.name

    base = maps.get("base_color")
    if base is None:
        base = np.empty((height, width, 4), np.uint8)
        base[...] = np.round(np.append(encoded(np.array(facts.base_color)), facts.alpha) * 255)
    else:
        base[..., :3] = _tinted(base[..., :3], facts.base_color)
        base[..., 3] = round(facts.alpha * 255)
    if "alpha" in maps:
        alpha = maps["alpha"][..., facts.channels.get("alpha", 3)]
        base[..., 3] = np.round(alpha * facts.alpha) if facts.alpha_cutoff is None else alpha
    opaque = not facts.is_transparent or (base[..., 3] == 255).all()
    save(base[..., :3] if opaque else base, "BC")
    if "emission" in maps:
        save(maps["emission"][..., :3], "E")
    if "normal" in maps:
        normal = unit_normals(maps["normal"][..., :3], facts.normal_strength)
        if profile.target.directx_normals:
            normal[..., 1] = 255 - normal[..., 1]
        save(normal, "N")
    if {"roughness", "metallic", "occlusion"} & maps.keys():
        for packing in profile.packings:
            channels = [_channel(name, maps, facts, (height, width)) for name in packing.channels]
            save(np.stack(channels, axis=-1), packing.suffix)
    return files


def channel_pixels(image: bpy.types.Image, is_color: bool, width: int, height: int) -> Pixels:
    """(height, width, 4) as engines store them: colors encoded as sRGB, whatever the image's own space; values as they
    are.

    Raises:
        InputError: the image has too many pixels.
    """
    return _channel_reader(image, is_color, width, height)()


def _channel_reader(image: bpy.types.Image, is_color: bool, width: int, height: int) -> Callable[[], Pixels]:
    """As :func:`channel_pixels`: reads the image; the returned function completes the work in any thread."""
    if not is_color or (not image.is_float and image.colorspace_settings.name == "sRGB"):
        return pixel_reader(image, width, height)
    if image.is_float:
        return pixel_reader(image, width, height, encoded)
    read = pixel_reader(image, width, height)

    def encoded_bytes() -> Pixels:
        pixels = read()
        pixels[..., :3] = np.round(encoded(np.arange(256) / 255) * 255).astype(np.uint8)[pixels[..., :3]]
        return pixels

    return encoded_bytes


def with_means(facts: MaterialFacts) -> MaterialFacts:
    """Facts with roughness and metallic replaced by the means of their maps, for formats without such maps."""
    means = {
        name: float(channel_pixels(facts.images[name], False, _MEAN, _MEAN)[..., facts.channels.get(name, 0)].mean())
        / 255
        for name in ("roughness", "metallic")
        if name in facts.images
    }
    return replace(facts, **{name: mean * getattr(facts, name) for name, mean in means.items()})


def _tinted(pixels: Pixels, color: tuple[float, float, float]) -> Pixels:
    """sRGB pixels times a linear color."""
    if min(color) >= 1:
        return pixels
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    tables = [np.round(255 * encoded(np.clip(linear * item, 0, 1))).astype(np.uint8) for item in color]
    return np.stack([table[pixels[..., index]] for index, table in enumerate(tables)], axis=-1)


def _channel(name: str, maps: dict[str, Pixels], facts: MaterialFacts, shape: tuple[int, int]) -> Pixels:
    if name in ("one", "zero"):
        return np.full(shape, 255 if name == "one" else 0, np.uint8)
    if name == "smoothness":
        return np.uint8(255) - _channel("roughness", maps, facts, shape)
    if name in maps:
        factor = {"roughness": facts.roughness, "metallic": facts.metallic}.get(name, 1.0)
        values = maps[name][..., facts.channels.get(name, 0)]
        if name == "occlusion" and facts.occlusion_strength < 1:
            values = np.round(255 - (255 - values) * facts.occlusion_strength).astype(np.uint8)
        return values if factor >= 1 else np.round(values * factor).astype(np.uint8)
    constant = {"occlusion": 1.0, "roughness": facts.roughness, "metallic": facts.metallic}[name]
    return np.full(shape, round(constant * 255), np.uint8)


def unit_normals(pixels: Pixels, strength: float = 1.0) -> Pixels:
    """Tangent-space normals (H, W, 3) of length 1, as stored in 8 bits; a lower strength tilts them toward upright."""
    normals = np.empty_like(pixels)
    for first in range(0, len(pixels), _ROWS):  # floats take four times as much
        vectors = pixels[first : first + _ROWS].astype(np.float32) / 127.5 - 1
        if strength != 1.0:
            vectors[..., :2] *= strength
        vectors /= np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6)
        normals[first : first + _ROWS] = np.round((vectors + 1) * 127.5)
    return normals


def save_picture(pixels: Pixels, path: Path, note: dict[str, str], lossless: bool = True) -> None:
    """Writes a PNG or WebP file, by the suffix of its path."""
    if path.suffix == ".webp":
        _save_webp(pixels, path, note, lossless)
    else:
        _save_png(pixels, path, note)


def _save_png(pixels: Pixels, path: Path, note: dict[str, str]) -> None:
    info = PngImagePlugin.PngInfo()
    for key, value in note.items():
        info.add_itxt(key, value)
    if note:
        info.add_itxt("XML:com.adobe.xmp", xmp_packet(note))
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, pnginfo=info, compress_level=4)


def _save_webp(pixels: Pixels, path: Path, note: dict[str, str], lossless: bool) -> None:
    about: dict[str, Any] = {"xmp": xmp_packet(note).encode()} if note else {}
    Image.fromarray(np.ascontiguousarray(pixels)).save(path, quality=90, lossless=lossless, exact=True, **about)
