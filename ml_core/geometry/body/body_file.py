"""The data of the built-in body as shipped: ``weights/body_model.npz``, read with every size checked."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError, Message

BODY_FILE = Path(__file__).resolve().parents[2] / "weights" / "body_model.npz"
STEP = 1e-4
"""Meters of one step of a target's displacements."""
BASE_STEP = 1e-5
"""Meters of one step of the base mesh's positions."""
UV_STEPS = 65535
PARTS = ("skin", "teeth_upper", "teeth_lower", "tongue", "lashes", "eye_l", "eye_r", "tights", "skirt")
"""Meshes of the file, each with faces and corners of its own; the last two are helpers that garments are cut from."""
MAX_BYTES = 256 * 2**20
"""Of the arrays unpacked, so that a small file cannot fill the memory; the shipped ones are a fifth of that."""
MAX_ROWS, MAX_NAMES = 65535, 4096

Array = NDArray[np.floating]


@dataclass(frozen=True)
class BodyData:
    """The base mesh, its targets, faces and skin weights. Meters, Z up, facing -Y; R rows: V vertices, then J joints.

    Attributes:
        base: (R, 3) float32 positions; the joints are the means of MakeHuman's joint cubes.
        joints: names of the last J rows, such as ``l-knee``.
        targets: name -> number of its displacements; several names may share one.
        start: (N + 1,) where each displacement starts in ``rows`` (…,) and ``steps`` (…, 3) int16 of :data:`STEP`.
        uv: (T, 2) float32, v up.
        faces, corners: part -> (F, 4) indices of vertices and of ``uv``.
        bones: names of the columns of the skin weights.
        bone_index, bone_weight: (V, 4) columns and weights, which sum to 1.
        source: (V,) the index of each vertex in MakeHuman's own mesh of 19,158 vertices.
    """

    base: NDArray[np.float32]
    joints: tuple[str, ...]
    targets: dict[str, int]
    start: NDArray[np.int64]
    rows: NDArray[np.int32]
    steps: NDArray[np.int16]
    uv: NDArray[np.float32]
    faces: dict[str, NDArray[np.int64]]
    corners: dict[str, NDArray[np.int64]]
    bones: tuple[str, ...]
    bone_index: NDArray[np.int64]
    bone_weight: NDArray[np.float32]
    source: NDArray[np.int64]

    @property
    def vertex_count(self) -> int:
        return len(self.base) - len(self.joints)

    def target(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Rows (N,) that a target moves and by how much, (N, 3) meters.

        Raises:
            KeyError: there is no such target.
        """
        number = self.targets[name]
        part = slice(self.start[number], self.start[number + 1])
        return self.rows[part], self.steps[part] * np.float32(STEP)

    def used(self, *parts: str) -> NDArray[np.int64]:
        """(N,) the vertices of some parts, sorted."""
        return np.unique(np.concatenate([self.faces[part].ravel() for part in parts]))


def read_body(path: Path = BODY_FILE) -> BodyData:
    """Read and check a file that ``scripts/data/compile_body_model.py`` wrote; no pickles.

    Raises:
        InputError: the file is missing, damaged, of another kind or with values out of range. One line.
    """
    try:
        arrays = _arrays(path)
        data = _body(arrays)
    except FileNotFoundError:
        raise InputError("{file}: not found; make it with scripts/data/compile_body_model.py", file=path.name) from None
    except KeyError as error:
        raise InputError(
            "{file}: lacks {missing}; {repair}", file=path.name, missing=error.args[0], repair=Message(_REPAIR)
        ) from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise InputError(
            "{file}: {reason}; {repair}",
            file=path.name,
            reason=" ".join(str(error).split())[:160] or "is damaged",
            repair=Message(_REPAIR),
        ) from None
    except Exception as error:
        if type(error).__name__ != "LZMAError":  # its module is missing from some builds of Python
            raise
        raise InputError("{file}: is damaged; {repair}", file=path.name, repair=Message(_REPAIR)) from None
    return data


_REPAIR = "install Atelier again or run scripts/data/compile_body_model.py"


def _arrays(path: Path) -> dict[str, NDArray]:
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        if sum(sizes.values()) > MAX_BYTES or len(sizes) > 64:
            raise ValueError(f"unpacks to more than {MAX_BYTES >> 20} MiB")
        arrays = {}
        for name, size in sizes.items():
            with archive.open(name) as stream:
                arrays[name.removesuffix(".npy")] = _array(stream.read(size + 1), name)
    return arrays


def _array(content: bytes, name: str) -> NDArray:
    """The array of an ``.npy`` file, a view of ``content``; numpy's own reader copies it in small chunks."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise ValueError(f"{name} is not an array of version 1.0")
    shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream)
    if kind.hasobject or by_columns or min(shape, default=0) < 0:
        raise ValueError(f"{name} is not a plain array")
    count = int(np.prod(shape, dtype=np.int64)) if shape else 1
    if stream.tell() + count * kind.itemsize != len(content):
        raise ValueError(f"{name} does not have the size that it says")
    return np.frombuffer(content, kind, count, stream.tell()).reshape(shape)


