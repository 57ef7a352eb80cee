"""Shaders and their values: alpha, emission, normals, groups, several outputs, extensions of glTF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np

from .scene import Check, Files, Paint, ball, cube, flat, halves, image, kind, plane

PBR = "pbrMetallicRoughness"


def _ramp() -> Any:
    pixels = flat((0.0, 0.0, 0.0), 16)
    pixels[...] = np.linspace(0, 1, 16)[None, :, None]
    return pixels


@kind()
def emission_of_many_sources(folder: Path) -> Check:
    """Picture, color times strength, a shader of its own, one below a mix, a ramp, black body."""
    lamp = Paint("Picture", cube("Picture"), Emission_Strength=1.0)
    lamp.picture(image("Glow", halves((1, 0, 0), (0, 0, 0))), "Emission Color")
    Paint("Strong", cube("Strong", (2, 0, 0)), Emission_Color=(0.2, 0.5, 1, 1), Emission_Strength=7.0)
    own = Paint("Own", cube("Own", (4, 0, 0)))
    shader = own.node("Emission")
    shader.inputs["Color"].default_value, shader.inputs["Strength"].default_value = (1, 0.5, 0, 1), 3
    own.link(shader.outputs[0], own.output.inputs["Surface"])
    hot = Paint("Hot", cube("Hot", (6, 0, 0)), Emission_Strength=2.0)
    body = hot.node("Blackbody")
    body.inputs[0].default_value = 3000
    hot.link(body.outputs[0], "Emission Color")
    both = Paint("Both", cube("Both", (8, 0, 0)), Base_Color=(0.1, 0.6, 0.1, 1))
    add, light = both.node("AddShader"), both.node("Emission")
    light.inputs["Color"].default_value = (0, 0, 1, 1)
    both.link(both.shader.outputs[0], add.inputs[0])
    both.link(light.outputs[0], add.inputs[1])
    both.link(add.outputs[0], both.output.inputs["Surface"])
    off = Paint("Off", cube("Off", (10, 0, 0)), Emission_Strength=0.0)
    off.picture(image("Dark", flat((1, 1, 1))), "Emission Color")

    def look(files: Files) -> None:
        assert "emissiveTexture" in files.one("materials", "M_Picture")
        strong = files.one("materials", "M_Strong")
        strength = strong["extensions"]["KHR_materials_emissive_strength"]["emissiveStrength"]
        assert np.allclose(np.array(strong["emissiveFactor"]) * strength, (1.4, 3.5, 7), atol=0.02)
        assert not any(files.one("materials", "M_Off").get("emissiveFactor", [0]))
        assert max(files.one("materials", "M_Own")["emissiveFactor"]) > 0

    return look


@kind(unlike=("Cut",))
def alpha_of_many_sources(folder: Path) -> Check:
    """The picture's own, one beside, one channel of it, a value, its inverse, a threshold, a mix with Transparent."""
    leaf = image("Leaf", np.dstack([flat((0.1, 0.7, 0.1)), _ramp()[..., :1]]))
    mask = image("Mask", halves((1, 1, 1), (0, 0, 0)), "Non-Color")

    own = Paint("Own", plane("Own"))
    node = own.picture(leaf, "Base Color")
    own.link(node.outputs["Alpha"], "Alpha")

    beside = Paint("Beside", plane("Beside", (2, 0, 0)))
    beside.picture(image("Solid", flat((0.7, 0.2, 0.1))), "Base Color")
    beside.picture(mask, "Alpha")

    channel = Paint("Channel", plane("Channel", (4, 0, 0)), Base_Color=(0.2, 0.2, 0.7, 1))
    apart = channel.node("SeparateColor")
    channel.link(channel.picture(mask).outputs[0], apart.inputs[0])
    channel.link(apart.outputs["Green"], "Alpha")

    Paint("Value", plane("Value", (6, 0, 0)), Alpha=0.4)

    inverse = Paint("Inverse", plane("Inverse", (8, 0, 0)))
    less = inverse.node("Math", operation="SUBTRACT")
    less.inputs[0].default_value = 1
    inverse.link(inverse.picture(mask).outputs[0], less.inputs[1])
    inverse.link(less.outputs[0], "Alpha")

    cut = Paint("Cut", plane("Cut", (10, 0, 0)))
    over = cut.node("Math", operation="GREATER_THAN")
    over.inputs[1].default_value = 0.3
    picture = cut.picture(leaf, "Base Color")
    cut.link(picture.outputs["Alpha"], over.inputs[0])
    cut.link(over.outputs[0], "Alpha")

    mixed = Paint("Mixed", plane("Mixed", (12, 0, 0)), Base_Color=(0.8, 0.1, 0.4, 1))
    mix, clear = mixed.node("MixShader"), mixed.node("BsdfTransparent")
    mixed.link(mixed.picture(mask).outputs[0], mix.inputs[0])
    mixed.link(clear.outputs[0], mix.inputs[1])
    mixed.link(mixed.shader.outputs[0], mix.inputs[2])
    mixed.link(mix.outputs[0], mixed.output.inputs["Surface"])

    def look(files: Files) -> None:
        for name in ("Own", "Beside", "Channel", "Value", "Inverse", "Cut", "Mixed"):
            assert files.one("materials", f"M_{name}").get("alphaMode", "OPAQUE") != "OPAQUE", name
        assert np.isclose(files.one("materials", "M_Value")[PBR]["baseColorFactor"][3], 0.4)
        assert np.isclose(files.one("materials", "M_Cut").get("alphaCutoff", 0.5), 0.3, atol=0.01)
        for name, left in (("Beside", 1), ("Channel", 1), ("Inverse", 0), ("Mixed", 1)):
            shown = files.picture(f"M_{name}", PBR, "baseColorTexture")
            assert np.isclose(shown[:, 1, 3].mean(), left, atol=0.05), name
            assert np.isclose(shown[:, -2, 3].mean(), 1 - left, atol=0.05), name

    return look


