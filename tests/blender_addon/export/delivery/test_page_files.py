"""The page of an export: its files, what it says of the scene, and the checks that read it."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import pytest

from blender_addon.bridge.jobs.steps import run_to_end
from blender_addon.export.delivery import page_files
from blender_addon.export.exporting import export_job
from blender_addon.export.options import ExportOptions
from blender_addon.export.preflight import preflight
from ml_core.errors import InputError
from scripts.export_checks.files.page import CHECKS
from scripts.export_checks.problem import run_check
from scripts.export_checks.readers.folder import TargetFolder
from tests.blender_addon.export.avatars import generated, plain

HOSTILE = "</script><img src=x onerror=alert(1)>"


def problems(folder: Path) -> list[str]:
    found = [run_check(check, TargetFolder(folder)) for check in CHECKS]
    assert all(outcome.looked_at for outcome in found)
    return [str(problem) for outcome in found for problem in outcome.problems]


@pytest.fixture(scope="module")
def exported(registered_addon: None, three_js: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A floor, a chair, a thing with a hostile name and label, an area lamp, and an avatar that stands turned."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    armature = plain()
    armature.location, armature.rotation_euler = (1, 2, 0), (0, 0, math.pi / 2)
    mesh = bpy.data.meshes.new("Plate")
    mesh.from_pydata([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0.2)], [], [(0, 1, 2), (0, 2, 3)])
    for name, label in (
        ("Floor", ""),
        ("Floor_Lamp", ""),
        ("Wooden_Chair.003", "chair"),
        (HOSTILE, HOSTILE),
        ("桌子", ""),
    ):
        obj = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(obj)
        if label:
            obj["atelier_label"], obj["atelier_confidence"] = label, 1.0
    lamp = bpy.data.objects.new("Window", bpy.data.lights.new("Window", "AREA"))
    lamp.data.energy, lamp.data.size, lamp.location = 60.0, 2.0, (0, -3, 2)
    lamp.rotation_euler = (math.pi / 2, 0, 0)  # shines along +Y
    bpy.context.scene.collection.objects.link(lamp)
    bpy.context.scene.unit_settings.scale_length = 1.0
    folder = tmp_path_factory.mktemp("page")
    options = ExportOptions(author=HOSTILE, compress_meshes=True, gpu_instances=True)
    assert "light_stays" not in {item.kind for item in preflight(bpy.context, ["webpage"], options)}
    run_to_end(export_job(bpy.context, folder, ["webpage"], options))
    return folder / "webpage"


@pytest.fixture
def facts(exported: Path) -> Any:
    return json.loads((exported / "page.json").read_text(encoding="utf-8"))


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(exported, tmp_path / "webpage")


def test_the_page_passes_its_checks(exported: Path) -> None:
    assert problems(exported) == []
    names = {path.relative_to(exported).as_posix() for path in exported.rglob("*")}
    assert {"index.html", "style.css", "js/main.js", "three/LICENSE", "scene.glb", "page.json"} <= names
    assert not {name for name in names if "integrity" in name or name.startswith(".")}


def test_things_have_names_in_both_languages(facts: Any) -> None:
    said = {(thing["en"], thing["zh"], thing["named"], thing["floor"]) for thing in facts["objects"]}
    assert {
        ("Floor", "地板", False, True),
        ("Floor Lamp", "Floor Lamp", False, False),
        ("Chair", "椅子", True, False),
        ("桌子", "桌子", False, False),
    } <= said


def test_no_name_gets_into_a_script_or_the_page(exported: Path, facts: Any) -> None:
    assert any("onerror" in thing["en"].lower() for thing in facts["objects"])
    assert facts["author"] == HOSTILE
    for path in (path for path in exported.rglob("*") if path.suffix in (".html", ".js", ".css")):
        source = page_files.PAGE / path.relative_to(exported)
        assert path.read_bytes() == source.read_bytes()
    written = "".join(path.read_text(encoding="utf-8") for path in (page_files.PAGE / "js").glob("*.js"))
    unsafe = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(")
    assert [word for word in unsafe if word in written] == []


def test_an_area_lamp_and_an_avatar_stand_in_the_axes_of_gltf(facts: Any) -> None:
    (lamp,) = facts["lights"]
    assert lamp["position"] == pytest.approx([0, 2, 3])
    assert lamp["direction"] == pytest.approx([0, 0, -1], abs=1e-5)
    assert (lamp["power"], lamp["size"]) == (60.0, [2.0, 2.0])
    (avatar,) = facts["avatars"]
    matrix = avatar["matrix"]
    assert matrix[12:15] == pytest.approx([1, 0, -2], abs=0.05)
    assert matrix[8:11] == pytest.approx([1, 0, 0], abs=1e-3)  # it looks along +X
    assert avatar["bones"]["head"]
    assert set(facts["visemes"]["viseme_aa"]) >= {"jawOpen"}


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("index.html", lambda text: text.replace("default-src 'self'", "default-src *"), "no content policy"),
        ("index.html", lambda text: text.replace("</head>", "<script>go()</script></head>"), "forbids"),
        ("index.html", lambda text: text.replace("<main>", '<main onclick="go()">'), "forbids"),
        ("index.html", lambda text: text.replace("style.css", "https://cdn.example/x.css"), "from elsewhere"),
        ("js/main.js", lambda text: text.replace("./quiz.js", "//cdn.example/quiz.js"), "from elsewhere"),
        ("js/main.js", lambda text: text.replace("./quiz.js", "../../quiz.js"), "not in the folder"),
        ("js/main.js", lambda text: text.replace("'./quiz.js'", "'./none.js'"), "not in the folder"),
        ("page.json", lambda text: text.replace('"node": "SM_', '"node": "SM_No_'), "a node that the scene lacks"),
        ("page.json", lambda text: text.replace('"scene": "scene.glb"', '"scene": "gone.glb"'), "scene that is not"),
        ("page.json", lambda text: text.replace('"file": "', '"file": "../'), "an avatar that is not there"),
        ("page.json", lambda text: text.replace('"head": "', '"head": "no '), "a bone for head"),
        ("page.json", lambda text: text[:-30], "cannot be read"),
    ],
)  # fmt: skip
def test_a_broken_page_is_found(copy: Path, name: str, change: Callable[[str], str], message: str) -> None:
    text = (copy / name).read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    (copy / name).write_text(changed, encoding="utf-8")
    assert any(message in problem for problem in problems(copy)), problems(copy)


def test_without_three_js_the_other_targets_are_written(
    clean_scene: bpy.types.Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bpy.ops.mesh.primitive_cube_add()
    monkeypatch.setattr(page_files, "THREE", "not-fetched")
    report = run_to_end(export_job(bpy.context, tmp_path, ["webpage", "web"]))
    assert page_files.FETCH in report["targets"]["webpage"]["error"]
    assert [path.name for path in tmp_path.iterdir()] == ["web"]
    with pytest.raises(InputError, match="fetch_three"):
        run_to_end(export_job(bpy.context, tmp_path / "alone", ["webpage"]))
    assert not (tmp_path / "alone").exists() or not list((tmp_path / "alone").iterdir())


@pytest.mark.minutes
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no program chromium on this machine")
@pytest.mark.parametrize("has_floor", [True, False], ids=["", "without a floor"])
def test_a_browser_opens_it(clean_scene: bpy.types.Context, tmp_path: Path, has_floor: bool) -> None:
    """With nothing to stand on one walks and teleports on the level of its lowest thing."""
    from scripts.data.fetch_three import is_there, pinned
    from scripts.export_checks.programs.page import page_check

    if not is_there(pinned()):
        pytest.skip("three.js is not here: python scripts/data/fetch_three.py")
    generated()
    if has_floor:
        bpy.ops.mesh.primitive_plane_add(size=8)
        bpy.context.object.name = "Floor"
    for label, place in (("chair", (1.5, 1, 0.3)), ("lamp", (-1.5, 1, 0.3))):
        bpy.ops.mesh.primitive_cube_add(size=0.6, location=place)
        bpy.context.object["atelier_label"], bpy.context.object["atelier_confidence"] = label, 1.0
    run_to_end(export_job(bpy.context, tmp_path, ["webpage"]))
    assert [str(problem) for problem in page_check(TargetFolder(tmp_path / "webpage"), "").problems] == []
