"""Check 29: what Blender reads back from the files looks like the scene at the same points.

Both sides are rendered by Cycles: a shader is judged by its appearance, whatever nodes it consists of on either side.
"""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml_core.references import check_references
from scripts.lib.cli import quiet

from ..problem import Check, Outcome, Problem
from ..programs.round_trip import USD, import_model, is_extra
from ..readers.folder import MODELS, TargetFolder
from ..readers.glb import split
from ..readers.model import Array

TOLERANCE, SHARE = 0.002, 0.002
"""Meters, and of what a material covers on an object, that a point may be away to be the same place."""
DIFFERENCE, PLAIN_DIFFERENCE, PART = 0.08, 0.15, 0.34
"""How much a value may differ, in formats of plain materials (whose shine takes its share of the color) and in others,
and at which part of the points it may differ by more."""
FEWEST, MOST_HERE = 3, 4
JUDGED = {"fbx": ("albedo", "light"), "usd": ("albedo", "light")}
"""What a format's plain materials hold, unless they are glass; GLB holds all. Engines get the rest of FBX materials
from the textures."""


@dataclass
class Look:
    """Points (n, 3) of one object and material in meters, Z up, their unit normals, and their appearance by pass."""

    name: str
    material: str
    points: Array
    normals: Array
    values: dict[str, Array]
    is_shaped: bool = False
    has_nodes: bool = True


def scene_looks(unit: float) -> list[Look]:
    """The looks of the open scene, its unit given in meters; ``is_shaped`` if points cannot judge the material."""
    from .shading import MOST_POINTS, looks, needs_shape, scene_patches, spread

    patches, count = [], 0
    for patch in scene_patches():
        chosen = spread(patch)
        count += len(chosen.corners)
        if count > MOST_POINTS:
            break
        patches.append(chosen)
    values = looks(patches)
    found, at = [], 0
    for patch in patches:
        rows = slice(at, at + len(patch.corners))
        at = rows.stop
        points, normals = _facing(patch.corners)
        shown = {name: value[rows] for name, value in values.items()}
        name = patch.material.name if patch.material is not None else ""
        has_nodes = patch.material is None or (patch.material.use_nodes and patch.material.node_tree is not None)
        is_shaped = needs_shape(patch.material)
        found.append(Look(patch.name, name, points * unit, normals, shown, is_shaped, has_nodes))
    return found


def _facing(corners: Array) -> tuple[Array, Array]:
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return corners.mean(axis=1), across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-30)


def likeness_check(folder: TargetFolder, looks: list[Look], name: str) -> Outcome:
    """Compares the models of one target's folder, which are open, with the looks of the scene ``name``."""
    check = Check("29", f"The files look like {name} at the same points", lambda _: (), lambda *_: iter(()))
    outcome = Outcome(check, 0)
    for problem, judged in _differences(looks, _format(folder)):
        outcome.looked_at += judged
        if problem is not None:
            outcome.problems.append(problem)
    return outcome


def _format(folder: TargetFolder) -> str:
    suffixes = {path.suffix.lower() for path in folder.files}
    return "usd" if suffixes & set(USD) else "fbx" if ".fbx" in suffixes else "glb"


def open_models(folder: TargetFolder) -> dict[str, list[Any]]:
    """Opens all models in one empty file, placed by layout.json; returns their objects by file stem.

    Raises:
        InputError: a model refers to files that are not beside it.
        RuntimeError: Blender does not read one.
    """
    import bpy
    from mathutils import Matrix

    with quiet():
        bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    opened: dict[str, list[Any]] = {}
    for path in [file for file in folder.files if file.suffix.lower() in (*MODELS, *USD)]:
        check_references(path)
        before = set(bpy.data.objects)
        with _at_rest(path) as still, quiet():
            import_model(still)
        made = opened[path.stem] = [obj for obj in bpy.data.objects if obj not in before]
        for item in made:
            if item.type == "MESH" and is_extra(item.name):
                item.hide_render = True
        places = [item["matrix_world"] for item in folder.layout if item.get("asset") == path.stem]
        if not places:
            continue
        kit = bpy.data.collections.new(path.stem)
        for obj in made:
            for collection in obj.users_collection:
                collection.objects.unlink(obj)
            kit.objects.link(obj)
        for number, place in enumerate(places):
            empty = bpy.data.objects.new(f"{path.stem} {number}", None)
            empty.instance_type, empty.instance_collection = "COLLECTION", kit
            scene.collection.objects.link(empty)
            empty.matrix_world = Matrix(place)
    bpy.context.view_layer.update()
    return opened


