"""Repairs of names and of image data-blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bpy

from ml_core.errors import InputError

from ...bridge.image_arrays import image_size
from ...bridge.jobs.quick_fixes import FixableError, QuickFix
from ..materials.reading import power_of_two
from ..names.assets import plain

Values = Mapping[str, Any]


def rename(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Gives an object a name of letters, digits and underscores that is unique in the file, ignoring case."""
    taken = {plain(item.name).lower() for item in bpy.data.objects if item != obj}
    stem = wanted = plain(obj.name)
    number = 2
    while wanted.lower() in taken:
        wanted, number = f"{stem}_{number}", number + 1
    obj.name = wanted


def relative_path(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Makes the image's path relative to the blend file.

    Raises:
        InputError: the blend file is not saved, or the image is on another drive.
    """
    image = _image(values)
    if not bpy.data.filepath:
        raise FixableError("Save the blend file first, so that paths can be relative to it.", QuickFix.SAVE_FILE)
    try:
        image.filepath = bpy.path.relpath(image.filepath)
    except ValueError as error:
        raise InputError("{name}: lies on another drive than the blend file; move it there", name=image.name) from error


def resize_image(context: bpy.types.Context, obj: bpy.types.Object, values: Values) -> None:
    """Replaces the image by a smaller copy, packed into the blend file; the file on disk stays as it is."""
    image = _image(values)
    limit = values["limit"]
    width, height = (min(power_of_two(side), limit) for side in image_size(image))
    name = image.name
    small = image.copy()
    small.scale(width, height)
    small.pack()
    image.user_remap(small)
    image.name = f"{name}_full"
    small.name = name


def _image(values: Values) -> bpy.types.Image:
    image = bpy.data.images.get(values["image"])
    if image is None or image.library is not None:
        raise InputError(
            "image {image}: it is gone or linked from another file; check the scene again", image=values["image"]
        )
    return image
