"""Untrusted files and our own: safe names, JSON and pictures read within limits, atomic writes.

Every name, JSON text and picture of unknown origin goes through here, so that the limits are in one place.
"""

from __future__ import annotations

import io
import json
import math
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from .errors import InputError, reason_of
from .outputs import written_together

MAX_NAME_BYTES = 120
"""UTF-8 bytes of a file name with its extension. File systems take 255; temporary names and long paths need room."""

MAX_JSON_BYTES = 64 * 2**20
MAX_JSON_DEPTH = 64
MAX_JSON_DIGITS = 40
"""Digits of a number: float64 needs 17; Python's own limit of 4300 is checked only after quadratic work."""

PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
"""Pillow's readers that only decode. EPS starts Ghostscript; others have a long history of holes."""

MAX_PIXELS = 128 * 2**20
"""Pixels of a picture before anything of it is decoded: 11 000 x 11 000, at 4 bytes half a gigabyte."""

_WINDOWS_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789\u00b9\u00b2\u00b3"
}
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def safe_name(text: str, extension: str = "", fallback: str = "file", max_bytes: int = MAX_NAME_BYTES) -> str:
    """Return a file name made of ``text`` that stays inside its folder on every platform.

    Letters of any script are kept. Separators, control and invisible characters, the characters that Windows forbids,
    leading dots and hyphens, trailing dots and spaces and Windows' device names are replaced; the stem is shortened to
    ``max_bytes`` of UTF-8.

    Args:
        extension: appended as it is, such as ``.png``; comes from the caller's code, never from a file.
        fallback: the stem when nothing of ``text`` is left.
    """
    normal = unicodedata.normalize("NFC", str(text))
    visible = "".join("_" if unicodedata.category(c) in _UNSAFE_CATEGORIES else c for c in normal)
    stem = re.sub(r'[\\/:*?"<>|]+', "_", visible).strip(" ").lstrip(".-~ ").rstrip(". ")
    if not stem.strip("_ ."):
        stem = fallback
    if stem.split(".")[0].rstrip(" ").lower() in _WINDOWS_DEVICES:
        stem = f"_{stem}"
    room = max_bytes - len(extension.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ") or fallback
    return stem + extension


def plain_text(text: str) -> str:
    """Return a text of unknown origin with its control and invisible characters shown as boxes.

    A mark that turns the direction of writing can make one path look like another.
    """
    return "".join("\ufffd" if unicodedata.category(c) in _UNSAFE_CATEGORIES else c for c in text)


class SafeNames:
    """Hands out safe file names for one folder; no two of them collide where upper and lower case are the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, text: str, extension: str = "", fallback: str = "file") -> str:
        """Return :func:`safe_name` of ``text``, numbered when it is taken."""
        name, number = safe_name(text, extension, fallback), 2
        while _folded(name) in self._taken:
            suffix = f"_{number}{extension}"
            name, number = safe_name(text, "", fallback, MAX_NAME_BYTES - len(suffix.encode())) + suffix, number + 1
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def path_inside(folder: Path, relative: str) -> Path:
    """Return ``folder / relative``, where ``relative`` comes from a file.

    Raises:
        InputError: the path is absolute, leaves ``folder`` (also through a link), or holds a NUL.
    """
    if "\0" in relative or Path(relative).is_absolute() or re.match(r"^[A-Za-z]:|^[\\/]", relative):
        raise InputError("{relative!r}: is not a path inside {folder}", relative=relative, folder=folder)
    base = folder.resolve()
    path = (base / relative.replace("\\", "/")).resolve()
    if not path.is_relative_to(base):
        raise InputError("{relative!r}: leads out of {folder}", relative=relative, folder=folder)
    return path


def read_json(source: Path | str | bytes, what: str, kind: type = dict, max_bytes: int = MAX_JSON_BYTES) -> Any:
    """Return the value of a JSON text, or of the file at a ``Path``, read within limits.

    Args:
        what: names the text in errors, such as the file's path.
        kind: the type that the outermost value must have; ``object`` for any.

    Raises:
        InputError: the file cannot be read, is too large, is not UTF-8 or not JSON, nests deeper than
            :data:`MAX_JSON_DEPTH`, holds a number of more than :data:`MAX_JSON_DIGITS` digits, NaN or an infinity, or
            is not a ``kind``.
    """
    data = _bytes_of(source, what, max_bytes)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("{what}: is not text in UTF-8 (byte {position})", what=what, position=error.start) from error
    if text.count("[") + text.count("{") > MAX_JSON_DEPTH and _depth(text) > MAX_JSON_DEPTH:
        raise InputError("{what}: is nested deeper than {most} levels", what=what, most=MAX_JSON_DEPTH)
    try:
        value = json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_refuse_constant)
        if "\\ud" in text.lower():  # an escaped half of a UTF-16 pair is not a character, and cannot be written again
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError, InputError) as error:
        raise InputError("{what}: is not valid JSON ({reason})", what=what, reason=error) from error
    if not isinstance(value, kind):
        names: dict[type, str] = {dict: "an object", list: "a list", str: "a text"}
        raise InputError(
            "{what}: expected {kind}, got {type}",
            what=what,
            kind=names.get(kind, kind.__name__),
            type=type(value).__name__,
        )
    return value


def stored_json(value: object, kind: type, default: Any) -> Any:
    """Return what a custom property or another stored text holds as JSON; ``default`` for anything unusable.

    Such texts come with untrusted files and are read while panels draw, so this never raises.
    """
    if not isinstance(value, str) or not value:
        return default
    try:
        return read_json(value, "a stored value", kind, max_bytes=2**20)
    except InputError:
        return default


@contextmanager
def compiled_arrays(path: Path, command: str) -> Iterator[Mapping[str, NDArray]]:
    """The arrays of a table that ``command``, a script of ours, has written.

    Raises:
        InputError: it is missing or damaged, or an array that the block reads is missing or of another shape
            (:class:`KeyError`, :class:`ValueError`).
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            yield arrays
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            "{file}: is missing or damaged; make it with {command}", file=path.name, command=command
        ) from error


