"""The pictures of render_avatar.py: as many different tiles as they say, from the program's own avatars."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from PIL import Image

from blender_addon.avatar.generating import generate_job
from blender_addon.bridge.jobs.steps import run_to_end
from ml_core import AvatarTraits
from ml_core.geometry.body.face.expressions import turned_eyeball
from ml_core.geometry.body.rig import BONE_NAMES
from scripts.lib.rendering import pictures as _pictures
from scripts.lib.rendering.avatar_sheets import draw_sheet, frame_head, gaze
from scripts.lib.rendering.closeups import CLOSEUPS
from tests.scripts.test_headless import script

TILE = 64


def tiles_of(picture: Image.Image, columns: int) -> list[np.ndarray]:
    pixels = np.asarray(picture.convert("RGB"), np.float32)
    rows = (picture.height - 8) // (TILE + 8)
    return [
        pixels[8 + row * (TILE + 8) :][:TILE, 8 + column * (TILE + 8) :][:, :TILE]
        for row in range(rows)
        for column in range(columns)
    ]


def test_the_camera_finds_a_head_wherever_the_avatar_stands(clean_scene: bpy.types.Context) -> None:
    armature = bpy.data.objects.new("Avatar", bpy.data.armatures.new("Avatar"))
    clean_scene.collection.objects.link(armature)
    clean_scene.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    bone = armature.data.edit_bones.new("head")
    bone.head, bone.tail = (0, 0, 1.5), (0, 0, 1.7)
    bpy.ops.object.mode_set(mode="OBJECT")
    armature.location = (3, -2, 0.5)
    clean_scene.view_layer.update()
    with _pictures.studio(clean_scene, [armature]) as scene:
        frame_head(scene, armature, 20)
        seen = world_to_camera_view(scene, scene.camera, Vector((3, -2, 2.05)))
    assert seen.z > 0
    assert 0.3 < seen.x < 0.7
    assert 0.3 < seen.y < 0.7


@pytest.mark.parametrize("toward", [(0.3, -1.0, 0.0), (-0.3, -1.0, 0.08), (0.1, -2.0, -0.3), (0.0, -1.0, 0.0)])
def test_eyes_turn_to_where_the_camera_is(toward: tuple[float, float, float]) -> None:
    values = gaze(np.array(toward))
    wanted = np.array(toward) / np.linalg.norm(toward)
    ahead = np.array([[0.0, -1.0, 0.0]])
    for side in ("left", "right"):
        seen = turned_eyeball(ahead, np.zeros(3), side, values)[0]
        before, after = (np.degrees(np.arccos(np.clip(way @ wanted, -1, 1))) for way in (ahead[0], seen))
        assert after <= 0.25 * before + 0.3
    assert all(0 <= value <= 1 for value in values.values())


@pytest.mark.slow
def test_each_frame_of_the_walk_is_another(clean_scene: bpy.types.Context) -> None:
    report = run_to_end(generate_job(clean_scene, "", AvatarTraits(hair_style="none"), 4, 256, "Avatar"))
    avatar = bpy.data.objects[report["object"]]
    before = [track.name for track in avatar.animation_data.nla_tracks] if avatar.animation_data else []
    tiles = tiles_of(draw_sheet(avatar, "walk", 256, TILE, []), 8)
    assert before == []
    assert len(tiles) == 8
    for number, tile in enumerate(tiles):
        assert np.ptp(tile) > 60
        assert all(np.abs(tile - other).mean() > 1 for other in tiles[:number])


def test_a_sheet_of_meshes_needs_meshes(tmp_path: Path) -> None:
    done = script("render_avatar.py", "--sheet", "meshes", "--out", tmp_path / "sheets")
    assert done.returncode == 2
    assert "--mesh" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "sheets").exists()


def test_closeups_are_of_bones_that_every_avatar_has() -> None:
    assert {item.bone for item in CLOSEUPS} <= set(BONE_NAMES)
    assert {item.label for item in CLOSEUPS} == {"collar", "nape", "waist", "cuff", "hand", "foot"}
