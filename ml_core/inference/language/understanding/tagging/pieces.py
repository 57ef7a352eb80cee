"""A sentence as the pieces that the tagger labels: words, Chinese characters, numbers, names and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from ml_core.vocabulary.words.commands_zh import TRADITIONAL

Kind = Literal["word", "number", "name", "quoted", "mark"]

_QUOTES = {'"': '"', "“": "”", "‘": "’", "「": "」", "『": "』", "`": "`", "'": "'"}
_PIECE = re.compile(
    r"(?P<number>#[0-9a-f]{6}\b|\d+(?:[.,]\d+)?(?!\w*[_])|\d+)|(?P<word>[a-z\u00c0-\u024f]+(?:['’][a-z]+)?)|(?P<mark>\S)",
    re.IGNORECASE,
)
_SUFFIXES = ("'s", "’s")


@dataclass(frozen=True)
class Piece:
    """``text`` as it was written from ``start`` to ``end``; ``key`` as the tables have it."""

    text: str
    key: str
    start: int
    end: int
    kind: Kind

    @property
    def is_chinese(self) -> bool:
        return len(self.key) == 1 and "\u3400" <= self.key <= "\u9fff"


def plain(text: str) -> str:
    """Full-width letters as plain ones; apostrophes between letters are straight."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"(?<=\w)[’ʼ`´](?=\w)", "'", text)


def split(text: str, names: Collection[str] = ()) -> list[Piece]:
    """The pieces of a :func:`plain` text. Names of the scene are one piece each; nothing but spaces is dropped."""
    folded = text.casefold()
    if len(folded) != len(text):
        text = folded
    known = sorted({plain(name) for name in names if plain(name).casefold() in folded and name.strip()}, key=len)
    pieces: list[Piece] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        piece = _quoted(text, place) or _named(text, folded, place, known) or _plain_piece(text, folded, place)
        place = piece.end
        pieces += _split_suffix(piece)
    return pieces


def _quoted(text: str, place: int) -> Piece | None:
    close = _QUOTES.get(text[place])
    if close is None or (text[place] == "'" and place and text[place - 1].isalnum()):
        return None
    end = text.find(close, place + 1)
    if end <= place + 1 or (close == "'" and end + 1 < len(text) and text[end + 1].isalnum()):
        return None
    return Piece(text[place + 1 : end], text[place + 1 : end].casefold(), place, end + 1, "quoted")


def _named(text: str, folded: str, place: int, names: list[str]) -> Piece | None:
    if place and _joins(text[place - 1], text[place]):
        return None
    for name in reversed(names):
        end = place + len(name)
        if folded[place:end] == name.casefold() and not (end < len(text) and _joins(text[end - 1], text[end])):
            return Piece(name, name.casefold(), place, end, "name")
    return None


def _joins(left: str, right: str) -> bool:
    return all((item.isalnum() or item == "_") and not "\u3400" <= item <= "\u9fff" for item in (left, right))


def _plain_piece(text: str, folded: str, place: int) -> Piece:
    character = folded[place]
    if "\u3400" <= character <= "\u9fff":
        return Piece(text[place], character.translate(TRADITIONAL), place, place + 1, "word")
    match = _PIECE.match(folded, place)
    assert match is not None
    kind: Kind = match.lastgroup  # type: ignore[assignment]
    return Piece(text[place : match.end()], match.group(), place, match.end(), kind)


def _split_suffix(piece: Piece) -> list[Piece]:
    """Splits a genitive 's off its word."""
    if piece.kind == "word" and piece.key.endswith(_SUFFIXES) and piece.key not in _CONTRACTIONS:
        cut = len(piece.text) - 2
        head = replace(piece, text=piece.text[:cut], key=piece.key[:cut], end=piece.start + cut)
        return [head, Piece(piece.text[cut:], "'s", piece.start + cut, piece.end, "word")]
    return [piece]


_CONTRACTIONS = {
    "it's", "that's", "what's", "let's", "where's", "there's", "here's", "how's", "who's", "o'clock's",
}  # fmt: skip
