"""Scenes as the VRM add-on for Blender leaves them, made without it: stored properties, empties and node groups."""

from __future__ import annotations

from typing import Any

import bpy
from mathutils import Vector

from blender_addon.bridge.vrm import human_bones
from blender_addon.bridge.vrm.stored import DATA_KEY, MARK_KEY, THUMBNAIL_KEY, TOON_KEY

OUTPUT = {
    "Transparent With Z-Write": True, "GI Equalization Factor": 0.25, "Render Queue Offset Number": 3,
    "Lit Color": (0.5, 1.0, 1.0, 1.0), "Lit Color Alpha": 1.0, "Shade Color": (0.5, 0.25, 0.125, 1.0),
    "Shading Toony": 0.75, "Shading Shift": -0.25, "Shading Shift Texture Scale": 0.5,
    "Parametric Rim Color": (0.125, 0.25, 0.5, 1.0), "Parametric Rim Fresnel Power": 4.0, "Parametric Rim Lift": 0.125,
    "Rim LightingMix": 0.75, "Outline LightingMix": 0.5, "Outline Color": (0.25, 0.0, 0.0, 1.0),
    "Outline Width Mode": 2, "Outline Width": 0.0625, "MatCap Factor": (0.5, 0.5, 0.5, 1.0),
}  # fmt: skip
MOTION = {"Translate X": 0.5, "Translate Y": 0.25, "Rotation": 1.5}
_UV = {
    "UV Offset X": 0.0, "UV Offset Y": 0.0, "UV Scale X": 1.0, "UV Scale Y": 1.0, "Wrap S": 10497, "Wrap T": 10497,
}  # fmt: skip


def node(bone: str) -> dict[str, str]:
    """The add-on's reference to a bone."""
    return {"bone_uuid": f"id of {bone}"}


def mesh(name: str) -> dict[str, Any]:
    return {"bpy_object": bpy.data.objects[name]}


def forget_ours(rig: bpy.types.Object) -> None:
    """Takes away what our importer keeps, and gives each bone the add-on's id."""
    for block in (*rig.data.bones, *bpy.data.objects, *bpy.data.materials, rig.data):
        for key in [key for key in block.keys() if key.startswith((DATA_KEY, MARK_KEY, THUMBNAIL_KEY, TOON_KEY))]:  # noqa: SIM118
            del block[key]
    for bone in rig.data.bones:
        bone["vrm_addon_extension"] = {"uuid": f"id of {bone.name}"}


def add_ball(rig: bpy.types.Object, bone: str, place: tuple[float, float, float], radius: float) -> bpy.types.Object:
    """The empty of a collider at a place of the world."""
    empty = bpy.data.objects.new(f"{bone} Collider", None)
    bpy.context.collection.objects.link(empty)
    empty.parent, empty.parent_type, empty.parent_bone = rig, "BONE", bone
    empty.empty_display_size = radius
    bpy.context.view_layer.update()
    empty.matrix_world.translation = Vector(place)
    bpy.context.view_layer.update()
    return empty


def as_addon_has_it(rig: bpy.types.Object, face: str = "Face") -> dict[str, Any]:
    """What the add-on stores of the hero of :mod:`.vrm_files`: numbers of enumerations, ids of bones, no defaults."""
    human = {joint: bone for joint, bone in human_bones(rig).items() if not joint.startswith("rightThumb")}

    snake = {joint: "".join(f"_{one.lower()}" if one.isupper() else one for one in joint) for joint in human}
    empty = add_ball(rig, human["head"], (0, -0.05, 1.7), 0.25)
    bind = {"node": {"bpy_object": bpy.data.objects[face]}, "index": "Fcl_Joy", "weight": 0.5}
    joint = {"hit_radius": 0.5, "gravity_dir": [0.0, 0.0, -1.0]}
    return {
        "spec_version": 1,
        "vrm1": {
            "meta": {"vrm_name": "Own", "authors": [{"value": "A. Author"}], "modification": 2, "avatar_permission": 1},
            "humanoid": {"human_bones": {snake[one]: {"node": node(bone)} for one, bone in human.items()}},
            "expressions": {
                "preset": {"happy": {"morph_target_binds": [bind], "override_mouth": 2}, "sad": {"preview": 0.0}},
                "custom": [
                    {
                        "custom_name": "blush",
                        "material_color_binds": [
                            {"material": bpy.data.materials["Skin"], "type": 5, "target_value": [1.0, 0.0, 0.0, 1.0]}
                        ],
                    }
                ],
            },
            "look_at": {"type": 1, "offset_from_head_bone": [0.0, 0.1, 0.0]},
            "first_person": {
                "mesh_annotations": [
                    {"node": {"bpy_object": bpy.data.objects["Body" if face == "Face" else face]}, "type": 3}
                ]
            },
        },
        "spring_bone1": {
            "colliders": [{"uuid": "c", "node": node(human["head"]), "bpy_object": empty}],
            "collider_groups": [{"uuid": "g", "vrm_name": "Skull", "colliders": [{"collider_uuid": "c"}]}],
            "springs": [
                {
                    "vrm_name": "Hair",
                    "joints": [{"node": node("b25"), **joint}, {"node": node("b26"), **joint}],
                    "collider_groups": [{"collider_group_uuid": "g"}],
                }
            ],
        },
    }


