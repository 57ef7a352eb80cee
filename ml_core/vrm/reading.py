"""Read the avatar that a glTF document describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import kinds
from .blocks import Blocks, moved, toon
from .first_version import blocks_of_first, toon_of_first
from .json_values import items, number_of, table_of

EXTENSIONS = (
    "VRM",
    "VRMC_vrm",
    "VRMC_springBone",
    kinds.EXTENDED_COLLIDER,
    "VRMC_node_constraint",
    "VRMC_materials_mtoon",
    "VRMC_materials_hdr_emissiveMultiplier",
)


@dataclass
class VrmFile:
    """The avatar data of a file.

    ``version`` is ``0`` or ``1``; ``toons`` are the materials of MToon by their index; ``lost`` names the parts that
    were invalid or cannot be expressed in VRM 1.0.
    """

    version: int
    blocks: Blocks
    toons: dict[int, dict[str, Any]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    @property
    def nodes(self) -> set[int]:
        """Indices of all nodes that have to be bones."""
        found: set[int] = set()

        def note(what: str, index: int, _table: Mapping[str, Any], _where: str) -> int:
            if what == "bone":
                found.add(index)
            return index

        moved(self.blocks, note)
        return found


def read_vrm(document: Mapping[str, Any]) -> VrmFile | None:
    """Return the avatar of a glTF document (JSON as it was read); ``None`` for one that is not a VRM."""
    extensions = table_of(document.get("extensions"))
    if isinstance(extensions.get("VRMC_vrm"), dict):
        version, raw = 1, _blocks_of_second(document, extensions)
        lost: list[str] = []
        toons = {
            number: values
            for number, material in enumerate(items(document.get("materials")))
            if (values := table_of(table_of(material.get("extensions")).get("VRMC_materials_mtoon")))
        }
    elif isinstance(extensions.get("VRM"), dict):
        version = 0
        raw, lost = blocks_of_first(document, extensions["VRM"])
        toons = toon_of_first(document, extensions["VRM"])
    else:
        return None
    bounds = _Bounds(document)
    blocks, dropped = moved(raw, bounds.place)
    found = VrmFile(version, blocks, {}, [*lost, *dropped, *bounds.lost])
    for number, values in toons.items():
        material, dropped = toon(values, bounds.place, f"materials[{number}]")
        found.toons[number] = material
        found.lost += dropped
    found.lost = list(dict.fromkeys(found.lost))
    return found


def _blocks_of_second(document: Mapping[str, Any], extensions: Mapping[str, Any]) -> dict[str, Any]:
    vrm = extensions["VRMC_vrm"]
    springs = table_of(extensions.get("VRMC_springBone"))
    constraints = []
    for number, node in enumerate(items(document.get("nodes"))):
        one = table_of(table_of(node.get("extensions")).get("VRMC_node_constraint"))
        if one:
            constraints.append({"node": number, "constraint": one.get("constraint")})
    raw = {
        "meta": vrm.get("meta"),
        "humanBones": table_of(vrm.get("humanoid")).get("humanBones"),
        "expressions": vrm.get("expressions"),
        "lookAt": vrm.get("lookAt"),
        "meshAnnotations": table_of(vrm.get("firstPerson")).get("meshAnnotations"),
        "colliders": springs.get("colliders"),
        "colliderGroups": springs.get("colliderGroups"),
        "springs": springs.get("springs"),
        "constraints": constraints,
    }
    return {key: value for key, value in raw.items() if value is not None}


class _Bounds:
    """Keeps the indices that point at something in a document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._nodes = items(document.get("nodes"))
        self._meshes = items(document.get("meshes"))
        self._counts = {
            "bone": len(self._nodes),
            "material": len(items(document.get("materials"))),
            "image": len(items(document.get("images"))),
            "texture": len(items(document.get("textures"))),
        }
        self.lost: list[str] = []

    def place(self, what: str, index: int, table: Mapping[str, Any], where: str) -> int | None:
        if what == "mesh node":
            fits = index < len(self._nodes) and number_of(self._nodes[index].get("mesh")) is not None
        elif what == "morph target":
            fits = index < self._targets(table.get("node"))
        else:
            fits = index < self._counts[what]
        if not fits:
            self.lost.append(where)
        return index if fits else None

    def _targets(self, node: Any) -> int:
        mesh = self._nodes[node].get("mesh") if isinstance(node, int) and 0 <= node < len(self._nodes) else None
        if not isinstance(mesh, int) or not 0 <= mesh < len(self._meshes):
            return 0
        primitives = items(self._meshes[mesh].get("primitives"))
        return max((len(items(primitive.get("targets"))) for primitive in primitives), default=0)
