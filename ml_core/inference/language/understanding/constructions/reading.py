"""Reads sentences in which every clause is one of the listed constructions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from ml_core.errors import InputError
from ml_core.inference.language.clauses import MisreadError
from ml_core.inference.language.lexicon import is_chinese
from ml_core.inference.language.understanding.commands.amounts import (
    angle_of,
    count_of,
    factor_of,
    length_of,
    resolution_of,
    share_of,
)
from ml_core.inference.language.understanding.commands.objects import Vocabulary
from ml_core.inference.language.understanding.commands.steps import settled
from ml_core.inference.language.understanding.constructions.acting import acting
from ml_core.inference.language.understanding.constructions.building import BUILDERS
from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrase, NounPhrases
from ml_core.inference.language.understanding.constructions.patterns import Filled, compiled, matched
from ml_core.inference.language.understanding.people.trait_words import garments, outfit_words
from ml_core.inference.language.understanding.tagging.pieces import split
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.words import color_of, meaning
from ml_core.vocabulary.commands import ADDED_TYPES, SHADES, SceneCommand, Term
from ml_core.vocabulary.words import constructions_en, constructions_zh

FIRST = ("keep_delete", "hide_unselected")
"""Constructions that are tried before the rules, beside motions: "delete the others" means others of the kind that is
kept, and 没选中的 negates no command."""
_MOST_CHARACTERS = 200
"""Longer sentences are left to the tagger: a pattern tries every way to part a text."""
_SPAN_KINDS = {
    "objects": "OBJ", "kept": "EXC", "anchors": "DST", "surface": "DST", "color": "COL", "relation": "REL",
    "percent": "AMT", "length": "AMT", "angle": "AMT", "factor": "AMT", "axis": "DIR", "direction": "DIR",
    "side": "DIR", "preset": "PRESET", "view": "PRESET", "resolution": "AMT", "superlative": "OBJ", "dimension": "DIR",
    "name": "NAME", "noun": "NEW", "new": "NEW", "place": "REF", "lights": "OBJ", "people": "NEW",
    "clothes": "garment", "element": "OBJ", "sky": "PRESET", "finish": "COL", "coat": "COL", "dye": "COL",
    "shade": "SHADE", "shade_alone": "SHADE", "degree": "DEGREE", "worn": "garment", "look": "garment",
}  # fmt: skip
_ARTICLES = re.compile(
    r"^(?:the|my|a|an|one|some|another|two|three|four|five|six|seven|eight|nine|ten|twelve|"
    r"一|两|三|四|五|六|七|八|九|十|几|\d+)"
)
_NAME = re.compile(r"[\"'“‘]?([^\s\"'“”‘’,，。;；]{1,63})[\"'”’]?|[\"“]([^\"“”]{1,63})[\"”]")

_INDEFINITE = re.compile(r"(?:a|an)\s|一[个把张盏件只台辆棵]")
_MOST_PEOPLE = 100
_FLOOR = ("the floor", "the ground", "地上", "地板")
_PERSONS = ("her", "him", "she", "he", "they", "他", "她", "他们", "她们")
_OF_THINGS = ("swap_two", "grow", "grow_a_bit", "times_as", "to_center", "to_center_of", "to_wall", "to_corner",
              "finish", "color_finish", "shade", "darken", "lighten", "saturate", "desaturate",
              "place", "place_facing", "place_two", "color", "color_two", "color_three", "stack", "match_size",
              "match_color")  # fmt: skip

Unread = Callable[[str], Sequence[str]]


def read_constructions(
    text: str, vocabulary: Vocabulary, names: Collection[str], unread: Unread, which: Collection[str] = (),
    all_names: Collection[str] = (),
) -> tuple[list[SceneCommand], tuple[Span, ...]] | None:  # fmt: skip
    """The steps of a plain text and the interpretation of its parts; ``None`` where any clause is not a construction.

    Args:
        names: of objects that stand in the text for themselves. unread: the words of a description of a person that
            are not understood; raises :class:`InputError` where it describes no person. which: names of constructions;
            all of them where none is named. all_names: of all objects in the scene.
    """
    lowered = text.lower()
    if len(text) > _MOST_CHARACTERS or len(lowered) != len(text):
        return None
    reader = _Reader(text, NounPhrases(vocabulary, names, text, all_names), names, unread, which)
    found = reader.clauses(lowered)
    try:
        return (settled(found), tuple(reader.spans)) if found else None
    except MisreadError:
        return None  # the tagger says what is missing


class _Reader:
    def __init__(
        self, text: str, phrases: NounPhrases, names: Collection[str], unread: Unread, which: Collection[str]
    ) -> None:
        self._which = which
        self._text, self._unread, self._names = text, unread, names
        self._chinese = is_chinese(text)
        self._words: ModuleType = constructions_zh if self._chinese else constructions_en
        self._phrases = phrases
        self.spans: list[Span] = []

    def clauses(self, lowered: str) -> list[SceneCommand]:
        """Reads the longest part that is one construction, then the rest after a separator."""
        cuts = [(found.start(), found.end()) for found in re.finditer(self._words.BETWEEN_STEPS, lowered)]
        steps: list[SceneCommand] = []
        start = 0
        while start < len(lowered):
            ends = [(len(lowered), len(lowered)), *reversed([cut for cut in cuts if cut[0] > start])]
            for end, after in ends:
                if step := self._clause(lowered, start, end):
                    steps += step
                    start = after
                    break
            else:
                return []
        return steps

    def _clause(self, lowered: str, start: int, end: int) -> list[SceneCommand]:
        before = re.compile(self._words.POLITE_BEFORE).match(lowered, start, end)
        start = before.end() if before is not None else start
        part = lowered[start:end]
        after = re.search(rf"{self._words.POLITE_AFTER}$", part)
        bare = part[: after.start()].strip() if after is not None else part.strip()
        start += len(part) - len(part.lstrip())
        if (step := acting(bare, self._phrases)) is not None:
            return [step]
        for name, source in self._sources():
            filled = matched(compiled(source), bare, partial(self._value, name, bare, start))
            steps = BUILDERS[name]({item.name: item.value for item in filled}) if filled is not None else None
            if steps and filled is not None and not self._is_narrow(steps):
                self.spans += self._marks(name, steps, filled, bare, start)
                return steps
        return []

    def _sources(self) -> Iterator[tuple[str, str]]:
        for name, sources in self._words.CONSTRUCTIONS.items():
            if self._which and name not in self._which:
                continue
            yield from ((name, source.replace("{make}", "(?:make|have|get)")) for source in sources)

    @staticmethod
    def _is_narrow(steps: Sequence[SceneCommand]) -> bool:
        """Whether it would delete more than was named: "delete the wardrobes", whose label is cabinet."""
        return any(step.action == "delete" and any(term.word for term in step.terms) for step in steps)

    def _value(self, name: str, bare: str, start: int, kind: str, words: str) -> Any:
        if kind in ("objects", "kept", "anchors", "surface", "lights"):
            return self._phrase(words, kind, _takes_things(name))
        if kind == "place":
            return "floor" if words in _FLOOR else self._phrase(words, "anchors", False)
        if kind == "name":
            place = bare.rfind(words)
            return self._name(self._text[start + place : start + place + len(words)])
        if kind == "noun":
            return self._noun(words)
        if kind == "new":
            return self._new(words)
        if kind == "type":
            return self._type(words)
        if kind == "person":
            return self._person(words)
        if kind == "clothes":
            return self._clothes(words)
        if kind == "people":
            return self._several(words)
        if kind == "worn":
            return self._worn(words)
        if kind == "look":
            return self._look(words)
        return _plain_value(kind, words, self._words)

    def _phrase(self, words: str, kind: str, takes_things: bool) -> NounPhrase | None:
        found = self._phrases.read(words)
        if found is None:
            return None
        is_person = words in _PERSONS or any(term.kind == "avatar" for term in found.terms)
        if takes_things and (is_person or _INDEFINITE.match(words)):
            return None  # "make her taller" changes an avatar, "put a lamp there" adds one
        is_goal = kind in ("anchors", "surface")
        needs_one = is_goal and any(
            term.kind == "everything" and not (term.among or term.relation or term.superlative) for term in found.terms
        )
        return None if needs_one else found

    def _name(self, text: str) -> str | None:
        found = _NAME.fullmatch(text.strip())
        name = (found[1] or found[2]) if found is not None else None
        taken = {item.casefold() for item in self._names}
        return None if name is None or name.casefold() in taken else name

    def _noun(self, words: str) -> str | None:
        """A single label, built-in or the artist's own."""
        phrase = self._phrases.terms(re.sub(r"^(?:an?|the) |^一?[个把张盏件只本台辆棵]", "", words))
        is_bare = len(phrase) == 1 and phrase[0].kind == "label" and not phrase[0].is_narrowed and not phrase[0].among
        return phrase[0].value if is_bare else None

    def _new(self, words: str) -> tuple[str, int, str] | None:
        """A label or a name to add, how many and in what color."""
        if not _ARTICLES.match(words) or words.startswith(("the ", "my ")):
            return None
        phrase = self._phrases.terms(re.sub(r"^(?:another|some) ", "a ", words))
        if len(phrase) != 1 or phrase[0].kind not in ("label", "name") or phrase[0].relation or phrase[0].among:
            return None
        term = phrase[0]
        return None if term.superlative or term.ordinal else (term.value, term.count or 1, term.color)

    def _type(self, words: str) -> tuple[str, int] | None:
        """A kind of object that Blender makes by itself, and how many."""
        if not _ARTICLES.match(words) or words.startswith(("the ", "my ")):
            return None
        phrase = self._phrases.terms(re.sub(r"^(?:another|some) ", "a ", words))
        if len(phrase) != 1 or phrase[0].kind != "type" or phrase[0].value not in ADDED_TYPES:
            return None
        plain = replace(phrase[0], is_single=False, count=0)
        return (phrase[0].value, phrase[0].count or 1) if plain == Term("type", phrase[0].value) else None

    def _person(self, words: str) -> str | None:
        text = re.sub(r"^(?:a |an |一个|一位|一名|个|位|名)", "", words)
        try:
            return None if self._unread(text) else text
        except InputError:
            return None

    def _clothes(self, words: str) -> str | None:
        """Garments of the wardrobe, with their description."""
        if self._chinese:
            worn = [word for word in garments() if is_chinese(word) and word in words]
            return words if worn and self._person(f"穿{words}的人") is not None else None
        worn = [word for word in garments() if re.search(rf"\b{re.escape(word)}\b", words)]
        return words if worn and self._person(f"a person in {words}") is not None else None

    def _worn(self, words: str) -> tuple[str, str] | None:
        """What is taken off: a garment, or something of the face that a description can lack."""
        if words in garments():
            return "garment", words
        lacking = f"没有{words}" if self._chinese else f"no {words}"
        return ("face", lacking) if self._unread_alone(lacking) and words in self._words.OF_FACES else None

    def _unread_alone(self, text: str) -> bool:
        return self._person(f"{text}的人" if self._chinese else f"a person with {text}") is not None

    def _look(self, words: str) -> str | None:
        """Clothes by an outfit or garments, every word of which is understood."""
        if self._clothes(words) is not None:
            return words
        is_outfit = any(word in words for word in outfit_words())
        person = f"穿{words}的人" if self._chinese else f"a person in {words}"
        return words if is_outfit and self._person(person) is not None else None

    def _several(self, words: str) -> tuple[str, int] | None:
        """A person, or several of a kind: their description (empty for anybody) and number."""
        found = re.fullmatch(self._words.SOMEBODY, words)
        if found is None:
            return None
        number, noun, rest = found["number"], found["noun"], found["rest"]
        count = 1 if number in self._words.ONE_PERSON else count_of(number)
        noun = self._words.PEOPLE.get(noun, noun)
        if count is None or count > _MOST_PEOPLE or (not noun and not rest):
            return None
        if noun in self._words.ANYBODY and not rest and count > 1:
            return "", count
        text = self._person(f"{rest}{noun}" if self._chinese else f"{noun}{rest}")
        if text is None and count > 1 and not self._chinese:  # each of "three women in red dresses" wears one
            text = self._person(noun + re.sub(r"\b(\w+?)(?:(?<=s|x|h)es|s)\b", r"\1", rest))
        return None if text is None else (text, count)

    def _marks(
        self, name: str, steps: Sequence[SceneCommand], filled: Sequence[Filled], bare: str, offset: int
    ) -> Iterator[Span]:
        """The verb, and each slot, as spans of the whole text."""
        first = min((item.start for item in filled), default=len(bare))
        if verb := bare[:first].strip():
            yield self._span(f"act:{steps[0].action}", offset, offset + len(verb))
        for item in filled:
            kind = _SPAN_KINDS.get(item.kind, "value")
            yield self._span(kind, offset + item.start, offset + item.end)

    def _span(self, kind: str, start: int, end: int) -> Span:
        pieces = split(self._text[start:end], self._names)
        moved = tuple(replace(piece, start=piece.start + start, end=piece.end + start) for piece in pieces)
        return Span(kind, start, end, moved)


