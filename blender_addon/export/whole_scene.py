"""Copies a whole scene, for targets that store it in one file: all instances, cameras, lights and empties."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

import bpy

from ..bridge.jobs.steps import PATIENCE, Progress
from ..bridge.state.preserved_scene import claim_name
from .assets.static import Instance, StaticAsset
from .assets.static_nodes import collider_nodes, placed, prototype, socket_nodes
from .content.evaluated import settle_keys
from .content.nodes import Carriers, scene_nodes
from .content.stage import Stage
from .formats.privacy import copy_properties
from .motion.sampling import key_clips, node_clips, write_tracks
from .names.assets import Namer
from .targets.profile import Profile


class WholeScene:
    """``objects`` are the nodes of the file and ``prototypes`` the collections that some of them instance; ``nodes``
    gives sizes in meters and ``clips`` lengths in frames, by name."""

    def __init__(self, profile: Profile, stage: Stage, assets: Sequence[StaticAsset]) -> None:
        self._profile = profile
        self._stage = stage
        self._options = stage.options
        self._assets = assets
        self._namer = Namer()
        for asset in assets:
            self._namer.exactly(asset.name)
        self.objects: list[bpy.types.Object] = []
        self.prototypes: list[bpy.types.Object] = []
        self.nodes: dict[str, list[float]] = {}
        self.clips: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write: cameras, lights and empties need no mesh."""
        content, options = self._stage.content, self._options
        lights = [light for light in content.lights if light.obj.data.type in self._profile.light_types]
        return not (
            self._assets
            or (options.cameras and content.cameras)
            or (options.lights and lights)
            or (options.empties and content.empties)
        )

    def place(self, scene: bpy.types.Scene) -> Generator[Progress, Any, None]:
        """Creates the copies in ``scene``."""
        began = time.perf_counter()
        moves = self._profile.target.takes_clips and self._profile.format.object_motion
        tracks = self._stage.tracks if moves else {}
        carriers = Carriers(scene, self._stage.content, tracks, self._namer)
        for number, asset in enumerate(map(self._settled, self._assets)):
            # glTF shares meshes by itself; Blender writes USD references for instances of collections alone.
            shared = None if self._profile.format.shares_meshes or len(asset.instances) == 1 else prototype(asset)
            self.prototypes += list(shared.objects) if shared else []
            if self._profile.target.takes_clips:
                self.clips |= key_clips(asset.mesh)
            for instance in asset.instances:
                if time.perf_counter() - began > PATIENCE:
                    yield Progress(number, len(self._assets), asset.name)
                    began = time.perf_counter()
                self._add(scene, asset, instance, shared, carriers)
        self.objects += carriers.nodes
        for node in scene_nodes(scene, self._stage.content, self._options, tracks, self._namer, self._profile.format):
            self.objects.append(node)
            self.clips |= node_clips(node)

    def _add(
        self,
        scene: bpy.types.Scene,
        asset: StaticAsset,
        instance: Instance,
        shared: bpy.types.Collection | None,
        carriers: Carriers,
    ) -> None:
        # The first has the asset's own name, and no other node has it: it means one mesh on all targets.
        is_first = instance is asset.instances[0]
        name = asset.name if is_first else self._namer.name(instance.object_name, "SM_")
        obj = placed(scene, name, shared or asset.mesh, instance)
        if self._options.custom_properties:
            copy_properties(instance.obj, obj, self._profile.format)
        self.objects += [obj, *socket_nodes(scene, asset, obj)]
        if self._profile.target.collider_suffix:
            self.objects += collider_nodes(scene, asset, obj, self._profile.target.collider_suffix)
        mover = instance.mover
        if mover is None and self._profile.target.takes_clips and key_clips(asset.mesh):
            # Blender 5.2 writes still keys for a node that moves as well (NLA tracks of both).
            mover = instance.obj
        self.clips |= self._move(obj, instance) if mover is None else carriers.carry(obj, mover)
        grown = instance.matrix.to_scale()
        size = asset.measures["dimensions"]
        self.nodes[name] = [round(item * times, 5) for item, times in zip(size, grown, strict=True)]

    def _settled(self, asset: StaticAsset) -> StaticAsset:
        """An asset for a format whose shape keys have no values: the visible shape becomes its rest shape."""
        keys = asset.mesh.shape_keys
        if self._profile.format.key_values or keys is None or not any(block.value for block in keys.key_blocks[1:]):
            return asset
        mesh = asset.mesh.copy()
        settle_keys(mesh)
        claim_name(mesh, "meshes", asset.name)
        return replace(asset, mesh=mesh)

    def _move(self, node: bpy.types.Object, instance: Instance) -> dict[str, int]:
        """Gives a node the clips of its object; returns their lengths by name."""
        tracks = self._stage.tracks.get(instance.obj.session_uid) if self._profile.target.takes_clips else None
        if not tracks:
            return {}
        write_tracks(node, tracks, self._stage.content.unit, instance.home)
        return {track.clip: track.frames for track in tracks}
