"""Sparse linear maps between the vertices of meshes, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class LinearMap:
    """Each of M results as a weighted sum of some of N inputs; no result is without inputs.

    Attributes:
        start: (M,) where the entries of each result begin.
        index, weight: (E,) inputs and weights, by result.
    """

    start: Index
    index: Index
    weight: Array

    def __len__(self) -> int:
        return len(self.start)

    def __call__(self, values: Array) -> Array:
        """(M, ...) the results for inputs (N, ...)."""
        flat = np.asarray(values).reshape(len(values), -1)
        sums = np.add.reduceat(flat[self.index] * self.weight[:, None], self.start, axis=0)
        return np.asarray(sums).reshape(len(self.start), *np.shape(values)[1:])

    def after(self, first: LinearMap) -> LinearMap:
        """The map that applies ``first`` and then this one."""
        counts = first.counts()[self.index]
        entry = _ranges(first.start[self.index], counts)
        weight = np.repeat(self.weight, counts) * first.weight[entry]
        result = np.repeat(np.repeat(np.arange(len(self)), self.counts()), counts)
        return linear_map(result, first.index[entry], weight, len(self))

    def chosen(self, results: Index) -> LinearMap:
        """The map to some of the results alone."""
        counts = self.counts()[results]
        entry = _ranges(self.start[results], counts)
        return LinearMap(np.cumsum(counts) - counts, self.index[entry], self.weight[entry])

    def counts(self) -> Index:
        """(M,) the number of entries of each result."""
        return np.diff(np.append(self.start, len(self.index)))


def linear_map(result: Index, index: Index, weight: Array, count: int) -> LinearMap:
    """The map of entries in any order; those of one result and input are added up.

    Raises:
        ValueError: one of the ``count`` results has no entry.
    """
    width = int(index.max()) + 1
    key, inverse = np.unique(result.astype(np.int64) * width + index, return_inverse=True)
    rows = key // width
    start = np.searchsorted(rows, np.arange(count))
    if len(np.unique(rows)) != count:
        raise ValueError("a result has no input")
    return LinearMap(start, key % width, np.bincount(inverse.ravel(), weight, len(key)).astype(np.float64))


def identity(count: int) -> LinearMap:
    every = np.arange(count)
    return LinearMap(every, every, np.ones(count))


def _ranges(start: Index, counts: Index) -> Index:
    """start[0], start[0] + 1, … (counts[0] of them), start[1], …"""
    before = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(before, counts) + np.repeat(start, counts)


def stacked(maps: Sequence[LinearMap]) -> LinearMap:
    """One map with the results of several of the same inputs, in their order."""
    before = np.cumsum([0, *(len(item.index) for item in maps)])
    return LinearMap(
        np.concatenate([item.start + shift for item, shift in zip(maps, before[:-1], strict=True)]),
        np.concatenate([item.index for item in maps]),
        np.concatenate([item.weight for item in maps]),
    )
