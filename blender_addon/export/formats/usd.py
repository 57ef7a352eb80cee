"""Blender's USD exporter: meters, Z up, UsdPreviewSurface, textures beside the file by relative names."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
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
    with _first_maps_rendered(), contextlib.redirect_stdout(io.StringIO()):
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


@contextlib.contextmanager
def _first_maps_rendered() -> Iterator[None]:
    """Makes the first UV map of each mesh in the window's scene the one that is rendered: Blender calls that ``st`` in
    the file, and lays all pictures by ``st``, whichever map their nodes name."""
    meshes = {
        obj.data for obj in _shown_objects(bpy.context.scene) if obj.type == "MESH" and len(obj.data.uv_layers) > 1
    }
    before = {mesh: next((layer.name for layer in mesh.uv_layers if layer.active_render), "") for mesh in meshes}
    for mesh in meshes:
        mesh.uv_layers[0].active_render = True
    try:
        yield
    finally:
        for mesh, name in before.items():
            if name:
                mesh.uv_layers[name].active_render = True


def _shown_objects(scene: bpy.types.Scene) -> set[bpy.types.Object]:
    """The objects of a scene, and those that its instances of collections show."""
    shown = set(scene.objects)
    for obj in scene.objects:
        if obj.instance_collection is not None:
            shown |= set(obj.instance_collection.all_objects)
    return shown


def has_usd() -> bool:
    """Whether this Blender was built with USD; Debian's is not."""
    return "usd_export" in dir(bpy.ops.wm)
