"""Principled materials that Eevee, Cycles and the glTF exporter interpret alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.color import srgb_to_linear
from ml_core.geometry.body.face.lashes import lash_alpha

from ..naming import material_name
from ..own_data import mark_as_ours, worn_material
from .images import png_of, store_png

UNPAINTED_KEY = "atelier_unpainted"
"""Custom property of a material that no generated texture goes on, such as that of the teeth."""
SKIN_SUBSURFACE, BARE_SUBSURFACE = 0.08, 0.3
"""Share of the light that goes through painted skin: low where clothes are in the same image, and where it is bare."""


@dataclass(frozen=True)
class SkinMaps:
    """Images of one material slot in the mesh's own UV layout."""

    base_color: bpy.types.Image
    normal: bpy.types.Image
    roughness: bpy.types.Image
    occlusion: bpy.types.Image


@dataclass(frozen=True)
class EyeMaps:
    """The image of an eyeball."""

    base_color: bpy.types.Image


def skin_material(
    owner: bpy.types.Object,
    slot: int,
    uv_map: str,
    maps: SkinMaps,
    srgb: Sequence[float] | NDArray[np.floating],
    subsurface: float = SKIN_SUBSURFACE,
) -> bpy.types.Material:
    """The material of one slot of an avatar's body; created once, refilled when called again.

    Args:
        srgb: (3,) color 0..1 for viewports that show one color per material.
        subsurface: fraction of light scattered below the skin; 0 for hair, where it would blur all strands to wax.
    """
    material, principled = _blank(owner, str(slot) if slot else "")
    nodes, links = material.node_tree.nodes, material.node_tree.links
    uv = nodes.new("ShaderNodeUVMap")
    uv.uv_map = uv_map
    uv.location = (-900, 0)

    def image(label: str, picture: bpy.types.Image, height: float) -> bpy.types.Node:
        node = nodes.new("ShaderNodeTexImage")
        node.image, node.label, node.name = picture, label, label
        node.location = (-650, height)
        links.new(uv.outputs["UV"], node.inputs["Vector"])
        return node

    links.new(image("Base Color", maps.base_color, 300).outputs["Color"], principled.inputs["Base Color"])
    links.new(image("Roughness", maps.roughness, 0).outputs["Color"], principled.inputs["Roughness"])
    bump = nodes.new("ShaderNodeNormalMap")
    bump.uv_map = uv_map
    bump.location = (-300, -300)
    links.new(image("Normal", maps.normal, -300).outputs["Color"], bump.inputs["Color"])
    links.new(bump.outputs["Normal"], principled.inputs["Normal"])
    # Principled has no input for occlusion; exporters look for this node by its name.
    image("Occlusion", maps.occlusion, -600)
    principled.inputs["Specular IOR Level"].default_value = 0.4
    # Light that enters skin comes out a few millimeters away, red farthest.
    principled.inputs["Subsurface Weight"].default_value = subsurface
    principled.inputs["Subsurface Radius"].default_value = (1.0, 0.37, 0.19)
    principled.inputs["Subsurface Scale"].default_value = 0.004
    nodes.active = nodes["Base Color"]  # what Solid view shows of the images
    show_one_color(material, srgb)
    return material


HAIR_CUTOFF = 0.4
"""Alpha from which on strands of hair are shown."""


def hair_material(
    owner: bpy.types.Object, uv_map: str, maps: SkinMaps, srgb: Sequence[float] | NDArray[np.floating]
) -> bpy.types.Material:
    """The material of hair: double-sided cards, cut out along their strands as in engines and glTF's MASK."""
    material = skin_material(owner, 0, uv_map, maps, srgb, subsurface=0.0)
    nodes = material.node_tree.nodes
    principled = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    _cut_out(material, nodes["Base Color"], principled)
    principled.inputs["Specular IOR Level"].default_value = HAIR_SPECULAR
    _soft_shadows(material, principled)
    _shining_through(material, principled)
    _lit_alike_from_behind(material, principled)
    return material


HAIR_SPECULAR = 0.24
"""Less than a smooth surface has: along the crown it would mirror the sky, and gray every color."""
THROUGH = 0.4
"""Share of the light on one side of a card that its back shows."""
SHADE = 0.5
"""Share of the light that one card of hair keeps from what is under it."""


