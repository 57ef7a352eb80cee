"""Rows of lists and redo panels say what they have to say in the room there is."""

from __future__ import annotations

import bpy
import pytest

from blender_addon.bridge.object_labels import set_label
from blender_addon.export.preflight import KINDS
from blender_addon.export.preflight.finding import LONGEST_TITLE
from blender_addon.export.preflight.groups import Group
from blender_addon.translations.zh.table import CHINESE
from blender_addon.ui import export, text
from blender_addon.ui.places import labels as scene

from ..translations.test_registry import classes
from .drawn import Drawn
from .test_panels import Sidebar

pytestmark = pytest.mark.both_blenders


@pytest.mark.parametrize(("width", "scale"), [(292, 1.0), (254, 1.0), (365, 1.25), (438, 1.5), (700, 1.0)])
def test_a_hundred_percent_fits_beside_the_names(registered_addon: None, width: int, scale: float) -> None:
    context = Sidebar(width)
    context.preferences.system.ui_scale = scale
    row = text.available_width(context) - 20 * scale  # without the list's margins and scroll bar
    bar = (1 - scene.names_share(context)) * row - 4 * scale  # without the gap beside it
    assert bar >= text.text_width("100%", context) + 4 * scale
    assert scene.names_share(context) >= 0.5


@pytest.mark.parametrize(("width", "bars"), [(180, [""]), (292, ["100%"])])
def test_a_narrow_list_has_a_bar_without_a_number(clean_scene: bpy.types.Context, width: int, bars: list[str]) -> None:
    bpy.ops.mesh.primitive_cube_add()
    set_label(clean_scene.object, "chair")
    drawn = Drawn()
    scene.ATELIER_UL_labels.draw_item(None, Sidebar(width), drawn, None, clean_scene.object, 0, None, "", 0)
    assert drawn.bars == bars
    assert drawn.texts == ["Cube", "Chair"]


def test_a_row_of_findings_says_in_few_words_what_finds_no_room(clean_scene: bpy.types.Context) -> None:
    bpy.ops.mesh.primitive_cube_add()
    clean_scene.object.name = "A name that is long enough to fill all of a row"
    clean_scene.object.scale.x = -1
    bpy.ops.atelier.preflight(targets={"unity"})
    settings = clean_scene.scene.atelier
    at = next(at for at, one in enumerate(settings.findings) if one.kind == "negative_scale")
    for width in (292, 900):
        context, drawn = Sidebar(width), Drawn()
        row = (None, context, drawn, settings, settings.findings[at], 0, None, "", at)
        export.ATELIER_UL_findings.draw_item(*row)
        titles = Group.around(settings.findings, at).titles()
        assert drawn.texts == [titles[1] if width == 292 else titles[0]]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", KINDS)
def test_every_finding_has_a_title_that_fits_a_row_with_a_count(name: str, language: str) -> None:
    title = KINDS[name].title or KINDS[name].what
    assert "{" not in title
    assert len(title) <= LONGEST_TITLE
    shown = title if language == "en" else CHINESE[title]
    assert text.fits(shown, Sidebar(292), export._ROW_UNITS + export._COUNT_UNITS)


def test_a_text_is_shortened_at_its_end(registered_addon: None) -> None:
    sentence = "564 edges between faces that look to different sides"
    short = text.shortened(sentence, Sidebar(240))
    assert short.endswith("…")
    assert sentence.startswith(short[:-1])
    assert len(short) > 10
    assert text.fits(short, Sidebar(240))
    assert text.shortened(sentence, Sidebar(900)) == sentence


def test_no_redo_panel_asks_for_a_number_of_a_list_or_for_json(registered_addon: None) -> None:
    """Operators that draw their redo panel themselves choose what is in it."""
    shown = {
        (one.bl_idname, prop.identifier)
        for one in classes(bpy.types.Operator)
        if "REGISTER" in one.bl_options and not hasattr(one, "draw")
        for prop in getattr(bpy.ops.atelier, one.bl_idname.partition(".")[2]).get_rna_type().properties
        if not prop.is_hidden
    }
    inside = {"index", "alike", "of_outfit", "traits_json", "sliders_json"}
    assert not {one for one in shown if one[1] in inside}
    assert ("atelier.set_hair", "style") in shown
