"""The folder of the extension's user data: taught labels, choices, trained networks."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import bpy

from ...package import EXTENSION

_INSTALLED = "bl_ext."
_log = logging.getLogger(__name__)


def user_folder() -> Path:
    """The folder that Blender gives to an installed extension; for the plain package that a script has registered, one
    in Blender's user folder."""
    if EXTENSION.startswith(_INSTALLED):
        return Path(bpy.utils.extension_path_user(EXTENSION, create=False))
    return Path(bpy.utils.user_resource("DATAFILES")) / "atelier"


def earlier_folders() -> list[Path]:
    """The folders where versions before 0.2 kept such files."""
    return [Path(bpy.utils.user_resource(kind)) / "atelier" for kind in ("DATAFILES", "CONFIG")]


def adopt_earlier_files() -> list[str]:
    """Move files of an earlier version into :func:`user_folder`; returns the names of what was moved.

    Existing files stay as they are, and so do files of the same name in the earlier folder. What cannot be moved stays,
    too, and is tried again the next time.
    """
    target = user_folder()
    moved: list[str] = []
    for folder in earlier_folders():
        if not folder.is_dir() or folder == target:
            continue
        for entry in sorted(folder.iterdir()):
            place = target / entry.name
            try:
                if not place.exists():
                    target.mkdir(parents=True, exist_ok=True)
                    shutil.move(entry, place)
                    moved.append(entry.name)
            except OSError as error:
                _log.warning("%s: stays where it is (%s)", entry, error)
        _remove_empty(folder)
    return moved


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # something is left in it
        _log.debug("%s: is kept", folder)
