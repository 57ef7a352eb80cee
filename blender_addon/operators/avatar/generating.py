"""Buttons of the Avatar section: generate one, put a texture on one, draw another seed, read an avatar's traits."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import bpy
from bpy.app.translations import pgettext_tip

from ml_core.errors import AtelierError
from ml_core.vocabulary.avatar import body_sliders
from ml_core.vocabulary.avatar.earlier_sliders import FACE_SLIDERS
from ml_core.vocabulary.avatar.extra_bones import EXTRA_BONES
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE
from ml_core.vocabulary.traits import AvatarTraits

from ...avatar import generating
from ...avatar.anatomy.person import is_anatomical
from ...avatar.body import earlier_body
from ...avatar.body.traits import fit_skeleton
from ...avatar.live import editing as live
from ...avatar.live.panel_state import without_named
from ...avatar.live.shaping import slider_property
from ...avatar.own_data import own_avatar
from ...avatar.selection import avatar_hint, mode_hint, text_of
from ...avatar.stored import stored_traits
from ...bridge.data.stored_values import setting
from ...bridge.jobs.steps import InThread, Job, Report
from ...bridge.state.views import show_textures_where_harmless, show_whole
from ...properties.settings import SIZE_ITEMS
from ...translations.registry import formatted
from ..base import JobOperator, refused


class _PaintOperator(JobOperator):
    """The options that generating and texturing share."""

    redone: tuple[str, ...] = ("description", "seed", "size")

    description: bpy.props.StringProperty(
        name="Description", description="Who the avatar is, in English or Chinese", options={"SKIP_SAVE"}
    )
    traits_json: bpy.props.StringProperty(
        name="Traits",
        description='Chosen traits as JSON, such as {"skin": "#8d5524"}; they win over the description',
        options={"SKIP_SAVE"},
    )
    sliders_json: bpy.props.StringProperty(
        name="Sliders",
        description="Traits as JSON that fill in what neither the description nor the traits name",
        options={"SKIP_SAVE"},
    )
    seed: bpy.props.IntProperty(
        name="Seed", description="Draws everything that is not chosen", min=0, max=2**31 - 1, options={"SKIP_SAVE"}
    )
    size: bpy.props.EnumProperty(
        name="Texture Size",
        description="Width and height of each texture",
        items=SIZE_ITEMS,
        default=str(DEFAULT_SIZE),
        options={"SKIP_SAVE"},
    )

    use_panel: bpy.props.BoolProperty(
        name="Use Panel",
        description="Take what is not given from the Avatar section, as the button does",
        options={"SKIP_SAVE"},
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        if self.use_panel:
            self.from_panel(context)
        return super().execute(context)

    def draw(self, context: bpy.types.Context) -> None:
        """The F9 panel shows what is changed by hand; the traits as JSON are for scripts."""
        column = self.layout.column()
        column.use_property_split = True
        for name in self.redone:
            column.prop(self, name)

    def from_panel(self, context: bpy.types.Context) -> None:
        self.use_panel = True
        settings = context.scene.atelier
        given = self.properties.is_property_set
        if not given("description"):
            self.description = setting(settings, "description")
        if not given("traits_json") and not given("sliders_json"):
            self.sliders_json = settings.traits.to_traits().to_json()
        if not given("seed"):
            self.seed = setting(settings, "seed")
        if not given("size"):
            self.size = setting(settings, "texture_size")

    def _with_traits(self, begin: Callable[[AvatarTraits], Job]) -> Job:
        """A job with the traits that override the description, and the sliders for those that it does not mention; the
        language model is loaded in another thread."""
        sliders, traits, sentence = _traits(self.sliders_json), _traits(self.traits_json), self.description

        def whole() -> Job:
            left = yield InThread(lambda: without_named(sliders, sentence))
            return (yield from begin(left.replace(**traits.to_dict())))

        return whole()


def _traits(text: str) -> AvatarTraits:
    return AvatarTraits.from_json(text) if text.strip() else AvatarTraits()


class ATELIER_OT_generate_avatar(_PaintOperator, bpy.types.Operator):
    """Add a new avatar with the description, the traits and the seed of the Avatar section"""

    bl_idname = "atelier.generate_avatar"
    bl_label = "Generate Avatar"
    bl_options = {"REGISTER", "UNDO"}

    redone = ("name", "description", "seed", "size", "location", "extra_bones")

    name: bpy.props.StringProperty(
        name="Name", description="Name of the new avatar", default="Avatar", options={"SKIP_SAVE"}
    )
    location: bpy.props.FloatVectorProperty(
        name="Location",
        description="Where the avatar stands; when it is not given, at the 3D cursor or beside what stands there",
        subtype="TRANSLATION",
        options={"SKIP_SAVE"},
    )
    extra_bones: bpy.props.EnumProperty(
        name="Extra Bones",
        description="Bones that the avatar has beside its humanoid ones",
        items=[(kind.id, kind.title, kind.description) for kind in EXTRA_BONES.values()],
        options={"ENUM_FLAG", "SKIP_SAVE"},
    )

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(mode_hint(context)) or super().why_not(context)

    def from_panel(self, context: bpy.types.Context) -> None:
        """A second press creates another person, not a twin of the first."""
        is_drawn = not self.properties.is_property_set("seed")
        super().from_panel(context)
        if is_drawn and self._request() == context.scene.atelier.last_made:
            self.seed = _drawn()

    def _request(self) -> str:
        """The inputs that determine the person, as one string."""
        requested = (self.description, self.traits_json, self.sliders_json, self.seed, self.size)
        return hashlib.sha1(repr(requested).encode()).hexdigest()

    def job(self, context: bpy.types.Context) -> Job:
        description, seed, size, name = self.description, self.seed, int(self.size), self.name
        location = tuple(self.location) if self.properties.is_property_set("location") else None
        extra = set(self.extra_bones)
        return self._with_traits(
            lambda traits: generating.generate_job(
                context, description, traits, seed, size, name, location=location, extra_bones=extra
            )
        )

    def _finished(self, scene: bpy.types.Scene, report: Report) -> set[str]:
        scene.atelier.last_made = self._request()
        self.location = report["location"]  # for F9, which must not look for another place
        if self.use_panel:
            scene.atelier.seed = self.seed
            made = bpy.data.objects[report["object"]]
            show_whole(bpy.context, made)
            show_textures_where_harmless(bpy.context, made)
        return super()._finished(scene, report)

    def summary(self, report: Report) -> str:
        return formatted("{name} is in the scene.", name=report["object"]) + _not_understood(report)


class ATELIER_OT_apply_texture(_PaintOperator, bpy.types.Operator):
    """Put a newly generated texture on the active avatar or body mesh, on the UV map that it has"""

    bl_idname = "atelier.apply_texture"
    bl_label = "Apply Texture"
    bl_options = {"REGISTER", "UNDO"}

    target: bpy.props.StringProperty(
        name="Object", description="The object to texture; the active one when empty", options={"SKIP_SAVE"}
    )

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(mode_hint(context)) or super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        target = generating.named_target(context, self.target)
        description, seed, size = self.description, self.seed, int(self.size)
        return self._with_traits(
            lambda traits: generating.texture_job(context, target, description, traits, seed, size)
        )

    def summary(self, report: Report) -> str:
        return formatted("{name} has its new texture.", name=report["object"]) + _not_understood(report)


def _not_understood(report: Report) -> str:
    """A sentence about the words of the description that changed nothing; empty when all did."""
    words = ", ".join(report.get("ignored", ()))
    return " " + formatted("Not understood: {words}.", words=words) if words else ""


class ATELIER_OT_draw_seed(bpy.types.Operator):
    """Draw another seed, which gives another person"""

    bl_idname = "atelier.draw_seed"
    bl_label = "Draw Seed"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    of_outfit: bpy.props.BoolProperty(
        name="Of the Outfit", description="Draw other clothes and keep the person", options={"SKIP_SAVE", "HIDDEN"}
    )

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return pgettext_tip("Draw other clothes and keep the person") if properties.of_outfit else ""

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = context.scene.atelier
        if self.of_outfit:
            settings.traits.outfit_seed = _drawn()
        else:
            settings.seed = _drawn()
        return {"FINISHED"}


def _drawn() -> int:
    # Five digits are easy to read out and to write down, and are more people than anybody looks at.
    return random.SystemRandom().randrange(100_000)


class ATELIER_OT_wear_outfit(JobOperator, bpy.types.Operator):
    """Dress the active avatar in the clothes of the other selected avatar; its face, skin and hair stay"""

    bl_idname = "atelier.wear_outfit"
    bl_label = "Wear Outfit"
    bl_options = {"REGISTER", "UNDO"}

    target: bpy.props.StringProperty(
        name="Object", description="The avatar that is dressed; the active one when empty", options={"SKIP_SAVE"}
    )
    source: bpy.props.StringProperty(
        name="Outfit Of",
        description="The avatar whose clothes are worn; the other selected one when empty",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(mode_hint(context)) or super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        target = generating.named_target(context, self.target)
        source = bpy.data.objects.get(self.source) if self.source else generating.other_avatar(context)
        return generating.outfit_job(context, target, source)

    def summary(self, report: Report) -> str:
        return formatted("{name} has its new clothes.", name=report["object"])


class ATELIER_OT_read_traits(bpy.types.Operator):
    """Show the traits and the seed of the active avatar in the panel, to start from them"""

    bl_idname = "atelier.read_traits"
    bl_label = "Read Traits of Avatar"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if stored_traits(context.active_object) is None:
            cls.poll_message_set(text_of(avatar_hint(context)))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        traits, seed = stored_traits(context.active_object)
        settings = context.scene.atelier
        settings.description = ""
        settings.traits.from_traits(traits)
        settings.seed = seed
        return {"FINISHED"}


class _SkeletonOperator:
    """Fits the bones of the active avatar to its body."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = text_of(mode_hint(context))
        armature = generating.humanoid(context.active_object)
        if not reason and not earlier_body.has_sliders(armature) and not is_anatomical(armature):
            reason = text_of(avatar_hint(context))
            reason = reason or formatted("{name} has no sliders of the face.", name=context.active_object.name)
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def execute(self, context: bpy.types.Context) -> set[str]:
        armature = generating.humanoid(context.active_object)
        if is_anatomical(armature):
            self.change_anatomy(armature)
            return {"FINISHED"}
        try:
            own_avatar(armature)
        except AtelierError as error:
            return refused(self, error)  # type: ignore[arg-type] # mixed into an operator
        self.change_body(armature)
        fit_skeleton(context, armature)
        return {"FINISHED"}

    def change_body(self, armature: bpy.types.Object) -> None:
        """The change of the body before the skeleton is fitted."""

    def change_anatomy(self, armature: bpy.types.Object) -> None:
        """The same for an anatomical body, whose bones follow automatically."""


class ATELIER_OT_refit_armature(_SkeletonOperator, bpy.types.Operator):
    """Move the bones to where the sliders have put the body, eyes and head"""

    bl_idname = "atelier.refit_armature"
    bl_label = "Fit Skeleton"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}


class ATELIER_OT_reset_face(_SkeletonOperator, bpy.types.Operator):
    """Set all sliders of the face back to the middle"""

    bl_idname = "atelier.reset_face"
    bl_label = "Reset Face"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    def change_body(self, armature: bpy.types.Object) -> None:
        earlier_body.set_sliders(armature, dict.fromkeys(FACE_SLIDERS, 0.0))

    def change_anatomy(self, armature: bpy.types.Object) -> None:
        live.body_changed(armature, {slider_property(name): 0.0 for name in body_sliders.FACE_SLIDERS})


CLASSES = (
    ATELIER_OT_generate_avatar,
    ATELIER_OT_apply_texture,
    ATELIER_OT_wear_outfit,
    ATELIER_OT_draw_seed,
    ATELIER_OT_read_traits,
    ATELIER_OT_refit_armature,
    ATELIER_OT_reset_face,
)
