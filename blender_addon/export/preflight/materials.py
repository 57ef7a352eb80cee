"""Findings on materials and their images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ...bridge.image_arrays import image_size
from ...bridge.mesh_arrays import face_materials, mesh_data
from ..formats.gltf import writes_extension
from ..materials.families import GLTF, PLAIN, channels_to_bake, edge_channels
from ..materials.laying import goes_beyond
from ..materials.nodes.simplifying import shaders_of
from ..materials.nodes.sockets import Chain, image_nodes
from ..materials.reading import NOT_IN_GLTF, MaterialFacts, power_of_two, read_material
from ..targets.model_format import MaterialFamily
from ..targets.profiles import profile
from .finding import ALWAYS, Finding, Kind
from .survey import Survey

KINDS = {
    "missing_image": Kind(
        "error",
        "image {image} is missing",
        "Its texture would be black or pink.",
        "Choose File, External Data, Find Missing Files.",
        title="missing images",
    ),
    "color_as_number": Kind(
        "warning",
        "image {image} is in the color space {space}, and material {material} takes numbers from it: {channels}",
        "Blender decodes colors before it reads them as numbers; engines take what the image stores.",
        "Set the Color Space of the image to Non-Color, unless it is a color elsewhere.",
        title="colors read as numbers",
    ),
    "absolute_path": Kind(
        "info",
        "image {image} has an absolute path",
        "It is lost when the project moves to another folder or another machine.",
        "Make the path relative to the blend file.",
        repair="relative_path",
        title="absolute image paths",
    ),
    "picture_elsewhere": Kind(
        "info",
        "image {image} lies outside of the folder of the file: {folder}",
        "It is exported with the rest, so anyone who gets the export gets it too; and it is lost when "
        "the project moves.",
        "Copy it into the folder of the file, or choose File, External Data, Pack Resources.",
        title="images in other folders",
    ),
    "large_image": Kind(
        "warning",
        "image {image} has {width} × {height} pixels; {limit} are the budget",
        "Graphics memory runs out, first on phones and headsets.",
        "Make the image smaller.",
        repair="resize_image",
        on_copies=ALWAYS,
        title="large images",
    ),
    "odd_image_size": Kind(
        "info",
        "image {image} has {width} × {height} pixels, which are not powers of two",
        "Engines cannot compress it, or make no smaller versions of it for the distance.",
        "Resize it to the nearest powers of two.",
        repair="resize_image",
        on_copies=ALWAYS,
        title="odd image sizes",
    ),
    "unsupported_nodes": Kind(
        "info",
        "material {material}: {problem}",
        "Engines know images and constants only.",
        "It will be baked to an image; a material of images and constants exports faster.",
        on_copies=ALWAYS,
        title="materials to bake",
    ),
    "shading_stays": Kind(
        "warning",
        "material {material} is exported without {names}",
        "The target has no place for them in a plain material.",
        "Set them up again in the engine, or export for Godot or the web as constants and images.",
        title="shading left out",
    ),
    "light_of_pictures": Kind(
        "warning",
        "material {material}: the picture of its light counts once, not {strength} times",
        "Preview surfaces of OpenUSD have no strength for pictures.",
        "Set the strength in the engine, or make the picture brighter.",
        title="strength of light",
    ),
    "approximate_material": Kind(
        "warning",
        "material {material}: {problem} is put into simpler terms",
        "Engines know one shading model; what depends on the view counts as seen from the front.",
        "Look at it in the engine; a Principled BSDF comes out as it is.",
        title="simplified materials",
    ),
    "nodes_worked_out": Kind(
        "info",
        "material {material}: base_color, metallic, roughness, alpha, emission and coat are worked out from {shaders}",
        "Files hold one Principled BSDF a material. Other exporters write their defaults for other shaders.",
        "Nothing to do.",
        on_copies=ALWAYS,
        title="converted materials",
    ),
    "many_materials": Kind(
        "warning",
        "{number} materials; {limit} are the budget",
        "Each one is a draw call of its own.",
        "Bake them together, or split the object.",
        title="many materials",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding | None]:
    """Checks materials of an object; each material and each image is reported once. Yields ``None`` after each one,
    since Blender may have loaded image files for it."""
    for slot in obj.material_slots:
        material = slot.material
        if material is None or not survey.first("material", material):
            continue
        facts = read_material(material)
        yield None
        images = {node.image for node in image_nodes(material.node_tree)} | set(facts.images.values())
        for image in sorted(images, key=lambda item: item.name):
            if survey.first("image", image):
                yield from _image(survey, obj, image)
                yield None
        yield from _numbers(survey, obj, material, facts)
        yield from _shading(survey, obj, material, facts)
    yield from _slots(survey, obj)


_NUMBERS = ("roughness", "metallic", "normal")


def _numbers(
    survey: Survey, obj: bpy.types.Object, material: bpy.types.Material, facts: MaterialFacts
) -> Iterator[Finding]:
    """Pictures that Blender reads as colors where numbers are meant; they are written as they are stored."""
    read: dict[bpy.types.Image, list[str]] = {}
    for channel in _NUMBERS:
        image = facts.images.get(channel)
        if image is not None and not image.is_float and not image.colorspace_settings.is_data:
            read.setdefault(image, []).append(channel)
    for image, channels in read.items():
        values = {"image": image.name, "space": image.colorspace_settings.name, "channels": ", ".join(channels)}
        yield from survey.found("color_as_number", obj, material=material.name, **values)


_ONCE = 1.001
_FAINT = {
    *("Specular IOR Level", "Specular Tint", "Subsurface Weight", "IOR", "Sheen Tint", "Sheen Roughness"),
    *("Coat Roughness", "Coat IOR", "Coat Tint", "Anisotropic Rotation", "Thin Film IOR"),
}
"""Inputs without which a material looks much the same."""


def _shading(
    survey: Survey, obj: bpy.types.Object, material: bpy.types.Material, facts: MaterialFacts
) -> Iterator[Finding]:
    """Findings on what is baked, simplified, or left out of a material."""
    for family in (GLTF, PLAIN):
        targets = [target for target in survey.targets if profile(target).format.family == family]
        for channel in channels_to_bake(material, family) if targets else ():
            problem = f"{channel} {facts.problems.get(channel, 'lies on a UV map, tile or tiling of its own')}"
            yield from survey.found("unsupported_nodes", obj, targets, material=material.name, problem=problem)
        yield from _edges(survey, obj, material, facts, family, targets)
        lost = [name for name, chain in facts.extras.items() if family == PLAIN or _is_lost_in_gltf(name, chain, facts)]
        if targets and lost:
            for item in survey.found("shading_stays", obj, targets, material=material.name, names=", ".join(lost)):
                yield item if set(lost) - _FAINT else replace(item, severity="info")
    weak = [target for target in survey.targets if not profile(target).format.picture_strength]
    if weak and "emission" in facts.images and max(facts.emission) > _ONCE:
        strength = round(max(facts.emission), 2)
        yield from survey.found("light_of_pictures", obj, weak, material=material.name, strength=strength)
    if shaders := shaders_of(material):
        yield from survey.found("nodes_worked_out", obj, material=material.name, shaders=", ".join(shaders))
    for problem in facts.is_approximate:
        yield from survey.found("approximate_material", obj, material=material.name, problem=problem)


def _edges(
    survey: Survey,
    obj: bpy.types.Object,
    material: bpy.types.Material,
    facts: MaterialFacts,
    family: MaterialFamily,
    targets: list[str],
) -> Iterator[Finding]:
    """Findings on pictures with an edge mode that a family cannot express."""
    channels = edge_channels(material, family) if targets and obj.type == "MESH" else []
    slots = [number for number, slot in enumerate(obj.material_slots) if slot.material == material]
    if channels and any(goes_beyond(mesh_data(obj), slot, facts, channels) for slot in slots):
        problem = f"{channels[0]} lies on a UV map, tile or tiling of its own"
        yield from survey.found("unsupported_nodes", obj, targets, material=material.name, problem=problem)


def _is_lost_in_gltf(name: str, chain: Chain, facts: MaterialFacts) -> bool:
    """Whether an input besides the channels cannot be in a glTF file. Newer Blender versions write dispersion, and thin
    films if the glTF settings group gives their factor."""
    if name == "Dispersion":
        return bool(chain.problem) or not writes_extension("dispersion")
    if name.startswith(("Thin Film", "Iridescence")) and writes_extension("iridescence"):
        return "Iridescence Factor" not in facts.extras
    return bool(chain.problem) or name in NOT_IN_GLTF or name.startswith("Iridescence") or _is_alone(name, facts)


def _is_alone(name: str, facts: MaterialFacts) -> bool:
    """Whether an index of refraction is set without the inputs with which Blender's glTF exporter writes it."""
    others = {"Transmission Weight", "Specular IOR Level", "Specular Tint", "Volume", "Thickness"}
    return name == "IOR" and not others & facts.extras.keys()


