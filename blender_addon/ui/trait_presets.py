"""Presets of the traits, in Blender's own preset system: some that come along, and those that the artist adds."""

from __future__ import annotations

from pathlib import Path

import bpy
from bl_operators.presets import AddPresetBase
from bl_ui.utils import PresetPanel

from ..trait_properties import SHOWN_TRAITS
from ..translations import formatted

FOLDER = Path(__file__).resolve().parent.parent
"""Its folder ``presets`` is one of those that Blender looks through."""


class ATELIER_PT_trait_presets(PresetPanel, bpy.types.Panel):
    bl_label = "Trait Presets"
    preset_subdir = "atelier/traits"
    preset_operator = "script.execute_preset"
    preset_add_operator = "atelier.add_trait_preset"


class ATELIER_OT_add_trait_preset(AddPresetBase, bpy.types.Operator):
    """Keep the traits as a preset of your own, or take one off the list"""

    bl_idname = "atelier.add_trait_preset"
    bl_label = "Add Trait Preset"
    preset_menu = "ATELIER_PT_trait_presets"
    preset_subdir = ATELIER_PT_trait_presets.preset_subdir
    preset_defines = ["traits = bpy.context.scene.atelier.traits"]
    # A value switches its trait on, so the switches come last.
    preset_values = [*(f"traits.{name}" for name in SHOWN_TRAITS), *(f"traits.use_{name}" for name in SHOWN_TRAITS)]

    def remove(self, _context: bpy.types.Context, filepath: str) -> None:
        """Called by Blender in place of deleting the file, which it would do to presets of extensions, too."""
        path = Path(filepath)
        if FOLDER in path.resolve().parents:
            self.report({"WARNING"}, formatted("{name} comes with Atelier and stays in the list", name=path.stem))
        else:
            path.unlink()


CLASSES = (ATELIER_PT_trait_presets, ATELIER_OT_add_trait_preset)


def register() -> None:
    bpy.utils.register_preset_path(str(FOLDER))


def unregister() -> None:
    bpy.utils.unregister_preset_path(str(FOLDER))
