"""Changing one avatar never changes another, however the two came to share their data."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.body.earlier_body import add_keys, refit_armature, set_sliders
from blender_addon.avatar.own_data import OWNER_KEY, make_own, own_avatar, role_of, sharing, worn_image, worn_images
from blender_addon.avatar.surface.images import png_of, store_image, store_png
from blender_addon.avatar.surface.materials import SkinMaps, skin_material
from blender_addon.bridge.data.identity import ID_KEY, identity, put
from ml_core.errors import InputError
from ml_core.vocabulary.avatar.earlier_sliders import SLIDERS

RED, GREEN, BLUE = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def paint(obj: bpy.types.Object, color: tuple[float, float, float]) -> None:
    """What applying a texture does to a mesh in one material, of two texels square."""
    make_own([obj])
    pixels = np.broadcast_to(np.array(color), (2, 2, 3))
    images = [store_png(kind, png_of(pixels), kind == "BC", obj) for kind in ("BC", "N", "R", "AO")]
    material = skin_material(obj, 0, "UVMap", SkinMaps(*images), color)
    if not obj.material_slots:
        obj.data.materials.append(None)
    obj.material_slots[0].material = material


def color(obj: bpy.types.Object) -> tuple[float, ...]:
    """What shows on a mesh: the picture that goes into its material's base color."""
    nodes = obj.material_slots[0].material.node_tree.nodes
    shown = next(node for node in nodes if node.type == "BSDF_PRINCIPLED").inputs["Base Color"].links[0].from_node.image
    return tuple(float(round(value, 2)) for value in shown.pixels[:3])


def body(name: str = "Avatar") -> bpy.types.Object:
    """A skinned triangle on an armature with sliders, painted red, in a collection of its own."""
    collection = bpy.data.collections.new(name)
    bpy.context.scene.collection.children.link(collection)
    rig = bpy.data.objects.new(name, bpy.data.armatures.new(name))
    mesh = bpy.data.meshes.new(f"{name}_Body")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    mesh.uv_layers.new(name="UVMap")
    made = bpy.data.objects.new(f"{name}_Body", mesh)
    for obj in (rig, made):
        collection.objects.link(obj)
    made.parent = rig
    made.modifiers.new("Armature", "ARMATURE").object = rig
    rig["atelier_traits"] = "{}"
    set_sliders(rig, dict.fromkeys(SLIDERS, 0.0))
    add_keys(made, {SLIDERS[0]: np.ones((3, 3))}, rig)
    paint(made, RED)
    own_avatar(rig)
    return made


def copy_of(obj: bpy.types.Object, linked: bool = False) -> bpy.types.Object:
    """A duplicate of a mesh together with its armature."""
    bpy.context.view_layer.update()
    for one in bpy.context.view_layer.objects:
        one.select_set(one in (obj, obj.parent))
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.duplicate(linked=linked)
    return bpy.context.view_layer.objects.active


def drivers(obj: bpy.types.Object) -> set[bpy.types.Object]:
    curves = obj.data.shape_keys.animation_data.drivers
    return {target.id for curve in curves for one in curve.driver.variables for target in one.targets}


def stays_apart(first: bpy.types.Object, second: bpy.types.Object) -> None:
    """Painting either leaves the other one as it is."""
    before = color(first)
    own_avatar(second.parent)
    paint(second, GREEN)
    assert (color(first), color(second)) == (before, GREEN)
    paint(first, BLUE)
    assert (color(first), color(second)) == (BLUE, GREEN)
    assert identity(first) != identity(second)
    assert identity(first.parent) != identity(second.parent)


def test_a_renamed_avatar_keeps_its_pictures(clean_scene: bpy.types.Context) -> None:
    ann = body()
    ann.name, ann.parent.name = "Ann_Body", "Ann"
    other = body()
    stays_apart(ann, other)
    count = len(bpy.data.images), len(bpy.data.materials)
    paint(ann, RED)
    assert (len(bpy.data.images), len(bpy.data.materials)) == count, "pictures pile up"


@pytest.mark.parametrize("linked", [False, True], ids=["duplicate", "linked duplicate"])
def test_a_duplicate_gets_its_own_when_it_is_changed(clean_scene: bpy.types.Context, linked: bool) -> None:
    ann = body()
    copy = copy_of(ann, linked)
    assert identity(copy) == identity(ann)
    assert copy.material_slots[0].material == ann.material_slots[0].material
    stays_apart(ann, copy)
    assert copy.data != ann.data
    assert (drivers(ann), drivers(copy)) == ({ann.parent}, {copy.parent})


