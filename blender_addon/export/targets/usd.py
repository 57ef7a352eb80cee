"""OpenUSD: metres, Z up, UsdPreviewSurface."""

from __future__ import annotations

from .profile import Packing, Profile

USD = Profile(
    title="OpenUSD",
    kind="usdc",
    # One map a file: readers of UsdPreviewSurface differ in how they take one channel out of a packed texture.
    packings=(
        Packing("R", ("roughness", "roughness", "roughness")),
        Packing("M", ("metallic", "metallic", "metallic")),
        Packing("AO", ("occlusion", "occlusion", "occlusion")),
    ),
    one_scene=True,
    clips=False,
)
