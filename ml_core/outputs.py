"""Files that one call writes: checked before the work begins, put in place together when all of it is done."""

from __future__ import annotations

import os
import platform
import re
import secrets
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import InputError, reason_of

_NAME = re.compile(r"\.atelier-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}(\..*)?")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[/\\]")
_FULL = 2**16
"""Free bytes below which a disk counts as full, where a writer only says that it failed."""


def check_outputs(paths: Iterable[Path], inputs: Iterable[Path] = ()) -> None:
    """Check that files can be written to ``paths``, before any work is done for them.

    Raises:
        InputError: one is a folder, a device or something else that is not a file, one of the ``inputs``, another one
            of ``paths``, or lies where no file can be made; the message names it.
    """
    taken = [Path(socket) for socket in inputs]
    for path in paths:
        if path.is_dir():
            raise InputError("{path}: is a folder; give the name of a file", path=path)
        if not path.name or "\0" in str(path):
            raise InputError("{path}: is not the name of a file", path=path)
        if _exists(path) and not path.is_file():
            raise InputError("{path}: is not a regular file; give another name", path=path)
        for other in taken:
            if _same(path, other):
                raise InputError(
                    "{path}: is the same file as {other}, which would be lost; give another name",
                    path=path,
                    other=other,
                )
        check_place(path.absolute().parent, path)
        taken.append(path)


def is_address(path: Path | str) -> bool:
    """Whether it begins as ``https://`` and ``smb://`` do; a drive (``C:/``) is not an address."""
    return _ADDRESS.match(str(path)) is not None


def check_place(folder: Path, wanted: Path) -> None:
    """Check that files can be made in ``folder``, which need not be there yet.

    Raises:
        InputError: they cannot, or ``wanted``, which the user gave and the message names, is an address.
    """
    if is_address(wanted):
        raise InputError("{folder}: is not a folder on this machine; choose another one", folder=wanted)
    there = next((parent for parent in (folder, *folder.parents) if _exists(parent)), folder)
    if not there.is_dir():
        raise InputError(
            "{path}: cannot be made, {obstacle} is not a folder; choose another place", path=wanted, obstacle=there
        )
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            "{path}: cannot be written, {obstacle} is read-only; choose another place", path=wanted, obstacle=there
        )


def check_folder(folder: Path) -> None:
    """Check that ``folder`` is one that files can be made in, or can itself be made.

    Raises:
        InputError: it is a file, or lies where nothing can be written.
    """
    if _exists(folder) and not folder.is_dir():
        raise InputError("{folder}: is a file; give the name of a folder", folder=folder)
    check_place(folder.absolute(), folder)


@contextmanager
def written_together(*paths: Path) -> Iterator[list[Path]]:
    """Yield a temporary path beside each of ``paths``; all take their places when the block ends well, else none.

    No temporary file is there when the block begins; those that the block does not write are left out. What killed
    processes have left in these folders is removed.

    Raises:
        InputError: one of ``paths`` cannot be written, for a full disk or a lost folder too.
    """
    targets = [Path(os.path.abspath(path)) for path in paths]
    made = [parent for target in targets for parent in target.parents if not parent.exists()]
    temporaries = [target.with_name(_temporary_name(target.suffix)) for target in targets]
    done = False
    try:
        for target, temporary in zip(targets, temporaries, strict=True):
            with _named(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                _remove_abandoned(target.parent)
                temporary.touch()  # a place that is read-only says so now
                temporary.unlink()
        try:
            yield temporaries
        except OSError as error:
            raise _reason(error, targets, temporaries) from error
        except RuntimeError as error:  # of Blender, which says little of disks
            lost = _reason_of_disk(targets)
            raise error if lost is None else lost from error
        _replace_all(list(zip(temporaries, targets, strict=True)))
        done = True
    finally:
        for temporary in temporaries:
            for leftover in _siblings(temporary):
                with suppress(OSError):
                    leftover.unlink()
        if not done:
            for folder in sorted(set(made), key=lambda item: -len(item.parts)):
                with suppress(OSError):
                    folder.rmdir()


def _replace_all(pairs: Sequence[tuple[Path, Path]]) -> None:
    """Put the temporary files of ``pairs`` in place; after an error those already in place are reverted."""
    written = [(temporary, target) for temporary, target in pairs if temporary.is_file()]
    placed: list[tuple[Path, Path | None]] = []
    copies: list[Path] = []
    try:
        for temporary, target in written:
            with _named(target):
                _synced(temporary)
                kept = _kept(target) if len(written) > 1 else None
                copies += [kept] if kept is not None else []
                os.replace(temporary, target)
                placed.append((target, kept))
    except BaseException:
        for target, kept in reversed(placed):
            with suppress(OSError):
                if kept is not None:
                    os.replace(kept, target)
                else:
                    target.unlink()
        raise
    finally:
        for kept in copies:
            with suppress(OSError):
                kept.unlink(missing_ok=True)


def _kept(target: Path) -> Path | None:
    """A hard link or a copy of the file at ``target``, to restore it from; ``None`` where there is none."""
    if not _exists(target):
        return None
    kept = target.with_name(_temporary_name(target.suffix))
    try:
        os.link(target, kept, follow_symlinks=False)
    except OSError:  # a file system without links
        shutil.copy2(target, kept, follow_symlinks=False)
    return kept


def _temporary_name(suffix: str) -> str:
    return f".atelier-{host_name()}-{os.getpid()}-{secrets.token_hex(4)}{suffix[:20]}"


def host_name() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _remove_abandoned(folder: Path) -> None:
    """Remove the temporary files in ``folder`` of processes of this machine that no longer run."""
    if sys.platform == "win32":  # where asking for a process by signal 0 would end it
        return
    for entry in list(folder.iterdir()):
        found = _NAME.fullmatch(entry.name)
        if found is None or found["host"] != host_name() or not entry.is_file() or entry.is_symlink():
            continue
        if not _is_running(int(found["pid"])):
            with suppress(OSError):
                entry.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _siblings(temporary: Path) -> list[Path]:
    """``temporary`` and what a writer has put beside it under its name, such as Blender's ``@`` and backups."""
    try:
        return [path for path in temporary.parent.iterdir() if path.name.startswith(temporary.stem)]
    except OSError:  # the folder is gone
        return []


def _synced(path: Path) -> None:
    """Flush the file to the disk before it replaces another one."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


@contextmanager
def _named(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            "{target}: cannot be written ({reason}); choose another place", target=target, reason=reason_of(error)
        ) from error


def _reason(error: OSError, targets: Sequence[Path], temporaries: Sequence[Path]) -> Exception:
    """An error of the block as an error about the output that it happened to; other files' errors stay as they are."""
    failed = str(error.filename or "")
    for target, temporary in zip(targets, temporaries, strict=True):
        if not failed or failed.startswith(str(temporary)):
            return InputError(
                "{target}: cannot be written ({reason}); choose another place", target=target, reason=reason_of(error)
            )
    return error


def _reason_of_disk(targets: Sequence[Path]) -> InputError | None:
    for target in targets:
        if not target.parent.is_dir():
            return InputError(
                "{target}: cannot be written (its folder was removed); choose another place", target=target
            )
        if shutil.disk_usage(target.parent).free < _FULL:
            return InputError(
                "{target}: cannot be written (no space left on the disk); choose another place", target=target
            )
    return None


def _exists(path: Path) -> bool:
    """Whether something is at the path, including a broken link."""
    try:
        return path.exists() or path.is_symlink()
    except OSError:  # a name that is too long, or below a file
        return False


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return os.path.normcase(os.path.abspath(path)) == os.path.normcase(os.path.abspath(other))