def _takes_things(name: str) -> bool:
    """Whether a construction changes objects of the scene and leaves avatars alone."""
    return name in _OF_THINGS


def _finish(words: str, table: ModuleType) -> tuple[str, str] | None:
    """A finish and its own color, sRGB hex: "black leather", 深绿色丝绒; the color is empty for that of the finish."""
    if words in table.FINISHES:
        return table.FINISHES[words], ""
    for word in sorted(table.FINISHES, key=len, reverse=True):
        if words.endswith(word):
            color = color_of(re.sub(r"的$|[- ]?(?:colou?red)?$", "", words.removesuffix(word).strip()))
            return (table.FINISHES[word], color) if color else None
    return None


def _shade(words: str, table: ModuleType, is_alone: bool) -> tuple[str, str] | None:
    """A shade, or "toward" and a color, sRGB hex."""
    said = table.SHADES.get(words) if not is_alone or words in table.SHADES_ALONE else None
    if said in SHADES:
        return said, ""
    more = re.fullmatch(table.MORE_OF_COLOR, words)
    color = color_of(said or (more["color"] if more is not None else ""))
    return ("toward", color) if color else None


def _plain_value(kind: str, words: str, table: ModuleType) -> Any:
    """The value of a slot that does not depend on the scene."""
    if kind == "color":
        return color_of(words)
    if kind in ("relation", "direction", "preset", "view"):
        return meaning({"relation": "RELATIONS", "direction": "DIRECTIONS", "preset": "PRESETS", "view": "VIEWS"}[kind],
                       words)  # fmt: skip
    if kind == "finish":
        return _finish(words, table)
    if kind == "dye":
        return words if color_of(words) else None
    if kind == "coat":
        return _finish(words, table) or (("", color) if (color := color_of(words)) else None)
    if kind in ("shade", "shade_alone"):
        return _shade(words, table, kind == "shade_alone")
    if kind == "sky":
        return meaning("PRESETS", words) if words in table.SKIES else None
    if kind == "axis":
        return words if words in ("x", "y", "z") else None
    if kind in ("length", "angle", "factor"):
        amount = {"length": length_of, "angle": angle_of, "factor": factor_of}[kind](words)
        if amount is None and kind == "factor" and (count := count_of(words)) is not None:
            amount = factor_of(str(count))
        return amount
    if kind == "percent":
        return share_of(words)
    if kind == "comparative":
        return table.COMPARATIVES.get(words)
    if kind == "adjective":
        return table.ADJECTIVES.get(words)
    if kind == "count":
        return count_of(words)
    if kind == "element":
        return table.ELEMENTS.get(words)
    if kind == "side":
        return table.WALL_SIDES.get(words)
    if kind == "dimension":
        return table.DIMENSIONS.get(words)
    if kind == "superlative":
        return meaning("SUPERLATIVES", words)
    if kind == "resolution":
        return resolution_of(words)
    if kind == "degree":
        return ("much" if words in table.MUCH else "a bit") if words in table.DEGREES else None
    raise AssertionError(kind)
