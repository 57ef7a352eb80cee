"""Buttons that let an avatar move: one motion, a plan of steps, or a walk to an object."""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.vocabulary.motion.steps import MotionStep, parse_steps

from ...avatar.acting.acting import act
from ...avatar.rig.moving import play_motion
from ...bridge.data.created import removed_on_failure
from ...properties.motion import (
    MOTION_ITEMS,
    WALKING_ITEMS,
    motion_property,
    plan_property,
    root_motion_property,
    sit_property,
    variation_property,
)
from ...translations.registry import formatted
from .posing import ArmatureOperator


def _start_property() -> Any:
    return bpy.props.IntProperty(
        name="Start", description="First frame; the current one when not given", default=1, options={"SKIP_SAVE"}
    )


def _frame(operator: bpy.types.Operator, context: bpy.types.Context) -> int:
    """The frame that was given, else the one that shows."""
    given = operator.properties.is_property_set("start")
    return int(operator.start) if given else context.scene.frame_current


class ATELIER_OT_play_motion(ArmatureOperator, bpy.types.Operator):
    """Add a motion to the active avatar as an action on a track of its own, with its feet on the ground"""

    bl_idname = "atelier.play_motion"
    bl_label = "Play Motion"
    bl_options = {"REGISTER", "UNDO"}

    motion: motion_property(MOTION_ITEMS)
    start: _start_property()
    repeats: bpy.props.IntProperty(
        name="Repeats", description="How often a motion that loops is played", default=1, min=1, max=1000
    )
    root_motion: root_motion_property()
    blend: bpy.props.IntProperty(
        name="Blend", description="Frames over which the motion comes in and goes out", default=6, min=0, max=120
    )
    variation: variation_property()

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        with removed_on_failure(context):
            facts = play_motion(
                context, armature, self.motion, start=_frame(self, context), repeats=self.repeats,
                root_motion=self.root_motion, blend=self.blend, variation=self.variation,
            )  # fmt: skip
        self.report({"INFO"}, formatted("{name} plays {motion}.", name=armature.name, motion=facts["track"]))
        return facts


class _PlanOperator(ArmatureOperator):
    def steps(self, context: bpy.types.Context) -> list[MotionStep]:
        raise NotImplementedError

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        steps = self.steps(context)
        with removed_on_failure(context):
            facts = act(context, armature, steps, start=_frame(self, context))  # type: ignore[arg-type]
        self.report({"INFO"}, formatted("{name} acts {number} steps.", name=armature.name, number=len(steps)))
        return facts


class ATELIER_OT_act_plan(_PlanOperator, bpy.types.Operator):
    """Let the active avatar act a plan, such as: wave; walk:Chair; sit. Each step becomes an action, on one track"""

    bl_idname = "atelier.act_plan"
    bl_label = "Act Plan"
    bl_options = {"REGISTER", "UNDO"}

    plan: plan_property(options={"SKIP_SAVE"})
    start: _start_property()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not self.properties.is_property_set("plan"):
            self.plan = context.scene.atelier.motion.plan
        return self.execute(context)

    def steps(self, context: bpy.types.Context) -> list[MotionStep]:
        return parse_steps([text for text in self.plan.split(";") if text.strip()])


class ATELIER_OT_walk_to(_PlanOperator, bpy.types.Operator):
    """Let the active avatar walk to an object, round what stands in the way"""

    bl_idname = "atelier.walk_to"
    bl_label = "Walk There"
    bl_options = {"REGISTER", "UNDO"}

    target: bpy.props.StringProperty(
        name="Walk To", description="The object that the avatar walks to", options={"SKIP_SAVE"}
    )
    motion: motion_property(WALKING_ITEMS)
    sit: sit_property()
    start: _start_property()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        chosen = context.scene.atelier.motion
        if not self.properties.is_property_set("target") and chosen.target is not None:
            self.target, self.sit = chosen.target.name, chosen.sits
        return self.execute(context)

    def steps(self, context: bpy.types.Context) -> list[MotionStep]:
        walk = MotionStep(self.motion, self.target)
        return [walk, MotionStep("SIT")] if self.sit else [walk]


CLASSES = (ATELIER_OT_play_motion, ATELIER_OT_act_plan, ATELIER_OT_walk_to)
