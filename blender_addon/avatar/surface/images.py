"""Writes arrays into Blender images in place: applying again replaces the pixels and never accumulates copies."""

from __future__ import annotations

import io
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError, reason_of
from ml_core.files import atomic_path
from ml_core.threads import allowed_threads

from ...bridge.jobs.quick_fixes import FixableError, QuickFix
from ..naming import image_name
from ..own_data import is_made_for, mark_as_ours, worn_image


def image_folder() -> Path:
    """The folder ``textures`` beside the blend file, for images that are not packed.

    Raises:
        InputError: the file was never saved, or the folder cannot be made.
    """
    if not bpy.data.filepath:
        raise FixableError(
            "Save the blend file first, so that images can be saved next to it, or keep them packed.",
            QuickFix.SAVE_FILE,
        )
    folder = Path(bpy.data.filepath).parent / "textures"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(
            "{folder}: cannot be made ({reason}); keep the images packed", folder=folder, reason=reason_of(error)
        ) from error
    return folder


def store_image(
    role: str, pixels: NDArray, color: bool, owner: bpy.types.Object, pack: bool = True, folder: Path | None = None
) -> bpy.types.Image:
    """Creates or refills the image that ``owner`` wears as ``role``; call :func:`~.own_data.make_own` before.

    Args:
        role: ``BC``, ``1_N``, ...: the kind of image; with the owner's name it forms the name of a new one.
        pixels: (S, S) or (S, S, 3) 0..1, row 0 at the top; already encoded as stored (sRGB when ``color``).
        color: sRGB color space, else Non-Color data.
        pack: keep the image inside the .blend.
        folder: save it there as PNG instead of packing it.
    """
    if pack and folder is None:
        return store_png(role, png_of(pixels), color, owner)
    height, width = pixels.shape[:2]
    image = _worn_as(role, owner, tiled=False)
    if image is not None and tuple(image.size) != (width, height):
        if image.packed_file:
            image.unpack(method="REMOVE")
        image.source = "GENERATED"
        image.generated_width, image.generated_height = width, height
        image.scale(width, height)
    if image is None:
        image = bpy.data.images.new(image_name(owner.name, role), width, height, alpha=False, float_buffer=False)
        mark_as_ours(image, owner, role)
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"  # type: ignore[assignment]
    _fill(image, pixels)
    if folder is not None:
        path = _file_for(image, folder, image_name(owner.name, role))
        if image.packed_file:
            image.unpack(method="REMOVE")
        _save(image, path)
        image.filepath = bpy.path.relpath(str(path))
    return image


