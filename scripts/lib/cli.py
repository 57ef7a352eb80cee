"""Common behavior of all headless scripts: arguments under Blender and under Python, errors, exit codes."""

from __future__ import annotations

import argparse
import atexit
import ctypes
import functools
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from ml_core.publishing import Staging

ROOT = Path(__file__).resolve().parents[2]


def run(main: Callable[[list[str]], int]) -> None:
    """Runs ``main`` with the script's arguments and ends the process with its exit code.

    Under Blender the script's arguments are those after ``--``. An :class:`AtelierError` is one line on stderr and exit
    code 2; so is a crash of Blender, whose readers do not survive every damaged file. Any other exception keeps its
    traceback, with exit code 1.
    """
    if hasattr(os, "fork") and "bpy" not in sys.modules:  # not inside Blender, and no threads yet
        _watch_a_child()
    with quiet():  # on some systems Blender complains about missing mount tables and devices when it starts
        import bpy

    inside_blender = bool(bpy.app.binary_path)
    arguments = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else ([] if inside_blender else sys.argv[1:])
    code = ended(main, arguments)
    leave(code)


def ended(main: Callable[[list[str]], int], arguments: list[str]) -> int:
    """The exit code of ``main`` of a script; its errors go to stderr."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # names of files may be any bytes

    def registered() -> int:
        register_extension()
        return main(arguments)

    try:
        return exit_code(registered)
    except SystemExit as end:  # argparse
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # noqa: BLE001 - whatever it is, it is reported and ends the process
        traceback.print_exc()
        return 1


def exit_code(call: Callable[[], int], stopped: str = "stopped") -> int:
    """The exit code that ``call`` returns, or that of its error, with a line on stderr: 2 for an :class:`AtelierError`,
    a full disk or memory, 130 for Ctrl-C, which ``stopped`` is said of.

    Where nobody reads the output any more, as after ``| head``, it is that of a process that SIGPIPE ends, in silence.
    """
    from ml_core.errors import AtelierError

    try:
        code = call()
        sys.stdout.flush()
        return code
    except AtelierError as error:
        for sentence in error.sentences:
            print(f"error: {one_line(sentence)}", file=sys.stderr)
        return 2
    except MemoryError:
        print("error: there is not enough memory for this; close other programs or use a smaller file", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left unwritten goes there
        return 128 + 13  # signal.SIGPIPE, which Windows lacks
    except OSError as error:  # a full disk, a folder that is gone, a lost network drive
        print(f"error: {error.filename or 'a file'}: {error.strerror or one_line(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"error: {stopped}", file=sys.stderr)
        return 130


def errors_on_one_line(main: Callable[[list[str] | None], int]) -> Callable[..., int]:
    """``main`` with its errors as :func:`exit_code` reports them."""

    @functools.wraps(main)
    def reporting(arguments: list[str] | None = None) -> int:
        return exit_code(lambda: main(arguments))

    return reporting


def _watch_a_child() -> None:
    """Continues in a child process; this one waits for it and exits in the same way, with a line if it crashed."""
    passed_on = (signal.SIGTERM, signal.SIGHUP)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, passed_on)  # until they are passed on
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        die_with_parent()
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to both; the child answers
    for number in passed_on:
        signal.signal(number, lambda got, _frame: os.kill(child, got))
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    code, message = outcome(os.waitpid(child, 0)[1])
    if message:
        print(message, file=sys.stderr, flush=True)
    os._exit(code)


def die_with_parent() -> None:
    """Lets the kernel end this process when the watching one is killed; other than on Linux it would keep running."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def outcome(status: int) -> tuple[int, str]:
    """The exit code of a child's wait status, and the line for stderr; none if the child wrote it."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return code, ""
    name = signal.Signals(-code).name
    if -code in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
        return 2, f"error: Blender crashed ({name}); the file is probably damaged. Open it in Blender and save it again"
    return 128 - code, f"error: stopped by {name}"


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


def one_line(text: str) -> str:
    """``text`` without line breaks."""
    return " ".join(text.split())


def check_ranges(given: argparse.Namespace, ranges: Mapping[str, tuple[int, int]]) -> None:
    """Check that options are numbers within ``ranges`` (lowest, highest), by their names.

    Raises:
        InputError: one of them is not; the message names it.
    """
    from ml_core.errors import InputError

    for name, (low, high) in ranges.items():
        value = getattr(given, name)
        if not low <= value <= high:
            raise InputError(
                "--{name} {value}: give a number from {low} to {high}", name=name, value=value, low=low, high=high
            )


def tell_unwritten(targets: Mapping[str, Any]) -> int:
    """Reports on stderr why targets were not written, one line each; returns the exit code: 2 if one failed."""
    from blender_addon.export.outcomes import unwritten

    failed = unwritten(targets, "error")
    for word, sentences in (("error", failed), ("skipped", unwritten(targets, "skipped"))):
        for sentence in sentences.values():
            print(f"{word}: {one_line(sentence)}", file=sys.stderr)
    return 2 if failed else 0


def tell_left_out(report: Mapping[str, Any]) -> None:
    """Reports on stderr what an export left out of single objects, one line each."""
    from blender_addon.export.content.left_out import left_out_lines

    for line in left_out_lines(report):
        print(f"left out: {one_line(line)}", file=sys.stderr)


def tell_kept(staging: Staging) -> None:
    """Reports on stderr which files of the user conflicted with a result, and their new names."""
    for name, kept in staging.kept.items():
        print(f"kept: {staging.target / name} as {kept}", file=sys.stderr)


def register_extension() -> None:
    """Registers the extension from this repository unless an installed one is enabled already."""
    import bpy

    if hasattr(bpy.types.Scene, "atelier"):
        return
    import blender_addon

    blender_addon.register()


@contextmanager
def quiet():
    """Suppresses the output of Blender's renderers, importers and exporters, also from C++.

    Errors inside are exceptions, which are reported after the block. The extension's notes for the user, such as
    pictures that were left out, are printed on stderr.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with _notes_to(kept[1]):
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
def _notes_to(number: int):
    with os.fdopen(os.dup(number), "w", encoding="utf-8", errors="replace") as stream:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter("note: %(message)s"))
        notes = logging.getLogger("atelier.notes")
        notes.addHandler(handler)
        try:
            yield
        finally:
            notes.removeHandler(handler)
