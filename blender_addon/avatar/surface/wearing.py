"""Whether a texture can be applied to the active object, and if not why: called by panels and menus while they draw.

Most of it checks names and outlines. Testing whether a mesh without bones has the shape of a standing body takes a
tenth of a second, so another thread does so, once for each mesh and pose.
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.geometry.humanoid.bone_names import completed_joints, joints_of_bones, parts_of_bones
from ml_core.geometry.humanoid.fit import REQUIRED_JOINTS
from ml_core.geometry.humanoid.landmarks import find_landmarks
from ml_core.vocabulary.scene.labels import GROUP_OF

from ...bridge import session
from ...bridge.object_labels import object_label, title
from ...bridge.state.views import redraw_views
from ...bridge.vrm import bone_joints
from ...translations.registry import formatted, formatted_label
from ..body.humanoid import world_geometry
from ..body.targets import LEAST_PARTS, skinned_meshes
from ..generating import humanoid, may_stand
from ..stored import stored_traits

_KEPT = 64
_POLL = 0.1


@dataclass(frozen=True)
class Wearing:
    """``target`` is what a texture would be applied to, the object itself if none can be; ``why_not`` is then the
    reason in the language of the interface, and empty otherwise."""

    target: bpy.types.Object
    why_not: str = ""


@dataclass
class MeshLooks:
    """Which meshes have the shape of a body, by their digests; determined in a separate thread."""

    worker: ThreadPoolExecutor | None = None
    looks: OrderedDict[tuple, Future[bool]] = field(default_factory=OrderedDict)

    def end(self) -> None:
        if bpy.app.timers.is_registered(_redraw_when_seen):
            bpy.app.timers.unregister(_redraw_when_seen)
        if self.worker is not None:
            self.worker.shutdown(wait=False, cancel_futures=True)


def wearing(obj: bpy.types.Object | None) -> Wearing | None:
    """What a texture would go on when ``obj`` is active; ``None`` for objects without a surface, such as a camera."""
    if obj is None or obj.type not in {"MESH", "ARMATURE", "EMPTY"}:
        return None
    target = humanoid(obj)
    if stored_traits(target) is not None:
        return Wearing(target)
    if obj.type == "EMPTY":
        return None if target is None else Wearing(target, _of_mesh(target))
    armature = target if target is not None and target.type == "ARMATURE" else obj.find_armature()
    if armature is None and obj.type == "ARMATURE":
        armature = obj
    if armature is not None:
        return Wearing(target or obj, _of_armature(armature))
    return Wearing(obj, _of_mesh(obj))


def _of_armature(armature: bpy.types.Object) -> str:
    bones = tuple((bone.name, bone.parent.name if bone.parent else None) for bone in armature.data.bones)
    said = bone_joints(armature)
    if not (_has_joints(frozenset(said.values())) if said else _are_of_humanoid(bones)):
        return formatted("{name} has no bones of a humanoid.", name=armature.name)
    parts = parts_of_bones([name for name, _ in bones], dict(bones), said) if said else _parts(bones)
    worn = skinned_meshes(armature)
    moved = {parts.get(group.name) for mesh in worn for group in mesh.vertex_groups}
    moved |= {parts.get(mesh.parent_bone) for mesh in worn if mesh.parent_type == "BONE"}
    if len(moved - {None}) < LEAST_PARTS:
        return formatted("No body mesh with UVs hangs on {name}.", name=armature.name)
    return ""


@lru_cache(maxsize=16)
def _are_of_humanoid(bones: tuple[tuple[str, str | None], ...]) -> bool:
    return _has_joints(frozenset(joints_of_bones([name for name, _ in bones])))


def _has_joints(joints: frozenset[str]) -> bool:
    places = dict.fromkeys(joints, np.zeros(3))
    return set(REQUIRED_JOINTS) <= set(completed_joints(places))


@lru_cache(maxsize=16)
def _parts(bones: tuple[tuple[str, str | None], ...]) -> dict[str, str | None]:
    return parts_of_bones([name for name, _ in bones], dict(bones))


def _of_mesh(obj: bpy.types.Object) -> str:
    found = object_label(obj)
    if found is not None and found.label is not None and GROUP_OF.get(found.label, "character") != "character":
        return formatted("{name} is labeled {label}.", name=obj.name, label=formatted_label(title(found.label)))
    stands = may_stand(obj) and _has_shape_of_body(obj)
    if stands is None:
        return formatted("Looking at the shape of {name}", name=obj.name)
    if not stands:
        return formatted("{name} does not have the shape of a standing body.", name=obj.name)
    if obj.data.uv_layers.active is None:
        return formatted("{name} has no UV map; unwrap it first.", name=obj.name)
    return ""


def _has_shape_of_body(obj: bpy.types.Object) -> bool | None:
    """``None`` while another thread is still looking."""
    mesh, matrix = obj.data, obj.matrix_world
    turn = tuple(round(value, 3) for row in matrix.to_3x3() for value in row)
    size = tuple(round(value, 3) for corner in (obj.bound_box[0], obj.bound_box[6]) for value in corner)
    key = (mesh.session_uid, len(mesh.vertices), len(mesh.polygons), turn, size)
    state = session.part(MeshLooks)
    look = state.looks.get(key)
    if look is None:
        if state.worker is None:
            state.worker = ThreadPoolExecutor(1, thread_name_prefix="atelier-shape")
        look = state.looks[key] = state.worker.submit(_is_body, *world_geometry(obj))
        while len(state.looks) > _KEPT:
            state.looks.popitem(last=False)
    if bpy.app.background:
        return look.result()
    if not look.done():
        if not bpy.app.timers.is_registered(_redraw_when_seen):
            bpy.app.timers.register(_redraw_when_seen, first_interval=_POLL)
        return None
    return look.result()


def _is_body(vertices: NDArray[np.float64], triangles: NDArray[np.int32]) -> bool:
    try:
        find_landmarks(vertices, triangles)
    except InputError:
        return False
    return True


def _redraw_when_seen() -> float | None:
    if not all(look.done() for look in session.part(MeshLooks).looks.values()):
        return _POLL
    redraw_views()
    return None
