"""Recognition of objects from their geometry: six small views of the mesh through a multi-view CNN."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.views import dimensions, render_views
from ml_core.inference.session import open_session

SHIPPED = Path(__file__).resolve().parents[1] / "weights" / "object_recognizer.onnx"
_BATCH = 16
_RANKED = 5
# Sizes (metres, largest dimension) outside of this come from a wrong unit and would only mislead.
_PLAUSIBLE = (0.02, 80.0)

# Five more looks are five more chances to be wrong: a turned object has to be this much like something learned.
_TURNED_KNOWN, _TURNED_CONFIDENCE = 0.93, 0.8

TURNS: dict[str, NDArray[np.float32]] = {
    "x-90": np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float32),
    "x+90": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32),
    "y-90": np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], np.float32),
    "y+90": np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32),
    "x+180": np.array([[1, 0, 0], [0, -1, 0], [0, 0, -1]], np.float32),
}
"""How to turn a thing that does not stand as it should: rotations (3, 3) by axis and degrees."""

Mesh = tuple[NDArray[np.floating], NDArray[np.integer]]


@dataclass(frozen=True)
class Recognition:
    """What one object is.

    ``label`` is ``None`` when the object is like nothing that was learned. ``confidence`` (0..1) is the calibrated
    chance that the best guess is right. ``ranking`` holds the five best guesses with their chances; ``known`` (0..1)
    is how much the object is like anything that was learned; ``embedding`` (E,) float32 is a unit vector in which like
    objects are near.
    """

    label: str | None
    confidence: float
    ranking: list[tuple[str, float]]
    known: float
    embedding: NDArray[np.float32]


class ObjectRecognizer:
    """A trained network and the facts of its card: class names, temperature and threshold."""

    def __init__(self, session: Any, card: dict[str, Any]) -> None:
        self._session = session
        self.labels: tuple[str, ...] = tuple(card["labels"])
        self.temperature = float(card["temperature"])
        self.threshold = float(card["threshold"])
        self.fingerprint = str(card.get("sha256", ""))

    @classmethod
    def load(cls, path: Path | str = SHIPPED, device: str = "auto") -> ObjectRecognizer:
        """The shipped weights, or those at ``path`` with their card beside them.

        Raises:
            InputError: the weights or the card are missing or damaged.
        """
        session = open_session(path, device)
        card_path = Path(path).with_suffix(".json")
        card = json.loads(card_path.read_text(encoding="utf-8"))
        if missing := {"labels", "temperature", "threshold"} - card.keys():
            raise InputError(f"{card_path}: the card lacks {', '.join(sorted(missing))}; reinstall the weights")
        return cls(session, card)

    def recognize(
        self, meshes: Sequence[Mesh], *, use_size: bool = True, threshold: float | None = None
    ) -> list[Recognition]:
        """What each mesh is.

        Args:
            meshes: pairs of vertices (V, 3) in metres, Z up, and triangles (T, 3) of indices into them.
            use_size: the vertices really are metres; else, and for implausible sizes, only the shape is looked at.
            threshold: least ``known`` of a named object, in place of the card's.

        Returns:
            one :class:`Recognition` a mesh, in their order; the same mesh always gives the same numbers.

        Raises:
            InputError: a mesh without triangles, with indices out of range, or with coordinates that are not finite.
        """
        for number, (vertices, triangles) in enumerate(meshes):
            check_mesh(vertices, triangles, f"mesh {number}")
        if not meshes:
            return []
        with ThreadPoolExecutor(2) as threads:
            views = list(threads.map(lambda mesh: render_views(*mesh), meshes))
        sizes = np.stack([_size_input(*mesh, use_size) for mesh in meshes])
        return self.recognize_views(np.stack(views), sizes, threshold=threshold)

    def recognize_any_way_up(
        self, meshes: Sequence[Mesh], *, use_size: bool = True, threshold: float | None = None
    ) -> list[tuple[Recognition, str]]:
        """As :meth:`recognize`; what is like nothing learned as it stands is tried on its other sides too.

        Returns:
            each with the turn (a key of TURNS) after which it was recognised, or ``""``.
        """
        results = [(result, "") for result in self.recognize(meshes, use_size=use_size, threshold=threshold)]
        limit = self.threshold if threshold is None else threshold
        lost = [index for index, (result, _) in enumerate(results) if result.label is None]
        sure = max(limit, _TURNED_KNOWN)
        for name, turn in TURNS.items():
            turned = [(np.asarray(meshes[index][0]) @ turn.T, meshes[index][1]) for index in lost]
            for index, found in zip(lost, self.recognize(turned, use_size=use_size, threshold=sure), strict=True):
                better = found.label is not None and found.confidence >= _TURNED_CONFIDENCE
                if better and (results[index][0].label is None or found.confidence > results[index][0].confidence):
                    results[index] = (found, name)
        return results

    def recognize_views(
        self, views: NDArray[np.uint8], sizes: NDArray[np.float32], *, threshold: float | None = None
    ) -> list[Recognition]:
        """As :meth:`recognize`, from views (N, 6, 3, 64, 64) of ``render_views`` and sizes (N, 4): metres, a flag."""
        limit = self.threshold if threshold is None else threshold
        results: list[Recognition] = []
        for first in range(0, len(views), _BATCH):
            batch = {"views": views[first : first + _BATCH], "sizes": sizes[first : first + _BATCH]}
            logits, known, embedding = self._session.run(["logits", "known", "embedding"], batch)
            shares = softmax(logits / self.temperature)
            likeness = 1 / (1 + np.exp(-known.astype(np.float64)))
            results += [self._result(*row, limit) for row in zip(shares, likeness, embedding, strict=True)]
        return results

    def _result(
        self, shares: NDArray[np.float64], known: float, embedding: NDArray[np.float32], limit: float
    ) -> Recognition:
        best = np.argsort(-shares, kind="stable")[:_RANKED]
        ranking = [(self.labels[index], float(shares[index])) for index in best]
        label = ranking[0][0] if known >= limit else None
        return Recognition(label, ranking[0][1], ranking, float(known), embedding)


def check_mesh(vertices: NDArray[np.floating], triangles: NDArray[np.integer], name: str) -> None:
    """Raises :class:`ml_core.errors.InputError` naming ``name`` when the mesh cannot be looked at."""
    if np.ndim(vertices) != 2 or np.shape(vertices)[1] != 3 or np.ndim(triangles) != 2 or np.shape(triangles)[1] != 3:
        raise InputError(f"{name}: vertices must be (V, 3) and triangles (T, 3)")
    if not len(triangles):
        raise InputError(f"{name}: it has no faces")
    if not np.isfinite(vertices).all():
        raise InputError(f"{name}: it has vertices that are not finite numbers")
    if triangles.min() < 0 or triangles.max() >= len(vertices):
        raise InputError(f"{name}: its triangles name vertices that do not exist")


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Softmax over the last axis, in double precision."""
    raised = np.exp((logits - logits.max(axis=-1, keepdims=True)).astype(np.float64))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _size_input(vertices: NDArray[np.floating], triangles: NDArray[np.integer], use_size: bool) -> NDArray[np.float32]:
    size = dimensions(vertices, triangles)
    trusted = use_size and _PLAUSIBLE[0] <= size.max() <= _PLAUSIBLE[1]
    return np.array([*size, trusted], dtype=np.float32)
