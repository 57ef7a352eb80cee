"""Check 31: what the objects of a scene have, the objects of the files have: triangles, UV maps, colors, materials,
shape keys, bones, properties and motion. What a target cannot represent counts as reported if a finding named it
beforehand.

Blender reads the files back, so that all formats are judged alike; no code of the exporter is used to read the scene.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..problem import Check, Outcome, Problem
from ..programs.round_trip import is_extra
from ..readers.folder import TargetFolder
from .shading import FACES, is_seen, left_out_of_renders

Told = dict[str, dict[str, set[str]]]
"""By target and by object, which is empty for the whole scene: the kinds of findings."""

_TELLING = {
    "surface": {
        "no_faces",
        "not_a_number",
        "flat_scale",
        "hair_curves",
        "point_cloud",
        "volume",
        "grease_pencil",
        "zero_area",
    },
    "triangles": {"zero_area", "duplicate_faces", "not_a_number", "flat_scale", "many_triangles"},
    "UV maps": set(),
    "color layers": set(),
    "materials": set(),
    "shape keys": {"keys_may_be_lost", "keys_switched_off"},
    "bones": {"second_armature", "many_influences", "shape_motion_stays"},
    "custom properties": {"properties_stay"},
    "motion of objects": {"motion_stays", "armature_motion", "motion_beside_bone", "skin_motion_stays"},
    "motion of shape keys": {"keys_motion_stays", "keys_may_be_lost", "actions_left"},
    "motion of bones": {
        "bones_motion_stays",
        "motion_stays",
        "motion_beside_bone",
        "actions_left",
        "shape_motion_stays",
    },
}
"""By what is lost, the kinds of findings that say so."""

_OF_ADD_ONS = ("_", "atelier", "cycles", "vrm_addon", "rigify", "rig_", "mmd", "cc_", "io_", "uid", "UUID", "glTF")
_MOVING = ("location", "rotation_euler", "rotation_quaternion", "rotation_axis_angle", "scale")
_PLACE = 0.002
"""Meters that a node may stand away from where layout.json has it."""
_SETTLED = "atelier:"
"""Shape keys of ours whose values are settled in files begin so."""


@dataclass
class Holding:
    """The content of an object, or of everything that a skeleton moves. ``names`` are those of all its objects and of
    others that share their data: a finding names one of them. ``owner`` is the armature that moves it."""

    names: set[str] = field(default_factory=set)
    owner: str = ""
    triangles: int = 0
    uv_maps: int = 0
    colors: int = 0
    materials: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    bones: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    motion: set[str] = field(default_factory=set)


def scene_holdings() -> dict[str, Holding]:
    """The visible content of the objects and armatures of the open scene, by name."""
    import bpy

    found: dict[str, Holding] = {}
    left_out = left_out_of_renders()
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        obj = instance.object
        if obj.type not in FACES or not is_seen(instance, left_out) or obj.original.name in found:
            continue
        original = obj.original
        armature = _armature(original)
        if armature is None and instance.is_instance:
            armature = _armature(instance.parent.original)
        mesh = obj.to_mesh()
        if mesh is not None and mesh.polygons:
            holding = found[original.name] = Holding(owner=armature.name if armature is not None else "")
            slots = [slot.material.original.name if slot.material else "" for slot in obj.material_slots]
            _add_mesh(holding, mesh, slots)
            _add_object(holding, original)
            if armature is not None and armature.name not in found:
                _add_object(found.setdefault(armature.name, Holding(owner=armature.name)), armature)
        obj.to_mesh_clear()
    return found


def _armature(obj: Any) -> Any:
    """The armature that deforms or holds an object."""
    for modifier in obj.modifiers:
        if modifier.type == "ARMATURE" and modifier.object is not None and modifier.show_viewport:
            return modifier.object
    above = obj
    while above is not None:
        parent = above.parent
        if parent is not None and parent.type == "ARMATURE" and above.parent_type in ("BONE", "ARMATURE"):
            return parent
        above = parent
    return None


def _add_mesh(holding: Holding, mesh: Any, materials: list[str]) -> None:
    holding.triangles += _triangles(mesh)
    holding.uv_maps = max(holding.uv_maps, len(mesh.uv_layers))
    holding.colors = max(holding.colors, len(mesh.color_attributes))
    index = np.empty(len(mesh.polygons), np.int32)
    mesh.polygons.foreach_get("material_index", index)
    used = np.unique(np.clip(index, 0, max(len(materials) - 1, 0)))
    holding.materials |= {materials[number] for number in used if materials and materials[number]}


def _triangles(mesh: Any) -> int:
    """The number of triangles, coincident ones of the same orientation counting as one."""
    mesh.calc_loop_triangles()
    rows, points = np.empty(len(mesh.loop_triangles) * 3, np.int32), np.empty(len(mesh.vertices) * 3, np.float32)
    mesh.loop_triangles.foreach_get("vertices", rows)
    mesh.vertices.foreach_get("co", points)
    _, place = np.unique(np.round(points.reshape(-1, 3) * 1e5), axis=0, return_inverse=True)
    corners = place.ravel()[rows.reshape(-1, 3)]
    first = corners.argmin(axis=1)[:, None]
    return len(np.unique(np.take_along_axis(corners, (first + np.arange(3)) % 3, axis=1), axis=0))


def _add_object(holding: Holding, obj: Any) -> None:
    """Names, keys, weighted bones, properties and motion of an object and its data."""
    import bpy

    holding.names |= {obj.name} | {
        other.name for other in bpy.data.objects if other.data is not None and other.data == obj.data
    }
    blocks = [obj, *([obj.data] if obj.data is not None else [])]
    if obj.type == "ARMATURE":  # of which some formats keep the bones alone
        blocks += [*obj.data.bones, *obj.pose.bones]
    holding.properties |= {key for block in blocks for key in list(block.keys()) if _is_plain(block, key)}
    for path in _moved_paths(obj):
        if path.startswith("pose.bones") and path.endswith(_MOVING):
            holding.motion.add("bones")
        elif path.startswith(("location", "rotation", "scale", "delta_")):
            holding.motion.add("bones" if _hangs_on_bone(obj) else "objects")
    if obj.type != "MESH":
        return
    keys = obj.data.shape_keys
    if keys is not None:
        rest = keys.reference_key
        live = [key for key in keys.key_blocks if key != rest and not key.mute and not key.name.startswith(_SETTLED)]
        holding.keys |= {key.name for key in live if _moves(key, key.relative_key if keys.use_relative else rest)}
        if holding.keys and any("value" in path or path == "eval_time" for path in _moved_paths(keys)):
            holding.motion.add("shape keys")
    armature = _armature(obj)
    if armature is not None and armature.type == "ARMATURE":
        deforming = {bone.name for bone in armature.data.bones if bone.use_deform}
        groups = {group.index: group.name for group in obj.vertex_groups if group.name in deforming}
        used = {item.group for vertex in obj.data.vertices for item in vertex.groups if item.weight > 1e-3}
        holding.bones |= {groups[number] for number in used if number in groups}


def _hangs_on_bone(obj: Any) -> bool:
    """Whether an object follows a bone, directly or through its parents: then bones move it in files."""
    while obj is not None and obj.parent_type != "BONE":
        obj = obj.parent
    return obj is not None


def _moves(key: Any, rest: Any) -> bool:
    points, base = (np.empty(len(key.data) * 3, np.float32) for _ in range(2))
    key.data.foreach_get("co", points)
    rest.data.foreach_get("co", base)
    return bool(np.abs(points - base).max(initial=0) > 1e-4)


def _is_plain(block: Any, key: str) -> bool:
    """Whether a custom property is an artist's number, boolean or string."""
    declared = {declaration.identifier for declaration in block.bl_rna.properties if declaration.is_runtime}
    return not key.startswith(_OF_ADD_ONS) and key not in declared and isinstance(block[key], (bool, int, float, str))