@kind()
def normals_of_many_sources(folder: Path) -> Check:
    """A map with a strength, one with its green turned, bumps of a picture, one on the second UV map."""
    bumpy = flat((0.8, 0.5, 0.85))
    for number, strength in enumerate((0.4, 1.0, 2.5)):
        one = Paint(f"N{number}", ball(f"N{number}", (2 * number, 0, 0)))
        node = one.node("NormalMap")
        node.inputs["Strength"].default_value = strength
        one.link(one.picture(image(f"N{number}", bumpy, "Non-Color")).outputs[0], node.inputs["Color"])
        one.link(node.outputs[0], "Normal")
    turned = Paint("Turned", ball("Turned", (6, 0, 0)))
    node, apart, together, less = (turned.node(one) for one in ("NormalMap", "SeparateColor", "CombineColor", "Math"))
    less.operation = "SUBTRACT"
    less.inputs[0].default_value = 1
    tilted = image("DirectX", flat((0.5, 0.8, 0.85)), "Non-Color")
    turned.link(turned.picture(tilted).outputs[0], apart.inputs[0])
    turned.link(apart.outputs["Green"], less.inputs[1])
    for channel, given in (("Red", apart.outputs["Red"]), ("Green", less.outputs[0]), ("Blue", apart.outputs["Blue"])):
        turned.link(given, together.inputs[channel])
    turned.link(together.outputs[0], node.inputs["Color"])
    turned.link(node.outputs[0], "Normal")
    bump = Paint("Bump", plane("Bump", (8, 0, 0)))
    node = bump.node("Bump")
    node.inputs["Distance"].default_value = 0.5
    bump.link(
        bump.picture(image("Height", halves((1, 1, 1), (0, 0, 0)), "Non-Color")).outputs[0], node.inputs["Height"]
    )
    bump.link(node.outputs[0], "Normal")

    def look(files: Files) -> None:
        for number, strength in enumerate((0.4, 1.0, 2.5)):
            assert np.isclose(files.one("materials", f"M_N{number}")["normalTexture"].get("scale", 1), strength)
        assert np.allclose(files.picture("M_Turned", "normalTexture")[8, 8, :2], (0.5, 0.2), atol=0.03)
        assert np.ptp(files.picture("M_Bump", "normalTexture")[..., 0]) > 0.1

    return look


