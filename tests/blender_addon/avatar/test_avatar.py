"""The built-in body and generated textures on it and on avatars with other UVs."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.generating import generate_job, texture_job
from blender_addon.avatar.own_data import worn_image
from blender_addon.avatar.stored import stored_traits
from blender_addon.avatar.wardrobe.objects import worn_garments
from blender_addon.bridge.importers import open_scene
from blender_addon.bridge.jobs.steps import InThread, run_to_end
from ml_core import AvatarTraits, InputError
from tests.blender_addon.avatar.anatomical import GARMENTS

pytestmark = pytest.mark.both_blenders


def image(name: str) -> np.ndarray:
    """(S, S, 4) pixels as stored, row 0 at the bottom."""
    found = bpy.data.images[name]
    pixels = np.empty(found.size[0] * found.size[1] * 4, np.float32)
    found.pixels.foreach_get(pixels)
    return pixels.reshape(found.size[1], found.size[0], 4)


def generate(context: bpy.types.Context, seed: int = 7, **traits: object) -> dict:
    return run_to_end(generate_job(context, "", AvatarTraits(**traits), seed, 256, "Avatar"))


def test_the_same_seed_is_the_same_person_and_another_is_not(clean_scene: bpy.types.Context) -> None:
    generate(clean_scene, 3, hair_style="none")
    first = image("T_Avatar_Body_BC")
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)  # factory settings would disable it
    generate(clean_scene, 3, hair_style="none")
    assert np.abs(image("T_Avatar_Body_BC") - first).max() < 2 / 255
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)  # factory settings would disable it
    generate(clean_scene, 4, hair_style="none")
    assert np.abs(image("T_Avatar_Body_BC") - first).mean() > 0.02


def test_applying_again_replaces_and_never_piles_up(clean_scene: bpy.types.Context) -> None:
    report = generate(clean_scene, garments=GARMENTS)
    images, materials = len(bpy.data.images), len(bpy.data.materials)
    armature = bpy.data.objects[report["object"]]
    run_to_end(texture_job(clean_scene, armature, "", AvatarTraits(garments=GARMENTS), 99, 256))
    assert (len(bpy.data.images), len(bpy.data.materials)) == (images, materials)
    assert stored_traits(armature)[1] == 99


def test_two_avatars_keep_their_own_textures(clean_scene: bpy.types.Context) -> None:
    generate(clean_scene, 1, garments=GARMENTS, hair_style="none")
    first = image("T_Avatar_Body_BC")
    generate(clean_scene, 2, garments=GARMENTS, hair_style="none")
    assert np.array_equal(image("T_Avatar_Body_BC"), first)
    bodies = [obj for obj in bpy.data.objects if "_Body" in obj.name]
    assert len({obj.material_slots[0].material for obj in bodies}) == 2


def test_a_failure_on_the_way_leaves_nothing(clean_scene: bpy.types.Context) -> None:
    job = generate_job(clean_scene, "", AvatarTraits(), 1, 256, "Avatar")
    step = next(job)
    while not bpy.data.objects.get("Avatar"):
        step = job.send(step.function()) if isinstance(step, InThread) else next(job)
    job.close()
    assert list(bpy.data.objects) == []
    assert list(bpy.data.meshes) == []


def test_a_thing_without_bones_is_refused(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(InputError, match="Cube"):
        run_to_end(texture_job(clean_scene, bpy.data.objects["Cube"], "", AvatarTraits(), 1, 256))
    assert not bpy.data.objects["Cube"].data.materials


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", ["id13_casual_full.glb", "id24_utility_body.glb"])
def test_a_shared_avatar_is_textured_on_its_own_uvs(clean_scene: bpy.types.Context, data_dir: Path, name: str) -> None:
    open_scene(data_dir / "avatars" / "meshes" / name)
    body = bpy.data.objects["H_DDS_HighRes"]
    uv = np.empty(len(body.data.loops) * 2, np.float32)
    body.data.uv_layers.active.data.foreach_get("uv", uv)
    armature = body.find_armature()
    traits = AvatarTraits(skin="#6b4226", top="#1f6f3a", bottom="#d0c8b0")
    run_to_end(texture_job(bpy.context, armature, "", traits, 5, 256))
    after = np.empty_like(uv)
    body.data.uv_layers.active.data.foreach_get("uv", after)
    assert np.array_equal(uv, after)
    made = worn_image(body, "BC")
    assert made is not None
    colors = image(made.name)
    # A box of the shared layout's chest (its README): green there, which it is nowhere on the skin.
    chest = colors[::-1][132:168, 185:225, :3].mean(axis=(0, 1))
    face = colors[::-1][38:45, 74:92, :3].mean(axis=(0, 1))
    assert chest[1] > 1.3 * chest[0]
    assert face[0] > 1.2 * face[1]


def test_one_wears_the_outfit_of_another(clean_scene: bpy.types.Context) -> None:
    for seed, name in ((3, "Ada"), (9, "Bo")):
        run_to_end(generate_job(clean_scene, "", AvatarTraits(hair_style="none"), seed, 256, name))
    ada, bo = bpy.data.objects["Ada"], bpy.data.objects["Bo"]
    (own, seed), (theirs, their_seed) = stored_traits(ada), stored_traits(bo)
    bpy.context.view_layer.objects.active = ada
    ada.select_set(True)
    bo.select_set(True)
    assert bpy.ops.atelier.wear_outfit() == {"FINISHED"}
    now, now_seed = stored_traits(ada)
    assert (now.outfit, now.top, now.bottom) == (theirs.outfit, theirs.top, theirs.bottom)
    assert set(worn_garments(ada)) == set(theirs.garments)
    clothes = {"outfit": now.outfit, "top": now.top, "bottom": now.bottom, "garments": now.garments}
    assert now == own.replace(**clothes, outfit_seed=their_seed)
    assert now_seed == seed
    bo.select_set(False)
    with pytest.raises(RuntimeError, match="Select the avatar with the clothes"):
        bpy.ops.atelier.wear_outfit()


def test_the_dice_of_the_outfit_leave_the_person(clean_scene: bpy.types.Context) -> None:
    settings = clean_scene.scene.atelier
    settings.seed = 5
    bpy.ops.atelier.draw_seed(of_outfit=True)
    assert settings.seed == 5
    assert settings.traits.to_traits() == AvatarTraits(outfit_seed=settings.traits.outfit_seed)
