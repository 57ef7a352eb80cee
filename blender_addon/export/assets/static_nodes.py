"""The objects of a static asset in a target's file: render meshes, levels of detail, colliders, sockets."""

from __future__ import annotations

from typing import Any

import bpy

from ...bridge.state.preserved_scene import claim_name
from ..targets.profile import Profile
from .colliders import collider_mesh
from .lightmap import LIGHTMAP_LAYER
from .static import Instance, StaticAsset


def level_names(asset: StaticAsset) -> list[str]:
    """Node names of the render meshes, LOD0 first."""
    if not asset.lods:
        return [asset.name]
    return [f"{asset.name}_LOD{number}" for number in range(len(asset.lods) + 1)]


def collider_names(asset: StaticAsset, profile: Profile) -> list[str]:
    """``<prefix><render mesh>_NN``, as the engine recognizes them."""
    base = level_names(asset)[0] if profile.target.lod_group else asset.name
    return [
        f"{profile.target.collider_prefixes[collider.shape]}{base}_{number:02d}"
        for number, collider in enumerate(asset.colliders, start=1)
    ]


def static_nodes(scene: bpy.types.Scene, asset: StaticAsset, profile: Profile) -> list[bpy.types.Object]:
    """Objects of an FBX file, linked to ``scene``: what an engine imports as one asset."""
    group = None
    nodes = []
    if profile.target.lod_group and asset.lods:
        group = lod_group(scene, asset.name)
        nodes.append(group)
    for name, mesh in zip(level_names(asset), (asset.mesh, *asset.lods), strict=True):
        claim_name(mesh, "meshes", name)
        node = _node(scene, name, mesh)
        node.parent = group
        nodes.append(node)
    first = nodes[1 if group else 0]
    label = asset.instances[0].label
    if label:
        first["atelier_label"] = label
    if profile.target.collider_prefixes:
        for name, collider in zip(collider_names(asset, profile), asset.colliders, strict=True):
            nodes.append(_node(scene, name, collider_mesh(collider, name)))
    return nodes + socket_nodes(scene, asset, first)


def lod_group(scene: bpy.types.Scene, name: str) -> bpy.types.Object:
    """An empty that Blender's FBX exporter writes as a group of levels of detail."""
    group = _node(scene, name, None)
    group["fbx_type"] = "LodGroup"
    return group


def socket_nodes(scene: bpy.types.Scene, asset: StaticAsset, parent: bpy.types.Object) -> list[bpy.types.Object]:
    """Empties below a render mesh."""
    made = []
    for socket in asset.sockets:
        node = _node(scene, socket.name, None)
        node.parent = parent
        node.matrix_local = socket.matrix
        made.append(node)
    return made


def collider_nodes(
    scene: bpy.types.Scene, asset: StaticAsset, parent: bpy.types.Object, suffix: str
) -> list[bpy.types.Object]:
    """Collision shapes below a placement, recognized by the suffix of their names; placements share the meshes."""
    made = []
    for number, collider in enumerate(asset.colliders, start=1):
        name = f"{asset.name}_{number:02d}_shape"
        mesh = bpy.data.meshes.get(name) or collider_mesh(collider, name)
        node = _node(scene, f"{parent.name}_{number:02d}{suffix}", mesh)
        node.parent = parent
        made.append(node)
    return made


def prototype(asset: StaticAsset) -> bpy.types.Collection:
    """A collection of an asset's mesh for many instances; it is not itself in a scene.

    Neither it nor the mesh has the name of a placement: importers use each name once.
    """
    name = f"{asset.name}_prototype"
    claim_name(asset.mesh, "meshes", name)
    collection = bpy.data.collections.new(name)
    collection.objects.link(bpy.data.objects.new(name, asset.mesh))
    return collection


def placed(
    scene: bpy.types.Scene, name: str, what: bpy.types.Mesh | bpy.types.Collection, instance: Instance
) -> bpy.types.Object:
    """A mesh, or a collection instance, at the transform of an artist's object, with its label."""
    obj = bpy.data.objects.new(name, what if isinstance(what, bpy.types.Mesh) else None)
    claim_name(obj, "objects", name)
    if isinstance(what, bpy.types.Collection):
        obj.instance_type, obj.instance_collection = "COLLECTION", what
    obj.rotation_mode = "QUATERNION"  # Euler angles are coarse near the poles
    obj.matrix_world = instance.matrix
    if instance.label:
        obj["atelier_label"] = instance.label
        obj["atelier_confidence"] = float(instance.confidence or 0)
    scene.collection.objects.link(obj)
    return obj


def static_facts(asset: StaticAsset, profile: Profile) -> dict[str, Any]:
    """The manifest's facts about the geometry of a single-asset model."""
    facts: dict[str, Any] = {"pivot": "bottom_center"}
    if profile.format.levels and asset.lods:
        meshes = (asset.mesh, *asset.lods)
        facts["lods"] = [
            {"name": name, "triangles": len(mesh.polygons)}
            for name, mesh in zip(level_names(asset), meshes, strict=True)
        ]
    if asset.colliders and profile.target.collider_prefixes:
        shapes = [collider.shape for collider in asset.colliders]
        facts["colliders"] = [
            {"name": name, "shape": shape} for name, shape in zip(collider_names(asset, profile), shapes, strict=True)
        ]
    if asset.sockets:
        facts["sockets"] = [
            {"name": socket.name, "matrix": [[round(value, 6) for value in row] for row in socket.matrix]}
            for socket in asset.sockets
        ]
    if asset.lightmap_size:
        facts["lightmap_uv"] = {
            "layer": LIGHTMAP_LAYER,
            "size": asset.lightmap_size,
            "channel": len(asset.mesh.uv_layers) - 1,
        }
    return facts


def _node(scene: bpy.types.Scene, name: str, data: bpy.types.Mesh | None) -> bpy.types.Object:
    node = bpy.data.objects.new(name, data)
    claim_name(node, "objects", name)
    scene.collection.objects.link(node)
    return node
