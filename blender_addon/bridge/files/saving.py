"""Saves copies of the open file, either complete or with an error."""

from __future__ import annotations

from pathlib import Path

import bpy

from ml_core.errors import InputError

_LEAST = 1000
"""Bytes; an empty file of Blender has some hundred thousand."""
_PLAIN_HEAD, _PLAIN_END = b"BLENDER", b"ENDB"
_PACKED_HEAD, _PACKED_END = b"\x28\xb5\x2f\xfd", b"\xb1\xea\x92\x8f"
"""Magic numbers of Zstandard: of a frame, and of the table that ends a seekable file."""


def save_copy(path: Path, wanted: Path, compress: bool = False) -> None:
    """Save the open file as a copy at ``path``, where no file may exist: Blender would keep it as a backup.

    Args:
        wanted: the requested file, to be named in errors.
        compress: a fifth of the size for small files, which are slower to load in part.

    Raises:
        InputError: Blender reports a failure, or the written file is incomplete, as on a full disk.
    """
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(path.absolute()), copy=True, check_existing=False, compress=compress)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1].removeprefix("Error: ")
        raise InputError(
            "{path}: Blender cannot save there ({reason}); the disk may be full", path=wanted, reason=reason
        ) from error
    if not _is_whole(path):
        raise InputError("{path}: Blender did not save the complete file; the disk may be full", path=wanted)


def _is_whole(path: Path) -> bool:
    """Whether a Blender file has its header and its end marker."""
    if not path.is_file() or path.stat().st_size < _LEAST:
        return False
    with path.open("rb") as stream:
        head = stream.read(len(_PLAIN_HEAD))
        stream.seek(-64, 2)
        end = stream.read()
    if head.startswith(_PACKED_HEAD):
        return end.endswith(_PACKED_END)
    return head == _PLAIN_HEAD and _PLAIN_END in end
