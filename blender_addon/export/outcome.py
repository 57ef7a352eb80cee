"""The result of a check of the scene, in numbers and in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..translations.registry import formatted


@dataclass(frozen=True)
class Outcome:
    """How many findings need attention, are fixed on the exported copies, or are only notes."""

    errors: int
    warnings: int
    repaired: int
    notes: int

    @classmethod
    def of(cls, findings: Iterable[Any]) -> Outcome:
        """Counts rows of the scene's list, or findings (:class:`~blender_addon.export.preflight.Finding`)."""
        open_ = [finding.severity for finding in findings if not finding.is_repaired]
        repaired = sum(finding.is_repaired for finding in findings)
        return cls(open_.count("error"), open_.count("warning"), repaired, open_.count("info"))

    def sentence(self) -> str:
        """``Ready; 35 fixed on export, 16 notes`` in the language of the interface."""
        first = [formatted("{number} errors", number=self.errors)] if self.errors else []
        first += [formatted("{number} warnings", number=self.warnings)] if self.warnings else []
        rest = [formatted("{number} fixed on export", number=self.repaired)] if self.repaired else []
        rest += [formatted("{number} notes", number=self.notes)] if self.notes else []
        head = ", ".join(first) or formatted("Ready")
        return f"{head}; {', '.join(rest)}" if rest else head
