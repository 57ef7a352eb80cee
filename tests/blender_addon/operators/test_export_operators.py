"""The Export section's operators as a script calls them, and an export that is stopped half-way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bpy
import pytest

from blender_addon.bridge.jobs.modal import JobRunner
from blender_addon.bridge.jobs.steps import InThread, Job, Progress, run_to_end
from blender_addon.export.delivery import model_writers
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions, VrmMeta
from blender_addon.operators.export import scene as scene_operators
from blender_addon.properties.export import GENERAL, VRM, ExportOptionsOperator, to_options
from blender_addon.scene.room import build_room
from tests.blender_addon.export.avatars import plain

from ..export.test_exporting import fingerprint


def report() -> dict:
    return bpy.context.scene.atelier.report()


@pytest.fixture
def mirrored(clean_scene: bpy.types.Context) -> bpy.types.Object:
    """A mirrored cube with a bad name and a turned face, beside an object that is active."""
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    cube.name = "Bad Thing"
    cube.scale.x = -1
    cube.data.polygons[0].flip()
    bpy.ops.mesh.primitive_cube_add(location=(4, 0, 0))
    bpy.context.object.name = "Good"
    bpy.context.view_layer.update()
    return cube


def kinds() -> list[str]:
    return [one.kind for one in bpy.context.scene.atelier.findings]


def test_a_check_fills_the_list_and_a_fix_takes_one_out(mirrored: bpy.types.Object) -> None:
    assert bpy.ops.atelier.preflight(targets={"unity"}, repair_copies=False) == {"FINISHED"}
    assert sorted(kinds()) == ["illegal_name", "negative_scale", "turned_faces"]
    assert {one["kind"] for one in report()["findings"]} == set(kinds())
    bpy.context.scene.atelier.export.repair_copies = False
    assert bpy.ops.atelier.repair_finding(index=kinds().index("turned_faces")) == {"FINISHED"}
    assert sorted(kinds()) == ["illegal_name", "negative_scale"]
    assert [one["kind"] for one in report()["repaired"]] == ["turned_faces"]
    assert mirrored.name == "Bad Thing"
    assert bpy.context.object.name == "Good"


def test_all_is_repaired_in_one_go_in_any_mode(mirrored: bpy.types.Object) -> None:
    bpy.ops.object.mode_set(mode="EDIT")
    assert bpy.ops.atelier.repair_all() == {"FINISHED"}
    assert (bpy.context.mode, bpy.context.object.name) == ("EDIT_MESH", "Good")
    bpy.ops.object.mode_set(mode="OBJECT")
    assert kinds() == []
    assert (mirrored.name, tuple(mirrored.scale)) == ("Bad_Thing", (1, 1, 1))
    assert all(face.normal.dot(face.center) > 0 for face in mirrored.data.polygons)
    assert len(report()["repaired"]) == 3
    assert bpy.ops.atelier.repair_all() == {"FINISHED"}


def test_a_repair_is_one_undo_step(mirrored: bpy.types.Object) -> None:
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.atelier.repair_all("EXEC_DEFAULT", True)
    assert "Bad_Thing" in bpy.data.objects
    bpy.ops.ed.undo()
    assert bpy.data.objects["Bad Thing"].scale.x == -1
    assert bpy.data.objects["Bad Thing"].data.polygons[0].normal.x > 0


@pytest.mark.parametrize(("index", "why"), [(7, "no such finding"), (0, "by hand")])
def test_what_cannot_be_repaired_is_said(clean_scene: bpy.types.Context, index: int, why: str) -> None:
    bpy.ops.mesh.primitive_cube_add(location=(5000, 0, 0))
    bpy.context.view_layer.update()
    bpy.ops.atelier.preflight(targets={"unity"})
    assert kinds() == ["far_from_origin"]
    with pytest.raises(RuntimeError, match=why):
        bpy.ops.atelier.repair_finding(index=index)
    assert why in report()["error"]
    assert kinds() == ["far_from_origin"]


def test_a_linked_object_offers_no_repair(mirrored: bpy.types.Object, tmp_path: Path) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, wanted):
        wanted.objects = ["Bad Thing"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    bpy.context.view_layer.update()
    bpy.ops.atelier.preflight(targets={"unity"})
    assert len(kinds()) == 3
    assert not any(one.repair for one in bpy.context.scene.atelier.findings)


def test_every_option_reaches_the_export(clean_scene: bpy.types.Context) -> None:
    fields = set(ExportOptions.__dataclass_fields__) - {"force", "vrm"}
    assert set(GENERAL) == fields
    assert set(VRM) == set(VrmMeta.__dataclass_fields__) - {"authors"}
    settings = bpy.context.scene.atelier.export
    assert to_options(settings) == ExportOptions()
    settings.author, settings.lods, settings.texture_budget = "Ann, Bob", 1, "1024"
    settings.vrm_modification, settings.vrm_allow_redistribution = "allowModification", True
    options = to_options(settings)
    assert (options.lods, options.texture_budget, options.vrm.authors) == (1, 1024, ("Ann", "Bob"))
    assert (options.vrm.modification, options.vrm.allow_redistribution) == ("allowModification", True)
    rna = bpy.ops.atelier.export_scene.get_rna_type().properties
    for name in (*GENERAL, *(f"vrm_{one}" for one in VRM)):
        assert rna[name].is_skip_save, name
        assert len(rna[name].description.split()) > 2, name


def test_a_script_that_gives_no_options_gets_the_usual_ones(
    mirrored: bpy.types.Object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def job(context: bpy.types.Context, folder: Path, targets: list[str], options: ExportOptions) -> Job:
        seen.append(options)
        yield Progress(0, 1, "")
        return {"targets": {}}

    monkeypatch.setattr(scene_operators, "export_job", job)
    bpy.context.scene.atelier.export.license = "CC0-1.0"
    bpy.ops.atelier.export_scene(directory=str(tmp_path), targets={"web"}, lods=4, vrm_allow_redistribution=True)
    bpy.ops.atelier.export_scene(directory=str(tmp_path), targets={"web"}, clips=False)
    assert [(one.lods, one.license, one.clips) for one in seen] == [(4, "", True), (2, "", False)]
    assert [one.vrm.allow_redistribution for one in seen] == [True, False]


def test_a_button_takes_from_the_panel_what_it_was_not_given(clean_scene: bpy.types.Context) -> None:
    settings = bpy.context.scene.atelier.export
    settings.lods, settings.license = 0, "CC0-1.0"
    button = ExportOptionsOperator()
    button.lods = 4
    button.properties = SimpleNamespace(is_property_set=lambda name: name == "lods")
    button.options_from_panel(bpy.context)
    options = to_options(button)
    assert (options.lods, options.license, options.clips) == (4, "CC0-1.0", True)


def test_a_click_on_a_finding_selects_its_object(mirrored: bpy.types.Object) -> None:
    bpy.ops.atelier.preflight(targets={"unity"})
    assert bpy.context.object.name == "Good"
    bpy.context.scene.atelier.finding_index = 1
    assert bpy.context.selected_objects == [mirrored]
    assert bpy.context.object == mirrored


@pytest.mark.parametrize("mode", ["OBJECT", "EDIT"])
def test_a_stopped_export_leaves_nothing(
    clean_scene: bpy.types.Context, tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closed after some of its steps, as Esc does it. Every call of Blender's exporter is announced, and between steps
    the window shows the artist's scene."""
    for _ in range(2):
        bpy.ops.mesh.primitive_cube_add(location=(3, 0, 0))
    plain()
    bpy.context.view_layer.objects.active = bpy.data.objects["Cube"]
    bpy.ops.object.mode_set(mode=mode)
    before = fingerprint()
    folder = tmp_path / "out"
    told: list[Progress] = []
    written: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("write_fbx", "write_glb"):
            patched.setattr(model_writers, name, _announced(getattr(model_writers, name), told, written))
        _run(export_job(bpy.context, tmp_path / "whole", ["unity", "web"]), told)
    assert sorted(written) == ["SK_Avatar.fbx", "SK_Avatar.glb", "SM_Cube.fbx", "scene.glb"]
    assert [one.done / one.total for one in told] == sorted(one.done / one.total for one in told), "the bar goes back"
    for share in (0, 0.01, 0.5, 0.9):
        runner = JobRunner(export_job(bpy.context, folder, ["unity", "web"]))
        _advance_once(runner)
        while runner.factor < share:
            _advance_once(runner)
        assert folder.is_dir()
        runner.close()
        assert not folder.exists(), share
        assert fingerprint() == before, share
        assert bpy.context.object.mode == mode
    assert sorted(one.name for one in tmp_path.iterdir()) == ["whole"]


