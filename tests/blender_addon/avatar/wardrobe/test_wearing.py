"""Garments are put on, dyed and taken off."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.avatar.anatomy.building import body_of
from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.wardrobe.fitting import completed
from blender_addon.avatar.wardrobe.objects import COVERED, garment_info, worn_garments
from ml_core.errors import InputError
from tests.blender_addon.avatar.anatomical import person, shown_triangles


@pytest.fixture(autouse=True)
def _active(woman: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = woman


def test_a_sweater_goes_over_the_shirt_and_off_again(woman: bpy.types.Object) -> None:
    body, blocks = body_of(woman), (len(bpy.data.meshes), len(bpy.data.materials))
    seen = shown_triangles(body)
    assert bpy.ops.atelier.wear(garment="sweater", color="#aa3322") == {"FINISHED"}
    sweater = worn_garments(woman)["sweater"]
    assert garment_info(sweater).color == "#aa3322"
    assert sweater.find_armature() == woman
    assert shown_triangles(body) < seen, "the arms under the sleeves are hidden"
    assert stored_traits(woman)[0].garments == ("shoes", "jeans", "t_shirt", "sweater")
    assert bpy.ops.atelier.take_off(garment="sweater") == {"FINISHED"}
    assert shown_triangles(body) == seen
    assert (len(bpy.data.meshes), len(bpy.data.materials)) == blocks


def test_the_outermost_wears_the_color_of_the_traits(woman: bpy.types.Object) -> None:
    top = stored_traits(woman)[0].top
    assert color_of(worn_garments(woman)["t_shirt"]) == top
    bpy.ops.atelier.wear(garment="cardigan")
    assert color_of(worn_garments(woman)["cardigan"]) == top
    assert color_of(worn_garments(woman)["t_shirt"]) != top


def color_of(garment: bpy.types.Object) -> str:
    from ml_core.color import linear_to_srgb, srgb_to_hex

    value = garment.material_slots[0].material.diffuse_color
    return srgb_to_hex(linear_to_srgb(np.array(value[:3])))


def test_what_is_not_worn_and_what_is_no_garment_are_said(woman: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="does not wear sweater; it wears shoes, jeans, t_shirt"):
        bpy.ops.atelier.take_off(garment="sweater")
    with pytest.raises(RuntimeError, match="is not a color"):
        bpy.ops.atelier.wear(garment="sweater", color="red")
    assert set(worn_garments(woman)) == {"shoes", "jeans", "t_shirt"}
    with pytest.raises(InputError, match="garments: crown not known"):
        completed(["crown"], [])


def test_a_child_stays_dressed(woman: bpy.types.Object) -> None:
    child = person(age=9.0, seed=4)
    bpy.context.view_layer.objects.active = child
    with pytest.raises(RuntimeError, match="is under 18 and is always dressed"):
        bpy.ops.atelier.take_off(garment="jeans")
    assert "jeans" in worn_garments(child)
    assert bpy.ops.atelier.take_off(garment="shoes") == {"FINISHED"}


def test_all_may_come_off_an_adult(woman: bpy.types.Object) -> None:
    for garment in ("shoes", "t_shirt", "jeans"):
        bpy.ops.atelier.take_off(garment=garment)
    assert not worn_garments(woman)
    assert COVERED not in body_of(woman).modifiers
    assert stored_traits(woman)[0].garments == ()


def test_garments_leave_room_for_those_of_the_outfit() -> None:
    outfit = ("t_shirt", "jeans", "shoes")
    assert set(completed(["skirt"], outfit)) == {"shoes", "t_shirt", "skirt"}
    assert set(completed([], outfit)) == set(outfit)
    assert set(completed(["boots", "sweater", "trousers"], outfit)) == {"boots", "sweater", "trousers"}
    assert set(completed(["dress"], outfit)) == {"dress", "shoes"}
    suit = ("shirt", "trousers", "tie", "blazer", "shoes")
    assert set(completed(["blazer"], suit)) == set(suit)
    assert set(completed(["t_shirt"], suit)) == {"t_shirt", "trousers", "shoes"}, "no tie without the shirt"
