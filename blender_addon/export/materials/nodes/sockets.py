"""Reads the nodes of a material in the terms that glTF and game engines support: constants, and images behind
sockets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

Groups = tuple[bpy.types.Node, ...]
_PASSING = ("SEPARATE_COLOR", "SEPRGB")
_WRAPPING = {"SEPXYZ", "COMBXYZ", "MATH", "MAPPING", "UVMAP", "TEX_COORD", "REROUTE", "ATTRIBUTE"}
MOST_STEPS = 32


@dataclass(frozen=True)
class Socket:
    """An input socket, and the group nodes around it from the outermost to the innermost."""

    socket: bpy.types.NodeSocket
    groups: Groups = ()

    def source(self) -> Socket | None:
        """The output socket behind this one, past reroutes and through group borders; ``None`` when unlinked."""
        socket, groups = self.socket, self.groups
        for _ in range(MOST_STEPS):
            if not socket.is_linked:
                return None
            outlet = socket.links[0].from_socket
            node = outlet.node
            if node.type == "REROUTE":
                socket = node.inputs[0]
            elif node.type == "GROUP" and node.node_tree is not None:
                inner = _group_output(node.node_tree)
                if inner is None:
                    return Socket(outlet, groups)
                socket, groups = inner.inputs[_index(node.outputs, outlet)], (*groups, node)
            elif node.type == "GROUP_INPUT" and groups:
                socket, groups = groups[-1].inputs[_index(node.outputs, outlet)], groups[:-1]
            else:
                return Socket(outlet, groups)
        return None

    def constant(self) -> Any:
        """The value behind this socket, a float or a tuple; ``None`` if it is not constant."""
        socket, groups = self.socket, self.groups
        found = self.source()
        if found is not None:
            return value_of(found.socket) if found.socket.node.type in ("RGB", "VALUE") else None
        while socket.is_linked:  # the source is the default value of a group's own socket
            outlet = socket.links[0].from_socket
            node = outlet.node
            if node.type == "REROUTE":
                socket = node.inputs[0]
            elif node.type == "GROUP":
                inner = _group_output(node.node_tree) if node.node_tree else None
                if inner is None:
                    return None
                socket, groups = inner.inputs[_index(node.outputs, outlet)], (*groups, node)
            elif groups:
                socket, groups = groups[-1].inputs[_index(node.outputs, outlet)], groups[:-1]
            else:
                return None
        return value_of(socket)

    def at(self, socket: bpy.types.NodeSocket) -> Socket:
        """Another socket inside of the same groups."""
        return Socket(socket, self.groups)


@dataclass(frozen=True)
class Mapping:
    """The mapping of an image on the mesh: its UV map (empty: the one that is rendered), and a Mapping node's
    transform.
    """

    layer: str = ""
    location: tuple[float, float] = (0.0, 0.0)
    rotation: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    is_wrapped: bool = False

    @property
    def is_plain(self) -> bool:
        return self == Mapping(self.layer)


@dataclass(frozen=True)
class Chain:
    """The source of a socket: a constant ``factor`` times, if given, an image and a color attribute.

    It holds no node, so that it outlives the tree. ``outlet`` is ``Color`` or ``Alpha`` of the image, ``channel`` the
    one that is used (0 to 2), ``strength`` that of a normal map, ``cutoff`` the alpha threshold. ``problem`` is the
    reason why only baking could export it.
    """

    factor: Any = None
    image: bpy.types.Image | None = None
    mapping: Mapping | None = None
    extension: str = "REPEAT"
    interpolation: str = "Linear"
    outlet: str = "Color"
    channel: int | None = None
    attribute: str | None = None
    strength: float = 1.0
    cutoff: float | None = None
    problem: str = ""


def trace(at: Socket, steps: int = 0) -> Chain:
    """Traces the part of an input socket that glTF can represent."""
    outlet = at.source()
    if outlet is None or outlet.socket.node.type in ("RGB", "VALUE"):
        value = at.constant()
        return Chain(factor=value) if value is not None else Chain(problem="it is not constant")
    node = outlet.socket.node
    unknown = Chain(problem=f"comes from a {node.bl_label} node")
    if steps > MOST_STEPS or node.mute:
        return unknown
    if node.type == "TEX_IMAGE":
        return _image(node, outlet)
    if node.type == "VERTEX_COLOR" and outlet.socket.name == "Color":
        return Chain(attribute=node.layer_name)
    if node.type == "ATTRIBUTE" and node.attribute_type == "GEOMETRY" and outlet.socket.name == "Color":
        return Chain(attribute=node.attribute_name)
    if node.type in _PASSING:
        inner = trace(outlet.at(node.inputs[0]), steps + 1)
        if inner.image is None or inner.channel is not None or inner.outlet != "Color" or inner.factor is not None:
            return unknown
        if getattr(node, "mode", "RGB") != "RGB":
            return unknown
        return replace(inner, channel=_index(node.outputs, outlet.socket))
    if node.type == "NORMAL_MAP" and node.space == "TANGENT":
        inner = trace(outlet.at(node.inputs["Color"]), steps + 1)
        strength = outlet.at(node.inputs["Strength"]).constant()
        if inner.image is None or inner.factor is not None or inner.channel is not None or strength is None:
            return inner if inner.problem else unknown
        return replace(inner, strength=float(strength))
    if factors := _factors(node, outlet):
        first, second = (trace(factor, steps + 1) for factor in factors)
        return _product(first, second, unknown)
    return unknown


def trace_alpha(at: Socket) -> Chain:
    """As :func:`trace`, also for clipped alpha: by rounding, or by comparing with a constant."""
    outlet = at.source()
    if outlet is None or outlet.socket.node.type != "MATH":
        return trace(at)
    node = outlet.socket.node
    first, second = outlet.at(node.inputs[0]), outlet.at(node.inputs[1])
    if node.operation == "ROUND":
        return replace(trace(first), cutoff=0.5)
    if node.operation == "GREATER_THAN" and second.constant() is not None:
        return replace(trace(first), cutoff=float(second.constant()))
    if node.operation == "LESS_THAN" and first.constant() is not None:
        return replace(trace(second), cutoff=float(first.constant()))
    if node.operation == "SUBTRACT" and first.constant() == 1.0:
        below = second.source()
        if below is not None and below.socket.node.type == "MATH" and below.socket.node.operation == "LESS_THAN":
            inner = below.socket.node
            limit = below.at(inner.inputs[1]).constant()
            if limit is not None:
                return replace(trace(below.at(inner.inputs[0])), cutoff=float(limit))
    return trace(at)


def mapping_of(node: bpy.types.Node, groups: Groups = ()) -> Mapping | None:
    """The mapping of an image texture on the mesh; ``None`` if neither glTF nor engines support it."""
    if node.projection != "FLAT":
        return None
    result = Mapping()
    at = Socket(node.inputs["Vector"], groups)
    for _ in range(MOST_STEPS):
        outlet = at.source()
        if outlet is None:
            return result
        source = outlet.socket.node
        if source.type == "UVMAP":
            return replace(result, layer=source.uv_map)
        if source.type == "ATTRIBUTE" and source.attribute_type == "GEOMETRY":
            return replace(result, layer=source.attribute_name)
        if source.type == "TEX_COORD":
            return result if outlet.socket.name == "UV" else None
        if source.type == "MAPPING" and result.is_plain:
            placed = _mapped(source, outlet)
            if placed is None:
                return None
            result, at = placed, outlet.at(source.inputs["Vector"])
        elif source.type == "COMBXYZ" and result.is_plain:
            return _wrapped(outlet)
        else:
            return None
    return None


def _mapped(node: bpy.types.Node, at: Socket) -> Mapping | None:
    values = [at.at(node.inputs[name]).constant() for name in ("Location", "Rotation", "Scale") if name in node.inputs]
    if node.vector_type not in ("POINT", "TEXTURE", "VECTOR") or any(value is None for value in values):
        return None
    location, rotation, scale = values if len(values) == 3 else ((0.0, 0.0, 0.0), *values)
    if max(abs(rotation[0]), abs(rotation[1])) > 1e-6:
        return None
    if node.vector_type == "TEXTURE":  # the inverse, which keeps its form under even scales and right angles alone
        if not all(scale[:2]) or (rotation[2] and abs(scale[0] - scale[1]) > 1e-6):
            return None
        turn = -rotation[2]
        sizes = 1 / scale[0], 1 / scale[1]
        x, y = -location[0] * sizes[0], -location[1] * sizes[1]
        moved = math.cos(turn) * x - math.sin(turn) * y, math.sin(turn) * x + math.cos(turn) * y
        return Mapping("", moved, turn, sizes)
    return Mapping("", tuple(location[:2]), rotation[2], tuple(scale[:2]))


def _wrapped(outlet: Socket) -> Mapping | None:
    """Handles the nodes by which glTF importers mirror or clamp a single axis: only arithmetic on UVs."""
    seen, layer = set(), ""
    waiting = [outlet]
    while waiting:
        node = waiting.pop().socket.node
        if node.type not in _WRAPPING or (node.type == "TEX_COORD" and len(waiting) > 64):
            return None
        layer = node.uv_map if node.type == "UVMAP" else layer
        if node.name in seen:
            continue
        seen.add(node.name)
        waiting += [found for socket in node.inputs if (found := outlet.at(socket).source()) is not None]
    return Mapping(layer, is_wrapped=True)


def _image(node: bpy.types.Node, outlet: Socket) -> Chain:
    if node.image is None:
        return Chain(problem="comes from an Image Texture node without an image")
    mapping = mapping_of(node, outlet.groups)
    problem = "" if mapping is not None else "lies on the object by a projection"
    return Chain(
        image=node.image,
        mapping=mapping,
        extension=node.extension,
        interpolation=node.interpolation,
        outlet=outlet.socket.name,
        problem=problem,
    )


def _factors(node: bpy.types.Node, at: Socket) -> tuple[Socket, Socket] | None:
    """The two sides of a multiplication."""
    is_color = node.type == "MIX" and node.data_type == "RGBA"
    if is_color and node.blend_type == "MULTIPLY" and at.at(node.inputs[0]).constant() == 1.0:
        return at.at(node.inputs[6]), at.at(node.inputs[7])
    if node.type == "MIX_RGB" and node.blend_type == "MULTIPLY" and at.at(node.inputs[0]).constant() == 1.0:
        return at.at(node.inputs[1]), at.at(node.inputs[2])
    if node.type == "MATH" and node.operation == "MULTIPLY" and not node.use_clamp:
        return at.at(node.inputs[0]), at.at(node.inputs[1])
    return None


def _product(one: Chain, other: Chain, unknown: Chain) -> Chain:
    """Image times constant, attribute times constant, or image times attribute (and a constant)."""
    if one.problem or other.problem:
        return one if one.problem and one.image is None else (other if other.problem else one)
    if one.factor is not None and other.factor is not None:
        return unknown
    if (one.image is not None and other.image is not None) or (
        one.attribute is not None and other.attribute is not None
    ):
        return unknown
    image = one if one.image is not None else other
    rest = other if image is one else one
    return replace(
        image,
        factor=image.factor if image.factor is not None else rest.factor,
        attribute=image.attribute if image.attribute is not None else rest.attribute,
    )


def value_of(socket: bpy.types.NodeSocket) -> Any:
    """The default value of a socket: a float, or a tuple; ``None`` for a shader."""
    value = getattr(socket, "default_value", None)
    if value is None or isinstance(value, (int, float)):
        return value
    return tuple(value)


MOST_GROUPS = 8
"""Node groups in each other that are looked into."""


def is_animated(block: bpy.types.ID | None, depth: int = 0) -> bool:
    """Whether a material or a node tree is animated, or a group in it."""
    if block is None:
        return False
    animation = block.animation_data
    if animation is not None and (animation.action is not None or animation.drivers or animation.nla_tracks):
        return True
    if isinstance(block, bpy.types.Material):
        return is_animated(block.node_tree)
    groups = [node.node_tree for node in block.nodes if node.type == "GROUP"] if depth < MOST_GROUPS else []
    return any(is_animated(group, depth + 1) for group in groups)


def stop(block: bpy.types.ID | None, depth: int = 0) -> None:
    """Removes the animation of a copy of a material; animated groups become copies of its own."""
    if block is None:
        return
    block.animation_data_clear()
    if isinstance(block, bpy.types.Material):
        stop(block.node_tree)
        return
    for node in block.nodes if depth < MOST_GROUPS else ():
        if node.type == "GROUP" and is_animated(node.node_tree):
            node.node_tree = node.node_tree.copy()
            stop(node.node_tree, depth + 1)


def output_of(tree: bpy.types.NodeTree) -> bpy.types.Node | None:
    """The active output of a material: the render engine's own, if there is one for each."""
    engines = ["CYCLES", "EEVEE"] if bpy.context.scene.render.engine == "CYCLES" else ["EEVEE", "CYCLES"]
    return next((found for engine in [*engines, "ALL"] if (found := tree.get_output_node(engine)) is not None), None)


