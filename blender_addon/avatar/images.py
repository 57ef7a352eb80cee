"""Arrays into Blender images, in place: applying again replaces the pixels and never piles up copies."""

from __future__ import annotations

import re

import bpy
import numpy as np
from numpy.typing import NDArray

OWNER_KEY = "atelier_owner"


def plain_name(name: str) -> str:
    """A name that every engine takes: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "Avatar"


def owned_image(name: str, owner: bpy.types.ID) -> bpy.types.Image | None:
    """The image ``name`` that :func:`store_image` made for ``owner``."""
    key = f"{owner.name}/{plain_name(name)}"
    return next((one for one in bpy.data.images if one.get(OWNER_KEY) == key), None)


def store_image(name: str, pixels: NDArray, color: bool, owner: bpy.types.ID, pack: bool = True) -> bpy.types.Image:
    """Creates or refills the image ``name`` of ``owner``.

    Args:
        pixels: (S, S) or (S, S, 3) 0..1, row 0 at the top; already encoded as stored (sRGB when ``color``).
        color: sRGB colour space, else Non-Color data.
        pack: keep the image inside the .blend.
    """
    name = plain_name(name)
    height, width = pixels.shape[:2]
    image = owned_image(name, owner)
    if image is not None and tuple(image.size) != (width, height):
        if image.packed_file:
            image.unpack(method="REMOVE")
        image.source = "GENERATED"
        image.generated_width, image.generated_height = width, height
        image.scale(width, height)
    if image is None:
        image = bpy.data.images.new(name, width, height, alpha=False, float_buffer=False)
        image[OWNER_KEY] = f"{owner.name}/{name}"
    image.colorspace_settings.name = "sRGB" if color else "Non-Color"
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = pixels[..., None] if pixels.ndim == 2 else pixels
    image.pixels.foreach_set(np.ascontiguousarray(rgba[::-1]).ravel())
    image.update()
    if pack:
        image.pack()
    return image
