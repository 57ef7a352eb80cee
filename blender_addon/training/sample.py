"""The sample picture of the current training, as an icon for the panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
import bpy.utils.previews
import numpy as np
from PIL import Image

from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.vocabulary.training_runs import SAMPLE

from ..bridge import session
from .runs import Run

RESOLUTION = 384


@dataclass
class SamplePicture:
    """Blender's preview collection, its current content, and its icon."""

    previews: Any = None
    shown: tuple[str, int] = ("", -1)
    icon: int = 0

    def end(self) -> None:
        if self.previews is not None:
            bpy.utils.previews.remove(self.previews)


def icon_of(run: Run) -> int:
    """The icon of the run's newest picture; 0 while there is none. Reads the file only when it has changed."""
    picture = session.part(SamplePicture)
    key = (str(run.folder), run.status.sample)
    if key != picture.shown:
        picture.shown = key
        picture.icon = _loaded(run, picture)
    return picture.icon


def _loaded(run: Run, picture: SamplePicture) -> int:
    try:
        small = Image.fromarray(read_picture(run.folder / SAMPLE, longest=2 * RESOLUTION))
    except InputError:
        return 0
    small.thumbnail((RESOLUTION, RESOLUTION))
    square = Image.new("RGBA", (RESOLUTION, RESOLUTION))
    square.paste(small, ((RESOLUTION - small.width) // 2, (RESOLUTION - small.height) // 2))
    pixels = np.asarray(square, np.float32)[::-1] / 255
    if picture.previews is None:
        picture.previews = bpy.utils.previews.new()
    preview = picture.previews["sample"] if "sample" in picture.previews else picture.previews.new("sample")
    preview.image_size = preview.icon_size = (RESOLUTION, RESOLUTION)
    preview.image_pixels_float = preview.icon_pixels_float = pixels.ravel().tolist()
    return preview.icon_id
