"""The Motion section's choices: which motion, and the plan that is typed."""

from __future__ import annotations

import bpy

from ml_core.vocabulary.motion.motions import MOTIONS, WALKING

from ..translations.registry import CONTEXT

MOTION_ITEMS = [(entry.id, entry.title, "") for entry in MOTIONS.values()]
WALKING_ITEMS = [item for item in MOTION_ITEMS if item[0] in WALKING]


class AtelierMotionSettings(bpy.types.PropertyGroup):
    """``scene.atelier.motion``."""

    motion: bpy.props.EnumProperty(
        name="Motion",
        description="What the avatar does",
        items=MOTION_ITEMS,
        default="WALK",
        translation_context=CONTEXT,
    )
    root_motion: bpy.props.BoolProperty(
        name="Root Motion",
        description="The avatar moves over the floor and turns where the motion does, in place of walking on the spot",
    )
    variation: bpy.props.IntProperty(
        name="Variation",
        description="0 plays the motion as it is; every other number another way of doing it, for crowds out of step",
        min=0,
        max=2**31 - 1,
    )
    plan: bpy.props.StringProperty(
        name="Plan",
        description="Steps separated by semicolons, such as: wave; walk:Chair; sit",
        maxlen=1024,
        translation_context=CONTEXT,
    )
    target: bpy.props.PointerProperty(
        type=bpy.types.Object, name="Walk To", description="The object that the avatar walks to"
    )
    sits: bpy.props.BoolProperty(name="Sit There", description="The avatar sits down on the object that it walks to")
