"""An avatar of an earlier version in a saved file: it stays as it is, and can be edited, textured and exported."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.avatar.body.earlier_body import has_sliders, refit_armature, set_sliders
from blender_addon.avatar.body.hair import hair_of, refitting_hair
from blender_addon.avatar.body.targets import find_targets
from blender_addon.avatar.own_data import worn_image
from blender_addon.avatar.stored import stored_traits
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from ml_core.vocabulary.avatar.earlier_sliders import SLIDERS
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES
from tests.blender_addon.avatar.earlier import body_of, earlier_avatar


@pytest.fixture
def avatar(clean_scene: bpy.types.Context) -> bpy.types.Object:
    return earlier_avatar()


def seen(obj: bpy.types.Object) -> np.ndarray:
    """Evaluated vertices (V, 3)."""
    bpy.context.view_layer.update()
    mesh = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    values = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", values)
    return values.reshape(-1, 3)


def test_it_has_its_sliders_and_expressions(avatar: bpy.types.Object) -> None:
    names = [key.name for key in body_of(avatar).data.shape_keys.key_blocks]
    assert has_sliders(avatar)
    assert {f"atelier:{slider}" for slider in SLIDERS} | set(ARKIT_SHAPES) <= set(names)
    traits, seed = stored_traits(avatar)
    assert (seed, traits.top, traits.face) == (3, "#203050", {"nose_width": 0.5})


def test_a_property_of_the_armature_moves_body_and_eyes(avatar: bpy.types.Object) -> None:
    eye = next(one for one in avatar.children if one.name.endswith("_Eye_L"))
    before, eye_before = seen(body_of(avatar)), seen(eye)
    set_sliders(avatar, {"nose_length": 1.0})
    assert 0.002 < np.linalg.norm(seen(body_of(avatar)) - before, axis=1).max() < 0.01
    set_sliders(avatar, {"nose_length": 0.0, "eye_distance": 1.0})
    moved = seen(eye) - eye_before
    assert moved[:, 0].min() > 0.002
    assert np.abs(moved[:, 1:]).max() < 1e-5


def test_the_skeleton_follows_the_height_and_comes_back(avatar: bpy.types.Object) -> None:
    saved = {bone.name: np.array(bone.matrix_local) for bone in avatar.data.bones}
    low = avatar.data.bones["head"].head_local.z
    set_sliders(avatar, {"height": 0.0})
    assert refit_armature(bpy.context, avatar)
    assert avatar.data.bones["head"].head_local.z == pytest.approx(low * 1.72 / 1.7, rel=1e-3)
    set_sliders(avatar, {"height": (1.7 / 1.72 - 1) / 0.25})
    assert refit_armature(bpy.context, avatar)
    for bone in avatar.data.bones:
        assert np.abs(np.array(bone.matrix_local) - saved[bone.name]).max() < 1e-4, bone.name


def test_live_height_moves_body_and_skeleton(avatar: bpy.types.Object) -> None:
    bpy.ops.atelier.edit_live()
    bpy.context.scene.atelier.traits.height = 1.9
    assert seen(body_of(avatar))[:, 2].max() == pytest.approx(1.9, abs=0.01)
    assert avatar.data.bones["head"].head_local.z > 1.55
    assert stored_traits(avatar)[0].height == pytest.approx(1.9)
    bpy.ops.atelier.stop_live()


def test_hair_follows_the_sliders_of_the_head(avatar: bpy.types.Object) -> None:
    assert bpy.ops.atelier.set_hair(style="buzz") == {"FINISHED"}
    hair, body = hair_of(avatar), body_of(avatar)
    before = seen(hair), seen(body)
    set_sliders(avatar, {"head_size": 1.0})
    after = seen(hair), seen(body)
    grown = [one[:, 2].max() - other[:, 2].max() for one, other in zip(after, before, strict=True)]
    assert grown[1] > 0.005
    assert grown[0] == pytest.approx(grown[1], abs=0.004)
    run_to_end(refitting_hair(bpy.context, avatar))
    assert seen(hair)[:, 2].max() == pytest.approx(after[0][:, 2].max(), abs=0.004)


def test_another_texture_goes_on_its_own_mesh(avatar: bpy.types.Object) -> None:
    """The face is painted where the face is: the fit of its time is remembered."""
    rest, count = seen(body_of(avatar)), len(bpy.data.images)
    (body,) = find_targets(avatar).bodies
    joints = body.skin.fit().frames["torso"].origin - body.fit.frames["torso"].origin
    assert np.abs(joints).max() < 0.05
    assert bpy.ops.atelier.apply_texture(traits_json='{"top": "#c02020", "outfit": "casual"}', seed=3) == {"FINISHED"}
    image = worn_image(body_of(avatar), "BC")
    pixels = np.empty(image.size[0] * image.size[1] * 4, np.float32)
    image.pixels.foreach_get(pixels)
    size = image.size[0]
    torso = pixels.reshape(size, size, 4)[size * 156 // 256 : size * 216 // 256, size * 140 // 256 : size * 240 // 256]
    red, green, _ = torso[..., :3].mean(axis=(0, 1))
    assert red > 2 * green, "its clothes are paint, in the chart of the torso"
    assert len(bpy.data.images) == count
    assert len(seen(body_of(avatar))) == len(rest)


def test_it_is_exported(avatar: bpy.types.Object, tmp_path: Path) -> None:
    run_to_end(export_job(bpy.context, tmp_path, ["web"]))
    path = next((tmp_path / "web").glob("*.glb"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    keys = [one.data.shape_keys for one in bpy.data.objects if one.type == "MESH" and one.data.shape_keys]
    assert any("jawOpen" in key.key_blocks for key in keys)
    assert not any(block.name.startswith("atelier:") for key in keys for block in key.key_blocks)
