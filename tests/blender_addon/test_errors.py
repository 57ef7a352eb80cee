"""What goes wrong is said once, in the artist's language, with the button that puts it right."""

from __future__ import annotations

import json
from pathlib import Path

import bpy
import pytest

from blender_addon.bridge.jobs.quick_fixes import FixableError
from blender_addon.bridge.models import loaded as models
from blender_addon.bridge.models import own as own_models
from blender_addon.translations import registry as translations
from blender_addon.translations.registry import formatted
from blender_addon.translations.zh.errors import ERRORS
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.vocabulary.training_runs import RunStatus, read_status, write_status
from ml_core.vocabulary.traits import AvatarTraits


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


@pytest.mark.usefixtures("chinese")
def test_an_error_is_said_in_the_language_of_the_interface_with_its_reason() -> None:
    unmapped = InputError("{name}: has no UV map; unwrap it first", name="Cube")
    assert str(unmapped) == "Cube: has no UV map; unwrap it first"
    assert formatted(unmapped.message) == "Cube：没有 UV 贴图；请先展开"
    with pytest.raises(InputError) as caught:
        AvatarTraits(outfit="toga")
    outer = InputError("{file}: describes no avatar ({reason})", file="a.json", reason=caught.value)
    assert str(outer).startswith("a.json: describes no avatar (outfit: 'toga' is not known; choose one of casual, ")
    assert formatted(outer.message).startswith("a.json：没有描述虚拟形象（服装：不认识 'toga'；请从 casual, ")
    assert formatted("Something else went wrong") == "Something else went wrong"
    untranslated = InputError("{name} met {reason}", name="Cube", reason=unmapped)
    assert formatted(untranslated.message) == "Cube met Cube：没有 UV 贴图；请先展开"


@pytest.mark.usefixtures("chinese")
def test_what_the_file_system_says_is_translated_within_the_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "gone.json", "gone.json")
    assert str(caught.value) == "gone.json: cannot be read (No such file or directory)"
    assert formatted(caught.value.message) == "gone.json：无法读取（没有此文件或目录）"


def test_english_stays_as_it_is() -> None:
    for text in ("Cube: has no UV map; unwrap it first", "a {} b", "odd {number} braces"):
        assert formatted(text) == text
        assert formatted(InputError(text).message) == text


@pytest.mark.usefixtures("chinese")
def test_the_error_of_a_training_keeps_its_template_on_the_way_to_the_panel(tmp_path: Path) -> None:
    inner = InputError("{name}: has no UV map; unwrap it first", name="Cube")
    error = InputError("{python}: the training cannot be started ({reason})", python="python3", reason=inner)
    write_status(tmp_path, RunStatus(state="failed", error=error.message))
    assert json.loads((tmp_path / "status.json").read_text())["error"] == str(error)
    read = read_status(tmp_path).error
    assert read == str(error)
    assert formatted(read) == "python3：无法启动训练（Cube：没有 UV 贴图；请先展开）"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {"template": 3},
        {"template": "{name}: has no UV map; unwrap it first"},
        {"template": "{name}: has no UV map; unwrap it first", "values": {"name": {"template": 1, "text": 4}}},
        {"template": "{name}: has no UV map; unwrap it first", "values": {"other": "x"}},
        {"template": "{0.__class__}{name.__class__:9999999}", "values": {"name": "x"}},
    ],
)
def test_a_forged_message_in_a_stored_status_harms_nothing(tmp_path: Path, message: object) -> None:
    write_status(tmp_path, RunStatus(state="failed", error="It failed."))
    stored = json.loads((tmp_path / "status.json").read_text())
    (tmp_path / "status.json").write_text(json.dumps(stored | {"message": message}))
    status = read_status(tmp_path)
    assert status.error == "It failed."
    assert isinstance(formatted(status.error), str)


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
    quick_fix = bpy.context.scene.atelier.report()["remedy"]
    space, _, name = quick_fix["operator"].partition(".")
    assert getattr(getattr(bpy.ops, space), name)(**quick_fix["options"]) == {"FINISHED"}
    assert bpy.context.scene.atelier.report() == {}
    bpy.ops.atelier.label_objects()
    assert "error" not in bpy.context.scene.atelier.report()


@pytest.mark.usefixtures("clean_scene")
def test_quick_fixes_name_operators_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Save the blend file"):
        bpy.ops.atelier.export_scene(directory="//export", targets={"web"})
    assert bpy.context.scene.atelier.report()["remedy"]["operator"] == "wm.save_mainfile"
    bpy.ops.atelier.dismiss_error()
    assert bpy.context.scene.atelier.last_report == ""
    with pytest.raises(RuntimeError, match="label the objects first"):
        bpy.ops.atelier.apply_labels()
    quick_fix = bpy.context.scene.atelier.report()["remedy"]
    assert getattr(bpy.ops.atelier, quick_fix["operator"].partition(".")[2]).get_rna_type().name == quick_fix["label"]
    assert json.loads(bpy.context.scene.atelier.last_report)["error"]
    assert issubclass(FixableError, Exception)
