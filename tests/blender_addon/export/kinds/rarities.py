"""What Blender can do and few exporters are tried with: hair that nodes make solid, families of metaballs, volumes that
become meshes, linked and overridden files, rigs stretched unevenly, driven visibility, shared actions and odd data."""

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
    keyed,
    kind,
    link,
    node_group,
    plane,
    skinned,
    unlinked,
)

ALL = ("web", "unity", "unreal", "usd")


def _mesh_names(files: Files) -> set[str]:
    """Names of the nodes that have a mesh, without their numbers."""
    return {node["name"] for node in files.all("nodes") if "mesh" in node}


@kind(targets=ALL)
def hair_that_nodes_make_solid(folder: Path) -> Check:
    """Hair curves that nodes give faces, on their own and beside strands that stay curves."""
    for number, name in enumerate(("Solid", "Half")):
        hair = bpy.data.hair_curves.new(name)
        hair.add_curves([3, 3])
        hair.points.foreach_set(
            "position", np.array([(i, 0.1 * j, 0.5 * j) for i in range(2) for j in range(3)], np.float32).ravel()
        )
        obj = link(name, hair, (4 * number, 0, 0))
        tree, given, made = node_group(obj, f"Nodes of {name}")
        tube, ring = tree.nodes.new("GeometryNodeCurveToMesh"), tree.nodes.new("GeometryNodeCurvePrimitiveCircle")
        ring.inputs["Radius"].default_value, ring.inputs["Resolution"].default_value = 0.1, 6
        tree.links.new(given, tube.inputs["Curve"])
        tree.links.new(ring.outputs["Curve"], tube.inputs["Profile Curve"])
        if name == "Solid":
            tree.links.new(tube.outputs["Mesh"], made)
        else:
            join = tree.nodes.new("GeometryNodeJoinGeometry")
            tree.links.new(tube.outputs["Mesh"], join.inputs[0])
            tree.links.new(given, join.inputs[0])
            tree.links.new(join.outputs[0], made)

    def look(files: Files) -> None:
        assert {"SM_Solid", "SM_Half"} <= _mesh_names(files), _mesh_names(files)
        assert [one["object"] for one in files.findings if one["kind"] == "hair_curves"] == ["Half"]

    return look


@kind(targets=ALL)
def families_of_metaballs(folder: Path) -> Check | None:
    """Two families of which one has a negative member, one stretched, one of a collection."""
    for name, place, radius, negative in (
        ("Drop", (0, 0, 0), 1.0, False),
        ("Drop.001", (1, 0, 0), 0.8, False),
        ("Drop.002", (0.5, 0.6, 0), 0.5, True),
        ("Pearl", (5, 0, 0), 0.7, False),
    ):
        data = bpy.data.metaballs.new(name)
        element = data.elements.new()
        element.radius, element.use_negative = radius, negative
        data.resolution = data.render_resolution = 0.3
        obj = link(name, data, place)
        Paint(f"Paint of {name}", obj, Base_Color=(radius, 0, 0, 1))
    bpy.data.objects["Drop"].scale = (1, 1, 0.5)
    kit = bpy.data.collections.new("Kit")
    data = bpy.data.metaballs.new("Shown")
    data.elements.new()
    data.resolution = data.render_resolution = 0.4
    unlinked(link("Shown", data), kit)
    place = link("Place", None, (9, 0, 0))
    place.instance_type, place.instance_collection = "COLLECTION", kit
    return None


