"""Meshes as the artist sees them: modifiers applied, and shape keys kept where the order of the vertices allows it."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ...bridge.jobs.steps import PATIENCE, InThread, Progress, driven
from ...bridge.mesh_arrays import corner_vertices, mesh_data, positions
from ...bridge.state.preserved_scene import in_scene, spare_scene

_PLACE_BEFORE = "atelier place before"


@dataclass
class Evaluated:
    """A copy of a mesh, and the names of the shape keys dropped because of modifiers."""

    mesh: bpy.types.Mesh
    lost_keys: list[str] = field(default_factory=list)


def shown_graph(context: bpy.types.Context) -> bpy.types.Depsgraph:
    """The dependency graph of the visible scene, as last evaluated.

    New copies change nothing in it, yet after each of them ``evaluated_depsgraph_get`` processes the whole scene.
    """
    return context.view_layer.depsgraph or context.evaluated_depsgraph_get()


def evaluated_copy(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> bpy.types.Mesh:
    """The evaluated object as a separate mesh, without shape keys."""
    return bpy.data.meshes.new_from_object(
        obj.evaluated_get(depsgraph), preserve_all_data_layers=True, depsgraph=depsgraph
    )


def unposed_copy(
    context: bpy.types.Context, obj: bpy.types.Object, progress: Progress
) -> Generator[Progress | InThread, Any, Evaluated]:
    """The mesh of ``obj`` with every modifier but armatures applied and its shape keys kept, at the visible values.

    Each key is relative to the basis, with its reference key and mask applied; all are unmuted.

    Args:
        progress: yielded at each step.
    """
    values = shown_values(obj, shown_graph(context))
    if shapes_itself(obj):
        made = yield from _through_modifiers(context, obj, progress)
    else:
        made = Evaluated(_plain_copy(obj))
        yield progress
    if made.mesh.shape_keys is not None:
        shown = dict(zip((block.name for block in obj.data.shape_keys.key_blocks), values, strict=True))
        _drop_idle(made.mesh, obj.data.shape_keys)
        for block in made.mesh.shape_keys.key_blocks[1:] if made.mesh.shape_keys is not None else ():
            value = shown[block.name]
            block.slider_min, block.slider_max = min(block.slider_min, value), max(block.slider_max, value, 1.0)
            block.value = value
    return made


def idle_keys(keys: bpy.types.Key) -> list[str]:
    """Names of the shape keys that are off, or relative to themselves."""
    if not keys.use_relative:
        return []
    return [block.name for block in keys.key_blocks[1:] if block.mute or block.relative_key == block]


def _drop_idle(mesh: bpy.types.Mesh, keys: bpy.types.Key) -> None:
    """Removes the keys without effect, whatever their value."""
    idle = idle_keys(keys)
    if not idle:
        return
    holder = bpy.data.objects.new("Idle", mesh)
    for name in idle:
        holder.shape_key_remove(mesh.shape_keys.key_blocks[name])
    if len(mesh.shape_keys.key_blocks) == 1:
        holder.shape_key_clear()
    bpy.data.objects.remove(holder)


def shapes_itself(obj: bpy.types.Object) -> bool:
    """Whether a modifier other than an armature, or a parent other than an armature, changes the mesh."""
    return bends_by_parent(obj) or any(
        modifier.show_viewport and not _is_set_aside(modifier) for modifier in obj.modifiers
    )


def bends_by_parent(obj: bpy.types.Object) -> bool:
    """Whether a parent lattice or curve deforms an object like a modifier: Blender reports both kinds of parenting by
    the same name."""
    bends = obj.parent is not None and obj.parent.type in ("LATTICE", "CURVE")
    return bends and obj.parent_type in ("ARMATURE", "LATTICE")


def _is_set_aside(modifier: bpy.types.Modifier) -> bool:
    """Whether a modifier is not part of the mesh that is exported: armatures and particles are exported separately, and
    the VRM add-on shows MToon outlines by nodes, which every viewer of the file draws by itself."""
    group = getattr(modifier, "node_group", None)
    return modifier.type in ("ARMATURE", "PARTICLE_SYSTEM") or (
        modifier.type == "NODES" and group is not None and group.name.startswith("VRM Add-on MToon")
    )


def shown_values(obj: bpy.types.Object, depsgraph: bpy.types.Depsgraph) -> list[float]:
    """The effective weight of each shape key: driven, animated, muted or pinned; empty without keys."""
    keys = obj.data.shape_keys if obj.type == "MESH" else None
    if keys is None:
        return []
    if obj.show_only_shape_key:
        return [float(number == obj.active_shape_key_index) for number in range(len(keys.key_blocks))]
    return block_values(keys.evaluated_get(depsgraph))


def block_values(keys: bpy.types.Key) -> list[float]:
    """The effective weight of each evaluated shape key; absolute keys by their evaluation time."""
    blocks = keys.key_blocks
    if keys.use_relative:
        return [0.0 if block.mute else block.value for block in blocks]
    return _at_time(blocks, keys.eval_time)


def _at_time(blocks: bpy.types.bpy_prop_collection, time: float) -> list[float]:
    """The weights of absolute keys: of the keys before and after a time and, on smooth curves, of their neighbors (as
    in ``key_curve_position_weights`` of Blender's source)."""
    frames = [block.frame for block in blocks]
    order = sorted(range(len(blocks)), key=lambda number: frames[number])
    time = min(max(time, frames[order[0]]), frames[order[-1]])
    after = next((at for at, number in enumerate(order) if frames[number] > time), len(order) - 1)
    around = [order[min(max(at, 0), len(order) - 1)] for at in range(after - 2, after + 2)]
    span = frames[around[2]] - frames[around[1]]
    share = (time - frames[around[1]]) / span if span else 0.0
    values = [0.0] * len(blocks)
    for number, weight in zip(around, _curve_weights(blocks[around[1]].interpolation, share), strict=True):
        values[number] += weight
    return values


def _curve_weights(interpolation: str, t: float) -> tuple[float, float, float, float]:
    if interpolation == "KEY_LINEAR":
        return 0.0, 1 - t, t, 0.0
    if interpolation == "KEY_BSPLINE":
        square, cube = t * t, t * t * t
        middle = cube / 2 - square + 2 / 3, -cube / 2 + square / 2 + t / 2 + 1 / 6
        return -cube / 6 + square / 2 - t / 2 + 1 / 6, *middle, cube / 6
    tension = 0.71 if interpolation == "KEY_CARDINAL" else 0.5
    square, cube = t * t, t * t * t
    return (
        tension * (2 * square - cube - t),
        (2 - tension) * cube + (tension - 3) * square + 1,
        (tension - 2) * cube + (3 - 2 * tension) * square + tension * t,
        tension * (cube - square),
    )


def _plain_copy(obj: bpy.types.Object) -> bpy.types.Mesh:
    mesh = mesh_data(obj).copy()
    if mesh.shape_keys is not None:
        mesh.shape_keys.animation_data_clear()
        _free_keys(mesh, obj)
    return mesh


def _free_keys(mesh: bpy.types.Mesh, obj: bpy.types.Object) -> None:
    """Makes each key relative to the basis alone, with its mask applied."""
    blocks = mesh.shape_keys.key_blocks
    was_relative = mesh.shape_keys.use_relative
    mesh.shape_keys.use_relative = True
    made: dict[str, NDArray[np.float32]] = {}
    for block in blocks[1:]:
        relative = block.relative_key if was_relative else blocks[0]
        mask = obj.vertex_groups.get(block.vertex_group) if block.vertex_group and was_relative else None
        if mask is None and relative == blocks[0]:
            continue
        shift = key_positions(block) - key_positions(relative)
        if mask is not None:
            shift *= group_weights(mesh, mask.index)[:, None]
        made[block.name] = (key_positions(blocks[0]) + shift).astype(np.float32)
    for block in blocks[1:]:
        if block.name in made:
            block.data.foreach_set("co", made[block.name].ravel())
        if block.relative_key != blocks[0]:
            block.relative_key = blocks[0]
        if block.vertex_group:
            block.vertex_group = ""
        if block.mute:
            block.mute = False


def settle_keys(mesh: bpy.types.Mesh) -> None:
    """Makes the visible mix of the keys the basis, with all keys at zero, for formats without values."""
    keys = mesh.shape_keys
    if keys is None or not any(block.value for block in keys.key_blocks[1:]):
        return
    blocks = keys.key_blocks
    basis = key_positions(blocks[0])
    shift = sum(block.value * (key_positions(block) - basis) for block in blocks[1:])
    for block in blocks:
        block.data.foreach_set("co", (key_positions(block) + shift).ravel())
        block.value = 0.0
    mesh.vertices.foreach_set("co", key_positions(blocks[0]).ravel())
    mesh.update()


def key_positions(block: bpy.types.ShapeKey) -> NDArray[np.float32]:
    """The vertices (V, 3) of a shape key."""
    values = np.empty(len(block.data) * 3, np.float32)
    block.data.foreach_get("co", values)
    return values.reshape(-1, 3)


def group_weights(mesh: bpy.types.Mesh, group: int) -> NDArray[np.float32]:
    """The weight of each vertex (V,) in a vertex group."""
    weights = np.zeros(len(mesh.vertices), np.float32)
    for vertex in mesh.vertices:
        for element in vertex.groups:
            if element.group == group:
                weights[vertex.index] = element.weight
    return weights


def _through_modifiers(
    context: bpy.types.Context, obj: bpy.types.Object, progress: Progress
) -> Generator[Progress | InThread, Any, Evaluated]:
    """Evaluates a copy of ``obj`` in a temporary scene: the basis, then each key alone at its full value."""
    frame, subframe = context.scene.frame_current, context.scene.frame_subframe
    with spare_scene(context) as scene:
        with in_scene(context, scene):
            scene.frame_set(frame, subframe=subframe)
        evaluating = _evaluated(scene, obj, progress)
        return (yield from driven(evaluating, around=lambda: in_scene(context, scene)))


def _evaluated(
    scene: bpy.types.Scene, obj: bpy.types.Object, progress: Progress
) -> Generator[Progress | InThread, Any, Evaluated]:
    puppet = obj.copy()
    puppet.data = obj.data.copy()
    puppet.hide_viewport = puppet.show_only_shape_key = False
    scene.collection.objects.link(puppet)
    for modifier in [item for item in puppet.modifiers if _is_set_aside(item)]:
        puppet.modifiers.remove(modifier)
    keys = puppet.data.shape_keys
    blocks = list(keys.key_blocks)[1:] if keys is not None else []
    if keys is not None:
        keys.animation_data_clear()
    keeps_order = not bends_by_parent(puppet) and all(
        not item.show_viewport or _only_leaves_out(item) for item in puppet.modifiers
    )
    if keys is not None and (keeps_order or not keys.use_relative):
        _free_keys(mesh_data(puppet), puppet)
    for block in blocks:
        block.value, block.mute = 0.0, False
    if keeps_order:
        marked = puppet.data.attributes.new(_PLACE_BEFORE, "INT", "POINT")
        marked.data.foreach_set("value", np.arange(len(puppet.data.vertices), dtype=np.int32))
    mesh = evaluated_copy(puppet, bpy.context.evaluated_depsgraph_get())
    yield progress
    before: NDArray[np.int32] | None = None
    if keeps_order:
        before = np.empty(len(mesh.vertices), np.int32)
        mesh.attributes[_PLACE_BEFORE].data.foreach_get("value", before)
        mesh.attributes.remove(mesh.attributes[_PLACE_BEFORE])
    found = {}
    began = time.perf_counter()
    for block in blocks:
        points = _shown(puppet, block, mesh) if before is None else key_positions(block)[before]
        if points is not None:
            found[block.name] = points
        if time.perf_counter() - began > PATIENCE:
            yield progress
            began = time.perf_counter()
    yield progress
    lost = [block.name for block in blocks if block.name not in found]
    yield from _write_keys(mesh, found if not lost else {}, progress)
    bpy.data.batch_remove([puppet, puppet.data])
    return Evaluated(mesh, lost)


def _only_leaves_out(modifier: bpy.types.Modifier) -> bool:
    """Whether a modifier only removes vertices and leaves the others in place."""
    return modifier.type == "MASK" and not getattr(modifier, "use_smooth", False)


def _shown(puppet: bpy.types.Object, block: bpy.types.ShapeKey, like: bpy.types.Mesh) -> NDArray[np.float32] | None:
    """The evaluated vertices (V, 3) with one key at its full value; ``None`` if they do not correspond to ``like``."""
    block.slider_max = max(block.slider_max, 1.0)
    block.value = 1.0
    puppet.data.update_tag()
    evaluated = puppet.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = evaluated.to_mesh()
    try:
        if len(mesh.vertices) != len(like.vertices) or len(mesh.loops) != len(like.loops):
            return None
        if not np.array_equal(corner_vertices(mesh), corner_vertices(like)):
            return None
        return positions(mesh).copy()
    finally:
        evaluated.to_mesh_clear()
        block.value = 0.0


def _write_keys(
    mesh: bpy.types.Mesh, keys: dict[str, NDArray[np.float32]], progress: Progress
) -> Generator[Progress, None, None]:
    if not keys:
        return
    holder = bpy.data.objects.new("Keys", mesh)
    holder.shape_key_add(name="Basis", from_mix=False)
    yield progress
    began = time.perf_counter()
    for name, points in keys.items():
        holder.shape_key_add(name=name, from_mix=False).data.foreach_set("co", points.ravel())
        if time.perf_counter() - began > PATIENCE:
            yield progress
            began = time.perf_counter()
    bpy.data.objects.remove(holder)
