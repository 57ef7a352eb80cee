"""Bakes one channel of a material: to a picture, or to a value if it is uniform."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from .nodes.sockets import principled_of
from .reading import NAME_KEY, SOCKETS, MaterialFacts

MARGIN = 8
_EVEN = 2.5 / 255
"""Texels that differ by less show one value: Blender's dither moves each by a step."""
_PROBE, _LARGEST_READ = 64, 1024
"""Resolutions in texels: of floats that are baked beforehand, and up to which a picture is looked at as a whole."""


@dataclass
class Bake:
    """A baked image of a channel, or its ``value`` (linear) if that is uniform over the mesh.

    ``peak`` is the factor of the image: light may be brighter than 1.
    """

    image: bpy.types.Image | None = None
    value: tuple[float, ...] | None = None
    peak: float = 1.0


def baked(
    work: bpy.types.Material, channel: str, size: int, name: str, others: list[bpy.types.Material] | None = None
) -> Bake:
    """Bakes one channel, ``size`` texels square, as engines store it: colors sRGB, the rest linear.

    Args:
        work: a copy of the material, used by the mesh in the scene; ``others`` are all materials of that mesh.
    """
    nodes, links = work.node_tree.nodes, work.node_tree.links
    aim = [_aim(other) for other in others or [work]]
    output = work.node_tree.get_output_node("CYCLES")
    principled = principled_of(work).socket.node
    surface = output.inputs["Surface"].links[0].from_socket
    emission = None
    if channel != "normal":
        emission = nodes.new("ShaderNodeEmission")
        links.new(principled.inputs[SOCKETS[channel]].links[0].from_socket, emission.inputs["Color"])
        links.new(emission.outputs["Emission"], output.inputs["Surface"])

    def bake(texels: int, is_float: bool = False) -> bpy.types.Image:
        # Eight bits at once: Blender converts to the image's color space, and no floats lie in memory beside its own.
        target = bpy.data.images.new(f"{name}_{channel}", texels, texels, float_buffer=is_float)
        is_color = channel in ("base_color", "emission") and not is_float
        target.colorspace_settings.name = "sRGB" if is_color else "Non-Color"  # type: ignore[assignment]
        for node in aim:
            is_own = node.id_data == work.node_tree
            node.image = target if is_own else bpy.data.images.new("Scrap", 4, 4)
        bpy.ops.object.bake(type="NORMAL" if channel == "normal" else "EMIT", margin=MARGIN, use_clear=True)
        return target

    peak = 1.0
    if channel == "emission":  # light may be brighter than a picture
        peak = max(float(_taken(bake(_PROBE, is_float=True))[..., :3].max()), 1.0)
        emission.inputs["Strength"].default_value = 1 / peak
    result = Bake(bake(size), peak=peak)
    if size <= _LARGEST_READ and _is_even(_texels(result.image), channel):
        shown = _covered(_taken(bake(_PROBE, is_float=True)))
        if len(shown):
            bpy.data.images.remove(result.image)
            result = Bake(value=tuple((shown[:, :3].mean(axis=0) * peak).tolist()))
    if emission is not None:
        links.new(surface, output.inputs["Surface"])
        nodes.remove(emission)
    return result


def _aim(material: bpy.types.Material) -> bpy.types.Node:
    """The node whose image Blender bakes a material into."""
    if material.node_tree is None:
        material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    material.node_tree.nodes.active = node
    return node


def _texels(image: bpy.types.Image) -> NDArray[np.float32]:
    """(H, W, 4) as they are stored."""
    width, height = image.size
    values = np.empty(4 * width * height, np.float32)
    image.pixels.foreach_get(values)
    return values.reshape(height, width, 4)


def _taken(image: bpy.types.Image) -> NDArray[np.float32]:
    values = _texels(image)
    bpy.data.images.remove(image)
    return values


def _covered(texels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The texels (n, 4) covered by a face of the material."""
    return texels[texels[..., 3] > 0.5]


def _is_even(texels: NDArray[np.float32], channel: str) -> bool:
    """Whether a bake is uniform; for normals, whether all point straight up."""
    shown = _covered(texels)
    if not len(shown) or np.ptp(shown[:, :3], axis=0).max() > _EVEN:
        return False
    return channel != "normal" or bool(np.allclose(shown[:, :3].mean(axis=0), (0.5, 0.5, 1.0), atol=0.01))


def with_bakes(
    material: bpy.types.Material,
    facts: MaterialFacts,
    bakes: dict[str, Bake],
    layer: str,
    keeps_occlusion: bool = True,
) -> bpy.types.Material:
    """A copy of a material with images or values behind some channels.

    Args:
        layer: the UV map of the images; empty for the material's own.
    """
    made = material.copy()
    made[NAME_KEY] = facts.name
    nodes, links = made.node_tree.nodes, made.node_tree.links
    principled = principled_of(made).socket.node
    for channel, bake in bakes.items():
        socket = principled.inputs[SOCKETS[channel]]
        if bake.image is None:
            _set(made.node_tree, socket, channel, bake.value)
            continue
        if bake.peak > 1:
            principled.inputs["Emission Strength"].default_value *= bake.peak
        node = nodes.new("ShaderNodeTexImage")
        node.image = bake.image
        own = layer or facts_layer(material)
        if own:
            place = nodes.new("ShaderNodeUVMap")
            place.uv_map = own
            links.new(place.outputs["UV"], node.inputs["Vector"])
        outlet = node.outputs["Color"]
        if channel == "normal":
            bump = nodes.new("ShaderNodeNormalMap")
            links.new(outlet, bump.inputs["Color"])
            outlet = bump.outputs["Normal"]
        links.new(outlet, socket)
    named = nodes.get("Occlusion")
    if not keeps_occlusion and named is not None:
        named.name = "Other occlusion"
    return made


def _set(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket, channel: str, value: tuple[float, ...] | None) -> None:
    """Replaces the link of a socket by a baked value; an even normal map is removed."""
    for link in list(socket.links):
        tree.links.remove(link)
    if channel != "normal":
        socket.default_value = (*value, 1.0) if socket.type == "RGBA" else value[0]


def facts_layer(material: bpy.types.Material) -> str:
    """The UV map that a material's UVMap nodes name, if they name one."""
    names = {node.uv_map for node in material.node_tree.nodes if node.type == "UVMAP"}
    return names.pop() if len(names) == 1 else ""
