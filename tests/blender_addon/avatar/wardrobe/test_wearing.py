"""Garments are put on, dyed and taken off."""

from __future__ import annotations

from math import radians

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from blender_addon.avatar.anatomy.building import body_of
from blender_addon.avatar.body.hair import wear_hair
from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.wardrobe.fitting import completed
from blender_addon.avatar.wardrobe.objects import COVERED, garment_info, worn_garments
from blender_addon.avatar.wardrobe.own_bodies import SKIN_VERTICES, VERTICES
from blender_addon.bridge.mesh_arrays import positions
from blender_addon.bridge.state.edit_mode import edited_bones
from ml_core.errors import InputError
from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.rig import HUMANOID, bones_of
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.garments.pieces import BY_NAME
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


def test_what_is_put_over_a_shirt_leaves_its_color(woman: bpy.types.Object) -> None:
    top = stored_traits(woman)[0].top
    assert color_of(worn_garments(woman)["t_shirt"]) == top
    bpy.ops.atelier.wear(garment="cardigan")
    assert color_of(worn_garments(woman)["cardigan"]) == BY_NAME["cardigan"].color != top
    assert color_of(worn_garments(woman)["t_shirt"]) == top  # nobody said that it changes
    bpy.ops.atelier.wear(garment="blazer", color="#336699")
    assert color_of(worn_garments(woman)["blazer"]) == "#336699"


def color_of(garment: bpy.types.Object) -> str:
    from ml_core.color import linear_to_srgb, srgb_to_hex

    value = garment.material_slots[0].material.diffuse_color
    return srgb_to_hex(linear_to_srgb(np.array(value[:3])))


def test_people_stand_on_their_soles(woman: bpy.types.Object) -> None:
    def heights() -> tuple[float, float]:
        """Of the soles, or the bare feet, and of the hips over the feet."""
        meshes = [body_of(woman), *worn_garments(woman).values()]
        feet = float(positions(meshes[0].data)[:, 2].min())
        return min(float(positions(one.data)[:, 2].min()) for one in meshes), woman.data.bones[
            "hips"
        ].head_local.z - feet

    soles, hips = heights()
    assert soles == pytest.approx(0, abs=1e-3)
    for change, shoes in ((bpy.ops.atelier.take_off, "shoes"), (bpy.ops.atelier.wear, "boots")):
        change(garment=shoes)
        assert heights() == pytest.approx((0, hips), abs=1e-3)
    woman.atelier_body.height = 1.8
    assert heights()[0] == pytest.approx(0, abs=3e-3)


def test_hair_under_a_hat_is_pressed_in_and_comes_back_as_it_grew(woman: bpy.types.Object) -> None:
    hair = wear_hair(bpy.context, woman, "bob", "#8a5a30", 3)
    grew = positions(hair.data).copy()
    bpy.ops.atelier.wear(garment="beanie")
    try:
        places, hat = positions(hair.data), positions(worn_garments(woman)["beanie"].data)
        middle = (hat.min(axis=0) + hat.max(axis=0)) / 2
        band = np.abs(places[:, 2] - hat[:, 2].min() - 0.02) < 0.02
        shown = ~np.isin(np.arange(len(places)), hidden_of(hair))
        reach = np.linalg.norm((places - middle)[:, :2], axis=1)
        assert (band & shown).sum() > 50, "cards go on under the hat and are not cut off at its edge"
        assert reach[band & shown].max() < np.linalg.norm((hat - middle)[:, :2], axis=1).max() + 0.004
        assert np.abs(places - grew).max() > 0.004
    finally:
        bpy.ops.atelier.take_off(garment="beanie")
    assert COVERED not in hair.modifiers
    assert positions(hair.data) == pytest.approx(grew, abs=1e-5)


def hidden_of(obj: bpy.types.Object) -> list[int]:
    group = obj.vertex_groups[COVERED].index
    return [one.index for one in obj.data.vertices if any(item.group == group for item in one.groups)]


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


def test_a_makehuman_body_of_the_artist_is_dressed(clean_scene: bpy.types.Context) -> None:
    """The base mesh with its helpers, twice as large, on a rig whose bones have Unreal's names."""
    armature, body = makehuman_body(2.0)
    clean_scene.view_layer.objects.active = armature
    assert bpy.ops.atelier.wear(garment="t_shirt", color="#203050") == {"FINISHED"}
    shirt = worn_garments(armature)["t_shirt"]
    points = np.array([shirt.matrix_world @ vertex.co for vertex in shirt.data.vertices])
    chest = armature.matrix_world @ armature.data.bones["spine_02"].head_local
    assert points[:, 2].min() < chest.z < points[:, 2].max()
    assert {"upperarm_l", "spine_01"} <= set(shirt.vertex_groups.keys())
    assert color_of(shirt) == "#203050"
    assert COVERED in body.modifiers
    assert bpy.ops.atelier.take_off(garment="t_shirt") == {"FINISHED"}
    assert COVERED not in body.modifiers


