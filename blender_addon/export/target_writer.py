"""Writes the models and textures of one target through Blender's own exporters, on copies in a temporary scene."""

from __future__ import annotations

import contextlib
import io
import shutil
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ml_core import __version__

from ..bridge.mesh_arrays import positions
from ..bridge.preserved_scene import claim_name, temporary_scene
from .avatar_assets import stage_avatar
from .engine_materials import engine_material
from .engine_names import EngineNames
from .glb import add_asset_extras, repair_tangents
from .manifest import GENERATOR
from .materials import MaterialFacts, as_dict, read_material
from .naming import Namer
from .options import ExportOptions
from .profiles import Profile, fbx_options
from .repairs.copies import repair_skins
from .static_assets import StaticAsset
from .textures import write_textures

SCENE_FILE = "scene.glb"


class TargetWriter:
    """The files of one target, in ``folder``."""

    def __init__(self, wishes: Profile, folder: Path, names: EngineNames, options: ExportOptions) -> None:
        self._wishes = wishes
        self._options = options
        self._folder = folder
        self._names = names
        self._namer = Namer()
        # A GLB carries its textures, so that they are not left beside it.
        self._textures = folder / ".textures" if wishes.kind == "glb" else folder
        self._textures.mkdir(exist_ok=True)
        self._materials: dict[int, bpy.types.Material] = {}
        self._pending: list[StaticAsset] = []
        self.material_list: dict[str, Any] = {}
        self.sources: dict[str, dict[str, Any]] = {}

    def write_static(self, asset: StaticAsset) -> None:
        """One FBX for each asset; for glTF all go into one file at the end."""
        materials = self._assign(asset.mesh, asset.materials, {})
        if self._wishes.kind == "glb":
            self._pending.append(asset)
            return
        with temporary_scene(bpy.context) as scene:
            obj = bpy.data.objects.new(asset.name, asset.mesh)
            claim_name(obj, "objects", asset.name)
            label = asset.instances[0].label
            if label:
                obj["atelier_label"] = label
            scene.collection.objects.link(obj)
            self._select([obj])
            self._fbx(asset.name, skeletal=False)
            bpy.data.objects.remove(obj)
        self._source(f"{asset.name}.fbx", asset, materials)

    def write_avatar(self, armature: bpy.types.Object) -> None:
        """One file for an avatar: skeleton and skin."""
        centimetres = self._wishes.axes == "centimetres"
        note = provenance(armature)
        name = self._names.engine[armature.session_uid]
        with temporary_scene(bpy.context, 0.01 if centimetres else 1.0) as scene:
            staged = stage_avatar(scene, armature, self._wishes, self._names)
            repair_skins(staged.meshes, self._options)
            # Unreal takes an armature of exactly this name as no bone; any other becomes an extra root.
            claim_name(staged.armature, "objects", "Armature" if centimetres else name)
            materials = []
            for obj in staged.meshes:
                materials += self._assign(obj.data, list(obj.data.materials) or [None], note)
            self._select([staged.armature, *staged.meshes])
            triangles = sum(len(obj.data.polygons) for obj in staged.meshes)
            size = dimensions([obj.data for obj in staged.meshes], 0.01 if centimetres else 1.0, staged.is_y_up)
            if self._wishes.kind == "glb":
                self._glb(name, note)
            else:
                self._fbx(name, skeletal=True)
            for obj in (*staged.meshes, staged.armature):
                bpy.data.objects.remove(obj)
        self.sources[f"{name}.{self._wishes.kind}"] = {
            "source": self._names.source[armature.session_uid],
            "label": armature.get("atelier_label"),
            "triangles": triangles,
            "dimensions": size,
            "materials": sorted(set(materials)),
            **({"provenance": note} if note else {}),
        }

    def finish(self) -> None:
        """Writes what was waiting for the end (the glTF scene with all static instances) and tidies up."""
        if self._pending:
            self._write_scene()
        for material in self._materials.values():
            bpy.data.materials.remove(material)
        if self._textures != self._folder:
            shutil.rmtree(self._textures)

    def _write_scene(self) -> None:
        with temporary_scene(bpy.context) as scene:
            objects, nodes = [], {}
            for asset in self._pending:
                size = dimensions([asset.mesh])
                for instance in asset.instances:
                    name = self._namer.name(instance.object_name, "SM_")
                    obj = bpy.data.objects.new(name, asset.mesh)
                    claim_name(obj, "objects", name)
                    obj.matrix_world = instance.matrix
                    if instance.label:
                        obj["atelier_label"] = instance.label
                        obj["atelier_confidence"] = float(instance.confidence or 0)
                    scene.collection.objects.link(obj)
                    objects.append(obj)
                    nodes[name] = size
            self._select(objects)
            self._glb(Path(SCENE_FILE).stem, {})
            for obj in objects:
                bpy.data.objects.remove(obj)
        self.sources[SCENE_FILE] = {
            "source": [instance.object_name for asset in self._pending for instance in asset.instances],
            "triangles": sum(len(asset.mesh.polygons) * len(asset.instances) for asset in self._pending),
            "nodes": nodes,
            "materials": sorted({m.name for asset in self._pending for m in asset.mesh.materials if m}),
        }

    def _assign(
        self, mesh: bpy.types.Mesh, materials: list[bpy.types.Material | None], note: dict[str, str]
    ) -> list[str]:
        """Puts engine materials into the mesh's slots; their names."""
        made = [self._material(material, note) for material in materials]
        mesh.materials.clear()
        for material in made:
            mesh.materials.append(material)
        return [material.name for material in made]

    def _material(self, material: bpy.types.Material | None, note: dict[str, str]) -> bpy.types.Material:
        key = material.session_uid if material else 0
        if key not in self._materials:
            facts: MaterialFacts = read_material(material)
            name = self._names.engine[key]
            files = write_textures(facts, name.removeprefix("M_"), self._textures, self._wishes, note)
            made = engine_material(name, facts, files, self._textures)
            claim_name(made, "materials", name)
            self.material_list[name] = as_dict(facts, files)
            self._materials[key] = made
        return self._materials[key]

    def _select(self, objects: list[bpy.types.Object]) -> None:
        layer = bpy.context.view_layer
        layer.update()
        for obj in objects:
            obj.select_set(True, view_layer=layer)
        layer.objects.active = objects[0]
        layer.update()

    def _fbx(self, name: str, skeletal: bool) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            bpy.ops.export_scene.fbx(
                filepath=str(self._folder / f"{name}.fbx"), bake_anim=False, **fbx_options(self._wishes.axes, skeletal)
            )

    def _glb(self, name: str, note: dict[str, str]) -> None:
        path = self._folder / f"{name}.glb"
        normal_maps = any("N" in entry["textures"] for entry in self.material_list.values())
        with contextlib.redirect_stdout(io.StringIO()):
            bpy.ops.export_scene.gltf(
                filepath=str(path),
                export_format="GLB",
                use_selection=True,
                use_active_scene=True,
                export_extras=True,
                export_tangents=normal_maps,
                export_animations=False,
                export_armature_object_remove=True,
                export_def_bones=False,
                export_all_influences=False,
            )
        if normal_maps:
            repair_tangents(path)
        add_asset_extras(path, {"generator": f"{GENERATOR} {__version__}", **note})

    def _source(self, file: str, asset: StaticAsset, materials: list[str]) -> None:
        self.sources[file] = {
            "source": [instance.object_name for instance in asset.instances],
            "label": asset.instances[0].label,
            "triangles": len(asset.mesh.polygons),
            "dimensions": dimensions([asset.mesh]),
            "materials": materials,
        }


def dimensions(meshes: list[bpy.types.Mesh], unit: float = 1.0, is_y_up: bool = False) -> list[float]:
    """Width, depth and height in metres of the box around ``meshes``, whose own unit is ``unit`` metres."""
    size = np.ptp(np.concatenate([positions(mesh) for mesh in meshes]), axis=0) * unit
    return [round(float(value), 5) for value in (size[[0, 2, 1]] if is_y_up else size)]


def provenance(armature: bpy.types.Object) -> dict[str, str]:
    """What generated textures say about themselves: program, seed, traits, and that they are AI-generated."""
    traits = armature.get("atelier_traits")
    if not traits:
        return {}
    return {
        "Software": f"{GENERATOR} {__version__}",
        "atelier:seed": str(armature.get("atelier_seed", 0)),
        "atelier:traits": str(traits),
        "atelier:provenance": "AI-generated",
    }
