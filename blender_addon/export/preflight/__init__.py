"""What would go wrong in an engine, as findings: who, what, why it matters there, and what to do. One file a family."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import bpy

from ...bridge.jobs.steps import Progress
from ..content.scene import deforming_armature
from ..options import ExportOptions
from . import changes, hidden, materials, names, scenes, staying, vrm
from .finding import SEVERITIES, Finding, Kind
from .meshes import dense, geometry, rigs, shape_keys, transforms, uvs
from .survey import Survey

__all__ = ["KINDS", "Finding", "Kind", "Survey", "preflight", "preflight_steps"]

KINDS: dict[str, Kind] = {
    name: kind
    for family in (
        *(scenes, transforms, geometry, dense, hidden, uvs, names, materials, shape_keys, rigs, staying, changes, vrm),
    )
    for name, kind in family.KINDS.items()
}

_PER_SKIN = (
    *(geometry.check, dense.check, uvs.check, names.check, materials.check, shape_keys.check, staying.check),
    changes.check,
)
_PER_OBJECT = (transforms.check, *_PER_SKIN)


def preflight(
    context: bpy.types.Context, targets: Sequence[str], options: ExportOptions | None = None
) -> list[Finding]:
    """Findings on all that an export of the scene would write; changes nothing.

    Errors come first, and what the exported copies have repaired anyway comes last.

    Raises:
        InputError: an unknown target.
    """
    steps = preflight_steps(context, targets, options)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def preflight_steps(
    context: bpy.types.Context, targets: Sequence[str], options: ExportOptions | None = None
) -> Generator[Progress, None, list[Finding]]:
    """As :func:`preflight`, with a :class:`Progress` after each object; returns the findings."""
    survey = Survey.of(context, targets, options or ExportOptions(), KINDS)
    total = len(survey.static) + len(survey.armatures) + 1
    found: list[Finding] = list(scenes.check(survey))
    for number, obj in enumerate(survey.static):
        yield Progress(number, total, "Checking the scene")
        for check in _PER_OBJECT:
            found += check(survey, obj)
    for number, armature in enumerate(survey.armatures, start=len(survey.static)):
        yield Progress(number, total, "Checking the scene")
        found += [*rigs.check(survey, armature), *names.check(survey, armature)]
        found += [*staying.check_armature(survey, armature), *changes.check_armature(survey, armature)]
        found += vrm.check(survey, armature)
        for mesh in survey.skins[armature.session_uid]:
            for check in _PER_SKIN:
                found += check(survey, mesh)
            if deforming_armature(mesh) is not None:
                found += rigs.check_skin(survey, mesh)
    yield Progress(total - 1, total, "Checking the scene")
    found += hidden.check(survey)
    found += [*scenes.check_sums(survey), *staying.check_scene(survey), *changes.check_scene(survey)]
    return sorted(dict.fromkeys(found), key=_rank)


def _rank(finding: Finding) -> tuple[int, bool, str, str]:
    return SEVERITIES.index(finding.severity), finding.is_repaired, finding.object, finding.kind
