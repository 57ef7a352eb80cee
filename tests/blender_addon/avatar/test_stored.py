"""What an avatar remembers: kept by saving, copying, appending and linking, read whatever version wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.avatar.stored import SEED_KEY, TRAITS_KEY, VERSION, VERSION_KEY, bring_up_to_date, stored_traits
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.anatomical import person_with_a_bun


def old(values: object, **keys: object) -> bpy.types.Object:
    """An object as an earlier version left it."""
    obj = bpy.data.objects.new("Old", None)
    bpy.context.scene.collection.objects.link(obj)
    obj[TRAITS_KEY] = values if isinstance(values, str) else json.dumps(values)
    for key, value in keys.items():
        obj[key] = value
    return obj


@pytest.mark.usefixtures("clean_scene")
def test_traits_survive_saving_copying_appending_and_linking(tmp_path: Path) -> None:
    made = person_with_a_bun()
    before = stored_traits(made)
    assert before is not None
    assert made[VERSION_KEY] == VERSION
    bpy.context.view_layer.objects.active = made
    for one in (made, *made.children_recursive):
        one.select_set(True)
    bpy.ops.object.duplicate()
    assert stored_traits(bpy.context.active_object) == before
    name, path = made.name, tmp_path / "avatar.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    assert stored_traits(bpy.data.objects[name]) == before
    for link in (False, True):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        with bpy.data.libraries.load(str(path), link=link) as (_, wanted):
            wanted.objects = [name]
        assert stored_traits(wanted.objects[0]) == before


@pytest.mark.usefixtures("clean_scene")
def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old({"skin": "#8d5524", "outfit": "business"}, **{SEED_KEY: 7})
    path = tmp_path / "old.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    found = bpy.data.objects["Old"]
    assert found[VERSION_KEY] == VERSION
    # It was made before there was hair: its scalp stays painted.
    wanted = AvatarTraits(skin="#8d5524", outfit="business", hair_style="painted")
    assert stored_traits(found) == (wanted, 7)
    assert bring_up_to_date(bpy.data.objects) == []
    bpy.ops.wm.read_factory_settings(use_empty=True)
    old({"skin": "#8d5524"})
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(path)) as (_, wanted_names):
        wanted_names.objects = ["Old"]
    appended = bpy.data.objects["Old"]
    if hasattr(bpy.app.handlers, "blend_import_post"):
        bring_up_to_date(bpy.data.objects)  # the handler runs for Append itself, not for scripts
    assert appended[VERSION_KEY] == VERSION


@pytest.mark.usefixtures("clean_scene")
def test_what_makes_no_sense_is_left_out() -> None:
    newer = old({"skin": "#8d5524", "wings": 2, "outfit": "toga", "height": 9}, **{VERSION_KEY: 99, SEED_KEY: "x"})
    assert stored_traits(newer) == (AvatarTraits(skin="#8d5524"), 0)
    assert bring_up_to_date([newer]) == []
    for text in ("", "no json", "[1]", "null"):
        found = stored_traits(old(text))
        assert found is not None
        assert found[0] == AvatarTraits(hair_style="painted")
    assert stored_traits(None) is None
