"""Fresh materials for the exported copies: constants and packed textures, nothing else."""

from __future__ import annotations

from pathlib import Path

import bpy

from ...bridge.state.preserved_scene import claim_name
from .nodes.simplifying import put
from .reading import MaterialFacts

GLTF_GROUP = "glTF Material Output"
"""The node group by whose name Blender's glTF exporter finds occlusion."""


def engine_material(
    name: str, facts: MaterialFacts, files: dict[str, str], folder: Path, is_double_sided: bool
) -> bpy.types.Material:
    """A Principled material that Blender's exporters read fully.

    Args:
        files: texture file names by suffix (``BC``, ``N``, ``E``, ``ORM``, ``R``, ``M``), in ``folder``.
    """
    material = bpy.data.materials.new(name)
    if not material.node_tree:
        material.use_nodes = True
    material.use_backface_culling = not is_double_sided
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    output, principled = nodes.new("ShaderNodeOutputMaterial"), nodes.new("ShaderNodeBsdfPrincipled")
    links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    principled.inputs["Base Color"].default_value = (*facts.base_color, 1.0)
    principled.inputs["Roughness"].default_value = facts.roughness
    principled.inputs["Metallic"].default_value = facts.metallic
    principled.inputs["Alpha"].default_value = facts.alpha
    for input_name, chain in facts.extras.items():
        socket, value = principled.inputs.get(input_name), chain.factor
        if socket is not None and value is not None and not socket.hide_value:
            put(material.node_tree, value, socket)
    if max(facts.emission) > 0:
        strength = max(1.0, *facts.emission)
        principled.inputs["Emission Color"].default_value = (*(item / strength for item in facts.emission), 1.0)
        principled.inputs["Emission Strength"].default_value = strength

    def image(suffix: str, color: bool) -> bpy.types.Node:
        node = nodes.new("ShaderNodeTexImage")
        node.image = bpy.data.images.load(str(folder / files[suffix]))
        claim_name(node.image, "images", Path(files[suffix]).stem)
        node.image.colorspace_settings.name = "sRGB" if color else "Non-Color"
        if facts.layer:
            place = nodes.new("ShaderNodeUVMap")
            place.uv_map = facts.layer
            links.new(place.outputs["UV"], node.inputs["Vector"])
        return node

    if "BC" in files:
        base = image("BC", True)
        links.new(base.outputs["Color"], principled.inputs["Base Color"])
        if facts.is_transparent:
            links.new(base.outputs["Alpha"], principled.inputs["Alpha"])
    if "E" in files:
        links.new(image("E", True).outputs["Color"], principled.inputs["Emission Color"])
    if "N" in files:
        bump = nodes.new("ShaderNodeNormalMap")
        links.new(image("N", False).outputs["Color"], bump.inputs["Color"])
        links.new(bump.outputs["Normal"], principled.inputs["Normal"])
    for suffix, socket in (("R", "Roughness"), ("M", "Metallic")):
        if suffix in files:
            links.new(image(suffix, False).outputs["Color"], principled.inputs[socket])
    if "ORM" in files:
        split = nodes.new("ShaderNodeSeparateColor")
        links.new(image("ORM", False).outputs["Color"], split.inputs["Color"])
        links.new(split.outputs["Green"], principled.inputs["Roughness"])
        links.new(split.outputs["Blue"], principled.inputs["Metallic"])
        if "occlusion" in facts.images:
            group = nodes.new("ShaderNodeGroup")
            group.node_tree = _gltf_group()
            links.new(split.outputs["Red"], group.inputs["Occlusion"])
    return material


def _gltf_group() -> bpy.types.NodeTree:
    group = bpy.data.node_groups.get(GLTF_GROUP)
    if group is None:
        group = bpy.data.node_groups.new(GLTF_GROUP, "ShaderNodeTree")
        group.interface.new_socket("Occlusion", socket_type="NodeSocketFloat")
    return group
