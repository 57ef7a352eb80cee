"""The capabilities of each file format, as data: code checks a format's entry and never its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ml_core.vocabulary.targets import Format

MaterialFamily = Literal["gltf", "plain"]
"""Blender's glTF exporter reads nodes; FBX and USD get one image a channel on the first UV map."""


@dataclass(frozen=True, kw_only=True)
class ModelFormat:
    """One format of models.

    Args:
        suffix: of the files, without a dot.
        family: what its materials are read from.
        embeds_textures: whether models carry their textures, so that none lie beside them.
        object_motion: whether objects without bones, and their shape keys, move in it by clips of their own.
        levels: whether levels of detail lie in the model.
        single_root: whether a skinned mesh needs one bone above all others.
        armature_node: whether the armature is a node of its own, which can hold properties.
        bone_properties: whether bones can hold custom properties.
        nested_properties: whether custom properties may be groups.
        identifiers: whether shape keys are named by identifiers alone: letters, digits, underscores.
        key_values: whether shape keys may stand at a value; else the shape that shows becomes the shape at rest.
        shares_meshes: whether objects that share a mesh share it in the file; else instances of a collection do.
        scene_file: whether cameras, lights and empties can lie in a file beside those of the assets, on request.
        value_maps: whether its materials refer to maps of roughness and metallic; else they stand at the maps' means.
        picture_strength: whether pictures of light may shine more than once.
        light_types: Blender's types of the lights that it takes.
        avatar_data: whether it holds what a VRM does beside the model: expressions, gaze, springs, permissions.
    """

    suffix: Format
    family: MaterialFamily
    embeds_textures: bool = False
    object_motion: bool = False
    levels: bool = False
    single_root: bool = True
    armature_node: bool = True
    bone_properties: bool = True
    nested_properties: bool = True
    identifiers: bool = False
    key_values: bool = True
    shares_meshes: bool = True
    scene_file: bool = False
    value_maps: bool = True
    picture_strength: bool = True
    light_types: tuple[str, ...] = ("POINT", "SPOT", "SUN", "AREA")
    avatar_data: bool = False


GLTF_LIGHTS = ("POINT", "SPOT", "SUN")

FORMATS: Mapping[Format, ModelFormat] = MappingProxyType(
    {
        entry.suffix: entry
        for entry in (
            ModelFormat(
                suffix="fbx",
                family="plain",
                levels=True,
                single_root=False,
                nested_properties=False,
                scene_file=True,
                value_maps=False,
            ),
            ModelFormat(
                suffix="glb",
                family="gltf",
                embeds_textures=True,
                object_motion=True,
                armature_node=False,
                light_types=GLTF_LIGHTS,
            ),
            ModelFormat(
                suffix="vrm",
                family="gltf",
                embeds_textures=True,
                armature_node=False,
                light_types=GLTF_LIGHTS,
                avatar_data=True,
            ),
            ModelFormat(
                suffix="usdc",
                family="plain",
                bone_properties=False,
                identifiers=True,
                key_values=False,
                shares_meshes=False,
                picture_strength=False,
            ),
        )
    }
)
