"""The regions that an avatar's base color is painted in."""

from __future__ import annotations

COLOR_REGIONS = ("skin", "hair", "top", "bottom")
"""Those whose color can be chosen; each is a trait of the same name."""
REGIONS = (*COLOR_REGIONS, "free")
"""All, in the order of the generator's masks. ``free`` keeps its own color: eyes, lips, buttons, soles."""
