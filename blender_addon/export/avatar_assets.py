"""An avatar as an engine wants it: copies of armature and skin in rest pose, four influences, renamed bones, a root."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians

import bpy
import numpy as np
from mathutils import Matrix

from ..avatar.shape_keys import PREFIX, slider_property
from ..bridge.mesh_arrays import positions
from ..bridge.preserved_scene import claim_name
from .clips import Clip, is_animated, write_clips
from .engine_names import EngineNames
from .naming import MAX_INNER_NAME, Namer, plain
from .placement import under_feet, upright
from .privacy import forget_properties
from .skeleton import add_root, edit_bones, engine_bone_names, humanoid_bones, needs_root, raise_arms, rename_bones
from .static_assets import ensure_uv, skinned_meshes, triangulate
from .targets.profile import Profile
from .vrm import missing_bones

MAX_INFLUENCES = 4


@dataclass
class StagedAvatar:
    """Copies in the temporary scene; ``is_y_up`` when their data were turned to Y up.

    ``bones`` gives the copy's bone of each humanoid joint, ``clips`` what was put on its NLA, ``home`` the move from
    the armature's own space (in metres) to the one of the file: upright, above its feet.
    """

    armature: bpy.types.Object
    meshes: list[bpy.types.Object]
    is_y_up: bool
    bones: dict[str, str]
    clips: list[Clip]
    home: Matrix

    @property
    def shape_keys(self) -> list[str]:
        """Names of the shape keys, each once, in order."""
        blocks = [o.data.shape_keys.key_blocks[1:] for o in self.meshes if o.data.shape_keys]
        return list(dict.fromkeys(block.name for some in blocks for block in some))


def stage_avatar(
    scene: bpy.types.Scene,
    armature: bpy.types.Object,
    wishes: Profile,
    names: EngineNames,
    clips: list[Clip],
) -> StagedAvatar:
    """Copies an armature and its skinned meshes into ``scene``: at the origin, upright, scale applied.

    The pose that shows becomes the rest pose; of an animated avatar its own rest pose does. Where the target wishes it,
    the arms are raised.

    Args:
        names: engine names of the armature and its meshes. clips: as :func:`~.clips.read_clip` found them.
    """
    size = Matrix.Diagonal(armature.matrix_world.to_scale()).to_4x4()
    copy = bpy.data.objects.new(names.engine[armature.session_uid], armature.data.copy())
    claim_name(copy.data, "armatures", names.engine[armature.session_uid])
    for block in (copy.data, *copy.data.bones):
        forget_properties(block)
    scene.collection.objects.link(copy)
    joints = humanoid_bones(armature)
    posed = _base_pose(armature)
    turn = upright(joints, posed)
    if wishes.t_pose and not missing_bones(joints):
        raise_arms(armature, joints, posed, turn)
    moves = {bone.name: np.array(posed[bone.name] @ bone.matrix_local.inverted()) for bone in armature.data.bones}
    rest = all(np.allclose(move, np.eye(4), atol=1e-5) for move in moves.values())
    meshes = []
    for source in skinned_meshes(armature):
        obj = _copied_skin(scene, armature, source, names)
        if not rest:
            _deform(obj, moves)
        obj.data.transform(turn @ size, shape_keys=True)
        meshes.append(obj)
    feet = [turn @ size @ posed[joints[one]].translation for one in ("leftFoot", "rightFoot") if one in joints]
    move = under_feet(np.concatenate([positions(obj.data) for obj in meshes]), feet if len(feet) == 2 else [])
    home = move @ turn
    for obj in meshes:
        obj.data.transform(move, shape_keys=True)
        triangulate(obj.data)
        ensure_uv(obj.data)
        limit_influences(obj)
        obj.parent = copy
        obj.modifiers.new("Armature", "ARMATURE").object = copy
    weighted = {name for obj in meshes for name in _weighted_groups(obj)}
    edit_bones(copy, None if rest else posed, weighted, set(joints.values()))
    copy.data.transform(home @ size)
    renamed = rename_bones(copy, meshes, engine_bone_names(copy, joints, wishes))
    if needs_root(copy, wishes):
        add_root(copy)
    axes = _to_axes(copy, meshes, wishes)
    bones = {joint: renamed[bone] for joint, bone in joints.items() if bone in renamed}
    write_clips(copy, clips, posed, renamed, bones.get("hips"), home @ size, axes)
    return StagedAvatar(copy, meshes, wishes.axes == "zero", bones, clips, home)


def _base_pose(armature: bpy.types.Object) -> dict[str, Matrix]:
    """Armature-space matrices of the pose that the file rests in.

    That is the pose that shows; but an animated avatar shows a moment of its animation, so that its rest pose is taken,
    in the size that shows: importers leave skeletons in centimetres below bones that are posed small.
    """
    posed = {bone.name: bone.matrix.copy() for bone in armature.pose.bones}
    if not is_animated(armature):
        return posed
    rest = {bone.name: bone.matrix_local.copy() for bone in armature.data.bones}
    shown = float(np.median([np.mean(posed[name].to_scale()) for name in rest]))
    size = Matrix.Scale(shown if abs(shown - 1) > 0.01 else 1.0, 4)
    return {name: size @ matrix for name, matrix in rest.items()}


def _copied_skin(
    scene: bpy.types.Scene, armature: bpy.types.Object, source: bpy.types.Object, names: EngineNames
) -> bpy.types.Object:
    """A skinned mesh in the armature's space, its body sliders settled."""
    mesh = source.data.copy()
    forget_properties(mesh)
    claim_name(mesh, "meshes", names.engine[source.session_uid])
    mesh.transform(armature.matrix_world.inverted() @ source.matrix_world, shape_keys=True)
    obj = bpy.data.objects.new(names.engine[source.session_uid], mesh)
    claim_name(obj, "objects", names.engine[source.session_uid])
    scene.collection.objects.link(obj)
    for slot, original in zip(obj.material_slots, source.material_slots, strict=False):
        slot.link, slot.material = "DATA", original.material
    _copy_groups(source, obj)
    _settle_keys(obj, armature)
    return obj


