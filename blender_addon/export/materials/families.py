"""What two families of targets can read of a material: glTF with extensions, and engines' plain texture slots."""

from __future__ import annotations

import bpy

from ..targets.model_format import MaterialFamily
from .nodes.sockets import Chain
from .reading import OF_GLTF_GROUP, SOCKETS, MaterialFacts, read_material

GLTF: MaterialFamily = "gltf"
PLAIN: MaterialFamily = "plain"

_TOGETHER = (("base_color", "alpha"), ("roughness", "metallic"))
"""Channels that glTF keeps in one image."""


def channels_to_bake(
    material: bpy.types.Material | None, family: MaterialFamily = PLAIN, facts: MaterialFacts | None = None
) -> list[str]:
    """Channels of a material that only baking can export for a family, in the order of :data:`SOCKETS`.

    Args:
        facts: those of the material, if it was read already.
    """
    if material is None:
        return []
    facts = facts or read_material(material)
    if family == GLTF and facts.is_unlit and not facts.problems:
        return []
    wanted = set(facts.problems) & SOCKETS.keys()
    wanted |= _plain_problems(facts) if family == PLAIN else _gltf_problems(facts)
    return [channel for channel in SOCKETS if channel in wanted]


def _plain_problems(facts: MaterialFacts) -> set[str]:
    found = {name for name, chain in facts.chains.items() if chain.attribute is not None}
    found |= {name for name, image in facts.images.items() if image.source == "TILED"}
    placed = {name: chain.mapping for name, chain in facts.chains.items() if chain.image is not None}
    if len(set(placed.values())) > 1:  # engines have one UV map and one tiling for all
        found |= placed.keys()
    found |= {name for name, mapping in placed.items() if mapping is not None and mapping.is_wrapped}
    return found & SOCKETS.keys()


def _gltf_problems(facts: MaterialFacts) -> set[str]:
    found = {name for name, image in facts.images.items() if image.source == "TILED"} & SOCKETS.keys()
    for pair in _TOGETHER:
        chains: list[Chain] = [facts.chains[name] for name in pair if name in facts.images and name in facts.chains]
        if len(chains) == 2 and chains[0].mapping != chains[1].mapping:
            found |= set(pair)
    normal = facts.chains.get("normal")
    if normal is not None and normal.channel is not None:
        found.add("normal")
    return found


def edge_channels(
    material: bpy.types.Material | None, family: MaterialFamily, facts: MaterialFacts | None = None
) -> list[str]:
    """Channels whose pictures are clipped, mirrored or extended beyond their edges in a way that a family cannot
    express; it matters on meshes whose UVs reach there.

    Args:
        facts: those of the material, if it was read already.
    """
    if material is None:
        return []
    facts = facts or read_material(material)
    if family == GLTF and facts.is_unlit and not facts.problems:
        return []
    unknown = ("CLIP",) if family == GLTF else ("CLIP", "EXTEND", "MIRROR")
    wanted = {
        name
        for name, chain in facts.chains.items()
        if chain.image is not None and not chain.problem and chain.extension in unknown
    }
    if family == GLTF:  # which keeps these in one picture
        wanted |= {name for pair in _TOGETHER if wanted & set(pair) for name in pair if name in facts.images}
    return [channel for channel in SOCKETS if channel in wanted]


def is_simple(facts: MaterialFacts) -> bool:
    """Whether the packed textures of an engine represent the material completely."""
    chains = facts.chains.values()
    return not (
        {"Volume", *OF_GLTF_GROUP} & facts.extras.keys()
        or any(chain.factor is None or chain.image is not None or chain.problem for chain in facts.extras.values())
        or facts.mappings
        or facts.is_unlit
        or facts.is_transparent
        or facts.missing
        or "emission" in facts.images
        or max(facts.emission) > 1
        or facts.normal_strength != 1
        or facts.occlusion_strength != 1
        or any(chain.attribute is not None or chain.problem for chain in chains)
        or len({chain.mapping.layer for chain in chains if chain.mapping is not None}) > 1
        or any(image.source == "TILED" for image in facts.images.values())
        or any(chain.extension != "REPEAT" for chain in chains)
        or any(chain.interpolation == "Closest" for chain in chains)
    )
