"""Body and record of an avatar move together."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.avatar.body.earlier_body import set_sliders, slider_property
from blender_addon.avatar.body.traits import move_body
from blender_addon.avatar.live.panel_state import named_traits, without_named
from blender_addon.avatar.stored import store_traits, stored_traits
from ml_core.vocabulary.avatar.earlier_sliders import BODY_SLIDERS, body_trait, slider_values
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.earlier import earlier_avatar

WOMAN = AvatarTraits(presentation=1.0, height=1.6, build=0.2, hair_style="bob", skin="#8d5524")
MAN = AvatarTraits(presentation=0.0, height=1.9, build=0.9, hair_style="buzz", skin="#8d5524")


def test_an_avatar_of_ours_takes_the_new_body(clean_scene: bpy.types.Context) -> None:
    armature = earlier_avatar()
    armature[slider_property("nose_width")] = 0.5
    armature[slider_property("age")] = 0.25
    aged = MAN.replace(face={"age": 0.75})
    assert move_body(clean_scene, armature, aged, whole_face=False).face == {"age": 0.75, "nose_width": 0.5}
    assert [armature[slider_property(name)] for name in BODY_SLIDERS] == pytest.approx(
        [slider_values(MAN)[name] for name in BODY_SLIDERS]
    )
    clean_scene.view_layer.update()
    body = next(child for child in armature.children if child.data.shape_keys and len(child.data.vertices) > 5000)
    assert body.evaluated_get(clean_scene.evaluated_depsgraph_get()).dimensions.z == pytest.approx(1.9, abs=0.03)
    assert max(bone.tail_local.z for bone in armature.data.bones) > 1.8, "the skeleton follows"
    assert move_body(clean_scene, armature, aged, whole_face=True).face == {"age": 0.75}


def test_a_slider_moved_by_hand_is_what_the_record_says(clean_scene: bpy.types.Context) -> None:
    armature = earlier_avatar()
    set_sliders(armature, slider_values(WOMAN))
    store_traits(armature, WOMAN, 1)
    assert stored_traits(armature)[0] == WOMAN
    armature[slider_property("presentation")] = 0.0
    armature[slider_property("height")] = 9.0
    assert stored_traits(armature)[0] == WOMAN.replace(presentation=0.5, height=2.1)
    del armature[slider_property("height")]
    armature[slider_property("height")] = "tall"
    assert stored_traits(armature)[0] == WOMAN, "no slider any more: what was stored counts"


@pytest.mark.parametrize("traits", [WOMAN, MAN, AvatarTraits(presentation=0.37, height=1.83, build=0.55)])
def test_sliders_and_traits_are_turned_into_each_other(traits: AvatarTraits) -> None:
    values = slider_values(traits)
    assert {name: body_trait(name, values[name]) for name in BODY_SLIDERS} == {
        name: getattr(traits, name) for name in BODY_SLIDERS
    }


def test_a_mesh_of_the_artist_keeps_its_body(clean_scene: bpy.types.Context) -> None:
    """Only what was painted is true of it: neither height nor build nor a hair style."""
    bpy.ops.mesh.primitive_cube_add()
    kept = move_body(clean_scene, clean_scene.object, MAN.replace(face={"age": 0.5}), whole_face=True)
    assert kept == AvatarTraits(presentation=0.0, skin="#8d5524")


def test_the_sentence_wins_for_what_it_names() -> None:
    sliders = AvatarTraits(presentation=1.0, top="#203050", height=1.9, outfit="business")
    sentence = "an old man with white hair in a green shirt"
    assert {"presentation", "hair", "top"} <= set(named_traits(sentence))
    assert without_named(sliders, sentence) == AvatarTraits(height=1.9, outfit="business")
    assert without_named(sliders, "") == sliders
    assert without_named(sliders, "白发的老年男子,绿色衬衫").to_dict().keys() == {"height", "outfit"}
