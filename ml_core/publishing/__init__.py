"""Puts a finished folder in place of an earlier one without ever harming a file that is not part of that one.

``listing`` finds the files that are ours, ``plan`` what has to move, ``journal`` moves it so that it can be taken back,
``locks`` keep other processes out, ``staging`` is what callers use.
"""

from __future__ import annotations

from .listing import GENERATOR, MANIFEST, file_entries, holds_result, write_manifest
from .staging import Staging, disk_error, published_folder, staged_folder

__all__ = [
    "GENERATOR",
    "MANIFEST",
    "Staging",
    "disk_error",
    "file_entries",
    "holds_result",
    "published_folder",
    "staged_folder",
    "write_manifest",
]
