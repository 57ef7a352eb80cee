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

from ...bridge.jobs.steps import PATIENCE, InThread, Progress, run_to_end, scaled
from ...bridge.mesh_arrays import mesh_data
from ...bridge.object_labels import label_of
from ...bridge.state.preserved_scene import (
    claim_name,
    current_scene,
    in_scene,
    new_scene,
    remove_scene,
    spare_scene,
    steps_in,
)
from ...bridge.vrm.resolving import Resolved
from ...translations.registry import formatted
from ..assets.avatars.avatar import StagedAvatar, stage_avatar
from ..assets.avatars.parts import Avatar, armature_place
from ..assets.placement import rigid
from ..assets.static import StaticAsset
from ..assets.static_nodes import lod_group, static_facts, static_nodes
from ..content.stage import Stage
from ..formats.glb_instances import single_nodes
from ..formats.privacy import copy_properties, forget_properties
from ..formats.vrm_kept import KeptAvatar
from ..materials.families import PLAIN
from ..materials.laying import LaidUVs
from ..materials.writer import MaterialWriter
from ..meshes.cleaning import is_closed
from ..meshes.lods import skinned_lods
from ..meshes.measures import centroid, dimensions
from ..motion.clips import clip_facts, frame_facts
from ..motion.sampling import key_clips
from ..repairs.copies import repair_skins
from ..targets.profile import Profile
from ..whole_scene import WholeScene
from .long_calls import WRITING, before_call
from .model_writers import WRITERS, ModelContent, Step
from .provenance import history_note, provenance, rights

REMOVED = 200
"""Data-blocks that are removed at once: 0.2 seconds in a file of twenty thousand objects."""


