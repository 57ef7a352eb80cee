"""How many threads may work side by side: one where many processes share a machine's cores, as in a batch."""

from __future__ import annotations

import os

VARIABLE = "ATELIER_THREADS"
"""Of the environment: the most threads of a process; unset, each part has as many as serve it."""


def allowed_threads(usual: int) -> int:
    """``usual``, or fewer threads where the environment limits them; 0 stands for one for each core."""
    asked = os.environ.get(VARIABLE, "")
    most = int(asked) if asked.isdigit() else 0
    if not most:
        return usual
    return min(usual, most) if usual else most
