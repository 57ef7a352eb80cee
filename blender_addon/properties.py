"""What the scene and the session remember for Atelier: the panel's choices, the labels found, the running job.

Everything that is worth saving stands on the scene as ``scene.atelier``; what is true of this session only (is a job
running, what went wrong last) stands on the window manager as ``window_manager.atelier_job``.
"""

from __future__ import annotations

import json
from typing import Any

import bpy

from ml_core.vocabulary.traits import COLOR_TRAITS, MAX_SEED, RANGES, AvatarTraits

from .export_properties import AtelierExportSettings

OUTFIT_ITEMS = [
    ("casual", "Casual", "Shirt and trousers for every day"),
    ("business", "Business", "A suit or a blouse for the office"),
    ("medical", "Medical", "Scrubs or a white coat"),
    ("military", "Military", "A uniform in field colors"),
    ("utility", "Utility", "Work clothes"),
]
HAIR_ITEMS = [
    ("none", "None", "The painted scalp alone"),
    ("buzz", "Buzz Cut", "A few millimeters all over"),
    ("short_crop", "Short Crop", "Short sides, swept forward on top"),
    ("side_part", "Side Part", "Parted over one eye and combed back"),
    ("bob", "Bob", "Falls to the chin"),
    ("long_straight", "Long Straight", "Parted in the middle, falls over the shoulders"),
    ("long_wavy", "Long Wavy", "Falls over the shoulders in waves"),
    ("ponytail", "Ponytail", "Tied at the back of the head"),
    ("bun", "Bun", "Wound to a knot at the back of the head"),
    ("afro", "Afro", "A ball of tight curls"),
]
TARGET_ITEMS = [
    ("unity", "Unity", "FBX files and textures packed for Unity"),
    ("unreal", "Unreal Engine", "FBX files in centimeters and textures packed for Unreal"),
    ("godot", "Godot", "GLB files at full texture size, which Godot 4 imports by itself"),
    ("web", "Web", "One compact GLB file for browsers and for every engine that reads glTF"),
    ("vrm", "VRM", "Avatars alone, each as a VRM 1.0 file with expressions, gaze and permissions"),
    ("usd", "OpenUSD", "USD files and textures for Omniverse, Houdini, Maya and other programs that read OpenUSD"),
]
SCOPE_ITEMS = [
    ("selected", "Selected", "Look at the selected objects only"),
    ("visible", "Visible", "Look at every object that the viewport shows"),
    ("collection", "Active Collection", "Look at every object of the active collection, hidden ones too"),
    ("all", "Whole Scene", "Look at every mesh object of the scene, hidden ones too"),
]
SORT_ITEMS = [
    ("group", "By Kind", "One collection for all furniture, one for all tools, and so on"),
    ("label", "By Label", "In the collection of each kind one for each label, such as Chair"),
]
TEACH_ITEMS = [
    ("user", "For All My Files", "Remember in your own library, which serves every file on this machine"),
    ("file", "With This File", "Remember in a file beside the saved blend file, to pass on together with it"),
]
SIZE_ITEMS = [
    ("256", "256", "256 × 256 pixels: fastest, for previews and crowds"),
    ("512", "512", "512 × 512 pixels: good for games on phones and headsets"),
    ("1024", "1024", "1024 × 1024 pixels: for close views"),
]


def _switch_on(name: str) -> Any:
    """An update callback: who moves a slider means it, also when its switch is still off."""

    def update(traits: Any, context: bpy.types.Context) -> None:
        traits[f"use_{name}"] = True
        if context.scene is not None and context.scene.atelier.live_target is not None:
            from .avatar import live

            live.follow(name)

    return update


def _color(trait: str, name: str, what: str, default: tuple[float, float, float]) -> Any:
    return bpy.props.FloatVectorProperty(
        name=name,
        description=what,
        subtype="COLOR_GAMMA",
        size=3,
        min=0.0,
        max=1.0,
        default=default,
        update=_switch_on(trait),
    )


