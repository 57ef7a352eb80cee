"""A description as words, each with the roles that it can have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Literal

from ml_core.vocabulary.words import descriptions_en as words_en
from ml_core.vocabulary.words import descriptions_zh as words_zh
from ml_core.vocabulary.words.commands_zh import TRADITIONAL

from ..lexicon import is_chinese
from .measures import Measure, measures_in

WordRole = Literal["noun", "word", "measure", "break", "article", "copula", "and", "comma", "not", "silent"]

_CARRY_NOTHING: tuple[WordRole, ...] = ("article", "break", "copula", "and", "silent")
"""What an English word in a Chinese sentence may be without being named as not understood."""


@dataclass(frozen=True)
class Word:
    """One word.

    Args:
        text: as it was written; ``key`` as it stands in the tables.
        noun: kind of a noun: a color trait, ``suit``, ``stature``, ``person``, or a part of the face.
        is_known: whether any table has it.
    """

    text: str
    key: str
    role: WordRole
    noun: str = ""
    measure: Measure | None = None
    is_known: bool = True


@dataclass(frozen=True)
class DescriptionLexicon:
    """The tables of one language by word."""

    tables: ModuleType
    roles: dict[str, tuple[WordRole, str]]
    longest: int

    @property
    def is_spaced(self) -> bool:
        return self.tables is words_en


@cache
def lexicon_of(tables: ModuleType) -> DescriptionLexicon:
    """``tables`` is :mod:`words_en` or :mod:`words_zh`."""
    roles: dict[str, tuple[WordRole, str]] = {}
    adjectives = (
        *tables.COLORS, *tables.SKIN, *tables.HAIR, *tables.EYES, *tables.PERSON_SKIN, *tables.PERSON_HAIR,
        *tables.SHADES, *tables.HEIGHT, *tables.BUILD, *tables.AGE, *tables.STYLE_ADJECTIVES,
        *(word for names in tables.SIZES.values() for word in names),
        *(word for names in tables.OUTFITS.values() for word in names),
    )  # fmt: skip
    roles |= {word: ("word", "") for word in adjectives}
    for way in (way for ways in tables.HAIR_STYLES.values() for way in ways):
        if tables is words_zh or not adjectives_of(tables, way):
            roles[way] = ("noun", "hair") if way not in tables.STYLE_ADJECTIVES else ("word", "")
        roles |= {word: ("word", "") for word in adjectives_of(tables, way)}
    for kind, names in (*tables.NOUNS.items(), *tables.PARTS.items()):
        roles |= {name: ("noun", kind) for name in names}
    people = (*tables.PEOPLE, *(name for names in tables.PRESENTATION.values() for name in names))
    roles |= {name: ("noun", "person") for name in people}
    plain: dict[WordRole, tuple[str, ...]] = {
        "break": tables.BREAKS, "article": tables.ARTICLES, "copula": tables.COPULAS, "and": tables.CONJUNCTIONS,
        "not": tables.NEGATIONS, "silent": tables.SILENT,
    }  # fmt: skip
    for role, names in plain.items():
        roles |= {name: (role, "") for name in names if name not in roles}
    roles = {word.casefold(): entry for word, entry in roles.items()}
    longest = max((word.count(" ") + 1 if tables is words_en else len(word)) for word in roles)
    return DescriptionLexicon(tables, roles, longest)


def adjectives_of(tables: ModuleType, way: str) -> tuple[str, ...]:
    """The adjectives in a hair style's name, such as long and wavy; empty for a name of its own."""
    if tables is words_zh:
        before = way.removesuffix("发").removesuffix("头")
        return tuple(before) if way.endswith("发") and set(before) <= set(words_zh.HAIR_ADJECTIVES) else ()
    return tuple(way.split()[:-1]) if way.endswith(" hair") and not way.startswith(("no ", "without ")) else ()


