"""Kinds that meet in one object: nodes with materials of their own, mirrored copies, units, films of tiles, scenes of
several rates, and values that only some blocks have."""

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
    flat,
    grown,
    halves,
    image,
    keyed,
    kind,
    link,
    node_group,
    plane,
    skinned,
    unlinked,
)

ALL = ("web", "unity", "unreal", "usd")


def _collection(name: str, *objects: bpy.types.Object) -> bpy.types.Collection:
    made = bpy.data.collections.new(name)
    for one in objects:
        unlinked(one, made)
    return made


def _place(name: str, kit: bpy.types.Collection, place: tuple[float, ...]) -> bpy.types.Object:
    made = link(name, None, place)
    made.instance_type, made.instance_collection = "COLLECTION", kit
    return made


@kind(targets=ALL)
def nodes_that_paint(folder: Path) -> Check | None:
    """Set Material over half, a stored color and a stored UV map that materials read by name, on any domain."""
    for number, (name, kind_of, domain) in enumerate(
        (
            ("Tint", "FLOAT_COLOR", "POINT"),
            ("Tint", "BYTE_COLOR", "CORNER"),
            ("Tint", "FLOAT_COLOR", "FACE"),
            ("Tint", "FLOAT_VECTOR", "POINT"),
            ("Tint", "FLOAT", "FACE"),
        )
    ):
        obj = cube(f"Stored {number}", (3 * number, 0, 0))
        paint = Paint(f"Reads {number}", obj)
        node = paint.node("Attribute", attribute_name=name)
        paint.link(node.outputs["Color"], "Base Color")
        tree, given, made = node_group(obj, f"Paint {number}")
        store = tree.nodes.new("GeometryNodeStoreNamedAttribute")
        store.data_type, store.domain = kind_of, domain
        store.inputs["Name"].default_value = name
        value = next(one for one in store.inputs if one.name == "Value" and one.enabled)
        value.default_value = {"FLOAT": 0.4, "FLOAT_VECTOR": (0.9, 0.1, 0.3)}.get(kind_of, (0.9, 0.1, 0.3, 1))
        tree.links.new(given, store.inputs["Geometry"])
        tree.links.new(store.outputs[0], made)
    obj = plane("Laid", (0, 4, 0), 2)
    paint = Paint("Laid", obj)
    picture = paint.picture(image("Halves", halves((1, 0, 0), (0, 0, 1))), "Base Color")
    by = paint.node("Attribute", attribute_name="Where")
    paint.link(by.outputs["Vector"], picture.inputs["Vector"])
    tree, given, made = node_group(obj, "Lay")
    store, place = tree.nodes.new("GeometryNodeStoreNamedAttribute"), tree.nodes.new("GeometryNodeInputPosition")
    store.data_type, store.domain = "FLOAT_VECTOR", "POINT"
    store.inputs["Name"].default_value = "Where"
    tree.links.new(place.outputs[0], next(one for one in store.inputs if one.name == "Value" and one.enabled))
    tree.links.new(given, store.inputs["Geometry"])
    tree.links.new(store.outputs[0], made)
    return None


@kind(targets=ALL)
def instances_of_instances(folder: Path) -> Check:
    """Nodes that put a collection of an instance of a collection on points, mirrored and stretched."""
    inner = _collection("Inner", cube("Core", (0, 0, 0), 0.3), ball("Cap", (0, 0, 0.4)))
    nested = link("Nest", None, (0.2, 0, 0))
    nested.instance_type, nested.instance_collection, nested.scale = "COLLECTION", inner, (1, -1, 0.5)
    outer = _collection("Outer", nested)
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=1, y_subdivisions=1, size=4)
    base = bpy.context.object
    base.name = "Base"
    tree, given, made = node_group(base)
    put, info = tree.nodes.new("GeometryNodeInstanceOnPoints"), tree.nodes.new("GeometryNodeCollectionInfo")
    info.inputs["Collection"].default_value = outer
    put.inputs["Scale"].default_value = (-2, 1, 1)
    tree.links.new(given, put.inputs["Points"])
    tree.links.new(info.outputs[0], put.inputs["Instance"])
    tree.links.new(put.outputs[0], made)

    def look(files: Files) -> None:
        for name in ("Core", "Cap"):
            found = [one for one in files.all("nodes") if one["name"].startswith(f"SM_{name}")]
            assert len(found) == 4, [one["name"] for one in files.all("nodes")]
            assert len({one["mesh"] for one in found}) == 1

    return look


