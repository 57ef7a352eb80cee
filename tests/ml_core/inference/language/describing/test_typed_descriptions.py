"""Descriptions as people type them: ages in figures, everyday words for clothes, Chinese numbers of weights."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from ml_core import LanguageModel
from ml_core.inference.language.rephrasing import plainly


@cache
def model() -> LanguageModel:
    return LanguageModel.load()


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("boy about 8 yrs old", {"age": 8.0}),
        ("a man, 35 yo", {"age": 35.0}),
        ("a woman in her mid 30s", {"age": 35.0}),
        ("man, early 40s, bald", {"age": 42.0}),
        ("late 50s lady", {"age": 58.0}),
        ("japanese schoolgirl", {"age": 14.0}),
        ("a man in a tuxedo", {"garments": ("blazer", "shirt", "bow_tie"), "top": "#1a1a1a", "bottom": "#1a1a1a"}),
        ("a muscular latina in gym clothes", {"garments": ("tank_top", "shorts", "sneakers")}),
        ("an office worker", {"outfit": "business"}),
        ("a woman with a deep tan", {"skin": "#b07a50"}),
        ("a man with a square face", {"face": {"jaw_width": 0.7}}),
        ("体重九十公斤、身高一米八五的男人", {"height": 1.85, "weight": 0.7}),
        ("三十来岁的男人，有点秃顶", {"hair_style": "receding"}),
        ("穿迷彩服的女兵", {"outfit": "military", "presentation": 1.0}),
        ("穿黑色长裤的奶奶", {"garments": ("trousers",), "bottom": "#1a1a1a"}),
    ],
)
def test_what_is_typed_is_read_whole(text: str, traits: dict[str, Any]) -> None:
    read = model().read_description(text)
    assert read.ignored == ()
    assert {name: getattr(read.traits, name) for name in traits} == traits


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("体重一百二十斤", "体重120斤"),
        ("体重九十五公斤", "体重95公斤"),
        ("体重十公斤", "体重10公斤"),
        ("体重一百零五斤", "体重105斤"),
        ("a tan coat", "a tan coat"),
        ("in the early morning", "in the early morning"),
    ],
)
def test_numbers_are_figures_and_other_words_stay(text: str, said: str) -> None:
    assert plainly(text) == said
