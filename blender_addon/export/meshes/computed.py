"""Caches what earlier exports of the open file computed for a mesh: most meshes are unchanged at the next export."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.mesh.simplify import Simplified
from ml_core.geometry.mesh.unwrap import Unwrapped

from ...bridge import session

T = TypeVar("T")
MOST = 64_000_000
"""Bytes of one kind that are kept; what was used longest ago goes first."""


def digest(what: str, *arrays: NDArray) -> str:
    """A digest that is equal only for equal arrays; ``what`` names the computation and its settings."""
    made = hashlib.sha256(what.encode())
    for array in arrays:
        made.update(f"{array.dtype.str}{array.shape}".encode())
        made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()


class _Kept(Generic[T]):
    """Results by their :func:`digest`."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> T | None:
        if key not in self._results:
            return None
        self._results.move_to_end(key)
        return self._results[key][0]

    def keep(self, key: str, result: T, size: int) -> None:
        """Args: size: of the result in bytes; one of more than :data:`MOST` is not kept."""
        if size > MOST or key in self._results:
            return
        self._results[key] = result, size
        self._bytes += size
        while self._bytes > MOST:
            self._bytes -= self._results.popitem(last=False)[1][1]


class Computed(session.OfFile):
    """The caches of levels of detail and of lightmap UVs."""

    def __init__(self) -> None:
        self.levels = _Kept[list[Simplified]]()
        self.lightmaps = _Kept[Unwrapped]()
