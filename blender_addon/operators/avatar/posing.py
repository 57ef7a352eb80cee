"""Buttons that pose and move an avatar, and put hair on any humanoid."""

from __future__ import annotations

import json
from typing import Any

import bpy

from ml_core.color import hex_to_srgb, srgb_to_hex
from ml_core.errors import AtelierError
from ml_core.vocabulary.avatar.hair.hair_styles import DEFAULT_HAIR_STYLE
from ml_core.vocabulary.avatar.hair.hair_zones import HAIR_ZONES

from ...avatar import generating
from ...avatar.anatomy.slider_keys import KEYED, KEYED_TRAITS, adding_slider_keys
from ...avatar.body.hair import hairs_of
from ...avatar.live import editing as live
from ...avatar.rig.clips import add_clips
from ...avatar.rig.control_rig import adding_control_rig, controlled_by, removing_control_rig
from ...avatar.rig.poses import set_pose
from ...avatar.selection import avatar_hint, text_of
from ...bridge.data.single_user import ensure_editable
from ...bridge.data.stored_values import setting
from ...bridge.jobs.steps import Job, Report, unbroken
from ...properties.traits import BEARD_ITEMS, HAIR_ITEMS
from ...translations.registry import CONTEXT, formatted
from ..base import JobOperator, refused

POSE_ITEMS = [
    ("t", "T-Pose", "Arms straight to the sides"),
    ("a", "A-Pose", "Arms half down, as Unreal's skeletons stand"),
    ("relaxed", "Relaxed", "Arms hanging, fingers a little bent"),
]


def _armature(context: bpy.types.Context) -> bpy.types.Object | None:
    found = generating.humanoid(context.active_object) if context.mode == "OBJECT" else None
    if found is not None and found.type == "MESH":
        found = found.find_armature()
    return controlled_by(found) or found


class ArmatureOperator:
    """Mix-in of operators that change the active avatar's armature; :meth:`change` returns the facts to report."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if _armature(context) is None:
            why = text_of(avatar_hint(context, any_humanoid=True))
            cls.poll_message_set(why or formatted("{name} has no armature.", name=context.active_object.name))
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        armature = _armature(context)
        assert armature is not None
        try:
            ensure_editable(armature)
            facts = self.change(context, armature)
        except AtelierError as error:
            return refused(self, error)  # type: ignore[arg-type] # mixed into an operator
        context.scene.atelier.last_report = json.dumps({"object": armature.name, **facts}, ensure_ascii=False)
        return {"FINISHED"}

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        raise NotImplementedError


class ArmatureJob(JobOperator):
    """Mix-in of operators whose job changes the active avatar's armature; :meth:`changing` returns its report."""

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        if _armature(context) is None:
            why = text_of(avatar_hint(context, any_humanoid=True))
            return why or formatted("{name} has no armature.", name=context.active_object.name)
        return super().why_not(context)

    def job(self, context: bpy.types.Context) -> Job:
        armature = _armature(context)
        assert armature is not None
        ensure_editable(armature)
        facts = yield from self.changing(context, armature)
        return {"object": armature.name, **facts}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        raise NotImplementedError


class ATELIER_OT_set_pose(ArmatureOperator, bpy.types.Operator):
    """Bring the arms of the active avatar to a pose, and all other bones to rest"""

    bl_idname = "atelier.set_pose"
    bl_label = "Set Pose"
    bl_options = {"REGISTER", "UNDO"}

    pose: bpy.props.EnumProperty(
        name="Pose", translation_context=CONTEXT, description="How the arms are held", items=POSE_ITEMS, default="t"
    )

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        set_pose(context, armature, self.pose)
        return {"pose": self.pose}


class ATELIER_OT_add_clips(ArmatureOperator, bpy.types.Operator):
    """Add looping clips, Idle, Walk and Walk_Root, as muted tracks of the nonlinear animation; each is exported"""

    bl_idname = "atelier.add_clips"
    bl_label = "Add Clips"
    bl_options = {"REGISTER", "UNDO"}

    def change(self, context: bpy.types.Context, armature: bpy.types.Object) -> dict:
        clips = add_clips(context, armature)
        self.report({"INFO"}, formatted("{name} has {number} clips.", name=armature.name, number=len(clips)))
        return {"clips": clips, "fps": context.scene.render.fps / context.scene.render.fps_base}


def _tone(description: str, default: tuple[float, float, float]) -> Any:
    """A color of a part of the hair."""
    return bpy.props.FloatVectorProperty(
        name=description.rpartition(" ")[2].capitalize(),
        description=description,
        subtype="COLOR_GAMMA",
        size=3,
        min=0,
        max=1,
        default=default,
        options={"SKIP_SAVE"},
    )


