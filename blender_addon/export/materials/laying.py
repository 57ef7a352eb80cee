"""Bakes texture mappings into UVs, for engines that map every picture by the UVs alone."""

from __future__ import annotations

from collections.abc import Sequence

import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.mesh_arrays import face_materials, uv_array
from .nodes.sockets import Mapping
from .reading import MaterialFacts

_EDGE = 0.01
"""Of a picture's size; UVs are often a little beyond its edge."""


class LaidUVs:
    """Transforms UV maps of meshes as Mapping nodes do their pictures, until :meth:`restore`."""

    def __init__(self) -> None:
        self._before: list[tuple[bpy.types.Mesh, str, NDArray[np.float32]]] = []
        self._done: set[int] = set()

    def lay(self, mesh: bpy.types.Mesh, facts: Sequence[MaterialFacts]) -> None:
        """Transforms the UVs of a triangulated mesh, by the materials of its slots."""
        if mesh.session_uid in self._done or not mesh.uv_layers:
            return
        self._done.add(mesh.session_uid)
        slots = face_materials(mesh)
        rendered = next((layer.name for layer in mesh.uv_layers if layer.active_render), mesh.uv_layers[0].name)
        for slot, fact in enumerate(facts):
            mapping = common_mapping(fact)
            if mapping is None:
                continue
            name = mapping.layer if mapping.layer in mesh.uv_layers else rendered
            uv = uv_array(mesh.uv_layers[name]).copy()
            self._before.append((mesh, name, uv.copy()))
            corners = np.repeat(np.clip(slots, 0, len(facts) - 1) == slot, 3)
            uv.reshape(-1, 2)[corners] = moved(uv.reshape(-1, 2)[corners], mapping)
            mesh.uv_layers[name].uv.foreach_set("vector", uv.astype(np.float32).ravel())

    def restore(self) -> None:
        for mesh, name, uv in reversed(self._before):
            mesh.uv_layers[name].uv.foreach_set("vector", uv.ravel())
        self._before.clear()
        self._done.clear()


def goes_beyond(mesh: bpy.types.Mesh, slot: int, facts: MaterialFacts, channels: Sequence[str]) -> bool:
    """Whether the faces of one slot show more than one whole picture of these channels."""
    if not mesh.uv_layers:
        return False
    corners = np.repeat(face_materials(mesh), _corner_counts(mesh)) == slot
    rendered = next((layer.name for layer in mesh.uv_layers if layer.active_render), mesh.uv_layers[0].name)
    for channel in channels:
        mapping = facts.chains[channel].mapping if channel in facts.chains else None
        if mapping is None:
            continue
        name = mapping.layer if mapping.layer in mesh.uv_layers else rendered
        uv = moved(uv_array(mesh.uv_layers[name])[corners], mapping)
        if uv.size and (uv.min() < -_EDGE or uv.max() > 1 + _EDGE):
            return True
    return False


def _corner_counts(mesh: bpy.types.Mesh) -> NDArray[np.int32]:
    counts = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", counts)
    return counts


def common_mapping(facts: MaterialFacts) -> Mapping | None:
    """The mapping of all pictures of a material, if it is transformed, and the same for all."""
    found = {chain.mapping for chain in facts.chains.values() if chain.image is not None and chain.mapping is not None}
    mapping = found.pop() if len(found) == 1 else None
    return None if mapping is None or mapping.is_plain or mapping.is_wrapped else mapping


def moved(uv: NDArray[np.float32], mapping: Mapping) -> NDArray[np.float32]:
    """UVs (n, 2) transformed as by a Mapping node."""
    scaled = uv * np.array(mapping.scale, np.float32)
    cosine, sine = np.cos(mapping.rotation), np.sin(mapping.rotation)
    turned = scaled @ np.array([[cosine, sine], [-sine, cosine]], np.float32)
    return turned + np.array(mapping.location, np.float32)
