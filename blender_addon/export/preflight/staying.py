"""Findings on what a target does not support and leaves out: kinds of objects, motion, values, custom properties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import bpy
import numpy as np

from ...avatar.wardrobe.sitting import is_driven_by_thighs
from ...bridge.vrm import vrm_data
from ..assets.avatars.own_motion import own_clips
from ..content.evaluated import idle_keys, shapes_itself, shown_values
from ..content.lamps import has_odd_nodes
from ..content.scene import holding_bone
from ..formats.privacy import exported_properties, left_properties
from ..materials.nodes.sockets import image_nodes, is_animated
from ..motion.sampling import bones_move, outside_motion
from ..motion.sources import action_curves, clip_sources, keyed_frames, spare_actions
from ..targets.profiles import profile
from .finding import Finding
from .staying_kinds import KINDS as KINDS
from .survey import Survey

_REORDERING = {"DECIMATE", "REMESH", "BOOLEAN", "WELD", "BEVEL", "MASK", "BUILD", "NODES", "TRIANGULATE", "EDGE_SPLIT"}
_FACELESS = {
    "CURVES": "hair_curves",
    "POINTCLOUD": "point_cloud",
    "VOLUME": "volume",
    "GREASEPENCIL": "grease_pencil",
    "GPENCIL": "grease_pencil",
}
_SKIES = ("TEX_ENVIRONMENT", "TEX_SKY", "TEX_IMAGE")
_PLACING = ("location", "rotation", "scale", "delta_")
_UNEVEN = 1.01
"""How much more a parent stretches one way than another, from which on what turns below it is sheared."""
_UNTAKEN = {"SPEAKER": "speaker_stays", "LIGHT_PROBE": "probe_stays"}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks motion, keys and properties of an exported object."""
    is_part = obj.session_uid in survey.avatars
    whole = [target for target in survey.targets if profile(target).format.object_motion]
    rest = [target for target in survey.targets if target not in whole]
    if is_part and holding_bone(obj) is not None:
        yield from _beside_bone(survey, obj)
    elif is_part and survey.options.clips and (_moves_itself(obj) or _is_led(obj)):
        yield from survey.found("skin_motion_stays", obj)
    elif not is_part and rest and survey.options.clips and (_moves_itself(obj) or outside_motion(obj) is not None):
        yield from survey.found("motion_stays", obj, rest)
    if not is_part and survey.options.clips and (stretched := _turns_below(obj)) is not None:
        yield from survey.found("sheared_motion", obj, whole, parent=stretched.name)
    yield from _keys(survey, obj, rest)
    if not is_part:
        yield from _not_chosen(survey, obj, obj.animation_data)
    if survey.options.clips and not is_part:
        yield from _strips(survey, obj, obj.animation_data, whole)
    for slot in obj.material_slots:
        if slot.material is not None and survey.first("moving material", slot.material) and _is_moving(slot.material):
            yield from survey.found("material_motion_stays", obj, material=slot.material.name)
    yield from _properties(survey, obj)
    if survey.options.clips:
        yield from _moving_properties(survey, obj)
    if obj.type == "MESH" and is_part:
        others = [
            modifier.object.name
            for modifier in obj.modifiers
            if modifier.type == "ARMATURE" and modifier.show_viewport and modifier.object is not None
        ]
        if len(set(others)) > 1:
            yield from survey.found("second_armature", obj, others=", ".join(sorted(set(others))))
        elif not others and (held := holding_bone(obj)) is not None:
            yield from survey.found("object_on_bone", obj, bone=held[1])