def first_version(rig: bpy.types.Object) -> dict[str, Any]:
    """The hero of :mod:`.vrm_files` as the add-on stores one of version 0."""
    human = human_bones(rig)
    eye = bpy.data.images.new("Portrait", 4, 4)
    curve = {"x_range": 80.0, "y_range": 8.0}
    ball = add_ball(rig, human["head"], (-0.01, -0.02, 1.6), 0.12)
    return {
        "spec_version": 0,
        "vrm0": {
            "meta": {"title": "Old", "author": "A", "license_name": 2, "texture": eye, "commercial_ussage_name": 1},
            "humanoid": {"human_bones": [{"bone": _old(joint), "node": node(bone)} for joint, bone in human.items()]},
            "first_person": {
                "first_person_bone": node(human["head"]), "first_person_bone_offset": [0.0, 0.05, 0.08],
                "look_at_type_name": 0, "look_at_vertical_up": curve, "look_at_horizontal_inner": curve,
                "mesh_annotations": [{"first_person_flag": 2, "mesh": mesh("Face")}],
            },
            "blend_shape_master": {
                "blend_shape_groups": [
                    {"name": "Joy", "preset_name": 8, "binds": [{"mesh": mesh("Face"), "index": "Fcl_Joy"}]},
                    {
                        "name": "blush", "preset_name": 0,
                        "material_values": [
                            {
                                "material": bpy.data.materials["Skin"], "property_name": "_Color",
                                "target_value": [{"value": 1.0}, {"value": 0.5}, {"value": 0.5}, {"value": 1.0}],
                            }
                        ],
                    },
                ]
            },
            "secondary_animation": {
                "bone_groups": [
                    {
                        "comment": "Hair", "bones": [node("b25")], "stiffiness": 1.5, "drag_force": 0.5,
                        "gravity_dir": [0.0, 0.0, -1.0], "center": node(human["hips"]),
                        "collider_groups": [{"collider_group_uuid": "g"}],
                    }
                ],
                "collider_groups": [{"uuid": "g", "node": node(human["head"]), "colliders": [{"bpy_object": ball}]}],
            },
        },
    }  # fmt: skip


def _old(joint: str) -> str:
    return joint.replace("Proximal", "Intermediate").replace("Metacarpal", "Proximal") if "Thumb" in joint else joint


def add_toon(material: bpy.types.Material, pictures: dict[str, bpy.types.Image], **uv: float) -> None:
    """Makes a material the add-on's MToon.

    Args:
        pictures: images by the stored name of their texture, such as ``shade_multiply_texture``. uv: inputs of the
            groups that lay all pictures.
    """
    tree = material.node_tree
    image = next(one.image for one in tree.nodes if one.type == "TEX_IMAGE")
    tree.nodes.clear()
    shader, output = tree.nodes.new("ShaderNodeBsdfPrincipled"), tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(shader.outputs[0], output.inputs["Surface"])
    _group(tree, "VRM Add-on MToon 1.0 Output Revision 1", OUTPUT)
    _group(tree, "VRM Add-on MToon 1.0 UV Animation Revision 1", MOTION)
    values = _UV | {label.replace("_", " "): value for label, value in uv.items()}
    for key, source in {"base_color_texture": image, **pictures}.items():
        name = "Mtoon1" + "".join(part.capitalize() for part in key.split("_"))
        picture = tree.nodes.new("ShaderNodeTexImage")
        picture.name, picture.image = f"{name}.Image", source
        laid = _group(tree, "VRM Add-on MToon 1.0 UV Revision 1", values)
        laid.name = f"{name}.Uv"
        tree.links.new(laid.outputs[0], picture.inputs["Vector"])
        if key == "base_color_texture":
            tree.links.new(picture.outputs["Color"], shader.inputs["Base Color"])
    stored = {key: {"index": {"source": source, "sampler": {}}} for key, source in pictures.items()}
    material["vrm_addon_extension"] = {
        "mtoon1": {
            "enabled": True,
            "pbr_metallic_roughness": {"base_color_texture": {"index": {"source": image}}},
            "extensions": {"vrmc_materials_mtoon": stored},
        }
    }


def _group(tree: bpy.types.NodeTree, name: str, values: dict[str, Any]) -> bpy.types.Node:
    group = bpy.data.node_groups.get(name) or _new_group(name, values)
    made = tree.nodes.new("ShaderNodeGroup")
    made.node_tree = group
    for label, value in values.items():
        made.inputs[label].default_value = value
    return made


def _new_group(name: str, values: dict[str, Any]) -> bpy.types.NodeTree:
    group = bpy.data.node_groups.new(name, "ShaderNodeTree")
    kinds = {bool: "NodeSocketBool", int: "NodeSocketInt", float: "NodeSocketFloat", tuple: "NodeSocketColor"}
    for label, value in values.items():
        group.interface.new_socket(label, in_out="INPUT", socket_type=kinds[type(value)])
    group.interface.new_socket("UV Vector", in_out="OUTPUT", socket_type="NodeSocketVector")
    return group
