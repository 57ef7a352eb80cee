"""What goes wrong is said once, in the artist's language, with the button that puts it right."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.remedies import FixableError
from blender_addon.bridge.models import loaded as models
from blender_addon.bridge.models import own as own_models
from blender_addon.translations import registry as translations
from blender_addon.translations.registry import translated_error
from blender_addon.translations.zh_errors import ERRORS

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"InputError", "AtelierError", "FixableError"}
HEADLESS = {"importers.py", "glb.py", "findings.py"}
"""Files whose errors the artist meets in a terminal, or that are translated as findings."""


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module of Blender has no languages; its look-up is replaced."""

    class Look:
        @staticmethod
        def pgettext_iface(text: str, context: str = "*") -> str:
            return ERRORS.get(text, text)

    class Bpy:
        class app:
            translations = Look

    monkeypatch.setattr(translations, "bpy", Bpy)


def sentences(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every text in the code below ``folder``, with ``{}`` for what is filled in."""
    for path in folder.rglob("*.py"):
        if path.parent.name == "translations":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value
            elif isinstance(node, ast.JoinedStr):
                yield path, "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)


def raised(folder: Path) -> Iterator[tuple[Path, str]]:
    """The sentences of errors that are raised below ``folder``; a command's misreading may give its reason second."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "InputError",
                "AtelierError",
                "FixableError",
                "MisreadError",
            }:
                for one in [*node.args[:2], *(keyword.value for keyword in node.keywords)]:
                    for part in [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]:
                        if isinstance(part, ast.Constant):
                            yield path, part.value
                        elif isinstance(part, ast.JoinedStr):
                            words = (v.value if isinstance(v, ast.Constant) else "{}" for v in part.values)
                            yield path, "".join(words)


def test_every_error_of_the_window_has_its_chinese() -> None:
    window = (ROOT / "blender_addon", ROOT / "ml_core" / "inference" / "language")
    found = {text for folder in window for path, text in raised(folder) if path.name not in HEADLESS}
    assert sorted(found - set(ERRORS) - {""}) == []


def test_no_translated_error_is_left_over() -> None:
    known = {text for folder in ("blender_addon", "ml_core") for _, text in sentences(ROOT / folder)}
    known |= {text.replace("{error}", "{}") for text in known}
    assert sorted(set(ERRORS) - known) == []
    for english, chinese in ERRORS.items():
        assert english.count("{}") == chinese.count("{}"), english


@pytest.mark.usefixtures("chinese")
def test_errors_are_found_by_their_pattern() -> None:
    assert translated_error("Cube: has no UV map; unwrap it first") == "Cube：没有 UV 贴图；请先展开"
    inner = "a.json: describes no avatar (outfit: 'toga' is not known; choose one of casual, business)"
    assert translated_error(inner) == "a.json：没有描述虚拟形象（服装：不认识 'toga'；请从 casual, business 中选择）"
    assert translated_error("Something else went wrong") == "Something else went wrong"


def test_english_stays_as_it_is() -> None:
    for text in ("Cube: has no UV map; unwrap it first", "a {} b", "odd {number} braces"):
        assert translated_error(text) == text


@pytest.mark.usefixtures("clean_scene")
def test_a_damaged_network_of_ones_own_brings_the_way_back() -> None:
    folder = own_models.folder()
    folder.mkdir(parents=True)
    (folder / "mine.onnx").write_bytes(b"garbage")
    (folder / "mine.json").write_text('{"sha256": "0"}')
    (folder / own_models.IN_USE).write_text('{"objects": "mine.onnx"}')
    models.forget()
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="damaged"):
        bpy.ops.atelier.label_objects()
    remedy = bpy.context.scene.atelier.report()["remedy"]
    space, _, name = remedy["operator"].partition(".")
    assert getattr(getattr(bpy.ops, space), name)(**remedy["options"]) == {"FINISHED"}
    assert bpy.context.scene.atelier.report() == {}
    bpy.ops.atelier.label_objects()
    assert "error" not in bpy.context.scene.atelier.report()


@pytest.mark.usefixtures("clean_scene")
def test_remedies_name_operators_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Save the blend file"):
        bpy.ops.atelier.export_scene(directory="//export", targets={"web"})
    assert bpy.context.scene.atelier.report()["remedy"]["operator"] == "wm.save_mainfile"
    bpy.ops.atelier.dismiss_error()
    assert bpy.context.scene.atelier.last_report == ""
    with pytest.raises(RuntimeError, match="label the objects first"):
        bpy.ops.atelier.apply_labels()
    remedy = bpy.context.scene.atelier.report()["remedy"]
    assert getattr(bpy.ops.atelier, remedy["operator"].partition(".")[2]).get_rna_type().name == remedy["label"]
    assert json.loads(bpy.context.scene.atelier.last_report)["error"]
    assert issubclass(FixableError, Exception)
