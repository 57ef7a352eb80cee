"""What features of Blender do to each other: one mesh of two skins, one action of two rigs, operands that hide, things
that change hands, quotes in names, a picture as color and as number, far places, files that are gone."""

from __future__ import annotations

from pathlib import Path

import bpy

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
    plane,
    skinned,
    unlinked,
)

ALL = ("web", "unity", "unreal", "usd")


@kind(targets=ALL)
def one_mesh_of_two_skins(folder: Path) -> Check:
    """A mesh with keys that two rigs move, of which one has a mirror before its armature, and one that none moves."""
    rigs = [armature(f"Rig {number}", TWO, (4 * number, 0, 0)) for number in range(2)]
    first = skinned(rigs[0], column("Shared"))
    grown(first, Up=0.5)
    second = link("Shared too", first.data)
    for group in first.vertex_groups:
        second.vertex_groups.get(group.name) or second.vertex_groups.new(name=group.name)
    mirror = second.modifiers.new("Mirror", "MIRROR")
    mirror.use_axis = (False, True, False)
    mirror.use_mirror_merge = False
    second.modifiers.new("Armature", "ARMATURE").object = rigs[1]
    second.parent = rigs[1]
    link("Still", first.data, (0, 4, 0)).modifiers.new("Bevel", "BEVEL").width = 0.02
    for number, rig in enumerate(rigs):
        rig.pose.bones["tip"].rotation_mode = "XYZ"
        keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 10: (0.5 + number, 0, 0)})

    def look(files: Files) -> None:
        assert len(files.all("skins")) == 2

    return look


@kind(targets=ALL)
def sides_that_a_mirror_names(folder: Path) -> Check:
    """A half whose groups end in .L below a mirror that makes .R of them, with keys, mirrored UVs and a moved key."""
    rig = armature(
        "Rig",
        {
            "root": ((0, 0, 0), (0, 0, 1), ""),
            "arm.L": ((1, 0, 1), (2, 0, 1), "root"),
            "arm.R": ((-1, 0, 1), (-2, 0, 1), "root"),
        },
    )
    half = cube("Half", (0, 0, 1))
    bpy.ops.object.transform_apply(location=True)
    for vertex in half.data.vertices:
        vertex.co.x += 0.5
    trunk, arm = half.vertex_groups.new(name="root"), half.vertex_groups.new(name="arm.L")
    half.vertex_groups.new(name="arm.R")
    for vertex in half.data.vertices:
        (arm if vertex.co.x > 0.5 else trunk).add([vertex.index], 1.0, "REPLACE")
    grown(half, Bulge=0.25, Dent=0.0)
    mirror = half.modifiers.new("Mirror", "MIRROR")
    mirror.use_mirror_u = True
    half.modifiers.new("Armature", "ARMATURE").object = rig
    half.parent = rig
    keyed(half.data.shape_keys.key_blocks["Dent"], "value", {1: 0.0, 12: 1.0})
    for name, turn in (("arm.L", 0.8), ("arm.R", -0.4)):
        rig.pose.bones[name].rotation_mode = "XYZ"
        keyed(rig.pose.bones[name], "rotation_euler", {1: (0, 0, 0), 12: (0, 0, turn)})

    def look(files: Files) -> None:
        (skin,) = files.all("skins")
        assert len(skin["joints"]) >= 3

    return look


@kind(targets=ALL, told=("color_as_number",), unlike=("First", "Second"))
def one_picture_as_color_and_number(folder: Path) -> Check:
    """One block of an sRGB picture as color, as roughness, through one channel as metal, and as a factor of a mix."""
    picture = image("Both", halves((0.8, 0.2, 0.2), (0.2, 0.8, 0.5)))
    first = Paint("Color and roughness", plane("First"))
    node = first.picture(picture, "Base Color")
    first.link(node.outputs["Color"], "Roughness")
    second = Paint("Metal of a channel", plane("Second", (2, 0, 0)), Base_Color=(0.5, 0.5, 0.5, 1))
    split = second.node("SeparateColor")
    second.link(second.picture(picture).outputs["Color"], split.inputs[0])
    second.link(split.outputs["Green"], "Metallic")
    third = Paint("Factor", plane("Third", (4, 0, 0)))
    mix = third.node("Mix", data_type="RGBA")
    third.link(third.picture(picture).outputs["Color"], mix.inputs["Factor"])
    mix.inputs[6].default_value, mix.inputs[7].default_value = (1, 0, 0, 1), (0, 0, 1, 1)
    third.link(mix.outputs[2], "Base Color")

    def look(files: Files) -> None:
        told = {one["object"] for one in files.findings if one["kind"] == "color_as_number"}
        assert told == {"First", "Second"}, told

    return look


