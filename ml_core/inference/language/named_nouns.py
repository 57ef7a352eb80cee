"""Nouns that only the names of objects have: car_taxi is what "the taxi" means."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from types import ModuleType

from ml_core.inference.language.lexicon import Lexicon, is_chinese
from ml_core.inference.language.tokens import normalized
from ml_core.inference.language.understanding.tagging.gazetteer import known_phrases, noun_terms
from ml_core.vocabulary.color_names import english_colors
from ml_core.vocabulary.words import constructions_en, scene_en
from ml_core.vocabulary.words.object_nouns import chinese_nouns

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[\u3400-\u9fff]+")
_MOST_WORDS = 4
_SHORTEST = 4
"""Letters of a word that names may be found by; shorter ones are often codes, such as geo or mid."""
_SHORTEST_END = 5
"""Letters of a word that may end another, as hydrant ends firehydrant."""
_LONGEST_CHINESE = 8
"""Characters of the longest Chinese noun that is looked for."""
_HOLDERS = ("bottle", "can", "jar", "carton", "bin")
"""What a thing is in that is called by what it holds."""
_ROOMS = {
    "kitchen",
    "office",
    "street",
    "garden",
    "lobby",
    "workshop",
    "hall",
    "bedroom",
    "bathroom",
    "yard",
    "park",
    "shop",
}
"""Rooms that say a sort of a thing, as in kitchen sink."""
_INDEFINITE = ("a", "an", "another", "new", "more", "some")
_SIZES = {"big", "small", "large", "little", "tall", "short", "left", "right", "other", "same", "first", "last", "new"}


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without numbers: ("car", "taxi") of Car_Taxi.001 and carTaxi."""
    return tuple(part.lower() for part in _PARTS.findall(normalized(name)))


def is_called(name: str, noun: str) -> bool:
    """Whether all words of a noun in the singular are in a name: "police car" and "police" of car_police, 出租车 of
    car_taxi."""
    words = words_of(name)
    if is_chinese(noun):
        return noun in "".join(words) or any(is_called(name, english) for english in chinese_nouns().get(noun, ()))
    wanted = noun.lower().replace("_", " ").split()
    joined = "".join(wanted)
    singles = {single for word in words for single in _singular(word)}
    is_end = len(joined) >= _SHORTEST_END and any(word.endswith(joined) for word in singles)
    if len(wanted) > 1 and all(any(_stands_for(word, part) for part in singles) for word in wanted):
        return True
    if len(wanted) == 2 and wanted[1] in _HOLDERS and wanted[1] not in singles:
        return wanted[0] in singles  # ketchup_03 is a ketchup bottle
    return bool(wanted) and (set(wanted) <= singles or joined in singles or is_end)


def _stands_for(word: str, part: str) -> bool:
    """Whether a part of a name is a word, or short for it: conf of ConfTable is conference."""
    return part == word or (len(part) >= _SHORTEST and len(word) >= len(part) + 3 and word.startswith(part))


def nouns_of_names(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Nouns of a sentence that have a meaning only as names of objects, in the singular: "taxi", "police car".

    Words that have a meaning in sentences anyway are not among them; a whole name is found by itself.
    """
    words = re.findall(r"[a-z]+", normalized(text).lower())
    if not names:
        return ()
    if is_chinese(text):
        return (*_chinese_nouns(normalized(text), names), *_english_nouns(words, names))
    return _english_nouns(words, names)


def _chinese_nouns(text: str, names: Collection[str]) -> Iterator[str]:
    """Nouns of a Chinese sentence without a label whose English words are in names: 出租车, for car_taxi."""
    table, known = chinese_nouns(), Lexicon().chinese
    written = {" ".join(words_of(name)) for name in names}
    place = 0
    while place < len(text):
        ends = range(min(place + _LONGEST_CHINESE, len(text)), place, -1)
        noun = next((text[place:end] for end in ends if text[place:end] in table or text[place:end] in known), "")
        if noun in table and noun not in known and any(is_called(name, noun) for name in written):
            yield noun
        place += len(noun) or 1


def _english_nouns(words: Sequence[str], names: Collection[str]) -> tuple[str, ...]:
    """As :func:`nouns_of_names`, of the English words of a sentence."""
    if not words:
        return ()
    singles = {single: word for word in set(words) for single in _singular(word)}
    written = set(map(words_of, names))  # thousands of objects have few names but for their numbers
    parts = {part for name in written for part in name if len(part) >= _SHORTEST}
    rare = {
        single
        for single, word in singles.items()
        if len(single) >= _SHORTEST
        and not (_is_known(word) or _is_known(single))
        and (single in parts or (len(single) >= _SHORTEST_END and any(part.endswith(single) for part in parts)))
    }
    unknown = {single for single in singles if len(single) > _SHORTEST + 2 and not _is_known(single)}
    short = {word for word in unknown - rare if any(_stands_for(word, part) for part in parts)}
    rare |= short
    rare -= {word for run in _runs(words) if _is_label(" ".join(run)) for word in run}  # "bedside lamps" are lamps
    found = dict.fromkeys(sorted(rare - short))
    for first, second in itertools.pairwise(words):
        holder = next((single for single in _singular(second) if single in _HOLDERS), None)
        if first in rare and holder is not None:
            found[f"{first} {holder}"] = None
    for start in range(len(words)):
        is_definite = start > 0 and words[start - 1] not in _INDEFINITE
        for run in _runs_at(words, start):
            noun = " ".join(run)
            if not _is_label(noun) and any(_has_run(name, run, rare, is_definite) for name in written):
                found[noun] = None
    return tuple(found)


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (run for start in range(len(words)) for run in _runs_at(words, start))


def _runs_at(words: Sequence[str], start: int) -> Iterator[tuple[str, ...]]:
    """Runs of two to four words from an index on, the last word in the singular."""
    for end in range(start + 2, min(start + _MOST_WORDS, len(words)) + 1):
        yield from ((*words[start : end - 1], last) for last in _singular(words[end - 1]))


def _has_run(words: tuple[str, ...], run: tuple[str, ...], rare: set[str], is_definite: bool) -> bool:
    """Whether words that stand side by side are all of a name's ``words``, one of them being a word of names alone; or
    the name writes them as one word, or they are a sort of a label: "desk chair", "the old bench", not "an old bench".
    """
    if "".join(run) in words:
        return not all(map(_is_function, run))
    if not all(any(_stands_for(word, part) for part in words) for word in run):
        return False
    if not rare.isdisjoint(run) and not any(map(_is_function, run)):
        return True
    is_kind = len(run) == 2 and _is_label(run[1]) and run[0] not in english_colors() and run[0] not in _SIZES
    is_sort = not _is_function(run[0]) or run[0] in _ROOMS
    return is_kind and (_is_label(run[0]) or (is_definite and is_sort))


def _singular(word: str) -> Iterator[str]:
    yield word
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
        if word.endswith("ies"):
            yield f"{word[:-3]}y"


def _is_known(word: str) -> bool:
    """Whether a word has a meaning in sentences beside that of an object's name."""
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
    """The words of the constructions, and those for where, which and how many."""
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
                    yield from (item for item in value if isinstance(item, str))


def _is_function(word: str) -> bool:
    """Whether a word has a part in sentences beside that of a noun: lamps have one, though there is "lamp light"."""
    return word in _function_words() and not _is_label(word)
