"""Skins, bones and what hangs on them: every way to bind a mesh to an armature."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from .scene import TWO, Check, Files, armature, column, cube, grown, keyed, kind, link, skinned

QUIET = ("no_humanoid",)


@kind()
def ways_to_bind(folder: Path) -> Check:
    """By modifier alone, by parent alone, below an empty, by envelopes, below a hidden armature, one that rests."""
    for number, how in enumerate(("Modifier", "Parent", "Below", "Envelope", "Hidden", "Resting")):
        place = (3 * number, 0, 0)
        rig, skin = armature(f"Rig{how}", TWO, place), column(how)
        if how == "Parent":
            for bone in TWO:
                skin.vertex_groups.new(name=bone).add(range(len(skin.data.vertices)), 0.5, "REPLACE")
            skin.parent, skin.parent_type = rig, "ARMATURE"
        elif how == "Envelope":
            for bone in rig.data.bones:
                bone.envelope_distance = 0.5
            modifier = skin.modifiers.new("Armature", "ARMATURE")
            modifier.object, modifier.use_bone_envelopes, modifier.use_vertex_groups = rig, True, False
            skin.parent = rig
        else:
            skinned(rig, skin, by_parent=how != "Modifier")
            if how == "Modifier":
                skin.location = place
            elif how == "Below":
                holder = link("Holder", None)
                holder.parent, skin.parent = rig, holder
            elif how == "Hidden":
                rig.hide_set(True)
            elif how == "Resting":
                rig.data.pose_position = "REST"
                rig.pose.bones["tip"].rotation_mode = "XYZ"
                rig.pose.bones["tip"].rotation_euler.x = 1

    def look(files: Files) -> None:
        for how in ("Modifier", "Parent", "Below", "Envelope", "Hidden", "Resting"):
            document = files.documents[f"SK_Rig{how}"][0]
            assert any("skin" in one for one in document["nodes"]), how
            weights = files.attribute(f"SK_{how}", "WEIGHTS_0")
            assert np.allclose(weights.sum(1), 1, atol=1e-3), how
            assert (weights[:, 1] > 0.01).any(), f"{how}: all on one bone"

    return look


@kind()
def modifiers_of_skins(folder: Path) -> Check:
    """Before and after the armature, with keys: mirror, subdivision, solidify, array, edge split, mask, nodes."""
    for number, (name, first) in enumerate(
        (
            ("MIRROR", True),
            ("SUBSURF", False),
            ("SOLIDIFY", True),
            ("ARRAY", True),
            ("EDGE_SPLIT", True),
            ("MASK", True),
            ("SIMPLE_DEFORM", True),
        )
    ):
        rig, skin = armature(f"Rig{number}", TWO, (3 * number, 0, 0)), column(name.title())
        grown(skin, Up=0.5)
        skinned(rig, skin)
        made = skin.modifiers.new(name, name)
        if name == "EDGE_SPLIT":
            made.use_edge_angle = False
        if name == "MASK":
            skin.vertex_groups.new(name="Kept").add(range(0, 20), 1, "REPLACE")
            made.vertex_group = "Kept"
        if first:
            skin.modifiers.move(1, 0)

    def look(files: Files) -> None:
        for number, name in enumerate(
            ("Mirror", "Subsurf", "Solidify", "Array", "Edge_Split", "Mask", "Simple_Deform")
        ):
            node = f"SK_{name}"
            assert files.mesh(node).get("weights") == [0.5], name
            assert "skin" in files.one("nodes", node), number
        count = len(files.attribute("SK_Subsurf", "POSITION"))
        assert count > 2 * len(files.attribute("SK_Edge_Split", "POSITION"))

    return look


@kind()
def things_on_bones(folder: Path) -> Check:
    """Meshes, one below an empty, one relative to the bone, one with modifiers and keys, a camera and a light."""
    rig = armature("Robot", TWO)
    skinned(rig, column("Body"))
    made = {
        name: cube(name, (1 + number, 0, 0), 0.3) for number, name in enumerate(("Arm", "Below", "Relative", "Keyed"))
    }
    lamp, eye = link("Lamp", bpy.data.lights.new("Lamp", "SPOT")), link("Eye", bpy.data.cameras.new("Eye"))
    holder = link("Holder", None)
    for one in (made["Arm"], made["Relative"], made["Keyed"], lamp, eye, holder):
        one.parent, one.parent_type, one.parent_bone = rig, "BONE", "tip"
    made["Below"].parent = holder
    rig.data.bones["tip"].use_relative_parent = True
    grown(made["Keyed"], Up=0.5)
    made["Keyed"].modifiers.new("Subdivision", "SUBSURF")
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 20: (1, 0, 0)})

    def look(files: Files) -> None:
        names = {one["name"] for one in files.documents["SK_Robot"][0]["nodes"]}
        assert {"SK_Arm", "SK_Below", "SK_Relative", "SK_Keyed"} <= names, names
        everywhere = files.all("nodes")
        assert any("camera" in one for one in everywhere)
        moved = {one["name"] for clip in files.all("animations") for one in files.all("nodes")}
        assert moved

    return look


@kind()
def several_armatures(folder: Path) -> Check:
    """A coat on an armature of its own that copies the body's, a mirrored one, a stretched one, one below an empty."""
    body, coat = armature("Body rig", TWO), armature("Coat rig", TWO)
    skinned(body, column("Body"))
    skinned(coat, column("Coat"))
    for bone in coat.pose.bones:
        follow = bone.constraints.new("COPY_TRANSFORMS")
        follow.target, follow.subtarget = body, bone.name
    body.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(body.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 20: (1, 0, 0)})
    mirrored, stretched = armature("Mirrored", TWO, (4, 0, 0)), armature("Stretched", TWO, (8, 0, 0))
    mirrored.scale, stretched.scale = (-1, 1, 1), (1, 1, 2)
    skinned(mirrored, column("Left"))
    skinned(stretched, column("Tall"))
    holder = link("Holder", None, (12, 0, 0))
    holder.scale = (0.01, 0.01, 0.01)
    small = armature("Small", {name: (np.array(a) * 100, np.array(b) * 100, c) for name, (a, b, c) in TWO.items()})
    small.parent = holder
    skin = column("Centimeters")
    skin.data.transform(Matrix.Scale(100, 4))
    for vertex in skin.data.vertices:
        vertex.co.z += 0
    low = skin.vertex_groups.new(name="root")
    low.add(range(len(skin.data.vertices)), 1, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = small
    skin.parent = small

    def look(files: Files) -> None:
        for name in ("Body_rig", "Coat_rig", "Mirrored", "Stretched", "Small"):
            assert f"SK_{name}" in files.documents, sorted(files.documents)
        points = files.attribute("SK_Centimeters", "POSITION")
        assert np.isclose(np.ptp(points[:, 1]), 2, atol=0.01), np.ptp(points, axis=0)
        assert np.isclose(np.ptp(files.attribute("SK_Tall", "POSITION")[:, 1]), 4, atol=0.01)
        moved = [one for one in files.documents["SK_Coat_rig"][0].get("animations", [])]
        assert moved, "the coat follows the body in no clip"

    return look


@kind()
def weights_of_many_kinds(folder: Path) -> Check:
    """Six bones a vertex, sums beside one, groups that are not bones, bones that do not deform, vertices without."""
    bones = {"root": ((0, 0, 0), (0, 0, 0.3), "")}
    bones |= {
        f"b{at}": ((0, 0, 0.3 * at), (0, 0, 0.3 * at + 0.3), "root" if at == 1 else f"b{at - 1}") for at in range(1, 7)
    }
    rig, skin = armature("Rig", bones), column("Skin")
    rig.data.bones["b6"].use_deform = False
    for number, name in enumerate(bones):
        skin.vertex_groups.new(name=name).add(range(4, 36), 0.1 + 0.1 * number, "REPLACE")
    skin.vertex_groups.new(name="Mask").add(range(36), 1, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = rig
    skin.parent = rig

    def look(files: Files) -> None:
        weights = files.attribute("SK_Skin", "WEIGHTS_0")
        assert np.allclose(weights.sum(1), 1, atol=1e-3)
        document = files.documents["SK_Rig"][0]
        joints = {document["nodes"][one]["name"] for one in document["skins"][0]["joints"]}
        assert "Mask" not in joints

    return look


@kind()
def names_of_bones(folder: Path) -> Check:
    """Other scripts, sides, equal ones once they are written in ASCII, and keys that games look for."""
    names = ("全ての親", "腕.L", "腕.R", "腕_L", "Bip01 Head", "mixamorig:Hips")
    bones = {
        name: ((0, 0, 0.2 * at), (0, 0, 0.2 * at + 0.2), names[at - 1] if at else "") for at, name in enumerate(names)
    }
    rig, skin = armature("初音", bones), column("体")
    for name in names:
        skin.vertex_groups.new(name=name).add(range(36), 0.1, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = rig
    skin.parent = rig
    keys = ["vrc.v_aa", "あ", "まばたき", "jawOpen", "Eye-Blink L", "می\u200cخندد", "👩\u200d👧"]  # two with joiners
    grown(skin, **dict.fromkeys(keys, 0.0))

    def look(files: Files) -> None:
        document = next(iter(files.documents.values()))[0]
        joints = [document["nodes"][one]["name"] for one in document["skins"][0]["joints"]]
        assert len(set(joints)) == len(joints) >= 6, joints
        mesh = next(one for one in document["meshes"] if "targetNames" in one.get("extras", {}))
        assert mesh["extras"]["targetNames"] == keys

    return look


@kind()
def keys_of_skins(folder: Path) -> Check:
    """Relative, masked, muted and driven keys on a skin, at values; a driver by a bone."""
    rig, skin = armature("Rig", TWO), column("Skin")
    skinned(rig, skin)
    grown(skin, One=0.5, Two=1.0, Muted=1.0, Driven=0.0)
    blocks = skin.data.shape_keys.key_blocks
    blocks["Two"].relative_key, blocks["Muted"].mute = blocks["One"], True
    driver = blocks["Driven"].driver_add("value").driver
    variable = driver.variables.new()
    variable.type, variable.targets[0].id, variable.targets[0].bone_target = "TRANSFORMS", rig, "tip"
    variable.targets[0].transform_type, variable.targets[0].transform_space = "ROT_X", "LOCAL_SPACE"
    driver.expression = "var"
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 11: (1, 0, 0)})

    def look(files: Files) -> None:
        assert files.mesh("SK_Skin")["extras"]["targetNames"] == ["One", "Two", "Driven"]
        clips = [one for one in files.all("animations")]
        assert any(channel["target"]["path"] == "weights" for clip in clips for channel in clip["channels"])

    return look


@kind()
def creatures(folder: Path) -> Check:
    """A snake of many bones, a machine whose parts all hang on bones, and two of one armature's data."""
    bones = {f"s{at}": ((at, 0, 0), (at + 1, 0, 0), f"s{at - 1}" if at else "") for at in range(12)}
    snake = armature("Snake", bones)
    skin = cube("Skin", (0, 0, 0), 1)
    for at in range(12):
        skin.vertex_groups.new(name=f"s{at}").add([at % 8], 1, "ADD")
    skin.modifiers.new("Armature", "ARMATURE").object = snake
    skin.parent = snake
    crane = armature("Crane", TWO, (0, 5, 0))
    for number, bone in enumerate(TWO):
        part = cube(f"Part{number}", (0, 0, -0.5), 0.5)
        part.parent, part.parent_type, part.parent_bone = crane, "BONE", bone
    twin = link("Twin", crane.data, (5, 5, 0))
    hook = cube("Hook", (0, 0, 0), 0.3)
    hook.parent, hook.parent_type, hook.parent_bone = twin, "BONE", "tip"

    def look(files: Files) -> None:
        assert {"SK_Snake", "SK_Crane", "SK_Twin"} <= files.documents.keys(), sorted(files.documents)

    return look


@kind(told=("shown_pose",))
def poses(folder: Path) -> Check | None:
    """A pose that shows becomes the rest pose, with a scaled bone and one that inherits no scale."""
    rig, skin = armature("Rig", {**TWO, "end": ((0, 0, 2), (0, 0, 2.5), "tip")}), column("Skin")
    skinned(rig, skin)
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    rig.pose.bones["tip"].rotation_euler.x = 0.7
    rig.pose.bones["root"].scale = (1.2, 1.2, 1.2)
    rig.data.bones["end"].inherit_scale = "NONE"
    return None


@kind()
def bends_of_bones(folder: Path) -> Check:
    """Bendy bones and volumes kept by dual quaternions, which files do not have: told."""
    rig, skin = armature("Rig", TWO), column("Skin")
    skinned(rig, skin)
    rig.data.bones["tip"].bbone_segments = 8
    skin.modifiers[0].use_deform_preserve_volume = True
    keyed(rig.pose.bones["tip"], "bbone_curveinx", {1: 0.0, 20: 0.5})

    def look(files: Files) -> None:
        assert {"bendy_bones", "preserved_volume"} <= files.told, files.told

    return look