def _body(arrays: dict[str, NDArray]) -> BodyData:
    base = _checked(arrays, "base", "i", (None, 3)).astype(np.float32) * np.float32(BASE_STEP)
    joints, names, bones = (_names(arrays, name) for name in ("joint_names", "target_names", "bone_names"))
    vertices = len(base) - len(joints)
    if not 0 < vertices <= len(base) <= MAX_ROWS:
        raise ValueError("has no vertices, or more rows than indices can name")
    start = _checked(arrays, "target_start", "i", (None,)).astype(np.int64)
    gaps = _checked(arrays, "target_gaps", "u", (None,))
    if len(start) < 2 or start[0] != 0 or start[-1] != len(gaps) or (np.diff(start) < 0).any():
        raise ValueError("target_start is not sorted from 0 to the number of displacements")
    steps = np.stack([_checked(arrays, f"target_{axis}", "i", (len(gaps),)).astype(np.int16) for axis in "xyz"], axis=1)
    number = _checked(arrays, "target_number", "u", (len(names),)).astype(np.int64)
    _check_range(number, len(start) - 1, "target_number")
    uv = _checked(arrays, "uv", "u", (None, 2)).astype(np.float32) / UV_STEPS
    faces, corners = {}, {}
    for part in PARTS:
        faces[part] = _checked(arrays, f"faces_{part}", "u", (None, 4)).astype(np.int64)
        corners[part] = _checked(arrays, f"corners_{part}", "u", (len(faces[part]), 4)).astype(np.int64)
        _check_range(faces[part], vertices, f"faces_{part}")
        _check_range(corners[part], len(uv), f"corners_{part}")
    index = _checked(arrays, "bone_index", "u", (vertices, 4)).astype(np.int64)
    _check_range(index, len(bones), "bone_index")
    weight = _checked(arrays, "bone_weight", "u", (vertices, 4)).astype(np.float32)
    if (weight.sum(axis=1) <= 0).any():
        raise ValueError("bone_weight has vertices without a bone")
    return BodyData(
        base, joints, dict(zip(names, number.tolist(), strict=True)), start, _rows(gaps, start, len(base)), steps,
        uv, faces, corners, bones, index, weight / weight.sum(axis=1, keepdims=True),
        _checked(arrays, "source", "u", (vertices,)).astype(np.int64),
    )  # fmt: skip


def _rows(gaps: NDArray, start: NDArray[np.int64], limit: int) -> NDArray[np.int32]:
    """The row of each displacement, from the distances to the one before in the same target."""
    total = np.cumsum(gaps, dtype=np.int64)
    before = np.concatenate([[0], total])[start[:-1]]
    rows = total - np.repeat(before, np.diff(start))
    _check_range(rows, limit, "target_gaps")
    return rows.astype(np.int32)


def _checked(arrays: dict[str, NDArray], name: str, kind: str, shape: tuple[int | None, ...]) -> NDArray:
    """The array of this name if it is of the kind (``i``: any whole numbers, ``u``: unsigned) and shape."""
    array = arrays[name]
    fits = array.ndim == len(shape) and all(n is None or n == m for n, m in zip(shape, array.shape, strict=True))
    if not fits or array.dtype.kind not in ("iu" if kind == "i" else kind):
        wanted = " x ".join("any" if n is None else str(n) for n in shape)
        raise ValueError(f"{name} is {array.dtype} of shape {array.shape}, expected whole numbers of shape {wanted}")
    return array


def _names(arrays: dict[str, NDArray], key: str) -> tuple[str, ...]:
    array = arrays[key]
    if array.ndim != 1 or array.dtype.kind != "U" or not 0 < len(array) <= MAX_NAMES:
        raise ValueError(f"{key} is not a list of names")
    names = tuple(array.tolist())
    if len(set(names)) != len(names):
        raise ValueError(f"{key} has a name twice")
    return names


def _check_range(values: NDArray, limit: int, name: str) -> None:
    if len(values) and not 0 <= int(values.min()) <= int(values.max()) < limit:
        raise ValueError(f"{name} points outside of what the file has")
