"""Any surface shader as one Principled BSDF: mixes of shaders become mixes of their colors and values.

Engines and glTF know one shading model. Diffuse, glossy, emission, glass and transparent shaders are special cases of
it, and their mix factors mix the inputs instead. View-dependent nodes (Fresnel, facing) count as seen from the front.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import bpy

from .constants import constant_value
from .simplifying import Value, color_of, is_flat, is_linked, is_one_shader, put, simplify
from .sockets import Groups, Socket, output_of
from .toon import write_plain

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
_FRONT = {"FRESNEL": 0.04, "LAYER_WEIGHT": 0.0}
"""What mixes by the angle of the view come to, seen from the front."""
_SHEEN = ("BSDF_SHEEN", "BSDF_VELVET")
_DIFFUSE = ("BSDF_DIFFUSE", "BSDF_TRANSLUCENT", "SUBSURFACE_SCATTERING", "BSDF_TOON")
_GLOSSY = ("BSDF_GLOSSY", "BSDF_ANISOTROPIC", "BSDF_METALLIC")
_GLASS = ("BSDF_GLASS", "BSDF_REFRACTION")


def flattened(material: bpy.types.Material) -> tuple[bpy.types.Material, list[str]]:
    """A copy whose surface is one Principled BSDF, and what could not be converted."""
    copy = material.copy()
    tree = copy.node_tree
    write_plain(copy)
    simplify(tree)
    if is_one_shader(copy):
        _forget_outputs(tree, output_of(tree))
        return copy, []
    output = output_of(tree)
    work = _Flattening(tree)
    channels = work.surface(output.inputs["Surface"]) if output is not None else {**DEFAULTS}
    principled = tree.nodes.new("ShaderNodeBsdfPrincipled")
    for name, value in channels.items():
        socket = principled.inputs.get(name)
        if socket is not None and value is not None:
            put(tree, value, socket)
    principled.inputs["Emission Strength"].default_value = 1.0
    work.forget_shaders()
    if output is None:
        output = tree.nodes.new("ShaderNodeOutputMaterial")
    _forget_outputs(tree, output)
    tree.links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    if work.volume is not None and not output.inputs["Volume"].is_linked:
        tree.links.new(work.volume, output.inputs["Volume"])
    return copy, work.problems


def _forget_outputs(tree: bpy.types.NodeTree, output: bpy.types.Node | None) -> None:
    """Leaves one output, for every render engine: our scenes and exporters do not render with the artist's."""
    for node in [item for item in tree.nodes if item.type == "OUTPUT_MATERIAL" and item != output]:
        tree.nodes.remove(node)
    if output is not None:
        output.target, output.is_active_output = "ALL", True


@contextmanager
def flat_view(material: bpy.types.Material) -> Iterator[tuple[bpy.types.Material, list[str]]]:
    """A material to read as one Principled BSDF: itself if it is one, else a copy that is removed afterward."""
    if is_flat(material):
        yield material, []
        return
    groups = set(bpy.data.node_groups)
    copy, problems = flattened(material)
    try:
        yield copy, problems
    finally:
        bpy.data.materials.remove(copy)
        made = [group for group in bpy.data.node_groups if group not in groups]
        if made:
            bpy.data.batch_remove(made)


