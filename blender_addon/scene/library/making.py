"""Turns an opened file into an asset: named by its label, upright, on the ground, in real size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.inference.library.rights import Rights
from ml_core.inference.recognition.objects import TURNS
from ml_core.vocabulary.scene.sizes import ANY_WAY_UP, real_scale

from ...bridge.jobs.steps import Job, Progress
from ...bridge.mesh_arrays import mesh_data, scene_unit
from ...bridge.object_labels import title
from ..labels.subjects import box_of, pieces_of
from .assets import Block, Labeled, assets_of_file, look_at, mark, record_of, tag

_NAME_BYTES = 60
"""Data-blocks of Blender 4.5 take 63."""


def make_assets_job(context: bpy.types.Context, name: str, rights: Rights, real_size: bool = False) -> Job:
    """Turns the open file into an asset, or labels its existing assets, which otherwise stay as they are.

    A model of one object becomes an object asset, any other the asset of a collection. It is rotated upright if it is
    not, and placed on the ground at the origin.

    Args:
        name: of the file; the asset is named after it and its label.
        real_size: scale it if its size is implausible for its label (:mod:`ml_core.inference.library.real_size`).

    Report: ``made`` (a list of :class:`Labeled`), ``turned`` (such as "x-90") and ``scale`` (the applied factor).

    Raises:
        InputError: there is nothing with faces in the file.
    """
    skipped: list[dict[str, str]] = []
    present = assets_of_file()
    if present:
        labeled = yield from look_at(context, present, skipped)
        for item in labeled:
            mark(item.block, rights)
            tag(item)
        if not labeled:
            raise InputError("none of the assets in it has faces")
        return {"made": labeled, "turned": "", "scale": 1.0}
    yield Progress(0, 1, "Making an asset")
    for camera in [obj for obj in context.scene.objects if obj.type == "CAMERA"]:
        bpy.data.objects.remove(camera)
    objects = list(context.scene.objects)
    if not any(pieces_of(obj) for obj in objects):
        raise InputError("there is nothing with faces in it")
    block = _gathered(context, objects)
    first = yield from _looked_at(context, block, skipped)
    turn = "" if first.asset.label in ANY_WAY_UP else first.found.turn
    scale = real_scale(first.asset.label, max(first.asset.size)) if real_size else 1.0
    _settle(context, objects, turn, scale)
    made = first
    if turn or scale != 1.0:
        made = yield from _looked_at(context, block, skipped)
    if scale == 1.0 or made.asset.label is None:  # by a size that was wrong before, it may be something else
        result = replace(first.found.result, embedding=made.embedding)
        made = replace(made, found=replace(first.found, result=result))
    result = made.found.result
    block.name = asset_name(name if not rights.name else rights.name, result.label)
    mark(block, rights)
    asset = record_of(block, made.found, scene_unit(context.scene), made.asset.triangles)
    made = replace(made, found=replace(made.found, turn=""), asset=asset)
    tag(made)
    return {"made": [made], "turned": turn, "scale": scale}


def asset_name(name: str, label: str | None) -> str:
    """``Office Chair`` for ``office_chair.glb``, ``Chair Thonet 14`` for ``thonet14.glb``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Za-z])(?=[0-9])|[\s_.\-]+", " ", name).split()
    shown = [word if word[0].isupper() else word.capitalize() for word in words]
    meant = title(label).split() if label else []
    if not {word.casefold() for word in meant} <= {word.casefold() for word in shown}:
        shown = [*meant, *shown]
    text = " ".join(shown) or "Asset"
    return text.encode()[:_NAME_BYTES].decode(errors="ignore").strip()


def _looked_at(context: bpy.types.Context, block: Block, skipped: list[dict[str, str]]) -> Any:
    labeled: list[Labeled] = yield from look_at(context, [block], skipped)
    if not labeled:
        raise InputError("there is nothing with faces in it")
    return labeled[0]


def _gathered(context: bpy.types.Context, objects: Sequence[bpy.types.Object]) -> Block:
    """The one mesh of a file, without the empties above it, or a collection of all that is in the file."""
    meshes = [obj for obj in objects if obj.type == "MESH"]
    others = [obj for obj in objects if obj.type not in ("MESH", "EMPTY") or obj.instance_type == "COLLECTION"]
    moving = any(obj.animation_data is not None or obj.constraints for obj in objects)
    if len(meshes) == 1 and not others and not moving:
        (mesh,) = meshes
        world = mesh.matrix_world.copy()
        mesh.parent = None
        mesh.matrix_world = world
        for obj in objects:
            if obj != mesh:
                bpy.data.objects.remove(obj)
        return mesh
    collection = bpy.data.collections.new("Asset")
    context.scene.collection.children.link(collection)
    for obj in objects:
        for home in obj.users_collection:
            home.objects.unlink(obj)
        collection.objects.link(obj)
    for empty in [item for item in bpy.data.collections if not item.all_objects and item != collection]:
        bpy.data.collections.remove(empty)
    return collection


def _settle(context: bpy.types.Context, objects: Sequence[bpy.types.Object], turn: str, scale: float) -> None:
    """Rotate and scale all of it, and put it on the ground at the origin."""
    alive = [obj for obj in context.scene.objects if obj in list(objects)]
    rotation = Matrix(TURNS[turn].tolist()).to_4x4() if turn else Matrix.Identity(4)
    moved = Matrix.Scale(scale, 4) @ rotation
    low, high = _box(alive, np.array(moved))
    middle = (low + high) / 2
    moved = Matrix.Translation((-middle[0], -middle[1], -low[2])) @ moved
    roots = [obj for obj in alive if obj.parent is None]
    if len(alive) == 1 and _can_bake(alive[0]):
        (obj,) = alive
        mesh_data(obj).transform(moved @ obj.matrix_world, shape_keys=True)
        if (moved @ obj.matrix_world).is_negative:
            mesh_data(obj).flip_normals()
        obj.matrix_world = Matrix.Identity(4)
    elif any(obj.animation_data is not None or obj.constraints for obj in roots):
        above = bpy.data.objects.new("Root", None)
        roots[0].users_collection[0].objects.link(above)
        above.matrix_world = moved
        for obj in roots:
            obj.parent = above
    else:
        for obj in roots:
            obj.matrix_world = moved @ obj.matrix_world
    context.view_layer.update()


def _can_bake(obj: bpy.types.Object) -> bool:
    """Whether a transform can be applied to the vertices: an unshared mesh without size-dependent modifiers."""
    return obj.type == "MESH" and obj.data.users == 1 and not obj.modifiers and obj.data.is_editable


def _box(objects: Sequence[bpy.types.Object], moved: NDArray[np.floating]) -> tuple[NDArray[np.float64], ...]:
    pieces = [piece for obj in objects for piece in pieces_of(obj)]
    boxes = [box_of(replace(piece, world=moved @ piece.world)) for piece in pieces]
    return np.min([low for low, _ in boxes], axis=0), np.max([high for _, high in boxes], axis=0)
