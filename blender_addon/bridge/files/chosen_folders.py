"""Folders that a scene names, and whether the artist has chosen them.

A scene keeps the folder that it is exported to, and in a file of a stranger that may be any folder of this machine or a
server that is told who asks. What an artist expects: a folder beside the file just works, since a file may say
where its own things go; a folder elsewhere is followed without a question when it was chosen in this session, in the
panel or by a script; one that came with the file is shown and asked about once, and its disk is not touched before.
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
    """Whether a folder that the scene names may be read and written without a question. Touches no other disk."""
    return not folder.strip() or _key(folder) in session.part(ChosenFolders).keys or _is_beside_the_file(folder)


def absolute_folder(directory: str) -> Path:
    """The folder that an artist's path means; ``~`` is the home folder.

    What is typed and would only make a folder of that name wherever Blender was started is refused; a plain relative
    path is one from the blend file in a window, and one from the current folder in a script.

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
        InputError: there is none, or it came with the file and nobody has chosen it; the quick fix chooses it.
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
    """The absolute path of a folder that the scene names, fit to be read before it is agreed to."""
    return plain_text(bpy.path.abspath(_from_the_file(folder)))


def _key(folder: str) -> str:
    return os.path.normcase(os.path.normpath(bpy.path.abspath(_from_the_file(folder))))


def _has_window() -> bool:
    return not bpy.app.background


def _from_the_file(folder: str) -> str:
    """A plain relative path that was typed in a window, as one from the blend file: nobody knows the current folder."""
    is_relative = not folder.startswith(("//", "~")) and not Path(folder).is_absolute()
    is_plain = not (is_address(folder) or _WINDOWS.match(folder) or _VARIABLE.match(folder))
    return f"//{folder}" if folder.strip() and is_relative and is_plain and _has_window() else folder


def _is_beside_the_file(folder: str) -> bool:
    """Whether a path from the blend file stays in the file's folder, also through links."""
    folder = _from_the_file(folder)
    relative = folder.removeprefix("//")
    if relative == folder or not bpy.data.filepath:
        return relative != folder  # relative to a file that is not saved: refused by absolute_folder
    if ".." in re.split(r"[\\/]", relative) or re.match(r"[\\/]|[A-Za-z]:", relative):
        return False
    home = Path(bpy.data.filepath).parent
    return (home / relative.replace("\\", "/")).resolve().is_relative_to(home.resolve())
