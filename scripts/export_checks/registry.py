"""All checks, in the order of their numbers."""

from __future__ import annotations

import re

from .files import fbx_units as fbx_facts
from .files import manifest as manifest_facts
from .files import names, page, provenance, textures
from .meshes import axes, colliders, lightmap, lods, placement, shapes, topology
from .problem import Check, Outcome, run_check
from .programs import khronos, round_trip
from .readers.folder import TargetFolder
from .rigs import clips, skeleton, vrm

_FAMILIES = (
    axes, clips, colliders, fbx_facts, khronos, lightmap, lods, manifest_facts, names, page, placement, provenance,
    round_trip, shapes, skeleton, textures, topology, vrm,
)  # fmt: skip


def _order(check: Check) -> tuple[int, str]:
    match = re.fullmatch(r"(\d+)(\w*)", check.number)
    assert match is not None
    return int(match[1]), match[2]


CHECKS: tuple[Check, ...] = tuple(sorted((check for family in _FAMILIES for check in family.CHECKS), key=_order))


def run_checks(folder: TargetFolder) -> list[Outcome]:
    """Runs every check on one target's folder."""
    return [run_check(check, folder) for check in CHECKS]
