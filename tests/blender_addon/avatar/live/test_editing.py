"""Sliders that an avatar follows: what is painted when, and what is stored."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.live import editing as live
from blender_addon.avatar.own_data import worn_image
from ml_core.color import hex_to_srgb
from tests.blender_addon.avatar.earlier import earlier_avatar


@pytest.fixture
def avatar(clean_scene: bpy.types.Context) -> Iterator[bpy.types.Object]:
    yield earlier_avatar()
    live.forget()


def pixels(armature: bpy.types.Object) -> np.ndarray:
    body = next(one for one in armature.children if "atelier_shape" in one or "Body" in one.name)
    image = worn_image(body, "BC")
    values = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(values)
    return values.reshape(-1, 4)[:, :3]


def stored(armature: bpy.types.Object) -> dict:
    return json.loads(armature["atelier_traits"])


def nearness(armature: bpy.types.Object, color: str) -> float:
    """Share of the texels that are about this color."""
    return float((np.abs(pixels(armature) - hex_to_srgb(color)).max(axis=1) < 0.12).mean())


def test_a_slider_paints_and_stores(avatar: bpy.types.Object) -> None:
    settings = bpy.context.scene.atelier
    assert bpy.ops.atelier.edit_live() == {"FINISHED"}
    assert settings.live_target == avatar
    assert settings.traits.use_top
    before = nearness(avatar, "#c02020")
    settings.traits.top = (0xC0 / 255, 0x20 / 255, 0x20 / 255)
    assert stored(avatar)["top"] == "#c02020"
    assert nearness(avatar, "#c02020") > before + 0.05
    assert all(image.packed_file for image in bpy.data.images if image.get("atelier_owner"))


def test_other_traits_stay_as_they_were(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.edit_live()
    before = stored(avatar)
    bpy.context.scene.atelier.traits.outfit = "military"
    assert stored(avatar) == before | {"outfit": "military"}


def test_pressed_again_it_stops(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.edit_live()
    bpy.ops.atelier.edit_live()
    before, traits = pixels(avatar), stored(avatar)
    bpy.context.scene.atelier.traits.skin = (0.2, 0.1, 0.05)
    assert stored(avatar) == traits
    assert np.array_equal(pixels(avatar), before)


def shown_in_panel() -> dict:
    settings = bpy.context.scene.atelier
    traits = settings.traits.to_traits().to_dict()
    return {"sentence": settings.description, "seed": settings.seed, "on": traits, "top": tuple(settings.traits.top)}


def test_however_it_ends_the_panel_is_as_before(avatar: bpy.types.Object, tmp_path: Path) -> None:
    settings, layer = bpy.context.scene.atelier, bpy.context.view_layer
    settings.description, settings.seed = "an old man with white hair", 77
    settings.traits.height = 1.9
    before = shown_in_panel()

    def edit() -> None:
        layer.objects.active = avatar
        bpy.ops.atelier.edit_live()
        assert shown_in_panel() != before
        assert settings.description == ""
        settings.traits.build = 0.9

    edit()
    bpy.ops.atelier.edit_live()
    assert shown_in_panel() == before

    edit()
    bpy.ops.atelier.stop_live()  # which Esc is
    assert shown_in_panel() == before

    edit()
    layer.objects.active = None
    settings.description = "a nurse"
    bpy.ops.atelier.edit_live()
    assert shown_in_panel() == before | {"sentence": "a nurse"}, "what was typed meanwhile stays"
    settings.description = before["sentence"]

    edit()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "live.blend"), copy=True)
    for obj in [*avatar.children_recursive, avatar]:
        bpy.context.collection.objects.unlink(obj)  # as X does: the panel still refers to it
    layer.update()
    assert shown_in_panel() == before
    assert settings.live_target is None

    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "live.blend"))
    assert shown_in_panel() == before, "a file that was saved meanwhile"
    assert bpy.context.scene.atelier.live_target is None


@pytest.mark.parametrize(
    "stored", ["no json", "[]", '{"seed": "x", "values": [], "on": 3}', '{"values": {"top": "x"}}']
)
def test_a_remembered_panel_may_be_anything(clean_scene: bpy.types.Context, stored: str) -> None:
    settings = clean_scene.scene.atelier
    settings.before_live = stored
    live.end(clean_scene)
    assert settings.before_live == ""


def test_without_an_avatar_it_says_so(clean_scene: bpy.types.Context) -> None:
    with pytest.raises(RuntimeError, match="poll"):
        bpy.ops.atelier.edit_live()


def run_timer(seconds: float = 20.0) -> int:
    """What Blender's main loop does: calls the tick until it asks for no more. Returns how often it did."""
    end, count = time.monotonic() + seconds, 0
    while live.tick() is not None:
        count += 1
        assert time.monotonic() < end
        time.sleep(0.002)
    return count


@pytest.fixture
def with_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a window: a change only wakes the timer."""
    monkeypatch.setattr(live, "finish", lambda: None)


@pytest.mark.usefixtures("with_timers")
def test_the_newest_value_wins_and_rest_brings_all_maps(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.edit_live()
    traits = bpy.context.scene.atelier.traits
    for step in range(1, 20):  # a drag: many values while the first is still being painted
        traits.top = (step / 20, 0.1, 0.1)
        live.tick()
    run_timer()
    assert live.settled()
    assert live.shown() == live.stored_traits(avatar)
    assert nearness(avatar, stored(avatar)["top"]) > 0.05
    assert all(image.packed_file for image in bpy.data.images if image.get("atelier_owner"))


@pytest.mark.usefixtures("with_timers")
def test_a_deleted_avatar_is_let_go(avatar: bpy.types.Object, capsys: pytest.CaptureFixture[str]) -> None:
    bpy.ops.atelier.edit_live()
    bpy.context.scene.atelier.traits.top = (0.9, 0.1, 0.1)
    live.tick()
    for obj in [*avatar.children_recursive, avatar]:
        bpy.data.objects.remove(obj)
    run_timer()
    assert bpy.context.scene.atelier.live_target is None or live.target() is None
    bpy.context.scene.atelier.traits.top = (0.1, 0.9, 0.1)  # no error


def test_a_body_is_read_where_it_stands_now(avatar: bpy.types.Object) -> None:
    """After an undo, objects stand where they stood until they are evaluated."""
    body = next(one for one in avatar.children if "atelier_shape" in one)
    bpy.ops.atelier.edit_live()
    live.repaint(avatar)
    before = pixels(avatar)
    body.location.x = 0.4
    bpy.context.view_layer.update()
    body.location.x = 0.0
    live.after_undo()
    live.repaint(avatar)
    assert np.abs(pixels(avatar) - before).max() < 0.02
