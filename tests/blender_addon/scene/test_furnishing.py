"""Suggestions of objects in a scene: what is proposed, one click that places it, and what is refused."""

from __future__ import annotations

import json

import bpy
import pytest

from blender_addon.bridge.object_labels import label_of, set_label
from blender_addon.scene.editing.things import box_of


@pytest.fixture
def kitchen(clean_scene: bpy.types.Context) -> bpy.types.Context:
    """A floor, a wall, a table with a plate on it, and a chair in another corner that is marked as an asset."""
    rows = {
        "Floor": ((0, 0, -0.05), (8, 8, 0.1), None), "Wall": ((0, 4, 1.25), (8, 0.1, 2.5), None),
        "Table": ((0, 0, 0.375), (1.6, 0.8, 0.75), "table"), "Plate": ((0.3, 0, 0.76), (0.25, 0.25, 0.02), "plate"),
        "My Chair": ((-1.8, 1.5, 0.45), (0.45, 0.45, 0.9), "chair"),
    }  # fmt: skip
    for name, (at, size, label) in rows.items():
        bpy.ops.mesh.primitive_cube_add(size=1, location=at, scale=size)
        clean_scene.object.name = name
        if label:
            set_label(clean_scene.object, label)
    bpy.data.objects["My Chair"].asset_mark()
    clean_scene.view_layer.objects.active = bpy.data.objects["Table"]
    clean_scene.view_layer.update()
    return clean_scene


def test_a_suggestion_is_placed_with_one_click(kitchen: bpy.types.Context) -> None:
    assert bpy.ops.atelier.suggest_objects(count=6) == {"FINISHED"}
    rows = {row["label"]: row for row in json.loads(kitchen.scene.atelier.object_suggestions)}
    assert len(rows) == 6
    chair = rows["chair"]
    assert (chair["relation"], chair["anchor"], chair["faces"], chair["asset"]) == (
        "next_to",
        "Table",
        True,
        "My Chair",
    )
    before = set(bpy.data.objects.keys())
    assert bpy.ops.atelier.place_suggestion(label="chair", relation="next_to", anchor="Table", faces=True) == {
        "FINISHED"
    }
    (made,) = set(bpy.data.objects.keys()) - before
    new, table = box_of([bpy.data.objects[made]]), box_of([bpy.data.objects["Table"]])
    assert label_of(bpy.data.objects[made]) == "chair"
    assert 0 <= new.gap(table) < 0.2
    assert new.low.z == pytest.approx(0, abs=1e-3)
    assert bpy.data.objects[made].asset_data is None


def test_without_labels_it_says_what_to_do(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="label the objects first"):
        bpy.ops.atelier.suggest_objects()


def test_a_suggestion_whose_anchor_is_gone_is_refused(kitchen: bpy.types.Context) -> None:
    before = set(bpy.data.objects.keys())
    with pytest.raises(RuntimeError, match="Gone"):
        bpy.ops.atelier.place_suggestion(label="chair", relation="next_to", anchor="Gone")
    assert set(bpy.data.objects.keys()) == before