@kind(targets=ALL)
def far_and_tiny(folder: Path) -> Check | None:
    """A hundred kilometers from the origin as an object, twenty as a mesh, a millimeter large, a hundred meters wide,
    and a character far out."""
    cube("Far", (1e5, -1e5, 10), 2)
    away = cube("Away", (0, 0, 0), 2)
    for vertex in away.data.vertices:
        vertex.co.x += 2e4
    cube("Tiny", (1, 0, 0), 0.001)
    plane("Wide", (0, 0, -1), 100)
    dust = cube("Dust", (3, 0, 0), 100)
    dust.scale = (1e-5, 1e-5, 1e-5)
    rig = armature("Rig", TWO, (5000, 0, 0))
    skinned(rig, column("Skin"))
    rig.pose.bones["tip"].rotation_mode = "XYZ"
    keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 10: (0.5, 0, 0)})
    return None


@kind(targets=ALL)
def operands_that_hide(folder: Path) -> Check:
    """Modifiers that read what hides in the view, in renders and in an excluded collection."""
    hidden = bpy.data.collections.new("Cutters")
    bpy.context.scene.collection.children.link(hidden)
    for number in range(2):
        cutter = cube(f"Cutter {number}", (0.5, 0.5 * number - 0.25, 0.5), 0.4)
        unlinked(cutter, hidden)
        cutter.hide_render = True
    solid = cube("Cut")
    modifier = solid.modifiers.new("Boolean", "BOOLEAN")
    modifier.operand_type, modifier.collection, modifier.solver = "COLLECTION", hidden, "EXACT"
    hidden.hide_render = True
    base = ball("Base", (4, 0, 0))
    base.hide_set(True)
    base.hide_render = True
    cloth = plane("Cloth", (4, 0, 0.1), 1)
    cloth.modifiers.new("Fine", "SUBSURF").levels = 2
    wrap = cloth.modifiers.new("Wrap", "SHRINKWRAP")
    wrap.target = base
    away = bpy.data.collections.new("Away")
    bpy.context.scene.collection.children.link(away)
    frame = link("Frame", bpy.data.lattices.new("Frame"), (8, 0, 0))
    frame.data.points[0].co_deform.z -= 1
    unlinked(frame, away)
    bent = cube("Bent", (8, 0, 0), 0.8)
    bent.modifiers.new("Lattice", "LATTICE").object = frame
    bpy.context.view_layer.layer_collection.children["Away"].exclude = True

    def look(files: Files) -> None:
        names = {node["name"] for node in files.all("nodes") if "mesh" in node}
        assert names == {"SM_Cut", "SM_Cloth", "SM_Bent"}, names
        assert len(files.attribute("SM_Cut", "POSITION")) > 24

    return look


@kind(targets=("web", "unity"))
def a_sword_that_changes_hands(folder: Path) -> Check:
    """A thing that follows a table and then a hand, by the keyed influences of two Child Of; one that two rigs hold."""
    rigs = [armature(f"Rig {number}", TWO, (3 * number, 0, 0)) for number in range(2)]
    for number, rig in enumerate(rigs):
        skinned(rig, column(f"Skin {number}"))
        rig.pose.bones["tip"].rotation_mode = "XYZ"
        keyed(rig.pose.bones["tip"], "rotation_euler", {1: (0, 0, 0), 20: (0.6, 0, 0)})
    table = cube("Table", (0, 3, 0))
    keyed(table, "location", {1: (0, 3, 0), 20: (1, 3, 0)})
    sword = cube("Sword", (0, 3, 1), 0.2)
    for target, bone, values in ((table, "", {1: 1.0, 10: 1.0, 11: 0.0}), (rigs[0], "tip", {1: 0.0, 10: 0.0, 11: 1.0})):
        hold = sword.constraints.new("CHILD_OF")
        hold.target, hold.subtarget = target, bone
        keyed(hold, "influence", values)
    both = cube("Both", (1.5, 0, 1.5), 0.3)
    hold = both.constraints.new("ARMATURE")
    for rig in rigs:
        target = hold.targets.new()
        target.target, target.subtarget, target.weight = rig, "tip", 0.5

    def look(files: Files) -> None:
        scene = files.documents["scene"][0]
        channels = [channel for clip in scene["animations"] for channel in clip["channels"]]
        moved = {scene["nodes"][channel["target"]["node"]]["name"] for channel in channels}
        assert {"SM_Sword", "SM_Both", "SM_Table"} <= moved, moved

    return look


