"""The main sliders as shape keys, for files that are opened without the add-on."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.building import body_of, eyes_of
from blender_addon.avatar.anatomy.slider_keys import KEYED, slider_name
from blender_addon.avatar.live.shaping import slider_property
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.bridge.mesh_arrays import positions
from tests.blender_addon.avatar.anatomical import person


def seen(obj: bpy.types.Object) -> np.ndarray:
    bpy.context.view_layer.update()
    return positions(obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data).copy()


@pytest.fixture
def woman(clean_scene: bpy.types.Context) -> bpy.types.Object:
    made = person(presentation=1, age=30, beard="none")
    bpy.context.view_layer.objects.active = made
    assert bpy.ops.atelier.add_slider_keys() == {"FINISHED"}
    return made


def test_a_property_moves_body_eyes_and_clothes(woman: bpy.types.Object, tmp_path: Path) -> None:
    keys = body_of(woman).data.shape_keys.key_blocks
    assert {f"atelier:{name}" for name in KEYED} <= set(keys.keys())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "woman.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "woman.blend"), use_scripts=False)
    woman = bpy.data.objects["Avatar"]
    shirt = worn_garments(woman)["t_shirt"]
    before = seen(body_of(woman)), seen(shirt)
    woman[slider_name("hips")] = 1.0
    woman[slider_name("waist")] = 1.0
    woman.update_tag()
    moved = [np.abs(now - then).max() for now, then in zip((seen(body_of(woman)), seen(shirt)), before, strict=True)]
    assert moved[0] > 0.005
    assert moved[1] > 0.003


def test_keys_go_where_the_sliders_go(woman: bpy.types.Object) -> None:
    """Half of the way, as the exact body has it, to a few millimeters; pressed again, nothing piles up."""
    body = body_of(woman)
    rest = seen(body)
    woman[slider_name("nose_length")] = 0.5
    woman.update_tag()
    by_key = seen(body) - rest
    woman[slider_name("nose_length")] = 0.0
    woman.update_tag()
    before = getattr(woman.atelier_body, slider_property("nose_length"))
    setattr(woman.atelier_body, slider_property("nose_length"), before + 0.5)
    exact = seen(body) - rest
    assert np.abs(exact).max() > 0.001
    assert np.abs(by_key - exact).max() < 0.004
    names = [block.name for block in body.data.shape_keys.key_blocks]
    assert bpy.ops.atelier.add_slider_keys() == {"FINISHED"}
    assert sorted(block.name for block in body.data.shape_keys.key_blocks) == sorted(names)
    assert len(eyes_of(woman)) == 2
