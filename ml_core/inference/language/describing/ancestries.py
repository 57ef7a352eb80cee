"""Ancestries between those of the body: mixed, as in "half Asian, half European" and 亚洲和欧洲混血, or by names of
their own, such as South Asian."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from ml_core.color import hex_to_srgb, srgb_to_hex
from ml_core.inference.language.understanding.people.trait_words import inverse, rows
from ml_core.vocabulary.color_names import english_colors
from ml_core.vocabulary.traits import ANCESTRIES
from ml_core.vocabulary.words import people_en, people_zh


@dataclass(frozen=True)
class Ancestry:
    """``shares`` of :data:`ANCESTRIES`, and the ``skin`` that goes with them where none is described, sRGB hex."""

    shares: tuple[float, ...]
    skin: str


def ancestry_in(text: str) -> tuple[str, Ancestry | None]:
    """The text without its phrase for an ancestry between those of the body, and that ancestry or ``None``."""
    rest, shares = _shares_in(text)
    if shares is not None:
        return rest, Ancestry(shares, mixed_skin(shares))
    for name, pattern in _between().items():
        found = pattern.search(text)
        if found is not None and not _OF_CLOTHES.search(text[: found.start()]):
            shares, skin = people_en.BETWEEN[name]
            return f"{text[: found.start()]}{text[found.end() :]}", Ancestry(shares, skin)
    found = _alone().search(text)
    if found is not None:
        name = inverse("ANCESTRY")[found["word"].casefold()]
        shares = tuple(float(item == name) for item in ANCESTRIES)
        return f"{text[: found.start()]}{text[found.end() :]}", Ancestry(shares, people_en.ANCESTRY_SKIN[name])
    return text, None


@cache
def _alone() -> re.Pattern[str]:
    """An ancestry before a person: "a Japanese man"; words that are colors as well are read by their context."""
    words = [word for word in inverse("ANCESTRY") if word.isascii() and word not in english_colors()]
    people = {*rows("AGES"), *inverse("PRESENTATION"), *rows("PEOPLE"), "businessman", "businesswoman"}
    nouns = "|".join(sorted((re.escape(word) for word in people if word.isascii()), key=len, reverse=True))
    joined = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(
        rf"\b(?P<word>{joined})(?:[- ]looking)? (?=(?:(?!in\b|with\b|and\b)[\w-]+ ){{0,2}}(?:{nouns})\b)", re.IGNORECASE
    )


_OF_CLOTHES = re.compile(r"\b(?:in|wearing|wears|with|has|and) (?:an? )?$|穿着?$", re.IGNORECASE)


@cache
def _between() -> dict[str, re.Pattern[str]]:
    found = {}
    for name, words in people_en.BETWEEN_WORDS.items():
        english, chinese = map("|".join, (words, people_zh.BETWEEN_WORDS[name]))
        found[name] = re.compile(
            rf"\b(?:{english})\b(?:[- ]looking)?\s*|(?:{chinese})(?:裔)?的?(?=.*[人男女孩生])", re.IGNORECASE
        )
    return found


def _shares_in(text: str) -> tuple[str, tuple[float, ...] | None]:
    """The text without its phrase of a mixed ancestry, and the shares of :data:`ANCESTRIES`."""
    if not any(word in text.casefold() for word in (*_PARTS, *people_en.MIXED, "混血")):
        return text, None
    for pattern in _patterns():
        found = pattern.search(text)
        if found is not None:
            names = [inverse("ANCESTRY")[word.casefold()] for word in found.groups()]
            shares = tuple(names.count(name) / len(names) for name in ANCESTRIES)
            return f"{text[: found.start()]}{text[found.end() :]}".strip(" ,，、"), shares
    return text, None


def mixed_skin(shares: tuple[float, ...]) -> str:
    """The skin of a mixed ancestry, sRGB hex: the mean of those of its parts in sRGB, since a mean of linear light
    looks gray."""
    skins = [hex_to_srgb(people_en.ANCESTRY_SKIN[name]) for name in ANCESTRIES]
    return srgb_to_hex(np.average(skins, axis=0, weights=shares))


_PARTS = ("half", "part")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(source, re.IGNORECASE) for source in _sources())


def _sources() -> Iterator[str]:
    words = sorted(inverse("ANCESTRY"), key=len, reverse=True)
    english = "|".join(re.escape(word) for word in words if word.isascii())
    chinese = "|".join(re.escape(word) for word in words if not word.isascii())
    mixed = "|".join(map(re.escape, people_en.MIXED))
    yield rf"\b(?:half|part)[- ]({english})\b\s*(?:,|and|&)?\s*(?:half|part)[- ]({english})\b"
    yield rf"\b(?:{mixed})\s+({english})\s+and\s+({english})\b"
    yield rf"\b({english})\s+and\s+({english})\s+(?:{mixed})\b"
    yield rf"\b(?:{mixed})(?:\s+race)?\s*\(?({english})\s*(?:/|-|and)\s*({english})\)?"
    yield rf"(?:一半)?({chinese})(?:人)?(?:、|和|与|跟|，)?(?:一半)?({chinese})(?:人)?的?混血儿?"
    yield rf"一半({chinese})(?:人)?(?:血统)?[，,、]?一半({chinese})(?:人)?(?:血统)?"
