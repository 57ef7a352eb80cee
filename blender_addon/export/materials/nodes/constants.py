"""Evaluates nodes with constant inputs: the value of a socket if nothing behind it depends on the surface.

View-dependent nodes count as seen from the front, by the camera.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import bpy
import numpy as np

from .sockets import MOST_STEPS, Socket, value_of

Read = Callable[[int], Any]
"""The value of an input of a node by its number, or ``None``."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_FROM_THE_FRONT = {"Backfacing": 0.0, "Is Camera Ray": 1.0, "Is Singular Ray": 0.0, "Is Reflection Ray": 0.0}
_FROM_THE_FRONT |= {"Is Shadow Ray": 0.0, "Is Diffuse Ray": 0.0, "Is Glossy Ray": 0.0, "Is Transmission Ray": 0.0}

_MATH: dict[str, Callable[[float, float, float], float]] = {
    "ADD": lambda a, b, c: a + b,
    "SUBTRACT": lambda a, b, c: a - b,
    "MULTIPLY": lambda a, b, c: a * b,
    "DIVIDE": lambda a, b, c: a / b if b else 0.0,
    "MULTIPLY_ADD": lambda a, b, c: a * b + c,
    "POWER": lambda a, b, c: a**b if a > 0 or (float(b).is_integer() and a) else 0.0,
    "SQRT": lambda a, b, c: math.sqrt(max(a, 0.0)),
    "ABSOLUTE": lambda a, b, c: abs(a),
    "MINIMUM": lambda a, b, c: min(a, b),
    "MAXIMUM": lambda a, b, c: max(a, b),
    "LESS_THAN": lambda a, b, c: float(a < b),
    "GREATER_THAN": lambda a, b, c: float(a > b),
    "SIGN": lambda a, b, c: float(np.sign(a)),
    "COMPARE": lambda a, b, c: float(abs(a - b) <= max(c, 1e-5)),
    "ROUND": lambda a, b, c: math.floor(a + 0.5),
    "FLOOR": lambda a, b, c: math.floor(a),
    "CEIL": lambda a, b, c: math.ceil(a),
    "TRUNC": lambda a, b, c: math.trunc(a),
    "FRACT": lambda a, b, c: a - math.floor(a),
    "SINE": lambda a, b, c: math.sin(a),
    "COSINE": lambda a, b, c: math.cos(a),
    "RADIANS": lambda a, b, c: math.radians(a),
    "DEGREES": lambda a, b, c: math.degrees(a),
}
_BLENDS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "MIX": lambda a, b: b,
    "ADD": lambda a, b: a + b,
    "SUBTRACT": lambda a, b: a - b,
    "MULTIPLY": lambda a, b: a * b,
    "SCREEN": lambda a, b: 1 - (1 - a) * (1 - b),
    "DARKEN": np.minimum,
    "LIGHTEN": np.maximum,
    "DIFFERENCE": lambda a, b: np.abs(a - b),
}
_MIX_SIDES = {"FLOAT": (2, 3), "VECTOR": (4, 5), "RGBA": (6, 7)}


def constant_value(at: Socket, steps: int = 0) -> Any:
    """The value that arrives at an input socket, of the socket's own type; ``None`` if it is not constant."""
    outlet = at.source()
    if outlet is None:
        return _converted(at.constant(), at.socket.type)
    if steps > MOST_STEPS:
        return None
    return _converted(_output(outlet, steps), at.socket.type)


def passed_through(at: Socket) -> Socket | None:
    """The single input that determines the node behind ``at``: of a muted node, or of a mix by 0 or 1."""
    outlet = at.source()
    if outlet is None:
        return None
    node = outlet.socket.node
    if node.mute:
        found = next((link.from_socket for link in node.internal_links if link.to_socket == outlet.socket), None)
        return outlet.at(found) if found is not None else None
    sides = _sides(node)
    if sides is None or outlet.socket.type == "SHADER":
        return None
    factor = constant_value(outlet.at(node.inputs[0]))
    first, second = (outlet.at(node.inputs[side]) for side in sides)
    if factor is not None and factor <= 0.0:
        return first
    return second if factor is not None and factor >= 1.0 and node.blend_type == "MIX" else None


def _sides(node: bpy.types.Node) -> tuple[int, int] | None:
    if node.type == "MIX":
        is_even = node.data_type != "VECTOR" or node.factor_mode == "UNIFORM"
        return _MIX_SIDES.get(node.data_type) if is_even and not node.clamp_result else None
    return (1, 2) if node.type == "MIX_RGB" and not node.use_clamp else None


def _output(outlet: Socket, steps: int) -> Any:
    node = outlet.socket.node

    def read(number: int) -> Any:
        return constant_value(outlet.at(node.inputs[number]), steps + 1)

    if node.mute:
        return None
    if node.type in ("RGB", "VALUE"):
        return value_of(outlet.socket)
    if node.type in ("NEW_GEOMETRY", "LIGHT_PATH"):
        return _FROM_THE_FRONT.get(outlet.socket.name)
    fold = _FOLDS.get(node.type)
    return fold(node, outlet.socket, read) if fold is not None else None


def _math(node: bpy.types.Node, _: Any, read: Read) -> Any:
    operation = _MATH.get(node.operation)
    values = [read(number) if node.inputs[number].enabled else 0.0 for number in range(3)]
    if operation is None or None in values:
        return None
    try:
        result = float(operation(*values))
    except (OverflowError, ValueError):
        return None
    return min(max(result, 0.0), 1.0) if node.use_clamp else result


