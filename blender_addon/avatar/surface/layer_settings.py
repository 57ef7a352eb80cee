"""The list of layers as the panel shows and edits it, beside the JSON that everything else reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy

from ml_core.color import hex_to_srgb, srgb_to_hex
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.inference.textures.layer_kinds import COLORS, LAYER_KINDS, Layer, default_layer
from ml_core.vocabulary.avatar.designs import DEFAULT_DESIGNS, DESIGNS
from ml_core.vocabulary.choices import menu_items

from ...bridge.data.stored_values import setting
from ...bridge.jobs.session_report import failures_kept
from ...translations.registry import CONTEXT
from ..live import editing as live
from ..rig.control_rig import controlled_by
from ..stored import has_traits
from .layers import LAYERS_KEY, image_named, layers_of, store_layers

KIND_ITEMS = [
    ("photo", "Skin from a Photo", "The skin of the head as it was read from a photo"),
    ("freckles", "Freckles", "Small brown spots over the nose, the cheeks and the arms"),
    ("moles", "Moles", "A few dark, slightly raised spots"),
    ("scar", "Scar", "A line of pale, shiny skin with a red rim"),
    ("tattoo", "Tattoo", "A design or a picture as ink under the skin"),
    ("face_paint", "Face Paint", "A design or a picture in matt color on the skin"),
    ("print", "Print", "A design or a picture on the clothes, as on a shirt"),
    ("lipstick", "Lipstick", "Color and gloss on the lips"),
    ("eye_makeup", "Eye Make-up", "Shadow on the lids and a line along the lashes"),
    ("blush", "Blush", "Color on the cheeks"),
    ("stubble", "Stubble", "Short beard hair on lip, chin and jaw"),
    ("dirt", "Dirt", "Dust and mud, most on hands, knees and feet"),
    ("wet", "Wet", "Water: gloss, darker cloth and drops"),
]
ADDED_ITEMS = [item for item in KIND_ITEMS if item[0] != "photo"]
"""What can be added to any avatar; skin from a photo comes with an avatar that was made from one."""
CHART_ITEMS = [
    ("head", "Head", "Face, neck and scalp; the middle of the face is at X 0.5"),
    ("torso", "Torso", "Chest at X 0.5, back at X 0 and 1"),
    ("left_upper_arm", "Left Upper Arm", ""),
    ("left_lower_arm", "Left Lower Arm", ""),
    ("left_hand_back", "Left Hand", "Back of the hand"),
    ("left_upper_leg", "Left Upper Leg", ""),
    ("left_lower_leg", "Left Lower Leg", ""),
    ("left_foot", "Left Foot", ""),
    ("right_upper_arm", "Right Upper Arm", ""),
    ("right_lower_arm", "Right Lower Arm", ""),
    ("right_hand_back", "Right Hand", "Back of the hand"),
    ("right_upper_leg", "Right Upper Leg", ""),
    ("right_lower_leg", "Right Lower Leg", ""),
    ("right_foot", "Right Foot", ""),
    ("left_hand_palm", "Left Palm", ""),
    ("right_hand_palm", "Right Palm", ""),
]
assert {entry[0] for entry in KIND_ITEMS} == set(LAYER_KINDS)
assert {entry[0] for entry in CHART_ITEMS} == set(CHARTS)


def avatar_of(obj: bpy.types.Object | None) -> bpy.types.Object | None:
    """The avatar that ``obj`` is, belongs to or controls: the object that stores its traits."""
    obj = controlled_by(obj) or obj
    while obj is not None and not has_traits(obj):
        obj = obj.parent
    return obj


def _edited(item: Any, context: bpy.types.Context) -> None:
    """Writes a change in the panel to the avatar's JSON and onto its skin."""
    if not item.ready:
        return
    avatar = item.id_data
    before = avatar.get(LAYERS_KEY, "")
    layers = [entry.to_layer() for entry in avatar.atelier_layer_list]
    store_layers(avatar, layers)
    for settings, layer in zip(avatar.atelier_layer_list, layers, strict=True):
        settings.image_name = layer.image
    if avatar.get(LAYERS_KEY, "") == before:
        return
    _painted_again(avatar)


def _painted_again(avatar: bpy.types.Object) -> None:
    with failures_kept():
        live.layers_changed(avatar)


