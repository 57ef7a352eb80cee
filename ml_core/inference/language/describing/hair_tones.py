"""Colors of parts of the hair in a description, such as blond tips or 灰白的鬓角."""

from __future__ import annotations

import re
from functools import cache

from ml_core.inference.language.understanding.people.trait_words import rows
from ml_core.inference.language.understanding.words import color_of
from ml_core.vocabulary.avatar.hair.hair_zones import HAIR_ZONES
from ml_core.vocabulary.color_names import chinese_colors, english_colors


def tones_in(text: str) -> tuple[str, dict[str, str]]:
    """The text without its phrases of a color and a part of the hair, and the sRGB hex color of each part by id."""
    tones: dict[str, str] = {}
    if not any(word in text.casefold() for word in _zones()):
        return text, tones  # most sentences: no pattern is even compiled for them
    for pattern in _patterns():
        place = 0
        while found := pattern.search(text, place):
            color, zone = _color(found["color"]), _zones()[found["zone"].casefold()]
            if color is None or found["denied"] or tones.get(zone, color) != color:
                place = found.end()
                continue
            tones[zone] = color
            lead, following = found["lead"] or "", found["following"] or ""
            kept = lead if following or not lead else " "
            text = text[: found.start()] + kept + text[found.end() :]
            place = found.start()
    return (text.strip(" ,，、的") if tones else text), tones


def _color(word: str) -> str | None:
    word = word.casefold()
    return rows("HAIR").get(word) or color_of(word)


@cache
def _zones() -> dict[str, str]:
    return {word.casefold(): zone.id for zone in HAIR_ZONES.values() for word in (*zone.words_en, *zone.words_zh)}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    zones = HAIR_ZONES.values()
    color = _group("color", [*english_colors(), *(word for word in rows("HAIR") if word.isascii())])
    zone = _group("zone", [word for part in zones for word in part.words_en])
    lead = r"(?P<lead>(?:\s*,)?\s*\b(?:with|and|has|having)\s+|\s*,\s*|^)"
    before = rf"(?:(?P<denied>\b(?:no|not|without)\s+)|{lead})(?:(?:the|her|his)\s+)?"
    after = r"(?P<following>\s*,\s*(?:and\s+)?|\s+and\s+)?"
    english = (
        rf"{before}\b{color}(?:[- ]colou?red)?\s+{zone}\b{after}",
        rf"{before}\b{zone}\s+(?:dyed|colou?red|in|are|is|of)\s+{color}\b{after}",
    )
    color = _group("color", [*chinese_colors(), *(word for word in rows("HAIR") if not word.isascii())])
    zone = _group("zone", [word for part in zones for word in part.words_zh])
    before, after = r"(?P<denied>[不没无]有?)?(?P<lead>[,，、和与]?)", r"(?P<following>[,，、])?"
    chinese = (
        rf"{before}{color}色?的?{zone}{after}",
        rf"{before}{zone}(?:是|为|染成|染了|染)?{color}色?的?{after}",
    )
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*english, *chinese))


def _group(name: str, words: list[str]) -> str:
    """A named group of any of the words, the longest ones first."""
    return f"(?P<{name}>{'|'.join(map(re.escape, sorted(set(words), key=len, reverse=True)))})"
