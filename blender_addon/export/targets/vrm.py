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
    read_me=(
        "1. Each SK_ file is one avatar in VRM 1.0: skeleton, face expressions, gaze and licence.\n"
        "2. Open it in any program that reads VRM 1.0 (UniVRM, three-vrm, VSeeFace, VRChat converters).\n"
        "3. Who may do what with it stands in the file's meta block; set it in the export options.\n"
    ),
)
