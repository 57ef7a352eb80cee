"""Labels on pictures: none over another, one with a count where many stand close, far things left out, a page."""

from __future__ import annotations

import html
import itertools
import json
import re

import bpy
import numpy as np
import pytest
from mathutils import Vector
from PIL import Image

from ml_core.vocabulary.scene.labels import LABELS
from scripts.lib.rendering import tag_page, tags


def crowd(count: int, labels: int, spread: float, seed: int = 0) -> list[tuple[tags.Tag, tuple[float, float]]]:
    rng = np.random.default_rng(seed)
    points = np.clip(rng.normal((500, 375), spread, (count, 2)), (5, 40), (995, 745))
    return [
        (tags.Tag(LABELS[int(rng.integers(labels))], 0.9, Vector(), f"o{number}"), (float(x), float(y)))
        for number, (x, y) in enumerate(points)
    ]


@pytest.mark.parametrize(("count", "labels", "spread"), [(6, 4, 200), (60, 10, 120), (400, 30, 90), (300, 52, 4)])
def test_labels_never_overlap(count: int, labels: int, spread: float) -> None:
    shown = crowd(count, labels, spread)
    colors = tags.colors_of([tag for tag, _ in shown])
    pills = tags.placed(shown, (1000, 750), 17, tags.Letters(17), colors)
    assert pills
    for one, other in itertools.combinations(pills, 2):
        assert not tags.overlap(one.box, other.box, 0)
    for pill in pills:
        assert 0 <= pill.box[0] < pill.box[2] <= 1000
        assert 0 <= pill.box[1] < pill.box[3] <= 750
        if len(pill.points) > 1:
            assert pill.note == f"×{len(pill.points)}"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_label_covers_no_other_thing_as_long_as_there_is_no_crowd(seed: int) -> None:
    shown = crowd(30, 52, 60, seed)
    pills = tags.placed(shown, (1000, 750), 17, tags.Letters(17), tags.colors_of([tag for tag, _ in shown]))
    assert len(pills) >= 3
    for pill in pills:
        left, top, right, bottom = pill.box
        others = [point for _, point in shown if point not in pill.points]
        assert not any(left < x < right and top < y < bottom for x, y in others)


def test_few_things_have_a_label_each_and_none_is_lost() -> None:
    shown = crowd(6, 52, 200, seed=3)
    pills = tags.placed(shown, (1000, 750), 17, tags.Letters(17), tags.colors_of([tag for tag, _ in shown]))
    assert sorted(point for pill in pills for point in pill.points) == sorted(point for _, point in shown)
    assert {pill.note for pill in pills} == {"90%"}


def test_many_of_a_kind_in_one_place_are_one_label_with_a_count() -> None:
    chairs = [(tags.Tag("chair", 0.9, Vector()), (400 + 6.0 * number, 300.0)) for number in range(20)]
    table = (tags.Tag("table", 0.8, Vector()), (800.0, 600.0))
    colors = tags.colors_of([tag for tag, _ in [*chairs, table]])
    pills = tags.placed([*chairs, table], (1000, 750), 17, tags.Letters(17), colors)
    assert sorted((pill.text, pill.note) for pill in pills) == [("Chair", "×20"), ("Table", "80%")]


def test_a_crowd_in_one_corner_leaves_the_labels_of_the_others_where_they_are() -> None:
    rng = np.random.default_rng(4)
    corner = [
        (tags.Tag(label, 0.9, Vector()), tuple(rng.uniform(40, 160, 2))) for label in LABELS[:40] for _ in range(3)
    ]
    chairs = [(tags.Tag("chair", 0.9, Vector()), (900.0, 120.0 + 150 * number)) for number in range(4)]
    colors = tags.colors_of([tag for tag, _ in [*corner, *chairs]])
    pills = tags.placed([*corner, *chairs], (1000, 750), 17, tags.Letters(17), colors)
    for _, point in chairs:
        assert any(pill.points == (point,) for pill in pills), "what has a place keeps it"


def cube(at: tuple[float, float, float], size: float = 1.0) -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=size, location=at)
    bpy.context.view_layer.update()
    return bpy.context.active_object


def test_what_lies_far_away_is_no_part_of_the_picture(clean_scene: bpy.types.Context) -> None:
    near = [cube((x * 2.0, y * 2.0, 0)) for x in range(4) for y in range(3)]
    floor = cube((3, 2, -0.5), 14)
    far, sky = cube((900, 0, 0)), cube((0, 0, 0), 5000)
    assert tags.without_strays([*near, floor]) == [*near, floor]
    assert tags.without_strays([*near, floor, far]) == [*near, floor]
    assert tags.without_strays([*near, floor, sky]) == [*near, floor]
    halves = [*near, *(cube((900 + x * 2.0, 0, 0)) for x in range(8))]
    assert tags.without_strays(halves) == halves, "two places are two places"


def test_the_page_says_all_and_runs_nothing_of_a_name(clean_scene: bpy.types.Context) -> None:
    obj = cube((0, 0, 0))
    name = '"><script>alert(1)</script>'
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location = (0, 0, 10)
    clean_scene.scene.collection.objects.link(camera)
    clean_scene.scene.camera = camera
    clean_scene.view_layer.update()
    box = tags.corners([obj])
    both = [tags.Tag("tv_monitor", 0.87, tags.top_of(obj), name, box), tags.Tag(None, None, tags.top_of(obj), "b", box)]
    page = tag_page.page_of(Image.new("RGBA", (320, 200)), clean_scene.scene, both, left_out=2)
    assert "<script>alert" not in page
    said = [html.unescape(text) for text in re.findall(r'data-said="([^"]*)"', page)]
    assert sorted(said) == [f"{name}: TV Monitor 87%", "b: Unknown"]
    labels = {json.loads(html.unescape(text)) for text in re.findall(r'data-label="([^"]*)"', page)}
    assert labels == {"tv_monitor", None}
    assert "2 labeled things" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_legend_has_a_row_for_every_label() -> None:
    many = [tags.Tag(label, 0.9, Vector()) for label in LABELS]
    few = tags.legend(many[:3], 400, 200)
    assert few.size == (200, 400)
    assert np.asarray(tags.legend(many, 400, 200))[-12:].std() > 0, "more than fit are summed up at the end"
