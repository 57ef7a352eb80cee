from __future__ import annotations

import csv
import fnmatch
from pathlib import Path

import numpy as np
import pytest

from ml_core import InputError
from ml_core.datasets.meshes.objects import (
    UNKNOWN,
    VIEW_SHAPE,
    further_label,
    read_objects,
    read_split,
    varied_samples,
)
from ml_core.datasets.meshes.posed_bodies import posed_body
from ml_core.inference.recognition.views import splat
from ml_core.vocabulary.scene.labels import FIRST_LABELS, LABELS, OBJECT_LABELS

COLUMNS = ["path", "source", "pack", "label", "split", "ambiguous"]


def write_table(folder: Path, rows: list[list[str]]) -> None:
    with (folder / "labels.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerows([COLUMNS, *rows])


def write_box(path: Path) -> None:
    import trimesh

    trimesh.creation.box((1, 2, 3)).export(path)


def test_reading_turns_y_up_and_leaves_out_the_ambiguous(tmp_path: Path) -> None:
    for name in ("a.glb", "b.glb", "c.glb"):
        write_box(tmp_path / name)
    write_table(
        tmp_path,
        [
            ["a.glb", "kit", "p", "box", "train", "0"],
            ["b.glb", "kit", "p", "", "train", "0"],
            ["c.glb", "kit", "p", "", "train", "1"],
        ],
    )
    meshes = read_objects(tmp_path)
    assert [mesh.path for mesh in meshes] == ["a.glb", "b.glb"]
    assert [mesh.label for mesh in meshes] == [LABELS.index("box"), UNKNOWN]
    assert np.ptp(meshes[0].vertices, axis=0) == pytest.approx([1, 3, 2])


def test_the_cache_gives_the_same(tmp_path: Path) -> None:
    write_box(tmp_path / "a.glb")
    write_table(tmp_path, [["a.glb", "kit", "p", "box", "train", "0"]])
    first = read_objects(tmp_path, tmp_path / "cache.npz")
    (tmp_path / "a.glb").unlink()
    second = read_objects(tmp_path, tmp_path / "cache.npz")
    assert np.array_equal(first[0].vertices, second[0].vertices)


def test_what_further_labels_need_is_added_to_the_cache(tmp_path: Path) -> None:
    for name in ("gazebo/bus.glb", "gazebo/a.glb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_box(tmp_path / name)
    rows = [["gazebo/bus.glb", "gazebo", "p", "", "train", "1"], ["gazebo/a.glb", "gazebo", "p", "box", "train", "0"]]
    write_table(tmp_path, rows)
    cache = tmp_path / "cache.npz"
    assert [mesh.path for mesh in read_objects(tmp_path, cache)] == ["gazebo/a.glb"]  # nobody is sure of the other
    meshes = read_objects(tmp_path, cache, labels=OBJECT_LABELS)
    assert {mesh.path: OBJECT_LABELS[mesh.label] for mesh in meshes} == {"gazebo/a.glb": "box", "gazebo/bus.glb": "bus"}
    (tmp_path / "gazebo/bus.glb").unlink()
    assert len(read_objects(tmp_path, cache, labels=OBJECT_LABELS)) == 2


def test_sources_and_authors_are_parted(tmp_path: Path) -> None:
    for name in "abc":
        write_box(tmp_path / f"{name}.glb")
    rows = [[f"{name}.glb", source, "p", "box", "train", "0"] for name, source in zip("abc", "xxy", strict=True)]
    with (tmp_path / "labels.csv").open("w", newline="") as stream:
        authors = ["author", "me", "you", "me"]
        csv.writer(stream).writerows([*row, who] for row, who in zip([COLUMNS, *rows], authors, strict=True))
    parts = read_split(tmp_path, None, ["y"], ["you"])
    assert [mesh.path for mesh in parts.learned] == ["a.glb"]
    assert [mesh.path for mesh in parts.selection] == ["c.glb"]
    assert [mesh.path for mesh in parts.left_out["you"]] == ["b.glb"]
    with pytest.raises(InputError, match="nobody"):
        read_split(tmp_path, None, ["y"], ["nobody"])


@pytest.mark.data
def test_further_labels_are_those_of_meshes_that_are_there(data_dir: Path) -> None:
    """Every pattern still finds a mesh, and all that the recognizer learns beyond the first labels has some."""
    from ml_core.datasets.meshes.objects import _further, _read_rows

    rows = [row for name in ("objects", "objects_more") for row in _read_rows(data_dir / name / "labels.csv")]
    paths = [row["path"].removesuffix(".glb") for row in rows]
    assert set(_further()) == set(OBJECT_LABELS) - set(FIRST_LABELS)
    for label, patterns in _further().items():
        unused = [one for one in patterns if not any(fnmatch.fnmatchcase(path, one.lstrip("!")) for path in paths)]
        assert not unused, label
    assert further_label("quaternius/tree.glb") == ""


def test_a_broken_mesh_is_named_and_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_box(tmp_path / "a.glb")
    (tmp_path / "b.glb").write_bytes(b"glTF nonsense")
    write_table(tmp_path, [[name, "kit", "p", "box", "train", "0"] for name in ("a.glb", "b.glb")])
    assert [mesh.path for mesh in read_objects(tmp_path)] == ["a.glb"]
    assert "b.glb" in caplog.text


def test_an_unknown_label_is_an_error(tmp_path: Path) -> None:
    write_table(tmp_path, [["a.glb", "kit", "p", "gizmo", "train", "0"]])
    write_box(tmp_path / "a.glb")
    with pytest.raises(InputError, match="gizmo"):
        read_objects(tmp_path)


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"labels\.csv"):
        read_objects(tmp_path)


@pytest.mark.data
def test_validation_holds_another_author_and_no_training_pack_is_scored(data_dir: Path) -> None:
    from ml_core.datasets.meshes.objects import _read_rows, _subset

    rows = _read_rows(data_dir / "objects" / "labels.csv")
    packs: dict[str, set] = {}
    for row in rows:
        if row["label"] or row["ambiguous"] == "0":
            packs.setdefault(_subset(row), set()).add((row["source"], row["pack"], bool(row["label"])))
    assert {source for source, _, _ in packs["val"]} == {"sh3d_BlendSwap-CC-0"}
    unlabelled = {key for key in packs["train"] if not key[2]}
    assert not unlabelled & packs["score"]
    assert packs["score"]


def test_varied_samples_differ_and_keep_their_shape() -> None:
    vertices, triangles = posed_body(np.random.default_rng(0))
    from ml_core.datasets.meshes.objects import ObjectMesh

    mesh = ObjectMesh("p", "s", "", 0, "train", vertices, triangles)
    first, size = varied_samples(mesh, np.random.default_rng(1))
    again, _ = varied_samples(mesh, np.random.default_rng(1))
    other, _ = varied_samples(mesh, np.random.default_rng(2))
    assert splat(first).shape == VIEW_SHAPE
    assert size.shape == (3,)
    assert np.array_equal(first.points, again.points)
    assert not np.array_equal(first.points, other.points)


def test_posed_bodies_stand_on_the_ground() -> None:
    for seed in range(5):
        vertices, triangles = posed_body(np.random.default_rng(seed))
        assert vertices[:, 2].min() == pytest.approx(0, abs=1e-5)
        assert 0.9 < vertices[:, 2].max() < 2.1
        assert triangles.max() < len(vertices)
