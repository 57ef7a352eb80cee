"""The size of a picture file read from its header, for the formats that Blender decodes and Pillow here does not."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from ml_core.files import MAX_PIXELS, open_picture, too_many_pixels

_HEADER = 64 * 1024
# Magic bytes, offset of the first of two 32-bit numbers, their byte order, and whether the height comes first.
_FIXED = (
    (b"8BPS", 14, ">", True),
    (b"DDS ", 12, "<", True),
    (b"SDPX", 772, ">", False),
    (b"XPDS", 772, "<", False),
)


def check_picture(source: Path | bytes, what: str = "") -> tuple[int, int]:
    """Return (width, height) in pixels of a picture file that Blender may be given, without decoding it.

    Raises:
        InputError: the file is missing, is not a picture of a known format, or has over
            :data:`ml_core.files.MAX_PIXELS` pixels, which would fill the memory.
    """
    what = what or (str(source) if isinstance(source, Path) else "the picture")
    size = size_by_header(source)
    if size is None:
        with open_picture(source, what) as picture:
            return picture.size
    if size[0] * size[1] > MAX_PIXELS or min(size) < 1:
        raise too_many_pixels(what, *size)
    return size


def size_by_header(source: Path | bytes) -> tuple[int, int] | None:
    """Return (width, height) of a picture that Pillow does not read; ``None`` for its formats, or a damaged header."""
    if isinstance(source, bytes):
        head, ending = source[:_HEADER], ""
    else:
        if not source.is_file():
            return None
        with source.open("rb") as stream:
            head = stream.read(_HEADER)
        ending = source.suffix.lower()
    try:
        for magic, offset, order, height_first in _FIXED:
            if head.startswith(magic):
                first, second = struct.unpack_from(f"{order}2I", head, offset)
                return (second, first) if height_first else (first, second)
        if head.startswith(b"\x76\x2f\x31\x01"):
            return _exr(head)
        if head.startswith(b"#?"):
            found = re.search(rb"[-+]Y (\d{1,9}) [-+]X (\d{1,9})\n", head)
            return (int(found[2]), int(found[1])) if found else None
        if ending == ".tga" and head[1] in (0, 1) and head[2] in (1, 2, 3, 9, 10, 11):
            width, height = struct.unpack_from("<2H", head, 12)
            return width, height
    except (struct.error, IndexError, ValueError):
        return None
    return None


def _exr(head: bytes) -> tuple[int, int] | None:
    """OpenEXR: attributes of a name, a type, a length and a value; ``dataWindow`` is (x0, y0, x1, y1)."""
    at = 8
    while at < len(head) and head[at]:
        name_end = head.index(b"\0", at)
        type_end = head.index(b"\0", name_end + 1)
        (length,) = struct.unpack_from("<I", head, type_end + 1)
        at = type_end + 5
        if head[:name_end].endswith(b"dataWindow") and length == 16:
            left, low, right, high = struct.unpack_from("<4i", head, at)
            return right - left + 1, high - low + 1
        at += length
    return None
