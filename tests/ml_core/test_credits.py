"""One table of credits: all that ships is in it, and all that is made of it says the same."""

from __future__ import annotations

import re
import tomllib

import pytest

from ml_core.credits import ARTISTS_MAY, BUNDLED, LEARNED, PARTS, copyrights
from scripts.build_extension import BLENDER_BRINGS, project
from scripts.dev.write_credits import ROOT, wanted


def test_all_that_ships_has_a_row() -> None:
    weights = {path.name for path in (ROOT / "ml_core" / "weights").iterdir() if path.suffix in (".onnx", ".npz")}
    listed = {name for part in PARTS for name in part.files}
    assert weights <= listed
    assert all((ROOT / "ml_core" / "weights" / name).is_file() for name in listed)
    wheels = {re.split(r"[<>=;\[ ]", item)[0] for item in project()["dependencies"]} - BLENDER_BRINGS
    assert wheels == {part.wheel for part in PARTS if part.wheel}


def test_licenses_allow_to_sell() -> None:
    """Nothing non-commercial, nothing without derivatives, and nothing that a GPL program cannot hold."""
    allowed = {"GPL-3.0-or-later", "CC0-1.0", "MIT", "MIT-CMU", "CC-BY-3.0", "Apache-2.0", "BSD-3-Clause"} | {
        "LicenseRef-Unconditional"
    }
    assert {part.license for part in PARTS} <= allowed
    assert [part.name for part in PARTS if part.license in ("MIT", "CC-BY-3.0", "MIT-CMU") and not part.notice] == []


@pytest.mark.parametrize("name", ["NOTICE", "blender_addon/blender_manifest.toml"])
def test_what_is_made_of_the_table_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == wanted()[name], "run python scripts/dev/write_credits.py"


def test_the_manifest_has_every_holder() -> None:
    manifest = tomllib.loads((ROOT / "blender_addon" / "blender_manifest.toml").read_text(encoding="utf-8"))
    assert manifest["copyright"] == copyrights()
    assert all(re.fullmatch(r"\d{4}(-\d{4})? \S.*", line) for line in copyrights())


def test_the_readme_credits_those_whose_work_ships_or_taught() -> None:
    """By the names of people and projects; packages are in NOTICE."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## License and credits")[2]
    names = ("VALID", "Tiffany", "Quaternius", "TheBaseMesh", "Kay Lousberg", "Kenney", "MakeHuman", "Mika Suominen")
    table = " ".join(f"{part.name} {part.holder}" for part in (*BUNDLED, *LEARNED))
    assert [name for name in names if name not in text or name not in table] == []


def test_artists_have_a_plain_sentence() -> None:
    assert "sell" in ARTISTS_MAY
    assert ARTISTS_MAY in (ROOT / "NOTICE").read_text(encoding="utf-8")
