"""Cameras, lights and empties of the artist's scene on copies, for targets that take a whole scene."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..bridge.preserved_scene import claim_name
from .motion import Track, write_tracks
from .naming import Namer
from .options import ExportOptions
from .placement import rigid
from .privacy import copy_properties, forget_properties
from .scene_content import Placed, SceneContent

GLTF_LIGHTS = ("POINT", "SPOT", "SUN")
"""KHR_lights_punctual has no area lights."""


def scene_nodes(
    scene: bpy.types.Scene,
    content: SceneContent,
    options: ExportOptions,
    tracks: dict[int, list[Track]],
    namer: Namer,
    kind: str,
) -> Iterator[bpy.types.Object]:
    """Objects in metres, linked to ``scene``, with the clips that move them.

    Args:
        kind: the format of the file.
    """
    wanted: list[Placed] = []
    if options.cameras:
        wanted += content.cameras
    if options.lights:
        wanted += [one for one in content.lights if kind != "glb" or one.obj.data.type in GLTF_LIGHTS]
    if options.empties:
        wanted += content.empties
    for placed in wanted:
        node = _node(scene, placed, content.unit, namer, options)
        own = tracks.get(placed.obj.session_uid) if placed.is_own else None
        if own:
            home = placed.matrix.inverted_safe() @ node.matrix_world
            write_tracks(node, own, content.unit, home)
        yield node


def _node(
    scene: bpy.types.Scene, placed: Placed, unit: float, namer: Namer, options: ExportOptions
) -> bpy.types.Object:
    data = placed.obj.data.copy() if placed.obj.data is not None else None
    name = namer.name(placed.obj.name, "")
    node = bpy.data.objects.new(name, data)
    claim_name(node, "objects", name)
    if data is not None:
        data.animation_data_clear()
        forget_properties(data)
        claim_name(data, "cameras" if placed.obj.type == "CAMERA" else "lights", name)
    if placed.obj.type == "CAMERA":
        data.clip_start, data.clip_end = data.clip_start * unit, data.clip_end * unit
        data.ortho_scale *= unit
    if options.custom_properties:
        copy_properties(placed.obj, node)
        if data is not None:
            copy_properties(placed.obj.data, data)
    node.rotation_mode = "QUATERNION"
    node.matrix_world = rigid(placed.matrix)
    scene.collection.objects.link(node)
    return node
