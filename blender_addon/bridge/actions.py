"""Actions made by code: a layer, a slot and a channel bag, with a key on each frame."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray


def new_action(name: str, kind: str, owner: str) -> tuple[Any, bpy.types.Action, Any]:
    """A channel bag to write curves into, with its action and its slot for a ``kind`` of data-block."""
    action = bpy.data.actions.new(name)
    slot = action.slots.new(kind, owner)  # type: ignore[arg-type] # one of Blender's names of data-blocks
    bag = action.layers.new("Clip").strips.new(type="KEYFRAME").channelbag(slot, ensure=True)
    return bag, action, slot


def write_curves(bag: Any, path: str, values: NDArray, is_array: bool = True, frames: int | None = None) -> None:
    """Linear curves of ``values`` (N, width): a key per frame from frame 0, or keys spread over ``frames``."""
    times = np.linspace(0, len(values) - 1 if frames is None else frames, len(values))
    linear = bpy.types.Keyframe.bl_rna.properties["interpolation"].enum_items["LINEAR"].value
    for index in range(values.shape[1]):
        curve = bag.fcurves.new(path, index=index) if is_array else bag.fcurves.new(path)
        curve.keyframe_points.add(len(values))
        flat = np.stack([times, values[:, index]], axis=1).astype(np.float32)
        curve.keyframe_points.foreach_set("co", flat.ravel())
        curve.keyframe_points.foreach_set("interpolation", np.full(len(values), linear, np.int32))
        curve.update()
