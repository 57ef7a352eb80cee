"""OpenUSD: meters, Z up, UsdPreviewSurface."""

from __future__ import annotations

from ml_core.vocabulary.targets import TARGETS

from .profile import Packing, Profile

USD = Profile(
    target=TARGETS["usd"],
    # One map a file: readers of UsdPreviewSurface differ in how they take one channel out of a packed texture.
    packings=(
        Packing("R", ("roughness", "roughness", "roughness")),
        Packing("M", ("metallic", "metallic", "metallic")),
        Packing("AO", ("occlusion", "occlusion", "occlusion")),
    ),
)
