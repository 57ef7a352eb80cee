"""Reads a material from its nodes: constants or images of each channel of a Principled BSDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.data.stored_values import stored_text
from ...bridge.image_arrays import image_size
from .nodes.flattening import flat_view
from .nodes.simplifying import without_picture
from .nodes.sockets import Chain, Mapping, Socket, has_volume, output_of, principled_of, trace, trace_alpha, value_of

Source = bpy.types.Image | None

NAME_KEY = "atelier_name"
"""On a baked material: the name that it is exported by."""
VARIANT_KEY = "atelier_variant"
"""On a baked material: equal for those that stand for one material in different targets."""


@dataclass
class MaterialFacts:
    """The appearance of a material, as one Principled BSDF. Base color linear rgb, the rest 0..1; a constant multiplies
    its image if listed in ``factors``, else the image wins.

    ``chains`` has the source of each channel. ``mappings`` are the transformed mappings of images. ``problems`` are
    what no engine can show, by channel; ``unsupported`` the same as sentences. ``extras`` are non-default inputs of the
    Principled BSDF beyond those that every engine has.
    """

    name: str
    base_color: tuple[float, float, float] = (0.8, 0.8, 0.8)
    alpha: float = 1.0
    roughness: float = 0.5
    metallic: float = 0.0
    emission: tuple[float, float, float] = (0.0, 0.0, 0.0)
    images: dict[str, bpy.types.Image] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    mappings: dict[str, Mapping] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    normal_strength: float = 1.0
    occlusion_strength: float = 1.0
    alpha_cutoff: float | None = None
    culls_backfaces: bool = False
    is_unlit: bool = False
    is_approximate: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def unsupported(self) -> list[str]:
        return [f"{channel} {problem}" for channel, problem in self.problems.items()] + [
            f"{item} was put into simpler terms" for item in self.is_approximate
        ]

    @property
    def layer(self) -> str:
        """The UV map that the images name; empty if they name none or several."""
        layers = {chain.mapping.layer for chain in self.chains.values() if chain.mapping is not None}
        return layers.pop() if len(layers) == 1 else ""

    @property
    def is_transparent(self) -> bool:
        return self.alpha < 1 or "alpha" in self.images or self.alpha_cutoff is not None

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


SOCKETS = {
    "base_color": "Base Color",
    "alpha": "Alpha",
    "roughness": "Roughness",
    "metallic": "Metallic",
    "normal": "Normal",
    "emission": "Emission Color",
}
EXTRA_SOCKETS = (
    *("Transmission Weight", "Coat Weight", "Coat Roughness", "Coat Normal", "Coat Tint", "Coat IOR"),
    *("Sheen Weight", "Sheen Roughness", "Sheen Tint", "Specular IOR Level", "Specular Tint", "Anisotropic"),
    *("Anisotropic Rotation", "IOR", "Subsurface Weight", "Thin Film Thickness", "Thin Film IOR"),
)
"""What glTF has extensions for, and other targets do without; what belongs to another input comes behind it."""
NOT_IN_GLTF = ("Subsurface Weight", "Coat Tint", "Coat IOR", "Thin Film Thickness", "Thin Film IOR")
_BELONGS = {"Coat": "Coat Weight", "Sheen": "Sheen Weight", "Anisotropic": "Anisotropic", "Thin": "Thin Film Thickness"}
OF_GLTF_GROUP = ("Thickness", "Dispersion", "Iridescence Factor")
"""What Blender's glTF exporter reads of its own group of settings, beside occlusion."""
_GLTF_GROUPS = ("gltf material output", "gltf settings")


def read_material(material: bpy.types.Material | None) -> MaterialFacts:
    """Facts of a material; a missing one is plain gray."""
    if material is None:
        return MaterialFacts("Default")
    with flat_view(material) as (flat, problems):
        facts = _read_flat(flat)
    facts.name = stored_text(material, NAME_KEY, longest=200) or material.name
    facts.is_approximate = problems
    facts.is_unlit = is_unlit(material)
    return facts


class KnownMaterials:
    """Facts of materials, read once for all targets: reading the nodes of one takes milliseconds."""

    def __init__(self) -> None:
        self._facts: dict[int, MaterialFacts] = {}

    def facts(self, material: bpy.types.Material | None) -> MaterialFacts:
        """As :func:`read_material`."""
        key = material.session_uid if material is not None else 0
        if key not in self._facts:
            self._facts[key] = read_material(material)
        return self._facts[key]


