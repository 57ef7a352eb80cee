"""The Motion section's choices: which motion, and the plan that is typed.

Panel and buttons declare each property by the same function, so that names, descriptions and limits are written once.
"""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.vocabulary.motion.motions import MOTIONS, WALKING

from ..translations.registry import CONTEXT

MOTION_ITEMS = [(entry.id, entry.title, "") for entry in MOTIONS.values()]
WALKING_ITEMS = [item for item in MOTION_ITEMS if item[0] in WALKING]


def motion_property(items: list[tuple[str, str, str]]) -> Any:
    return bpy.props.EnumProperty(
        name="Motion",
        description="What the avatar does",
        items=items,
        default="WALK",
        translation_context=CONTEXT,
    )


def root_motion_property() -> Any:
    return bpy.props.BoolProperty(
        name="Root Motion",
        description="The avatar moves over the floor and turns where the motion does, in place of walking on the spot",
    )


def variation_property() -> Any:
    return bpy.props.IntProperty(
        name="Variation",
        description="0 plays the motion as it is; every other number another way of doing it, for crowds out of step",
        default=0,
        min=0,
        max=2**31 - 1,
    )


def plan_property(**own: Any) -> Any:
    """The text of a plan; ``own`` are further arguments of Blender's property."""
    return bpy.props.StringProperty(
        name="Plan",
        description="Steps separated by semicolons, such as: wave; walk:Chair; sit",
        translation_context=CONTEXT,
        **own,
    )


def sit_property() -> Any:
    return bpy.props.BoolProperty(name="Sit There", description="The avatar sits down on the object that it walks to")


class AtelierMotionSettings(bpy.types.PropertyGroup):
    """``scene.atelier.motion``."""

    motion: motion_property(MOTION_ITEMS)
    root_motion: root_motion_property()
    variation: variation_property()
    plan: plan_property(maxlen=1024)
    target: bpy.props.PointerProperty(
        type=bpy.types.Object, name="Walk To", description="The object that the avatar walks to"
    )
    sits: sit_property()
