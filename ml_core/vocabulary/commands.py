"""What a sentence asks to be done in a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal[
    "select",
    "hide",
    "show",
    "delete",
    "keep",
    "label",
    "apply_labels",
    "rename",
    "sort",
    "export",
    "generate",
]
EVERYTHING = "everything"
REST = "rest"

TermKind = Literal["everything", "label", "group", "avatar", "name", "them"]
Among = Literal["", "selected", "visible", "hidden", "rest"]


@dataclass(frozen=True)
class Term:
    """One part of an object phrase.

    Args:
        kind: ``everything``; ``label`` and ``group`` (of labels), whose id is ``value``; ``avatar`` (made by Atelier);
            ``name``, where ``value`` is an object's name; ``them``: the objects of the step before.
        among: only those that are selected, visible or hidden, or (``rest``) that no earlier step named.
        is_single: the words name one object, such as "the chair"; more than one match is ambiguous.
    """

    kind: TermKind
    value: str = ""
    among: Among = ""
    is_single: bool = False

    def __str__(self) -> str:
        if self.kind == "everything":
            return self.among or EVERYTHING
        return f"{self.among} {self.value or self.kind}".strip()


@dataclass(frozen=True)
class SceneCommand:
    """One step of a sentence.

    Args:
        action: what to do. ``keep`` does nothing by itself: it takes its objects out of every step whose action is
            in ``protects``.
        terms: which objects, together; empty for ``generate`` and for actions on the whole scene.
        excluded: objects to leave out of ``terms``.
        targets: ids of the engines of an export.
        text: the description of an avatar to generate.
    """

    action: Action
    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    targets: tuple[str, ...] = ()
    text: str = ""
    protects: tuple[Action, ...] = ()

    @property
    def what(self) -> str:
        """The objects in short, such as ``chair``, ``rest`` or ``chair, table``."""
        return ", ".join(map(str, self.terms))

    @property
    def target(self) -> str:
        """The targets in short, such as ``unity`` or ``unity, godot``."""
        return ", ".join(self.targets)
