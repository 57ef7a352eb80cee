"""Merges meshes that are equal up to translation, rotation or reflection into one, which their objects share.

Equal includes everything: faces, UV maps, colors, materials, shape keys, weights and every other attribute, with
vertices in the same order, as in copies. Objects stay where they are, with their modifiers; their transforms absorb the
difference between the shared mesh and their former one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ml_core.errors import InputError

from ..bridge.jobs.steps import Job, Progress, run_to_end
from ..bridge.mesh_arrays import corner_vertices, positions, weight_table

_EXACT, _NEAR = 2e-5, 0.01
"""How far vertices may be apart, in shares of the mesh's diagonal: of what is linked, and of what is listed."""
_STEP = 50
_POSITION, _TOPOLOGY = "position", (".corner_vert", ".corner_edge", ".edge_verts")
_SELECTION = (".select_vert", ".select_edge", ".select_poly", ".uv_select_vert", ".uv_select_edge", ".uv_select_face")
_FIELDS = {
    "FLOAT": ("value", 1), "INT": ("value", 1), "BOOLEAN": ("value", 1), "INT8": ("value", 1),
    "FLOAT_VECTOR": ("vector", 3), "FLOAT2": ("vector", 2), "FLOAT_COLOR": ("color", 4), "BYTE_COLOR": ("color", 4),
    "QUATERNION": ("value", 4), "INT32_2D": ("value", 2), "INT16_2D": ("value", 2), "FLOAT4X4": ("value", 16),
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """``turn`` (4, 4) maps the vertices of the kept mesh to those of the other; ``why`` names what differs, and is
    empty if nothing does."""

    turn: NDArray[np.float64]
    why: str = ""

    @property
    def stays(self) -> bool:
        """Whether the vertices are unmoved."""
        return bool(np.allclose(self.turn, np.eye(4), atol=1e-9))


def link_equal_job(context: bpy.types.Context, mirrored: bool = True) -> Job:
    """Lets objects of the file share meshes that are equal, and removes those without users.

    Args:
        mirrored: also merge a mesh with its reflection; the objects of the latter get a negative scale.

    Report: ``linked`` (name of the mesh that is kept -> objects that share it now), ``removed`` (how many meshes),
    ``saved`` (bytes), ``near`` (pairs of meshes that are almost equal: first, second, why), ``skipped`` (name, why).

    Raises:
        InputError: the file has fewer than two meshes of its own.
    """
    users = _users()
    if len(users) < 2:
        raise InputError("there are no two meshes to compare")
    families: dict[Any, list[bpy.types.Mesh]] = defaultdict(list)
    for mesh in users:
        families[_family(mesh)].append(mesh)
    plan: list[tuple[bpy.types.Mesh, bpy.types.Mesh, Match]] = []
    near: list[dict[str, str]] = []
    done = 0
    for family in families.values():
        kept: list[_Content] = []
        for mesh in family:
            done += 1
            if done % _STEP == 0:
                yield Progress(0.9 * done / len(users), 1, "Comparing meshes")
            content = _Content(mesh)
            for other in kept:
                match = other.match(content)
                if match is not None and not match.why and (mirrored or np.linalg.det(match.turn) > 0):
                    plan.append((other.mesh, mesh, match))
                    break
                if match is not None:
                    why = match.why or "it is a reflection"
                    near.append({"first": other.mesh.name, "second": mesh.name, "why": why})
            else:
                kept.append(content)
    yield Progress(0.9, 1, "Linking meshes")
    report = _linked(context, plan, users)
    return report | {"near": near}


def _users() -> dict[bpy.types.Mesh, list[bpy.types.Object]]:
    """The meshes of this file that can be shared, each with its objects."""
    users: dict[bpy.types.Mesh, list[bpy.types.Object]] = defaultdict(list)
    for obj in bpy.data.objects:
        if obj.type == "MESH":
            users[obj.data].append(obj)
    return {mesh: objects for mesh, objects in users.items() if _is_plain(mesh) and len(mesh.vertices)}


def _is_plain(mesh: bpy.types.Mesh) -> bool:
    keys = mesh.shape_keys
    moving = mesh.animation_data is not None or (keys is not None and keys.animation_data is not None)
    return mesh.library is None and mesh.override_library is None and not mesh.is_editmode and not moving


def _family(mesh: bpy.types.Mesh) -> Any:
    """A key that is equal for all meshes that may be equal."""
    return len(mesh.vertices), len(mesh.edges), len(mesh.polygons), len(mesh.loops)


class _Content:
    """The content of a mesh, read once."""

    def __init__(self, mesh: bpy.types.Mesh) -> None:
        self.mesh = mesh
        self.points = positions(mesh).astype(np.float64)
        self.middle = self.points.mean(axis=0)
        self.spread = np.linalg.norm(self.points - self.middle, axis=1)
        self.size = max(float(np.linalg.norm(np.ptp(self.points, axis=0))), 1e-12)
        self.corners = corner_vertices(mesh)
        self._flip: NDArray[np.int64] | None = None

    @property
    def flip(self) -> NDArray[np.int64]:
        """The corners (L,) with each face reversed, starting from the same first corner."""
        if self._flip is None:
            starts = np.empty(len(self.mesh.polygons), np.int32)
            self.mesh.polygons.foreach_get("loop_start", starts)
            counts = np.diff(starts, append=len(self.corners))
            place = np.arange(len(self.corners)) - np.repeat(starts, counts)
            back = np.where(place == 0, 0, np.repeat(counts, counts) - place)
            self._flip = np.repeat(starts, counts) + back
        return self._flip

    def match(self, other: _Content) -> Match | None:
        """How this mesh maps to the other, if they have the same shape."""
        if np.abs(self.spread - other.spread).max() > _NEAR * self.size:
            return None
        is_flipped = not np.array_equal(self.corners, other.corners)
        if is_flipped and not np.array_equal(self.corners, other.corners[other.flip]):
            return None
        turn = self._turn(other, is_flipped)
        moved = self.points @ turn[:3, :3].T + turn[:3, 3]
        apart = float(np.abs(moved - other.points).max())
        if apart > _NEAR * self.size:
            return None
        return Match(turn, self._differs(other, turn, is_flipped, apart))

    def _turn(self, other: _Content, is_flipped: bool) -> NDArray[np.float64]:
        """The rigid motion (4, 4) of least squares (Kabsch 1976), a reflection if the faces are reversed."""
        turn = np.eye(4)
        if not is_flipped and np.abs(self.points - other.points).max() <= _EXACT * self.size:
            return turn
        first, second = self.points - self.middle, other.points - other.middle
        if is_flipped or np.abs(first - second).max() > _EXACT * self.size:
            u, _, vt = np.linalg.svd(first.T @ second)
            sign = np.sign(np.linalg.det(vt.T @ u.T)) * (-1 if is_flipped else 1)
            turn[:3, :3] = vt.T @ np.diag([1, 1, sign]) @ u.T
        turn[:3, 3] = other.middle - turn[:3, :3] @ self.middle
        return turn

    def _differs(self, other: _Content, turn: NDArray[np.float64], is_flipped: bool, apart: float) -> str:
        """The difference that prevents merging; empty if there is none."""
        first, second = self.mesh, other.mesh
        if apart > _EXACT * self.size:
            return "some vertices lie a little apart"
        if list(first.materials) != list(second.materials):
            return "other materials"
        if _settings(first) != _settings(second):
            return "other settings"
        if not _same_keys(first, second, turn, _EXACT * self.size):
            return "other shape keys"
        if not _same_attributes(first, second, other.flip if is_flipped else None):
            return "other UV maps, colors or attributes"
        if not _same_weights(first, second):
            return "other weights"
        return ""


def _settings(mesh: bpy.types.Mesh) -> Any:
    """The active layers, and the artist's custom properties of the mesh."""
    uv, colors = mesh.uv_layers, mesh.color_attributes
    active = uv.active.name if uv.active is not None else ""
    rendered = next((layer.name for layer in uv if layer.active_render), "")
    properties = {key: repr(value) for key, value in mesh.items() if not key.startswith("cycles")}
    return active, rendered, colors.active_color_name, colors.default_color_name, properties


def _same_attributes(first: bpy.types.Mesh, second: bpy.types.Mesh, flip: NDArray[np.int64] | None) -> bool:
    """Whether everything except positions is the same; corners of the second are read in the order ``flip``."""
    left, right = ({item.name: item for item in _attributes(mesh)} for mesh in (first, second))
    if left.keys() != right.keys():
        return False
    for name, one in left.items():
        other = right[name]
        if (one.domain, one.data_type) != (other.domain, other.data_type) or one.data_type not in _FIELDS:
            return False
        if flip is not None and (name == "custom_normal" or one.data_type == "FLOAT_VECTOR"):
            return False  # a reflection would have to turn them too
        values = [_values(attribute) for attribute in (one, other)]
        if flip is not None and one.domain == "CORNER":
            values[1] = values[1][flip]
        if not np.allclose(values[0], values[1], rtol=0, atol=1e-6):
            return False
    return True


def _attributes(mesh: bpy.types.Mesh) -> Iterator[bpy.types.Attribute]:
    for attribute in mesh.attributes:
        if (
            attribute.name != _POSITION
            and attribute.name not in _TOPOLOGY
            and not attribute.name.startswith(_SELECTION)
        ):
            yield attribute


def _values(attribute: bpy.types.Attribute) -> NDArray[np.float64]:
    field, width = _FIELDS[attribute.data_type]
    data: Any = attribute.data
    whole = attribute.data_type in ("INT", "BOOLEAN", "INT8", "INT32_2D", "INT16_2D")
    values = np.zeros(len(data) * width, np.int32 if whole else np.float32)
    if attribute.data_type == "BOOLEAN":
        values = values.astype(bool)
    data.foreach_get(field, values)
    return values.reshape(-1, width).astype(np.float64)


def _same_keys(first: bpy.types.Mesh, second: bpy.types.Mesh, turn: NDArray[np.float64], apart: float) -> bool:
    left, right = first.shape_keys, second.shape_keys
    if left is None or right is None:
        return left is right
    facts = [
        [(key.name, key.value, key.slider_min, key.slider_max, key.mute, key.vertex_group, key.relative_key.name)
         for key in keys.key_blocks]
        for keys in (left, right)
    ]  # fmt: skip
    if facts[0] != facts[1] or left.use_relative != right.use_relative:
        return False
    for one, other in zip(left.key_blocks, right.key_blocks, strict=True):
        points = [np.empty(len(first.vertices) * 3, np.float32) for _ in range(2)]
        one.data.foreach_get("co", points[0])
        other.data.foreach_get("co", points[1])
        moved = points[0].reshape(-1, 3) @ turn[:3, :3].T + turn[:3, 3]
        if np.abs(moved - points[1].reshape(-1, 3)).max() > apart:
            return False
    return True


def _same_weights(first: bpy.types.Mesh, second: bpy.types.Mesh) -> bool:
    tables = [run_to_end(weight_table(mesh, Progress(0, 1, ""))) for mesh in (first, second)]
    return tables[0].shape == tables[1].shape and bool(np.allclose(tables[0], tables[1], rtol=0, atol=1e-6))


def _linked(
    context: bpy.types.Context,
    plan: list[tuple[bpy.types.Mesh, bpy.types.Mesh, Match]],
    users: dict[bpy.types.Mesh, list[bpy.types.Object]],
) -> dict[str, Any]:
    linked: dict[str, list[str]] = defaultdict(list)
    skipped: list[dict[str, str]] = []
    removed = saved = 0
    for mesh, other, match in plan:
        turn = Matrix(match.turn.tolist())
        for obj in users[other]:
            why = _why_not(obj, users[mesh][0], match, turn)
            if why:
                skipped.append({"name": obj.name, "why": why})
                continue
            _share(obj, mesh, turn, match.stays)
            linked[mesh.name].append(obj.name)
        if not other.users:
            saved += _bytes(other)
            removed += 1
            bpy.data.meshes.remove(other)
    context.view_layer.update()
    return {"linked": dict(linked), "removed": removed, "saved": saved, "skipped": skipped}


def _why_not(obj: bpy.types.Object, owner: bpy.types.Object, match: Match, turn: Matrix) -> str:
    """The reason why an object cannot use the shared mesh; empty if it can."""
    if obj.library is not None or obj.override_library is not None or not obj.is_editable:
        return "it is linked from another file"
    if [group.name for group in obj.vertex_groups] != [group.name for group in owner.vertex_groups]:
        return "its vertex groups have other names"
    if match.stays:
        return ""
    if obj.modifiers or obj.constraints or obj.animation_data is not None or obj.particle_systems:
        return "modifiers, constraints or motion depend on how its mesh lies"
    deltas = [*obj.delta_location, *obj.delta_rotation_euler, *(value - 1 for value in obj.delta_scale)]
    if any(deltas) or any(child.parent_type != "OBJECT" for child in obj.children):
        return "modifiers, constraints or motion depend on how its mesh lies"
    wanted = obj.matrix_basis @ turn
    location, rotation, scale = wanted.decompose()
    again = Matrix.LocRotScale(location, rotation, scale)
    if np.abs(np.array(again) - np.array(wanted)).max() > 1e-4 * max(1.0, float(np.abs(np.array(wanted)).max())):
        return "its scale would shear the shared mesh"
    return ""


def _share(obj: bpy.types.Object, mesh: bpy.types.Mesh, turn: Matrix, stays: bool) -> None:
    """Give ``obj`` the shared mesh at the position of its own; its children stay, too."""
    own = [(slot.link, slot.material) for slot in obj.material_slots]
    obj.data = mesh
    for slot, (link, material) in zip(obj.material_slots, own, strict=False):
        if link == "OBJECT":
            slot.link = "OBJECT"
            slot.material = material
    if stays:
        return
    back = turn.inverted()
    for child in obj.children:
        child.matrix_parent_inverse = back @ child.matrix_parent_inverse
    obj.matrix_basis = obj.matrix_basis @ turn


def _bytes(mesh: bpy.types.Mesh) -> int:
    """The approximate memory size of a mesh: its attributes and its shape keys."""
    sizes = {"BOOLEAN": 1, "INT8": 1, "BYTE_COLOR": 4, "INT16_2D": 4}
    total = 4 * len(mesh.polygons)
    for attribute in mesh.attributes:
        width = _FIELDS.get(attribute.data_type, ("", 1))[1]
        total += len(attribute.data) * sizes.get(attribute.data_type, 4 * width)
    if mesh.shape_keys is not None:
        total += 12 * len(mesh.vertices) * len(mesh.shape_keys.key_blocks)
    return total
