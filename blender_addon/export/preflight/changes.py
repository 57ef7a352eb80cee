"""Findings on changes over time, or with the pose, that no target's files can represent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import bpy

from ..content.scene import deforming_armature
from ..motion.sampling import bones_move, outside_motion
from ..motion.sources import action_curves
from ..targets.profiles import profile
from .finding import Finding, Kind
from .survey import Survey

_OF_TIME = {
    *("WAVE", "OCEAN", "CLOTH", "SOFT_BODY", "FLUID", "DYNAMIC_PAINT", "MESH_CACHE", "MESH_SEQUENCE_CACHE", "BUILD"),
    *("EXPLODE",),
}
_NODES_OF_TIME = {"GeometryNodeInputSceneTime", "GeometryNodeSimulationInput"}
_MOST_GROUPS = 8

KINDS = {
    "shape_motion_stays": Kind(
        "warning",
        "a shape that changes over time, which stays as it is now: {names}",
        "Files hold one mesh with shape keys and bones; what modifiers do at other frames is not in them.",
        "Bake it to shape keys, or go to the frame that you want.",
        title="changing shapes",
    ),
    "visibility_motion_stays": Kind(
        "warning",
        "animated visibility, which stays as it is now",
        "Models have no clips that hide and show.",
        "Scale the object to nothing instead, or switch it in the engine.",
        title="animated visibility",
    ),
    "settings_motion_stays": Kind(
        "warning",
        "animated settings, which stay as they are now: {names}",
        "Clips move objects, bones and shape keys; lenses, colors and strengths are not in them.",
        "Animate them in the engine.",
        title="animated settings",
    ),
    "particles_stay": Kind(
        "warning",
        "particles of {names} that are drawn without faces, which are left out",
        "Engines draw faces: strands, points and lines have none.",
        "Let the particles show an object or a collection, or convert them to a mesh.",
        title="particles left out",
    ),
    "bendy_bones": Kind(
        "warning",
        "bendy bones, which become stiff: {names}",
        "Engines bend a skin by whole bones.",
        "Put a chain of bones in the place of each.",
        title="bendy bones",
    ),
    "preserved_volume": Kind(
        "info",
        "an armature that preserves volume",
        "Engines blend bones linearly, so joints that bend far get thinner.",
        "Look at bent elbows and knees with Preserve Volume off in the Armature modifier.",
        title="preserved volume",
    ),
}


def check(survey: Survey, obj: bpy.types.Object) -> Iterator[Finding]:
    """Checks shape changes, visibility and particles of an exported object."""
    if survey.options.clips and (names := list(dict.fromkeys(_changing(obj)))):
        yield from survey.found("shape_motion_stays", obj, names=", ".join(names[:12]))
    if survey.options.clips and any(_curves(obj, ("hide_viewport", "hide_render"))):
        yield from survey.found("visibility_motion_stays", obj)
    drawn = [
        modifier.particle_system.name
        for modifier in obj.modifiers
        if modifier.type == "PARTICLE_SYSTEM"
        and modifier.show_viewport
        and _is_faceless(modifier.particle_system.settings)
    ]
    if drawn:
        yield from survey.found("particles_stay", obj, names=", ".join(drawn[:12]))
    if any(
        modifier.type == "ARMATURE" and modifier.show_viewport and modifier.use_deform_preserve_volume
        for modifier in obj.modifiers
    ):
        yield from survey.found("preserved_volume", obj)


def _is_faceless(settings: bpy.types.ParticleSettings) -> bool:
    return settings.count > 0 and settings.render_type in ("HALO", "LINE", "PATH")


def check_armature(survey: Survey, armature: bpy.types.Object) -> Iterator[Finding]:
    """Checks for bone features of an armature that no target supports."""
    bendy = [bone.name for bone in armature.data.bones if bone.use_deform and bone.bbone_segments > 1]
    if bendy:
        yield from survey.found("bendy_bones", armature, names=", ".join(bendy[:12]))


def check_scene(survey: Survey) -> Iterator[Finding]:
    """Checks cameras and lights with animated settings, for targets that support them."""
    if not survey.options.clips:
        return
    taking = [
        target
        for target in survey.targets
        if profile(target).target.one_scene or (survey.options.scene_file and profile(target).format.scene_file)
    ]
    shown = [*survey.content.cameras] if survey.options.cameras else []
    shown += survey.content.lights if survey.options.lights else []
    for placed in shown:
        names = sorted({_setting(path) for path in _curves(placed.obj.data)})
        if names and survey.first("settings", placed.obj):
            yield from survey.found("settings_motion_stays", placed.obj, taking, names=", ".join(names[:12]))


def _setting(path: str) -> str:
    return path.rpartition(".")[2].split("[")[0].replace("_", " ")


def _curves(block: bpy.types.ID | None, begin: tuple[str, ...] = ("",)) -> Iterator[str]:
    """The property paths that actions, strips and drivers animate on a block."""
    animation = block.animation_data if block is not None else None
    if animation is None:
        return
    strips = [strip for track in animation.nla_tracks for strip in track.strips if strip.action is not None]
    played = [(strip.action, strip.action_slot) for strip in strips]
    if animation.action is not None:
        played.append((animation.action, animation.action_slot))
    for action, slot in played:
        yield from (curve.data_path for curve in action_curves(action, slot) if curve.data_path.startswith(begin))
    yield from (driver.data_path for driver in animation.drivers if driver.data_path.startswith(begin))


def _changing(obj: bpy.types.Object) -> Iterator[str]:
    """What changes the shape of an object over time."""
    shown = [item for item in obj.modifiers if item.show_viewport]
    moved = list(_curves(obj, ("modifiers[",)))
    for modifier in shown:
        group = getattr(modifier, "node_group", None)
        is_keyed = any(f'modifiers["{modifier.name}"]' in path for path in moved)
        if modifier.type in _OF_TIME or is_keyed or _looks_at_time(group) or _follows(obj, modifier):
            yield modifier.name
    if obj.type != "MESH" and any(any(_curves(item)) for item in (obj.data, getattr(obj.data, "shape_keys", None))):
        yield obj.data.name


def _looks_at_time(tree: bpy.types.NodeTree | None, depth: int = 0) -> bool:
    if tree is None or depth > _MOST_GROUPS:
        return False
    if any(_curves(tree)):
        return True
    return any(
        (node.bl_idname in _NODES_OF_TIME and any(socket.is_linked for socket in node.outputs))
        or _looks_at_time(getattr(node, "node_tree", None), depth + 1)
        for node in tree.nodes
    )


def _follows(obj: bpy.types.Object, modifier: bpy.types.Modifier) -> bool:
    """Whether a modifier depends on another object that moves or changes independently of this one."""
    if modifier.type == "PARTICLE_SYSTEM" or (modifier.type == "ARMATURE" and deforming_armature(obj) is not None):
        return False
    return any(other != obj and other.parent != obj and _goes(other, obj) for other in _looked_at(modifier))


def _looked_at(modifier: bpy.types.Modifier) -> Iterator[bpy.types.Object]:
    """The objects that a modifier or its nodes refer to."""
    named = [getattr(modifier, prop.identifier, None) for prop in modifier.bl_rna.properties if prop.type == "POINTER"]
    tree = getattr(modifier, "node_group", None)
    if tree is not None:
        named += [_input(modifier, item.identifier) for item in tree.interface.items_tree if item.item_type == "SOCKET"]
        named += [socket.default_value for node in tree.nodes for socket in node.inputs if socket.type == "OBJECT"]
    yield from (item for item in named if isinstance(item, bpy.types.Object))


def _input(modifier: bpy.types.Modifier, identifier: str) -> Any:
    """The value of a geometry nodes input: Blender 5.2 stores it below the modifier's properties."""
    inputs = getattr(getattr(modifier, "properties", None), "inputs", None)
    if inputs is None:
        return modifier.get(identifier)
    return getattr(getattr(inputs, identifier, None), "value", None)


def _goes(other: bpy.types.Object, obj: bpy.types.Object) -> bool:
    """Whether an object moves, is deformed, or has bones that move."""
    if any(_curves(other, ("location", "rotation", "scale", "delta_"))) or any(_curves(other.data)):
        return True
    bending = [item.object for item in other.modifiers if item.type == "ARMATURE" and item.show_viewport]
    rigs = [item for item in (other, *bending) if item is not None and item.type == "ARMATURE"]
    if any(bones_move(rig) for rig in rigs) or any(_curves(getattr(other.data, "shape_keys", None))):
        return True
    return outside_motion(other) is not None and other.parent != obj.parent
