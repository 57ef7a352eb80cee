"""Commands that change an avatar: its looks by comparison, and what it wears."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.avatar.stored import stored_traits
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.commands.running import run_command_job
from ml_core import InputError


@pytest.mark.slow
def test_an_avatar_is_compared_dressed_and_undressed(clean_scene: bpy.types.Context) -> None:
    def run(command: str) -> None:
        run_to_end(run_command_job(clean_scene, command, confirm=True))

    run("create a tall woman with red hair and freckles")
    avatar = next(obj for obj in bpy.data.objects if stored_traits(obj) is not None)
    assert '"freckles"' in avatar["atelier_layers"]
    clean_scene.view_layer.objects.active = avatar
    before = stored_traits(avatar)[0].height
    run("make her a bit taller")
    assert stored_traits(avatar)[0].height == pytest.approx(before + 0.025, abs=0.002)
    run("put a green coat on her")
    assert "coat" in stored_traits(avatar)[0].garments
    run("take off her coat")
    assert "coat" not in stored_traits(avatar)[0].garments
    run("dress her as a nurse")
    assert {"boots", "shoes"} - set(stored_traits(avatar)[0].garments), "one pair of shoes at a time"
    with pytest.raises(InputError):
        run("make her sparkle")
    bpy.ops.mesh.primitive_cube_add(size=0.4, location=(3, 0, 0.2))
    bpy.context.object.name = "Crate_1"
    run(f"put {avatar.name} next to Crate_1")
    place = avatar.matrix_world.translation
    assert 0.2 < max(abs(place.x - 3), abs(place.y)) < 0.6, "beside it, not an arm's length away"
