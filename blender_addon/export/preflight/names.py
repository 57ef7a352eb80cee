"""Findings on names."""

from __future__ import annotations

import re
from collections.abc import Iterator

import bpy

from ..names.assets import plain
from .finding import ALWAYS, Finding, Kind
from .survey import Survey

KINDS = {
    "illegal_name": Kind(
        "warning",
        "a name that engines change",
        "Asset paths take letters, digits and underscores only; scripts that look for it do not find it.",
        "Rename it to {name}.",
        repair="rename",
        on_copies=ALWAYS,
        title="names engines change",
    ),
    "equal_names": Kind(
        "warning",
        "the same name as {other}, once it is made legal",
        "One file would overwrite the other.",
        "Rename it; the exported file gets a number.",
        repair="rename",
        on_copies=ALWAYS,
        title="names that become equal",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks whether engines accept an object's name, and can distinguish it from earlier ones."""
    name = plain(obj.name)
    other = survey.plain_names.setdefault(name.lower(), obj.name)
    if other != obj.name:
        yield from survey.found("equal_names", obj, other=other)
    elif not re.fullmatch(r"[A-Za-z0-9_]+", obj.name):
        yield from survey.found("illegal_name", obj, name=name)