def png_of(pixels: NDArray) -> bytes:
    """``pixels`` of :func:`store_image` as a PNG file, with alpha where they have four channels; for any thread."""
    from PIL import Image  # not before it is needed: Blender starts sooner

    eight_bit = (np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
    if eight_bit.ndim == 2:
        eight_bit = np.repeat(eight_bit[..., None], 3, axis=2)
    file = io.BytesIO()
    Image.fromarray(eight_bit).save(file, "PNG", compress_level=2)
    return file.getvalue()


def pngs_of(pictures: Mapping[str, NDArray]) -> dict[str, bytes]:
    """As :func:`png_of`, of several; Pillow compresses them in parallel."""
    with ThreadPoolExecutor(min(allowed_threads(4), max(1, len(pictures)))) as pool:
        return dict(zip(pictures, pool.map(png_of, pictures.values()), strict=True))


def store_png(role: str, png: bytes, color: bool, owner: bpy.types.Object) -> bpy.types.Image:
    """As :func:`store_image`, of a packed image from a file of :func:`png_of`.

    Takes well under a millisecond of the main thread, where packing pixels takes 25 ms and more for 512 x 512: the
    worker thread does the compression, and Blender unpacks the file when the image is next drawn.
    """
    image = _worn_as(role, owner, tiled=False)
    if image is None:
        image = bpy.data.images.new(image_name(owner.name, role), 1, 1, alpha=False, float_buffer=False)
        mark_as_ours(image, owner, role)
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"  # type: ignore[assignment]
    image.pack(data=png, data_len=len(png))
    image.source = "FILE"
    image.filepath_raw = ""
    image.buffers_free()
    image.update_tag()
    return image


def store_tile(
    role: str, tile: int, pixels: NDArray, color: bool, owner: bpy.types.Object, folder: Path | None = None
) -> bpy.types.Image:
    """Creates or refills one UDIM tile of the tiled image that ``owner`` wears as ``role``; see :func:`store_image`.

    Blender reads tiles from files only: they are written to ``folder``, or to a temporary one and packed.
    """
    image, name = _worn_as(role, owner, tiled=True), image_name(owner.name, role)
    place = folder or Path(bpy.app.tempdir) / "atelier_tiles"
    place.mkdir(exist_ok=True)
    pattern = place / f"{name}.<UDIM>.png" if folder is None else _file_for(image, folder, name, ".<UDIM>")
    if image is not None and image.packed_files:
        _unpack_tiles(image, pattern)
    scratch = bpy.data.images.new("Atelier Tile", pixels.shape[1], pixels.shape[0], alpha=False)
    try:
        scratch.colorspace_settings.name = "sRGB" if color else "Non-Color"  # type: ignore[assignment]
        _fill(scratch, pixels)
        _save(scratch, _tile_of(pattern, tile))
    finally:
        bpy.data.images.remove(scratch)
    if image is None:
        image = bpy.data.images.load(str(_tile_of(pattern, tile)))
        image.name, image.source = name, "TILED"
        mark_as_ours(image, owner, role)
    image.filepath = str(pattern)
    if tile not in {item.number for item in image.tiles}:
        image.tiles.new(tile_number=tile)
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"  # type: ignore[assignment]
    image.reload()
    if folder is None:
        image.pack()
    else:
        image.filepath = bpy.path.relpath(image.filepath)
    return image


def _tile_of(pattern: Path, tile: int) -> Path:
    return pattern.with_name(pattern.name.replace("<UDIM>", str(tile)))


def _unpack_tiles(image: bpy.types.Image, pattern: Path) -> None:
    for file in image.packed_files:
        _tile_of(pattern, file.tile_number).write_bytes(file.packed_file.data)
    image.unpack(method="REMOVE")


def _worn_as(role: str, owner: bpy.types.Object, tiled: bool) -> bpy.types.Image | None:
    """The image that ``owner`` wears as ``role``, or one just made for it that has no users yet.

    An image that has to become tiled, or plain again, is removed.
    """
    image = worn_image(owner, role)
    if image is None:
        made = (item for item in bpy.data.images if not item.users and is_made_for(item, owner, role))
        image = next(made, None)
    if image is not None and (image.source == "TILED") != tiled:
        bpy.data.images.remove(image)
        return None
    return image


def _file_for(image: bpy.types.Image | None, folder: Path, name: str, tile: str = "") -> Path:
    """The PNG file of an image in ``folder``: its own if it has one there, else an unused name."""
    others = {_path_of(item) for item in bpy.data.images if item != image and item.filepath}
    if image is not None and image.filepath and not image.packed_files:
        own = _path_of(image)
        if own.parent == folder and own.suffix == ".png" and own not in others and (tile in own.name):
            return own
    for number in range(1, 10_000):
        path = folder / f"{name}{f'_{number}' if number > 1 else ''}{tile}.png"
        taken = any(folder.glob(path.name.replace("<UDIM>", "*"))) if tile else path.exists()
        if not taken and path not in others:
            return path
    raise InputError(
        "{folder}: cannot be written (it is full of files named {name}); choose another place", folder=folder, name=name
    )


def _path_of(image: bpy.types.Image) -> Path:
    return Path(bpy.path.abspath(image.filepath, library=image.library))


def rgba_of(pixels: NDArray) -> NDArray[np.float32]:
    """``pixels`` of :func:`store_image` as a flat array, as Blender stores them; may run in any thread."""
    rgba = np.ones((*pixels.shape[:2], 4), np.float32)
    rgba[..., :3] = pixels[..., None] if pixels.ndim == 2 else pixels
    return np.ascontiguousarray(rgba[::-1]).ravel()


def show_pixels(role: str, rgba: NDArray[np.float32], owner: bpy.types.Object) -> None:
    """Show the pixels of :func:`rgba_of` in the image that ``owner`` wears as ``role`` if its size matches; packs
    nothing."""
    image = worn_image(owner, role)
    if image is not None and image.size[0] * image.size[1] * 4 == len(rgba):
        image.pixels.foreach_set(rgba)
        image.update()


def _fill(image: bpy.types.Image, pixels: NDArray) -> None:
    image.pixels.foreach_set(rgba_of(pixels))
    image.update()


def _save(image: bpy.types.Image, path: Path) -> None:
    """Writes the PNG file; a symbolic link of that name is replaced, and its target stays."""
    with atomic_path(path) as partial:
        image.filepath_raw, image.file_format = str(partial), "PNG"
        try:
            image.save()
        except RuntimeError as error:
            why = " ".join(str(error).split())
            raise InputError(
                "{target}: cannot be written ({reason}); choose another place", target=path, reason=why
            ) from error
        finally:
            image.filepath_raw = str(path)
