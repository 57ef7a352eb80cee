"""What an engine wants, as data: code reads a target's profile and never its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ml_core.vocabulary.targets import Target

from .model_format import FORMATS, ModelFormat


@dataclass(frozen=True)
class Packing:
    """One texture file of a material: which map goes to which channel.

    ``channels`` name ``occlusion``, ``roughness``, ``smoothness``, ``metallic``, ``one`` or ``zero`` for R, G, B and,
    where given, A.
    """

    suffix: str
    channels: tuple[str, ...]


ORM = Packing("ORM", ("occlusion", "roughness", "metallic"))
"""glTF's packing, which Unreal reads too."""


@dataclass(frozen=True)
class Profile:
    """How the files of a target are written; ``target`` is its entry in the vocabulary.

    ``axes`` of FBX files: ``"zero"`` leaves no rotation and no scale on root nodes (Unity), ``"centimetres"`` is
    Blender's plain export for static meshes and data in centimetres for skeletons (Unreal). ``collider_prefixes`` name
    collision nodes by shape (none for formats that have no such thing), or ``collider_suffix`` ends their names in a
    scene; ``lod_group`` puts levels of detail below a node, else they are siblings; ``skinned_lods`` gives avatars
    levels of detail. ``bone_names`` gives the target's name of each humanoid joint. ``web_options`` are compressed
    images and meshes. ``editor_folder`` is where import scripts lie that read one file of facts; else they lie beside
    the models.
    """

    target: Target
    packings: tuple[Packing, ...]
    axes: str = ""
    collider_prefixes: Mapping[str, str] = field(default_factory=dict)
    collider_suffix: str = ""
    lod_group: bool = False
    root_bone: bool = False
    bone_names: Mapping[str, str] = field(default_factory=dict)
    tangents: bool = True
    web_options: bool = False
    skinned_lods: bool = False
    editor_folder: str = ""

    @property
    def title(self) -> str:
        """What the artist calls the target, in English."""
        return self.target.title

    @property
    def format(self) -> ModelFormat:
        """What the format of the models can hold."""
        return FORMATS[self.target.format]
