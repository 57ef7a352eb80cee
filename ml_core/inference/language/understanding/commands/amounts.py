"""Amounts in commands: lengths in meters, angles in degrees, factors and counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ml_core.inference.language.understanding.words import meaning, number_of, table
from ml_core.vocabulary.commands import Unit
from ml_core.vocabulary.words import scene_en, scene_zh

_NUMBER = r"(?P<number>-?\d+(?:[.,]\d+)?|[零〇一二两三四五六七八九十百点半]+|[a-z][a-z -]*?)"
_SPOKEN = re.compile(r"(?P<whole>[一二两三四五六七八九\d])米(?P<part>[一二两三四五六七八九\d半])$")


@dataclass(frozen=True)
class Amount:
    """``value`` in ``unit``: meters, degrees, or a factor on the size. ``is_vague``: "a bit". ``is_change``: of a
    factor in percent, "by 20 %" and not "to 20 %"."""

    value: float
    unit: Unit
    is_vague: bool = False
    is_change: bool = False


def length_of(phrase: str) -> Amount | None:
    """Meters of "20 cm", "half a meter", 两米, 一米五, or a vague amount."""
    phrase = _plain(phrase)
    sign = -1.0 if re.match(r"^(?:-|minus |负)", phrase) else 1.0
    phrase = re.sub(r"^(?:-|minus |负)\s*", "", phrase)
    vague = meaning("VAGUE", phrase)
    if vague is not None:
        return Amount(vague, "m", is_vague=True)
    if (spoken := _SPOKEN.match(phrase)) is not None:
        whole, part = number_of(spoken["whole"]), 5.0 if spoken["part"] == "半" else number_of(spoken["part"])
        return None if whole is None or part is None else Amount(sign * (whole + part / 10), "m")
    found = _with_unit(phrase, "LENGTHS")
    if found is None:
        return None
    value, unit = found
    return Amount(sign * value * scene_en.METERS[unit], "m")


def angle_of(phrase: str) -> Amount | None:
    """Degrees of "45°", "a quarter turn", 半圈; of a bare number degrees too."""
    phrase = _plain(phrase)
    sign = -1.0 if phrase.startswith(("-", "minus ", "负")) else 1.0
    phrase = re.sub(r"^(?:-|minus |负)\s*", "", phrase)
    turn = meaning("ROTATIONS", phrase)
    if turn is not None:
        return Amount(sign * float(turn), "deg")
    vague = meaning("VAGUE", phrase)
    if vague is not None:
        return Amount(60.0 * vague if vague < 1 else 45.0, "deg", is_vague=True)
    found = _with_unit(phrase, "ANGLES")
    if found is not None:
        value, unit = found
        return Amount(sign * value * {"deg": 1.0, "rad": 57.29577951, "turn": 360.0}[unit], "deg")
    number = number_of(phrase)
    return None if number is None else Amount(sign * number, "deg")


def factor_of(phrase: str) -> Amount | None:
    """What a size is multiplied by: "twice as big", "150%", 一半; "by 20 %" is a change."""
    phrase = re.sub(r"^(?:by|to|a factor of|factor|factor of|up by|down by|再|到|of) ", "", _plain(phrase))
    phrase = phrase.removeprefix("再").removeprefix("到").removeprefix("a factor of ").strip()
    percent = re.fullmatch(r"(?P<n>\d+(?:\.\d+)?) ?(?:%|percent|per cent)(?: (?:bigger|larger|smaller))?", phrase)
    if percent is None:
        percent = re.fullmatch(r"百分之(?P<n>\S+)", phrase)
    if percent is not None:
        number = number_of(percent["n"])
        return None if number is None else Amount(number / 100, "factor", is_change=True)
    known = meaning("FACTORS", phrase)
    degree = re.fullmatch(
        r"(?P<degree>a bit|a little|slightly|much|a lot|way|a tad|a little bit|far|somewhat) (?P<word>\w+)", phrase
    )
    if known is None and degree is not None:
        known = meaning("FACTORS", degree["word"])
        if known is not None and degree["degree"] in ("much", "a lot", "way", "far"):
            known = 1.5 if known > 1 else 0.6
    if known is None and (share := re.fullmatch(r"(?P<n>twice|half|three times) as \w+", phrase)) is not None:
        known = {"twice": 2.0, "half": 0.5, "three times": 3.0}[share["n"]]
    if known is not None:
        return Amount(float(known), "factor", is_vague=known in (1.25, 1.5, 0.8, 0.6))
    times = re.fullmatch(r"(?P<n>.+?) ?(?:x|times|倍|times (?:as big|bigger|larger|its size|the size))(?:大)?", phrase)
    number = number_of(times["n"] if times is not None else phrase)
    if phrase in ("a third", "third"):
        number = 1 / 3
    return None if number is None or number <= 0 else Amount(number, "factor")


def share_of(phrase: str) -> float | None:
    """A fraction: 0.2 of "20 %" and 百分之二十, 0.5 of "half"."""
    parts = {"half": 0.5, "a half": 0.5, "a third": 1 / 3, "a quarter": 0.25, "一半": 0.5}
    found = re.fullmatch(r"(?P<n>\d+(?:\.\d+)?) ?(?:%|percent|per cent)|百分之(?P<zh>\S+)", _plain(phrase))
    number = number_of(found["n"] or found["zh"]) if found is not None else None
    return number / 100 if number is not None else parts.get(_plain(phrase))


def count_of(phrase: str) -> int | None:
    """A whole number of "three times", "twice", 两份."""
    phrase = _plain(phrase)
    phrase = re.sub(r"\b(?:times|more|time|of|copies)\b", " ", phrase).strip()
    words = {"twice": 2, "thrice": 3, "once": 1, "another": 1, "a couple": 2, "a few": 3, "couple": 2, "a pair": 2,
        "a": 1,
             "an": 1, "a dozen": 12, "several": 3, "few": 3, "one more": 1, "some": 3}  # fmt: skip
    if phrase in words:
        return words[phrase]
    phrase = phrase.rstrip("".join(scene_zh.CLASSIFIERS) + "份次遍") or phrase
    number = number_of(phrase)
    return int(number) if number is not None and number == int(number) and 0 < number <= 1000 else None


_SIZES = {
    "4k": (3840, 2160), "uhd": (3840, 2160), "2160p": (3840, 2160), "full hd": (1920, 1080), "1080p": (1920, 1080),
    "全高清": (1920, 1080), "720p": (1280, 720),
}  # fmt: skip
_LEAST_PIXELS, _MOST_PIXELS = 4, 16384


def resolution_of(phrase: str) -> str | None:
    """The size of a picture, such as "1920x1080", of "1920 by 1080", "4k" and 1920乘1080."""
    phrase = " ".join(phrase.casefold().split())
    found = re.fullmatch(r"(\d{1,5}) ?(?:x|×|\*|by|乘以?) ?(\d{1,5})", phrase)
    sides = (int(found[1]), int(found[2])) if found is not None else _SIZES.get(phrase)
    if sides is None or not all(_LEAST_PIXELS <= side <= _MOST_PIXELS for side in sides):
        return None
    return f"{sides[0]}x{sides[1]}"


def _with_unit(phrase: str, units: str) -> tuple[float, str] | None:
    for word, unit in sorted(table(units).items(), key=lambda item: -len(item[0])):
        if not phrase.endswith(word):
            continue
        before = phrase.removesuffix(word)
        if before and before[-1].isascii() and before[-1].isalpha() and word.isascii():
            continue
        match = re.fullmatch(_NUMBER, before.strip())
        if before.strip() == "" and unit != "deg":
            return None
        number = number_of(re.sub(r" (?:a|an|of a)$", "", before.strip())) if match else None
        if before.strip() in ("a", "an"):
            number = 1.0
        if before.strip() in ("half a", "half of a"):
            number = 0.5
        if number is not None:
            return number, unit
    return None


def _plain(phrase: str) -> str:
    phrase = phrase.strip().casefold()
    phrase = re.sub(r"^(?:by|about|around|exactly|roughly|another|大约|约|差不多) ?", "", phrase)
    return " ".join(phrase.split())
