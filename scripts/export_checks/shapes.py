"""Check 22: shape keys that arrive, move something, and move it alike in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .folder import TargetFolder
from .model import Array, Model, box
from .problem import Check, Problem

TOLERANCE = 0.0001
POSED_SHARE = 0.06
"""Of the longest move: arms raised for one target turn what their bones hold of the neck, and its moves with it."""


@dataclass
class _Moved:
    """What a key does to a file: the longest way of a vertex, and the box of those that move, with the key at 1."""

    longest: float
    box: Array


def _keys(model: Model) -> dict[str, _Moved]:
    found: dict[str, list[tuple[Array, Array]]] = {}
    for node in model.shown_nodes:
        if node.mesh is None:
            continue
        matrix = model.to_metres if node.mesh.skin and model.format != "fbx" else model.world(node)
        points = model.points(node)
        for name, deltas in node.mesh.shapes.items():
            found.setdefault(name, []).append((points, deltas @ matrix[:3, :3].T))
    result = {}
    for name, parts in found.items():
        moved = np.concatenate([points + deltas for points, deltas in parts])
        way = np.linalg.norm(np.concatenate([deltas for _, deltas in parts]), axis=1)
        rows = way > TOLERANCE
        result[name] = _Moved(float(way.max(initial=0)), box(moved[rows]) if rows.any() else np.zeros((2, 3)))
    return result


def _shapes(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    keys = _keys(model)
    claim = folder.entry(model).get("shape_keys")
    if isinstance(claim, list):
        for name in sorted(set(claim) - keys.keys()):
            yield Problem(model.name, "is a shape key that the file lost", name)
        for name in sorted(keys.keys() - set(claim)):
            yield Problem(model.name, "is a shape key that the manifest does not list", name)
    for name, moved in keys.items():
        if moved.longest <= TOLERANCE:
            yield Problem(
                model.name, "is a shape key that moves nothing", name, f"> {TOLERANCE} m", f"{moved.longest:.2g} m"
            )
    for sibling in folder.siblings:
        for other in sibling.skeletal_models:
            if other.path.stem == model.path.stem:
                yield from _alike(model, keys, f"{sibling.path.name}/{other.name}", _keys(other))


def _alike(model: Model, keys: dict[str, _Moved], where: str, theirs: dict[str, _Moved]) -> Iterator[Problem]:
    for name in sorted(theirs.keys() - keys.keys()):
        yield Problem(model.name, f"is a shape key of {where} that is not here", name)
    for name in sorted(keys.keys() & theirs.keys()):
        far = max(
            abs(keys[name].longest - theirs[name].longest), float(np.abs(keys[name].box - theirs[name].box).max())
        )
        allowed = TOLERANCE + POSED_SHARE * theirs[name].longest
        if far > allowed:
            yield Problem(
                model.name,
                f"is a shape key that moves otherwise than in {where}",
                name,
                f"{allowed:.5f} m",
                f"{far:.5f} m",
            )


def _with_shapes(folder: TargetFolder) -> list[Model]:
    return [
        model
        for model in folder.models
        if folder.entry(model).get("shape_keys") or any(node.mesh and node.mesh.shapes for node in model.mesh_nodes)
    ]


CHECKS = [Check("22", "Shape keys arrive, move, and agree within 0.1 mm", _with_shapes, _shapes)]
