"""On what a texture is offered, and what is said of the rest."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.avatar.stored import store_traits
from blender_addon.avatar.surface.wearing import wearing
from blender_addon.bridge.object_labels import set_label
from ml_core.vocabulary.traits import AvatarTraits
from tests.blender_addon.avatar.earlier import earlier_avatar


@pytest.mark.parametrize(
    ("add", "why"),
    [
        (bpy.ops.mesh.primitive_cube_add, "shape of a standing body"),
        (bpy.ops.mesh.primitive_uv_sphere_add, "shape of a standing body"),
        (bpy.ops.object.armature_add, "no bones of a humanoid"),
    ],
)
def test_what_cannot_wear_it(clean_scene: bpy.types.Context, add: object, why: str) -> None:
    add()
    worn = wearing(clean_scene.object)
    assert worn.target == clean_scene.object
    assert why in worn.why_not
    assert clean_scene.object.name in worn.why_not


def test_furniture_and_meshes_without_uvs(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_monkey_add()
    set_label(clean_scene.object, "chair")
    assert wearing(clean_scene.object).why_not == "Suzanne is labeled Chair."
    set_label(clean_scene.object, "person")
    clean_scene.object.data.uv_layers.remove(clean_scene.object.data.uv_layers[0])
    assert "no UV map" in wearing(clean_scene.object).why_not


def test_what_has_no_surface(clean_scene: bpy.types.Context) -> None:
    assert wearing(None) is None
    bpy.ops.object.camera_add()
    assert wearing(clean_scene.object) is None


def test_bodies_wear_it(clean_scene: bpy.types.Context) -> None:
    """An avatar of ours by any of its parts, an armature with a body, and a body without bones."""
    armature = earlier_avatar()
    clean_scene.view_layer.update()
    assert wearing(armature).why_not == ""
    store_traits(armature, AvatarTraits(), 1)
    assert {wearing(part).target for part in (armature, *armature.children)} == {armature}
    body = max(armature.children, key=lambda child: len(child.data.vertices))
    alone = bpy.data.objects.new("Alone", body.data)
    clean_scene.collection.objects.link(alone)
    clean_scene.view_layer.update()
    assert wearing(alone).target == alone
    assert wearing(alone).why_not == ""
    body.vertex_groups.clear()
    bare = armature.copy()
    del bare["atelier_traits"]
    clean_scene.collection.objects.link(bare)
    clean_scene.view_layer.update()
    assert wearing(bare).why_not == f"No body mesh with UVs hangs on {bare.name}."
