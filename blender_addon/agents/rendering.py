"""One picture of the scene as its camera sees it; all settings of the scene stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.files import atomic_path


def render_still(context: bpy.types.Context, path: Path, width: int, height: int, samples: int) -> None:
    """Render to the PNG ``path`` by Cycles, which needs no window and no GPU.

    Raises:
        InputError: the scene has no camera, or the file cannot be written.
    """
    scene = context.scene
    camera = scene.camera or next((obj for obj in scene.objects if obj.type == "CAMERA"), None)
    if camera is None:
        raise InputError("there is no camera to render from; add one first")
    with atomic_path(path) as partial:
        wanted: tuple[tuple[Any, dict[str, Any]], ...] = (
            (scene, {"camera": camera}),
            (scene.cycles, {"device": "CPU", "samples": samples}),
            (scene.render, {"engine": "CYCLES", "resolution_percentage": 100, "use_file_extension": False}),
            (scene.render, {"resolution_x": width, "resolution_y": height, "filepath": str(partial)}),
            (scene.render.image_settings, {"file_format": "PNG"}),
        )
        with _changed(wanted):
            bpy.ops.render.render(write_still=True, scene=scene.name)


@contextmanager
def _changed(wanted: tuple[tuple[Any, dict[str, Any]], ...]) -> Iterator[None]:
    """Sets properties of several owners, and puts back what they were."""
    kept = [(owner, name, getattr(owner, name)) for owner, values in wanted for name in values]
    try:
        for owner, values in wanted:
            for name, value in values.items():
                setattr(owner, name, value)
        yield
    finally:
        for owner, name, former in reversed(kept):
            setattr(owner, name, former)
