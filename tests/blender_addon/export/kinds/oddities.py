"""What few scenes have and any may: clips of odd speeds and lengths, values of each type, maps and attributes that only
some meshes have, things of no size, several view layers, and textures that look at the viewer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .scene import (
    TWO,
    Check,
    Files,
    Paint,
    armature,
    ball,
    column,
    cube,
    grown,
    halves,
    image,
    keyed,
    kind,
    link,
    node_group,
    plane,
    skinned,
)

ALL = ("web", "unity", "unreal", "usd")


def _seconds(files: Files, clip: str) -> float:
    """How long a clip of any file is."""
    for name, (document, _) in files.documents.items():
        for one in document.get("animations", []):
            if one["name"] == clip:
                times = [files.accessor(name, sampler["input"]) for sampler in one["samplers"]]
                return float(max(item.max() for item in times) - min(item.min() for item in times))
    raise AssertionError(f"{clip} among {sorted(one['name'] for one in files.all('animations'))}")


def _strip(block: Any, name: str, **values: Any) -> None:
    """Moves the action of a block into a strip."""
    animation = block.animation_data
    strip = animation.nla_tracks.new().strips.new(name, 1, animation.action)
    strip.action_slot, animation.action = animation.action_slot, None
    for key, value in values.items():
        setattr(strip, key, value)


@kind(targets=ALL)
def strips_of_odd_speeds(folder: Path) -> Check:
    """Strips that play twice as slowly, three times, backwards: of an object, of bones and of keys; and a clip of more
    than five thousand frames."""
    slow, long = cube("Slow"), cube("Long", (3, 0, 0))
    keyed(slow, "location", {1: (0, 0, 0), 25: (2, 0, 0)})
    _strip(slow, "Creep", scale=2.0)
    keyed(long, "location", {0: (3, 0, 0), 7200: (3, 5, 0)})
    long.animation_data.action.name = "Day"
    rig = armature("Hero", TWO, (6, 0, 0))
    skinned(rig, column("Body"))
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 25: (0.8, 0, 0)})
    _strip(rig, "Nod", repeat=3.0, use_reverse=True)
    face = ball("Face", (9, 0, 0))
    grown(face, Blink=0.0)
    block = face.data.shape_keys.key_blocks["Blink"]
    keyed(block, "value", {1: 0.0, 13: 1.0})
    _strip(face.data.shape_keys, "Wink", scale=4.0)

    def look(files: Files) -> None:
        for clip, seconds in (("AS_Creep", 2), ("AS_Hero_Nod", 3), ("AS_Wink", 2), ("AS_Day", 300)):
            assert abs(_seconds(files, clip) - seconds) < 0.05, (clip, _seconds(files, clip))
        assert abs(np.ptp(files.values("AS_Day", "translation"), axis=0).max() - 5) < 0.01

    return look


@kind(targets=ALL, told=("time_remapped",))
def remapped_time(folder: Path) -> Check:
    """A scene whose time is stretched: twenty-five frames of clips are shown in fifty, which is told."""
    bpy.context.scene.render.fps = 25
    bpy.context.scene.render.frame_map_old, bpy.context.scene.render.frame_map_new = 25, 50
    box = cube("Box")
    keyed(box, "location", {1: (0, 0, 0), 26: (2, 0, 0)})
    box.animation_data.action.name = "Go"

    def look(files: Files) -> None:
        assert abs(_seconds(files, "AS_Go") - 1) < 0.05

    return look


@kind(targets=ALL, unlike=("Board3", "Board4"))
def maps_by_their_names(folder: Path) -> Check:
    """One material that reads the map Detail, on meshes where it is the second, the first, the only one, and none,
    which is told."""
    paint = Paint("Sign")
    node = paint.picture(image("Halves", halves((0.9, 0.1, 0.1), (0.1, 0.2, 0.9))), "Base Color")
    chosen = paint.node("UVMap", uv_map="Detail")
    paint.link(chosen.outputs[0], node.inputs["Vector"])
    for number, names in enumerate((("UVMap", "Detail"), ("Detail", "UVMap"), ("Detail",), ("UVMap",), ())):
        obj = plane(f"Board{number}", (2.0 * number, 0, 0))
        while obj.data.uv_layers:
            obj.data.uv_layers.remove(obj.data.uv_layers[0])
        for name in names:
            layer = obj.data.uv_layers.new(name=name)
            shift = 0.25 if name == "Detail" else 0.0
            for corner, uv in zip(((0, 0), (0.4, 0), (0.4, 1), (0, 1)), layer.data, strict=True):
                uv.uv = (corner[0] + shift, corner[1])
        obj.data.materials.append(paint.material)

    def look(files: Files) -> None:
        assert {one["object"] for one in files.findings if one["kind"] == "missing_layer"} == {"Board3", "Board4"}

    return look


@kind(targets=ALL, told=("missing_layer",), unlike=("Without",))
def attributes_that_only_some_have(folder: Path) -> Check:
    """Colors of two layers multiplied, alpha of one, a truth and a whole number of faces that mix two shaders, and a
    layer that the mesh does not have, which is told."""
    both = cube("Both")
    for name, domain, kind_of, color in (
        ("Tint", "POINT", "FLOAT_COLOR", (0.9, 0.5, 0.2, 1)),
        ("Shade", "CORNER", "BYTE_COLOR", (0.5, 0.5, 1.0, 0.4)),
    ):
        layer = both.data.color_attributes.new(name, kind_of, domain)
        for number, item in enumerate(layer.data):
            item.color = [value * (1 - 0.1 * (number % 3)) for value in color]
    paint = Paint("Tinted", both)
    tint, shade = (paint.node("VertexColor", layer_name=name) for name in ("Tint", "Shade"))
    mix = paint.node("Mix", data_type="RGBA", blend_type="MULTIPLY")
    mix.inputs[0].default_value = 1.0
    paint.link(tint.outputs["Color"], mix.inputs[6])
    paint.link(shade.outputs["Color"], mix.inputs[7])
    paint.link(mix.outputs[2], "Base Color")
    paint.link(shade.outputs["Alpha"], "Alpha")
    for number, (kind_of, values) in enumerate((("BOOLEAN", (True, False)), ("INT", (1, 0)), ("INT8", (1, 0)))):
        obj = cube(kind_of.title(), (2.0 + 2 * number, 0, 0))
        layer = obj.data.attributes.new("Side", kind_of, "FACE")
        for face, item in enumerate(layer.data):
            item.value = values[face % 2]
        first = Paint(f"By{kind_of}", obj, Base_Color=(0.8, 0.1, 0.1, 1))
        other = first.node("BsdfPrincipled")
        other.inputs["Base Color"].default_value = (0.1, 0.1, 0.8, 1)
        mixed, side = first.node("MixShader"), first.node("Attribute", attribute_name="Side")
        first.link(side.outputs["Fac"], mixed.inputs[0])
        first.link(first.shader.outputs[0], mixed.inputs[1])
        first.link(other.outputs[0], mixed.inputs[2])
        first.link(mixed.outputs[0], first.output.inputs["Surface"])
    without = cube("Without", (10, 0, 0))
    none = Paint("Missing", without)
    none.link(none.node("VertexColor", layer_name="Nowhere").outputs["Color"], "Base Color")

    def look(files: Files) -> None:
        assert {one["object"] for one in files.findings if one["kind"] == "missing_layer"} == {"Without"}

    return look


@kind(targets=ALL, unlike=("fbx/Picture",))  # whose metal by a picture is in the packed map beside the file
def shaders_by_the_view(folder: Path) -> Check:
    """Two Principled mixed by a picture, by Fresnel and by facing; textures by the window, by the camera, by
    reflection, and by another object."""
    for number, what in enumerate(("Picture", "Fresnel", "LayerWeight")):
        obj = plane(what, (2.0 * number, 0, 0))
        paint = Paint(what, obj, Base_Color=(0.8, 0.1, 0.1, 1), Roughness=0.2)
        other = paint.node("BsdfPrincipled")
        other.inputs["Base Color"].default_value, other.inputs["Metallic"].default_value = (0.1, 0.1, 0.8, 1), 1.0
        mixed = paint.node("MixShader")
        if what == "Picture":
            given = paint.picture(image("Mask", halves((0, 0, 0), (1, 1, 1)), "Non-Color")).outputs["Color"]
        else:
            given = paint.node(what).outputs[-1]
        paint.link(given, mixed.inputs[0])
        paint.link(paint.shader.outputs[0], mixed.inputs[1])
        paint.link(other.outputs[0], mixed.inputs[2])
        paint.link(mixed.outputs[0], paint.output.inputs["Surface"])
    goal = link("Goal", None, (1, 6, 0))
    for number, outlet in enumerate(("Window", "Camera", "Reflection", "Object")):
        obj = plane(f"By{outlet}", (2.0 * number, 4, 0))
        paint = Paint(f"By{outlet}", obj)
        node = paint.picture(image(outlet, halves((0.9, 0.8, 0.1), (0.1, 0.6, 0.2))), "Base Color")
        given = paint.node("TexCoord")
        if outlet == "Object":
            given.object = goal
        paint.link(given.outputs[outlet], node.inputs["Vector"])

    def look(files: Files) -> None:
        told = {one["object"] for one in files.findings if one["kind"] in ("unsupported_nodes", "approximate_material")}
        assert {"Fresnel", "LayerWeight", "ByWindow", "ByCamera", "ByReflection"} <= told, told

    return look


@kind(targets=ALL, told=("no_faces", "flat_scale"))
def things_of_no_size(folder: Path) -> Check | None:
    """Scaled to a plane, a line and a point; a mesh of one point, of none, of faces in one place; below a parent of no
    size; keys of a mesh that is flat until they show."""
    cube("Whole")
    for number, scale in enumerate(((1, 1, 0), (1, 0, 0), (0, 0, 0), (1e-7, 1e-7, 1e-7))):
        plane(f"Scaled{number}", (2.0 + 2 * number, 0, 0)).scale = scale
    for name, points, faces in (
        ("Point", [(0, 0, 0)], []),
        ("Nothing", [], []),
        ("Heap", [(0, 0, 0)] * 4, [(0, 1, 2, 3)]),
        ("Line", [(0, 0, 0), (1, 0, 0), (2, 0, 0)], [(0, 1, 2)]),
    ):
        mesh = bpy.data.meshes.new(name)
        mesh.from_pydata(points, [], faces)
        link(name, mesh, (0, 4, 0))
    holder = link("Holder", None, (0, 8, 0))
    holder.scale = (0, 1, 1)
    child = plane("Below", (1, 0, 0))
    child.rotation_euler.y = np.pi / 2
    child.parent = holder
    rising = plane("Rising", (4, 8, 0))
    rising.shape_key_add(name="Basis")
    block = rising.shape_key_add(name="Up")
    for number, item in enumerate(block.data):
        item.co.z += number % 2
    return None


@kind(targets=ALL)
def values_of_all_types(folder: Path) -> Check:
    """Numbers that no float holds, that are not numbers, truths, bytes, lists of words and of groups, groups in groups,
    another object, and odd names."""
    box, other = cube("Box"), cube("Other", (2, 0, 0))
    values: dict[str, Any] = {
        "huge": 2**31 - 1,
        "small": -(2**31),
        "not": float("nan"),
        "endless": float("inf"),
        "truth": True,
        "truths": [True, False],
        "bytes": b"\x00\x01abc",
        "words": ["one", "two"],
        "groups": [{"a": 1}, {"a": 2}],
        "deep": {"a": {"b": {"c": [1.5, 2.5]}}},
        "target": other,
        "material": bpy.data.materials.new("Named"),
        "empty": "",
        "nothing": [],
        "名字": "值",
        'with "quotes"': "a 'b'",
        "two\nlines": "three\nlines",
        "long": "x" * 5000,
    }
    for block in (box, box.data):
        for name, value in values.items():
            block[name] = value

    def look(files: Files) -> None:
        extras = files.one("nodes", "SM_Box").get("extras", {})
        left = {
            name for one in files.findings if one["kind"] == "properties_stay" for name in values if name in one["what"]
        }
        lost = set(values) - set(extras) - left
        assert not lost, (lost, extras, left)
        assert (extras["huge"], extras["truth"]) == (2**31 - 1, True), extras

    return look


@kind(targets=ALL)
def layers_of_views(folder: Path) -> Check | None:
    """The second view layer, from which a collection is excluded, one is held out, and one is only indirect; and a
    second scene that links one of the objects."""
    scene = bpy.context.scene
    for number, name in enumerate(("Shown", "Excluded", "HeldOut", "Indirect", "Hidden")):
        kit = bpy.data.collections.new(name)
        scene.collection.children.link(kit)
        obj = cube(f"{name}Cube", (2.0 * number, 0, 0))
        for user in obj.users_collection:
            user.objects.unlink(obj)
        kit.objects.link(obj)
    layer = scene.view_layers.new("Second")
    layer.layer_collection.children["Excluded"].exclude = True
    layer.layer_collection.children["HeldOut"].holdout = True
    layer.layer_collection.children["Indirect"].indirect_only = True
    layer.layer_collection.children["Hidden"].hide_viewport = True
    bpy.context.window.view_layer = layer
    bpy.data.scenes.new("Elsewhere").collection.objects.link(bpy.data.objects["ShownCube"])
    return None


@kind(targets=ALL)
def instances_with_values(folder: Path) -> Check | None:
    """Points of nodes that give each instance a color of its own, which the material of all of them reads."""
    seed = cube("Seed", (0, 5, 0), 0.4)
    paint = Paint("Colored", seed)
    node = paint.node("Attribute", attribute_name="tone")
    node.attribute_type = "INSTANCER"
    paint.link(node.outputs["Color"], "Base Color")
    base = plane("Base", (0, 0, 0), 3)
    tree, given, made = node_group(base)
    put, info = tree.nodes.new("GeometryNodeInstanceOnPoints"), tree.nodes.new("GeometryNodeObjectInfo")
    info.inputs["Object"].default_value = seed
    store = tree.nodes.new("GeometryNodeStoreNamedAttribute")
    store.data_type, store.domain = "FLOAT_COLOR", "INSTANCE"
    store.inputs["Name"].default_value = "tone"
    color, index = tree.nodes.new("FunctionNodeCombineColor"), tree.nodes.new("GeometryNodeInputIndex")
    divide = tree.nodes.new("ShaderNodeMath")
    divide.operation, divide.inputs[1].default_value = "DIVIDE", 4.0
    tree.links.new(index.outputs[0], divide.inputs[0])
    tree.links.new(divide.outputs[0], color.inputs[0])
    tree.links.new(color.outputs[0], next(one for one in store.inputs if one.type == "RGBA" and one.enabled))
    tree.links.new(given, put.inputs["Points"])
    tree.links.new(info.outputs["Geometry"], put.inputs["Instance"])
    tree.links.new(put.outputs[0], store.inputs[0])
    tree.links.new(store.outputs[0], made)
    return None


@kind(targets=ALL)
def curves_that_change(folder: Path) -> Check:
    """A curve with keys at a value that an action moves, one beveled by another and tapered, one hooked to an empty
    that moves, and a text on a curve."""
    for number, name in enumerate(("Keyed", "Hooked", "Tapered")):
        data = bpy.data.curves.new(name, "CURVE")
        data.dimensions, data.bevel_depth = "3D", 0.1
        spline = data.splines.new("BEZIER")
        spline.bezier_points.add(1)
        for at, point in enumerate(spline.bezier_points):
            point.co, point.handle_left, point.handle_right = (at, 0, 0), (at - 0.3, 0, 0), (at + 0.3, 0, 0.2)
        link(name, data, (0, 2.0 * number, 0))
    curve = bpy.data.objects["Keyed"]
    curve.shape_key_add(name="Basis")
    block = curve.shape_key_add(name="Up")
    block.data[1].co.z += 1
    keyed(block, "value", {1: 0.5, 20: 1.0})
    goal = link("Goal", None, (1, 2, 0))
    keyed(goal, "location", {1: (1, 2, 0), 20: (1, 2, 1)})
    hook = bpy.data.objects["Hooked"].modifiers.new("Hook", "HOOK")
    hook.object = goal
    hook.vertex_indices_set([3, 4, 5])
    tapered = bpy.data.objects["Tapered"].data
    tapered.bevel_mode, tapered.bevel_object = "OBJECT", bpy.data.objects["Keyed"]
    tapered.taper_object = bpy.data.objects["Hooked"]
    text = bpy.data.curves.new("Word", "FONT")
    text.body, text.extrude, text.follow_curve = "Wave", 0.05, bpy.data.objects["Keyed"]
    link("Word", text, (0, 8, 0))

    def look(files: Files) -> None:
        told = {one["object"] for one in files.findings if one["kind"] in ("shape_motion_stays", "keys_motion_stays")}
        assert {"Keyed", "Hooked"} <= told, told

    return look


@kind(targets=ALL)
def held_by_several(folder: Path) -> Check:
    """A thing between two bones by an Armature constraint, one that a Transformation constraint turns, one that floors
    and limits keep, and one on a moving thing's vertices."""
    rig = armature("Rig", TWO)
    skinned(rig, column("Body"))
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 21: (1, 0, 0)})
    between = cube("Between", (0, 0, 1), 0.3)
    held = between.constraints.new("ARMATURE")
    for name, weight in (("root", 0.3), ("tip", 0.7)):
        target = held.targets.new()
        target.target, target.subtarget, target.weight = rig, name, weight
    mover = cube("Mover", (3, 0, 0), 0.3)
    keyed(mover, "location", {1: (3, 0, 0), 21: (3, 2, 0)})
    turned = cube("Turned", (5, 0, 0), 0.3)
    turning = turned.constraints.new("TRANSFORM")
    turning.target, turning.map_to = mover, "ROTATION"
    turning.from_max_y, turning.to_max_z_rot = 2.0, 1.5
    turning.map_to_z_from = "Y"
    corner = cube("Corner", (0, 0, 0.3), 0.1)
    corner.parent, corner.parent_type, corner.parent_vertices = mover, "VERTEX", (0, 0, 0)

    def look(files: Files) -> None:
        moved = {
            document["nodes"][channel["target"]["node"]]["name"]
            for document, _ in files.documents.values()
            for clip in document.get("animations", [])
            for channel in clip["channels"]
        }
        assert {"SM_Between", "SM_Mover", "SM_Turned", "SM_Corner"} <= moved, moved

    return look
