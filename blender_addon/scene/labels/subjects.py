"""Collects what there is to recognize in a scene: objects, rigs, instances, and props of several objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError

from ...bridge.mesh_arrays import CONVERTIBLE, mesh_arrays, scene_unit, without_yaw
from .contact import touching_surfaces
from .grounds import Boxes, clusters, grounds, touching_pairs

SCOPES = ("selected", "visible", "collection", "all")
# A prop of more pieces than this is taken for a room or a level.
MOST_PARTS = 64
_MOST_NESTED = 4
# Copies whose proportions differ by less than this share their views, those whose size does, their result.
_SHAPE_STEP, _SIZE_STEP = 0.05, 0.2
# Of more loose things than this no props are made: comparing them all would take longer than an artist waits.
MOST_LOOSE = 512

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Piece:
    """Geometry of one object and its world transform (4, 4)."""

    obj: bpy.types.Object
    world: Matrix


@dataclass
class Subject:
    """A unit that gets one label. ``objects`` carry it, the first being the root; ``pieces`` are its geometry.

    ``parts`` are the subjects of a group if it were split; empty for all others.
    """

    objects: list[bpy.types.Object]
    pieces: list[Piece]
    parts: list[Subject] = field(default_factory=list)
    is_loose: bool = False

    @property
    def root(self) -> bpy.types.Object:
        return self.objects[0]

    @cached_property
    def box(self) -> tuple[Matrix, Matrix]:
        """Lowest and highest corner (3,) in the world, in units of the scene, computed on first use."""
        boxes = [box_of(piece) for piece in self.pieces]
        return np.min([low for low, _ in boxes], axis=0), np.max([high for _, high in boxes], axis=0)


def subjects_in(context: bpy.types.Context, scope: str) -> list[Subject]:
    """The subjects to label, each object once, in the order of the scene; groups are not formed here.

    Raises:
        InputError: an unknown scope.
    """
    if scope not in SCOPES:
        raise InputError("scope: {scope!r} is not one of {scopes}", scope=scope, scopes=", ".join(SCOPES))
    layer = context.view_layer
    if scope == "selected":
        objects: Iterable[bpy.types.Object] = [obj for obj in layer.objects if obj.select_get(view_layer=layer)]
    elif scope == "visible":
        objects = [obj for obj in layer.objects if obj.visible_get(view_layer=layer)]
    elif scope == "collection":
        objects = context.collection.all_objects
    else:
        objects = context.scene.objects
    carriers: dict[int, bpy.types.Object] = {}
    carried: dict[int, list[bpy.types.Object]] = defaultdict(list)
    for obj in context.scene.objects:
        armature = _carrier(obj)
        if armature is not None:
            carriers[obj.session_uid] = armature
            carried[armature.session_uid].append(obj)
    worlds = _worlds(context.scene)
    seen: set[int] = set()
    subjects = []
    for obj in objects:
        root = carriers.get(obj.session_uid, obj)
        if root.session_uid in seen:
            continue
        seen.add(root.session_uid)
        if root.type == "ARMATURE":
            meshes = carried[root.session_uid]
            if meshes:
                # What hangs on a bone (swords, hats) is not part of the shape as long as there is a body.
                body = [mesh for mesh in meshes if mesh.find_armature() is not None] or meshes
                subjects.append(Subject([root, *meshes], [Piece(mesh, _world(mesh)) for mesh in body]))
        elif root.type in CONVERTIBLE:
            world = worlds.get(root.session_uid)
            subjects.append(Subject([root], [Piece(root, _world(root) if world is None else world)]))
        elif _instanced_collection(root) is not None:
            subjects.append(Subject([root], list(_instanced(root, _world(root)))))
    return subjects


def _carrier(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The armature that deforms a mesh or whose bone is its parent (eyes)."""
    if obj.type != "MESH":
        return None
    armature = obj.find_armature()
    if armature is None and obj.parent is not None and obj.parent_type == "BONE":
        return obj.parent
    return armature


def _instanced_collection(obj: bpy.types.Object) -> bpy.types.Collection | None:
    return obj.instance_collection if obj.type == "EMPTY" and obj.instance_type == "COLLECTION" else None


def _instanced(empty: bpy.types.Object, world: Matrix, depth: int = 0) -> Iterator[Piece]:
    """The pieces of a collection instance, instances in it included."""
    collection = _instanced_collection(empty)
    if collection is None or depth > _MOST_NESTED:
        return
    base = world.copy()
    base[:3, 3] -= world[:3, :3] @ np.array(collection.instance_offset)
    for member in collection.all_objects:
        placed = base @ _world(member)
        if member.type in CONVERTIBLE:
            yield Piece(member, placed)
        else:
            yield from _instanced(member, placed, depth + 1)