def _chosen(what: str) -> Any:
    return bpy.props.BoolProperty(
        name="Choose",
        description=f"Choose the {what} yourself. When this is off, the seed draws it",
    )


_SHOWN = (*COLOR_TRAITS, "outfit", "outfit_seed", "hair_style", *RANGES)


class AtelierTraitSettings(bpy.types.PropertyGroup):
    """The trait sliders. Each trait ``x`` has a switch ``use_x``; one that is off is left to the seed."""

    skin: _color("skin", "Skin", "Color of the skin", (0.78, 0.58, 0.46))
    hair: _color("hair", "Hair", "Color of the hair", (0.23, 0.15, 0.10))
    eye: _color("eye", "Eyes", "Color of the eyes", (0.30, 0.22, 0.14))
    top: _color("top", "Top", "Color of the clothes above the waist", (0.13, 0.19, 0.31))
    bottom: _color("bottom", "Bottom", "Color of the clothes below the waist", (0.20, 0.20, 0.22))
    outfit: bpy.props.EnumProperty(
        name="Outfit", description="Kind of clothes", items=OUTFIT_ITEMS, update=_switch_on("outfit")
    )
    hair_style: bpy.props.EnumProperty(
        name="Hair Style",
        description="How the hair is cut and worn",
        items=HAIR_ITEMS,
        default="short_crop",
        update=_switch_on("hair_style"),
    )
    presentation: bpy.props.FloatProperty(
        name="Presentation",
        description="From masculine (0) to feminine (1)",
        min=RANGES["presentation"][0],
        max=RANGES["presentation"][1],
        default=0.5,
        subtype="FACTOR",
        update=_switch_on("presentation"),
    )
    height: bpy.props.FloatProperty(
        name="Height",
        description="Height of the body from the soles to the top of the head",
        min=RANGES["height"][0],
        max=RANGES["height"][1],
        default=1.72,
        subtype="DISTANCE",
        unit="LENGTH",
        update=_switch_on("height"),
    )
    build: bpy.props.FloatProperty(
        name="Build",
        description="From slim (0) to heavy (1)",
        min=RANGES["build"][0],
        max=RANGES["build"][1],
        default=0.4,
        subtype="FACTOR",
        update=_switch_on("build"),
    )

    truncation: bpy.props.FloatProperty(
        name="Unusualness",
        description="How unusual the painted face is: 0 is the most ordinary one, 1 is as the seed draws it",
        min=RANGES["truncation"][0],
        max=RANGES["truncation"][1],
        default=1.0,
        update=_switch_on("truncation"),
    )
    outfit_seed: bpy.props.IntProperty(
        name="Outfit Seed",
        description="Draws the clothes in place of the seed: change it and the person stays as he or she is",
        min=0,
        max=MAX_SEED,
        update=_switch_on("outfit_seed"),
    )

    use_skin: _chosen("color of the skin")
    use_hair: _chosen("color of the hair")
    use_eye: _chosen("color of the eyes")
    use_top: _chosen("color of the top")
    use_bottom: _chosen("color of the bottom")
    use_outfit: _chosen("kind of clothes")
    use_hair_style: _chosen("hair style")
    use_presentation: _chosen("presentation")
    use_height: _chosen("height")
    use_build: _chosen("build")
    use_truncation: bpy.props.BoolProperty(
        name="Choose", description="Choose how unusual the face is. When this is off, it is as the seed draws it"
    )
    use_outfit_seed: bpy.props.BoolProperty(
        name="Choose", description="Draw the clothes by a seed of their own, so that the seed changes the person alone"
    )

    def to_traits(self) -> AvatarTraits:
        """The traits whose switch is on."""
        values: dict[str, Any] = {}
        for name in _SHOWN:
            if getattr(self, f"use_{name}"):
                value = getattr(self, name)
                values[name] = color_to_hex(value) if name in COLOR_TRAITS else value
        for name, (low, high) in RANGES.items():
            if name in values:  # Blender stores single precision: 2.1 comes back a little above itself
                values[name] = min(max(values[name], low), high)
        return AvatarTraits(**values)

    def from_traits(self, traits: AvatarTraits) -> None:
        """Show ``traits``: their switches go on, all others off."""
        for name in _SHOWN:
            value = getattr(traits, name)
            setattr(self, f"use_{name}", value is not None)
            if value is not None:
                setattr(self, name, hex_to_color(value) if name in COLOR_TRAITS else value)


