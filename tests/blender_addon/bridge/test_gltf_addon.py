"""What Blender's glTF add-on logs: a failure leaves nothing behind, and what others have left says nothing."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.gltf_addon import NAMES
from blender_addon.bridge.importers import open_scene
from blender_addon.export.formats.gltf import write_glb
from blender_addon.export.options import ExportOptions
from blender_addon.export.targets.profiles import profile
from ml_core import InputError


def handlers() -> list[list[logging.Handler]]:
    return [list(logging.getLogger(name).handlers) for name in NAMES]


@pytest.fixture
def left_behind() -> Iterator[io.StringIO]:
    """A failed import of somebody else's has left its handlers, whose stream is closed by now."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    loggers = [logging.getLogger(name) for name in NAMES]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def test_an_export_that_fails_leaves_no_handlers(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    before = handlers()
    (tmp_path / "taken.glb").mkdir()
    with pytest.raises((RuntimeError, OSError)):
        write_glb(tmp_path / "taken.glb", profile("web"), ExportOptions(), normal_maps=False, clips=False)
    assert handlers() == before


def test_an_import_that_fails_leaves_no_handlers(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    before = handlers()
    path = tmp_path / "damaged.gltf"
    path.write_text('{"asset": {"version": "2.0"}, "meshes": [{"primitives": [{"attributes": {"POSITION": 7}}]}]}')
    with pytest.raises(InputError):
        open_scene(path)
    assert handlers() == before


def test_what_others_have_left_stays_and_says_nothing(
    clean_scene: bpy.types.Context, left_behind: io.StringIO, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bpy.ops.mesh.primitive_cube_add()
    before = handlers()
    left_behind.close()
    write_glb(tmp_path / "cube.glb", profile("web"), ExportOptions(), normal_maps=False, clips=False)
    open_scene(tmp_path / "cube.glb")
    assert "Logging error" not in capsys.readouterr().err
    assert handlers() == before