def _read_flat(material: bpy.types.Material) -> MaterialFacts:
    facts = MaterialFacts(material.name, culls_backfaces=material.use_backface_culling)
    surface = principled_of(material)
    if surface is None:
        red, green, blue, _ = material.diffuse_color
        facts.base_color = (red, green, blue)
        facts.roughness, facts.metallic = material.roughness, material.metallic
        return facts
    inputs = surface.socket.node.inputs
    for channel, name in SOCKETS.items():
        at = surface.at(inputs[name])
        chain = trace_alpha(at) if channel == "alpha" else trace(at)
        _take(facts, channel, chain, None if channel == "normal" else without_picture(inputs[name]))
    if facts.chains["alpha"].image is not None or facts.alpha < 1:
        facts.alpha_cutoff = facts.chains["alpha"].cutoff
    strength = surface.at(inputs["Emission Strength"]).constant()
    red, green, blue = ((1.0 if strength is None else strength) * value for value in facts.emission)
    facts.emission = (red, green, blue)
    for name in EXTRA_SOCKETS:
        socket = inputs.get(name)
        leading = _BELONGS.get(name.partition(" ")[0], name)
        if socket is not None and _is_set(socket) and (leading == name or leading in facts.extras):
            facts.extras[name] = trace(surface.at(socket))
    _read_occlusion(facts, material.node_tree)
    if has_volume(material):
        facts.extras["Volume"] = Chain()
    return facts


def _take(facts: MaterialFacts, channel: str, chain: Chain, fallback: Any = None) -> None:
    """Records the source of one channel; ``fallback`` is its constant if the image is lost."""
    if chain.image is not None and not is_readable(chain.image):
        facts.missing.append(chain.image.name)
        chain = Chain(factor=fallback)
    facts.chains[channel] = chain
    if chain.problem:
        facts.problems[channel] = chain.problem
    if chain.image is not None and not chain.problem:
        facts.images[channel] = chain.image
        if chain.channel is not None:
            facts.channels[channel] = chain.channel
        elif channel == "alpha":
            facts.channels[channel] = 3 if chain.outlet == "Alpha" else 0
        if chain.mapping is not None and not chain.mapping.is_plain:
            facts.mappings[channel] = chain.mapping
    if channel == "normal":
        facts.normal_strength = chain.strength
        return
    value = chain.factor
    if value is None:
        value = 1.0 if chain.image is not None or chain.attribute is not None else None
    if value is None:
        return
    if channel in ("base_color", "emission"):
        color = tuple(value)[:3] if isinstance(value, tuple) else (float(value),) * 3
        setattr(facts, channel, color)
    else:
        setattr(facts, channel, float(value if isinstance(value, (int, float)) else sum(value[:3]) / 3))


def _is_set(socket: bpy.types.NodeSocket) -> bool:
    if socket.is_linked:
        return True
    fresh = _PRINCIPLED_DEFAULTS.get(socket.name)
    value = value_of(socket)
    if value is None or fresh is None:
        return False
    values, defaults = (item[:3] if isinstance(item, tuple) else (item,) for item in (value, fresh))
    return any(abs(own - default) > 1e-4 for own, default in zip(values, defaults, strict=True))


_PRINCIPLED_DEFAULTS = {
    "Transmission Weight": 0.0,
    "Coat Weight": 0.0,
    "Coat Roughness": 0.03,
    "Coat Tint": (1.0, 1.0, 1.0),
    "Coat IOR": 1.5,
    "Sheen Weight": 0.0,
    "Sheen Roughness": 0.5,
    "Sheen Tint": (1.0, 1.0, 1.0),
    "Anisotropic Rotation": 0.0,
    "Thin Film Thickness": 0.0,
    "Thin Film IOR": 1.33,
    "Specular IOR Level": 0.5,
    "Specular Tint": (1.0, 1.0, 1.0),
    "Anisotropic": 0.0,
    "IOR": 1.5,
    "Subsurface Weight": 0.0,
}


