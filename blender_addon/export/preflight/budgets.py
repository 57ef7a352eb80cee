"""How much each target holds. Zero is no limit."""

from __future__ import annotations

from ml_core.vocabulary.targets import Limits

from ..options import ExportOptions
from ..targets.profiles import profile


def budget(target: str) -> Limits:
    """The limits of a target."""
    return profile(target).target.limits


def texture_limit(target: str, options: ExportOptions) -> int:
    """The largest texture resolution that an export for ``target`` writes, in texels (square)."""
    limit = budget(target).texture
    return min(limit, options.texture_budget) if options.texture_budget else limit
