"""Assets found by words of two languages, by label and by likeness; the index read as a file of a stranger's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.inference.library.index import RECORDS, VECTORS, Asset, AssetIndex

ASSETS = (
    Asset("a.blend", "Office Chair", label="chair", confidence=0.9, author="Ann"),
    Asset("b.blend", "Long Sword", label="melee_weapon", confidence=0.8),
    Asset("c.blend", "Melee Weapon Axe", label="melee_weapon", confidence=0.95, description="红色 斧头"),
    Asset("d.blend", "Thing", "collection", source="kits/redTelephone.glb"),
    Asset("e.blend", "Table", label="table", confidence=0.5),
)


@pytest.fixture
def index() -> AssetIndex:
    return AssetIndex(ASSETS, np.eye(5), "weights")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("chairs", ["Office Chair"]),
        ("furniture", ["Office Chair", "Table"]),
        ("sword", ["Long Sword", "Melee Weapon Axe"]),
        ("椅子", ["Office Chair"]),
        ("紅色的斧頭", ["Melee Weapon Axe"]),
        ("武器", ["Melee Weapon Axe", "Long Sword"]),
        ("red telephones", ["Thing"]),
        ("the axe by ann", ["Melee Weapon Axe", "Long Sword", "Office Chair"]),
        ("refrigerator", []),
        ("", []),
    ],
)
def test_words_of_both_languages(index: AssetIndex, text: str, names: list[str]) -> None:
    assert [hit.asset.name for hit in index.by_word(text)] == names


def test_labels_groups_and_likeness(index: AssetIndex) -> None:
    assert [hit.asset.file for hit in index.by_label("weapon")] == ["c.blend", "b.blend"]
    assert [hit.asset.file for hit in index.by_label("table")] == ["e.blend"]
    near = index.like(np.array([0, 0.8, 0.6, 0, 0]), most=2)
    assert [(hit.place, round(hit.score, 3)) for hit in near] == [(1, 0.8), (2, 0.6)]
    assert index.like(near[0].asset and index.embeddings[1], without=1)[0].place != 1
    assert index.place_of("kits/redTelephone.glb") == 3
    with pytest.raises(InputError, match="another recognizer"):
        index.like(np.zeros(7))


def test_it_is_the_same_when_read_again(index: AssetIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    again = AssetIndex.load(tmp_path)
    assert again.assets == index.assets
    assert again.fingerprint == "weights"
    assert np.allclose(again.embeddings, index.embeddings)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    AssetIndex([], np.zeros((0, 0)), "w").save(tmp_path)
    assert AssetIndex.load(tmp_path).like(np.zeros(3)) == []


@pytest.mark.parametrize("change", ["outside", "kind", "version", "vectors", "other vectors", "none"])
def test_a_damaged_index_is_refused(index: AssetIndex, tmp_path: Path, change: str) -> None:
    index.save(tmp_path)
    data = json.loads((tmp_path / RECORDS).read_text(encoding="utf-8"))
    if change == "outside":
        data["assets"][0]["file"] = "../../etc/passwd"
    elif change == "kind":
        data["assets"][0]["kind"] = "script"
    elif change == "version":
        data["version"] = 99
    elif change == "vectors":
        (tmp_path / VECTORS).write_bytes(b"PK\x03\x04 no archive")
    elif change == "other vectors":
        data["vectors"] = "0" * 64
    (tmp_path / RECORDS).write_text(json.dumps(data))
    if change == "none":
        (tmp_path / RECORDS).unlink()
    with pytest.raises(InputError):
        AssetIndex.load(tmp_path)
