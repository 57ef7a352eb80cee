"""A reconstructed place as Blender's objects: sides with their pictures, things with colors, cameras, points."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.reconstruction.fusion import Surface
from ml_core.reconstruction.place import Place, Side
from ml_core.reconstruction.views.cameras import Camera

from ..matching.seeing import set_camera, show_picture

COLORS = "Color"


@dataclass(frozen=True)
class MadePlace:
    """``root`` is an empty at the origin, the parent of everything: its scale is that of the place."""

    collection: bpy.types.Collection
    root: bpy.types.Object
    sides: tuple[bpy.types.Object, ...]
    things: tuple[bpy.types.Object, ...]
    cameras: tuple[bpy.types.Object, ...]


def make(context: bpy.types.Context, place: Place, name: str, pictures: Path) -> MadePlace:
    """Put ``place`` into the scene, in a separate collection.

    Args:
        pictures: the folder of the photos, which the cameras show as background images.
    """
    collection = bpy.data.collections.new(name)
    context.scene.collection.children.link(collection)
    root = bpy.data.objects.new(name, None)
    root.empty_display_size = 0.25
    collection.objects.link(root)
    sides = tuple(_side(collection, root, side) for side in place.sides)
    material = _color_material()
    things = []
    for number, thing in enumerate(place.things):
        obj = _object(collection, root, f"Thing.{number:03d}", _colored_mesh(thing.surface, material))
        _center_origin(obj)
        things.append(obj)
    points = _object(collection, root, f"{name} Points", _points(place.points, place.point_colors))
    points.hide_render = True
    points.hide_set(True)
    cameras = tuple(_camera(collection, root, camera, pictures / camera.name) for camera in place.cameras)
    if cameras and context.scene.camera is None:
        context.scene.camera = cameras[0]
    context.view_layer.update()
    return MadePlace(collection, root, sides, tuple(things), cameras)


def _object(
    collection: bpy.types.Collection, root: bpy.types.Object, name: str, data: bpy.types.ID
) -> bpy.types.Object:
    obj = bpy.data.objects.new(name, data)
    collection.objects.link(obj)
    obj.parent = root
    return obj


def _side(collection: bpy.types.Collection, root: bpy.types.Object, side: Side) -> bpy.types.Object:
    mesh = bpy.data.meshes.new(side.name)
    mesh.from_pydata(side.corners.tolist(), [], [(0, 1, 2, 3)])
    uv = mesh.uv_layers.new(name="UVMap")
    uv.uv.foreach_set("vector", [0, 0, 1, 0, 1, 1, 0, 1])
    material = bpy.data.materials.new(side.name)
    material.use_nodes = True
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = 0.9
    shader.inputs["Specular IOR Level"].default_value = 0.2
    if side.texture_file:
        image = bpy.data.images.load(side.texture_file)
        image.name = side.name
        image.pack()
        node = tree.nodes.new("ShaderNodeTexImage")
        node.image = image
        node.extension = "EXTEND"
        node.location = (-320, 200)
        tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
        small = np.empty(4 * image.size[0] * image.size[1], np.float32)
        image.pixels.foreach_get(small)
        material.diffuse_color = (*(small.reshape(-1, 4)[:, :3].mean(axis=0) ** 2.2), 1)
    # From outside one looks in: walls and ceiling show their front alone.
    material.use_backface_culling = True
    mesh.materials.append(material)
    return _object(collection, root, side.name, mesh)


def _color_material() -> bpy.types.Material:
    material = bpy.data.materials.new("Reconstructed")
    material.use_nodes = True
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = 0.8
    node = tree.nodes.new("ShaderNodeVertexColor")
    node.layer_name = COLORS
    node.location = (-220, 200)
    tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    return material


def _colored_mesh(surface: Surface, material: bpy.types.Material) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new("Thing")
    mesh.from_pydata(surface.vertices.tolist(), [], surface.triangles.tolist())
    _put_colors(mesh, (np.clip(surface.colors, 0, 1) * 255 + 0.5).astype(np.uint8))
    mesh.shade_smooth()
    mesh.materials.append(material)
    mesh.validate()
    return mesh


def _points(points: NDArray[np.float32], colors: NDArray[np.uint8]) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new("Points")
    mesh.from_pydata(points.tolist(), [], [])
    _put_colors(mesh, colors)
    return mesh


def _put_colors(mesh: bpy.types.Mesh, colors: NDArray[np.uint8]) -> None:
    """Colors (V, 3) sRGB of the vertices; a byte attribute is sRGB in the file, and linear where shaders read it."""
    attribute = mesh.color_attributes.new(COLORS, "BYTE_COLOR", "POINT")
    values = np.ones((len(colors), 4), np.float32)
    values[:, :3] = colors / 255
    attribute.data.foreach_set("color_srgb", values.ravel())


def _center_origin(obj: bpy.types.Object) -> None:
    """Puts the origin at the center of the base, so that the object rotates and scales in place."""
    points = np.array([corner[:] for corner in obj.bound_box])
    low, high = points.min(axis=0), points.max(axis=0)
    foot = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2])
    obj.data.transform(Matrix.Translation([-value for value in foot]))
    obj.location = foot


def _camera(
    collection: bpy.types.Collection, root: bpy.types.Object, camera: Camera, picture: Path
) -> bpy.types.Object:
    data = bpy.data.cameras.new(Path(camera.name).stem)
    obj = _object(collection, root, data.name, data)
    set_camera(obj, camera)
    if picture.is_file():
        show_picture(data, bpy.data.images.load(str(picture), check_existing=True))
    return obj