class _Flattening:
    """Flattens the channels of shaders inside one node tree; groups are opened in copies of their trees.

    Args:
        around: the flattening of the tree that contains this one as a group, with that group's node.
    """

    def __init__(self, tree: bpy.types.NodeTree, around: tuple[_Flattening, bpy.types.Node] | None = None) -> None:
        self._tree = tree
        self._around = around
        self._groups: Groups = (*around[0]._groups, around[1]) if around else ()
        self._known: dict[tuple[str, int], Channels] = {}
        self._trees: list[bpy.types.NodeTree] = around[0]._trees if around else []
        self._trees.append(tree)
        self.problems: list[str] = []
        self.volume: bpy.types.NodeSocket | None = None

    def forget_shaders(self) -> None:
        """Removes the links between shaders: Blender's glTF exporter prefers an Emission node wherever it is."""
        for tree in self._trees:
            for link in [item for item in tree.links if item.from_socket.type == "SHADER"]:
                if not link.from_node.type.startswith("VOLUME"):
                    tree.links.remove(link)

    def surface(self, socket: bpy.types.NodeSocket) -> Channels:
        """The channels of what is linked to a shader input; those of black if unlinked."""
        for _ in range(32):
            if not socket.is_linked:
                return {**DEFAULTS, "Base Color": _BLACK}
            outlet = socket.links[0].from_socket
            if outlet.node.type != "REROUTE":
                break
            socket = outlet.node.inputs[0]
        node = outlet.node
        if node.mute:
            through = next((link.from_socket for link in node.internal_links if link.to_socket == outlet), None)
            return self.surface(through) if through is not None else {**DEFAULTS, "Base Color": _BLACK}
        if outlet.type != "SHADER":  # a color right at the output is light of that color
            return {**DEFAULTS, "Base Color": _BLACK, "Emission Color": outlet}
        key = node.name, next(number for number, item in enumerate(node.outputs) if item == outlet)
        if key not in self._known:
            self._known[key] = self._shader(node, outlet)
        return {**self._known[key]}

    def _shader(self, node: bpy.types.Node, outlet: bpy.types.NodeSocket) -> Channels:
        read = lambda name: self._read(node.inputs[name]) if name in node.inputs else DEFAULTS.get(name)  # noqa: E731
        kind = node.type
        if kind == "BSDF_PRINCIPLED":
            return self._principled(node)
        if kind == "EMISSION":
            light = self._scaled(read("Color"), read("Strength"))
            return {**DEFAULTS, "Base Color": _BLACK, "Roughness": 1.0, "Emission Color": light}
        if kind in _SHEEN:
            cloth = {"Sheen Weight": 1.0, "Sheen Tint": read("Color"), "Sheen Roughness": read("Roughness")}
            dull = {"Base Color": _BLACK, "Roughness": 1.0, "Specular IOR Level": 0.0}
            return {**DEFAULTS, **dull, **cloth, "Normal": read("Normal")}
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
            # Principled tints by the root where light goes in and where it comes out, glass by its color each time.
            return {**DEFAULTS, "Base Color": self._squared(read("Color")), "Normal": read("Normal"), **glass}
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
        if kind == "GROUP_INPUT" and self._around is not None:
            return self._from_outside(outlet)
        self.problems.append(f"a {node.bl_label} node")
        color = next((socket for socket in node.inputs if socket.type == "RGBA"), None)
        return {**DEFAULTS, "Base Color": self._read(color)} if color is not None else {**DEFAULTS}

    def _principled(self, node: bpy.types.Node) -> Channels:
        channels = {socket.name: self._read(socket) for socket in node.inputs if socket.type != "SHADER"}
        light = self._scaled(channels["Emission Color"], channels.pop("Emission Strength"))
        return {**channels, "Emission Color": light}

    def _read(self, socket: bpy.types.NodeSocket) -> Value:
        if socket.hide_value:
            return socket.links[0].from_socket if socket.is_linked else None
        value = constant_value(Socket(socket, self._groups))
        return value if value is not None or not socket.is_linked else socket.links[0].from_socket

    def _mixed(self, node: bpy.types.Node) -> Channels:
        factor = self._read(node.inputs[0])
        if isinstance(factor, bpy.types.NodeSocket):
            source = Socket(node.inputs[0], self._groups).source()
            kind = source.socket.node.type if source is not None else ""
            if kind in _FRONT:
                factor = _FRONT[kind]
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
        for side, other in ((0, 1), (1, 0)):
            outlet = Socket(node.inputs[side], self._groups).source()
            kind = outlet.socket.node.type if outlet is not None else ""
            if kind.startswith("VOLUME"):  # what fills the surface
                if not outlet.groups:
                    self.volume = self.volume or outlet.socket
                return self.surface(node.inputs[other])
            if kind in _SHEEN and not outlet.groups:
                read = outlet.socket.node.inputs
                sheen = {"Sheen Tint": self._read(read["Color"]), "Sheen Roughness": self._read(read["Roughness"])}
                return {**self.surface(node.inputs[other]), "Sheen Weight": 1.0, **sheen}
        first, second = self.surface(node.inputs[0]), self.surface(node.inputs[1])
        for dark, lit in ((first, second), (second, first)):
            if dark["Base Color"] == _BLACK or dark["Alpha"] == 0.0:  # light over a surface
                light = self._sum(first["Emission Color"], second["Emission Color"])
                return {**lit, "Emission Color": self._undimmed(light, lit["Alpha"])}
        half = {name: self._mix(first.get(name), second.get(name), 0.5) for name in {**first, **second}}
        self.problems.append("an Add Shader node")
        return half

    def _mix(self, first: Value, second: Value, factor: Value) -> Value:
        if first is second or (not is_linked(first) and not is_linked(second) and first == second):
            return first
        if first is None or second is None:
            return first if second is None else second
        if not any(is_linked(item) for item in (first, second, factor)):
            pairs = zip(color_of(first), color_of(second), strict=True)
            mixed = tuple(a + (b - a) * factor for a, b in pairs)
            return mixed if isinstance(first, tuple) or isinstance(second, tuple) else mixed[0]
        return self._node("MIX", first, second, factor)

    def _scaled(self, color: Value, strength: Value) -> Value:
        if not is_linked(strength) and strength == 1.0:
            return color
        if not is_linked(color) and not is_linked(strength):
            return (*(item * strength for item in color_of(color)[:3]), 1.0)
        if not is_linked(color) and max(color_of(color)[:3]) == 0.0:
            return color
        if not is_linked(strength) and strength == 0.0:
            return _BLACK
        return self._node("MULTIPLY", color, strength, 1.0)

    def _squared(self, color: Value) -> Value:
        if is_linked(color):
            return self._node("MULTIPLY", color, color, 1.0)
        return (*(item * item for item in color_of(color)[:3]), 1.0)

    def _undimmed(self, light: Value, alpha: Value) -> Value:
        """Light that is added to a surface, corrected for its alpha: Principled dims its emission by its alpha."""
        if is_linked(alpha):
            if is_linked(light) or max(color_of(light)[:3]) > 0.0:
                self.problems.append("an Add Shader node")
            return light
        return self._scaled(light, 1 / alpha) if 0.0 < alpha < 1.0 else light

    def _sum(self, first: Value, second: Value) -> Value:
        if not is_linked(first) and not is_linked(second):
            return tuple(a + b for a, b in zip(color_of(first), color_of(second), strict=True))
        for dark, lit in ((first, second), (second, first)):
            if not is_linked(dark) and max(color_of(dark)[:3]) == 0.0:
                return lit
        return self._node("ADD", first, second, 1.0)

    def _node(self, blend: str, first: Value, second: Value, factor: Value) -> bpy.types.NodeSocket:
        node = self._tree.nodes.new("ShaderNodeMix")
        node.data_type, node.blend_type, node.clamp_result = "RGBA", blend, False
        for value, number in ((factor, 0), (first, 6), (second, 7)):
            put(self._tree, value, node.inputs[number])
        return node.outputs[2]

    def _group(self, node: bpy.types.Node, outlet: bpy.types.NodeSocket) -> Channels:
        """Opens a group: in a copy of its tree, the channels become output sockets of the group."""
        tree = node.node_tree = node.node_tree.copy()
        inner = next((item for item in tree.nodes if item.type == "GROUP_OUTPUT" and item.is_active_output), None)
        number = next(index for index, socket in enumerate(node.outputs) if socket == outlet)
        if inner is None:
            return {**DEFAULTS, "Base Color": _BLACK}
        work = _Flattening(tree, (self, node))
        channels = work.surface(inner.inputs[number])
        self.problems += work.problems
        return {
            name: _led(value, name, tree, "OUTPUT", inner.inputs, node.outputs, number) if is_linked(value) else value
            for name, value in channels.items()
        }

    def _from_outside(self, outlet: bpy.types.NodeSocket) -> Channels:
        """The channels of a shader that enters this group; they become input sockets of the group."""
        work, node = self._around
        inside = outlet.node
        number = next(index for index, socket in enumerate(inside.outputs) if socket == outlet)
        return {
            name: _led(value, name, self._tree, "INPUT", node.inputs, inside.outputs, number)
            if is_linked(value)
            else value
            for name, value in work.surface(node.inputs[number]).items()
        }


def _led(
    value: bpy.types.NodeSocket,
    name: str,
    tree: bpy.types.NodeTree,
    way: Literal["INPUT", "OUTPUT"],
    into: bpy.types.bpy_prop_collection,
    out: bpy.types.bpy_prop_collection,
    number: int,
) -> bpy.types.NodeSocket:
    """Passes a value across a group's boundary by a new socket of its ``tree``; returns the socket on the other side.

    Args:
        way: ``INPUT`` or ``OUTPUT`` of the group. into, out: the sockets on this side and on the other. number: of the
            shader's own socket, for a unique name.
    """
    kind = {"RGBA": "NodeSocketColor", "VECTOR": "NodeSocketVector"}.get(value.type, "NodeSocketFloat")
    label = f"{name} of {way} {number}"
    tree.interface.new_socket(label, in_out=way, socket_type=kind)
    value.id_data.links.new(value, into[label])
    return out[label]
