"""Findings on shape keys."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..finding import ALWAYS, Finding, Kind
from ..survey import Survey

KINDS = {
    "modifiers_with_keys": Kind(
        "warning",
        "modifiers on a mesh with shape keys: {modifiers}",
        "Other exporters apply modifiers to the mesh alone, which drops either the modifiers or the keys.",
        "Apply the modifiers to the mesh and to each of its keys.",
        repair="apply_modifiers_with_keys",
        on_copies=ALWAYS,
        title="modifiers, shape keys",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks modifiers other than armatures on a mesh with shape keys."""
    if obj.type != "MESH" or obj.data.shape_keys is None:
        return
    names = [modifier.name for modifier in obj.modifiers if modifier.type != "ARMATURE" and modifier.show_viewport]
    if names:
        yield from survey.found("modifiers_with_keys", obj, modifiers=", ".join(names))
