"""The hand-written test sentences: how many are read as they should be, and that training never saw them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from ml_core import LanguageModel

pytest.importorskip("torch", reason="the grammar and the scores come with the training code")

from ml_core.datasets.language.public import clinc_sentences, snips_examples
from ml_core.datasets.language.sampling import DOMAINS, sentence
from ml_core.inference.language.understanding.tagging.tagger import SHIPPED
from ml_core.training.language.written import (
    FOLDER,
    REFUSED,
    command_expected,
    command_read,
    refusal_share,
    scores_of,
    sentences,
)

DATA = Path(os.environ.get("ATELIER_DATA", "../shared/data")) / "language"
WRITTEN = [name for name in ("test_en", "test_zh", "test_en_looks", "test_zh_looks", "test_en_other", "test_zh_other")]


@pytest.fixture(scope="module")
def scores() -> dict:
    return {"model": scores_of(LanguageModel.load()), "rules": scores_of(LanguageModel())}


def test_there_are_two_hundred_sentences_in_each_language(scores: dict) -> None:
    assert all(scores["model"][language]["sentences"] >= 200 for language in ("en", "zh"))


@pytest.mark.parametrize(("language", "least"), [("en", 0.9), ("zh", 0.87)])
def test_whole_parses_are_right_and_far_beyond_the_rules(scores: dict, language: str, least: float) -> None:
    print(scores)
    model, rules = (scores[name][language]["whole_right"] for name in ("model", "rules"))
    assert model >= least
    assert model >= rules + 0.15


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_out_of_scope_is_refused(scores: dict, language: str) -> None:
    assert scores["model"][language]["out_of_scope_refused"] >= 0.95


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the shared data folder (ATELIER_DATA)")
def test_public_sentences_out_of_scope_are_refused() -> None:
    model = LanguageModel.load()
    assert refusal_share(model, clinc_sentences(DATA, "test")[::9]) >= 0.95
    assert refusal_share(model, [example.text for example in snips_examples(DATA, "validate")][::3]) >= 0.95


def test_the_grammar_makes_none_of_the_test_sentences() -> None:
    rng = np.random.default_rng(5)
    drawn = {
        _plain(sentence(language, domain, rng).text)
        for language in ("en", "zh")
        for domain in DOMAINS
        for _ in range(3000)
    }
    files = "".join(path.read_text(encoding="utf-8") for path in Path("ml_core/datasets/language").glob("*.toml"))
    for name in WRITTEN:
        for text, _ in sentences(name):
            assert _plain(text) not in drawn, text
            assert len(text) < 12 or text not in files, text


def test_the_weights_are_small() -> None:
    assert SHIPPED.stat().st_size <= 5 * 2**20
    assert FOLDER.is_dir()


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everyday_commands_are_read_as_they_are_meant(language: str) -> None:
    model = LanguageModel.load()
    wrong = {
        text: (read, wanted)
        for text, wanted in sentences(f"everyday_{language}")
        if (read := command_read(model, text)) != command_expected(wanted)
    }
    assert not wrong


@pytest.mark.parametrize(
    "text",
    [
        "color every bluest chair",
        "are the chairs red",
        "paint the cathedrals grey",
        "把窗户打开",
        "关门",
        "make the man taller than the woman",
        "double the number of chairs",
        "place trees every 2 meters along the fence",
    ],
)
def test_what_has_no_meaning_here_is_refused(text: str) -> None:
    assert command_read(LanguageModel.load(), text) == REFUSED