@kind(told=("volume",), targets=ALL)
def volumes_that_become_meshes(folder: Path) -> Check:
    """A volume of nodes that is meshed again, and one that is shown as smoke."""
    solid = cube("Meshed")
    tree, _, made = node_group(solid)
    fog, mesh = tree.nodes.new("GeometryNodeVolumeCube"), tree.nodes.new("GeometryNodeVolumeToMesh")
    for name in ("Resolution X", "Resolution Y", "Resolution Z"):
        fog.inputs[name].default_value = 12
    mesh.inputs["Threshold"].default_value = 0.5
    tree.links.new(fog.outputs["Volume"], mesh.inputs["Volume"])
    tree.links.new(mesh.outputs["Mesh"], made)
    smoke = link("Smoke", bpy.data.volumes.new("Smoke"), (4, 0, 0))
    tree, _, made = node_group(smoke, "Fog")
    fog = tree.nodes.new("GeometryNodeVolumeCube")
    tree.links.new(fog.outputs["Volume"], made)

    def look(files: Files) -> None:
        assert "SM_Meshed" in _mesh_names(files), _mesh_names(files)

    return look


@kind(targets=ALL)
def linked_and_overridden(folder: Path) -> Check:
    """A file's collection that is linked and shown, linked and overridden with another place, and a linked mesh with a
    material of this file."""
    prop, rig = cube("Prop"), armature("Rig", TWO)
    Paint("Of the library", prop, Base_Color=(0, 1, 0, 1))
    skin = skinned(rig, column("Skin"))
    kit = bpy.data.collections.new("Kit")
    for obj in (prop, rig, skin):
        unlinked(obj, kit)
    library = folder / "library.blend"
    bpy.data.libraries.write(str(library), {kit}, fake_user=True)
    for obj in (prop, rig, skin):
        bpy.data.objects.remove(obj)
    bpy.data.collections.remove(kit)
    bpy.data.orphans_purge(do_recursive=True)
    with bpy.data.libraries.load(str(library), link=True) as (theirs, ours):
        ours.collections, ours.meshes = theirs.collections, [name for name in theirs.meshes if name.startswith("Cube")]
    kit = ours.collections[0]
    place = link("Place", None, (5, 0, 0))
    place.instance_type, place.instance_collection = "COLLECTION", kit
    layer, scene = bpy.context.view_layer, bpy.context.scene
    local = kit.override_hierarchy_create(scene, layer, do_fully_editable=True)
    moved = next(obj for obj in local.all_objects if obj.name.startswith("Prop"))
    moved.location = (0, 4, 0)
    twin = link("Twin", ours.meshes[0], (0, 8, 0))
    twin.material_slots[0].link = "OBJECT"
    twin.material_slots[0].material = Paint("Of this file", Base_Color=(1, 0, 0, 1)).material

    def look(files: Files) -> None:
        assert {"Of_the_library", "Of_this_file"} <= {one["name"].removeprefix("M_") for one in files.all("materials")}

    return look


@kind(targets=("web", "unity"), told=("sheared_bones",), unlike=("Rig 0",))
def rigs_stretched_unevenly(folder: Path) -> Check:
    """An armature of uneven scale with a skin and a thing on a bone, and one that is mirrored and half as large."""
    for number, scale in enumerate(((1, 1, 2), (-0.5, 0.5, 0.5))):
        rig = armature(f"Rig {number}", TWO, (4 * number, 0, 0))
        skinned(rig, column(f"Skin {number}"))
        held = cube(f"Held {number}", size=0.4)
        held.parent, held.parent_type, held.parent_bone = rig, "BONE", "tip"
        rig.scale = scale
        rig.pose.bones["tip"].rotation_mode = "XYZ"
        keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 10: (0.5, 0, 0)})

    def look(files: Files) -> None:
        assert len(files.all("skins")) == 2

    return look


@kind(targets=ALL, told=("visibility_motion_stays",))
def visibility_by_drivers(folder: Path) -> Check:
    """Objects that a property hides from renders and from the view, one that a driver shows, one by the frame."""
    switch = link("Switch", None)
    switch["off"] = 1.0

    def driven(obj: bpy.types.Object, path: str, expression: str) -> None:
        driver = obj.driver_add(path).driver
        variable = driver.variables.new()
        variable.name, variable.targets[0].id, variable.targets[0].data_path = "off", switch, '["off"]'
        driver.expression = expression

    for number, (name, path, expression) in enumerate(
        (
            ("Gone", "hide_render", "off"),
            ("Unseen", "hide_viewport", "off"),
            ("Kept", "hide_render", "1 - off"),
            ("Blinking", "hide_render", "frame > 5"),
        )
    ):
        driven(cube(name, (3 * number, 0, 0)), path, expression)
    scene = bpy.context.scene
    scene.frame_set(2)
    scene.frame_set(1)

    def look(files: Files) -> None:
        assert _mesh_names(files) == {"SM_Kept", "SM_Blinking"}, _mesh_names(files)

    return look


