"""Copies cameras, lights and empties of the artist's scene, for targets that export a whole scene."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
from mathutils import Matrix

from ...bridge.state.preserved_scene import claim_name
from ..assets.placement import rigid
from ..formats.privacy import copy_properties, forget_properties
from ..motion.sampling import Track, home_of, write_tracks
from ..names.assets import Namer
from ..options import ExportOptions
from ..targets.model_format import ModelFormat
from .lamps import settle_light
from .scene import Placed, SceneContent

"""KHR_lights_punctual has no area lights."""


class Carriers:
    """Nodes with the clips of instancers: the instances are their children, instead of being animated one by one."""

    def __init__(
        self, scene: bpy.types.Scene, content: SceneContent, tracks: dict[int, list[Track]], namer: Namer
    ) -> None:
        self._scene = scene
        self._names = content.names
        self._tracks = tracks
        self._unit = content.unit
        self._namer = namer
        self._made: dict[int, bpy.types.Object] = {}

    @property
    def nodes(self) -> list[bpy.types.Object]:
        return list(self._made.values())

    def carry(self, node: bpy.types.Object, mover: bpy.types.Object) -> dict[str, int]:
        """Parents ``node``, which keeps its transform, to the carrier of ``mover``, if that is animated.

        Returns:
            The lengths of the clips in frames, by their names.
        """
        tracks = self._tracks.get(mover.session_uid)
        if not tracks:
            return {}
        carrier = self._made.get(mover.session_uid)
        if carrier is None:
            carrier = self._made[mover.session_uid] = self._carrier(mover, tracks)
        place = carrier_place(mover, self._unit)
        node.parent = carrier
        node.matrix_local = place.inverted() @ node.matrix_world
        return {track.clip: track.frames for track in tracks}

    def _carrier(self, mover: bpy.types.Object, tracks: list[Track]) -> bpy.types.Object:
        name = self._namer.name(self._names[mover.session_uid], "")
        node = bpy.data.objects.new(name, None)
        claim_name(node, "objects", name)
        node.matrix_world = carrier_place(mover, self._unit)
        self._scene.collection.objects.link(node)
        write_tracks(node, tracks, self._unit, home_of(mover, self._unit, node.matrix_world))
        return node


def carrier_place(mover: bpy.types.Object, unit: float) -> Matrix:
    """The transform of an object, in meters and without its scale."""
    return rigid(Matrix.Scale(unit, 4) @ mover.matrix_world)


def scene_nodes(
    scene: bpy.types.Scene,
    content: SceneContent,
    options: ExportOptions,
    tracks: dict[int, list[Track]],
    namer: Namer,
    model_format: ModelFormat,
) -> Iterator[bpy.types.Object]:
    """Objects in meters, linked to ``scene``, with the clips that move them.

    Args:
        model_format: of the file.
    """
    wanted: list[Placed] = []
    if options.cameras:
        wanted += content.cameras
    if options.lights:
        wanted += [light for light in content.lights if light.obj.data.type in model_format.light_types]
    if options.empties:
        wanted += content.empties
    for placed in wanted:
        name = namer.name(content.names[placed.obj.session_uid], "")
        node = _node(scene, placed, content.unit, name, options, model_format)
        mover = placed.mover or placed.obj
        if own := tracks.get(mover.session_uid):
            write_tracks(node, own, content.unit, home_of(mover, content.unit, node.matrix_world))
        yield node


def _node(
    scene: bpy.types.Scene, placed: Placed, unit: float, name: str, options: ExportOptions, model_format: ModelFormat
) -> bpy.types.Object:
    data = placed.obj.data.copy() if placed.obj.data is not None else None
    node = bpy.data.objects.new(name, data)
    claim_name(node, "objects", name)
    if data is not None:
        data.animation_data_clear()
        forget_properties(data)
        claim_name(data, "cameras" if placed.obj.type == "CAMERA" else "lights", name)
    if placed.obj.type == "CAMERA":
        data.clip_start, data.clip_end = data.clip_start * unit, data.clip_end * unit
        data.ortho_scale *= unit
    elif isinstance(data, bpy.types.Light):
        settle_light(data)
    if options.custom_properties:
        copy_properties(placed.obj, node, model_format)
        if data is not None:
            copy_properties(placed.obj.data, data, model_format)
    node.rotation_mode = "QUATERNION"
    node.matrix_world = rigid(placed.matrix)
    scene.collection.objects.link(node)
    return node
