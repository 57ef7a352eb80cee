"""Entries of the registries for the pieces of a sentence: the classes of every phrase that begins or continues there.

New garments, labels, hair styles or colors are found here as soon as they are registered, before any training.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.garments.pieces import PIECES
from ml_core.inference.language.lexicon import Lexicon, is_chinese, plural
from ml_core.inference.language.understanding.tagging.pieces import Piece, split
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.color_names import chinese_colors, english_colors
from ml_core.vocabulary.commands import Term
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.words import (
    commands_en,
    commands_zh,
    descriptions_en,
    descriptions_zh,
    people_en,
    people_zh,
    scene_en,
    scene_zh,
)

CLASSES = (
    "label", "group", "avatar", "type", "color", "garment", "fabric", "pattern", "hair", "haircolor", "job", "person",
    "target", "number", "length", "angle", "factor", "vague", "direction", "relation", "superlative", "ordinal",
    "preset", "view", "verb", "layer", "place", "part", "size", "ancestry", "skin", "beard", "height", "build", "age",
    "comparative", "degree", "not", "harmless", "silent", "all", "them", "selected", "hidden", "rest", "everything",
    "except", "only", "then", "name", "quoted", "collection", "same", "eye", "mark",
)  # fmt: skip
"""The order is that of the network's inputs."""
_INDEX = {name: index for index, name in enumerate(CLASSES)}
FEATURES = 2 * len(CLASSES)
_LANGUAGES = ((commands_en, scene_en, descriptions_en, people_en), (commands_zh, scene_zh, descriptions_zh, people_zh))

Extra = Mapping[str, str]
"""Phrases of one scene or one sentence with their class: taught labels, collections."""


@dataclass(frozen=True)
class Match:
    """``[start, end)`` of the pieces are a phrase of ``kind``."""

    start: int
    end: int
    kind: str


