"""The edit history of an object: which steps, by which version, when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ml_core.files import stored_json

ACTIONS = ("generated", "textured", "dressed", "labeled", "exported")
MOST_STEPS = 24
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,32}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?")


@dataclass(frozen=True)
class HistoryStep:
    """One step: what was done (one of :data:`ACTIONS`), the version of Atelier, and when (ISO 8601, UTC)."""

    action: str
    version: str
    time: str

    def to_list(self) -> list[str]:
        return [self.action, self.version, self.time]

    @property
    def sentence(self) -> str:
        return f"{self.action} {self.time} (avatar-atelier {self.version})"


def recorded(steps: Sequence[HistoryStep], step: HistoryStep) -> list[HistoryStep]:
    """``steps`` with ``step`` at the end; of equal actions in a row the last one stays, and of many the first and the
    last ones."""
    kept = list(steps)
    if kept and kept[-1].action == step.action:
        kept.pop()
    kept.append(step)
    return kept if len(kept) <= MOST_STEPS else [kept[0], *kept[-(MOST_STEPS - 1) :]]


def steps_of(text: object) -> list[HistoryStep]:
    """The steps of a stored JSON text; invalid entries are left out."""
    found = []
    for item in stored_json(text, list, [])[:MOST_STEPS]:
        if not isinstance(item, list) or len(item) != 3 or not all(isinstance(part, str) for part in item):
            continue
        action, version, when = item
        if action in ACTIONS and _VERSION.fullmatch(version) and _TIME.fullmatch(when):
            found.append(HistoryStep(action, version, when))
    return found
