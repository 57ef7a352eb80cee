"""Creates an avatar from a chosen photo, or one dropped on the 3D view."""

from __future__ import annotations

from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.avatar.hair.beards import BEARDS
from ml_core.vocabulary.avatar.hair.hair_styles import HAIR_STYLES
from ml_core.vocabulary.choices import menu_items
from ml_core.vocabulary.traits import AvatarTraits

from ...avatar.photo import photo_job
from ...avatar.selection import mode_hint, text_of
from ...avatar.surface.layer_settings import avatar_of
from ...bridge.jobs.steps import Job, Report
from ...bridge.preferences import has_photo_consent, preferences
from ...bridge.state.views import show_textures_where_harmless, show_whole
from ...properties.settings import SIZE_ITEMS
from ...translations.registry import CONTEXT, formatted
from ..base import JobOperator

PHOTO_ENDINGS = ".png;.jpg;.jpeg;.webp"
_AUTO = ("AUTO", "As in the Photo", "What the photo shows, as far as it can be seen")
HAIR_ITEMS = [_AUTO, *menu_items(HAIR_STYLES)]
BEARD_ITEMS = [_AUTO, *menu_items(BEARDS)]


class ATELIER_OT_avatar_from_photo(JobOperator, bpy.types.Operator):
    """Add an avatar with the face of a photo. The picture is read on this machine, and neither stored nor sent"""

    bl_idname = "atelier.avatar_from_photo"
    bl_label = "Avatar from Photo"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(
        name="Photo", description="A face from the front", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )
    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"HIDDEN", "SKIP_SAVE"})
    files: bpy.props.CollectionProperty(type=bpy.types.OperatorFileListElement, options={"HIDDEN", "SKIP_SAVE"})
    name: bpy.props.StringProperty(
        name="Name", description="Name of the new avatar", default="Avatar", options={"SKIP_SAVE"}
    )
    age: bpy.props.IntProperty(
        name="Age",
        description="Age of the person in years, which a photo does not say; people under 18 stay dressed",
        min=6,
        max=100,
        default=32,
        translation_context=CONTEXT,
    )
    hair_style: bpy.props.EnumProperty(
        name="Hair", description="How the hair is worn", items=HAIR_ITEMS, translation_context=CONTEXT
    )
    beard: bpy.props.EnumProperty(
        name="Beard", description="What grows on lip and chin", items=BEARD_ITEMS, translation_context=CONTEXT
    )
    glasses: bpy.props.BoolProperty(name="Glasses", description="Put glasses on the avatar")
    seed: bpy.props.IntProperty(
        name="Seed", description="Draws what the photo does not show, such as the clothes", min=0, max=2**31 - 1
    )
    size: bpy.props.EnumProperty(
        name="Texture Size", description="Width and height of each texture", items=SIZE_ITEMS, default="1024"
    )
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(mode_hint(context)) or super().why_not(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not has_photo_consent():
            bpy.ops.atelier.agree_to_photos("INVOKE_DEFAULT", filepath=self.filepath)
            return {"CANCELLED"}
        if not self.filepath and not self.files:
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        return super().invoke(context, event)

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column()
        column.use_property_split = True
        for name in ("name", "age", "hair_style", "beard", "glasses", "seed", "size"):
            column.prop(self, name)

    def paths(self) -> list[Path]:
        """The chosen pictures, the one named by ``filepath`` first."""
        chosen = [Path(bpy.path.abspath(self.filepath))] if self.filepath else []
        folder = Path(bpy.path.abspath(self.directory))
        chosen += [folder / item.name for item in self.files if item.name]
        return [path for path in dict.fromkeys(chosen) if not path.is_dir()]

    def job(self, context: bpy.types.Context) -> Job:
        paths = self.paths()
        if not paths:
            raise InputError("Choose a photo of a face.")
        return photo_job(context, paths, self.known(), self.seed, int(self.size), self.name)

    def known(self) -> AvatarTraits:
        """The traits that the artist has set for the person."""
        return AvatarTraits(
            age=float(self.age),
            hair_style=None if self.hair_style == "AUTO" else self.hair_style,
            beard=None if self.beard == "AUTO" else self.beard,
            garments=("glasses",) if self.glasses else None,
        )

    def _finished(self, scene: bpy.types.Scene, report: Report) -> set[str]:
        made = bpy.data.objects[report["object"]]
        if not bpy.app.background:
            show_whole(bpy.context, made)
            show_textures_where_harmless(bpy.context, made)
        # No path of a picture stays behind, in the file or in what F3 and F9 remember.
        self.filepath = self.directory = ""
        self.files.clear()
        return super()._finished(scene, report)

    def summary(self, report: Report) -> str:
        return formatted("{name} is in the scene. The photo was not stored.", name=report["object"])


class ATELIER_OT_agree_to_photos(bpy.types.Operator):
    """Say once that you use only pictures that you may use, of people who agree to it"""

    bl_idname = "atelier.agree_to_photos"
    bl_label = "I Agree"
    bl_options = {"INTERNAL"}

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"HIDDEN", "SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return set(
            context.window_manager.invoke_confirm(
                self,
                event,
                title=formatted("Avatar from Photo"),
                message=formatted("I use only photos that I may use, of people who agree. Photos are not stored."),
                confirm_text=formatted("I Agree"),
                icon="INFO",
            )
        )

    def execute(self, context: bpy.types.Context) -> set[str]:
        settings = preferences()
        if settings is not None:
            settings.photo_consent = True
        if not bpy.app.background:  # on with what asked for it
            bpy.ops.atelier.avatar_from_photo("INVOKE_DEFAULT", filepath=self.filepath)
        return {"FINISHED"}


class ATELIER_FH_photo(bpy.types.FileHandler):
    """Where no avatar is active that the picture could be painted on."""

    bl_idname = "ATELIER_FH_photo"
    bl_label = "Avatar from Photo"
    bl_import_operator = "atelier.avatar_from_photo"
    bl_file_extensions = PHOTO_ENDINGS

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        is_view = context.area is not None and context.area.type == "VIEW_3D"
        return is_view and context.mode == "OBJECT" and avatar_of(context.active_object) is None


CLASSES = (ATELIER_OT_avatar_from_photo, ATELIER_OT_agree_to_photos, ATELIER_FH_photo)
