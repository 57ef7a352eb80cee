"""Any surface shader as one Principled BSDF: mixes of shaders become mixes of their colors and values.

Engines and glTF know one shading model. Diffuse, glossy, emission, glass and transparent shaders are special cases of
it, and what they are mixed by mixes their inputs instead. What depends on the view (Fresnel, facing) counts as seen
from the front.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from .material_nodes import Socket, principled_of, value_of

Value = Any
"""A float, a tuple, or the output socket of a node of the tree that is written."""
Channels = dict[str, Value]

DEFAULTS: Channels = {
    "Base Color": (0.8, 0.8, 0.8, 1.0),
    "Metallic": 0.0,
    "Roughness": 0.5,
    "IOR": 1.5,
    "Alpha": 1.0,
    "Emission Color": (0.0, 0.0, 0.0, 1.0),
    "Transmission Weight": 0.0,
    "Normal": None,
}
_BLACK = (0.0, 0.0, 0.0, 1.0)
_FRONT = {"FRESNEL": 0.04, "LAYER_WEIGHT": 0.0, "LIGHT_PATH": 1.0}
_DIFFUSE = ("BSDF_DIFFUSE", "BSDF_TRANSLUCENT", "SUBSURFACE_SCATTERING", "BSDF_TOON", "BSDF_VELVET", "BSDF_SHEEN")
_GLOSSY = ("BSDF_GLOSSY", "BSDF_ANISOTROPIC", "BSDF_METALLIC")
_GLASS = ("BSDF_GLASS", "BSDF_REFRACTION")


def is_flat(material: bpy.types.Material) -> bool:
    """Whether a material is one Principled BSDF already, or has no nodes."""
    if material.node_tree is None or not material.use_nodes:
        return True
    found = principled_of(material)
    return found is not None and not found.groups and not found.socket.node.inputs["Emission Strength"].is_linked


def flattened(material: bpy.types.Material) -> tuple[bpy.types.Material, list[str]]:
    """A copy whose surface is one Principled BSDF, and what of the original could not be said so."""
    copy = material.copy()
    tree = copy.node_tree
    output = tree.get_output_node("ALL") or tree.get_output_node("EEVEE") or tree.get_output_node("CYCLES")
    work = _Flattening(tree)
    channels = work.surface(output.inputs["Surface"]) if output is not None else {**DEFAULTS}
    principled = tree.nodes.new("ShaderNodeBsdfPrincipled")
    for name, value in channels.items():
        socket = principled.inputs.get(name)
        if socket is not None and value is not None:
            work.put(value, socket)
    principled.inputs["Emission Strength"].default_value = 1.0
    if output is None:
        output = tree.nodes.new("ShaderNodeOutputMaterial")
    for node in list(tree.nodes):
        if node.type == "OUTPUT_MATERIAL" and node != output:
            tree.nodes.remove(node)
    output.is_active_output = True
    tree.links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    return copy, work.problems


@contextmanager
def flat_view(material: bpy.types.Material) -> Iterator[tuple[bpy.types.Material, list[str]]]:
    """A material to read as one Principled BSDF: itself where it is one, else a copy that is removed afterwards."""
    if is_flat(material):
        yield material, []
        return
    groups = set(bpy.data.node_groups)
    copy, problems = flattened(material)
    try:
        yield copy, problems
    finally:
        bpy.data.materials.remove(copy)
        made = [one for one in bpy.data.node_groups if one not in groups]
        if made:
            bpy.data.batch_remove(made)


class _Flattening:
    """Channels of shaders inside of one node tree; groups are opened in copies of their own trees."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self._tree = tree
        self.problems: list[str] = []

    def put(self, value: Value, socket: bpy.types.NodeSocket) -> None:
        """Links or writes a value into an input socket."""
        if isinstance(value, bpy.types.NodeSocket):
            self._tree.links.new(value, socket)
        elif socket.type == "RGBA":
            socket.default_value = (*_color(value)[:3], 1.0)
        elif socket.type == "VECTOR":
            socket.default_value = tuple(value)[:3]
        else:
            socket.default_value = _number(value)

    def surface(self, socket: bpy.types.NodeSocket) -> Channels:
        """The channels of what is linked to a shader input; of nothing, those of black."""
        for _ in range(32):
            if not socket.is_linked:
                return {**DEFAULTS, "Base Color": _BLACK}
            outlet = socket.links[0].from_socket
            if outlet.node.type != "REROUTE":
                break
            socket = outlet.node.inputs[0]
        node = outlet.node
        if node.mute:
            through = next((one.from_socket for one in node.internal_links if one.to_socket == outlet), None)
            return self.surface(through) if through is not None else {**DEFAULTS, "Base Color": _BLACK}
        if outlet.type != "SHADER":  # a color right at the output is light of that color
            return {**DEFAULTS, "Base Color": _BLACK, "Emission Color": outlet}
        return self._shader(node, outlet)

    def _shader(self, node: bpy.types.Node, outlet: bpy.types.NodeSocket) -> Channels:
        read = lambda name: self._read(node.inputs[name]) if name in node.inputs else DEFAULTS.get(name)  # noqa: E731
        kind = node.type
        if kind == "BSDF_PRINCIPLED":
            return self._principled(node)
        if kind == "EMISSION":
            light = self._scaled(read("Color"), read("Strength"))
            return {**DEFAULTS, "Base Color": _BLACK, "Roughness": 1.0, "Emission Color": light}
        if kind in _DIFFUSE:
            return {**DEFAULTS, "Base Color": read("Color"), "Roughness": 1.0, "Normal": read("Normal")}
        if kind in _GLOSSY:
            color = read("Color") if "Color" in node.inputs else read("Base Color")
            return {
                **DEFAULTS,
                "Base Color": color,
                "Metallic": 1.0,
                "Roughness": read("Roughness"),
                "Normal": read("Normal"),
            }
        if kind in _GLASS:
            glass = {"Transmission Weight": 1.0, "IOR": read("IOR"), "Roughness": read("Roughness")}
            return {**DEFAULTS, "Base Color": read("Color"), "Normal": read("Normal"), **glass}
        if kind in ("BSDF_TRANSPARENT", "HOLDOUT"):
            return {**DEFAULTS, "Base Color": (1.0, 1.0, 1.0, 1.0), "Alpha": 0.0}
        if kind == "EEVEE_SPECULAR":
            return {**DEFAULTS, **{name: read(name) for name in ("Base Color", "Roughness", "Normal")}}
        if kind == "MIX_SHADER":
            return self._mixed(node)
        if kind == "ADD_SHADER":
            return self._added(node)
        if kind == "GROUP" and node.node_tree is not None:
            return self._group(node, outlet)
        self.problems.append(f"a {node.bl_label} node")
        color = next((one for one in node.inputs if one.type == "RGBA"), None)
        return {**DEFAULTS, "Base Color": self._read(color)} if color is not None else {**DEFAULTS}

    def _principled(self, node: bpy.types.Node) -> Channels:
        channels = {socket.name: self._read(socket) for socket in node.inputs if socket.type != "SHADER"}
        light = self._scaled(channels["Emission Color"], channels.pop("Emission Strength"))
        return {**channels, "Emission Color": light}

    def _read(self, socket: bpy.types.NodeSocket) -> Value:
        if socket.is_linked:
            return socket.links[0].from_socket
        if socket.type == "VECTOR" and socket.hide_value:
            return None
        return value_of(socket)

    def _mixed(self, node: bpy.types.Node) -> Channels:
        factor = self._read(node.inputs[0])
        if isinstance(factor, bpy.types.NodeSocket):
            source = Socket(node.inputs[0]).source()
            kind = source.socket.node.type if source is not None else ""
            if kind in _FRONT:
                factor = _FRONT[kind]
                if kind != "LIGHT_PATH":
                    self.problems.append(f"a mix by a {source.socket.node.bl_label} node")
        first, second = self.surface(node.inputs[1]), self.surface(node.inputs[2])
        if not isinstance(factor, bpy.types.NodeSocket) and factor in (0.0, 1.0):
            return second if factor else first
        mixed = {name: self._mix(first.get(name), second.get(name), factor) for name in {**first, **second}}
        for clear, solid in ((first, second), (second, first)):
            if clear["Alpha"] == 0.0:  # what is cut away has no look of its own
                mixed = {**solid, "Alpha": mixed["Alpha"]}
        return mixed

    def _added(self, node: bpy.types.Node) -> Channels:
        first, second = self.surface(node.inputs[0]), self.surface(node.inputs[1])
        for dark, lit in ((first, second), (second, first)):
            if dark["Base Color"] == _BLACK or dark["Alpha"] == 0.0:  # light over a surface
                light = self._sum(first["Emission Color"], second["Emission Color"])
                return {**lit, "Emission Color": light}
        half = {name: self._mix(first.get(name), second.get(name), 0.5) for name in {**first, **second}}
        self.problems.append("an Add Shader node")
        return half

    def _mix(self, first: Value, second: Value, factor: Value) -> Value:
        if first is second or (not _linked(first) and not _linked(second) and first == second):
            return first
        if first is None or second is None:
            return first if second is None else second
        if not any(_linked(one) for one in (first, second, factor)):
            pairs = zip(_color(first), _color(second), strict=True)
            mixed = tuple(a + (b - a) * factor for a, b in pairs)
            return mixed if isinstance(first, tuple) or isinstance(second, tuple) else mixed[0]
        return self._node("MIX", first, second, factor)

    def _scaled(self, color: Value, strength: Value) -> Value:
        if not _linked(strength) and strength == 1.0:
            return color
        if not _linked(color) and not _linked(strength):
            return (*(one * strength for one in _color(color)[:3]), 1.0)
        if not _linked(color) and max(_color(color)[:3]) == 0.0:
            return color
        return self._node("MULTIPLY", color, strength, 1.0)

    def _sum(self, first: Value, second: Value) -> Value:
        if not _linked(first) and not _linked(second):
            return tuple(a + b for a, b in zip(_color(first), _color(second), strict=True))
        for dark, lit in ((first, second), (second, first)):
            if not _linked(dark) and max(_color(dark)[:3]) == 0.0:
                return lit
        return self._node("ADD", first, second, 1.0)

    def _node(self, blend: str, first: Value, second: Value, factor: Value) -> bpy.types.NodeSocket:
        node = self._tree.nodes.new("ShaderNodeMix")
        node.data_type, node.blend_type, node.clamp_result = "RGBA", blend, False
        self.put(factor, node.inputs[0])
        self.put(first, node.inputs[6])
        self.put(second, node.inputs[7])
        return node.outputs[2]

    def _group(self, node: bpy.types.Node, outlet: bpy.types.NodeSocket) -> Channels:
        """Opens a group: in a copy of its tree, the channels become sockets that the group gives out."""
        tree = node.node_tree = node.node_tree.copy()
        inner = next((one for one in tree.nodes if one.type == "GROUP_OUTPUT" and one.is_active_output), None)
        number = next(index for index, socket in enumerate(node.outputs) if socket == outlet)
        if inner is None:
            return {**DEFAULTS, "Base Color": _BLACK}
        if any(socket.type == "SHADER" and socket.is_linked for socket in node.inputs):
            self.problems.append(f"shaders that go into the group {tree.name}")
        work = _Flattening(tree)
        channels = work.surface(inner.inputs[number])
        self.problems += work.problems
        result: Channels = {}
        for name, value in channels.items():
            if not _linked(value):
                result[name] = value
                continue
            kind = {"RGBA": "NodeSocketColor", "VECTOR": "NodeSocketVector"}.get(value.type, "NodeSocketFloat")
            label = f"{name} {number}"
            tree.interface.new_socket(label, in_out="OUTPUT", socket_type=kind)
            tree.links.new(value, inner.inputs[label])
            result[name] = node.outputs[label]
        return result


def _linked(value: Value) -> bool:
    return isinstance(value, bpy.types.NodeSocket)


def _color(value: Value) -> tuple[float, ...]:
    if isinstance(value, (int, float)):
        return (float(value),) * 4
    return (*value, 1.0)[:4] if len(value) == 3 else tuple(value)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, (int, float)) else float(sum(value[:3]) / 3)
