"""A furnished room of our own procedural objects: the demo's scene to label when none is given."""

from __future__ import annotations

import math

import bpy
import numpy as np

from ml_core.color import hex_to_srgb, srgb_to_linear
from ml_core.datasets.furniture import plain as things
from ml_core.datasets.furniture.solids import Part, box

WIDTH, DEPTH, HEIGHT = 5.2, 4.4, 2.6

# name, builder, where (x, y, z) of its own floor, turn in degrees. The room's middle is the origin, front to -Y.
_FURNITURE = (
    ("Object.001", things.sofa, (-1.15, 1.65, 0), 0),
    ("Object.002", things.coffee_table, (-0.95, 0.45, 0.012), 0),
    ("Object.003", things.rug, (-0.95, 0.45, 0), 0),
    ("Object.004", things.armchair, (0.55, 0.55, 0), -75),
    ("Object.005", things.cabinet, (-2.35, 0.5, 0), 90),
    ("Object.006", things.tv_monitor, (-2.38, 0.5, 0.55), 90),
    ("Object.007", things.shelf, (0.6, 2.03, 0), 0),
    ("Object.008", things.lamp, (-2.35, 1.9, 0), 0),
    ("Object.009", things.potted_plant, (2.25, 0.75, 0), 0),
    ("Object.010", things.table, (1.1, -1.15, 0), 0),
    ("Object.011", things.chair, (0.7, -1.85, 0), 180),
    ("Object.012", things.chair, (1.5, -1.87, 0), 172),
    ("Object.013", things.chair, (0.7, -0.47, 0), 4),
    ("Object.014", things.chair, (1.52, -0.45, 0), -6),
    ("Object.015", things.bowl, (1.1, -1.15, 0.74), 0),
    ("Object.016", things.cup, (0.65, -1.3, 0.74), 30),
    ("Object.017", things.bottle, (1.52, -1.05, 0.74), 0),
    ("Object.018", things.ceiling_light, (1.1, -1.15, 1.8), 0),
    ("Object.019", things.picture_frame, (-1.15, DEPTH / 2 - 0.02, 1.35), 0),
    ("Object.020", things.window, (-WIDTH / 2 + 0.02, -1.2, 0.9), 90),
    ("Object.021", things.vase, (-1.2, 0.45, 0.43), 0),
    ("Object.022", things.stool, (-1.55, -1.35, 0), 15),
    ("Object.023", things.door, (1.75, DEPTH / 2 - 0.05, 0), 0),
)


def build_room(context: bpy.types.Context) -> list[bpy.types.Object]:
    """Adds the room to the scene, its objects with meaningless names; returns them without floor and walls.

    Equal things share one mesh. The room is left without lights and camera.
    """
    collection = bpy.data.collections.new("Room")
    context.scene.collection.children.link(collection)
    slabs: tuple[tuple[str, tuple[float, float, float], tuple[float, float, float], str], ...] = (
        ("Floor", (WIDTH, DEPTH, 0.1), (0, 0, -0.1), "#a98b6d"),
        ("Wall.001", (WIDTH, 0.1, HEIGHT), (0, DEPTH / 2 + 0.05, 0), "#e4ddd0"),
        ("Wall.002", (0.1, DEPTH, HEIGHT), (-WIDTH / 2 - 0.05, 0, 0), "#d3cabb"),
    )
    for name, size, at, color in slabs:
        _object(collection, name, mesh_of([box(size, at, color, 0.001, 0.9)], name))
    meshes: dict[object, bpy.types.Mesh] = {}
    made = []
    for name, builder, at, turn in _FURNITURE:
        if builder not in meshes:
            meshes[builder] = mesh_of(builder(), name)
        obj = _object(collection, name, meshes[builder])
        obj.location = at
        obj.rotation_euler.z = math.radians(turn)
        made.append(obj)
    context.view_layer.update()
    return made


def mesh_of(parts: list[Part], name: str) -> bpy.types.Mesh:
    """One mesh of ``parts``, with a material for each color."""
    mesh = bpy.data.meshes.new(name)
    looks: dict[tuple[str, float, float], int] = {}
    faces, slots, smooth = [], [], []
    start = 0
    for part in parts:
        look = (part.color, part.roughness, part.emission)
        if look not in looks:
            looks[look] = len(looks)
            mesh.materials.append(_material(*look))
        faces += [tuple(start + corner for corner in face) for face in part.faces]
        slots += [looks[look]] * len(part.faces)
        smooth += [part.smooth] * len(part.faces)
        start += len(part.vertices)
    mesh.from_pydata(np.concatenate([part.vertices for part in parts]).tolist(), [], faces)
    mesh.polygons.foreach_set("material_index", slots)
    mesh.polygons.foreach_set("use_smooth", smooth)
    mesh.set_sharp_from_angle(angle=math.radians(40))
    mesh.update()
    return mesh


def _object(collection: bpy.types.Collection, name: str, mesh: bpy.types.Mesh) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, mesh)
    collection.objects.link(obj)
    return obj


def _material(color: str, roughness: float, emission: float) -> bpy.types.Material:
    name = f"{color} {roughness:g}" + (f" light {emission:g}" if emission else "")
    if name in bpy.data.materials:
        return bpy.data.materials[name]
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    linear = srgb_to_linear(hex_to_srgb(color))
    shader.inputs["Base Color"].default_value = (*linear, 1)
    shader.inputs["Roughness"].default_value = roughness
    if emission:
        shader.inputs["Emission Color"].default_value = (*linear, 1)
        shader.inputs["Emission Strength"].default_value = emission
    material.diffuse_color = (*linear, 1)
    return material
