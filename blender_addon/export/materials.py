"""What a material says, read from its nodes: constants or images of each channel of a Principled BSDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ..bridge.image_arrays import image_size
from ..bridge.stored_values import stored_text

Source = bpy.types.Image | None

NAME_KEY = "atelier_name"
"""On a baked material: the name that it is exported by."""


@dataclass
class MaterialFacts:
    """Base colour linear rgb, the rest 0..1; an image wins over its constant."""

    name: str
    base_color: tuple[float, float, float] = (0.8, 0.8, 0.8)
    alpha: float = 1.0
    roughness: float = 0.5
    metallic: float = 0.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    images: dict[str, bpy.types.Image] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    unsupported: list[str] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the largest image, as powers of two; (0, 0) without images."""
        sizes = [image_size(image) for image in self.images.values()]
        if not sizes:
            return 0, 0
        return power_of_two(max(s[0] for s in sizes)), power_of_two(max(s[1] for s in sizes))


def power_of_two(value: int) -> int:
    """The nearest power of two."""
    return int(2 ** round(np.log2(max(value, 1))))


def encoded(linear: NDArray) -> NDArray:
    """sRGB (IEC 61966-2-1) of linear values."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)


def read_material(material: bpy.types.Material | None) -> MaterialFacts:
    """Facts of a material; a missing one is plain grey."""
    if material is None:
        return MaterialFacts("Default")
    facts = MaterialFacts(stored_text(material, NAME_KEY, longest=200) or material.name)
    if material.node_tree is None:
        facts.base_color = tuple(material.diffuse_color[:3])
        facts.roughness, facts.metallic = material.roughness, material.metallic
        return facts
    principled = next((n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED"), None)
    if principled is None:
        facts.base_color = tuple(material.diffuse_color[:3])
        facts.unsupported.append("no Principled BSDF")
        return facts
    inputs = principled.inputs
    facts.base_color = tuple(inputs["Base Color"].default_value[:3])
    facts.alpha = float(inputs["Alpha"].default_value)
    facts.roughness = float(inputs["Roughness"].default_value)
    facts.metallic = float(inputs["Metallic"].default_value)
    strength = float(inputs["Emission Strength"].default_value)
    facts.emission = tuple(strength * value for value in inputs["Emission Color"].default_value[:3])
    for channel, socket in (
        ("base_color", "Base Color"),
        ("roughness", "Roughness"),
        ("metallic", "Metallic"),
        ("normal", "Normal"),
    ):
        _follow(facts, channel, inputs[socket])
    occlusion = material.node_tree.nodes.get("Occlusion")
    if occlusion is not None and occlusion.type == "TEX_IMAGE" and occlusion.image is not None:
        facts.images["occlusion"] = occlusion.image
    return facts


def _follow(facts: MaterialFacts, channel: str, socket: bpy.types.NodeSocket) -> None:
    """Finds the image behind a socket, through normal maps, channel separation and pass-through nodes."""
    if not socket.is_linked:
        return
    link = socket.links[0]
    for _ in range(8):
        node = link.from_node
        if node.type == "TEX_IMAGE" and node.image is not None and image_size(node.image)[0] > 0:
            facts.images[channel] = node.image
            return
        if node.type in ("SEPARATE_COLOR", "SEPRGB"):
            facts.channels[channel] = [s.name for s in node.outputs].index(link.from_socket.name)
        upstream = next((s for s in node.inputs if s.is_linked and s.type in ("RGBA", "VECTOR", "VALUE")), None)
        if upstream is None or node.type not in ("NORMAL_MAP", "SEPARATE_COLOR", "SEPRGB", "REROUTE"):
            facts.unsupported.append(f"{channel} comes from a {node.bl_label} node")
            return
        link = upstream.links[0]


def as_dict(facts: MaterialFacts, files: dict[str, str]) -> dict[str, Any]:
    """JSON for materials.json."""
    return {
        "base_color_linear": [round(value, 4) for value in facts.base_color],
        "alpha": round(facts.alpha, 4),
        "roughness": round(facts.roughness, 4),
        "metallic": round(facts.metallic, 4),
        "emission_linear": [round(value, 4) for value in facts.emission],
        "textures": files,
    }
