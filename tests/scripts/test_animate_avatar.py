"""scripts/animate_avatar.py: a plan is written whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import bpy
import pytest

from ml_core.vocabulary.motion.motions import MOTIONS
from scripts.animate_avatar import main
from tests.blender_addon.avatar.anatomical import person
from tests.scripts.in_process import called

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "animate_avatar.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def scene(clean_scene: bpy.types.Context, tmp_path: Path) -> Path:
    person()
    bpy.ops.mesh.primitive_cube_add(size=0.5, location=(0, -2.5, 0.25))
    bpy.context.object.name = "Stool"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "room.blend"), check_existing=False)
    return tmp_path / "room.blend"


def test_a_plan_is_acted_and_clips_are_added(scene: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = run(scene, "--steps", "wave", "walk:Stool", "sit", "--out", scene.with_name("acted.blend"))
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout[done.stdout.index("{") :])
    assert facts["steps"] == ["wave", "walk:Stool", "sit"]
    clips = scene.with_name("clips.blend")
    done = called(capfd, main, scene, "--motions", "walk", "BOW", "--variation", "3", "--out", clips)
    assert done.returncode == 0, done.stderr
    bpy.ops.wm.open_mainfile(filepath=str(clips))
    rig = next(obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    assert [(track.name, track.mute) for track in rig.animation_data.nla_tracks] == [("Walk", True), ("Bow", True)]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--steps", "fly"], "is not a motion"),
        (["--steps", "walk:Moon"], "has no object"),
        (["--motions", "SWIM"], "is not a motion"),
        (["--steps", "wave", "--avatar", "Bob"], "no humanoid of this name"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_writes_nothing(
    scene: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    done = called(capfd, main, scene, *arguments, "--out", scene.with_name("out.blend"))
    assert done.returncode == 2
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
    assert not scene.with_name("out.blend").exists()


def test_the_motions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.count("\n") == len(MOTIONS)