def _vector_math(node: bpy.types.Node, outlet: Any, read: Read) -> Any:
    if node.operation == "DOT_PRODUCT" and any(_is_view(socket) for socket in node.inputs[:2]):
        return 1.0
    first, second = read(0), read(1)
    if first is None or (second is None and node.inputs[1].enabled):
        return None
    a, b = np.array(first[:3], float), np.array((second or first)[:3], float)
    if node.operation in ("ADD", "SUBTRACT", "MULTIPLY"):
        return tuple(_BLENDS[node.operation](a, b).tolist())
    scale = read(3) if node.operation == "SCALE" else None
    return tuple((a * scale).tolist()) if scale is not None else None


def _is_view(socket: bpy.types.NodeSocket) -> bool:
    """Whether a socket receives the view direction: from the front it equals the normal."""
    return any(link.from_node.type == "NEW_GEOMETRY" and link.from_socket.name == "Incoming" for link in socket.links)


def _mix(node: bpy.types.Node, _: Any, read: Read) -> Any:
    kind = node.data_type if node.type == "MIX" else "RGBA"
    sides = _MIX_SIDES.get(kind) if node.type == "MIX" else (1, 2)
    blend = _BLENDS.get(node.blend_type if kind == "RGBA" else "MIX")
    if sides is None or blend is None or (kind == "VECTOR" and node.factor_mode != "UNIFORM"):
        return None
    factor, first, second = read(0), read(sides[0]), read(sides[1])
    if factor is None or first is None or second is None:
        return None
    if node.type != "MIX" or node.clamp_factor:
        factor = min(max(factor, 0.0), 1.0)
    a, b = np.atleast_1d(np.array(first, float)), np.atleast_1d(np.array(second, float))
    mixed = a + (blend(a, b) - a) * factor
    if kind == "RGBA":
        mixed[3:] = a[3:] + ((b - a)[3:] * factor if node.blend_type == "MIX" else 0)
        mixed = np.clip(mixed, 0, 1) if (node.clamp_result if node.type == "MIX" else node.use_clamp) else mixed
    return float(mixed[0]) if kind == "FLOAT" else tuple(mixed.tolist())


def _combined(node: bpy.types.Node, _: Any, read: Read) -> Any:
    values = [read(number) for number in range(3)]
    if None in values or getattr(node, "mode", "RGB") != "RGB":
        return None
    return (*values, 1.0) if node.type == "COMBINE_COLOR" else tuple(values)


def _separated(node: bpy.types.Node, outlet: Any, read: Read) -> Any:
    value = read(0)
    if value is None or getattr(node, "mode", "RGB") != "RGB":
        return None
    return value[next(number for number, socket in enumerate(node.outputs) if socket == outlet)]


def _inverted(node: bpy.types.Node, _: Any, read: Read) -> Any:
    factor, color = read(0), read(1)
    if factor is None or color is None:
        return None
    return (*(item + (1 - 2 * item) * factor for item in color[:3]), color[3])


def _clamped(node: bpy.types.Node, _: Any, read: Read) -> Any:
    value, low, high = (read(number) for number in range(3))
    if None in (value, low, high) or node.clamp_type != "MINMAX":
        return None
    return min(max(value, low), high)


def _map_range(node: bpy.types.Node, _: Any, read: Read) -> Any:
    values = [read(number) for number in range(5)]
    if node.data_type != "FLOAT" or node.interpolation_type != "LINEAR" or None in values:
        return None
    value, low, high, to_low, to_high = values
    share = (value - low) / (high - low) if high != low else 0.0
    return to_low + (to_high - to_low) * (min(max(share, 0.0), 1.0) if node.clamp else share)


def _gray(node: bpy.types.Node, _: Any, read: Read) -> Any:
    color = read(0)
    return float(np.array(color[:3]) @ _LUMINANCE) if color is not None else None


def _gamma(node: bpy.types.Node, _: Any, read: Read) -> Any:
    color, power = read(0), read(1)
    if color is None or power is None:
        return None
    return (*(item**power if item > 0 else item for item in color[:3]), color[3])


def _ramp(node: bpy.types.Node, outlet: Any, read: Read) -> Any:
    factor = read(0)
    if factor is None:
        return None
    color = tuple(node.color_ramp.evaluate(factor))
    return color[3] if outlet.name == "Alpha" else color


_FOLDS: dict[str, Callable[[bpy.types.Node, Any, Read], Any]] = {
    "MATH": _math,
    "VECT_MATH": _vector_math,
    "MIX": _mix,
    "MIX_RGB": _mix,
    "COMBINE_COLOR": _combined,
    "COMBXYZ": _combined,
    "SEPARATE_COLOR": _separated,
    "SEPXYZ": _separated,
    "INVERT": _inverted,
    "CLAMP": _clamped,
    "MAP_RANGE": _map_range,
    "RGBTOBW": _gray,
    "GAMMA": _gamma,
    "VALTORGB": _ramp,
}


def _converted(value: Any, kind: str) -> Any:
    """A value converted to the type of an input socket."""
    if value is None or isinstance(value, str) or kind not in ("VALUE", "RGBA", "VECTOR"):
        return None
    if kind == "RGBA":
        if isinstance(value, (int, float)):
            return (float(value),) * 3 + (1.0,)
        return (*value, 1.0) if len(value) == 3 else tuple(value)
    if kind == "VECTOR":
        return (float(value),) * 3 if isinstance(value, (int, float)) else tuple(value)[:3]
    if isinstance(value, (int, float)):
        return float(value)
    weights = _LUMINANCE if len(value) == 4 else np.full(3, 1 / 3)
    return float(np.array(value[:3]) @ weights)
