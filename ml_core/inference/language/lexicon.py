"""The words of commands by what they do in a sentence, from the tables of both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Literal

from ml_core.vocabulary.commands import Term
from ml_core.vocabulary.scene.labels import GROUPS, LABELS
from ml_core.vocabulary.targets import TARGETS
from ml_core.vocabulary.words import commands_en as command_words_en
from ml_core.vocabulary.words import commands_zh as command_words_zh

Number = Literal["", "one", "many"]


@dataclass(frozen=True)
class Entry:
    """What a word does.

    Args:
        role: ``verb``, ``noun``, ``target``, or a role of the tables.
        value: the action of a verb, the id of a target.
        term: what a noun names.
        number: whether a noun is singular or plural; empty where the language does not mark it.
        is_narrow: the noun is narrower than its label.
    """

    role: str
    value: str = ""
    term: Term | None = None
    number: Number = ""
    is_narrow: bool = False


class Lexicon:
    """Entries by their words: ``english`` by words with single spaces between, ``chinese`` by characters."""

    def __init__(self, labels: Collection[str] = ()) -> None:
        """``labels``: what the artist taught or wrote beside the learned labels. The tables take precedence."""
        self.english: dict[str, Entry] = dict(_english())
        self.chinese: dict[str, Entry] = dict(_chinese())
        for label in labels:
            self._add_taught(label)
        self.most_words = max(word.count(" ") + 1 for word in self.english)
        self.most_characters = max(map(len, self.chinese))

    def _add_taught(self, label: str) -> None:
        word = " ".join(label.casefold().replace("_", " ").split()).translate(command_words_zh.TRADITIONAL)
        if not word or label in LABELS or _reads_as_command(word):
            return
        term = Term("label", label)
        ways = {word: Entry("noun", term=term)} if is_chinese(word) else dict(_counted(word, term))
        table = self.chinese if is_chinese(word) else self.english
        for way, entry in ways.items():
            table.setdefault(way, entry)


def _reads_as_command(label: str) -> bool:
    """Whether a label is made of words of commands, nouns aside: "except the chairs" must not change a sentence."""
    roles = [entry.role if entry is not None else "" for entry in _segments(label)]
    return "" not in roles and any(role != "noun" for role in roles)


def _segments(label: str) -> Iterator[Entry | None]:
    """The entries of its words; ``None`` for words in no table."""
    if not is_chinese(label):
        yield from (_english().get(word) for word in label.split())
        return
    place = 0
    while place < len(label):
        ends = range(len(label), place, -1)
        end = next((end for end in ends if label[place:end] in _chinese()), place + 1)
        yield _chinese().get(label[place:end])
        place = end


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in the text."""
    return any("\u3400" <= character <= "\u9fff" for character in text)


@cache
def _english() -> MappingProxyType[str, Entry]:
    words = command_words_en
    found: dict[str, Entry] = {}
    for label in LABELS:
        found |= dict(_counted(label.replace("_", " "), Term("label", label)))
    for group in GROUPS:
        if group in words.GROUPS:
            found |= dict(_counted(group.replace("_", " "), Term("group", group)))
    for word, term, is_narrow in _nouns(words):
        found |= dict(_counted(word, term, is_narrow))
    return MappingProxyType(found | _others(words))


@cache
def _chinese() -> MappingProxyType[str, Entry]:
    nouns = {word: Entry("noun", term=term, is_narrow=narrow) for word, term, narrow in _nouns(command_words_zh)}
    return MappingProxyType(nouns | _others(command_words_zh))


def _nouns(words: ModuleType) -> Iterator[tuple[str, Term, bool]]:
    for group, names in words.GROUPS.items():
        for name in names:
            yield name, Term("group", group), False
    for name in words.AVATARS:
        yield name, Term("avatar"), False
    for table, is_narrow in ((words.NARROWER, True), (words.LABELS, False)):
        for label, names in table.items():
            whole = (label.replace("_", " "), *words.LABELS.get(label, ()))
            for name in names:
                is_sort = is_narrow or any(name != item and name.endswith(item) for item in whole)
                yield name, Term("label", label, said=name if is_sort else ""), is_narrow


def _others(words: ModuleType) -> dict[str, Entry]:
    """Words that are not nouns."""
    found = {name: Entry(role) for role, names in words.ROLES.items() for name in names}
    found |= {name: Entry("verb", action) for action, names in words.ACTIONS.items() for name in names}
    found |= {name: Entry("target", target) for target in TARGETS for name in words.TARGETS[target]}
    return found


def _counted(word: str, term: Term, is_narrow: bool = False) -> Iterator[tuple[str, Entry]]:
    """An English noun in both numbers."""
    if word in command_words_en.UNCOUNTED:
        yield word, Entry("noun", term=term, is_narrow=is_narrow)
        return
    yield word, Entry("noun", term=term, number="one", is_narrow=is_narrow)
    yield plural(word), Entry("noun", term=term, number="many", is_narrow=is_narrow)


def plural(phrase: str) -> str:
    """The plural of an English noun, whose last word carries it; of "piece of furniture" it is the first."""
    if " of " in phrase:
        head, of, rest = phrase.partition(" of ")
        return plural(head) + of + rest
    before, space, word = phrase.rpartition(" ")
    if word in command_words_en.IRREGULAR:
        word = command_words_en.IRREGULAR[word]
    elif word.endswith(("s", "x", "ch", "sh", "z")):
        word += "es"
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        word = word[:-1] + "ies"
    else:
        word += "s"
    return before + space + word