@contextmanager
def _at_rest(path: Path) -> Iterator[Path]:
    """A GLB file without its animations, which Blender would play; other files as they are."""
    if path.suffix.lower() not in (".glb", ".vrm"):
        yield path
        return
    document, binary = split(path)
    document.pop("animations", None)
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    with tempfile.TemporaryDirectory() as folder:
        still = Path(folder) / f"{path.stem}.glb"
        body = struct.pack("<II", len(text), 0x4E4F534A) + text
        if binary:
            body += struct.pack("<II", len(binary), 0x004E4942) + binary
        still.write_bytes(struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body)
        yield still


def _differences(looks: list[Look], kind: str) -> Iterator[tuple[Problem | None, int]]:
    """The differences of each look, and whether it could be judged."""
    from mathutils import Vector
    from mathutils.bvhtree import BVHTree

    from .shading import looks as looks_of
    from .shading import scene_patches

    patches = list(scene_patches())
    if not patches or not looks:
        return
    corners = np.concatenate([patch.corners for patch in patches])
    owner = np.concatenate([np.full(len(patch.corners), at) for at, patch in enumerate(patches)])
    first = np.concatenate([np.arange(len(patch.corners)) for patch in patches])
    flat = corners.reshape(-1, 3)
    tree = BVHTree.FromPolygons(flat.tolist(), np.arange(len(flat)).reshape(-1, 3).tolist(), all_triangles=True)
    _, normals = _facing(corners)
    tiny, found = [], []
    for look in looks:
        limit = TOLERANCE + SHARE * float(np.linalg.norm(np.ptp(look.points, axis=0))) if len(look.points) else 0.0
        own: list[list[int]] = []
        for point, normal in zip(look.points, look.normals, strict=True):
            near = [item[2] for item in tree.find_nearest_range(Vector(point), limit)]
            here = [at for at in near if normals[at] @ normal > 0.5][:MOST_HERE]
            own.append(list(range(len(tiny), len(tiny) + len(here))))
            tiny += [patches[owner[at]].at(first[at : at + 1], _barycentric(corners[at], point)[None]) for at in here]
        found.append(own)
    shown = looks_of(tiny)
    for look, own in zip(looks, found, strict=True):
        rows = [row for row, here in enumerate(own) if here]
        is_glass = kind in JUDGED and bool((look.values["through"] > DIFFERENCE).any())
        if len(rows) < FEWEST or look.is_shaped or is_glass:
            yield None, 0
            continue
        # Cycles shows materials without nodes as chalk, whatever roughness they have.
        names = JUDGED.get(kind, tuple(look.values) if look.has_nodes else ("albedo", "light"))
        best = [min(own[row], key=lambda at, row=row: _apart(look, shown, row, at, names)) for row in rows]
        limit = PLAIN_DIFFERENCE if kind in JUDGED else DIFFERENCE
        yield _difference(look, {name: shown[name][best] for name in names}, rows, limit), 1


def _apart(look: Look, shown: dict[str, Array], row: int, at: int, names: tuple[str, ...]) -> float:
    """How much a position in the files differs from a point; among coincident surfaces any may match."""
    return sum(float(np.abs(look.values[name][row] - shown[name][at]).max()) for name in names)


def _difference(look: Look, shown: dict[str, Array], rows: list[int], limit: float) -> Problem | None:
    for name, given in shown.items():
        wanted = look.values[name][rows]
        span = np.maximum(1.0, np.abs(wanted).max(axis=1))
        wrong = (np.abs(wanted - given).max(axis=1) / span) > limit
        if wrong.mean() > PART:
            expected, actual = (np.median(item[wrong], axis=0).round(3).tolist() for item in (wanted, given))
            what = f"has another {name} than the scene in material {look.material or 'none'}: {wrong.mean():.0%} of it"
            return Problem("scene", what, look.name, expected, actual, "29")
    return None


def _barycentric(triangle: Array, point: Array) -> Array:
    one, two, away = triangle[1] - triangle[0], triangle[2] - triangle[0], point - triangle[0]
    matrix = np.array([[one @ one, one @ two], [one @ two, two @ two]])
    if abs(np.linalg.det(matrix)) < 1e-30:
        return np.array([1.0, 0.0, 0.0])
    share = np.clip(np.linalg.solve(matrix, (one @ away, two @ away)), 0, 1)
    return np.array([1 - share.sum(), *share])
