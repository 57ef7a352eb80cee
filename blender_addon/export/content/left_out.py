"""What an export has not made of an object, for its report and for the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..assets.avatar_parts import Part
from ..meshes import lods

# Sentences of the report; the panel finds their Chinese by the pattern.
NO_LIGHTMAP = "no lightmap UVs: {} triangles are more than {}"
NO_LEVELS = "no levels of detail: {} triangles that deform are more than {}"
LOST_KEYS = "no shape keys, since its modifiers make other vertices with them: {}"
NO_FACES = "no faces"


@dataclass(frozen=True)
class LeftOut:
    """``name`` of the artist's object, and ``why`` it lacks something."""

    name: str
    why: str


def without_levels(parts: Iterable[Part]) -> list[LeftOut]:
    """The parts of avatars that are too dense for levels of detail, which Blender's Decimate would make without
    shape keys."""
    counts = [(part.name, len(part.mesh.polygons)) for part in parts]
    return [LeftOut(name, NO_LEVELS.format(count, lods.DENSE)) for name, count in counts if count > lods.DENSE]


def left_out_lines(report: Mapping[str, Any], say: Callable[[str], str] = str) -> list[str]:
    """``Scan: no lightmap UVs: …``, a line for each thing that an export's report says was left out.

    Args:
        report: possibly one that came with a file. say: translates a reason.
    """
    rows = report.get("left_out")
    rows = [one for one in rows if isinstance(one, dict)] if isinstance(rows, list) else []
    lines = [f"{one.get('name', '')}: {say(str(one.get('why', '')))}" for one in rows]
    lost = report.get("lost_shape_keys")
    for name, keys in lost.items() if isinstance(lost, dict) else ():
        lines.append(f"{name}: {say(LOST_KEYS.format(', '.join(map(str, keys))))}")
    empty = report.get("without_faces")
    lines += [f"{name}: {say(NO_FACES)}" for name in (empty if isinstance(empty, list) else ())]
    return lines
