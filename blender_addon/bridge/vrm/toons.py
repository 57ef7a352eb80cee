"""What MToon says of materials, whoever keeps it: the file that they came from, or the VRM add-on."""

from __future__ import annotations

from typing import Any

import bpy

from .addon_toon import addon_toon, is_addon_toon
from .stored import MARK_KEY, keep_toon, kept_toon, marks

_WITHOUT_LAYOUT = ("matcapTexture",)


def toon_of(material: bpy.types.Material) -> tuple[dict[str, Any], dict[str, bpy.types.Image]] | None:
    """What MToon says of a material, with its pictures as :func:`keep_toon` takes them; ``None`` if it is no MToon."""
    return kept_toon(material) or addon_toon(material)


def is_lost_toon(material: bpy.types.Material) -> bool:
    """Whether a material is MToon of which nothing can be read any more."""
    return is_addon_toon(material) and toon_of(material) is None


def take_over(source: bpy.types.Material | None, target: bpy.types.Material) -> None:
    """Lets a material stand for another that it replaces: expressions and MToon that meant ``source`` mean it too.

    Pictures that were painted for the look of ``source`` stay behind; the base color stands for them.
    """
    if source is None or source == target:
        return
    if mark := marks(source):
        target[MARK_KEY] = mark
    found = toon_of(source)
    if found is not None:
        keep_toon(target, found[0], {name: one for name, one in found[1].items() if name in _WITHOUT_LAYOUT})
