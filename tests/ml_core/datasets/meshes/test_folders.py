from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import trimesh

from ml_core import InputError
from ml_core.datasets.meshes.folders import read_mesh, read_own
from ml_core.vocabulary.scene.labels import OBJECT_LABELS


def write(path: Path, high: float = 2.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    trimesh.creation.box((1, 1, high)).export(path)
    return path


def filled(folder: Path, names: tuple[str, ...], count: int = 5) -> Path:
    for name in names:
        for number in range(count):
            write(folder / name / f"{number}.{'stl' if number % 2 else 'obj'}", 1 + number)
    return folder


def test_a_folder_a_class(tmp_path: Path) -> None:
    meshes, labels = read_own(filled(tmp_path, ("widget", "gadget")))
    assert labels == ("gadget", "widget")
    assert len(meshes) == 10
    for name in labels:
        subsets = [mesh.subset for mesh in meshes if labels[mesh.label] == name]
        assert sorted(subsets) == ["train"] * 4 + ["val"]


def test_known_labels_keep_their_places(tmp_path: Path) -> None:
    meshes, labels = read_own(filled(tmp_path, ("chair", "lamp")))
    assert labels == OBJECT_LABELS
    assert {OBJECT_LABELS[mesh.label] for mesh in meshes} == {"chair", "lamp"}


def test_a_broken_mesh_is_listed_and_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    filled(tmp_path, ("widget", "gadget"))
    (tmp_path / "widget" / "broken.glb").write_bytes(b"not a mesh")
    meshes, _ = read_own(tmp_path)
    assert len(meshes) == 10
    assert "broken.glb: skipped" in caplog.text


def test_a_table_says_what_is_scored(tmp_path: Path) -> None:
    filled(tmp_path, ("widget", "gadget"), 3)
    table = tmp_path / "meshes.csv"
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", "label", "split", "pack"])
        for name in ("widget", "gadget"):
            for number, ending in enumerate(("obj", "stl", "obj")):
                writer.writerow([f"{name}/{number}.{ending}", name, "val" if number == 2 else "train", "p"])
    meshes, labels = read_own(table)
    assert sorted(mesh.subset for mesh in meshes) == ["train"] * 4 + ["val"] * 2
    assert {mesh.pack for mesh in meshes} == {"p"}
    assert labels == ("gadget", "widget")


def test_height_is_z_whatever_the_format(tmp_path: Path) -> None:
    stl = read_mesh(write(tmp_path / "a.stl", 3.0))[0]
    assert np.ptp(stl, axis=0)[2] == pytest.approx(3)
    obj = read_mesh(write(tmp_path / "a.obj", 3.0))[0]  # its third axis is toward the viewer
    assert np.ptp(obj, axis=0)[1] == pytest.approx(3)


def test_nothing_to_learn_from_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_own(tmp_path / "missing")
    with pytest.raises(InputError, match="one sub-folder a class"):
        read_own(tmp_path)
    filled(tmp_path, ("widget",))
    with pytest.raises(InputError, match="two classes"):
        read_own(tmp_path)
