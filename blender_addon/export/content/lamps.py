"""Converts lights to the form of files: one color of at most 1, and one strength."""

from __future__ import annotations

import bpy

from ..materials.nodes.sockets import Socket, trace


def settle_light(light: bpy.types.Light) -> None:
    """Bakes the temperature, the exposure and the nodes of a copied light into its color and its strength.

    glTF allows no color above 1 (KHR_lights_punctual), and Blender's exporters read at most one color from nodes.
    """
    color = [float(value) for value in light.color]
    if getattr(light, "use_temperature", False):
        color = [own * warm for own, warm in zip(color, light.temperature_color, strict=True)]
        light.use_temperature = False
    strength = 2.0 ** getattr(light, "exposure", 0.0)
    if hasattr(light, "exposure"):
        light.exposure = 0.0
    shown = _of_nodes(light)
    if shown is not None:
        color = [own * other for own, other in zip(color, shown, strict=True)]
        light.use_nodes = False
    most = max(color)
    if most > 1:
        strength, color = strength * most, [value / most for value in color]
    light.color = color
    light.energy *= strength


def has_odd_nodes(light: bpy.types.Light) -> bool:
    """Whether the nodes of a light define more than one color and one strength: pictures, profiles, falloff."""
    return _emission(light) is not None and _of_nodes(light) is None


def _of_nodes(light: bpy.types.Light) -> tuple[float, float, float] | None:
    """The linear color, times its strength, by which the nodes of a light multiply it; ``None`` if they define no
    single one."""
    emission = _emission(light)
    if emission is None or emission.socket.node.type != "EMISSION":
        return None
    inputs = emission.socket.node.inputs
    color, strength = (trace(emission.at(inputs[name])) for name in ("Color", "Strength"))
    if color.image or color.problem or strength.image or strength.problem:
        return None
    if color.factor is None or strength.factor is None:
        return None
    red, green, blue = color.factor[:3] if isinstance(color.factor, tuple) else (color.factor,) * 3
    times = sum(strength.factor[:3]) / 3 if isinstance(strength.factor, tuple) else strength.factor
    return red * times, green * times, blue * times


def _emission(light: bpy.types.Light) -> Socket | None:
    """The shader that the nodes of a light end in; ``None`` if it uses none."""
    tree = light.node_tree if light.use_nodes else None
    outputs = [node for node in tree.nodes if node.type == "OUTPUT_LIGHT"] if tree is not None else []
    output = next((node for node in outputs if node.is_active_output), None)
    return Socket(output.inputs["Surface"]).source() if output is not None else None
