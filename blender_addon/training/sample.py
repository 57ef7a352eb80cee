"""The sample picture of the current training, as an icon for the panel."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.vocabulary.training_runs import SAMPLE

from .runs import Run

SIDE = 384


class _State:
    previews: Any = None
    shown: tuple[str, int] = ("", -1)
    icon = 0


_state = _State()


def icon_of(run: Run) -> int:
    """The icon of the run's newest picture; 0 while there is none. Reads the file only when it has changed."""
    key = (str(run.folder), run.status.sample)
    if key != _state.shown:
        _state.shown = key
        _state.icon = _loaded(run)
    return _state.icon


def _loaded(run: Run) -> int:
    from PIL import Image

    try:
        small = Image.fromarray(read_picture(run.folder / SAMPLE, longest=2 * SIDE))
    except InputError:
        return 0
    small.thumbnail((SIDE, SIDE))
    square = Image.new("RGBA", (SIDE, SIDE))
    square.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    pixels = np.asarray(square, np.float32)[::-1] / 255
    if _state.previews is None:
        import bpy.utils.previews

        _state.previews = bpy.utils.previews.new()
    preview = _state.previews["sample"] if "sample" in _state.previews else _state.previews.new("sample")
    preview.image_size = preview.icon_size = (SIDE, SIDE)
    preview.image_pixels_float = preview.icon_pixels_float = pixels.ravel().tolist()
    return preview.icon_id


def register() -> None:
    """The picture is read when a panel shows it."""


def unregister() -> None:
    if _state.previews is not None:
        bpy.utils.previews.remove(_state.previews)
    _state.previews, _state.shown, _state.icon = None, ("", -1), 0
