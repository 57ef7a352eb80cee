"""Colors as properties keep them, and as the traits write them."""

from __future__ import annotations

from typing import Any


def color_to_hex(color: Any) -> str:
    """``#rrggbb`` of a display (sRGB) color of three finite floats 0..1."""
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in color)


def hex_to_color(text: str) -> tuple[float, float, float]:
    """The three display (sRGB) floats 0..1 of ``#rrggbb``."""
    return tuple(int(text[start : start + 2], 16) / 255 for start in (1, 3, 5))  # type: ignore[return-value]