@kind()
def shaders_in_groups(folder: Path) -> Check | None:
    """A shader in a group in a group, behind a reroute, beside a muted node; and two that a picture mixes."""
    inner = bpy.data.node_groups.new("Inner", "ShaderNodeTree")
    inner.interface.new_socket("Tint", in_out="INPUT", socket_type="NodeSocketColor")
    inner.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    given, made = inner.nodes.new("NodeGroupInput"), inner.nodes.new("NodeGroupOutput")
    shader = inner.nodes.new("ShaderNodeBsdfPrincipled")
    inner.links.new(given.outputs[0], shader.inputs["Base Color"])
    inner.links.new(shader.outputs[0], made.inputs[0])
    outer = bpy.data.node_groups.new("Outer", "ShaderNodeTree")
    outer.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    node, made = outer.nodes.new("ShaderNodeGroup"), outer.nodes.new("NodeGroupOutput")
    node.node_tree = inner
    node.inputs[0].default_value = (0.7, 0.1, 0.2, 1)
    outer.links.new(node.outputs[0], made.inputs[0])
    one = Paint("Grouped", cube("Grouped"))
    group, way = one.node("Group", node_tree=outer), one.tree.nodes.new("NodeReroute")
    one.link(group.outputs[0], way.inputs[0])
    one.link(way.outputs[0], one.output.inputs["Surface"])

    muted = Paint("Muted", cube("Muted", (2, 0, 0)))
    turn = muted.node("Invert")
    muted.link(muted.picture(image("Plain", flat((0.8, 0.3, 0.1)))).outputs[0], turn.inputs["Color"])
    muted.link(turn.outputs[0], "Base Color")
    turn.mute = True

    mixed = Paint("Mixed", plane("Mixed", (4, 0, 0)), Base_Color=(0.9, 0.1, 0.1, 1), Roughness=0.2)
    other, mix = mixed.node("BsdfPrincipled"), mixed.node("MixShader")
    other.inputs["Base Color"].default_value, other.inputs["Roughness"].default_value = (0.1, 0.1, 0.9, 1), 0.9
    mixed.link(mixed.picture(image("Blend", halves((1, 1, 1), (0, 0, 0)), "Non-Color")).outputs[0], mix.inputs[0])
    mixed.link(mixed.shader.outputs[0], mix.inputs[1])
    mixed.link(other.outputs[0], mix.inputs[2])
    mixed.link(mix.outputs[0], mixed.output.inputs["Surface"])
    return None


@kind(unlike=("Glass", "Refraction"))
def other_shaders(folder: Path) -> Check | None:
    """Diffuse, Glossy, Glass, Refraction, Toon, Translucent, Metallic, Velvet: shown or told.

    glTF colors what shines through glass once; Blender reads that back as a color that both of its sides share.
    """
    for number, name in enumerate(
        ("Diffuse", "Glossy", "Glass", "Refraction", "Toon", "Translucent", "Metallic", "Sheen")
    ):
        made = Paint(name, ball(name, (2 * number, 0, 0)))
        try:
            shader = made.node(f"Bsdf{name}")
        except RuntimeError:  # of a newer Blender
            continue
        color = next(one for one in shader.inputs if one.type == "RGBA")
        color.default_value = (0.7, 0.3, 0.1, 1)
        made.link(shader.outputs[0], made.output.inputs["Surface"])
    return None


@kind()
def outputs_for_cycles(folder: Path) -> Check | None:
    """One for Cycles and one for EEVEE, and two of which one is active: as the scene renders."""
    bpy.context.scene.render.engine = "CYCLES"
    _outputs()
    return None


@kind(unlike=("Both",))
def outputs_for_eevee(folder: Path) -> Check:
    """The same in a scene that EEVEE renders; our judge asks Cycles."""
    _outputs()

    def look(files: Files) -> None:
        assert np.allclose(files.one("materials", "M_Both")[PBR]["baseColorFactor"], (0.1, 0.1, 0.9, 1), atol=0.01)

    return look


def _outputs() -> None:
    one = Paint("Both", cube("Both"), Base_Color=(0.9, 0.1, 0.1, 1))
    other, second = one.node("BsdfPrincipled"), one.node("OutputMaterial")
    other.inputs["Base Color"].default_value = (0.1, 0.1, 0.9, 1)
    one.link(other.outputs[0], second.inputs["Surface"])
    one.output.target, second.target = "CYCLES", "EEVEE"
    two = Paint("Active", cube("Active", (2, 0, 0)), Base_Color=(0.9, 0.1, 0.1, 1))
    other, second = two.node("BsdfPrincipled"), two.node("OutputMaterial")
    other.inputs["Base Color"].default_value = (0.1, 0.9, 0.1, 1)
    two.link(other.outputs[0], second.inputs["Surface"])
    two.output.is_active_output, second.is_active_output = False, True


