"""Chooses the Python that a training runs in: a named one, or one that was found and approved."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

from ml_core.programs import find_program

from ..bridge.jobs.quick_fixes import FixableError, QuickFix
from ..bridge.jobs.steps import InThread
from ..bridge.preferences import preferences
from . import pythons


def python_to_use(chosen: str, strange: list[Path], confirmed: bool) -> Generator[InThread, Any, str]:
    """The Python named by the caller or in the preferences, else the best one found.

    A found one is used only after the artist has approved it; it is then stored in the preferences.

    Args:
        strange: untrusted folders, in which no Python is searched for.
        confirmed: use a found one without asking, for scripts.

    Raises:
        InputError: it cannot train, or was not approved; the message says what to do.
    """
    settings = preferences()
    chosen = chosen or (settings.training_python if settings is not None else "")
    if chosen:
        path = _absolute(chosen)
        found = yield InThread(lambda: pythons.ask(path))
        if not found.is_ready:
            raise _not_ready(found)
        return found.path
    every = yield InThread(lambda: pythons.find(strange))
    if not every:
        raise FixableError(pythons.NONE_FOUND, QuickFix.OPEN_PREFERENCES)
    found = every[0]
    if not found.is_ready:
        raise _not_ready(found)
    if not confirmed:
        raise FixableError(
            "{path} with PyTorch {torch} was found. Use it, or choose another one in the preferences.",
            QuickFix.USE_PYTHON,
            found.path,
            path=found.path,
            torch=found.torch,
        )
    return found.path


def _absolute(chosen: str) -> str:
    """The path of a Python that the user has named; a bare name is looked up on the system's PATH.

    Raises:
        InputError: the path is relative, which could lead to an executable beside the open file.
    """
    path = Path(os.path.expanduser(chosen))
    if path.is_absolute() and not chosen.startswith("//"):  # which is "beside the blend file" to Blender
        return str(path)
    found = find_program(chosen) if path.name == chosen else None
    if found is None:
        raise FixableError("{chosen}: no such Python; give its full path.", QuickFix.OPEN_PREFERENCES, chosen=chosen)
    return str(found)


def _not_ready(found: pythons.FoundPython) -> FixableError:
    if found.torch and found.missing:
        return FixableError(found.why_not, QuickFix.COPY_COMMAND, found.install_command)
    return FixableError(found.why_not, QuickFix.OPEN_PREFERENCES)
