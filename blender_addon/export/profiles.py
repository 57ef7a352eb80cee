"""The targets by their ids."""

from __future__ import annotations

from ml_core.errors import InputError

from .targets.godot import GODOT
from .targets.profile import Packing, Profile
from .targets.unity import UNITY
from .targets.unreal import UNREAL
from .targets.usd import USD
from .targets.vrm import VRM
from .targets.web import WEB

__all__ = ["PROFILES", "Packing", "Profile", "profile"]

PROFILES: dict[str, Profile] = {
    "unity": UNITY,
    "unreal": UNREAL,
    "godot": GODOT,
    "web": WEB,
    "vrm": VRM,
    "usd": USD,
}


def profile(target: str) -> Profile:
    """Raises :class:`InputError` for an unknown target."""
    if target not in PROFILES:
        raise InputError(f"{target}: no such target; known are {', '.join(PROFILES)}")
    return PROFILES[target]
