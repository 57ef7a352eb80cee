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
    read_me=(
        "1. scene.usdc holds all static objects, each SK_ file one avatar. Keep the textures beside them.\n"
        "2. Reference the files in usdview, Omniverse, Houdini, Maya, Unreal or any program that reads OpenUSD.\n"
        "3. Labels are custom properties of each prim. layout.json says where each avatar stands.\n"
    ),
)
