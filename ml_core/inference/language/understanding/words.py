"""Lookups of closed classes of words in both languages: relations, directions, numbers, presets and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from ml_core.vocabulary.color_names import chinese_colors, english_colors
from ml_core.vocabulary.words import descriptions_en, descriptions_zh, scene_en, scene_zh

_ZH_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_ARTICLES = re.compile(r"^(?:the|a|an|to the|at the|in the|on the) ")


@cache
def table(name: str) -> Mapping[str, Any]:
    """Meaning by word of one of the tables of :mod:`scene_en` and :mod:`scene_zh`; its first meaning counts."""
    found: dict[str, Any] = {}
    for words in (scene_en, scene_zh):
        for meaning, names in getattr(words, name, {}).items():
            for word in names:
                found.setdefault(word, meaning)
    return found


def meaning(name: str, phrase: str) -> Any:
    """What a whole phrase means in a table, also without its article; ``None`` when it is not there."""
    rows = table(name)
    phrase = phrase.strip().removesuffix("的")
    for form in (
        phrase,
        _ARTICLES.sub("", phrase),
        f"{phrase}的",
        phrase.removeprefix("的"),
        phrase.removesuffix("边"),
    ):
        if form in rows:
            return rows[form]
    return None


def number_of(word: str) -> float | None:
    """A number in digits, in an English word or in Chinese characters up to 999."""
    word = word.strip().replace(",", ".")
    if re.fullmatch(r"\d+(?:\.\d+)?", word):
        return float(word)
    known = table("NUMBERS").get(word)
    if known is not None:
        return float(known)
    parts = re.split(r"[ -]", word)
    if len(parts) == 2 and all(part in table("NUMBERS") for part in parts):
        tens, ones = (float(table("NUMBERS")[part]) for part in parts)
        return tens + ones if tens >= 20 and ones < 10 else None
    if word == "half a":
        return 0.5
    return _chinese_number(word) if word and all(c in "零〇一二两三四五六七八九十百点半" for c in word) else None


def _chinese_number(word: str) -> float | None:
    if word == "半":
        return 0.5
    if word.endswith("半") and (whole := _chinese_number(word[:-1])) is not None:
        return whole + 0.5
    if "点" in word:
        before, _, part = word.partition("点")
        left = _chinese_number(before)
        digits = "".join(str(_ZH_DIGITS[c]) for c in part if c in _ZH_DIGITS)
        return None if left is None or not digits else left + float(f"0.{digits}")
    total, current, last = 0, 0, 0
    for character in word:
        if character in _ZH_DIGITS:
            current, last = _ZH_DIGITS[character], last
        elif character == "十":
            total += (current or 1) * 10
            current, last = 0, 10
        elif character == "百":
            total += (current or 1) * 100
            current, last = 0, 100
        else:
            return None
    return float(total + (current * 10 if last == 100 and "零" not in word and current else current))


def color_of(phrase: str) -> str | None:
    """sRGB hex of a color's name in either language, with dark, light and bright before it; ``None`` for no color."""
    phrase = phrase.strip().casefold()
    if re.fullmatch(r"#[0-9a-f]{6}", phrase):
        return phrase
    phrase = re.sub(r"\b(?:colored|coloured|color|colour|instead|all|shade of|a)\b", " ", phrase)
    phrase = re.sub(r"^\s*(?:a bit|more)\s|-", " ", phrase)
    phrase = " ".join(phrase.split())
    english, chinese = english_colors(), chinese_colors()
    own = {**descriptions_en.COLORS, **descriptions_zh.COLORS}
    if phrase in own:
        return own[phrase]
    for word, factor in {**descriptions_en.SHADES, **descriptions_zh.SHADES}.items():
        rest = phrase.removeprefix(word).strip().removesuffix("的").removesuffix("色")
        if phrase.startswith(word) and rest in own:
            return shaded(own[rest], factor)
    if phrase in english:
        return english[phrase]
    if phrase.replace(" ", "") in english:
        return english[phrase.replace(" ", "")]
    for form in (phrase, phrase.removesuffix("的"), phrase.removesuffix("的").removesuffix("颜色"), f"{phrase}色",
                 phrase.removesuffix("的").removesuffix("色"), phrase.removesuffix("一点")):  # fmt: skip
        if form in chinese:
            return chinese[form]
    return _shaded_name(phrase)


def _shaded_name(phrase: str) -> str | None:
    shades = {**descriptions_en.SHADES, **descriptions_zh.SHADES, "very dark": 0.4, "very light": 1.8, "soft": 1.3,
              "鲜": 1.1, "very": 1.0, "淡": 1.6, "亮": 1.15, "暗": 0.6}  # fmt: skip
    for word, factor in sorted(shades.items(), key=lambda item: -len(item[0])):
        rest = phrase.removeprefix(word).strip() if phrase.startswith(word) else ""
        if rest and rest != phrase and (base := color_of(rest)) is not None:
            return shaded(base, factor)
    return None


def shaded(color: str, factor: float) -> str:
    """Darker by a factor below 1; lighter, towards white, by one above."""
    values = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    values = [round(255 - (255 - value) / factor) if factor > 1 else round(value * factor) for value in values]
    return "#" + "".join(f"{value:02x}" for value in values)
