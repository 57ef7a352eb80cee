"""Values in spans of a description: age, presentation, colors, and the place of a layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ml_core.inference.language.describing.measures import measures_in
from ml_core.inference.language.understanding.people.trait_words import Finder, inverse, rows
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.words import color_of, number_of, shaded
from ml_core.inference.textures.layer_kinds import PLACED_KINDS, Layer, default_layer
from ml_core.vocabulary.avatar.designs import DEFAULT_DESIGNS
from ml_core.vocabulary.color_names import chinese_colors, english_colors
from ml_core.vocabulary.words import people_en, people_zh

AVERAGE_BUILD = 0.4


def years_of(text: str) -> float | None:
    """An age in years in a phrase: digits, words, decades."""
    measured = next((item.years for item in measures_in(text) if item.years is not None), None)
    if measured is not None:
        return measured
    for place, word in enumerate(("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties"), 2):
        if word in text:
            return 10.0 * place + (2 if "early" in text else 8 if "late" in text else 5)
    decade = re.search(r"(early|mid|late)?-? ?([1-9])0(?:'|’)?s", text)
    if decade is not None:
        return 10.0 * int(decade[2]) + {"early": 2, "mid": 5, "late": 8}.get(decade[1] or "", 5)
    chinese = re.search(r"(\d0|[二三四五六七八九]十)(?:多岁|几岁|来岁|出头|岁左右)", text)
    if chinese is not None:
        tens = number_of(chinese[1]) or 0.0
        return tens + (2 if "出头" in text else 0 if "左右" in text else 5)
    bare = re.fullmatch(r"(?:about |around |aged |age |of )?(\d{1,3})(?: ?(?:years?|yo|y/o|yrs?)(?:[ -]old)?)?", text)
    return float(bare[1]) if bare is not None else None


def presentation_of(span: Span) -> float | None:
    known = inverse("PRESENTATION")
    if span.key in known:
        return float(known[span.key])
    if not any(piece.is_chinese for piece in span.pieces):
        return next(
            (float(known[piece.key]) for piece in span.pieces if piece.key in known), _OTHER_PEOPLE.get(span.key)
        )
    for character, value in (("女", 1.0), ("奶奶", 1.0), ("太太", 1.0), ("妈", 1.0), ("姑娘", 1.0), ("姐", 1.0),
        ("妹", 1.0),
                             ("阿姨", 1.0), ("男", 0.0), ("爷", 0.0), ("伙", 0.0), ("叔", 0.0), ("哥", 0.0), ("老头",
                                 0.0),
                             ("伯", 0.0), ("爸", 0.0), ("壮汉", 0.0), ("先生", 0.0), ("婆", 1.0)):  # fmt: skip
        if character in span.key:
            return value
    return None


_OTHER_PEOPLE = {"dude": 0.0, "granny": 1.0, "lad": 0.0, "chap": 0.0, "bloke": 0.0, "gal": 1.0, "businesswoman": 1.0,
                 "businessman": 0.0, "old lady": 1.0}  # fmt: skip


def age_of(span: Span) -> float | None:
    years = rows("AGES").get(span.key)
    return float(years) if years is not None else None


def any_color(finder: Finder) -> str | None:
    """The color in a span, including a shade before it; two of them are more than one color can show."""
    names = chinese_colors() if finder.is_chinese else english_colors()
    table = {name: 1 for name in names if name not in ("dark", "light", "深", "浅")}
    if colors_in(finder, table) > 1:
        return None
    word = finder.take_word(table)
    if word is None:
        return None
    color = color_of(word)
    shade = finder.take({"dark": 0.55, "light": 1.5, "bright": 1.15, "深": 0.55, "浅": 1.5, "亮": 1.15, "淡": 1.6,
        "deep": 0.6,
                         "pale": 1.6})  # fmt: skip
    finder.take_word({"色": 1, "colored": 1, "coloured": 1, "color": 1, "色的": 1})
    return shaded(color, shade) if color is not None and shade is not None else color


def colors_in(finder: Finder, names: Mapping[str, Any]) -> int:
    """How many colors are left in a span, the longest names first."""
    rest, count = finder.copy(), 0
    while rest.take_word(names) is not None:
        count += 1
    return count


def layer_amount(degree: float) -> float:
    return round(max(0.1, min(1.0, 0.55 * degree)), 2)


_TATTOO_SIZES = {"torso": 0.16, "upper_arm": 0.09, "lower_arm": 0.085, "upper_leg": 0.12, "lower_leg": 0.09}
"""Meters; elsewhere as usual."""


def placed_layer(
    kind: str, word: str | None, side: str | None, color: str | None, degree: float, design: str | None = None
) -> Layer:
    """A layer as a sentence says it; where it lies, how large it is and its design are as usual where it says nothing.

    Args:
        word: a word of ``PLACES``.
        side: ``left`` or ``right``.
        design: one of :data:`~ml_core.vocabulary.avatar.designs.DESIGNS`.
    """
    values: dict[str, Any] = {"amount": layer_amount(degree), "color": color or ""}
    if kind in DEFAULT_DESIGNS:
        values["design"] = design or DEFAULT_DESIGNS[kind]
        values["amount"] = round(min(1.0, degree * default_layer(kind).amount), 2)
    if word is not None and kind in PLACED_KINDS:
        part = inverse("PLACES")[word]
        xy: Mapping[str, tuple[float, float]] = {**people_en.PLACE_XY, **people_zh.PLACE_XY}
        x, y = xy.get(word, (0.5, 0.5))
        if part in ("head", "torso"):
            values |= {"chart": part, "x": 1 - x if side == "left" and x != 0.5 else x, "y": y}
        else:
            values |= {"chart": f"{side if side in ('left', 'right') else 'left'}_{part}", "x": x, "y": y}
        if kind == "tattoo" and part in _TATTOO_SIZES:
            values["size"] = _TATTOO_SIZES[part]
    return default_layer(kind, **values)


OF_MEASURES = re.compile(
    r"\d|cm|met(?:er|re)|f(?:ee|oo)?t|inch|tall|high|height|year|old|age|ties|米|厘|公|分|高|岁|多|来|出头|左右|[一二三四五六七八九十两百半]|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|early|mid|late|about|around|^'$|^\"$|^m$|^in$"
)

STYLE_WORDS = {
    "shoulder-length": "lob", "chin-length": "bob", "medium length": "lob", "frizzy": "afro", "kinky": "coily_short",
    "curly": "curly_short", "wavy": "long_wavy", "straight": "long_straight", "long": "long_straight",
    "short": "short_crop",
    "very long": "long_straight", "very short": "buzz", "cropped": "buzz", "buzzed": "buzz", "shaved": "buzz",
    "spiky": "spiky", "long curly": "long_curly", "long wavy": "long_wavy", "short curly": "curly_short",
    "slicked-back": "combed_back", "slicked back": "combed_back", "side-parted": "side_part", "completely bald": "none",
    "balding": "receding", "bald-headed": "none", "长卷": "long_curly", "短卷": "curly_short", "长直": "long_straight",
    "卷": "curly_short", "直": "long_straight", "长": "long_straight", "短": "short_crop", "齐肩": "lob", "中长": "lob",
    "波浪": "long_wavy", "很短": "buzz", "很长": "long_straight", "齐耳": "bob", "自然卷": "curly_short",
    "披肩": "long_straight",
    "大波浪": "long_wavy", "高马尾": "high_ponytail", "长卷发": "long_curly", "秃头": "none", "afro": "afro",
}  # fmt: skip
HAIR_NOUNS = dict.fromkeys(
    (
        "hair",
        "haired",
        "hairs",
        "cut",
        "hairstyle",
        "tied",
        "curls",
        "头发",
        "发",
        "一头",
        "发型",
        "扎成",
        "梳成",
        "头发是",
    ),
    1,
)


def clothes_words() -> dict[str, str]:
    """Words for clothes that are not pieces of the wardrobe, with the color trait that they carry."""
    return {word: kind for word, kind in inverse("NOUNS").items() if kind in ("top", "bottom", "suit")}


ANY_CLOTHES = ("clothes", "outfit", "clothing", "衣服", "attire", "everything")
