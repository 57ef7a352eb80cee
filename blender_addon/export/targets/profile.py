"""The requirements of an engine, as data: code checks a target's profile and never its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ml_core.vocabulary.targets import Limits, Target

from .model_format import FORMATS, ModelFormat


@dataclass(frozen=True)
class Packing:
    """One texture file of a material: which map goes to which channel.

    ``channels`` name ``occlusion``, ``roughness``, ``smoothness``, ``metallic``, ``one`` or ``zero`` for R, G, B and,
    where given, A.
    """

    suffix: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """How the files of a target are written; ``target`` is its entry in the vocabulary.

    ``packings`` are its texture files. ``root_bone`` puts one bone at the origin above all others, ``bone_names`` gives
    the target's name of each humanoid joint, ``skinned_lods`` gives avatars levels of detail. ``image_formats`` allows
    compressed images, ``compact_meshes`` compressed meshes and instances, on request. ``editor_folder`` is the folder
    of import scripts that read one file of facts; else they are beside the models. ``has_page`` adds a page that shows
    the models.
    """

    target: Target
    packings: tuple[Packing, ...]
    root_bone: bool = False
    bone_names: Mapping[str, str] = field(default_factory=dict)
    tangents: bool = True
    image_formats: bool = False
    compact_meshes: bool = False
    skinned_lods: bool = False
    editor_folder: str = ""
    has_page: bool = False

    @property
    def title(self) -> str:
        """The display name of the target, in English."""
        return self.target.title

    @property
    def limits(self) -> Limits:
        """The limits of the target. Zero means no limit."""
        return self.target.limits

    @property
    def format(self) -> ModelFormat:
        """The format of the models."""
        return FORMATS[self.target.format]

    @property
    def light_types(self) -> tuple[str, ...]:
        """Blender's types of the exported lights; a page adds those that its models cannot contain."""
        return (*self.format.light_types, "AREA") if self.has_page else self.format.light_types
