"""Assigns colors to garments: the trait ``top`` is the color of what shows on the torso, so that a white shirt under a
black suit has a color of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ml_core.geometry.garments.pieces import BY_NAME

_TORSO = ("top", "outer")


def settle_colors(garments: Iterable[str], colors: Mapping[str, str], values: dict[str, Any]) -> None:
    """Gives each garment the color that was named with it: by traits in ``values`` where those are its color, else
    under ``cloths`` there.

    Args:
        garments: all that were named. colors: sRGB hex by garment. values: traits.
    """
    torso = sorted((name for name in garments if BY_NAME[name].kind in _TORSO), key=lambda name: BY_NAME[name].layer)
    own = {name: color for name, color in colors.items() if BY_NAME[name].kind not in (*_TORSO, "bottom")}
    hidden = [name for name in torso[:-1] if name in colors]
    own |= {name: colors[name] for name in hidden}
    if torso and torso[-1] in colors:
        values["top"] = colors[torso[-1]]
    elif any(values.get("top") == colors[name] for name in hidden):
        values.pop("top")
    if own:
        cloths = {name: dict(cloth) for name, cloth in values.get("cloths", {}).items()}
        for name, color in own.items():
            cloths.setdefault(name, {}).setdefault("color", color)
        values["cloths"] = cloths
