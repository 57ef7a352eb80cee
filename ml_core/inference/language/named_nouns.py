"""Nouns that only the names of objects have: car_taxi is what "the taxi" means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from types import ModuleType

from ml_core.inference.language.lexicon import Lexicon, is_chinese
from ml_core.inference.language.tokens import normalized
from ml_core.inference.language.understanding.tagging.gazetteer import known_phrases, noun_terms
from ml_core.vocabulary.color_names import english_colors
from ml_core.vocabulary.words import constructions_en, scene_en

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[\u3400-\u9fff]+")
_MOST_WORDS = 4
_SHORTEST = 4
"""Letters of a word that names may be found by; shorter ones are often codes, such as geo or mid."""
_SHORTEST_END = 5
"""Letters of a word that may end another, as hydrant ends firehydrant."""
_DEFINITE = ("the", "that", "this", "both", "my")
_SIZES = {"big", "small", "large", "little", "tall", "short", "left", "right", "other", "same", "first", "last", "new"}


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without numbers: ("car", "taxi") of Car_Taxi.001 and carTaxi."""
    return tuple(part.lower() for part in _PARTS.findall(normalized(name)))


def is_called(name: str, noun: str) -> bool:
    """Whether all words of a noun in the singular are in a name: "police car" and "police" of car_police."""
    words = words_of(name)
    if is_chinese(noun):
        return noun in "".join(words)
    wanted = noun.lower().replace("_", " ").split()
    joined = "".join(wanted)
    is_end = len(joined) >= _SHORTEST_END and any(word.endswith(joined) for word in words)
    return bool(wanted) and (set(wanted) <= set(words) or is_end)


def nouns_of_names(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Nouns of a sentence that mean nothing but what objects are called, in the singular: "taxi", "police car".

    Words that sentences may have otherwise are none; a name as a whole is found by itself.
    """
    words = re.findall(r"[a-z]+", normalized(text).lower())
    if not words or not names:
        return ()
    singles = {single: word for word in set(words) for single in _singular(word)}
    parts = {part for name in names for part in words_of(name) if len(part) >= _SHORTEST}
    rare = {
        single
        for single, word in singles.items()
        if len(single) >= _SHORTEST
        and not (_is_known(word) or _is_known(single))
        and (single in parts or (len(single) >= _SHORTEST_END and any(part.endswith(single) for part in parts)))
    }
    found = dict.fromkeys(sorted(rare))
    for start in range(len(words)):
        for count in range(2, _MOST_WORDS + 1):
            run = words[start : start + count]
            if len(run) < count:
                break
            for last in _singular(run[-1]):
                noun = " ".join((*run[:-1], last))
                is_definite = start > 0 and words[start - 1] in _DEFINITE
                if not _is_label(noun) and any(_has_run(name, (*run[:-1], last), rare, is_definite) for name in names):
                    found[noun] = None
    return tuple(found)


def _has_run(name: str, run: tuple[str, ...], rare: set[str], is_definite: bool) -> bool:
    """Whether words that stand side by side are all of a name's, one of them being a word of names alone; or the name
    writes them as one word, or they are a kind of a label: "desk chair", "the old bench"."""
    words = words_of(name)
    if "".join(run) in words:
        return not all(map(_is_function, run))
    if not set(run) <= set(words):
        return False
    if not rare.isdisjoint(run) and not any(map(_is_function, run)):
        return True
    is_kind = len(run) == 2 and _is_label(run[1]) and run[0] not in english_colors() and run[0] not in _SIZES
    return is_kind and (_is_label(run[0]) or (is_definite and not _is_function(run[0])))


def _singular(word: str) -> Iterator[str]:
    yield word
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
        if word.endswith("ies"):
            yield f"{word[:-3]}y"


def _is_known(word: str) -> bool:
    """Whether sentences may have a word that stands for no object's name."""
    return _is_function(word) or any(end == 1 for end, _ in known_phrases().at([word], 0))


def _is_label(noun: str) -> bool:
    return noun in _labels()


@cache
def _labels() -> dict[str, str]:
    """The labels of nouns in the singular."""
    return {
        word: term.value
        for word, (term, number, _) in noun_terms().items()
        if term.kind == "label" and number != "many"
    }


@cache
def _function_words() -> frozenset[str]:
    """The words of the constructions, and those that say where, which and how many."""
    sources = [source for patterns in constructions_en.CONSTRUCTIONS.values() for source in patterns]
    sources += [constructions_en.POLITE_BEFORE, constructions_en.POLITE_AFTER, constructions_en.BETWEEN_STEPS,
                constructions_en.MOTION_BEFORE]  # fmt: skip
    words = {word for source in sources for word in re.findall(r"[a-z]+", re.sub(r"\{[a-z_0-9]+\}", "", source))}
    words |= {word for phrase in _phrases(scene_en) for word in phrase.split()}
    words |= {word for word, entry in Lexicon().english.items() if entry.role != "noun"}
    return frozenset(words)


def _phrases(words: ModuleType) -> Iterator[str]:
    for table in vars(words).values():
        if isinstance(table, dict):
            for key, value in table.items():
                if isinstance(key, str):
                    yield key
                if isinstance(value, tuple):
                    yield from (one for one in value if isinstance(one, str))


def _is_function(word: str) -> bool:
    return word in _function_words()
