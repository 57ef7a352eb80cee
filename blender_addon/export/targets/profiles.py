"""The profiles of the targets by id: the requirements of each engine and format, as data.

A new target is an entry here and in :data:`ml_core.vocabulary.targets.TARGETS`.
"""

from __future__ import annotations

from ml_core.errors import InputError
from ml_core.vocabulary.targets import TARGETS

from .bone_names import manny, ready_player_me
from .profile import Packing, Profile

__all__ = ["PROFILES", "Packing", "Profile", "profile"]

ORM = Packing("ORM", ("occlusion", "roughness", "metallic"))
"""glTF's packing, which Unreal reads too."""

PROFILES: dict[str, Profile] = {
    profile.target.id: profile
    for profile in (
        Profile(
            target=TARGETS["unity"],
            # HDRP's mask map; URP and Built-in read the same file as their metallic-smoothness map (R and A).
            packings=(Packing("MaskMap", ("metallic", "occlusion", "zero", "smoothness")),),
            skinned_lods=True,
            editor_folder="Editor",
        ),
        Profile(
            target=TARGETS["unreal"],
            packings=(ORM,),
            root_bone=True,
            bone_names=manny(),
            skinned_lods=True,
        ),
        Profile(target=TARGETS["godot"], packings=(ORM,)),
        Profile(target=TARGETS["web"], packings=(ORM,), image_formats=True, compact_meshes=True),
        Profile(target=TARGETS["webpage"], packings=(ORM,), image_formats=True, has_page=True),
        Profile(
            target=TARGETS["vrm"],
            packings=(ORM,),
            # VRM 1.0 lets readers drop stored tangents and compute their own, so that morphed faces shade right.
            tangents=False,
        ),
        Profile(target=TARGETS["rpm"], packings=(ORM,), bone_names=ready_player_me()),
        Profile(
            target=TARGETS["usd"],
            # One map a file: readers of UsdPreviewSurface differ in how they take one channel out of a packed texture.
            packings=(
                Packing("R", ("roughness", "roughness", "roughness")),
                Packing("M", ("metallic", "metallic", "metallic")),
                Packing("AO", ("occlusion", "occlusion", "occlusion")),
            ),
        ),
    )
}
"""In the order of :data:`ml_core.vocabulary.targets.TARGETS`; a test finds one that is missing."""


def profile(target: str) -> Profile:
    """Raises :class:`InputError` for an unknown target."""
    if target not in PROFILES:
        raise InputError("{target}: no such target; known are {profiles}", target=target, profiles=", ".join(PROFILES))
    return PROFILES[target]