def _read_occlusion(facts: MaterialFacts, tree: bpy.types.NodeTree) -> None:
    """Ambient occlusion: in the group by whose name Blender's glTF exporter finds it, or a texture of that name; with
    the other values of the group."""
    for node in tree.nodes:
        is_group = node.type == "GROUP" and node.node_tree is not None
        if not is_group or not node.node_tree.name.lower().startswith(_GLTF_GROUPS):
            continue
        for socket in node.inputs:
            if socket.name in OF_GLTF_GROUP and (socket.is_linked or socket.default_value):
                facts.extras[socket.name] = trace(Socket(socket))
        if "Occlusion" in node.inputs:
            at = Socket(node.inputs["Occlusion"])
            chain, strength = _weakened(at)
            if chain.image is not None and not chain.problem:
                _take(facts, "occlusion", chain)
                facts.occlusion_strength = strength
    named = tree.nodes.get("Occlusion")
    is_texture = named is not None and named.type == "TEX_IMAGE" and named.image is not None
    if "occlusion" not in facts.images and is_texture and is_readable(named.image):
        facts.images["occlusion"] = named.image


def _weakened(at: Socket) -> tuple[Chain, float]:
    """The chain behind a mix with white, and its weight."""
    outlet = at.source()
    if outlet is not None and outlet.socket.node.type == "MIX" and outlet.socket.node.blend_type == "MIX":
        node = outlet.socket.node
        factor = outlet.at(node.inputs[0]).constant()
        if factor is not None and outlet.at(node.inputs[6]).constant() is not None:
            return trace(outlet.at(node.inputs[7])), float(factor)
    return trace(at), 1.0


def is_unlit(material: bpy.types.Material) -> bool:
    """Whether a surface is a plain color, directly or by a setup that Blender's glTF exporter recognizes as unlit."""
    if material.node_tree is None or not material.use_nodes:
        return False
    output = output_of(material.node_tree)
    socket = output.inputs["Surface"] if output is not None else None
    for _ in range(3):
        if socket is None or not socket.is_linked:
            return False
        outlet = socket.links[0].from_socket
        node = outlet.node
        if outlet.type == "RGBA":
            return True
        if node.type != "MIX_SHADER":
            return False
        factor = Socket(node.inputs[0]).source()
        if factor is not None and factor.socket.name == "Is Camera Ray":
            inner = Socket(node.inputs[2]).source()
            return inner is not None and inner.socket.node.type in ("EMISSION", "TEX_IMAGE", "RGB")
        first = Socket(node.inputs[1]).source()
        if first is None or first.socket.node.type != "BSDF_TRANSPARENT":
            return False
        socket = node.inputs[2]
    return False


def is_readable(image: bpy.types.Image) -> bool:
    """Whether there are pixels: an image with a lost file is pink."""
    is_outside = image.source in ("FILE", "SEQUENCE", "MOVIE") and not image.packed_file and not image.is_dirty
    if is_outside and not Path(bpy.path.abspath(image.filepath, library=image.library)).is_file():
        return False
    return image.source == "TILED" or image_size(image)[0] > 0


def as_dict(facts: MaterialFacts, files: dict[str, str]) -> dict[str, Any]:
    """The facts as JSON values for materials.json."""
    about = {
        "base_color_linear": [round(value, 4) for value in facts.base_color],
        "alpha": round(facts.alpha, 4),
        "alpha_mode": "opaque" if not facts.is_transparent else "blend" if facts.alpha_cutoff is None else "mask",
        "alpha_cutoff": round(0.5 if facts.alpha_cutoff is None else facts.alpha_cutoff, 4),
        "double_sided": not facts.culls_backfaces,
        "roughness": round(facts.roughness, 4),
        "metallic": round(facts.metallic, 4),
        "emission_linear": [round(value, 4) for value in facts.emission],
        "normal_strength": round(facts.normal_strength, 4),
        "textures": files,
    }
    mapping = facts.mappings.get("base_color") or next(iter(facts.mappings.values()), None)
    if mapping is not None and not mapping.is_wrapped:
        about["texture_transform"] = {
            "offset": list(mapping.location),
            "rotation": mapping.rotation,
            "scale": list(mapping.scale),
        }
    if facts.is_unlit:
        about["unlit"] = True
    others = {name: chain.factor for name, chain in facts.extras.items() if chain.factor is not None}
    if others:
        about["others"] = {name: list(other) if isinstance(other, tuple) else other for name, other in others.items()}
    return about
