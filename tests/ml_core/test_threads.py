"""A process of a batch has one thread, so that two of them on two cores do not wait for one another's."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from ml_core.inference.recognition import objects
from ml_core.threads import VARIABLE, allowed_threads


@pytest.mark.parametrize(
    ("asked", "usual", "allowed"),
    [("", 4, 4), ("1", 4, 1), ("8", 4, 4), ("1", 0, 1), ("", 0, 0), ("0", 2, 2), ("many", 2, 2), ("-1", 2, 2)],
)
def test_the_environment_asks_for_fewer(monkeypatch: pytest.MonkeyPatch, asked: str, usual: int, allowed: int) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    assert allowed_threads(usual) == allowed


@pytest.mark.parametrize(("asked", "most"), [("1", 1), ("2", 2)])
def test_meshes_are_looked_at_by_so_many(monkeypatch: pytest.MonkeyPatch, asked: str, most: int) -> None:
    working, seen = set[int](), []

    def look(*_: object) -> None:
        working.add(threading.get_ident())
        time.sleep(0.01)
        seen.append(len(working))

    monkeypatch.setenv(VARIABLE, asked)
    monkeypatch.setattr(objects, "sample_surface", look)
    objects._sampled([(np.eye(3), np.array([[0, 1, 2]]))] * 8)
    assert max(seen) == most
