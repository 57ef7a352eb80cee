"""The MToon data of materials, stored either from their file or by the VRM add-on."""

from __future__ import annotations

import json
from typing import Any

import bpy

from ml_core.files import stored_json
from ml_core.vrm.kinds import MTOON_TEXTURES

from ..data.stored_values import stored_text
from .addon_toon import addon_toon, is_addon_toon
from .stored import MARK_KEY, TOON_KEY, keep_toon, kept_toon, marks

LEFT_KEY = f"{TOON_KEY}_left"
_WITHOUT_LAYOUT = ("matcapTexture",)
_LIKE_BASE = ("shadeMultiplyTexture",)


def toon_of(material: bpy.types.Material) -> tuple[dict[str, Any], dict[str, bpy.types.Image]] | None:
    """The MToon data of a material, with pictures in the form of :func:`keep_toon`; ``None`` without MToon."""
    return kept_toon(material) or addon_toon(material)


def is_lost_toon(material: bpy.types.Material) -> bool:
    """Whether a material is MToon whose data can no longer be read."""
    return is_addon_toon(material) and toon_of(material) is None


def take_over(source: bpy.types.Material | None, target: bpy.types.Material) -> None:
    """Lets a material replace another: expressions and MToon that referred to ``source`` refer to it too.

    Pictures painted for ``source`` are not taken over: the new base color replaces those that are shades of the old
    one, the effect of any others is left out and noted.
    """
    if source is None or source == target:
        return
    if mark := marks(source):
        target[MARK_KEY] = mark
    found = toon_of(source)
    if found is not None:
        values, pictures = found
        left = [name for name in pictures if name not in (*_WITHOUT_LAYOUT, *_LIKE_BASE)]
        keep_toon(
            target,
            {name: value for name, value in values.items() if name not in left},
            {name: image for name, image in pictures.items() if name in _WITHOUT_LAYOUT},
        )
        target[LEFT_KEY] = json.dumps(list(dict.fromkeys([*left_behind(source), *left])))


def left_behind(material: bpy.types.Material) -> list[str]:
    """The MToon textures that were left out when a material replaced another."""
    names = stored_json(stored_text(material, LEFT_KEY), list, [])
    return [name for name in names if name in MTOON_TEXTURES]