def _moved_paths(block: Any) -> Iterator[str]:
    """The paths that actions and strips animate on a block, if their values change, and driven ones."""
    animation = block.animation_data
    if animation is None:
        return
    played = [
        (strip.action, strip.action_slot) for track in animation.nla_tracks if not track.mute for strip in track.strips
    ]
    for action, slot in [(animation.action, animation.action_slot), *played]:
        for curve in _curves(action, slot) if action is not None else ():
            values = [point.co[1] for point in curve.keyframe_points]
            if len(values) > 1 and np.ptp(values) > 1e-4:
                yield curve.data_path


def _curves(action: Any, slot: Any) -> Iterable[Any]:
    bags = [bag for layer in action.layers for strip in layer.strips for bag in strip.channelbags]
    if not bags:
        return getattr(action, "fcurves", ())
    return [curve for bag in bags if slot is None or bag.slot == slot for curve in bag.fcurves]


def file_holdings(opened: dict[str, list[Any]], folder: TargetFolder) -> dict[str, Holding]:
    """The content that was read back, by the names of the scene's objects in layout.json.

    Args:
        opened: the objects of each model, by the stem of its path.
    """
    kinds = {str(entry["path"]).rpartition(".")[0]: entry.get("kind") for entry in folder.entries}
    found: dict[str, Holding] = defaultdict(Holding)
    for item in folder.layout:
        properties = item.get("properties")
        found[str(item.get("object"))].properties |= set(properties if isinstance(properties, dict) else ())
    owners: dict[str, list[str]] = defaultdict(list)
    for stem, objects in opened.items():
        if kinds.get(stem) == "scene":
            _add_scene(found, owners, objects, folder)
            continue
        for obj in objects:
            for name in _placed(folder, stem):
                if obj.type == "ARMATURE":
                    _add_object(found[name], obj)
                elif _is_shape(obj):
                    _add_read(found[name], obj, obj.data)
    for model in folder.of_format("glb", "vrm"):  # whose motion stands still when they are compared with the scene
        stem = model.path.stem
        for node, motion in _glb_motion(model.document):
            for name in owners.get(node, []) if kinds.get(stem) == "scene" else _placed(folder, stem):
                found[name].motion.add(motion)
    return {name: holding for name, holding in found.items() if holding.triangles}