@kind(targets=("web",))
def extensions_of_gltf(folder: Path) -> Check:
    """Values and pictures of coat, sheen, transmission, index of refraction, specular, anisotropy, thin film."""
    values = {
        "Coat_Weight": 0.7, "Coat_Roughness": 0.3, "Sheen_Weight": 0.5, "Transmission_Weight": 0.6, "IOR": 1.33,
        "Anisotropic": 0.4,
    }  # fmt: skip
    for number, (key, value) in enumerate(values.items()):
        more = {"Coat_Weight": 0.5} if key == "Coat_Roughness" else {}
        Paint(key, ball(key, (2 * number, 0, 0)), **{**more, key: value})
    tinted = Paint("Specular", ball("Specular", (14, 0, 0)))
    tinted.shader.inputs["Specular IOR Level"].default_value = 0.2
    tinted.shader.inputs["Specular Tint"].default_value = (1, 0.5, 0.2, 1)
    drawn = Paint("Drawn", plane("Drawn", (16, 0, 0)))
    drawn.picture(image("Coat", halves((1, 1, 1), (0, 0, 0)), "Non-Color"), "Coat Weight")
    drawn.picture(image("Through", halves((0, 0, 0), (1, 1, 1)), "Non-Color"), "Transmission Weight")

    def look(files: Files) -> None:
        found = {one["name"]: set(one.get("extensions", {})) for one in files.all("materials")}
        assert "KHR_materials_clearcoat" in found["M_Coat_Weight"] & found["M_Coat_Roughness"]
        assert "KHR_materials_sheen" in found["M_Sheen_Weight"]
        assert "KHR_materials_transmission" in found["M_Transmission_Weight"]
        assert "shading_stays" in files.told  # Blender writes an index of refraction beside other extensions alone
        assert "KHR_materials_anisotropy" in found["M_Anisotropic"]
        rough = files.one("materials", "M_Coat_Roughness")["extensions"]["KHR_materials_clearcoat"]
        assert np.isclose(rough["clearcoatRoughnessFactor"], 0.3)
        assert "KHR_materials_specular" in found["M_Specular"]
        drawn = files.one("materials", "M_Drawn")["extensions"]
        assert "clearcoatTexture" in drawn["KHR_materials_clearcoat"]
        assert "transmissionTexture" in drawn["KHR_materials_transmission"]

    return look


@kind()
def slots_of_a_mesh(folder: Path) -> Check:
    """Empty slots, slots of the object, two objects that share a mesh with slots of their own, no material at all."""
    red, blue = (
        Paint(name, Base_Color=(*color, 1)).material for name, color in (("Red", (1, 0, 0)), ("Blue", (0, 0, 1)))
    )
    one = cube("One")
    one.data.materials.append(red)
    two = bpy.data.objects.new("Two", one.data)
    two.location.x = 2
    bpy.context.scene.collection.objects.link(two)
    two.material_slots[0].link = "OBJECT"
    two.material_slots[0].material = blue
    gap = cube("Gap", (4, 0, 0))
    for material in (None, red, None, blue):
        gap.data.materials.append(material)
    gap.data.polygons[0].material_index, gap.data.polygons[1].material_index = 1, 3
    over = cube("Over", (6, 0, 0))
    over.data.materials.append(red)
    over.data.polygons[0].material_index = 5  # of a slot that was removed
    cube("Bare", (8, 0, 0))
    alike = cube("Alike", (10, 0, 0))
    for name in ("Same", "Same.001"):
        Paint(name, alike)
    alike.data.polygons[0].material_index = 1

    def look(files: Files) -> None:
        assert len(files.mesh("SM_Alike")["primitives"]) == 2

    return look


@kind()
def materials_without_nodes(folder: Path) -> Check | None:
    """The color of the viewport, from both sides and from one."""
    for number, (name, culls) in enumerate((("Open", False), ("Shut", True))):
        made = bpy.data.materials.new(name)
        if bpy.app.version < (5, 0):
            made.use_nodes = False
        made.diffuse_color, made.roughness, made.use_backface_culling = (0.2, 0.7, 0.3, 1), 0.3, culls
        plane(name, (2 * number, 0, 0)).data.materials.append(made)

    def look(files: Files) -> None:
        assert files.one("materials", "M_Open").get("doubleSided", False)
        assert not files.one("materials", "M_Shut").get("doubleSided", False)

    return look


