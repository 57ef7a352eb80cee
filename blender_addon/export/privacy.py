"""Nothing of the artist's machine leaves with an export: no path, no user name, no private notes."""

from __future__ import annotations

from pathlib import Path

import bpy


def forget_properties(block: bpy.types.ID | bpy.types.Bone) -> None:
    """Removes the custom properties of a copy; rigs and add-ons keep scripts, paths and notes in them."""
    for key in list(block.keys()):
        del block[key]


def blank_blend_path(path: Path) -> None:
    """Blanks out where the blend file lies, which Blender's FBX exporter writes into the header.

    The bytes are replaced by as many spaces, since all offsets in an FBX file are absolute.
    """
    secret = bpy.data.filepath.encode()
    if secret:
        data = path.read_bytes()
        path.write_bytes(data.replace(secret, b" " * len(secret)))
