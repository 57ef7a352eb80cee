"""How labels in scenes are counted, and a scene with a list from end to end."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import bpy
import pytest

from ml_core.errors import InputError
from ml_core.files import read_json
from scripts.evaluation.evaluate_scenes import count, main, shares
from scripts.lib.placed_scenes import labeled_scenes
from tests.blender_addon.scene.labels.test_subjects import add


def test_what_is_counted() -> None:
    mistakes: Counter[tuple[str, str]] = Counter()
    things = [
        ("chair", "chair", "chair"),
        ("chair", "stool", "stool"),
        ("chair", None, "chair"),
        ("rock", "food", "food"),
        ("", "box", "box"),
        ("", None, "box"),
        ("", "floor", "floor"),
    ]
    found = shares(count(things, mistakes))
    assert (found["things"], found["right"], found["unknown"], found["wrong"]) == (4, 1, 1, 2)
    assert (found["best_guess_right"], found["kind_right"]) == (2, 2)
    assert (found["of_no_class"], found["of_no_class_named"]) == (3, 1), "a floor is not a mistake"
    assert found["wrong_share"] == 0.5
    assert mistakes == {("chair", "stool"): 1, ("rock", "food"): 1}
    with pytest.raises(InputError, match="no thing of the list"):
        shares(Counter())


def test_a_scene_with_a_list(clean_scene: bpy.types.Context, tmp_path: Path) -> None:
    for x, name in enumerate(("chair", "table", "bottle")):
        add(name, 3.0 * x)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "room.blend"), copy=True)
    rows = ["scene,object,label,ambiguous", "room.blend,chair,chair,0", "room.blend,table,sofa,0"]
    (tmp_path / "truth.csv").write_text(
        "\n".join([*rows, "room.blend,bottle,bottle,1", "room.blend,gone,bed,0"]) + "\n"
    )
    ((name, scene),) = labeled_scenes(tmp_path)
    assert name == "room.blend"
    assert [(true, label) for true, label, _ in scene.things] == [("chair", "chair"), ("sofa", "table")]
    out, user = tmp_path / "figures.json", os.environ.get("BLENDER_USER_RESOURCES")
    assert main(["--data", str(tmp_path), "--tuned-on", "room.blend", "--out", str(out)]) == 0
    assert os.environ.get("BLENDER_USER_RESOURCES") == user
    figures = read_json(out, "figures")
    assert figures["tuned_on"]["right_share"] == 0.5
    assert "others" not in figures
    assert json.dumps(figures["mistakes"]) == '[["sofa", "table", 1]]'


def test_a_folder_without_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "truth.csv" in capsys.readouterr().err
