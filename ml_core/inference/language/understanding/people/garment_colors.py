"""Whose color is whose: the trait ``top`` is the color of what shows on the torso, so that a white shirt under a black
suit has a color of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.avatar.outfits import OUTFIT_KINDS

_TORSO = ("top", "outer")


def settle_colors(garments: Iterable[str], colors: Mapping[str, str], values: dict[str, Any]) -> None:
    """Gives each garment the color that was said of it: by traits in ``values`` where those are its color, else under
    ``cloths`` there.

    Args:
        garments: all that were named. colors: sRGB hex by garment. values: traits, with ``outfit`` where that is known.
    """
    torso = sorted((name for name in garments if BY_NAME[name].kind in _TORSO), key=lambda name: BY_NAME[name].layer)
    own = {name: color for name, color in colors.items() if BY_NAME[name].kind not in (*_TORSO, "bottom")}
    hidden = torso if torso and _is_covered(torso[-1], values.get("outfit")) else torso[:-1]
    own |= {name: colors[name] for name in hidden if name in colors}
    if torso and torso[-1] in colors and torso[-1] not in hidden:
        values["top"] = colors[torso[-1]]
    elif any(values.get("top") == colors[name] for name in hidden if name in colors):
        values.pop("top")
    if own:
        cloths = {name: dict(cloth) for name, cloth in values.get("cloths", {}).items()}
        for name, color in own.items():
            cloths.setdefault(name, {}).setdefault("color", color)
        values["cloths"] = cloths


def _is_covered(name: str, outfit: str | None) -> bool:
    """Whether the outfit brings a jacket or a coat over a garment: a doctor's shirt is under a lab coat."""
    if outfit is None or BY_NAME[name].kind != "top" or BY_NAME[name].layer > BY_NAME["shirt"].layer:
        return False
    return any(BY_NAME[piece].kind == "outer" for pieces in OUTFIT_KINDS[outfit].garments for piece in pieces)