@kind(targets=ALL)
def an_action_for_everything(folder: Path) -> Check:
    """One action of several slots: two cubes share one, a third has its own, a mesh's keys another, and a camera."""
    action = bpy.data.actions.new("All")

    def bound(block: Any, slot: Any = None) -> Any:
        animation = block.animation_data_create()
        animation.action = action
        animation.action_slot = slot or action.slots.new(block.id_type, block.name)
        return animation.action_slot

    first, second, third = (cube(name, (0, 3 * at, 0)) for at, name in enumerate(("First", "Second", "Third")))
    slot = bound(first)
    bound(second, slot)
    bound(third)
    keyed(first, "location", {1: (0, 0, 0), 10: (1, 0, 0)})
    keyed(third, "rotation_euler", {1: (0, 0, 0), 20: (0, 0, 1)})
    third.shape_key_add(name="Basis")
    third.shape_key_add(name="Up").data[0].co.z += 1
    keys = third.data.shape_keys
    bound(keys)
    keyed(keys.key_blocks["Up"], "value", {1: 0.0, 15: 1.0})
    camera = link("View", bpy.data.cameras.new("View"), (0, -9, 0))
    bound(camera)
    keyed(camera, "location", {1: (0, -9, 0), 30: (0, -7, 0)})

    def look(files: Files) -> None:
        nodes = files.documents["scene"][0]["nodes"]
        moved = {
            nodes[channel["target"]["node"]]["name"] for clip in files.all("animations") for channel in clip["channels"]
        }
        assert {"SM_Third", "View"} <= moved, moved
        assert len(moved) >= 3, moved

    return look


@kind(targets=("web", "unity"))
def characters_on_points(folder: Path) -> Check:
    """A skinned character that geometry nodes put on the corners of a plane."""
    rig = armature("Rig", TWO, (0, 6, 0))
    skin = skinned(rig, column("Skin"))
    kit = bpy.data.collections.new("Crowd")
    for obj in (rig, skin):
        unlinked(obj, kit)
    base = plane("Base", (0, 0, 0), 4)
    tree, given, made = node_group(base)
    put, info = tree.nodes.new("GeometryNodeInstanceOnPoints"), tree.nodes.new("GeometryNodeCollectionInfo")
    info.inputs["Collection"].default_value = kit
    tree.links.new(given, put.inputs["Points"])
    tree.links.new(info.outputs[0], put.inputs["Instance"])
    tree.links.new(put.outputs[0], made)
    return None


_TYPES = (
    *("FLOAT", "INT", "INT8", "INT16_2D", "INT32_2D", "BOOLEAN", "FLOAT_VECTOR", "FLOAT2", "FLOAT_COLOR", "BYTE_COLOR"),
    *("QUATERNION", "FLOAT4X4", "STRING"),
)


@kind(targets=ALL, options={"lods": 2, "colliders": "label", "lightmap_uv": True})
def attributes_of_all_types(folder: Path) -> Check | None:
    """Every type and domain of attributes on a mesh that gets levels of detail, colliders and light map UVs."""
    obj = ball("Varied", segments=24)
    for name in _TYPES:
        for domain in ("POINT", "EDGE", "FACE", "CORNER"):
            obj.data.attributes.new(f"{name} {domain}", name, domain)
    obj.data.attributes.new("crease_edge", "FLOAT", "EDGE")
    obj.data.attributes.new("material_index", "INT", "FACE")
    return None


