"""What is said otherwise: not this but that, changes from one thing to another, things that go, two comparisons."""

from __future__ import annotations

import pytest

from ml_core import LanguageModel

MODEL = LanguageModel.load()
GREEN, BLUE, RED_HAIR = "#66784f", "#2b4f9e", "#8a3a1c"


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("her eyes are not blue but green", {"eye": GREEN}),
        ("眼睛不是蓝色而是绿色", {"eye": GREEN}),
        ("hair like before but red", {"hair": RED_HAIR}),
        ("the same hair but red", {"hair": RED_HAIR}),
        ("change her shirt to blue", {"top": BLUE, "garments": ["shirt"]}),
        ("shirt to blue", {"top": BLUE, "garments": ["shirt"]}),
        ("long legs, short torso", {}),
        ("a girl with one blue eye and one brown", {"eye": "#5d7992", "presentation": 1.0, "age": 11.0}),
    ],
)  # fmt: skip
def test_the_later_is_meant(text: str, traits: dict) -> None:
    assert MODEL.read_description(text).traits.to_dict() == traits


def test_trousers_that_become_jeans_are_gone() -> None:
    assert MODEL.describe("change the trousers to jeans").garments == ("jeans",)


@pytest.mark.parametrize(
    "text", ["remove the glasses and give him a hat", "take off his glasses, give him a hat", "摘掉眼镜，戴帽子"]
)
def test_what_is_taken_off_is_not_put_on(text: str) -> None:
    read = MODEL.read_description(text)
    assert read.without == ("glasses",)
    assert "glasses" not in (read.traits.garments or ())


@pytest.mark.parametrize("text", ["make her hair shorter and darker", "头发短一点深一点"])
def test_both_comparisons_count(text: str) -> None:
    assert [change.trait for change in MODEL.read_description(text).changes] == ["hair_length", "hair"]


@pytest.mark.parametrize("text", ["younger, around 18", "更年轻，十八岁"])
def test_an_age_that_is_said_is_not_changed_further(text: str) -> None:
    read = MODEL.read_description(text)
    assert (read.traits.age, read.changes) == (18.0, ())


def test_an_ancestry_stands_before_somebody() -> None:
    read = MODEL.read_description("japanese man in a navy suit")
    assert read.traits.ancestry == (0.0, 1.0, 0.0)
    assert read.traits.outfit == "business"
    assert not read.ignored
    assert MODEL.describe("a woman in a black dress").ancestry is None
    assert MODEL.describe("a black jacket on a man").ancestry is None


@pytest.mark.parametrize(
    ("text", "word"), [("a baby", "baby"), ("婴儿", "婴儿"), ("one blue eye and one brown eye", "mismatched")]
)
def test_what_cannot_be_is_told(text: str, word: str) -> None:
    assert word in MODEL.read_description(text).ignored


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("hide everything that is not furniture", ["furniture"]),
        ("select everything that isn't a chair", ["chair"]),
        ("select all the objects which are not chairs or tables", ["chair", "table"]),
        ("隐藏所有不是椅子的东西", ["chair"]),
        ("选中不是家具的物体", ["furniture"]),
    ],
)
def test_what_is_not_something_is_everything_but_that(text: str, excluded: list[str]) -> None:
    (step,) = MODEL.read_command(text).steps
    assert [term.kind for term in step.terms] == ["everything"]
    assert [term.value for term in step.excluded] == excluded


def test_what_is_not_selected_is_no_exception() -> None:
    (step,) = MODEL.read_command("hide everything that is not selected").steps
    assert not step.excluded
