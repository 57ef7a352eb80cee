"""Blender's USD exporter: meters, Z up, UsdPreviewSurface, textures beside the file by relative names."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError


def write_usd(path: Path) -> None:
    """Exports the selected objects of the window's scene.

    Raises:
        InputError: this Blender was built without USD.
    """
    if not has_usd():
        raise InputError("This Blender was built without USD; leave OpenUSD out of the targets, or use another build.")
    known = bpy.ops.wm.usd_export.get_rna_type().properties  # type: ignore[call-arg] # unbound to the stubs
    # Blender 5.2 has no such option any more: there the selection alone decides.
    visibility: dict[str, Any] = {"visible_objects_only": False} if "visible_objects_only" in known else {}
    with contextlib.redirect_stdout(io.StringIO()):
        bpy.ops.wm.usd_export(
            filepath=str(path),
            selected_objects_only=True,
            **visibility,
            export_animation=False,
            export_armatures=True,
            only_deform_bones=False,
            export_shapekeys=True,
            export_custom_properties=True,
            author_blender_name=False,
            generate_preview_surface=True,
            export_textures_mode="KEEP",
            relative_paths=True,
            use_instancing=True,
            convert_world_material=False,
            export_lights=True,
            export_cameras=True,
            root_prim_path="/root",
        )


def has_usd() -> bool:
    """Whether this Blender was built with USD; Debian's is not."""
    return "usd_export" in dir(bpy.ops.wm)
