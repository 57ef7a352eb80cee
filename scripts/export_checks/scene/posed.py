"""Check 30: skins and parts on bones move in the files as in the scene, at sampled frames of the actions that armatures
play. Skins with bendy bones are left out: no file has such bones, and a finding says so.

Blender reads the files back: bones, weights, rest poses and clips are judged together by where the surface ends up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.errors import InputError
from ml_core.references import check_references
from scripts.lib.cli import quiet

from ..problem import Check, Outcome, Problem
from ..programs.round_trip import import_model, is_extra
from ..readers.folder import TargetFolder
from ..readers.model import Array

SHARES = (0.0, 0.33, 0.66, 1.0)
"""Of a clip's length, where it is looked at."""
MOST_ARMATURES, POINTS = 8, 80
TOLERANCE, SHARE, PART = 0.005, 0.02, 0.1
"""Meters, and of a skin's own size, that its surface may be away, and how much of it may be farther: files bend skins
after their modifiers, and the scene may bend them before."""


@dataclass
class Pose:
    """Points (n, 3) on the skins of an armature in meters, Z up, at a time in seconds from the beginning of an action;
    ``size`` is their diagonal. ``has_keys`` where shape keys move them as well."""

    armature: str
    action: str
    seconds: float
    points: Array
    size: float
    has_keys: bool = False


def scene_poses(unit: float) -> list[Pose]:
    """The poses of the open scene, whose unit is given in meters; the frame is restored."""
    import bpy

    scene = bpy.context.scene
    frame, rate = scene.frame_current, scene.render.fps / scene.render.fps_base
    found: list[Pose] = []
    for armature in [obj for obj in bpy.context.view_layer.objects if obj.type == "ARMATURE"][:MOST_ARMATURES]:
        played = _played(armature, scene)
        shown = [obj for obj in bpy.context.view_layer.objects if _is_shown(obj)]
        skins = [item for item in shown if _is_plain_skin(item, armature) or _is_held(item, armature)]
        if played is None or not skins:
            continue
        name, start, end = played
        home = np.array(armature.matrix_world)
        for share in SHARES:
            time = start + share * (end - start)
            scene.frame_set(int(np.floor(time)), subframe=float(time - np.floor(time)))
            points = np.concatenate([_surface(skin) for skin in skins])
            if not share:  # a file's clip begins where the armature stands, and goes its way from there
                place = np.array(armature.matrix_world)
                moved = home @ np.linalg.inv(place) if abs(np.linalg.det(place)) > 1e-12 else np.eye(4)
            points = (points @ moved[:3, :3].T + moved[:3, 3]) * unit
            size = float(np.linalg.norm(np.ptp(points, axis=0)))
            found.append(
                Pose(armature.name, name, (time - start) / rate, points, size, any(map(_has_moving_keys, skins)))
            )
        scene.frame_set(frame)
    return found


def _played(armature: Any, scene: Any) -> tuple[str, float, float] | None:
    """What an armature plays, its first frame and its last: its action, its only strip, or motion from outside;
    ``None`` if several play at a time."""
    animation = armature.animation_data
    if armature.data.pose_position != "POSE":
        return None
    tracks = (
        [track for track in animation.nla_tracks if not track.mute and track.strips] if animation is not None else []
    )
    if animation is not None and animation.action is not None:
        is_plain = animation.action_blend_type == "REPLACE" and animation.action_influence == 1
        if tracks or not is_plain or animation.use_tweak_mode:
            return None
        return (animation.action.name, *animation.action.frame_range)
    if tracks:
        strips = [strip for strip in tracks[0].strips if not strip.mute]
        if len(tracks) > 1 or len(strips) != 1 or strips[0].type != "CLIP" or strips[0].influence != 1:
            return None
        return strips[0].name, strips[0].frame_start, strips[0].frame_end
    goals = [
        getattr(constraint, "target", None)
        for bone in armature.pose.bones
        for constraint in bone.constraints
        if not constraint.mute
    ]
    if any(goal is not None and goal != armature for goal in goals):
        return "Scene", scene.frame_start, scene.frame_end
    return None


def _is_shown(obj: Any) -> bool:
    return obj.type == "MESH" and not obj.hide_render and obj.visible_get() and bool(obj.data.polygons)


