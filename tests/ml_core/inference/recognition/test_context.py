"""What a thing is beside the others of its scene: sizes, places, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml_core.inference.recognition.context import Placed, carried_by, in_context, scene_scale
from ml_core.inference.recognition.objects import Recognition
from ml_core.vocabulary.scene.labels import LABELS
from ml_core.vocabulary.scene.places import CARRIED_BY, COME_ALONE, HOLDERS, PORTABLE
from ml_core.vocabulary.scene.sizes import TYPICAL_SIZE, USUAL_BOX

THRESHOLD = 0.5
GROWN = np.array([0.13, 0.13, 0])
pytestmark = pytest.mark.both_blenders


def thing(
    ranking: dict[str, float],
    size: tuple[float, float, float],
    at: tuple[float, float, float] = (0, 0, 0),
    known: float = 0.9,
    is_open: bool = True,
) -> Placed:
    """A thing whose bottom is around ``at``."""
    pairs = list(ranking.items())
    label = pairs[0][0] if known >= THRESHOLD else None
    result = Recognition(label, pairs[0][1], pairs, known, np.zeros(4, np.float32))
    half = np.array([size[0] / 2, size[1] / 2, 0])
    return Placed(result, np.array(at) - half, np.array(at) + half + [0, 0, size[2]], is_open)


def furniture(scale: float) -> list[Placed]:
    """Four sure things that stand apart on the floor."""
    boxes = {"chair": (0.5, 0.5, 0.9), "table": (1.6, 0.9, 0.75), "door": (0.9, 0.1, 2.05), "sofa": (2.0, 0.9, 0.85)}
    return [
        thing({label: 0.97}, (x * scale, y * scale, z * scale), (5 * scale * number, 0, 0))
        for number, (label, (x, y, z)) in enumerate(boxes.items(), start=1)
    ]


@pytest.mark.parametrize("scale", [1.0, 1.7, 0.5])
def test_size_says_which_guess_is_right_at_any_scale_of_the_scene(scale: float) -> None:
    doubtful = {"bench": 0.55, "person": 0.42}
    standing = thing(doubtful, (0.55 * scale, 0.5 * scale, 1.7 * scale))
    lying = thing(doubtful, (1.5 * scale, 0.45 * scale, 0.6 * scale), (0, 5 * scale, 0))
    results = in_context([standing, lying, *furniture(scale)], THRESHOLD)
    assert [result.label for result in results[:2]] == ["person", "bench"]
    assert [result.label for result in results[2:]] == ["chair", "table", "door", "sofa"]


def test_copies_of_one_mesh_are_one_kind_whichever_way_they_are_turned() -> None:
    straight = thing({"armchair": 0.52, "chair": 0.47}, (0.5, 0.5, 0.9))
    turned = replace(straight, low=straight.low - GROWN, high=straight.high + GROWN)
    own = replace(turned, result=replace(turned.result))  # another mesh that looks like it
    labels = [result.label for result in in_context([straight, straight, turned, own, *furniture(1.0)], THRESHOLD)]
    assert labels[:4] == ["chair", "chair", "chair", "armchair"]


@pytest.mark.parametrize(("number", "label"), [(3, "refrigerator"), (7, "cabinet")])
def test_a_row_of_refrigerators_is_one_of_cabinets(number: int, label: str) -> None:
    guesses = {"refrigerator": 0.55, "cabinet": 0.4}
    row = [of_one_make(thing(guesses, (0.8, 0.45, 1.7), (float(place), 3, 0))) for place in range(number)]
    assert [result.label for result in in_context([*row, *furniture(1.0)], THRESHOLD)[:number]] == [label] * number


def test_many_of_several_makes_are_what_they_look_like() -> None:
    guesses = {"refrigerator": 0.55, "cabinet": 0.4}
    shown = [of_one_make(thing(guesses, (0.8, 0.45, 1.7), (float(x), 3, 0)), axis=x % 4) for x in range(8)]
    assert {result.label for result in in_context(shown, THRESHOLD)} == {"refrigerator"}


def of_one_make(placed: Placed, axis: int = 0) -> Placed:
    """The same with an embedding, the unit vector of ``axis``."""
    return replace(placed, result=replace(placed.result, embedding=np.eye(4, dtype=np.float32)[axis]))


def test_the_scale_is_that_of_most_labels() -> None:
    assert scene_scale(furniture(1.0)) == 1.0
    assert scene_scale(furniture(1.7)) == pytest.approx(1.7, rel=0.08)
    assert scene_scale(furniture(1.7)[:2]) == 1.0, "two labels say little"
    crowd = [thing({"cup": 0.9}, (0.5, 0.5, 0.5))] * 50
    assert scene_scale([*furniture(1.0), *crowd]) == 1.0, "fifty cups are one voice"
    assert scene_scale(furniture(100.0)) == 0.0, "a wrong unit"


def test_a_sure_guess_stays_and_chances_stay_chances() -> None:
    odd = thing({"chair": 0.99, "stool": 0.005}, (0.5, 0.5, 3.0))
    results = in_context([odd, *furniture(1.0)], THRESHOLD)
    assert results[0].label == "chair"
    for result in results:
        shares = [share for _, share in result.ranking]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in [*shares, result.known, result.confidence])
        assert sum(shares) <= 1 + 1e-9


def test_what_hangs_is_no_stool() -> None:
    things = furniture(1.0)
    doubtful = {"stool": 0.5, "ceiling_light": 0.4}
    standing = thing(doubtful, (0.45, 0.45, 0.5), (0, 6, 0))
    hanging = thing(doubtful, (0.45, 0.45, 0.5), (0, 8, 1.9))
    cup = thing({"cup": 0.9}, (0.1, 0.1, 0.12), (10, 0, 0.75))
    results = in_context([standing, hanging, cup, *things], THRESHOLD)
    assert results[0].ranking[0][0] == "stool"
    assert results[1].ranking[0][0] == "ceiling_light"
    row = in_context([standing, *things, *things], THRESHOLD)
    assert row[0].ranking[0][0] == "stool"


def test_in_a_row_of_assets_places_say_nothing() -> None:
    frame = thing({"picture_frame": 0.6, "shelf": 0.3}, (0.5, 0.04, 0.5), (0, 7, 0))
    result = in_context([frame, *furniture(1.0), *furniture(1.0)], THRESHOLD)[0]
    assert result.label == "picture_frame"


def test_what_carries_a_thing() -> None:
    low = np.array([[0, 0, 0], [0.2, 0.2, 0.75], [3, 3, 1.5], [0.3, 0.3, 0.4], [5, 5, 0.02]])
    high = np.array([[1, 1, 0.75], [0.3, 0.3, 0.85], [3.5, 3.1, 2], [0.4, 0.4, 0.5], [7, 7, 1]])
    assert carried_by(low, high) == ["floor", "thing", "nothing", "thing", "floor"]


def test_named_and_turned_things_keep_their_result() -> None:
    said = thing({"bench": 1.0}, (0.5, 0.5, 1.7), is_open=False)
    assert in_context([said, *furniture(1.0)], THRESHOLD)[0] is said.result
    assert in_context([], THRESHOLD) == []


def test_every_label_has_a_usual_size_and_no_table_has_another() -> None:
    assert set(USUAL_BOX) == set(TYPICAL_SIZE) == set(LABELS)
    assert set(CARRIED_BY) | PORTABLE | HOLDERS | COME_ALONE <= set(LABELS)
    for label, (longer, shorter, height, *spread) in USUAL_BOX.items():
        assert longer >= shorter > 0
        assert min(height, *spread) > 0
        assert 0.4 < max(longer, height) / TYPICAL_SIZE[label] < 2.5, label
