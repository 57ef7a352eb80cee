"""An earlier result, and no waiting for the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_core.publishing import journal

from .results import FIRST, USERS, publish, write


@pytest.fixture(autouse=True)
def _unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power fails during a test, and to wait for the disk takes most of the time."""
    monkeypatch.setattr(journal, "flush", lambda path: None)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """An earlier result with files of the user's."""
    folder = tmp_path / "out" / "unity"
    publish(folder, FIRST)
    write(folder, USERS)
    return folder
