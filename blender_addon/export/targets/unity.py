"""Unity: URP, HDRP and Built-in from one folder."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import Packing, Profile

UNITY = Profile(
    target=TARGETS["unity"],
    # HDRP's mask map; URP and Built-in read the same file as their metallic-smoothness map (R and A).
    packings=(Packing("MaskMap", ("metallic", "occlusion", "zero", "smoothness")),),
    skinned_lods=True,
    editor_folder="Editor",
)
