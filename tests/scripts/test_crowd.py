"""generate_avatar.py: crowds, layers and bodies without bones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scripts.generate_avatar import main
from tests.scripts.in_process import called
from tests.scripts.test_headless import script


def test_a_crowd_and_one_of_it_again(clean_scene: object, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The crowd by a process of its own, its second person again by this one."""
    (tmp_path / "layers.json").write_text('[{"kind": "freckles", "amount": 1.0}]')
    options = ("--size", 256, "--layers", tmp_path / "layers.json")
    done = script("generate_avatar.py", "--count", 3, "--seed", 40, *options, "--out", tmp_path / "crowd")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "crowd" / "people.jsonl").read_text().splitlines()]
    rows = list(csv.DictReader((tmp_path / "crowd" / "people.csv").open()))
    assert [line["name"] for line in lines] == [row["name"] for row in rows]
    assert len({line["name"] for line in lines}) == 3
    folder = tmp_path / "crowd" / lines[1]["name"].replace(" ", "_")
    assert (folder / "avatar.blend").is_file()
    traits = ("--traits", json.dumps(lines[1]["traits"]), "--seed", lines[1]["seed"])
    again = called(capfd, main, *traits, *options, "--out", tmp_path / "again")
    assert again.returncode == 0, again.stderr
    first = next((folder / "textures").glob("*Body_BC.png"))
    second = next((tmp_path / "again" / "textures").glob("*Body_BC.png"))
    assert np.array_equal(np.asarray(Image.open(first)), np.asarray(Image.open(second)))
    bare = called(capfd, main, *traits, "--size", 256, "--out", tmp_path / "bare")
    assert bare.returncode == 0, bare.stderr
    plain = next((tmp_path / "bare" / "textures").glob("*Body_BC.png"))
    assert not np.array_equal(np.asarray(Image.open(first)), np.asarray(Image.open(plain)))


@pytest.mark.parametrize("each", ["glb", "blend"])
def test_a_file_each(clean_scene: object, tmp_path: Path, capfd: pytest.CaptureFixture[str], each: str) -> None:
    done = called(capfd, main, "--count", 2, "--size", 256, "--each", each, "--out", tmp_path / "crowd")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "crowd").glob(f"*.{each}"))) == 2
    assert (tmp_path / "crowd" / "people.jsonl").is_file()


@pytest.mark.parametrize(
    ("layers", "reason"),
    [('[{"kind": "horns"}]', "horns"), ("{", "JSON"), ('[{"kind": "tattoo", "image": "gone.png"}]', "gone.png")],
)
def test_bad_layers_write_nothing(
    clean_scene: object, tmp_path: Path, capfd: pytest.CaptureFixture[str], layers: str, reason: str
) -> None:
    (tmp_path / "layers.json").write_text(layers)
    done = called(capfd, main, "--layers", tmp_path / "layers.json", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert reason in done.stderr
    assert "layers.json" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.data
def test_a_body_without_bones(
    clean_scene: object, tmp_path: Path, data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """MakeHuman's base mesh without the helpers around it."""
    lines = (data_dir / "scenes" / "mpfb" / "base.obj").read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("g helper"))
    (tmp_path / "body.obj").write_text("\n".join(lines[:first]))
    done = called(capfd, main, "--mesh", tmp_path / "body.obj", "--size", 256, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out" / "textures").glob("*.png"))) == 4
