"""The engine name of every data-block of an export, fixed before anything is renamed."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from .materials import read_material
from .naming import Namer
from .static_assets import StaticAsset, skinned_meshes


@dataclass(frozen=True)
class EngineNames:
    """Names by the session_uid of armatures, skinned meshes and materials (0 stands for no material)."""

    engine: dict[int, str]
    source: dict[int, str]

    @classmethod
    def of(cls, armatures: list[bpy.types.Object], assets: list[StaticAsset], namer: Namer) -> EngineNames:
        """Names for all that an export touches; equal on every target."""
        engine: dict[int, str] = {}
        source: dict[int, str] = {}
        materials: list[bpy.types.Material | None] = [one for asset in assets for one in asset.materials]
        for armature in armatures:
            meshes = skinned_meshes(armature)
            for obj in (armature, *meshes):
                engine[obj.session_uid] = namer.name(obj.name, "SK_")
                source[obj.session_uid] = obj.name
            materials += [slot.material for mesh in meshes for slot in mesh.material_slots]
        for material in [*materials, None]:
            uid = material.session_uid if material else 0
            if uid not in engine:
                engine[uid] = namer.name(read_material(material).name, "M_")
        return cls(engine, source)