def words_of(text: str) -> tuple[list[Word], DescriptionLexicon]:
    """The words of a normalized text, and the lexicon of its language."""
    lexicon = lexicon_of(words_zh if is_chinese(text) else words_en)
    key = text.translate(TRADITIONAL).casefold() if is_chinese(text) else text.casefold()
    if len(key) != len(text):  # a letter whose small form is two: spellings are then shown in lower case
        text = key
    words: list[Word] = []
    place = 0
    for measure in measures_in(key):
        words += _plain(text, key, place, measure.start, lexicon)
        words.append(Word(measure.text, measure.text, "measure", measure=measure))
        place = measure.end
    return words + list(_plain(text, key, place, len(text), lexicon)), lexicon


def _plain(text: str, key: str, start: int, end: int, lexicon: DescriptionLexicon) -> Iterator[Word]:
    place = start
    read = _english if lexicon.is_spaced else _chinese
    while place < end:
        if key[place].isspace():
            place += 1
        elif key[place] in ",.;:!?()。、/":
            yield Word(text[place], key[place], "comma")
            place += 1
        else:
            word, length = read(text[:end], key[:end], place, lexicon)
            yield word
            place += length


def _english(text: str, key: str, place: int, lexicon: DescriptionLexicon) -> tuple[Word, int]:
    """The longest known phrase; of a compound that is not known ("red-haired") the first part."""
    run = re.compile(r"#[0-9a-f]{6}\b|[^\W_]+(?:['\-][^\W_]+)*|.", re.DOTALL)
    ends: list[int] = []
    at = place
    while len(ends) < lexicon.longest and (part := run.match(key, at)) is not None:
        ends.append(part.end())
        if not key[part.end() : part.end() + 1].isspace():
            break
        at = part.end() + 1
    for end in reversed(ends):
        if (entry := lexicon.roles.get(key[place:end])) is not None:
            return Word(text[place:end], key[place:end], *entry), end - place
    whole = key[place : ends[0]]
    if whole.endswith("n't"):
        return Word(text[place : ends[0]], whole, "not"), len(whole)
    if whole.startswith("#") and len(whole) == 7:
        return Word(whole, whole, "word"), 7
    head, hyphen, tail = whole.partition("-")
    if hyphen and (head in lexicon.roles or tail in lexicon.roles):
        entry = lexicon.roles.get(head)
        word = Word(text[place : place + len(head)], head, *(entry or ("word", "")), is_known=entry is not None)
        return word, len(head) + 1
    if whole.endswith("'s") and whole[:-2] in lexicon.roles:
        return Word(text[place : place + len(whole) - 2], whole[:-2], *lexicon.roles[whole[:-2]]), len(whole)
    return Word(text[place : ends[0]], whole, "word", is_known=False), ends[0] - place


def _chinese(text: str, key: str, place: int, lexicon: DescriptionLexicon) -> tuple[Word, int]:
    """The longest known word; characters that no table knows stay together."""
    if (length := _known_length(key, place, lexicon)) > 0:
        word = key[place : place + length]
        role, noun = lexicon.roles[word]
        following = key[place + length : place + length + 1]
        begins_other = length == 1 and noun not in ("", "person") and following and is_chinese(following)
        if not (begins_other and not _known_length(key, place + length, lexicon)):
            return Word(text[place : place + length], word, role, noun), length
    latin = re.compile(r"[a-z0-9][a-z0-9\-']*").match(key, place)
    end = latin.end() if latin is not None else place + 1
    if latin is not None:
        role, _ = lexicon_of(words_en).roles.get(latin.group(), ("word", ""))
        if role in _CARRY_NOTHING:
            return Word(text[place:end], latin.group(), role), end - place
    while latin is None and end < len(key) and is_chinese(key[end]) and not _known_length(key, end, lexicon):
        end += 1
    return Word(text[place:end], key[place:end], "word", is_known=False), end - place


def _known_length(key: str, place: int, lexicon: DescriptionLexicon) -> int:
    for length in range(min(lexicon.longest, len(key) - place), 0, -1):
        if key[place : place + length] in lexicon.roles:
            return length
    return 0
