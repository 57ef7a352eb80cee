"""Keeps the artist's private data out of exports: no path, no user name, no private notes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

from ..targets.model_format import ModelFormat


def forget_properties(block: bpy.types.ID | bpy.types.Bone) -> None:
    """Removes the custom properties of a copy; rigs and add-ons store scripts, paths and notes in them."""
    for key in list(block.keys()):
        del block[key]


_OF_ADD_ONS = ("_", "atelier", "cycles", "vrm_addon", "rigify", "rig_", "mmd", "cc_", "io_scene", "uid", "UUID")
_LONGEST = 256


def exported_properties(block: Any) -> dict[str, Any]:
    """The custom properties of a block that an engine may read: numbers, booleans, plain words, and groups of these.

    Data of add-ons are left out, and so are paths, scripts and long notes.
    """
    kept = {}
    for key in _own_keys(block):
        value = block[key]
        for convert in ("to_list", "to_dict"):
            value = getattr(value, convert)() if hasattr(value, convert) else value
        if _is_plain(value):
            kept[key] = value
    return kept


def left_properties(block: Any, takes_plain: bool = True) -> list[str]:
    """The names of left-out custom properties that an artist may miss in the exported file."""
    kept = exported_properties(block) if takes_plain else {}
    return [key for key in _own_keys(block) if key not in kept]


def copy_properties(source: Any, target: Any, model_format: ModelFormat) -> None:
    """Gives an exported copy the custom properties of :func:`exported_properties`.

    Args:
        model_format: of the file. If it has no groups, their members get combined names.
    """
    for key, value in exported_properties(source).items():
        for name, leaf in [(key, value)] if model_format.nested_properties else _leaves(key, value):
            # Blender's FBX exporter takes three numbers for a vector, and stops at whole ones.
            is_vector = not model_format.nested_properties and isinstance(leaf, list) and len(leaf) == 3
            target[name] = [float(number) for number in leaf] if is_vector else leaf


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield name, value
        return
    for key, inner in value.items():
        yield from _leaves(f"{name}.{key}", inner)


def _own_keys(block: Any) -> list[str]:
    """The artist's own keys: until Blender 5 the values of properties registered by add-ons are among them."""
    keys = list(block.keys())
    if not keys:
        return []
    declared = {prop.identifier for prop in block.bl_rna.properties if prop.is_runtime}
    return [key for key in keys if not key.startswith(_OF_ADD_ONS) and key not in declared]


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(item) and not key.startswith(_OF_ADD_ONS) for key, item in value.items())
    if isinstance(value, (bool, int, float)):
        return math.isfinite(value)  # JSON has no others, and Blender's glTF exporter stops at one
    if isinstance(value, str):
        return len(value) <= _LONGEST and not any(item in value for item in "/\\\n")
    return (
        isinstance(value, list)
        and len(value) <= _LONGEST
        and all(isinstance(item, (bool, int, float)) and math.isfinite(item) for item in value)
    )


def blank_blend_path(path: Path) -> None:
    """Blanks out the path of the blend file, which Blender's FBX exporter writes into the header.

    The bytes are replaced by as many spaces, since all offsets in an FBX file are absolute.
    """
    secret = bpy.data.filepath.encode()
    if secret:
        data = path.read_bytes()
        path.write_bytes(data.replace(secret, b" " * len(secret)))