class AtelierLayer(bpy.types.PropertyGroup):
    """One line of the list; ``ready`` once it shows a stored layer, so that filling it in does not trigger painting."""

    ready: bpy.props.BoolProperty(options={"HIDDEN"})
    on: bpy.props.BoolProperty(name="Show", description="Paint this layer", default=True, update=_edited)
    kind: bpy.props.EnumProperty(
        name="Kind",
        description="What the layer paints",
        items=KIND_ITEMS,
        translation_context=CONTEXT,
        options={"HIDDEN"},
        update=_edited,
    )
    amount: bpy.props.FloatProperty(
        name="Amount",
        description="How much of it",
        min=0.0,
        max=1.0,
        default=0.5,
        subtype="FACTOR",
        translation_context=CONTEXT,
        update=_edited,
    )
    color: bpy.props.FloatVectorProperty(
        name="Color",
        description="Color of the layer",
        subtype="COLOR_GAMMA",
        size=3,
        min=0.0,
        max=1.0,
        update=_edited,
    )
    seed: bpy.props.IntProperty(
        name="Seed", description="Draws where spots and patches lie", min=0, max=2**31 - 1, update=_edited
    )
    image: bpy.props.PointerProperty(
        type=bpy.types.Image,
        name="Image",
        description="Picture to lay on the skin; its transparent parts stay skin, or its white ones if it has none",
        update=_edited,
    )
    design: bpy.props.EnumProperty(
        name="Design",
        description="What is drawn where no image is open",
        items=menu_items(DESIGNS),
        default="disc",
        translation_context=CONTEXT,
        update=_edited,
    )
    image_name: bpy.props.StringProperty(options={"HIDDEN"})
    """Name of the picture when the layer was stored: it may have been renamed since."""
    chart: bpy.props.EnumProperty(
        name="Body Part",
        description="Where on the body it lies",
        items=CHART_ITEMS,
        translation_context=CONTEXT,
        update=_edited,
    )
    x: bpy.props.FloatProperty(
        name="X", description="Place around the body part; its front is at 0.5", min=0.0, max=1.0, update=_edited
    )
    y: bpy.props.FloatProperty(
        name="Y", description="Place along the body part, from its upper end", min=0.0, max=1.0, update=_edited
    )
    size: bpy.props.FloatProperty(
        name="Size",
        description="Width on a body of usual height",
        min=0.005,
        max=1.0,
        subtype="DISTANCE",
        update=_edited,
    )
    rotation: bpy.props.FloatProperty(
        name="Rotation", description="Counter-clockwise, in degrees", min=-360.0, max=360.0, update=_edited
    )

    def to_layer(self) -> Layer:
        kind, color = self.shown_kind, srgb_to_hex(setting(self, "color"))
        places = {name: round(setting(self, name), 4) for name in ("amount", "x", "y")}
        return Layer(
            kind=kind,
            color="" if color == COLORS[kind] else color,
            seed=setting(self, "seed"),
            image=self.image.name_full if self.image is not None else "",
            design=setting(self, "design"),
            chart=setting(self, "chart"),
            size=round(min(max(setting(self, "size"), 0.005), 1.0), 4),
            rotation=round(setting(self, "rotation"), 2),
            on=self.on,
            **places,
        )

    @property
    def shown_kind(self) -> str:
        """One of :data:`LAYER_KINDS`, whatever the file contains."""
        return setting(self, "kind")

    def from_layer(self, layer: Layer) -> None:
        self.ready = False
        for name in ("on", "kind", "amount", "seed", "design", "chart", "x", "y", "size", "rotation"):
            setattr(self, name, getattr(layer, name))
        self.color = hex_to_srgb(layer.color or COLORS[layer.kind])
        self.image = image_named(layer.image) if layer.image else None
        self.image_name = layer.image
        self.ready = True


def show_layers(avatar: bpy.types.Object) -> None:
    """Fills the panel's list from the avatar's JSON."""
    items = avatar.atelier_layer_list
    items.clear()
    for layer in layers_of(avatar):
        items.add().from_layer(layer)
    avatar.atelier_layer_index = min(avatar.atelier_layer_index, max(len(items) - 1, 0))


def set_layers(avatar: bpy.types.Object, layers: Sequence[Layer]) -> None:
    """Stores layers on an avatar and shows them; its skin is updated with the next texture."""
    store_layers(avatar, layers)
    show_layers(avatar)


def new_layer(avatar: bpy.types.Object, kind: str) -> Layer:
    """A layer of a kind with default settings; a further one of the same kind has another seed."""
    seed = sum(layer.kind == kind for layer in layers_of(avatar))
    return default_layer(kind, seed=seed, design=DEFAULT_DESIGNS.get(kind, "disc"))


@bpy.app.handlers.persistent
def _after_undo(*_: Any) -> None:
    """Repaints after an undo, which restores the stored layers, but not the pixels that a timer has painted since."""
    avatar = avatar_of(bpy.context.active_object)
    if avatar is not None and avatar.session_uid in live.layered():
        _painted_again(avatar)


def register() -> None:
    bpy.utils.register_class(AtelierLayer)
    bpy.types.Object.atelier_layer_list = bpy.props.CollectionProperty(type=AtelierLayer)
    bpy.types.Object.atelier_layer_index = bpy.props.IntProperty(
        name="Layer", description="The layer whose settings are shown", options={"HIDDEN"}
    )
    bpy.app.handlers.undo_post.append(_after_undo)
    bpy.app.handlers.redo_post.append(_after_undo)


def unregister() -> None:
    bpy.app.handlers.redo_post.remove(_after_undo)
    bpy.app.handlers.undo_post.remove(_after_undo)
    del bpy.types.Object.atelier_layer_index
    del bpy.types.Object.atelier_layer_list
    bpy.utils.unregister_class(AtelierLayer)
