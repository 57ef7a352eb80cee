"""Writes an avatar's original VRM data into its exported file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import bpy
from mathutils import Vector

from ml_core.vrm.blocks import Blocks, moved
from ml_core.vrm.kinds import EXTENDED_COLLIDER

from ...bridge.vrm.places import with_places
from ...bridge.vrm.resolving import Resolved
from ...bridge.vrm.toons import toon_of
from ..assets.avatars.avatar import StagedAvatar
from .glb import use_extensions
from .vrm_textures import ToonTextures, add_image

_TOON, _SPRING, _CONSTRAINT = "VRMC_materials_mtoon", "VRMC_springBone", "VRMC_node_constraint"
_UNLIT = "KHR_materials_unlit"


@dataclass
class KeptAvatar:
    """The original VRM data that an exported avatar keeps.

    ``mesh_names`` gives the node of each object by its session_uid, ``materials`` the names in the file of each
    material of the scene by its session_uid.
    """

    source: Resolved
    staged: StagedAvatar
    mesh_names: Mapping[int, str]
    materials: Mapping[int, set[str]]
    lost: list[str] = field(default_factory=list)

    def write(self, document: dict[str, Any]) -> tuple[Blocks, bytes]:
        """Puts springs, constraints and MToon into a document.

        Returns:
            the blocks with the document's indices, the remaining ones of which the caller writes, and bytes for its
            binary chunk.
        """
        self.lost = [*self.source.data.lost, *self.source.lost]
        nodes = _Nodes(document)
        blocks = self._rebound(self._placed(), document, nodes)

        def move(what: str, index: int, _table: Mapping[str, Any], where: str) -> int | None:
            if what != "bone":
                return index
            node = nodes.bones.get(self.staged.bone_names.get(self.source.bones[index], ""))
            if node is None:
                self.lost.append(f"{where.removesuffix('.node')}: {self.source.bones[index]}")
            return node

        blocks, _ = moved(blocks, move)
        _write_springs(document, blocks)
        for item in blocks.get("constraints", []):
            extension = {"specVersion": "1.0", "constraint": item["constraint"]}
            document["nodes"][item["node"]].setdefault("extensions", {})[_CONSTRAINT] = extension
            use_extensions(document, _CONSTRAINT)
        added = self._write_thumbnail(document, blocks) + self._write_toons(document)
        self.lost = list(dict.fromkeys(self.lost))
        return blocks, added

    def facts(self, blocks: Blocks) -> dict[str, Any]:
        """Counts of what was kept, and names of what was lost."""
        expressions = blocks.get("expressions", {})
        return {
            "from": f"VRM {self.source.data.version}",
            "human_bones": len(blocks.get("humanBones", {})),
            "expressions": sum(len(group) for group in expressions.values()),
            "springs": len(blocks.get("springs", [])),
            "colliders": len(blocks.get("colliders", [])),
            "constraints": len(blocks.get("constraints", [])),
            "mtoon": sum(toon_of(material) is not None for material in self.source.materials),
            "authors": blocks.get("meta", {}).get("authors", []),
            "lost": self.lost,
        }

    def _placed(self) -> Blocks:
        sizes = [self.staged.bone_sizes.get(name, 1.0) for name in self.source.bones]
        moves = {
            number: (lambda place, size=size: [item * size for item in place]) for number, size in enumerate(sizes)
        }
        turn = self.staged.home.to_3x3().normalized()

        def way(direction: Any) -> list[float]:
            turned = turn @ Vector(direction)
            return [turned.x, turned.z, -turned.y]

        return with_places(self.source.blocks, moves, way, lambda bone: sizes[bone])[0]

    def _rebound(self, blocks: Blocks, document: dict[str, Any], nodes: _Nodes) -> Blocks:
        """Meshes, morph targets and materials by the document's indices."""
        names = [self.mesh_names.get(mesh.session_uid, "") for mesh in self.source.meshes]
        for group in blocks.get("expressions", {}).values():
            for label, expression in group.items():
                binds = []
                for bind in expression.get("morphTargetBinds", []):
                    node = nodes.meshes.get(names[bind["node"]])
                    key = self.source.keys[bind["index"]]
                    targets = _target_names(document, node)
                    if key in targets:
                        binds.append({"node": node, "index": targets.index(key), "weight": bind["weight"]})
                    else:
                        self.lost.append(f"expressions.{label}: {self.source.meshes[bind['node']].name}, {key}")
                if "morphTargetBinds" in expression:
                    expression["morphTargetBinds"] = binds
                for kind in ("materialColorBinds", "textureTransformBinds"):
                    for bind in expression.get(kind, []):
                        material = self.source.materials[bind["material"]]
                        if not self._places(document, material):
                            self.lost.append(f"expressions.{label}: {material.name}")
                    if kind in expression:
                        expression[kind] = [
                            {**bind, "material": place}
                            for bind in expression[kind]
                            for place in self._places(document, self.source.materials[bind["material"]])
                        ]
        if "meshAnnotations" in blocks:
            said = {
                nodes.meshes[names[block["node"]]]: block["type"]
                for block in blocks["meshAnnotations"]
                if names[block["node"]] in nodes.meshes
            }
            # A mesh that was added since shows itself as VRM's default has it.
            blocks["meshAnnotations"] = [
                {"node": node, "type": said.get(node, "auto")} for node in nodes.meshes.values()
            ]
        return blocks

    def _places(self, document: dict[str, Any], material: bpy.types.Material) -> list[int]:
        names = self.materials.get(material.session_uid, set())
        return [number for number, item in enumerate(document.get("materials", [])) if item.get("name") in names]

    def _write_thumbnail(self, document: dict[str, Any], blocks: Blocks) -> bytes:
        if "thumbnailImage" not in blocks.get("meta", {}):
            return b""
        blocks["meta"]["thumbnailImage"], added = add_image(document, self.source.data.thumbnail)
        return added

    def _write_toons(self, document: dict[str, Any]) -> bytes:
        textures = ToonTextures(document)
        for material in self.source.materials:
            found = toon_of(material)
            if found is not None and not self._places(document, material):
                self.lost.append(f"materials[{material.name}]: MToon")
            for place in self._places(document, material) if found is not None else []:
                values, missing = textures.placed(document["materials"][place], *found)
                self.lost += [f"materials[{material.name}].{key}" for key in missing]
                extensions = document["materials"][place].setdefault("extensions", {})
                extensions[_TOON] = {"specVersion": "1.0", **values}
                extensions.setdefault(_UNLIT, {})  # what the specification wants readers without MToon to show
                use_extensions(document, _TOON, _UNLIT)
        return textures.added


