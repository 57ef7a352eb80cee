"""Weights of vertex groups as arrays; meshes keep their shape keys, and other groups stay as they are."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from .jobs.steps import Pauses, Progress, run_to_end

LEAST = 1e-4
"""Weights below this are none."""


def weights_of(obj: bpy.types.Object, names: Sequence[str]) -> NDArray[np.float32]:
    """(V, N) weights of the vertex groups called ``names``; 0 for a missing group."""
    column = {group.index: names.index(group.name) for group in obj.vertex_groups if group.name in names}
    weights = np.zeros((len(obj.data.vertices), len(names)), np.float32)
    for number, vertex in enumerate(obj.data.vertices):
        for element in vertex.groups:
            place = column.get(element.group)
            if place is not None:
                weights[number, place] = element.weight
    return weights


def set_weights(
    obj: bpy.types.Object, names: Sequence[str], weights: NDArray[np.floating], rows: NDArray[np.integer]
) -> None:
    """As :func:`setting_weights`, run to its end."""
    run_to_end(setting_weights(obj, names, weights, rows, Progress(0, 1, "")))


def setting_weights(
    obj: bpy.types.Object,
    names: Sequence[str],
    weights: NDArray[np.floating],
    rows: NDArray[np.integer],
    progress: Progress,
) -> Generator[Progress, Any, None]:
    """Gives the vertices ``rows`` (R,) the weights (R, N) in the groups called ``names``, created if missing.

    Args:
        progress: yielded at each step.
    """
    pauses = Pauses()
    for column, name in enumerate(names):
        if pauses.due():
            yield progress
        values = weights[:, column]
        group = obj.vertex_groups.get(name)
        if group is None:
            if not (values > LEAST).any():
                continue
            group = obj.vertex_groups.new(name=name)
        gone = rows[values <= LEAST]
        if len(gone):
            group.remove(gone.tolist())
        for row, value in zip(rows[values > LEAST].tolist(), values[values > LEAST].tolist(), strict=True):
            group.add((row,), value, "REPLACE")