@kind(targets=ALL)
def characters_shown_again(folder: Path) -> Check:
    """A walking character in a collection that is shown thrice: as it is, mirrored, and small on a moving cart."""
    rig, body = armature("Walker", TWO), column("Body")
    skinned(rig, body)
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 20: (1, 0, 0)})
    hat = cube("Hat", (0, 0, 0), 0.4)
    hat.parent, hat.parent_type, hat.parent_bone = rig, "BONE", "tip"
    kit = _collection("Cast", rig, body, hat)
    _place("Here", kit, (0, 0, 0))
    _place("Mirrored", kit, (4, 0, 0)).scale = (-1, 1, 1)
    cart = _place("Cart", kit, (8, 0, 0))
    cart.scale = (0.5, 0.5, 0.5)
    keyed(cart, "location", {1: (8, 0, 0), 20: (8, 3, 0)})

    def look(files: Files) -> None:
        assert "SK_Walker" in files.documents
        assert files.documents["SK_Walker"][0].get("animations")
        assert any(one["object"] == "Cart" and one["kind"] == "motion_stays" for one in files.findings)

    return look


@kind(targets=ALL)
def mirrored_twins(folder: Path) -> Check | None:
    """Linked duplicates of a mesh with custom normals, keys and a normal map, by negative and uneven scales."""
    one = ball("Original")
    one.data.normals_split_custom_set([(0.6, 0, 0.8)] * len(one.data.loops))
    paint = Paint("Bumps", one, Base_Color=(0.5, 0.4, 0.1, 1))
    bumps = paint.node("NormalMap")
    paint.picture(image("Normals", flat((0.6, 0.5, 0.9)), "Non-Color"), bumps.inputs["Color"])
    paint.link(bumps.outputs["Normal"], "Normal")
    grown(one, Up=0.5)
    for number, scale in enumerate(((-1, 1, 1), (-1, -1, 1), (1, 2, -1), (-2, -2, -2))):
        twin = link(f"Twin{number}", one.data, (3 + 3 * number, 0, 0))
        twin.scale, twin.rotation_euler = scale, (0.3, 0.2 * number, 1)
    return None


@kind(targets=ALL)
def centimeters(folder: Path) -> Check:
    """A scene in centimeters with a rig of a hundredth, a camera, lights, a curve, and motion of each."""
    bpy.context.scene.unit_settings.scale_length = 0.01
    bpy.context.scene.render.fps, bpy.context.scene.render.fps_base = 24, 1.001
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 10, 33
    rig = armature("Rig", {name: (np.array(a) * 10000, np.array(b) * 10000, c) for name, (a, b, c) in TWO.items()})
    rig.scale = (0.01, 0.01, 0.01)
    skin = column("Skin")
    skin.data.transform(((10000, 0, 0, 0), (0, 10000, 0, 0), (0, 0, 10000, 0), (0, 0, 0, 1)))
    skin.vertex_groups.new(name="root").add(range(18), 1, "REPLACE")
    skin.vertex_groups.new(name="tip").add(range(18, 36), 1, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = rig
    skin.parent = rig
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {10: (0, 0, 0), 33: (1, 0, 0)})
    keyed(rig, "location", {10: (0, 0, 0), 33: (100, 0, 0)})
    box = cube("Box", (300, 0, 0), 100)
    keyed(box, "location", {10: (300, 0, 0), 33: (300, 200, 0)})
    eye = link("Eye", bpy.data.cameras.new("Eye"), (0, -500, 100))
    eye.data.type, eye.data.ortho_scale = "ORTHO", 300
    lamp = link("Lamp", bpy.data.lights.new("Lamp", "SPOT"), (0, 0, 500))
    lamp.data.spot_size = 1

    def look(files: Files) -> None:
        assert np.isclose(np.ptp(files.attribute("SK_Skin", "POSITION")[:, 1]), 2, atol=0.01)
        moved = [one for one in files.all("animations") if "Box" in one["name"]]
        assert moved, [one["name"] for one in files.all("animations")]
        assert np.isclose(np.ptp(files.values(moved[0]["name"], "translation"), axis=0).max(), 2, atol=0.01)
        assert files.all("cameras")[0]["orthographic"]["xmag"] <= 1.6

    return look


