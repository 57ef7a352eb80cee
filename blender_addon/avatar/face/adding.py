"""Adds ARKit's shapes and the visemes as shape keys to an artist's own character."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.body.face.expressions import EYE_TURNS, SHAPE_NAMES, turned_eyeball
from ml_core.geometry.faces.sides import EYES, MOUTH, is_open
from ml_core.geometry.faces.transfer import Carried, Head, SourceFace, carried, normals_of, source_face
from ml_core.geometry.faces.warp import fitted
from ml_core.inference.photo.faces import COUNT, FaceFinder
from ml_core.inference.photo.heads import MAIN, guessed_on, landmarks_on
from ml_core.inference.photo.points import face_points
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES, VISEMES

from ..anatomy.meshes import add_shapes
from ..body.humanoid import LANDMARK_KEY
from .reading import HeadMesh, ReadHead, character_meshes, read_head

Array = NDArray[np.floating]

PREFIX = "face_"
"""Before the number of a landmark of the face, in the names of empties."""
_LEAST = 2e-4
"""Of the head's height; smaller moves are left out of a shape key."""
_OVER_LIPS = 0.2
"""Widths of the mouth by which the lower teeth may rise over the line of the lips."""


@dataclass(frozen=True)
class FoundFace:
    """``numbers`` (L,) and positions ``places`` (L, 3) of landmarks; ``how``: ``seen``, ``guessed`` or ``placed``."""

    numbers: NDArray[np.int64]
    places: NDArray[np.float64]
    how: str


@cache
def source() -> SourceFace:
    """The built-in face; its shapes are computed once."""
    table = face_points()
    return source_face(table.vertices, table.shares)


def find_face(head: ReadHead, finder: FaceFinder) -> FoundFace:
    """Where the landmarks of a head are; those that were placed by hand pull the others along."""
    placed = {
        int(name.removeprefix(PREFIX)): place for name, place in head.joints.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).isdigit() and int(name.removeprefix(PREFIX)) < COUNT
    }  # fmt: skip
    seen = None if set(MAIN) <= set(placed) else landmarks_on(finder, head.model)
    if seen is not None:
        found = FoundFace(*seen, "seen")
    else:
        boxes = [_box(head, head.eyes[side]) for side in ("right", "left") if head.eyes[side]]
        found = FoundFace(*guessed_on(head.model, source().landmarks, boxes), "guessed")
    if not placed:
        return found
    where = dict(zip(found.numbers.tolist(), found.places, strict=True)) | placed
    moved = [number for number in placed if number in found.numbers]
    if len(moved) > 3:
        before = np.array([found.places[found.numbers == number][0] for number in moved])
        correction = fitted(before, np.array([placed[number] for number in moved]), 0.02 * head.height)
        where |= dict(zip(found.numbers.tolist(), correction(found.places), strict=True)) | placed
    return FoundFace(np.array(list(where)), np.array(list(where.values())), "placed")


def _box(head: ReadHead, pieces: list[int]) -> Array:
    points = head.points[np.isin(head.piece, pieces)]
    return np.stack([points.min(axis=0), points.max(axis=0)])


def add_face_shapes(obj: bpy.types.Object, finder: FaceFinder) -> dict[str, Any]:
    """Give a character the shapes that its meshes lack; existing ones of the same names stay as they are.

    Returns:
        ``shapes``: mesh -> how many were added, ``kept``: mesh -> names that it had, ``landmarks``: ``seen`` or
        ``placed``, ``eyes``: how many eyeballs rotate, ``mouth_opens`` and ``lids_close``.

    Raises:
        InputError: it is not a humanoid with a head, or no face is found on it and no landmarks are placed.
    """
    head = read_head(obj)
    face = find_face(head, finder)
    if face.how == "guessed":
        raise InputError(
            "{name}: no face is found on its head, as on many stylized ones; press Show Face Landmarks, drag the "
            "points to its eyes, nose and mouth by hand, then add the shapes again",
            name=obj.name,
        )
    points, edges, number = _surface(head)
    triangles = number[head.model.triangles]
    target = Head(points, normals_of(points, triangles), edges, face.numbers, face.places)
    result = carried(source(), target)
    moves = {name: values[number] for name, values in result.shapes.items()}
    _turn_eyes(head, moves)
    _move_teeth(head, result, moves)
    added, kept = {}, {}
    for item in head.meshes:
        added[item.obj.name], kept[item.obj.name] = _add(item, moves, head.height)
    landmarks = result.landmarks
    return {
        "shapes": {name: count for name, count in added.items() if count},
        "kept": {name: names for name, names in kept.items() if names},
        "landmarks": face.how,
        "eyes": sum(bool(pieces) for pieces in head.eyes.values()),
        "mouth_opens": is_open(points, edges, landmarks, MOUTH),
        "lids_close": all(is_open(points, edges, landmarks, EYES[side]) for side in EYES),
    }


