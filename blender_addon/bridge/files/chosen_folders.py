"""Folders that a scene refers to, and whether the artist has chosen them.

A scene stores its export folder, and in a file of unknown origin that may be any folder of this machine, or a server
that would learn who connects. What an artist expects: a folder beside the file just works; a folder elsewhere is used
without a question when it was chosen in this session, in the panel or by a script; one that came with the file is shown
and confirmed once, and its disk is not touched before.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.files import plain_text
from ml_core.outputs import is_address

from .. import session
from ..jobs.quick_fixes import FixableError, QuickFix

_WINDOWS = re.compile(r"[A-Za-z]:|\\\\")
_VARIABLE = re.compile(r"[$%]\{?\w")


@dataclass
class ChosenFolders(session.OfFile):
    keys: set[str] = field(default_factory=set)


def choose(folder: str) -> None:
    """Remember that the artist, or a script, has chosen ``folder`` (absolute, or ``//`` and relative to the file)."""
    if folder.strip():
        session.part(ChosenFolders).keys.add(_key(folder))


def is_chosen(folder: str) -> bool:
    """Whether a folder of the scene may be read and written without asking. Touches no other disk."""
    return not folder.strip() or _key(folder) in session.part(ChosenFolders).keys or _is_beside_the_file(folder)


def absolute_folder(directory: str) -> Path:
    """The absolute folder of a path typed by the artist; ``~`` is the home folder.

    Input that would only create a folder of that name wherever Blender was started is refused; a plain relative path is
    relative to the blend file in a window, and to the current folder in a script.

    Raises:
        InputError: it is empty, relative to a blend file that has not been saved, an address, a path of another system,
            or begins with a variable.
    """
    if not directory.strip():
        raise InputError("Choose a folder to export to.")
    directory = _from_the_file(directory)
    if directory.startswith("//") and not bpy.data.filepath:
        raise FixableError(
            "Save the blend file first, or choose a folder that is not relative to it.", QuickFix.SAVE_FILE
        )
    if is_address(directory) or (os.name != "nt" and _WINDOWS.match(directory)):
        raise InputError("{folder}: is not a folder on this machine; choose another one", folder=directory)
    if _VARIABLE.match(directory):
        raise InputError("{folder}: variables are not filled in; choose the folder itself", folder=directory)
    try:
        return Path(bpy.path.abspath(directory)).expanduser().resolve()
    except (OSError, RuntimeError) as error:  # a loop of links; a user who is not there
        raise InputError(
            "{folder}: cannot be opened ({reason}); choose another folder", folder=directory, reason=error
        ) from error


def export_folder(scene: bpy.types.Scene) -> Path:
    """The folder that ``scene`` is exported to.

    Raises:
        InputError: there is none, or it came with the file and was not confirmed; the quick fix confirms it.
    """
    folder = scene.atelier.export_directory
    if not is_chosen(folder):
        raise FixableError(
            "This file asks to be exported to {folder}, a folder that you have not chosen. Choose a folder, "
            "or use this one.",
            QuickFix.USE_EXPORT_FOLDER,
            folder=shown(folder),
        )
    return absolute_folder(folder)


def shown(folder: str) -> str:
    """The absolute path of a folder of the scene, for display before it is confirmed."""
    return plain_text(bpy.path.abspath(_from_the_file(folder)))


def _key(folder: str) -> str:
    return os.path.normcase(os.path.normpath(bpy.path.abspath(_from_the_file(folder))))


def _has_window() -> bool:
    return not bpy.app.background


def _from_the_file(folder: str) -> str:
    """A plain relative path that was typed in a window, made relative to the blend file."""
    is_relative = not folder.startswith(("//", "~")) and not Path(folder).is_absolute()
    is_plain = not (is_address(folder) or _WINDOWS.match(folder) or _VARIABLE.match(folder))
    return f"//{folder}" if folder.strip() and is_relative and is_plain and _has_window() else folder


def _is_beside_the_file(folder: str) -> bool:
    """Whether a path relative to the blend file stays in the file's folder, even through links."""
    folder = _from_the_file(folder)
    relative = folder.removeprefix("//")
    if relative == folder or not bpy.data.filepath:
        return relative != folder  # relative to a file that is not saved: refused by absolute_folder
    if ".." in re.split(r"[\\/]", relative) or re.match(r"[\\/]|[A-Za-z]:", relative):
        return False
    home = Path(bpy.data.filepath).parent
    return (home / relative.replace("\\", "/")).resolve().is_relative_to(home.resolve())
