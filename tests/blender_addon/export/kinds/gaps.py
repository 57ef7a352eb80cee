"""Kinds between the kinds: three UV maps below a light map, glass that is half away, names that read alike, overrides
of a library, mirrored kits of skins, and what follows bones from outside."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from PIL import Image

from scripts.export_checks.programs.round_trip import import_model

from .scene import (
    TWO,
    Check,
    Files,
    Paint,
    armature,
    column,
    cube,
    flat,
    halves,
    image,
    keyed,
    kind,
    link,
    plane,
    skinned,
    unlinked,
)

ALL = ("web", "unity", "unreal", "usd", "godot")


@kind(targets=ALL, options={"lightmap_uv": True})
def three_maps_below_a_light_map(folder: Path) -> Check:
    """Three UV maps, the last of which the material reads, and a map for lights behind them all."""
    obj = plane("Mapped", size=2)
    for number, name in enumerate(("Detail", "Paint")):
        layer = obj.data.uv_layers.new(name=name)
        for at, corner in enumerate(layer.uv):
            corner.vector = ((at % 2) * (number + 2), (at // 2) / (number + 2))
    paint = Paint("Painted", obj)
    picture = paint.picture(image("Halves", halves((1, 0, 0), (0, 0, 1))), "Base Color")
    by = paint.node("UVMap", uv_map="Paint")
    paint.link(by.outputs["UV"], picture.inputs["Vector"])

    def look(files: Files) -> None:
        attributes = files.mesh("SM_Mapped")["primitives"][0]["attributes"]
        assert sorted(name for name in attributes if name.startswith("TEXCOORD")) == [f"TEXCOORD_{n}" for n in range(4)]
        light = files.attribute("SM_Mapped", "TEXCOORD_3")
        assert light.min() >= 0
        assert light.max() <= 1
        assert np.ptp(files.attribute("SM_Mapped", "TEXCOORD_0")[:, 0]) > 2.5  # the painted one first

    return look


@kind(targets=ALL)
def glass_that_is_half_away(folder: Path) -> Check | None:
    """Glass mixed with a transparent shader, by a number and by a picture; light added to it."""
    for number in range(3):
        paint = Paint(f"Glass {number}", cube(f"Pane {number}", (3 * number, 0, 0)))
        mix, glass, away = paint.node("MixShader"), paint.node("BsdfGlass"), paint.node("BsdfTransparent")
        glass.inputs["Color"].default_value = (0.4, 0.8, 0.5, 1)
        paint.link(glass.outputs[0], mix.inputs[1])
        paint.link(away.outputs[0], mix.inputs[2])
        mix.inputs[0].default_value = 0.5
        if number == 1:
            paint.picture(image("Away", halves((0, 0, 0), (1, 1, 1)), "Non-Color"), mix.inputs[0])
        out = mix.outputs[0]
        if number == 2:
            add, light = paint.node("AddShader"), paint.node("Emission")
            light.inputs["Strength"].default_value = 3
            paint.link(out, add.inputs[0])
            paint.link(light.outputs[0], add.inputs[1])
            out = add.outputs[0]
        paint.link(out, paint.output.inputs[0])
    return None


@kind(targets=ALL, told=("light_of_pictures",), unlike=("Screen",))
def light_of_more_than_one(folder: Path) -> Check:
    """Strengths that nodes work out, above one: products of values, and a picture times a number."""
    paint = Paint("Computed", cube("Lamp"), Emission_Color=(1, 0.5, 0.25, 1))
    times = paint.node("Math", operation="MULTIPLY")
    times.inputs[0].default_value, times.inputs[1].default_value = 2, 3.5
    paint.link(times.outputs[0], "Emission Strength")
    other = Paint("Pictured", cube("Screen", (3, 0, 0)), Emission_Strength=4)
    other.picture(image("Screen", halves((1, 1, 1), (0.2, 0.2, 0.2))), "Emission Color")

    def look(files: Files) -> None:
        for name, strength in (("M_Computed", 7), ("M_Pictured", 4)):
            found = files.one("materials", name)
            told = found.get("extensions", {}).get("KHR_materials_emissive_strength", {}).get("emissiveStrength", 1)
            assert abs(told * max(found["emissiveFactor"]) - strength) < 0.01, found

    return look


@kind(targets=ALL, unlike=("fbx/Sheet",))
def packed_channels(folder: Path) -> Check:
    """Occlusion, roughness and metal in one picture, through Separate Color and glTF's own group.

    FBX refers to maps of color and normals alone: its material stands at the means of the others, which a metal of two
    halves does not look like, and the maps lie beside it.
    """
    paint = Paint("Packed", plane("Sheet"))
    picture = paint.picture(image("Packed", halves((0.5, 0.25, 1), (1, 0.75, 0)), "Non-Color"))
    apart = paint.node("SeparateColor")
    paint.link(picture.outputs["Color"], apart.inputs[0])
    paint.link(apart.outputs[1], "Roughness")
    paint.link(apart.outputs[2], "Metallic")
    group = bpy.data.node_groups.new("glTF Material Output", "ShaderNodeTree")
    group.interface.new_socket("Occlusion", in_out="INPUT", socket_type="NodeSocketFloat")
    made = paint.node("Group", node_tree=group)
    paint.link(apart.outputs[0], made.inputs[0])

    def look(files: Files) -> None:
        pixels = files.picture("M_Packed", "pbrMetallicRoughness", "metallicRoughnessTexture")
        for at, wanted in ((2, (0.25, 1)), (-2, (0.75, 0))):
            assert np.abs(pixels[4, at, 1:3] - wanted).max() < 0.02
        light = files.picture("M_Packed", "occlusionTexture")
        assert abs(light[4, 2, 0] - 0.5) < 0.02
        maps = np.array(Image.open(next((folder / "out" / "unreal").glob("T_Packed*_ORM.png"))).convert("RGB"), float)
        assert np.abs(maps[4, [2, -2]] / 255 - ((0.5, 0.25, 1), (1, 0.75, 0))).max() < 0.02
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
        import_model(next((folder / "out" / "unreal").glob("*.fbx")))
        shader = bpy.data.materials["M_Packed"].node_tree.nodes["Principled BSDF"]
        for name, mean in (("Metallic", 0.5), ("Roughness", 0.5)):
            assert abs(shader.inputs[name].default_value - mean) < 0.02

    return look


@kind(targets=ALL)
def names_that_read_alike(folder: Path) -> Check:
    """Names of other scripts that read as others do: objects, materials and bones."""
    names = ("箱子", "Xiang Zi", "xiang_zi", "箱 子", "Ящик", "Yashchik", "Éclair", "Eclair", "😀", "???")
    for number, name in enumerate(names):
        Paint(f"木{number % 2}", cube(name, (2 * number, 0, 0), 1 + number / 10), Roughness=number / 20)

    def look(files: Files) -> None:
        named = [one["name"] for one in files.all("nodes") if "mesh" in one]
        assert len(named) == len(names) == len({one.lower() for one in named}), named

    return look


@kind(targets=ALL)
def overrides_of_a_library(folder: Path) -> Check:
    """A linked kit and its override, which has been moved, posed and painted here."""
    rig, body = armature("Linked", TWO), column("Linked body")
    skinned(rig, body)
    Paint("Before", body, Base_Color=(1, 0, 0, 1))
    kit = bpy.data.collections.new("Kit")
    for one in (rig, body, cube("Stone", (3, 0, 0))):
        unlinked(one, kit)
    bpy.data.libraries.write(str(folder / "kit.blend"), {kit}, fake_user=True)
    for one in list(kit.objects):
        bpy.data.objects.remove(one)
    bpy.data.collections.remove(kit)
    bpy.data.orphans_purge(do_recursive=True)
    with bpy.data.libraries.load(str(folder / "kit.blend"), link=True) as (_, into):
        into.collections = ["Kit"]
    linked = into.collections[0]
    shown = link("As it is", None, (0, 5, 0))
    shown.instance_type, shown.instance_collection = "COLLECTION", linked
    own = linked.override_hierarchy_create(bpy.context.scene, bpy.context.view_layer, do_fully_editable=True)
    found = {one.name: one for one in own.all_objects}
    found["Linked"].pose.bones["tip"].rotation_mode = "XYZ"
    found["Linked"].pose.bones["tip"].rotation_euler.x = 0.6
    found["Stone"].location = (5, 0, 1)
    found["Stone"].scale = (1, 2, 1)

    def look(files: Files) -> None:
        stones = [one for one in files.all("nodes") if one["name"].startswith("SM_Stone")]
        assert len(stones) == 2, [one["name"] for one in files.all("nodes")]

    return look


@kind(targets=ALL)
def mirrored_kits_of_skins(folder: Path) -> Check | None:
    """A skinned character in a collection, shown mirrored along one axis, along two, and along all three."""
    rig, body = armature("Doll", TWO), column("Doll body")
    skinned(rig, body)
    kit = bpy.data.collections.new("Dolls")
    for one in (rig, body):
        unlinked(one, kit)
    for number, scale in enumerate(((1, 1, 1), (-1, 1, 1), (-1, -1, 1), (-1, -1, -1), (0.5, -0.5, 0.5))):
        made = link(f"Shown {number}", None, (3 * number, 0, 0))
        made.instance_type, made.instance_collection, made.scale = "COLLECTION", kit, scale
    return None


@kind(targets=ALL)
def held_by_bones_from_outside(folder: Path) -> Check:
    """Things with constraints to bones of a body that moves: child of, copied transforms, tracking."""
    rig, body = armature("Mover", TWO), column("Mover body")
    skinned(rig, body)
    tip = rig.pose.bones["tip"]
    tip.rotation_mode = "XYZ"
    for frame, angle in ((1, 0.0), (10, 1.0), (20, 0.0)):
        tip.rotation_euler.x = angle
        tip.keyframe_insert("rotation_euler", frame=frame)
    rig.animation_data.action.name = "Bow"
    for number, constraint in enumerate(("CHILD_OF", "COPY_TRANSFORMS", "DAMPED_TRACK")):
        thing = cube(f"Held {number}", (number + 1, 0, 2), 0.3)
        made = thing.constraints.new(constraint)
        made.target, made.subtarget = rig, "tip"
    bpy.context.scene.frame_end = 20

    def look(files: Files) -> None:
        moved = {
            files.all("nodes")[channel["target"]["node"]]["name"]
            for one in files.all("animations")
            for channel in one["channels"]
            if len(files.documents) == 1
        }
        assert len(files.documents) > 1 or {"SM_Held_0", "SM_Held_1", "SM_Held_2"} <= moved, moved

    return look


@kind(targets=ALL)
def keys_behind_masks_and_drivers(folder: Path) -> Check:
    """Shape keys that a vertex group masks and the place of another object drives, on a skin and on a thing."""
    rig, body = armature("Driver", TWO), column("Driven body")
    skinned(rig, body)
    lever = link("Lever", None, (0, 0, 0.75))
    for obj in (body, cube("Driven box", (3, 0, 0))):
        half = obj.vertex_groups.new(name="half")
        half.add([0, 1], 1.0, "REPLACE")
        obj.shape_key_add(name="Basis")
        block = obj.shape_key_add(name="Smile", from_mix=False)
        for point in block.data:
            point.co.x += 0.4
        block.vertex_group = "half"
        driver = block.driver_add("value").driver
        variable = driver.variables.new()
        variable.targets[0].id, variable.targets[0].data_path = lever, "location.z"
        driver.expression = "var"

    def look(files: Files) -> None:
        weights = [one.get("weights") for one in files.all("meshes") if one.get("weights")]
        assert weights
        assert all(abs(one[0] - 0.75) < 1e-3 for one in weights), weights

    return look


@kind(targets=ALL, options={"cameras": True, "lights": True})
def small_units_and_odd_rates(folder: Path) -> Check:
    """Centimeters, 24000 / 1001 frames a second, a walk, a lamp and a camera."""
    scene = bpy.context.scene
    scene.unit_settings.system, scene.unit_settings.scale_length = "METRIC", 0.01
    scene.render.fps, scene.render.fps_base = 24, 1.001
    scene.frame_end = 25
    box = cube("Cart", size=100)
    keyed(box, "location", {1: 0.0, 25: 240.0}, index=0)
    box.animation_data.action.name = "Roll"
    lamp = link("Lamp", bpy.data.lights.new("Lamp", "POINT"), (0, 0, 300))
    lamp.data.energy = 1000
    link("View", bpy.data.cameras.new("View"), (0, -500, 100))

    def look(files: Files) -> None:
        way = files.values(files.all("animations")[0]["name"], "translation")
        assert abs(np.ptp(way[:, 0]) - 2.4) < 1e-3, way
        place = next(one for one in files.all("nodes") if "Lamp" in one["name"])["translation"]
        assert np.allclose(place, (0, 3, 0), atol=1e-4), place

    return look


@kind(targets=ALL)
def solo_tracks(folder: Path) -> Check:
    """Of three tracks one plays solo, one is muted, and one strip is muted."""
    box = cube("Player")
    for number, name in enumerate(("Solo", "Muted", "Silent")):
        keyed(box, "location", {1: 0.0, 11: number + 1.0}, index=2)
        action = box.animation_data.action
        action.name, action.use_fake_user = name, True
        track = box.animation_data.nla_tracks.new()
        track.name = name
        track.strips.new(name, 1, action).mute = name == "Silent"
        track.mute = name == "Muted"
        box.animation_data.action = None
    box.animation_data.nla_tracks["Solo"].is_solo = True
    bpy.context.scene.frame_end = 11

    def look(files: Files) -> None:
        assert files.all("animations"), "no clip at all"

    return look


@kind(targets=ALL)
def flat_pictures_of_both_sides(folder: Path) -> Check:
    """A material that shows another color on the back of a face, as cards of leaves have it."""
    obj = plane("Leaf")
    paint = Paint("Leaf", obj)
    facing, mix = paint.node("NewGeometry"), paint.node("Mix", data_type="RGBA")
    picture = paint.picture(image("Green", flat((0.1, 0.6, 0.1))), mix.inputs["A"])
    mix.inputs["B"].default_value = (0.5, 0.1, 0.1, 1)
    colors = [one for one in mix.inputs if one.name in ("A", "B") and one.type == "RGBA"]
    paint.link(picture.outputs["Color"], colors[0])
    colors[1].default_value = (0.5, 0.1, 0.1, 1)
    paint.link(facing.outputs["Backfacing"], mix.inputs[0])
    paint.link(next(one for one in mix.outputs if one.type == "RGBA"), "Base Color")

    def look(files: Files) -> None:
        assert files.one("materials", "M_Leaf").get("doubleSided")

    return look
