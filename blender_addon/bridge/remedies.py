"""An error that brings its own repair: the button that the panel shows under it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ml_core.errors import InputError


@dataclass(frozen=True)
class Remedy:
    """``operator`` by its id, called with ``options`` by a button that says ``label``."""

    operator: str
    label: str
    options: dict[str, Any] = field(default_factory=dict)


SAVE_FILE = Remedy("wm.save_mainfile", "Save File")
LABEL_OBJECTS = Remedy("atelier.label_objects", "Label Objects")


class FixableError(InputError):
    """A problem that one press of a button puts right, or brings the artist to where it is put right."""

    def __init__(self, message: str, remedy: Remedy) -> None:
        super().__init__(message)
        self.remedy = remedy


def remedy_facts(error: Exception) -> dict[str, Any]:
    """``{"remedy": ...}`` for the report of a failure, ready for JSON; empty when there is none."""
    return {"remedy": asdict(error.remedy)} if isinstance(error, FixableError) else {}
