"""People of the built-in body as plain objects of a Blender scene, for pictures: posed in numpy, without a rig."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

from ml_core.color import hex_to_srgb, srgb_to_linear
from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.face.eyeball import ball
from ml_core.geometry.body.model import Person
from ml_core.geometry.body.zones import clothed_texels, underwear
from ml_core.geometry.fabrics.registry import FABRICS
from ml_core.geometry.fabrics.texture import fabric_texture
from ml_core.geometry.garments.entry import Cloth
from ml_core.geometry.garments.garment import Garment

CLOTH = (0.10, 0.12, 0.16)
TEXELS = 1024
_EYE = np.array([0.25, 0.14, 0.07])


def add_person(
    name: str, person: Person, rows: np.ndarray, skin: tuple[float, float, float], hidden: np.ndarray | None = None
) -> list:
    """Objects of a person whose rows (R, 3) may be posed: skin with painted plain clothes, eyes, lashes, mouth.

    ``hidden`` (F,) are faces of the skin that are left out, under garments.
    """
    data = person.data
    share = clothed_texels(data, underwear(data, person.traits), TEXELS)
    objects = [add_mesh(f"{name} Skin", data, rows, ("skin",), _painted(name, share, skin), hidden)]
    for label, parts, color, roughness in (
        ("Lashes", ("lashes",), (0.02, 0.015, 0.012), 0.8),
        ("Teeth", ("teeth_upper", "teeth_lower"), (0.8, 0.76, 0.68), 0.2),
        ("Tongue", ("tongue",), (0.45, 0.13, 0.12), 0.4),
    ):
        material = _plain(f"{name} {label}", color, roughness)
        if label == "Lashes":  # cards whose hairs a texture would cut out
            material.node_tree.nodes["Principled BSDF"].inputs["Alpha"].default_value = 0.45
        objects.append(add_mesh(f"{name} {label}", data, rows, parts, material))
    for side in "lr":
        objects.append(_eyeball(f"{name} Eye {side}", person, rows, side))
    return objects


def add_garment(name: str, garment: Garment, points: np.ndarray):
    """An object of a garment at ``points`` (V, 3), which may be posed, without the faces that others cover."""
    seen = ~garment.hidden
    own = garment.piece.color
    materials = [_fabric(replace(cloth, color=cloth.color or own)) for cloth in garment.cloths]
    tiles = np.array([FABRICS[cloth.fabric].tile for cloth in garment.cloths])
    corners = garment.tiled[garment.corners[seen]] / tiles[garment.cloth[seen]][:, None, None]
    made = _object(f"{name} {garment.piece.label}", points, garment.faces[seen], corners, materials[0])
    for material in materials[1:]:
        made.data.materials.append(material)
    made.data.polygons.foreach_set("material_index", garment.cloth[seen].astype(np.int32))
    return made


def _fabric(cloth: Cloth):
    """A material of a fabric's texture, tiled over UVs in which one unit is a tile."""
    fabric, texture = FABRICS[cloth.fabric], fabric_texture(cloth.fabric)
    linear = tuple(np.asarray(srgb_to_linear(hex_to_srgb(cloth.color))).tolist())
    material = _plain(f"{cloth.fabric} {cloth.color}", linear, cloth.roughness)
    tree = material.node_tree
    shader = tree.nodes["Principled BSDF"]
    shader.inputs["Metallic"].default_value = fabric.metallic
    shader.inputs["Sheen Weight"].default_value = fabric.sheen
    if not fabric.relief:
        return material
    for label, pixels, space in (
        ("Color", texture.colored(linear), "Linear Rec.709"),
        ("Normal", 0.5 + 0.5 * texture.normal, "Non-Color"),
    ):
        image = tree.nodes.new("ShaderNodeTexImage")
        image.image = _image(f"{cloth.fabric} {cloth.color} {label}", pixels, space)
        if label == "Color":
            tree.links.new(image.outputs["Color"], shader.inputs["Base Color"])
        else:
            bump = tree.nodes.new("ShaderNodeNormalMap")
            tree.links.new(image.outputs["Color"], bump.inputs["Color"])
            tree.links.new(bump.outputs["Normal"], shader.inputs["Normal"])
    return material


