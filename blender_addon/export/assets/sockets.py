"""Sockets: attachment points on an asset for engines, from the artist's empties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy
from mathutils import Matrix

from ...bridge.data.stored_values import stored_flag, stored_text
from ..names.assets import MAX_INNER_NAME, plain

SOCKET_KEY = "atelier_socket"
"""On an empty: the name of the socket, or true for the empty's own name."""

PREFIX = "SOCKET_"


@dataclass(frozen=True)
class Socket:
    """``matrix`` 4x4 relative to the asset, without scale: meters, Blender's axes."""

    name: str
    matrix: Matrix


Empties = dict[int, list[bpy.types.Object]]


def socket_empties(objects: Iterable[bpy.types.Object]) -> Empties:
    """The empties that represent sockets, by the session_uid of their parent.

    One pass, since ``Object.children`` scans all objects each time.
    """
    found: Empties = {}
    for obj in objects:
        is_socket = obj.type == "EMPTY" and (
            obj.name.startswith(PREFIX) or stored_flag(obj, SOCKET_KEY) or stored_text(obj, SOCKET_KEY)
        )
        if is_socket and obj.parent is not None:
            found.setdefault(obj.parent.session_uid, []).append(obj)
    return found


def sockets_of(obj: bpy.types.Object, asset_matrix: Matrix, empties: Empties) -> list[Socket]:
    """The sockets of an object, in the order of their names.

    Args:
        asset_matrix: the transform of the asset in the world, without scale.
    """
    inverse = asset_matrix.inverted()
    found: dict[str, Socket] = {}
    for empty in sorted(empties.get(obj.session_uid, ()), key=lambda item: item.name):
        location, rotation, _ = (inverse @ empty.matrix_world).decompose()
        name = _name(empty)
        number, candidate = 2, name
        while candidate in found:
            candidate, number = f"{name}_{number}", number + 1
        found[candidate] = Socket(candidate, Matrix.Translation(location) @ rotation.to_matrix().to_4x4())
    return list(found.values())


def _name(empty: bpy.types.Object) -> str:
    name = stored_text(empty, SOCKET_KEY, longest=200) or empty.name
    return (PREFIX + plain(name.removeprefix(PREFIX)))[:MAX_INNER_NAME]
