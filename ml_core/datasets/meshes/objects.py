"""The labeled object meshes that the recognizer learns from: read, cached, split by pack, varied and rendered."""

from __future__ import annotations

import csv
import fnmatch
import functools
import hashlib
import logging
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.inference.recognition.views import CAMERAS, CHANNELS, SIZE, Samples, dimensions, sample_surface
from ml_core.references import check_references
from ml_core.vocabulary.scene.labels import FIRST_LABELS, OBJECT_LABELS

_log = logging.getLogger(__name__)
UNKNOWN = -1
VIEW_SHAPE = (len(CAMERAS), CHANNELS, SIZE, SIZE)


@dataclass(frozen=True)
class ObjectMesh:
    """One mesh. vertices (V, 3) float32 in meters as far as its author kept to them, Z up; triangles (T, 3) int32.

    ``label`` indexes OBJECT_LABELS or is UNKNOWN; ``subset`` is ``train``, ``val``, or ``score``: the unlabeled packs
    that training never sees and that the rejection of unknown objects is scored on.
    """

    path: str
    source: str
    pack: str
    label: int
    subset: str
    vertices: NDArray[np.float32]
    triangles: NDArray[np.int32]


def read_objects(
    folder: Path, cache: Path | None = None, only: str = "", labels: Sequence[str] = FIRST_LABELS
) -> list[ObjectMesh]:
    """The labeled meshes and the clean negatives of ``folder``/labels.csv; broken files are named and skipped.

    Args:
        folder: holds labels.csv (columns path, source, pack, label, split, ambiguous) and the .glb files.
        cache: an .npz that keeps the geometry between runs; written when meshes are missing in it.
        only: read this subset alone (not with a cache).
        labels: the first of OBJECT_LABELS; with more than FIRST_LABELS meshes of further classes are among them
            (:func:`further_label`), which are unlabeled otherwise.

    Raises:
        InputError: labels.csv is missing or names a label that is not in OBJECT_LABELS.
    """
    rows = _read_rows(folder / "labels.csv")
    for row in rows:
        if not row["label"] and (found := further_label(row["path"])) in labels:
            row["label"] = found
    rows = [row for row in rows if row["label"] or row["ambiguous"] == "0"]
    if only:
        rows = [row for row in rows if _subset(row) == only]
    geometry: dict[str, dict[str, NDArray]] = {}
    if cache is not None and cache.is_file():
        with np.load(cache, allow_pickle=False) as stored:
            paths = {name.rpartition("|")[0] for name in stored.files} & {row["path"] for row in rows}
            geometry = {path: {part: stored[f"{path}|{part}"] for part in ("v", "t")} for path in sorted(paths)}
    new = _read_geometry(folder, [row for row in rows if row["path"] not in geometry])
    geometry |= new
    if cache is not None and new:
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_suffix(".part.npz")
        np.savez(
            partial, **{f"{path}|{part}": array for path, pair in geometry.items() for part, array in pair.items()}
        )
        partial.replace(cache)
    return [
        ObjectMesh(row["path"], row["source"], row["pack"], _label(row), _subset(row), mesh["v"], mesh["t"])
        for row in rows
        if (mesh := geometry.get(row["path"])) is not None
    ]


@functools.cache
def _further() -> dict[str, list[str]]:
    with (Path(__file__).parent / "further_labels.toml").open("rb") as stream:
        return tomllib.load(stream)


def further_label(path: str) -> str:
    """The label of further_labels.toml for the mesh at ``path``, below the folder with labels.csv; empty without one.

    Patterns of a label are tried in order: one that begins with "!" excludes what those before it matched.
    """
    name = path.rpartition(".")[0]
    for label, patterns in _further().items():
        matched = False
        for pattern in patterns:
            if fnmatch.fnmatchcase(name, pattern.removeprefix("!")):
                matched = not pattern.startswith("!")
        if matched:
            return label
    return ""


def authors_in(folder: Path) -> dict[str, str]:
    """Path of each mesh in ``folder``/labels.csv -> its author.

    Raises:
        InputError: labels.csv is missing.
    """
    return {row["path"]: row.get("author") or "" for row in _read_rows(folder / "labels.csv")}


class Split(NamedTuple):
    """Meshes by their use: for training, for model selection, and held out from both, by the name given."""

    learned: list[ObjectMesh]
    selection: list[ObjectMesh]
    left_out: dict[str, list[ObjectMesh]]


def read_split(
    folder: Path,
    cache: Path | None,
    select: Sequence[str],
    leave_out: Sequence[str],
    labels: Sequence[str] = FIRST_LABELS,
) -> Split:
    """:func:`read_objects`, divided by the sources or authors that ``select`` and ``leave_out`` name.

    Raises:
        InputError: as :func:`read_objects`; no mesh has such a source or author.
    """
    meshes, authors = read_objects(folder, cache, labels=labels), authors_in(folder)

    def named(*names: str) -> list[ObjectMesh]:
        return [mesh for mesh in meshes if mesh.source in names or authors[mesh.path] in names]

    unknown = [name for name in (*select, *leave_out) if not named(name)]
    if unknown:
        raise InputError("{name}: no mesh of {more} has this source or author", name=unknown[0], more=folder)
    kept = {mesh.path for mesh in named(*select, *leave_out)}
    learned = [mesh for mesh in meshes if mesh.path not in kept]
    return Split(learned, named(*select), {name: named(name) for name in leave_out})


