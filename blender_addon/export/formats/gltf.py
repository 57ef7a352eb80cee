"""Blender's glTF exporter, with the options that engines, browsers and VRM readers need."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError

from ...bridge.gltf_addon import LIBRARIES, has_library, quiet_gltf_loggers
from ..options import ExportOptions
from ..targets.profile import Profile


def write_glb(path: Path, profile: Profile, options: ExportOptions, normal_maps: bool, clips: bool) -> bool:
    """Exports the selected objects of the window's scene as binary glTF, whatever the suffix of ``path``.

    Args:
        normal_maps: whether any material has one. clips: export NLA tracks as animations.

    Returns:
        whether the file has tangents for :func:`~.glb.repair_tangents`.

    Raises:
        InputError: compressed meshes are requested, but this Blender has no library for them.
    """
    compressed = options.mesh_compression if profile.compact_meshes and options.compress_meshes else ""
    if compressed and not has_library(compressed):
        raise InputError(
            "This Blender cannot compress meshes (its {library} library is missing); switch it off.",
            library=LIBRARIES[compressed],
        )
    meshopt: dict[str, Any] = {"export_meshopt_compression_enable": True} if compressed == "MESHOPT" else {}
    tangents = normal_maps and profile.tangents
    written = path.with_suffix(".glb")
    with _true_frame_rate(bpy.context.scene), quiet_gltf_loggers(), contextlib.redirect_stdout(io.StringIO()):
        bpy.ops.export_scene.gltf(
            filepath=str(written),
            export_format="GLB",
            use_selection=True,
            use_active_scene=True,
            export_extras=True,
            export_tangents=tangents,
            export_animations=clips,
            export_animation_mode="NLA_TRACKS",
            export_current_frame=True,  # else it goes to frame 0, into the first pose of every clip
            export_anim_slide_to_zero=True,
            export_optimize_animation_size=False,
            export_morph_tangent=False,
            export_morph_animation=True,
            export_cameras=True,
            export_lights=True,
            export_armature_object_remove=True,
            export_def_bones=False,
            export_all_influences=False,
            export_image_format="AUTO",
            export_draco_mesh_compression_enable=compressed == "DRACO",
            **meshopt,
        )
    if written != path:
        written.replace(path)
    return tangents and not compressed


@contextlib.contextmanager
def _true_frame_rate(scene: bpy.types.Scene) -> Iterator[None]:
    """Corrects the frame rate: Blender's glTF exporter (4.5 to 5.2) multiplies it by its base instead of dividing."""
    base = scene.render.fps_base
    scene.render.fps_base = 1 / base
    try:
        yield
    finally:
        scene.render.fps_base = base


def writes_extension(name: str) -> bool:
    """Whether the glTF exporter of this Blender supports a material extension, such as ``dispersion``."""
    return find_spec(f"io_scene_gltf2.blender.exp.material.extensions.{name}") is not None
