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
)
