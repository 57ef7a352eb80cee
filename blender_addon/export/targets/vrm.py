"""VRM 1.0: humanoid avatars for social VR, streaming and games."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import ORM, Profile

VRM = Profile(
    target=TARGETS["vrm"],
    packings=(ORM,),
    # VRM 1.0 lets readers drop stored tangents and compute their own, so that morphed faces shade right.
    tangents=False,
)