@kind(targets=ALL)
def deep_pictures_of_a_skin(folder: Path) -> Check | None:
    """A skin with packed sixteen-bit height and normals, a gray roughness in one channel, and a tint by mix."""
    rig, skin = armature("Rig", TWO), column("Skin")
    skinned(rig, skin)
    corners = np.array([skin.data.vertices[loop.vertex_index].co for loop in skin.data.loops])
    laid = np.stack([corners[:, 0] + 0.5 + 0.3 * corners[:, 1], corners[:, 2] / 2], axis=1).astype(np.float32)
    skin.data.uv_layers.new(name="Map").uv.foreach_set("vector", laid.ravel())
    paint = Paint("Hide", skin)
    deep = image("Deep", halves((0.5, 0.5, 1.0), (0.6, 0.5, 0.9)), "Non-Color", is_float=True)
    deep.file_format = "PNG"
    deep.pack()
    normals = paint.node("NormalMap")
    normals.inputs["Strength"].default_value = 0.5
    paint.picture(deep, normals.inputs["Color"])
    paint.link(normals.outputs["Normal"], "Normal")
    gray = paint.picture(image("Rough", halves((0.2, 0.9, 0.4), (0.2, 0.3, 0.4)), "Non-Color"))
    split = paint.node("SeparateColor")
    paint.link(gray.outputs["Color"], split.inputs[0])
    paint.link(split.outputs["Green"], "Roughness")
    paint.link(split.outputs["Red"], "Metallic")
    mix = paint.node("Mix", data_type="RGBA", blend_type="MULTIPLY")
    mix.inputs["Factor"].default_value = 0.7
    paint.picture(image("Tinted", halves((1, 0.5, 0.2), (0.2, 0.5, 1))), mix.inputs[6])
    mix.inputs[7].default_value = (0.5, 1, 0.5, 1)
    paint.link(mix.outputs[2], "Base Color")
    return None


@kind(targets=ALL)
def slots_of_objects(folder: Path) -> Check:
    """Two linked duplicates whose materials belong to the objects, one empty slot, and slots that no face has."""
    one = cube("One")
    Paint("Shared", one, Base_Color=(0.1, 0.1, 0.1, 1))
    two = link("Two", one.data, (3, 0, 0))
    three = link("Three", one.data, (6, 0, 0))
    for obj, color in ((two, (1, 0, 0, 1)), (three, (0, 1, 0, 1))):
        obj.material_slots[0].link = "OBJECT"
        obj.material_slots[0].material = Paint(f"Own {obj.name}", None, Base_Color=color).material
    many = cube("Many", (9, 0, 0))
    for name in ("Used", "Unused"):
        Paint(name, many, Base_Color=(0, 0, 1, 1))
    many.data.materials.append(None)
    for at, polygon in enumerate(many.data.polygons):
        polygon.material_index = 2 if at == 0 else 0

    def look(files: Files) -> None:
        names = {one["name"] for one in files.all("materials")}
        assert {"M_Own_Two", "M_Own_Three", "M_Shared", "M_Used"} <= names, names

    return look


@kind(targets=ALL)
def properties_everywhere(folder: Path) -> Check:
    """Numbers, truths, words and lists on objects, meshes, armatures, bones and instances; words in other scripts."""
    one = cube("Chest")
    one["gold"], one["open"], one["名前"], one["size"] = 7, True, "宝箱", [1.0, 2.0, 3.0]
    one.data["weight"] = 2.5
    twin = link("Twin", one.data, (3, 0, 0))
    twin["gold"] = 9
    rig = armature("Rig", TWO, (6, 0, 0))
    skinned(rig, column("Body"))
    rig["hp"], rig.data["kind"] = 100, "orc"

    def look(files: Files) -> None:
        assert files.one("nodes", "SM_Chest")["extras"]["gold"] == 7
        assert files.one("nodes", "SM_Twin")["extras"]["gold"] == 9
        assert files.one("nodes", "SM_Chest")["extras"]["名前"] == "宝箱"

    return look


