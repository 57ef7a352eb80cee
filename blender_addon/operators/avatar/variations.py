"""Buttons of the Variations panel: draw a grid of variations of the active avatar, and wear one."""

from __future__ import annotations

from pathlib import Path

import bpy

from ml_core.errors import AtelierError
from ml_core.files import atomic_path
from ml_core.inference.taste import Choice
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

from ...avatar import generating
from ...avatar.live.variations import variations_job, variations_of
from ...avatar.selection import avatar_hint, text_of
from ...avatar.stored import SEED_KEY, stored_traits
from ...avatar.surface.layer_settings import avatar_of
from ...avatar.surface.texturing import image_size
from ...bridge.data.stored_values import stored_whole
from ...bridge.jobs.steps import Job, Report
from ...bridge.models import remembered
from ...translations.registry import formatted
from ..base import JobOperator, refused


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
    suggested: bpy.props.BoolProperty(
        name="Suggested",
        description="Choose from many looks by what you have kept and rejected so far",
        options={"SKIP_SAVE"},
    )

    def job(self, context: bpy.types.Context) -> Job:
        avatar = avatar_of(context.active_object)
        assert avatar is not None
        shown = variations_of(avatar)
        after = max(item.seed for item in shown) + 1 if shown else 0
        first = after if self.first_seed < 0 else self.first_seed
        worn = stored_whole(avatar, SEED_KEY, -1, 0, MAX_SEED)
        if any(item.seed == worn for item in shown):  # the others of that grid were passed over
            passed = (item for item in shown if item.seed != worn)
            remembered.remember(*(Choice(item.traits, item.seed, False, remembered.PASSED_OVER) for item in passed))
        return variations_job(avatar, self.count, first, self.same_traits, self.suggested)


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
        remembered.remember(Choice(traits, self.seed, True))
        return generating.texture_job(context, avatar, "", traits, self.seed, image_size(avatar))

    def summary(self, report: Report) -> str:
        return formatted("{name} has its new texture.", name=report["object"])


class ATELIER_OT_reject_variation(bpy.types.Operator):
    """Suggest fewer looks like this one; it is remembered on this machine only"""

    bl_idname = "atelier.reject_variation"
    bl_label = "Not Like This"
    bl_options = {"REGISTER", "INTERNAL"}

    seed: bpy.props.IntProperty(name="Seed", description="Seed of the variation", min=0, max=2**31 - 1)
    traits_json: bpy.props.StringProperty(
        name="Traits", description="Traits of the variation as JSON", options={"HIDDEN"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            remembered.remember(Choice(AvatarTraits.from_json(self.traits_json), self.seed, False))
        except AtelierError as error:
            return refused(self, error)
        return {"FINISHED"}


class ATELIER_OT_forget_choices(bpy.types.Operator):
    """Erase all that is remembered of what you have kept and rejected"""

    bl_idname = "atelier.forget_choices"
    bl_label = "Erase Choices"
    bl_options = {"REGISTER", "INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return set(context.window_manager.invoke_confirm(self, event))

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            count = remembered.forget()
        except AtelierError as error:
            return refused(self, error)
        self.report({"INFO"}, formatted("{number} choices are erased.", number=count))
        return {"FINISHED"}


class ATELIER_OT_export_choices(bpy.types.Operator):
    """Write what is remembered of what you have kept and rejected to a JSON file"""

    bl_idname = "atelier.export_choices"
    bl_label = "Export Choices"
    bl_options = {"REGISTER", "INTERNAL"}

    filepath: bpy.props.StringProperty(name="File", description="The file to write", subtype="FILE_PATH")
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.filepath = self.filepath or "choices.json"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = Path(bpy.path.abspath(self.filepath)).with_suffix(".json")
        try:
            with atomic_path(path) as partial:
                partial.write_text(remembered.text(), encoding="utf-8")
        except AtelierError as error:
            return refused(self, error)
        self.report({"INFO"}, formatted("{file} is written.", file=path.name))
        return {"FINISHED"}


CLASSES = (
    ATELIER_OT_make_variations,
    ATELIER_OT_wear_variation,
    ATELIER_OT_reject_variation,
    ATELIER_OT_forget_choices,
    ATELIER_OT_export_choices,
)
