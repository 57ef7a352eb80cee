"""The kind of a scene, from the labels, sizes and positions of its objects, by a small trained network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.inference.recognition.objects import softmax
from ml_core.inference.session import open_with_card
from ml_core.vocabulary.scene.labels import COUNTS_AS, FIRST_GROUPS, FIRST_LABELS, GROUP_OF
from ml_core.vocabulary.scene.scene_kinds import LONGEST_SIDE, MIXED
from ml_core.weights import WEIGHTS_FOLDER

SHIPPED = WEIGHTS_FOLDER / "scene_kind.onnx"
# One object tells next to nothing: a chair stands in every room.
LEAST_KNOWN = 2
# Objects stand on the floor when their lower side is this near to it, in meters.
_FLOOR_TOLERANCE = 0.15
_LEAST_EXTENT = 0.1
_MOST = 1e4
# A scene with a longer side than this (meters) is looked at in squares, too: the network learned single rooms.
_ROOM, _WINDOW = 12.0, 8.0
_LEAST_IN_WINDOW = 3

_INDEX = {label: index for index, label in enumerate(FIRST_LABELS)}
_INDEX |= {label: _INDEX[first] for label, first in COUNTS_AS.items()}
_GROUP_INDEX = np.array([list(FIRST_GROUPS).index(GROUP_OF[label]) for label in FIRST_LABELS])
LAYOUT_FEATURES: tuple[str, ...] = (
    "unknown share", "log objects", "log longer side", "log shorter side", "log height", "log objects per m2",
    "log footprint share", "share on the floor", "log largest object", "log median object",
)  # fmt: skip
FEATURES: tuple[str, ...] = (
    *(f"log count of {label}" for label in FIRST_LABELS),
    *(f"log count of {group}" for group in FIRST_GROUPS),
    *(f"footprint share of {label}" for label in FIRST_LABELS),
    *LAYOUT_FEATURES,
)


@dataclass(frozen=True)
class SceneObject:
    """One object of a scene.

    ``label`` is one of ``FIRST_LABELS`` or ``COUNTS_AS``; ``None`` and any other name count as unknown. ``size`` is the
    width, depth and height of its axis-aligned box and ``position`` the center of that box, in meters, Z up.
    """

    label: str | None
    size: tuple[float, float, float]
    position: tuple[float, float, float]


@dataclass(frozen=True)
class SceneKind:
    """The result for a scene.

    ``kind`` is ``None`` when the scene is like none of the kinds or has too few known objects to tell, and ``mixed``
    when it is larger than a room and its parts are surely of several kinds.
    ``confidence`` (0..1) is the calibrated chance of the best guess; ``ranking`` holds every kind with its chance, the
    best first, and is empty for a scene without objects.
    """

    kind: str | None
    confidence: float
    ranking: list[tuple[str, float]]


def features(objects: Sequence[SceneObject]) -> NDArray[np.float32]:
    """The network's input for a scene: (F,) float32, named by ``FEATURES``; the order of the objects is immaterial.

    Raises:
        InputError: no object at all; sizes or positions that are not three finite numbers; a negative size.
    """
    if not objects:
        raise InputError("a scene without objects has no features; expected at least 1 object, got 0")
    sizes = _triples([obj.size for obj in objects], "size")
    positions = _triples([obj.position for obj in objects], "position")
    if sizes.min() < 0:
        raise InputError("object {index}: a size is negative", index=int(np.argmin(sizes.min(axis=1))))
    named = np.array([_INDEX.get(obj.label or "", -1) for obj in objects])
    known = named >= 0
    counts = np.bincount(named[known], minlength=len(FIRST_LABELS))
    groups = np.bincount(_GROUP_INDEX, weights=counts, minlength=len(FIRST_GROUPS))
    footprint = np.clip(sizes[:, 0] * sizes[:, 1], 1e-6, _MOST**2)
    shares = np.bincount(named[known], weights=footprint[known], minlength=len(FIRST_LABELS)) / footprint.sum()
    layout = _layout(sizes, positions, footprint, float(1 - known.mean()))
    return np.concatenate([np.log1p(counts), np.log1p(groups), shares, layout]).astype(np.float32)


def _layout(
    sizes: NDArray[np.float64], positions: NDArray[np.float64], footprint: NDArray[np.float64], unknown: float
) -> NDArray[np.float64]:
    low, high = positions - sizes / 2, positions + sizes / 2
    extent = np.clip(high.max(axis=0) - low.min(axis=0), _LEAST_EXTENT, _MOST)
    area = extent[0] * extent[1]
    # Not the lowest object: one thing that has sunk into the ground must not lift all the others.
    floor = np.quantile(low[:, 2], 0.1)
    largest = np.clip(sizes.max(axis=1), 1e-3, _MOST)
    sides = np.log([max(extent[0], extent[1]), min(extent[0], extent[1]), extent[2], len(sizes) / area])
    return np.array([
        unknown, np.log(len(sizes)), *sides, np.log(footprint.sum() / area),
        np.mean(low[:, 2] < floor + _FLOOR_TOLERANCE), np.log(largest.max()), np.log(np.median(largest)),
    ])  # fmt: skip


def _triples(values: list[tuple[float, float, float]], name: str) -> NDArray[np.float64]:
    for index, value in enumerate(values):
        if np.shape(value) != (3,) or not np.isfinite(value).all():
            raise InputError(
                "object {index}: {name} must be three finite numbers, got {value!r}",
                index=index,
                name=name,
                value=value,
            )
    return np.array(values, dtype=np.float64)


def _known(objects: Sequence[SceneObject]) -> int:
    return sum(obj.label in _INDEX for obj in objects)


def _longer_side(objects: Sequence[SceneObject]) -> float:
    """The longer side in meters of the ground that the known things stand on."""
    places = _triples([obj.position for obj in objects if obj.label in _INDEX], "position")
    return float(np.ptp(places[:, :2], axis=0).max()) if len(places) else 0.0


def _windows(objects: Sequence[SceneObject]) -> list[list[SceneObject]]:
    """The things of a scene that is larger than a room, by squares as large as one; squares of few known things are
    left out. Empty for a scene that is no larger, or has a single such square."""
    side = _longer_side(objects)
    if side <= _ROOM or side > _MOST:
        return []
    places = _triples([obj.position for obj in objects], "position")[:, :2]
    cells = np.floor((places - places.min(axis=0)) / _WINDOW).astype(np.int64)
    by_cell: dict[tuple[int, int], list[SceneObject]] = {}
    for obj, (x, y) in zip(objects, cells.tolist(), strict=True):
        by_cell.setdefault((x, y), []).append(obj)
    rooms = [room for _, room in sorted(by_cell.items()) if _known(room) >= _LEAST_IN_WINDOW]
    return rooms if len(rooms) > 1 else []


_NEEDED = {"kinds": list[str], "temperature": float, "threshold": float, "features": list[str]}


class SceneKindModel:
    """A trained network and the facts of its card: kinds, temperature and threshold."""

    def __init__(self, session: Any, card: dict[str, Any]) -> None:
        self._session = session
        self.kinds: tuple[str, ...] = tuple(card["kinds"])
        self.temperature = float(card["temperature"])
        self.threshold = float(card["threshold"])

    @classmethod
    def load(cls, path: Path | str = SHIPPED, device: str = "auto") -> SceneKindModel:
        """The shipped weights, or those at ``path`` with their card beside them.

        Raises:
            InputError: the weights or the card are missing or damaged, or belong to other features than these.
        """
        session, card = open_with_card(path, _NEEDED, device)
        if card["features"] != list(FEATURES):
            raise InputError(
                "{card}: the weights were trained on other features; reinstall them",
                card=Path(path).with_suffix(".json"),
            )
        return cls(session, card)

    def recognize(self, objects: Sequence[SceneObject], *, threshold: float | None = None) -> SceneKind:
        """Recognize the kind of a scene.

        Args:
            objects: the objects of one scene, in any order.
            threshold: least ``confidence`` of a named kind, in place of the card's.

        Raises:
            InputError: sizes or positions that are not three finite numbers; a negative size.
        """
        if not objects:
            return SceneKind(None, 0.0, [])
        limit = self.threshold if threshold is None else threshold
        shares = self._shares([objects])[0]
        rooms = _windows(objects)
        found: set[str] = set()
        if rooms:
            each = self._shares(rooms)
            found = {self.kinds[int(item.argmax())] for item in each if item.max() >= limit}
            shares = self._in_parts(shares, each, rooms, _longer_side(objects))
        ranking = [(self.kinds[index], float(shares[index])) for index in np.argsort(-shares, kind="stable")]
        best, confidence = ranking[0]
        if _known(objects) < LEAST_KNOWN:
            return SceneKind(None, confidence, ranking)
        if confidence >= limit:
            return SceneKind(best, confidence, ranking)
        return SceneKind(MIXED if len(found) > 1 else None, confidence, ranking)

    def _shares(self, scenes: Sequence[Sequence[SceneObject]]) -> NDArray[np.float64]:
        """(N, kinds) chances of each scene as one place."""
        logits = self._session.run(["logits"], {"features": np.stack([features(scene) for scene in scenes])})[0]
        return softmax(logits / self.temperature)

    def _in_parts(
        self,
        whole: NDArray[np.float64],
        each: NDArray[np.float64],
        rooms: Sequence[Sequence[SceneObject]],
        side: float,
    ) -> NDArray[np.float64]:
        """The chances (kinds,) of a scene that is larger than a room: of the kinds that are as large from all of it, of
        the others from its parts, those with more known things counting more."""
        fits = np.array([LONGEST_SIDE.get(kind, np.inf) >= side for kind in self.kinds])
        weights = np.sqrt([_known(room) for room in rooms])
        parts = np.where(fits, 0, weights @ each / weights.sum())
        total = float(parts.sum())
        large = np.where(fits, whole, 0)
        if total <= 1e-9:
            return whole
        return np.asarray(large + (1 - large.sum()) * parts / total)