def _add_scene(
    found: dict[str, Holding], owners: dict[str, list[str]], objects: list[Any], folder: TargetFolder
) -> None:
    """The content of a file of the whole scene, by position; ``owners`` are the scene's objects by nodes."""
    import bpy

    places = np.array([item["matrix_world"] for item in folder.layout], float).reshape(-1, 4, 4)
    own = {obj.name for obj in objects}
    done: set[tuple[str, str]] = set()
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        obj = instance.object.original
        holder = instance.parent.original if instance.is_instance else obj
        if holder.name not in own or not _is_shape(obj):
            continue
        away = np.abs(places - np.array(instance.matrix_world)).max(axis=(1, 2))
        for item in [folder.layout[row] for row in np.flatnonzero(away <= _PLACE)]:
            name = str(item.get("object"))
            if (name, obj.name) in done or not _fits(str(item.get("asset")), obj, holder):
                continue
            done.add((name, obj.name))
            owners[holder.name].append(name)
            _add_read(found[name], holder, obj.data)
            _add_object(found[name], obj)


def _is_shape(obj: Any) -> bool:
    return obj.type == "MESH" and not is_extra(obj.name) and not obj.name.startswith("Icosphere")


def _fits(asset: str, obj: Any, holder: Any) -> bool:
    """Whether a node of a file may be an asset: several may be at one position."""
    names = [item.name for item in (obj, obj.data, holder, holder.parent) if item is not None]
    return any(name == asset or name.startswith((f"{asset}.", f"{asset}_prototype")) for name in names) or not any(
        name.startswith("SM_") and "_prototype" in name for name in names
    )


def _add_read(holding: Holding, node: Any, mesh: Any) -> None:
    _add_mesh(holding, mesh, [material.name if material else "" for material in mesh.materials])
    while node is not None:  # importers make nodes of their own for what has a place and a shape
        _add_object(holding, node)
        node = node.parent