def pieces_of(obj: bpy.types.Object) -> list[Piece]:
    """The geometry of one object alone: its own, or that of the collection that it instances."""
    return [Piece(obj, _world(obj))] if obj.type in CONVERTIBLE else list(_instanced(obj, _world(obj)))


def groups_among(subjects: list[Subject], scene: bpy.types.Scene, depsgraph: bpy.types.Depsgraph) -> list[Subject]:
    """Props of ``scene`` that may be made of several of ``subjects``, smaller ones first.

    Candidates are the things under one parent (an empty or another object), and the things of one parent or collection
    that touch each other, unless there are so many that they must be a room. Grounds, such as floors and walls, belong
    to none.
    """
    unit = scene_unit(scene)
    single = {subject.root.session_uid: subject for subject in subjects if len(subject.objects) == 1}
    below: dict[int, list[Subject]] = defaultdict(list)
    parents: dict[int, bpy.types.Object] = {}
    for subject in single.values():
        ancestor = subject.root
        while ancestor is not None:
            below[ancestor.session_uid].append(subject)
            parents[ancestor.session_uid] = ancestor
            ancestor = ancestor.parent
    groups = []
    for uid, parts in below.items():
        held = _held_together(parts, unit, depsgraph) if 2 <= len(parts) <= MOST_LOOSE else []
        apart = [part for cluster in held for part in cluster]
        is_ground = uid in single and all(part is not single[uid] for part in apart)
        if 2 <= len(apart) <= MOST_PARTS and not is_ground:
            groups.append(_group(parents[uid], apart, loose=False))
    same = {frozenset(id(part) for part in group.parts) for group in groups}
    for members in _homes(single, scene).values():
        if 2 <= len(members) <= MOST_LOOSE:
            for cluster in _held_together(members, unit, depsgraph):
                if 2 <= len(cluster) <= MOST_PARTS and frozenset(map(id, cluster)) not in same:
                    groups.append(_group(None, cluster, loose=True))
    return sorted(groups, key=lambda group: len(group.parts))


def _homes(single: dict[int, Subject], scene: bpy.types.Scene) -> dict[int, list[Subject]]:
    """Things without children, by their parent, or by their collection if they have none."""
    # Object.children and Object.users_collection search the whole file each time.
    has_children = {subject.root.parent.session_uid for subject in single.values() if subject.root.parent is not None}
    homes: dict[int, list[Subject]] = defaultdict(list)
    for collection in (scene.collection, *scene.collection.children_recursive):
        for obj in collection.objects:
            subject = single.get(obj.session_uid)
            if subject is not None and obj.parent is None and obj.session_uid not in has_children:
                homes[collection.session_uid].append(subject)
    for uid, subject in single.items():
        if subject.root.parent is not None and uid not in has_children:
            homes[subject.root.parent.session_uid].append(subject)
    return homes


def _group(parent: bpy.types.Object | None, parts: list[Subject], loose: bool) -> Subject:
    root = parent or max((part.root for part in parts), key=lambda obj: float(np.prod(np.array(obj.dimensions) + 1e-6)))
    others = [part.root for part in parts if part.root != root]
    return Subject([root, *others], [piece for part in parts for piece in part.pieces], parts, loose)


def _held_together(subjects: list[Subject], unit: float, depsgraph: bpy.types.Depsgraph) -> list[list[Subject]]:
    """The things without grounds, in clusters whose surfaces touch."""
    corners = [box_of(subject.pieces[0]) for subject in subjects]
    boxes = Boxes(np.array([low for low, _ in corners]) * unit, np.array([high for _, high in corners]) * unit)
    pairs = touching_pairs(boxes)
    left_out = grounds(boxes, pairs)
    rest = [(a, b) for a, b in pairs.tolist() if a not in left_out and b not in left_out]
    found = clusters(len(subjects), touching_surfaces([subject.pieces[0] for subject in subjects], rest, depsgraph))
    return [[subjects[index] for index in cluster] for cluster in found if left_out.isdisjoint(cluster)]


def measure(subjects: Sequence[Subject]) -> None:
    """Compute the boxes of many things at once; equal meshes are read once."""
    pieces = [piece for subject in subjects for piece in subject.pieces]
    if not pieces:
        return
    corners: dict[tuple[int, int], Matrix] = {}
    for piece in pieces:
        if (identity := _identity(piece.obj)) not in corners:
            corners[identity] = np.array(piece.obj.bound_box, np.float64)
    local = np.stack([corners[_identity(piece.obj)] for piece in pieces])
    worlds = np.stack([piece.world for piece in pieces])
    placed = local @ worlds[:, :3, :3].swapaxes(1, 2) + worlds[:, None, :3, 3]
    starts = np.cumsum([0, *(len(subject.pieces) for subject in subjects)])[:-1]
    low = np.minimum.reduceat(placed.min(axis=1), starts)
    high = np.maximum.reduceat(placed.max(axis=1), starts)
    for subject, *box in zip(subjects, low, high, strict=True):
        vars(subject)["box"] = tuple(box)  # where the cached property keeps it


