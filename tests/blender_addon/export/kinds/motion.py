"""What moves: objects, keys, strips, constraints, cameras, lights, and clips that files cannot hold."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np

from .scene import TWO, Check, Files, armature, column, cube, grown, keyed, kind, link, node_group, skinned


def _length(files: Files, name: str) -> float:
    clip = files.one("animations", name)
    document = next(one for one, _ in files.documents.values() if clip in one.get("animations", []))
    return max(document["accessors"][one["input"]]["max"][0] for one in clip["samplers"])


@kind()
def frames_and_rates(folder: Path) -> Check:
    """A rate with a base, clips that begin late or before zero, a step of two frames, half frames."""
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base, scene.frame_step = 30, 1.001, 2
    for number, (name, first, last) in enumerate((("Late", 50, 80), ("Early", -20, 10), ("Half", 1.5, 20.5))):
        obj = cube(name, (0, 3 * number, 0))
        keyed(obj, "location", {first: (0, 3 * number, 0), last: (2, 3 * number, 0)})
        obj.animation_data.action.name = name

    def look(files: Files) -> None:
        for name, frames in (("Late", 30), ("Early", 30), ("Half", 19)):
            assert np.isclose(_length(files, f"AS_{name}"), frames * 1.001 / 30, atol=0.02), _length(
                files, f"AS_{name}"
            )
            moved = files.values(f"AS_{name}", "translation")
            assert np.isclose(np.ptp(moved[:, 0]), 2, atol=0.01)

    return look


@kind()
def what_moves_objects(folder: Path) -> Check:
    """Parents, a path, copied turns, a driver, deltas, cycles, a noise, several turns, steps, a scale."""
    parent = link("Parent", None)
    keyed(parent, "location", {1: (0, 0, 0), 20: (0, 0, 2)})
    child = cube("Child")
    child.parent = parent
    way = bpy.data.curves.new("Way", "CURVE")
    way.dimensions, way.use_path = "3D", True
    way.splines.new("POLY").points.add(1)
    way.splines[0].points[1].co = (0, 5, 0, 1)
    way.path_duration = 20
    path = link("Way", way, (3, 0, 0))
    cart = cube("Cart")
    follow = cart.constraints.new("FOLLOW_PATH")
    follow.target, follow.use_fixed_location = path, True
    for frame, value in ((1, 0.0), (20, 1.0)):
        follow.offset_factor = value
        follow.keyframe_insert("offset_factor", frame=frame)
    disc, copy = cube("Disc", (6, 0, 0)), cube("Copy", (9, 0, 0))
    keyed(disc, "rotation_euler", {1: 0.0, 20: 12.0}, 2)
    copy.constraints.new("COPY_ROTATION").target = disc
    driven = cube("Driven", (12, 0, 0))
    driver = driven.driver_add("location", 2).driver
    driver.expression = "frame / 10"
    delta = cube("Delta", (15, 0, 0))
    keyed(delta, "delta_location", {1: (0, 0, 0), 20: (0, 0, 1)})
    cycle = cube("Cycle", (18, 0, 0))
    keyed(cycle, "location", {1: 0.0, 5: 1.0}, 2)
    jump = cube("Jump", (21, 0, 0))
    keyed(jump, "location", {1: 0.0, 10: 1.0}, 2)
    from bpy_extras import anim_utils  # noqa: F401 - the curves of an action by its slot

    for obj, change in ((cycle, "CYCLES"), (jump, "CONSTANT")):
        bag = obj.animation_data.action.layers[0].strips[0].channelbags[0]
        for curve in bag.fcurves:
            if change == "CYCLES":
                curve.modifiers.new("CYCLES")
            else:
                for key in curve.keyframe_points:
                    key.interpolation = "CONSTANT"
    size = cube("Size", (24, 0, 0))
    keyed(size, "scale", {1: (1, 1, 1), 20: (2, 1, 0.5)})
    bpy.context.scene.frame_end = 20

    def look(files: Files) -> None:
        moved: dict[str, set[str]] = {}
        nodes = files.documents["scene"][0]["nodes"]
        for clip in files.all("animations"):
            for channel in clip["channels"]:
                moved.setdefault(nodes[channel["target"]["node"]]["name"], set()).add(channel["target"]["path"])
        for name in ("Child", "Cart", "Disc", "Copy", "Driven", "Delta", "Cycle", "Jump", "Size"):
            assert f"SM_{name}" in moved, (name, moved)
        assert "scale" in moved["SM_Size"]

    return look


@kind()
def strips_and_slots(folder: Path) -> Check:
    """Two strips of one object, a muted track, an action that moves two objects by its slots, spare actions."""
    one = cube("One")
    keyed(one, "location", {1: (0, 0, 0), 11: (1, 0, 0)})
    action, slot = one.animation_data.action, one.animation_data.action_slot
    one.animation_data.action = None
    for number, name in enumerate(("Go", "Back")):
        strip = one.animation_data.nla_tracks.new().strips.new(name, 1 + 30 * number, action)
        strip.action_slot, strip.use_reverse = slot, name == "Back"
    two, three = cube("Two", (0, 3, 0)), cube("Three", (0, 6, 0))
    keyed(two, "location", {1: (0, 3, 0), 11: (1, 3, 0)})
    both = two.animation_data.action
    both.name = "Both"
    three.animation_data_create().action = both
    three.animation_data.action_slot = both.slots.new("OBJECT", "Three")
    keyed(three, "location", {1: (0, 6, 0), 21: (2, 6, 0)})
    rig = armature("Hero", TWO, (5, 0, 0))
    skinned(rig, column("Body"))
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    for name, angle in (("Walk", 0.3), ("Run", 0.6), ("Jump", 0.9)):
        rig.animation_data_create().action = bpy.data.actions.new(name)
        keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 11: (angle, 0, 0)})
        rig.animation_data.action.use_fake_user = True

    def look(files: Files) -> None:
        names = {one["name"] for one in files.all("animations")}
        assert {"AS_Go", "AS_Back"} <= names, names
        assert {f"AS_Hero_{one}" for one in ("Walk", "Run", "Jump")} <= names, names
        both = [one for one in files.all("animations") if "Both" in one["name"]]
        assert sum(len({channel["target"]["node"] for channel in one["channels"]}) for one in both) == 2, names

    return look


@kind()
def keys_that_move(folder: Path) -> Check:
    """By an action, by strips, by a driver that follows an object; on statics and below a moving parent."""
    face = cube("Face")
    grown(face, Smile=0.0, Frown=0.0)
    blocks = face.data.shape_keys.key_blocks
    keyed(blocks["Smile"], "value", {1: 0.0, 11: 1.0})
    driver = blocks["Frown"].driver_add("value").driver
    mover = link("Mover", None, (3, 0, 0))
    keyed(mover, "location", {1: 0.0, 11: 1.0}, 2)
    variable = driver.variables.new()
    variable.type, variable.targets[0].id, variable.targets[0].transform_type = "TRANSFORMS", mover, "LOC_Z"
    driver.expression = "var"
    other = cube("Other", (6, 0, 0))
    grown(other, Up=0.0)
    other.parent = mover
    keyed(other.data.shape_keys.key_blocks["Up"], "value", {1: 0.0, 6: 1.0})
    animation = other.data.shape_keys.animation_data
    action, slot = animation.action, animation.action_slot
    animation.action = None
    animation.nla_tracks.new().strips.new("Up", 1, action).action_slot = slot

    def look(files: Files) -> None:
        nodes = files.documents["scene"][0]["nodes"]
        moved = {
            nodes[channel["target"]["node"]]["name"]
            for clip in files.all("animations")
            for channel in clip["channels"]
            if channel["target"]["path"] == "weights"
        }
        assert moved == {"SM_Face", "SM_Other"}, moved

    return look


@kind(told=("shape_motion_stays",))
def shapes_that_move(folder: Path) -> Check | None:
    """Waves, nodes that look at the time, a keyed modifier: the frame that shows, and told."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=6, y_subdivisions=6, size=2)
    bpy.context.object.name = "Sea"
    bpy.context.object.modifiers.new("Wave", "WAVE")
    box = cube("Box", (4, 0, 0))
    thick = box.modifiers.new("Solidify", "SOLIDIFY")
    for frame, value in ((1, 0.1), (20, 0.5)):
        thick.thickness = value
        thick.keyframe_insert("thickness", frame=frame)
    nodes = cube("Nodes", (8, 0, 0))
    tree, given, made = node_group(nodes)
    move, time = tree.nodes.new("GeometryNodeSetPosition"), tree.nodes.new("GeometryNodeInputSceneTime")
    tree.links.new(given, move.inputs["Geometry"])
    tree.links.new(time.outputs[0], move.inputs["Offset"])
    tree.links.new(move.outputs[0], made)
    bpy.context.scene.frame_set(10)
    return None


