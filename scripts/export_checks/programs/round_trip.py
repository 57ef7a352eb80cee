"""Check 6: Blender reads every model back with the sizes and triangles of the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.references import check_references
from scripts.lib.cli import quiet

from ..problem import Check, Problem
from ..readers.folder import MODELS, TargetFolder
from ..readers.model import COLLIDER_PREFIXES, COLLIDER_SUFFIXES, Array

TOLERANCE = 0.001
MOVED = 0.0001
"""Meters that a shape key has to move some vertex."""
USD = (".usdc", ".usda", ".usd", ".usdz")


@dataclass
class ReadObject:
    """A mesh object that came back: its box in the world, its own size, both in meters, its triangles and position."""

    low: Array
    high: Array
    size: list[float]
    triangles: int
    world: Array


def _come_back(folder: TargetFolder, entry: dict[str, Any]) -> Iterator[Problem]:
    path, name = folder.path / entry["path"], entry["path"]
    if not path.is_file() or path.name in folder.broken:
        return
    if path.suffix == ".usdc" and not path.read_bytes().startswith(b"PXR-USDC"):
        yield Problem(name, "is not a USD crate file")
        return
    try:
        objects = read_back(path)
    except RuntimeError as error:
        yield Problem(name, f"is not read by Blender: {' '.join(str(error).split())}")
        return
    objects = {key: obj for key, obj in objects.items() if not is_extra(key)}
    if not objects and entry.get("triangles") == 0:
        return  # cameras and lights alone
    if not objects:
        yield Problem(name, "comes back without a mesh")
        return
    triangles = sum(obj.triangles for obj in objects.values())
    if triangles != entry.get("triangles"):
        yield Problem(name, "comes back with other triangles", "", entry.get("triangles"), triangles)
    for node, size in entry.get("nodes", {}).items():
        if node not in objects:
            yield Problem(name, "does not come back", node)
        elif _far(objects[node].size, size):
            yield Problem(name, "comes back in another size (m)", node, size, objects[node].size)
    if "dimensions" in entry:
        low = np.min([obj.low for obj in objects.values()], axis=0)
        high = np.max([obj.high for obj in objects.values()], axis=0)
        size = [round(float(value), 5) for value in high - low]
        if _far(size, entry["dimensions"]):
            yield Problem(name, "comes back in another size (m)", "", entry["dimensions"], size)
    if path.suffix in USD:
        # No reader of our own: what checks 5b, 22 and 25c ask of the other formats is asked of what Blender has read.
        yield from _usd_claims(entry)
        yield from _usd_places(folder, entry, [obj.world for obj in objects.values()])


def _usd_claims(entry: dict[str, Any]) -> Iterator[Problem]:
    """Bones, materials and moving shape keys of the file that Blender has open."""
    import bpy

    bones = {bone.name for armature in bpy.data.armatures for bone in armature.bones}
    for joint, bone in (entry.get("bones") or {}).items():
        if bone not in bones:
            yield Problem(entry["path"], f"comes back without the bone of {joint}", bone)
    for material in sorted(set(entry.get("materials") or []) - {item.name for item in bpy.data.materials}):
        yield Problem(entry["path"], "is a material that does not come back", material)
    moved: dict[str, float] = {}
    for keys in bpy.data.shape_keys:
        rest = _points(keys.reference_key)
        for key in keys.key_blocks:
            if key != keys.reference_key:
                way = float(np.linalg.norm(_points(key) - rest, axis=1).max(initial=0))
                moved[key.name] = max(moved.get(key.name, 0.0), way)
    for name in entry.get("shape_keys") or []:
        if moved.get(name, 0.0) < MOVED:
            what = "is a shape key that moves nothing" if name in moved else "is a shape key that the file lost"
            yield Problem(entry["path"], what, name)


def _points(key: Any) -> Array:
    values = np.empty(len(key.data) * 3, np.float32)
    key.data.foreach_get("co", values)
    return values.reshape(-1, 3)


def _usd_places(folder: TargetFolder, entry: dict[str, Any], worlds: list[Array]) -> Iterator[Problem]:
    """Instances are placed as in layout.json, compared one by one."""
    if entry.get("kind") != "scene":
        return
    free = np.array(worlds).reshape(-1, 4, 4)
    for place in folder.layout:
        if str(place.get("asset", "")).startswith("SK_"):
            continue
        off = np.abs(free - np.array(place["matrix_world"], float)).max(axis=(1, 2))
        if not len(off) or off.min() > TOLERANCE * 2:
            yield Problem(entry["path"], "has nothing where layout.json places it", str(place.get("object")))
        else:
            free = np.delete(free, off.argmin(), axis=0)


def is_extra(name: str) -> bool:
    """Whether an object is a collider or a coarser level of detail, which the manifest's sizes do not include."""
    _, mark, number = name.rpartition("_LOD")
    return name.startswith(COLLIDER_PREFIXES) or name.endswith(COLLIDER_SUFFIXES) or (mark != "" and number != "0")


