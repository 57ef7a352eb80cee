"""The shipped figures of the built-in body, and files that are not them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.geometry.body import body_file
from ml_core.geometry.body.body_file import BODY_FILE, PARTS, read_body
from ml_core.geometry.body.model import BodyModel

FIGURES = dict(np.load(BODY_FILE, allow_pickle=False))


def written(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    np.savez(path, **arrays)  # not compressed: a test that writes 15 MB in 20 ms
    return path


def small() -> dict[str, np.ndarray]:
    """A file of the right form with few targets, so that each change of it is quick to write."""
    count = int(FIGURES["target_start"][3])
    cut = {name: FIGURES[name][:count] for name in ("target_gaps", "target_x", "target_y", "target_z")}
    return FIGURES | cut | {"target_start": FIGURES["target_start"][:4], "target_names": FIGURES["target_names"][:2],
                            "target_number": FIGURES["target_number"][:2]}  # fmt: skip


def test_the_file_has_the_meshes_and_stays_small(model: BodyModel) -> None:
    data = model.data
    assert BODY_FILE.stat().st_size < 4e6
    assert set(data.faces) == set(PARTS)
    assert 2 * len(data.faces["skin"]) == 26692
    assert data.vertex_count == 17530
    assert np.isfinite(data.base).all()
    assert np.isfinite(data.bone_weight).all()
    np.testing.assert_allclose(data.bone_weight.sum(axis=1), 1, atol=1e-6)


def test_the_skin_has_no_nipples_and_no_holes_where_they_were(model: BodyModel) -> None:
    faces = model.data.faces["skin"]
    dropped = set(np.flatnonzero(np.isin(model.data.source, [*range(1778, 1794), *range(8450, 8466)])).tolist())
    assert not dropped & set(faces.ravel().tolist())
    edges = np.concatenate([faces[:, [a, (a + 1) % 4]] for a in range(4)])
    directed = {tuple(edge) for edge in edges.tolist()}
    assert len(directed) == len(edges), "two faces wind the same way along an edge"
    open_ends = [edge for edge in directed if edge[::-1] not in directed]
    chest = [edge for edge in open_ends if model.data.base[edge[0], 2] < 0.55]
    assert not chest, f"{len(chest)} open edges below the neck"


def test_the_card_names_sources_licences_and_girths() -> None:
    card = json.loads(BODY_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    assert all(source.get("licence", "CC0-1.0") == "CC0-1.0" for source in card["sources"])
    assert card["command"] == "python scripts/data/compile_body_model.py"
    people = card["figures"]["people"]
    assert people[4]["waist cm"] - people[0]["waist cm"] > 50


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base": None}, "lacks base"),
        ({"base": np.zeros((4, 3), np.int32)}, "no vertices"),
        ({"base": np.full((17654, 3), np.nan)}, "base is float64"),
        ({"uv": np.zeros((5, 3), np.uint16)}, "uv is uint16"),
        ({"faces_skin": np.full((9, 4), 60000, np.uint16), "corners_skin": np.zeros((9, 4), np.uint16)}, "faces_skin"),
        ({"bone_index": np.full((17530, 4), 99, np.uint8)}, "bone_index points outside"),
        ({"bone_weight": np.zeros((17530, 4), np.uint8)}, "without a bone"),
        ({"target_start": np.array([0, 9, 5, 7], np.int32)}, "target_start is not sorted"),
        ({"target_number": np.array([7, 1], np.uint16)}, "target_number points outside"),
        ({"target_names": np.array(["a", "a"])}, "a name twice"),
        ({"joint_names": np.array([b"x"])}, "joint_names is not a list"),
        ({"target_gaps": np.full(int(FIGURES["target_start"][3]), 65535, np.uint16)}, "target_gaps points outside"),
    ],
)
def test_a_wrong_array_is_refused_in_one_line(change: dict, said: str, tmp_path: Path) -> None:
    arrays = {name: array for name, array in (small() | change).items() if array is not None}
    with pytest.raises(InputError, match=said) as caught:
        read_body(written(tmp_path / "body.npz", arrays))
    assert "\n" not in str(caught.value)
    assert "compile_body_model.py" in str(caught.value)


def test_damaged_files_and_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "body.npz"
    with pytest.raises(InputError, match="not found"):
        read_body(path)
    whole = BODY_FILE.read_bytes()
    for content in (b"", b"PK\x03\x04", whole[: len(whole) // 2], whole[:5000] + bytes(50) + whole[5050:]):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"body\.npz"):
            read_body(path)
    with pytest.raises(InputError, match="not a plain array"):
        read_body(written(path, small() | {"base": np.array([{"a": 1}], object)}))


def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "body.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<i4", "fortran_order": False, "shape": (10**9, 3)})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("base.npy", header.getvalue() + bytes(2 * 2**20))
    with pytest.raises(InputError, match="does not have the size"):
        read_body(path)
    monkeypatch.setattr(body_file, "MAX_BYTES", 2**20)
    with pytest.raises(InputError, match="unpacks to more than 1 MiB"):
        read_body(path)