def _settle_keys(obj: bpy.types.Object, armature: bpy.types.Object) -> None:
    """Body sliders, which properties of the artist's ``armature`` drive, become the basis: engines get the shape that
    shows. The other keys stay, at zero and without drivers."""
    keys = obj.data.shape_keys
    if keys is None:
        return
    keys.animation_data_clear()
    blocks = keys.key_blocks
    count = len(obj.data.vertices) * 3

    def read(block: bpy.types.ShapeKey) -> np.ndarray:
        values = np.empty(count, np.float32)
        block.data.foreach_get("co", values)
        return values

    sliders = [block for block in blocks[1:] if block.name.startswith(PREFIX)]
    shift = np.zeros(count, np.float32)
    for block in sliders:
        value = armature.get(slider_property(block.name.removeprefix(PREFIX)), block.value)
        if value and not block.mute:
            shift += value * (read(block) - read(block.relative_key))
    others = [block for block in blocks if block not in sliders]
    if shift.any():
        for block in others:
            block.data.foreach_set("co", read(block) + shift)
        obj.data.vertices.foreach_set("co", read(blocks[0]))
    for block in sliders:
        obj.shape_key_remove(block)
    if len(blocks) == 1:
        obj.shape_key_clear()
        return
    namer = Namer(MAX_INNER_NAME)
    for block in blocks:
        block.value, block.mute = 0.0, False
        block.name = namer.unique(plain(block.name))


def _weighted_groups(obj: bpy.types.Object) -> set[str]:
    found = {e.group for vertex in obj.data.vertices for e in vertex.groups if e.weight > 1e-4}
    return {obj.vertex_groups[index].name for index in found}


def _copy_groups(source: bpy.types.Object, target: bpy.types.Object) -> None:
    """Vertex group names are the object's; the weights came with the mesh data."""
    for group in source.vertex_groups:
        if group.name not in target.vertex_groups:
            target.vertex_groups.new(name=group.name)


def _deform(obj: bpy.types.Object, moves: dict[str, np.ndarray]) -> None:
    """Linear blend skinning of the mesh and all of its shape keys, so that the pose becomes the rest pose."""
    mesh = obj.data
    names = [group.name for group in obj.vertex_groups]
    matrices = np.zeros((len(mesh.vertices), 4, 4))
    total = np.zeros(len(mesh.vertices))
    for vertex in mesh.vertices:
        for element in vertex.groups:
            move = moves.get(names[element.group])
            if move is not None:
                matrices[vertex.index] += element.weight * move
                total[vertex.index] += element.weight
    matrices[total < 1e-6] = np.eye(4)
    matrices /= np.where(total < 1e-6, 1, total)[:, None, None]
    blocks = mesh.shape_keys.key_blocks if mesh.shape_keys else []
    for data in [mesh.vertices, *(block.data for block in blocks)]:
        points = np.empty(len(data) * 3, np.float32)
        data.foreach_get("co", points)
        moved = np.einsum("nij,nj->ni", matrices[:, :3, :3], points.reshape(-1, 3)) + matrices[:, :3, 3]
        data.foreach_set("co", moved.astype(np.float32).ravel())
    mesh.update()


def limit_influences(obj: bpy.types.Object) -> None:
    """At most four bones a vertex, weights that sum to 1."""
    for vertex in obj.data.vertices:
        elements = sorted(((e.weight, e.group) for e in vertex.groups if e.weight > 1e-4), reverse=True)
        kept = elements[:MAX_INFLUENCES]
        total = sum(weight for weight, _ in kept)
        if not kept or (len(elements) == len(vertex.groups) <= MAX_INFLUENCES and abs(total - 1) < 1e-4):
            continue
        for group in [e.group for e in vertex.groups]:
            obj.vertex_groups[group].remove([vertex.index])
        for weight, group in kept:
            obj.vertex_groups[group].add([vertex.index], weight / total, "REPLACE")


def _to_axes(armature: bpy.types.Object, meshes: list[bpy.types.Object], wishes: Profile) -> Matrix:
    """Root transforms as the engine wants them: none for Unity, data in centimetres for Unreal; what the data were
    transformed by."""
    if wishes.axes == "zero":
        # The exporter turns the node by -90° about X to Y up; data turned so beforehand leave the node at zero.
        turn = Matrix.Rotation(radians(-90), 4, "X")
        armature.rotation_euler = (radians(90), 0, 0)
    elif wishes.axes == "centimetres":
        turn = Matrix.Scale(100, 4)
    else:
        return Matrix.Identity(4)
    armature.data.transform(turn)
    for obj in meshes:
        obj.data.transform(turn, shape_keys=True)
    return turn