def _announced(write: Callable[..., Any], told: list[Progress], written: list[str]) -> Callable[..., Any]:
    """``write`` that notes its file, and fails unless the last of ``told`` has named it."""

    def call(path: Path, *rest: Any, **more: Any) -> Any:
        assert told[-1].blocks, told[-1]
        assert path.name in told[-1].what
        written.append(path.name)
        return write(path, *rest, **more)

    return call


def _run(job: Job, told: list[Progress]) -> None:
    """Runs a job to its end; its progress is added to ``told``."""
    answer = None
    shown = bpy.context.window_manager.windows[0].scene
    while True:
        try:
            step = job.send(answer)
        except StopIteration:
            return
        assert bpy.context.window_manager.windows[0].scene == shown, "the artist's scene is gone from the window"
        if isinstance(step, Progress):
            told.append(step)
        answer = step.function() if isinstance(step, InThread) else None


def _advance_once(runner: JobRunner) -> None:
    """One step, once its thread is ready."""
    while runner.waits:
        time.sleep(0.01)
    runner.step()


def test_an_earlier_export_survives_a_stopped_one(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    bpy.ops.mesh.primitive_cube_add()
    run_to_end(export_job(bpy.context, tmp_path, ["web"]))
    files = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    bpy.ops.mesh.primitive_cube_add(location=(4, 0, 0))
    job = export_job(bpy.context, tmp_path, ["web"])
    next(job)
    next(job)
    job.close()
    assert {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()} == files


def test_a_stopped_job_waits_for_what_its_thread_writes(tmp_path: Path) -> None:
    begun = threading.Event()

    def write() -> None:
        begun.set()
        time.sleep(0.2)
        (tmp_path / "late.txt").touch()

    def job() -> Job:
        try:
            yield InThread(write)
        finally:
            for one in tmp_path.iterdir():
                one.unlink()
        return {}

    runner = JobRunner(job())
    runner.advance()
    begun.wait(5)
    runner.close()
    time.sleep(0.4)
    assert not list(tmp_path.iterdir())


def test_a_stopped_repair_leaves_mode_and_selection(mirrored: bpy.types.Object) -> None:
    from blender_addon.operators.export.findings import repair_all_job

    bpy.ops.object.mode_set(mode="EDIT")
    job = repair_all_job(bpy.context)
    while next(job).what != "Repairing":
        pass
    assert bpy.context.mode == "OBJECT"
    job.close()
    assert bpy.context.mode == "EDIT_MESH"


def test_a_room_of_hundreds_is_checked_in_small_steps(clean_scene: bpy.types.Context) -> None:
    from blender_addon.export.preflight import preflight_steps

    build_room(clean_scene)
    steps = list(preflight_steps(clean_scene, ["unity"]))
    assert len(steps) > 20
    assert [one.done for one in steps] == sorted(one.done for one in steps)
    assert all(one.done < one.total for one in steps)
