"""A new avatar with the anatomical body: mesh, skeleton, face, clothes, and what is stored of them."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.building import body_of, eyes_of
from blender_addon.avatar.anatomy.person import stored_body
from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.wardrobe.objects import worn_garments
from ml_core.geometry.body.rig import BONE_NAMES
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES, VISEMES
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.anatomical import GARMENTS, person, shown_triangles, skin
from tests.blender_addon.avatar.earlier import earlier_avatar

pytestmark = pytest.mark.both_blenders


def test_a_person_is_whole(woman: bpy.types.Object) -> None:
    body = body_of(woman)
    assert body is not None
    assert {bone.name for bone in woman.data.bones} == set(BONE_NAMES)
    names = [key.name for key in body.data.shape_keys.key_blocks]
    assert names == ["Basis", *ARKIT_SHAPES, *VISEMES]
    assert set(eyes_of(woman)) == {"l", "r"}
    assert set(worn_garments(woman)) == set(GARMENTS)
    for obj in (body, *worn_garments(woman).values()):
        sums = [sum(g.weight for g in vertex.groups if g.group < len(obj.vertex_groups) and
                    obj.vertex_groups[g.group].name in woman.data.bones) for vertex in obj.data.vertices]  # fmt: skip
        assert np.allclose(sums, 1, atol=0.01)
        assert max(sum(g.weight > 0 for g in vertex.groups) for vertex in obj.data.vertices) <= 5  # one may be the mask
        assert obj.material_slots[0].material is not None
    assert np.ptp(skin(woman)[:, 2]) == pytest.approx(stored_traits(woman)[0].height, abs=0.003)


def test_skin_under_clothes_does_not_show_and_is_filled(woman: bpy.types.Object) -> None:
    body = body_of(woman)
    assert shown_triangles(body) < 0.7 * 2 * len(body.data.polygons)
    image = bpy.data.images["T_Avatar_Body_BC"]
    pixels = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(pixels)
    color = pixels.reshape(*image.size, 4)
    place = {name: place_of(body, woman, name) for name in ("leftLowerArm", "rightUpperLeg", "neck")}
    hand = color_at(color, place_of(body, woman, "leftHand"))
    for name, uv in place.items():
        assert np.abs(color_at(color, uv) - hand).max() < 0.2, f"{name}: clothes are painted on the skin"


def place_of(body: bpy.types.Object, armature: bpy.types.Object, bone: str) -> tuple[float, float]:
    """UV of the skin next to the middle of a bone."""
    middle = (armature.data.bones[bone].head_local + armature.data.bones[bone].tail_local) / 2
    vertex = min(body.data.vertices, key=lambda one: (one.co - middle).length).index
    loop = next(loop for loop in body.data.loops if loop.vertex_index == vertex)
    return tuple(body.data.uv_layers.active.uv[loop.index].vector)


def color_at(image: np.ndarray, uv: tuple[float, float]) -> np.ndarray:
    row, column = int(uv[1] * len(image)), int(uv[0] * len(image))
    return image[row - 1 : row + 2, column - 1 : column + 2, :3].mean(axis=(0, 1))


def test_the_stored_traits_bring_the_same_person_back(woman: bpy.types.Object) -> None:
    traits, seed = stored_traits(woman)
    assert AvatarTraits.from_json(traits.to_json()) == traits
    again = person(seed=seed, **traits.to_dict())
    assert np.abs(skin(again) - skin(woman)).max() < 1e-3
    assert stored_traits(again)[0].garments == traits.garments


def test_the_words_of_older_traits_keep_their_meaning(clean_scene: bpy.types.Context) -> None:
    body = stored_body(person(build=0.9, face={"age": 0.8}))
    assert body.known("weight") > 0.8
    assert 60 < body.known("age") < 75
    assert body.sliders["age"] != 0.8


def test_eyes_follow_the_look_of_the_face(woman: bpy.types.Object) -> None:
    body, eye = body_of(woman), eyes_of(woman)["l"]
    body.data.shape_keys.key_blocks["eyeLookUpLeft"].value = 1.0
    bpy.context.view_layer.update()
    shown = eye.evaluated_get(bpy.context.evaluated_depsgraph_get())
    assert shown.data.shape_keys.key_blocks["eyeLookUpLeft"].value == pytest.approx(1.0)
    moved = np.array([v.co for v in shown.data.vertices]) - np.array([v.co for v in eye.data.vertices])
    front = int(np.argmin([v.co.y for v in eye.data.vertices]))
    assert moved[front, 2] > 0.001


def test_another_seed_makes_another_person_on_the_same_armature(woman: bpy.types.Object) -> None:
    before = skin(woman)
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.apply_texture(traits_json='{"presentation": 0, "hair_style": "none"}', seed=8, size="256")
    assert np.abs(skin(woman) - before).max() > 0.02
    assert stored_body(woman).presentation == 0
    assert woman.data.bones["head"].head_local.z == pytest.approx(skin(woman)[:, 2].max() - 0.2, abs=0.06)
    assert len(worn_garments(woman)) >= 3
    images, materials = len(bpy.data.images), len(bpy.data.materials)
    bpy.ops.atelier.apply_texture(traits_json='{"hair_style": "none"}', seed=9, size="256")
    assert (len(bpy.data.images), len(bpy.data.materials)) <= (images, materials + 1)


def test_an_older_avatar_gets_a_new_body_beside_it(clean_scene: bpy.types.Context) -> None:
    old = earlier_avatar()
    assert stored_body(old) is None
    keys = sorted(old.keys())
    clean_scene.view_layer.objects.active = old
    assert bpy.ops.atelier.new_body() == {"FINISHED"}
    new = bpy.data.objects[clean_scene.scene.atelier.report()["object"]]
    assert new != old
    assert sorted(old.keys()) == keys
    assert stored_traits(new)[0].skin == stored_traits(old)[0].skin
    assert stored_traits(new)[0].height == pytest.approx(stored_traits(old)[0].height, abs=1e-3)
