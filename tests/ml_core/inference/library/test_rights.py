"""Author, license and description of models, from what lies beside them and in them; sizes that units explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ml_core.errors import InputError
from ml_core.inference.library.rights import Rights, license_in, read_manifest, rights_of
from ml_core.vocabulary.scene.sizes import real_scale


def gltf(path: Path, asset: dict | None = None, **more: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"asset": {"version": "2.0", **(asset or {})}, **more}))
    return path


def test_the_nearest_word_counts(tmp_path: Path) -> None:
    """The manifest before the file of its own, that before what the model says, that before the folder's."""
    inside = {"copyright": "2021 Bo", "extras": {"author": "Bo", "license": "CC-BY-4.0", "title": "Old Chair"}}
    path = gltf(tmp_path / "kit" / "chair.gltf", inside)
    (tmp_path / "LICENSE.txt").write_text("MIT License\n\nPermission is hereby granted")
    other = gltf(tmp_path / "kit" / "deep" / "lamp.gltf")
    assert rights_of(other, tmp_path) == Rights(license="MIT")
    assert rights_of(path, tmp_path) == Rights("Bo", "CC-BY-4.0", "", "2021 Bo", "Old Chair")
    path.with_name("chair.gltf.license").write_text(
        "SPDX-FileCopyrightText: © 2020-2022 Cy Doe\nSPDX-License-Identifier: CC0-1.0\n"
    )
    assert rights_of(path, tmp_path) == Rights("Cy Doe", "CC0-1.0", "", "© 2020-2022 Cy Doe", "Old Chair")
    (tmp_path / "manifest.csv").write_text("Author,file,licence,title\nDi,kit\\chair.gltf,,Throne\n", encoding="utf-8")
    found = rights_of(path, tmp_path, read_manifest(tmp_path / "manifest.csv"))
    assert (found.author, found.license, found.name) == ("Di", "CC0-1.0", "Throne")


def test_an_avatar_says_whose_it_is(tmp_path: Path) -> None:
    meta = {"name": "Mika", "authors": ["Ann", "Bo"], "licenseUrl": "https://vrm.dev/licenses/1.0/"}
    path = gltf(tmp_path / "mika.gltf", extensions={"VRMC_vrm": {"meta": meta}})
    assert rights_of(path, tmp_path) == Rights("Ann, Bo", "https://vrm.dev/licenses/1.0/", name="Mika")


def test_what_is_damaged_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(b"glTF")
    gltf(tmp_path / "b.gltf", {"copyright": 7, "extras": ["author"]})
    assert rights_of(tmp_path / "a.glb", tmp_path) == rights_of(tmp_path / "b.gltf", tmp_path) == Rights()
    (tmp_path / "list.csv").write_text("what,who\n")
    with pytest.raises(InputError, match="column"):
        read_manifest(tmp_path / "list.csv")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("License: (Creative Commons Zero, CC0)", "CC0-1.0"),
        ("Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
        ("Attribution 4.0 International\n... may not ... NonCommercial", "CC-BY-4.0"),
        ("Apache License\nVersion 2.0", "Apache-2.0"),
        ("All rights reserved.", ""),
    ],
)
def test_license_texts(text: str, name: str) -> None:
    assert license_in(text) == name


@pytest.mark.parametrize(
    ("label", "largest", "scale"),
    [("chair", 1.2, 1.0), ("chair", 98.0, 0.01), ("chair", 980.0, 0.001), ("cup", 0.012, 10.0), ("car", 14.0, 0.3048),
     ("chair", 6.0, 0.15), (None, 50.0, 1.0), ("my own", 50.0, 1.0)],
)  # fmt: skip
def test_sizes_that_units_explain(label: str | None, largest: float, scale: float) -> None:
    assert real_scale(label, largest) == pytest.approx(scale)
