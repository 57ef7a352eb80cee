"""A linked duplicate of a real avatar: textures, sliders, hair, layers and rig of either leave the other alone."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
import pytest

from blender_addon.avatar.body.hair import hair_of
from blender_addon.avatar.live import editing as live
from blender_addon.avatar.live.variations import ShownVariations, Variation, variations_of
from blender_addon.avatar.own_data import worn_images
from blender_addon.avatar.rig.control_rig import (
    CONTROL_KEY,
    SCRIPT_KEY,
    add_control_rig,
    control_rig_of,
    remove_control_rig,
)
from blender_addon.avatar.surface.layer_settings import new_layer, set_layers
from blender_addon.avatar.surface.layers import layers_of
from blender_addon.bridge import session
from ml_core.inference.textures.layer_kinds import Layer
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.anatomical import person_with_a_bun


def looks(avatar: bpy.types.Object) -> dict[str, np.ndarray]:
    """Pictures, evaluated points and bones of an avatar, by what they are and not by their names."""
    found = {"bones": np.array([bone.head_local for bone in avatar.data.bones])}
    depsgraph = bpy.context.evaluated_depsgraph_get()
    for number, obj in enumerate(sorted(avatar.children, key=lambda one: one.name.replace("Ann", "Avatar"))):
        shown = obj.evaluated_get(depsgraph).data.vertices
        points = np.empty(len(shown) * 3, np.float32)
        shown.foreach_get("co", points)
        found[f"points {number}"] = points
        for place, image in enumerate(worn_images(obj)):
            pixels = np.empty(len(image.pixels), np.float32)
            image.pixels.foreach_get(pixels)
            found[f"pixels {number} {place}"] = pixels
    return found


def changed(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> set[str]:
    """The kinds of things that differ."""
    assert set(before) == set(after)
    return {
        key.split()[0] for key in before if before[key].shape != after[key].shape or (before[key] != after[key]).any()
    }


@pytest.fixture(scope="module")
def pair(registered_addon: None) -> Iterator[tuple[bpy.types.Object, bpy.types.Object]]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    ann = person_with_a_bun()
    for one in (ann, *ann.children):
        one.select_set(True)
    bpy.context.view_layer.objects.active = ann
    bpy.ops.object.duplicate(linked=True)
    copy = bpy.context.active_object
    ann.name = "Ann"
    yield ann, copy
    live.forget()


Pair = tuple[bpy.types.Object, bpy.types.Object]


def test_live_sliders_change_the_copy_alone(pair: Pair) -> None:
    ann, copy = pair
    first, second = looks(ann), looks(copy)
    assert copy.data == ann.data
    bpy.ops.atelier.edit_live()
    traits = bpy.context.scene.atelier.traits
    traits.top = (0.8, 0.1, 0.1)
    traits.hair = (0.9, 0.8, 0.1)
    traits.height = 1.9
    bpy.ops.atelier.edit_live()
    bpy.context.view_layer.update()
    assert changed(first, looks(ann)) == set()
    assert changed(second, looks(copy)) == {"pixels", "points", "bones"}


def test_sliders_of_the_original_leave_the_copy_alone(pair: Pair) -> None:
    ann, copy = pair
    before = looks(copy)
    ann.atelier_body.slider_jaw_width = 1.0
    ann.atelier_body.height = 1.5
    bpy.context.view_layer.update()
    assert changed(before, looks(copy)) == set()


def test_hair_taken_off_the_copy_stays_on_the_original(pair: Pair) -> None:
    ann, copy = pair
    before = looks(ann)
    images = len(bpy.data.images)
    bpy.context.view_layer.objects.active = copy
    bpy.ops.atelier.set_hair(style="bob")
    assert changed(before, looks(ann)) == set()
    bpy.ops.atelier.set_hair(style="none")
    assert hair_of(copy) is None
    bpy.ops.atelier.set_hair(style="bob")
    assert len(bpy.data.images) == images, "pictures of hair pile up"
    assert changed(before, looks(ann)) == set()


def test_a_layer_finds_its_picture_under_a_new_name(pair: Pair) -> None:
    ann, _ = pair
    logo = bpy.data.images.new("Logo", 4, 4)
    set_layers(ann, [Layer(kind="tattoo", image="Logo", chart="torso")])
    logo.name = "Brand"
    bpy.data.images.new("Logo", 4, 4)
    assert [one.image for one in layers_of(ann)] == ["Brand"]
    assert ann.atelier_layer_list[0].image == logo
    set_layers(ann, [*layers_of(ann), new_layer(ann, "freckles")])
    assert [one.image for one in layers_of(ann)] == ["Brand", ""]
    set_layers(ann, [])


def test_variations_belong_to_the_object_and_not_to_its_name(pair: Pair) -> None:
    ann, copy = pair
    shown = session.part(ShownVariations).shown
    shown[ann.session_uid] = [Variation(1, AvatarTraits(), 0)]
    name = ann.name
    ann.name, copy.name = "Eve", name
    assert len(variations_of(ann)) == 1
    assert variations_of(copy) == []
    shown.clear()


def test_a_copy_without_the_control_rig_leaves_it_to_the_original(pair: Pair) -> None:
    ann, _ = pair
    rig = add_control_rig(bpy.context, ann)
    for one in bpy.context.view_layer.objects:
        one.select_set(one == ann)
    bpy.context.view_layer.objects.active = ann
    bpy.ops.object.duplicate()
    copy = bpy.context.active_object
    assert control_rig_of(copy) == rig
    remove_control_rig(bpy.context, copy)
    assert (control_rig_of(copy), control_rig_of(ann)) == (None, rig)
    assert any(bone.constraints for bone in ann.pose.bones)
    assert not any(bone.constraints for bone in copy.pose.bones)
    note = bpy.data.texts.new("Notes")
    del rig[SCRIPT_KEY]
    rig[SCRIPT_KEY] = note
    remove_control_rig(bpy.context, ann)
    assert CONTROL_KEY not in ann
    assert "Notes" in bpy.data.texts