@kind(told=("visibility_motion_stays",))
def things_that_appear(folder: Path) -> Check | None:
    """Visibility that is animated: as it is at the frame, and told."""
    obj = cube("Ghost")
    for frame, value in ((1, False), (20, True)):
        obj.hide_render = value
        obj.keyframe_insert("hide_render", frame=frame)
    bpy.context.scene.frame_set(1)
    return None


@kind(told=("settings_motion_stays",))
def lenses_and_lamps_that_change(folder: Path) -> Check:
    """A camera and a light that move are in the file; their lens and their power stay, and are told."""
    camera, lamp = link("Eye", bpy.data.cameras.new("Eye")), link("Lamp", bpy.data.lights.new("Lamp", "SPOT"))
    cube("Thing")
    keyed(camera, "location", {1: (0, -5, 0), 20: (0, -8, 0)})
    keyed(lamp, "rotation_euler", {1: 0.0, 20: 1.0}, 0)
    for data, name, values in ((camera.data, "lens", (35, 85)), (lamp.data, "energy", (10, 500))):
        for frame, value in zip((1, 20), values, strict=True):
            setattr(data, name, value)
            data.keyframe_insert(name, frame=frame)

    def look(files: Files) -> None:
        nodes = files.documents["scene"][0]["nodes"]
        moved = {nodes[one["target"]["node"]]["name"] for clip in files.all("animations") for one in clip["channels"]}
        assert {"Eye", "Lamp"} <= moved, moved

    return look


