"""A staging folder for a result, inside the target folder, until all of it is complete."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import AtelierError, InputError, Message, reason_of
from ..outputs import is_address
from .journal import NEW, commit, has_journal, roll_back
from .listing import digests_of, holds_result, write_manifest
from .locks import FileLock, lock_file, locked_folder
from .paths import is_file, mode_of
from .plan import make_plan

_DRAFT = re.compile(r"\.atelier-[0-9a-f]{12}")
_OWNER = "owner"

_DAY = 24 * 3600.0
"""Seconds after which a draft counts as abandoned on a file system without locks."""

_FULL = 2**20
"""Bytes free on a disk that counts as full: Blender's exporters only say that they failed, not why."""

_DISK_ERRORS = {errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENODEV, errno.EFBIG}


@dataclass
class Staging:
    """A draft of what goes to ``target``. Write into ``folder``, its manifest last, then :meth:`publish`."""

    target: Path
    draft: Path
    force: bool
    kept: dict[str, str] = field(default_factory=dict)
    """After :meth:`publish` with ``force``: new names of the user's files that were in the way."""

    @property
    def folder(self) -> Path:
        return self.draft / NEW

    def publish(self) -> None:
        """Put the files in place: all of them, or after an error none.

        Raises:
            InputError: files of the user's are in the way, the folder is gone or cannot be written, or another process
                is writing there.
        """
        with _as_input_error(self.target), locked_folder(self.target):
            _collect(self.target, self.draft)
            plan = make_plan(self.target, digests_of(self.folder), self.force)
            commit(self.target, self.draft, plan.steps)
            self.kept = plan.kept
            for step in plan.steps:
                if step.kind == "aside":
                    _remove_empty(self.target, (self.target / step.path).parent)


@contextmanager
def staged_folder(target: Path, force: bool = False) -> Iterator[Staging]:
    """Yield a draft for ``target``; unless it is published, nothing of it is left when the block ends.

    The remains of interrupted runs in ``target`` are rolled back first.

    Args:
        force: write also among files that are not results of ours; those in the way are kept as ``.bak``.

    Raises:
        InputError: ``target`` cannot be written, is a file, or holds files but no result of ours. Also for an error in
            the block that comes from the disk.
    """
    if is_address(target):
        raise InputError("{folder}: is not a folder on this machine; choose another one", folder=target)
    with _as_input_error(target):
        place = target.resolve()
        if mode_of(place) is not None and not place.is_dir():
            raise InputError("{target}: is a file; choose another folder", target=target)
        made = [folder for folder in (place, *place.parents) if not folder.exists()]
    try:
        with _as_input_error(target):
            place.mkdir(parents=True, exist_ok=True)
            with locked_folder(place):
                _collect(place)
                if not force and _holds_files(place) and not holds_result(place):
                    raise InputError(
                        "{target}: exists and is not an Atelier export; choose another folder or remove it (scripts: "
                        "--force)",
                        target=target,
                    )
                draft, owner = _new_draft(place)
        try:
            yield Staging(place, draft, force)
        except Exception as error:
            reason = disk_error(error, target, draft)
            if reason is error:
                raise
            raise reason from error
        finally:
            owner.release()
            if not has_journal(draft):
                _remove_tree(draft)
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def published_folder(target: Path, contents: str, force: bool = False) -> Iterator[Staging]:
    """:func:`staged_folder` for a result of any kind, which gets a manifest and is published when the block ends well.

    Args:
        contents: what the result is, for the manifest.
    """
    with staged_folder(target, force) as staging:
        yield staging
        write_manifest(staging.folder, contents)
        staging.publish()


def disk_error(error: Exception, target: Path, draft: Path) -> Exception:
    """``error``, or its cause where that is the disk, as an :class:`InputError` that names ``target``."""
    if isinstance(error, InputError) and str(draft) in str(error):  # of an export that is a part of this result
        return InputError(error.message.replacing(str(draft / NEW), str(target)))
    if isinstance(error, AtelierError):
        return error
    if not draft.is_dir():
        reason = Message("it was removed in the meantime")
    elif isinstance(error, OSError) and error.errno in _DISK_ERRORS and error.strerror:
        reason = reason_of(error)
    elif isinstance(error, (OSError, RuntimeError)) and shutil.disk_usage(draft).free < _FULL:
        reason = Message("No space left on device")
    else:
        return error
    return InputError("{target}: cannot be written ({reason}); choose another folder", target=target, reason=reason)


@contextmanager
def _as_input_error(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in a name
        raise InputError(
            "{target}: cannot be written ({reason}); choose another folder", target=target, reason=reason_of(error)
        ) from error


def _holds_files(folder: Path) -> bool:
    """Whether anything but hidden files is in it; file managers leave some in empty folders."""
    return any(not path.name.startswith(".") for path in folder.iterdir())


def _new_draft(target: Path) -> tuple[Path, FileLock]:
    draft = target / f".atelier-{secrets.token_hex(6)}"
    draft.mkdir()
    owner = lock_file(draft / _OWNER)
    if owner is None:
        raise InputError("{draft}: is in use; try again", draft=draft)
    (draft / NEW).mkdir()
    return draft, owner


def _collect(target: Path, own: Path | None = None) -> None:
    """Undo and remove what killed runs have left in ``target``; the staging folders of running ones stay.

    The folder has to be locked, so that no draft is being made or put in place. ``own`` is the caller's draft.

    Raises:
        OSError: an interrupted run cannot be rolled back.
    """
    for draft in sorted(target.glob(".atelier-*")):
        mode = mode_of(draft)
        if draft == own or mode is None or not stat.S_ISDIR(mode) or not _DRAFT.fullmatch(draft.name):
            continue
        if not is_file(draft / _OWNER):
            with suppress(OSError):  # empty: killed in its first moment; else it is not ours
                draft.rmdir()
            continue
        owner = lock_file(draft / _OWNER)
        if owner is None:
            continue
        is_young = not owner.is_sure and time.time() - draft.stat().st_mtime < _DAY
        owner.release()
        if is_young:
            continue
        if has_journal(draft):
            try:
                roll_back(target, draft)
            except InputError:  # its journal is damaged: nothing of it may be lost
                continue
        _remove_tree(draft)


def _remove_tree(folder: Path) -> None:
    """Remove a folder, also files in it that are read-only; what cannot be removed stays for the next run."""

    def retry(function: Callable[[str], Any], path: str, _: object) -> None:
        with suppress(OSError):
            os.chmod(path, stat.S_IWRITE)
            function(path)

    shutil.rmtree(folder, onerror=retry)


def _remove_empty(target: Path, folder: Path) -> None:
    """Remove ``folder`` and those above it, below ``target``, where they are empty now."""
    with suppress(OSError):
        while folder != target:
            folder.rmdir()
            folder = folder.parent
