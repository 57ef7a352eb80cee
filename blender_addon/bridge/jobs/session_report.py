"""The result or failure of the last operator of this session: the only source of buttons and messages in panels.

``scene.atelier.last_report`` holds the same as JSON for scripts, but it is saved with the scene. In a file of unknown
origin it may contain anything, so nothing in the interface reads it. This record is cleared when a file is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ml_core.errors import AtelierError, reason_of

from .. import session
from .quick_fixes import FixableError, QuickFix
from .steps import Report


@dataclass(frozen=True)
class Failure:
    """``error`` is a sentence for the artist, ``details`` a traceback if the fault is Atelier's own, ``command`` a line
    for a terminal or the path of a found program."""

    error: str
    details: str = ""
    quick_fix: QuickFix | None = None
    command: str = ""

    @classmethod
    def of(cls, error: Exception) -> Failure:
        if isinstance(error, FixableError):
            return cls(reason_of(error), quick_fix=error.quick_fix, command=error.command)
        return cls(reason_of(error))

    @property
    def has_buttons(self) -> bool:
        """Whether there is something to press: a quick fix, or details to copy."""
        return self.quick_fix is not None or bool(self.details)

    def as_report(self) -> Report:
        """The failure as JSON values, for ``scene.atelier.last_report``."""
        report: Report = {"error": self.error}
        if self.details:
            report["details"] = self.details
        if self.quick_fix is not None:
            quick_fix = self.quick_fix
            report["remedy"] = {"operator": quick_fix.operator, "label": quick_fix.label, "options": quick_fix.options}
        return report


@dataclass
class Outcome(session.OfFile):
    """How the last operator ended, and the findings that checks have written."""

    failure: Failure | None = None
    report: Report = field(default_factory=dict)
    findings: set[tuple[str, ...]] = field(default_factory=set)


@dataclass
class SelfCheck:
    results: list[dict[str, Any]] = field(default_factory=list)


def set_report(report: Report) -> None:
    """Store what an operator has done; clears an earlier failure."""
    outcome = session.part(Outcome)
    outcome.failure, outcome.report = None, report
    if "self_check" in report:
        session.part(SelfCheck).results = report["self_check"]


def set_failure(failure: Failure) -> None:
    outcome = session.part(Outcome)
    outcome.failure, outcome.report = failure, {}


@contextmanager
def failures_kept(then: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Record as this session's failure exceptions that no operator reports: in the update of a property, a timer or an
    undo handler. The panels show it. An object deleted meanwhile is not a failure.

    Args:
        then: called when the block was left early.
    """
    try:
        yield
    except ReferenceError:
        then()
    except (AtelierError, RuntimeError) as error:
        set_failure(Failure.of(error))
        then()


def failure() -> Failure | None:
    """Why the last operator failed; ``None`` when it did not, or when the artist has dismissed the message."""
    return session.part(Outcome).failure


def report() -> Report:
    """What the last operator has done; empty after a failure."""
    return session.part(Outcome).report


def self_check() -> list[dict[str, Any]]:
    """The results of the last check of the installation; they persist across other operators and other files."""
    return session.part(SelfCheck).results


def note_finding(*facts: str) -> None:
    """Register a row of the list of findings as written by a check of this session."""
    session.part(Outcome).findings.add(facts)


def is_noted(*facts: str) -> bool:
    """Whether a check of this session has written this row; a stored one may have come with the file."""
    return facts in session.part(Outcome).findings


def dismiss() -> None:
    """Forget how the last operator ended."""
    outcome = session.part(Outcome)
    outcome.failure, outcome.report = None, {}
