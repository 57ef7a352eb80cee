"""Import scripts: they compile, they run against a stand-in of their engine, and things land where they stood."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from blender_addon.export.delivery import import_files
from blender_addon.export.targets.profiles import profile
from scripts.check_export import check_target

from .placed_export import TARGETS, PlacedExport, farthest, placed_copy

HERE = Path(__file__).parent
UNITY = import_files.SCRIPTS / "unity"
Array = np.ndarray


@pytest.fixture(scope="module")
def placed(registered_addon: None, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> PlacedExport:
    return placed_copy(shared_folder, tmp_path_factory.mktemp("placed"))


def compiler() -> str:
    """A C# compiler, else the test is skipped."""
    found = shutil.which("mcs") or shutil.which("csc")
    if found is None:
        pytest.skip("no C# compiler here (mcs or csc); Debian has it in the package mono-mcs")
    return found


def compile_cs(sources: list[Path], *options: str) -> subprocess.CompletedProcess[str]:
    command = [compiler(), "-langversion:7", "-warnaserror-", *options, *map(str, sources)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def stubs() -> list[Path]:
    return [HERE / "unity_stubs" / "UnityEngine.cs", HERE / "unity_stubs" / "UnityEditor.cs"]


# Every target


@pytest.mark.parametrize("target", TARGETS)
def test_files_are_as_the_manifest_says(placed: PlacedExport, target: str) -> None:
    problems = [one for one in check_target(placed.folder / target) if one.startswith("[25")]
    assert problems == []


@pytest.mark.parametrize("target", TARGETS)
def test_shipped_scripts_say_that_artists_may_ship_them(placed: PlacedExport, target: str) -> None:
    folder = placed.folder / target
    scripts = [path for path in folder.rglob("*") if path.suffix in import_files.SCRIPT_SUFFIXES]
    assert all("SPDX-License-Identifier: MIT-0" in path.read_text(encoding="utf-8")[:200] for path in scripts)
    assert ("MIT-0" in (folder / "README.txt").read_text(encoding="utf-8")) == bool(scripts)


@pytest.mark.parametrize("target", TARGETS)
def test_instructions_are_three_steps_in_two_languages(placed: PlacedExport, target: str) -> None:
    text = (placed.folder / target / "README.txt").read_text(encoding="utf-8")
    assert re.findall(r"^(\d)\. ", text, re.MULTILINE) == ["1", "2", "3"] * 2
    assert re.search("[\u4e00-\u9fff]", text.split("\n1. ")[2])
    for script in re.findall(r"\w+\.(?:py|gd|cs)\b", text):
        assert list((placed.folder / target).rglob(script)), f"{script} is not in the folder"


def test_scripts_are_listed_as_scripts(placed: PlacedExport) -> None:
    def scripts(target: str) -> set[str]:
        return {entry["path"] for entry in placed.entries(target, "script")}

    assert scripts("unity") == {f"Editor/{path.name}" for path in UNITY.iterdir() if path.suffix != ".txt"}
    assert "import_to_unreal.py" in scripts("unreal")
    assert scripts("godot") == {"check_import.gd"}
    assert not scripts("web") | scripts("usd") | scripts("vrm")


# Unity


def syntax_errors(text: str) -> list[int]:
    """Lines at which a text is not C#."""
    import tree_sitter_c_sharp
    from tree_sitter import Language, Node, Parser

    found: list[int] = []

    def walk(node: Node) -> None:
        if node.is_error or node.is_missing:
            found.append(node.start_point[0] + 1)
        for child in node.children:
            walk(child)

    walk(Parser(Language(tree_sitter_c_sharp.language())).parse(text.encode()).root_node)
    return found


def test_unity_scripts_are_valid_syntax(placed: PlacedExport) -> None:
    scripts = sorted((placed.folder / "unity" / "Editor").glob("*.cs"))
    assert len(scripts) == 5
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert syntax_errors(text) == [], path.name
        assert syntax_errors(text.replace(";", "", 3)), "the check finds nothing"


def test_unity_scripts_compile(placed: PlacedExport, tmp_path: Path) -> None:
    scripts = sorted((placed.folder / "unity" / "Editor").glob("*.cs"))
    done = compile_cs([*stubs(), *scripts], "-target:library", f"-out:{tmp_path / 'import.dll'}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_call_that_unity_has_not_does_not_compile(tmp_path: Path) -> None:
    broken = tmp_path / "Broken.cs"
    text = (UNITY / "AtelierMaterials.cs").read_text(encoding="utf-8")
    broken.write_text(text.replace("material.SetFloat(", "material.SetFlaot(", 1))
    sources = [*stubs(), UNITY / "AtelierData.cs", broken]
    assert compile_cs(sources, "-target:library", f"-out:{tmp_path / 'x.dll'}").returncode != 0


def test_two_exports_share_no_class_and_an_equal_one_keeps_its_id(placed: PlacedExport, tmp_path: Path) -> None:
    data = placed.read("unity", "atelier_import.json")
    ids = []
    for name, instances in (("a", []), ("b", [])):
        folder = tmp_path / name
        shutil.copytree(placed.folder / "unity", folder)
        shutil.rmtree(folder / "Editor")
        sources = {entry["path"]: entry for entry in placed.entries("unity", "static", "skeletal")}
        import_files.write_import_files(
            folder, profile("unity"), sources, placed.read("unity", "materials.json"), instances
        )
        ids.append(json.loads((folder / "atelier_import.json").read_text())["id"])
    assert ids[0] == ids[1] != data["id"]
    assembly = json.loads((placed.folder / "unity" / "Editor" / "Atelier.Import.asmdef").read_text())
    assert assembly["name"].endswith(data["id"])
    assert assembly["includePlatforms"] == ["Editor"]
    assert "000000" not in (placed.folder / "unity" / "Editor" / "AtelierData.cs").read_text()


def test_unity_data_has_the_fields_that_the_script_reads(placed: PlacedExport) -> None:
    script = (UNITY / "AtelierData.cs").read_text(encoding="utf-8")
    data = placed.read("unity", "atelier_import.json")
    for name, sample in (("Model", data["models"]), ("Surface", data["materials"]), ("Instance", data["instances"])):
        body = script[script.index(f"public class {name}\n") :]
        fields = set(re.findall(r"public [\w\[\]]+ (\w+)(?: =|;)", body[: body.index("\n    }")]))
        assert all(set(one) == fields for one in sample), name
    glass = next(one for one in data["materials"] if one["name"] == "M_Glass")
    assert (glass["alphaMode"], glass["emission"]) == ("blend", [0.2, 0.5, 1.0])
    body = next(one for one in data["materials"] if one["maskMap"])
    assert body["baseMap"].endswith("_BC.png")
    assert body["normalMap"].endswith("_N.png")


def test_unity_humanoid_has_its_bones_by_unitys_names(placed: PlacedExport) -> None:
    model = next(one for one in placed.read("unity", "atelier_import.json")["models"] if one["skeletal"])
    human = {one["human"] for one in model["bones"]}
    sides = ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")
    assert {"Hips", "Spine", "Head", *(side + part for side in ("Left", "Right") for part in sides)} <= human
    assert {"Left Thumb Proximal", "Left Thumb Distal", "Right Little Intermediate"} <= human
    assert model["clips"] == [{"name": "AS_Avatar_Nod", "loop": True}]


def test_unity_places_points_where_the_source_had_them(placed: PlacedExport, tmp_path: Path) -> None:
    program = tmp_path / "placement.exe"
    main = HERE / "unity_stubs" / "PlacementMain.cs"
    done = compile_cs([*stubs(), UNITY / "AtelierData.cs", main], f"-out:{program}")
    assert done.returncode == 0, done.stdout + done.stderr
    runtime = shutil.which("mono")
    if runtime is None:
        pytest.skip("no mono here to run the compiled script; Debian has it in the package mono-runtime")
    instances = [
        one for one in placed.read("unity", "atelier_import.json")["instances"] if one["name"] in placed.worlds
    ]
    assert len(instances) == len(placed.worlds) == 3
    for instance in instances:
        words = [runtime, str(program), *map(str, instance["matrix"])]
        values = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
        position, turn, scale = np.array(values[:3], float), np.array(values[3:7], float), np.array(values[7:], float)
        # Unity reads the file's points with X turned round.
        points = placed.points("unity", instance["asset"]) * [-1, 1, 1] * scale
        source = placed.worlds[instance["name"]]
        mirrored = np.stack([-source[:, 0], source[:, 2], -source[:, 1]], axis=1)
        assert farthest(rotated(points, turn) + position, mirrored) < 1e-3


def rotated(points: Array, turn: Array) -> Array:
    """Points turned by a quaternion x, y, z, w."""
    axis, w = turn[:3], turn[3]
    return points + 2 * np.cross(axis, np.cross(axis, points) + w * points)
