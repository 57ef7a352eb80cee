"""Writes the models and textures of one target through Blender's own exporters, on copies in a temporary scene."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
from mathutils import Matrix

from ml_core.publishing import GENERATOR
from ml_core.version import __version__

from ..bridge.jobs import InThread
from ..bridge.object_labels import label_of
from ..bridge.preserved_scene import claim_name, temporary_scene
from ..bridge.vrm import resolved
from .avatar_assets import StagedAvatar, stage_avatar
from .avatar_parts import Avatar, armature_place
from .clips import clip_facts, frame_facts
from .evaluated import settle_keys
from .fbx import write_fbx
from .glb import add_about
from .glb_rest import Rest
from .gltf import write_glb
from .lods import skinned_lods
from .material_families import family_of
from .material_writer import MaterialWriter
from .measures import centroid, dimensions
from .mesh_cleaning import is_closed
from .motion import key_clips, node_clips, write_tracks
from .naming import Namer
from .placement import rigid
from .privacy import copy_properties, forget_properties
from .provenance import gltf_packet, provenance, rights
from .repairs.copies import repair_skins
from .scene_nodes import GLTF_LIGHTS, Carriers, scene_nodes
from .skeleton import humanoid_bones, missing_bones
from .stage import Stage
from .static_assets import PATIENCE, Instance, StaticAsset
from .static_nodes import (
    collider_nodes,
    lod_group,
    placed,
    prototype,
    remove_nodes,
    socket_nodes,
    static_facts,
    static_nodes,
)
from .targets.profile import Profile
from .usd import write_usd
from .vrm import add_vrm
from .vrm_kept import KeptAvatar


class TargetWriter:
    """The files of one target, in ``folder``.

    ``skipped`` gives the reasons for avatars that the target cannot take, by object name; ``homes`` how avatars were
    moved to stand upright at their file's origin, by session_uid.
    """

    def __init__(self, profile: Profile, folder: Path, stage: Stage) -> None:
        self._wishes = profile
        self._options = stage.options
        self._folder = folder
        self._stage = stage
        self._names = stage.names
        self._unit = stage.content.unit
        self._namer = Namer()
        self._textures = folder / ".textures" if profile.embeds_textures else folder
        self._textures.mkdir(exist_ok=True)
        self._materials = MaterialWriter(profile, stage.options, stage.names, self._textures)
        self._pending: list[StaticAsset] = []
        self.sources: dict[str, dict[str, Any]] = {}
        self.skipped: dict[str, str] = {}
        self.homes: dict[int, Matrix] = {}
        self._family = family_of(profile.kind)

    def write_statics(self, assets: list[StaticAsset]) -> tuple[int, list[StaticAsset]]:
        """Writes the first of ``assets``, and more for PATIENCE seconds: how many, and those that are left.

        Several at a time, since to switch to a temporary scene and back takes as long as the artist's scene is large.
        """
        if not self._wishes.statics:
            return len(assets), []
        began, done = time.perf_counter(), 0
        with temporary_scene(bpy.context) as scene:
            nodes: list[bpy.types.Object] = []
            while done < len(assets) and (not done or time.perf_counter() - began < PATIENCE):
                nodes += self._write_static(scene, assets[done])
                done += 1
            kept = {mesh.session_uid for asset in assets[:done] for mesh in (asset.mesh, *asset.lods)}
            remove_nodes(nodes, keep=kept)
        return done, assets[done:]

    def _write_static(self, scene: bpy.types.Scene, asset: StaticAsset) -> list[bpy.types.Object]:
        """One FBX for each asset, whose objects are returned; for the others all go into one file at the end."""
        for mesh in (asset.mesh, *asset.lods):
            forget_properties(mesh)
            if self._options.custom_properties and asset.instances[0].obj.data is not None:
                copy_properties(asset.instances[0].obj.data, mesh, self._wishes.kind)
            materials = self._assign(mesh, asset.families[self._family], rights(self._options))
        if self._wishes.one_scene:
            claim_name(asset.mesh, "meshes", asset.name)  # another target may have named it as LOD0
            self._pending.append(asset)
            return []
        nodes = static_nodes(scene, asset, self._wishes)
        self._select(nodes)
        write_fbx(self._folder / f"{asset.name}.fbx", self._wishes.axes, skeletal=False, clips=False)
        for node in nodes:
            node.select_set(False)
        self.sources[f"{asset.name}.fbx"] = {
            "kind": "static",
            "source": [instance.object_name for instance in asset.instances],
            "label": asset.instances[0].label,
            "triangles": len(asset.mesh.polygons),
            **asset.measures,
            "materials": materials,
            **static_facts(asset, self._wishes),
        }
        return nodes

    def write_avatar(self, avatar: Avatar) -> Generator[InThread, Any, None]:
        """One file for an avatar: skeleton, skin, shape keys and clips."""
        armature = avatar.armature
        clips = self._stage.clips[armature.session_uid] if self._wishes.clips else []
        if self._wishes.kind == "vrm" and (lacking := missing_bones(humanoid_bones(armature))):
            self.skipped[armature.name] = f"no bones for {', '.join(lacking)}"
            return
        centimetres = self._wishes.axes == "centimetres"
        origin = provenance([armature, *(part.obj for part in avatar.parts)])
        note = origin | rights(self._options)
        name = self._names.engine[armature.session_uid]
        source = resolved(armature, [part.obj for part in avatar.parts]) if self._wishes.kind == "vrm" else None
        with temporary_scene(bpy.context, 0.01 if centimetres else 1.0) as scene:
            staged = stage_avatar(
                scene,
                avatar,
                self._wishes,
                self._names,
                clips,
                self._unit,
                self._options.custom_properties,
                source.bones if source is not None else (),
            )
            self.homes[armature.session_uid] = staged.home
            repair_skins(staged.meshes, self._options)
            # Unreal takes an armature of exactly this name as no bone; any other becomes an extra root.
            claim_name(staged.armature, "objects", "Armature" if centimetres else name)
            materials: list[str] = []
            written: dict[int, set[str]] = {}
            for obj, part in zip(staged.meshes, avatar.parts, strict=True):
                made = self._assign(obj.data, part.families[self._family], note)
                materials += made
                for material, made_name in zip(part.sources, made, strict=False):
                    if material is not None:
                        written.setdefault(material.session_uid, set()).add(made_name)
            mesh_names = {part.obj.session_uid: obj.name for obj, part in zip(staged.meshes, avatar.parts, strict=True)}
            kept = KeptAvatar(source, staged, mesh_names, written) if source is not None else None
            facts = self._avatar_facts(armature, staged, materials, origin)
            lods = (yield from self._skinned_lods(scene, staged, facts)) if self._wishes.skinned_lods else []
            self._select([staged.armature, *staged.meshes, *lods])
            path = self._folder / f"{name}.{self._wishes.kind}"
            facts |= self._write_skeletal(path, staged, note, kept)
            for obj in (*lods, *staged.meshes, staged.armature):
                bpy.data.objects.remove(obj)
        self.sources[path.name] = facts

    @property
    def material_list(self) -> dict[str, Any]:
        """What each written material says, by its name."""
        return self._materials.written

    def places(self, avatar: Avatar) -> list[Matrix]:
        """Where each appearance of a written avatar stands: from the space of its file to the world, in metres."""
        unit = Matrix.Scale(self._unit, 4)
        base = rigid(armature_place(avatar.armature, self._unit)) @ self.homes[avatar.armature.session_uid].inverted()
        return [unit @ move @ unit.inverted() @ base for move in avatar.skeleton.places]

    def _write_skeletal(
        self, path: Path, staged: StagedAvatar, note: dict[str, str], kept: KeptAvatar | None
    ) -> dict[str, Any]:
        """Writes the file; what it keeps of a VRM, for its facts."""
        keyed = [obj.data.shape_keys for obj in staged.meshes if obj.data.shape_keys is not None]
        has_clips = bool(staged.clips) or any(one.animation_data is not None for one in keyed)
        if self._wishes.kind == "fbx":
            write_fbx(path, self._wishes.axes, skeletal=True, clips=has_clips)
        elif self._wishes.kind == "usdc":
            write_usd(path)
        else:
            rest = Rest.of(staged.meshes) if has_clips else None
            write_glb(path, self._wishes, self._options, self._materials.has_normal_maps, has_clips)
            if rest is not None:
                rest.write(path)
            self._about(path, note)
            if self._wishes.kind == "vrm":
                told = add_vrm(path, staged.bones, self._options, kept)
                return {"vrm": told} if told else {}
        return {}

    def _avatar_facts(
        self, armature: bpy.types.Object, staged: StagedAvatar, materials: list[str], origin: dict[str, str]
    ) -> dict[str, Any]:
        unit = 0.01 if self._wishes.axes == "centimetres" else 1.0
        meshes = [obj.data for obj in staged.meshes]
        facts: dict[str, Any] = {
            "kind": "skeletal",
            "source": self._names.source[armature.session_uid],
            "label": label_of(armature),
            "triangles": sum(len(mesh.polygons) for mesh in meshes),
            "dimensions": dimensions(meshes, unit, staged.is_y_up),
            "centroid": centroid(meshes, unit, staged.is_y_up),
            "pivot": "feet",
            "materials": sorted(set(materials)),
            "bones": staged.bones,
            "shape_keys": staged.shape_keys,
        }
        scene = bpy.context.scene
        rate = scene.render.fps / scene.render.fps_base
        clips = clip_facts(staged.clips, rate)
        known = {one["name"] for one in clips}
        keyed = {name: frames for mesh in meshes for name, frames in key_clips(mesh).items() if name not in known}
        if clips or keyed:
            facts["clips"] = [*clips, *frame_facts(keyed, rate)]
        if origin:
            facts["provenance"] = origin
        return facts

    def _skinned_lods(
        self, scene: bpy.types.Scene, staged: StagedAvatar, facts: dict[str, Any]
    ) -> Generator[InThread, Any, list[bpy.types.Object]]:
        """Levels of detail beside their mesh, which becomes ``_LOD0``; listed in ``facts``."""
        made, levels = [], []
        for obj in staged.meshes:
            name = obj.name
            below = yield from skinned_lods(obj, self._options.lods, self._stage.reduced)
            if not below:
                continue
            for number, one in enumerate([obj, *below]):
                claim_name(one, "objects", f"{name}_LOD{number}")
                claim_name(one.data, "meshes", f"{name}_LOD{number}")
                levels.append({"name": one.name, "triangles": len(one.data.polygons)})
            if self._wishes.lod_group:
                made.append(_gather(lod_group(scene, name), [obj, *below]))
            for one in below:
                scene.collection.objects.link(one)
            made += below
        if levels:
            facts["lods"] = levels
        return made

    def finish(self) -> None:
        """Writes what was waiting for the end (one scene with all static instances) and tidies up."""
        if self._pending or (self._wishes.one_scene and self._has_scenery()):
            self._write_scene()
        self._materials.close()
        if self._textures != self._folder:
            shutil.rmtree(self._textures)

    def _write_scene(self) -> None:
        path = self._folder / f"scene.{self._wishes.kind}"
        with temporary_scene(bpy.context) as scene:
            objects, nodes, prototypes = [], {}, []
            if self._options.custom_properties:
                copy_properties(self._stage.scene, scene, self._wishes.kind)
            scene.frame_set(-1)  # every clip begins at 0: before, nodes stand where they stand
            clips: dict[str, int] = {}
            tracks = self._stage.tracks if self._wishes.clips else {}
            carriers = Carriers(scene, tracks, self._unit, self._namer)
            for asset in map(self._settled, self._pending):
                size = asset.measures["dimensions"]
                # glTF shares meshes by itself; Blender writes USD references for instances of collections alone.
                shared = prototype(asset) if self._wishes.kind == "usdc" and len(asset.instances) > 1 else None
                prototypes += list(shared.objects) if shared else []
                if self._wishes.clips:
                    clips |= key_clips(asset.mesh)
                for instance in asset.instances:
                    name = self._namer.name(instance.object_name, "SM_")
                    obj = placed(scene, name, shared or asset.mesh, instance)
                    if self._options.custom_properties:
                        copy_properties(instance.obj, obj, self._wishes.kind)
                    objects += [obj, *socket_nodes(scene, asset, obj)]
                    if self._wishes.collider_suffix:
                        objects += collider_nodes(scene, asset, obj, self._wishes.collider_suffix)
                    mover = instance.mover
                    clips |= self._move(obj, instance) if mover is None else carriers.carry(obj, mover)
                    grown = instance.matrix.to_scale()
                    nodes[name] = [round(one * times, 5) for one, times in zip(size, grown, strict=True)]
            objects += carriers.nodes
            for node in scene_nodes(scene, self._stage.content, self._options, tracks, self._namer, self._wishes.kind):
                objects.append(node)
                clips |= node_clips(node)
            self._select(objects)
            if self._wishes.kind == "usdc":
                write_usd(path)
            else:
                rest = Rest.of([*objects]) if clips else None
                write_glb(path, self._wishes, self._options, self._materials.has_normal_maps, bool(clips))
                if rest is not None:
                    rest.write(path)
                self._about(path, rights(self._options))
            bpy.data.batch_remove([*objects, *prototypes])
            rate = scene.render.fps / scene.render.fps_base
        self.sources[path.name] = {
            "kind": "scene",
            "source": [instance.object_name for asset in self._pending for instance in asset.instances],
            "triangles": sum(len(asset.mesh.polygons) * len(asset.instances) for asset in self._pending),
            "nodes": nodes,
            "materials": sorted({m.name for asset in self._pending for m in asset.mesh.materials if m}),
            **({"clips": frame_facts(clips, rate)} if clips else {}),
        }

    def _has_scenery(self) -> bool:
        """Whether there are cameras, lights or empties to write, which need no mesh."""
        content, options = self._stage.content, self._options
        lights = [one for one in content.lights if self._wishes.kind != "glb" or one.obj.data.type in GLTF_LIGHTS]
        return bool(
            (options.cameras and content.cameras)
            or (options.lights and lights)
            or (options.empties and content.empties)
        )

    def _settled(self, asset: StaticAsset) -> StaticAsset:
        """An asset for a format whose shape keys have no values: the shape that shows is its shape at rest."""
        keys = asset.mesh.shape_keys
        if self._wishes.kind != "usdc" or keys is None or not any(one.value for one in keys.key_blocks[1:]):
            return asset
        mesh = asset.mesh.copy()
        settle_keys(mesh)
        claim_name(mesh, "meshes", asset.name)
        return replace(asset, mesh=mesh)

    def _move(self, node: bpy.types.Object, instance: Instance) -> dict[str, int]:
        """Gives a node the clips of its object; their lengths by their names."""
        tracks = self._stage.tracks.get(instance.obj.session_uid) if self._wishes.clips else None
        if not tracks:
            return {}
        write_tracks(node, tracks, self._unit, instance.home)
        return {track.clip: track.frames for track in tracks}

    def _about(self, path: Path, note: dict[str, str]) -> None:
        add_about(path, {"generator": f"{GENERATOR} {__version__}", **note}, gltf_packet(note) if note else None)

    def _assign(
        self, mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None], note: dict[str, str]
    ) -> list[str]:
        """Puts engine materials into the mesh's slots; their names."""
        is_open = any(one is not None and not one.use_backface_culling for one in materials) and not is_closed(mesh)
        made = [self._materials.material(material, is_open, note) for material in materials]
        # Clearing the slots would send every face to the first one.
        while len(mesh.materials) < len(made):
            mesh.materials.append(None)
        for slot, material in enumerate(made):
            mesh.materials[slot] = material
        return [material.name for material in made]

    def _select(self, objects: list[bpy.types.Object]) -> None:
        layer = bpy.context.view_layer
        for obj in objects:
            obj.select_set(True, view_layer=layer)
        layer.objects.active = objects[0]


def _gather(group: bpy.types.Object, skins: list[bpy.types.Object]) -> bpy.types.Object:
    """``group`` with ``skins`` below it.

    Blender's FBX exporter writes the place of a skinned mesh in the world even below a node, so that the node must not
    be turned in the file: the exporter turns it by -90° about X to Y up.
    """
    turn = Matrix.Rotation(math.radians(90), 4, "X")
    group.matrix_basis = turn
    for skin in skins:
        skin.parent, skin.matrix_parent_inverse = group, turn.inverted()
    return group
