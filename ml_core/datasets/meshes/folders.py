"""The user's own training meshes: a folder with one sub-folder a class, or a table of files and labels."""

from __future__ import annotations

import csv
import hashlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.meshes.objects import ObjectMesh, load_geometry, read_objects
from ml_core.errors import InputError
from ml_core.tables import text_of
from ml_core.vocabulary.scene.labels import OBJECT_LABELS

_log = logging.getLogger(__name__)
# Formats that say nothing of their axes: what most programs write into them.
_Y_UP, _Z_UP = (".glb", ".gltf", ".obj", ".dae", ".fbx"), (".stl", ".ply", ".off", ".3mf", ".xyz")
SUFFIXES = (*_Y_UP, *_Z_UP)
# One of so many meshes of a class is kept for the score when nobody says which.
_SCORED = 5
_LEAST = 2


def read_labelled(
    source: Path, cache: Path, known: Sequence[str] = OBJECT_LABELS
) -> tuple[list[ObjectMesh], tuple[str, ...]]:
    """:func:`read_own`, or for the shared data :func:`read_objects`; both with the labels.

    Args:
        cache: .npz where the geometry of the shared data is kept between runs.
        known: the first of OBJECT_LABELS, with which the shared data is labeled.
    """
    if (source / "labels.csv").is_file():
        return read_objects(source, cache, labels=known), tuple(known)
    return read_own(source)


def read_own(source: Path) -> tuple[list[ObjectMesh], tuple[str, ...]]:
    """The meshes of ``source`` and the labels that :attr:`ObjectMesh.label` counts.

    Args:
        source: a folder with one sub-folder a class (meshes anywhere below it; the next folder down counts as the
            pack), or a .csv with the columns path (relative to it) and label, and if wanted split (``train`` or
            ``val``), source and pack.

    Where no split is given, one mesh in five of each class is for validation. Broken files are listed and skipped. When
    all labels are among those that the shipped recognizer knows, the labels are its own, so that its weights can be
    trained further.

    Raises:
        InputError: there is nothing to read, or no class has two meshes that can be read.
    """
    rows = list(from_table(source) if source.suffix.lower() == ".csv" else _from_folder(source))
    if not rows:
        raise InputError(
            "{source}: no meshes found; give one sub-folder a class with {suffixes} files",
            source=source,
            suffixes=", ".join(SUFFIXES),
        )
    found: list[tuple[dict[str, str], NDArray[np.float32], NDArray[np.int32]]] = []
    for row in rows:
        try:
            found.append((row, *read_mesh(Path(row["path"]))))
        except Exception as error:  # noqa: BLE001 - whatever a broken file raises, the others are read
            _log.warning("%s: skipped (%s)", row["path"], error)
    names = sorted({row["label"] for row, _, _ in found})
    labels = OBJECT_LABELS if set(names) <= set(OBJECT_LABELS) else tuple(names)
    for name in names:
        if sum(row["label"] == name for row, _, _ in found) < _LEAST:
            _log.warning("%s: only one mesh; a class needs two or more, to learn from and to score on", name)
    meshes = [
        ObjectMesh(
            row["path"], row["source"], row["pack"], labels.index(row["label"]), row["split"], vertices, triangles
        )
        for row, vertices, triangles in found
    ]
    if len(names) < _LEAST or not any(mesh.subset == "val" for mesh in meshes):
        raise InputError("{source}: give at least two classes with two readable meshes each", source=source)
    return meshes, labels


def read_mesh(path: Path) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (V, 3), Z up, and triangles (T, 3) of a mesh file with all its parts and transforms.

    Raises:
        ValueError: no triangles, or coordinates that are not finite; whatever :func:`load_geometry` raises.
    """
    mesh = load_geometry(path)
    vertices, triangles = np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
    if not len(triangles) or not np.isfinite(vertices).all():
        raise ValueError("no triangles, or coordinates that are not finite")
    if path.suffix.lower() in _Y_UP:
        vertices = vertices[:, [0, 2, 1]] * np.array([1, -1, 1], np.float32)
    return vertices, triangles


def _from_folder(folder: Path) -> Iterator[dict[str, str]]:
    if not folder.is_dir():
        raise InputError("{folder}: no such folder", folder=folder)
    for home in sorted(item for item in folder.iterdir() if item.is_dir()):
        files = sorted(item for item in home.rglob("*") if item.suffix.lower() in SUFFIXES)
        scored = _chosen([str(file.relative_to(folder)) for file in files])
        for path in files:
            below = path.relative_to(home).parts
            name = str(path.relative_to(folder))
            pack, split = below[0] if len(below) > 1 else "", "val" if name in scored else "train"
            yield {"path": str(path), "label": home.name, "source": folder.name, "pack": pack, "split": split}


def from_table(table: Path) -> Iterator[dict[str, str]]:
    try:
        with table.open(newline="", encoding="utf-8") as stream:
            read = [{key: text_of(row[key] or "") for key in row if key} for row in csv.DictReader(stream)]
            rows = [row for row in read if row.get("path") and row.get("label")]
    except OSError as error:
        raise InputError("{table}: it cannot be read ({reason})", table=table, reason=error) from error
    if not rows:
        raise InputError("{table}: it has no rows with a path and a label", table=table)
    said = any(row.get("split") == "val" for row in rows)
    scored = {
        name
        for label in {row["label"] for row in rows}
        for name in _chosen([row["path"] for row in rows if row["label"] == label])
    }
    for row in rows:
        split = (row.get("split") or "train") if said else ("val" if row["path"] in scored else "train")
        yield {"path": str(table.parent / row["path"]), "label": row["label"], "split": split,
               "source": row.get("source") or table.stem, "pack": row.get("pack") or ""}  # fmt: skip


def _chosen(names: list[str]) -> set[str]:
    """Every fifth by a hash of the name, and at least one of two: the same in every run and on every machine."""
    if len(names) < _LEAST:
        return set()
    ordered = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
    return set(ordered[: max(1, len(names) // _SCORED)])
