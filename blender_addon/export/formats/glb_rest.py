"""Sets the transforms of animated nodes of a GLB while nothing plays.

Outside of all clips Blender's animation resets properties to their defaults, and its exporter writes those: nodes at
the origin, shape keys at zero. What the copies had before they got their clips is written into the file instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import bpy
from mathutils import Matrix, Quaternion

from .glb import read_json, write_json

REST_KEY = "atelier_rest"
_TO_VIEW = Quaternion((0.5**0.5, -(0.5**0.5), 0, 0))
"""glTF's cameras and lights look along -Z of a space whose Y is up; Blender's exporter turns them so."""


@dataclass
class Rest:
    """Local matrices of animated nodes (roots, Z up, with whether they point along an axis, as cameras and lights do)
    and values of shape keys, both by name."""

    nodes: dict[str, tuple[Matrix, bool]]
    weights: dict[str, list[float]]

    @classmethod
    def of(cls, objects: Iterable[bpy.types.Object]) -> Rest:
        """Reads from the copies, whose clips are on their NLA already, what :func:`remember_rest` stored."""
        nodes, weights = {}, {}
        for obj in objects:
            if REST_KEY in obj:
                values = list(obj[REST_KEY])
                matrix = Matrix([values[row * 4 : row * 4 + 4] for row in range(4)])
                nodes[obj.name] = matrix, obj.type in ("CAMERA", "LIGHT")
                del obj[REST_KEY]
            keys = obj.data.shape_keys if obj.type == "MESH" else None
            if keys is not None and REST_KEY in keys:
                weights[obj.data.name] = list(keys[REST_KEY])
        return cls(nodes, weights)

    def write(self, path: Path) -> None:
        """Writes them into a GLB, in place."""
        document = read_json(path)
        for node in document.get("nodes", []):
            if node.get("name") in self.nodes:
                matrix, looks = self.nodes[node["name"]]
                node.update(_trs(matrix, looks))
                node.get("extras", {}).pop(REST_KEY, None)
        for mesh in document.get("meshes", []):
            known = self.weights.get(mesh.get("name", ""))
            if known is not None and len(known) == len(mesh.get("weights", known)):
                mesh["weights"] = known
        write_json(path, document)


def remember_rest(obj: bpy.types.Object) -> None:
    """Stores the transform of a copy, before it gets clips."""
    obj[REST_KEY] = [value for row in obj.matrix_basis for value in row]


def remember_values(keys: bpy.types.Key) -> None:
    """Stores the values of shape keys, before they get clips."""
    keys[REST_KEY] = [block.value for block in keys.key_blocks[1:]]


def _trs(matrix: Matrix, looks: bool) -> dict[str, list[float]]:
    """Translation, rotation and scale in glTF's axes."""
    place, turn, size = matrix.decompose()
    turn = Quaternion((turn.w, turn.x, turn.z, -turn.y))
    if looks:
        turn = turn @ _TO_VIEW
    return {
        "translation": [place.x, place.z, -place.y],
        "rotation": [turn.x, turn.y, turn.z, turn.w],
        "scale": [size.x, size.z, size.y],
    }
