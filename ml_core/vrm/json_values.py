"""Readers of JSON values of any type: a value of another type than the expected one counts as missing."""

from __future__ import annotations

import math
from typing import Any


def table_of(value: object) -> dict[str, Any]:
    """``value``, or an empty table."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """``value``, or an empty list."""
    return value if isinstance(value, list) else []


def items(value: object) -> list[dict[str, Any]]:
    """The items of a list as tables, each at its index; other items become empty tables."""
    return [table_of(item) for item in list_of(value)]


def number_of(value: object) -> int | None:
    """``value``, if it is a whole number that is not negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def real(value: object, default: float) -> float:
    """``value`` as a finite number, or ``default``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return float(value)


def text_of(value: object) -> str:
    """``value``, or an empty text."""
    return value if isinstance(value, str) else ""
