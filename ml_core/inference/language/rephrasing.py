"""Phrases of descriptions in plainer words, before they are read: "a shirt with stripes" as "a striped shirt"."""

from __future__ import annotations

import re

_HAIR_TO = r"hair\s+(?:that\s+)?(?:(?:goes|falls|falling|reaches|reaching|all the way|down|to)\s+)*"
_PAINTED = "red|pink|purple|black|blue|orange|burgundy|crimson|scarlet"
_PERSONS = r"(?:her|his|their|the)\s+"

_PLAINER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(source, re.IGNORECASE), plainer)
    for source, plainer in (
        # What is said around a change of the avatar that is there: "make the nose smaller"; and that hair is dyed.
        (r"^\s*(?:please\s+)?make (?=(?:the|his|her|their)\b)|还可以(?=再)|染[着了成有]?", ""),
        (r"\b(hair|cut|bob|ponytail|buns?|braids|locks|mohawk)(?: that is| which is)? dyed (?=\w)", r"\1 "),
        (r"([\w-]+) with (?:\w+ )?stripes\b", r"striped \1"),
        (r"([\w-]+) with (?:\w+ )?(?:checks|a check(?:ed)? pattern)\b", r"checked \1"),
        (r"\bhigh[- ]heel(?:s|ed shoes)\b|\bstilettos?\b", "pumps"),
        (rf"\b((?:(?:dark|bright|light) )?(?:{_PAINTED})) lips\b", r"\1 lipstick"),
        (r"\blatina\b(?! (?:woman|girl|lady))", "latin american woman"),
        (r"\blatino\b(?! (?:man|woman|guy|boy|girl|lady))", "latin american man"),
        (r"([红粉紫黑])(?:色的?)?(?:嘴唇|唇)", r"\1色口红"),
        (rf"\b{_HAIR_TO}{_PERSONS}(?:waist|hips|lower back|bottom)\b", "very long straight hair"),
        (rf"\b{_HAIR_TO}{_PERSONS}shoulders\b", "shoulder-length hair"),
        (r"\bneither (?:an? )?(\w+) nor (?:an? )?(\w+)\b", r"without \1 and without \2"),
        (r"\bwith without\b", "without"),
        (r"(?:光着?脚丫?|赤着?脚)的?(?=[男女人小老孩])", "没穿鞋的"),
        (r"皮衣|皮夹克", "皮革夹克"),
    )
)  # fmt: skip
_BAREFOOT = re.compile(r"\s*\b(?:barefoot(?:ed)?|shoeless)\b", re.IGNORECASE)


def plainly(text: str) -> str:
    """The same description in words that the readers know."""
    for pattern, plainer in _PLAINER:
        text = pattern.sub(plainer, text)
    if _BAREFOOT.search(text):
        text = f"{_BAREFOOT.sub('', text).strip(' ,')} without shoes"
    return text
