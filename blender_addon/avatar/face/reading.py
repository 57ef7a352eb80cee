"""Reads the head of any humanoid as arrays: all meshes around it in one space, classified as skin, eyes and teeth."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import linear_to_srgb
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.humanoid.heads import head_pieces
from ml_core.geometry.mesh.unwrap import components
from ml_core.inference.photo.heads import Model

from ...bridge.image_arrays import image_size, sized_pixels
from ...bridge.mesh_arrays import mesh_data
from ..body.humanoid import Humanoid, armature_of, read_humanoid
from ..body.targets import skinned_meshes

Array = NDArray[np.floating]

_IMAGE = 512
"""Texels of the images that a head is drawn with."""
_GRAY = np.array([0.6, 0.6, 0.6])
_HEAD = PARTS.index("head")
_MANY_PIECES = 40
"""More than a body with its eyes, teeth and lashes has."""


@dataclass(frozen=True)
class HeadMesh:
    """One mesh of a character: ``first`` is the row of its first vertex in the common arrays, ``count`` its
    vertices.
    """

    obj: bpy.types.Object
    skin: Humanoid
    first: int
    count: int

    @property
    def rows(self) -> slice:
        return slice(self.first, self.first + self.count)

    def to_local(self, moves: Array) -> NDArray[np.float32]:
        """Converts displacements (N, 3) from the common space to the object's own."""
        matrix = np.linalg.inv(np.array(self.obj.matrix_world)) @ self.skin.to_world
        return np.asarray(moves @ matrix[:3, :3].T, np.float32)


@dataclass(frozen=True)
class ReadHead:
    """The meshes of a character and their arrays together.

    Attributes:
        points: (V, 3); ``welded`` (V,) index of each vertex's position: UV seams split vertices.
        piece: (V,) index of the connected component. face: the component that is the skin of the face. eyes: side ->
            pieces.
        height: of the head.
    """

    meshes: tuple[HeadMesh, ...]
    model: Model
    points: Array
    welded: NDArray[np.int64]
    piece: NDArray[np.int64]
    face: int
    eyes: dict[str, list[int]]
    joints: dict[str, Array]
    height: float


def character_meshes(obj: bpy.types.Object) -> tuple[bpy.types.Object | None, list[bpy.types.Object]]:
    """The armature of a character, if it has one, and its meshes.

    Raises:
        InputError: ``obj`` is neither a mesh nor an armature with meshes.
    """
    armature = obj if obj.type == "ARMATURE" else armature_of(obj) if obj.type == "MESH" else None
    alone = [obj] if obj.type == "MESH" else []
    meshes = skinned_meshes(armature) if armature is not None else alone
    if not meshes:
        raise InputError("{name}: has no mesh with a head; choose a character or its armature", name=obj.name)
    return armature, meshes


def read_head(obj: bpy.types.Object) -> ReadHead:
    """Raises :class:`InputError` when ``obj`` is not a humanoid with a head."""
    armature, objects = character_meshes(obj)
    meshes, first = [], 0
    for child in objects:
        skin = read_humanoid(child) if armature is not None else _read_alone(child)
        if (skin.part_weights[:, _HEAD] > 0.5).any():
            meshes.append(HeadMesh(child, skin, first, len(skin.vertices)))
            first += len(skin.vertices)
    if not meshes:
        raise InputError("{name}: none of its meshes moves with a head bone", name=obj.name)
    points = np.concatenate([item.skin.vertices for item in meshes])
    triangles = np.concatenate([item.skin.triangles + item.first for item in meshes])
    weights = np.concatenate([item.skin.part_weights[:, _HEAD] for item in meshes])
    joints = meshes[0].skin.joints
    found = head_pieces(points, triangles, weights, joints)
    assert found is not None  # each of the meshes has some of the head
    ball = np.isin(found.piece, [number for side in found.eyes.values() for number in side])
    paints, colors = _paints(meshes)
    model = Model(
        points, triangles, np.concatenate([item.skin.corner_uv for item in meshes]), colors, paints,
        (found.piece == found.face)[triangles[:, 0]] & found.head[triangles].any(axis=1),
        ball[triangles[:, 0]], found.low, found.high,
    )  # fmt: skip
    return ReadHead(
        tuple(meshes), model, points, found.welded, found.piece, found.face, found.eyes, joints, found.height
    )


def _read_alone(obj: bpy.types.Object) -> Humanoid:
    """Reads a body without an armature, possibly hidden by loose parts such as MakeHuman's helpers."""
    try:
        return read_humanoid(obj)
    except InputError as error:
        if "reason" not in error.values:  # not its shape is wrong, but what it is made of
            raise
        mesh = mesh_data(obj)
        edges = np.empty(2 * len(mesh.edges), np.int32)
        mesh.edges.foreach_get("vertices", edges)
        pieces = len(np.unique(components(len(mesh.vertices), edges.reshape(-1, 2).astype(np.int64))))
        if pieces < _MANY_PIECES:
            raise
        raise InputError(
            "{name}: is {count} loose pieces without an armature, among which no body is found; separate the body from "
            "helpers, joints and clothes, or give it an armature",
            name=obj.name,
            count=pieces,
        ) from error


def _paints(meshes: list[HeadMesh]) -> tuple[list[Array], NDArray[np.int64]]:
    """The colors of all materials, and the material index of each triangle."""
    paints: list[Array] = []
    colors = []
    for item in meshes:
        slots = item.obj.material_slots
        numbers = np.arange(max(1, len(slots))) + len(paints)
        paints += [_paint(slot.material) for slot in slots] or [_GRAY]
        colors.append(numbers[np.clip(item.skin.slots, 0, len(numbers) - 1)])
    return paints, np.concatenate(colors)


def _paint(material: bpy.types.Material | None) -> Array:
    """The image (S, S, 3) of a material's base color, or its color (3,); sRGB."""
    if material is None or material.node_tree is None:
        return _GRAY
    for node in material.node_tree.nodes:
        socket = node.inputs.get("Base Color") if node.type == "BSDF_PRINCIPLED" else None
        if socket is None:
            continue
        if not socket.is_linked:
            return np.asarray(linear_to_srgb(np.array(socket.default_value[:3])))
        image = _image_before(socket.links[0].from_node)
        if image is not None and all(image_size(image)):
            return sized_pixels(image, _IMAGE, _IMAGE)[..., :3].astype(np.float32) / 255
    return _GRAY


def _image_before(node: bpy.types.Node, most: int = 4) -> bpy.types.Image | None:
    """The image of a node, or of a node that feeds it."""
    if node.type == "TEX_IMAGE":
        return node.image
    for socket in node.inputs if most else ():
        for link in socket.links:
            if (image := _image_before(link.from_node, most - 1)) is not None:
                return image
    return None
