"""Recognition of objects from their geometry: six small views of the mesh through a multi-view CNN."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.inference.recognition.calibration import Calibration, calibration_of
from ml_core.inference.recognition.taught_labels import SIMILAR, Example
from ml_core.inference.recognition.views import Samples, dimensions, sample_surface, splat
from ml_core.inference.session import open_with_card
from ml_core.threads import allowed_threads
from ml_core.weights import WEIGHTS_FOLDER

SHIPPED = WEIGHTS_FOLDER / "object_recognizer.onnx"
_BATCH = 16
_RANKED = 5
# Sizes (meters, largest dimension) outside of this come from a wrong unit and would only mislead.
_PLAUSIBLE = (0.02, 80.0)

# A thing is turned when it is less sure than this as it stands, and gains this much by the turn: measured on the
# meshes of the split ``val``, laid on their backs and as they are.
_UNSURE, _GAIN, _TURNED_KNOWN = 0.5, 0.2, 0.9

TURNS: dict[str, NDArray[np.float32]] = {
    "x-90": np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float32),
    "x+90": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float32),
}
"""Rotations (3, 3) of an object that lies, by axis and degrees. Y and Z are what programs disagree on."""

Mesh = tuple[NDArray[np.floating], NDArray[np.integer]]


@dataclass(frozen=True)
class Recognition:
    """The result for one object.

    ``label`` is ``None`` when the object is like nothing that was learned. ``confidence`` (0..1) is the calibrated
    chance that the best guess is right. ``ranking`` holds the five best guesses with their chances; ``known`` (0..1)
    is how much the object is like anything that was learned; ``embedding`` (E,) float32 is a unit vector in which like
    objects are near.
    """

    label: str | None
    confidence: float
    ranking: list[tuple[str, float]]
    known: float
    embedding: NDArray[np.float32] = field(repr=False)

    @property
    def score(self) -> float:
        """Confidence that the object is of a known class and of this one: 0 without a label."""
        return self.known * self.confidence if self.label is not None else 0.0


@dataclass(frozen=True)
class Turned:
    """The result for an object as it stands, and, where more plausible, after ``turn`` (a key of TURNS)."""

    standing: Recognition
    lying: Recognition | None = None
    turn: str = ""


class ObjectRecognizer:
    """A trained network and the facts of its card: class names, temperature, calibration and threshold."""

    def __init__(self, session: Any, card: dict[str, Any]) -> None:
        self._session = session
        self.labels: tuple[str, ...] = tuple(card["labels"])
        self.temperature = float(card["temperature"])
        self.calibration = calibration_of(card, "the card of the weights")
        self.threshold = float(card["threshold"])
        self.fingerprint = str(card.get("sha256", ""))
        self.similar = float(card.get("similar", SIMILAR))

    @classmethod
    def load(cls, path: Path | str = SHIPPED, device: str = "auto") -> ObjectRecognizer:
        """The shipped weights, or those at ``path`` with their card beside them.

        Raises:
            InputError: the weights or the card are missing or damaged.
        """
        return cls(*open_with_card(path, {"labels": list[str], "temperature": float, "threshold": float}, device))

    def recognize(
        self, meshes: Sequence[Mesh], *, use_size: bool = True, threshold: float | None = None
    ) -> list[Recognition]:
        """Recognize each mesh.

        Args:
            meshes: pairs of vertices (V, 3) in meters, Z up, and triangles (T, 3) of indices into them.
            use_size: the vertices really are meters; else, and for implausible sizes, only the shape is used.
            threshold: least ``known`` of a named object, in place of the card's.

        Returns:
            one :class:`Recognition` a mesh, in their order; the same mesh always gives the same numbers.

        Raises:
            InputError: a mesh without triangles, with indices out of range, or with coordinates that are not finite.
        """
        return self.recognize_samples(_sampled(meshes), _sizes(meshes, use_size), threshold=threshold)

    def recognize_turned(
        self, meshes: Sequence[Mesh], *, use_size: bool = True, threshold: float | None = None
    ) -> list[Turned]:
        """As :meth:`recognize`; what is like nothing learned as it stands is also tried on its back and front."""
        samples, sizes = _sampled(meshes), _sizes(meshes, use_size)
        results = [Turned(result) for result in self.recognize_samples(samples, sizes, threshold=threshold)]
        lost = [index for index, item in enumerate(results) if item.standing.score < _UNSURE]
        for name, turn in TURNS.items():
            turned = [Samples(samples[i].points @ turn.T, samples[i].normals @ turn.T) for i in lost]
            measured = np.concatenate([sizes[lost, :3] @ np.abs(turn).T, sizes[lost, 3:]], axis=1)
            for index, found in zip(lost, self.recognize_samples(turned, measured, threshold=threshold), strict=True):
                current = results[index]
                best = current.standing.score + _GAIN if current.lying is None else current.lying.score
                if found.label is not None and found.known >= _TURNED_KNOWN and found.score > best:
                    results[index] = Turned(current.standing, found, name)
        return results

    def recognize_samples(
        self, samples: Sequence[Samples], sizes: NDArray[np.float32], *, threshold: float | None = None
    ) -> list[Recognition]:
        """As :meth:`recognize_views`, from the surface samples of each mesh."""
        if not samples:
            return []
        with ThreadPoolExecutor(allowed_threads(2)) as threads:
            views = list(threads.map(splat, samples))
        return self.recognize_views(np.stack(views), sizes, threshold=threshold)

    def recognize_views(
        self, views: NDArray[np.uint8], sizes: NDArray[np.float32], *, threshold: float | None = None
    ) -> list[Recognition]:
        """As :meth:`recognize`, from views (N, 6, 3, 64, 64) of ``render_views`` and sizes (N, 4): meters, a flag."""
        limit = self.threshold if threshold is None else threshold
        results: list[Recognition] = []
        for first in range(0, len(views), _BATCH):
            batch = {"views": views[first : first + _BATCH], "sizes": sizes[first : first + _BATCH]}
            logits, known, embedding = self._session.run(["logits", "known", "embedding"], batch)
            shares = self._chances(logits)
            likeness = 1 / (1 + np.exp(-known.astype(np.float64)))
            results += [self._result(*row, limit) for row in zip(shares, likeness, embedding, strict=True)]
        return results

    def embed(self, views: NDArray[np.uint8], sizes: NDArray[np.float32]) -> NDArray[np.float32]:
        """The embeddings (N, E), unit vectors, of views and sizes as :meth:`recognize_views` takes them."""
        return np.stack([result.embedding for result in self.recognize_views(views, sizes)])

    def example(self, vertices: NDArray[np.floating], triangles: NDArray[np.integer]) -> Example:
        """What :class:`TaughtLabels` remembers of a mesh that is given as to :meth:`recognize`.

        Raises:
            InputError: as :meth:`recognize`.
        """
        views = splat(_sampled([(vertices, triangles)])[0])
        size = _size_input(vertices, triangles, True)
        return Example(views, size, self.embed(views[None], size[None])[0])

    def _chances(self, logits: NDArray[np.float32]) -> NDArray[np.float64]:
        shares = softmax(logits / self.temperature)
        return shares if self.calibration == Calibration() else self.calibration.chances(shares)

    def _result(
        self, shares: NDArray[np.float64], known: float, embedding: NDArray[np.float32], limit: float
    ) -> Recognition:
        best = np.argsort(-shares, kind="stable")[:_RANKED]
        ranking = [(self.labels[index], float(shares[index])) for index in best]
        label = ranking[0][0] if known >= limit else None
        return Recognition(label, ranking[0][1], ranking, float(known), embedding)


def _sampled(meshes: Sequence[Mesh]) -> list[Samples]:
    for number, (vertices, triangles) in enumerate(meshes):
        check_mesh(vertices, triangles, f"mesh {number}")
    with ThreadPoolExecutor(allowed_threads(2)) as threads:
        return list(threads.map(lambda mesh: sample_surface(*mesh), meshes))


def _sizes(meshes: Sequence[Mesh], use_size: bool) -> NDArray[np.float32]:
    return np.array([_size_input(*mesh, use_size) for mesh in meshes], np.float32).reshape(-1, 4)


def check_mesh(vertices: NDArray[np.floating], triangles: NDArray[np.integer], name: str) -> None:
    """Raises :class:`ml_core.errors.InputError` naming ``name`` when the mesh cannot be rendered."""
    if np.ndim(vertices) != 2 or np.shape(vertices)[1] != 3 or np.ndim(triangles) != 2 or np.shape(triangles)[1] != 3:
        raise InputError("{name}: vertices must be (V, 3) and triangles (T, 3)", name=name)
    if not len(triangles):
        raise InputError("{name}: it has no faces", name=name)
    if not np.isfinite(vertices).all():
        raise InputError("{name}: it has vertices that are not finite numbers", name=name)
    if triangles.min() < 0 or triangles.max() >= len(vertices):
        raise InputError("{name}: its triangles name vertices that do not exist", name=name)


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Softmax over the last axis, in double precision."""
    raised = np.exp((logits - logits.max(axis=-1, keepdims=True)).astype(np.float64))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _size_input(vertices: NDArray[np.floating], triangles: NDArray[np.integer], use_size: bool) -> NDArray[np.float32]:
    size = dimensions(vertices, triangles)
    trusted = use_size and _PLAUSIBLE[0] <= size.max() <= _PLAUSIBLE[1]
    return np.array([*size, trusted], dtype=np.float32)
