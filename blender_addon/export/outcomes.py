"""The outcome of each target of an export: written, skipped with a reason, or failed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from ml_core.errors import AtelierError, InputError, Message

from .targets.profiles import PROFILES

Outcomes = dict[str, dict[str, Any] | Exception]
"""By target: the facts of what was written, or why it was not."""

_log = logging.getLogger(__name__)


class NothingToExportError(InputError):
    """The scene has nothing that the target supports."""


class TargetsFailedError(InputError):
    """No target was written; ``sentences`` gives the reasons, one per target."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(Message.joined("; ", sentences))
        self._sentences = list(sentences)

    @property
    def sentences(self) -> list[str]:
        return self._sentences


def target_facts(outcomes: Outcomes) -> dict[str, dict[str, Any]]:
    """``outcomes`` for the report: targets that were not written have ``skipped`` or ``error``, faults also
    ``details``.

    Those that were written have their ``folder``, and in ``skipped`` the avatars that they do not support.

    Raises:
        TargetsFailedError: none of several was written. Program faults, and the error of a single target, are raised as
            they are.
    """
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, Exception)]
    facts = {target: _facts(target, outcome) for target, outcome in outcomes.items()}
    if len(errors) == len(outcomes):
        faults = [error for error in errors if not isinstance(error, AtelierError)]
        if faults or len(errors) == 1:
            raise (faults or errors)[0]
        raise TargetsFailedError(list(unwritten(facts, "error", "skipped").values()))
    return facts


def _facts(target: str, outcome: dict[str, Any] | Exception) -> dict[str, Any]:
    if not isinstance(outcome, Exception):
        return outcome
    if isinstance(outcome, NothingToExportError):
        return {"skipped": outcome.message}
    if isinstance(outcome, AtelierError):
        return {"error": outcome.message}
    _log.error("%s could not be exported", target, exc_info=outcome)
    words = str(outcome).strip().splitlines() or [type(outcome).__name__]
    text = Message("Blender could not write it ({reason}); the report has the details", reason=words[-1])
    return {"error": text, "details": "".join(traceback.format_exception(outcome))}


def written(targets: object) -> list[Message]:
    """The number of files of each target and their size in decimal megabytes, one sentence per target.

    Args:
        targets: of an export's report; anything else is ignored.
    """
    if not isinstance(targets, Mapping):
        return []
    facts = {target: facts for target, facts in targets.items() if target in PROFILES and isinstance(facts, Mapping)}
    return [
        Message(
            "{name}: {number} files, {size:.1f} MB",
            name=PROFILES[target].title,
            number=found["files"],
            size=found["bytes"] / 1e6,
        )
        for target, found in facts.items()
        if isinstance(found.get("files"), int) and isinstance(found.get("bytes"), int)
    ]


def unwritten(targets: Mapping[str, Any], *kinds: str) -> dict[str, Message]:
    """The reasons why targets were not written, one sentence per target, beginning with its name.

    Args:
        targets: of an export's report, possibly one that came with a file.
        kinds: ``error`` or ``skipped``.
    """
    found = {}
    for target, facts in targets.items():
        if target not in PROFILES or not isinstance(facts, dict) or "folder" in facts:
            continue
        for text in (facts[kind] for kind in kinds if kind in facts):
            reason = text if isinstance(text, Message) else Message(str(text))
            title = PROFILES[target].title
            found[target] = (
                reason if reason.startswith(title) else Message("{name}: {reason}", name=title, reason=reason)
            )
    return found
