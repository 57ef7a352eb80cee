"""The smoothstep of computer graphics: a rise from 0 to 1 that is level at both ends."""

from __future__ import annotations

from typing import Any

import numpy as np


def smoothstep(share: Any, low: float = 0.0, high: float = 1.0) -> Any:
    """0 up to ``low``, 1 from ``high`` on, level at both (3 s² - 2 s³); of a number or an array, whose type stays.

    ``high`` may be less than ``low``; then it falls.
    """
    if (low, high) != (0.0, 1.0):
        share = (share - low) / (high - low)
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)
