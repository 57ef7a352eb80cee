"""Heights in numbers: "1.60 m", "165 cm", 5'11", "six feet two", 一米六, 165厘米."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
_AGE = re.compile(
    rf"(?<![a-z\d.])(?:\d{{1,3}}|{_SMALL})[ -]years?[ -]old|\d{{1,3}}岁(?:的)?|(?<![a-z\d.])aged? \d{{1,3}}(?![a-z\d.])"
)


@dataclass(frozen=True)
class Measure:
    """A height in meters, or ``None`` for a number that is something else (an age); ``text`` stood at ``start``."""

    start: int
    end: int
    text: str
    meters: float | None


def measures_in(text: str) -> list[Measure]:
    """Heights and ages in a lower-case text, in order and without overlaps."""
    found = [Measure(match.start(), match.end(), match.group().strip(), None) for match in _AGE.finditer(text)]
    for pattern in _PATTERNS.values():
        for match in re.finditer(pattern, text):
            meters = _meters({key: value for key, value in match.groupdict().items() if value is not None})
            found.append(Measure(match.start(), match.end(), match.group().strip(), round(meters, 3)))
    return list(_apart(sorted(found, key=lambda one: (one.start, one.start - one.end))))


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
