"""Blender's glTF exporter as it is called: what a failure must not leave behind."""

from __future__ import annotations

import logging
from pathlib import Path

import bpy
import pytest

from blender_addon.export.formats.gltf import write_glb
from blender_addon.export.options import ExportOptions
from blender_addon.export.targets.profiles import profile


def test_an_export_that_fails_leaves_no_handlers_in_the_loggers(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    before = [list(logging.getLogger(name).handlers) for name in ("glTFImporter", "glTFImporter_errors")]
    (tmp_path / "taken.glb").mkdir()
    with pytest.raises((RuntimeError, OSError)):
        write_glb(tmp_path / "taken.glb", profile("web"), ExportOptions(), normal_maps=False, clips=False)
    assert [list(logging.getLogger(name).handlers) for name in ("glTFImporter", "glTFImporter_errors")] == before
