"""VRM 1.0: humanoid avatars for social VR, streaming and games."""

from __future__ import annotations

from .profile import ORM, Profile

VRM = Profile(
    title="VRM",
    kind="vrm",
    packings=(ORM,),
    max_texture=2048,
    t_pose=True,
    statics=False,
    clips=False,
    # VRM 1.0 lets readers drop stored tangents and compute their own, so that morphed faces shade right.
    tangents=False,
)
