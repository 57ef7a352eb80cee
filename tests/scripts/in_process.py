"""Scripts called in this process, where Blender and the networks are loaded already: starting one takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from scripts.lib.cli import ended


@dataclass(frozen=True)
class Ended:
    """How a script ended, by the names that :class:`subprocess.CompletedProcess` has."""

    returncode: int
    stdout: str
    stderr: str


def called(capfd: pytest.CaptureFixture[str], main: Callable[[list[str]], int], *arguments: object) -> Ended:
    """Calls ``main`` of a script as :func:`scripts.lib.cli.run` does."""
    capfd.readouterr()
    code = ended(main, [str(argument) for argument in arguments])
    written = capfd.readouterr()
    return Ended(code, written.out, written.err)