def _is_plain_skin(obj: Any, armature: Any) -> bool:
    """Whether a mesh is deformed as in files: by one armature, linearly."""
    rigs = [
        modifier
        for modifier in obj.modifiers
        if modifier.type == "ARMATURE" and modifier.show_viewport and modifier.object is not None
    ]
    bends = any(bone.bbone_segments > 1 for bone in armature.data.bones)
    is_lone = len(rigs) == 1 and rigs[0].object == armature and not rigs[0].use_deform_preserve_volume
    return is_lone and not rigs[0].vertex_group and not bends


def _is_held(obj: Any, armature: Any) -> bool:
    """Whether a mesh follows a bone, without motion of its own."""
    if any(modifier.type == "ARMATURE" for modifier in obj.modifiers):
        return False
    child = obj
    while child is not None and child.animation_data is None and not child.constraints:
        if child.parent == armature and child.parent_type == "BONE":
            return child.parent_bone in armature.data.bones
        child = child.parent
    return False


def _has_moving_keys(obj: Any) -> bool:
    keys = obj.data.shape_keys
    animation = keys.animation_data if keys is not None else None
    return animation is not None and bool(animation.action or animation.nla_tracks or len(animation.drivers))


def _surface(obj: Any) -> Array:
    """Some corners (n, 3) of the faces of an object's visible mesh, in the world: a bent face may be triangulated
    differently in a file, but its corners stay."""
    import bpy

    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = shown.to_mesh()
    values, corners = np.empty(len(mesh.vertices) * 3, np.float32), np.empty(len(mesh.loops), np.int32)
    mesh.vertices.foreach_get("co", values)
    mesh.loops.foreach_get("vertex_index", corners)
    shown.to_mesh_clear()
    used = np.unique(corners)
    chosen = used[np.unique(np.linspace(0, len(used) - 1, POINTS).astype(int))]
    points, world = values.reshape(-1, 3)[chosen], np.array(shown.matrix_world)
    return points @ world[:3, :3].T + world[:3, 3]


def poses_check(folder: TargetFolder, poses: list[Pose], name: str) -> Outcome:
    """Compares one target's folder with the poses of the scene ``name``. The scene that Blender has open is lost."""
    check = Check("30", f"Skins and things on bones move as in {name}", lambda _: (), lambda *_: iter(()))
    outcome = Outcome(check, 0)
    options = folder.manifest.get("options", {})
    takes = folder.about is None or folder.about.takes_clips
    if not takes or not options.get("clips", True) or options.get("actions", "all") == "nla":
        return outcome
    reported = {str(item) for item in folder.manifest.get("left_out", [])}
    is_plain = not any(model.format in ("glb", "vrm") for model in folder.models)  # whose shape keys stand still
    for armature in dict.fromkeys(pose.armature for pose in poses):
        if armature in reported:
            continue
        own = [pose for pose in poses if pose.armature == armature and not (pose.has_keys and is_plain)]
        if not own:
            continue
        entry = next((item for item in folder.entries if item.get("source") == armature), None)
        if entry is None:
            continue  # the judge of surfaces misses it
        outcome.looked_at += len(own)
        outcome.problems += [
            Problem(item.file, item.what, item.node, item.expected, item.actual, "30")
            for item in _apart(folder, entry, own)
        ]
    return outcome


def _apart(folder: TargetFolder, entry: dict[str, Any], poses: list[Pose]) -> Iterator[Problem]:
    path = folder.path / entry["path"]
    action = poses[0].action
    names = [str(item.get("name")) for item in entry.get("clips", [])]
    if not names and action == "Scene":
        return  # what others make it do is that it stands still
    clip = next(
        (name for name in names if _letters(name).endswith(_letters(action))), names[0] if len(names) == 1 else None
    )
    if clip is None:
        yield Problem(entry["path"], f"has no clip of the action {action}", poses[0].armature)
        return
    try:
        _open(path)
    except (RuntimeError, InputError) as error:
        yield Problem(entry["path"], f"is not read back: {' '.join(str(error).split())}")
        return
    begin = _play(clip)
    if begin is None:
        yield Problem(entry["path"], "has a clip that Blender does not read back", clip)
        return
    places = [np.array(item["matrix_world"]) for item in folder.layout if item.get("asset") == path.stem][:1]
    place = places[0] if places else np.eye(4)
    for pose in poses:
        distances = _distances(pose, begin, place)
        far = distances > TOLERANCE + SHARE * pose.size
        if far.mean() > PART:
            what = f"is {far.mean():.0%} elsewhere than in the scene, {pose.seconds:.2f} s into the clip {clip}"
            yield Problem(entry["path"], what, pose.armature, "", f"up to {distances.max():.3f} m away")


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _open(path: Path) -> None:
    import bpy

    check_references(path)
    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = 60, 1.0
        import_model(path)
        for armature in [obj for obj in bpy.context.view_layer.objects if obj.type == "ARMATURE"]:
            _free_bones(armature)


