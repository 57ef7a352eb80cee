"""Examples as arrays, in groups of one length each, so that no batch needs padding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.language.sampling import OUTSIDE, Example
from ml_core.inference.language.understanding.tagging.encoding import GRAMS, SPECIAL, encode, word_of


@dataclass
class Group:
    """Sentences of one length: words (N, T), grams (N, T, G), features (N, T, F) bytes, tags (N, T), domains (N,)."""

    words: NDArray[np.int32]
    grams: NDArray[np.int32]
    features: NDArray[np.uint8]
    tags: NDArray[np.int64]
    domains: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.words)


def vocabulary_of(drawn: Iterable[Example], written: Iterable[Example], most: int, least: int = 5) -> list[str]:
    """The ``most`` frequent words after :data:`SPECIAL`: those that were ``drawn`` at least ``least`` times, which
    excludes misspelled ones, and all words that people have ``written``."""
    counts: Counter[str] = Counter()
    for example in drawn:
        counts.update(word_of(piece) for piece in example.pieces if word_of(piece) not in example.taught)
    counts = Counter({word: count for word, count in counts.items() if count >= least})
    for example in written:
        counts.update(word_of(piece) for piece in example.pieces)
    words = [word for word, _ in counts.most_common(most + len(SPECIAL)) if word not in SPECIAL]
    return [*SPECIAL, *words[:most]]


def tags_of(examples: Iterable[Example]) -> list[str]:
    """All tags, the outside first."""
    found = {tag for example in examples for tag in example.tags}
    kinds = sorted({tag[2:] for tag in found if tag != OUTSIDE})
    return [OUTSIDE, *(f"{mark}-{kind}" for kind in kinds for mark in "BI")]


def groups_of(
    examples: Sequence[Example], vocabulary: Sequence[str], tags: Sequence[str], domains: Sequence[str], most: int = 48
) -> list[Group]:
    """The examples of at most ``most`` pieces by their length."""
    word_ids = {word: index for index, word in enumerate(vocabulary)}
    tag_ids = {tag: index for index, tag in enumerate(tags)}
    by_length: dict[int, list[Example]] = {}
    for example in examples:
        if 0 < len(example.pieces) <= most:
            by_length.setdefault(len(example.pieces), []).append(example)
    groups = []
    for length, members in sorted(by_length.items()):
        encoded = [encode(example.pieces, word_ids, example.taught) for example in members]
        groups.append(
            Group(
                np.stack([item.words for item in encoded]).astype(np.int32),
                np.stack([item.grams for item in encoded]).astype(np.int32).reshape(len(members), length, GRAMS),
                np.stack([item.features for item in encoded]).astype(np.uint8),
                np.array([[tag_ids.get(tag, 0) for tag in example.tags] for example in members], np.int64),
                np.array([domains.index(example.domain) for example in members], np.int64),
            )
        )
    return groups