@kind()
def colors_of_vertices(folder: Path) -> Check | None:
    """A layer that a node names, one that is not the active one, one times a picture, and one as alpha."""
    for number, how in enumerate(("Named", "Active", "Times", "Alpha")):
        obj = plane(how, (2 * number, 0, 0))
        for name, color in (("Wrong", (0, 1, 0, 1)), ("Right", (0.8, 0.1, 0.1, 0.3 if how == "Alpha" else 1))):
            layer = obj.data.color_attributes.new(name, "FLOAT_COLOR", "CORNER")
            layer.data.foreach_set("color", np.tile(np.array(color, np.float32), 4))
        paint = Paint(how, obj)
        node = paint.node("VertexColor", layer_name="" if how == "Active" else "Right")
        obj.data.color_attributes.render_color_index = 1
        if how == "Times":
            mix = paint.node("Mix", data_type="RGBA", blend_type="MULTIPLY")
            mix.inputs[0].default_value = 1
            paint.link(node.outputs["Color"], mix.inputs[6])
            paint.link(paint.picture(image("Gray", flat((0.8, 0.8, 0.8)))).outputs[0], mix.inputs[7])
            paint.link(mix.outputs[2], "Base Color")
        else:
            paint.link(node.outputs["Color"], "Base Color")
        if how == "Alpha":
            paint.link(node.outputs["Alpha"], "Alpha")
    return None


@kind()
def values_of_other_things(folder: Path) -> Check | None:
    """Colors of the object and of its index, a random one, and a property of the object."""
    for number, socket in enumerate(("Color", "Random")):
        obj = cube(socket, (2 * number, 0, 0))
        obj.color = (0.1, 0.8, 0.3, 1)
        paint = Paint(socket, obj)
        paint.link(paint.node("ObjectInfo").outputs[socket], "Base Color")
    obj = cube("Property", (6, 0, 0))
    obj["tint"] = 0.7
    paint = Paint("Property", obj)
    paint.link(paint.node("Attribute", attribute_type="OBJECT", attribute_name="tint").outputs["Fac"], "Base Color")
    twins = [cube(f"Twin{number}", (8 + 2 * number, 0, 0)) for number in range(2)]
    twins[1].data = twins[0].data
    shared = Paint("Shared", twins[0])
    shared.link(shared.node("ObjectInfo").outputs["Color"], "Base Color")
    twins[0].color, twins[1].color = (1, 0, 0, 1), (0, 0, 1, 1)

    def look(files: Files) -> None:
        shown = {
            name: files.picture(name, PBR, "baseColorTexture")[..., :3].max(axis=(0, 1))
            for name in ("M_Color_Color", "M_Property_Property", "M_Shared_Twin0", "M_Shared_Twin1")
        }
        assert np.allclose(shown["M_Color_Color"], (0.349, 0.906, 0.584), atol=0.02), shown
        assert np.allclose(shown["M_Property_Property"], 0.855, atol=0.02), shown
        assert np.allclose(shown["M_Shared_Twin0"], (1, 0, 0), atol=0.02)
        assert np.allclose(shown["M_Shared_Twin1"], (0, 0, 1), atol=0.02)

    return look


@kind(targets=("web",))
def occlusion_of_gltf(folder: Path) -> Check:
    """Blender's group for what no shader has, by each of its names."""
    for number, name in enumerate(("glTF Material Output", "glTF Settings")):
        group = bpy.data.node_groups.new(name, "ShaderNodeTree")
        group.interface.new_socket("Occlusion", socket_type="NodeSocketFloat")
        made = Paint(f"Rock{number}", cube(f"Rock{number}", (2 * number, 0, 0)))
        node = made.node("Group", node_tree=group)
        made.picture(image(f"AO{number}", halves((1, 1, 1), (0.3, 0.3, 0.3)), "Non-Color"), node.inputs[0])

    def look(files: Files) -> None:
        for number in range(2):
            shown = files.picture(f"M_Rock{number}", "occlusionTexture")
            assert np.allclose((shown[8, 1, 0], shown[8, -2, 0]), (1, 0.3), atol=0.03)

    return look
