"""A check, its subjects, and the problems that it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One fault: ``what`` is the rest of a sentence whose subject is the file, or the node in it."""

    file: str
    what: str
    node: str = ""
    expected: Any = None
    actual: Any = None
    check: str = ""

    def __str__(self) -> str:
        subject = f"{self.file}, {self.node}" if self.node else self.file
        facts = ""
        if self.expected is not None:
            facts = f" (expected {self.expected}, is {self.actual})"
        return f"[{self.check}] {subject} {self.what}{facts}"

    def as_dict(self) -> dict[str, Any]:
        """For the JSON report."""
        return {
            key: value if isinstance(value, (str, int, float, list, type(None))) else str(value)
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Check:
    """A numbered check.

    ``subjects`` are the items of a target's folder that it applies to (none: not applicable), ``examine`` yields the
    problems of one of them.
    """

    number: str
    title: str
    subjects: Callable[[Any], Iterable[Any]]
    examine: Callable[[Any, Any], Iterator[Problem]]


@dataclass
class Outcome:
    """The result of a check in one folder: the number of subjects examined, and the problems found."""

    check: Check
    looked_at: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``failed``, ``passed`` or ``not applicable``."""
        if self.problems:
            return "failed"
        return "passed" if self.looked_at else "not applicable"


def run_check(check: Check, folder: Any) -> Outcome:
    """Applies ``check`` to every one of its subjects in ``folder``."""
    outcome = Outcome(check, 0)
    for subject in check.subjects(folder):
        outcome.looked_at += 1
        for problem in check.examine(folder, subject):
            outcome.problems.append(
                Problem(problem.file, problem.what, problem.node, problem.expected, problem.actual, check.number)
            )
    return outcome
