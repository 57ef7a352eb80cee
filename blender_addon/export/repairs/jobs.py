"""Repairs as a job: one finding, or all that have a repair."""

from __future__ import annotations

from collections.abc import Sequence

import bpy

from ml_core.errors import InputError

from ...bridge.jobs.steps import Job, Progress
from ...bridge.state.modes import object_mode
from ..preflight import Finding
from . import REPAIRS


def repair_job(context: bpy.types.Context, findings: Sequence[Finding]) -> Job:
    """Repairs ``findings`` in the scene; those without a repair are skipped.

    A job that is closed early keeps what it has repaired so far.

    Returns:
        ``repaired`` and ``refused``: for each the object, what was found, and for the refused ones the reason.
    """
    order = list(REPAIRS)
    todo = sorted((item for item in findings if item.repair), key=lambda item: order.index(item.repair))
    repaired, refused = [], []
    with object_mode(context):
        for number, finding in enumerate(todo):
            yield Progress(number, len(todo), "Repairing")
            facts = {"object": finding.object, "what": finding.what, "kind": finding.kind}
            try:
                repair_finding(context, finding)
            except InputError as error:
                refused.append({**facts, "reason": error.message})
            else:
                repaired.append(facts)
    return {"repaired": repaired, "refused": refused}


def repair_finding(context: bpy.types.Context, finding: Finding) -> None:
    """Repairs one finding.

    Raises:
        InputError: it has no repair, its object is gone, or the repair would change the look.
    """
    if not finding.repair:
        raise InputError("{name}: {what}: fix this by hand", name=finding.object or "the scene", what=finding.what)
    obj = context.scene.objects.get(finding.object)
    if obj is None:
        raise InputError("{name}: the object is gone; check the scene again", name=finding.object)
    REPAIRS[finding.repair](context, obj, dict(finding.values))
    context.view_layer.update()
