"""Arrays into Blender images, in place: applying again replaces the pixels and never piles up copies."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

from ..bridge.remedies import FixableError, Remedy

OWNER_KEY = "atelier_owner"


def plain_name(name: str) -> str:
    """A name that every engine takes: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "Avatar"


def owned_image(name: str, owner: bpy.types.ID) -> bpy.types.Image | None:
    """The image ``name`` that :func:`store_image` made for ``owner``."""
    key = f"{owner.name}/{plain_name(name)}"
    return next((one for one in bpy.data.images if one.get(OWNER_KEY) == key), None)


def image_folder() -> Path:
    """The folder ``textures`` beside the blend file, for images that are not packed.

    Raises:
        InputError: the file was never saved, or the folder cannot be made.
    """
    if not bpy.data.filepath:
        why = "Save the blend file first: images can only be put beside it then. Or keep them packed."
        raise FixableError(why, Remedy.SAVE_FILE)
    folder = Path(bpy.data.filepath).parent / "textures"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror}); keep the images packed") from error
    return folder


def store_image(
    name: str, pixels: NDArray, color: bool, owner: bpy.types.ID, pack: bool = True, folder: Path | None = None
) -> bpy.types.Image:
    """Creates or refills the image ``name`` of ``owner``.

    Args:
        pixels: (S, S) or (S, S, 3) 0..1, row 0 at the top; already encoded as stored (sRGB when ``color``).
        color: sRGB colour space, else Non-Color data.
        pack: keep the image inside the .blend.
        folder: save it there as PNG instead of packing it.
    """
    if pack and folder is None:
        return store_png(name, png_of(pixels), color, owner)
    name = plain_name(name)
    height, width = pixels.shape[:2]
    image = owned_image(name, owner)
    if image is not None and image.source == "TILED":  # the UVs left their tiles
        bpy.data.images.remove(image)
        image = None
    if image is not None and tuple(image.size) != (width, height):
        if image.packed_file:
            image.unpack(method="REMOVE")
        image.source = "GENERATED"
        image.generated_width, image.generated_height = width, height
        image.scale(width, height)
    if image is None:
        image = bpy.data.images.new(name, width, height, alpha=False, float_buffer=False)
        image[OWNER_KEY] = f"{owner.name}/{name}"
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"
    _fill(image, pixels)
    if folder is not None:
        if image.packed_file:
            image.unpack(method="REMOVE")
        _save(image, folder / f"{name}.png")
        image.filepath = bpy.path.relpath(str(folder / f"{name}.png"))
    return image


def png_of(pixels: NDArray) -> bytes:
    """``pixels`` of :func:`store_image` as an RGB PNG file; any thread may ask."""
    from PIL import Image  # not before it is needed: Blender starts sooner

    eight_bit = (np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
    if eight_bit.ndim == 2:
        eight_bit = np.repeat(eight_bit[..., None], 3, axis=2)
    file = io.BytesIO()
    Image.fromarray(eight_bit).save(file, "PNG", compress_level=2)
    return file.getvalue()


def pngs_of(pictures: Mapping[str, NDArray]) -> dict[str, bytes]:
    """As :func:`png_of`, of several; Pillow compresses them side by side."""
    with ThreadPoolExecutor(min(4, max(1, len(pictures)))) as pool:
        return dict(zip(pictures, pool.map(png_of, pictures.values()), strict=True))


def store_png(name: str, png: bytes, color: bool, owner: bpy.types.ID) -> bpy.types.Image:
    """Creates or refills the packed image ``name`` of ``owner`` from a file of :func:`png_of`.

    Takes well under a millisecond of the main thread, where packing pixels takes 25 and more for 512 x 512:
    compressing is the thread's work, and Blender unpacks the file when the image is next drawn.
    """
    name = plain_name(name)
    image = owned_image(name, owner)
    if image is not None and image.source == "TILED":  # the UVs left their tiles
        bpy.data.images.remove(image)
        image = None
    if image is None:
        image = bpy.data.images.new(name, 1, 1, alpha=False, float_buffer=False)
        image[OWNER_KEY] = f"{owner.name}/{name}"
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"
    image.pack(data=png, data_len=len(png))
    image.source = "FILE"
    image.filepath_raw = ""
    image.buffers_free()
    image.update_tag()
    return image


def store_tile(
    name: str, tile: int, pixels: NDArray, color: bool, owner: bpy.types.ID, folder: Path | None = None
) -> bpy.types.Image:
    """Creates or refills one UDIM tile of the tiled image ``name`` of ``owner``; arguments as :func:`store_image`.

    Blender reads tiles from files alone: they are written to ``folder``, or to a temporary one and packed.
    """
    name = plain_name(name)
    image = owned_image(name, owner)
    if image is not None and image.source != "TILED":
        bpy.data.images.remove(image)
        image = None
    place = folder or Path(bpy.app.tempdir) / "atelier_tiles"
    place.mkdir(exist_ok=True)
    if image is not None and image.packed_files:
        _unpack_tiles(image, place, name)
    scratch = bpy.data.images.new("Atelier Tile", pixels.shape[1], pixels.shape[0], alpha=False)
    try:
        scratch.colorspace_settings.name = "sRGB" if color else "Non-Color"
        _fill(scratch, pixels)
        _save(scratch, place / f"{name}.{tile}.png")
    finally:
        bpy.data.images.remove(scratch)
    if image is None:
        image = bpy.data.images.load(str(place / f"{name}.{tile}.png"))
        image.name, image[OWNER_KEY], image.source = name, f"{owner.name}/{name}", "TILED"
    image.filepath = str(place / f"{name}.<UDIM>.png")
    if tile not in {one.number for one in image.tiles}:
        image.tiles.new(tile_number=tile)
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"
    image.reload()
    if folder is None:
        image.pack()
    else:
        image.filepath = bpy.path.relpath(image.filepath)
    return image


def _unpack_tiles(image: bpy.types.Image, place: Path, name: str) -> None:
    for one in image.packed_files:
        (place / f"{name}.{one.tile_number}.png").write_bytes(one.packed_file.data)
    image.unpack(method="REMOVE")


def rgba_of(pixels: NDArray) -> NDArray[np.float32]:
    """``pixels`` of :func:`store_image` in one row as Blender keeps them; any thread may ask."""
    rgba = np.ones((*pixels.shape[:2], 4), np.float32)
    rgba[..., :3] = pixels[..., None] if pixels.ndim == 2 else pixels
    return np.ascontiguousarray(rgba[::-1]).ravel()


def show_pixels(name: str, rgba: NDArray[np.float32], owner: bpy.types.ID) -> None:
    """Show the pixels of :func:`rgba_of` in the image ``name`` of ``owner`` if the size is right; packs nothing."""
    image = owned_image(name, owner)
    if image is not None and image.size[0] * image.size[1] * 4 == len(rgba):
        image.pixels.foreach_set(rgba)
        image.update()


def _fill(image: bpy.types.Image, pixels: NDArray) -> None:
    image.pixels.foreach_set(rgba_of(pixels))
    image.update()


def _save(image: bpy.types.Image, path: Path) -> None:
    image.filepath_raw, image.file_format = str(path), "PNG"
    try:
        image.save()
    except RuntimeError as error:
        raise InputError(f"{path}: cannot be written ({' '.join(str(error).split())}); choose another place") from error
