"""Findings on the transform of an object: scale, mirroring, distance, values that are not finite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import bpy
import numpy as np

from ....bridge.mesh_arrays import scene_unit
from ..finding import ALWAYS, Finding, Kind
from ..survey import Survey

FAR = 1000.0
"""Meters. There a 32-bit float still resolves 0.06 mm; physics and shadows begin to tremble a little farther out."""

KINDS = {
    "not_a_number_transform": Kind(
        "error",
        "its place is not a number",
        "No engine can place it.",
        "Clear its location, rotation and scale, or delete it.",
        title="invalid transform",
    ),
    "flat_scale": Kind(
        "error",
        "a scale of zero",
        "It has no volume left, and its normals cannot be computed.",
        "Give it a scale other than zero, or hide it.",
    ),
    "negative_scale": Kind(
        "warning",
        "negative scale",
        "Engines show mirrored objects inside out, or cannot batch them.",
        "Apply the scale. The faces are turned so that they look outward again.",
        repair="apply_scale",
        on_copies=ALWAYS,
        in_engine={"unity": "Unity's box colliders refuse a negative scale."},
    ),
    "unapplied_scale": Kind(
        "info",
        "unapplied scale",
        "Physics, light maps and instancing expect a scale of 1.",
        "Apply the scale.",
        repair="apply_scale",
        on_copies=ALWAYS,
    ),
    "far_from_origin": Kind(
        "warning",
        "{distance} m from the origin",
        "Vertices and shadows tremble far from the origin, since engines compute in single precision.",
        "Move the scene to the origin.",
        title="far from the origin",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks scale, mirroring and position of a static object."""
    matrix = np.array(obj.matrix_world)
    if not np.isfinite(matrix).all():
        yield from survey.found("not_a_number_transform", obj)
        return
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    if lengths.min() < 1e-6:
        yield from survey.found("flat_scale", obj)
        return
    mirrored = np.linalg.det(matrix[:3, :3]) < 0
    if mirrored or not np.allclose(lengths, 1, atol=1e-4):
        kind = "negative_scale" if mirrored else "unapplied_scale"
        for finding in survey.found(kind, obj):
            # Text and metaballs keep their size in their own settings.
            yield finding if obj.type == "MESH" else without_repair(finding)
    distance = float(np.linalg.norm(matrix[:3, 3])) * scene_unit(survey.context.scene)
    if distance > FAR:
        yield from survey.found("far_from_origin", obj, distance=round(distance))


def without_repair(finding: Finding) -> Finding:
    """The same finding, without a repair button."""
    return replace(finding, repair="")
