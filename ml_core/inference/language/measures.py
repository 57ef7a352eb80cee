"""Heights and ages in numbers: "1.60 m", "165 cm", 5'11", 一米六; "8 years old", "a man of 70", "in her 60s", 八岁."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ml_core.geometry.body.people.growth import usual_height
from ml_core.geometry.body.traits import ADULT
from ml_core.vocabulary.avatar.stature import SPOKEN_MEAN_HEIGHT
from ml_core.vocabulary.traits import RANGES

_INCH, _FOOT = 0.0254, 0.3048
_ENGLISH = {"four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11}
_CHINESE = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = "|".join((r"\d{1,2}", "one", "two", "three", *_ENGLISH))
_DIGIT = f"[{''.join(_CHINESE)}]"
_CENTIMETERS = "(?:cm|centimeters?|centimetres?|厘米|公分)"
_TAIL = r"(?:[ -](?:tall|high|in height))?"

_PATTERNS = {
    "meters": rf"(?<![a-z\d.,])(?P<meters>\d[.,]\d{{1,2}}) ?(?:m|meters?|metres?|米)(?![a-z\d]){_TAIL}",
    "split": rf"(?<![a-z\d.,])(?P<whole>\d) ?(?:m|米)(?P<part>\d{{1,2}})(?![a-z\d.]){_TAIL}",
    "centimeters": rf"(?<![a-z\d.,])(?P<centimeters>\d{{2,3}}(?:\.\d)?)[ -]?{_CENTIMETERS}(?![a-z]){_TAIL}",
    "feet": rf"(?<![a-z\d.,])(?P<feet>{_SMALL})[ -]?(?:'|′|ft\.?|feet|foot)"
    rf"(?: ?-?(?P<inches>{_SMALL})(?: ?(?:\"|''|″|in\b\.?|inches|inch))?)?(?![a-z\d]){_TAIL}",
    "spoken": rf"(?P<meter>{_DIGIT})米(?P<tens>{_DIGIT})(?P<ones>{_DIGIT})?",
    "hundreds": rf"(?P<hundred>{_DIGIT})百(?P<ten>{_DIGIT})?十?(?P<one>{_DIGIT})?(?:厘米|公分)",
    "named": rf"身高(?:是|为)?(?P<named>[12]\d\d)(?:{_CENTIMETERS}|(?![a-z\d.]))",
}
_YEARS = rf"(?P<years>\d{{1,3}}|{_SMALL})"
_PERSON = "(?:man|woman|girl|boy|child|kid|lady|person|gentleman|male|female|teenager)"
_AGES = (
    re.compile(rf"(?<![a-z\d.]){_YEARS}[ -]years?[ -](?:old|of age)"),
    re.compile(rf"(?<![a-z\d.])aged? {_YEARS}(?![a-z\d.,'])"),
    re.compile(rf"(?<![a-z]){_PERSON} (?P<all>of {_YEARS})(?![a-z\d.,'\-]| ?(?:cm|m\b|met|cent|f(?:oo|ee)?t))"),
    re.compile(r"(?<![a-z])in (?:her|his|their) (?P<decade>[1-9])0(?:'|’)?s(?![a-z\d])"),
    re.compile(rf"(?P<years>\d{{1,3}}|{_DIGIT}?十{_DIGIT}?|{_DIGIT})岁(?:的)?"),
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
    """Meters of somebody tall or short, among those of the same age.

    Args:
        change: meters over or under the mean of grown-ups.
        presentation: 0 masculine, 0.5, or 1 feminine.
        age: years; ``None`` is a grown-up.
    """
    height = SPOKEN_MEAN_HEIGHT[presentation]
    if age is not None and age < ADULT:
        height = usual_height(age, presentation)
        change *= height / SPOKEN_MEAN_HEIGHT[presentation]
    low, high = RANGES["height"]
    return round(min(max(height + change, low), high), 2)


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
        return float(f"{parts['whole']}.{parts['part']}")
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
