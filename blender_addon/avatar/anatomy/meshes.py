"""Builds mesh objects from arrays: faces with UVs, weights by bone, facial shapes, all written in a few calls."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any

import bmesh
import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.rig import Bone

from ...bridge.jobs.steps import Pauses, Progress
from ...bridge.mesh_arrays import mesh_data
from ...bridge.state.edit_mode import edited_bones

UV_MAP = "UVMap"
LEAST_WEIGHT = 1e-4

Array = NDArray[np.floating]


def add_armature(context: bpy.types.Context, name: str, bones: Iterable[Bone]) -> bpy.types.Object:
    """A new armature of these bones, parents before their children."""
    data = bpy.data.armatures.new(name)
    armature = bpy.data.objects.new(name, data)
    context.collection.objects.link(armature)
    with edited_bones(context.view_layer, armature) as edited:
        for bone in bones:
            added = edited.new(bone.name)
            added.head, added.tail = bone.head.tolist(), bone.tail.tolist()
            if bone.parent:
                added.parent = edited[bone.parent]
                added.use_connect = bool((added.head - added.parent.tail).length < 1e-4)
    data.display_type = "WIRE"  # sticks have joints of a fixed size on the screen, which show beside far fingers
    return armature


def quad_mesh(name: str, points: Array, faces: NDArray[np.integer], corner_uv: Array) -> bpy.types.Mesh:
    """A smooth mesh of ``points`` (V, 3), ``faces`` (F, 4) and a UV (F, 4, 2) for each of their corners."""
    mesh = bpy.data.meshes.new(name)
    mesh.vertices.add(len(points))
    mesh.vertices.foreach_set("co", np.ascontiguousarray(points, np.float32).ravel())
    mesh.loops.add(faces.size)
    mesh.loops.foreach_set("vertex_index", np.ascontiguousarray(faces, np.int32).ravel())
    mesh.polygons.add(len(faces))
    mesh.polygons.foreach_set("loop_start", np.arange(0, faces.size, faces.shape[1], dtype=np.int32))
    mesh.update(calc_edges=True)
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name=UV_MAP)
    layer.uv.foreach_set("vector", np.ascontiguousarray(corner_uv, np.float32).ravel())
    return mesh


def weigh(obj: bpy.types.Object, bones: Sequence[str], weights: Array) -> None:
    """Gives a mesh without shape keys the weights (V, B) of bones; one group for each bone that has any.

    Uses BMesh, which takes a tenth of the time of vertex groups and does not round.
    """
    used = [column for column in range(len(bones)) if weights[:, column].max(initial=0) > LEAST_WEIGHT]
    for column in used:
        obj.vertex_groups.new(name=bones[column])
    rows, groups = np.nonzero(weights[:, used] > LEAST_WEIGHT)
    values = weights[:, used][rows, groups].astype(float).tolist()
    edited = bmesh.new()
    try:
        edited.from_mesh(mesh_data(obj))
        layer = edited.verts.layers.deform.verify()
        vertices = list(edited.verts)
        for row, group, value in zip(rows.tolist(), groups.tolist(), values, strict=True):
            vertices[row][layer][group] = value
        edited.to_mesh(mesh_data(obj))
    finally:
        edited.free()


def bind(obj: bpy.types.Object, armature: bpy.types.Object) -> None:
    """Parents a mesh to an armature and adds its Armature modifier."""
    obj.parent = armature
    obj.modifiers.new("Armature", "ARMATURE").object = armature


def add_shapes(obj: bpy.types.Object, shapes: Mapping[str, tuple[NDArray[np.integer], Array]]) -> None:
    """Adds shape keys: name -> the vertices (N,) that it moves, and by how much (N, 3)."""
    rest = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", rest)
    if obj.data.shape_keys is None:
        obj.shape_key_add(name="Basis", from_mix=False)
    for name, (touched, moves) in shapes.items():
        key = obj.shape_key_add(name=name, from_mix=False)
        key.slider_min, key.slider_max, key.value = 0.0, 1.0, 0.0  # newer Blenders start a key at 1
        if len(touched):
            moved = rest.reshape(-1, 3).copy()
            moved[touched] += moves
            key.data.foreach_set("co", moved.ravel())


def follow_key(follower: bpy.types.Object, body: bpy.types.Object, name: str) -> None:
    """Drive the shape key of a mesh by the body's, with a sum driver, which also runs in files that are not trusted."""
    driver = follower.data.shape_keys.key_blocks[name].driver_add("value").driver
    driver.type = "SUM"
    variable = driver.variables.new()
    variable.type = "SINGLE_PROP"
    target = variable.targets[0]
    target.id_type, target.id = "KEY", body.data.shape_keys
    target.data_path = f'key_blocks["{name}"].value'


