"""The options of an export as Blender properties: the same for the panel's settings and for the operator."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import bpy

from ..bridge.data.stored_values import setting
from ..export.options import ExportOptions, VrmMeta
from ..translations.registry import CONTEXT

COLLIDER_ITEMS = [
    ("label", "By Label", "Choose the shape by what each object is: boxes for walls, none for plants"),
    ("box", "Boxes", "Give each object one box: the fastest"),
    ("convex", "Convex Hulls", "Give each object one convex hull"),
    ("none", "None", "Write no colliders"),
]
IMAGE_ITEMS = [
    ("PNG", "PNG", "Without loss, and read by every viewer"),
    ("WEBP", "WebP", "About a third of the size, read by all current browsers"),
]
COMPRESSION_ITEMS = [
    ("DRACO", "Draco", "Smaller files; decoding takes a moment"),
    ("MESHOPT", "Meshopt", "Decodes faster; needs Blender 5.2 or newer"),
]
ACTION_ITEMS = [
    ("all", "All Actions", "Write the strips, the assigned action, and actions that only a fake user keeps"),
    ("active", "Assigned Action", "Write only the action that is assigned"),
    ("nla", "NLA Strips", "Write only the strips of the nonlinear animation"),
]
DETAIL_ITEMS = [
    ("full", "Full", "Leave all triangles"),
    ("standard", "Standard", "At most 45,000 triangles for a person of Atelier; avatars of others stay as they are"),
    ("game", "Game", "At most 20,000 triangles for every avatar"),
]
POSE_ITEMS = [
    ("auto", "As Shown, Animated at Rest", "Take the pose that shows; of an animated armature its own rest pose"),
    ("shown", "As Shown", "Take the pose that shows, of animated armatures too"),
    ("rest", "Rest Pose", "Take the rest pose of each armature, whatever shows"),
]
BUDGET_ITEMS = [
    ("0", "Of the Target", "As large as the target allows"),
    ("512", "512", "Make textures no larger than 512 pixels: phones"),
    ("1024", "1024", "Make textures no larger than 1024 pixels: headsets"),
    ("2048", "2048", "Make textures no larger than 2048 pixels: desktop computers"),
    ("4096", "4096", "Make textures no larger than 4096 pixels: close views"),
]
AVATAR_ITEMS = [
    ("onlyAuthor", "Author Only", "Only the author may perform as the avatar"),
    ("onlySeparatelyLicensedPerson", "Licensed Persons", "Only persons with a license of their own may"),
    ("everyone", "Everyone", "Everyone may perform as the avatar"),
]
COMMERCIAL_ITEMS = [
    ("personalNonProfit", "Personal, No Profit", "Only private persons may use it, and not for money"),
    ("personalProfit", "Personal, for Profit", "Private persons may use it, for money too"),
    ("corporation", "Companies", "Companies may use it too"),
]
CREDIT_ITEMS = [
    ("required", "Required", "Who uses it has to name the author"),
    ("unnecessary", "Not Required", "Nobody has to name the author"),
]
MODIFICATION_ITEMS = [
    ("prohibited", "Prohibited", "Nobody may change it"),
    ("allowModification", "Allowed", "Everybody may change it, and keep the result"),
    ("allowModificationRedistribution", "Allowed, and to Pass On", "Everybody may change it and pass the result on"),
]

_DEFAULTS = ExportOptions()
_CHOICES = {
    "avatar_permission": ("Who May Perform", "Who may act as this avatar", AVATAR_ITEMS),
    "commercial_usage": ("Commercial Use", "Who may earn money with it", COMMERCIAL_ITEMS),
    "credit_notation": ("Credit", "Whether users have to name the author", CREDIT_ITEMS),
    "modification": ("Changes", "Whether others may change the avatar", MODIFICATION_ITEMS),
}
_PERMISSIONS = {
    "allow_redistribution": ("Allow Redistribution", "Allow others to redistribute the file"),
    "allow_excessively_violent_usage": ("Violent Use", "Allow its use in excessively violent scenes"),
    "allow_excessively_sexual_usage": ("Sexual Use", "Allow its use in excessively sexual scenes"),
    "allow_political_or_religious_usage": (
        "Political or Religious Use",
        "Allow its use for political or religious purposes",
    ),
    "allow_antisocial_or_hate_usage": ("Hateful Use", "Allow its use in antisocial or hateful scenes"),
}


def option_properties(options: set[Any]) -> dict[str, Any]:
    """Annotations, one for each field of :class:`ExportOptions`; those of :class:`VrmMeta` begin with ``vrm_``.

    Args:
        options: Blender's options of each property, such as ``SKIP_SAVE``.
    """
    return _general(options) | _vrm(options)


def _general(options: set[Any]) -> dict[str, Any]:
    return {
        "detail": bpy.props.EnumProperty(
            name="Detail of Avatars",
            description="How many triangles an avatar has at most, with all that it wears",
            items=DETAIL_ITEMS,
            default=_DEFAULTS.detail,
            translation_context=CONTEXT,
            options=options,
        ),
        "merge_garments": bpy.props.BoolProperty(
            name="Merge Garments",
            description="Write what an avatar of Atelier wears as one mesh",
            default=_DEFAULTS.merge_garments,
            options=options,
        ),
        "lods": bpy.props.IntProperty(
            name="Levels of Detail",
            description="How many reduced versions of each object are written beside the full one",
            min=0,
            max=4,
            default=_DEFAULTS.lods,
            options=options,
        ),
        "colliders": bpy.props.EnumProperty(
            name="Colliders",
            description="Which shapes stand in for the objects in physics",
            items=COLLIDER_ITEMS,
            default=_DEFAULTS.colliders,
            translation_context=CONTEXT,
            options=options,
        ),
        "lightmap_uv": bpy.props.BoolProperty(
            name="Lightmap UVs",
            description="Give each exported static mesh a second UV map without overlaps, for baked light",
            default=_DEFAULTS.lightmap_uv,
            options=options,
        ),
        "clips": bpy.props.BoolProperty(
            name="Animation Clips",
            description="Write each NLA strip of an avatar as a clip of the same name",
            default=_DEFAULTS.clips,
            options=options,
        ),
        "actions": bpy.props.EnumProperty(
            name="Actions",
            description="Which actions become clips",
            items=ACTION_ITEMS,
            default=_DEFAULTS.actions,
            options=options,
        ),
        "pose": bpy.props.EnumProperty(
            name="Exported Pose",
            description="The pose that exported skeletons rest in",
            items=POSE_ITEMS,
            default=_DEFAULTS.pose,
            options=options,
        ),
        "cameras": bpy.props.BoolProperty(
            name="Cameras",
            description="Write the cameras into files that hold a whole scene: Godot, web and OpenUSD",
            default=_DEFAULTS.cameras,
            options=options,
        ),
        "lights": bpy.props.BoolProperty(
            name="Lights",
            description="Write the lights into files that hold a whole scene: Godot, web and OpenUSD",
            default=_DEFAULTS.lights,
            options=options,
        ),
        "empties": bpy.props.BoolProperty(
            name="Empties",
            description="Write the empties into files that hold a whole scene: Godot, web and OpenUSD",
            default=_DEFAULTS.empties,
            options=options,
        ),
        "scene_file": bpy.props.BoolProperty(
            name="Scene File",
            description="Write cameras, lights and empties for Unity and Unreal too, into an FBX file of their own. "
            "Engines have units of light of their own: check the brightness there",
            default=_DEFAULTS.scene_file,
            options=options,
        ),
        "custom_properties": bpy.props.BoolProperty(
            name="Custom Properties",
            description="Write custom properties that are numbers or short words into the files",
            default=_DEFAULTS.custom_properties,
            options=options,
        ),
        "texture_budget": bpy.props.EnumProperty(
            name="Texture Limit",
            description="The most pixels that a side of an exported texture may have",
            items=BUDGET_ITEMS,
            default=str(_DEFAULTS.texture_budget),
            options=options,
        ),
        "author": bpy.props.StringProperty(
            name="Author", description="Who made this. The name is written into the exported files", options=options
        ),
        "license": bpy.props.StringProperty(
            name="License",
            description="Under which license others may use the files, such as CC-BY-4.0. It is written into them",
            options=options,
        ),
        "repair_copies": bpy.props.BoolProperty(
            name="Repair Copies",
            description="Repair on the exported copies what can be repaired, and leave the scene as it is",
            default=_DEFAULTS.repair_copies,
            options=options,
        ),
        "image_format": bpy.props.EnumProperty(
            name="Web Images",
            description="The format of the textures inside of web files",
            items=IMAGE_ITEMS,
            default=_DEFAULTS.image_format,
            options=options,
        ),
        "compress_meshes": bpy.props.BoolProperty(
            name="Compress Web",
            description="Make the meshes of web files smaller; the viewer needs the decoder",
            default=_DEFAULTS.compress_meshes,
            options=options,
        ),
        "mesh_compression": bpy.props.EnumProperty(
            name="Compression",
            description="How the meshes of web files are made smaller",
            items=COMPRESSION_ITEMS,
            default=_DEFAULTS.mesh_compression,
            options=options,
        ),
        "gpu_instances": bpy.props.BoolProperty(
            name="GPU Instances",
            description="Write what repeats a mesh as one node with many places (EXT_mesh_gpu_instancing), which draws "
            "faster; the viewer has to know it, and the repeated objects lose their names",
            default=_DEFAULTS.gpu_instances,
            options=options,
        ),
    }


def _vrm(options: set[Any]) -> dict[str, Any]:
    defaults = _DEFAULTS.vrm
    properties: dict[str, Any] = {}
    for name, (title, description, items) in _CHOICES.items():
        properties[f"vrm_{name}"] = bpy.props.EnumProperty(
            name=title, description=description, items=items, default=getattr(defaults, name), options=options
        )
    for name, (title, description) in _PERMISSIONS.items():
        properties[f"vrm_{name}"] = bpy.props.BoolProperty(
            name=title, description=description, default=getattr(defaults, name), options=options
        )
    return properties


GENERAL = tuple(field.name for field in fields(ExportOptions) if field.name not in ("force", "vrm"))
VRM = tuple(field.name for field in fields(VrmMeta) if field.name != "authors")


class AtelierExportSettings(bpy.types.PropertyGroup):
    """``scene.atelier.export``: the options of the next export."""

    __annotations__ = option_properties(set())


class ExportOptionsOperator:
    """Mix-in: an operator with the same options, so that a script can pass each of them."""

    __annotations__ = option_properties({"SKIP_SAVE"})

    def options_from_panel(self, context: bpy.types.Context) -> None:
        """Fills options that the caller did not give from the panel."""
        settings = context.scene.atelier.export
        for name in (*GENERAL, *(f"vrm_{item}" for item in VRM)):
            if not self.properties.is_property_set(name):
                setattr(self, name, setting(settings, name))


def to_options(source: Any, force: bool = False) -> ExportOptions:
    """The options from an owner of these properties: the settings of a scene, or an operator."""
    # Blender has checked what an operator is given; only settings come with files.
    read = setting if isinstance(source, bpy.types.PropertyGroup) else getattr
    values = {name: read(source, name) for name in GENERAL}
    values["texture_budget"] = int(values["texture_budget"])
    authors = tuple(item.strip() for item in values["author"].split(",") if item.strip())
    meta = VrmMeta(authors=authors, **{name: read(source, f"vrm_{name}") for name in VRM})
    return ExportOptions(**values, force=force, vrm=meta)
