"""Recognition of an object in its context: its size relative to that of the others, and what supports it.

A mesh alone does not show that a bench is as high as a person, that nobody hangs a stool on a wall, or that a row of
seven refrigerators is one of cabinets. Each guess of the recognizer is weighed by how usual the thing's box is for that
label (:data:`~ml_core.vocabulary.scene.sizes.USUAL_BOX`, at the scale of the whole scene, which the things themselves
tell), by where such things are found, and by whether many of one make are; copies of one mesh are weighed together.
An object that no label fits keeps its result: size and place say little about models that are not replicas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.inference.recognition.objects import Recognition
from ml_core.vocabulary.scene.places import CARRIED_BY, COME_ALONE, Carrier
from ml_core.vocabulary.scene.sizes import USUAL_BOX

_LEAST_LABELS, _SURE = 3, 0.3
"""From fewer labels that are as sure no scale is estimated: the scene is taken to be in meters."""
_DOUBT, _DISAGREEING = 0.25, 0.7
"""Scales are natural logarithms: how far a scale has to be from 1 to be believed, and how far its labels may differ."""
_SCALES = 4.0
"""A scene is at most this many times too large or too small; beyond, its unit is wrong and sizes carry no
information."""
_OUTLIER, _WIDE = 0.04, 1.6
"""Share of things of unusual size, such as toys and displays, and the spread of theirs."""
_MISPLACED = 0.15
"""How likely a thing is found where its kind is not, against one that is where it belongs."""
_SIZE_WEIGHT = 0.25
"""How much of the size the recognizer, which sees it too, has not yet taken into account."""
_FEW, _ALIKE = 3, 0.955
"""Most objects of one make of a kind that comes alone, and the cosine of embeddings from which on two are of one
make."""
_CROWDED = 0.3
"""Likelihood that more of them than that are of such a kind nevertheless."""
_LIFT = 1.2
"""How far the chance of being known follows what place and size say of the best guess; in log odds a nat."""
_MOST_LIFT = 2.0
_LEAST_PLACED, _ABOVE = 6, 0.1
"""Where fewer things are above the floor than this share, as in a row of assets, places say nothing."""
_FLOOR, _NEAR = 0.12, 0.06
"""Things stand on the floor, or on what is below them, within so many meters."""


@dataclass(frozen=True)
class Placed:
    """A thing and where it is: lowest and highest corner (3,) of its box in meters, Z up.

    ``is_open`` is false for one that keeps its result: it lies and was recognized after a turn, or somebody named it.
    """

    result: Recognition
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    is_open: bool = True


def in_context(things: Sequence[Placed], threshold: float) -> list[Recognition]:
    """What the things of one scene are, in their order.

    Args:
        things: all things of a scene that get a label, grounds too.
        threshold: least ``known`` of a named thing.

    Returns:
        results with the same embeddings, whose ranking, confidence and ``known`` take the scene into account.
    """
    if not things:
        return []
    low, high = np.array([thing.low for thing in things]), np.array([thing.high for thing in things])
    scale = scene_scale(things)
    carriers: Sequence[Carrier | None] = carried_by(low / scale, high / scale) if scale else []
    above = len(carriers) - carriers.count("floor")
    if len(carriers) < _LEAST_PLACED or above < _ABOVE * len(carriers):
        carriers = [None] * len(things)
    opened = [index for index, thing in enumerate(things) if thing.is_open]
    if not opened:
        return [thing.result for thing in things]
    guesses = _Guesses([things[index].result for index in opened])
    fits = np.zeros(guesses.shares.shape)
    if scale:
        fits += _SIZE_WEIGHT * guesses.size_fits((high - low)[opened] / scale)
    fits += guesses.place_fits([carriers[index] for index in opened])
    crowded = _crowded(things)
    if rows := [row for row, index in enumerate(opened) if index in crowded]:
        fits[rows] += guesses.crowd_fits(rows)
    fits = _shared(fits, [id(things[index].result) for index in opened])
    weighed = iter(guesses.weighed(fits, threshold))
    return [next(weighed) if thing.is_open else thing.result for thing in things]


def _shared(fits: NDArray[np.float64], results: Sequence[int]) -> NDArray[np.float64]:
    """``fits`` (N, W) with the mean of those of one of ``results`` (N,) in each of its rows: equal things have one
    result, and are of one kind, wherever each of them stands and whichever way it is turned."""
    _, group, count = np.unique(np.array(results), return_inverse=True, return_counts=True)
    total = np.zeros((len(count), fits.shape[1]))
    np.add.at(total, group, fits)
    return np.asarray((total / count[:, None])[group])


def _crowded(things: Sequence[Placed]) -> set[int]:
    """Indices of the things that may be of a kind that comes alone, and of whose make there are many."""
    maybe = [i for i, thing in enumerate(things) if COME_ALONE & {label for label, _ in thing.result.ranking[:2]}]
    if len(maybe) <= _FEW:
        return set()
    embeddings = np.stack([things[index].result.embedding for index in maybe])
    alike = [(part @ embeddings.T >= _ALIKE).sum(axis=1) for part in np.array_split(embeddings, len(maybe) // 512 + 1)]
    return {index for index, number in zip(maybe, np.concatenate(alike).tolist(), strict=True) if number > _FEW}


def scene_scale(things: Sequence[Placed]) -> float:
    """How much larger than life the scene is: 1 for meters, about 1.3 for much of what games use; 0 where the sizes of
    its objects are too contradictory."""
    by_label: dict[str, list[tuple[float, float]]] = {}
    for thing in things:
        label, share = thing.result.ranking[0]
        usual = USUAL_BOX.get(label)
        sure = share * thing.result.known
        if usual is not None and sure >= _SURE:
            height = max(float(thing.high[2] - thing.low[2]), 1e-6)
            by_label.setdefault(label, []).append((float(np.log(height / usual[2])), sure / (usual[4] + 0.1)))
    # Fifty equal chairs say of the scale what one does.
    ratio = np.array([np.median([one for one, _ in found]) for found in by_label.values()])
    weight = np.array([np.mean([one for _, one in found]) for found in by_label.values()])
    if len(ratio) < _LEAST_LABELS:
        return 1.0
    middle = _weighted_median(ratio, weight)
    spread = _weighted_median(np.abs(ratio - middle), weight)
    if abs(middle) > np.log(_SCALES) or spread > _DISAGREEING:
        return 0.0
    # Within the doubt of so few labels it is life size.
    return 1.0 if abs(middle) < _DOUBT else float(np.exp(middle))


def carried_by(low: NDArray[np.float64], high: NDArray[np.float64]) -> list[Carrier]:
    """What supports each of the boxes (N, 3), in meters: the floor, another object, or nothing below it."""
    floor = _floor(low, high)
    found: list[Carrier] = []
    middle = (low + high) / 2
    for index in range(len(low)):
        bottom = low[index, 2]
        if bottom - floor < _FLOOR:
            found.append("floor")
            continue
        under = (
            (low[:, 0] <= middle[index, 0])
            & (high[:, 0] >= middle[index, 0])
            & (low[:, 1] <= middle[index, 1])
            & (high[:, 1] >= middle[index, 1])
        )
        under[index] = False
        # On top of it, or inside, as what stands on a shelf.
        rests = under & (low[:, 2] < bottom - _NEAR) & (high[:, 2] > bottom - _NEAR)
        found.append("thing" if rests.any() else "nothing")
    return found


def _floor(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """The height at which most area stands, near the lowest: objects that hang or have sunk do not move it."""
    area = np.prod(np.maximum(high[:, :2] - low[:, :2], 1e-3), axis=1)
    order = np.argsort(low[:, 2])
    share = np.cumsum(np.minimum(area, 4.0)[order])
    return float(low[order, 2][np.searchsorted(share, 0.15 * share[-1])])


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


class _Guesses:
    """The rankings of N results as arrays: ``shares`` (N, W), 0 where a ranking is shorter, and ``kinds`` (N, W), which
    of ``labels`` each guess is."""

    def __init__(self, results: Sequence[Recognition]) -> None:
        self.results = results
        width = max(len(result.ranking) for result in results)
        number_of: dict[str, int] = {}
        rows = [[number_of.setdefault(label, len(number_of)) for label, _ in result.ranking] for result in results]
        self.labels = list(number_of)
        self.kinds = np.array([row + [0] * (width - len(row)) for row in rows])
        self.shares = np.array(
            [[share for _, share in result.ranking] + [0.0] * (width - len(result.ranking)) for result in results]
        )
        self.known = np.array([result.known for result in results])

    def size_fits(self, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, W): log likelihood of the boxes (N, 3) in meters for a thing of the label, usual or of unusual size; 0
        where no usual box is known."""
        has_usual = np.array([label in USUAL_BOX for label in self.labels])
        usual = np.array([USUAL_BOX.get(label, (1.0, 1.0, 1.0, 1.0, 1.0)) for label in self.labels])
        across = np.sort(sizes[:, :2], axis=1)
        sides = np.log(np.maximum(np.column_stack([across[:, 1], across[:, 0], sizes[:, 2]]), 1e-3))
        off = sides[:, None] - np.log(usual[:, :3])[self.kinds]
        spread = usual[:, [3, 3, 4]]
        usually = _log_density(off, spread[self.kinds])
        rarely = _log_density(off, np.maximum(spread, _WIDE)[self.kinds])
        found = np.logaddexp(np.log(1 - _OUTLIER) + usually, np.log(_OUTLIER) + rarely)
        return np.asarray(np.where(has_usual[self.kinds], found, 0.0))

    def place_fits(self, carriers: Sequence[Carrier | None]) -> NDArray[np.float64]:
        """(N, W): log likelihood of what supports each object, ``None`` where that carries no information."""
        known = {
            carrier: number for number, carrier in enumerate(sorted({item for item in carriers if item is not None}))
        }
        table = np.zeros((len(self.labels), len(known) + 1))
        for row, label in enumerate(self.labels):
            for carrier, column in known.items():
                if label in CARRIED_BY and carrier not in CARRIED_BY[label]:
                    table[row, column] = np.log(_MISPLACED)
        columns = np.array([len(known) if item is None else known[item] for item in carriers])
        return np.asarray(table[self.kinds, columns[:, None]])

    def crowd_fits(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """(some, W): log likelihood, for the objects in ``rows``, of there being many of their make."""
        alone = np.array([label in COME_ALONE for label in self.labels])
        return np.asarray(np.where(alone[self.kinds[rows]], np.log(_CROWDED), 0.0))

    def weighed(self, fits: NDArray[np.float64], threshold: float) -> list[Recognition]:
        """The results with their guesses raised by ``fits`` (N, W)."""
        rest = np.maximum(1.0 - self.shares.sum(axis=1), 1e-3)
        # The labels that are not listed fit as the average of those that are: nothing better or worse is known of them.
        level = (self.shares * fits).sum(axis=1) / self.shares.sum(axis=1)
        raised = self.shares * np.exp(np.clip(fits - level[:, None], -20, 20))
        raised /= (raised.sum(axis=1) + rest)[:, None]
        order = np.argsort(-raised, axis=1, kind="stable")
        raised = np.take_along_axis(raised, order, axis=1)
        first = self.shares[:, 0]
        gain = _LIFT * np.log(np.maximum(raised[:, 0], 1e-6) / np.maximum(first, 1e-6))
        odds = np.log(np.maximum(self.known, 1e-9) / np.maximum(1 - self.known, 1e-9))
        known = 1 / (1 + np.exp(-(odds + np.clip(gain, -_MOST_LIFT, _MOST_LIFT))))
        found = []
        for result, places, shares, chance in zip(
            self.results, order.tolist(), raised.tolist(), known.tolist(), strict=True
        ):
            count = len(result.ranking)
            listed = [(result.ranking[at][0], share) for at, share in zip(places, shares, strict=True) if at < count]
            label = listed[0][0] if chance >= threshold else None
            found.append(Recognition(label, listed[0][1], listed, chance, result.embedding))
        return found


def _log_density(off: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log density of independent normal distributions over the last axis, without the common constant."""
    return np.asarray(-0.5 * ((off / spread) ** 2).sum(axis=-1) - np.log(spread).sum(axis=-1))
