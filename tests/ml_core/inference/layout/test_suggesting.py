"""Suggestions of objects: what stands together, places, and relations that a place allows."""

from __future__ import annotations

import pytest

from ml_core.files import read_json
from ml_core.inference.layout.suggesting import (
    SHIPPED,
    places_of,
    relation_in,
    shipped_layouts,
)
from ml_core.inference.recognition.scenes import SceneObject

BED = SceneObject("bed", (1.6, 2.0, 0.5), (0, 0, 0.25))
LAMP = SceneObject("lamp", (0.2, 0.2, 0.4), (1.2, 0.8, 0.75))
STAND = SceneObject("nightstand", (0.5, 0.5, 0.55), (1.2, 0.8, 0.275))
TREE = SceneObject("tree", (2, 2, 5), (20, 0, 2.5))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["stove", "sink", "cabinet", "cabinet"], {"refrigerator"}),
        (["bed", "lamp", "cabinet"], {"nightstand"}),
        (["table", "plate", "plate", "cup"], {"chair"}),
        (["toilet", "rug"], {"sink"}),
        (["tree", "tree", "rock"], {"bush"}),
    ],
)
def test_what_a_room_lacks_is_among_the_first_five(labels: list[str], expected: set[str]) -> None:
    assert expected <= {label for label, _ in shipped_layouts().ranked(labels)}


def test_what_is_far_apart_is_another_place() -> None:
    assert [len(place) for place in places_of([BED, TREE, STAND])] == [2, 1]


def test_relations_are_read_from_boxes() -> None:
    place = [BED, LAMP, STAND]
    assert relation_in(LAMP, place) == "on nightstand"
    assert relation_in(STAND, place) == "next_to bed"
    assert relation_in(TREE, [TREE]) == "floor"


def test_a_suggestion_names_only_what_is_there() -> None:
    for has_walls in (False, True):
        for one in shipped_layouts().suggestions([BED, LAMP, STAND], has_walls, 8):
            assert one.support in ("", "bed", "lamp", "nightstand")
            assert has_walls or one.relation != "wall"
            assert set(one.with_labels) <= {"bed", "lamp", "nightstand"}
            assert one.with_labels


def test_what_belongs_on_a_table_is_not_put_on_the_floor() -> None:
    table = SceneObject("table", (1.6, 0.9, 0.75), (0, 0, 0.375))
    chair = SceneObject("chair", (0.5, 0.5, 0.9), (0, 1, 0.45))
    found = shipped_layouts().suggestions([table, chair, chair], has_walls=True, count=20)
    places = {one.label: (one.relation, one.support) for one in found}
    small = {"food", "plate", "cup", "bottle"} & places.keys()
    assert small
    assert {places[label] for label in small} == {("on", "table")}


def test_the_shipped_figures_are_those_of_the_aim() -> None:
    """Of real scenes that nothing was learned from: twice as often right as the most popular labels."""
    metrics = read_json(SHIPPED, str(SHIPPED))["metrics"]
    assert metrics["suggestions"] >= 2 * metrics["popularity"]
