"""Writes the models and textures of one target through Blender's own exporters, on copies in a temporary scene."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import bpy
from mathutils import Matrix

from ml_core import __version__
from ml_core.publishing import GENERATOR

from ..avatar.own_data import OWNER_KEY
from ..bridge.jobs import InThread
from ..bridge.object_labels import label_of
from ..bridge.preserved_scene import claim_name, temporary_scene
from .avatar_assets import StagedAvatar, stage_avatar
from .clips import Clip, clip_facts
from .engine_materials import engine_material
from .engine_names import EngineNames
from .fbx import write_fbx
from .glb import add_about
from .gltf import write_glb
from .lods import Known, skinned_lods
from .materials import MaterialFacts, as_dict, read_material
from .measures import centroid, dimensions
from .naming import Namer
from .options import ExportOptions
from .privacy import forget_properties
from .provenance import gltf_packet, provenance, rights
from .repairs.copies import repair_skins
from .skeleton import humanoid_bones
from .static_assets import PATIENCE, StaticAsset, skinned_meshes, used_materials
from .static_nodes import lod_group, placed, prototype, remove_nodes, socket_nodes, static_facts, static_nodes
from .targets.profile import Profile
from .textures import write_textures
from .usd import write_usd
from .vrm import add_vrm, missing_bones


class TargetWriter:
    """The files of one target, in ``folder``.

    ``skipped`` gives the reasons for avatars that the target cannot take, by object name; ``homes`` how avatars were
    moved to stand upright at their file's origin, by session_uid.
    """

    def __init__(
        self, wishes: Profile, folder: Path, names: EngineNames, options: ExportOptions, reduced: Known
    ) -> None:
        self._wishes = wishes
        self._options = options
        self._folder = folder
        self._names = names
        self._reduced = reduced
        self._namer = Namer()
        self._textures = folder / ".textures" if wishes.embeds_textures else folder
        self._textures.mkdir(exist_ok=True)
        self._materials: dict[str, bpy.types.Material] = {}
        self._pending: list[StaticAsset] = []
        self.material_list: dict[str, Any] = {}
        self.sources: dict[str, dict[str, Any]] = {}
        self.skipped: dict[str, str] = {}
        self.homes: dict[int, Matrix] = {}

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
            materials = self._assign(mesh, asset.materials, rights(self._options))
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

    def write_avatar(self, armature: bpy.types.Object, clips: list[Clip]) -> Generator[InThread, Any, None]:
        """One file for an avatar: skeleton, skin, shape keys and clips."""
        if self._wishes.kind == "vrm" and (lacking := missing_bones(humanoid_bones(armature))):
            self.skipped[armature.name] = f"no bones for {', '.join(lacking)}"
            return
        centimetres = self._wishes.axes == "centimetres"
        origin = provenance([armature, *skinned_meshes(armature)])
        note = origin | rights(self._options)
        name = self._names.engine[armature.session_uid]
        with temporary_scene(bpy.context, 0.01 if centimetres else 1.0) as scene:
            staged = stage_avatar(scene, armature, self._wishes, self._names, clips if self._wishes.clips else [])
            self.homes[armature.session_uid] = staged.home
            repair_skins(staged.meshes, self._options)
            # Unreal takes an armature of exactly this name as no bone; any other becomes an extra root.
            claim_name(staged.armature, "objects", "Armature" if centimetres else name)
            materials = []
            for obj in staged.meshes:
                slots = used_materials(obj.data, list(obj.data.materials))
                materials += self._assign(obj.data, slots, note)
            facts = self._avatar_facts(armature, staged, materials, origin)
            lods = (yield from self._skinned_lods(scene, staged, facts)) if self._wishes.skinned_lods else []
            self._select([staged.armature, *staged.meshes, *lods])
            path = self._folder / f"{name}.{self._wishes.kind}"
            self._write_skeletal(path, staged, note)
            for obj in (*lods, *staged.meshes, staged.armature):
                bpy.data.objects.remove(obj)
        self.sources[path.name] = facts

    def _write_skeletal(self, path: Path, staged: StagedAvatar, note: dict[str, str]) -> None:
        has_clips = bool(staged.clips)
        if self._wishes.kind == "fbx":
            write_fbx(path, self._wishes.axes, skeletal=True, clips=has_clips)
        elif self._wishes.kind == "usdc":
            write_usd(path)
        else:
            write_glb(path, self._wishes, self._options, self._has_normal_maps(), has_clips)
            self._about(path, note)
            if self._wishes.kind == "vrm":
                add_vrm(path, staged.bones, self._options)

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
        if staged.clips:
            facts["clips"] = clip_facts(staged.clips, scene.render.fps / scene.render.fps_base)
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
            below = yield from skinned_lods(obj, self._options.lods, self._reduced)
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
        if self._pending:
            self._write_scene()
        for material in self._materials.values():
            bpy.data.materials.remove(material)
        if self._textures != self._folder:
            shutil.rmtree(self._textures)

    def _write_scene(self) -> None:
        path = self._folder / f"scene.{self._wishes.kind}"
        with temporary_scene(bpy.context) as scene:
            objects, nodes, prototypes = [], {}, []
            for asset in self._pending:
                size = asset.measures["dimensions"]
                # glTF shares meshes by itself; Blender writes USD references for instances of collections alone.
                shared = prototype(asset) if self._wishes.kind == "usdc" and len(asset.instances) > 1 else None
                prototypes += list(shared.objects) if shared else []
                for instance in asset.instances:
                    name = self._namer.name(instance.object_name, "SM_")
                    obj = placed(scene, name, shared or asset.mesh, instance)
                    objects += [obj, *socket_nodes(scene, asset, obj)]
                    grown = instance.matrix.to_scale()
                    nodes[name] = [round(one * times, 5) for one, times in zip(size, grown, strict=True)]
            self._select(objects)
            if self._wishes.kind == "usdc":
                write_usd(path)
            else:
                write_glb(path, self._wishes, self._options, self._has_normal_maps(), clips=False)
                self._about(path, rights(self._options))
            bpy.data.batch_remove([*objects, *prototypes])
        self.sources[path.name] = {
            "kind": "scene",
            "source": [instance.object_name for asset in self._pending for instance in asset.instances],
            "triangles": sum(len(asset.mesh.polygons) * len(asset.instances) for asset in self._pending),
            "nodes": nodes,
            "materials": sorted({m.name for asset in self._pending for m in asset.mesh.materials if m}),
        }

    def _about(self, path: Path, note: dict[str, str]) -> None:
        add_about(path, {"generator": f"{GENERATOR} {__version__}", **note}, gltf_packet(note) if note else None)

    def _has_normal_maps(self) -> bool:
        return any("N" in entry["textures"] for entry in self.material_list.values())

    def _assign(
        self, mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None], note: dict[str, str]
    ) -> list[str]:
        """Puts engine materials into the mesh's slots; their names."""
        made = [self._material(material, note) for material in materials]
        # Clearing the slots would send every face to the first one.
        while len(mesh.materials) < len(made):
            mesh.materials.append(None)
        for slot, material in enumerate(made):
            mesh.materials[slot] = material
        return [material.name for material in made]

    def _material(self, material: bpy.types.Material | None, note: dict[str, str]) -> bpy.types.Material:
        name = self._names.engine[material.session_uid if material else 0]
        if name not in self._materials:
            facts: MaterialFacts = read_material(material)
            budget = self._options.texture_budget or self._wishes.max_texture
            budget = min(2 ** int(math.log2(budget)), self._wishes.max_texture)
            if not any(image.get(OWNER_KEY) for image in facts.images.values()):
                note = rights(self._options)  # the artist's own pictures on an avatar whose skin is generated
            is_webp = self._wishes.web_options and self._options.image_format == "WEBP"
            files = write_textures(facts, name.removeprefix("M_"), self._textures, self._wishes, budget, note, is_webp)
            made = engine_material(name, facts, files, self._textures)
            claim_name(made, "materials", name)
            self.material_list[name] = as_dict(facts, files)
            self._materials[name] = made
        return self._materials[name]

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
