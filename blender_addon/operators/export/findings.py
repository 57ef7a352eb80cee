"""The list of findings that the scene keeps for the panel, and the jobs that fill it and repair its findings."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import asdict
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.files import stored_json

from ...bridge.jobs import session_report
from ...bridge.jobs.steps import Job
from ...export.finding_texts import FindingTexts
from ...export.options import ExportOptions
from ...export.outcome import Outcome
from ...export.preflight import Finding, preflight_steps
from ...export.preflight.groups import Group
from ...export.repairs.jobs import repair_job
from ...properties.export import to_options
from ...properties.settings import TARGET_ITEMS


def check_job(context: bpy.types.Context, targets: Sequence[str], options: ExportOptions) -> Job:
    """Checks the scene and shows the findings in the list."""
    found = yield from preflight_steps(context, targets, options)
    context.scene.atelier.checked_targets = " ".join(targets)
    show(context.scene, found)
    outcome = asdict(Outcome.of(found))
    return {
        "targets": list(targets),
        "findings": [item.as_dict() for item in found],
        "groups": [item.as_dict() for item in Group.all(found)],
        "outcome": outcome,
    }


def repair_one_job(context: bpy.types.Context, index: int) -> Job:
    """Repairs one row of the list, then checks again.

    Raises:
        InputError: there is no such row, or its repair is refused.
    """
    rows = context.scene.atelier.findings
    if not 0 <= index < len(rows):
        raise InputError("There is no such finding; check the scene again.")
    finding, targets = _read(rows[index]), _targets(context)
    if not session_report.is_noted(*_facts(rows[index])):
        finding = yield from _found_again(context, finding, targets)
    if not finding.repair:
        raise InputError("{name}: fix this by hand: {fix}", name=finding.object or "The scene", fix=finding.fix)
    report = yield from _repaired(context, [finding], targets)
    if report["refused"]:
        raise InputError(report["refused"][0]["reason"])
    return report


def _found_again(context: bpy.types.Context, stored: Finding, targets: Sequence[str]) -> Generator[Any, Any, Finding]:
    """The current finding for a row that came with the file, whose repair and values may be forged.

    Raises:
        InputError: the check does not find it; then the list is up to date.
    """
    found = yield from preflight_steps(context, targets, to_options(context.scene.atelier.export))
    show(context.scene, found)
    for item in found:
        if (item.kind, item.object) == (stored.kind, stored.object):
            return item
    raise InputError("The scene was checked again, and this issue is gone.")


def repair_all_job(context: bpy.types.Context) -> Job:
    """Checks the scene for the targets of the last check, else of the panel, and repairs all that it can."""
    targets = _targets(context)
    found = yield from preflight_steps(context, targets, to_options(context.scene.atelier.export))
    return (yield from _repaired(context, found, targets))


def _repaired(context: bpy.types.Context, findings: Sequence[Finding], targets: Sequence[str]) -> Job:
    try:
        report = yield from repair_job(context, findings)
    except GeneratorExit:
        bpy.ops.ed.undo_push(message="Repair")  # a cancelled operator makes no step of its own
        raise
    checked = yield from preflight_steps(context, targets, to_options(context.scene.atelier.export))
    show(context.scene, checked)
    return {**report, "findings": [item.as_dict() for item in checked]}


def _targets(context: bpy.types.Context) -> list[str]:
    settings = context.scene.atelier
    known = {identifier for identifier, *_ in TARGET_ITEMS}
    return [item for item in settings.checked_targets.split() if item in known] or sorted(settings.targets)


def show(scene: bpy.types.Scene, findings: Sequence[Finding]) -> None:
    """Writes the findings to ``scene.atelier.findings``, where the panel reads them."""
    settings = scene.atelier
    settings.findings.clear()
    for finding in findings:
        row = settings.findings.add()
        row.kind, row.severity, row.object = finding.kind, finding.severity, finding.object
        row.repair, row.is_repaired = finding.repair, finding.is_repaired
        row.targets = " ".join(finding.targets)
        row.values_json = json.dumps(dict(finding.values), ensure_ascii=False)
        session_report.note_finding(*_facts(row))
    settings.is_checked = True
    # Past the setter, which would select the object.
    settings["finding_index"] = min(max(settings.finding_index, 0), max(len(findings) - 1, 0))


def _facts(row: bpy.types.PropertyGroup) -> tuple[str, ...]:
    """All values of a row that a repair uses."""
    return row.kind, row.object, row.repair, row.targets, row.values_json


def _read(row: bpy.types.PropertyGroup) -> Finding:
    texts = FindingTexts.of(row)
    return Finding(
        kind=row.kind,
        severity=row.severity,
        object=row.object,
        what=texts.what,
        why=texts.why,
        fix=texts.fix,
        repair=row.repair,
        targets=tuple(row.targets.split()),
        is_repaired=row.is_repaired,
        values=tuple(stored_json(row.values_json, dict, {}).items()),
    )
