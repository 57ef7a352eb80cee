"""One picture of the scene as its camera sees it; all settings of the scene stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.files import atomic_path

from ..bridge.mesh_arrays import CONVERTIBLE
from ..scene.previews.camera import corners, frame

_YAW, _PITCH = -20.0, 8.0
"""Degrees of a camera that the scene lacks, as of the pictures of a batch."""


def render_still(context: bpy.types.Context, path: Path, width: int, height: int, samples: int) -> str:
    """Render to the PNG ``path`` by Cycles, which needs no window and no GPU; nothing else is written.

    Returns:
        The camera's name; empty if the scene has none, and everything was framed from the front.

    Raises:
        InputError: the scene has neither a camera nor anything to see, or the file cannot be written.
    """
    scene = context.scene
    camera = scene.camera or next((obj for obj in scene.objects if obj.type == "CAMERA"), None)
    image = scene.render.image_settings
    with atomic_path(path) as partial, _camera(context, camera, width / height) as seeing:
        wanted: tuple[tuple[Any, dict[str, Any]], ...] = (
            (scene, {"camera": seeing}),
            (scene.cycles, {"device": "CPU", "samples": samples}),
            (scene.render, {"engine": "CYCLES", "resolution_percentage": 100, "use_file_extension": False}),
            (scene.render, {"resolution_x": width, "resolution_y": height, "filepath": str(partial)}),
            # A compositor may write files of its own, wherever the scene's author wished; a sequence shows other files.
            (scene.render, {"use_compositing": False, "use_sequencer": False}),
            (scene.render, {"use_multiview": False, "use_border": False}),
            (image, {"media_type": "IMAGE"} if hasattr(image, "media_type") else {}),
            (image, {"file_format": "PNG"}),
        )
        with _changed(wanted):
            bpy.ops.render.render(write_still=True, scene=scene.name)
    return "" if camera is None else camera.name


@contextmanager
def _camera(context: bpy.types.Context, camera: bpy.types.Object | None, aspect: float) -> Iterator[bpy.types.Object]:
    """``camera``, or a temporary one."""
    if camera is not None:
        yield camera
        return
    shown = [obj for obj in context.view_layer.objects if obj.type in CONVERTIBLE and obj.visible_get()]
    if not shown:
        raise InputError("there is nothing to see in the scene")
    data = bpy.data.cameras.new("Atelier")
    made = bpy.data.objects.new("Atelier", data)
    scene = context.scene
    scene.collection.objects.link(made)
    try:
        with _changed(((scene, {"camera": made}),)):
            frame(scene, corners(shown), _YAW, _PITCH, aspect)
        yield made
    finally:
        bpy.data.cameras.remove(data)


@contextmanager
def _changed(wanted: tuple[tuple[Any, dict[str, Any]], ...]) -> Iterator[None]:
    """Sets properties of several owners, and restores their values afterward."""
    kept = [(owner, name, getattr(owner, name)) for owner, values in wanted for name in values]
    try:
        for owner, values in wanted:
            for name, value in values.items():
                setattr(owner, name, value)
        yield
    finally:
        for owner, name, former in reversed(kept):
            setattr(owner, name, former)
