"""Labels in the names of objects, and how they change the result of recognition.

Artists name about every other object: a plain box that is called ``SM_Box_02`` is a box. Names can be wrong, so they
are weighed as evidence (Bayes): a name that does not fit the geometry changes little.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from ml_core.inference.recognition.objects import Recognition
from ml_core.vocabulary.scene.labels import LABELS, OBJECT_LABELS
from ml_core.vocabulary.words import commands_en, commands_zh

_TELLS, _LIES = 0.4, 0.002
"""How often a thing is called by a word for its label, and how often by one for a certain other label; a thing of no
label is called by one for a certain label as seldom as that. Of the 2,842 labeled and 980 other meshes of the shared
data whose files their authors named, 42 % say their label and 1.4 % another, which is one in 5,000 for a certain one;
of the others 4 % say one, one in 1,800 for a certain one. Names in scenes are less careful."""
_RANKED = 5
_LONGEST = 3
"""Words of the longest phrase that is looked for."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[\u4e00-\u9fff]+")
_ATTRIBUTES = frozenset({
    "sm", "sk", "mesh", "geo", "geometry", "model", "obj", "object", "prop", "asset", "static", "dynamic", "lod",
    "lods", "low", "high", "poly", "lowpoly", "highpoly", "hd", "final", "new", "old", "copy", "duplicate", "var",
    "variant", "version", "type", "style", "set", "main", "group", "grp", "root", "large", "big", "small", "medium",
    "mini", "tiny", "huge", "tall", "short", "long", "wide", "narrow", "thin", "thick", "round", "square",
    "rectangular", "curved", "straight", "corner", "left", "right", "front", "back", "open", "closed", "broken",
    "damaged", "dirty", "clean", "rusty", "modern", "classic", "vintage", "antique", "rustic", "medieval", "simple",
    "fancy", "basic", "plain", "wood", "wooden", "metal", "metallic", "steel", "iron", "gold", "golden", "silver",
    "bronze", "brass", "copper", "plastic", "stone", "marble", "concrete", "brick", "leather", "fabric", "cloth",
    "paper", "ceramic", "oak", "pine", "white", "black", "gray", "grey", "red", "green", "blue", "yellow", "orange",
    "purple", "pink", "brown", "beige", "dark", "light", "rear", "mid", "xl", "xs",
})  # fmt: skip
"""Words that say how a thing is, not what it is."""
_UNCLEAR = frozenset({"frame", "picture", "plate", "key", "star", "heart", "bow", "trap", "tool", "torch"})
"""Words for a label that as often name something else: a door's frame, a metal plate, the trap door of a stage."""


def label_said(name: str) -> str | None:
    """The label in ``name``, if it contains only one and ends with it or with its attributes: ``table`` of
    ``SM_Table_Round_01``; none of ``Car_Door``, ``Table_Leg`` and ``Cube.001``."""
    nouns = nouns_in(name)
    labels = {label for phrase, label in nouns if label in OBJECT_LABELS and phrase not in _UNCLEAR}
    said = nouns[-1][1] if nouns else None
    return said if labels == {said} and nouns[-1][0] not in _UNCLEAR else None


def label_called(name: str) -> str:
    """The label by which a sentence may refer to ``name``, that of its last noun: ``chair`` of ``DeskChair_01``,
    ``door`` of ``Car_Door``, ``wall`` of ``Wall_1``; empty where that noun has no label. A ``lampFloor`` is a lamp."""
    nouns = nouns_in(name)
    things = [noun for noun in nouns if noun[1] in OBJECT_LABELS]
    if things and nouns[-1][1] not in (None, *OBJECT_LABELS):
        nouns = tuple(things)
    if len(things) > 1 and nouns[-1][0] == "glass":  # a table of glass
        nouns = nouns[:-1]
    if not nouns or (nouns[-1][0] in _UNCLEAR and {label for _, label in nouns if label} != {nouns[-1][1]}):
        return ""
    return nouns[-1][1] or ""


