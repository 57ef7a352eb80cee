"""The world of a look: a sky with a ground below it, and a backdrop that the camera sees instead."""

from __future__ import annotations

import math

import bpy
import numpy as np

from .recipes import Color, Sky

_SKY_ELEVATIONS = (-3.0, 1.0, 3.0, 5.0, 10.0, 20.0, 35.0, 50.0, 60.0, 70.0)
_SKY_IRRADIANCES = (0.16, 1.69, 2.89, 3.93, 5.72, 7.52, 8.71, 9.30, 9.53, 9.70)
"""W/m² (green channel) on flat ground under Blender's sky texture of strength 1 without its disc, by the elevation of
the sun; rendered with Cycles in 4.5.15 (Nishita) and 5.2.3 (single scattering), which agree within 3 %."""
_BLEND = 0.04
"""Sine of the angles around the horizon over which sky and ground blend."""


def build_world(world: bpy.types.World, sky: Sky, sun_turn: float) -> None:
    """Build the nodes of ``sky`` in ``world``.

    Args:
        sun_turn: azimuth of the sun in degrees around +Z, from +X.
    """
    nodes, links, background, output = cleared(world)
    color = nodes.new("ShaderNodeTexSky") if sky.sun_elevation is not None else None
    if color is not None:
        assert sky.sun_elevation is not None
        known = {item.identifier for item in color.bl_rna.properties["sky_type"].enum_items}
        # Blender 5 renamed what 4.5 calls Nishita.
        color.sky_type = "NISHITA" if "NISHITA" in known else "SINGLE_SCATTERING"
        color.sun_disc = False  # the sun is a light, which both renderers sample well
        color.sun_elevation = math.radians(sky.sun_elevation)
        color.sun_rotation = math.radians(90 - sun_turn)  # from +Y, clockwise
        above = color.outputs[0]
        scale = sky.irradiance / float(np.interp(sky.sun_elevation, _SKY_ELEVATIONS, _SKY_IRRADIANCES))
        level = sky.irradiance / math.pi / scale
    else:
        above = _gradient(nodes, links, sky.zenith, sky.horizon)
        # Of a gradient that is linear in the sine of the elevation: E = π (h / 3 + 2 z / 3).
        mean = sky.zenith[1] * 2 / 3 + sky.horizon[1] / 3
        scale = sky.irradiance / (math.pi * mean)
        level = mean
    mixed = _with_ground(nodes, links, above, scaled(sky.ground, level))
    links.new(mixed, background.inputs["Color"])
    background.inputs["Strength"].default_value = scale
    if sky.backdrop is not None:
        show_backdrop(nodes, links, background, output, sky.backdrop)


def cleared(
    world: bpy.types.World,
) -> tuple[bpy.types.Nodes, bpy.types.NodeLinks, bpy.types.Node, bpy.types.Node]:
    """The nodes and links of ``world``, cleared except for two nodes: a background and the output."""
    if not world.use_nodes:
        world.use_nodes = True
    tree = world.node_tree
    tree.nodes.clear()
    background, output = tree.nodes.new("ShaderNodeBackground"), tree.nodes.new("ShaderNodeOutputWorld")
    background.location, output.location = (0, 0), (400, 0)
    tree.links.new(background.outputs[0], output.inputs["Surface"])
    return tree.nodes, tree.links, background, output


def scaled(color: Color, by: float) -> Color:
    """``color`` times a number."""
    return color[0] * by, color[1] * by, color[2] * by


def _upward(nodes: bpy.types.Nodes, links: bpy.types.NodeLinks) -> bpy.types.NodeSocket:
    """The sine of the elevation of the view direction, -1 to 1."""
    place, parts = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ")
    links.new(place.outputs["Generated"], parts.inputs[0])
    return parts.outputs["Z"]


def _mapped(
    nodes: bpy.types.Nodes, links: bpy.types.NodeLinks, value: bpy.types.NodeSocket, low: float, high: float
) -> bpy.types.NodeSocket:
    mapped = nodes.new("ShaderNodeMapRange")
    links.new(value, mapped.inputs["Value"])
    mapped.inputs["From Min"].default_value, mapped.inputs["From Max"].default_value = low, high
    return mapped.outputs["Result"]


def _gradient(
    nodes: bpy.types.Nodes, links: bpy.types.NodeLinks, zenith: Color, horizon: Color
) -> bpy.types.NodeSocket:
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    links.new(_mapped(nodes, links, _upward(nodes, links), 0, 1), mix.inputs["Factor"])
    _color(mix, "A").default_value, _color(mix, "B").default_value = (*horizon, 1), (*zenith, 1)
    return _result(mix)


def _with_ground(
    nodes: bpy.types.Nodes, links: bpy.types.NodeLinks, above: bpy.types.NodeSocket, ground: Color
) -> bpy.types.NodeSocket:
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    links.new(_mapped(nodes, links, _upward(nodes, links), -_BLEND, _BLEND / 4), mix.inputs["Factor"])
    _color(mix, "A").default_value = (*ground, 1)
    links.new(above, _color(mix, "B"))
    return _result(mix)


def _color(mix: bpy.types.Node, name: str) -> bpy.types.NodeSocket:
    """The color input A or B of a mix node, which has sockets of the same names for numbers and vectors."""
    return next(socket for socket in mix.inputs if socket.name == name and socket.type == "RGBA")


def _result(mix: bpy.types.Node) -> bpy.types.NodeSocket:
    return next(socket for socket in mix.outputs if socket.type == "RGBA")


def show_backdrop(
    nodes: bpy.types.Nodes, links: bpy.types.NodeLinks, sky: bpy.types.Node, output: bpy.types.Node, color: Color
) -> bpy.types.Node:
    """Let the camera see a uniform color while everything else is lit by ``sky``; returns what it sees."""
    path, seen, mix = (
        nodes.new(kind) for kind in ("ShaderNodeLightPath", "ShaderNodeBackground", "ShaderNodeMixShader")
    )
    seen.inputs["Color"].default_value = (*color, 1)
    links.new(path.outputs["Is Camera Ray"], mix.inputs[0])
    links.new(sky.outputs[0], mix.inputs[1])
    links.new(seen.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], output.inputs["Surface"])
    return seen
