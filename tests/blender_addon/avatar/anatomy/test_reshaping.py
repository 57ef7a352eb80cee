"""The anatomical body follows its sliders: mesh, bones, eyes, clothes and hair."""

from __future__ import annotations

from threading import current_thread

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.building import body_of, eyes_of
from blender_addon.avatar.anatomy.person import stored_body
from blender_addon.avatar.anatomy.reshaping import Reading
from blender_addon.avatar.live import editing as live
from blender_addon.avatar.live import shaping
from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.bridge.mesh_arrays import positions
from tests.blender_addon.avatar.anatomical import shown_triangles, skin


def test_height_moves_everything(woman: bpy.types.Object) -> None:
    head, shirt = woman.data.bones["head"].head_local.z, positions(worn_garments(woman)["t_shirt"].data)
    eye = positions(eyes_of(woman)["l"].data)
    woman.atelier_body.height = 1.95
    assert np.ptp(skin(woman)[:, 2]) == pytest.approx(1.95, abs=0.003), "without the shoes"
    assert woman.data.bones["head"].head_local.z > head + 0.1
    assert positions(worn_garments(woman)["t_shirt"].data)[:, 2].max() > shirt[:, 2].max() + 0.1
    assert positions(eyes_of(woman)["l"].data)[:, 2].mean() > eye[:, 2].mean() + 0.1
    assert stored_traits(woman)[0].height == pytest.approx(1.95)
    assert bpy.context.mode == "OBJECT"


def test_a_slider_of_the_face_moves_the_face_alone_and_expressions_keep_their_reach(woman: bpy.types.Object) -> None:
    before, keys = skin(woman), body_of(woman).data.shape_keys.key_blocks
    reach = shape(keys["jawOpen"]) - shape(keys["Basis"])
    woman.atelier_body.slider_nose_width = 1.0
    moved = np.linalg.norm(skin(woman) - before, axis=1)
    assert 0.001 < moved.max() < 0.02
    assert moved[before[:, 2] < 1.2].max() < 2e-3
    assert np.allclose(shape(keys["jawOpen"]) - shape(keys["Basis"]), reach, atol=1e-4)
    assert np.allclose(shape(keys["Basis"]), skin(woman), atol=1e-6)
    blink = np.abs(shape(keys["eyeBlinkLeft"]) - shape(keys["Basis"])).max()
    woman.atelier_body.slider_eye_opening = 1.0
    assert np.abs(shape(keys["eyeBlinkLeft"]) - shape(keys["Basis"])).max() > blink + 0.0005, "wider eyes close farther"
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.reset_face()
    assert all(stored_body(woman).sliders[name] == 0 for name in ("nose_width", "jaw_width"))


def shape(key: bpy.types.ShapeKey) -> np.ndarray:
    values = np.empty(len(key.data) * 3, np.float32)
    key.data.foreach_get("co", values)
    return values.reshape(-1, 3)


def test_clothes_lie_outside_a_heavier_body(woman: bpy.types.Object) -> None:
    woman.atelier_body.weight = 0.95
    belly = skin(woman)[np.abs(skin(woman)[:, 2] - woman.data.bones["chest"].head_local.z) < 0.05]
    shirt = positions(worn_garments(woman)["t_shirt"].data)
    near = shirt[np.abs(shirt[:, 2] - woman.data.bones["chest"].head_local.z) < 0.05]
    assert near[:, 1].min() < belly[:, 1].min() - 0.002


def test_shares_of_ancestry_stay_whole(woman: bpy.types.Object) -> None:
    body = woman.atelier_body
    body.asian = 0.75
    assert body.asian == pytest.approx(0.75, abs=1e-5)
    assert body.african + body.asian + body.caucasian == pytest.approx(1.0, abs=1e-5)


def test_who_becomes_a_child_is_dressed(woman: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.take_off(garment="t_shirt")
    bare = shown_triangles(body_of(woman))
    woman.atelier_body.age = 9
    assert {"t_shirt", "jeans"} <= set(worn_garments(woman))
    assert shown_triangles(body_of(woman)) < bare
    assert all(obj.material_slots for obj in worn_garments(woman).values())


def test_a_color_dragged_live_dyes_the_clothes(woman: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.edit_live()
    bpy.context.scene.atelier.traits.top = (0.9, 0.1, 0.1)
    bpy.context.scene.atelier.traits.weight = 0.8
    bpy.ops.atelier.edit_live()
    shirt = worn_garments(woman)["t_shirt"].material_slots[0].material
    assert shirt.diffuse_color[0] > 5 * shirt.diffuse_color[1]
    assert stored_body(woman).weight == pytest.approx(0.8)
    live.forget()


def test_a_drag_begins_with_what_was_read_before(woman: bpy.types.Object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Panels that show sliders have the avatar read; what has changed since is read again."""
    began: list[str] = []
    beginning = Reading.beginning
    monkeypatch.setattr(Reading, "beginning", lambda self: (began.append(current_thread().name), beginning(self))[1])
    shaping.expect(woman)
    while shaping.tick() is not None:
        pass
    woman.atelier_body.height = 1.9
    assert [name.startswith("atelier") for name in began] == [True], "not by the hand that drags"
    began.clear()
    shaping.expect(woman)
    shaping.tick()
    shirt = worn_garments(woman)["t_shirt"].data
    shirt.vertices[0].co.x += 0.01
    before = positions(shirt)
    woman.atelier_body.slider_nose_width = 0.5
    assert current_thread().name in began, "the artist has moved the shirt meanwhile"
    assert np.abs(positions(shirt) - before)[1:].max() < 0.01