@kind()
def bones_that_move(folder: Path) -> Check:
    """Inverse kinematics to an empty outside, a moving armature, a moving root, constraints of bones, scale."""
    rig = armature("Rig", {**TWO, "end": ((0, 0, 2), (0, 0, 3), "tip")})
    skinned(rig, column("Skin"))
    goal = link("Goal", None, (1, 0, 2))
    keyed(goal, "location", {1: (0, 1, 2), 20: (1, -1, 2)})
    ik = rig.pose.bones["end"].constraints.new("IK")
    ik.target, ik.chain_count = goal, 2
    walker = armature("Walker", TWO, (6, 0, 0))
    skinned(walker, column("Legs"))
    keyed(walker, "location", {1: (6, 0, 0), 20: (6, 4, 0)})
    keyed(walker.pose.bones["tip"], "scale", {1: (1, 1, 1), 20: (1.5, 1.5, 1.5)})

    def look(files: Files) -> None:
        for name in ("SK_Rig", "SK_Walker"):
            document = files.documents[name][0]
            assert document.get("animations"), name
        moved = {
            channel["target"]["path"]
            for clip in files.documents["SK_Walker"][0]["animations"]
            for channel in clip["channels"]
        }
        assert {"translation", "scale"} <= moved, moved

    return look


@kind()
def cameras_and_lights(folder: Path) -> Check:
    """Of each type, stretched and mirrored by a parent, in centimeters; panoramas and areas are told."""
    units = bpy.context.scene.unit_settings
    units.system, units.scale_length = "METRIC", 0.01
    cube("Thing", (0, 0, 0), 100)
    for number, kind_of in enumerate(("PERSP", "ORTHO")):
        data = bpy.data.cameras.new(kind_of)
        data.type, data.clip_start, data.clip_end, data.ortho_scale = kind_of, 10, 10000, 300
        link(kind_of, data, (100 * number, 0, 0))
    for number, kind_of in enumerate(("POINT", "SUN", "SPOT", "AREA")):
        data = bpy.data.lights.new(kind_of, kind_of)
        data.color, data.energy = (1, 0.5, 0.2), 100
        link(kind_of, data, (100 * number, 300, 0))

    def look(files: Files) -> None:
        cameras = {one["name"]: one for one in files.all("cameras")}
        assert np.isclose(cameras["ORTHO"]["orthographic"]["xmag"], 1.5, atol=0.01)
        assert np.isclose(cameras["PERSP"]["perspective"]["znear"], 0.1)
        lights = files.documents["scene"][0]["extensions"]["KHR_lights_punctual"]["lights"]
        assert sorted(one["type"] for one in lights) == ["directional", "point", "spot"]
        assert "light_stays" in files.told

    return look


@kind(targets=("web",))
def lenses_of_many_kinds(folder: Path) -> Check:
    """By the sensor's height, in portrait, shifted; a panorama is told."""
    cube("Thing")
    scene = bpy.context.scene
    scene.render.resolution_x, scene.render.resolution_y = 1080, 1920
    for name, fit in (("Wide", "HORIZONTAL"), ("Tall", "VERTICAL"), ("Auto", "AUTO")):
        data = bpy.data.cameras.new(name)
        data.sensor_fit, data.lens = fit, 35
        link(name, data)
    link("Round", bpy.data.cameras.new("Round")).data.type = "PANO"

    def look(files: Files) -> None:
        names = {one["name"] for one in files.all("cameras")}
        assert {"Wide", "Tall", "Auto"} <= names, names
        assert "Round" in names or "camera_stays" in files.told, (names, files.told)

    return look


@kind(targets=("web", "unity"))
def bones_that_slide(folder: Path) -> Check | None:
    """A bone that begins where its parent ends and moves away from it; importers tie such bones together."""
    rig = armature("Rig", TWO, (0, 2, 0))
    skinned(rig, column("Body"))
    keyed(rig.pose.bones["tip"], "location", {1: (0, 0, 0), 10: (0, 0.5, 0)})
    return None
