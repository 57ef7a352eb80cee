"""File locks between processes. The system releases them when their process ends, however it ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".atelier-lock"

PATIENCE = 30.0
"""Seconds to wait for another process that is putting its files in place, which takes it well under one."""

_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_FAR = 2**30
"""Where the locked byte is, far behind the text: on Windows nobody else could read a locked one."""


@dataclass
class FileLock:
    """A locked file. ``is_sure`` is false on file systems without locks, where every process is granted one."""

    path: Path
    descriptor: int
    is_sure: bool

    def release(self) -> None:
        with suppress(OSError):
            os.close(self.descriptor)


def lock_file(path: Path) -> FileLock | None:
    """Lock the file at ``path``, which is made, and write this process's id into it; ``None`` when it is locked.

    Raises:
        OSError: the file cannot be made, or is a link.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    is_sure = True
    try:
        _lock(descriptor)
    except OSError as error:
        if error.errno in _BUSY:
            os.close(descriptor)
            return None
        is_sure = False
    with suppress(OSError):  # the id is for people; a full disk does not matter
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    return FileLock(path, descriptor, is_sure)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Hold a folder alone; the lock's file is removed afterwards.

    Raises:
        InputError: another process holds it for longer than :data:`PATIENCE`.
        OSError: ``folder`` is gone or cannot be written.
    """
    lock = _patiently(folder)
    try:
        yield
    finally:
        # Removed while it is held, so that nobody locks a file that is about to go; Windows removes no open files.
        with suppress(OSError):
            lock.path.unlink()
        lock.release()
        if sys.platform == "win32":
            with suppress(OSError):
                lock.path.unlink()


def _patiently(folder: Path) -> FileLock:
    until = time.monotonic() + PATIENCE
    while True:
        lock = lock_file(folder / LOCK)
        if lock is not None:
            if _is_there(lock):
                return lock
            lock.release()
        if time.monotonic() > until:
            raise InputError("{folder}: another process is writing there; wait for it and try again", folder=folder)
        time.sleep(0.02)


def _is_there(lock: FileLock) -> bool:
    """Whether the locked file is still the one at its path; the former holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(lock.descriptor), os.stat(lock.path))
    except FileNotFoundError:
        return False
