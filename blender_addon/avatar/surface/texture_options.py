"""How textures are applied to an avatar, stored on it so that later textures are applied in the same way."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

import bpy

from ml_core.files import stored_json

from ...bridge.data.identity import keep_in_overrides, put

KEY = "atelier_texture"


@dataclass(frozen=True)
class TextureOptions:
    """``worn``: garments, hair and hats that are objects of their own are painted too. ``beside``: images are saved in
    the folder ``textures`` beside the blend file instead of inside it."""

    worn: bool = False
    beside: bool = False

    @classmethod
    def of(cls, obj: bpy.types.Object) -> TextureOptions:
        """The options stored on ``obj``; the defaults when there are none."""
        values = stored_json(obj.get(KEY), dict, {})
        return cls(**{field.name: values.get(field.name) is True for field in fields(cls)})

    def store(self, obj: bpy.types.Object) -> None:
        """Stores the options on ``obj``."""
        if self != type(self).of(obj):
            put(obj, KEY, json.dumps(asdict(self)))
            keep_in_overrides(obj, KEY)
