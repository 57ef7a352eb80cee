"""What follows something else: cloth bound to a body, hooks and lattices on bones, parents of parents, other rigs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix

from .scene import TWO, Check, Files, Paint, armature, ball, column, cube, grown, keyed, kind, link, plane, skinned

ALL = ("web", "unity", "unreal", "usd")


def _bending(rig: Any, bone: str = "tip", angle: float = 1.0) -> None:
    rig.pose.bones[bone].rotation_mode = "XYZ"
    keyed(rig.pose.bones[bone], "rotation_euler", {1: (0, 0, 0), 20: (angle, 0, 0)})


@kind(targets=ALL, told=("shape_motion_stays",))
def bound_to_a_moving_body(folder: Path) -> Check:
    """A sleeve by Surface Deform, a cage by Mesh Deform, a ribbon by Shrinkwrap and a lattice that bones bend."""
    rig, body = armature("Body rig", TWO), column("Body")
    skinned(rig, body)
    sleeve = ball("Sleeve", (0, 0, 1))
    bound = sleeve.modifiers.new("Surface", "SURFACE_DEFORM")
    bound.target = body
    bpy.context.view_layer.objects.active = sleeve
    bpy.ops.object.surfacedeform_bind(modifier="Surface")
    ribbon = plane("Ribbon", (0.5, 0, 1), 0.5)
    ribbon.rotation_euler.y = 1.5
    ribbon.modifiers.new("Wrap", "SHRINKWRAP").target = body
    cage = link("Cage", bpy.data.lattices.new("Cage"), (0, 0, 1))
    cage.scale = (1, 1, 2)
    cage.vertex_groups.new(name="tip").add(range(8), 1, "REPLACE")
    cage.modifiers.new("Armature", "ARMATURE").object = rig
    ball("Caged", (0, 0, 1.5)).modifiers.new("Lattice", "LATTICE").object = cage
    _bending(rig)

    def look(files: Files) -> None:
        named = {one["object"] for one in files.findings if one["kind"] == "shape_motion_stays"}
        assert {"Sleeve", "Ribbon", "Caged"} <= named, named

    return look


@kind(targets=ALL)
def shapes_that_bones_bend(folder: Path) -> Check:
    """A hose that is a curve, a text and a mesh of edges that a modifier gives faces, all on bones."""
    rig = armature("Rig", TWO)
    skinned(rig, column("Body"))
    hose = bpy.data.curves.new("Hose", "CURVE")
    hose.dimensions, hose.bevel_depth = "3D", 0.1
    hose.splines.new("POLY").points.add(4)
    for at, point in enumerate(hose.splines[0].points):
        point.co = (1, 0, 0.5 * at, 1)
    tube = link("Hose", hose)
    made = tube.modifiers.new("Armature", "ARMATURE")
    made.object, made.use_bone_envelopes, made.use_vertex_groups = rig, True, False
    wire = bpy.data.meshes.new("Wire")
    wire.from_pydata([(2, 0, 0.5 * at) for at in range(5)], [(at, at + 1) for at in range(4)], [])
    edges = link("Wire", wire)
    skinned(rig, edges, by_parent=False)
    edges.modifiers.new("Skin", "SKIN")
    edges.modifiers.move(1, 0)
    _bending(rig)

    def look(files: Files) -> None:
        told = {one["object"] for one in files.findings if one["kind"] in ("shape_motion_stays", "motion_stays")}
        skins = [one["name"] for one in files.all("nodes") if "skin" in one]
        assert "SK_Wire" in skins or "Wire" in told, (skins, told)
        assert "SK_Hose" in skins or "Hose" in told, (skins, told)

    return look


@kind(targets=ALL)
def two_armatures_of_one_action(folder: Path) -> Check:
    """Two rigs that play one action of two slots, one with muted tracks besides; their meshes have the same name."""
    first, second = armature("نور", TWO), armature("🙂" * 20, TWO, (3, 0, 0))
    for rig in (first, second):
        skin = column("ج" * 30)
        skin.location = rig.location
        skinned(rig, skin, by_parent=False)
        Paint(f"مادة {'長' * 40}", skin, Base_Color=(0.8, 0.2, 0.1, 1))
    _bending(first)
    action = first.animation_data.action
    second.animation_data_create().action = action
    second.animation_data.action_slot = action.slots.new("OBJECT", "Second")
    _bending(second, "root", 0.5)
    track = first.animation_data.nla_tracks.new()
    strip = track.strips.new("Muted", 100, action)
    strip.action_slot = action.slots[0]
    track.mute = True

    def look(files: Files) -> None:
        rigs = [name for name in files.documents if name.startswith("SK_")]
        assert len(rigs) == 2, rigs
        for name in rigs:
            assert files.documents[name][0].get("animations"), name
            assert len(name) < 80

    return look


@kind(targets=ALL)
def chains_of_parents(folder: Path) -> Check:
    """A hat on a head on a neck on a bone, each turned, stretched and mirrored; on a skin's vertex; a Child Of."""
    rig, body = armature("Rig", TWO), column("Body")
    skinned(rig, body)
    above: Any = rig
    for number, name in enumerate(("Neck", "Head", "Hat")):
        part = cube(name, (0.2, 0, 0.3), 0.4)
        part.parent = above
        if above == rig:
            part.parent_type, part.parent_bone = "BONE", "tip"
        part.rotation_euler, part.scale = (0.3 * number, 0.2, 0), (1, 1 + 0.5 * number, -1 if name == "Head" else 1)
        part.matrix_parent_inverse = Matrix.Rotation(0.2, 4, "Y")
        above = part
    badge = cube("Badge", (0.1, 0.1, 0.1), 0.1)
    badge.parent, badge.parent_type, badge.parent_vertices = body, "VERTEX_3", (30, 31, 32)
    held = cube("Held", (1, 0, 1), 0.3)
    of = held.constraints.new("CHILD_OF")
    of.target, of.subtarget = rig, "tip"
    copied = cube("Copied", (2, 0, 1), 0.3)
    copy = copied.constraints.new("COPY_TRANSFORMS")
    copy.target, copy.subtarget = rig, "tip"
    _bending(rig)

    def look(files: Files) -> None:
        moved = {
            document["nodes"][channel["target"]["node"]]["name"]
            for document, _ in files.documents.values()
            for clip in document.get("animations", [])
            for channel in clip["channels"]
        }
        told = {one["object"] for one in files.findings if one["kind"] in ("motion_stays", "object_on_bone")}
        for name in ("Badge", "Held", "Copied"):
            assert f"SM_{name}" in moved or name in told, (name, moved, told)

    return look