def move_points(mesh: bpy.types.Mesh, points: Array, later: Collection[str] = ()) -> None:
    """As :func:`moving_points`, run to its end."""
    for _ in moving_points(mesh, points, later):
        pass


def moving_points(mesh: bpy.types.Mesh, points: Array, later: Collection[str] = ()) -> Iterator[None]:
    """Moves the vertices of a mesh to ``points`` (V, 3), pausing where it takes long; its shape keys keep their
    displacements.

    Args:
        later: keys that are not updated, unless they are on, until :func:`resetting_shapes` does so.
    """
    keys = mesh.shape_keys
    flat = np.ascontiguousarray(points, np.float32).ravel()
    if keys is not None:
        basis = keys.reference_key
        before = np.empty(len(flat), np.float32)
        basis.data.foreach_get("co", before)
        shift, place, pauses = flat - before, np.empty(len(flat), np.float32), Pauses()
        moved = [block for block in keys.key_blocks if block != basis and (block.value or block.name not in later)]
        for block in sorted(moved, key=lambda item: item.value != 0):  # those that show go with the vertices
            if not block.value and pauses.due():
                yield
            block.data.foreach_get("co", place)
            block.data.foreach_set("co", place + shift)
        basis.data.foreach_set("co", flat)
    mesh.vertices.foreach_set("co", flat)
    mesh.update()
    if keys is not None:
        keys.update_tag()


def resetting_shapes(
    mesh: bpy.types.Mesh, shapes: Mapping[str, tuple[NDArray[np.integer], Array]], progress: Progress
) -> Generator[Progress, Any, None]:
    """Sets the shape keys that :func:`add_shapes` made to their displacements from the mesh as it is now.

    Args:
        progress: yielded at each step.
    """
    keys = mesh.shape_keys
    if keys is None:
        return
    rest = np.empty(len(mesh.vertices) * 3, np.float32)
    keys.reference_key.data.foreach_get("co", rest)
    pauses = Pauses()
    for name, (touched, moves) in shapes.items():
        block = keys.key_blocks.get(name)
        if block is not None:
            if pauses.due():
                yield progress
            moved = rest.reshape(-1, 3).copy()
            moved[touched] += moves
            block.data.foreach_set("co", moved.ravel())
    keys.update_tag()


def hide_faces(obj: bpy.types.Object, name: str, hidden: NDArray[np.bool_], faces: NDArray[np.integer]) -> None:
    """Hides ``faces`` (F, 4) of a mesh where ``hidden`` (F,) is true, as :func:`hide_vertices` does.

    A mask takes every face of a vertex, so the vertices that are masked are those all of whose faces are hidden.
    """
    hide_vertices(obj, name, np.setdiff1d(faces[hidden], faces[~hidden]))


def hide_vertices(obj: bpy.types.Object, name: str, hidden: NDArray[np.integer]) -> None:
    """Hides vertices (N,) of a mesh by a vertex group and a Mask modifier called ``name``; without any, both are
    removed.
    """
    group, modifier = obj.vertex_groups.get(name), obj.modifiers.get(name)
    if group is not None:
        obj.vertex_groups.remove(group)
    if not len(hidden):
        if modifier is not None:
            obj.modifiers.remove(modifier)
        return
    obj.vertex_groups.new(name=name).add(hidden.tolist(), 1.0, "REPLACE")
    if modifier is None or modifier.type != "MASK":
        modifier = obj.modifiers.new(name, "MASK")
        obj.modifiers.move(len(obj.modifiers) - 1, 0)
    modifier.vertex_group = name
    modifier.invert_vertex_group = True


def remove_hidden(obj: bpy.types.Object, name: str) -> None:
    """Deletes the vertices that :func:`hide_vertices` hides, with its vertex group and modifier; shape keys stay."""
    group, modifier = obj.vertex_groups.get(name), obj.modifiers.get(name)
    if group is None:
        return
    edited = bmesh.new()
    try:
        edited.from_mesh(mesh_data(obj))
        layer = edited.verts.layers.deform.verify()
        hidden = [vertex for vertex in edited.verts if group.index in vertex[layer]]
        bmesh.ops.delete(edited, geom=hidden, context="VERTS")
        edited.to_mesh(mesh_data(obj))
    finally:
        edited.free()
    obj.vertex_groups.remove(group)
    if modifier is not None:
        obj.modifiers.remove(modifier)
