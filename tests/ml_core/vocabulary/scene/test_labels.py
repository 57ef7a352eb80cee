"""Labels, and what things are called together that are hard to tell apart."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.inference.recognition.scenes import SceneObject, features
from ml_core.vocabulary.scene.labels import (
    COUNTS_AS,
    FIRST_LABELS,
    GROUP_OF,
    GROUPS,
    KINDS,
    LABELS,
    OBJECT_LABELS,
    SURFACES,
    kind_words,
    kinds_of,
    some_kind,
)

pytestmark = pytest.mark.both_blenders


def test_kinds_are_made_of_labels() -> None:
    assert all(len(labels) >= 2 and set(labels) <= set(LABELS) for labels in KINDS.values())
    assert kinds_of("nightstand") == {"table", "storage"}
    assert kinds_of("rock") == {"rock"}
    assert set(GROUP_OF) == set(LABELS)


def test_what_the_networks_know_keeps_its_place_before_what_rules_tell() -> None:
    assert LABELS[: len(FIRST_LABELS)] == FIRST_LABELS
    assert len(FIRST_LABELS) == 52
    assert OBJECT_LABELS[: len(FIRST_LABELS)] == FIRST_LABELS
    assert (*OBJECT_LABELS, *SURFACES) == LABELS
    assert len(set(LABELS)) == len(LABELS) >= 80
    assert set(SURFACES) < set(GROUPS["building_part"])


def test_further_labels_count_as_first_ones() -> None:
    assert set(COUNTS_AS) <= set(OBJECT_LABELS) - set(FIRST_LABELS)
    assert set(COUNTS_AS.values()) <= set(FIRST_LABELS)
    truck, car = (SceneObject(label, (4.4, 1.9, 1.6), (0, 0, 0.8)) for label in ("truck", "car"))
    assert np.array_equal(features([truck]), features([car]))
    assert not np.array_equal(features([truck]), features([SceneObject("anvil", (4.4, 1.9, 1.6), (0, 0, 0.8))]))


def test_what_no_label_is_sure_of_is_some_kind() -> None:
    guesses = [("stool", 0.45), ("chair", 0.4), ("lamp", 0.07), ("bench", 0.05)]
    kind, share = some_kind(guesses) or ("", 0.0)
    assert (kind, round(share, 4)) == ("seat", 0.9)
    assert some_kind([("stool", 0.74), ("chair", 0.26)]) == ("seat", 1.0)
    assert kind_words("bathroom_fixture") == "Some kind of bathroom fixture"


@pytest.mark.parametrize(
    "guesses",
    [
        [],
        [("stool", 0.76), ("chair", 0.24)],  # sure enough
        [("stool", 0.4), ("lamp", 0.4), ("chair", 0.2)],  # no kind is
        [("rock", 0.5), ("rock", 0.4)],  # of no kind
        [("lamp", 0.4), ("chair", 0.3), ("stool", 0.3)],  # the best guess is not a seat
    ],
)
def test_else_nothing_is_said(guesses: list[tuple[str, float]]) -> None:
    assert some_kind(guesses) is None
