"""Check 13: colliders that engines recognize, closed, convex and where the object is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Array, Mesh, Model, Node, box

_SHAPES = {
    "UBX": "box", "USP": "sphere", "UCP": "capsule", "UCX": "convex",
    "COL_BOX": "box", "COL_SPHERE": "sphere", "COL_CAPSULE": "capsule", "COL_CONVEX": "convex",
}  # fmt: skip
_NAME = re.compile(r"(UBX|USP|UCP|UCX|COL_BOX|COL_SPHERE|COL_CAPSULE|COL_CONVEX)_(.+)_(\d+)")
LARGEST_RATIO = 1.001
"""Of the hull's volume to the mesh's own."""
MARGIN = 0.02


def _colliders(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    renders = {node.name: node for node in model.render_nodes}
    if folder.about is not None and not folder.about.lod_group:  # they are named for the asset, whatever its levels
        renders |= {name.removesuffix("_LOD0"): node for name, node in renders.items()}
    found = {}
    for node in (item for item in model.mesh_nodes if item.is_collider):
        match = _NAME.fullmatch(node.name)
        if match is None:
            yield Problem(model.name, "is a collider whose name no engine knows", node.name)
            continue
        found[node.name] = _SHAPES[match[1]]
        owner = renders.get(match[2])
        if owner is None:
            yield Problem(model.name, "belongs to no mesh of this file", node.name, match[2], sorted(renders))
        yield from _solid(model, node, owner)
    claim = folder.entry(model).get("colliders")
    if isinstance(claim, list):
        wanted = {item["name"]: "convex" if item["shape"] == "convex_parts" else item["shape"] for item in claim}
        if wanted != found:
            yield Problem(model.name, "has other colliders than the manifest says", "", wanted, found)


def _solid(model: Model, node: Node, owner: Node | None) -> Iterator[Problem]:
    mesh = node.mesh
    if mesh is None or not len(mesh.sizes) or not np.isfinite(mesh.points).all():
        return
    points = model.points(node)
    if not _is_closed(points, mesh):
        yield Problem(model.name, "is not closed", node.name)
    else:
        volume, hull = _volume(points, mesh.triangles), _hull_volume(points)
        if volume <= 0:
            yield Problem(model.name, "is flat or inside out", node.name, "> 0 m³", f"{volume:.3g} m³")
        elif hull / volume > LARGEST_RATIO:
            yield Problem(
                model.name,
                "is not convex (volume of its hull to its own)",
                node.name,
                LARGEST_RATIO,
                round(hull / volume, 4),
            )
    if owner is not None:
        inner, outer = box(points), box(model.points(owner))
        far = max(float((outer[0] - inner[0]).max()), float((inner[1] - outer[1]).max()))
        if far > MARGIN:
            yield Problem(
                model.name, f"reaches out of the box of {owner.name}", node.name, f"{MARGIN} m", f"{far:.3f} m"
            )


def _is_closed(points: Array, mesh: Mesh) -> bool:
    """Every edge, by position, has one face on each side."""
    _, place = np.unique(points.astype(np.float32).round(6), axis=0, return_inverse=True)
    corners = place.reshape(-1)[mesh.triangles]
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    forward = {tuple(edge) for edge in edges.tolist()}
    return len(forward) == len(edges) and all((b, a) in forward for a, b in forward)


def _volume(points: Array, triangles: Array) -> float:
    """Volume by the divergence theorem; positive when faces point outward."""
    at = points[triangles] - points.mean(axis=0)
    return float(np.einsum("ti,ti->t", at[:, 0], np.cross(at[:, 1], at[:, 2])).sum() / 6)


def _hull_volume(points: Array) -> float:
    import bmesh

    work = bmesh.new()
    try:
        for point in np.unique(points.round(7), axis=0):
            work.verts.new(point)
        bmesh.ops.convex_hull(work, input=work.verts)
        return abs(work.calc_volume())
    finally:
        work.free()


def _with_colliders(folder: TargetFolder) -> list[Model]:
    return [
        model
        for model in folder.of_format("fbx")
        if any(node.is_collider for node in model.nodes) or folder.entry(model).get("colliders")
    ]


CHECKS = [
    Check("13", "Colliders: named for a mesh, closed, convex, within its box and 2 cm", _with_colliders, _colliders)
]
