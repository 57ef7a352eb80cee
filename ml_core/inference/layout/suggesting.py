"""Objects that would fit into a scene, from what stands together in others: a mixture of bags of labels.

A bag says how likely each label is in a place of its kind: rooms of our own prior, and places of real scenes. The bags
that explain a place best predict what else it would have (naive Bayes); labels that come in several may be suggested
once more, in proportion to how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.files import read_json
from ml_core.inference.recognition.scenes import SceneObject
from ml_core.vocabulary.scene.labels import LABELS
from ml_core.vocabulary.scene.places import ON_TOPS, TOPS
from ml_core.weights import WEIGHTS_FOLDER

SHIPPED = WEIGHTS_FOLDER / "layouts.json"
APART = 2.5
"""Meters between objects of two places."""
_FLOOR, _CERTAIN = 0.03, 0.97
"""Chance of a label that a bag does not have, and the most that any has."""
_ABSENCE, _TEMPER = 0.4, 0.7
"""How much it counts that a label is not there yet, and how sure the choice of a bag is made."""
_MOST_REPEATS = 2
_TOUCH = 0.08
"""Meters by which a thing may hover over its support or sink into it."""
_LEVEL = 0.3
"""Meters between the lower sides of objects that stand on the same ground."""
_LEAST_SHARE = 0.15

Array = NDArray[np.float64]
_INDEX = {label: number for number, label in enumerate(LABELS)}


@dataclass(frozen=True)
class Suggestion:
    """An object to add.

    Attributes:
        label: what it is. score: 0 to 1. with_labels: labels of the place that it mostly stands together with, or the
            label itself where it is one more of them. relation, support: where: ``on`` or ``next_to`` an object of the
            label ``support``, ``wall``, or ``floor``. faces: whether it is turned to that object.
    """

    label: str
    score: float
    with_labels: tuple[str, ...]
    relation: str
    support: str = ""
    faces: bool = False


class LayoutModel:
    """Learned from bags and relations as :data:`SHIPPED` has them."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._chance = np.full((len(facts["bags"]), len(LABELS)), _FLOOR)
        for number, bag in enumerate(facts["bags"]):
            for label, (chance, _) in bag["labels"].items():
                self._chance[number, _INDEX[label]] = min(max(chance, _FLOOR), _CERTAIN)
        self._relations: Mapping[str, Mapping[str, float]] = facts["relations"]
        self._faces: Mapping[str, Sequence[str]] = facts["faces"]

    def ranked(self, labels: Sequence[str], count: int = 5) -> list[tuple[str, float]]:
        """Labels to add to a place that holds ``labels``, the best first: at most two that are there already."""
        bag = bag_of(labels)
        weights, present = self._weights(bag), bag > 0
        new = weights @ np.where(present, 0.0, self._chance)
        repeat = bag / max(bag.sum(), 1.0)
        repeats = [(LABELS[i], float(repeat[i])) for i in np.argsort(-repeat, kind="stable") if present[i]]
        others = [(LABELS[i], float(new[i])) for i in np.argsort(-new, kind="stable") if not present[i]]
        kept = repeats[: min(_MOST_REPEATS, count)]
        return kept + others[: count - len(kept)]

    def suggestions(self, objects: Sequence[SceneObject], has_walls: bool, count: int = 5) -> list[Suggestion]:
        """What fits into a place with labeled objects; what is not there yet comes first.

        Args:
            has_walls: whether the scene has walls to stand at.
        """
        labels = [obj.label for obj in objects if obj.label in _INDEX]
        known = [label for label in labels if label is not None]
        found = []
        for label, score in self.ranked(known, count) if known else []:
            relation, support = self._place(label, set(known), has_walls)
            company = (label,) if label in known else self._company(label, known)
            faces = relation == "next_to" and support in self._faces.get(label, ())
            found.append(Suggestion(label, round(score, 3), company, relation, support, faces))
        return sorted(found, key=lambda item: (item.label in known, -item.score))

    def _weights(self, bag: Array) -> Array:
        present = bag > 0
        fit = np.where(present, np.log(self._chance), _ABSENCE * np.log(1 - self._chance)).sum(axis=1)
        weights = np.exp(_TEMPER * (fit - fit.max()))
        return np.asarray(weights / weights.sum())

    def _company(self, label: str, known: Sequence[str]) -> tuple[str, ...]:
        """The two labels of the place that contribute most to the suggestion of ``label``."""
        index = _INDEX[label]
        whole = float(self._weights(bag_of(known)) @ self._chance[:, index])
        loss = {}
        for other in dict.fromkeys(known):
            rest = [item for item in known if item != other]
            loss[other] = whole - float(self._weights(bag_of(rest)) @ self._chance[:, index])
        return tuple(sorted(loss, key=lambda item: -loss[item])[:2])

    def _place(self, label: str, there: set[str], has_walls: bool) -> tuple[str, str]:
        """The most frequent relation of a label that the place allows."""
        relations = self._relations.get(label, {})
        for name, share in sorted(relations.items(), key=lambda item: -item[1]):
            relation, _, support = name.partition(" ")
            if name == "floor" and label in ON_TOPS:
                continue
            if share >= _LEAST_SHARE and ((support in there) if support else (relation != "wall" or has_walls)):
                return relation, support
        top = next((entry for entry in TOPS if entry in there), None) if label in ON_TOPS else None
        if top is not None:
            return "on", top
        return ("next_to", label) if label in there else ("floor", "")


