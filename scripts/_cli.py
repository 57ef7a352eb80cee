"""What every headless script does alike: arguments under Blender and under Python, errors, exit codes."""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent


def run(main: Callable[[list[str]], int]) -> None:
    """Runs ``main`` with the script's arguments and ends the process with its exit code.

    Under Blender the script's arguments are those after ``--``. An :class:`AtelierError` is one line on stderr and exit
    code 2; anything unforeseen keeps its traceback and is exit code 1.
    """
    with quiet():  # on some systems Blender complains about missing mount tables and devices when it starts
        import bpy

    from ml_core.errors import AtelierError

    inside_blender = bool(bpy.app.binary_path)
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else ([] if inside_blender else sys.argv[1:])
    try:
        register_extension()
        code = main(arguments)
    except AtelierError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        print("error: stopped", file=sys.stderr)
        code = 130
    except Exception:  # noqa: BLE001 - whatever it is, it is told and ends the process
        traceback.print_exc()
        code = 1
    leave(code)


def leave(code: int) -> NoReturn:
    """Ends the process with this exit code.

    Where Blender is a Python module, at once, after what is registered with :mod:`atexit`: the static destructors of
    bpy 4.5.15 now and then destroy a condition that a thread of its own still waits on, and then never return.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    bpy = sys.modules.get("bpy")
    if bpy is None or bpy.app.binary_path:
        sys.exit(code)
    atexit._run_exitfuncs()
    os._exit(code)


def one_line(error: Exception) -> str:
    """The error's text on one line."""
    return " ".join(str(error).split())


def register_extension() -> None:
    """Registers the extension from this repository unless an installed one is on already."""
    import bpy

    if hasattr(bpy.types.Scene, "atelier"):
        return
    import blender_addon

    blender_addon.register()


@contextmanager
def quiet():
    """Keeps off the terminal what Blender's renderers, importers and exporters print there, also from C++.

    What goes wrong inside is an exception, which is told after the block.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if os.name != "nt":  # what C++ printed may still wait in C's own buffer
            ctypes.CDLL(None).fflush(None)
        for number, former in enumerate(kept, start=1):
            os.dup2(former, number)
            os.close(former)
        os.close(nowhere)


@contextmanager
def atomic_folder(path: Path, marker: str, force: bool = False):
    """A temporary folder beside ``path``: takes its place when the block ends well, is removed when it does not.

    An existing ``path`` is replaced when it is empty, holds the file ``marker`` (so it is an earlier result), or with
    ``force``.

    Raises:
        InputError: the folder cannot be written, or holds something else.
    """
    from blender_addon.bridge.drafts import draft_folder
    from ml_core.errors import InputError

    path = path.absolute()
    if path.exists() and not path.is_dir():
        raise InputError(f"{path}: is a file; choose another folder")
    if path.is_dir() and any(path.iterdir()) and not (path / marker).is_file() and not force:
        raise InputError(f"{path}: holds other files; choose another folder or add --force")
    with draft_folder(path.parent, path) as draft:
        (draft / "new").mkdir()
        yield draft / "new"
        if path.exists():
            os.replace(path, draft / "old")
        os.replace(draft / "new", path)
