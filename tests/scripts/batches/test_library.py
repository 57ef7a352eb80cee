"""A folder of models as jobs, and the library that they make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_core.errors import InputError
from ml_core.inference.library.catalogs import FILE_NAME
from ml_core.inference.library.index import AssetIndex
from ml_core.inference.library.rights import Rights
from scripts import label_library, search_library
from scripts.batches.library import LibraryOptions, jobs_of, models_in
from tests.scripts.batches.test_batch import LEGS, TOP, boxes


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    (folder / "kit").mkdir(parents=True)
    (folder / "kit" / "table.obj").write_text("mtllib table.mtl\n" + boxes(TOP, *LEGS))
    (folder / "kit" / "table.mtl").write_text("newmtl oak\n")
    (folder / "box.obj").write_text(boxes((0.0, 0.0, 0.0, 1.0, 1.0, 1.0)))
    (folder / "same.obj").write_text(boxes((0.0, 0.0, 0.0, 1.0, 1.0, 1.0)))
    (folder / "bad.glb").write_bytes(b"glTF no more")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.obj").write_text(boxes((0.0, 0.0, 0.0, 1.0, 1.0, 1.0)))
    (folder / "LICENSE").write_text("CC0")
    return folder


def test_jobs_follow_the_files(models: Path) -> None:
    found = models_in(models, models / "library")
    jobs, same = jobs_of(
        models, found, {"box.obj": Rights(author="Ann")}, LibraryOptions(real_size=True, license="MIT")
    )
    assert [job.scene for job in jobs] == ["bad.glb", "box.obj", "kit/table.obj", "same.obj"]
    assert not same  # another author
    assert [job.author for job in jobs] == ["", "Ann", "", ""]
    assert {job.license for job in jobs} == {"CC0-1.0"}
    _, same = jobs_of(models, found, {}, LibraryOptions())
    assert same == {"same.obj": "box.obj"}
    before = jobs[2].beside
    assert before
    (models / "kit" / "table.mtl").write_text("newmtl ash\n")
    assert jobs_of(models, found, {}, LibraryOptions())[0][2].beside != before
    with pytest.raises(InputError, match="no model"):
        models_in(models / ".hidden", models)


def states(out: Path) -> dict[str, str]:
    """The state of each job in a report."""
    return {job["id"]: job["state"] for job in json.loads((out / "report.json").read_text())["jobs"]}


@pytest.mark.slow
def test_a_folder_becomes_a_library(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a worker of its own, as a process cannot run Blender beside its main thread."""
    out = tmp_path / "library"
    command = [str(models), "--out", str(out), "--workers", "1"]
    assert label_library.main(command) == 2  # for the file that is none
    assert states(out) == {"bad": "failed", "box": "done", "kit-table": "done"}
    (models / "bad.glb").unlink()
    assert label_library.main(command) == 0
    assert states(out) == {"box": "before", "kit-table": "before"}
    index = AssetIndex.load(out)
    assert [asset.source for asset in index.assets] == ["box.obj", "kit/table.obj"]
    assert index.assets[1].label in ("table", "desk")
    assert index.assets[1].license == "CC0-1.0"
    assert "Atelier/Furniture/" in (out / FILE_NAME).read_text()
    capsys.readouterr()
    assert search_library.main([str(out), "家具", "--out", str(tmp_path / "found.json")]) == 0
    assert json.loads((tmp_path / "found.json").read_text())[0]["source"] == "kit/table.obj"
    assert search_library.main([str(out), "--like", "kit/table.obj"]) == 0
    assert search_library.main([str(out), "--label", "furniture"]) == 0
    for wrong in (["--like", "gone.glb"], ["spaceship"], [], ["chair", "--label", "chair"], ["chair", "--most", "0"]):
        with pytest.raises(InputError):
            search_library.main([str(out), *wrong])


def test_a_folder_around_the_models_is_refused(models: Path) -> None:
    with pytest.raises(InputError, match="around"):
        label_library.main([str(models), "--out", str(models.parent)])
