"""Findings: a kind, whose texts are in a table, with the values of one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Severity = Literal["error", "warning", "info"]
OnCopies = Literal["", "always", "by choice"]
RepairName = Literal[
    "",
    "delete_bad_vertices",
    "apply_scale",
    "apply_armature_scale",
    "apply_modifiers_with_keys",
    "dissolve_degenerate",
    "delete_loose",
    "delete_duplicate_faces",
    "split_edges",
    "turn_faces",
    "triangulate_ngons",
    "make_uv",
    "make_lightmap_uv",
    "assign_weights",
    "limit_influences",
    "decimate",
    "resize_image",
    "relative_path",
    "rename",
]
"""In the order that they are made in: whole before fine, and the name, by which the others find the object, last."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The worst first."""
ALWAYS: OnCopies = "always"
BY_CHOICE: OnCopies = "by choice"
LONGEST_TITLE = 24


@dataclass(frozen=True)
class Kind:
    """A kind of finding. Texts are English templates with ``{names}`` of the finding's values.

    ``severity`` is ``error`` (the export will be wrong), ``warning`` or ``info``. ``repair`` names one of
    :data:`blender_addon.export.repairs.REPAIRS`, or nothing. ``on_copies`` tells whether an export fixes it on its
    copies: :data:`ALWAYS`, :data:`BY_CHOICE` (``ExportOptions.repair_copies``) or never. ``in_engine`` adds to ``why``
    what applies to one target only. ``title`` is a short form of ``what`` for a row of a list: at most
    :data:`LONGEST_TITLE` characters, without values; empty if ``what`` is as short.
    """

    severity: Severity
    what: str
    why: str
    fix: str
    repair: RepairName = ""
    on_copies: OnCopies = ""
    in_engine: Mapping[str, str] = field(default_factory=dict)
    title: str = ""

    def texts(self) -> list[str]:
        """All texts that an artist may see."""
        return [self.what, self.why, self.fix, *self.in_engine.values(), *([self.title] if self.title else [])]


@dataclass(frozen=True)
class Finding:
    """One case: ``object`` is a name or empty, ``targets`` the affected ones, ``values`` fill the texts.

    ``repair`` is empty if no button can repair it; ``is_repaired`` means that it is fixed on the exported copy, which
    makes it an ``info``.
    """

    kind: str
    severity: Severity
    object: str
    what: str
    why: str
    fix: str
    repair: RepairName = ""
    targets: tuple[str, ...] = ()
    is_repaired: bool = False
    values: tuple[tuple[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON values for the operator's report."""
        return {
            **{name: getattr(self, name) for name in ("kind", "severity", "object", "what", "why", "fix", "repair")},
            "targets": list(self.targets),
            "is_repaired": self.is_repaired,
            "values": dict(self.values),
        }
