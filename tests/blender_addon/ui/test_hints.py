"""What panels and polls say when an avatar is not at hand, and whether their button helps."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.avatar.generating import other_avatar
from blender_addon.avatar.selection import Hint, avatar_hint, mode_hint
from blender_addon.avatar.stored import store_traits
from ml_core.vocabulary.traits import AvatarTraits


def add(context: bpy.types.Context, name: str, traits: AvatarTraits | None) -> bpy.types.Object:
    """An armature with a bone; an avatar of ours where it has traits."""
    armature = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    context.collection.objects.link(armature)
    context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    armature.data.edit_bones.new("hips").tail = (0, 0, 1)
    bpy.ops.object.mode_set(mode="OBJECT")
    if traits is not None:
        store_traits(armature, traits, 1)
    return armature


def press(hint: Hint | None) -> None:
    assert hint is not None
    group, _, name = hint.operator.partition(".")
    assert getattr(getattr(bpy.ops, group), name)(**hint.options) == {"FINISHED"}


@pytest.mark.parametrize("mode", ["POSE", "EDIT"])
def test_another_mode_is_called_by_its_name(clean_scene: bpy.types.Context, mode: str) -> None:
    add(clean_scene, "Vera", AvatarTraits())
    assert avatar_hint(clean_scene) is None
    bpy.ops.object.mode_set(mode=mode)
    try:
        hint = avatar_hint(clean_scene)
        assert hint == mode_hint(clean_scene) == avatar_hint(clean_scene, any_humanoid=True)
        assert hint.text == f"Vera is in {mode.title()} Mode; this works in Object Mode."
        for operator in ("generate_avatar", "apply_texture", "set_pose", "add_layer", "mark_avatar", "refit_armature"):
            assert not getattr(bpy.ops.atelier, operator).poll(), operator
        press(hint)
        assert clean_scene.mode == "OBJECT"
    finally:
        bpy.ops.object.mode_set(mode="OBJECT")
    assert avatar_hint(clean_scene) is None


def test_an_avatar_that_is_selected_but_not_active(clean_scene: bpy.types.Context) -> None:
    vera = add(clean_scene, "Vera", AvatarTraits())
    bpy.ops.object.light_add()
    vera.select_set(True)
    hint = avatar_hint(clean_scene)
    assert "Vera is selected" in hint.text
    press(hint)
    assert clean_scene.view_layer.objects.active == vera
    assert clean_scene.selected_objects == [vera]


def test_the_only_avatar_is_offered(clean_scene: bpy.types.Context) -> None:
    assert avatar_hint(clean_scene).operator == ""
    vera = add(clean_scene, "Vera", AvatarTraits())
    bpy.ops.object.select_all(action="DESELECT")
    clean_scene.view_layer.objects.active = None
    press(avatar_hint(clean_scene))
    assert clean_scene.view_layer.objects.active == vera
    add(clean_scene, "Rig", None)
    vera.select_set(False)
    assert avatar_hint(clean_scene).text == "Select an avatar that Atelier has made."


def test_a_garment_that_hangs_on_an_avatar_by_its_modifier_stands_for_it(clean_scene: bpy.types.Context) -> None:
    vera = add(clean_scene, "Vera", AvatarTraits())
    bpy.ops.mesh.primitive_cube_add()
    coat = clean_scene.object
    coat.modifiers.new("Armature", "ARMATURE").object = vera
    otto = add(clean_scene, "Otto", AvatarTraits())
    plain = add(clean_scene, "Plain", None)
    for obj in (coat, plain, otto):
        obj.select_set(True)
    vera.select_set(False)
    clean_scene.view_layer.objects.active = otto
    assert other_avatar(clean_scene) == vera
    coat.select_set(False)
    assert other_avatar(clean_scene) is None