def _free_bones(armature: Any) -> None:
    """Lets bones move off their parents: Blender's FBX importer connects those that touch, and then keeps them there,
    whatever the clip does."""
    import bpy

    if not any(bone.use_connect for bone in armature.data.bones):
        return
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in armature.data.edit_bones:
        bone.use_connect = False
    bpy.ops.object.mode_set(mode="OBJECT")


def _play(clip: str) -> float | None:
    """Makes everything in the open file play one clip: its first frame, ``None`` if there is none of that name."""
    import bpy

    begin = None
    blocks = [*bpy.data.objects, *(key for key in bpy.data.shape_keys)]
    for animation in [block.animation_data for block in blocks if block.animation_data is not None]:
        for track in animation.nla_tracks:
            track.is_solo = False if track.is_solo else track.is_solo
            track.mute = track.name != clip
            if not track.mute and track.strips:
                begin = track.strips[0].frame_start
        if animation.nla_tracks:
            animation.action = None
            continue
        own = [action for action in bpy.data.actions if clip in action.name and _fits(animation, action)]
        if own:
            animation.action = own[0]
            if animation.action_slot is None and animation.action_suitable_slots:
                animation.action_slot = animation.action_suitable_slots[0]
            begin = own[0].frame_range[0]
    return begin


def _fits(animation: Any, action: Any) -> bool:
    kind = animation.id_data.id_type
    return not action.slots or any(slot.target_id_type in (kind, "UNSPECIFIED") for slot in action.slots)


def _distances(pose: Pose, begin: float, place: Array) -> Array:
    import bpy
    from mathutils import Vector
    from mathutils.bvhtree import BVHTree

    scene = bpy.context.scene
    time = begin + pose.seconds * scene.render.fps
    scene.frame_set(int(np.floor(time)), subframe=float(time - np.floor(time)))
    corners = []
    depsgraph = bpy.context.evaluated_depsgraph_get()
    for obj in bpy.context.view_layer.objects:
        if obj.type != "MESH" or is_extra(obj.name):
            continue
        shown = obj.evaluated_get(depsgraph)
        corners.append(evaluated_triangles(shown, place @ np.array(shown.matrix_world)))
    flat = np.concatenate(corners).reshape(-1, 3) if corners else np.zeros((0, 3))
    if not len(flat):
        return np.full(len(pose.points), np.inf)
    tree = BVHTree.FromPolygons(flat.tolist(), np.arange(len(flat)).reshape(-1, 3).tolist(), all_triangles=True)
    return np.array([tree.find_nearest(Vector(point))[3] for point in pose.points])


def evaluated_triangles(obj: Any, world: Array) -> Array:
    """Corners (n, 3, 3) of an evaluated object's triangles, which the matrix ``world`` (4, 4) places."""
    mesh = obj.to_mesh()
    if mesh is None or not mesh.polygons:
        obj.to_mesh_clear()  # else Blender falls over the next instance that shares it
        return np.zeros((0, 3, 3))
    mesh.calc_loop_triangles()
    points = np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.vertices.foreach_get("co", points)
    rows = np.empty(len(mesh.loop_triangles) * 3, np.int32)
    mesh.loop_triangles.foreach_get("vertices", rows)
    obj.to_mesh_clear()
    placed = points.reshape(-1, 3) @ world[:3, :3].T + world[:3, 3]
    return placed[rows.reshape(-1, 3)]
