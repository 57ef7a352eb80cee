"""Labels that an artist taught by a few examples: the nearest of them in the recognizer's embedding.

An example keeps the views that the network saw, so that what was taught outlives the weights it was taught with.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import atomic_path, read_json
from ml_core.inference.recognition.views import CAMERAS, CHANNELS, SIZE

FORMAT = "atelier taught labels"
VERSION = 1
SIMILAR = 0.75
"""How near (0..1) an object has to be to the examples of a label to be the same kind of thing, by the embedding of a
classifier. Of the meshes of the split ``val``, equal objects in other sizes and turns reach 0.9 and more, objects of
another label seldom 0.7. The cards of recognizers with another embedding have a limit of their own."""
_SAME = 0.999
_MOST_EXAMPLES = 64
_MOST_NUMBERS = 65536
_SHAPE = (len(CAMERAS), CHANNELS, SIZE, SIZE)


class Embedder(Protocol):
    """The part of :class:`ml_core.ObjectRecognizer` that is needed here."""

    fingerprint: str
    similar: float

    def embed(self, views: NDArray[np.uint8], sizes: NDArray[np.float32]) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Example:
    """views: (6, 3, 64, 64) uint8; size: (4,) meters and a flag; embedding: (E,) unit vector of them."""

    views: NDArray[np.uint8]
    size: NDArray[np.float32]
    embedding: NDArray[np.float32]


class TaughtLabels:
    """Examples by label, for one recognizer."""

    def __init__(self, recognizer: Embedder) -> None:
        self._recognizer = recognizer
        self._examples: dict[str, list[Example]] = {}

    def __bool__(self) -> bool:
        return bool(self._examples)

    @property
    def counts(self) -> dict[str, int]:
        """How many examples each label has."""
        return {label: len(examples) for label, examples in self._examples.items()}

    def teach(self, label: str, example: Example) -> None:
        """One more example of ``label``; whatever the same object was taught as before is forgotten.

        Raises:
            InputError: a label that is not a name.
        """
        label = label.strip()
        if not _is_label(label):
            raise InputError("{label!r} cannot be a label: give a name of 1 to 40 letters", label=label)
        for other, examples in list(self._examples.items()):
            self._examples[other] = [item for item in examples if float(item.embedding @ example.embedding) < _SAME]
            if not self._examples[other]:
                del self._examples[other]
        kept = self._examples.setdefault(label, [])
        kept.append(example)
        del kept[:-_MOST_EXAMPLES]

    def forget(self, label: str) -> None:
        """Removes ``label`` and its examples; does nothing if it was never taught."""
        self._examples.pop(label, None)

    def merge(self, other: TaughtLabels) -> None:
        """Add the examples of ``other``, which take precedence over what was taught here."""
        for label, examples in other._examples.items():
            for example in examples:
                self.teach(label, example)

    def find(self, embeddings: NDArray[np.floating]) -> list[tuple[str, float] | None]:
        """For each of ``embeddings`` (N, E) the taught label that is near enough, and how near (0..1), or ``None``."""
        if not self._examples or not len(embeddings):
            return [None] * len(embeddings)
        labels = list(self._examples)
        examples = [np.stack([example.embedding for example in self._examples[label]]) for label in labels]
        best, near = nearest_labels(embeddings, examples)
        return [
            (labels[index], min(float(share), 1.0)) if share >= self._recognizer.similar else None
            for index, share in zip(best, near, strict=True)
        ]

    def save(self, path: Path) -> None:
        """Writes ``path``, a JSON file, atomically."""
        labels = {label: [_written(example) for example in examples] for label, examples in self._examples.items()}
        data = {"format": FORMAT, "version": VERSION, "weights": self._recognizer.fingerprint, "labels": labels}
        with atomic_path(path) as partial:
            partial.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path, recognizer: Embedder) -> TaughtLabels:
        """The labels in ``path``; none when there is no such file. Examples of other weights are recognized again.

        Raises:
            InputError: the file is damaged.
        """
        memory = cls(recognizer)
        if not path.is_file():
            return memory
        try:
            data = read_json(path, str(path))
            if data["format"] != FORMAT or data["version"] != VERSION:
                raise ValueError("another format")
            anew = data["weights"] != recognizer.fingerprint
            read = {label: [_read(example) for example in examples] for label, examples in data["labels"].items()}
            if not all(map(_is_label, read)):
                raise ValueError("a label that is not a name")
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, zlib.error) as error:
            raise InputError(
                "{path}: holds no taught labels ({reason!r}); remove it to start over", path=path, reason=error
            ) from error
        every = [example for examples in read.values() for example in examples]
        if every and not anew:  # a file can claim these weights and hold vectors of others
            shape = recognizer.embed(every[0].views[None], every[0].size[None])[0].shape
            anew = any(item.embedding.shape != shape for item in every)
        for label, examples in read.items():
            if anew and examples:
                views, sizes = (
                    np.stack([example.views for example in examples]),
                    np.stack([example.size for example in examples]),
                )
                embeddings = recognizer.embed(views, sizes)
                examples = [Example(o.views, o.size, e) for o, e in zip(examples, embeddings, strict=True)]
            if examples:
                memory._examples[label] = examples
        return memory


def nearest_labels(
    embeddings: NDArray[np.floating], examples: Sequence[NDArray[np.floating]]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each of ``embeddings`` (N, E) the index of the nearest of ``examples``, each (some, E), unit vectors, and how
    near it is: half by the cosine of their mean, half by that of the nearest of them."""
    rows = np.asarray(embeddings, np.float64)
    near = np.empty((len(rows), len(examples)))
    for index, of_label in enumerate(examples):
        mean = of_label.mean(axis=0)
        of_mean = rows @ (mean / max(float(np.linalg.norm(mean)), 1e-9))
        near[:, index] = (of_mean + (rows @ of_label.T).max(axis=1)) / 2
    best = near.argmax(axis=1)
    return best, near[np.arange(len(best)), best]


def _is_label(text: str) -> bool:
    return bool(text.strip()) and len(text) <= 40 and text.isprintable()


def _written(example: Example) -> dict[str, Any]:
    return {
        "views": base64.b64encode(zlib.compress(example.views.tobytes(), 9)).decode("ascii"),
        "size": [round(float(value), 4) for value in example.size],
        "embedding": [round(float(value), 5) for value in example.embedding],
    }


def _read(entry: dict[str, Any]) -> Example:
    most = int(np.prod(_SHAPE))
    raw = zlib.decompressobj().decompress(base64.b64decode(entry["views"]), most + 1)
    if len(raw) != most:
        raise ValueError("views of another size")
    size, embedding = np.array(entry["size"], np.float32), np.array(entry["embedding"], np.float32)
    if size.shape != (4,) or embedding.ndim != 1 or not 0 < embedding.size <= _MOST_NUMBERS:
        raise ValueError("a broken example")
    if not np.isfinite(embedding).all() or not np.isfinite(size).all():
        raise ValueError("a broken example")
    return Example(np.frombuffer(raw, np.uint8).reshape(_SHAPE), size, embedding)
