"""The settings of scene and session: the panel's choices, the labels found, the running job.

Everything worth saving is on the scene as ``scene.atelier``; state of this session only (the running job, the last
failure) is on the window manager as ``window_manager.atelier_job``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import bpy

from ml_core.files import stored_json
from ml_core.vocabulary.choices import menu_items
from ml_core.vocabulary.targets import DEFAULT_TARGET, TARGETS
from ml_core.vocabulary.texture_sizes import DEFAULT_SIZE, OFFERED_SIZES
from ml_core.vocabulary.traits import MAX_SEED

from ..bridge import session
from ..bridge.files import chosen_folders
from ..edition import IS_FULL
from ..translations.registry import CONTEXT
from .export import AtelierExportSettings
from .motion import AtelierMotionSettings
from .traits import AtelierTraitSettings

if IS_FULL:
    from .training import AtelierTrainingSettings

TARGET_ITEMS = menu_items(TARGETS)
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
SIZE_ITEMS = menu_items(OFFERED_SIZES)


def _choose_export_folder(settings: Any, context: bpy.types.Context) -> None:
    chosen_folders.choose(settings.export_directory)


def _select_active_label(settings: Any, context: bpy.types.Context) -> None:
    """A click on a row of the list selects the object in the viewport."""
    objects = context.scene.objects
    obj = objects[settings.label_index] if 0 <= settings.label_index < len(objects) else None
    if obj != context.view_layer.objects.active:
        _select_only(context, obj)


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


def _suggested_commands(_settings: bpy.types.PropertyGroup, context: bpy.types.Context, text: str) -> list[str]:
    return session.part(CommandCompletion).suggest(context.scene, text)


@dataclass
class CommandCompletion:
    """The completion of the command field. It is set by the commands, on which this module does not depend."""

    suggest: Callable[[bpy.types.Scene, str], list[str]] = lambda _scene, _text: []


class AtelierFinding(bpy.types.PropertyGroup):
    """One finding of the scene check, an ``export.preflight.Finding``.

    Its texts are built from ``kind`` and ``values_json`` when they are drawn, in the language of the interface.
    """

    kind: bpy.props.StringProperty(options={"HIDDEN"})
    severity: bpy.props.StringProperty(options={"HIDDEN"})
    object: bpy.props.StringProperty(options={"HIDDEN"})
    repair: bpy.props.StringProperty(options={"HIDDEN"})
    targets: bpy.props.StringProperty(options={"HIDDEN"})
    values_json: bpy.props.StringProperty(options={"HIDDEN"})
    is_repaired: bpy.props.BoolProperty(options={"HIDDEN"})


class AtelierSettings(bpy.types.PropertyGroup):
    """``scene.atelier``: the settings of the panels, saved with the file."""

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
    before_live: bpy.props.StringProperty(options={"HIDDEN"})
    last_made: bpy.props.StringProperty(options={"HIDDEN"})
    texture_size: bpy.props.EnumProperty(
        name="Texture Size", description="Width and height of each texture", items=SIZE_ITEMS, default=str(DEFAULT_SIZE)
    )

    label_scope: bpy.props.EnumProperty(
        name="Scope",
        description="Which objects are looked at",
        items=SCOPE_ITEMS,
        default="visible",
        translation_context=CONTEXT,
    )
    scene_kind: bpy.props.StringProperty(options={"HIDDEN"})
    scene_kind_share: bpy.props.FloatProperty(options={"HIDDEN"})
    label_index: bpy.props.IntProperty(
        name="Label", description="What the object is", options={"HIDDEN"}, update=_select_active_label
    )
    only_unknown: bpy.props.BoolProperty(
        name="Unknown Only", description="List only the objects that are like nothing known"
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
        name="Sort",
        description="How fine the collections are",
        items=SORT_ITEMS,
        default="group",
        translation_context=CONTEXT,
    )
    apply_assets: bpy.props.BoolProperty(
        name="Mark as Assets",
        description="Offer each object in the Asset Browser, tagged, in a catalog of its label. Catalogs are written "
        "next to the blend file once it is saved",
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
        search=_suggested_commands,
        search_options={"SUGGESTION"},
    )
    command_history: bpy.props.StringProperty(options={"HIDDEN"})
    library_search: bpy.props.StringProperty(
        name="Words",
        description="What to find in your asset libraries, in English or Chinese, such as: red chair",
    )
    object_suggestions: bpy.props.StringProperty(options={"HIDDEN"})

    export_directory: bpy.props.StringProperty(
        name="Folder",
        description="Where the export goes. A path that begins with // is relative to the blend file",
        subtype="DIR_PATH",
        options={"PATH_SUPPORTS_BLEND_RELATIVE"},
        default="//export",
        update=_choose_export_folder,
    )
    targets: bpy.props.EnumProperty(
        name="Targets",
        description="The engines to export for; hold Shift to choose several",
        items=TARGET_ITEMS,
        options={"ENUM_FLAG"},
        default={DEFAULT_TARGET},
    )

    export: bpy.props.PointerProperty(type=AtelierExportSettings)
    motion: bpy.props.PointerProperty(type=AtelierMotionSettings, name="Motion")
    if IS_FULL:
        training: bpy.props.PointerProperty(type=AtelierTrainingSettings, name="Training")

    findings: bpy.props.CollectionProperty(type=AtelierFinding)
    finding_index: bpy.props.IntProperty(
        name="Finding",
        description="Click to select the object and to read what to do",
        options={"HIDDEN"},
        update=_select_active_finding,
    )
    show_repaired: bpy.props.BoolProperty(
        name="Show What the Export Repairs",
        description="Also list what is repaired on the exported copies anyway",
        default=True,
    )
    is_checked: bpy.props.BoolProperty(options={"HIDDEN"})
    checked_targets: bpy.props.StringProperty(options={"HIDDEN"})

    last_report: bpy.props.StringProperty(
        name="Last Report", description="What the last Atelier operator did, as JSON", options={"HIDDEN"}
    )

    def report(self) -> dict[str, Any]:
        """:attr:`last_report` as a dict, for scripts; empty when nothing has run yet.

        It comes with the file and may be forged: panels draw :mod:`blender_addon.bridge.jobs.session_report` instead.
        """
        return stored_json(self.last_report, dict, {})


class AtelierJobState(bpy.types.PropertyGroup):
    """``window_manager.atelier_job``: the running job, for the panels to draw."""

    running: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})
    cancel: bpy.props.BoolProperty(options={"HIDDEN", "SKIP_SAVE"})
    operator: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    title: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    what: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    factor: bpy.props.FloatProperty(options={"HIDDEN", "SKIP_SAVE"}, min=0.0, max=1.0)
    seconds_left: bpy.props.FloatProperty(options={"HIDDEN", "SKIP_SAVE"}, default=-1.0)
    error: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})
    details: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})


@bpy.app.handlers.persistent
def _forget_job(*_: Any) -> None:
    """Clears the job state of a loaded file, which may have been saved while a job ran."""
    for manager in bpy.data.window_managers:
        manager.property_unset("atelier_job")


_register_classes, _unregister_classes = bpy.utils.register_classes_factory(
    (
        AtelierTraitSettings,
        AtelierExportSettings,
        *((AtelierTrainingSettings,) if IS_FULL else ()),
        AtelierMotionSettings,
        AtelierFinding,
        AtelierSettings,
        AtelierJobState,
    )
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
