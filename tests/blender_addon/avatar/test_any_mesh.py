"""Textures on rigs and layouts of all kinds: where things land, borders, and what must stay as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.body.landmarks import add_landmarks, fit_facts
from blender_addon.avatar.body.targets import find_targets
from blender_addon.avatar.generating import repaint_job, texture_job
from blender_addon.avatar.own_data import worn_image
from blender_addon.avatar.surface import texturing
from blender_addon.avatar.surface.texture_options import TextureOptions
from blender_addon.avatar.surface.uv_layout import painted_parts
from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import run_to_end
from ml_core import AvatarTraits, InputError
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.mesh.seams import seam_difference
from tests.blender_addon.avatar.anatomical import person
from tests.blender_addon.avatar.earlier import earlier_avatar

TRAITS = AvatarTraits(skin="#c89a7a", hair="#101010", top="#18a030", bottom="#2030c0", outfit="casual")


def knight(data: Path) -> bpy.types.Object:
    open_scene(data / "scenes" / "kaykit_adventurers" / "Knight.glb")
    return bpy.data.objects["Rig"]


def kenney(data: Path) -> bpy.types.Object:
    open_scene(data / "scenes" / "kenney_animated_characters_1" / "characterMedium.glb")
    return next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")


def shared(data: Path, name: str = "id13_casual_full") -> bpy.types.Object:
    open_scene(data / "avatars" / "meshes" / f"{name}.glb")
    return bpy.data.objects["H_DDS_HighRes"].find_armature()


def shared_man(data: Path) -> bpy.types.Object:
    return shared(data, "id26_military_body")


def makehuman(data: Path) -> bpy.types.Object:
    bpy.ops.wm.obj_import(filepath=str(data / "scenes" / "mpfb" / "base.obj"), use_split_groups=True)
    return bpy.data.objects["body"]


def unrigged(data: Path) -> bpy.types.Object:
    shared(data)
    return without_bones(bpy.data.objects["H_DDS_HighRes"])


def without_bones(body: bpy.types.Object) -> bpy.types.Object:
    place = body.matrix_world.copy()
    body.modifiers.clear()
    body.parent = None
    body.matrix_world = place
    bpy.context.view_layer.update()
    return body


BODIES = [knight, kenney, shared, shared_man, makehuman, unrigged]


def painted(body: bpy.types.Object, kind: str) -> np.ndarray:
    image = worn_image(body, kind)
    assert image is not None
    pixels = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(image.size[1], image.size[0], 4)[::-1, :, :3]


def geometry(obj: bpy.types.Object) -> list[np.ndarray]:
    mesh = obj.data
    places, loops = np.empty(len(mesh.vertices) * 3, np.float32), np.empty(len(mesh.loops), np.int32)
    mesh.vertices.foreach_get("co", places)
    mesh.loops.foreach_get("vertex_index", loops)
    uv = np.empty(len(mesh.loops) * 2, np.float32)
    mesh.uv_layers[0].data.foreach_get("uv", uv)
    return [places, loops, uv]


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("make", BODIES)
def test_a_body_is_dressed_and_keeps_its_geometry(
    clean_scene: bpy.types.Context, data_dir: Path, make: Callable[[Path], bpy.types.Object]
) -> None:
    target = make(data_dir)
    meshes = [obj for obj in (target, *target.children_recursive) if obj.type == "MESH" and obj.data.uv_layers]
    before = {obj.name: geometry(obj) for obj in meshes}
    worn = {obj.name: obj.material_slots[0].material for obj in meshes if obj.parent_type == "BONE"}
    report = run_to_end(texture_job(bpy.context, target, "", TRAITS, 5, 512))
    for obj in meshes:
        assert all(np.array_equal(a, b) for a, b in zip(before[obj.name], geometry(obj), strict=True)), obj.name
    assert all(bpy.data.objects[name].material_slots[0].material == material for name, material in worn.items())
    seen: dict[str, list[np.ndarray]] = {}
    for body in find_targets(target).bodies:
        assert body.obj.name in report["bodies"]
        (part,) = painted_parts(body.obj, body.skin)
        image = painted(body.obj, "BC")
        skin = part.skin
        report_ = seam_difference(skin.vertices, skin.triangles, skin.corner_uv, image)
        assert report_.mean <= 2.0, (body.obj.name, report_)
        normal = painted(body.obj, "N") * 2 - 1
        assert np.abs(np.linalg.norm(normal, axis=-1) - 1).max() < 0.02
        assert normal[..., 2].min() > 0
        middle = skin.corner_uv.mean(axis=1)
        share = skin.part_weights[skin.triangles].mean(axis=1)
        for name in ("torso", "left_upper_leg", "left_hand"):
            of_part = middle[share[:, PARTS.index(name)] > 0.9]
            rows, columns = ((1 - of_part[:, 1]) * 511).astype(int), (of_part[:, 0] * 511).astype(int)
            seen.setdefault(name, []).append(image[np.clip(rows, 0, 511), np.clip(columns, 0, 511)])
    red, green, blue = 0, 1, 2
    mean = {name: np.median(np.concatenate(values), axis=0) for name, values in seen.items()}
    assert mean["torso"].argmax() == green
    assert mean["left_upper_leg"].argmax() == blue
    assert mean["left_hand"].argmax() == red


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", ["id13_casual_full", "id26_military_body"])
def test_a_face_fits_without_bones_as_with_them(clean_scene: bpy.types.Context, data_dir: Path, name: str) -> None:
    armature = shared(data_dir, name)
    skin = find_targets(armature).bodies[0]
    rigged, height = fit_facts(skin.fit), np.ptp(skin.skin.vertices[:, 2])
    body = without_bones(bpy.data.objects["H_DDS_HighRes"])
    bare = fit_facts(find_targets(body).bodies[0].fit)
    for point in ("eyes", "nose", "mouth", "chin"):
        assert bare[point] == pytest.approx(rigged[point], abs=0.01 * height), point


@pytest.mark.data
@pytest.mark.slow
def test_a_moved_landmark_moves_the_face(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    body = unrigged(data_dir)
    run_to_end(texture_job(bpy.context, body, "", TRAITS, 5, 256))
    height = np.ptp(find_targets(body).bodies[0].skin.vertices[:, 2])
    before, image = fit_facts(find_targets(body).bodies[0].fit), painted(body, "BC").copy()
    made = {obj["atelier_landmark"]: obj for obj in add_landmarks(bpy.context, body)}
    assert {"leftHand", "rightFoot", "mouth", "chin", "leftEye"} <= set(made)
    assert fit_facts(find_targets(body).bodies[0].fit) == pytest.approx(before, abs=1e-4 * height)
    made["mouth"].location.z += 0.01 * height
    bpy.context.view_layer.update()
    assert fit_facts(find_targets(body).bodies[0].fit)["mouth"] == pytest.approx(
        before["mouth"] + 0.01 * height, abs=1e-4 * height
    )
    bpy.context.view_layer.objects.active = made["mouth"]
    assert bpy.ops.atelier.fit_again() == {"FINISHED"}
    assert np.abs(painted(body, "BC") - image).max() > 0.05
    with pytest.raises(InputError, match="already"):
        add_landmarks(bpy.context, body)


@pytest.mark.data
def test_a_palette_gets_a_uv_map_of_its_own_once(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    target = knight(data_dir)
    for _ in range(2):
        run_to_end(texture_job(bpy.context, target, "", TRAITS, 5, 256))
        head = bpy.data.objects["Knight_Head"]
        assert [layer.name for layer in head.data.uv_layers][1:] == ["AtelierUV"]
        assert not [one.name for one in (*bpy.data.images, *bpy.data.materials) if one.name.endswith(".001")]


@pytest.mark.data
def test_hats_are_painted_when_asked(clean_scene: bpy.types.Context, data_dir: Path) -> None:
    target = knight(data_dir)
    report = run_to_end(texture_job(bpy.context, target, "", TRAITS, 5, 256, TextureOptions(worn=True)))
    assert "Knight_Helmet" in report["bodies"]
    assert not {"1H_Sword", "Badge_Shield"} & set(report["bodies"])
    again = run_to_end(repaint_job(bpy.context, target))
    assert again["bodies"] == report["bodies"]


def body_in_tiles(context: bpy.types.Context) -> bpy.types.Object:
    """A body of an earlier version with its left half of UVs in tile 1002, as one mesh without its own fit."""
    armature = earlier_avatar()
    body = next(child for child in armature.children if child.name.endswith("_Body"))
    del body["atelier_shape"]
    body.material_slots[0].material = None  # plain images say that there are no tiles
    bpy.data.orphans_purge()
    layer = body.data.uv_layers.active
    uv = np.empty(len(body.data.loops) * 2, np.float32)
    layer.data.foreach_get("uv", uv)
    corner = uv.reshape(-1, 4, 2)
    corner[corner[..., 0].mean(axis=1) > 0.5] += [0.5, 0]  # the right half of the atlas begins at 1.0 now
    layer.data.foreach_set("uv", corner.ravel())
    return armature


def test_each_udim_tile_gets_its_image(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    armature = body_in_tiles(clean_scene)
    for seed in (5, 6):
        run_to_end(texture_job(bpy.context, armature, "", TRAITS, seed, 256))
        image = next(one for one in bpy.data.images if one.name == "T_Avatar_Body_BC")
        assert image.source == "TILED"
        assert sorted(tile.number for tile in image.tiles) == [1001, 1002]
        assert len(image.packed_files) == 2
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "tiles.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "tiles.blend"))
    image = bpy.data.images["T_Avatar_Body_BC"]
    assert len(image.packed_files) == 2
    assert image.pixels[0] >= 0


def test_images_are_saved_beside_the_file(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    avatar = person()
    with pytest.raises(InputError, match="Save the blend file"):
        run_to_end(repaint_job(bpy.context, avatar, TextureOptions(beside=True)))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    run_to_end(repaint_job(bpy.context, bpy.data.objects["Avatar"], TextureOptions(beside=True)))
    image = bpy.data.images["T_Avatar_Body_BC"]
    assert not image.packed_file
    assert image.filepath == "//textures/T_Avatar_Body_BC.png"
    normal = tmp_path / "textures" / "T_Avatar_Body_N.png"
    before = normal.read_bytes()
    assert len(before) > 1000
    bpy.context.view_layer.objects.active = bpy.data.objects["Avatar"]
    assert bpy.ops.atelier.add_layer(kind="scar") == {"FINISHED"}
    assert not image.packed_file
    assert normal.read_bytes() != before
    before = normal.read_bytes()
    bpy.data.objects["Avatar"].atelier_layer_list[0].amount = 1.0  # as Edit Live paints
    assert not image.packed_file
    assert normal.read_bytes() != before


def test_the_map_is_made_anew_when_shape_or_uvs_change(clean_scene: bpy.types.Context) -> None:
    armature = earlier_avatar()
    body = next(child for child in armature.children if child.name.endswith("_Body"))
    (source,) = texturing.map_sources(armature)
    first = source.atlas_map(256)
    assert texturing.map_sources(armature)[0].atlas_map(256) is first
    body.data.vertices[10].co.x += 0.01
    second = texturing.map_sources(armature)[0].atlas_map(256)
    assert second is not first
    body.data.uv_layers.active.data[3].uv.x += 0.01
    assert texturing.map_sources(armature)[0].atlas_map(256) is not second


def test_undo_takes_a_texture_back(clean_scene: bpy.types.Context) -> None:
    bpy.ops.ed.undo_push(message="empty")
    bpy.ops.atelier.generate_avatar(seed=3, size="256", traits_json='{"hair_style": "none"}')
    bpy.ops.ed.undo_push(message="made")
    body = next(child for child in bpy.data.objects["Avatar"].children if child.name.endswith("_Body"))
    first = painted(body, "BC").copy()
    bpy.context.view_layer.objects.active = bpy.data.objects["Avatar"]
    bpy.ops.atelier.apply_texture(seed=4, size="256")
    bpy.ops.ed.undo_push(message="again")
    bpy.ops.ed.undo()
    assert bpy.data.objects["Avatar"]["atelier_seed"] == 3
    body = next(child for child in bpy.data.objects["Avatar"].children if child.name.endswith("_Body"))
    assert np.array_equal(painted(body, "BC"), first)
    bpy.ops.ed.undo()
    assert not bpy.data.objects
    assert not bpy.data.images
