"""Names of foreign files in tables: a spreadsheet shows them, and our own readers get them back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ml_core.datasets.meshes import folders as mesh_folders
from ml_core.inference.textures.people import Person, people_csv
from ml_core.tables import cell, text_of
from ml_core.vocabulary.traits import AvatarTraits
from scripts.label_scene import write_table

FORMULA = "=cmd|'/c calc'!A1"


@pytest.mark.parametrize(
    "text", [FORMULA, "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''@x", " =1"]
)
def test_what_would_run_becomes_text_and_comes_back(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert text_of(cell(text)) == text


@pytest.mark.parametrize("value", ["Chair", "", "'quoted'", "O'Neill", "椅子", "a=b", -0.25, 3, None, True])
def test_what_would_not_run_stays(value: object) -> None:
    assert cell(value) == value
    if isinstance(value, str):
        assert text_of(value) == value


def test_no_table_of_ours_runs_a_name(tmp_path: Path) -> None:
    objects = [{"name": FORMULA, "kind": "mesh", "label": "@taught", "confidence": -0.5, "known": True, "ranking": []}]
    write_table(tmp_path / "labels.csv", {"objects": objects})
    [row] = csv.DictReader(io.StringIO((tmp_path / "labels.csv").read_text(encoding="utf-8")))
    assert (row["name"], row["label"], row["confidence"]) == (f"'{FORMULA}", "'@taught", "-0.5")
    [person] = csv.DictReader(io.StringIO(people_csv([Person(FORMULA, 3, AvatarTraits(presentation=0.5))])))
    assert (person["name"], person["presentation"]) == (f"'{FORMULA}", "0.5")


def test_a_table_of_meshes_gives_the_names_back(tmp_path: Path) -> None:
    (tmp_path / "meshes.csv").write_text("path,label\n'=chair.obj,'+chair\nplain.obj,sofa\n", encoding="utf-8")
    rows = list(mesh_folders.from_table(tmp_path / "meshes.csv"))
    assert [(Path(row["path"]).name, row["label"]) for row in rows] == [("=chair.obj", "+chair"), ("plain.obj", "sofa")]