def surface_node(material: bpy.types.Material) -> Socket | None:
    """The shader of the active output, at any depth of groups; ``None`` without one."""
    tree = material.node_tree
    if tree is None or not material.use_nodes:
        return None
    output = output_of(tree)
    return Socket(output.inputs["Surface"]).source() if output is not None else None


def principled_of(material: bpy.types.Material) -> Socket | None:
    """The Principled BSDF that is the whole surface of a material, as its output socket."""
    found = surface_node(material)
    while found is not None and found.socket.node.type == "ADD_SHADER":  # a surface and what fills it
        parts = [found.at(socket).source() for socket in found.socket.node.inputs]
        surfaces = [part for part in parts if part is not None and not part.socket.node.type.startswith("VOLUME")]
        found = surfaces[0] if len(surfaces) == 1 else None
    return found if found is not None and found.socket.node.type == "BSDF_PRINCIPLED" else None


def has_volume(material: bpy.types.Material) -> bool:
    """Whether a material has a volume shader."""
    tree = material.node_tree
    return tree is not None and any(
        node.type.startswith("VOLUME") and any(socket.is_linked for socket in node.outputs) for node in tree.nodes
    )


def image_nodes(tree: bpy.types.NodeTree | None, depth: int = 0) -> Iterator[bpy.types.Node]:
    """Image textures in use, groups included."""
    if tree is None or depth > MOST_GROUPS:
        return
    for node in tree.nodes:
        if node.type == "TEX_IMAGE" and node.image is not None and any(socket.is_linked for socket in node.outputs):
            yield node
        elif node.type == "GROUP":
            yield from image_nodes(node.node_tree, depth + 1)


