from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml_core import InputError, ObjectRecognizer
from ml_core.datasets.furniture.plain import BUILDERS
from ml_core.inference.recognition.taught_labels import SIMILAR, Example, TaughtLabels, nearest_labels
from tests.ml_core.inference.recognition.test_objects import joined

RNG = np.random.default_rng(0)


class Fake:
    """Stands for a recognizer: embeds an example by the first values of its views."""

    def __init__(self, fingerprint: str, sign: float = 1.0, similar: float = SIMILAR) -> None:
        self.fingerprint, self._sign, self.similar = fingerprint, sign, similar

    def embed(self, views: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        flat = views.reshape(len(views), -1)[:, :32].astype(np.float32) - 128
        return self._sign * flat / np.linalg.norm(flat, axis=1, keepdims=True)


def example(near: Example | None = None, noise: int = 0, recognizer: Fake | None = None) -> Example:
    views = RNG.integers(0, 256, (6, 3, 64, 64), dtype=np.uint8) if near is None else near.views.copy()
    if noise:
        shaken = views.reshape(-1)[:32].astype(int) + RNG.integers(-noise, noise, 32)
        views.reshape(-1)[:32] = np.clip(shaken, 0, 255)
    size = np.ones(4, np.float32)
    return Example(views, size, (recognizer or Fake("w")).embed(views[None], size[None])[0])


def names(memory: TaughtLabels, *examples: Example) -> list[str | None]:
    return [found and found[0] for found in memory.find(np.stack([one.embedding for one in examples]))]


def test_like_things_get_the_label_and_others_do_not() -> None:
    memory, thing = TaughtLabels(Fake("w")), example()
    memory.teach("Sprocket", thing)
    assert names(memory, thing, example(thing, 40), example()) == ["Sprocket", "Sprocket", None]
    assert memory.find(thing.embedding[None])[0][1] == pytest.approx(1)


def test_the_nearest_of_several_wins() -> None:
    memory, one, other = TaughtLabels(Fake("w")), example(), example()
    memory.teach("one", one)
    for _ in range(3):
        memory.teach("other", example(other, 30))
    assert names(memory, example(one, 30), example(other, 30)) == ["one", "other"]
    assert memory.counts == {"one": 1, "other": 3}


def test_a_recognizer_says_itself_from_where_on_things_are_alike() -> None:
    thing = example()
    near = example(thing, noise=60)
    cosine = float(near.embedding @ thing.embedding)
    for similar, found in ((cosine - 0.01, True), (cosine + 0.01, False)):
        memory = TaughtLabels(Fake("w", similar=similar))
        memory.teach("Gizmo", thing)
        assert (memory.find(near.embedding[None])[0] is not None) == found


def test_one_of_the_examples_or_all_of_them_may_be_near() -> None:
    axes = np.eye(4)
    several, single = axes[:3], (axes[0] + axes[1])[None] / np.sqrt(2)
    best, near = nearest_labels(np.stack([axes[0], axes[3]]), [several, single])
    assert best[0] == 0, "it is an example, though the mean of the other is nearer"
    assert near[0] == pytest.approx((1 + 1 / np.sqrt(3)) / 2)
    assert near[1] == pytest.approx(0)


def test_the_last_word_on_an_object_counts() -> None:
    memory, thing = TaughtLabels(Fake("w")), example()
    memory.teach("wrong", thing)
    memory.teach("right", thing)
    assert memory.counts == {"right": 1}
    memory.forget("right")
    assert not memory
    assert names(memory, thing) == [None]


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    memory, thing = TaughtLabels(Fake("w")), example()
    memory.teach("齿轮", thing)
    path = tmp_path / "deep" / "taught.json"
    memory.save(path)
    assert names(TaughtLabels.load(path, Fake("w")), thing) == ["齿轮"]
    assert not TaughtLabels.load(tmp_path / "missing.json", Fake("w"))
    assert [one.name for one in path.parent.iterdir()] == ["taught.json"]


def test_what_was_taught_outlives_the_weights(tmp_path: Path) -> None:
    memory, thing = TaughtLabels(Fake("old")), example()
    memory.teach("Sprocket", thing)
    memory.save(tmp_path / "taught.json")
    newer = Fake("new", sign=-1.0)
    again = TaughtLabels.load(tmp_path / "taught.json", newer)
    assert names(again, example(thing, recognizer=newer)) == ["Sprocket"]
    assert names(again, thing) == [None]


@pytest.mark.parametrize("text", ["", "{}", '{"format": "atelier taught labels", "version": 9}', "[1, 2]"])
def test_damaged_files_say_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "taught.json"
    path.write_text(text)
    with pytest.raises(InputError, match="taught"):
        TaughtLabels.load(path, Fake("w"))


def test_damaged_views_say_so(tmp_path: Path) -> None:
    memory = TaughtLabels(Fake("w"))
    memory.teach("a", example())
    memory.save(tmp_path / "t.json")
    data = json.loads((tmp_path / "t.json").read_text())
    data["labels"]["a"][0]["views"] = data["labels"]["a"][0]["views"][:400]
    (tmp_path / "t.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match="holds no taught labels"):
        TaughtLabels.load(tmp_path / "t.json", Fake("w"))


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="label"):
        TaughtLabels(Fake("w")).teach(name, example())


def test_the_real_recogniser_knows_a_thing_again() -> None:
    recognizer = ObjectRecognizer.load()
    memory = TaughtLabels(recognizer)
    vertices, triangles = joined(BUILDERS["lamp"]())
    memory.teach("Lantern", recognizer.example(vertices, triangles))
    turned = vertices @ np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1.0]])
    results = recognizer.recognize([(turned, triangles), joined(BUILDERS["sofa"]())])
    assert [found and found[0] for found in memory.find(np.stack([r.embedding for r in results]))] == ["Lantern", None]
