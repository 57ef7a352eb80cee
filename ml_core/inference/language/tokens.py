"""A sentence as words with roles. Nothing is dropped: what is in no table becomes a token of the role ``unknown``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from ml_core.vocabulary.commands import Term
from ml_core.vocabulary.words.commands_zh import TRADITIONAL

from .lexicon import Entry, Lexicon, is_chinese

UNKNOWN = "unknown"
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+(?:['._\-/][^\W_\u3400-\u9fff]+)*")
_GAP = re.compile(r"[ \t\-_]+")
_MARKS = {",": "comma", "(": "comma", ")": "comma", ":": "comma", ";": "stop", ".": "stop", "!": "stop", "。": "stop"}
_MARKS |= {"\n": "stop", "\r": "stop", "?": "question mark", "—": "comma", "–": "comma", "…": "stop"}
_PART = re.compile(r"[^\W_\u3400-\u9fff]+(?:['.][^\W_\u3400-\u9fff]+)*")
_QUOTES = {'"': '"', "“": "”", "'": "'", "‘": "’", "「": "」", "『": "』", "`": "`"}


@dataclass(frozen=True)
class Token:
    """``text`` as it was written, from ``start`` to ``end`` of the normalized sentence, and its role."""

    text: str
    start: int
    end: int
    entry: Entry

    @property
    def role(self) -> str:
        return self.entry.role

    @property
    def is_chinese(self) -> bool:
        return is_chinese(self.text)


def normalized(text: str) -> str:
    """Full-width letters as plain ones, typographic apostrophes straight; quotation marks stay."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"(?<=\w)[’ʼ`´](?=\w)", "'", text)


def tokens_of(text: str, lexicon: Lexicon, names: Collection[str] = ()) -> list[Token]:
    """The words of a normalized ``text``.

    Args:
        names: of the objects in the scene. One of them is recognized without quotation marks unless it reads as plain
            words of a command: an object that somebody named "everything" must not change what a sentence means. With
            its capital it is a name all the same: "hide Crystal".
    """
    named = _names_in(text, names)
    bare = {name for name in named if any(token.role == UNKNOWN for token in tokens_of(name, lexicon))}
    bare |= {
        name for name, spellings in named.items() if any(is_written_as_name(text, spelling) for spelling in spellings)
    }
    found: list[Token] = []
    place = 0
    while place < len(text):
        if text[place] in " \t\u3000":
            place += 1
            continue
        token = _name(text, place, named, bare) or _token(text, place, lexicon)
        last = found[-1] if found else None
        if last is not None and last.end == place and _go_together(last, token):
            found.pop()
            token = Token(text[last.start : token.end], last.start, token.end, token.entry)
        found.append(token)
        place = token.end
    return found


def is_written_as_name(text: str, name: str) -> bool:
    """Whether the text has ``name`` with its capital inside of a sentence and without an article or its like: "Hide The
    Chair" may mean any of its kind."""
    found = re.search(rf"(?:^|(?P<before>\w+),? ){re.escape(name)}(?![\w.])", text)
    before = (found["before"] or "") if found is not None else ""
    return name[:1].isupper() and before.islower() and before not in _DETERMINERS


_DETERMINERS = (
    "the", "a", "an", "all", "every", "each", "any", "some", "this", "that", "these", "those", "my", "both", "no",
)  # fmt: skip


def _go_together(left: Token, right: Token) -> bool:
    """Whether two neighbors are one unknown word: Chinese is not spaced."""
    return left.role == right.role == UNKNOWN and left.is_chinese == right.is_chinese


def _token(text: str, place: int, lexicon: Lexicon) -> Token:
    character = text[place]
    if character in _MARKS:
        return Token(character, place, place + 1, Entry(_MARKS[character]))
    if character == "&":
        return Token(character, place, place + 1, Entry("and"))
    if is_chinese(character) or character == "、":
        return _chinese_word(text, place, lexicon)
    if (word := _WORD.match(text, place)) is not None:
        return _english_word(text, word, lexicon)
    return Token(character, place, place + 1, Entry(UNKNOWN))


def _chinese_word(text: str, place: int, lexicon: Lexicon) -> Token:
    for length in range(min(lexicon.most_characters, len(text) - place), 0, -1):
        entry = lexicon.chinese.get(text[place : place + length].translate(TRADITIONAL).casefold())
        if entry is not None:
            return Token(text[place : place + length], place, place + length, entry)
    return Token(text[place], place, place + 1, Entry(UNKNOWN))


def _english_word(text: str, word: re.Match[str], lexicon: Lexicon) -> Token:
    """The longest phrase of the lexicon that begins here; words are separated by spaces, hyphens or underscores."""
    place = word.start()
    ends: list[tuple[str, int]] = []
    phrase = ""
    at = place
    while len(ends) < lexicon.most_words:
        part = _PART.match(text, at)
        if part is None:
            break
        phrase = f"{phrase} {part.group()}".strip().casefold()
        ends.append((phrase, part.end()))
        gap = _GAP.match(text, part.end())
        if gap is None:
            break
        at = gap.end()
    for phrase, end in reversed(ends):
        # A hyphen or underscore belongs to the word: "chair_01" is not a chair.
        if phrase in lexicon.english and text[end : end + 1] not in ("-", "_", "/") and end >= place:
            return Token(text[place:end], place, end, lexicon.english[phrase])
    return Token(word.group(), place, word.end(), Entry(UNKNOWN))


def _name(text: str, place: int, named: dict[str, list[str]], bare: Collection[str]) -> Token | None:
    """An object's name: the text in quotation marks, verbatim, or one of ``bare`` that begins here."""
    close = _QUOTES.get(text[place])
    if close is not None and not (place and text[place - 1].isalnum() and text[place] == "'"):
        end = text.find(close, place + 1)
        if end > place + 1:
            return _as_name(text, place, end + 1, _spelled(text[place + 1 : end], named))
    if place and _joins(text[place - 1], text[place]):
        return None
    for folded in sorted(bare, key=len, reverse=True):
        end = place + len(folded)
        if text[place:end].casefold() != folded or (end < len(text) and _joins(text[end - 1], text[end])):
            continue
        return _as_name(text, place, end, _spelled(text[place:end], named))
    return None


def _as_name(text: str, start: int, end: int, name: str) -> Token:
    return Token(text[start:end], start, end, Entry("noun", term=Term("name", name)))


def _joins(left: str, right: str) -> bool:
    """Whether two neighbors belong to one word of an alphabet."""
    return all((item.isalnum() or item == "_") and not is_chinese(item) for item in (left, right))


def _spelled(name: str, named: dict[str, list[str]]) -> str:
    """The object's own spelling where the case differs and only one object is meant."""
    spellings = named.get(name.casefold(), [])
    return spellings[0] if len(spellings) == 1 and name not in spellings else name


def _names_in(text: str, names: Collection[str]) -> dict[str, list[str]]:
    """Those of ``names`` that stand in the text, by their folded spelling."""
    folded_text = text.casefold()
    found: dict[str, list[str]] = {}
    for name in names:
        folded = normalized(name).casefold()
        if folded.strip() and folded in folded_text:
            found.setdefault(folded, []).append(name)
    return found
