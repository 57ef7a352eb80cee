"""The materials of one target: the artist's nodes if the format keeps them, else constants and packed textures."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import bpy

from ...avatar.own_data import OWNER_KEY
from ...bridge.jobs.steps import InThread
from ...bridge.state.preserved_scene import claim_name
from ..delivery.provenance import rights
from ..formats.privacy import copy_properties
from ..names.engine import EngineNames
from ..options import ExportOptions
from ..targets.profile import Profile
from .engine import engine_material
from .families import GLTF, is_simple
from .gltf import PictureShelf, kept_material
from .reading import KnownMaterials, MaterialFacts, as_dict
from .textures import with_means, write_textures


class MaterialWriter:
    """Builds each material once, with its textures in ``folder``; ``written`` has the facts of each by its name."""

    def __init__(
        self, profile: Profile, options: ExportOptions, names: EngineNames, known: KnownMaterials, folder: Path
    ) -> None:
        self._profile = profile
        self._options = options
        self._names = names
        self._folder = folder
        self._known = known
        self._made: dict[str, bpy.types.Material] = {}
        budget = options.texture_budget or profile.target.limits.texture
        self._budget = min(2 ** int(math.log2(budget)), profile.target.limits.texture)
        self._is_webp = profile.image_formats and options.image_format == "WEBP"
        self._shelf = PictureShelf(folder, self._budget, rights(options), self._is_webp)
        self.written: dict[str, Any] = {}

    def material(
        self, material: bpy.types.Material | None, is_open: bool, note: dict[str, str]
    ) -> Generator[InThread, Any, bpy.types.Material]:
        """The target's copy of a material; its pictures are written in another thread.

        Args:
            is_open: whether a mesh with it shows backs of faces. note: provenance and rights.
        """
        uid = material.session_uid if material else 0
        name = self._names.engine[uid]
        facts = self.facts(material)
        is_double_sided = is_open and not facts.culls_backfaces
        if name not in self._made:
            self._made[name] = yield from self._make(name, material, facts, is_double_sided, note)
        elif is_double_sided:
            self._made[name].use_backface_culling = False
            self.written[name]["double_sided"] = True
        return self._made[name]

    def facts(self, material: bpy.types.Material | None) -> MaterialFacts:
        """The facts of a material."""
        return self._known.facts(material)

    def _make(
        self,
        name: str,
        material: bpy.types.Material | None,
        facts: MaterialFacts,
        is_double_sided: bool,
        note: dict[str, str],
    ) -> Generator[InThread, Any, bpy.types.Material]:
        keeps_nodes = self._profile.format.family == GLTF and material is not None and not is_simple(facts)
        if keeps_nodes:
            files: dict[str, str] = {}
            made = yield from kept_material(material, name, facts, self._shelf, is_double_sided)
        else:
            if not any(image.get(OWNER_KEY) for image in facts.images.values()):
                note = rights(self._options)  # the artist's own pictures on an avatar whose skin is generated
            stem = name.removeprefix("M_")
            files = yield from write_textures(
                facts, stem, self._folder, self._profile, self._budget, note, self._is_webp
            )
            constants = facts if self._profile.format.value_maps else with_means(facts)
            made = engine_material(name, constants, files, self._folder, is_double_sided)
            claim_name(made, "materials", name)
        if self._options.custom_properties and material is not None:
            copy_properties(material, made, self._profile.format)
        about = as_dict(facts, files)
        about["double_sided"] = is_double_sided
        if keeps_nodes:  # the model alone says which picture is where
            about["keeps_nodes"] = True
            about["normal_map"] = "normal" in facts.images
        self.written[name] = about
        return made

    def has_normal_maps(self, names: Iterable[str]) -> bool:
        """Whether one of the materials of these names has one."""
        facts = [self.written[name] for name in names]
        return any("N" in item["textures"] or item.get("normal_map") for item in facts)

    def close(self) -> None:
        """Removes the materials."""
        bpy.data.batch_remove(list(self._made.values()))
