"""The pieces of a sentence as the arrays that the tagger takes."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.inference.language.understanding.tagging.gazetteer import Extra, features_of
from ml_core.inference.language.understanding.tagging.pieces import Piece

PADDING, UNKNOWN = 0, 1
SPECIAL = ("<none>", "<unknown>", "<name>", "<quoted>", "<number>", "<color>")
BUCKETS = 4096
GRAMS = 12
"""Most character n-grams of a word; the rest of a long one is ignored."""


@dataclass(frozen=True)
class Encoded:
    """words (N,) int64; grams (N, GRAMS) int64, 0 where there are fewer; features (N, F) float32."""

    words: NDArray[np.int64]
    grams: NDArray[np.int64]
    features: NDArray[np.float32]


def encode(pieces: Sequence[Piece], vocabulary: Mapping[str, int], extra: Extra | None = None) -> Encoded:
    """The arrays of a sentence.

    Args:
        vocabulary: ids of words, from ``len(SPECIAL)`` on.
    """
    words = np.array([vocabulary.get(word_of(piece), UNKNOWN) for piece in pieces], np.int64)
    grams = np.zeros((len(pieces), GRAMS), np.int64)
    for place, piece in enumerate(pieces):
        hashes = grams_of(pieces, place) if piece.kind == "word" else []
        grams[place, : len(hashes)] = hashes
    return Encoded(words, grams, features_of(pieces, extra))


def word_of(piece: Piece) -> str:
    """The word that represents a piece in the vocabulary."""
    if piece.kind == "number":
        return "<color>" if piece.key.startswith("#") else "<number>"
    return f"<{piece.kind}>" if piece.kind in ("name", "quoted") else piece.key


def grams_of(pieces: Sequence[Piece], place: int) -> list[int]:
    """Hashed character n-grams (Bojanowski et al. 2017): of 3 and 4 letters with the ends of a word marked; of a
    Chinese character those with its neighbors."""
    piece = pieces[place]
    if piece.is_chinese:
        before = pieces[place - 1].key if place else "^"
        after = pieces[place + 1].key if place + 1 < len(pieces) else "$"
        rows = [f"{before}{piece.key}*", f"*{piece.key}{after}", f"{before}{piece.key}{after}"]
    else:
        marked = f"<{piece.key}>"
        rows = [marked[start : start + size] for size in (3, 4) for start in range(len(marked) - size + 1)]
    return [1 + zlib.crc32(row.encode()) % (BUCKETS - 1) for row in rows[:GRAMS]]
