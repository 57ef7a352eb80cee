"""The texts of a finding in the language of the interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy

from ml_core.files import stored_json

from ..translations.registry import formatted
from .preflight import KINDS


@dataclass(frozen=True)
class FindingTexts:
    """The texts of a row of the list, in the language of the interface."""

    what: str
    why: str
    fix: str
    title: str
    """``what`` in a few words."""

    @classmethod
    def of(cls, row: bpy.types.PropertyGroup, values: dict[str, Any] | None = None) -> FindingTexts:
        """Texts of a row; empty if the kind is unknown, from another version of Atelier or a hand-written row.
        ``values`` replace the row's own."""
        values = stored_json(row.values_json, dict, {}) if values is None else values
        return cls.made(row.kind, row.targets.split(), values)

    @classmethod
    def made(cls, name: str, targets: Sequence[str], values: dict[str, Any]) -> FindingTexts:
        """Texts of a kind by its ``name``; empty except for the name if it is unknown or the values do not fit."""
        about = KINDS.get(name)
        if about is None:
            return cls(name, "", "", name)
        why = [about.why, *(about.in_engine[target] for target in targets if target in about.in_engine)]
        try:
            what, *reasons, fix = (formatted(item, **values) for item in (about.what, *why, about.fix))
        except (LookupError, TypeError, ValueError):
            return cls(name, "", "", name)
        return cls(what, " ".join(reasons), fix, formatted(about.title) if about.title else what)
