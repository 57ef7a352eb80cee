"""Errors with a quick fix: the button that the panel shows under the message.

The fixes are listed here and nowhere else. Reports stored in a file contain none of them: what a panel offers comes
from this session (:mod:`blender_addon.bridge.jobs.session_report`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ml_core.errors import InputError


@dataclass(frozen=True)
class _Button:
    """``operator`` by its id, called with ``options`` by a button with the text ``label``."""

    operator: str
    label: str
    options: dict[str, Any] = field(default_factory=dict)


class QuickFix(Enum):
    """Every fix that a failure may offer."""

    SAVE_FILE = _Button("wm.save_mainfile", "Save File")
    LABEL_OBJECTS = _Button("atelier.label_objects", "Label Objects")
    OPEN_PREFERENCES = _Button("atelier.open_preferences", "Open Preferences")
    COPY_COMMAND = _Button("atelier.copy_command", "Copy Command")
    USE_EXPORT_FOLDER = _Button("atelier.use_folder", "Use This Folder", {"which": "export"})
    USE_DATA_FOLDER = _Button("atelier.use_folder", "Use This Folder", {"which": "training"})
    USE_PYTHON = _Button("atelier.use_python", "Use This Python")
    SHIPPED_TEXTURES = _Button("atelier.use_shipped", "Reset to Built-in", {"what": "textures"})
    SHIPPED_OBJECTS = _Button("atelier.use_shipped", "Reset to Built-in", {"what": "objects"})

    @property
    def operator(self) -> str:
        return self.value.operator

    @property
    def label(self) -> str:
        return self.value.label

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.value.options)


class FixableError(InputError):
    """A problem that one press of a button fixes, or that takes the artist to where it is fixed.

    Args:
        command: a line for a terminal, which :attr:`QuickFix.COPY_COMMAND` copies to the clipboard, or the Python
            interpreter for :attr:`QuickFix.USE_PYTHON`.
    """

    def __init__(self, template: str, quick_fix: QuickFix, command: str = "", /, **values: object) -> None:
        super().__init__(template, **values)
        self.quick_fix = quick_fix
        self.command = command
