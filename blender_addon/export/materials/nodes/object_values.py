"""Object values that a material reads: two objects with one mesh may look different because of them."""

from __future__ import annotations

from typing import Any

import bpy

from .sockets import MOST_GROUPS

Wanted = frozenset[str]
_BY_OUTPUT = {"Color": "color", "Alpha": "color", "Object Index": "index", "Random": "random", "Location": "place"}


def wanted_values(material: bpy.types.Material | None) -> Wanted:
    """Names of the object values that the nodes of a material read; ``:name`` denotes an object property."""
    if material is None or material.node_tree is None or not material.use_nodes:
        return frozenset()
    return frozenset(_wanted(material.node_tree))


def _wanted(tree: bpy.types.NodeTree, depth: int = 0) -> set[str]:
    found: set[str] = set()
    for node in tree.nodes:
        linked = [socket.name for socket in node.outputs if socket.is_linked]
        if not linked:
            continue
        if node.type == "OBJECT_INFO":
            found |= {_BY_OUTPUT[name] for name in linked if name in _BY_OUTPUT}
        elif node.type == "ATTRIBUTE" and node.attribute_type == "OBJECT":
            found.add(f":{node.attribute_name}")
        elif (node.type == "NEW_GEOMETRY" and "Position" in linked) or (
            node.type == "TEX_COORD" and node.object is not None and "Object" in linked
        ):
            found.add("place")
        elif node.type == "GROUP" and node.node_tree is not None and depth < MOST_GROUPS:
            found |= _wanted(node.node_tree, depth + 1)
    return found


def object_values(obj: bpy.types.Object, wanted: Wanted) -> tuple[Any, ...]:
    """The values of an object that a material reads; equal where the material looks the same."""
    return tuple(_value(obj, name) for name in sorted(wanted))


def _value(obj: bpy.types.Object, name: str) -> Any:
    if name == "color":
        return tuple(obj.color)
    if name == "index":
        return obj.pass_index
    if name == "random":
        return obj.session_uid
    if name == "place":
        return tuple(round(value, 5) for row in obj.matrix_world for value in row)
    key = name[1:]
    value = obj.get(key)
    if value is None:
        value = getattr(obj, key, None)
    return tuple(value) if hasattr(value, "__len__") and not isinstance(value, str) else value


def take_values(puppet: bpy.types.Object, source: bpy.types.Object) -> None:
    """Gives an object of ours the values that materials may read from the artist's, except its name."""
    puppet.color, puppet.pass_index = source.color, source.pass_index
    for key in source.keys():  # noqa: SIM118 - of an ID
        value = source[key]
        if isinstance(value, (bool, int, float)) or hasattr(value, "to_list"):
            puppet[key] = value
