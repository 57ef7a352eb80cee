"""Other programs: found in known places and started so that they load nothing from the current folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

IS_WINDOWS = sys.platform == "win32"
_ENDINGS = (".exe", ".cmd", ".bat") if IS_WINDOWS else ("",)


def find_program(name: str, strange: Iterable[Path] = ()) -> Path | None:
    """Return the absolute path of the program ``name`` in the folders of PATH; ``None`` when none has it.

    Unlike :func:`shutil.which`, the current folder is never looked in: entries of PATH that are empty or relative are
    skipped, and so are those for which :func:`is_strange` holds.

    Args:
        name: a bare name, or a path from the user, which is only checked.
    """
    if Path(name).name != name:
        given = _absolute(Path(name))
        return given if _is_program(given) else None
    avoided = list(strange)
    for folder in search_path():
        for ending in ("",) if name.lower().endswith(_ENDINGS) else _ENDINGS:
            path = folder / f"{name}{ending}"
            if _is_program(path) and not is_strange(path, avoided):
                return path
    return None


def current_folder() -> list[Path]:
    """The current folder, or nothing where it has been deleted."""
    try:
        return [Path.cwd()]
    except OSError:
        return []


def search_path() -> list[Path]:
    """The absolute folders of PATH."""
    return [Path(item) for item in os.environ.get("PATH", "").split(os.pathsep) if item and Path(item).is_absolute()]


def is_strange(path: Path, folders: Sequence[Path]) -> bool:
    """Whether ``path`` lies in one of ``folders``, which may hold anything, as it is written or after following links.

    The home folder itself and the folders above it do not count: a scene that is saved there makes no program strange.
    """
    home = Path.home()
    for folder in folders:
        for one, inside in ((_absolute(folder), _absolute(path)), (folder.resolve(), path.resolve())):
            if inside.is_relative_to(one) and not home.is_relative_to(one):
                return True
    return False


def clean_environment() -> dict[str, str]:
    """The environment for a child process: without Python's own variables, and without the current folder in PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("PYTHON")}
    kept["PATH"] = os.pathsep.join(map(str, search_path()))
    return kept | {"NoDefaultCurrentDirectoryInExePath": "1"}


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _is_program(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.X_OK)
    except OSError:
        return False