def _bytes_of(source: Path | str | bytes, what: str, max_bytes: int) -> bytes:
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                data = stream.read(max_bytes + 1)
        except OSError as error:
            raise InputError("{path}: cannot be read ({reason})", path=what, reason=reason_of(error)) from error
    else:
        data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(data) > max_bytes:
        raise InputError("{what}: is larger than {most} MiB", what=what, most=max_bytes // 2**20)
    return data


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in _BRACKETS.finditer(text):
        first = mark.group()[0]
        if first in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in "]}":
            depth -= 1
    return deepest


def _integer(digits: str) -> int:
    if len(digits) > MAX_JSON_DIGITS:
        raise InputError("a number of {count} digits", count=len(digits))
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits) if len(digits) <= 2 * MAX_JSON_DIGITS else math.inf
    if not math.isfinite(value):
        raise InputError("the number {number} is out of range", number=digits[:20])
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise InputError("{name} is not a number that JSON allows", name=name)


@contextmanager
def open_picture(source: Path | bytes, what: str = "") -> Iterator[Image.Image]:
    """Open a picture file with the readers of :data:`PICTURE_FORMATS` alone; its size is checked before it is decoded.

    What Pillow raises inside the block, while it decodes, becomes the same error.

    Raises:
        InputError: the file is missing, is not a picture of these formats, is damaged, or has over :data:`MAX_PIXELS`.
    """
    what = what or (str(source) if isinstance(source, Path) else "the picture")
    if isinstance(source, Path) and not source.is_file():
        raise InputError("{what}: no such file; give a PNG, JPEG or WebP file", what=what)
    width, height = picture_size(source)
    if width * height > MAX_PIXELS:
        raise too_many_pixels(what, width, height)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is the stricter one
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=PICTURE_FORMATS) as it:
                yield it
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise InputError(
            "{what}: cannot be read as a picture ({reason}); give a PNG, JPEG or WebP file",
            what=what,
            reason=_without_address(error),
        ) from error


def too_many_pixels(what: str, width: int, height: int) -> InputError:
    """The error of a picture that has over :data:`MAX_PIXELS`, or no pixels at all."""
    return InputError(
        "{what}: {width} x {height} pixels are too many; scale it below {most} megapixels",
        what=what,
        width=width,
        height=height,
        most=MAX_PIXELS // 10**6,
    )


def picture_size(source: Path | bytes) -> tuple[int, int]:
    """Return width and height that the header of a picture file claims; (0, 0) where Pillow cannot read it."""
    Image.init()
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            head = stream.read(16)
            for name in PICTURE_FORMATS:
                reader, accepts = Image.OPEN[name]  # Image.open refuses what is larger than Pillow likes
                if accepts is None or accepts(head) is True:
                    stream.seek(0)
                    return reader(stream, "").size
    except (OSError, ValueError, SyntaxError, EOFError):
        pass
    return 0, 0


def read_picture(source: Path | bytes, mode: str = "RGBA", longest: int | None = None) -> NDArray[np.uint8]:
    """Return the (H, W, C) uint8 pixels of a picture file, upright as its EXIF orientation says.

    Args:
        mode: Pillow's mode of the result, ``RGB``, ``RGBA`` or ``L`` (then the shape is (H, W)).
        longest: reduce the picture to at most this many pixels on its longer edge *before* it is expanded to ``mode``,
            so that a small file cannot claim much memory.

    Raises:
        InputError: see :func:`open_picture`.
    """
    with open_picture(source) as opened:
        if longest is not None:
            opened.draft(None, (longest, longest))  # JPEG decodes at a fraction of its size
        picture = _eight_bit(opened)
        if longest is not None and max(picture.size) > longest:
            factor = math.ceil(max(picture.size) / longest)
            if factor > 1 and picture.mode not in ("P", "1"):
                picture.load()
                reduced = picture.reduce(factor)
            else:
                reduced = picture.resize([max(1, edge // factor) for edge in picture.size], Image.Resampling.NEAREST)
            reduced.getexif().update(picture.getexif())
        else:
            reduced = picture
        return np.asarray(ImageOps.exif_transpose(reduced).convert(mode))


def _eight_bit(picture: Image.Image) -> Image.Image:
    """A gray picture of 16 bits or of floats (0..1) in 8 bits, which Pillow's own conversion would clip to white."""
    if not picture.mode.startswith("I") and picture.mode != "F":
        return picture
    scale = 255.0 if picture.mode == "F" else 255 / 65535
    values = np.nan_to_num(np.asarray(picture, np.float32) * scale)
    gray = Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))
    gray.getexif().update(picture.getexif())
    return gray


def _without_address(error: BaseException) -> str:
    return re.sub(r" ?<_io\.\w+.*?>", " it", str(error)) or type(error).__name__


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place when the block ends well, and is removed otherwise.

    Folders that had to be made for it are removed again after a failure. A full disk is an error like any other.

    Raises:
        InputError: ``path`` is a folder, or cannot be written.
    """
    if path.is_dir():
        raise InputError("{path}: is a folder; give the name of a file", path=path)
    with written_together(path) as (temporary,):
        yield temporary
