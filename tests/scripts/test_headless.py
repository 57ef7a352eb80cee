"""The headless scripts: what they write, as processes of their own; and what they say of bad input, in this one."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import bpy
import pytest
from PIL import Image, ImageDraw

from blender_addon.scene.room import build_room
from ml_core.errors import InputError
from scripts import check_export, demo, export_scene, generate_avatar, label_scene
from tests.scripts.in_process import called

ROOT = Path(__file__).resolve().parents[2]


def script(name: str, *arguments: object, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / name), *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300, cwd=root)


MAINS = {
    "demo.py": demo.main,
    "export_scene.py": export_scene.main,
    "generate_avatar.py": generate_avatar.main,
    "label_scene.py": label_scene.main,
}


@pytest.fixture(scope="module")
def room(registered_addon: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    build_room(bpy.context)
    path = tmp_path_factory.mktemp("room") / "room.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    return path


def test_labels_of_a_room(room: Path, tmp_path: Path) -> None:
    before = room.read_bytes()
    (tmp_path / "new.blend").write_bytes(before)  # of which Blender itself would leave a backup
    outputs = ["--out", tmp_path / "labels.json", "--apply", tmp_path / "new.blend", "--assets"]
    done = script("label_scene.py", room, *outputs)
    assert done.returncode == 0, done.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"labels.json", "new.blend", "blender_assets.cats.txt"}
    assert [one.name for one in room.parent.iterdir()] == ["room.blend"]
    report = json.loads((tmp_path / "labels.json").read_text())
    assert report["counts"]["chair"] >= 4
    assert "objects named" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert room.read_bytes() == before
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "new.blend"))
    assert "Chair_01" in bpy.data.objects


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"--scheme": "foo"}, "needs {number}"),
        ({"--apply": "room.blend"}, "is the same file"),
        ({"--annotated": "labels.json"}, "is the same file"),
        ({"--apply": "."}, "is a folder"),
        ({"--annotated": "room.blend/a.png"}, "is not a folder"),
    ],
)
def test_outputs_are_checked_before_the_first_is_written(
    clean_scene: object, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    (tmp_path / "room.blend").write_text("not even read")
    words = {"--out": "labels.json", "--apply": "new.blend"} | change
    given = [word for flag, name in words.items() for word in (flag, name if flag == "--scheme" else tmp_path / name)]
    with pytest.raises(InputError, match=reason):
        label_scene.main([str(tmp_path / "room.blend"), *map(str, given)])
    assert [one.name for one in tmp_path.iterdir()] == ["room.blend"]


def test_a_picture_of_one_object(tmp_path: Path) -> None:
    """Drawn by hand: a bottle before a plain background."""
    picture = Image.new("RGB", (300, 400), (235, 235, 235))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle([95, 180, 205, 380], 18, fill=(60, 110, 70))
    draw.polygon([(95, 200), (205, 200), (168, 120), (132, 120)], fill=(60, 110, 70))
    draw.rectangle([132, 40, 168, 125], fill=(60, 110, 70))
    picture.save(tmp_path / "bottle.png")
    done = script("label_image.py", tmp_path / "bottle.png", "--out", tmp_path / "labels.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "labels.json").read_text())[0]
    assert "bottle" in [label for label, _ in found["ranking"][:3]]


def test_a_bad_picture_leaves_the_others_labeled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ml_core.errors import InputError
    from scripts.label_image import main

    Image.new("RGB", (64, 64), (200, 200, 200)).save(tmp_path / "blank.png")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    (tmp_path / "half.png").write_bytes((tmp_path / "blank.png").read_bytes()[:60])
    picture = Image.new("RGB", (64, 64), (235, 235, 235))
    ImageDraw.Draw(picture).rectangle([20, 20, 44, 60], fill=(60, 110, 70))
    picture.save(tmp_path / "good.png")
    names = ["broken.png", "good.png", "half.png", "blank.png", "gone.png"]
    out = tmp_path / "labels.json"
    with pytest.raises(InputError, match="4 of 5 pictures"):
        main([*(str(tmp_path / name) for name in names), "--out", str(out)])
    entries = json.loads(out.read_text())
    assert [Path(entry["file"]).name for entry in entries] == names
    assert ["error" in entry for entry in entries] == [True, False, True, True, True]
    assert entries[1]["ranking"]
    lines = capsys.readouterr().err.strip().splitlines()
    assert [name in line for name, line in zip(["broken", "half", "blank", "gone"], lines, strict=True)] == [True] * 4
    out.unlink()
    with pytest.raises(InputError, match="none of the 2 pictures"):
        main([str(tmp_path / "broken.png"), str(tmp_path / "gone.png"), "--out", str(out)])
    with pytest.raises(InputError, match=r"broken\.png"):
        main([str(tmp_path / "broken.png"), "--out", str(out)])
    assert not out.exists()
    assert not list(tmp_path.glob(".labels*"))


@pytest.mark.parametrize("ending", [".glb", ".gltf", ".fbx", ".obj", ".usdc", ".vrm"])
def test_every_input_format_is_labelled_the_same(
    clean_scene: object, tmp_path: Path, capfd: pytest.CaptureFixture[str], ending: str
) -> None:
    build_room(bpy.context)
    for obj in list(bpy.data.objects):
        if obj.name not in ("Object.001", "Object.011"):
            bpy.data.objects.remove(obj)
    path = tmp_path / f"scene{ending}"
    if ending in (".glb", ".vrm"):
        bpy.ops.export_scene.gltf(filepath=str(tmp_path / "scene.glb"))
        if ending == ".vrm":
            (tmp_path / "scene.glb").rename(path)
    elif ending == ".gltf":
        bpy.ops.export_scene.gltf(filepath=str(path), export_format="GLTF_SEPARATE")
    elif ending == ".fbx":
        bpy.ops.export_scene.fbx(filepath=str(path))
    elif ending == ".obj":
        bpy.ops.wm.obj_export(filepath=str(path))
    else:
        bpy.ops.wm.usd_export(filepath=str(path))
    done = called(capfd, label_scene.main, path, "--out", tmp_path / "labels.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "labels.csv").open(newline="") as stream:
        labels = sorted(row["label"] for row in csv.DictReader(stream))
    assert labels == ["chair", "sofa"]


@pytest.mark.slow
def test_an_avatar_with_its_files(registered_addon: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "avatar"
    words = [
        "--describe",
        "一位穿藏青色西装的高个女人,有翅膀",
        "--seed",
        7,
        "--size",
        256,
        "--engine",
        "web",
        "--out",
        out,
    ]
    done = script("generate_avatar.py", *words)
    assert done.returncode == 0, done.stderr
    facts = json.loads((out / "avatar.json").read_text())
    assert facts["traits"]["presentation"] == 1.0
    assert facts["ignored"] == ["翅膀"]
    assert "not understood, and left out: 翅膀" in done.stderr
    assert {path.name for path in out.iterdir()} == {"avatar.blend", "avatar.json", "manifest.json", "textures", "web"}
    assert "T_Avatar_Body_BC.png" in facts["images"]
    assert sorted(path.name for path in (out / "textures").iterdir()) == facts["images"]
    again = called(capfd, generate_avatar.main, *words)
    assert again.returncode == 0, again.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["avatar"]


@pytest.mark.data
@pytest.mark.slow
def test_a_mesh_of_ones_own(
    clean_scene: object, data_dir: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mesh = data_dir / "avatars" / "meshes" / "id24_utility_body.glb"
    done = called(capfd, generate_avatar.main, "--mesh", mesh, "--seed", 2, "--size", 256, "--out", tmp_path / "avatar")
    assert done.returncode == 0, done.stderr
    images = json.loads((tmp_path / "avatar" / "avatar.json").read_text())["images"]
    assert "T_H_DDS_HighRes_BC.png" in images
    assert {"T_h_L_eye_BC.png", "T_h_R_eye_BC.png"} <= set(images), "white eyes"


def test_an_export_from_a_file(room: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = script("export_scene.py", room, "--engine", "web", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "web" / "scene.glb").is_file()
    check = script("check_export.py", tmp_path / "out")
    assert check.returncode == 0, check.stdout
    (tmp_path / "out" / "web" / "layout.json").write_text("{}")
    assert called(capfd, check_export.main, tmp_path / "out").returncode == 1


@pytest.mark.slow
def test_an_annotated_picture_shows_the_scene(room: Path, tmp_path: Path) -> None:
    from PIL import Image

    words = ["--out", tmp_path / "labels.json", "--annotated", tmp_path / "labels.png", "--width", 480]
    done = script("label_scene.py", room, *words)
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "labels.png") as picture:
        assert picture.size == (480, 300)
        assert len(picture.convert("RGB").getcolors(2**24)) > 2000
    report = json.loads((tmp_path / "labels.json").read_text())
    page = (tmp_path / "labels.html").read_text()
    assert page.count("data-said=") == len(report["objects"])
    assert "Chair" in page


def bad_file(folder: Path, kind: str) -> Path:
    """A file that cannot be worked on; its name says why."""
    path = folder / f"{kind}.blend"
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    if kind == "missing":
        return folder / "missing.glb"
    if kind in ("truncated", "unfinished"):
        path = folder / f"{kind}.glb"
        bpy.ops.mesh.primitive_monkey_add()
        bpy.ops.export_scene.gltf(filepath=str(path))
        path.write_bytes(path.read_bytes()[: 15 if kind == "truncated" else -200])
        return path
    if kind == "text":
        path.write_text("not a blend file")
        return path
    if kind == "nan":
        bpy.ops.mesh.primitive_cube_add()
        bpy.context.object.name = "Broken"
        bpy.context.object.data.vertices[3].co.y = float("nan")
    elif kind == "faceless":
        bpy.ops.mesh.primitive_circle_add()
        bpy.context.object.name = "Wire"
    bpy.ops.wm.save_as_mainfile(filepath=str(path), copy=True)
    return path


@pytest.mark.parametrize("name", ["label_scene.py", "export_scene.py", "generate_avatar.py"])
@pytest.mark.parametrize("kind", ["missing", "truncated", "unfinished", "text", "empty", "nan", "faceless"])
def test_bad_input_is_one_line_code_two_and_nothing_written(
    registered_addon: None, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, kind: str
) -> None:
    path = bad_file(tmp_path, kind)
    out = tmp_path / "new" / ("labels.json" if name == "label_scene.py" else "out")
    words = {
        "label_scene.py": [path, "--out", out],
        "export_scene.py": [path, "--engine", "unity", "--out", out],
        "generate_avatar.py": ["--mesh", path, "--out", out],
    }[name]
    done = called(capfd, MAINS[name], *words)
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    thing = {"nan": "Broken", "faceless": "Wire"}.get(kind, path.name)
    assert thing in lines[0] or path.name in lines[0]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["label_scene.py", "export_scene.py", "generate_avatar.py", "demo.py"])
def test_a_folder_that_cannot_be_written(
    room: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "file").write_text("a file, so nothing can be made below it")
    out = tmp_path / "file" / ("labels.json" if name == "label_scene.py" else "out")
    words = {
        "label_scene.py": [room, "--out", out],
        "export_scene.py": [room, "--engine", "unity", "--out", out],
        "generate_avatar.py": ["--size", 256, "--out", out],
        "demo.py": ["--out", out],
    }[name]
    done = called(capfd, MAINS[name], *words)
    assert done.returncode == 2, done.stdout + done.stderr
    assert str(out) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize(
    ("name", "weights"), [("generate_avatar.py", "texture_generator"), ("label_scene.py", "object_recognizer")]
)
def test_damaged_weights_are_named(room: Path, tmp_path: Path, name: str, weights: str) -> None:
    copy = tmp_path / "copy"
    for folder in ("blender_addon", "ml_core", "scripts"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / "ml_core" / "weights" / f"{weights}.onnx"
    path.write_bytes(path.read_bytes()[:-1000])
    out = tmp_path / ("labels.json" if name == "label_scene.py" else "out")
    done = script(name, *([room] if name == "label_scene.py" else []), "--out", out, root=copy)
    assert done.returncode == 2, done.stderr
    assert f"{weights}.onnx" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not out.exists()


def test_somebody_elses_folder_is_kept(
    registered_addon: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = called(capfd, generate_avatar.main, "--out", tmp_path)
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
