"""How textures go on an avatar, remembered on it so that every later texture goes on in the same way."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

import bpy

KEY = "atelier_texture"


@dataclass(frozen=True)
class TextureOptions:
    """``worn``: garments, hair and hats that are objects of their own are painted too. ``beside``: images are saved in
    the folder ``textures`` beside the blend file instead of inside it."""

    worn: bool = False
    beside: bool = False

    @classmethod
    def of(cls, obj: bpy.types.Object) -> TextureOptions:
        """Those stored on ``obj``; the usual ones when there are none."""
        try:
            values = json.loads(obj.get(KEY, "{}"))
            return cls(**{one.name: bool(values.get(one.name, one.default)) for one in fields(cls)})
        except (ValueError, TypeError, AttributeError):
            return cls()

    def store(self, obj: bpy.types.Object) -> None:
        """Remembers them on ``obj``."""
        if self != type(self).of(obj):
            obj[KEY] = json.dumps(asdict(self))
