"""Merges nodes of a GLB that repeat one mesh into one node with instances (EXT_mesh_gpu_instancing).

Blender's exporter has an option for it, which does not renumber animated nodes and handles only children of an empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .glb import add_view, read_json, use_extensions, write_json

INSTANCING = "EXT_mesh_gpu_instancing"
_PLACE = {"TRANSLATION": ("translation", (0.0, 0.0, 0.0)), "ROTATION": ("rotation", (0.0, 0.0, 0.0, 1.0))}
_PLACE["SCALE"] = ("scale", (1.0, 1.0, 1.0))
_PLAIN = {"mesh", "name", "translation", "rotation", "scale"}


def share_instances(path: Path) -> None:
    """Rewrites a GLB file in place. Nodes that are animated, have children, properties or shape key values, or are
    alone, stay separate."""
    document = read_json(path)
    added, gone = b"", set()
    for group in _groups(document):
        first, *others = (document["nodes"][number] for number in group)
        attributes = {}
        for name, (key, default) in _PLACE.items():
            values = np.array([item.get(key, default) for item in (first, *others)], np.float32)
            added += add_view(document, values.tobytes())
            kind = "VEC4" if name == "ROTATION" else "VEC3"
            accessor = {"componentType": 5126, "count": len(values), "type": kind}
            document["accessors"].append({"bufferView": len(document["bufferViews"]) - 1, **accessor})
            attributes[name] = len(document["accessors"]) - 1
            first.pop(key, None)
        first["extensions"] = {INSTANCING: {"attributes": attributes}}
        gone.update(group[1:])
    if gone:
        _remove_nodes(document, gone)
        use_extensions(document, INSTANCING)
        document["extensionsRequired"] = sorted({*document.get("extensionsRequired", []), INSTANCING})
        write_json(path, document, added)


def single_nodes(path: Path) -> set[str]:
    """Names of the nodes of a GLB file with a single placement."""
    nodes = read_json(path).get("nodes", [])
    return {node.get("name", "") for node in nodes if INSTANCING not in node.get("extensions", {})}


def _groups(document: dict[str, Any]) -> Iterator[list[int]]:
    """Groups of the indices of nodes that repeat a mesh below one parent, two or more each."""
    nodes = document.get("nodes", [])
    moved = {channel["target"].get("node") for clip in document.get("animations", []) for channel in clip["channels"]}
    parents = {child: number for number, node in enumerate(nodes) for child in node.get("children", [])}
    found: dict[tuple[int, int], list[int]] = {}
    for number, node in enumerate(nodes):
        if "mesh" in node and number not in moved and node.keys() <= _PLAIN:
            found.setdefault((parents.get(number, -1), node["mesh"]), []).append(number)
    yield from (group for group in found.values() if len(group) > 1)


def _remove_nodes(document: dict[str, Any], gone: set[int]) -> None:
    """Removes nodes and renumbers all references to the others."""
    kept = [number for number in range(len(document["nodes"])) if number not in gone]
    numbers = {old: new for new, old in enumerate(kept)}

    def left(rows: list[int]) -> list[int]:
        return [numbers[row] for row in rows if row in numbers]

    document["nodes"] = [document["nodes"][number] for number in kept]
    for node in document["nodes"]:
        if "children" in node:
            node["children"] = left(node["children"])
    for scene in document.get("scenes", []):
        scene["nodes"] = left(scene.get("nodes", []))
    for skin in document.get("skins", []):
        skin["joints"] = left(skin["joints"])
        if "skeleton" in skin:
            skin["skeleton"] = numbers[skin["skeleton"]]
    for clip in document.get("animations", []):
        for channel in clip["channels"]:
            if "node" in channel["target"]:
                channel["target"]["node"] = numbers[channel["target"]["node"]]
