"""Groups the findings of a check for the panel, reports and the command line: one row per kind, with a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ml_core.files import stored_json

from ..finding_texts import FindingTexts
from ..outcome import Outcome

MOST_NAMES = 5
"""Objects that a line names; the report has them all."""


@dataclass(frozen=True)
class Group:
    """The findings of one kind with the same repair, by their indices in ``rows``: rows of the scene's list, or
    :class:`~blender_addon.export.preflight.Finding`."""

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
        """What was found: with the object's name if it is only one, else for all objects together."""
        return self._named(self._texts().what)

    def titles(self) -> list[str]:
        """The title and shorter ones, for a narrow row: without the object's name, then in a few words."""
        texts = self._texts()
        return [self._named(texts.what), texts.what, self._named(texts.title), texts.title]

    def _named(self, text: str) -> str:
        name = self.rows[self.indices[0]].object if len(self.indices) == 1 else ""
        return f"{name}: {text}" if name else text

    def _texts(self) -> FindingTexts:
        """The texts for all objects together."""
        rows = [self.rows[at] for at in self.indices]
        targets = rows[0].targets.split() if isinstance(rows[0].targets, str) else rows[0].targets
        return FindingTexts.made(rows[0].kind, targets, _together([_values(row) for row in rows]))

    @property
    def objects(self) -> list[str]:
        """The names of the objects, each once."""
        return list(dict.fromkeys(self.rows[at].object for at in self.indices if self.rows[at].object))

    def line(self) -> str:
        """The title with the count and some names, for a terminal."""
        if len(self.indices) == 1:
            return self.title()
        names = ", ".join(self.objects[:MOST_NAMES]) + (", …" if len(self.objects) > MOST_NAMES else "")
        return f"{self.title()} ({len(self.indices)}×{': ' + names if names else ''})"

    def as_dict(self) -> dict[str, Any]:
        """The group as JSON values for a report."""
        first = self.rows[self.indices[0]]
        return {
            "title": self.title(),
            "count": len(self.indices),
            "kind": first.kind,
            "severity": first.severity,
            "is_repaired": first.is_repaired,
            "objects": self.objects,
        }


def group_lines(findings: Sequence[Any]) -> list[str]:
    """The result of a check, as lines: the total, then each group that is not repaired, the worst first."""
    groups = [item for item in Group.all(findings) if not findings[item.indices[0]].is_repaired]
    return [
        Outcome.of(findings).sentence(),
        *(f"{findings[group.indices[0]].severity}: {group.line()}" for group in groups),
    ]


def _values(row: Any) -> dict[str, Any]:
    stored = getattr(row, "values_json", None)
    return dict(row.values) if stored is None else stored_json(stored, dict, {})


def _key(row: Any) -> tuple[str, str, bool]:
    return row.kind, row.severity, row.is_repaired


def _together(values: list[dict[str, Any]]) -> dict[str, Any]:
    """The values of a kind's text for several objects: counts are added up, unless each is compared with a limit; other
    values that differ are left out."""
    result: dict[str, Any] = {}
    for name, first in values[0].items():
        column = [item.get(name) for item in values]
        if name == "number" and "limit" not in values[0] and all(isinstance(value, int) for value in column):
            result[name] = sum(column)
        else:
            result[name] = first if all(value == first for value in column) else "…"
    return result
