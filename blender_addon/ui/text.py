"""Sentences in a sidebar of any width: wrapped to the region, translated, Chinese broken between characters."""

from __future__ import annotations

import re
from typing import Any

import blf
import bpy

from ..avatar.selection import Hint

# What the frame of a panel and a box take from the region's width, in widget units of 20 pixels at scale 1.
_MARGIN_UNITS = 3.6
_ICON_UNITS = 1.2
BUTTON_UNITS = 1.8
"""A button that is an icon, and the gap before it."""

# A word with the blanks after it, or one Chinese character with the punctuation that may not begin a line.
_PIECE = re.compile(
    r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef][，。！？：；、）]*|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+"
)


def paragraph(
    layout: bpy.types.UILayout, context: bpy.types.Context, text: str, icon: Any = "NONE", beside: float = 0.0
) -> None:
    """Draw ``text`` as lines that fit the region; ``icon`` precedes the first, and other elements take ``beside``
    widget units of the width."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    room = available_width(context, icon != "NONE") - beside * 20 * context.preferences.system.ui_scale
    lines = wrapped(text, room, context)
    for number, line in enumerate(lines):
        column.label(text=line, icon=icon if number == 0 else ("BLANK1" if icon != "NONE" else "NONE"), translate=False)


def fits(text: str, context: bpy.types.Context, beside: float = 0.0) -> bool:
    """Whether ``text`` fits one line of the current region, beside other elements of a width in widget units."""
    if context.region is None:
        return True
    room = available_width(context) - beside * 20 * context.preferences.system.ui_scale
    return text_width(text, context) <= room


def shortened(text: str, context: bpy.types.Context, beside: float = 0.0) -> str:
    """``text``, or as much of its beginning as fits one line beside a width in widget units. Blender itself removes the
    middle of a label, where the sense of a sentence is."""
    if fits(text, context, beside):
        return text
    short = len(text)
    while short > 1 and not fits(text[:short].rstrip() + "…", context, beside):
        short -= 1
    return text[:short].rstrip() + "…"


def available_width(context: bpy.types.Context, icon: bool = False) -> float:
    """Pixels available for a line of text in the current region."""
    unit = 20 * context.preferences.system.ui_scale
    return max(context.region.width - (_MARGIN_UNITS + (_ICON_UNITS if icon else 0)) * unit, 4 * unit)


def is_narrow(context: bpy.types.Context) -> bool:
    """Whether labels beside their fields would be cut: a sidebar of about 220 pixels at scale 1."""
    return available_width(context) < 9 * 20 * context.preferences.system.ui_scale


def columns_that_fit(context: bpy.types.Context, units: float, most: int) -> int:
    """How many columns of ``units`` widget units (20 pixels at scale 1) fit the region, 1 to ``most``."""
    unit = 20 * context.preferences.system.ui_scale
    return max(1, min(most, int(available_width(context) // (units * unit))))


def wrapped(text: str, width: float, context: bpy.types.Context) -> list[str]:
    """``text`` in lines of at most ``width`` pixels of Blender's widget font; a single long word is not cut."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), context) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()] or [""]


def text_width(text: str, context: bpy.types.Context) -> float:
    style = bpy.context.preferences.ui_styles[0].widget
    blf.size(0, style.points * context.preferences.system.ui_scale)
    return blf.dimensions(0, text)[0]


def draw_hint(layout: bpy.types.UILayout, context: bpy.types.Context, hint: Hint | None) -> bool:
    """Draw the sentence with its button; True when there is a hint, after which a panel has nothing more to offer."""
    if hint is None:
        return False
    paragraph(layout, context, hint.text, icon="INFO")
    if hint.operator:
        column = layout.column()
        column.operator_context = "INVOKE_DEFAULT" if hint.operator.startswith("atelier.") else "EXEC_DEFAULT"
        button = column.operator(hint.operator, text=hint.label, translate=False)
        for name, value in hint.options.items():
            setattr(button, name, value)
    return True
