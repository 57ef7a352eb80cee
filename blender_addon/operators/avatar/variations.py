"""Buttons of the Variations panel: draw a grid of variations of the active avatar, and wear one."""

from __future__ import annotations

import bpy

from ml_core.vocabulary.traits import AvatarTraits

from ...avatar import generating
from ...avatar.live.variations import variations_job, variations_of
from ...avatar.selection import avatar_hint, text_of
from ...avatar.stored import stored_traits
from ...avatar.surface.layer_settings import avatar_of
from ...avatar.surface.texturing import image_size
from ...bridge.jobs.steps import Job, Report
from ...translations.registry import formatted
from ..base import JobOperator


class _VariationOperator(JobOperator):
    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(avatar_hint(context)) or super().why_not(context)


class ATELIER_OT_make_variations(_VariationOperator, bpy.types.Operator):
    """Show how the active avatar could look with other seeds, as small pictures to choose from"""

    bl_idname = "atelier.make_variations"
    bl_label = "Show Variations"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    count: bpy.props.IntProperty(name="Count", description="How many", default=9, min=1, max=64, options={"SKIP_SAVE"})
    first_seed: bpy.props.IntProperty(
        name="First Seed",
        description="Seed of the first one; -1 continues after those that are shown",
        default=-1,
        min=-1,
        max=2**31 - 100,
        options={"SKIP_SAVE"},
    )
    same_traits: bpy.props.BoolProperty(
        name="Same Traits",
        description="Keep all colors and traits and change only what the seed draws beyond them",
        options={"SKIP_SAVE"},
    )

    def job(self, context: bpy.types.Context) -> Job:
        avatar = avatar_of(context.active_object)
        assert avatar is not None
        shown = variations_of(avatar)
        after = shown[-1].seed + 1 if shown else 0
        return variations_job(avatar, self.count, after if self.first_seed < 0 else self.first_seed, self.same_traits)


class ATELIER_OT_wear_variation(_VariationOperator, bpy.types.Operator):
    """Give the active avatar this look"""

    bl_idname = "atelier.wear_variation"
    bl_label = "Wear Variation"
    bl_options = {"REGISTER", "UNDO"}

    seed: bpy.props.IntProperty(name="Seed", description="Seed of the variation", min=0, max=2**31 - 1)
    traits_json: bpy.props.StringProperty(
        name="Traits",
        description="Traits of the variation as JSON; those of the avatar when empty",
        options={"HIDDEN"},
    )

    def job(self, context: bpy.types.Context) -> Job:
        avatar = avatar_of(context.active_object)
        assert avatar is not None
        stored = stored_traits(avatar)
        assert stored is not None
        traits = AvatarTraits.from_json(self.traits_json) if self.traits_json.strip() else stored[0]
        return generating.texture_job(context, avatar, "", traits, self.seed, image_size(avatar))

    def summary(self, report: Report) -> str:
        return formatted("{name} has its new texture.", name=report["object"])


CLASSES = (ATELIER_OT_make_variations, ATELIER_OT_wear_variation)
