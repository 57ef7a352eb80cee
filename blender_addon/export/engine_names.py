"""The engine name of every data-block of an export, fixed before anything is renamed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import bpy

from .materials import MaterialFacts, read_material
from .naming import Namer
from .static_assets import StaticAsset, skinned_meshes


@dataclass(frozen=True)
class EngineNames:
    """Names by the session_uid of armatures, skinned meshes and materials (0 stands for no material).

    Materials that look the same share one.
    """

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
        by_content: dict[Any, str] = {}
        for material in [*materials, None]:
            uid = material.session_uid if material else 0
            if uid not in engine:
                facts = read_material(material)
                content = _content(facts)
                if content not in by_content:
                    by_content[content] = namer.name(facts.name, "M_")
                engine[uid] = by_content[content]
        return cls(engine, source)


def _content(facts: MaterialFacts) -> Any:
    """Equal for materials that look the same: importers make one of each for every file."""
    images = tuple((channel, _image_content(image)) for channel, image in sorted(facts.images.items()))
    constants = (facts.base_color, facts.alpha, facts.roughness, facts.metallic, facts.emission)
    return images, constants, tuple(sorted(facts.channels.items()))


def _image_content(image: bpy.types.Image) -> Any:
    if image.packed_file is not None and not image.is_dirty:
        return hashlib.sha256(image.packed_file.data).hexdigest(), image.colorspace_settings.name
    return image.session_uid