def test_a_makehuman_body_without_helpers_wears_the_same(clean_scene: bpy.types.Context) -> None:
    """A heavy man whose helpers were deleted: his trousers lie where they would with them."""
    rows = body_model().person(BodyTraits(presentation=0, age=45, weight=0.9, height=1.9), 2).rows
    shapes = []
    for whole in (True, False):
        armature, body = makehuman_body(1.0, rows, whole)
        clean_scene.view_layer.objects.active = armature
        assert bpy.ops.atelier.wear(garment="trousers") == {"FINISHED"}
        assert bpy.ops.atelier.wear(garment="coat") == {"FINISHED"}
        assert COVERED in body.modifiers
        shapes.append(np.concatenate([positions(one.data) for one in worn_garments(armature).values()]))
    away = np.linalg.norm(shapes[0] - shapes[1], axis=1)
    print(f"garments without helpers: {1000 * away.mean():.1f} mm on average, {1000 * away.max():.1f} mm at most")
    assert away.mean() < 0.004
    assert np.percentile(away, 99) < 0.015


@pytest.mark.parametrize("way", ["in decimeters", "Y up and turned", "other bone names"])
def test_bodies_of_other_sizes_axes_and_rigs_wear_the_same(clean_scene: bpy.types.Context, way: str) -> None:
    """A shirt lies where it does on the plain body; helpers were deleted, as those of finished people are."""
    rows, places = body_model().person(BodyTraits(presentation=1, age=30), 2).rows, []
    for plain in (True, False):
        size = 10.0 if way == "in decimeters" and not plain else 1.0
        armature, body = makehuman_body(size, rows, whole=False)
        if way == "Y up and turned" and not plain:
            turn = Matrix.Rotation(radians(-90), 4, "X")
            for data in (body.data, armature.data):
                data.transform(turn)
            armature.matrix_world = Matrix.Rotation(radians(30), 4, "Z") @ turn.inverted()
        elif way == "other bone names" and not plain:
            for bone in armature.data.bones:
                bone.name = "Bip " + {"pelvis": "Pelvis", "spine_01": "Spine"}.get(bone.name, bone.name[::-1])
        bpy.context.view_layer.update()
        clean_scene.view_layer.objects.active = armature
        assert bpy.ops.atelier.wear(garment="t_shirt") == {"FINISHED"}
        [shirt] = worn_garments(armature).values()
        bpy.context.view_layer.update()
        to_body = np.array(body.matrix_world.inverted() @ shirt.matrix_world)
        points = (positions(shirt.data) @ to_body[:3, :3].T + to_body[:3, 3]) / size
        places.append(
            points @ np.array(Matrix.Rotation(radians(-90), 3, "X")) if "Y up" in way and not plain else points
        )
    np.testing.assert_allclose(places[1], places[0], atol=1e-3)


def test_a_body_whose_bones_are_not_known_is_an_error(clean_scene: bpy.types.Context) -> None:
    armature, _ = makehuman_body(1.0, whole=False)
    with edited_bones(clean_scene.view_layer, armature) as edited:
        for bone in list(edited)[1:]:
            edited.remove(bone)
        edited[0].name = "Thing"
    clean_scene.view_layer.objects.active = armature
    with pytest.raises(RuntimeError, match="known as the hips"):
        bpy.ops.atelier.wear(garment="t_shirt")


def test_other_meshes_are_not_taken_for_makehumans(clean_scene: bpy.types.Context) -> None:
    armature, body = makehuman_body(1.0, whole=False)
    clean_scene.view_layer.objects.active = armature
    faces = [tuple(face.vertices) for face in body.data.polygons]
    for count in (SKIN_VERTICES, VERTICES):  # other vertices first, and as many as with the helpers
        order = np.random.default_rng(1).permutation(count)
        body.data.clear_geometry()
        body.data.from_pydata(np.zeros((count, 3)).tolist(), [], [[int(order[n]) for n in face] for face in faces])
        with pytest.raises(RuntimeError, match="MakeHuman"):
            bpy.ops.atelier.wear(garment="trousers")


def makehuman_body(
    size: float, rows: np.ndarray | None = None, whole: bool = True
) -> tuple[bpy.types.Object, bpy.types.Object]:
    data = body_model().data
    rows = data.base if rows is None else rows
    points = np.zeros((VERTICES, 3), np.float32)
    points[data.source] = rows[: data.vertex_count]
    points = points if whole else points[:SKIN_VERTICES]
    mesh = bpy.data.meshes.new("Base")
    mesh.from_pydata((size * points).tolist(), [], data.source[data.faces["skin"]].tolist())
    armature = bpy.data.objects.new("Rig", bpy.data.armatures.new("Rig"))
    body = bpy.data.objects.new("Base", mesh)
    for obj in (armature, body):
        bpy.context.collection.objects.link(obj)
    body.parent = armature
    body.modifiers.new("Armature", "ARMATURE").object = armature
    manny = {spec.name: spec.source for spec in HUMANOID if spec.source}
    with edited_bones(bpy.context.view_layer, armature) as edited:
        for bone in bones_of(data, np.asarray(rows, np.float64)):
            if bone.name in manny:
                added = edited.new(manny[bone.name])
                added.head, added.tail = size * bone.head, size * bone.tail
                if bone.parent in manny:
                    added.parent = edited[manny[bone.parent]]
    return armature, body