def _far(one: list[float], other: list[float]) -> bool:
    return any(abs(a - b) > TOLERANCE for a, b in zip(one, other, strict=True))


def read_back(path: Path) -> dict[str, ReadObject]:
    """Imports a model into an empty file; returns its mesh objects by name.

    Raises:
        RuntimeError: Blender's importer refuses the file.
    """
    import bpy

    try:
        check_references(path)
    except InputError as error:
        raise RuntimeError(str(error)) from error
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        before = set(bpy.data.objects)
        import_model(path)
    bpy.context.view_layer.update()
    return {
        name: _read_object(obj.data, world)
        for name, obj, world in (_instances() if path.suffix.lower() in USD else _objects(before))
        # Blender's glTF importer adds an Icosphere as the shape of bones.
        if obj.type == "MESH" and not obj.name.startswith("Icosphere") and obj.data.vertices
    }


def import_model(path: Path) -> None:
    """Imports a model into the open file.

    Raises:
        RuntimeError: Blender's importer refuses the file.
    """
    import bpy

    from blender_addon.bridge.gltf_addon import quiet_gltf_loggers

    kind = path.suffix.lower()
    if kind == ".fbx":
        done = bpy.ops.wm.fbx_import(filepath=str(path.absolute()))
    elif kind in USD:
        done = bpy.ops.wm.usd_import(filepath=str(path.absolute()))
    else:
        with quiet_gltf_loggers():
            done = bpy.ops.import_scene.gltf(filepath=str(path.absolute()), bone_heuristic="BLENDER")
    if "FINISHED" not in done:
        raise RuntimeError("the importer gave up")


def _objects(before: set[Any]) -> Iterator[tuple[str, Any, Array]]:
    """Name, object and world matrix of all objects but those of ``before``."""
    import bpy

    for obj in set(bpy.data.objects) - before:
        yield obj.name, obj, np.array(obj.matrix_world)


def _instances() -> Iterator[tuple[str, Any, Array]]:
    """The same for what the scene shows; an instance has the name of its parent node."""
    import bpy

    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        obj = instance.object.original
        holder = instance.parent.original if instance.is_instance else obj
        node = holder.parent if instance.is_instance and holder.parent else holder
        above = node.parent
        while above is not None:  # a mesh with keys has a node around it, and Blender 5.2 a skeleton between
            if node.name.startswith(f"{above.name}."):
                node = above
            above = above.parent
        yield node.name, obj, np.array(instance.matrix_world)


def _read_object(mesh: Any, world: Array) -> ReadObject:
    local = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", local)
    local = local.reshape(-1, 3)
    points = local @ world[:3, :3].T + world[:3, 3]
    scale = np.linalg.norm(world[:3, :3], axis=0)
    corners = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("loop_total", corners)
    return ReadObject(
        points.min(axis=0),
        points.max(axis=0),
        [round(float(value), 5) for value in np.ptp(local, axis=0) * scale],
        int((corners - 2).sum()),
        world,
    )


def _models(folder: TargetFolder) -> list[dict[str, Any]]:
    return [entry for entry in folder.entries if Path(entry["path"]).suffix.lower() in (*MODELS, *USD)]


CHECKS = [
    Check(
        "6",
        "Blender reads every model back: box within 1 mm, all triangles; of OpenUSD bones, shape keys and places too",
        _models,
        _come_back,
    )
]
