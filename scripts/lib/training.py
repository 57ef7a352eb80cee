"""The end that the training scripts share: run, on Ctrl-C keep what there is, and errors on one line."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Protocol

from ml_core.errors import AtelierError

Main = Callable[[list[str] | None], int]


class Trainer(Protocol):
    step: int

    def save(self) -> None: ...


def errors_on_one_line(main: Main) -> Callable[..., int]:
    """``main`` with an :class:`AtelierError` or an error of the disk as one line on stderr and exit code 2."""

    @functools.wraps(main)
    def told(arguments: list[str] | None = None) -> int:
        try:
            return main(arguments)
        except AtelierError as error:
            print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
            return 2
        except OSError as error:  # a full disk, a folder that is gone
            print(f"error: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
            return 2

    return told


def run_training(trainer: Trainer, run: Callable[[], None]) -> int:
    """Runs the training of ``trainer`` and returns the exit code: 130 after Ctrl-C, with the checkpoint written."""
    try:
        run()
    except KeyboardInterrupt:
        trainer.save()
        print(f"stopped at step {trainer.step}; go on with --resume")
        return 130
    return 0
