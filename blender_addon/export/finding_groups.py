"""The findings of a check as the panel lists them: one row a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml_core.files import stored_json

from .findings import FindingTexts


@dataclass(frozen=True)
class Group:
    """The rows of one kind that are put right alike, by their places in the list."""

    rows: Sequence[Any]
    indices: tuple[int, ...]

    @classmethod
    def all(cls, rows: Sequence[Any]) -> list[Group]:
        """In the order of the list, which has the worst first."""
        found: dict[tuple[str, str, bool], list[int]] = {}
        for at, row in enumerate(rows):
            found.setdefault(_key(row), []).append(at)
        return [cls(rows, tuple(indices)) for indices in found.values()]

    @classmethod
    def around(cls, rows: Sequence[Any], index: int) -> Group:
        """The group of one row."""
        key = _key(rows[index])
        return cls(rows, tuple(at for at, row in enumerate(rows) if _key(row) == key))

    def row(self, active: int) -> int:
        """The row that stands for the group in the list: the active one if it is in it, else the first."""
        return active if active in self.indices else self.indices[0]

    def title(self) -> str:
        """What was found: with the object's name where it is one, else of all of them together."""
        rows = [self.rows[at] for at in self.indices]
        if len(rows) == 1:
            what = FindingTexts.of(rows[0]).what
            return f"{rows[0].object}: {what}" if rows[0].object else what
        return FindingTexts.of(rows[0], _together([stored_json(row.values_json, dict, {}) for row in rows])).what


def _key(row: Any) -> tuple[str, str, bool]:
    return row.kind, row.severity, row.is_repaired


def _together(values: list[dict[str, Any]]) -> dict[str, Any]:
    """The values of a kind's text for several objects: counts are added up, unless each is held against a limit; other
    values that differ are left open."""
    result: dict[str, Any] = {}
    for name, first in values[0].items():
        column = [one.get(name) for one in values]
        if name == "number" and "limit" not in values[0] and all(isinstance(value, int) for value in column):
            result[name] = sum(column)
        else:
            result[name] = first if all(value == first for value in column) else "…"
    return result
