"""The shape of a face is learned where what the network sees says anything of it, and not where it does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_core.inference.photo.likeness import SLIDER_NAMES
from ml_core.training.faces.likeness import MEASURES, Examples, seen_people, taught


def made_examples(says_something: bool, people: int = 150) -> Examples:
    """Heads that differ in fourteen directions, and features that are linear in them or mere noise."""
    rng = np.random.default_rng(3)
    hidden = rng.normal(size=(people, 14))
    shape = hidden @ rng.normal(size=(14, 468 * 3)) * 0.01
    seen = hidden if says_something else rng.normal(size=hidden.shape)
    features = (seen @ rng.normal(size=(14, 300)))[:, None] + rng.normal(size=(people, 2, 300)) * 0.3
    traits = rng.normal(size=(people, len(SLIDER_NAMES) + 4))
    return Examples(np.arange(people), features, shape, traits, rng.uniform(-40, 40, people))


def test_what_the_features_say_is_read() -> None:
    arrays, figures = taught(made_examples(True))
    assert figures["share of the variance of shapes that is read, people kept out"] > 0.6
    assert figures["the right one of 20 is nearest"] > 0.9
    assert arrays["weights"].shape == (300, MEASURES)
    assert arrays["weights"].dtype == np.int8


def test_noise_is_no_likeness() -> None:
    _, figures = taught(made_examples(False))
    assert figures["share of the variance of shapes that is read, people kept out"] < 0.1
    assert figures["the right one of 20 is nearest"] < 0.2


def test_people_are_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = seen_people(2, tmp_path)
    assert len(first.number) == 2
    assert first.features.shape[1] == 2
    assert np.abs(first.features[:, 0] - first.features[:, 1]).mean() > 0, "shown a second time as changed"
    monkeypatch.setattr("ml_core.training.faces.likeness.drawn", lambda number: pytest.fail("drawn again"))
    again = seen_people(2, tmp_path)
    assert np.array_equal(first.features, again.features)
    assert np.array_equal(first.shape, again.shape)