@kind(targets=ALL)
def drawn_and_shaped(folder: Path) -> Check | None:
    """A tapered curve of two materials, a text along it, metaballs of a negative, a surface with poles, all scaled."""
    path = bpy.data.curves.new("Path", "CURVE")
    path.dimensions = "3D"
    path.splines.new("BEZIER").bezier_points.add(1)
    path.splines[0].bezier_points[1].co = (4, 1, 0)
    way = link("Path", path)
    taper = bpy.data.curves.new("Taper", "CURVE")
    taper.splines.new("POLY").points.add(1)
    taper.splines[0].points[0].co, taper.splines[0].points[1].co = (0, 1, 0, 1), (1, 0.2, 0, 1)
    shape = link("Taper", taper, (0, 0, -5))
    vine = bpy.data.curves.new("Vine", "CURVE")
    vine.dimensions, vine.bevel_depth, vine.taper_object, vine.use_fill_caps = "3D", 0.3, shape, True
    for number in range(2):
        spline = vine.splines.new("POLY")
        spline.points.add(2)
        for at, point in enumerate(spline.points):
            point.co = (at, 2 + 2 * number, 0.3 * at * at, 1)
        spline.material_index = number
    obj = link("Vine", vine)
    obj.scale = (1, 1, -2)
    Paint("Stem", obj, Base_Color=(0.1, 0.6, 0.1, 1))
    Paint("Bloom", obj, Base_Color=(0.9, 0.2, 0.6, 1))
    words = bpy.data.curves.new("Words", "FONT")
    words.body, words.extrude, words.bevel_depth, words.follow_curve = "AÄ", 0.1, 0.02, way
    link("Words", words, (0, 8, 0))
    bpy.ops.object.metaball_add(location=(0, 12, 0))
    bpy.context.object.data.elements.new().co = (1, 0, 0)
    bpy.context.object.data.elements[0].use_negative = False
    bpy.ops.surface.primitive_nurbs_surface_sphere_add(location=(5, 12, 0))
    bpy.context.object.scale = (1, 2, 1)
    return None


@kind(targets=ALL)
def what_only_some_see(folder: Path) -> Check | None:
    """Holdouts, objects that cameras do not see, modifiers for renders alone, an excluded collection, bounds."""
    cube("Plain")
    unseen = cube("Unseen", (3, 0, 0))
    unseen.visible_camera = False
    render = cube("Rendered", (6, 0, 0))
    made = render.modifiers.new("Subdivision", "SUBSURF")
    made.show_viewport = False
    box = ball("Boxed", (9, 0, 0))
    box.display_type = "BOUNDS"
    left = bpy.data.collections.new("Left")
    bpy.context.scene.collection.children.link(left)
    unlinked(cube("Excluded", (12, 0, 0)), left)
    bpy.context.view_layer.layer_collection.children["Left"].exclude = True
    return None


@kind(targets=ALL)
def rates_and_muted_tracks(folder: Path) -> Check:
    """Twelve frames a second, a strip behind a muted one, a solo track, a strip of half influence, keys by a strip."""
    bpy.context.scene.render.fps = 12
    one = cube("Runner")
    keyed(one, "location", {1: (0, 0, 0), 13: (2, 0, 0)})
    animation = one.animation_data
    action, slot = animation.action, animation.action_slot
    animation.action = None
    for name, mute, influence in (("Off", True, 1), ("On", False, 1), ("Half", False, 0.5)):
        track = animation.nla_tracks.new()
        track.name = name
        strip = track.strips.new(name, {"Off": 1, "On": 30, "Half": 60}[name], action)
        strip.action_slot, track.mute = slot, mute
        strip.use_animated_influence = influence != 1
        strip.influence = influence
    other = cube("Blinker", (0, 4, 0))
    grown(other, Wide=0.0)
    keys = other.data.shape_keys
    for frame, value in ((1, 0.0), (13, 1.0)):
        keys.key_blocks["Wide"].value = value
        keys.key_blocks["Wide"].keyframe_insert("value", frame=frame)

    def look(files: Files) -> None:
        names = {one["name"] for one in files.all("animations")}
        assert any(name.endswith("_On") or name == "AS_On" for name in names), names
        for clip in files.all("animations"):
            document = files.documents["scene"][0]
            length = max(document["accessors"][one["input"]]["max"][0] for one in clip["samplers"])
            assert np.isclose(length, 1, atol=0.05), (clip["name"], length)

    return look


@kind(targets=ALL)
def films_of_tiles(folder: Path) -> Check | None:
    """A skin and a prop on the same tiles, one material of two pictures on different maps, with clamped edges."""
    from .pictures import _tiles

    tiled = _tiles(folder, "tiles")
    rig, skin = armature("Rig", TWO), column("Skin")
    skinned(rig, skin)
    prop = plane("Prop", (4, 0, 0), 2)
    paint: Any = None
    for obj in (skin, prop):
        mesh = obj.data
        layer = mesh.uv_layers.get("UVMap") or mesh.uv_layers.new(name="UVMap")
        rows = np.arange(len(mesh.loops))
        layer.uv.foreach_set(
            "vector",
            np.stack([0.1 + 0.7 * (rows % 2) + (rows // 4 % 2), 0.2 + 0.6 * (rows % 3 > 0)], 1)
            .astype(np.float32)
            .ravel(),
        )
        if paint is None:
            paint = Paint("Tiled", obj)
            paint.picture(tiled, "Base Color")
        else:
            obj.data.materials.append(paint.material)
    return None
