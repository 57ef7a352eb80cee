"""Records what an export left out of an object, for its report and for the panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ml_core.errors import Message

from ..assets.avatars.parts import Part
from ..meshes import lods

NO_LIGHTMAP = "no lightmap UVs: {count} triangles are more than {most}"
NO_LIGHTMAP_ROOM = "no lightmap UVs: all {most} UV maps of a mesh are taken"
NO_LEVELS = "no levels of detail: {count} triangles that deform are more than {most}"
LOST_KEYS = "no shape keys, since its modifiers make other vertices with them: {keys}"
NO_FACES = "no faces"
SHARED_VARIANT = "looks like another object of its mesh, of which {} would look different"


@dataclass(frozen=True)
class LeftOut:
    """The ``name`` of the artist's object, and ``why`` something was left out."""

    name: str
    why: str


def without_levels(parts: Iterable[Part]) -> list[LeftOut]:
    """The parts of avatars that are too dense for levels of detail, which Blender's Decimate would create without shape
    keys."""
    counts = [(part.name, len(part.mesh.polygons)) for part in parts]
    return [
        LeftOut(name, Message(NO_LEVELS, count=count, most=lods.DENSE)) for name, count in counts if count > lods.DENSE
    ]


def left_out_lines(report: Mapping[str, Any]) -> list[Message]:
    """``Scan: no lightmap UVs: …``, one line per item that an export's report lists as left out.

    Args:
        report: possibly one that came with a file.
    """
    rows = report.get("left_out")
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    lines = [_line(row.get("name", ""), row.get("why", "")) for row in rows]
    lost = report.get("lost_shape_keys")
    for name, keys in lost.items() if isinstance(lost, dict) else ():
        lines.append(_line(name, Message(LOST_KEYS, keys=", ".join(map(str, keys)))))
    empty = report.get("without_faces")
    lines += [_line(name, Message(NO_FACES)) for name in (empty if isinstance(empty, list) else ())]
    return lines


def _line(name: object, why: object) -> Message:
    return Message("{name}: {reason}", name=name, reason=why)
