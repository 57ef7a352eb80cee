"""A person's description as traits. An adjective belongs to the noun it stands with; what belongs nowhere is ignored,
and reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from ml_core.errors import InputError
from ml_core.inference.textures.layer_kinds import Layer
from ml_core.vocabulary.traits import AvatarTraits

from ..tokens import normalized
from ..understanding.people.changes import Change
from .description_traits import TraitCollector
from .description_words import DescriptionLexicon, Word, words_of
from .other_people import words_of_others

MOST_CHARACTERS = 2000
_GARMENTS = ("top", "bottom", "suit")
_BODY_PARTS = {
    "leg", "legs", "torso", "arm", "arms", "neck", "hip", "hips", "waist", "finger", "fingers", "hand", "hands", "foot",
    "feet", "back", "belly", "ear", "ears", "forehead", "shoulder", "shoulders",
}  # fmt: skip
"""Nouns of a body whose adjectives do not describe the person: "a short torso" does not make anybody short."""
_SEPARATORS = ("comma", "and")


@dataclass(frozen=True)
class Description:
    """A person as a sentence describes them.

    Args:
        traits: those that are understood; the others are ``None``.
        ignored: the words that are not, in order and as they were written. They have changed nothing.
        has_person: whether a noun names a person, such as "woman" or "doctor".
        layers: make-up, freckles, scars and the like on the skin.
        changes: comparisons with the avatar that is there, such as "taller".
        without: garments and kinds of layers that are excluded.
        is_about_others: whether a part of it is about somebody else, or about the past.
    """

    traits: AvatarTraits
    ignored: tuple[str, ...] = ()
    has_person: bool = False
    layers: tuple[Layer, ...] = ()
    changes: tuple[Change, ...] = ()
    without: tuple[str, ...] = ()
    is_about_others: bool = False

    @classmethod
    def nothing(cls) -> Description:
        return cls(AvatarTraits())


@lru_cache(maxsize=16)  # a panel asks for the same one each time it is drawn
def described_by_rules(text: str) -> Description:
    """Reads a description in English or Chinese.

    Raises:
        InputError: it is longer than :data:`MOST_CHARACTERS`.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError(
            "the description is longer than {most} characters; say it in fewer words", most=MOST_CHARACTERS
        )
    words, lexicon = words_of(normalized(text))
    reader = _Reader(words, lexicon)
    reader.read()
    place = {id(word): number for number, word in enumerate(words)}
    ignored = sorted(reader.ignored, key=lambda word: place[id(word)])
    listed = tuple(dict.fromkeys(word.text for word in ignored))
    is_about_others = bool(reader.others) or any(
        word.role == "not" and word.key not in lexicon.tables.PLAIN_NEGATIONS for word in words
    )
    return Description(reader.collector.traits(), listed, reader.collector.has_person, is_about_others=is_about_others)