def _soft_shadows(material: bpy.types.Material, principled: bpy.types.Node) -> None:
    """Lets part of the light through cards: hair is translucent, and each lock cast a black line on the next. Exporters
    read what the camera sees, which this does not affect."""
    nodes, links = material.node_tree.nodes, material.node_tree.links
    output = next(node for node in nodes if node.type == "OUTPUT_MATERIAL")
    rays, share, clear, mix = (
        nodes.new(f"ShaderNode{kind}") for kind in ("LightPath", "Math", "BsdfTransparent", "MixShader")
    )
    rays.location, share.location, clear.location, mix.location = (100, 500), (300, 500), (300, 300), (500, 200)
    output.location = (700, 0)
    share.operation, share.inputs[1].default_value = "MULTIPLY", 1 - SHADE
    links.new(rays.outputs["Is Shadow Ray"], share.inputs[0])
    links.new(share.outputs[0], mix.inputs[0])
    links.new(principled.outputs[0], mix.inputs[1])
    links.new(clear.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], output.inputs["Surface"])


def _shining_through(material: bpy.types.Material, principled: bpy.types.Node) -> None:
    """Shows the light of the other side on backs of cards: locks that stand up were black from below. The front, which
    is what exporters see, stays as it is."""
    nodes, links = material.node_tree.nodes, material.node_tree.links
    seen, share = nodes.new("ShaderNodeNewGeometry"), nodes.new("ShaderNodeMath")
    seen.location, share.location = (-300, 700), (-120, 700)
    share.operation, share.inputs[1].default_value = "MULTIPLY", THROUGH
    links.new(seen.outputs["Backfacing"], share.inputs[0])
    links.new(share.outputs[0], principled.inputs["Transmission Weight"])


LEAST_FACING = 0.45
"""Cosine between the normals of hair and the view, below which they are bent toward the viewer: over their edge
surfaces mirror the sky, which hair does not."""
_ASLANT = 0.4
"""Cosine between the view and the normal of a back, from which on it is that of a lock that hangs for itself."""


def _lit_alike_from_behind(material: bpy.types.Material, principled: bpy.types.Node) -> None:
    """Lights hair cards by the normals of the overall hair volume from either side, bent toward the viewer where they
    face away: a Principled BSDF is black behind its own horizon, and so were the ends of all locks along the outline of
    a head. Exporters see the front, which this does not affect."""
    nodes, links = material.node_tree.nodes, material.node_tree.links
    normal = principled.inputs["Normal"].links[0].from_socket

    def node(kind: str, at: tuple[int, int], operation: str = "", value: float | None = None) -> bpy.types.Node:
        made = nodes.new(f"ShaderNode{kind}")
        made.location = at
        if operation:
            made.operation = operation
        if kind == "Mix":
            made.data_type = "VECTOR"
        if value is not None:
            made.inputs[1].default_value = value
        return made

    seen, over = node("NewGeometry", (-700, -800)), node("VectorMath", (-500, -450), "SCALE")
    over.inputs["Scale"].default_value = -1.0
    # Over the back of a card that lies on the head or stands up from it, whose normal would look into the head; the
    # normals of locks that are round look at the viewer anyway.
    away, is_over, both = (
        node("VectorMath", (-500, -650), "DOT_PRODUCT"),
        node("Math", (-500, -950), "LESS_THAN", _ASLANT),
        node("Math", (-300, -950), "MULTIPLY"),
    )
    front = node("Mix", (-300, -450))
    links.new(normal, over.inputs[0])
    links.new(normal, away.inputs[0])
    links.new(seen.outputs["Incoming"], away.inputs[1])
    links.new(away.outputs["Value"], is_over.inputs[0])
    links.new(seen.outputs["Backfacing"], both.inputs[0])
    links.new(is_over.outputs[0], both.inputs[1])
    links.new(both.outputs[0], front.inputs[0])
    links.new(normal, front.inputs[4])
    links.new(over.outputs[0], front.inputs[5])
    facing = node("VectorMath", (-300, -700), "DOT_PRODUCT")
    links.new(front.outputs[1], facing.inputs[0])
    links.new(seen.outputs["Incoming"], facing.inputs[1])
    turned = node("Math", (-100, -700), "LESS_THAN", LEAST_FACING)
    lack = node("Math", (-100, -900), "SUBTRACT")
    lack.inputs[0].default_value = LEAST_FACING
    links.new(facing.outputs["Value"], turned.inputs[0])
    links.new(facing.outputs["Value"], lack.inputs[1])
    push, bent, whole = (
        node("VectorMath", (at, -900), name) for at, name in ((60, "SCALE"), (220, "ADD"), (380, "NORMALIZE"))
    )
    links.new(seen.outputs["Incoming"], push.inputs[0])
    links.new(lack.outputs[0], push.inputs["Scale"])
    links.new(front.outputs[1], bent.inputs[0])
    links.new(push.outputs[0], bent.inputs[1])
    links.new(bent.outputs[0], whole.inputs[0])
    mix = node("Mix", (0, -300))
    links.new(turned.outputs[0], mix.inputs[0])
    links.new(front.outputs[1], mix.inputs[4])
    links.new(whole.outputs[0], mix.inputs[5])
    links.new(mix.outputs[1], principled.inputs["Normal"])