def test_the_original_gets_its_own_when_it_is_changed_first(clean_scene: bpy.types.Context) -> None:
    ann = body()
    copy = copy_of(ann, linked=True)
    stays_apart(copy, ann)


def test_a_copied_scene_and_its_avatar_stay_apart(clean_scene: bpy.types.Context) -> None:
    ann = body()
    bpy.ops.scene.new(type="FULL_COPY")
    copy = next(one for one in bpy.context.scene.objects if one.type == "MESH")
    assert copy != ann
    stays_apart(ann, copy)


def test_an_avatar_appended_twice_beside_its_own_file_is_three(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    made = [body()]
    path = str(tmp_path / "ann.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)
    while len(made) < 3:
        with bpy.data.libraries.load(path) as (_, wanted):
            wanted.objects = ["Avatar_Body"]
        bpy.context.scene.collection.objects.link(wanted.objects[0])
        made.append(wanted.objects[0])
    stays_apart(*made[:2])
    stays_apart(*made[1:])


def test_a_linked_avatar_says_what_to_do_and_its_override_is_another(
    clean_scene: bpy.types.Context, tmp_path: Path
) -> None:
    body()
    path = str(tmp_path / "ann.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.collections = ["Avatar"]
    linked = next(one for one in wanted.collections[0].objects if one.type == "MESH")
    with pytest.raises(InputError, match="library override"):
        paint(linked, GREEN)
    bpy.context.scene.collection.children.link(wanted.collections[0])
    wanted.collections[0].override_hierarchy_create(bpy.context.scene, bpy.context.view_layer)
    override = next(one for one in bpy.data.objects if one.override_library and one.type == "MESH")
    assert override.override_library.is_system_override
    own_avatar(override.parent)
    paint(override, GREEN)
    assert (color(linked), color(override)) == (RED, GREEN)
    assert drivers(override) == {override.parent}
    assert not override.override_library.is_system_override, "what is changed here is not kept by Blender"
    path = str(tmp_path / "shot.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    override = next(one for one in bpy.data.objects if one.override_library and one.type == "MESH")
    assert color(override) == GREEN
    assert override.data.library is None
    assert refit_armature(bpy.context, override.parent)  # Blender has no Edit Mode for overrides
    assert override.parent.data.library is None
    assert "Atelier Bones" not in bpy.data.objects


def on_a_box(ann: bpy.types.Object) -> bpy.types.Object:
    mesh = bpy.data.meshes.new("Box")
    mesh.materials.append(ann.material_slots[0].material)
    return bpy.data.objects.new("Box", mesh)


def on_a_slot_of_an_object(ann: bpy.types.Object) -> bpy.types.Object:
    mesh = bpy.data.meshes.new("Box")
    mesh.materials.append(None)
    box = bpy.data.objects.new("Box", mesh)
    box.material_slots[0].link = "OBJECT"
    box.material_slots[0].material = ann.material_slots[0].material
    return box


def in_an_artists_material(ann: bpy.types.Object) -> bpy.types.Object:
    material = bpy.data.materials.new("Poster")
    material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = worn_image(ann, "BC")
    principled = next(one for one in material.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
    material.node_tree.links.new(node.outputs["Color"], principled.inputs["Base Color"])
    mesh = bpy.data.meshes.new("Wall")
    mesh.materials.append(material)
    return bpy.data.objects.new("Wall", mesh)


def in_a_copied_material(ann: bpy.types.Object) -> bpy.types.Object:
    mesh = bpy.data.meshes.new("Box")
    mesh.materials.append(ann.material_slots[0].material.copy())
    return bpy.data.objects.new("Box", mesh)


USERS = [on_a_box, on_a_slot_of_an_object, in_an_artists_material, in_a_copied_material]


def test_what_an_artist_uses_elsewhere_is_not_painted_over(clean_scene: bpy.types.Context) -> None:
    ann = body()
    for user in USERS:
        paint(ann, RED)
        other = user(ann)
        paint(ann, GREEN)
        assert (color(ann), color(other)) == (GREEN, RED), user.__name__
        paint(ann, BLUE)
        assert (color(ann), color(other)) == (BLUE, RED), user.__name__


def test_a_fake_user_a_node_group_and_a_layer_keep_an_image(clean_scene: bpy.types.Context) -> None:
    ann = body()
    shielded = worn_image(ann, "BC")
    shielded.use_fake_user = True
    paint(ann, GREEN)
    assert (tuple(shielded.pixels[:3]), color(ann)) == (RED, GREEN)
    group = bpy.data.node_groups.new("Decal", "ShaderNodeTree")
    group.nodes.new("ShaderNodeTexImage").image = worn_image(ann, "BC")
    paint(ann, BLUE)
    assert tuple(group.nodes[0].image.pixels[:3]) == GREEN
    other = bpy.data.objects.new("Ben", None)
    other.atelier_layer_list.add().image = worn_image(ann, "BC")
    paint(ann, RED)
    assert tuple(other.atelier_layer_list[0].image.pixels[:3]) == BLUE


def test_the_canvas_of_texture_paint_is_no_other_user(clean_scene: bpy.types.Context) -> None:
    ann = body()
    image = worn_image(ann, "BC")
    clean_scene.scene.tool_settings.image_paint.canvas = image
    paint(ann, GREEN)
    assert worn_image(ann, "BC") == image


def test_what_was_painted_by_hand_goes_along_with_a_copy(clean_scene: bpy.types.Context) -> None:
    ann = body()
    worn_image(ann, "N").pixels.foreach_set([0.0, 0.0, 1.0, 1.0] * 4)
    copy = copy_of(ann)
    make_own([copy])
    assert worn_image(copy, "N") != worn_image(ann, "N")
    assert tuple(worn_image(copy, "N").pixels[:3]) == BLUE
    assert worn_image(copy, "BC").packed_file is not None
    assert color(copy) == RED


def test_meshes_that_share_a_mesh_or_an_artists_material_are_painted_alone(clean_scene: bpy.types.Context) -> None:
    mesh = bpy.data.meshes.new("Soldier")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    own = bpy.data.materials.new("M_Soldier")  # the name that ours would get
    mesh.materials.append(own)
    one, two = (bpy.data.objects.new("Soldier", mesh) for _ in range(2))
    three = bpy.data.objects.new("Soldier", mesh.copy())
    before = len(own.node_tree.nodes) if own.node_tree else 0
    paint(one, RED)
    assert color(one) == RED
    assert two.data == mesh
    assert [slot.material for obj in (two, three) for slot in obj.material_slots] == [own, own]
    assert (len(own.node_tree.nodes) if own.node_tree else 0) == before


def test_files_of_older_versions_are_read_and_lose_nothing(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    ann = body("Ann / 1")
    kinds = {role_of(one): one for one in worn_images(ann)}
    for kind, image in kinds.items():
        image[OWNER_KEY] = f"{ann.name}/T_Ann_1_Body_{kind}"
    material = ann.material_slots[0].material
    material[OWNER_KEY] = f"{ann.name}/M_Ann_1_Body"
    for block in (ann, ann.parent):
        del block[ID_KEY]
    path = str(tmp_path / "old.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    ann = next(one for one in bpy.data.objects if one.type == "MESH")
    assert identity(ann.parent)
    assert {role_of(one) for one in worn_images(ann)} == set(kinds)
    assert role_of(ann.material_slots[0].material) == ""
    ann.name = "Eve"
    copy = copy_of(ann)
    count = len(bpy.data.images)
    stays_apart(ann, copy)
    assert len(bpy.data.images) == count + 4


def test_any_owner_in_a_foreign_file_is_only_data(clean_scene: bpy.types.Context) -> None:
    ann = body()
    for value in (7, 0.5, [1], {"a": 1}, b"\xff", "", "/", "a/b/c", "x" * 5000):
        for block in (ann.material_slots[0].material, *worn_images(ann)):
            put(block, OWNER_KEY, value)
        sharing(ann.parent)
        paint(ann, GREEN)
        assert color(ann) == GREEN, value


def test_files_beside_the_blend_file_are_never_another_ones(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    ann = body()
    other = copy_of(ann)
    (tmp_path / "T_Avatar_Body_BC.png").write_bytes(b"the artist's own")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))

    def save(obj: bpy.types.Object, value: float) -> Path:
        make_own([obj])
        store_image("BC", np.full((4, 4), value), True, obj, folder=tmp_path)
        return Path(bpy.path.abspath(worn_image(obj, "BC").filepath))

    first = save(ann, 1.0)
    assert first == save(ann, 0.5)
    again = copy_of(ann)
    files = {first, save(other, 0.0), save(again, 0.0)}
    assert len(files) == 3
    assert (tmp_path / "T_Avatar_Body_BC.png").read_bytes() == b"the artist's own"


def test_sharing_changes_as_soon_as_an_avatar_is_copied(clean_scene: bpy.types.Context) -> None:
    ann = body()
    before = sharing(ann.parent)
    assert sharing(ann.parent) == before
    copy_of(ann)
    assert sharing(ann.parent) != before
