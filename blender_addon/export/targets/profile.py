"""What an engine wants, as data: code reads a target's profile and never its name."""

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
    the target's name of each humanoid joint, ``skinned_lods`` gives avatars levels of detail. ``image_formats`` are
    compressed images, ``compact_meshes`` compressed meshes and instances, where they are asked for. ``editor_folder``
    is where import scripts lie that read one file of facts; else they lie beside the models. ``has_page`` lays a page
    that shows the models beside them.
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
        """What the artist calls the target, in English."""
        return self.target.title

    @property
    def limits(self) -> Limits:
        """How much the target holds. Zero is no limit."""
        return self.target.limits

    @property
    def format(self) -> ModelFormat:
        """What the format of the models can hold."""
        return FORMATS[self.target.format]

    @property
    def light_types(self) -> tuple[str, ...]:
        """Blender's types of the lights that arrive; a page says itself what its models cannot."""
        return (*self.format.light_types, "AREA") if self.has_page else self.format.light_types
