"""Collision shapes of an exported asset: suited to each kind of object, closed and convex, within its bounding box."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.geometry.mesh.convex_parts import convex_parts, searched_parts, welded_parts

from ...bridge.jobs.steps import InThread, Progress, aside, driven
from ...bridge.mesh_arrays import positions, triangle_vertices
from ...translations.registry import formatted

COLLIDER_KEY = "atelier_collider"
"""The artist's choice on an object: one of :data:`CHOICES`."""

CHOICES = ("none", "box", "sphere", "capsule", "convex", "convex_parts", "coacd")

MAX_FACES = 64
DENSE = 100_000
"""Vertices above which a hull is that of the farthest ones alone, and no parts are looked for."""
DIRECTIONS = 512
_CHUNK = 65_536
"""Triangles of a hull; engines take 255, and physics is the faster the fewer there are."""
MAX_PARTS = 12
THINNEST = 0.01
"""Meters: flat things get a shape of this thickness, which engines need."""

# What a label collides as; labels that are not here, and things without a label, get one convex hull.
_SHAPE_OF_LABEL = {
    **dict.fromkeys(
        (
            *("door", "window", "wall", "floor", "ceiling", "building"),
            *("cabinet", "nightstand", "refrigerator", "stove", "tv_monitor", "box", "chest", "book", "rug", "sign"),
            *("washing_machine", "kitchen_appliance", "laptop", "keyboard", "pallet", "gravestone", "shower"),
        ),
        "box",
    ),
    **dict.fromkeys(
        (
            *("chair", "armchair", "sofa", "stool", "bench", "table", "desk", "bed", "shelf", "fence", "car", "boat"),
            *("toilet", "sink", "bathtub", "stairs", "arch", "bridge", "fountain", "tent", "truck", "bus", "bicycle"),
            *("rail_vehicle", "aircraft", "spaceship", "cannon", "kitchen_hood", "musical_instrument"),
        ),
        "convex_parts",
    ),
    **dict.fromkeys(
        (
            *("potted_plant", "bush", "curtain", "picture_frame", "lamp", "ceiling_light", "kitchen_utensil", "food"),
            *("animal", "plant", "lamp_shade", "flower", "mushroom", "grass", "fish", "candle", "jewelry"),
            *("key", "coin"),
        ),
        "none",
    ),
    **dict.fromkeys(("tree", "street_light", "person", "column", "traffic_light", "cactus"), "capsule"),
    "ball": "sphere",
}


@dataclass(frozen=True)
class Collider:
    """``shape`` is box, sphere, capsule or convex; ``vertices`` (V, 3) in the asset's space, ``faces`` outward."""

    shape: str
    vertices: NDArray[np.float64]
    faces: tuple[tuple[int, ...], ...]


def shape_of(label: str | None, by_hand: str | None, option: str) -> str:
    """The shape that an asset gets: the artist's own choice, else the global option, else by its label.

    Args:
        by_hand: the object's :data:`COLLIDER_KEY`; an unknown word counts as no choice.
        option: ``label``, ``none``, ``box``, ``convex`` or ``coacd`` (:class:`ExportOptions.colliders`).
    """
    if option == "none":
        return "none"
    if by_hand in CHOICES:
        return str(by_hand)
    if option != "label":
        return option
    return _SHAPE_OF_LABEL.get(label or "", "convex")


def make_colliders(mesh: bpy.types.Mesh, shape: str) -> Generator[Progress | InThread, Any, list[Collider]]:
    """The colliders of a triangulated mesh; one, or up to :data:`MAX_PARTS` for ``convex_parts`` and ``coacd``.

    Raises:
        InputError: ``coacd`` without the package.
    """
    if shape == "none":
        return []
    points = positions(mesh).astype(np.float64)
    if len(points) > DENSE:  # parts of it are not told apart in reasonable time
        shape = "convex" if shape in ("convex_parts", "coacd") else shape
        points = yield from aside(lambda: farthest(points), True)
    if shape in ("convex_parts", "coacd"):
        triangles = triangle_vertices(mesh)
        if shape == "coacd":
            parts = yield from aside(lambda: searched_parts(points, triangles, MAX_PARTS), True)
        else:
            loose = yield from aside(lambda: welded_parts(points, triangles), True)
            what = formatted("Preparing {name}", name=mesh.name)
            looks = convex_parts(loose, MAX_PARTS, hull_volume)
            parts = yield from driven(looks, change=lambda done: Progress(done, 1, what))
        return [_convex(part) for part in parts]
    return [{"box": _box, "sphere": _sphere, "capsule": _capsule, "convex": _convex}[shape](points)]


def farthest(points: NDArray) -> NDArray:
    """The points that are farthest in :data:`DIRECTIONS` directions all around, and in those of the axes.

    The hull of these deviates from the whole by less than 0.4 % of its size: directions are 0.16 radians apart.
    """
    height = 1 - 2 * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS
    turn = np.pi * (3 - np.sqrt(5)) * np.arange(DIRECTIONS)
    around = np.sqrt(1 - height**2)
    directions = np.stack([around * np.cos(turn), around * np.sin(turn), height], axis=1)
    directions = np.concatenate([directions, np.eye(3), -np.eye(3)]).astype(np.float32)
    best, reach = np.zeros(len(directions), np.int64), np.full(len(directions), -np.inf, np.float32)
    centred = points - points.mean(axis=0)
    for first in range(0, len(points), _CHUNK):
        along = centred[first : first + _CHUNK].astype(np.float32) @ directions.T
        row = along.argmax(axis=0)
        value = along[row, np.arange(len(directions))]
        better = value > reach
        best[better], reach[better] = first + row[better], value[better]
    return points[np.unique(best)]


