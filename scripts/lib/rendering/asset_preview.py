"""Previews of assets, which Blender itself draws only with a window."""

from __future__ import annotations

import bpy
import numpy as np
from PIL import Image

from blender_addon.scene.library.assets import Block
from scripts.lib.rendering import pictures

_SAMPLES = 8
_YAW, _PITCH, _ROOM = 32, 18, 1.06


def give_preview(context: bpy.types.Context, block: Block, side: int) -> Image.Image:
    """Render an asset from the front and slightly above, as its preview of ``side`` pixels; returns it."""
    objects = [block] if isinstance(block, bpy.types.Object) else list(block.all_objects)
    shown = [obj for obj in objects if obj.type not in ("LIGHT", "CAMERA")]
    with pictures.studio(context, shown, quick=True) as scene:
        points = pictures.corners(shown)
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        pictures.frame(scene, middle + _ROOM * (points - middle), _YAW, _PITCH, 1.0)
        picture = pictures.render(scene, side, side, _SAMPLES, transparent=True)
    pixels = np.flipud(np.asarray(picture, np.float32) / 255)
    preview = block.preview_ensure()
    assert preview is not None
    preview.image_size = (side, side)
    preview.image_pixels_float.foreach_set(np.ascontiguousarray(pixels).ravel())
    return picture
