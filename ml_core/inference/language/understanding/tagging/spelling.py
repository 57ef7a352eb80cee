"""Typing errors in English words: an unknown word that is one or two letters away from exactly one known word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ml_core.inference.language.understanding.tagging.gazetteer import known_phrases
from ml_core.inference.language.understanding.tagging.pieces import Piece

_LEAST_LETTERS = 4
_SAFE = 6
_LONG = 8
"""Words of so many letters may hold two errors."""


@dataclass(frozen=True)
class Correction:
    """``written`` was read as ``meant``."""

    written: str
    meant: str


def corrected(
    pieces: Sequence[Piece],
    vocabulary: Collection[str],
    own: Iterable[str] = (),
    verbs: frozenset[str] = frozenset(),
) -> tuple[list[Piece], list[Correction]]:
    """The pieces with the spelling that was meant, and what was changed.

    Args:
        vocabulary: words that the network was trained on; they are spelled as they should be. own: words of the scene.
        verbs: candidates beside the words of the registries.
    """
    known = _registry_words()
    own_words = {word for phrase in own for word in phrase.casefold().split()}
    fixed, corrections = [], []
    for piece in pieces:
        word = piece.key
        if word in _COMMON:
            fixed.append(replace(piece, key=_COMMON[word]))
            corrections.append(Correction(piece.text, _COMMON[word]))
            continue
        is_plain = piece.kind == "word" and word.isascii() and len(word) >= _LEAST_LETTERS and "'" not in word
        if not is_plain or word in vocabulary or word in known or word in own_words:
            fixed.append(piece)
            continue
        meant = _nearest(word, verbs)
        if meant is None:
            fixed.append(piece)
            continue
        fixed.append(replace(piece, key=meant))
        corrections.append(Correction(piece.text, meant))
    return fixed, corrections


@cache
def _registry_words() -> frozenset[str]:
    return frozenset(
        word
        for rows in known_phrases().by_first.values()
        for phrase, _ in rows
        for word in phrase
        if word.isascii() and word.isalpha()
    )


_COMMON = {"teh": "the", "hte": "the", "adn": "and", "nad": "and", "taht": "that", "thier": "their", "wiht": "with"}
"""Misspellings of words that are too short for a comparison of letters."""


@cache
def _nearest(word: str, verbs: frozenset[str]) -> str | None:
    """The only word of the registries at the least distance; none where two are equally near."""
    most = 2 if len(word) >= _LONG else 1
    found: dict[str, int] = {}
    for known in _registry_words() | verbs:
        # Two letters more or less are another word: basketball is not baseball.
        if abs(len(known) - len(word)) <= 1 and len(known) >= _LEAST_LETTERS and known[0] == word[0]:
            steps = distance(word, known, most)
            if steps <= most and (len(word) >= _SAFE or _is_slip(word, known)):
                found[known] = steps
    if not found:
        return None
    least = min(found.values())
    nearest = [known for known, steps in found.items() if steps == least]
    return nearest[0] if len(nearest) == 1 else None


def _is_slip(word: str, known: str) -> bool:
    """Whether a short word can only be a typing error: letters swapped, doubled or left out. Replacing a letter often
    gives another word: a lamp that glows does not grow."""
    if sorted(word) == sorted(known):
        return True
    if len(word) == len(known) + 1:
        return any(
            word[:place] + word[place + 1 :] == known and word[place] == word[place - 1]
            for place in range(1, len(word))
        )
    return len(word) >= _LEAST_LETTERS + 1 and len(word) == len(known) - 1


def distance(a: str, b: str, most: int) -> int:
    """Letters added, left out, changed or swapped with a neighbor (Damerau 1964); over ``most``, any number over it."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        last, row = row, [i]
        for j, right in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = last
    return row[-1]