@cache
def shipped_layouts() -> LayoutModel:
    """Raises :class:`ml_core.errors.InputError` where the file is missing or damaged."""
    return LayoutModel(read_json(SHIPPED, str(SHIPPED), dict))


def bag_of(labels: Sequence[str]) -> Array:
    """(L,) how many of each label."""
    return np.bincount([_INDEX[label] for label in labels], minlength=len(LABELS)).astype(np.float64)


def places_of(objects: Sequence[SceneObject], apart: float = APART) -> list[list[SceneObject]]:
    """Objects that stand together, each no more than ``apart`` meters from another one of its place."""
    low = np.array([np.subtract(obj.position, np.divide(obj.size, 2))[:2] for obj in objects]).reshape(-1, 2)
    high = np.array([np.add(obj.position, np.divide(obj.size, 2))[:2] for obj in objects]).reshape(-1, 2)
    gaps = np.maximum(np.maximum(low[:, None] - high[None], low[None] - high[:, None]), 0.0)
    near = np.hypot(gaps[..., 0], gaps[..., 1]) < apart
    left, places = set(range(len(objects))), []
    while left:
        place, waiting = [], [min(left)]
        left.discard(waiting[0])
        while waiting:
            at = waiting.pop()
            place.append(at)
            beside = [int(other) for other in np.flatnonzero(near[at]) if int(other) in left]
            left.difference_update(beside)
            waiting += beside
        places.append([objects[at] for at in sorted(place)])
    return places


def relation_in(one: SceneObject, place: Sequence[SceneObject]) -> str:
    """``on table`` where a labeled thing carries it, else ``next_to`` the nearest other label within a meter, else
    ``floor``."""
    base = one.position[2] - one.size[2] / 2
    others = [other for other in place if other is not one and other.label]
    for other in others:
        top = other.position[2] + other.size[2] / 2
        inside = all(abs(one.position[axis] - other.position[axis]) <= other.size[axis] / 2 for axis in range(2))
        if inside and abs(base - top) <= _TOUCH and one.size[0] * one.size[1] < other.size[0] * other.size[1]:
            return f"on {other.label}"
    level = [other for other in others if abs(base - (other.position[2] - other.size[2] / 2)) < _LEVEL]
    beside = [(gap_between(one, other), other.label or "") for other in level if other.label != one.label]
    gap, label = min(beside, default=(np.inf, ""))
    return f"next_to {label}" if gap < 1.0 else "floor"


def gap_between(one: SceneObject, other: SceneObject) -> float:
    """Meters between two boxes seen from above."""
    gaps = [
        max(0.0, abs(one.position[axis] - other.position[axis]) - (one.size[axis] + other.size[axis]) / 2)
        for axis in range(2)
    ]
    return float(np.hypot(gaps[0], gaps[1]))


def counted(labels: Sequence[str | None]) -> dict[str, int]:
    """How many of each known label."""
    return dict(Counter(label for label in labels if label in _INDEX))
