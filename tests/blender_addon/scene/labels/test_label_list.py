"""Which row of the list of labels is active."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge import object_labels
from blender_addon.bridge.data.label_keys import CONFIDENCE_KEY, LABEL_KEY, RANKING_KEY
from blender_addon.bridge.data.part_of import set_part
from blender_addon.bridge.object_labels import object_label
from blender_addon.scene.labels.label_list import Row, rows_of, start_at_least_certain


def add(context: bpy.types.Context, name: str, label: str | None, confidence: float) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, bpy.data.meshes.new(name))
    context.collection.objects.link(obj)
    obj[CONFIDENCE_KEY] = confidence
    if label:
        obj[LABEL_KEY] = label
    return obj


def row(context: bpy.types.Context) -> str:
    return context.scene.objects[context.scene.atelier.label_index].name


def test_it_starts_at_the_least_certain_and_follows_the_active_object(clean_scene: bpy.types.Context) -> None:
    sure = add(clean_scene, "Sure", "chair", 0.99)
    for name, label, share in (("Doubtful", "table", 0.4), ("Unknown", None, 0.6), ("Least", None, 0.2)):
        add(clean_scene, name, label, share)
    plain = bpy.data.objects.new("Plain", None)
    clean_scene.collection.objects.link(plain)
    sure.select_set(True)
    clean_scene.view_layer.objects.active = sure
    clean_scene.view_layer.update()
    start_at_least_certain(clean_scene.scene)
    assert row(clean_scene) == "Least"
    assert clean_scene.selected_objects == [sure], "the selection stays"
    clean_scene.view_layer.update()
    assert row(clean_scene) == "Least", "until another one is made active"
    for name in ("Doubtful", "Sure"):
        clean_scene.view_layer.objects.active = bpy.data.objects[name]
        bpy.data.objects[name].select_set(True)
        clean_scene.view_layer.update()
        assert row(clean_scene) == name
    assert len(clean_scene.selected_objects) == 2, "following selects nothing"
    clean_scene.view_layer.objects.active = plain
    clean_scene.view_layer.update()
    assert row(clean_scene) == "Sure", "what has no label has no row"


def test_a_click_on_a_row_selects_its_object(clean_scene: bpy.types.Context) -> None:
    add(clean_scene, "One", "chair", 0.9)
    two = add(clean_scene, "Two", "chair", 0.9)
    clean_scene.scene.atelier.label_index = clean_scene.scene.objects.find("Two")
    assert clean_scene.selected_objects == [two]


def test_its_rows_parse_no_ranking(clean_scene: bpy.types.Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are asked for at every draw, twice, for all objects of a scene."""
    lamp, shade = add(clean_scene, "Lamp", "lamp", 0.9), add(clean_scene, "Shade", "lamp", 0.9)
    set_part(shade, lamp)
    add(clean_scene, "Odd", None, 0.25)
    clean_scene.collection.objects.link(bpy.data.objects.new("Plain", None))
    for obj in clean_scene.scene.objects:
        obj[RANKING_KEY] = '[["lamp", 0.9]]'

    def parsed(*_: object) -> None:
        raise AssertionError("a ranking is parsed")

    monkeypatch.setattr(object_labels, "stored_json", parsed)
    with pytest.raises(AssertionError, match="is parsed"):
        object_label(lamp)
    found = dict(zip(clean_scene.scene.objects.keys(), rows_of(clean_scene.scene), strict=True))
    assert found == {"Lamp": Row("lamp", 0.9), "Shade": None, "Odd": Row(None, 0.25), "Plain": None}