@kind(targets=("web", "unity"))
def one_action_of_two_rigs(folder: Path) -> Check:
    """One slot of an action that two rigs play, of which the second lacks a bone and has another that stays."""
    first = armature("First", TWO)
    second = armature("Second", {"root": TWO["root"], "fin": ((0, 0, 1), (0, 1, 1), "root")}, (4, 0, 0))
    skinned(first, column("Skin 1"))
    skin = column("Skin 2")
    low, high = skin.vertex_groups.new(name="root"), skin.vertex_groups.new(name="fin")
    for vertex in skin.data.vertices:
        (high if vertex.co.z > 1 else low).add([vertex.index], 1.0, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = second
    skin.parent = second
    for name in ("root", "tip"):
        first.pose.bones[name].rotation_mode = "XYZ"
        keyed(first.pose.bones[name], "rotation_euler", {1: (0, 0, 0), 15: (0.4, 0.2, 0)})
    second.pose.bones["root"].rotation_mode = "XYZ"
    animation = second.animation_data_create()
    animation.action = first.animation_data.action
    animation.action_slot = first.animation_data.action_slot

    def look(files: Files) -> None:
        moving = [name for name, (document, _) in files.documents.items() if document.get("animations")]
        assert len(files.all("skins")) == 2
        assert sum(len(clip["channels"]) > 0 for clip in files.all("animations")) >= 2, moving

    return look


@kind(targets=ALL)
def quotes_in_names(folder: Path) -> Check:
    """Quotes, backslashes and brackets in the names of bones, keys and materials that paths name."""
    odd = 'a"b\\c]'
    rig = armature("Rig", {"root": TWO["root"], odd: TWO["tip"]})
    skin = column("Skin")
    group = skin.vertex_groups.new(name=odd)
    low = skin.vertex_groups.new(name="root")
    for vertex in skin.data.vertices:
        (group if vertex.co.z > 1 else low).add([vertex.index], 1.0, "REPLACE")
    skin.modifiers.new("Armature", "ARMATURE").object = rig
    skin.parent = rig
    rig.pose.bones[odd].rotation_mode = "XYZ"
    keyed(rig.pose.bones[odd], "rotation_euler", {1: (0, 0, 0), 10: (0.5, 0, 0)})
    grown(skin, **{odd: 0.0, "O'Neil [x]": 0.5, "O'Neil {x}": 0.0, "口 2": 0.0})
    keyed(skin.data.shape_keys.key_blocks[odd], "value", {1: 0.0, 10: 1.0})
    held = cube('Held "this"', (0, 0, 2.2), 0.3)
    held.parent, held.parent_type, held.parent_bone = rig, "BONE", odd
    Paint('Paint "it"', held, Base_Color=(1, 0, 0, 1))
    driver = held.driver_add("scale", 2).driver
    variable = driver.variables.new()
    variable.name, variable.targets[0].id = "v", rig
    variable.targets[0].data_path = f'pose.bones["{bpy.utils.escape_identifier(odd)}"].rotation_euler[0]'
    driver.expression = "1 + v"

    def look(files: Files) -> None:
        paths = {c["target"]["path"] for clip in files.all("animations") for c in clip["channels"]}
        assert {"rotation", "weights"} <= paths, paths

    return look


@kind(targets=ALL, told=("missing_library",), unlike=("Here",))
def a_library_that_is_gone(folder: Path) -> Check:
    """Objects and a material of a file that has been deleted since, beside what is here."""
    prop, rig = cube("Prop"), armature("Lost rig", TWO)
    kit = bpy.data.collections.new("Kit")
    for obj in (prop, rig):
        unlinked(obj, kit)
    paint = Paint("Of the library").material
    library = folder / "library.blend"
    bpy.data.libraries.write(str(library), {kit, paint}, fake_user=True)
    for obj in (prop, rig):
        bpy.data.objects.remove(obj)
    bpy.data.collections.remove(kit)
    bpy.data.materials.remove(paint)
    bpy.data.orphans_purge(do_recursive=True)
    with bpy.data.libraries.load(str(library), link=True) as (theirs, ours):
        ours.collections, ours.materials = theirs.collections, theirs.materials
    here = cube("Here", (3, 0, 0))
    here.data.materials.append(ours.materials[0])
    place = link("Place", None, (5, 0, 0))
    place.instance_type, place.instance_collection = "COLLECTION", ours.collections[0]
    bpy.context.scene.collection.children.link(ours.collections[0])
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "first.blend"))
    library.unlink()
    bpy.ops.wm.open_mainfile(filepath=str(folder / "first.blend"))

    def look(files: Files) -> None:
        lost = {
            (one["object"], one["what"].split(" of the")[0])
            for one in files.findings
            if one["kind"] == "missing_library"
        }
        assert lost == {("Place", "Kit"), ("Here", "Of the library")}, lost

    return look


