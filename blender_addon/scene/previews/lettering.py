"""Letters on pictures, in both languages of the interface."""

from __future__ import annotations

from pathlib import Path

import bpy
from PIL import ImageFont


def font(size: int, text: str = "") -> ImageFont.FreeTypeFont:
    """Blender's own interface font; its CJK one when ``text`` has such characters."""
    chinese = any(ord(letter) > 0x2E7F for letter in text)
    name = "Noto Sans CJK Regular.woff2" if chinese else "Inter.woff2"
    path = Path(bpy.utils.system_resource("DATAFILES", path="fonts")) / name
    return ImageFont.truetype(str(path), size)
