"""Unity: URP, HDRP and Built-in from one folder."""

from __future__ import annotations

from .profile import Packing, Profile

UNITY = Profile(
    title="Unity",
    kind="fbx",
    # HDRP's mask map; URP and Built-in read the same file as their metallic-smoothness map (R and A).
    packings=(Packing("MaskMap", ("metallic", "occlusion", "zero", "smoothness")),),
    axes="zero",
    collider_prefixes={shape: f"COL_{shape.upper()}_" for shape in ("box", "sphere", "capsule", "convex")},
    t_pose=True,
    skinned_lods=True,
    read_me=(
        "1. Copy this folder into your project's Assets folder.\n"
        "2. Select the SK_ files, set Rig > Animation Type to Humanoid, press Apply.\n"
        "3. Make materials from the textures as materials.json lists them: BC base map, N normal map, MaskMap\n"
        "   mask map (HDRP) or metallic map (URP, Built-in). layout.json says where each object stands.\n"
    ),
)