def lit(srgb: Sequence[float] | NDArray[np.floating], least: float = 0.5) -> list[float]:
    """An sRGB color (3,) 0..1 lightened until its mean is ``least``: the mean of skin and dark cloth looks like bronze
    in Solid view."""
    lack = max(least - sum(srgb) / 3, 0.0)
    return [min(channel + lack, 1.0) for channel in srgb]


def show_one_color(material: bpy.types.Material, srgb: Sequence[float] | NDArray[np.floating]) -> None:
    """Sets the sRGB color (3,) 0..1 for viewports that show one color per material, without gloss."""
    material.metallic, material.roughness = 0.0, 1.0
    material.diffuse_color = (*srgb_to_linear(srgb).tolist(), 1.0)


def eye_material(owner: bpy.types.Object, maps: EyeMaps) -> bpy.types.Material:
    """A wet eyeball."""
    material, principled = _blank(owner)
    nodes, links = material.node_tree.nodes, material.node_tree.links
    node = nodes.new("ShaderNodeTexImage")
    node.image, node.label, node.name = maps.base_color, "Base Color", "Base Color"
    node.location = (-400, 200)
    links.new(node.outputs["Color"], principled.inputs["Base Color"])
    principled.inputs["Roughness"].default_value = 0.06
    return material


@dataclass(frozen=True)
class FabricMaps:
    """Small tiling images of a fabric."""

    base_color: bpy.types.Image
    normal: bpy.types.Image
    roughness: bpy.types.Image


def fabric_material(
    owner: bpy.types.Object,
    slot: int,
    uv_map: str,
    maps: FabricMaps | None,
    srgb: Sequence[float] | NDArray[np.floating],
    roughness: float,
    metallic: float,
    opacity: float = 1.0,
) -> bpy.types.Material:
    """The material of one cloth of a garment, with images or a single color; created once, refilled later.

    No sheen, which Unity and Unreal do not read from files.
    """
    material, principled = _blank(owner, f"Fabric{slot}")
    nodes, links = material.node_tree.nodes, material.node_tree.links
    principled.inputs["Base Color"].default_value = (*srgb_to_linear(srgb).tolist(), 1.0)
    principled.inputs["Roughness"].default_value = roughness
    principled.inputs["Metallic"].default_value = metallic
    principled.inputs["Alpha"].default_value = opacity
    show_one_color(material, srgb)
    if maps is None:
        return material
    uv = nodes.new("ShaderNodeUVMap")
    uv.uv_map, uv.location = uv_map, (-900, 0)
    bump = nodes.new("ShaderNodeNormalMap")
    bump.uv_map, bump.location = uv_map, (-300, -300)
    for label, image, height, target in (
        ("Base Color", maps.base_color, 300, principled.inputs["Base Color"]),
        ("Roughness", maps.roughness, 0, principled.inputs["Roughness"]),
        ("Normal", maps.normal, -300, bump.inputs["Color"]),
    ):
        node = nodes.new("ShaderNodeTexImage")
        node.image, node.label, node.name, node.location = image, label, label, (-650, height)
        links.new(uv.outputs["UV"], node.inputs["Vector"])
        links.new(node.outputs["Color"], target)
    links.new(bump.outputs["Normal"], principled.inputs["Normal"])
    nodes.active = nodes["Base Color"]
    return material


