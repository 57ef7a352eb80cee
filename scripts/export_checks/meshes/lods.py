"""Checks 11 and 12: levels of detail where engines look for them, and none in glTF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import COLLIDER_SUFFIXES, Model, Node, box


def groups(model: Model) -> dict[str, list[Node]]:
    """Nodes by the name before ``_LOD<n>``."""
    found: dict[str, list[Node]] = defaultdict(list)
    for node in model.render_nodes:
        if node.lod is not None:
            found[node.name.rpartition("_LOD")[0]].append(node)
    return {name: sorted(nodes, key=lambda node: node.lod or 0) for name, nodes in found.items()}


def _levels(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    found = groups(model)
    for name, nodes in found.items():
        numbers = [node.lod for node in nodes]
        if numbers != list(range(len(nodes))):
            yield Problem(model.name, "has a gap in its levels", name, list(range(len(nodes))), numbers)
        counts = [len(node.mesh.triangles) if node.mesh else 0 for node in nodes]
        if any(after >= before for before, after in pairwise(counts)):
            yield Problem(model.name, "has levels that do not get fewer triangles", name, "strictly fewer", counts)
        yield from _shapes_of_levels(model, nodes)
        if folder.about is not None and folder.about.lod_group:
            parents = {model.nodes[node.parent].name if node.parent >= 0 else "" for node in nodes}
            holder = next((item for item in model.nodes if item.name in parents), None)
            if len(parents) != 1 or holder is None or "LodGroup" not in str(holder.properties.get("fbx_type", "")):
                yield Problem(model.name, "is not under one LodGroup", name, "LodGroup", sorted(parents))
    claim = folder.entry(model).get("lods")
    if isinstance(claim, list):
        given = {node.name: len(node.mesh.triangles) for nodes in found.values() for node in nodes if node.mesh}
        wanted = {item["name"]: item["triangles"] for item in claim}
        if given != wanted:
            yield Problem(model.name, "has other levels than the manifest says", "", wanted, given)


def _shapes_of_levels(model: Model, nodes: list[Node]) -> Iterator[Problem]:
    finest = nodes[0]
    size = np.ptp(box(model.points(finest)), axis=0)
    for node in nodes[1:]:
        far = np.abs(model.world(node)[:3, 3] - model.world(finest)[:3, 3]).max()
        if far > 0.001:
            yield Problem(model.name, "has another pivot than LOD0", node.name, "0 m", round(float(far), 4))
        off = np.abs(box(model.points(node)) - box(model.points(finest))).max()
        if off > 0.02 * size.max():
            yield Problem(
                model.name, "has another box than LOD0", node.name, "within 2 %", f"{off / max(size.max(), 1e-9):.1%}"
            )


def _with_levels(folder: TargetFolder) -> list[Model]:
    return [model for model in folder.models if groups(model) or "lods" in folder.entry(model)]


def _plain(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.nodes:
        if node.lod:
            yield Problem(model.name, "is a coarser level of detail, which would be drawn too", node.name)
        hidden = folder.about is not None and bool(folder.about.collider_suffix)  # which the engine does not draw
        is_known = hidden and node.name.endswith(COLLIDER_SUFFIXES)
        if node.is_collider and not is_known:
            yield Problem(model.name, "is a collider, which would be drawn", node.name)


CHECKS = [
    Check("11", "Levels of detail: no gap, fewer triangles, same pivot, same box within 2 %", _with_levels, _levels),
    Check("12", "GLB and VRM: LOD0 only, no colliders", lambda f: f.of_format("glb", "vrm"), _plain),
]
