"""The targets by their ids."""

from __future__ import annotations

from ml_core.errors import InputError

from .godot import GODOT
from .profile import Packing, Profile
from .rpm import RPM
from .unity import UNITY
from .unreal import UNREAL
from .usd import USD
from .vrm import VRM
from .web import WEB, WEB_PAGE

__all__ = ["PROFILES", "Packing", "Profile", "profile"]

PROFILES: dict[str, Profile] = {
    profile.target.id: profile for profile in (UNITY, UNREAL, GODOT, WEB, WEB_PAGE, VRM, RPM, USD)
}
"""In the order of :data:`ml_core.vocabulary.targets.TARGETS`; a test finds one that is missing."""


def profile(target: str) -> Profile:
    """Raises :class:`InputError` for an unknown target."""
    if target not in PROFILES:
        raise InputError("{target}: no such target; known are {profiles}", target=target, profiles=", ".join(PROFILES))
    return PROFILES[target]