class ATELIER_OT_set_hair(ArmatureJob, bpy.types.Operator):
    """Put hair on the head of the active avatar, or of any humanoid with an armature"""

    bl_idname = "atelier.set_hair"
    bl_label = "Set Hair"
    bl_options = {"REGISTER", "UNDO"}

    # Not remembered from one avatar to the next: what is not chosen stays as it is.
    style: bpy.props.EnumProperty(
        name="Hair Style",
        description="How the hair is cut and worn",
        items=HAIR_ITEMS,
        default=DEFAULT_HAIR_STYLE,
        options={"SKIP_SAVE"},
    )
    color: bpy.props.FloatVectorProperty(
        name="Hair",
        description="Color of the hair",
        translation_context=CONTEXT,
        subtype="COLOR_GAMMA",
        size=3,
        min=0,
        max=1,
        default=(0.23, 0.15, 0.10),
        options={"SKIP_SAVE"},
    )
    toned: bpy.props.EnumProperty(
        name="Two Tones",
        description="Parts of the hair that have a color of their own",
        items=[(zone.id, zone.title, zone.description) for zone in HAIR_ZONES.values()],
        options={"ENUM_FLAG", "SKIP_SAVE"},
    )
    tips: _tone("Color of the tips", (0.85, 0.72, 0.47))
    temples: _tone("Color of the temples", (0.62, 0.61, 0.60))
    seed: bpy.props.IntProperty(
        name="Seed", description="Draws everything that is not chosen", min=0, max=2**31 - 1, options={"SKIP_SAVE"}
    )

    def from_panel(self, context: bpy.types.Context) -> None:
        if not self.properties.is_property_set("style"):
            self.style = setting(context.scene.atelier.traits, "hair_style")

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        given = self.properties.is_property_set
        style = self.style if given("style") else None
        color = srgb_to_hex(self.color) if given("color") else None
        tones = {zone: srgb_to_hex(getattr(self, zone)) for zone in self.toned} if given("toned") else None
        seed = self.seed if given("seed") else None
        facts = yield from generating.hair_job(context, armature, style, color, seed, tones)
        live.hair_changed(context, armature)
        return facts

    def _finished(self, scene: bpy.types.Scene, report: Report) -> set[str]:
        # Shown by Adjust Last Operation.
        self.style, self.color = report["style"], hex_to_srgb(report["color"])
        self.toned = set(report["tones"])
        for zone, tone in report["tones"].items():
            setattr(self, zone, hex_to_srgb(tone))
        return super()._finished(scene, report)


class ATELIER_OT_set_beard(ArmatureJob, bpy.types.Operator):
    """Put a beard on the face of the active avatar, or of any humanoid with an armature"""

    bl_idname = "atelier.set_beard"
    bl_label = "Set Beard"
    bl_options = {"REGISTER", "UNDO"}

    style: bpy.props.EnumProperty(
        name="Beard",
        description="How the beard is cut",
        items=BEARD_ITEMS,
        default="short_beard",
        options={"SKIP_SAVE"},
    )

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        facts = yield from generating.beard_job(context, armature, self.style)
        live.hair_changed(context, armature)
        return facts


class ATELIER_OT_add_slider_keys(ArmatureJob, bpy.types.Operator):
    """Give the active avatar its main sliders as shape keys, too, for files that are opened without Atelier"""

    bl_idname = "atelier.add_slider_keys"
    bl_label = "Add Slider Keys"
    bl_options = {"REGISTER", "UNDO"}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        meshes = yield from unbroken(adding_slider_keys(context, armature, hairs_of(armature)))
        return {"sliders": [*KEYED_TRAITS, *KEYED], "meshes": meshes}


class ATELIER_OT_add_control_rig(ArmatureJob, bpy.types.Operator):
    """Add Rigify controls with inverse kinematics that move the active avatar; its own skeleton stays for the export"""

    bl_idname = "atelier.add_control_rig"
    bl_label = "Add Control Rig"
    bl_options = {"REGISTER", "UNDO"}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        rig = yield from unbroken(adding_control_rig(context, armature))
        return {"rig": rig.name}


class ATELIER_OT_remove_control_rig(ArmatureJob, bpy.types.Operator):
    """Take the control rig of the active avatar off, and bring it back to the pose of its own skeleton"""

    bl_idname = "atelier.remove_control_rig"
    bl_label = "Remove Control Rig"
    bl_options = {"REGISTER", "UNDO"}

    def changing(self, context: bpy.types.Context, armature: bpy.types.Object) -> Job:
        return {"removed": (yield from unbroken(removing_control_rig(context, armature)))}


CLASSES = (
    ATELIER_OT_set_pose,
    ATELIER_OT_add_clips,
    ATELIER_OT_set_hair,
    ATELIER_OT_set_beard,
    ATELIER_OT_add_slider_keys,
    ATELIER_OT_add_control_rig,
    ATELIER_OT_remove_control_rig,
)
