"""How much larger a thing of a label should be, when its file was made in other units than meters."""

from __future__ import annotations

from ml_core.vocabulary.scene.sizes import TYPICAL_SIZE

_USUAL = 2.0
"""Things of a label are this much larger or smaller than usual: side tables and banquet tables."""
_UNITS = (0.001, 0.01, 0.0254, 0.3048, 10.0, 100.0, 1000.0)
"""Millimeters, centimeters, inches, feet; and meters that were taken for the smaller units."""


def real_scale(label: str | None, largest: float) -> float:
    """By how much to scale a thing of ``label`` whose largest dimension is ``largest`` meters; 1 where it is right.

    A plausible size stays. Another that a mistaken unit explains is corrected by that unit, the nearest to the usual
    size; else the thing gets the usual size of its label.
    """
    usual = TYPICAL_SIZE.get(label or "")
    if usual is None or not largest > 0 or _away(largest, usual) <= _USUAL:
        return 1.0
    unit = min(_UNITS, key=lambda factor: _away(largest * factor, usual))
    return unit if _away(largest * unit, usual) <= _USUAL else usual / largest


def _away(size: float, usual: float) -> float:
    return max(size / usual, usual / size)
