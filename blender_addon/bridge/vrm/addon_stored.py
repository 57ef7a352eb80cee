"""What the VRM add-on for Blender has stored on data-blocks, and the bones, meshes and materials that it refers to.

Its values are read as stored, so that they are available without the add-on. Only values that differ from the defaults
are stored; enumerations are stored as numbers.
"""

from __future__ import annotations

import re
from typing import Any

import bpy

from ml_core.vrm.json_values import table_of, text_of

from .stored import MeshNode, VrmData

_KEY = "vrm_addon_extension"


def addon_values(block: bpy.types.ID | bpy.types.Bone) -> dict[str, Any]:
    """The add-on's stored values on a data-block; empty if there are none. Blender 5 keeps them apart from custom
    properties."""
    group: Any = block.get(_KEY)
    if group is None and hasattr(block, "bl_system_properties_get"):
        system = block.bl_system_properties_get()
        group = system.get(_KEY) if system is not None else None
    return table_of(group.to_dict()) if hasattr(group, "to_dict") else {}


def word(words: tuple[str, ...], number: object) -> str:
    """The enumeration item of a stored number; the first, which is the default, for anything else."""
    return words[number] if isinstance(number, int) and 0 <= number < len(words) else words[0]


def snake(name: str) -> str:
    """The add-on's property name for a name of the format."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


class AddonIndices:
    """Assigns indices to the bones, meshes and materials of one avatar on first use, and lists them in ``data``.

    Args:
        first_mesh: the index of the first mesh, if bones and meshes share one list.
    """

    def __init__(self, armature: bpy.types.Object, first_mesh: int = 0) -> None:
        self._bones = {bone.name: number for number, bone in enumerate(armature.data.bones)}
        self._by_uuid = {
            uuid: bone.name for bone in armature.data.bones if (uuid := text_of(addon_values(bone).get("uuid")))
        }
        self._first_mesh = first_mesh
        self.data = VrmData("", 1, {}, bones={number: name for name, number in self._bones.items()})

    def bone(self, node: object) -> int | None:
        """The index of the bone of a stored reference."""
        reference = table_of(node)
        return self.named_bone(self._by_uuid.get(text_of(reference.get("bone_uuid"))) or reference.get("bone_name"))

    def named_bone(self, name: object) -> int | None:
        return self._bones.get(text_of(name))

    def mesh(self, node: object) -> int:
        """The index of the mesh object of a stored reference."""
        reference = table_of(node)
        obj = reference.get("bpy_object")
        name = obj.name if isinstance(obj, bpy.types.Object) else text_of(reference.get("mesh_object_name"))
        for number, mesh in self.data.meshes.items():
            if mesh.name == name:
                return number
        number = self._first_mesh + len(self.data.meshes)
        self.data.meshes[number] = MeshNode(name)
        return number

    def shape_key(self, mesh: int, key: str) -> int:
        """The index of a shape key among the referenced ones of a mesh."""
        known = self.data.meshes[mesh]
        if key not in known.keys:
            known = self.data.meshes[mesh] = MeshNode(known.name, (*known.keys, key))
        return known.keys.index(key)

    def material(self, material: object) -> int:
        name = material.name if isinstance(material, bpy.types.Material) else ""
        for number, known in self.data.materials.items():
            if known == name:
                return number
        self.data.materials[len(self.data.materials)] = name
        return len(self.data.materials) - 1
