"""Reads images of the file as 8-bit arrays, scaled down before they are expanded.

Blender returns 16 bytes of floats per texel, always of a whole image. So a large 8-bit image is first scaled as a copy
of 4 bytes per texel. What cannot be copied (float images, and pixels painted since the file was read) is converted to
bytes in place. Beside the image itself this takes at most 16 bytes per texel.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.errors import InputError
from ml_core.files import picture_size
from ml_core.picture_size import size_by_header

MAX_TEXELS = 16384 * 16384
"""Texels of an image in the file; Blender holds it at 4 bytes each, a gigabyte."""
_LARGE = 2048 * 2048
"""Texels from which on a copy is scaled by Blender's box filter; smaller ones are read whole and scaled by Lanczos."""
_STRIP = 2**16
"""Texels that are converted at a time."""


def check_decodable(image: bpy.types.Image) -> None:
    """Check the header of an image's file before Blender decodes it: a small file can claim gigabytes.

    The pictures that an artist's materials use are exported wherever they are stored, as every exporter does: textures
    are kept in libraries and on shares outside of a project, and the artist sees them on the model. Files that are not
    pictures show and export nothing; a device or a pipe, which never ends, is not opened.

    Raises:
        InputError: it has more than :data:`MAX_TEXELS`, or is a device.
    """
    if image.has_data or image.source not in ("FILE", "SEQUENCE"):
        return
    packed = image.packed_file
    source = packed.data if packed is not None else Path(bpy.path.abspath(image.filepath, library=image.library))
    if isinstance(source, Path) and source.exists() and not (source.is_file() or source.is_dir()):
        raise InputError("{name}: {source} is not a file; choose another one", name=image.name, source=source)
    width, height = size_by_header(source) or picture_size(source)  # of another format, (0, 0)
    if width * height > MAX_TEXELS:
        raise InputError(
            "{name}: {width} x {height} pixels are too many; scale it to 16384 x 16384 or less",
            name=image.name,
            width=width,
            height=height,
        )


def image_size(image: bpy.types.Image) -> tuple[int, int]:
    """Width and height of an image; (0, 0) if it cannot be read, or has too many pixels to be decoded."""
    try:
        check_decodable(image)
    except InputError:
        return 0, 0
    width, height = image.size
    return width, height


def sized_pixels(
    image: bpy.types.Image, width: int, height: int, encode: Callable[[NDArray], NDArray] | None = None
) -> NDArray[np.uint8]:
    """As :func:`pixel_reader`, in one go."""
    return pixel_reader(image, width, height, encode)()


def pixel_reader(
    image: bpy.types.Image, width: int, height: int, encode: Callable[[NDArray], NDArray] | None = None
) -> Callable[[], NDArray[np.uint8]]:
    """Reads an image; the returned function completes the work once, in any thread: uint8 (height, width, 4) as stored
    (sRGB images stay encoded), row 0 at the top; of UDIM tiles the first.

    Args:
        encode: maps color values of 0 to 1 before they are quantized to bytes; for float images, since eight bits of
            linear light are too few in the darks.

    Raises:
        InputError: the image has no pixels, or too many.
    """
    check_decodable(image)
    own_width, own_height = image.size
    if not own_width or not own_height:
        raise InputError("{name}: this picture cannot be read; find or replace the file", name=image.name)
    is_large = own_width * own_height > max(_LARGE, width * height)
    # A copy is read from the file again, which what was painted since is not in yet.
    is_plain = not image.is_dirty and not image.is_float and image.source in ("FILE", "GENERATED", "TILED")
    if is_large and is_plain:
        copy = image.copy()
        try:
            copy.scale(width, height)
            return _byte_reader(copy, encode)
        finally:
            bpy.data.images.remove(copy)
    read = _byte_reader(image, encode)
    if (own_width, own_height) == (width, height):
        return read
    return lambda: np.array(Image.fromarray(read(), "RGBA").resize((width, height), Image.Resampling.LANCZOS))


def _byte_reader(
    image: bpy.types.Image, encode: Callable[[NDArray], NDArray] | None
) -> Callable[[], NDArray[np.uint8]]:
    width, height = image.size
    memory = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(memory)
    channels, are_bytes = image.channels, not image.is_float
    return lambda: _bytes_of(memory, width, height, channels, are_bytes, encode)


def _bytes_of(
    memory: NDArray[np.float32],
    width: int,
    height: int,
    channels: int,
    are_bytes: bool,
    encode: Callable[[NDArray], NDArray] | None,
) -> NDArray[np.uint8]:
    """(height, width, 4) bytes of floats, whose memory is released. Floats that were bytes need no clipping."""
    count = width * height
    for first in range(0, count, _STRIP):  # in place: four bytes never reach beyond the floats that they come from
        last = min(first + _STRIP, count)
        strip = memory[first * channels : last * channels].reshape(-1, channels)
        if are_bytes and channels == 4 and encode is None:
            memory.view(np.uint8)[first * 4 : last * 4] = (strip * np.float32(255) + np.float32(0.5)).ravel()
            continue
        strip = np.nan_to_num(np.clip(strip, 0, 1), nan=0.0)
        pixels = np.full((len(strip), 4), 255, np.uint8)
        color = strip[:, :3] if channels >= 3 else np.repeat(strip[:, :1], 3, axis=1)  # one channel becomes gray
        pixels[:, :3] = np.rint((encode(color) if encode else color) * 255)
        if channels == 4:
            pixels[:, 3] = np.rint(strip[:, 3] * 255)
        memory.view(np.uint8)[first * 4 : last * 4] = pixels.ravel()
    memory.resize(count, refcheck=False)  # gives the rest back
    return np.ascontiguousarray(memory.view(np.uint8).reshape(height, width, 4)[::-1])
