"""How long Atelier keeps Blender's main thread to itself at a time: what a person feels as a stall."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

KEPT = 4096

_seconds: deque[float] = deque(maxlen=KEPT)


@contextmanager
def measured() -> Iterator[None]:
    """Around everything that a timer, a slider or a running job calls."""
    began = time.perf_counter()
    try:
        yield
    finally:
        _seconds.append(time.perf_counter() - began)


def taken() -> list[float]:
    """Seconds of the last turns since the last call, oldest first."""
    result = list(_seconds)
    _seconds.clear()
    return result
