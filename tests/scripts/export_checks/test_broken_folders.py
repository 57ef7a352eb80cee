"""Faults of what the exporter itself writes: textures, manifest, names, skeletons; and the script's exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.exporting import export_job
from scripts.check_export import main
from scripts.export_checks.readers.folder import TargetFolder
from scripts.export_checks.registry import CHECKS
from tests.blender_addon.export.avatars import generated
from tests.scripts.in_process import called

from .fbx_files import child, edit, prop, records
from .folders import blame, states
from .glb_files import edit as edit_glb

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def exported(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An avatar with its shape keys and an asymmetric marker (nose -Y, arm +X), for three targets."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    generated()
    mesh = bpy.data.meshes.new("Marker")
    mesh.from_pydata(
        [(0, 0, 0), (0, -1, 0.2), (0.5, 0, 0.1), (0, 0, 1)], [], [(0, 1, 2), (0, 3, 1), (1, 3, 2), (0, 2, 3)]
    )
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Marker", mesh))
    folder = tmp_path_factory.mktemp("exported")
    run_to_end(export_job(bpy.context, folder, ["unity", "unreal", "web"]))
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(exported, tmp_path / "out")


def picture(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        with Image.open(folder / name) as image:
            values = np.array(image)
        Image.fromarray(change(values)).save(folder / name)

    return apply


def text(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        change(content)
        (folder / name).write_text(json.dumps(content))

    return apply


def fbx(name: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    return lambda folder: edit(folder / name, change)


def mirror(root: Any) -> None:
    """Points along X."""
    for geometry in records(root, b"Geometry", b"Mesh"):
        points = child(geometry, b"Vertices").props[0]
        points[0::3] = type(points)(points.typecode, [-value for value in points[0::3]])


def add_influence(root: Any) -> None:
    clusters = [one for one in records(root, b"Deformer", b"Cluster") if any(e.id == b"Indexes" for e in one.elems)]
    for cluster in clusters[:6]:
        child(cluster, b"Indexes").props[0].append(0)
        child(cluster, b"Weights").props[0].append(0.2)


def rename(old: bytes, new: bytes) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        for one in records(root, b"Model"):
            if one.props[1].split(b"\x00")[0] == old:
                one.props[1] = one.props[1].replace(old, new)

    return change


def moved_root(root: Any) -> None:
    for cluster in records(root, b"Deformer", b"Cluster"):
        if cluster.props[1].startswith(b"root"):
            child(cluster, b"TransformLink").props[0][13] = 10.0


def entry(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in content["files"] if one["path"] == name)


def private(folder: Path) -> None:
    (folder / "README.txt").write_text(f"made in {Path.home()} by me, /home/somebody/work")


BODY = "T_Avatar_Body"
FAULTS: dict[str, tuple[str, Callable[[Path], None], str, str]] = {
    "swapped channels": ("unreal", picture(f"{BODY}_ORM.png", lambda v: v[..., [1, 0, 2]]), "17", "holds another"),
    "mask map": ("unity", picture(f"{BODY}_MaskMap.png", lambda v: v[..., :3]), "17", "lacks a channel"),
    "smoothness": ("unity", picture(f"{BODY}_MaskMap.png", lambda v: 255 - v), "17", "holds another roughness"),
    "green": (
        "unreal", picture(f"{BODY}_N.png", lambda v: np.dstack([v[..., 0], 255 - v[..., 1], v[..., 2]])), "18b",
        "with the green of unreal",
    ),
    "normal length": ("unity", picture(f"{BODY}_N.png", lambda v: v // 2), "18", "not of unit length"),
    "size": ("unity", picture(f"{BODY}_BC.png", lambda v: v[:200]), "16", "not powers of two"),
    "budget": (
        "unity", picture(f"{BODY}_BC.png", lambda v: np.zeros((8192, 8, 3), np.uint8)), "16", "over the target's"
    ),
    "no picture": ("unity", lambda f: (f / f"{BODY}_BC.png").write_bytes(b"PNG"), "16", "not a readable picture"),
    "texture gone": ("unity", lambda f: (f / f"{BODY}_N.png").unlink(), "16b", "names a texture that is not there"),
    "texture path": (
        "unity", text("materials.json", lambda c: c["M_Avatar_Body"]["textures"].update(BC="/home/x/BC.png")), "16b",
        "as a path, not a bare name",
    ),
    "texture name": ("unity", lambda f: (f / f"{BODY}_N.png").rename(f / "body normal.png"), "7b", "is not named T_"),
    "two files of a name": (
        "unity", lambda f: shutil.copytree(f, f / "again", ignore=shutil.ignore_patterns("again")), "7c",
        "is the name of several files",
    ),
    "grown node": (
        "web", text("layout.json", lambda c: c["instances"][0]["matrix_world"][0].__setitem__(0, 1.01)), "5b",
        "has no node where layout.json places it",
    ),
    "wrong slot": (
        "web", text("materials.json", lambda c: c["M_Avatar_Body"]["textures"].update(BC=f"{BODY}_N.png")), "19b",
        "has another picture as base color",
    ),
    "checksum": ("unity", lambda f: (f / "README.txt").write_text("other"), "25b", "(checksum)"),
    "stray": ("unity", lambda f: (f / "stray.txt").touch(), "25", "stray.txt is not in the manifest"),
    "missing": ("unity", lambda f: (f / "README.txt").unlink(), "25b", "README.txt is missing"),
    "script": ("unreal", lambda f: (f / "import.py").write_text("def x(:"), "25e", "does not compile"),
    "c sharp": ("unity", lambda f: (f / "X.cs").write_text("class X { void Y() { }"), "25e", "not closed"),
    "triangles": (
        "unity", text("manifest.json", lambda c: entry(c, "SM_Marker.fbx").update(triangles=5)), "25c",
        "has other triangles than the manifest says",
    ),
    "dimensions": (
        "unity", text("manifest.json", lambda c: entry(c, "SM_Marker.fbx").update(dimensions=[0.5, 1, 1.01])), "6",
        "comes back in another size",
    ),
    "bones": (
        "unity", text("manifest.json", lambda c: entry(c, "SK_Avatar.fbx").update(bones={"hips": "Pelvis"})), "25c",
        "lacks the bone that the manifest gives for hips",
    ),
    "asset gone": (
        "unity", text("layout.json", lambda c: c["instances"][0].update(asset="SM_Gone")), "25d", "is not there"
    ),
    "moved node": (
        "web", text("layout.json", lambda c: c["instances"][0]["matrix_world"][0].__setitem__(3, 1.0)), "5b",
        "has no node where layout.json places it",
    ),
    "home": ("unity", private, "26", "/home/somebody"),
    "mirrored marker": ("unity", fbx("SM_Marker.fbx", mirror), "5", "lies otherwise about its pivot than"),
    "influences": ("unreal", fbx("SK_Avatar.fbx", add_influence), "20", "too many influences"),
    "missing bone": ("unreal", fbx("SK_Avatar.fbx", rename(b"hand_l", b"paw_l")), "21", "lacks the bones of leftHand"),
    "armature": ("unreal", fbx("SK_Avatar.fbx", rename(b"Armature", b"Rig")), "4", "hangs on another object"),
    "no root": ("unreal", fbx("SK_Avatar.fbx", rename(b"root", b"base")), "4", "needs one bone 'root'"),
    "root moved": ("unreal", fbx("SK_Avatar.fbx", moved_root), "4", "is not at the origin"),
    "unit": (
        "unreal", fbx("SM_Marker.fbx", lambda r: prop(next(e for e in r.elems if e.id == b"GlobalSettings"),
        b"UnitScaleFactor").props.__setitem__(4, 100.0)), "3", "wrong UnitScaleFactor",
    ),
    "silent picture": ("unity", picture(f"{BODY}_BC.png", lambda v: v), "27", "textures says so"),
    "lost key": (
        "web", lambda f: edit_glb(f / "SK_Avatar.glb", lambda d, _: next(
            m for m in d["meshes"] if "mouthSmileLeft" in m.get("extras", {}).get("targetNames", ())
        )["extras"].update(targetNames=["jawOpen", "other"])), "22",
        "mouthSmileLeft is a shape key of",
    ),
}  # fmt: skip


@cache
def blamed_as_exported(folder: Path, check: str) -> str:
    return blame(folder, check)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_export_is_rejected(exported: Path, copy: Path, fault: str) -> None:
    target, change, check, what = FAULTS[fault]
    if fault == "silent picture":
        for other in (copy / target).glob("T_Avatar_*_BC.png"):
            if other.stem != f"{BODY}_BC":
                picture(other.name, lambda values: values)(copy / target)
    assert what not in blamed_as_exported(exported / target, check)
    change(copy / target)
    assert what in blame(copy / target, check)


@pytest.mark.parametrize("target", ["unity", "unreal", "web"])
def test_what_the_exporter_writes_has_what_the_checks_look_at(exported: Path, target: str) -> None:
    found = states(exported / target)
    for number in ("1", "5", "6", "8", "9", "10", "15", "17", "18", "18b", "20", "21", "22", "25b"):
        assert found[number] == "passed", number
    assert found["2"] == ("passed" if target == "unity" else "not applicable")
    assert found["3"] == found["4"] == ("passed" if target == "unreal" else "not applicable")
    assert found["11"] == ("not applicable" if target == "web" else "passed")
    assert found["24"] == "not applicable"


def test_unpacked_sources_beside_the_targets_are_compared(copy: Path) -> None:
    with Image.open(copy / "unreal" / f"{BODY}_ORM.png") as image:
        values = np.array(image)
    (copy / "textures").mkdir()
    Image.fromarray(values[..., 0]).save(copy / "textures" / f"{BODY}_AO.png")
    Image.fromarray(values[..., 0]).save(copy / "textures" / f"{BODY}_R.png")
    found = blame(copy / "unreal", "17")
    assert f"another roughness than textures/{BODY}_R.png" in found
    assert "textures/T_Avatar_Body_AO.png" not in found


def run_script(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "check_export.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def test_exit_codes_and_the_report(copy: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (copy / "unity" / "stray.txt").touch()
    done = run_script(copy / "unity", "--json", tmp_path / "report.json")
    assert done.returncode == 1
    assert "[25] stray.txt is not in the manifest" in done.stdout
    assert "not applicable: " in done.stdout
    report = next(iter(json.loads((tmp_path / "report.json").read_text()).values()))
    assert [one["check"] for one in report] == [check.number for check in CHECKS]
    assert {one["state"] for one in report} == {"passed", "failed", "not applicable"}
    assert called(capfd, main, "--list").stdout.count("\n") == len(CHECKS) + 3


@pytest.mark.parametrize("bad", ["empty", "no json", "no files"])
def test_bad_input_is_exit_code_2(
    registered_addon: None, tmp_path: Path, capfd: pytest.CaptureFixture[str], bad: str
) -> None:
    if bad != "empty":
        (tmp_path / "manifest.json").write_text("{" if bad == "no json" else "{}")
    done = called(capfd, main, tmp_path)
    assert done.returncode == 2
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_every_check_names_itself_once() -> None:
    assert len({check.number for check in CHECKS}) == len(CHECKS)
    assert {int("".join(c for c in check.number if c.isdigit())) for check in CHECKS} == {*range(1, 28), 33}


def test_missing_programs_are_named(copy: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = called(capfd, main, copy / "web", "--godot", "no-such-godot")
    assert done.returncode == 2
    assert "Install Godot 4" in done.stderr
    done = called(capfd, main, copy / "web", "--browser", "no-such-chromium")
    assert done.returncode == 2
    assert "apt install chromium" in done.stderr


GODOT = os.environ.get("ATELIER_GODOT") or shutil.which("godot")
"""A command may be named, for a Godot that runs elsewhere."""


@pytest.mark.slow
@pytest.mark.skipif(GODOT is None, reason="no program godot on PATH, no command in ATELIER_GODOT")
def test_godot_loads_it_and_finds_fault(copy: Path) -> None:
    from scripts.export_checks.programs.godot import godot_check

    assert godot_check(TargetFolder(copy / "web"), GODOT).state == "passed"
    text("manifest.json", lambda c: entry(c, "SK_Avatar.glb").update(shape_keys=["noSuchKey"]))(copy / "web")
    assert "noSuchKey" in str(godot_check(TargetFolder(copy / "web"), GODOT).problems[0])


@pytest.mark.slow
@pytest.mark.skipif(GODOT is None or not os.environ.get("DISPLAY"), reason="no Godot, or no display for it")
def test_godot_draws_it_at_rest_with_a_bone_turned_and_its_open_mouth(copy: Path) -> None:
    from scripts.export_checks.programs.godot import godot_check

    assert godot_check(TargetFolder(copy / "web"), GODOT).state == "passed"
    assert_panels_differ(copy / "check" / "web_SK_Avatar_in_godot.png")


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_picture_of_nothing_in_godot_is_found(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts.export_checks.programs.godot import godot_check

    monkeypatch.setenv("DISPLAY", ":0")
    Image.new("RGB", (8, 8), (9, 9, 9)).save(tmp_path / "flat.png")
    models = TargetFolder(copy / "web").of_format("glb")
    copied = "\n".join(f'cp "{tmp_path}/flat.png" "$2/picture_{model.path.name}.png"' for model in models)
    program = tmp_path / "godot"
    program.write_text(f'#!/bin/sh\n[ "$1" = --path ] || exit 1\n{copied}\nprintf "LOADED\\t{len(models)}\\n"\n')
    program.chmod(0o755)
    problems = godot_check(TargetFolder(copy / "web"), str(program)).problems
    assert len(problems) == len(models)
    assert "empty picture in Godot" in str(problems[0])


def assert_panels_differ(path: Path) -> None:
    """Three square panels: as it is, with a bone turned, the head."""
    with Image.open(path) as image:
        values = np.asarray(image.convert("RGB"), np.int16)
    assert values.shape == (640, 1920, 3)
    rest, turned, head = np.split(values, 3, axis=1)
    assert (np.abs(rest - turned).max(axis=2) > 40).sum() > 200
    assert (np.abs(turned - head).max(axis=2) > 40).mean() > 0.1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no program chromium on this machine")
def test_a_browser_moves_it_and_finds_fault(copy: Path, tmp_path: Path) -> None:
    from scripts.export_checks.programs.browser import browser_check

    from .glb_files import write_hero

    assert browser_check(TargetFolder(copy / "web"), "").state == "passed"
    assert_panels_differ(copy / "check" / "web_SK_Avatar.png")
    (copy / "vrm").mkdir()
    write_hero(copy / "vrm" / "SK_Hero.vrm")
    (copy / "vrm" / "manifest.json").write_text('{"files": []}')
    outcome = browser_check(TargetFolder(copy / "vrm"), "")
    assert outcome.state == "passed", outcome.problems
    assert (copy / "check" / "vrm_SK_Hero.png").is_file()
    edit_glb(copy / "vrm" / "SK_Hero.vrm", lambda d, _: d["extensions"]["VRMC_vrm"].pop("humanoid"))
    assert browser_check(TargetFolder(copy / "vrm"), "").state == "failed"
