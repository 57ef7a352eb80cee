"""Blender's FBX exporter, with the options that engines need and without this machine's paths."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bpy

from ml_core.vocabulary.targets import FbxAxes

from .fbx_encoding import quick_encoding
from .privacy import blank_blend_path


def write_fbx(
    path: Path,
    axes: FbxAxes,
    skeletal: bool,
    clips: bool,
    corners: int,
    note: Mapping[str, str] | None = None,
) -> None:
    """Exports the selected objects of the window's scene; with ``clips``, each NLA strip as a take of its name.

    Args:
        corners: their total number of face corners.
        note: the origin of the file, for the document's Author, Subject (the license) and Comment (all, as JSON).
    """
    with (
        _bare_texture_names(),
        quick_encoding(corners),
        _about(note or {}),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        bpy.ops.export_scene.fbx(filepath=str(path), bake_anim=clips, **fbx_options(axes, skeletal))
    blank_blend_path(path)


def fbx_options(axes: FbxAxes, skeletal: bool) -> dict[str, Any]:
    """Keyword arguments of Blender's FBX exporter; the reasons are in the engines' import rules."""
    options: dict[str, Any] = {
        "use_selection": True,
        "add_leaf_bones": False,
        "bake_anim_simplify_factor": 0.0,
        "bake_anim_use_nla_strips": True,
        "bake_anim_use_all_actions": False,
        "mesh_smooth_type": "FACE",
        "use_tspace": True,
        "use_custom_props": True,
        "path_mode": "STRIP",
        "embed_textures": False,
        "primary_bone_axis": "Y",
        "secondary_bone_axis": "X",
        "armature_nodetype": "NULL",
        "use_armature_deform_only": True,
        "object_types": {"ARMATURE", "MESH", "EMPTY", "CAMERA", "LIGHT"},
    }
    if axes == "zero":
        # Root nodes at scale 1: units go into the file's header. The exporter turns static data, we turn skeletons.
        options |= {"apply_scale_options": "FBX_SCALE_UNITS", "bake_space_transform": not skeletal}
    else:
        options |= {"apply_scale_options": "FBX_SCALE_NONE"}
    return options


@contextlib.contextmanager
def _bare_texture_names() -> Iterator[None]:
    """Reduces texture paths in the file to bare names: Blender would write the path of the staging folder."""
    from io_scene_fbx import export_fbx_bin

    original = export_fbx_bin._gen_vid_path

    def bare(image: bpy.types.Image, scene_data: Any) -> tuple[str, str]:
        name = Path(image.filepath).name
        return name, name

    export_fbx_bin._gen_vid_path = bare
    try:
        yield
    finally:
        export_fbx_bin._gen_vid_path = original


@contextlib.contextmanager
def _about(note: Mapping[str, str]) -> Iterator[None]:
    """Fills in what Blender's exporter leaves empty in the file's MetaData."""
    from io_scene_fbx import export_fbx_bin

    original = export_fbx_bin.elem_data_single_string
    values = {
        b"Author": note.get("Author", ""),
        b"Subject": note.get("Copyright", ""),
        b"Comment": json.dumps(dict(note), ensure_ascii=False) if note else "",
    }

    def filled(element: Any, name: bytes, value: bytes) -> Any:
        is_meta = element.id == b"MetaData" and name in values and not value
        return original(element, name, values[name].encode() if is_meta else value)

    export_fbx_bin.elem_data_single_string = filled
    try:
        yield
    finally:
        export_fbx_bin.elem_data_single_string = original