def color_to_hex(color: Any) -> str:
    """``#rrggbb`` of a display (sRGB) color of three floats 0..1."""
    return "#" + "".join(f"{round(min(max(channel, 0.0), 1.0) * 255):02x}" for channel in color)


def hex_to_color(text: str) -> tuple[float, float, float]:
    """The three display (sRGB) floats 0..1 of ``#rrggbb``."""
    return tuple(int(text[start : start + 2], 16) / 255 for start in (1, 3, 5))  # type: ignore[return-value]


def _select_active_label(settings: Any, context: bpy.types.Context) -> None:
    """A click on a row of the list selects the object in the viewport."""
    objects = context.scene.objects
    if 0 <= settings.label_index < len(objects):
        _select_only(context, objects[settings.label_index])


def _select_active_finding(settings: Any, context: bpy.types.Context) -> None:
    """A click on a finding selects its object in the viewport."""
    if 0 <= settings.finding_index < len(settings.findings):
        _select_only(context, context.scene.objects.get(settings.findings[settings.finding_index].object))


def _select_only(context: bpy.types.Context, obj: bpy.types.Object | None) -> None:
    if obj is None or context.mode != "OBJECT" or not obj.visible_get():
        return
    for other in context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    context.view_layer.objects.active = obj


class AtelierFinding(bpy.types.PropertyGroup):
    """One thing that the check of the scene found, an ``export.preflight.Finding``.

    Its texts are made of ``kind`` and ``values_json`` when they are drawn, in the language of the interface.
    """

    kind: bpy.props.StringProperty(options={"HIDDEN"})
    severity: bpy.props.StringProperty(options={"HIDDEN"})
    object: bpy.props.StringProperty(options={"HIDDEN"})
    repair: bpy.props.StringProperty(options={"HIDDEN"})
    targets: bpy.props.StringProperty(options={"HIDDEN"})
    values_json: bpy.props.StringProperty(options={"HIDDEN"})
    is_repaired: bpy.props.BoolProperty(options={"HIDDEN"})