def _placed(folder: TargetFolder, asset: str) -> list[str]:
    return list(dict.fromkeys(str(item.get("object")) for item in folder.layout if item.get("asset") == asset))


def _glb_motion(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names of nodes that clips move, directly or through their parents, with the kind of motion."""
    nodes = document.get("nodes", [])
    joints = {joint for skin in document.get("skins", []) for joint in skin["joints"]}
    for clip in document.get("animations", []):
        for channel in clip["channels"]:
            at, path = channel["target"].get("node"), channel["target"]["path"]
            if at is None:
                continue
            if path == "weights" or at in joints:
                yield nodes[at].get("name", ""), "shape keys" if path == "weights" else "bones"
                continue
            below = [at]
            while below:
                node = nodes[below.pop()]
                yield node.get("name", ""), "objects"
                below += node.get("children", [])


def holdings_check(
    folder: TargetFolder, scene: dict[str, Holding], opened: dict[str, list[Any]], told: Told, name: str
) -> Outcome:
    """Compares what was read back of one target's folder with the scene ``name``."""
    check = Check(
        "31", f"The objects of {name} keep what they have, or a finding told", lambda _: (), lambda *_: iter(())
    )
    outcome = Outcome(check, 0)
    about = folder.about
    if about is None:
        return outcome
    found = file_holdings(opened, folder)
    options = folder.manifest.get("options", {})
    unasked = {what for what in _TELLING if what.startswith("motion") and not options.get("clips", True)}
    unasked |= set() if options.get("custom_properties", True) else {"custom properties"}
    whole = told.get(about.id, {})
    # Blender's importer of FBX leaves the properties of bones in the file.
    written = b"".join(path.read_bytes() for path in folder.files if path.suffix.lower() == ".fbx")
    placed = {str(item.get("object")) for item in folder.layout}
    for key, holding in _together(scene, placed).items():
        if not (holding.owner or about.takes_statics):
            continue
        outcome.looked_at += 1
        kinds = set().union(*(whole.get(item, set()) for item in (*holding.names, "")))
        for what, wanted, given in _losses(holding, found.get(key), written):
            if what not in unasked and not _TELLING[what] & kinds:
                outcome.problems.append(Problem("scene", f"loses {what} untold", key, wanted, given, "31"))
    return outcome


def _together(scene: dict[str, Holding], placed: set[str]) -> dict[str, Holding]:
    """The expected content of each file: armatures with all that they move, except separately placed objects."""
    found: dict[str, Holding] = {}
    for name, one in scene.items():
        key = one.owner if one.owner and name not in placed else name
        whole = found.setdefault(key, Holding(owner=one.owner))
        whole.triangles += one.triangles
        whole.uv_maps, whole.colors = max(whole.uv_maps, one.uv_maps), max(whole.colors, one.colors)
        for field_name in ("names", "materials", "keys", "bones", "properties", "motion"):
            getattr(whole, field_name).update(getattr(one, field_name))
    return {name: holding for name, holding in found.items() if holding.triangles}


def _losses(wanted: Holding, given: Holding | None, written: bytes) -> Iterator[tuple[str, Any, Any]]:
    """What is lost, with the original and the actual value; ``written`` files contain more than was read back."""
    if given is None:
        yield "surface", wanted.triangles, 0
        return
    for what, before, after in (
        ("triangles", wanted.triangles, given.triangles),
        ("UV maps", wanted.uv_maps, given.uv_maps),
        ("color layers", wanted.colors, given.colors),
        ("materials", len(wanted.materials), len(given.materials)),
        ("shape keys", len(wanted.keys), len(given.keys)),
        ("bones", len(wanted.bones), len(given.bones)),
    ):
        if after < before:
            yield what, before, after
    if gone := {name for name in wanted.properties - given.properties if name.encode() not in written}:
        yield "custom properties", ", ".join(sorted(gone)), ", ".join(sorted(given.properties))
    for what in sorted(wanted.motion - given.motion):
        yield f"motion of {what}", "some", "none"
