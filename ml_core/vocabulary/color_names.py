"""Names of colors in English and Chinese: our own first, then those of xkcd, CSS and tradition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from ml_core.color import hex_to_srgb, srgb_to_lab
from ml_core.files import read_json
from ml_core.weights import WEIGHTS_FOLDER

from .words import descriptions_en, descriptions_zh

SHIPPED = WEIGHTS_FOLDER / "color_names.json"


@cache
def english_colors() -> MappingProxyType[str, str]:
    """sRGB hex by name, lower case."""
    names = {name: color for name, color in _shipped()["en"].items() if name not in _NO_COLORS}
    return MappingProxyType(names | descriptions_en.COLORS)


@cache
def chinese_colors() -> MappingProxyType[str, str]:
    """sRGB hex by name; those of one character stand before 色 too."""
    named = _MODERN | descriptions_zh.COLORS
    own = {f"{name}色": color for name, color in named.items()} | named
    return MappingProxyType({name: color for name, color in _shipped()["zh"].items() if len(name) > 1} | own)


def english_word_of(color: str) -> str:
    """The nearest of our own names to an sRGB hex color."""
    return _nearest(color, descriptions_en.COLORS)


def chinese_word_of(color: str) -> str:
    """The nearest of our own names to an sRGB hex color, with 色."""
    return f"{_nearest(color, descriptions_zh.COLORS).removesuffix('色')}色"


def _nearest(color: str, names: Mapping[str, str]) -> str:
    lab = srgb_to_lab(hex_to_srgb(color))
    return min(names, key=lambda name: float(np.linalg.norm(srgb_to_lab(hex_to_srgb(names[name])) - lab)))


_MODERN = {
    "墨绿": "#1f4a33", "天蓝": "#7fb2e5", "乳白": "#f3ede0", "奶白": "#f4eee1", "米白": "#efe6d5", "玫红": "#c22a63",
    "砖红": "#a1452e", "湖蓝": "#2f8fb3", "宝蓝": "#2b4fae", "荧光绿": "#8fe63c", "香槟": "#e8d3ae", "肉": "#e8bfa0",
    "草绿": "#6aa84f", "柠檬黄": "#f1e04c", "杏": "#eac59b", "奶油": "#f1e4c4", "铁灰": "#565b61", "炭灰": "#36393d",
    "薄荷绿": "#9bcbb0", "珊瑚": "#e8735a", "桃": "#f2a7a0", "靛": "#33307a", "玫瑰": "#c9707f", "古铜": "#8c6239",
}  # fmt: skip
"""Chinese names of today beside the traditional ones."""


def _shipped() -> dict[str, dict[str, str]]:
    return read_json(SHIPPED, str(SHIPPED), dict)


_NO_COLORS = {
    "stone", "wood", "dust", "camera", "barf", "poop", "poo", "shit", "puke", "vomit", "snot", "booger", "bile",
    "tree green", "light", "dark", "bland", "desert", "ocean", "sand", "dirt", "mud", "blood", "wine", "steel",
    "leather", "denim", "velvet", "silk", "linen", "cotton", "lipstick", "skin", "hair",
}  # fmt: skip
"""Names of colors that usually mean the substance itself."""
