"""Closed rooms with furniture whose geometry is known: two of our own procedural things, one of other authors' models.

The rooms differ in what is difficult for reconstruction: papered walls, plain walls, and a small room of strange
models.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

from blender_addon.scene.room import mesh_of
from ml_core.datasets.furniture import plain as things
from ml_core.datasets.furniture.solids import Part
from ml_core.errors import InputError
from ml_core.vocabulary.scene.sizes import TYPICAL_SIZE

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Piece:
    """``what``: a builder of our own things, or a model file below the data folder; ``turn``: degrees around Z."""

    label: str
    what: Callable[[], list[Part]] | str
    at: Place
    turn: float = 0.0


@dataclass(frozen=True)
class Room:
    """``size``: width (X), depth (Y), height in meters, the center of the floor at the origin; ``wall``: strength of
    the pattern on walls and ceiling, 0 for plain paint."""

    size: Place
    wall: float
    pieces: tuple[Piece, ...]


def _sh3d(name: str) -> str:
    return f"objects/sh3d_BlendSwap-CC-0/{name}.glb"


ROOMS: dict[str, Room] = {
    "papered": Room(
        (5.2, 4.4, 2.6),
        0.5,
        (
            Piece("sofa", things.sofa, (-1.1, 1.7, 0)),
            Piece("table", things.coffee_table, (-0.95, 0.5, 0)),
            Piece("armchair", things.armchair, (0.9, 0.75, 0), -75),
            Piece("cabinet", things.cabinet, (-2.33, 0.3, 0), 90),
            Piece("tv_monitor", things.tv_monitor, (-2.36, 0.3, 0.55), 90),
            Piece("shelf", things.shelf, (0.75, 2.0, 0)),
            Piece("table", things.table, (0.9, -1.25, 0)),
            Piece("chair", things.chair, (0.5, -0.55, 0), 4),
            Piece("chair", things.chair, (1.35, -0.5, 0), -6),
            Piece("potted_plant", things.potted_plant, (2.15, -0.1, 0)),
            Piece("stool", things.stool, (-1.5, -1.35, 0), 15),
            Piece("door", things.door, (1.85, 2.15, 0)),
            Piece("picture_frame", things.picture_frame, (-1.1, 2.18, 1.35)),
            Piece("window", things.window, (-2.58, -1.3, 0.9), 90),
            Piece("vase", things.vase, (-1.2, 0.45, 0.43)),
        ),
    ),
    "plain": Room(
        (4.4, 3.8, 2.5),
        0.0,
        (
            Piece("bed", things.bed, (-1.1, 0.8, 0)),
            Piece("nightstand", things.nightstand, (0.35, 1.62, 0)),
            Piece("table", things.table, (1.25, -1.3, 0)),
            Piece("chair", things.chair, (1.25, -0.6, 0), 10),
            Piece("cabinet", things.cabinet, (-1.93, -1.0, 0), 90),
            Piece("stool", things.stool, (-0.7, -1.3, 0), 30),
            Piece("potted_plant", things.potted_plant, (1.75, 0.2, 0)),
            Piece("picture_frame", things.picture_frame, (-1.1, 1.88, 1.4)),
            Piece("door", things.door, (1.4, 1.85, 0)),
            Piece("rug", things.rug, (0.4, 0.0, 0)),
        ),
    ),
    "strange": Room(
        (4.0, 4.6, 2.7),
        0.25,
        (
            Piece("sofa", _sh3d("couch"), (-1.2, 1.7, 0)),
            Piece("armchair", _sh3d("modernArmchair"), (1.2, 1.2, 0), -40),
            Piece("desk", _sh3d("desk"), (1.2, -1.75, 0), 180),
            Piece("chair", _sh3d("chair2"), (1.1, -0.95, 0), 20),
            Piece("cabinet", _sh3d("highCabinet"), (-1.65, -0.3, 0), 90),
            Piece("barrel", _sh3d("barrel"), (-1.4, -1.7, 0)),
            Piece("box", _sh3d("crate"), (-0.35, -1.8, 0), 12),
            Piece("refrigerator", _sh3d("largeFridge"), (1.55, 0.1, 0), -90),
            Piece("door", things.door, (0.6, 2.25, 0)),
            Piece("picture_frame", things.picture_frame, (-1.2, 2.28, 1.5)),
        ),
    ),
}


def build(name: str, data: Path) -> list[bpy.types.Object]:
    """Build the room ``name`` in the empty open scene, with its pieces, each with its label as ``obj["label"]``.

    Raises:
        InputError: a model is not below ``data``.
    """
    room = ROOMS[name]
    pieces = [_placed(piece, data, number) for number, piece in enumerate(room.pieces)]
    _shell(room)
    bpy.context.view_layer.update()
    return pieces


def _placed(piece: Piece, data: Path, number: int) -> bpy.types.Object:
    if callable(piece.what):
        obj = bpy.data.objects.new(f"{piece.label}.{number}", mesh_of(piece.what(), piece.label))
        bpy.context.scene.collection.objects.link(obj)
        for material in obj.data.materials:
            _pattern(material, 9.0, 0.22)
    else:
        obj = _imported(data / piece.what, f"{piece.label}.{number}", TYPICAL_SIZE[piece.label])
    obj["label"] = piece.label
    obj.matrix_world = Matrix.Translation(piece.at) @ Matrix.Rotation(math.radians(piece.turn), 4, "Z")
    return obj


def _imported(path: Path, name: str, size: float) -> bpy.types.Object:
    """The model file as one mesh, ``size`` meters large, its base centered, in a color of its own."""
    if not path.is_file():
        raise InputError("{path}: no such file; ATELIER_DATA names the folder of shared data", path=path)
    before = set(bpy.data.objects)
    bpy.ops.import_scene.gltf(filepath=str(path))
    new = [obj for obj in bpy.data.objects if obj not in before]
    obj = next(item for item in new if item.type == "MESH")
    obj.data.transform(obj.matrix_world)
    obj.parent = None
    corners = np.array([corner[:] for corner in obj.bound_box])
    low, high = corners.min(axis=0), corners.max(axis=0)
    obj.data.transform(Matrix.Translation(Vector((*(-(low + high)[:2] / 2), -low[2]))))
    obj.data.transform(Matrix.Scale(size / float((high - low).max()), 4))
    obj.name = name
    hue = np.random.default_rng(len(name) + ord(name[0])).uniform(0.2, 0.7, 3)
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*hue, 1)
    _pattern(material, 7.0, 0.3)
    obj.data.materials.clear()
    obj.data.materials.append(material)
    for other in new:
        if other != obj:
            bpy.data.objects.remove(other)
    return obj


def _shell(room: Room) -> None:
    """Floor, ceiling and walls, each a face pointing inward."""
    w, d, h = (value / 2 for value in room.size)
    h *= 2
    corners = [(-w, -d), (w, -d), (w, d), (-w, d)]
    faces = {
        "Floor": [(x, y, 0.0) for x, y in corners],
        "Ceiling": [(x, y, h) for x, y in reversed(corners)],
    }
    for side in range(4):
        (ax, ay), (bx, by) = corners[side], corners[(side + 1) % 4]
        faces[f"Wall.{side}"] = [(bx, by, 0.0), (ax, ay, 0.0), (ax, ay, h), (bx, by, h)]
    for name, face in faces.items():
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(face, [], [(0, 1, 2, 3)])
        obj = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(obj)
        material = bpy.data.materials.new(name)
        color = (0.33, 0.2, 0.11) if name == "Floor" else (0.62, 0.59, 0.52)
        material.diffuse_color = (*color, 1)
        strength = 0.6 if name == "Floor" else room.wall * (0.5 if name == "Ceiling" else 1.0)
        _pattern(material, 5.0, strength)
        mesh.materials.append(material)


def _pattern(material: bpy.types.Material, frequency: float, strength: float) -> None:
    """Set the noise over the material's color, as on wood, cloth and paper."""
    material["frequency"], material["strength"] = frequency, strength