class TargetWriter:
    """Writes the files of one target, in ``folder``.

    ``skipped`` gives the reasons for avatars that the target does not support, by object name; ``homes`` the transforms
    that put avatars upright at their file's origin, by session_uid.
    """

    def __init__(self, profile: Profile, folder: Path, stage: Stage) -> None:
        self._profile = profile
        self._options = stage.options
        self._folder = folder
        self._stage = stage
        self._names = stage.names
        self._unit = stage.content.unit
        self._textures = folder / ".textures" if profile.format.embeds_textures else folder
        self._textures.mkdir(exist_ok=True)
        self._materials = MaterialWriter(profile, stage.options, stage.names, stage.materials, self._textures)
        self._laid = LaidUVs()
        self._pending: list[StaticAsset] = []
        # At the end in one call: each goes through all data-blocks of the file.
        self._spent: list[bpy.types.ID] = []
        self.sources: dict[str, dict[str, Any]] = {}
        self.skipped: dict[str, str] = {}
        self.homes: dict[int, Matrix] = {}
        self._writer = WRITERS[profile.target.format](profile, stage.options)
        self._family = profile.format.family

    def write_statics(self, assets: list[StaticAsset]) -> Generator[Progress | InThread, Any, int]:
        """Writes the first of ``assets``, one FBX for each, or keeps it for the single file at the end; returns their
        number.
        """
        if not self._profile.target.takes_statics:
            return len(assets)
        first = assets[0]
        materials = yield from self._dressed(first)
        if self._profile.target.one_scene:
            claim_name(first.mesh, "meshes", first.name)  # another target may have named it as LOD0
            self._pending.append(first)
            return 1
        path = self._folder / f"{first.name}.{self._profile.format.suffix}"
        yield self._writing(path, _triangles(first.mesh, *first.lods))
        began, done = time.perf_counter(), 1
        scene = new_scene(bpy.context)
        self._spent.append(scene)
        self._write_static(scene, first, materials)
        while done < len(assets) and time.perf_counter() - began < PATIENCE:
            self._write_static(scene, assets[done], run_to_end(self._dressed(assets[done])))
            done += 1
        return done

    def _dressed(self, asset: StaticAsset) -> Generator[Progress | InThread, Any, list[str]]:
        """Gives the meshes of an asset the target's materials; returns their names."""
        materials: list[str] = []
        for mesh in (asset.mesh, *asset.lods):
            forget_properties(mesh)
            if self._options.custom_properties and asset.instances[0].obj.data is not None:
                copy_properties(asset.instances[0].obj.data, mesh, self._profile.format)
            materials = yield from self._assign(mesh, asset.families[self._family], rights(self._options))
        return materials

    def _write_static(self, scene: bpy.types.Scene, asset: StaticAsset, materials: list[str]) -> None:
        """Writes one model."""
        path = self._folder / f"{asset.name}.{self._profile.format.suffix}"
        nodes = static_nodes(scene, asset, self._profile)
        if self._options.custom_properties:
            shown = next(node for node in nodes if node.data == asset.mesh)
            copy_properties(asset.obj, shown, self._profile.format)
        with in_scene(bpy.context, scene, nodes):
            content = ModelContent(
                has_normal_maps=self._materials.has_normal_maps(materials),
                note=rights(self._options) | history_note([asset.obj]),
            )
            self._writer.write(path, nodes, content)
        self.sources[path.name] = {
            "kind": "static",
            "source": [instance.object_name for instance in asset.instances],
            "label": asset.instances[0].label,
            "triangles": len(asset.mesh.polygons),
            **asset.measures,
            "materials": materials,
            **static_facts(asset, self._profile),
        }
        kept = {asset.mesh, *asset.lods}  # other targets need them
        self._spent += [*nodes, *{node.data for node in nodes if node.data is not None and node.data not in kept}]

    def write_avatar(self, avatar: Avatar) -> Generator[Progress | InThread, Any, None]:
        """Writes one file for an avatar: skeleton, skin, shape keys and clips."""
        armature = avatar.armature
        if reason := self._writer.refusal(armature):
            self.skipped[self._names.source[armature.session_uid]] = reason
            return
        path = self._folder / f"{self._names.engine[armature.session_uid]}.{self._profile.format.suffix}"
        origin = provenance([armature, *(part.obj for part in avatar.parts)])
        note = origin | rights(self._options) | history_note([armature])
        with spare_scene(bpy.context, 0.01 if self._profile.target.fbx_axes == "centimeters" else 1.0) as scene:
            source = self._writer.brought(avatar)
            staged = yield from steps_in(bpy.context, scene, self._staged(scene, avatar, note, source))
            facts = self._avatar_facts(armature, staged, origin)
            meshes = [mesh_data(obj) for obj in staged.objects if obj.type == "MESH"]
            yield self._writing(path, _triangles(*meshes))
            with current_scene(bpy.context, scene):
                self._select(staged.objects)
                kept = self._kept(avatar, staged, source) if source is not None else None
                left_to_do = self._write_skeletal(path, staged, note)
                facts |= self._writer.complete(path, staged, kept, left_to_do)
            for obj in reversed(staged.objects):
                bpy.data.objects.remove(obj)
        for step in left_to_do:
            yield InThread(step)
        self.sources[path.name] = facts

    def _staged(
        self, scene: bpy.types.Scene, avatar: Avatar, note: dict[str, str], source: Resolved | None
    ) -> Generator[Progress | InThread, Any, StagedAvatar]:
        """The avatar's copies in ``scene``, with the target's materials and levels of detail."""
        uid = avatar.armature.session_uid
        clips = self._stage.clips[uid] if self._profile.target.takes_clips else []
        staging = stage_avatar(
            scene,
            avatar,
            self._profile,
            self._names,
            clips,
            self._unit,
            self._options,
            source.bones if source is not None else (),
        )
        staged = yield from scaled(staging, 0.0, 0.4)
        self.homes[uid] = staged.home
        yield from scaled(repair_skins(staged.meshes, self._options), 0.4, 0.4)
        # Unreal takes an armature of exactly this name as no bone; any other becomes an extra root.
        name = "Armature" if self._profile.target.fbx_axes == "centimeters" else self._names.engine[uid]
        claim_name(staged.armature, "objects", name)
        for obj, part in zip(staged.meshes, avatar.parts, strict=True):
            yield Progress(0.4, 1, part.name)
            staged.materials.append((yield from self._assign(mesh_data(obj), part.families[self._family], note)))
        if self._profile.skinned_lods:
            yield from scaled(self._add_levels(scene, staged), 0.5, 1.0)
        return staged

    def _kept(self, avatar: Avatar, staged: StagedAvatar, source: Resolved) -> KeptAvatar:
        """The original data of the avatar, by the names that its copies have in the file."""
        written: dict[int, set[str]] = {}
        for part, names in zip(avatar.parts, staged.materials, strict=True):
            for material, name in zip(part.sources, names, strict=False):
                if material is not None:
                    written.setdefault(material.session_uid, set()).add(name)
        mesh_names = {part.obj.session_uid: obj.name for obj, part in zip(staged.meshes, avatar.parts, strict=True)}
        return KeptAvatar(source, staged, mesh_names, written)

    @property
    def material_list(self) -> dict[str, Any]:
        """The facts of each written material, by its name."""
        return self._materials.written

    def places(self, avatar: Avatar) -> list[Matrix]:
        """The transform of each appearance of a written avatar: from the space of its file to the world, in meters."""
        unit = Matrix.Scale(self._unit, 4)
        base = rigid(armature_place(avatar.armature, self._unit)) @ self.homes[avatar.armature.session_uid].inverted()
        return [unit @ move @ unit.inverted() @ base for move in avatar.skeleton.places]

    def _writing(self, path: Path, triangles: int) -> Progress:
        """Announces a call of Blender's exporter."""
        step = formatted("{target}: Blender writes {name}", target=formatted(self._profile.title), name=path.name)
        progress = before_call(1, 1, step, triangles, WRITING)
        return replace(progress, blocks=True)

    def _write_skeletal(self, path: Path, staged: StagedAvatar, note: dict[str, str]) -> list[Step]:
        """Calls Blender's exporter; returns the remaining work on the file, which does not need Blender."""
        keyed = [obj.data.shape_keys for obj in staged.meshes if obj.data.shape_keys is not None]
        has_clips = bool(staged.clips) or any(item.animation_data is not None for item in keyed)
        has_normal_maps = self._materials.has_normal_maps(name for names in staged.materials for name in names)
        content = ModelContent(is_skeletal=True, has_clips=has_clips, has_normal_maps=has_normal_maps, note=note)
        return self._writer.write(path, staged.meshes, content)

    def _avatar_facts(self, armature: bpy.types.Object, staged: StagedAvatar, origin: dict[str, str]) -> dict[str, Any]:
        unit = 0.01 if self._profile.target.fbx_axes == "centimeters" else 1.0
        meshes = [mesh_data(obj) for obj in staged.meshes]
        facts: dict[str, Any] = {
            "kind": "skeletal",
            "source": self._names.source[armature.session_uid],
            "label": label_of(armature),
            "triangles": sum(len(mesh.polygons) for mesh in meshes),
            "dimensions": dimensions(meshes, unit, staged.is_y_up),
            "centroid": centroid(meshes, unit, staged.is_y_up),
            "pivot": "feet",
            "materials": sorted({name for names in staged.materials for name in names}),
            "bones": staged.bones,
            "shape_keys": staged.shape_keys,
        }
        scene = bpy.context.scene
        rate = scene.render.fps / scene.render.fps_base
        clips = clip_facts(staged.clips, rate)
        known = {clip["name"] for clip in clips}
        keyed = {name: frames for mesh in meshes for name, frames in key_clips(mesh).items() if name not in known}
        if clips or keyed:
            facts["clips"] = [*clips, *frame_facts(keyed, rate)]
        if origin:
            facts["provenance"] = origin
        if staged.levels:
            facts["lods"] = [{"name": level.name, "triangles": len(level.data.polygons)} for level in staged.levels]
        return facts

    def _add_levels(self, scene: bpy.types.Scene, staged: StagedAvatar) -> Generator[Progress | InThread, Any, None]:
        """Adds levels of detail beside their mesh, which becomes ``_LOD0``."""
        for number, obj in enumerate(staged.meshes):
            name, begin, end = obj.name, number / len(staged.meshes), (number + 1) / len(staged.meshes)
            yield Progress(begin, 1, name)
            below = yield from scaled(skinned_lods(obj, self._options.lods, self._stage.reduced), begin, end)
            if not below:
                continue
            for number, node in enumerate([obj, *below]):
                claim_name(node, "objects", f"{name}_LOD{number}")
                claim_name(node.data, "meshes", f"{name}_LOD{number}")
                staged.levels.append(node)
            if self._profile.target.lod_group:
                staged.added.append(_gather(lod_group(scene, name), [obj, *below]))
            for node in below:
                scene.collection.objects.link(node)
            staged.added += below

    def finish(self) -> Generator[Progress | InThread, Any, None]:
        """Writes what was deferred to the end (one scene with all static instances) and cleans up."""
        whole = WholeScene(self._profile, self._stage, self._pending)
        on_request = self._options.scene_file and self._profile.format.scene_file
        has_file = self._profile.target.one_scene or on_request
        if has_file and not whole.is_empty:
            yield from self._write_scene(whole)
        finishing = Progress(1, 1, formatted("{target}: finishing", target=formatted(self._profile.title)))
        for first in range(0, len(self._spent), REMOVED):
            yield finishing
            bpy.data.batch_remove(self._spent[first : first + REMOVED])
        self._laid.restore()
        self._materials.close()
        if self._textures != self._folder:
            shutil.rmtree(self._textures)

    def _write_scene(self, whole: WholeScene) -> Generator[Progress | InThread, Any, None]:
        path = self._folder / f"scene.{self._profile.format.suffix}"
        with spare_scene(bpy.context) as scene:
            if self._options.custom_properties:
                copy_properties(self._stage.scene, scene, self._profile.format)
            scene.frame_set(-1)  # every clip begins at 0: before, nodes stand where they stand
            yield from whole.place(scene)
            yield self._writing(path, _triangles(*(asset.mesh for asset in self._pending)))
            with current_scene(bpy.context, scene):
                self._select(whole.objects)
                content = ModelContent(
                    has_clips=bool(whole.clips),
                    has_normal_maps=self._materials.has_normal_maps(self._materials.written),
                    note=rights(self._options) | history_note([]),
                )
                left_to_do = self._writer.write(path, [*whole.objects], content)
            rate = scene.render.fps / scene.render.fps_base
            remove_scene(scene, [*whole.objects, *whole.prototypes])
        for step in left_to_do:
            yield InThread(step)
        nodes = whole.nodes
        if self._profile.compact_meshes and self._options.gpu_instances:
            single = single_nodes(path)
            nodes = {name: size for name, size in nodes.items() if name in single}
        self.sources[path.name] = {
            "kind": "scene",
            "source": [instance.object_name for asset in self._pending for instance in asset.instances],
            "triangles": sum(len(asset.mesh.polygons) * len(asset.instances) for asset in self._pending),
            "nodes": nodes,
            "materials": sorted({m.name for asset in self._pending for m in asset.mesh.materials if m}),
            **({"clips": frame_facts(whole.clips, rate)} if whole.clips else {}),
        }

    def _assign(
        self, mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None], note: dict[str, str]
    ) -> Generator[InThread, Any, list[str]]:
        """Puts engine materials into the mesh's slots; returns their names."""
        is_open = any(item is not None and not item.use_backface_culling for item in materials) and not is_closed(mesh)
        made = []
        for material in materials:
            made.append((yield from self._materials.material(material, is_open, note)))
        if self._family == PLAIN:
            self._laid.lay(mesh, [self._materials.facts(item) for item in materials])
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


def _triangles(*meshes: bpy.types.Mesh) -> int:
    return sum(len(mesh.polygons) for mesh in meshes)


def _gather(group: bpy.types.Object, skins: list[bpy.types.Object]) -> bpy.types.Object:
    """``group`` with ``skins`` below it.

    Blender's FBX exporter writes the world transform of a skinned mesh even below a node, so the node must not be
    rotated in the file: the exporter turns it by -90° about X to Y up.
    """
    turn = Matrix.Rotation(math.radians(90), 4, "X")
    group.matrix_basis = turn
    for skin in skins:
        skin.parent, skin.matrix_parent_inverse = group, turn.inverted()
    return group