class AtelierSettings(bpy.types.PropertyGroup):
    """``scene.atelier``: what the panels offer, kept with the file."""

    description: bpy.props.StringProperty(
        name="Description",
        description="Who the avatar is, in plain English or Chinese, such as: a tall woman in a navy suit, dark skin",
    )
    seed: bpy.props.IntProperty(
        name="Seed",
        description="Draws everything that you do not choose. The same seed always gives the same person",
        min=0,
        max=MAX_SEED,
    )
    traits: bpy.props.PointerProperty(type=AtelierTraitSettings)
    live_target: bpy.props.PointerProperty(
        type=bpy.types.Object, name="Edited Avatar", description="The avatar that follows the trait sliders"
    )
    texture_size: bpy.props.EnumProperty(
        name="Texture Size", description="Width and height of each texture", items=SIZE_ITEMS, default="512"
    )

    label_scope: bpy.props.EnumProperty(
        name="Look At", description="Which objects are looked at", items=SCOPE_ITEMS, default="visible"
    )
    scene_kind: bpy.props.StringProperty(options={"HIDDEN"})
    scene_kind_share: bpy.props.FloatProperty(options={"HIDDEN"})
    label_index: bpy.props.IntProperty(
        name="Label", description="What the object is", options={"HIDDEN"}, update=_select_active_label
    )
    apply_rename: bpy.props.BoolProperty(
        name="Rename Objects", description="Name each object after its label, such as Chair_01", default=True
    )
    apply_collections: bpy.props.BoolProperty(
        name="Sort into Collections",
        description="Move each labeled object into a collection of its kind, such as Furniture",
        default=True,
    )
    apply_scheme: bpy.props.StringProperty(
        name="Name Scheme",
        description="How objects are named. {Label}, {label}, {Group}, {group} and {number} are filled in",
        default="{Label}_{number}",
    )
    apply_sort_by: bpy.props.EnumProperty(
        name="Sort", description="How fine the collections are", items=SORT_ITEMS, default="group"
    )
    apply_assets: bpy.props.BoolProperty(
        name="Mark as Assets",
        description="Offer each thing in the Asset Browser, tagged, in a catalog of its label. "
        "Catalogs are written beside the blend file once that is saved",
    )
    teach_where: bpy.props.EnumProperty(
        name="Remember", description="Where your corrections are remembered", items=TEACH_ITEMS, default="user"
    )
    apply_colors: bpy.props.BoolProperty(
        name="Color by Kind",
        description="Give each kind its own viewport color, shown when the viewport colors objects by Object",
    )

    command: bpy.props.StringProperty(
        name="Command",
        description="One sentence in English or Chinese, such as: hide every chair and export the rest to Unreal",
    )

    export_directory: bpy.props.StringProperty(
        name="Folder",
        description="Where the export goes. A path that begins with // is relative to the blend file",
        subtype="DIR_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
        default="//export",
    )
    targets: bpy.props.EnumProperty(
        name="Targets",
        description="The engines to export for; hold Shift to choose several",
        items=TARGET_ITEMS,
        options={"ENUM_FLAG"},
        default={"unity"},
    )

    export: bpy.props.PointerProperty(type=AtelierExportSettings)

    findings: bpy.props.CollectionProperty(type=AtelierFinding)
    finding_index: bpy.props.IntProperty(
        name="Finding",
        description="Click to select the object and to read what to do",
        options={"HIDDEN"},
        update=_select_active_finding,
    )
    show_repaired: bpy.props.BoolProperty(
        name="Show What the Export Repairs",
        description="List also what is put right on the exported copies anyway",
        default=True,
    )
    is_checked: bpy.props.BoolProperty(options={"HIDDEN"})
    checked_targets: bpy.props.StringProperty(options={"HIDDEN"})

    last_report: bpy.props.StringProperty(
        name="Last Report", description="What the last Atelier operator did, as JSON", options={"HIDDEN"}
    )

    def report(self) -> dict[str, Any]:
        """:attr:`last_report` as a dict; empty when nothing has run yet."""
        return json.loads(self.last_report) if self.last_report else {}


class AtelierJobState(bpy.types.PropertyGroup):
    """``window_manager.atelier_job``: the job that runs now, for the panels to draw."""

    running: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})
    cancel: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})
    title: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    what: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    factor: bpy.props.FloatProperty(options={"HIDDEN", "SKIP_SAVE"}, min=0.0, max=1.0)
    seconds_left: bpy.props.FloatProperty(options={"HIDDEN", "SKIP_SAVE"}, default=-1.0)
    error: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    details: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})


@bpy.app.handlers.persistent
def _forget_job(*_: Any) -> None:
    """A loaded file may carry the state of a job that ran when it was saved."""
    for manager in bpy.data.window_managers:
        manager.property_unset("atelier_job")


_register_classes, _unregister_classes = bpy.utils.register_classes_factory(
    (AtelierTraitSettings, AtelierExportSettings, AtelierFinding, AtelierSettings, AtelierJobState)
)


def register() -> None:
    _register_classes()
    bpy.types.Scene.atelier = bpy.props.PointerProperty(type=AtelierSettings)
    bpy.types.WindowManager.atelier_job = bpy.props.PointerProperty(type=AtelierJobState)
    bpy.app.handlers.load_post.append(_forget_job)


def unregister() -> None:
    bpy.app.handlers.load_post.remove(_forget_job)
    del bpy.types.WindowManager.atelier_job
    del bpy.types.Scene.atelier
    _unregister_classes()
