"""Repairs of findings in the artist's own scene; each changes one object, without visible effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import bpy

from ..preflight.finding import RepairName
from . import blocks, keys, meshes, transforms, unwrap, weights

Repair = Callable[[bpy.types.Context, bpy.types.Object, Mapping[str, Any]], None]
"""Takes the object and the values of the finding; raises :class:`InputError` where it would change the look."""

REPAIRS: dict[RepairName, Repair] = {
    "delete_bad_vertices": meshes.delete_bad_vertices,
    "apply_scale": transforms.apply_scale,
    "apply_armature_scale": transforms.apply_armature_scale,
    "apply_modifiers_with_keys": keys.apply_modifiers_with_keys,
    "dissolve_degenerate": meshes.dissolve_degenerate,
    "delete_loose": meshes.delete_loose,
    "delete_duplicate_faces": meshes.delete_duplicate_faces,
    "split_edges": meshes.split_edges,
    "turn_faces": meshes.turn_faces,
    "triangulate_ngons": meshes.triangulate_ngons,
    "make_uv": unwrap.make_uv,
    "make_lightmap_uv": unwrap.make_lightmap_uv,
    "assign_weights": weights.assign_weights,
    "limit_influences": weights.limit_influences,
    "decimate": meshes.decimate,
    "resize_image": blocks.resize_image,
    "relative_path": blocks.relative_path,
    "rename": blocks.rename,
}
"""In the order that they are made in: whole before fine, and the name, by which the others find the object, last."""