@kind(targets=ALL, told=("motion_beside_bone",))
def parts_that_move_themselves(folder: Path) -> Check:
    """On a bone that walks: a wheel with an action, a flap whose strip has the name of the walk, a fan that has grown
    and turned, one below an empty that moves and one that tracks something, which are told."""
    rig = armature("Robot", TWO, (1, 2, 0))
    skinned(rig, column("Body"))
    rig.rotation_euler.z = 0.5
    made = {name: cube(name, (0.2 + number, 0, 0.1), 0.3) for number, name in enumerate(("Wheel", "Flap", "Fan"))}
    holder, below, eye = link("Holder", None), cube("Below", (0.5, 0, 0), 0.2), cube("Eye", (0, 0, 0.5), 0.2)
    for one in (*made.values(), holder, eye):
        one.parent, one.parent_type, one.parent_bone = rig, "BONE", "tip"
    below.parent = holder
    eye.constraints.new("DAMPED_TRACK").target = made["Wheel"]
    made["Fan"].scale, made["Fan"].rotation_euler = (1, 2, 1), (0.4, 0.2, 0)
    for name, angle in (("Wheel", 1.0), ("Flap", 0.7), ("Fan", 1.2)):
        keyed(made[name], "rotation_euler", {1: (0, 0, 0), 21: (0, angle, 0)})
        made[name].animation_data.action.name = "Spin" if name == "Wheel" else f"{name} turns"
    keyed(holder, "location", {1: (0, 0, 0), 21: (0, 0, 1)})
    _bending(rig)
    for one in (rig, made["Flap"]):
        animation = one.animation_data
        track = animation.nla_tracks.new()
        track.strips.new("Walk", 1, animation.action).action_slot = animation.action_slot
        animation.action = None

    def look(files: Files) -> None:
        joints = {one["name"] for one in files.documents["SK_Robot"][0]["nodes"]}
        assert {"Wheel", "Flap", "Fan"} <= joints, joints
        moved = {
            clip["name"]: {
                document["nodes"][channel["target"]["node"]]["name"]
                for channel in clip["channels"]
                if np.ptp(files.accessor("SK_Robot", clip["samplers"][channel["sampler"]]["output"]), axis=0).max()
                > 0.1
            }
            for document, _ in [files.documents["SK_Robot"]]
            for clip in document["animations"]
        }
        assert moved == {"AS_Robot_Walk": {"tip", "Flap"}, "AS_Robot_Spin": {"Wheel"}, "AS_Robot_Fan_turns": {"Fan"}}
        told = {one["object"] for one in files.findings if one["kind"] == "motion_beside_bone"}
        assert told == {"Below", "Eye"}
        still = [set(one["targets"]) for one in files.findings if one["kind"] == "motion_stays"]
        assert still == 3 * [{"usd"}]

    return look


