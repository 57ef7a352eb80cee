"""Every word that the artist sees has its Chinese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon.avatar.body.earlier_body import FACE_NAMES, FACE_TIPS
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.bridge.models.self_check import self_check_job
from blender_addon.bridge.object_labels import title
from blender_addon.export.preflight import KINDS
from blender_addon.package import EXTENSION
from blender_addon.translations.registry import CONTEXT, LABEL_CONTEXT
from blender_addon.translations.zh.errors import ERRORS
from blender_addon.translations.zh.scene.labels import LABELS
from blender_addon.translations.zh.table import CHINESE, SECTIONS
from ml_core.vocabulary.scene.labels import KINDS as THING_KINDS
from ml_core.vocabulary.scene.labels import kind_words
from ml_core.vocabulary.scene.scene_kinds import MIXED, SCENE_KINDS

PACKAGE = Path(__file__).resolve().parents[3] / "blender_addon"

# Calls whose string argument at this place is shown: UILayout and our own helpers.
SHOWN_ARGUMENTS = {
    "formatted": 0,
    "pgettext_iface": 0,
    "pgettext_tip": 0,
    "poll_message_set": 0,
    "Progress": 2,
    "report": 1,
}
SHOWN_KEYWORDS = {"text", "heading", "placeholder"}


def classes(base: type) -> Iterator[type]:
    """The extension's own classes below one of Blender's."""
    for one in base.__subclasses__():
        if one.__module__.startswith(f"{EXTENSION}.") and one.is_registered:
            yield one
        yield from classes(one)


def strings_in_classes() -> Iterator[str]:
    for one in (*classes(bpy.types.Panel), *classes(bpy.types.Menu)):
        yield one.bl_label
    for one in classes(bpy.types.Operator):
        rna = getattr(bpy.ops.atelier, one.bl_idname.split(".")[1]).get_rna_type()
        yield rna.name
        yield rna.description
        yield from strings_in_properties(rna)
    for one in classes(bpy.types.PropertyGroup):
        yield from strings_in_properties(one.bl_rna)


def strings_in_vocabulary() -> Iterator[str]:
    for result in run_to_end(self_check_job())["self_check"]:
        yield result["part"]
        if result["works"]:  # else it is an error, and errors have a test of their own
            yield result["text"]
    for kind in (*SCENE_KINDS, MIXED):
        yield title(kind)
    for kind in THING_KINDS:
        yield kind_words(kind)
    for finding in KINDS.values():
        yield from finding.texts()


def strings_of_sliders() -> Iterator[str]:
    yield from FACE_NAMES.values()
    yield from FACE_TIPS.values()


def strings_in_properties(rna: bpy.types.Struct) -> Iterator[str]:
    for prop in rna.properties:
        if (prop.identifier in {"rna_type", "name"} and not prop.description) or prop.is_hidden:
            continue
        if prop.identifier in bpy.types.PropertyGroup.bl_rna.properties:
            continue
        yield prop.name
        yield prop.description
        for item in getattr(prop, "enum_items_static", ()):
            yield item.name
            yield item.description


def strings_in_code() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _shown(node)
            elif isinstance(node, ast.FunctionDef) and node.name in {"why_not", "summary"}:
                yield from (
                    one.value.value
                    for one in ast.walk(node)
                    if isinstance(one, ast.Return) and isinstance(one.value, ast.Constant) and one.value.value
                )


def _shown(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    place = SHOWN_ARGUMENTS.get(name)
    values = [call.args[place]] if place is not None and len(call.args) > place else []
    values += [word.value for word in call.keywords if word.arg in SHOWN_KEYWORDS]
    for value in values:
        for one in (value, getattr(value, "body", None), getattr(value, "orelse", None)):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value


def needs_words(text: str) -> bool:
    return any(letter.isalpha() and letter.isascii() for letter in text) and not text.isupper()


NAMES = {"Unity", "Godot", "OpenUSD", "Ready Player Me"}
"""What is called so in Chinese, too."""


@pytest.mark.usefixtures("clean_scene")
def test_nothing_is_left_in_english() -> None:
    shown = {
        text
        for text in (*strings_in_classes(), *strings_in_code(), *strings_in_vocabulary(), *strings_of_sliders())
        if needs_words(text)
    }
    assert len(shown) > 100
    assert sorted(shown - CHINESE.keys() - ERRORS.keys()) == []


def test_no_translation_is_left_over() -> None:
    """A dictionary with dead entries hides the missing ones."""
    for english, chinese in CHINESE.items():
        assert english.strip() == english
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese) or chinese in NAMES, english
        assert set(_names(english)) == set(_names(chinese)), english


def test_what_is_reported_goes_through_the_translation() -> None:
    """Blender translates labels and descriptions by itself, but neither reports nor poll messages of a script."""
    bare = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"report", "poll_message_set"}:
                words = [one for one in node.args if isinstance(one, ast.Constant | ast.JoinedStr)]
                bare += [f"{path.name}:{node.lineno}" for _ in words]
    assert bare == []


def _names(text: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


@pytest.mark.usefixtures("clean_scene")
def test_blender_shows_the_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    view = bpy.context.preferences.view
    before = view.language
    try:
        view.language = "zh_HANS"
    except TypeError:
        pytest.skip("this Blender has no Chinese")
    view.use_translate_interface = True
    try:
        assert bpy.app.translations.pgettext_iface("Generate Avatar", "Operator") == CHINESE["Generate Avatar"]
        assert bpy.app.translations.pgettext_iface("Traits") == CHINESE["Traits"]
    finally:
        view.language = before


MEANT_OTHERWISE = {
    *("Age", "Bottom", "Box", "Build", "Face", "Hair", "Head", "Height", "Lamp", "Layers", "Length", "Pose", "Print"),
    *("Skin", "Top", "Utility", "Window"),
}
"""Words of ours that Blender's own dictionary has for something else, of those that its Chinese is known to differ in;
it comes first, except in a context of ours."""


@pytest.mark.usefixtures("clean_scene")
def test_words_that_blender_means_otherwise_have_a_context_of_their_own() -> None:
    shown = [
        (one.bl_label, getattr(one, "bl_translation_context", "*"), one.__name__) for one in classes(bpy.types.Panel)
    ]
    for group in classes(bpy.types.PropertyGroup):
        shown += words_in_context(group.bl_rna)
    for one in classes(bpy.types.Operator):
        shown += words_in_context(getattr(bpy.ops.atelier, one.bl_idname.split(".")[1]).get_rna_type())
    checked = {word for word, context, _ in shown if context in (CONTEXT, LABEL_CONTEXT)}
    assert {"Face", "Skin", "Top", "Bottom", "Build", "Print", "Window", "Lamp", "Utility"} <= checked
    assert [one for one in shown if one[0] in MEANT_OTHERWISE and one[1] not in (CONTEXT, LABEL_CONTEXT)] == []
    # A chest is measured where it is no furniture.
    assert {("Chest", CONTEXT), ("Chest", LABEL_CONTEXT)} <= {(word, context) for word, context, _ in shown}
    assert CHINESE["Chest"] != LABELS["Chest"]


def words_in_context(rna: bpy.types.Struct) -> Iterator[tuple[str, str, str]]:
    for prop in rna.properties:
        yield prop.name, prop.translation_context, f"{rna.identifier}.{prop.identifier}"
        for item in getattr(prop, "enum_items_static", ()):
            yield item.name, prop.translation_context, f"{rna.identifier}.{prop.identifier}"


def test_no_english_means_two_things() -> None:
    meanings: dict[str, set[str]] = {}
    for section in SECTIONS:
        if section is not LABELS:  # they have a context of their own
            for english, chinese in section.items():
                meanings.setdefault(english, set()).add(chinese)
    assert {english: found for english, found in meanings.items() if len(found) > 1} == {}
