"""Heights, ages and weights in numbers: "1.60 m", "165 cm", 5'11", 一米六; "8 years old", "a man of 70", "in her 60s",
八岁; "70 kg", "150 pounds", 体重55公斤."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml_core.geometry.body.people.growth import usual_height
from ml_core.geometry.body.traits import ADULT
from ml_core.vocabulary.avatar.stature import BODY_MASS_INDEX, CHILD_MASS_INDEX, SPOKEN_MEAN_HEIGHT, WEIGHTS
from ml_core.vocabulary.traits import RANGES

_INCH, _FOOT = 0.0254, 0.3048
_CHILD = 10
"""Age in years for :data:`CHILD_MASS_INDEX`."""
_BEYOND = 0.12
"""Fraction by which a person may weigh less than our slimmest body or more than our heaviest, and still get that
body."""
_ENGLISH = {"four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11}
_CHINESE = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = "|".join((r"\d{1,2}", "one", "two", "three", *_ENGLISH))
_DIGIT = f"[{''.join(_CHINESE)}]"
_CENTIMETERS = "(?:cm|centimeters?|centimetres?|厘米|公分)"
_TAIL = r"(?:[ -](?:tall|high|in height))?"

_PATTERNS = {
    "meters": rf"(?<![a-z\d.,])(?P<meters>\d[.,]\d{{1,2}}) ?(?:m|meters?|metres?|米)(?![a-z\d]){_TAIL}",
    "split": rf"(?<![a-z\d.,])(?P<whole>\d|one|two) ?(?:m|meters?|metres?|米) ?(?P<part>\d{{1,2}})(?![a-z\d.])"
    rf"(?: ?{_CENTIMETERS})?{_TAIL}",
    "full": r"(?<![a-z\d.,])(?P<full>[12]|one|two)[ -]?(?:m|meters?|metres?)[ -](?:tall|high|in height)"
    r"|(?<!\d)(?P<full_zh>[12一两二])米(?:高|的个子)",
    "centimeters": rf"(?<![a-z\d.,])(?P<centimeters>\d{{2,3}}(?:\.\d)?)[ -]?{_CENTIMETERS}(?![a-z]){_TAIL}",
    "feet": rf"(?<![a-z\d.,])(?P<feet>{_SMALL})[ -]?(?:'|′|ft\.?|feet|foot)"
    rf"(?: ?-?(?P<inches>{_SMALL})(?: ?(?:\"|''|″|in\b\.?|inches|inch))?)?(?![a-z\d]){_TAIL}",
    "spoken": rf"(?P<meter>{_DIGIT})米(?P<tens>{_DIGIT})(?P<ones>{_DIGIT})?",
    "hundreds": rf"(?P<hundred>{_DIGIT})百(?P<ten>{_DIGIT})?十?(?P<one>{_DIGIT})?(?:厘米|公分)",
    "named": rf"身高(?:是|为)?(?P<named>[12]\d\d)(?:{_CENTIMETERS}|(?![a-z\d.]))",
}
_UNITS = {
    1.0: "(?:kgs?|kilos?|kilograms?|kilogrammes?|公斤|千克)",
    0.45359237: r"(?:lbs?\.?|pounds?|磅)",
    6.35029318: "(?:st|stones?)",
    0.5: "(?:市?斤)",
}
"""Kilograms of a unit -> its words."""
_WEIGHS = (
    r"(?:\b(?:and |who )*(?:weigh(?:s|ing|ed)?|of)(?: (?:about|around|only|just|almost|over))* "
    r"|体重(?:是|为|大约|约|差不多)*|重(?:约|达)?)?"
)
_HEAVY = r"(?:[ -](?:in weight|heavy)|重)?(?:的(?=[男女人小大老]))?"
_KILOGRAMS = tuple(
    (unit, re.compile(rf"{_WEIGHS}(?<![a-z\d.,])(\d{{2,3}}(?:[.,]\d)?)[ -]?{words}(?![a-z\d]){_HEAVY}", re.IGNORECASE))
    for unit, words in _UNITS.items()
)
_YEARS = rf"(?P<years>\d{{1,3}}|{_SMALL})"
_PERSON = "(?:man|woman|girl|boy|child|kid|lady|person|gentleman|male|female|teenager)"
_AGES = (
    re.compile(rf"(?<![a-z\d.]){_YEARS}[ -]years?[ -](?:old|of age)"),
    re.compile(rf"(?<![a-z\d.])aged? {_YEARS}(?![a-z\d.,'])"),
    re.compile(rf"(?<![a-z]){_PERSON} (?P<all>of {_YEARS})(?![a-z\d.,'\-]| ?(?:cm|m\b|met|cent|f(?:oo|ee)?t))"),
    re.compile(r"(?<![a-z])in (?:her|his|their) (?P<decade>[1-9])0(?:'|’)?s(?![a-z\d])"),
    re.compile(rf"(?P<years>\d{{1,3}}|{_DIGIT}?十{_DIGIT}?|{_DIGIT})岁(?:的)?"),
    re.compile(rf"(?P<some>[1-9]0|{_DIGIT}?十)(?P<part>多岁|几岁|来岁|出头|岁左右|岁上下)(?:的)?"),
)


@dataclass(frozen=True)
class Measure:
    """A height in ``meters`` or an age in ``years``; ``text`` stood at ``start``."""

    start: int
    end: int
    text: str
    meters: float | None = None
    years: float | None = None


def spoken_height(change: float, presentation: float, age: float | None) -> float:
    """Height in meters of a person who is tall or short for their age.

    Args:
        change: meters over or under the mean of adults.
        presentation: 0 masculine, 0.5, or 1 feminine.
        age: years; ``None`` is an adult.
    """
    height = SPOKEN_MEAN_HEIGHT[presentation]
    if age is not None and age < ADULT:
        height = usual_height(age, presentation)
        change *= height / SPOKEN_MEAN_HEIGHT[presentation]
    low, high = RANGES["height"]
    return round(min(max(height + change, low), high), 2)


def weight_of(kilograms: float, height: float, presentation: float, age: float | None) -> float | None:
    """The trait ``weight`` of somebody; ``None`` for a weight that our bodies cannot have.

    Args:
        kilograms, height: the height in meters. presentation: 0 masculine to 1 feminine. age: in years; ``None`` is an
            adult.
    """
    share = 1.0 if age is None else min(max((age - _CHILD) / (ADULT - _CHILD), 0.0), 1.0)
    grown, small = (
        np.add(np.multiply(1 - presentation, table[0.0]), np.multiply(presentation, table[1.0]))
        for table in (BODY_MASS_INDEX, CHILD_MASS_INDEX)
    )
    known = share * grown + (1 - share) * small
    index = kilograms / height**2
    if not known[0] * (1 - _BEYOND) <= index <= known[-1] * (1 + _BEYOND):
        return None
    return round(float(np.interp(index, known, WEIGHTS)), 3)


def kilograms_in(text: str) -> tuple[str, str, float]:
    """The text without its phrase for a weight, that phrase, and the kilograms; 0 without one."""
    for unit, pattern in _KILOGRAMS:
        if found := pattern.search(text):
            rest = f"{text[: found.start()].rstrip(' ,，、')} {text[found.end() :].lstrip()}"
            return rest.strip(" ,，、"), found[0].strip(), float(found[1].replace(",", ".")) * unit
    return text, "", 0.0


def measures_in(text: str) -> list[Measure]:
    """Heights and ages in a lower-case text, in order and without overlaps."""
    found = [_age(match) for pattern in _AGES for match in pattern.finditer(text)]
    for pattern in _PATTERNS.values():
        for match in re.finditer(pattern, text):
            meters = _meters({key: value for key, value in match.groupdict().items() if value is not None})
            found.append(Measure(match.start(), match.end(), match.group().strip(), round(meters, 3)))
    return list(_apart(sorted(found, key=lambda item: (item.start, item.start - item.end))))


def _age(match: re.Match[str]) -> Measure:
    parts = match.groupdict()
    whole = "all" if parts.get("all") is not None else 0
    if parts.get("decade") is not None:
        years = 10 * int(parts["decade"]) + 5
    elif parts.get("some") is not None:
        some = parts["some"]
        decade = int(some) if some.isdigit() else 10 * _CHINESE.get(some[0], 1)
        years = decade + (2 if parts["part"] == "出头" else 0 if parts["part"][0] == "岁" else 5)
    elif "十" in parts["years"]:
        tens, _, ones = parts["years"].partition("十")
        years = 10 * _CHINESE.get(tens, 1) + _CHINESE.get(ones, 0)
    else:
        years = _CHINESE[parts["years"]] if parts["years"] in _CHINESE else _number(parts["years"])
    return Measure(match.start(whole), match.end(whole), match.group(whole).strip(), years=float(years))


def _apart(measures: list[Measure]) -> Iterator[Measure]:
    end = 0
    for measure in measures:
        if measure.start >= end:
            yield measure
            end = measure.end


def _meters(parts: dict[str, str]) -> float:
    if "meters" in parts:
        return float(parts["meters"].replace(",", "."))
    if "whole" in parts:
        return float(f"{_number(parts['whole'])}.{parts['part']}")
    if "full" in parts or "full_zh" in parts:
        return float(_CHINESE.get(parts.get("full_zh", "")) or _number(parts.get("full") or parts["full_zh"]))
    if "centimeters" in parts:
        return float(parts["centimeters"]) / 100
    if "named" in parts:
        return float(parts["named"]) / 100
    if "feet" in parts:
        return _number(parts["feet"]) * _FOOT + _number(parts.get("inches", "0")) * _INCH
    if "meter" in parts:
        return _CHINESE[parts["meter"]] + _CHINESE[parts["tens"]] / 10 + _CHINESE[parts.get("ones", "零")] / 100
    tens = _CHINESE[parts.get("ten", "零")] * 10 + _CHINESE[parts.get("one", "零")]
    return _CHINESE[parts["hundred"]] + tens / 100


def _number(word: str) -> int:
    return _ENGLISH.get(word) or {"one": 1, "two": 2, "three": 3}.get(word) or int(word)
