"""What names of objects say, and which words of a sentence mean them."""

from __future__ import annotations

from ml_core import LanguageModel
from ml_core.inference.language.named_nouns import is_called, nouns_of_names

NAMES = ("car_taxi", "car_police", "firehydrant", "watertower.001", "Guest_Chair.002", "corner_shelf", "sofa")


def test_words_of_names_are_nouns_of_a_sentence() -> None:
    assert nouns_of_names("put the taxi behind the police car", NAMES) == ("police", "taxi", "police car")
    assert nouns_of_names("hide the taxis", NAMES) == ("taxi",)
    assert "fire hydrant" in nouns_of_names("where is the fire hydrant", NAMES)
    assert "hydrant" in nouns_of_names("frame the hydrant", NAMES)


def test_words_that_sentences_have_anyway_are_none() -> None:
    assert nouns_of_names("put the sofa in the corner", NAMES) == ()
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
