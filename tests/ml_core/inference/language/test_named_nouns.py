"""What names of objects say, and which words of a sentence mean them."""

from __future__ import annotations

from ml_core import LanguageModel
from ml_core.inference.language.named_nouns import is_called, nouns_of_names

NAMES = ("car_taxi", "car_police", "firehydrant", "watertower.001", "Guest_Chair.002", "corner_shelf", "sofa")


def test_words_of_names_are_nouns_of_a_sentence() -> None:
    assert nouns_of_names("put the taxi behind the police car", NAMES) == ("police", "taxi", "police car")
    assert nouns_of_names("hide the taxis", NAMES) == ("taxi",)
    assert "bedside lamp" in nouns_of_names("swap the two bedside lamps", ("bedside lamp.001", "bedside lamp.002"))
    assert "fire hydrant" in nouns_of_names("where is the fire hydrant", NAMES)
    assert "hydrant" in nouns_of_names("frame the hydrant", NAMES)


def test_sorts_of_a_label_are_nouns_where_they_are_meant() -> None:
    names = ("student chair.001", "teacher chair", "bench old")
    assert nouns_of_names("paint all student chairs green", names) == ("student chair",)
    assert "old bench" in nouns_of_names("hide the old bench", names)
    assert nouns_of_names("add an old bench", names) == ()


def test_words_that_sentences_have_anyway_are_none() -> None:
    assert nouns_of_names("put the sofa in the corner", NAMES) == ()
    assert nouns_of_names("light the lamp on the desk", ("street lamp", "desk_light")) == ()
    assert nouns_of_names("hide all the chairs", ("move_all_chairs", "hide")) == ()


def test_a_thing_is_called_by_all_words_of_a_noun() -> None:
    assert is_called("car_police", "police car")
    assert is_called("firehydrant", "hydrant")
    assert is_called("watertower.001", "water tower")
    assert not is_called("car_taxi", "police car")
    assert not is_called("scarf", "car")


def test_a_sentence_is_read_with_them() -> None:
    model = LanguageModel.load()
    (step,) = model.read_command("select all taxis but the broken taxi", (), ("taxi.1", "taxi_broken")).steps
    assert step.terms[0].value == "taxi"
    assert step.excluded[0].value == "broken taxi"


def test_a_thing_is_no_color() -> None:
    model, names = LanguageModel.load(), ("apple", "plum", "desk")

    def read(text: str) -> str:
        return "; ".join(map(str, model.read_command(text, (), names).steps))

    assert read("put the apple on the desk").startswith("place apple")
    assert read("raise the plum by 10 cm").startswith("move plum")
    assert "#" in read("paint the desk plum")
    assert "#" in read("select the plum chairs")
