"""Files dropped on the 3D view: a picture goes on the avatar under the mouse, a file of traits becomes an avatar."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import bpy
from bpy_extras.view3d_utils import region_2d_to_origin_3d, region_2d_to_vector_3d

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.textures.layer_kinds import Layer
from ml_core.inference.textures.layers import layers_from_json, layers_to_json, with_own_pictures
from ml_core.records import is_whole
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE
from ml_core.vocabulary.traits import MAX_SEED, AvatarTraits

from ...avatar import generating
from ...avatar.selection import mode_hint, text_of
from ...avatar.stored import stored_traits
from ...avatar.surface.layer_settings import CHART_ITEMS, avatar_of, new_layer
from ...avatar.surface.layers import embedded, layers_of
from ...avatar.surface.skin_place import place_of, uv_under
from ...avatar.surface.texturing import map_sources
from ...bridge.data.created import removed_on_failure
from ...bridge.jobs.steps import InThread, Job, Progress, Report
from ...bridge.models import loaded as models
from ...properties.settings import SIZE_ITEMS
from ...translations.registry import CONTEXT, formatted
from ..base import JobOperator
from .layers import LayerOperator

IMAGE_ENDINGS = ".png;.jpg;.jpeg;.webp;.tif;.tiff;.bmp;.tga;.exr"
PAINTED_ITEMS = [
    ("print", "Print", "On the clothes, as on a shirt"),
    ("tattoo", "Tattoo", "As ink under the skin"),
    ("face_paint", "Face Paint", "As matt color on the skin"),
]
BARE = 0.5
"""Share of bare skin from which on a picture goes on the skin."""


class ATELIER_OT_paint_image(LayerOperator, bpy.types.Operator):
    """Paint a picture on the clothes or the skin of the active avatar, as a layer that can be moved and taken off"""

    bl_idname = "atelier.paint_image"
    bl_label = "Paint Image on Avatar"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(
        name="Image", description="The picture", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )
    kind: bpy.props.EnumProperty(
        name="As", description="How it lies on the avatar", items=PAINTED_ITEMS, translation_context=CONTEXT
    )
    chart: bpy.props.EnumProperty(
        name="Body Part",
        description="Where on the body it lies",
        items=CHART_ITEMS,
        default="torso",
        translation_context=CONTEXT,
    )
    x: bpy.props.FloatProperty(
        name="X", description="Place around the body part; its front is at 0.5", min=0.0, max=1.0, default=0.5
    )
    y: bpy.props.FloatProperty(
        name="Y", description="Place along the body part, from its upper end", min=0.0, max=1.0, default=0.35
    )
    size: bpy.props.FloatProperty(
        name="Size",
        description="Width on a body of usual height",
        min=0.005,
        max=1.0,
        default=0.12,
        subtype="DISTANCE",
    )
    filter_image: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN", "SKIP_SAVE"})

    _ray: tuple[Any, Any] | None = None

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        region = context.region
        if region is not None and region.type == "WINDOW" and context.region_data is not None:
            mouse = (event.mouse_region_x, event.mouse_region_y)
            self._ray = (
                region_2d_to_origin_3d(region, context.region_data, mouse),
                region_2d_to_vector_3d(region, context.region_data, mouse),
            )
        return super().invoke(context, event)

    def changed(self, avatar: bpy.types.Object) -> tuple[list, int]:
        layer = dataclasses.replace(
            new_layer(avatar, self.kind),
            image=self.filepath,
            chart=self.chart,
            x=round(self.x, 4),
            y=round(self.y, 4),
            size=round(self.size, 4),
        )
        layers: list[Layer] = [*layers_of(avatar), *embedded([layer])]
        return layers, len(layers) - 1

    def job(self, context: bpy.types.Context) -> Job:
        avatar = avatar_of(context.active_object)
        assert avatar is not None
        with removed_on_failure(context):
            if self._ray is not None:
                yield Progress(0, 1, "Finding the place on the skin")
                sources = map_sources(avatar, every=True)
                found = uv_under(context, *self._ray, {item.body for item in sources})
                if found is not None:
                    source = next(item for item in sources if item.body == found[0])
                    place = yield InThread(lambda: place_of(source, found[1]))
                    self.chart, self.x, self.y = place.chart, place.x, place.y
                    traits, seed = stored_traits(avatar)
                    generator = yield InThread(models.texture_generator)
                    look = yield InThread(lambda: generator.quick_look(traits, seed))
                    self.kind = "tattoo" if place.bare(source.paint.bare(look)) > BARE else "print"
                self._ray = None  # F9 may move it
            return (yield from super().job(context))


class ATELIER_OT_import_avatar(JobOperator, bpy.types.Operator):
    """Add the avatar that a JSON file describes: one that Atelier's scripts have written, or just its traits"""

    bl_idname = "atelier.import_avatar"
    bl_label = "Avatar from Traits"
    bl_options = {"REGISTER", "UNDO"}

    filepath: bpy.props.StringProperty(
        name="File", description="The JSON file", subtype="FILE_PATH", options={"SKIP_SAVE"}
    )
    size: bpy.props.EnumProperty(
        name="Texture Size", description="Width and height of each texture", items=SIZE_ITEMS, default=str(DEFAULT_SIZE)
    )
    filter_glob: bpy.props.StringProperty(default="*.json", options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def why_not(cls, context: bpy.types.Context) -> str:
        return text_of(mode_hint(context)) or super().why_not(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        return super().invoke(context, event)

    def job(self, context: bpy.types.Context) -> Job:
        path = Path(bpy.path.abspath(self.filepath))
        traits, seed, layers = read_avatar(path)
        name = path.stem.replace("_", " ").title()
        return generating.generate_job(context, "", traits, seed, int(self.size), name, layers)

    def summary(self, report: Report) -> str:
        return formatted("{name} is in the scene.", name=report["object"])


def read_avatar(path: Path) -> tuple[AvatarTraits, int, str]:
    """Reads traits, seed and layers (JSON) from a file: a report of generate_avatar.py, a line of people.jsonl, or
    traits.

    Raises:
        InputError: it cannot be read, or describes no avatar; the message names it.
    """
    try:
        values = read_json(path, "the file")
        traits = values["traits"] if isinstance(values.get("traits"), dict) else values
        seed = values.get("seed", 0) if traits is not values else 0
        if not is_whole(seed, 0, MAX_SEED):
            raise InputError("seed: {seed!r} is not a whole number from 0 to {most}", seed=seed, most=MAX_SEED)
        layers = values.get("layers") if traits is not values else None
        read = with_own_pictures(layers_from_json(json.dumps(layers) if layers else ""), path.parent)
        return AvatarTraits.from_dict(traits), seed, layers_to_json(read) if read else ""
    except InputError as error:
        raise InputError("{file}: describes no avatar ({reason})", file=path.name, reason=error) from error


class ATELIER_FH_image(bpy.types.FileHandler):
    bl_idname = "ATELIER_FH_image"
    bl_label = "Paint on the Avatar"
    bl_import_operator = "atelier.paint_image"
    bl_file_extensions = IMAGE_ENDINGS

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return _is_view(context) and context.mode == "OBJECT" and avatar_of(context.active_object) is not None


class ATELIER_FH_avatar(bpy.types.FileHandler):
    bl_idname = "ATELIER_FH_avatar"
    bl_label = "Atelier Avatar"
    bl_import_operator = "atelier.import_avatar"
    bl_file_extensions = ".json"

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return _is_view(context) and context.mode == "OBJECT"


def _is_view(context: bpy.types.Context) -> bool:
    return context.area is not None and context.area.type == "VIEW_3D"


CLASSES = (ATELIER_OT_paint_image, ATELIER_OT_import_avatar, ATELIER_FH_image, ATELIER_FH_avatar)
