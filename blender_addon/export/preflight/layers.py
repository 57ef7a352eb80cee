"""Findings on UV maps and attributes that a material refers to but the mesh lacks: Blender shows a single value there,
and files use whichever map or colors exist."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ...bridge.mesh_arrays import mesh_data
from ..materials.nodes.sockets import MOST_GROUPS
from .finding import Finding, Kind
from .survey import Survey

KINDS = {
    "missing_layer": Kind(
        "warning",
        "material {material} reads {names}, which the mesh does not have",
        "Blender shows one value all over; the file may show another map, or white.",
        "Give the mesh a UV map or an attribute of this name, or choose one that it has in the material.",
        title="missing mesh layers",
    ),
}

_UV_NODES = ("UVMAP", "NORMAL_MAP", "TANGENT")
_MADE_BY_RENDERERS = {"position", "normal", "generated", "uv", "P", "N", "random", "id"}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks what the materials of a mesh read, after its modifiers."""
    if obj.type != "MESH":
        return
    wanted = {slot.material: _read(slot.material.node_tree) for slot in obj.material_slots if slot.material is not None}
    if not any(wanted.values()):
        return
    shown = mesh_data(obj.evaluated_get(survey.context.evaluated_depsgraph_get()))
    known = {*shown.attributes.keys(), *(group.name for group in obj.vertex_groups), *_MADE_BY_RENDERERS}
    for material, names in wanted.items():
        if missing := sorted(names - known):
            yield from survey.found("missing_layer", obj, material=material.name, names=", ".join(missing[:12]))


def _read(tree: bpy.types.NodeTree | None, depth: int = 0) -> set[str]:
    """The names of UV maps and attributes of meshes that nodes in use read."""
    found: set[str] = set()
    for node in tree.nodes if tree is not None and depth <= MOST_GROUPS else ():
        if not any(socket.is_linked for socket in node.outputs) or node.mute:
            continue
        if node.type in _UV_NODES:
            found.add(node.uv_map)
        elif node.type == "VERTEX_COLOR":
            found.add(node.layer_name)
        elif node.type == "ATTRIBUTE" and node.attribute_type == "GEOMETRY":
            found.add(node.attribute_name)
        elif node.type == "GROUP":
            found |= _read(node.node_tree, depth + 1)
    return found - {""}