def _beside_bone(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks motion of a part relative to its parent bone: its own clips are played by a separate bone."""
    if not survey.options.clips:
        return
    if own_clips(obj):
        still = [target for target in survey.targets if not profile(target).target.takes_clips]
        yield from survey.found("motion_stays", obj, still)
    child: bpy.types.Object | None = obj
    while child is not None:
        if _is_led(child) or (child != obj and _moves_itself(child)):
            yield from survey.found("motion_beside_bone", obj, mover=child.name)
            return
        child = child.parent if child.parent_type != "BONE" else None


def _is_led(obj: bpy.types.Object) -> bool:
    """Whether constraints or drivers control the transform of an object."""
    animation = obj.animation_data
    drivers = animation.drivers if animation is not None else ()
    return any(not item.mute and item.influence for item in obj.constraints) or any(
        curve.data_path.startswith(_PLACING) for curve in drivers
    )


def _keys(survey: Survey, obj: bpy.types.Object, rest: list[str]) -> Iterator[Finding]:
    keys = obj.data.shape_keys if obj.type == "MESH" else None
    if keys is None or not survey.first("keys that stay", obj.data):
        return
    animation = keys.animation_data
    moves = animation is not None and (clip_sources(animation, "") or len(animation.drivers))
    if moves and rest and (not _is_own_rig(keys) or _sits_in_clips(survey, obj, keys)):
        yield from survey.found("keys_motion_stays", obj, rest)
    if moves and survey.options.clips:
        yield from _strips(survey, obj, animation, [target for target in survey.targets if target not in rest])
    if moves and not _is_own_rig(keys):
        yield from survey.found("keys_begin", obj, frame=survey.context.scene.frame_current)
    if idle := idle_keys(keys):
        yield from survey.found("keys_switched_off", obj, names=", ".join(idle[:12]))
    risky = [modifier.name for modifier in obj.modifiers if modifier.show_viewport and _reorders(modifier)]
    if risky and shapes_itself(obj):
        yield from survey.found("keys_may_be_lost", obj, modifiers=", ".join(risky))
    settling = [target for target in survey.targets if not profile(target).format.key_values]
    if settling and any(shown_values(obj, survey.context.evaluated_depsgraph_get())[1:]):
        yield from survey.found("key_values_settled", obj, settling)


def _reorders(modifier: bpy.types.Modifier) -> bool:
    """Whether a modifier may produce other vertices for each key; a mask by a vertex group omits the same ones."""
    is_fixed = modifier.type == "MASK" and modifier.mode == "VERTEX_GROUP"
    return modifier.type in _REORDERING and not is_fixed


def _is_own_rig(keys: bpy.types.Key) -> bool:
    """Whether the keys are moved only by our own drivers: sliders, whose shape is applied, keys that follow those of
    the same name on another mesh of the avatar, as in every program, and skirts of seated people."""
    if keys.animation_data.action is not None or keys.animation_data.nla_tracks:
        return False
    return all(
        curve.data_path.startswith('key_blocks["atelier:') or _follows_namesake(curve) or is_driven_by_thighs(curve)
        for curve in keys.animation_data.drivers
    )


def _sits_in_clips(survey: Survey, obj: bpy.types.Object, keys: bpy.types.Key) -> bool:
    """Whether clips that are exported move the thighs that drive a key."""
    armature = obj.find_armature()
    if armature is None or not survey.options.clips or not clip_sources(armature.animation_data, ""):
        return False
    return any(is_driven_by_thighs(curve) for curve in keys.animation_data.drivers)


def _follows_namesake(curve: bpy.types.FCurve) -> bool:
    targets = [target for variable in curve.driver.variables for target in variable.targets]
    return len(targets) == 1 and targets[0].id_type == "KEY" and targets[0].data_path == curve.data_path


def _strips(
    survey: Survey,
    obj: bpy.types.Object,
    animation: bpy.types.AnimData | None,
    targets: list[str] | None = None,
) -> Iterator[Finding]:
    """Checks for strips that omit a part of their action."""
    for source in clip_sources(animation, "") if animation is not None else ():
        if source.strip is None:
            continue
        strip = animation.nla_tracks[source.strip[0]].strips[source.strip[1]]
        first, last = keyed_frames(strip)
        start, end = strip.action_frame_start, strip.action_frame_end
        if start > first + 0.5 or end < last - 0.5:
            frames = {"start": round(start), "end": round(end), "first": round(first), "last": round(last)}
            yield from survey.found("clip_trimmed", obj, targets, strip=strip.name, **frames)


def _not_chosen(
    survey: Survey,
    obj: bpy.types.Object,
    animation: bpy.types.AnimData | None,
    spare: Sequence[bpy.types.Action] = (),
) -> Iterator[Finding]:
    """Checks for clips that the option ``actions`` leaves out."""
    which = survey.options.actions
    if which == "all" or not survey.options.clips:
        return
    chosen = {source.name for source in clip_sources(animation, "", spare, which)}
    left = [source.name for source in clip_sources(animation, "", spare) if source.name not in chosen]
    if left:
        yield from survey.found("actions_left", obj, _taking_clips(survey), names=", ".join(left[:12]))


def _moves_itself(obj: bpy.types.Object, paths: tuple[str, ...] = _PLACING) -> bool:
    animation = obj.animation_data
    return animation is not None and any(
        curve.data_path.startswith(paths)
        for action, slot in _actions(animation)
        for curve in action_curves(action, slot)
    )


def _turns_below(obj: bpy.types.Object) -> bpy.types.Object | None:
    """The unevenly scaled parent below which an object, or one in between, rotates: it shears then, frame by frame."""
    turns, child = False, obj
    while child.parent is not None:
        turns = turns or _moves_itself(child, ("rotation", "delta_rotation"))
        if turns and _is_uneven(child.parent):
            return child.parent
        child = child.parent
    return None


def _is_uneven(obj: bpy.types.Object) -> bool:
    """Whether a rotating child of an object is sheared by its scale."""
    sizes = [abs(size) for size in obj.matrix_world.to_scale()]
    return max(sizes) > _UNEVEN * min(sizes)


def _taking_clips(survey: Survey) -> list[str]:
    return [target for target in survey.targets if profile(target).target.takes_clips]


def _actions(animation: bpy.types.AnimData) -> Iterator[tuple[bpy.types.Action, bpy.types.ActionSlot | None]]:
    """The actions of a block, with the slots that move it."""
    if animation.action is not None:
        yield animation.action, animation.action_slot
    for track in animation.nla_tracks:
        yield from ((strip.action, strip.action_slot) for strip in track.strips if strip.action is not None)


def _is_moving(material: bpy.types.Material) -> bool:
    films = (node.image.source in ("SEQUENCE", "MOVIE") for node in image_nodes(material.node_tree))
    return is_animated(material) or any(films)


def _properties(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    blocks = [obj, *([obj.data] if obj.data is not None and survey.first("properties", obj.data) else [])]
    kept = survey.options.custom_properties
    names = sorted({name for block in blocks for name in (left_properties(block, kept))})
    if names:
        yield from survey.found("properties_stay", obj, names=", ".join(names[:12]))


def _moving_properties(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Custom properties of an object, its data and its bones that clips change."""
    if not survey.options.custom_properties:
        return
    names: dict[str, None] = {}
    for block in (obj, *([obj.data] if obj.data is not None and survey.first("moving properties", obj.data) else [])):
        for action, slot in _actions(block.animation_data) if block.animation_data is not None else ():
            paths = [curve.data_path for curve in action_curves(action, slot)]
            names |= dict.fromkeys(path.rpartition('["')[2].removesuffix('"]') for path in paths if path.endswith('"]'))
    if names:
        yield from survey.found("properties_motion_stays", obj, names=", ".join(list(names)[:12]))


def check_armature(survey: Survey, armature: bpy.types.Object) -> Iterator[Finding]:
    """Checks the pose that an armature is exported in."""
    moved = any(
        not np.allclose(np.array(bone.matrix), np.array(bone.bone.matrix_local), atol=1e-4)
        for bone in armature.pose.bones
    )
    if moved:
        yield from _pose(survey, armature)
    yield from _not_chosen(survey, armature, armature.animation_data, spare_actions(armature))
    if survey.options.clips:
        if _moves_itself(armature) or outside_motion(armature) is not None:
            yield from survey.found("armature_motion", armature)
        yield from _strips(survey, armature, armature.animation_data)
        yield from _moving_properties(survey, armature)
        if bones_move(armature):
            if _is_uneven(armature):
                yield from survey.found("sheared_bones", armature, _taking_clips(survey))
            still = [target for target in survey.targets if not profile(target).target.takes_clips]
            yield from survey.found("bones_motion_stays", armature, still)
    yield from _properties(survey, armature)
    without = [target for target in survey.targets if not profile(target).format.bone_properties]
    bones = [*armature.data.bones, *armature.pose.bones]
    names = sorted({name for bone in bones for name in exported_properties(bone)}) if without else []
    if names and survey.options.custom_properties:
        yield from survey.found("properties_stay", armature, without, names=", ".join(names[:12]))


def _pose(survey: Survey, armature: bpy.types.Object) -> Iterator[Finding]:
    if survey.options.pose == "rest":
        yield from survey.found("rest_pose", armature)
        return
    is_vrm = survey.options.pose == "auto" and vrm_data(armature) is not None
    resting = [target for target in survey.targets if is_vrm and profile(target).format.avatar_data]
    yield from survey.found("vrm_pose", armature, resting)
    yield from survey.found("shown_pose", armature, [target for target in survey.targets if target not in resting])


def _instances(survey: Survey, whole: list[str]) -> Iterator[Finding]:
    """Checks motion of instanced objects, which instances lack, and of instancers, which only whole scenes contain."""
    content = survey.content
    copies = {static.obj.session_uid: static for static in content.statics if not static.is_own}
    for copy in copies.values():
        if copy.obj != copy.mover and _is_moved(copy.obj):
            yield from survey.found("motion_stays", copy.obj, whole)
    movers = {copy.mover.session_uid: copy.mover for copy in copies.values()}
    flat = [target for target in survey.targets if not profile(target).format.object_motion]
    of_skeletons = {mover.session_uid: mover for skeleton in content.skeletons for mover in skeleton.movers}
    for obj in {**movers, **of_skeletons}.values():
        if survey.options.clips and _is_moved(obj):
            yield from survey.found("motion_stays", obj, None if obj.session_uid in of_skeletons else flat)


def _is_moved(obj: bpy.types.Object) -> bool:
    return _moves_itself(obj) or outside_motion(obj) is not None


def check_scene(survey: Survey) -> Iterator[Finding]:
    """Checks objects of the view layer that are not meshes, and the scene's own properties."""
    names = left_properties(survey.context.scene, survey.options.custom_properties)
    if names:
        yield from survey.found("properties_stay", None, names=", ".join(names[:12]))
    content = survey.content
    whole = [target for target in survey.targets if profile(target).target.one_scene]
    engines = [target for target in survey.targets if target not in whole and profile(target).target.takes_statics]
    beside = [engine for engine in engines if survey.options.scene_file and profile(engine).format.scene_file]
    if beside:
        for placed in [*content.cameras, *content.lights]:
            is_chosen = survey.options.cameras if placed.obj.type == "CAMERA" else survey.options.lights
            if is_chosen and survey.options.clips and _is_moved(placed.obj):
                yield from survey.found("motion_stays", placed.obj, beside)
        engines = [engine for engine in engines if engine not in beside]
    taking = [*whole, *beside]
    for obj, kind in content.faceless:
        yield from survey.found(_FACELESS[kind], obj)
    yield from _instances(survey, whole)
    moving = {item.session_uid for item in survey.armatures}
    for skeleton in content.skeletons:
        for item in skeleton.carried:
            yield from survey.found("object_on_bone", item.obj, bone=item.bone)
    for armature in content.armatures:
        if armature.session_uid not in moving:
            yield from survey.found("bare_armature", armature)
    for placed in content.cameras:
        is_taken = survey.options.cameras and placed.obj.data.type != "PANO"
        yield from survey.found("camera_stays", placed.obj, engines if is_taken else [*engines, *taking])
    for placed in content.lights:
        lost = engines if survey.options.lights else [*engines, *taking]
        lost = [*lost, *(target for target in taking if placed.obj.data.type not in profile(target).light_types)]
        yield from survey.found("light_stays", placed.obj, lost)
        if isinstance(placed.obj.data, bpy.types.Light) and has_odd_nodes(placed.obj.data):
            yield from survey.found("light_nodes_stay", placed.obj, [entry for entry in taking if entry not in lost])
    yield from _untaken(survey)
    parents = {static.obj.parent for static in content.statics if static.obj.parent is not None and static.is_own}
    number = len({empty.obj for empty in content.empties} | parents)
    if number and not survey.options.empties:
        yield from survey.found("empties_stay", None, whole, number=number)


def _untaken(survey: Survey) -> Iterator[Finding]:
    """Checks for what no target's files can contain: the world's sky, sounds, probes, time stretching, and camera
    markers."""
    scene = survey.context.scene
    tree = scene.world.node_tree if scene.world is not None else None
    if tree is not None and any(node.type in _SKIES and node.outputs[0].is_linked for node in tree.nodes):
        yield from survey.found("world_stays", None)
    for obj in survey.context.view_layer.objects:
        if obj.type in _UNTAKEN and obj.visible_get():
            yield from survey.found(_UNTAKEN[obj.type], obj)
    markers = [marker for marker in scene.timeline_markers if marker.camera is not None]
    stretched = scene.render.frame_map_old, scene.render.frame_map_new
    if stretched[0] != stretched[1] and survey.options.clips:
        yield from survey.found("time_remapped", None, old=stretched[0], new=stretched[1])
    if markers:
        yield from survey.found("camera_markers_stay", None, number=len(markers))