def _image(name: str, pixels: np.ndarray, space: str):
    """An image of pixels (S, S, 3), row 0 at the top; an existing one of this name is reused."""
    if name in bpy.data.images:
        return bpy.data.images[name]
    image = bpy.data.images.new(name, *pixels.shape[:2], float_buffer=True)
    image.colorspace_settings.name = space
    rgba = np.ones((*pixels.shape[:2], 4), np.float32)
    rgba[..., :3] = pixels
    image.pixels.foreach_set(rgba[::-1].ravel())
    return image


def add_mesh(
    name: str, data: BodyData, rows: np.ndarray, parts: tuple[str, ...], material, hidden: np.ndarray | None = None
):
    """An object of some parts of the body at rows (R, 3), with their UVs, without the faces ``hidden`` (F,)."""
    faces = np.concatenate([data.faces[part] for part in parts])
    corners = np.concatenate([data.corners[part] for part in parts])
    if hidden is not None:
        faces, corners = faces[~hidden], corners[~hidden]
    return _object(name, rows, faces, data.uv[corners], material)


def _object(name: str, points: np.ndarray, faces: np.ndarray, uv: np.ndarray, material):
    """An object of faces (F, 4) with a UV (F, 4, 2) for each of their corners."""
    used, index = np.unique(faces, return_inverse=True)
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points[used].tolist(), [], index.reshape(faces.shape).tolist())
    mesh.uv_layers.new(name="UVMap").data.foreach_set("uv", uv.astype(np.float32).ravel())
    mesh.shade_smooth()
    mesh.materials.append(material)
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    return made


def _painted(name: str, share: np.ndarray, skin: tuple[float, float, float]):
    """Skin of one color, blended with cloth by ``share`` (S, S)."""
    size = len(share)
    image = bpy.data.images.new(name, size, size, float_buffer=True)
    color = np.ones((size, size, 4), np.float32)
    color[..., :3] = np.array(skin) + (np.array(CLOTH) - np.array(skin)) * share[..., None]
    image.pixels.foreach_set(color[::-1].ravel())
    material = _plain(name, skin, 0.5)
    tree = material.node_tree
    texture = tree.nodes.new("ShaderNodeTexImage")
    texture.image = image
    shader = tree.nodes["Principled BSDF"]
    tree.links.new(texture.outputs["Color"], shader.inputs["Base Color"])
    shader.inputs["Subsurface Weight"].default_value = 0.08
    shader.inputs["Subsurface Radius"].default_value = (0.012, 0.005, 0.003)
    return material


def _plain(name: str, color: tuple[float, ...], roughness: float):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*color, 1)
    shader.inputs["Roughness"].default_value = roughness
    return material


def _eyeball(name: str, person: Person, rows: np.ndarray, side: str):
    """A ball with an iris by materials alone: white, iris and pupil by angle from its gaze direction."""
    eye = person.eye(side)
    shift = rows[person.data.used(f"eye_{side}")].mean(axis=0) - person.rows[person.data.used(f"eye_{side}")].mean(
        axis=0
    )
    rings, segments = 40, 32
    angles = np.linspace(0, np.pi * 0.6, rings + 1)[1:]
    _, _, points, faces = ball(angles, segments)
    vertices = points * eye.radius + eye.center + shift
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], faces)
    mesh.shade_smooth()
    for label, color in (("White", (0.78, 0.74, 0.72)), ("Iris", tuple(_EYE)), ("Pupil", (0.005, 0.005, 0.005))):
        mesh.materials.append(_plain(f"{name} {label}", color, 0.15))
    ring_of = np.concatenate([np.zeros(segments, int), 1 + np.repeat(np.arange(rings - 1), segments)])
    kind = np.where(angles[ring_of] < 0.17, 2, np.where(angles[ring_of] < 0.44, 1, 0))
    mesh.polygons.foreach_set("material_index", kind.astype(np.int32))
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    return made
