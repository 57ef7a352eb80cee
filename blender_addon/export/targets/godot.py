"""Godot 4: glTF at full texture size."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import ORM, Profile

GODOT = Profile(
    target=TARGETS["godot"],
    packings=(ORM,),
)
