"""Training from the panel: a real, tiny training in another process, from a folder of meshes to labels in the scene."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest

pytest.importorskip("torch", reason="torch trains the networks (extra 'train'); it is not installed")
trimesh = pytest.importorskip("trimesh")

from blender_addon.bridge import session  # noqa: E402
from blender_addon.bridge.models import loaded as models  # noqa: E402
from blender_addon.bridge.models import own as own_models  # noqa: E402
from blender_addon.training import pythons, runs, sample  # noqa: E402
from ml_core.datasets.furniture.varied import GENERATORS, mesh_of  # noqa: E402
from ml_core.vocabulary.training_runs import STOP, RunStatus, TrainingJob, write_job, write_status  # noqa: E402

CLASSES = {"gizmo": "lamp", "throne": "chair", "urn": "vase"}


@pytest.fixture(autouse=True)
def _own_runs(clean_scene: object) -> Iterator[None]:
    runs.forget()
    models.forget()
    yield
    runs.stop()
    runs.forget()
    models.forget()


@pytest.fixture(scope="module")
def meshes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meshes")
    for name, generator in CLASSES.items():
        for number in range(4):
            vertices, triangles = mesh_of(GENERATORS[generator](np.random.default_rng(number)))
            path = folder / name / f"{number}.ply"
            path.parent.mkdir(exist_ok=True)
            trimesh.Trimesh(vertices, triangles, process=False).export(path)
    return folder


def report() -> dict:
    return bpy.context.scene.atelier.report()


def train(**options: object) -> set[str]:
    return bpy.ops.atelier.train(python=sys.executable, length="trial", **options)


@pytest.mark.slow
def test_from_a_folder_of_meshes_to_labels(meshes: Path) -> None:
    run = runs.start(TrainingJob("objects", str(meshes), "trial", 5000), sys.executable)
    wait_for(lambda: runs.poll().status.step > 0)
    with pytest.raises(RuntimeError, match="already running"):
        train(what="objects", data=str(meshes))
    # As after a crash of Blender: nobody holds the process any more, and the run is found by its folder.
    process = runs.process()
    runs.forget()
    assert runs.current().folder == run.folder
    assert runs.is_running()
    bpy.ops.atelier.stop_training()
    assert runs.is_stopping()
    wait_for(lambda: not runs.poll().status.is_running)
    assert process.wait(30) == 0
    stopped = runs.current()
    assert stopped.status.state == "stopped"
    assert stopped.result is not None
    assert stopped.can_go_on

    # A script waits for the end.
    steps = stopped.status.step + 3
    assert train(resume=True, steps=steps) == {"FINISHED"}
    assert (report()["state"], report()["step"]) == ("done", steps)
    run = runs.current()
    assert run.result == Path(report()["result"])
    assert "meshes of 3 classes" in run.log.read_text(encoding="utf-8")
    sample.icon_of(run)  # there are no icons without a window, but the picture is read
    assert np.ptp(np.array(session.part(sample.SamplePicture).previews["sample"].icon_pixels_float)) > 0.5

    shipped = models.object_recognizer().labels
    assert bpy.ops.atelier.use_trained() == {"FINISHED"}
    assert models.object_recognizer().labels == tuple(sorted(CLASSES))
    bpy.ops.mesh.primitive_monkey_add()
    bpy.ops.atelier.label_objects(threshold=0.0)
    assert set(report()["counts"]) <= set(CLASSES)
    assert bpy.ops.atelier.remove_training() == {"FINISHED"}
    assert not run.folder.exists()
    assert models.object_recognizer().labels == tuple(sorted(CLASSES))
    bpy.ops.atelier.use_shipped(what="objects")
    assert models.object_recognizer().labels == shipped
    assert runs.current() is None


def wait_for(what: object, seconds: float = 500.0) -> None:
    """Until ``what`` holds; the limit is there so that a hang ends, and far beyond what a busy machine needs."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, runs.current()
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"data": ""}, "Choose the folder"),
        ({"data": "/nowhere"}, "no such folder"),
        ({"data": str(Path(__file__).parent)}, "one for each kind"),
        ({"data": str(Path(__file__).parent), "what": "textures"}, r"avatars\.csv"),
    ],
)
def test_bad_input_is_refused_before_anything_starts(options: dict, why: str) -> None:
    with pytest.raises(RuntimeError, match=why):
        train(**{"what": "objects", **options})
    assert runs.current() is None


@pytest.mark.slow
def test_what_the_trainer_says_reaches_the_artist(tmp_path: Path) -> None:
    for name in ("urn", "throne"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "broken.obj").write_text("garbage")
    with pytest.raises(RuntimeError, match="two readable meshes"):
        train(what="objects", data=str(tmp_path))
    run = runs.current()
    assert run.status.state == "failed"
    assert "skipped" in run.log.read_text(encoding="utf-8")
    assert run.result is None
    assert not bpy.ops.atelier.use_trained.poll()


def test_a_training_that_dies_is_not_waited_for(tmp_path: Path) -> None:
    folder = own_models.home() / "training" / "dead"
    folder.mkdir(parents=True)
    write_job(folder, TrainingJob("objects", "/data"))
    write_status(folder, RunStatus(state="training", share=0.5, time=time.time() - 600))
    (folder / "log.txt").write_text("step 1\nKilled\n", encoding="utf-8")
    run = runs.current()
    assert run.status.state == "failed"
    assert run.status.error.endswith("Killed")


def test_switching_off_stops_the_training(tmp_path: Path) -> None:
    folder = own_models.home() / "training" / "busy"
    folder.mkdir(parents=True)
    write_job(folder, TrainingJob("objects", "/data"))
    write_status(folder, RunStatus(state="training", time=time.time()))
    assert runs.current().status.is_running
    runs.unregister()
    assert (folder / STOP).exists()


def test_a_python_is_asked_and_not_believed(tmp_path: Path) -> None:
    mine = pythons.ask(sys.executable)
    assert mine.torch
    assert mine.is_ready, mine.why_not
    assert not pythons.ask(tmp_path / "nothing").is_ready
    bare = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    found = pythons.ask(next(pythons.in_prefix(bare)))
    assert not found.torch
    assert "no PyTorch" in found.why_not
    half = pythons.FoundPython("/p", (3, 12, 0), "2.9", False, ("lightning", "onnx"))
    assert "/p -m pip install lightning onnx" in half.why_not
