"""Presets of the traits, in Blender's own preset system: shipped ones, and those that the artist adds."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import bpy
from bl_operators.presets import AddPresetBase
from bl_ui.utils import PresetPanel

from ml_core.errors import InputError
from ml_core.vocabulary.traits import SHOWN_TRAITS

from ...translations.registry import formatted

FOLDER = Path(__file__).resolve().parents[2]
"""Its folder ``presets`` is one of those that Blender looks through."""
MAX_PRESET_BYTES = 2**16
_HEAD = ("import bpy", "traits = bpy.context.scene.atelier.traits")


class ATELIER_PT_trait_presets(PresetPanel, bpy.types.Panel):
    bl_label = "Trait Presets"
    preset_subdir = "atelier/traits"
    preset_operator = "atelier.use_trait_preset"
    preset_add_operator = "atelier.add_trait_preset"


class ATELIER_OT_use_trait_preset(bpy.types.Operator):
    """Set the traits to those of this preset"""

    bl_idname = "atelier.use_trait_preset"
    bl_label = "Use Trait Preset"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    filepath: bpy.props.StringProperty(
        name="File", description="The preset", subtype="FILE_PATH", options={"SKIP_SAVE", "HIDDEN"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = Path(self.filepath)
        try:
            values = read_preset(path)
            for name, value in values:
                setattr(context.scene.atelier.traits, name, value)
        except (InputError, TypeError, ValueError) as error:
            self.report({"ERROR"}, formatted(error.message))
            return {"CANCELLED"}
        ATELIER_PT_trait_presets.bl_label = bpy.path.display_name(path.name, title_case=False)
        return {"FINISHED"}


def read_preset(path: Path) -> list[tuple[str, Any]]:
    """The traits and values of a preset, in its order.

    Blender's presets are scripts, and people share them. These are parsed as what Blender writes into them, assignments
    of plain values, and are never executed.

    Raises:
        InputError: it cannot be read, or contains anything else.
    """
    known = {name for trait in SHOWN_TRAITS for name in (trait, f"use_{trait}")}
    try:
        with path.open("rb") as stream:
            lines = ast.parse(stream.read(MAX_PRESET_BYTES)).body
        found = []
        for line in lines:
            target = line.targets[0] if isinstance(line, ast.Assign) else None
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "traits":
                if target.attr not in known:
                    raise InputError("there is no trait {trait}", trait=target.attr)
                found.append((target.attr, ast.literal_eval(line.value)))
            elif ast.unparse(line) not in _HEAD:
                raise InputError("line {number} is not a trait", number=line.lineno)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError, InputError) as error:
        raise InputError("{file}: is not a trait preset ({reason})", file=path.name, reason=error) from error
    return found


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
        """Called by Blender in place of deleting the file, which it would even do to presets of extensions."""
        path = Path(filepath)
        if FOLDER in path.resolve().parents:
            self.report({"WARNING"}, formatted("{name} comes with Atelier and stays in the list", name=path.stem))
        else:
            path.unlink()


CLASSES = (ATELIER_PT_trait_presets, ATELIER_OT_use_trait_preset, ATELIER_OT_add_trait_preset)


def register() -> None:
    bpy.utils.register_preset_path(str(FOLDER))


def unregister() -> None:
    bpy.utils.unregister_preset_path(str(FOLDER))
