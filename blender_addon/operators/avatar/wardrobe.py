"""Garments from the panel and from scripts: wear one, take one off, dye one."""

from __future__ import annotations

from typing import Any

import bpy

from ml_core.color import hex_to_srgb, is_hex, srgb_to_hex
from ml_core.errors import InputError
from ml_core.geometry.garments.pieces import BY_NAME
from ml_core.vocabulary.avatar.fabrics import FABRIC_KINDS

from ...avatar import dressing, generating
from ...avatar.selection import avatar_hint, mode_hint, text_of
from ...avatar.wardrobe.objects import garment_info, worn_garments
from ...bridge.jobs.steps import Job, Report
from ...translations.registry import CONTEXT, formatted
from ..base import JobOperator

FABRIC_ITEMS = [
    ("OWN", "Its Own", "The fabric that the garment is usually made of"),
    *((kind.id, kind.title, kind.description) for kind in FABRIC_KINDS.values()),
]
GARMENT_ITEMS = [(piece.name, piece.label, f"Wear: {piece.label}") for piece in BY_NAME.values()]


class _WardrobeOperator(JobOperator):
    target: bpy.props.StringProperty(
        name="Object", description="The avatar; the active one when empty", options={"SKIP_SAVE"}
    )

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(mode_hint(context)) or super().why_not(context)

    def avatar(self, context: bpy.types.Context) -> bpy.types.Object:
        return generating.named_target(context, self.target)


class ATELIER_OT_wear(_WardrobeOperator, bpy.types.Operator):
    """Put a garment on the active avatar, over what it wears; one that it wears already is dyed"""

    bl_idname = "atelier.wear"
    bl_label = "Wear"
    bl_options = {"REGISTER", "UNDO"}

    garment: bpy.props.EnumProperty(
        name="Garment", description="What is put on", items=GARMENT_ITEMS, translation_context=CONTEXT
    )
    color: bpy.props.StringProperty(
        name="Color",
        description="Color of the cloth, such as #203050; that of the traits or the garment's own when empty",
        options={"SKIP_SAVE"},
    )

    fabric: bpy.props.EnumProperty(
        name="Fabric",
        description="What it is made of",
        items=FABRIC_ITEMS,
        default="OWN",
        options={"SKIP_SAVE"},
        translation_context=CONTEXT,
    )

    def job(self, context: bpy.types.Context) -> Job:
        fabric = "" if self.fabric == "OWN" else self.fabric
        return dressing.wear_job(context, self.avatar(context), [self.garment], self.color, fabric)

    def summary(self, report: Report) -> str:
        return formatted("{name} wears it.", name=report["object"])


class ATELIER_OT_take_off(_WardrobeOperator, bpy.types.Operator):
    """Take a garment off the active avatar. Avatars under 18 stay dressed"""

    bl_idname = "atelier.take_off"
    bl_label = "Take Off"
    bl_options = {"REGISTER", "UNDO"}

    garment: bpy.props.StringProperty(
        name="Garment", description="What is taken off, such as sweater", options={"SKIP_SAVE"}
    )

    def job(self, context: bpy.types.Context) -> Job:
        return dressing.take_off_job(context, self.avatar(context), [self.garment])

    def summary(self, report: Report) -> str:
        return formatted("{name} has taken it off.", name=report["object"])


class ATELIER_OT_dye_garment(_WardrobeOperator, bpy.types.Operator):
    """Choose another color or fabric for a garment of the active avatar"""

    bl_idname = "atelier.dye_garment"
    bl_label = "Dye"
    bl_options = {"REGISTER", "UNDO"}

    garment: bpy.props.StringProperty(name="Garment", description="What is dyed", options={"SKIP_SAVE"})
    color: bpy.props.FloatVectorProperty(
        name="Color",
        description="Color of the cloth",
        subtype="COLOR_GAMMA",
        size=3,
        min=0.0,
        max=1.0,
        default=(0.2, 0.25, 0.35),
    )
    fabric: bpy.props.EnumProperty(
        name="Fabric",
        description="What it is made of",
        items=FABRIC_ITEMS,
        default="OWN",
        translation_context=CONTEXT,
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        worn = worn_garments(self.avatar(context)).get(self.garment)
        info = None if worn is None else garment_info(worn)
        self.fabric = (info and info.fabric) or "OWN"
        if info is not None and info.color is not None:
            self.color = hex_to_srgb(info.color)
        return context.window_manager.invoke_props_dialog(self)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.template_color_picker(self, "color", value_slider=True)
        self.layout.prop(self, "color", text="")
        self.layout.prop(self, "fabric")

    def job(self, context: bpy.types.Context) -> Job:
        avatar = self.avatar(context)
        if self.garment not in worn_garments(avatar):
            raise InputError(
                "{name}: does not wear {garment}; choose one that it wears", name=avatar.name, garment=self.garment
            )
        color = srgb_to_hex(self.color)
        assert is_hex(color)
        fabric = "" if self.fabric == "OWN" else self.fabric
        return dressing.wear_job(context, avatar, [self.garment], color, fabric)

    def summary(self, report: Report) -> str:
        return formatted("{name} wears it.", name=report["object"])


class ATELIER_OT_new_body(JobOperator, bpy.types.Operator):
    """Add a new avatar with the anatomical body and the traits of the active one, which stays as it is"""

    bl_idname = "atelier.new_body"
    bl_label = "New Body with These Traits"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(avatar_hint(context)) or super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        return dressing.new_body_job(context, generating.named_target(context, ""))

    def summary(self, report: Report) -> str:
        return formatted("{name} is in the scene.", name=report["object"])


CLASSES = (
    ATELIER_OT_wear,
    ATELIER_OT_take_off,
    ATELIER_OT_dye_garment,
    ATELIER_OT_new_body,
)