def _surface(head: ReadHead) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Welded positions (W, 3), the edges between them, and the position index of each vertex (V,)."""
    first = np.unique(head.welded, return_index=True)[1]
    corners = head.welded[head.model.triangles]
    edges = np.unique(np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1),
                      axis=0)  # fmt: skip
    return head.points[first], edges[edges[:, 0] != edges[:, 1]], head.welded


def _turn_eyes(head: ReadHead, moves: Mapping[str, Array]) -> None:
    """Lets eyeballs rotate about their centers, with no other motion."""
    for side, pieces in head.eyes.items():
        rows = np.isin(head.piece, pieces)
        if not rows.any():
            continue
        box = _box(head, pieces)
        center = head.joints.get(f"{side}Eye", box.mean(axis=0))
        if np.linalg.norm(center - box.mean(axis=0)) > 0.35 * np.ptp(box, axis=0).max():
            center = box.mean(axis=0)
        for name in SHAPE_NAMES:
            turns = name in EYE_TURNS and EYE_TURNS[name][0] == side
            points = head.points[rows]
            moves[name][rows] = turned_eyeball(points, center, side, {name: 1.0}) - points if turns else 0.0


def _move_teeth(head: ReadHead, result: Carried, moves: Mapping[str, Array]) -> None:
    """Moves the parts behind the lips: those below the lip line follow the jaw, the others stay."""
    corners = result.landmarks[[MOUTH[0], MOUTH[2]]]
    middle, width = corners.mean(axis=0), float(np.linalg.norm(corners[1] - corners[0]))
    balls = {number for pieces in head.eyes.values() for number in pieces}
    near = np.abs(head.points[:, 0] - middle[0]) < 0.9 * width
    for number in np.unique(head.piece[near & (np.abs(head.points[:, 2] - middle[2]) < width)]):
        rows = head.piece == number
        mine = head.points[rows]
        center = (mine.min(axis=0) + mine.max(axis=0)) / 2
        inside = np.abs(center - middle) < np.array([0.3, 2.0, 0.7]) * width
        if number == head.face or number in balls or not inside.all() or np.ptp(mine[:, 0]) > 2 * width:
            continue
        if center[1] < middle[1] + 0.05 * width:  # before the lips: a beard, a painted mouth
            continue
        # A jaw that hangs from the palate has the mouth's lining with it, and its middle is no higher than the lips.
        low = center[2] < middle[2] and mine[:, 2].max() < middle[2] + _OVER_LIPS * width
        for name in SHAPE_NAMES:
            moves[name][rows] = result.jaw(mine, name) if low else 0.0


def _add(item: HeadMesh, moves: Mapping[str, Array], height: float) -> tuple[int, list[str]]:
    mesh = item.obj.data
    assert isinstance(mesh, bpy.types.Mesh)
    there = {key.name.lower() for key in mesh.shape_keys.key_blocks} if mesh.shape_keys is not None else set()
    shapes, kept = {}, []
    for name in (*ARKIT_SHAPES, *VISEMES):
        own = moves[name][item.rows]
        touched = np.flatnonzero(np.abs(own).max(axis=1) > _LEAST * height)
        if name.lower() in there:
            kept.append(name)
        elif len(touched):
            shapes[name] = (touched, item.to_local(own[touched]))
    if shapes:
        add_shapes(item.obj, shapes)
    return len(shapes), kept


def show_face_landmarks(
    context: bpy.types.Context, obj: bpy.types.Object, finder: FaceFinder
) -> list[bpy.types.Object]:
    """Empties at the main landmarks, to be dragged; existing ones stay."""
    head = read_head(obj)
    owner, _ = character_meshes(obj)
    owner = owner or obj
    face = find_face(head, finder)
    places = dict(zip(face.numbers.tolist(), face.places, strict=True))
    full = fitted(source().landmarks[face.numbers], face.places, 0.02)(source().landmarks)
    world, made = head.meshes[0].skin.to_world, []
    for number in MAIN:
        if f"{PREFIX}{number}" in head.joints:
            continue
        place = world[:3, :3] @ places.get(number, full[number]) + world[:3, 3]
        empty = bpy.data.objects.new(f"LM_{PREFIX}{number}", None)
        empty[LANDMARK_KEY] = f"{PREFIX}{number}"
        empty.empty_display_type = "SPHERE"
        empty.empty_display_size = 0.012 * head.height * float(np.cbrt(abs(np.linalg.det(world[:3, :3]))))
        empty.show_in_front = True
        empty.parent = owner
        context.collection.objects.link(empty)
        empty.matrix_parent_inverse = owner.matrix_world.inverted_safe()
        empty.location = place.tolist()
        made.append(empty)
    context.view_layer.update()
    return made