@kind(targets=ALL)
def drivers_of_everything(folder: Path) -> Check:
    """A place by a property, keys by another object's place, a bone by a key, a scale by the frame."""
    lever = link("Lever", None)
    lever["turn"] = 0.5
    keyed(lever, "location", {1: (0, 0, 0), 20: (0, 0, 1)})
    door = cube("Door", (3, 0, 0))
    turn = door.driver_add("rotation_euler", 2).driver
    variable = turn.variables.new()
    variable.targets[0].id, variable.targets[0].data_path = lever, "location.z"
    turn.expression = "var * 2"
    lid = cube("Lid", (6, 0, 0))
    grown(lid, Open=0.0)
    opened = lid.data.shape_keys.key_blocks["Open"].driver_add("value").driver
    variable = opened.variables.new()
    variable.targets[0].id, variable.targets[0].data_path = lever, "location.z"
    opened.expression = "var"
    rig, skin = armature("Rig", TWO, (9, 0, 0)), column("Skin")
    skinned(rig, skin)
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    bent = rig.pose.bones["tip"].driver_add("rotation_euler", 0).driver
    variable = bent.variables.new()
    variable.targets[0].id, variable.targets[0].data_path = lever, "location.z"
    bent.expression = "var"
    bpy.context.scene.frame_end = 20

    def look(files: Files) -> None:
        moved = {
            document["nodes"][channel["target"]["node"]]["name"]
            for document, _ in files.documents.values()
            for clip in document.get("animations", [])
            for channel in clip["channels"]
        }
        assert {"SM_Door", "SM_Lid", "tip"} <= moved, moved
        flat = [one for one in files.findings if one["object"] == "Rig" and one["kind"].endswith("motion_stays")]
        assert flat, "OpenUSD loses the clip untold"

    return look


@kind(targets=ALL)
def hooks_and_masks(folder: Path) -> Check:
    """A mesh hooked to bones, a body masked by what it wears, a corrective modifier behind the armature."""
    rig, body = armature("Rig", TWO), column("Body")
    skinned(rig, body)
    body.vertex_groups.new(name="Hidden").add(range(8, 20), 1, "REPLACE")
    mask = body.modifiers.new("Mask", "MASK")
    mask.vertex_group, mask.invert_vertex_group = "Hidden", True
    body.modifiers.new("Smooth", "CORRECTIVE_SMOOTH").iterations = 3
    hooked = cube("Hooked", (2, 0, 1))
    hooked.vertex_groups.new(name="Top").add([1, 3, 5, 7], 1, "REPLACE")
    hook = hooked.modifiers.new("Hook", "HOOK")
    hook.object, hook.subtarget, hook.vertex_group = rig, "tip", "Top"
    _bending(rig)

    def look(files: Files) -> None:
        told = {(one["kind"], one["object"]) for one in files.findings}
        assert ("shape_motion_stays", "Hooked") in told, told
        assert len(files.attribute("SK_Body", "POSITION")) < 144

    return look


@kind(targets=ALL)
def pieces_of_a_machine(folder: Path) -> Check:
    """An armature without deforming bones, whose parts hang on bones; a piston that stretches; twins by linked data."""
    rig = armature("Crane", TWO)
    for bone in rig.data.bones:
        bone.use_deform = False
    shared = cube("Part", (0, 0, -0.5), 0.4)
    shared.parent, shared.parent_type, shared.parent_bone = rig, "BONE", "root"
    twin = link("Twin", shared.data)
    twin.parent, twin.parent_type, twin.parent_bone, twin.scale = rig, "BONE", "tip", (-1, 1, 1)
    twin.location = (0, 0.5, -0.5)
    stretch = rig.pose.bones["tip"].constraints.new("STRETCH_TO")
    goal = link("Goal", None, (0, 0, 3))
    stretch.target = goal
    keyed(goal, "location", {1: (0, 0, 2), 20: (1, 0, 3)})
    bpy.context.scene.frame_end = 20

    def look(files: Files) -> None:
        names = {one["name"] for one in files.documents["SK_Crane"][0]["nodes"]}
        assert {"SK_Part", "SK_Twin"} <= names, names
        assert files.documents["SK_Crane"][0].get("animations"), "the crane stands still"

    return look


@kind(targets=ALL)
def keys_on_several_meshes(folder: Path) -> Check:
    """A face and its lashes whose keys go together, absolute keys on a skin, keys that only a strip moves."""
    rig, face = armature("Rig", TWO), column("Face")
    skinned(rig, face)
    grown(face, Smile=0.0, Blink=0.3)
    lashes = column("Lashes")
    skinned(rig, lashes)
    grown(lashes, Blink=0.3)
    face.data.shape_keys.key_blocks["Smile"].value = 0
    for frame, value in ((1, 0.0), (10, 1.0), (20, 0.0)):
        face.data.shape_keys.key_blocks["Smile"].value = value
        face.data.shape_keys.key_blocks["Smile"].keyframe_insert("value", frame=frame)
    animation = face.data.shape_keys.animation_data
    action, slot = animation.action, animation.action_slot
    animation.action = None
    strip = animation.nla_tracks.new().strips.new("Smiling", 5, action)
    strip.action_slot = slot
    follow = lashes.data.shape_keys.key_blocks["Blink"].driver_add("value").driver
    variable = follow.variables.new()
    variable.targets[0].id_type, variable.targets[0].id = "KEY", face.data.shape_keys
    variable.targets[0].data_path = 'key_blocks["Blink"].value'
    follow.expression = "var"

    def look(files: Files) -> None:
        assert files.mesh("SK_Face")["extras"]["targetNames"] == ["Smile", "Blink"]
        assert files.mesh("SK_Lashes")["extras"]["targetNames"] == ["Blink"]
        assert any(
            channel["target"]["path"] == "weights" for clip in files.all("animations") for channel in clip["channels"]
        )
        assert np.isclose(files.mesh("SK_Face")["weights"][1], 0.3)

    return look