class _Reader:
    """Goes through the words once, holding the adjectives since the last noun."""

    def __init__(self, words: list[Word], lexicon: DescriptionLexicon) -> None:
        self._words = words
        self._is_spaced = lexicon.is_spaced
        self.others = words_of_others(words, lexicon)
        self.collector = TraitCollector(lexicon.tables)
        self.ignored: list[Word] = []
        self._pending: list[Word] = []
        self._last: Word | None = None
        self._is_after_copula = False
        self._negation: list[Word] | None = None
        self._is_first = True

    def read(self) -> None:
        for number, word in enumerate(self._words):
            if number in self.others:
                self._skip(word)
                continue
            following = self._words[number + 1] if number + 1 < len(self._words) else None
            if self._negation is not None and self._is_negated(word, following):
                continue
            self._take(word, following)
        self._flush()

    def _skip(self, word: Word) -> None:
        """Passes over a word about somebody else."""
        self._flush()
        self._last = None
        if word.role in ("word", "measure", "noun", "not"):
            self.ignored.append(word)

    def _is_negated(self, word: Word, following: Word | None) -> bool:
        """Whether the negation still applies; its words are ignored."""
        assert self._negation is not None
        has_begun = any(item.role in ("word", "measure", "noun") for item in self._negation)
        # "not in a suit", "never wears a suit": what is denied comes after the break.
        is_over = word.role == "comma" or (word.role == "break" and has_begun) or word.key == "的"
        if word.role == "and":
            is_over = following is None or following.role in ("article", "break")
        if word.noun == "person" and any(item.role == "word" for item in self._negation):
            is_over = True  # "a not very tall man"
        if is_over:
            self._negation = None
            return False
        self._negation.append(word)
        if word.role not in ("article", "silent", "copula", "and", "break"):
            self.ignored.append(word)
        return True

    def _take(self, word: Word, following: Word | None) -> None:
        if word.role in ("word", "measure"):
            self._pending.append(word)
        elif word.role == "noun":
            self._noun(word, following)
        elif word.role in _SEPARATORS:
            if word.role == "comma" or (following is not None and following.role == "noun"):
                self._bind_to_last()
            if self._pending:
                self._pending.append(word)
        elif word.role == "not":
            self._flush()
            self.ignored.append(word)
            self._negation = [word]
        elif word.role in ("article", "break"):
            self._flush()
            if not self._is_after_copula:
                self._last = None
        elif word.role == "copula":
            self._flush()
        if word.role != "silent":
            self._is_after_copula = word.role == "copula"

    def _noun(self, noun: Word, following: Word | None) -> None:
        if following is not None and following.role == "noun" and _modifies(noun, following):
            self._say(noun)  # "dress shirt", "nurse uniform": the second is what is spoken of
            return
        is_compound = (
            self._is_spaced
            and noun.noun != "person"
            and following is not None
            and following.role == "word"
            and not following.is_known
            and not following.key.endswith(("ed", "ing"))
        )
        if is_compound:  # "eye patch"
            self.ignored += [word for word in (*self._pending, noun) if word.role not in _SEPARATORS]
            self._pending = []
            self._last = None
            return
        runs = _runs(self._pending)
        # "A short beard and" before "thin lips", "a yellow raincoat and" before "boots".
        ends_apart = bool(self._pending) and self._pending[-1].role in _SEPARATORS
        strange = [run for run in (runs if ends_apart else runs[:-1]) if not run[-1].is_known]
        self.ignored += [word for run in strange for word in run]
        runs = [run for run in runs if run not in strange]
        self._pending = []
        self._say(noun)
        self._last, self._is_first = noun, False
        left = self.collector.bind(noun.noun, [word for run in runs for word in run])
        near = runs[-1] if runs else []
        is_apart = [word for word in left if word.is_known and not any(word is item for item in near)]
        still = self.collector.bind("person", is_apart, is_distant=True) if noun.noun != "person" else is_apart
        self.ignored += [word for word in left if not any(word is item for item in is_apart)] + still

    def _say(self, noun: Word) -> None:
        if not self.collector.say(noun):
            self.ignored.append(noun)

    def _bind_to_last(self) -> None:
        """Adjectives that follow their noun: "eyes blue, hair blond", 皮肤很白."""
        if self._last is None or not self._pending:
            return
        runs = _runs(self._pending)
        if any(not run[-1].is_known for run in runs):
            return
        left = self.collector.bind(self._last.noun, [word for run in runs for word in run], is_late=True)
        kept = {id(word) for word in left}
        self._pending = [word for word in self._pending if id(word) in kept or word.role in _SEPARATORS]
        if not kept:
            self._pending = []

    def _flush(self) -> None:
        """Adjectives with no noun after them: of the noun before, else of the person; ignored after an unknown noun."""
        for run in _runs(self._pending):
            if not run[-1].is_known:
                is_head = self._is_first and not self.collector.has_person and len(run) > 1
                is_head = is_head and run[-1].key not in _BODY_PARTS
                # "An old fisherman with a beard": whoever that is, it is somebody old.
                self.ignored += self.collector.bind("person", run[:-1], is_distant=True) if is_head else run[:-1]
                self.ignored.append(run[-1])
                continue
            left = run
            if self._last is not None:
                left = self.collector.bind(self._last.noun, left, is_late=True)
            self.ignored += self.collector.bind("person", left, is_distant=True)
        self._is_first = self._is_first and not self._pending
        self._pending = []


def _modifies(noun: Word, following: Word) -> bool:
    if noun.noun in _GARMENTS:
        return following.noun in _GARMENTS
    return noun.noun == "person" and following.noun in (*_GARMENTS, "person")


def _runs(words: list[Word]) -> list[list[Word]]:
    """Words between separators."""
    groups = groupby(words, key=lambda word: word.role in _SEPARATORS)
    return [list(run) for is_separator, run in groups if not is_separator]
