"""Labels that an artist taught by a few examples: the nearest class mean in the recogniser's embedding."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

FORMAT = "atelier taught labels"
VERSION = 1
# Cosine of object and mean from which on an object is "the same kind of thing"; see the card of the recogniser for
# what equal, similar and other objects reach.
SIMILAR = 0.72
_MOST_EXAMPLES = 64


class TaughtLabels:
    """Examples (unit embeddings) by label. The same file serves on every machine that has the same recogniser.

    ``weights`` is the SHA-256 of the recogniser's weights: embeddings of other weights mean nothing to it.
    """

    def __init__(self, weights: str, examples: dict[str, list[NDArray[np.float32]]] | None = None) -> None:
        self.weights = weights
        self._examples: dict[str, list[NDArray[np.float32]]] = examples or {}

    def __bool__(self) -> bool:
        return bool(self._examples)

    @property
    def counts(self) -> dict[str, int]:
        """How many examples each label has."""
        return {label: len(examples) for label, examples in self._examples.items()}

    def teach(self, label: str, embedding: NDArray[np.floating]) -> None:
        """One more example of ``label``; whatever the same object was taught as before is forgotten.

        Raises:
            InputError: a label that is no name, or an embedding of another size.
        """
        label = label.strip()
        if not label or len(label) > 40 or any(ord(letter) < 32 for letter in label):
            raise InputError(f"{label!r} cannot be a label: give a name of 1 to 40 letters")
        example = np.asarray(embedding, np.float32)
        others = next(iter(self._examples.values()), [example])
        if example.shape != others[0].shape:
            raise InputError(f"expected an embedding of shape {others[0].shape}, got {example.shape}")
        self.forget_example(example)
        kept = self._examples.setdefault(label, [])
        kept.append(example / max(float(np.linalg.norm(example)), 1e-9))
        del kept[:-_MOST_EXAMPLES]

    def forget_example(self, embedding: NDArray[np.floating]) -> None:
        """Unlearns the examples that are the same object as ``embedding``."""
        for label, examples in list(self._examples.items()):
            self._examples[label] = [one for one in examples if float(one @ embedding) < 0.999]
            if not self._examples[label]:
                del self._examples[label]

    def forget(self, label: str) -> None:
        """Unlearns ``label``; nothing happens when it was never taught."""
        self._examples.pop(label, None)

    def find(self, embeddings: NDArray[np.floating]) -> list[tuple[str, float] | None]:
        """For each of ``embeddings`` (N, E) the taught label that is near enough, and how near (0..1), or ``None``."""
        if not self._examples or not len(embeddings):
            return [None] * len(embeddings)
        labels = list(self._examples)
        means = np.stack([np.mean(self._examples[label], axis=0) for label in labels])
        best, near = nearest_means(embeddings, means)
        # A single example may lie far from the mean of its class and still be what was taught.
        return [
            (labels[index], float(share)) if share >= SIMILAR else None for index, share in zip(best, near, strict=True)
        ]

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "weights": self.weights,
            "labels": {
                label: [[round(float(value), 5) for value in example] for example in examples]
                for label, examples in self._examples.items()
            },
        }

    @classmethod
    def from_json(cls, data: Any, weights: str, name: str = "taught labels") -> TaughtLabels:
        """The labels in ``data``.

        Raises:
            InputError: it is no such file, or it was made with other weights.
        """
        try:
            if data["format"] != FORMAT or data["version"] != VERSION:
                raise ValueError("another format")
            examples = {
                str(label): [np.asarray(one, np.float32) for one in examples]
                for label, examples in data["labels"].items()
                if examples
            }
            sizes = {one.shape for kept in examples.values() for one in kept}
            if len(sizes) > 1 or any(len(shape) != 1 for shape in sizes):
                raise ValueError("examples of different sizes")
            made_with = str(data["weights"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"{name}: it holds no taught labels ({error})") from error
        if examples and made_with != weights:
            raise InputError(f"{name}: it was taught with other weights of the recognizer; teach the labels again")
        return cls(weights, examples)

    def save(self, path: Path) -> None:
        """Writes ``path``, a JSON file, atomically."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.write_text(json.dumps(self.to_json(), ensure_ascii=False), encoding="utf-8")
        os.replace(partial, path)

    @classmethod
    def load(cls, path: Path, weights: str) -> TaughtLabels:
        """The labels in ``path``; none when there is no such file.

        Raises:
            InputError: the file is damaged, or it was made with other weights.
        """
        if not path.is_file():
            return cls(weights)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: it cannot be read ({error}); remove it to start anew") from error
        return cls.from_json(data, weights, str(path))

    def merge(self, others: Iterable[tuple[str, list[NDArray[np.float32]]]]) -> None:
        """Adds the examples of another collection."""
        for label, examples in others:
            for example in examples:
                self.teach(label, example)

    def items(self) -> Iterable[tuple[str, list[NDArray[np.float32]]]]:
        return self._examples.items()


def nearest_means(
    embeddings: NDArray[np.floating], means: NDArray[np.floating]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each of ``embeddings`` (N, E) the index of the nearest of ``means`` (C, E) by cosine, and that cosine."""
    unit = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    cosines = np.asarray(embeddings, np.float64) @ unit.T
    best = cosines.argmax(axis=1)
    return best, cosines[np.arange(len(best)), best]
