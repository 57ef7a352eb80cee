"""MToon materials of the VRM add-on: pictures in its properties, values in the sockets of its node groups."""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.vrm.blocks import toon
from ml_core.vrm.json_values import number_of, table_of
from ml_core.vrm.kinds import MTOON_TEXTURES

from .addon_stored import addon_values, snake, word

OUTPUT_TREE = "VRM Add-on MToon 1.0 Output"
UV_TREE = "VRM Add-on MToon 1.0 UV Revision"
_MOTION_TREE = "VRM Add-on MToon 1.0 UV Animation"
_FLAGS = {"Transparent With Z-Write": "transparentWithZWrite"}
_NUMBERS = {
    "GI Equalization Factor": "giEqualizationFactor",
    "Shading Toony": "shadingToonyFactor",
    "Shading Shift": "shadingShiftFactor",
    "Parametric Rim Fresnel Power": "parametricRimFresnelPowerFactor",
    "Parametric Rim Lift": "parametricRimLiftFactor",
    "Rim LightingMix": "rimLightingMixFactor",
    "Outline LightingMix": "outlineLightingMixFactor",
    "Outline Width": "outlineWidthFactor",
}
_COLORS = {
    "Shade Color": "shadeColorFactor",
    "Parametric Rim Color": "parametricRimColorFactor",
    "Outline Color": "outlineColorFactor",
    "MatCap Factor": "matcapFactor",
}
_MOTION = {
    "Translate X": "uvAnimationScrollXSpeedFactor",
    "Translate Y": "uvAnimationScrollYSpeedFactor",
    "Rotation": "uvAnimationRotationSpeedFactor",
}
_WIDTH_MODES = ("none", "worldCoordinates", "screenCoordinates")
_NEAREST = 9728


def is_addon_toon(material: bpy.types.Material) -> bool:
    """Whether a material is MToon by the add-on."""
    stored = table_of(addon_values(material).get("mtoon1"))
    return bool(stored.get("enabled")) and not stored.get("is_outline_material")


def addon_toon(material: bpy.types.Material) -> tuple[dict[str, Any], dict[str, bpy.types.Image]] | None:
    """The MToon data of a material, with its pictures except those of the base color; ``None`` if it is not MToon, or
    if the add-on's nodes are gone."""
    output = group_node(material.node_tree, OUTPUT_TREE)
    if output is None or not is_addon_toon(material):
        return None
    stored = table_of(addon_values(material).get("mtoon1"))
    textures = table_of(table_of(stored.get("extensions")).get("vrmc_materials_mtoon"))
    base = _source(table_of(table_of(stored.get("pbr_metallic_roughness")).get("base_color_texture")))
    values: dict[str, Any] = {
        **{key: bool(_value(output, label)) for label, key in _FLAGS.items()},
        **{key: _value(output, label) for label, key in _NUMBERS.items()},
        **{key: list(_value(output, label))[:3] for label, key in _COLORS.items() if label in output.inputs},
        "renderQueueOffsetNumber": _value(output, "Render Queue Offset Number"),
        "outlineWidthMode": word(_WIDTH_MODES, _value(output, "Outline Width Mode")),
    }
    motion = group_node(material.node_tree, _MOTION_TREE)
    if motion is not None:
        values |= {key: _value(motion, label) for label, key in _MOTION.items()}
    pictures = {}
    for key in MTOON_TEXTURES:
        image = _source(table_of(textures.get(snake(key))))
        if image is None:
            continue
        values[key] = {"index": 0, **_laid(material, key, table_of(textures.get(snake(key))))}
        if image != base:
            pictures[key] = image
    if "shadingShiftTexture" in values:
        values["shadingShiftTexture"]["scale"] = _value(output, "Shading Shift Texture Scale")
    known = {key: value for key, value in values.items() if value is not None}
    checked, _ = toon(known, lambda _what, index, _table, _where: index, material.name)
    return checked, pictures


def has_mixed_wraps(material: bpy.types.Material) -> bool:
    """Whether the base color wraps differently along each axis, which exporter nodes cannot express."""
    laid = material.node_tree.nodes.get("Mtoon1BaseColorTexture.Uv") if material.node_tree is not None else None
    if laid is None or laid.type != "GROUP" or not is_addon_toon(material):
        return False
    return _value(laid, "Wrap S") != _value(laid, "Wrap T")


def group_node(tree: bpy.types.NodeTree | None, begin: str) -> bpy.types.Node | None:
    """The node of a group whose name has this prefix; Blender numbers groups that were appended again."""
    nodes = tree.nodes if tree is not None else ()
    return next((node for node in nodes if node.type == "GROUP" and _tree_name(node).startswith(begin)), None)


def _tree_name(node: bpy.types.Node) -> str:
    return node.node_tree.name if node.node_tree is not None else ""


def _value(node: bpy.types.Node, label: str) -> Any:
    socket = node.inputs.get(label)
    return getattr(socket, "default_value", None)


def _source(info: dict[str, Any]) -> bpy.types.Image | None:
    image = table_of(info.get("index")).get("source")
    return image if isinstance(image, bpy.types.Image) else None


def _laid(material: bpy.types.Material, key: str, stored: dict[str, Any]) -> dict[str, Any]:
    """The mapping of a texture: its transform as in glTF, and its sampler."""
    name = f"Mtoon1{key[0].upper()}{key[1:]}"
    made: dict[str, Any] = {}
    sampler: dict[str, Any] = {}
    uv, picture = material.node_tree.nodes.get(f"{name}.Uv"), material.node_tree.nodes.get(f"{name}.Image")
    if uv is not None and uv.type == "GROUP":
        offset, scale = ([_value(uv, f"UV {what} {axis}") for axis in "XY"] for what in ("Offset", "Scale"))
        if None not in (*offset, *scale) and (offset, scale) != ([0, 0], [1, 1]):
            made["extensions"] = {"KHR_texture_transform": {"offset": offset, "scale": scale}}
        sampler |= {f"wrap{axis}": _value(uv, f"Wrap {axis}") for axis in "ST"}
    if picture is not None and picture.type == "TEX_IMAGE" and picture.interpolation == "Closest":
        sampler["magFilter"] = _NEAREST
    smaller = number_of(table_of(table_of(stored.get("index")).get("sampler")).get("min_filter"))
    if smaller:
        sampler["minFilter"] = smaller
    sampler = {what: code for what, code in sampler.items() if code is not None}
    return made | ({"sampler": sampler} if sampler else {})