class _Nodes:
    """Indices of nodes by name: joints and meshes separately, since they may share a name."""

    def __init__(self, document: dict[str, Any]) -> None:
        nodes = document["nodes"]
        joints = {joint for skin in document.get("skins", []) for joint in skin["joints"]}
        self.bones = {nodes[number].get("name"): number for number in sorted(joints)}
        self.meshes = {node.get("name"): number for number, node in enumerate(nodes) if "mesh" in node}


def _target_names(document: dict[str, Any], node: int | None) -> list[str]:
    if node is None:
        return []
    return document["meshes"][document["nodes"][node]["mesh"]].get("extras", {}).get("targetNames", [])


def _write_springs(document: dict[str, Any], blocks: Blocks) -> None:
    """Writes the extension; a virtual chain end becomes a node after its last bone."""
    parts = {key: blocks[key] for key in ("colliders", "colliderGroups", "springs") if blocks.get(key)}
    if not parts:
        return
    for spring in parts.get("springs", []):
        for joint in spring["joints"]:
            place = joint.pop("tail", None)
            if place is not None:
                nodes = document["nodes"]
                nodes.append({"name": f"{nodes[joint['node']].get('name', 'bone')}_tail", "translation": place})
                nodes[joint["node"]].setdefault("children", []).append(len(nodes) - 1)
                joint["node"] = len(nodes) - 1
    document.setdefault("extensions", {})[_SPRING] = {"specVersion": "1.0", **parts}
    use_extensions(document, _SPRING)
    if any(EXTENDED_COLLIDER in item.get("extensions", {}) for item in parts.get("colliders", [])):
        use_extensions(document, EXTENDED_COLLIDER)
