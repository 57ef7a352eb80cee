"""The zip, installed into Blender 5.2 the way an artist does it, and every operator run there."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

STEPS = Path(__file__).with_name("installed_steps.py")


@pytest.fixture(scope="module")
def facts(blender52: Path, extension_zip_52: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("installed")
    environment = os.environ | {"BLENDER_USER_RESOURCES": str(folder / "user"), "PYTHONPATH": ""}
    (folder / "user").mkdir()
    done = subprocess.run(
        [str(blender52), str(STEPS), str(extension_zip_52), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
        timeout=300,
    )
    assert (folder / "facts.json").is_file(), done.stdout[-2000:] + done.stderr[-3000:]
    return json.loads((folder / "facts.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_it_registers_without_waiting_for_the_models(facts: dict) -> None:
    assert not facts["before"]
    assert facts["enabled"]
    assert facts["slow_at_register"] == []


@pytest.mark.slow
def test_every_operator_runs(facts: dict) -> None:
    assert facts["expressions"] == []  # newer Blenders start a shape key at 1
    assert facts["stored"]["top"] == facts["avatar"]["traits"]["top"]
    assert facts["textured"]["seed"] == 8
    labels = {one["name"]: one["label"] for one in facts["labels"]["objects"]}
    assert labels[facts["avatar"]["object"]] == "person"
    assert labels["Cube"] is None
    assert facts["applied"]["renamed"] == {}  # avatars keep their names
    assert facts["preflight"]["findings"] is not None
    assert facts["export"]["targets"]["web"]["avatars"] == 1
    assert "SK_Avatar.glb" in facts["files"]
    assert facts["command"]["steps"]


@pytest.mark.slow
def test_bad_traits_raise_and_say_why(facts: dict) -> None:
    assert "skin" in facts["bad"]["message"]
    assert "skin" in facts["bad"]["report"]["error"]


@pytest.mark.slow
def test_it_unregisters_without_a_trace_and_comes_back(facts: dict) -> None:
    assert not facts["after"]
    assert facts["enabled_again"]


@pytest.mark.slow
def test_it_works_after_an_update_and_after_reloading_scripts(facts: dict) -> None:
    assert facts["updated"]["seed"] == 9
    assert facts["reloaded"]["seed"] == 10


@pytest.mark.slow
def test_nothing_of_it_is_left_when_disabled_or_removed(facts: dict) -> None:
    assert all(facts["registered_once"].values()), facts["registered_once"]
    assert facts["left_when_disabled"] == {}
    assert facts["left_when_removed"] == {}
    assert facts["modules_left"] == []
    assert facts["files_left"] == []


def test_the_zip_holds_no_torch(extension_zip_52: Path) -> None:
    names = zipfile.ZipFile(extension_zip_52).namelist()
    assert any("onnxruntime" in name for name in names)
    assert not [name for name in names if "torch" in name.lower()]


def test_the_zip_holds_what_training_and_presets_need(extension_zip_52: Path) -> None:
    archive = zipfile.ZipFile(extension_zip_52)
    names = archive.namelist()
    assert "presets/atelier/traits/Doctor.py" in {name.removeprefix("avatar_atelier/") for name in names}
    wheel = next(name for name in names if "avatar_atelier" in name and name.endswith(".whl"))
    inside = zipfile.ZipFile(archive.open(wheel)).namelist()
    assert {"ml_core/training/runs/launch.py", "ml_core/training/runs/job.py"} <= set(inside)
