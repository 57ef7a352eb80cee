"""A folder to write in until all is well, on the same disk as the place that the result goes to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ml_core.errors import InputError


@contextmanager
def draft_folder(parent: Path, wanted: Path) -> Iterator[Path]:
    """A temporary folder in ``parent``, removed at the end; after a failure also the parents made for it, if empty.

    Raises:
        InputError: ``parent`` cannot be written; the message names ``wanted``, which the user gave.
    """
    created = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    try:
        parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".atelier-", dir=parent))
    except OSError as error:
        raise InputError(f"{wanted}: cannot be written ({error.strerror}); choose another folder") from error
    try:
        yield draft
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        for folder in created:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise
    shutil.rmtree(draft, ignore_errors=True)