def heads_with(name: str, label: str) -> bool:
    """Whether the first noun of a name in one word is for ``label``, as in ``chairDesk`` and ``lampRoundTable``, where
    what follows says which sort it is."""
    nouns = nouns_in(name)
    is_one_word = re.match(r"[a-z]+(?:[A-Z][a-z]+)+(?![A-Za-z_])", name) is not None
    return is_one_word and len(nouns) > 1 and nouns[0][1] == label


def nouns_in(name: str) -> tuple[tuple[str, str | None], ...]:
    """The nouns in ``name`` and their labels, without the attributes at its end."""
    return _nouns_in(re.sub(r"[\d\W_]+", " ", name))


@functools.lru_cache(4096)
def _nouns_in(name: str) -> tuple[tuple[str, str | None], ...]:
    """The same for a name without numbers; large scenes have few such names, so they are cached."""
    words = [word.lower() for word in _WORD.findall(name)]
    while words and (words[-1] in _ATTRIBUTES or (len(words[-1]) == 1 and words[-1].isascii())):
        words.pop()
    found: list[tuple[str, str | None]] = []
    place = 0
    while place < len(words):
        length, label = _phrase_at(words, place)
        if label or words[place] not in _ATTRIBUTES:
            found.append(("".join(words[place : place + length]), label))
        place += length
    return tuple(found)


def with_name(result: Recognition, said: str, threshold: float) -> Recognition:
    """``result`` of an object named by the label ``said``; ``threshold``: least ``known`` of what gets a label."""
    listed = dict(result.ranking)
    rest = max(1.0 - sum(listed.values()), 0.0)
    # Of the labels that are not listed none is likelier than the last that is.
    share = listed.get(said, min(rest / 10, min(listed.values())))
    shares = {label: chance * _LIES for label, chance in listed.items() if label != said} | {said: share * _TELLS}
    spoken = sum(shares.values()) + max(rest - (0.0 if said in listed else share), 0.0) * _LIES
    ranking = sorted(((label, chance / spoken) for label, chance in shares.items()), key=lambda pair: -pair[1])
    known = result.known * spoken / (result.known * spoken + (1 - result.known) * _LIES)
    best, confidence = ranking[0]
    label = best if known >= threshold else None
    return replace(result, label=label, confidence=confidence, ranking=ranking[:_RANKED], known=float(known))


def _phrase_at(words: list[str], place: int) -> tuple[int, str | None]:
    """How many of ``words`` from ``place`` on are a phrase for a label, and which; the longest."""
    phrases = _phrases()
    if not words[place].isascii():  # Chinese has no spaces: what a word ends with is what the thing is
        endings = (words[place][first:] for first in range(len(words[place]) - 1))
        return 1, next((phrases[ending] for ending in endings if ending in phrases), phrases.get(words[place]))
    for length in range(min(_LONGEST, len(words) - place), 0, -1):
        phrase = "".join(words[place : place + length])
        for form in _singulars(phrase):
            if form in phrases:
                return length, phrases[form]
    return 1, None


def _singulars(word: str) -> tuple[str, ...]:
    if word.endswith("ies"):
        return word, word[:-3] + "y"
    return word, word.removesuffix("s"), word.removesuffix("es")


@functools.cache
def _phrases() -> dict[str, str]:
    """Phrases for labels in both languages, without spaces: ``bedsidetable`` and ``床头柜`` are nightstands."""
    found: dict[str, str] = {}
    for language in (commands_en, commands_zh):
        for table in (language.NARROWER, language.LABELS):
            for label, phrases in table.items():
                found |= dict.fromkeys((phrase.replace(" ", "") for phrase in phrases), label)
    found |= {plural: found[single] for single, plural in commands_en.IRREGULAR.items() if single in found}
    found |= {label.replace("_", ""): label for label in LABELS}
    return {phrase: label for phrase, label in found.items() if label in LABELS}
