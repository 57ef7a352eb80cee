"""Shaders of any kind read as one Principled BSDF, and kept, packed or baked by what a target can show."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.materials.families import GLTF, PLAIN, channels_to_bake, is_simple
from blender_addon.export.materials.reading import read_material
from blender_addon.export.names.assets import plain
from blender_addon.export.options import ExportOptions


def _material(name: str = "Paint") -> tuple[bpy.types.Material, bpy.types.Node]:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    return material, next(node for node in material.node_tree.nodes if node.type == "BSDF_PRINCIPLED")


def _shader(material: bpy.types.Material, kind: str, **values: object) -> bpy.types.NodeSocket:
    node = material.node_tree.nodes.new(f"ShaderNode{kind}")
    for name, value in values.items():
        node.inputs[name].default_value = value
    return node.outputs[0]


def _shown(material: bpy.types.Material, socket: bpy.types.NodeSocket) -> None:
    output = material.node_tree.get_output_node("ALL")
    material.node_tree.links.new(socket, output.inputs["Surface"])


def _image(name: str, level: float = 1.0) -> bpy.types.Image:
    image = bpy.data.images.new(name, 4, 4)
    image.pixels.foreach_set(np.tile(np.float32([level, level, level, 1]), 16))
    return image


def _textured(material: bpy.types.Material, socket: bpy.types.NodeSocket, image: bpy.types.Image) -> bpy.types.Node:
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.links.new(node.outputs["Color"], socket)
    return node


@pytest.mark.usefixtures("clean_scene")
def test_diffuse_glossy_emission_and_glass_are_principled() -> None:
    material, _ = _material()
    _shown(material, _shader(material, "BsdfDiffuse", Color=(1, 0, 0, 1)))
    facts = read_material(material)
    assert (facts.base_color, facts.metallic, facts.roughness) == ((1, 0, 0), 0, 1)
    _shown(material, _shader(material, "BsdfGlossy", Color=(0, 1, 0, 1), Roughness=0.25))
    facts = read_material(material)
    assert (facts.base_color, facts.metallic, facts.roughness) == ((0, 1, 0), 1, 0.25)
    _shown(material, _shader(material, "Emission", Color=(1, 0.5, 0, 1), Strength=4))
    facts = read_material(material)
    assert (facts.base_color, facts.emission) == ((0, 0, 0), (4, 2, 0))
    _shown(material, _shader(material, "BsdfGlass", IOR=1.3))
    assert {"Transmission Weight", "IOR"} <= read_material(material).extras.keys()


def _blocks(material: bpy.types.Material) -> tuple[list[str], int, int]:
    nodes = [one.name for one in material.node_tree.nodes]
    return nodes, len(bpy.data.node_groups), len(bpy.data.materials)


@pytest.mark.usefixtures("clean_scene")
def test_mixes_inside_of_groups_leave_the_artists_nodes_alone() -> None:
    material, _ = _material()
    group = bpy.data.node_groups.new("Cut", "ShaderNodeTree")
    group.interface.new_socket("Shader", in_out="OUTPUT", socket_type="NodeSocketShader")
    inner = group.nodes.new("NodeGroupOutput")
    mix, red, clear = (group.nodes.new(f"ShaderNode{one}") for one in ("MixShader", "BsdfDiffuse", "BsdfTransparent"))
    red.inputs["Color"].default_value, mix.inputs[0].default_value = (1, 0, 0, 1), 0.25
    group.links.new(red.outputs[0], mix.inputs[1])
    group.links.new(clear.outputs[0], mix.inputs[2])
    group.links.new(mix.outputs[0], inner.inputs[0])
    node = material.node_tree.nodes.new("ShaderNodeGroup")
    node.node_tree = group
    _shown(material, node.outputs[0])
    before = _blocks(material)
    facts = read_material(material)
    assert (facts.base_color, facts.alpha) == ((1, 0, 0), 0.75)
    assert (
        [one.name for one in material.node_tree.nodes],
        len(bpy.data.node_groups),
        len(bpy.data.materials),
    ) == before


@pytest.mark.usefixtures("clean_scene")
def test_what_each_family_has_to_bake() -> None:
    material, principled = _material()
    texture = _textured(material, principled.inputs["Base Color"], _image("Wood"))
    assert is_simple(read_material(material))
    mapping = material.node_tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = (4, 4, 4)
    material.node_tree.links.new(mapping.outputs["Vector"], texture.inputs["Vector"])
    facts = read_material(material)
    assert facts.mappings["base_color"].scale == (4, 4)
    assert channels_to_bake(material, GLTF) == channels_to_bake(material, PLAIN) == []
    texture.projection = "BOX"
    assert channels_to_bake(material, GLTF) == ["base_color"]
    color = material.node_tree.nodes.new("ShaderNodeVertexColor")
    material.node_tree.links.new(color.outputs["Color"], principled.inputs["Base Color"])
    assert (channels_to_bake(material, GLTF), channels_to_bake(material, PLAIN)) == ([], ["base_color"])


@pytest.mark.usefixtures("clean_scene")
def test_a_lost_picture_is_white_and_named(tmp_path: Path) -> None:
    material, principled = _material()
    image = _image("Gone")
    image.source, image.filepath = "FILE", str(tmp_path / "gone.png")
    _textured(material, principled.inputs["Base Color"], image)
    facts = read_material(material)
    assert facts.missing == ["Gone"]
    assert (facts.images, facts.base_color) == ({}, pytest.approx((1, 1, 1)))


def test_glow_glass_holes_and_backs_reach_both_families(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_plane_add()
    material, principled = _material("Screen")
    bpy.context.object.data.materials.append(material)
    _textured(material, principled.inputs["Emission Color"], _image("Glow"))
    _textured(material, principled.inputs["Alpha"], _image("Holes", 0.5))
    principled.inputs["Emission Strength"].default_value = 3
    principled.inputs["Coat Weight"].default_value = 0.5
    run_to_end(export_job(bpy.context, tmp_path, ["web", "unity"], ExportOptions(lods=0)))
    made = read_json(tmp_path / "web" / "scene.glb")["materials"][0]
    assert made["doubleSided"] is True
    assert made["alphaMode"] == "BLEND"
    assert {"KHR_materials_clearcoat", "KHR_materials_emissive_strength"} <= made["extensions"].keys()
    assert "emissiveTexture" in made
    with Image.open(tmp_path / "unity" / "T_Screen_BC.png") as picture:
        assert np.asarray(picture)[..., 3].max() == 128
    assert (tmp_path / "unity" / "T_Screen_E.png").is_file()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("まばたき", "mabataki"),
        ("Стул", "Stul"),
        ("καρέκλα", "karekla"),
        ("椅子", "u6905_u5B50"),
        ("의자", "yija"),
        ("Größe.001", "Grosse_001"),
    ],
)
def test_names_of_any_script(name: str, wanted: str) -> None:
    assert plain(name) == wanted


def _group(name: str, *sockets: tuple[str, str, str]) -> tuple[bpy.types.NodeTree, bpy.types.Node, bpy.types.Node]:
    """A group with sockets (name, ``INPUT`` or ``OUTPUT``, type), and its input and output nodes."""
    tree = bpy.data.node_groups.new(name, "ShaderNodeTree")
    for label, way, kind in sockets:
        tree.interface.new_socket(label, in_out=way, socket_type=f"NodeSocket{kind}")
    return tree, tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")


@pytest.mark.usefixtures("clean_scene")
def test_shaders_that_go_into_groups_of_groups_are_read_by_the_groups_own_values() -> None:
    cut, inside, out = _group(
        "Cut", ("Shader", "INPUT", "Shader"), ("Alpha", "INPUT", "Float"), ("Shader", "OUTPUT", "Shader")
    )
    mix, clear = cut.nodes.new("ShaderNodeMixShader"), cut.nodes.new("ShaderNodeBsdfTransparent")
    for start, end in (
        (inside.outputs["Alpha"], mix.inputs[0]),
        (clear.outputs[0], mix.inputs[1]),
        (inside.outputs["Shader"], mix.inputs[2]),
        (mix.outputs[0], out.inputs["Shader"]),
    ):
        cut.links.new(start, end)
    whole, inside, out = _group(
        "Whole", ("Color", "INPUT", "Color"), ("Metal", "INPUT", "Float"), ("Shader", "OUTPUT", "Shader")
    )
    principled, half, inner = (whole.nodes.new(f"ShaderNode{one}") for one in ("BsdfPrincipled", "Math", "Group"))
    inner.node_tree = cut
    half.operation = "MULTIPLY"
    half.inputs[1].default_value = 0.5
    inner.inputs["Alpha"].default_value = 0.25
    for start, end in (
        (inside.outputs["Color"], principled.inputs["Base Color"]),
        (inside.outputs["Metal"], half.inputs[0]),
        (half.outputs[0], principled.inputs["Metallic"]),
        (principled.outputs[0], inner.inputs["Shader"]),
        (inner.outputs[0], out.inputs["Shader"]),
    ):
        whole.links.new(start, end)
    material, _ = _material()
    node = material.node_tree.nodes.new("ShaderNodeGroup")
    node.node_tree = whole
    node.inputs["Metal"].default_value = 0.8
    image = _image("Paper")
    _textured(material, node.inputs["Color"], image)
    _shown(material, node.outputs[0])
    facts = read_material(material)
    assert facts.images == {"base_color": image}
    assert (round(facts.metallic, 4), round(facts.alpha, 4)) == (0.4, 0.25)
    assert not facts.unsupported
    assert not channels_to_bake(material, GLTF)
    assert {one.name for one in bpy.data.node_groups} == {"Cut", "Whole"}


@pytest.mark.usefixtures("clean_scene")
def test_constants_are_worked_out_and_mixes_that_change_nothing_are_passed() -> None:
    material, principled = _material()
    tree = material.node_tree
    tint = tree.nodes.new("ShaderNodeMix")
    tint.data_type, tint.blend_type = "RGBA", "MULTIPLY"
    for number, value in ((0, 1.0), (6, (1, 0.5, 0.5, 1)), (7, (0.5, 0.5, 1, 1))):
        tint.inputs[number].default_value = value
    tree.links.new(tint.outputs[2], principled.inputs["Base Color"])
    switch, off = tree.nodes.new("ShaderNodeMix"), tree.nodes.new("ShaderNodeMath")
    switch.data_type, off.operation = "RGBA", "LESS_THAN"
    off.inputs[0].default_value, off.inputs[1].default_value = 1.0, 0.5
    tree.links.new(off.outputs[0], switch.inputs[0])
    image = _image("Rough")
    _textured(material, switch.inputs[6], image)
    tree.links.new(tree.nodes.new("ShaderNodeTexNoise").outputs["Color"], switch.inputs[7])
    tree.links.new(switch.outputs[2], principled.inputs["Roughness"])
    back, two = tree.nodes.new("ShaderNodeNewGeometry"), tree.nodes.new("ShaderNodeMixShader")
    tree.links.new(back.outputs["Backfacing"], two.inputs[0])
    tree.links.new(principled.outputs[0], two.inputs[1])
    tree.links.new(_shader(material, "BsdfDiffuse"), two.inputs[2])
    _shown(material, two.outputs[0])
    facts = read_material(material)
    assert facts.base_color == pytest.approx((0.5, 0.25, 0.5))
    assert facts.images == {"roughness": image}
    assert not facts.unsupported
    assert len(tint.outputs[2].links) == 1


@pytest.mark.usefixtures("clean_scene")
def test_a_surface_with_a_filling_and_a_velvet_over_it_keeps_its_own_values() -> None:
    material, principled = _material()
    principled.inputs["Base Color"].default_value = (0.1, 0.2, 0.3, 1)
    first, second = (material.node_tree.nodes.new("ShaderNodeAddShader") for _ in range(2))
    links = material.node_tree.links
    links.new(_shader(material, "BsdfSheen", Color=(1, 0, 0, 1)), first.inputs[0])
    links.new(principled.outputs[0], first.inputs[1])
    links.new(first.outputs[0], second.inputs[0])
    links.new(_shader(material, "VolumeAbsorption"), second.inputs[1])
    _shown(material, second.outputs[0])
    facts = read_material(material)
    assert facts.base_color == pytest.approx((0.1, 0.2, 0.3))
    assert not facts.unsupported
    assert {"Sheen Weight", "Volume"} <= facts.extras.keys()
