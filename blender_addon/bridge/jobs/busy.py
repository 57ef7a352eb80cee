"""Measures how long Atelier blocks Blender's main thread at a time: what a user feels as a stall."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .. import session

KEPT = 4096


@dataclass
class Turns:
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))


@contextmanager
def measured() -> Iterator[None]:
    """Measures the block; used around everything that a timer, a slider or a running job calls."""
    began = time.perf_counter()
    try:
        yield
    finally:
        session.part(Turns).seconds.append(time.perf_counter() - began)


def taken() -> list[float]:
    """Seconds of each measured block since the last call, oldest first."""
    seconds = session.part(Turns).seconds
    result = list(seconds)
    seconds.clear()
    return result