@kind(targets=ALL)
def sculpted_at_two_levels(folder: Path) -> Check:
    """A multiresolution sculpt that is shown at one level and rendered at another, beside a duplicate at none."""
    sculpt = cube("Sculpt")
    sculpt.modifiers.new("Multires", "MULTIRES")
    for _ in range(3):
        bpy.ops.object.multires_subdivide(modifier="Multires")
    sculpt.modifiers[0].levels, sculpt.modifiers[0].render_levels = 1, 3
    link("Plain", sculpt.data, (3, 0, 0))

    def look(files: Files) -> None:
        assert len(files.attribute("SM_Sculpt", "POSITION")) > len(files.attribute("SM_Plain", "POSITION"))

    return look


@kind(targets=("web", "usd"))
def looks_of_the_eye(folder: Path) -> Check:
    """Colors by the path of light, by islands, by the edge, by occlusion and by curvature: what no file holds."""
    for number, (node, outlet) in enumerate(
        (
            ("LightPath", "Is Camera Ray"),
            ("NewGeometry", "Random Per Island"),
            ("NewGeometry", "Pointiness"),
            ("AmbientOcclusion", "Color"),
            ("Wireframe", 0),
            ("ObjectInfo", "Location"),
            ("NewGeometry", "Backfacing"),
            ("VolumeInfo", "Density"),
        )
    ):
        paint = Paint(f"{node} {outlet}", ball(f"Ball {number}", (2 * number, 0, 0)))
        paint.link(paint.node(node).outputs[outlet], "Base Color")

    def look(files: Files) -> None:
        told = {one["object"] for one in files.findings if one["kind"] in ("unsupported_nodes", "shading_stays")}
        assert {f"Ball {number}" for number in (1, 2, 3, 4, 5, 7)} <= told, told

    return look


@kind(targets=ALL)
def nodes_of_later_versions(folder: Path) -> Check | None:
    """A zone of nodes that is repeated in a material, where this Blender has it."""
    paint = Paint("Repeated", ball("Repeats"))
    try:
        begin, end = (paint.tree.nodes.new(f"GeometryNodeRepeat{side}") for side in ("Input", "Output"))
    except RuntimeError:
        return None
    begin.pair_with_output(end)
    end.repeat_items.clear()
    end.repeat_items.new("RGBA", "Tint")
    begin.inputs["Iterations"].default_value = 3
    begin.inputs["Tint"].default_value = (0.8, 0.4, 0.2, 1)
    mix = paint.node("Mix", data_type="RGBA", blend_type="MULTIPLY")
    mix.inputs["Factor"].default_value = 1
    mix.inputs[7].default_value = (0.9, 0.5, 0.9, 1)
    paint.link(begin.outputs["Tint"], mix.inputs[6])
    paint.link(mix.outputs[2], end.inputs["Tint"])
    paint.link(end.outputs["Tint"], "Base Color")
    return None