def box_of(piece: Piece) -> tuple[Matrix, Matrix]:
    """Lowest and highest corner (3,) of the piece in the world, in units of the scene."""
    corners = _placed(np.array(piece.obj.bound_box), piece.world)
    return corners.min(axis=0), corners.max(axis=0)


def surface(subject: Subject) -> float:
    """The surface area of the pieces' bounding boxes: a measure of a part's size within a group."""
    total = 0.0
    for piece in subject.pieces:
        scale = np.linalg.norm(piece.world[:3, :3], axis=0)
        x, y, z = np.ptp(np.array(piece.obj.bound_box), axis=0) * scale
        total += float(x * y + y * z + z * x)
    return total


def key_of(subject: Subject, unit: float) -> Any:
    """A key that is equal for things that look the same up to position and rotation about the vertical.

    Raises:
        InputError: a transform that is not finite.
    """
    first = subject.pieces[0].world
    if not all(np.isfinite(piece.world).all() for piece in subject.pieces):
        raise InputError(
            "{name}: its transform is not finite; clear it with Alt-G, Alt-R, Alt-S", name=subject.root.name
        )
    shape = without_yaw(first[:3, :3] * unit)
    scale = float(np.abs(shape).max()) or 1.0
    rest: tuple[Any, ...] = ()
    if len(subject.pieces) > 1:
        inverse = np.linalg.pinv(first)
        rest = tuple(
            (_identity(piece.obj), tuple(np.rint(inverse @ piece.world / _SHAPE_STEP).astype(np.int64).ravel()))
            for piece in subject.pieces[1:]
        )
    step = round(float(np.log(max(scale, 1e-9))) / _SIZE_STEP)
    return _identity(subject.pieces[0].obj), tuple(np.rint(shape / scale / _SHAPE_STEP).astype(int).ravel()), step, rest


def _identity(obj: bpy.types.Object) -> tuple[int, int]:
    """A key that is equal for objects of equal geometry: shared mesh data, as long as no modifier changes it."""
    if obj.type == "MESH" and not obj.modifiers and obj.data.shape_keys is None:
        return 0, obj.data.session_uid
    return 1, obj.session_uid


def geometry(
    subject: Subject, depsgraph: bpy.types.Depsgraph, unit: float
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3) in meters, Z up, and triangles (T, 3) of all pieces, the first without yaw; T may be 0.

    Raises:
        InputError: coordinates that are not finite.
    """
    pieces = subject.pieces
    vertices, triangles, start = [], [], 0
    single = without_yaw(pieces[0].world[:3, :3] * unit) if len(pieces) == 1 else None
    for piece in pieces:
        points, faces = mesh_arrays(piece.obj, depsgraph)
        if not len(faces) and len(subject.objects) == 1:
            points, faces = _scattered(piece.obj, depsgraph)
        placed = points @ single.T if single is not None else _placed(points, piece.world) * unit
        vertices.append(placed.astype(np.float32))
        triangles.append(faces + start)
        start += len(points)
    if not vertices:
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    return np.concatenate(vertices), np.concatenate(triangles).astype(np.int32)


def _scattered(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """The instances of geometry nodes (or faces, or points) on an object without faces itself, in its own space."""
    if not obj.is_instancer and not any(modifier.type == "NODES" for modifier in obj.modifiers):
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    inverse = np.linalg.pinv(_world(obj))
    vertices, triangles, start = [np.zeros((0, 3), np.float32)], [np.zeros((0, 3), np.int32)], 0
    for instance in depsgraph.object_instances:
        if not instance.is_instance or instance.parent is None or instance.parent.original != obj:
            continue
        source = instance.object
        if source.type not in CONVERTIBLE or len(vertices) > MOST_PARTS:
            continue
        points, faces = mesh_arrays(source, depsgraph)
        vertices.append(_placed(points, inverse @ np.array(instance.matrix_world)).astype(np.float32))
        triangles.append(faces + start)
        start += len(points)
    return np.concatenate(vertices), np.concatenate(triangles).astype(np.int32)


def _placed(points: NDArray[np.floating], matrix: Matrix) -> Matrix:
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3], np.float64)


def _worlds(scene: bpy.types.Scene) -> dict[int, Matrix]:
    """:func:`_world` of all objects of the scene by their session UID; Blender returns them all at once."""
    uids = np.empty(len(scene.objects), np.int32)
    flat = np.empty(len(uids) * 16, np.float32)
    scene.objects.foreach_get("session_uid", uids)
    scene.objects.foreach_get("matrix_world", flat)
    # By columns, as Blender stores them.
    return dict(zip(uids.tolist(), flat.reshape(-1, 4, 4).swapaxes(1, 2).astype(np.float64), strict=True))


def _world(obj: bpy.types.Object) -> Matrix:
    return np.array(obj.matrix_world, dtype=np.float64)
