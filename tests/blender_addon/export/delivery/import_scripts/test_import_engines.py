"""The import scripts of Unreal, in a stand-in of its editor, and of Godot, in Godot itself."""

from __future__ import annotations

import ast
import json
import os
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blender_addon.export.delivery import import_files

from . import fake_unreal
from .placed_export import PlacedExport, farthest, placed_copy

UNREAL = import_files.SCRIPTS / "unreal"
Array = np.ndarray


@pytest.fixture(scope="module")
def placed(registered_addon: None, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> PlacedExport:
    return placed_copy(shared_folder, tmp_path_factory.mktemp("My room"))


def run_unreal(
    placed: PlacedExport, monkeypatch: pytest.MonkeyPatch, editor: Any = None, folder: Path | None = None
) -> Any:
    """Runs the script of the folder as Unreal does; the editor with what came of it."""
    if editor is None:
        slots = {one["path"]: one["materials"] for one in placed.entries("unreal", "static", "skeletal")}
        _, editor = fake_unreal.make(slots)
    monkeypatch.setitem(sys.modules, "unreal", editor.module)
    runpy.run_path(str((folder or placed.folder / "unreal") / "import_to_unreal.py"), run_name="__main__")
    return editor


def options_of(editor: Any, name: str) -> Any:
    task = next(one for one in editor.tasks if Path(one.values["filename"]).name == name)
    return task.values["options"].values


@pytest.mark.parametrize("path", sorted(UNREAL.glob("*.py")), ids=lambda path: path.name)
def test_unreal_scripts_are_python_of_its_oldest_version(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    compile(path.read_text(encoding="utf-8"), path.name, "exec")


def test_unreal_imports_every_file_with_its_options(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    assert editor.warnings == []
    imported = {Path(one.values["filename"]).name for one in editor.tasks}
    assert imported == {one["path"] for one in placed.entries("unreal", "static", "skeletal", "texture")}
    assert all(one.values["automated"] for one in editor.tasks)
    static, skeletal = options_of(editor, "SM_Wedge.fbx"), options_of(editor, "SK_Avatar.fbx")
    wedge = static["static_mesh_import_data"].values
    assert static["mesh_type_to_import"] == "FBXIT_STATIC_MESH"
    assert (wedge["import_uniform_scale"], wedge["auto_generate_collision"]) == (1.0, False)
    assert (wedge["combine_meshes"], wedge["one_convex_hull_per_ucx"]) == (False, True)
    assert not wedge["generate_lightmap_u_vs"]
    body = skeletal["skeletal_mesh_import_data"].values
    assert skeletal["mesh_type_to_import"] == "FBXIT_SKELETAL_MESH"
    assert (skeletal["import_as_skeletal"], skeletal["import_animations"]) == (True, True)
    assert (body["import_morph_targets"], body["import_uniform_scale"]) == (True, 1.0)
    # The artist's own setting of the importer comes back.
    assert [one.rsplit(" ", 1)[1] for one in editor.console] == ["0", "1"]


def test_unreal_has_clips_by_their_names(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    sequences = [path for path, one in editor.assets.items() if type(one).__name__ == "AnimSequence"]
    assert [path.rpartition("/")[2] for path in sequences] == ["AS_Avatar_Nod"]


def test_unreal_textures_are_color_or_data(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    seen = set()
    for path, one in editor.assets.items():
        if type(one).__name__ != "Texture2D":
            continue
        role = path.rpartition("_")[2]
        seen.add(role)
        expected = {"BC": (True, "TC_DEFAULT"), "N": (False, "TC_NORMALMAP"), "ORM": (False, "TC_MASKS")}[role]
        assert (one.values["srgb"], one.values["compression_settings"]) == expected
    assert seen == {"BC", "N", "ORM"}


def test_unreal_surfaces_are_instances_of_one_parent(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    materials = placed.read("unreal", "materials.json")
    instances = {path: one for path, one in editor.assets.items() if type(one).__name__ == "MaterialInstanceConstant"}
    assert {path.rpartition("/")[2] for path in instances} == {"MI_" + name[2:] for name in materials}
    parents = {id(one.parent) for one in instances.values()}
    assert len(parents) == 1
    values = {path.rpartition("/")[2]: editor.parameters[path] for path in instances}
    assert values["MI_Glass"]["Emission"] == (0.2, 0.5, 1.0, 1.0)
    assert values["MI_Glass"]["Alpha"] == 0.4
    glass = next(one for path, one in instances.items() if path.endswith("MI_Glass"))
    assert glass.values["base_property_overrides"].values["blend_mode"] == "BLEND_TRANSLUCENT"
    body = next(name for name, facts in materials.items() if "ORM" in facts["textures"])
    made = values["MI_" + body[2:]]
    for role, name, switch in (
        ("BC", "BaseColorMap", "UseBaseColorMap"),
        ("N", "NormalMap", "UseNormalMap"),
        ("ORM", "OcclusionRoughnessMetallicMap", "UsePackedMap"),
    ):
        file = materials[body]["textures"][role]
        assert made[name] is editor.assets[f"{texture_folder(editor)}/{Path(file).stem}"]
        assert made[switch] is True
    connected = {link[2] for link in editor.links if len(link) == 3}
    assert connected >= {"MP_BASE_COLOR", "MP_NORMAL", "MP_ROUGHNESS", "MP_METALLIC", "MP_EMISSIVE_COLOR"}


def texture_folder(editor: Any) -> str:
    path = next(path for path, one in editor.assets.items() if type(one).__name__ == "Texture2D")
    return path.rpartition("/")[0]


def test_unreal_meshes_wear_their_materials(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    named = {path.rpartition("/")[2]: one for path, one in editor.assets.items()}
    dressed = []
    for asset, field in (("SM_Wedge", "static_materials"), ("SK_Avatar", "materials")):
        for slot in named[asset].values[field]:
            dressed.append(slot.values["material_slot_name"])
            assert slot.values["material_interface"] is named["MI_" + dressed[-1].removeprefix("M_")]
    assert sorted(dressed) == sorted(placed.read("unreal", "materials.json"))


def test_unreal_places_points_where_the_source_had_them(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    actors = {actor.label: actor for actor in editor.actors}
    assert len(actors) == len(placed.read("unreal", "layout.json")["instances"]) == 4
    for name, source in placed.worlds.items():
        # Meters with Y up, which Unreal turns to Z up, makes centimeters of, and mirrors.
        points = 100 * placed.points("unreal", "SM_Wedge")[:, [0, 2, 1]]
        points = points * np.array(actors[name].scale)
        world = points @ rotator(actors[name].rotation) + np.array(actors[name].location)
        assert farthest(world, source * [100, -100, 100]) < 0.1


def rotator(rotation: tuple[float, float, float]) -> Array:
    """FRotationMatrix by Unreal's source: rows are where the axes go, for row vectors."""
    (sr, sp, sy), (cr, cp, cy) = np.sin(np.radians(rotation)), np.cos(np.radians(rotation))
    return np.array(
        [
            [cp * cy, cp * sy, sp],
            [sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp],
            [-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp],
        ]
    )


def test_unreal_can_run_twice(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = run_unreal(placed, monkeypatch)
    assets, actors = set(editor.assets), len(editor.actors)
    stranger = editor.module.Actor()
    stranger.values["tags"] = ["Atelier:/Game/Atelier/Another"]
    editor.actors.append(stranger)
    run_unreal(placed, monkeypatch, editor)
    assert set(editor.assets) == assets
    assert len(editor.actors) == actors + 1
    assert stranger in editor.actors
    assert not list((placed.folder / "unreal").rglob("*.pyc"))


def test_unreal_goes_on_without_a_property(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, lacking in (("FbxStaticMeshImportData", "import_mesh_lo_ds"), ("Texture2D", "flip_green_channel")):
        left = [name for name in fake_unreal.PROPERTIES[kind].split() if name != lacking]
        monkeypatch.setitem(fake_unreal.PROPERTIES, kind, " ".join(left))
    editor = run_unreal(placed, monkeypatch)
    assert len(editor.actors) == 4
    assert any("import_mesh_lo_ds" in text for text in editor.warnings)
    assert "problems" in editor.messages[-1]


def test_unreal_says_what_is_missing(placed: PlacedExport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "unreal"
    shutil.copytree(placed.folder / "unreal", folder)
    (folder / "SM_Wedge.fbx").unlink()
    editor = run_unreal(placed, monkeypatch, folder=folder)
    assert any("SM_Wedge.fbx was not imported" in text for text in editor.warnings)
    assert [actor.label for actor in editor.actors] == ["Avatar"]


def godot() -> list[str]:
    """Godot's command (``ATELIER_GODOT``, with {project} for the project's folder as it sees it), else skipped."""
    given = os.environ.get("ATELIER_GODOT")
    if given:
        return shlex.split(given)
    found = shutil.which("godot") or shutil.which("godot4")
    if found is None:
        pytest.skip("no Godot here; install Godot 4 or set ATELIER_GODOT to its command")
    return [found, "--path", "{project}"]


def run_godot(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [word.replace("{project}", str(project)) for word in godot()]
    return subprocess.run([*words, "--headless", *arguments], capture_output=True, text=True, check=False, timeout=600)


def godot_project(placed: PlacedExport, folder: Path) -> Path:
    shutil.copytree(placed.folder / "godot", folder / "room")
    (folder / "project.godot").write_text("config_version=5\n")
    return folder


def check_import(project: Path) -> subprocess.CompletedProcess[str]:
    run_godot(project, "--import")
    return run_godot(project, "--script", "res://room/check_import.gd")


def test_godot_finds_every_model_as_it_was_exported(placed: PlacedExport, tmp_path: Path) -> None:
    done = check_import(godot_project(placed, tmp_path))
    assert "2 models, 0 faults" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_godot_says_when_nothing_was_imported(placed: PlacedExport, tmp_path: Path) -> None:
    done = run_godot(godot_project(placed, tmp_path), "--script", "res://room/check_import.gd")
    assert done.returncode == 1
    assert "is not imported" in done.stdout + done.stderr


def test_godot_refuses_broken_and_other_models(placed: PlacedExport, tmp_path: Path) -> None:
    project = godot_project(placed, tmp_path)
    scene = project / "room" / "scene.glb"
    scene.write_bytes(scene.read_bytes()[:500])
    path = project / "room" / "manifest.json"
    manifest = json.loads(path.read_text())
    avatar = next(entry for entry in manifest["files"] if entry["path"] == "SK_Avatar.glb")
    avatar["triangles"] += 1
    avatar["dimensions"][2] += 0.01
    avatar["shape_keys"].append("jawMissing")
    path.write_text(json.dumps(manifest))
    done = check_import(project)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    for words in ("scene.glb is not imported", "checksum", "triangles, not", "jawMissing", "width, height, depth"):
        assert words in said
