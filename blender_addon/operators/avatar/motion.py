"""Buttons that let an avatar move: one motion, a plan of steps, or a walk to an object."""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.vocabulary.motion.steps import MotionStep, parse_steps

from ...avatar.acting.acting import acting
from ...avatar.rig.moving import playing_motion
from ...bridge.data.created import removed_on_failure
from ...bridge.jobs.steps import Job, Report, unbroken
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
from .posing import ArmatureJob


def _start_property() -> Any:
    return bpy.props.IntProperty(
        name="Start", description="First frame; the current one when not given", default=1, options={"SKIP_SAVE"}
    )


def _frame(operator: bpy.types.Operator, context: bpy.types.Context) -> int:
    """The frame that was given, else the current one."""
    given = operator.properties.is_property_set("start")
    return int(operator.start) if given else context.scene.frame_current


class _Motion(ArmatureJob):
    def job(self, context: bpy.types.Context) -> Job:
        return unbroken(super().job(context))


class ATELIER_OT_play_motion(_Motion, bpy.types.Operator):
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

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        with removed_on_failure(context):
            return (yield from playing_motion(
                context, armature, self.motion, start=_frame(self, context), repeats=self.repeats,
                root_motion=self.root_motion, blend=self.blend, variation=self.variation,
            ))  # fmt: skip

    def summary(self, report: Report) -> str:
        return formatted("{name} plays {motion}.", name=report["object"], motion=report["track"])


class _PlanOperator(_Motion):
    def steps(self, context: bpy.types.Context) -> list[MotionStep]:
        raise NotImplementedError

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        steps = self.steps(context)
        start = _frame(self, context)  # type: ignore[arg-type]
        with removed_on_failure(context):
            return (yield from acting(context, armature, steps, start=start))

    def summary(self, report: Report) -> str:
        return formatted("{name} acts {number} steps.", name=report["object"], number=len(report["steps"]))


class ATELIER_OT_act_plan(_PlanOperator, bpy.types.Operator):
    """Let the active avatar act a plan, such as: wave; walk:Chair; sit. Each step becomes an action, on one track"""

    bl_idname = "atelier.act_plan"
    bl_label = "Act Plan"
    bl_options = {"REGISTER", "UNDO"}

    plan: plan_property(options={"SKIP_SAVE"})
    start: _start_property()

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("plan"):
            self.plan = context.scene.atelier.motion.plan

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

    def from_panel(self, context: bpy.types.Context) -> None:
        chosen = context.scene.atelier.motion
        if not self.properties.is_property_set("target") and chosen.target is not None:
            self.target, self.sit = chosen.target.name, chosen.sits

    def steps(self, context: bpy.types.Context) -> list[MotionStep]:
        walk = MotionStep(self.motion, self.target)
        return [walk, MotionStep("SIT")] if self.sit else [walk]


CLASSES = (ATELIER_OT_play_motion, ATELIER_OT_act_plan, ATELIER_OT_walk_to)
