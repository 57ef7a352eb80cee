"""Colors of tips and temples in sentences."""

from __future__ import annotations

import pytest

from ml_core import LanguageModel

MODEL = LanguageModel.load()


@pytest.mark.parametrize(
    ("text", "zones", "rest"),
    [
        ("a woman with black hair and blond tips", {"tips"}, "a woman with black hair"),
        ("a man of 50 with gray temples", {"temples"}, "a man of 50"),
        ("a woman with blond tips and a red dress", {"tips"}, "a woman with a red dress"),
        ("a girl with long hair and the tips dyed pink", {"tips"}, "a girl with long hair"),
        ("brown hair, tips dyed blue, gray temples", {"tips", "temples"}, "brown hair"),
        ("黑头发金色发梢的女人", {"tips"}, "黑头发的女人"),
        ("一个鬓角灰白的男人", {"temples"}, "一个男人"),
    ],
)
def test_parts_of_the_hair_have_their_colors(text: str, zones: set[str], rest: str) -> None:
    read, alone = MODEL.read_description(text), MODEL.read_description(rest)
    assert set(read.traits.hair_tones or {}) == zones
    assert read.traits.replace(hair_tones=None) == alone.traits
    assert read.ignored == alone.ignored == ()


def test_the_color_is_the_one_that_is_said() -> None:
    blue = MODEL.describe("a woman with black hair and blue tips").hair_tones or {}
    red, green, tone = (int(blue["tips"][place : place + 2], 16) for place in (1, 3, 5))
    assert tone > max(red, green)
    assert MODEL.describe("a woman with black hair and blond tips").hair == MODEL.describe("black hair").hair


def test_what_is_denied_or_no_part_of_the_hair_changes_nothing() -> None:
    for text in ("a man without gray temples", "a man who gives red tips", "a woman with black hair"):
        assert MODEL.describe(text).hair_tones is None, text