def _extent(points: NDArray) -> tuple[NDArray, NDArray]:
    """Center and half size of the bounding box of points, no side thinner than THINNEST."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, np.maximum((high - low) / 2, THINNEST / 2)


_CUBE_FACES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


def _box(points: NDArray) -> Collider:
    center, half = _extent(points)
    corners = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    return Collider("box", center + corners * half, _CUBE_FACES)


def _sphere(points: NDArray) -> Collider:
    """The largest sphere inside the box: for a sphere it is the sphere itself."""
    center, half = _extent(points)
    work = bmesh.new()
    bmesh.ops.create_icosphere(work, subdivisions=2, radius=float(half.min()))
    return _taken(work, "sphere", center)


def _capsule(points: NDArray) -> Collider:
    """A capsule along the longest side, as thick as the thinnest."""
    center, half = _extent(points)
    axis = int(half.argmax())
    radius = float(np.delete(half, axis).min())
    straight = float(half[axis]) - radius
    work = bmesh.new()
    bmesh.ops.create_uvsphere(work, u_segments=12, v_segments=8, radius=radius)
    for vertex in work.verts:
        if abs(vertex.co.z) > 1e-6 * radius:
            vertex.co.z += straight if vertex.co.z > 0 else -straight
    # The middle ring belongs to both halves: the hull of two moved copies closes the cylinder between them.
    rims = [v for v in work.verts if abs(v.co.z) <= 1e-6 * radius]
    upper = np.array([[*v.co.xy, straight] for v in rims])
    both = np.concatenate([upper, upper * [1, 1, -1], [list(v.co) for v in work.verts if v not in set(rims)]])
    work.free()
    turned = both[:, {0: [2, 0, 1], 1: [1, 2, 0], 2: [0, 1, 2]}[axis]]
    hull = _hull(turned)
    return _taken(hull, "capsule", center)


def _convex(points: NDArray) -> Collider:
    """The hull of points, of at most MAX_FACES triangles; a box for points in a plane."""
    work = _hull(points)
    size = np.ptp(points, axis=0)
    if len(work.faces) < 4 or abs(work.calc_volume()) < 1e-6 * max(float(size.max()), THINNEST) ** 3:
        work.free()
        return Collider("convex", *_shape_of_box(points))
    if len(work.faces) > MAX_FACES:
        corners = np.array([vertex.co for vertex in work.verts])
        work.free()
        work = _hull(corners[_outermost(corners, MAX_FACES // 2 + 2)])
    return _taken(work, "convex", np.zeros(3))


def _shape_of_box(points: NDArray) -> tuple[NDArray, tuple[tuple[int, ...], ...]]:
    box = _box(points)
    return box.vertices, box.faces


def _outermost(corners: NDArray, count: int) -> NDArray[np.intp]:
    """At most ``count`` corners of a hull, each the farthest from the others, the ends of the axes first."""
    chosen = list(dict.fromkeys([*corners.argmin(axis=0).tolist(), *corners.argmax(axis=0).tolist()]))
    away = np.min([((corners - corners[item]) ** 2).sum(axis=1) for item in chosen], axis=0)
    while len(chosen) < count and away.max() > 0:
        chosen.append(int(away.argmax()))
        away = np.minimum(away, ((corners - corners[chosen[-1]]) ** 2).sum(axis=1))
    return np.array(chosen)


def _hull(points: NDArray) -> bmesh.types.BMesh:
    """The convex hull as a new bmesh."""
    work = bmesh.new()
    for point in points:
        work.verts.new(point)
    made = bmesh.ops.convex_hull(work, input=list(work.verts), use_existing_faces=False)
    inside = {v for v in made["geom_interior"] + made["geom_unused"] if isinstance(v, bmesh.types.BMVert)}
    bmesh.ops.delete(work, geom=list(inside), context="VERTS")
    bmesh.ops.recalc_face_normals(work, faces=list(work.faces))
    return work


def hull_volume(points: NDArray) -> float:
    """Cubic meters of the convex hull of points; 0 for points in a plane."""
    work = _hull(points)
    volume = abs(work.calc_volume()) if len(work.faces) >= 4 else 0.0
    work.free()
    return volume


def _taken(work: bmesh.types.BMesh, shape: str, center: NDArray) -> Collider:
    work.verts.index_update()
    vertices = np.array([vertex.co for vertex in work.verts], np.float64) + center
    faces = tuple(tuple(vertex.index for vertex in face.verts) for face in work.faces)
    work.free()
    return Collider(shape, vertices, faces)


def collider_mesh(collider: Collider, name: str) -> bpy.types.Mesh:
    """A Blender mesh of a collider, triangulated."""
    mesh = bpy.data.meshes.new(name)
    triangles = [(face[0], *face[i : i + 2]) for face in collider.faces for i in range(1, len(face) - 1)]
    mesh.from_pydata(collider.vertices.tolist(), [], triangles)
    mesh.update()
    return mesh


def scaled(colliders: Iterable[Collider], matrix: Matrix) -> list[Collider]:
    """Colliders with their vertices moved by a matrix."""
    turn = np.array(matrix)
    return [
        Collider(collider.shape, collider.vertices @ turn[:3, :3].T + turn[:3, 3], collider.faces)
        for collider in colliders
    ]