def _image(survey: Survey, obj: bpy.types.Object, image: bpy.types.Image) -> Iterator[Finding]:
    if image.source == "FILE" and not image.packed_file:
        path = image.filepath
        place = Path(bpy.path.abspath(path, library=image.library))
        if not place.is_file():
            yield from survey.found("missing_image", obj, image=image.name)
            return
        if bpy.data.filepath and image.library is None and not path.startswith("//"):
            yield from survey.found("absolute_path", obj, image=image.name)
        if bpy.data.filepath and image.library is None and not _is_below(place, Path(bpy.data.filepath).parent):
            yield from survey.found("picture_elsewhere", obj, image=image.name, folder=str(place.resolve().parent))
    width, height = image_size(image)
    limits = {target: profile(target).limits.texture for target in survey.targets}
    if survey.options.texture_budget:
        limits = {target: min(limit, survey.options.texture_budget) for target, limit in limits.items()}
    over = [target for target, limit in limits.items() if max(width, height) > limit]
    values: dict[str, Any] = {"image": image.name, "width": width, "height": height}
    if over:
        limit = min(limits[target] for target in over)
        yield from survey.found("large_image", obj, over, limit=limit, **values)
    elif width and height and (power_of_two(width), power_of_two(height)) != (width, height):
        yield from survey.found("odd_image_size", obj, limit=min(limits.values()), **values)


def _is_below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _slots(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    if obj.type != "MESH" or len(obj.material_slots) < 2 or not survey.first("slots", obj.data):
        return
    number = len(np.unique(face_materials(mesh_data(obj))))
    over = [target for target in survey.targets if 0 < profile(target).limits.materials < number]
    if over:
        limit = min(profile(target).limits.materials for target in over)
        yield from survey.found("many_materials", obj, over, number=number, limit=limit)
