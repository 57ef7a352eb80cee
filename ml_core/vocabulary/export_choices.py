"""The options of an export beside its targets: the same for the panel, the operators and the scripts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

ColliderChoice = Literal["label", "box", "convex", "coacd", "none"]
"""``label`` chooses by what each object is; ``coacd`` searches convex parts and needs the package of that name."""
ActionChoice = Literal["all", "active", "nla"]
"""Which actions become clips: all, those that are assigned, or strips."""
PoseChoice = Literal["auto", "shown", "rest"]
"""What skeletons rest in; ``auto`` is as shown, but animated ones at rest."""
DetailChoice = Literal["full", "standard", "game"]
"""How many triangles an avatar has at most: as it is, as current games draw their heroes, or as they draw crowds."""
ImageFormat = Literal["PNG", "WEBP"]
MeshCompression = Literal["DRACO", "MESHOPT"]
"""``MESHOPT`` needs Blender 5.2 or newer."""

AvatarPermission = Literal["onlyAuthor", "onlySeparatelyLicensedPerson", "everyone"]
CommercialUsage = Literal["personalNonProfit", "personalProfit", "corporation"]
CreditNotation = Literal["required", "unnecessary"]
Modification = Literal["prohibited", "allowModification", "allowModificationRedistribution"]

VRM_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "avatar_permission": get_args(AvatarPermission),
        "commercial_usage": get_args(CommercialUsage),
        "credit_notation": get_args(CreditNotation),
        "modification": get_args(Modification),
    }
)
"""The permissions of a VRM's ``meta`` by their names here, the strictest first, which is the default."""