def _read_rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))
    except OSError as error:
        raise InputError(
            "{table}: cannot be read ({reason}); give the folder that holds labels.csv", table=table, reason=error
        ) from error


def _label(row: dict[str, str]) -> int:
    if not row["label"]:
        return UNKNOWN
    if row["label"] not in OBJECT_LABELS:
        raise InputError(
            "{path}: {label!r} is not a label; the labels are {labels}",
            path=row["path"],
            label=row["label"],
            labels=", ".join(OBJECT_LABELS),
        )
    return OBJECT_LABELS.index(row["label"])


def _subset(row: dict[str, str]) -> str:
    """The subset of a row; half of the packs of negatives are kept for the score, chosen by a hash of the name."""
    if row["label"] or row["split"] == "val":
        return row["split"]
    digest = hashlib.sha256(f"{row['source']}/{row['pack']}".encode()).digest()
    return "score" if digest[0] % 2 else "train"


def load_geometry(path: Path) -> Any:
    """The mesh of a file of unknown origin, as :class:`trimesh.Trimesh`: all its parts in one, without its materials.

    Materials would open pictures with all readers of Pillow, some of which start other programs.

    Raises:
        ValueError: there is no such file; else whatever ``trimesh`` or :func:`check_references` raises.
    """
    import trimesh  # half a second, which labels and arrays alone do without

    if not path.is_file():
        raise ValueError("no file")
    check_references(path)
    return trimesh.load(path, force="mesh", process=False, skip_materials=True)


def _read_geometry(folder: Path, rows: list[dict[str, str]]) -> dict[str, dict[str, NDArray]]:
    geometry = {}
    for row in rows:
        try:
            mesh = load_geometry(folder / row["path"])
            vertices, triangles = np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
            if not len(triangles) or not np.isfinite(vertices).all():
                raise ValueError("no triangles, or coordinates that are not finite")
        except Exception as error:  # noqa: BLE001 - whatever a broken file raises, the others are read
            _log.warning("%s: skipped (%s)", row["path"], error)
            continue
        unit = 0.01 if row["source"].startswith("sh3d") else 1.0
        geometry[row["path"]] = {
            "v": vertices[:, [0, 2, 1]] * np.array([unit, -unit, unit], np.float32),
            "t": triangles,
        }
    return geometry


def components(mesh: ObjectMesh) -> NDArray[np.intp]:
    """The connected part (0, 1, …) that each triangle of ``mesh`` belongs to."""
    # SciPy comes with the extra "train".
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    first, second = mesh.triangles[:, :2].T, mesh.triangles[:, 1:].T
    pairs = (first.ravel(), second.ravel())
    links = coo_matrix((np.ones(len(pairs[0]), np.int8), pairs), shape=(len(mesh.vertices),) * 2)
    return np.asarray(connected_components(links, directed=False)[1][mesh.triangles[:, 0]])


def varied_samples(mesh: ObjectMesh, rng: np.random.Generator) -> tuple[Samples, NDArray[np.float32]]:
    """Surface samples and dimensions (3,) of a varied copy.

    Yaw (half of the copies stay aligned to the axes, as assets are), a tilt of up to 10°, mirror, anisotropic scale,
    parts left out, thin parts thickened (jitter of the vertices along random directions per part).
    """
    vertices, triangles = mesh.vertices, mesh.triangles
    if rng.random() < 0.35:
        triangles = _without_some_parts(mesh, rng)
    scale = np.exp(rng.uniform(np.log(0.72), np.log(1.39), 3))
    if rng.random() < 0.5:
        scale[0] *= -1
    yaw = rng.integers(4) * 90.0 + (rng.uniform(-45, 45) if rng.random() < 0.5 else rng.normal(0, 4))
    tilt = rng.normal(0, 4, 2) if rng.random() < 0.4 else np.zeros(2)
    moved = (vertices * scale.astype(np.float32)) @ _rotation(yaw, np.clip(tilt, -10, 10)).T
    size = dimensions(moved, triangles)
    if rng.random() < 0.3:
        # Two copies a little apart: every thin part grows by up to 3 % of the object.
        shift = rng.normal(0, 0.012, 3).astype(np.float32) * size.max()
        triangles = np.concatenate([triangles, triangles + len(moved)])
        moved = np.concatenate([moved - shift, moved + shift])
    return sample_surface(moved, triangles), size


def _without_some_parts(mesh: ObjectMesh, rng: np.random.Generator) -> NDArray[np.int32]:
    """Leaves out a random share of the parts, but never the larger half of the triangles."""
    part = components(mesh)
    keep = (rng.random(part.max() + 1) > rng.uniform(0, 0.3))[part]
    return mesh.triangles[keep] if keep.mean() > 0.5 else mesh.triangles


def _rotation(yaw: float, tilt: NDArray[np.floating]) -> NDArray[np.float32]:
    (a, b, c), (d, e, f) = np.cos(np.radians([yaw, *tilt])), np.sin(np.radians([yaw, *tilt]))
    around_z = np.array([[a, -d, 0], [d, a, 0], [0, 0, 1]])
    around_x = np.array([[1, 0, 0], [0, b, -e], [0, e, b]])
    around_y = np.array([[c, 0, f], [0, 1, 0], [-f, 0, c]])
    return np.asarray(around_z @ around_x @ around_y, dtype=np.float32)
