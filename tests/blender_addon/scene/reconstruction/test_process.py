"""The other Python: what it lacks, what it is given, how it ends. No pycolmap is needed: stand-ins play its part."""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.bridge.jobs.quick_fixes import FixableError, QuickFix
from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.scene.reconstruction import process
from blender_addon.training import pythons
from ml_core.errors import InputError
from ml_core.reconstruction.place import write_place
from ml_core.vocabulary.scene.reconstruction import LOG, PLACE, ReconstructionJob, read_status
from scripts import reconstruct_scene
from tests.scripts.in_process import called

from .small_place import small_place


def photos(folder: Path, count: int = 9, sharp: bool = True) -> Path:
    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(count):
        pixels = random.integers(0, 255, (48, 64, 3), np.uint8) if sharp else np.full((48, 64, 3), 90, np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "user_folder", lambda: tmp_path / "user")


def test_a_python_says_what_it_lacks() -> None:
    assert pythons.lacking(sys.executable, {"numpy": "numpy", "no_such_module": "no-such"}) == ("no-such",)
    assert pythons.lacking("/no/such/python", {}) is None


def test_a_python_without_the_extra_comes_with_the_command(
    registered_addon: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "MODULES", {"no_such_module": "pycolmap"})
    with pytest.raises(FixableError) as caught:
        run_to_end(process.python_for(sys.executable, []))
    assert caught.value.quick_fix is QuickFix.COPY_COMMAND
    assert "pip install" in caught.value.command
    with pytest.raises(InputError, match="full path"):
        run_to_end(process.python_for("/no/such/python", []))


def test_the_same_pictures_go_on_in_the_same_folder(tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    job = ReconstructionJob(str(folder))
    first = process.run_folder(job)
    assert process.run_folder(ReconstructionJob(str(folder), threads=8)) == first
    assert process.run_folder(ReconstructionJob(str(folder), voxel=0.05)) != first
    (folder / "10.png").write_bytes((folder / "1.png").read_bytes())
    assert process.run_folder(job) != first


def test_a_finished_place_is_only_read(tmp_path: Path) -> None:
    write_place(tmp_path / PLACE, small_place())
    place = run_to_end(process.reconstruct(ReconstructionJob("nowhere"), "/no/such/python", tmp_path))
    assert len(place.things) == 2


def test_the_child_says_what_is_wrong_with_pictures(tmp_path: Path) -> None:
    """This Python may lack pycolmap, or find the pictures blurred: both are said, and are not faults of ours."""
    job = ReconstructionJob(str(photos(tmp_path / "photos", sharp=False)))
    with pytest.raises(InputError, match=r"pip install|are sharp"):
        run_to_end(process.reconstruct(job, sys.executable, tmp_path / "run"))
    assert read_status(tmp_path / "run").state == "failed"
    assert "error:" in (tmp_path / "run" / LOG).read_text(encoding="utf-8")


def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "launch.py"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(process, "LAUNCHER", path)


def test_a_cancelled_run_ends_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launcher(tmp_path, monkeypatch, "import time\ntime.sleep(60)\n")
    started = []
    real = process._started
    monkeypatch.setattr(process, "_started", lambda *given: started.append(real(*given)) or started[0])
    steps = process.reconstruct(ReconstructionJob("x"), sys.executable, tmp_path / "run")
    assert next(steps).what == "Reading the pictures"
    assert started[0].poll() is None
    steps.close()
    assert started[0].poll() is not None


def test_a_crash_names_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launcher(tmp_path, monkeypatch, "import sys\nsys.exit(7)\n")
    with pytest.raises(InputError, match=r"exit code 7.*log\.txt"):
        run_to_end(process.reconstruct(ReconstructionJob("x"), sys.executable, tmp_path / "run"))


@pytest.mark.parametrize(
    ("count", "message"), [(0, "holds no pictures"), (3, "holds 3 pictures"), (-1, "no such folder")]
)
def test_the_script_refuses_what_is_no_place(
    registered_addon: None, tmp_path: Path, capfd: pytest.CaptureFixture[str], count: int, message: str
) -> None:
    folder = tmp_path / "photos" if count < 0 else photos(tmp_path / "photos", count)
    done = called(capfd, reconstruct_scene.main, folder, "--out", tmp_path / "a.blend", "--python", sys.executable)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "a.blend").exists()


def test_the_script_writes_a_scene(
    registered_addon: None, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos(tmp_path / "photos")
    run = process.run_folder(ReconstructionJob(str(folder)))
    write_place(run / PLACE, small_place())
    monkeypatch.setattr(process, "MODULES", {"numpy": "numpy"})
    done = called(capfd, reconstruct_scene.main, folder, "--out", tmp_path / "a.blend", "--python", sys.executable,
                  "--report", tmp_path / "a.json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 of 3 pictures, 2 things" in done.stdout
    assert "left out: 2.png: blurred" in done.stderr
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert {"Floor", "Ceiling", "Wall +X"} <= set(bpy.data.objects.keys())
    assert bpy.context.scene.camera is not None
    damaged = called(capfd, reconstruct_scene.main, folder, "--out", tmp_path / "b.blend", "--length", "2")
    assert damaged.returncode == 2
    assert "belong together" in damaged.stderr
