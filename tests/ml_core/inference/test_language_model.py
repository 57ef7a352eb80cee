from __future__ import annotations

import pytest

from ml_core import InputError, LanguageModel
from ml_core.vocabulary.commands import EVERYTHING, REST, SceneCommand

MODEL = LanguageModel.load()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a tall woman in a navy suit, dark skin, blond hair", {"outfit": "business", "presentation": 1.0}),
        ("an old soldier with green eyes", {"outfit": "military"}),
        ("a nurse in blue scrubs", {"outfit": "medical"}),
        ("一位穿藏青色西装的高个女人,深色皮肤", {"outfit": "business", "presentation": 1.0}),
        ("穿白大褂的男医生,黑头发", {"outfit": "medical", "presentation": 0.0}),
    ],
)
def test_traits_of_a_sentence(text: str, wanted: dict) -> None:
    traits = MODEL.describe(text).to_dict()
    assert {name: traits.get(name) for name in wanted} == wanted


def test_colors_go_to_their_nouns() -> None:
    traits = MODEL.describe("a man with brown hair in a red shirt and black trousers")
    red, dark = traits.top, traits.bottom
    assert red is not None
    assert dark is not None
    assert int(red[1:3], 16) > 2 * int(red[3:5], 16)
    assert int(dark[1:3], 16) < 60
    assert traits.skin is None


def test_height_follows_presentation() -> None:
    tall, short = MODEL.describe("a tall woman").height, MODEL.describe("a short woman").height
    assert tall is not None
    assert short is not None
    assert tall > short


def test_an_empty_sentence_asks_for_nothing() -> None:
    assert MODEL.describe("").to_dict() == {}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("hide every chair", [("hide", "chair")]),
        ("hide every chair and export the rest to unreal", [("hide", "chair"), ("export", REST)]),
        ("select all shelves", [("select", "shelf")]),
        ("delete the ceiling lights and the lamps", [("delete", "ceiling_light"), ("delete", "lamp")]),
        ("label everything", [("label", EVERYTHING)]),
        ("隐藏所有椅子", [("hide", "chair")]),
        ("隐藏所有椅子,把其余的导出到虚幻", [("hide", "chair"), ("export", REST)]),
    ],
)
def test_steps_of_a_command(text: str, steps: list[tuple[str, str]]) -> None:
    found = MODEL.command(text)
    assert sorted((one.action, one.what) for one in found) == sorted(steps)


def test_an_export_knows_its_target() -> None:
    assert MODEL.command("export the chairs to unity") == [SceneCommand("export", "chair", target="unity")]


def test_a_command_without_a_verb_is_refused() -> None:
    with pytest.raises(InputError, match="no known verb"):
        MODEL.command("the weather is nice")


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("a woman with a ponytail", "ponytail"),
        ("a man in a suit with short black hair", "short_crop"),
        ("a long-haired woman", "long_straight"),
        ("a girl with long, wavy blond hair", "long_wavy"),
        ("a bald man", "none"),
        ("a woman with a bob and blue eyes", "bob"),
        ("a soldier with a buzz cut", "buzz"),
        ("curly hair", "afro"),
        ("her hair is in a bun", "bun"),
        ("a tall man in a coat", None),
        ("黑色马尾的女人", "ponytail"),
        ("短发男人", "short_crop"),
        ("金色长发的女孩", "long_straight"),
        ("留着长长的黑发的女人", "long_straight"),
        ("光头男士", "none"),
        ("丸子头", "bun"),
        ("一个高个子男人", None),
    ],
)
def test_hair_styles_by_their_words(text, style):
    assert MODEL.describe(text).hair_style == style


@pytest.mark.parametrize(
    ("text", "hair"),
    [
        ("a woman with a red ponytail in a blue shirt", "#8a3a1c"),
        ("a man with a grey buzz cut", "#8b8986"),
        ("扎红色马尾的女人", "#8a3a1c"),
    ],
)
def test_a_hair_style_takes_the_colour_before_it(text, hair):
    assert MODEL.describe(text).hair == hair


def test_a_crop_top_is_no_hair():
    traits = MODEL.describe("a woman in a red crop top")
    assert (traits.hair, traits.hair_style, traits.top) == (None, None, "#b22222")


def test_short_hair_makes_nobody_short():
    traits = MODEL.describe("a woman with short blond hair")
    assert (traits.height, traits.hair_style, traits.hair) == (None, "short_crop", "#b8935c")
    assert MODEL.describe("a short woman with a ponytail").height is not None
