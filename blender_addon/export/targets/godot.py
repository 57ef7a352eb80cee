"""Godot 4: glTF at full texture size."""

from __future__ import annotations

from .profile import ORM, Profile

GODOT = Profile(
    title="Godot",
    kind="glb",
    packings=(ORM,),
    one_scene=True,
    read_me=(
        "1. Copy this folder into your project; Godot imports the GLB files by itself.\n"
        "2. Drag scene.glb and the SK_ files into a 3D scene; clips are in each avatar's AnimationPlayer.\n"
        "3. Labels are in each node's metadata (extras). layout.json says where each avatar stands.\n"
    ),
)
