"""Maps the indices of VRM data to the current bones, meshes, shape keys and materials."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

from .stored import MeshNode, VrmData, marks


class Found:
    """Finds what VRM data refer to, among the parts of one avatar."""

    def __init__(self, data: VrmData, armature: bpy.types.Object, parts: Iterable[bpy.types.Object]) -> None:
        self._data = data
        self._armature = armature
        self._parts = [part for part in parts if part.type == "MESH"]
        self._bones: dict[str, list[str]] = {}
        if data.uid:
            for bone in armature.data.bones:
                if mark := marks(bone):
                    self._bones.setdefault(mark, []).append(bone.name)

    def bone(self, index: int) -> str | None:
        """The bone of a node: the marked one, else the one with the node's name."""
        name = self._data.bones.get(index, "")
        marked = self._bones.get(self._data.mark(index), [])
        if marked:
            return name if name in marked else marked[0]
        known = self._armature.data.bones.get(name)
        return name if known is not None and not (self._data.uid and marks(known)) else None

    def meshes(self, index: int) -> list[bpy.types.Object]:
        """The objects of a mesh; several when it was separated."""
        mark, name = self._data.mark(index), self._data.meshes.get(index, MeshNode("")).name
        marked = [part for part in self._parts if self._data.uid and marks(part) == mark]
        return marked or [part for part in self._parts if part.name == name and not (self._data.uid and marks(part))]

    def keys(self, index: int, target: int) -> list[tuple[bpy.types.Object, str]]:
        """The shape keys of a mesh's morph target: by name, else the renamed one at its index; if the mesh was joined
        into another, the key of that name there."""
        names = self._data.meshes.get(index, MeshNode("")).keys
        if target >= len(names):
            return []
        wanted = names[target]
        found = []
        for obj in self.meshes(index):
            now = _key_names(obj)
            if wanted in now:
                found.append((obj, wanted))
            elif self._data.uid and len(now) == len(names) and now[target] not in names:
                found.append((obj, now[target]))
        if found or self.meshes(index):
            return found
        return [(obj, wanted) for obj in self._parts if wanted in _key_names(obj)]

    def is_material(self, index: int, material: bpy.types.Material | None) -> bool:
        """Whether ``material`` is the one of ``index``."""
        if material is None:
            return False
        mark = marks(material) if self._data.uid else ""
        return mark == self._data.mark(index) if mark else material.name == self._data.materials.get(index)

    @property
    def human_bones(self) -> dict[str, str]:
        """``{VRM 1.0 joint: bone}`` of those that are still there."""
        blocks = self._data.blocks.get("humanBones", {})
        named = {joint: self.bone(block["node"]) for joint, block in blocks.items()}
        return {joint: name for joint, name in named.items() if name is not None}


def _key_names(obj: bpy.types.Object) -> list[str]:
    keys = obj.data.shape_keys
    return [block.name for block in keys.key_blocks[1:]] if keys is not None else []
