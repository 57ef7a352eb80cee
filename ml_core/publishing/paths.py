"""Paths inside a folder that come from a file, and obstacles to them."""

from __future__ import annotations

import hashlib
import re
import stat
from pathlib import Path

MAX_DEPTH = 16
"""Folders below each other in a result of ours; there are three."""


def is_plain(relative: object) -> bool:
    """Whether a value is a relative path with forward slashes that stays in its folder, as we write them."""
    if not isinstance(relative, str) or not relative or len(relative) > 4096:
        return False
    parts = relative.split("/")
    return (
        len(parts) <= MAX_DEPTH
        and not any(part in ("", ".", "..") or part.startswith(".atelier-") for part in parts)
        and re.search(r"[\\:\x00-\x1f]", relative) is None
    )


def obstacle(folder: Path, relative: str) -> Path | None:
    """What lies at ``folder / relative``, or the first thing on the way there that is not a plain folder.

    Links are never followed. ``None`` where nothing is in the way.
    """
    path = folder
    *above, name = relative.split("/")
    for part in above:
        path /= part
        mode = mode_of(path)
        if mode is None:
            return None
        if not stat.S_ISDIR(mode):
            return path
    return path / name if mode_of(path / name) is not None else None


def mode_of(path: Path) -> int | None:
    """The mode bits of what lies at ``path`` itself, not of what a link leads to; ``None`` where nothing does."""
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_file(path: Path) -> bool:
    """Whether a regular file lies at ``path``; a link to one does not count."""
    mode = mode_of(path)
    return mode is not None and stat.S_ISREG(mode)


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def free_name(folder: Path, relative: str) -> str:
    """``relative`` with ``.bak`` appended, numbered where such a file is there already."""
    name, number = f"{relative}.bak", 2
    while mode_of(folder / name) is not None:
        name, number = f"{relative}.bak{number}", number + 1
    return name
