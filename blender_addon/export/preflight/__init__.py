"""Checks for what would go wrong in an engine, as findings: object, problem, reason, remedy. One module per family."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

import bpy

from ...bridge.jobs.steps import Progress
from ..content.scene import deforming_armature
from ..options import ExportOptions
from . import changes, hidden, layers, materials, names, scenes, staying, vrm
from .finding import SEVERITIES, Finding, Kind
from .meshes import dense, geometry, rigs, shape_keys, transforms, uvs
from .survey import Survey

__all__ = ["KINDS", "Finding", "Kind", "Survey", "preflight", "preflight_steps"]

KINDS: dict[str, Kind] = {
    name: kind
    for family in (
        *(
            scenes,
            transforms,
            geometry,
            dense,
            hidden,
            uvs,
            names,
            materials,
            layers,
            shape_keys,
            rigs,
            staying,
            changes,
        ),
        vrm,
    )
    for name, kind in family.KINDS.items()
}

_Check = Callable[[Survey, bpy.types.Object], Iterable[Finding | None]]
_PER_SKIN: tuple[_Check, ...] = (
    *(geometry.check, dense.check, uvs.check, names.check, materials.check, layers.check, shape_keys.check),
    *(staying.check, changes.check),
)
_PER_OBJECT: tuple[_Check, ...] = (transforms.check, *_PER_SKIN)


def preflight(
    context: bpy.types.Context, targets: Sequence[str], options: ExportOptions | None = None
) -> list[Finding]:
    """Findings on all that an export of the scene would write; changes nothing.

    Errors come first, and what is repaired on the exported copies anyway comes last.

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
    """As :func:`preflight`, with a :class:`Progress` after each check of an object; returns the findings."""
    survey = Survey.of(context, targets, options or ExportOptions(), KINDS)
    total = len(survey.static) + len(survey.armatures) + 1
    found: list[Finding] = list(scenes.check(survey))
    for number, obj in enumerate(survey.static):
        yield from _kept(found, Progress(number, total, "Checking the scene"), _of_mesh(survey, obj, _PER_OBJECT))
    for number, armature in enumerate(survey.armatures, start=len(survey.static)):
        yield from _kept(found, Progress(number, total, "Checking the scene"), _of_armature(survey, armature))
    yield Progress(total - 1, total, "Checking the scene")
    found += hidden.check(survey)
    found += [*scenes.check_sums(survey), *staying.check_scene(survey), *changes.check_scene(survey)]
    return sorted(dict.fromkeys(found), key=_rank)


def _kept(found: list[Finding], step: Progress, checks: Iterator[Finding | None]) -> Generator[Progress, None, None]:
    """Adds to ``found`` what checks find; when they pause, the window may redraw."""
    yield step
    for finding in checks:
        if finding is None:
            yield step
        else:
            found.append(finding)


def _of_mesh(survey: Survey, obj: bpy.types.Object, checks: Sequence[_Check]) -> Iterator[Finding | None]:
    for check in checks:
        yield from check(survey, obj)
        yield None


def _of_armature(survey: Survey, armature: bpy.types.Object) -> Iterator[Finding | None]:
    for check in (rigs.check, names.check, staying.check_armature, changes.check_armature, vrm.check):
        yield from check(survey, armature)
        yield None
    for mesh in survey.skins[armature.session_uid]:
        yield from _of_mesh(survey, mesh, _PER_SKIN)
        if deforming_armature(mesh) is not None:
            yield from rigs.check_skin(survey, mesh)
            yield None


def _rank(finding: Finding) -> tuple[int, bool, str, str]:
    return SEVERITIES.index(finding.severity), finding.is_repaired, finding.object, finding.kind
