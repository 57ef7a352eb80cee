"""Materials of nodes come out as images that look the same, and the artist's material stays."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from blender_addon.export.formats.glb import read_json
from blender_addon.export.materials import baking
from blender_addon.export.materials.baking import channels_to_bake, flatten_materials
from blender_addon.export.materials.nodes.sockets import is_animated


def material_of(name: str) -> tuple[bpy.types.Material, bpy.types.Node]:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    bpy.context.object.data.materials.append(material)
    return material, material.node_tree.nodes["Principled BSDF"]


def gray(value: float, corner: float) -> bpy.types.Image:
    """An image of one gray but for a corner: what shows one value all over becomes a constant."""
    image = bpy.data.images.new("Gray", 256, 256)
    texels = np.full((256, 256, 4), value, np.float32)
    texels[:32, :32, :3], texels[..., 3] = corner, 1
    image.pixels.foreach_set(texels.ravel())
    return image


def texture(folder: Path, material: str, suffix: str) -> np.ndarray:
    files = json.loads((folder / "unity" / "materials.json").read_text())[material]["textures"]
    with Image.open(folder / "unity" / files[suffix]) as picture:
        return np.asarray(picture).astype(int)


def test_an_image_behind_a_gamma_node_is_baked_once_for_all_meshes(clean_scene: object, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_plane_add()
    material, principled = material_of("Dark")
    nodes, links = material.node_tree.nodes, material.node_tree.links
    picture, gamma = nodes.new("ShaderNodeTexImage"), nodes.new("ShaderNodeGamma")
    picture.image, gamma.inputs["Gamma"].default_value = gray(0.5, 1.0), 2.0
    links.new(picture.outputs["Color"], gamma.inputs["Color"])
    links.new(gamma.outputs["Color"], principled.inputs["Base Color"])
    bpy.ops.mesh.primitive_cube_add(location=(4, 0, 0))
    bpy.context.object.data.materials.append(material)
    assert channels_to_bake(material) == ["base_color"]
    run_to_end(export_job(bpy.context, tmp_path, ["unity"]))
    color = texture(tmp_path, "M_Dark", "BC")
    linear = ((0.5 + 0.055) / 1.055) ** 2.4
    expected = 255 * (1.055 * (linear**2) ** (1 / 2.4) - 0.055)
    assert color.shape[:2] == (256, 256)
    assert np.abs(color[8:200, 8:200] - expected).max() <= 1.5
    assert len(list((tmp_path / "unity").glob("T_*_BC.png"))) == 1
    assert {node.type for node in nodes} >= {"GAMMA", "TEX_IMAGE"}
    assert [one.name for one in bpy.data.materials] == ["Dark"]


def test_noise_is_baked_on_each_mesh(clean_scene: object, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_monkey_add(location=(1, 2, 3), scale=(1, 2, 1))
    material, principled = material_of("Stone")
    nodes, links = material.node_tree.nodes, material.node_tree.links
    noise, bump = nodes.new("ShaderNodeTexNoise"), nodes.new("ShaderNodeBump")
    links.new(noise.outputs["Color"], principled.inputs["Base Color"])
    links.new(noise.outputs["Fac"], principled.inputs["Roughness"])
    links.new(noise.outputs["Fac"], bump.inputs["Height"])
    bump.inputs["Distance"].default_value = 0.2
    links.new(bump.outputs["Normal"], principled.inputs["Normal"])
    assert channels_to_bake(material) == ["base_color", "roughness", "normal"]
    run_to_end(export_job(bpy.context, tmp_path, ["unity"]))
    name = "M_Stone_Suzanne"
    color, mask, normal = (texture(tmp_path, name, one) for one in ("BC", "MaskMap", "N"))
    assert color.shape[0] in (512, 1024)
    assert color.std() > 5
    assert mask[..., 3].std() > 5
    lengths = np.linalg.norm(normal / 127.5 - 1, axis=-1)
    assert np.abs(lengths - 1).max() < 0.02
    assert normal[..., :2].std() > 1


@pytest.mark.parametrize("coordinates", ["Object", "Generated"])
def test_a_gradient_lies_where_the_artist_sees_it(clean_scene: object, tmp_path: Path, coordinates: str) -> None:
    bpy.ops.mesh.primitive_cube_add(size=1, location=(5, 0, 0))
    obj = bpy.context.object
    obj.scale.x = 2
    material, principled = material_of("Ramp")
    nodes, links = material.node_tree.nodes, material.node_tree.links
    place, split = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ")
    links.new(place.outputs[coordinates], split.inputs["Vector"])
    links.new(split.outputs["X"], principled.inputs["Roughness"])
    run_to_end(export_job(bpy.context, tmp_path, ["web", "unity"]))
    bpy.ops.wm.fbx_import(filepath=str(tmp_path / "unity" / f"SM_{obj.name}.fbx"))
    mesh = next(one for one in bpy.context.selected_objects if one.name.startswith("SM_")).data
    smooth = texture(tmp_path, "M_Ramp_Cube", "MaskMap")[..., 3] / 255
    uv = np.array([one.uv[:] for one in mesh.uv_layers[0].data])
    corners = np.array([mesh.vertices[loop.vertex_index].co[:] for loop in mesh.loops]).reshape(-1, 3, 3)
    center, at = uv.reshape(-1, 3, 2).mean(axis=1), corners.mean(axis=1)
    along = at[:, 0] / np.ptp(corners[..., 0])
    size = smooth.shape[0]
    seen = 1 - smooth[((1 - center[:, 1]) * size).astype(int), (center[:, 0] * size).astype(int)]
    expected = along if coordinates == "Object" else along + 0.5
    assert np.abs(seen - np.clip(expected, 0, 1)).max() < 0.02


def test_light_above_one_stays_and_an_even_bake_is_a_value(clean_scene: object, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_plane_add()
    material, principled = material_of("Lamp")
    nodes, links = material.node_tree.nodes, material.node_tree.links
    picture, even = nodes.new("ShaderNodeTexImage"), nodes.new("ShaderNodeTexImage")
    picture.image, even.image = gray(0.25, 1.0), gray(0.5, 0.5)
    lift, flat = nodes.new("ShaderNodeMix"), nodes.new("ShaderNodeGamma")
    lift.data_type, lift.blend_type = "RGBA", "ADD"
    lift.inputs[0].default_value, lift.inputs[7].default_value = 1, (2, 2, 2, 1)
    links.new(picture.outputs["Color"], lift.inputs[6])
    links.new(lift.outputs[2], principled.inputs["Emission Color"])
    principled.inputs["Emission Strength"].default_value = 2
    links.new(even.outputs["Color"], flat.inputs["Color"])
    links.new(flat.outputs["Color"], principled.inputs["Base Color"])
    run_to_end(export_job(bpy.context, tmp_path, ["web"]))
    lamp = next(one for one in read_json(tmp_path / "web" / "scene.glb")["materials"] if one["name"] == "M_Lamp")
    base = lamp["pbrMetallicRoughness"]
    assert "baseColorTexture" not in base
    assert base["baseColorFactor"][0] == pytest.approx(((0.5 + 0.055) / 1.055) ** 2.4, abs=2e-3)
    assert "emissiveTexture" in lamp
    assert lamp["extensions"]["KHR_materials_emissive_strength"]["emissiveStrength"] == pytest.approx(6, abs=0.05)


def test_tiles_are_baked_as_large_as_they_are(clean_scene: object, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add(size=0.1)
    _, principled = material_of("Tiled")
    nodes, links = principled.id_data.nodes, principled.id_data.links
    for socket, size, value in (("Base Color", 256, 200), ("Roughness", 64, 90)):
        for tile in (1001, 1002, 1011, 1012):
            texels = np.full((size, size, 3), value, np.uint8)
            texels[: size // 2] = 20
            Image.fromarray(texels).save(tmp_path / f"{size}.{tile}.png")
        image = bpy.data.images.new(socket, 4, 4, tiled=True)
        image.filepath = str(tmp_path / f"{size}.<UDIM>.png")
        for tile in (1002, 1011, 1012):
            image.tiles.new(tile)
        picture = nodes.new("ShaderNodeTexImage")
        picture.image = image
        image.colorspace_settings.name = "sRGB" if size == 256 else "Non-Color"
        links.new(picture.outputs["Color"], principled.inputs[socket])
    requested: list[int] = []

    def noted(work: object, channel: str, size: int, *rest: object) -> object:
        requested.append(size)
        return original(work, channel, size, *rest)

    original, baking.baked = baking.baked, noted
    try:
        run_to_end(export_job(bpy.context, tmp_path / "out", ["web"]))
    finally:
        baking.baked = original
    assert requested == [512, 128]
    (material,) = read_json(tmp_path / "out" / "web" / "scene.glb")["materials"]
    assert {"baseColorTexture", "metallicRoughnessTexture"} <= material["pbrMetallicRoughness"].keys()


def test_a_moving_material_is_taken_as_it_is_at_the_current_frame(clean_scene: bpy.types.Context) -> None:
    """Also where a group in it moves: scenes of ours stand at other frames, and would move the copy on."""
    material = bpy.data.materials.new("Glow")
    material.use_nodes = True
    shader = next(one for one in material.node_tree.nodes if one.type == "BSDF_PRINCIPLED")
    tree = bpy.data.node_groups.new("Inside", "ShaderNodeTree")
    value = tree.nodes.new("ShaderNodeValue").outputs[0]
    material.node_tree.nodes.new("ShaderNodeGroup").node_tree = tree
    for frame in (1, 20):
        shader.inputs["Roughness"].default_value = value.default_value = frame / 20
        shader.inputs["Roughness"].keyframe_insert("default_value", frame=frame)
        value.keyframe_insert("default_value", frame=frame)
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.data.materials.append(material)
    clean_scene.scene.frame_set(20)
    surfaced = SimpleNamespace(name="Cube", materials=[material])
    list(flatten_materials([surfaced]))
    (taken,) = surfaced.materials
    bpy.context.object.data.materials[0] = taken
    clean_scene.scene.frame_set(1)
    now = next(one for one in taken.node_tree.nodes if one.type == "BSDF_PRINCIPLED").inputs["Roughness"]
    group = next(one.node_tree for one in taken.node_tree.nodes if one.type == "GROUP")
    assert now.default_value == 1
    assert group.nodes[0].outputs[0].default_value == 1
    assert is_animated(material)
    assert not is_animated(taken)
