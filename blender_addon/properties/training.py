"""The settings of the Training panel, saved with the scene."""

from __future__ import annotations

from typing import Any

import bpy

from ..bridge.files import chosen_folders
from ..translations.registry import CONTEXT

WHAT_ITEMS = [
    ("textures", "Avatar Textures", "The network that paints avatars, on textures of people"),
    ("objects", "Object Recognition", "The network that names objects, on meshes in one folder for each kind"),
]
LENGTH_ITEMS = [
    ("trial", "Trial", "A few minutes, to see that everything works; the result is rough"),
    ("short", "Short", "Some ten minutes for objects, an hour or more for textures"),
    ("full", "Full", "As the shipped networks were trained: half an hour for objects, a night for textures"),
]


def _choose_data_folder(settings: Any, context: bpy.types.Context) -> None:
    chosen_folders.choose(settings.data)


class AtelierTrainingSettings(bpy.types.PropertyGroup):
    """``scene.atelier.training``."""

    what: bpy.props.EnumProperty(
        name="Train", description="Which network is trained", items=WHAT_ITEMS, default="objects"
    )
    data: bpy.props.StringProperty(
        name="Folder",
        description="What to learn from. For objects: one folder for each kind with mesh files in it. "
        "For textures: a folder with textures.csv or avatars.csv, or a dataset made of one",
        subtype="DIR_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
        update=_choose_data_folder,
    )
    length: bpy.props.EnumProperty(
        name="Length",
        description="How long the training takes",
        items=LENGTH_ITEMS,
        default="short",
        translation_context=CONTEXT,
    )
    from_shipped: bpy.props.BoolProperty(
        name="Start from Built-in",
        description="Go on from the network that came with Atelier, which needs less data and time, "
        "instead of starting from nothing",
        default=True,
    )
