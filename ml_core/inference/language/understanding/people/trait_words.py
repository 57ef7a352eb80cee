"""Phrases of looks inside a span: each is found once, in tables of both languages; the rest is not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from ml_core.inference.language.lexicon import is_chinese
from ml_core.inference.language.understanding.tagging.gazetteer import Phrases, garment_words
from ml_core.inference.language.understanding.tagging.pieces import Piece
from ml_core.inference.language.understanding.tagging.spans import Span, joined
from ml_core.vocabulary.avatar.designs import DESIGNS
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.words import descriptions_en, descriptions_zh, people_en, people_zh

_BOTH = ((descriptions_en, people_en), (descriptions_zh, people_zh))


@cache
def rows(name: str) -> Mapping[str, Any]:
    """A table of both languages by word: of :mod:`descriptions_en` and :mod:`people_en`, and the Chinese ones."""
    found: dict[str, Any] = {}
    for people, looks in _BOTH:
        for words in (people, looks):
            table = getattr(words, name, None)
            if isinstance(table, Mapping):
                found |= table
            elif table is not None:
                found |= dict.fromkeys(table, True)
    return found


@cache
def inverse(name: str) -> Mapping[str, Any]:
    """A table of words by meaning, inverted."""
    found: dict[str, Any] = {}
    for people, looks in _BOTH:
        for words in (people, looks):
            for meaning, names in getattr(words, name, {}).items():
                for word in names:
                    found.setdefault(word, meaning)
    return found


@cache
def outfits() -> Mapping[str, str]:
    """Kinds of outfits by the words of jobs, and by their own."""
    found = {word.casefold(): kind.id for kind in OUTFIT_KINDS.values() for word in (*kind.words_en, *kind.words_zh)}
    return {**inverse("JOBS"), **found}


@cache
def garments() -> Mapping[str, str]:
    return garment_words()


@cache
def outfit_words() -> tuple[str, ...]:
    """Words of all outfits: business, 正装."""
    return tuple(word for kind in OUTFIT_KINDS.values() for word in (*kind.words_en, *kind.words_zh))


@cache
def fabrics() -> Mapping[str, str]:
    return {word: kind.id for kind in FABRIC_KINDS.values() for word in (*kind.words_en, *kind.words_zh)}


@cache
def designs() -> Mapping[str, str]:
    return {word: design.id for design in DESIGNS.values() for word in (*design.words_en, *design.words_zh)}


@cache
def silent() -> Phrases:
    return Phrases([(word, "silent") for word in (*people_en.SILENT, *people_zh.SILENT)])


@cache
def _phrases(words: frozenset[str]) -> Phrases:
    return Phrases([(word, word) for word in words])


class Finder:
    """Takes phrases out of the pieces of a span."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self._pieces: list[Piece | None] = list(span.pieces)
        self.is_chinese = any(is_chinese(piece.key) for piece in span.pieces)

    def copy(self) -> Finder:
        """A copy in the same state."""
        twin = Finder(self.span)
        twin._pieces = list(self._pieces)
        return twin

    def take(self, table: Mapping[str, Any]) -> Any:
        """Removes the longest phrase of ``table`` that is left and returns its meaning; ``None`` without one."""
        found = self.take_word(table)
        return None if found is None else table[found]

    def take_word(self, table: Mapping[str, Any]) -> str | None:
        """As :meth:`take`, the phrase itself."""
        phrases = _phrases(frozenset(table))
        best: tuple[int, int, str] | None = None
        keys = [piece.key if piece is not None else "\0" for piece in self._pieces]
        for place in range(len(keys)):
            for end, word in phrases.at(keys, place):
                if best is None or end - place > best[1] - best[0]:
                    best = (place, end, word)
        if best is None:
            return None
        for place in range(best[0], best[1]):
            self._pieces[place] = None
        return best[2]

    def has(self, words: Sequence[str]) -> bool:
        """Whether one of the words is there, taken or not."""
        phrases = _phrases(frozenset(words))
        keys = [piece.key for piece in self.span.pieces]
        return any(True for place in range(len(keys)) for _ in phrases.at(keys, place))

    def left(self) -> list[str]:
        """The remaining words that carry a meaning."""
        keys = [piece.key if piece is not None else "\0" for piece in self._pieces]
        place, words = 0, []
        while place < len(keys):
            piece = self._pieces[place]
            end = next((end for end, _ in silent().at(keys, place)), 0)
            if piece is None or piece.kind == "mark":
                place += 1
            elif end:
                place = end
            else:
                words.append(piece)
                place += 1
        return _grouped(words)


def _grouped(pieces: Sequence[Piece]) -> list[str]:
    """Chinese characters that stood together are one word again."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and piece.is_chinese and groups[-1][-1].is_chinese and groups[-1][-1].end == piece.start:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [joined(group) for group in groups]