@kind(targets=("web", "unity"))
def armatures_that_half_count(folder: Path) -> Check | None:
    """A skin of an armature modifier whose group leaves the top out, one of two armatures that share, one without
    preserved volume beside one with it."""
    rig = armature("Rig", TWO)
    for number, name in enumerate(("Masked", "Inverted", "Thick")):
        skin = skinned(rig, column(name, (2 * number + 2, 0, 0)), by_parent=False)
        group = skin.vertex_groups.new(name="Some")
        group.add([v.index for v in skin.data.vertices if v.co.z > 1.5], 1.0, "REPLACE")
        if name != "Thick":
            skin.modifiers[0].vertex_group = "Some"
            skin.modifiers[0].invert_vertex_group = name == "Inverted"
        skin.modifiers[0].use_deform_preserve_volume = name == "Thick"
    return None


@kind(targets=ALL)
def water_and_cloth(folder: Path) -> Check | None:
    """An ocean, a cloth at its first frame, a Laplacian smoothing, a skin modifier and a screw of a wire."""
    for number, name in enumerate(("OCEAN", "CLOTH", "LAPLACIANSMOOTH", "REMESH")):
        obj = ball(name.title(), (5 * number, 0, 0))
        modifier = obj.modifiers.new(name, name)
        if name == "OCEAN":
            modifier.geometry_mode, modifier.resolution = "DISPLACE", 4
    for number, name in enumerate(("SKIN", "SCREW")):
        mesh = bpy.data.meshes.new(name.title())
        mesh.from_pydata([(0.5, 0, 0), (0.5, 0, 1), (0.5, 0.4, 1.6)], [(0, 1), (1, 2)], [])
        obj = link(name.title(), mesh, (5 * number, 5, 0))
        obj.modifiers.new(name, name)
    return None


@kind(targets=ALL)
def menus_of_nodes(folder: Path) -> Check:
    """A modifier whose menu chooses the second of two shapes."""
    obj = cube("Chosen")
    tree, given, made = node_group(obj)
    switch = tree.nodes.new("GeometryNodeMenuSwitch")
    switch.data_type = "GEOMETRY"
    cone = tree.nodes.new("GeometryNodeMeshCone")
    first, second = (one for one in switch.inputs if one.type == "GEOMETRY")
    tree.links.new(given, first)
    tree.links.new(cone.outputs["Mesh"], second)
    which = tree.interface.new_socket("Which", in_out="INPUT", socket_type="NodeSocketMenu")
    group = next(node for node in tree.nodes if node.type == "GROUP_INPUT")
    tree.links.new(group.outputs["Which"], switch.inputs["Menu"])
    tree.links.new(switch.outputs[0], made)
    which.default_value = switch.enum_items[1].name
    obj.modifiers.clear()
    obj.modifiers.new("Chosen", "NODES").node_group = tree

    def look(files: Files) -> None:
        assert len(files.attribute("SM_Chosen", "POSITION")) > 100  # the cone, not the cube

    return look


@kind(targets=ALL, told=("camera_stays",))
def views_and_lamps_on_bones(folder: Path) -> Check:
    """A camera and a light on bones that move, and an empty that shows a collection there."""
    rig = armature("Rig", TWO)
    skinned(rig, column("Skin"))
    lens, lamp = link("Eye", bpy.data.cameras.new("Eye")), link("Torch", bpy.data.lights.new("Torch", "SPOT"))
    kit = bpy.data.collections.new("Hat")
    unlinked(cube("Brim", size=0.4), kit)
    hat = link("Hat", None, (0, 0, 0.3))
    hat.instance_type, hat.instance_collection = "COLLECTION", kit
    for obj in (lens, lamp, hat):
        obj.parent, obj.parent_type, obj.parent_bone = rig, "BONE", "tip"
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 10: (0.5, 0, 0)})

    def look(files: Files) -> None:
        assert files.all("cameras")
        assert any("KHR_lights_punctual" in one.get("extensions", {}) for one in files.all("nodes"))

    return look
