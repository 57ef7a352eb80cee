"""Godot 4: glTF at full texture size."""

from __future__ import annotations

from .profile import ORM, Profile

GODOT = Profile(
    title="Godot",
    kind="glb",
    packings=(ORM,),
    one_scene=True,
    collider_suffix="-convcolonly",
)
