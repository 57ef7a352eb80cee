"""Garments of other fabrics: from scripts, from traits, and as their outfits have them."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from blender_addon.avatar.wardrobe.objects import FABRIC_UV, garment_info, worn_garments
from blender_addon.bridge.mesh_arrays import face_materials, uv_array
from ml_core.errors import InputError
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.anatomical import person


def test_a_garment_is_made_of_another_fabric_at_its_own_scale(woman: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = woman
    shirt = worn_garments(woman)["t_shirt"]
    before = _main_extent(shirt)
    assert bpy.ops.atelier.wear(garment="t_shirt", fabric="checked", color="#883322") == {"FINISHED"}
    info = garment_info(worn_garments(woman)["t_shirt"])
    assert (info.fabric, info.color) == ("checked", "#883322")
    ratio = FABRICS["jersey"].tile / FABRICS["checked"].tile
    np.testing.assert_allclose(_main_extent(shirt) / before, ratio, rtol=1e-4)
    assert bpy.ops.atelier.wear(garment="t_shirt") == {"FINISHED"}
    assert garment_info(shirt).fabric is None
    np.testing.assert_allclose(_main_extent(shirt), before, rtol=1e-4)


def _main_extent(garment: bpy.types.Object) -> np.ndarray:
    """(2,) of the UVs that the main fabric repeats in."""
    uv = uv_array(garment.data.uv_layers[FABRIC_UV]).reshape(-1, 4, 2)
    return np.ptp(uv[face_materials(garment.data) == 0].reshape(-1, 2), axis=0)


def test_ribs_have_the_color_of_their_garment(woman: bpy.types.Object) -> None:
    bpy.context.view_layer.objects.active = woman
    bpy.ops.atelier.wear(garment="sweater", color="#882211")
    colors = {tuple(slot.material.diffuse_color) for slot in worn_garments(woman)["sweater"].material_slots}
    assert len(colors) == 1


def test_traits_say_what_garments_are_made_of(clean_scene: bpy.types.Context) -> None:
    cloths = {"t_shirt": {"fabric": "tweed"}, "jeans": {"color": "#101010"}}
    worn = worn_garments(person(presentation=0.0, age=40.0, garments=["t_shirt", "jeans", "shoes"], cloths=cloths))
    assert garment_info(worn["t_shirt"]).fabric == "tweed"
    assert garment_info(worn["t_shirt"]).color == FABRIC_KINDS["tweed"].color
    assert garment_info(worn["jeans"]).color == "#101010"
    assert garment_info(worn["shoes"]).fabric is None


def test_soldiers_wear_camouflage(clean_scene: bpy.types.Context) -> None:
    worn = worn_garments(person(presentation=0.0, age=30.0, outfit="military", garments=None))
    assert garment_info(worn["field_jacket"]).fabric == "camouflage"


@pytest.mark.parametrize(
    "cloths",
    [[], {"t_shirt": "tweed"}, {"t_shirt": {"fabric": "glass"}}, {"t_shirt": {"color": "red"}}, {"t_shirt": {"a": 1}}],
)
def test_cloths_that_make_no_sense_are_refused(cloths: object) -> None:
    with pytest.raises(InputError):
        AvatarTraits(cloths=cloths)


def test_registries_agree() -> None:
    assert set(FABRIC_KINDS) <= set(FABRICS)
    assert {name for kind in OUTFIT_KINDS.values() for name in kind.cloths} <= set(BY_NAME)
    words = [word for kind in FABRIC_KINDS.values() for word in (*kind.words_en, *kind.words_zh)]
    assert len(words) == len(set(words))
    traits = AvatarTraits(cloths={"boots": {"fabric": "leather", "color": "#1A1A1A"}})
    assert AvatarTraits.from_json(traits.to_json()) == traits
