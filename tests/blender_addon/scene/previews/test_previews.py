"""Previews show every asset, and leave the scene as it was."""

from __future__ import annotations

from pathlib import Path

import bpy
import pytest
from PIL import Image

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.previews.pictures import PreviewOptions, preview_job
from ml_core.errors import InputError


def test_each_asset_gets_a_turntable(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no avatar and no asset"):
        run_to_end(preview_job(clean_scene, tmp_path, PreviewOptions()))
    bpy.ops.mesh.primitive_cube_add(size=1, location=(3, 2, 1))
    bpy.context.object.name = "A/B"
    bpy.context.object.asset_mark()
    before = {kind: len(getattr(bpy.data, kind)) for kind in ("objects", "meshes", "lights", "worlds", "scenes")}
    options = PreviewOptions(size=64, turns=2, samples=1)
    report = run_to_end(preview_job(clean_scene, tmp_path, options))
    assert {kind: len(getattr(bpy.data, kind)) for kind in before} == before
    assert bpy.context.scene == clean_scene.scene
    still, turning = report["previews"]["A/B"]
    with Image.open(tmp_path / turning) as animation:
        assert animation.n_frames == 2
    with Image.open(tmp_path / still) as picture:
        low, high = picture.convert("L").getextrema()
        assert high - low > 60  # a lit cube before its backdrop
    assert (tmp_path / report["contact_sheet"]).is_file()
