"""What kind of scene it is, from the names, sizes and places of its objects, through a small trained network."""

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
from ml_core.vocabulary.labels import GROUP_OF, GROUPS, LABELS
from ml_core.weights import WEIGHTS_FOLDER

SHIPPED = WEIGHTS_FOLDER / "scene_kind.onnx"
# One object tells next to nothing: a chair stands in every room.
LEAST_KNOWN = 2
# Objects stand on the floor when their lower side is this near to it, in meters.
_FLOOR_TOLERANCE = 0.15
_LEAST_EXTENT = 0.1
_MOST = 1e4

_INDEX = {label: index for index, label in enumerate(LABELS)}
_GROUP_INDEX = np.array([list(GROUPS).index(GROUP_OF[label]) for label in LABELS])
LAYOUT_FEATURES: tuple[str, ...] = (
    "unknown share", "log objects", "log longer side", "log shorter side", "log height", "log objects per m2",
    "log footprint share", "share on the floor", "log largest object", "log median object",
)  # fmt: skip
FEATURES: tuple[str, ...] = (
    *(f"log count of {label}" for label in LABELS),
    *(f"log count of {group}" for group in GROUPS),
    *(f"footprint share of {label}" for label in LABELS),
    *LAYOUT_FEATURES,
)


@dataclass(frozen=True)
class SceneObject:
    """One object of a scene.

    ``label`` is one of ``LABELS``; ``None`` and any other name count as unknown. ``size`` is the width, depth and
    height of its axis-aligned box and ``position`` the center of that box, in meters, Z up.
    """

    label: str | None
    size: tuple[float, float, float]
    position: tuple[float, float, float]


@dataclass(frozen=True)
class SceneKind:
    """What a scene is.

    ``kind`` is ``None`` when the scene is like none of the kinds or has too few known objects to tell.
    ``confidence`` (0..1) is the calibrated chance of the best guess; ``ranking`` holds every kind with its chance, the
    best first, and is empty for a scene without objects.
    """

    kind: str | None
    confidence: float
    ranking: list[tuple[str, float]]


def features(objects: Sequence[SceneObject]) -> NDArray[np.float32]:
    """What the network sees of a scene: (F,) float32, named by ``FEATURES``; the order of the objects is immaterial.

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
    counts = np.bincount(named[known], minlength=len(LABELS))
    groups = np.bincount(_GROUP_INDEX, weights=counts, minlength=len(GROUPS))
    footprint = np.clip(sizes[:, 0] * sizes[:, 1], 1e-6, _MOST**2)
    shares = np.bincount(named[known], weights=footprint[known], minlength=len(LABELS)) / footprint.sum()
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
        """What kind of scene these objects make.

        Args:
            objects: the objects of one scene, in any order.
            threshold: least ``confidence`` of a named kind, in place of the card's.

        Raises:
            InputError: sizes or positions that are not three finite numbers; a negative size.
        """
        if not objects:
            return SceneKind(None, 0.0, [])
        logits = self._session.run(["logits"], {"features": features(objects)[None]})[0]
        shares = softmax(logits / self.temperature)[0]
        ranking = [(self.kinds[index], float(shares[index])) for index in np.argsort(-shares, kind="stable")]
        known = sum(obj.label in _INDEX for obj in objects)
        limit = self.threshold if threshold is None else threshold
        best, confidence = ranking[0]
        return SceneKind(best if known >= LEAST_KNOWN and confidence >= limit else None, confidence, ranking)
