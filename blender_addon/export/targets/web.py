"""The web: compact glTF."""

from __future__ import annotations

from .profile import ORM, Profile

WEB = Profile(
    title="Web",
    kind="glb",
    packings=(ORM,),
    max_texture=2048,
    one_scene=True,
    web_options=True,
    read_me=(
        "1. scene.glb holds everything; each avatar is an SK_ file of its own.\n"
        "2. Load them with any glTF 2.0 viewer or engine (three.js, Babylon.js, Godot, model-viewer).\n"
        "3. Labels are in each node's extras.\n"
    ),
)