class Phrases:
    """Phrases by their first piece."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self.by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for phrase, kind in entries:
            keys = tuple(piece.key for piece in split(phrase.casefold()))
            if keys:
                found = self.by_first.setdefault(keys[0], [])
                if (keys, kind) not in found:
                    found.append((keys, kind))
        for found in self.by_first.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def at(self, keys: Sequence[str], place: int) -> Iterator[tuple[int, str]]:
        """Ends and kinds of the phrases that begin at ``place``, the longest first."""
        for phrase, kind in self.by_first.get(keys[place], ()):
            if tuple(keys[place : place + len(phrase)]) == phrase:
                yield place + len(phrase), kind


def matches_of(pieces: Sequence[Piece], extra: Extra | None = None) -> list[Match]:
    """Of each kind the longest phrase at each place, where no longer one of that kind covers it."""
    keys = [piece.key for piece in pieces]
    tables = [known_phrases()] + ([Phrases(extra.items())] if extra else [])
    found: list[Match] = []
    covered: dict[str, int] = {}
    for place, piece in enumerate(pieces):
        here: dict[str, int] = {}
        for table in tables:
            for end, kind in table.at(keys, place):
                here[kind] = max(here.get(kind, 0), end)
        if piece.kind in ("name", "quoted", "mark"):
            here[piece.kind] = place + 1
        if piece.kind == "number":
            here["color" if piece.key.startswith("#") else "number"] = place + 1
        for kind, end in here.items():
            if end > covered.get(kind, 0):
                found.append(Match(place, end, kind))
                covered[kind] = end
    return found


def features_of(pieces: Sequence[Piece], extra: Extra | None = None) -> NDArray[np.float32]:
    """(N, FEATURES): whether a phrase of each class begins, and whether one continues, at each piece."""
    values = np.zeros((len(pieces), FEATURES), np.float32)
    for match in matches_of(pieces, extra):
        index = _INDEX[match.kind]
        values[match.start, index] = 1
        values[match.start + 1 : match.end, len(CLASSES) + index] = 1
    return values


@cache
def known_phrases() -> Phrases:
    """Everything that the registries and the word tables of both languages have."""
    return Phrases(_entries())


def noun_terms(labels: Collection[str] = ()) -> dict[str, tuple[Term, str, bool]]:
    """Nouns of objects: what each names, its number (one, many or neither), and if it is narrower than its label."""
    lexicon = Lexicon(labels)
    return {
        word: (entry.term, entry.number, entry.is_narrow)
        for table in (lexicon.english, lexicon.chinese)
        for word, entry in table.items()
        if entry.role == "noun" and entry.term is not None
    }


def garment_words() -> dict[str, str]:
    """Words of the garments of the wardrobe, plurals among them, with the name of the piece."""
    words: dict[str, str] = {}
    for piece in PIECES:
        for word in piece.words:
            words[word.casefold()] = piece.name
            if not is_chinese(word) and not word.endswith("s"):
                words.setdefault(plural(word.casefold()), piece.name)
    return words


def _entries() -> Iterator[tuple[str, str]]:
    for word, (term, _, _) in noun_terms().items():
        if term.kind in ("label", "group", "avatar"):
            yield word, term.kind
    yield from ((name, "color") for name in english_colors())
    yield from ((name, "color") for name in chinese_colors())
    yield from ((word, "garment") for word in garment_words())
    for kind in FABRIC_KINDS.values():
        yield from ((word, "fabric") for word in (*kind.words_en, *kind.words_zh))
    for style in HAIR_STYLES.values():
        yield from ((word, "hair") for word in (*style.words_en, *style.words_zh))
    for beard in BEARDS.values():
        yield from ((word, "beard") for word in (*beard.words_en, *beard.words_zh))
    for outfit in OUTFIT_KINDS.values():
        yield from ((word, "job") for word in (*outfit.words_en, *outfit.words_zh))
    for target in TARGETS.values():
        yield from ((word, "target") for word in (*target.words_en, *target.words_zh))
    for commands, scene, people, looks in _LANGUAGES:
        yield from _of_commands(commands)
        yield from _of_scene(scene)
        yield from _of_people(people)
        yield from _of_looks(looks)


def _of_commands(words: object) -> Iterator[tuple[str, str]]:
    for names in words.ACTIONS.values():  # type: ignore[attr-defined]
        yield from ((name, "verb") for name in names)
    for role in ("not", "except", "only", "then"):
        yield from ((name, role) for name in words.ROLES[role])  # type: ignore[attr-defined]


def _of_scene(words: object) -> Iterator[tuple[str, str]]:
    tables = {
        "type": "TYPES", "relation": "RELATIONS", "direction": "DIRECTIONS", "superlative": "SUPERLATIVES",
        "ordinal": "ORDINALS", "number": "NUMBERS", "length": "LENGTHS", "angle": "ANGLES", "factor": "FACTORS",
        "vague": "VAGUE", "preset": "PRESETS", "view": "VIEWS",
    }  # fmt: skip
    for kind, table in tables.items():
        for names in getattr(words, table, {}).values():
            yield from ((name, kind) for name in names)
    for kind in ("all", "them", "selected", "hidden", "rest", "everything", "collection"):
        yield from ((name, kind) for name in words.PHRASES[kind])  # type: ignore[attr-defined]
    yield from ((name, "selected") for name in words.PHRASES["selection"])  # type: ignore[attr-defined]
    yield from ((name, "harmless") for name in words.HARMLESS)  # type: ignore[attr-defined]


def _of_people(words: object) -> Iterator[tuple[str, str]]:
    tables = {
        "skin": "SKIN", "haircolor": "HAIR", "height": "HEIGHT", "build": "BUILD", "age": "AGE", "person": "PEOPLE",
        "not": "NEGATIONS", "eye": "EYES",
    }  # fmt: skip
    for kind, table in tables.items():
        yield from ((name, kind) for name in getattr(words, table))
    for names in words.PRESENTATION.values():  # type: ignore[attr-defined]
        yield from ((name, "person") for name in names)
    for names in words.PARTS.values():  # type: ignore[attr-defined]
        yield from ((name, "part") for name in names)
    for names in words.SIZES.values():  # type: ignore[attr-defined]
        yield from ((name, "size") for name in names)
    kinds = {"top": "garment", "bottom": "garment", "worn": "garment", "suit": "garment", "hair": "hair", "eye": "eye",
             "skin": "skin"}  # fmt: skip
    for noun, kind in kinds.items():
        yield from ((name, kind) for name in words.NOUNS[noun])  # type: ignore[attr-defined]


def _of_looks(words: object) -> Iterator[tuple[str, str]]:
    for kind, table in (("ancestry", "ANCESTRY"), ("layer", "LAYERS"), ("job", "JOBS")):
        for names in getattr(words, table).values():
            yield from ((name, kind) for name in names)
    for names in words.PLACES.values():  # type: ignore[attr-defined]
        yield from ((name, "place") for name in names)
    rows = {
        "skin": "SKIN", "haircolor": "HAIR", "height": "HEIGHT", "build": "BUILD", "age": "AGE_WORDS", "person": "AGES",
        "beard": "BEARDS", "job": "JOB_NOUNS", "pattern": "PATTERNS", "degree": "DEGREES", "layer": "MAKEUP",
        "same": "SAME", "silent": "SILENT", "eye": "EYES",
    }  # fmt: skip
    for kind, table in rows.items():
        yield from ((name, kind) for name in getattr(words, table))
    for table in ("COMPARATIVES", "SIZE_COMPARATIVES", "COLOR_COMPARATIVES", "PRESENTATION_STEPS"):
        if words is people_en:
            yield from ((name, "comparative") for name in getattr(words, table))
    yield from ((name, "comparative") for name in (*words.MORE, *words.LESS, *getattr(words, "TAILS", ())))  # type: ignore[attr-defined]
    yield from ((name, "beard") for name in words.SHAVEN)  # type: ignore[attr-defined]
