"""Compiled figures: the same arrays give the same bytes, and what is too large is not written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import InputError
from scripts.lib.compiled import packed, write_compiled


def test_equal_arrays_give_equal_bytes_that_numpy_reads_without_pickles(tmp_path: Path) -> None:
    arrays = {"base": np.arange(600, dtype=np.int32).reshape(-1, 3), "names": np.array(["a", "bc"])}
    content = packed(arrays)
    assert packed(dict(arrays)) == content
    (tmp_path / "body.npz").write_bytes(content)
    with np.load(tmp_path / "body.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["base"], arrays["base"])
        assert file["names"].tolist() == ["a", "bc"]


def test_a_file_comes_with_its_card_or_not_at_all(tmp_path: Path) -> None:
    out, arrays = tmp_path / "figures.npz", {"base": np.arange(6)}
    write_compiled(out, arrays, 10_000, {"name": "figures"}, lambda path: {"bytes": path.stat().st_size})
    card = json.loads(out.with_suffix(".json").read_text())
    assert card["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert card["figures"] == {"bytes": out.stat().st_size}
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError, match=r"figures\.npz: takes 0\.00 MB; at most 1e-05 MB may ship"):
        write_compiled(out, {"base": np.arange(7)}, 10, {"name": "figures"}, lambda _: {})
    with pytest.raises(ZeroDivisionError):
        write_compiled(out, {"base": np.arange(7)}, 10_000, {"name": "figures"}, lambda _: {"share": 1 / 0})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
