"""What a sentence asks to be done in a scene."""

from __future__ import annotations

from dataclasses import dataclass

ACTIONS = ("select", "hide", "show", "delete", "label", "apply_labels", "export", "generate")
EVERYTHING = "everything"
REST = "rest"


@dataclass(frozen=True)
class SceneCommand:
    """One step. ``what`` is an object label, :data:`EVERYTHING` or :data:`REST` (all that the step before left out).

    ``target`` is the engine of an export; ``text`` the description of an avatar to generate.
    """

    action: str
    what: str = EVERYTHING
    target: str = ""
    text: str = ""
