"""Surfaces that commands give to objects: chrome, oak, marble, leather.

Wood, stone, leather and fabric are patterns of Blender's texture nodes over the shape, which need no UVs; exports bake
them as they bake any procedural texture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import bpy
import numpy as np

from ml_core.color import hex_to_srgb, linear_to_srgb, srgb_to_hex, srgb_to_linear

from .coloring import color_of_object, has_slots, recolor, with_own_materials

Grain = Literal["", "wood", "veins", "speckles", "rust", "hide", "weave"]


@dataclass(frozen=True)
class Finish:
    """What a surface is like.

    Args:
        color: sRGB hex; empty where the surface keeps its own.
        grain: the pattern that runs through ``color``. contrast: how far it goes from ``color``, as a share of its
            brightness; above it where that is negative.
        name: of the material of a pattern.
    """

    metallic: float = 0.0
    roughness: float = 0.5
    transmission: float = 0.0
    color: str = ""
    grain: Grain = ""
    contrast: float = 0.0
    name: str = ""


FINISHES = {
    "chrome": Finish(1.0, 0.05, color="#d9dbdd"), "mirror": Finish(1.0, 0.0, color="#f5f5f5"),
    "gold": Finish(1.0, 0.2, color="#ffd98f"), "copper": Finish(1.0, 0.25, color="#f5b79f"),
    "brass": Finish(1.0, 0.25, color="#e8cf8a"), "bronze": Finish(1.0, 0.35, color="#b08a5a"),
    "silver": Finish(1.0, 0.15, color="#f0eeea"), "aluminum": Finish(1.0, 0.35, color="#e3e4e6"),
    "iron": Finish(1.0, 0.55, color="#8b8885"), "steel": Finish(1.0, 0.3, color="#c4c7c9"),
    "brushed_steel": Finish(1.0, 0.42, color="#b9bcbf"), "metallic": Finish(1.0, 0.3),
    "glass": Finish(0.0, 0.0, 1.0, color="#ffffff"), "frosted_glass": Finish(0.0, 0.45, 1.0, color="#f4f8f8"),
    "glossy": Finish(0.0, 0.1), "matte": Finish(0.0, 0.9), "plastic": Finish(0.0, 0.35),
    "rubber": Finish(0.0, 0.85, color="#26262a"), "ceramic": Finish(0.0, 0.12, color="#f1eee8"),
    "cardboard": Finish(0.0, 0.95, color="#b08d62"),
    "wood": Finish(0.0, 0.55, color="#9a6b43", grain="wood", contrast=0.5, name="Wood"),
    "light_wood": Finish(0.0, 0.55, color="#d2ae7e", grain="wood", contrast=0.35, name="Light Wood"),
    "dark_wood": Finish(0.0, 0.5, color="#4f3322", grain="wood", contrast=0.55, name="Dark Wood"),
    "oak": Finish(0.0, 0.55, color="#bd9161", grain="wood", contrast=0.4, name="Oak Wood"),
    "pine": Finish(0.0, 0.6, color="#d8b27a", grain="wood", contrast=0.4, name="Pine Wood"),
    "walnut": Finish(0.0, 0.5, color="#6a4630", grain="wood", contrast=0.5, name="Walnut Wood"),
    "mahogany": Finish(0.0, 0.35, color="#6b2f22", grain="wood", contrast=0.45, name="Mahogany Wood"),
    "marble": Finish(0.0, 0.15, color="#ecebe7", grain="veins", contrast=0.45, name="Marble"),
    "black_marble": Finish(0.0, 0.12, color="#1b1b1e", grain="veins", contrast=-0.6, name="Black Marble"),
    "stone": Finish(0.0, 0.85, color="#94908a", grain="speckles", contrast=0.35, name="Stone"),
    "granite": Finish(0.0, 0.3, color="#77757a", grain="speckles", contrast=0.6, name="Granite"),
    "concrete": Finish(0.0, 0.9, color="#9b9a96", grain="speckles", contrast=0.18, name="Concrete"),
    "rusty": Finish(0.2, 0.85, color="#8a4a2b", grain="rust", contrast=0.55, name="Rusty Metal"),
    "leather": Finish(0.0, 0.45, color="#6b4226", grain="hide", contrast=0.3, name="Leather"),
    "fabric": Finish(0.0, 0.95, grain="weave", contrast=0.25, name="Fabric"),
    "velvet": Finish(0.0, 0.8, grain="weave", contrast=0.12, name="Velvet"),
}  # fmt: skip
"""By the words of :data:`ml_core.vocabulary.words.constructions_en.FINISHES`; metals by their reflectance."""


def refinish(objects: Iterable[bpy.types.Object], finish: Finish, color: str = "") -> list[bpy.types.Object]:
    """Give objects another surface, as :func:`recolor` does a color; those that could be changed.

    Args:
        color: sRGB hex instead of the finish's own.
    """
    objects = [obj for obj in objects if obj.type != "LIGHT"]
    color = color or finish.color
    if finish.grain:
        return _covered(objects, finish, color)
    if color:
        painted = recolor(objects, color)
    else:
        painted = []
        copies: dict[int, bpy.types.Material] = {}
        for obj in objects:
            if _has_materials(obj):
                painted += with_own_materials(obj, copies)
            else:
                painted += recolor([obj], _own_color(obj))
    for material in {slot.material for obj in painted for slot in obj.material_slots}:
        tree = material.node_tree
        for shader in (node for node in (tree.nodes if tree is not None else ()) if node.type == "BSDF_PRINCIPLED"):
            values = {"Metallic": finish.metallic, "Roughness": finish.roughness,
                      "Transmission Weight": finish.transmission}  # fmt: skip
            for name, value in values.items():
                for link in list(shader.inputs[name].links):
                    tree.links.remove(link)
                shader.inputs[name].default_value = value
    return painted


def _has_materials(obj: bpy.types.Object) -> bool:
    return bool(obj.material_slots) and all(slot.material is not None for slot in obj.material_slots)


def _own_color(obj: bpy.types.Object) -> str:
    return srgb_to_hex(linear_to_srgb(np.clip((color_of_object(obj) or (0.8, 0.8, 0.8))[:3], 0, 1)))


def _covered(objects: Sequence[bpy.types.Object], finish: Finish, color: str) -> list[bpy.types.Object]:
    """Objects under one pattern; those of the same color and scale share its material."""
    shared: dict[tuple[str, float], bpy.types.Material] = {}
    covered = []
    for obj in objects:
        if not has_slots(obj):
            continue
        scale = float(f"{max(float(np.mean(np.abs(obj.matrix_world.to_scale()))), 1e-6):.2g}")
        key = (color or _own_color(obj), scale)
        if key not in shared:
            shared[key] = patterned(finish, *key)
        for slot in obj.material_slots:
            slot.link = "OBJECT"
            slot.material = shared[key]
        obj.color = shared[key].diffuse_color
        covered.append(obj)
    return covered


def patterned(finish: Finish, color: str, scale: float = 1.0) -> bpy.types.Material:
    """A material with the pattern of ``finish`` in ``color`` (sRGB hex).

    Args:
        scale: of the objects that wear it; the pattern keeps its size in meters.
    """
    material = bpy.data.materials.new(finish.name)
    if not material.use_nodes:  # Blender 5 makes them with nodes
        material.use_nodes = True
    tree = material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    linear = srgb_to_linear(hex_to_srgb(color))
    shader.inputs["Metallic"].default_value = finish.metallic
    shader.inputs["Roughness"].default_value = finish.roughness
    shader.inputs["Base Color"].default_value = (*map(float, linear), 1.0)
    material.diffuse_color = (*map(float, linear), 1.0)
    coordinates = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    tree.links.new(coordinates.outputs["Object"], mapping.inputs["Vector"])
    pattern, stops = _GRAINS[finish.grain](tree, mapping, scale)
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    tree.links.new(pattern, ramp.inputs["Fac"])
    elements = ramp.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(0.5)
    for element, (place, share) in zip(elements, stops, strict=True):
        element.position = place
        element.color = (*map(float, _shaded(linear, finish.contrast * share)), 1.0)
    tree.links.new(ramp.outputs["Color"], shader.inputs["Base Color"])
    for number, node in enumerate((coordinates, mapping, pattern.node, ramp)):
        node.location = (-900 + 220 * number, 300)
    return material


def _shaded(linear: np.ndarray, share: float) -> np.ndarray:
    """A color darker by a share of its brightness, or nearer to white by it where the share is negative."""
    return linear * (1 - share) ** 2 if share >= 0 else linear + (1 - linear) * share**2


_Stops = tuple[tuple[float, float], ...]
"""Places along a color ramp with the share of the contrast that each has."""


def _noise(
    tree: bpy.types.NodeTree, mapping: bpy.types.Node, stretch: Sequence[float], detail: float, distortion: float
) -> bpy.types.NodeSocket:
    """Noise with ``stretch`` periods a meter along each axis."""
    mapping.inputs["Scale"].default_value = stretch
    noise = tree.nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 1.0
    noise.inputs["Detail"].default_value = detail
    noise.inputs["Distortion"].default_value = distortion
    tree.links.new(mapping.outputs["Vector"], noise.inputs["Vector"])
    return noise.outputs["Fac"] if "Fac" in noise.outputs else noise.outputs["Factor"]


def _wood(tree: bpy.types.NodeTree, mapping: bpy.types.Node, scale: float) -> tuple[bpy.types.NodeSocket, _Stops]:
    """Fibers along x, some thousand times as long as they are thick."""
    fibers = _noise(tree, mapping, (1.6 * scale, 34 * scale, 34 * scale), 6.0, 0.6)
    return fibers, ((0.3, 1.0), (0.46, 0.35), (0.56, 0.1), (0.72, -0.25))


def _veins(tree: bpy.types.NodeTree, mapping: bpy.types.Node, scale: float) -> tuple[bpy.types.NodeSocket, _Stops]:
    """Thin lines where a warped noise passes its middle."""
    warped = _noise(tree, mapping, (3.2 * scale,) * 3, 8.0, 2.2)
    return warped, ((0.44, 0.0), (0.488, 0.35), (0.5, 1.0), (0.512, 0.35), (0.56, 0.0))


def _speckles(tree: bpy.types.NodeTree, mapping: bpy.types.Node, scale: float) -> tuple[bpy.types.NodeSocket, _Stops]:
    grains = _noise(tree, mapping, (45 * scale,) * 3, 9.0, 0.0)
    return grains, ((0.36, 1.0), (0.5, 0.3), (0.62, -0.3))


def _rust(tree: bpy.types.NodeTree, mapping: bpy.types.Node, scale: float) -> tuple[bpy.types.NodeSocket, _Stops]:
    """Patches of a few centimeters."""
    patches = _noise(tree, mapping, (9 * scale,) * 3, 10.0, 0.8)
    return patches, ((0.34, 1.0), (0.48, 0.45), (0.56, 0.0), (0.68, -0.35))


def _hide(tree: bpy.types.NodeTree, mapping: bpy.types.Node, scale: float) -> tuple[bpy.types.NodeSocket, _Stops]:
    """Cells of about 4 mm with darker creases between them."""
    mapping.inputs["Scale"].default_value = (240 * scale,) * 3
    cells = tree.nodes.new("ShaderNodeTexVoronoi")
    cells.feature = "DISTANCE_TO_EDGE"
    cells.inputs["Scale"].default_value = 1.0
    tree.links.new(mapping.outputs["Vector"], cells.inputs["Vector"])
    return cells.outputs["Distance"], ((0.0, 1.0), (0.12, 0.2), (0.4, 0.0))


def _weave(tree: bpy.types.NodeTree, mapping: bpy.types.Node, scale: float) -> tuple[bpy.types.NodeSocket, _Stops]:
    threads = _noise(tree, mapping, (420 * scale,) * 3, 2.0, 0.0)
    return threads, ((0.35, 1.0), (0.5, 0.2), (0.65, -0.2))


_GRAINS: dict[
    str, Callable[[bpy.types.NodeTree, bpy.types.Node, float], tuple[bpy.types.NodeSocket, _Stops]]
] = {"wood": _wood, "veins": _veins, "speckles": _speckles, "rust": _rust, "hide": _hide, "weave": _weave}  # fmt: skip
