"""Check 22: shape keys exist in the files, move something, and move it alike in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Array, Model

TOLERANCE = 0.0001
PLACE_TOLERANCE = 0.001
"""Meters between the places where a key moves most."""
POSED_SHARE = 0.03
"""Of the longest move: arms raised for one target turn what their bones hold of the neck, and its moves with it."""


@dataclass
class _Moved:
    """The effect of a key in a file: its largest displacement, and the displacement-weighted center of moved
    vertices.
    """

    longest: float
    place: Array | None
    """``None`` where the points are compressed."""


def _keys(model: Model) -> dict[str, _Moved]:
    found: dict[str, list[tuple[Array, Array]]] = {}
    compressed: set[str] = set()
    for node in model.shown_nodes:
        if node.mesh is None:
            continue
        matrix = model.to_meters if node.mesh.skin and model.format != "fbx" else model.world(node)
        if node.mesh.is_compressed:
            compressed |= node.mesh.shapes.keys()
        points = model.points(node)
        for name, deltas in node.mesh.shapes.items():
            where = np.zeros_like(deltas) if node.mesh.is_compressed else points
            found.setdefault(name, []).append((where, deltas @ matrix[:3, :3].T))
    result = {}
    for name, parts in found.items():
        both = np.concatenate([np.hstack(part) for part in parts])
        # Each place counts once: glTF has several vertices where UVs part.
        both = both[np.unique(np.round(both, 5), axis=0, return_index=True)[1]]
        moved, way = both[:, :3] + both[:, 3:], np.linalg.norm(both[:, 3:], axis=1)
        weight = way**2 / max(float((way**2).sum()), 1e-20)
        result[name] = _Moved(float(way.max(initial=0)), None if name in compressed else weight @ moved)
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
        allowed = TOLERANCE + POSED_SHARE * theirs[name].longest
        length = abs(keys[name].longest - theirs[name].longest)
        places = [item.place for item in (keys[name], theirs[name]) if item.place is not None]
        place = float(np.ptp(places, axis=0).max()) if len(places) == 2 else 0.0
        for far, most in ((length, allowed), (place, PLACE_TOLERANCE)):
            if far > most:
                what = f"is a shape key that moves otherwise than in {where}"
                yield Problem(model.name, what, name, f"{most:.5f} m", f"{far:.5f} m")


def _with_shapes(folder: TargetFolder) -> list[Model]:
    return [
        model
        for model in folder.models
        if folder.entry(model).get("shape_keys") or any(node.mesh and node.mesh.shapes for node in model.mesh_nodes)
    ]


CHECKS = [Check("22", "Shape keys arrive, move, and agree within 0.1 mm", _with_shapes, _shapes)]
