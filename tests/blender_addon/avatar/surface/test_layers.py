"""Layers and variations on avatars in Blender: stored, kept, undone."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.live import editing as live
from blender_addon.avatar.live.variations import variations_of
from blender_addon.avatar.surface.layer_settings import avatar_of
from blender_addon.avatar.surface.layers import layers_of
from ml_core import InputError
from tests.blender_addon.avatar.earlier import earlier_avatar


@pytest.fixture
def avatar(clean_scene: bpy.types.Context) -> bpy.types.Object:
    return earlier_avatar()


def pixels(kind: str = "BC") -> np.ndarray:
    image = bpy.data.images[f"T_Avatar_Body_{kind}"]
    values = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(values)
    return values


def kinds(obj: bpy.types.Object) -> list[str]:
    return [layer["kind"] for layer in json.loads(obj.get("atelier_layers", "[]"))]


def test_layers_are_added_moved_and_removed(avatar: bpy.types.Object) -> None:
    bare = pixels()
    assert bpy.ops.atelier.add_layer(kind="lipstick") == {"FINISHED"}
    assert np.abs(pixels() - bare).max() > 0.1
    bpy.ops.atelier.add_layer(kind="dirt")
    assert kinds(avatar) == ["lipstick", "dirt"]
    assert [item.kind for item in avatar.atelier_layer_list] == ["lipstick", "dirt"]
    assert avatar.atelier_layer_index == 1
    bpy.ops.atelier.move_layer(direction="UP")
    assert kinds(avatar) == ["dirt", "lipstick"]
    assert avatar.atelier_layer_index == 0
    bpy.ops.atelier.remove_layer()
    bpy.ops.atelier.remove_layer()
    assert "atelier_layers" not in avatar
    assert np.array_equal(pixels(), bare)


def test_a_slider_of_a_layer_paints_and_stores(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.add_layer(kind="wet")
    before = pixels("R")
    item = avatar.atelier_layer_list[0]
    item.amount = 1.0
    assert layers_of(avatar)[0].amount == 1.0
    assert pixels("R").mean() < before.mean()
    item.on = False
    assert pixels("R").mean() > before.mean()
    live.forget()


def test_a_new_texture_and_edit_live_keep_the_layers(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.add_layer(kind="dirt")
    avatar.atelier_layer_list[0].amount = 1.0
    bpy.ops.atelier.apply_texture(seed=9, size="256")
    assert kinds(avatar) == ["dirt"]
    dirty = pixels()
    bpy.ops.atelier.edit_live()
    bpy.context.scene.atelier.traits.top = (0.9, 0.1, 0.1)
    live_dirty = pixels()
    bpy.ops.atelier.edit_live()
    bpy.ops.atelier.remove_layer()
    assert np.abs(pixels() - live_dirty).mean() > 0.01
    assert np.abs(dirty - live_dirty).max() > 0.1
    live.forget()


def test_undo_takes_a_layer_back_with_its_paint(avatar: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="made")
    bare = pixels()
    bpy.ops.atelier.add_layer(kind="stubble")
    bpy.ops.ed.undo_push(message="layer")
    bpy.ops.ed.undo()
    again = bpy.data.objects["Avatar"]
    assert "atelier_layers" not in again
    assert len(again.atelier_layer_list) == 0
    assert np.array_equal(pixels(), bare)


def test_a_missing_picture_is_named_and_changes_nothing(avatar: bpy.types.Object, tmp_path: Path) -> None:
    from blender_addon.avatar.generating import repaint_job
    from blender_addon.bridge.jobs.steps import run_to_end

    before = pixels()
    avatar["atelier_layers"] = json.dumps([{"kind": "tattoo", "image": str(tmp_path / "gone.png")}])
    with pytest.raises(InputError, match=r"gone\.png"):
        run_to_end(repaint_job(bpy.context, avatar))
    with pytest.raises(RuntimeError, match="gone"):
        bpy.ops.atelier.add_layer(kind="blush")
    assert kinds(avatar) == ["tattoo"]
    assert np.array_equal(pixels(), before)


def test_other_objects_have_no_layers(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    assert avatar_of(bpy.context.active_object) is None
    with pytest.raises(RuntimeError, match="poll"):
        bpy.ops.atelier.add_layer(kind="dirt")


def test_variations_are_shown_and_worn(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.make_variations(count=3, first_seed=20)
    shown = variations_of(avatar)
    assert [one.seed for one in shown] == [20, 21, 22]
    assert {one.traits.outfit for one in shown} == {"casual"}
    assert len({one.traits.skin for one in shown}) == 3
    bpy.ops.atelier.wear_variation(seed=21, traits_json=shown[1].traits.to_json())
    assert avatar["atelier_seed"] == 21
    assert json.loads(avatar["atelier_traits"]) == {**shown[1].traits.to_dict(), "face": {"nose_width": 0.5}}
    bpy.ops.atelier.make_variations(count=2, same_traits=True)
    assert [one.seed for one in variations_of(avatar)] == [23, 24]
    again = {one.traits.replace(face=None).to_json() for one in variations_of(avatar)}
    assert again == {shown[1].traits.to_json()}
