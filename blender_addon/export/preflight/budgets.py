"""How much each target bears. Zero is no limit."""

from __future__ import annotations

from dataclasses import dataclass

from ..options import ExportOptions
from ..targets.profiles import profile


@dataclass(frozen=True)
class Budget:
    """Triangles of one object and of the whole scene, bones of one skeleton, materials of one object."""

    object_triangles: int = 200_000
    scene_triangles: int = 3_000_000
    bones: int = 0
    materials: int = 16


# VRM: VRChat's performance rank "Medium" on PC. Web: what a phone draws at 30 frames a second.
_BUDGETS = {
    "unreal": Budget(1_000_000, 10_000_000),
    "web": Budget(100_000, 500_000, 256, 8),
    "vrm": Budget(70_000, 70_000, 256, 16),
    "usd": Budget(0, 0, 0, 0),
}


def budget(target: str) -> Budget:
    """The budget of a target; of an engine without an entry that of a current desktop game."""
    return _BUDGETS.get(target, Budget())


def texture_limit(target: str, options: ExportOptions) -> int:
    """Most texels a side that an export for ``target`` writes."""
    limit = profile(target).max_texture
    return min(limit, options.texture_budget) if options.texture_budget else limit
