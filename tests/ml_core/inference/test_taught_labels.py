from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_core import InputError
from ml_core.inference.taught_labels import TaughtLabels

RNG = np.random.default_rng(0)


def unit(*near: np.ndarray, noise: float = 0.0) -> np.ndarray:
    vector = (sum(near) if near else RNG.normal(size=32)) + noise * RNG.normal(size=32) / np.sqrt(32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def test_like_things_get_the_label_and_others_do_not() -> None:
    memory, thing = TaughtLabels("w"), unit()
    memory.teach("Sprocket", thing)
    found = memory.find(np.stack([thing, unit(thing, noise=0.3), unit()]))
    assert found[0][0] == found[1][0] == "Sprocket"
    assert found[0][1] == pytest.approx(1)
    assert found[2] is None


def test_the_nearest_of_several_wins() -> None:
    memory, one, other = TaughtLabels("w"), unit(), unit()
    memory.teach("one", one)
    for _ in range(3):
        memory.teach("other", unit(other, noise=0.2))
    assert [name for name, _ in memory.find(np.stack([unit(one, noise=0.2), unit(other, noise=0.2)]))] == [
        "one",
        "other",
    ]


def test_the_last_word_on_an_object_counts() -> None:
    memory, thing = TaughtLabels("w"), unit()
    memory.teach("wrong", thing)
    memory.teach("right", thing)
    assert memory.counts == {"right": 1}
    memory.forget("right")
    assert not memory
    assert memory.find(thing[None]) == [None]


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    memory, thing = TaughtLabels("w"), unit()
    memory.teach("齿轮", thing)
    path = tmp_path / "deep" / "taught.json"
    memory.save(path)
    again = TaughtLabels.load(path, "w")
    assert again.find(thing[None])[0][0] == "齿轮"
    assert not TaughtLabels.load(tmp_path / "missing.json", "w")
    assert [one.name for one in path.parent.iterdir()] == ["taught.json"]


@pytest.mark.parametrize("text", ["", "{}", '{"format": "atelier taught labels", "version": 9}', "[1, 2]"])
def test_damaged_files_say_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "taught.json"
    path.write_text(text)
    with pytest.raises(InputError, match="taught"):
        TaughtLabels.load(path, "w")


def test_other_weights_and_bad_names_are_refused(tmp_path: Path) -> None:
    memory = TaughtLabels("w")
    memory.teach("a", unit())
    memory.save(tmp_path / "t.json")
    with pytest.raises(InputError, match="other weights"):
        TaughtLabels.load(tmp_path / "t.json", "v")
    for name in ("", "   ", "x" * 41, "a\nb"):
        with pytest.raises(InputError, match="label"):
            memory.teach(name, unit())
    with pytest.raises(InputError, match="expected an embedding"):
        memory.teach("b", np.ones(5, np.float32))