def unpainted_material(
    owner: bpy.types.Object, role: str, color: tuple[float, float, float], roughness: float
) -> bpy.types.Material:
    """One linear color for a slot without a generated texture, such as that of the teeth."""
    material, principled = _blank(owner, role)
    material[UNPAINTED_KEY] = True
    principled.inputs["Base Color"].default_value = (*color, 1.0)
    principled.inputs["Roughness"].default_value = roughness
    material.diffuse_color = (*color, 1.0)
    return material


def lash_png(hair: Sequence[float] | NDArray[np.floating]) -> bytes:
    """The picture of :func:`lash_material`; may run in any thread."""
    dark, alpha = _lash_color(hair), lash_alpha()
    return png_of(np.concatenate([np.broadcast_to(dark, (*alpha.shape, 3)), alpha[..., None]], axis=-1))


def _lash_color(hair: Sequence[float] | NDArray[np.floating]) -> NDArray[np.float64]:
    return np.array([max(0.32 * float(channel), 0.04) for channel in hair])


def lash_material(
    owner: bpy.types.Object, hair: Sequence[float] | NDArray[np.floating], png: bytes
) -> bpy.types.Material:
    """Eyelashes, darker than the hair (sRGB (3,) 0..1): single hairs cut out of cards.

    Args:
        png: from :func:`lash_png` for the hair color.
    """
    material = unpainted_material(owner, "Lashes", tuple(srgb_to_linear(_lash_color(hair)).tolist()), 0.7)
    nodes, links = material.node_tree.nodes, material.node_tree.links
    principled = next(node for node in nodes if node.type == "BSDF_PRINCIPLED")
    image = nodes.new("ShaderNodeTexImage")
    image.image = store_png("Lashes_BC", png, color=True, owner=owner)
    image.label = image.name = "Base Color"
    image.location = (-600, 200)
    links.new(image.outputs["Color"], principled.inputs["Base Color"])
    _cut_out(material, image, principled)
    return material


def _cut_out(material: bpy.types.Material, image: bpy.types.Node, principled: bpy.types.Node) -> None:
    """Makes a material double-sided and cut out by the alpha of its image."""
    nodes, links = material.node_tree.nodes, material.node_tree.links
    cut = nodes.new("ShaderNodeMath")
    cut.operation, cut.location = "GREATER_THAN", (-300, 150)
    cut.inputs[1].default_value = HAIR_CUTOFF
    links.new(image.outputs["Alpha"], cut.inputs[0])
    links.new(cut.outputs["Value"], principled.inputs["Alpha"])
    material.use_backface_culling = False


def plain_material(owner: bpy.types.Object, color: tuple[float, float, float], roughness: float) -> bpy.types.Material:
    """One linear color."""
    material, principled = _blank(owner)
    principled.inputs["Base Color"].default_value = (*color, 1.0)
    principled.inputs["Roughness"].default_value = roughness
    return material


def _blank(owner: bpy.types.Object, role: str = "") -> tuple[bpy.types.Material, bpy.types.Node]:
    """The owner's material of that role with nothing but a Principled BSDF and an output in it."""
    material = worn_material(owner, role)
    if material is None:
        material = bpy.data.materials.new(material_name(owner.name, role))
        mark_as_ours(material, owner, role)
    if not material.node_tree:
        material.use_nodes = True
    material.use_backface_culling = True
    nodes = material.node_tree.nodes
    nodes.clear()
    output = nodes.new("ShaderNodeOutputMaterial")
    principled = nodes.new("ShaderNodeBsdfPrincipled")
    output.location = (300, 0)
    material.node_tree.links.new(principled.outputs["BSDF"], output.inputs["Surface"])
    return material, principled
