"""The engine name of every data-block of an export, fixed before anything is renamed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import bpy

from ...bridge.vrm.stored import marks
from ..assets.avatars.parts import Avatar
from ..assets.static import StaticAsset
from ..materials.families import is_simple
from ..materials.reading import VARIANT_KEY, KnownMaterials, MaterialFacts
from .assets import Namer


@dataclass(frozen=True)
class EngineNames:
    """Names by the session_uid of armatures, skinned meshes and materials (0 stands for no material).

    Materials of one base name that look the same share a name, except within one mesh: importers create duplicates for
    every file, which Blender numbers.
    """

    engine: dict[int, str]
    source: dict[int, str]

    @classmethod
    def of(
        cls, avatars: list[Avatar], assets: list[StaticAsset], namer: Namer, known_materials: KnownMaterials
    ) -> EngineNames:
        """Names for everything in an export; the same for every target."""
        engine: dict[int, str] = {}
        source: dict[int, str] = {}
        slots: list[list[bpy.types.Material | None]] = [
            family for asset in assets for family in asset.families.values()
        ]
        for avatar in avatars:
            for obj in (avatar.armature, *(part.obj for part in avatar.parts)):
                engine[obj.session_uid] = namer.name(obj.name, "SK_")
                source[obj.session_uid] = obj.name
            slots += [family for part in avatar.parts for family in part.families.values()]
        by_content: dict[Any, list[str]] = {}
        for material, beside in [*((item, row) for row in slots for item in row), (None, [])]:
            uid = material.session_uid if material else 0
            if uid not in engine:
                facts = known_materials.facts(material)
                variant = material.get(VARIANT_KEY) if material else None
                # Expressions and MToon of a VRM mean one material and not another that looks the same.
                mark = marks(material) if material else ""
                content = variant or ((_stem(facts.name), _content(facts), mark) if is_simple(facts) else uid)
                known = by_content.setdefault(content, [])
                taken = {engine.get(item.session_uid if item else 0) for item in beside}
                free = next((item for item in known if item not in taken), None)
                if free is None:
                    free = namer.name(facts.name, "M_")
                    known.append(free)
                engine[uid] = free
        return cls(engine, source)


def _stem(name: str) -> str:
    return re.sub(r"\.\d+$", "", name)


def _content(facts: MaterialFacts) -> Any:
    """A key that is equal for materials that look the same."""
    images = tuple((channel, _image_content(image)) for channel, image in sorted(facts.images.items()))
    constants = (facts.base_color, facts.alpha, facts.roughness, facts.metallic, facts.emission, facts.culls_backfaces)
    extras = tuple((name, chain.factor) for name, chain in sorted(facts.extras.items()))
    return images, constants, extras, tuple(sorted(facts.channels.items()))


def _image_content(image: bpy.types.Image) -> Any:
    if image.packed_file is not None and not image.is_dirty:
        return hashlib.sha256(image.packed_file.data).hexdigest(), image.colorspace_settings.name
    return image.session_uid