def still_of(node: bpy.types.Node, frame: int) -> bpy.types.Image:
    """The picture of an image sequence at a frame; the sequence itself if its file is missing."""
    image, user = node.image, node.image_user
    number = min(max(frame - user.frame_start + 1, 1), max(user.frame_duration, 1)) + user.frame_offset
    path = Path(bpy.path.abspath(image.filepath, library=image.library))
    digits = re.search(r"(\d+)(?!.*\d)", path.stem)
    if digits:
        name = path.stem[: digits.start()] + str(number).zfill(len(digits[1])) + path.stem[digits.end() :]
        path = path.with_name(name + path.suffix) if path.with_name(name + path.suffix).is_file() else path
    if not path.is_file():
        return image
    still = bpy.data.images.load(str(path))
    still.colorspace_settings.name = image.colorspace_settings.name
    return still


def texture_layer(material: bpy.types.Material) -> str:
    """The UV map that all textures of a material name; empty where they name none or several."""
    layers = {mapping.layer for node in image_nodes(material.node_tree) if (mapping := mapping_of(node)) is not None}
    return layers.pop() if len(layers) == 1 else ""


def _group_output(tree: bpy.types.NodeTree) -> bpy.types.Node | None:
    outputs = [node for node in tree.nodes if node.type == "GROUP_OUTPUT"]
    return next((node for node in outputs if node.is_active_output), outputs[0] if outputs else None)


def _index(sockets: bpy.types.bpy_prop_collection, wanted: bpy.types.NodeSocket) -> int:
    return next(number for number, socket in enumerate(sockets) if socket == wanted)
