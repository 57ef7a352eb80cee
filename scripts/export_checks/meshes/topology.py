"""Checks 8 and 9: clean triangles, with all data for tangent space."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Mesh, Model, Node

SMALLEST_AREA = 1e-12
"""Square meters: a triangle of a micrometer."""


def _clean(_: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.mesh_nodes:
        mesh = node.mesh
        if mesh is None or mesh.is_compressed:
            continue
        yield from (Problem(model.name, what, node.name, 0, count) for what, count in _faults(model, node, mesh))


def _faults(model: Model, node: Node, mesh: Mesh) -> Iterator[tuple[str, int]]:
    """The faults, with their counts."""
    if not len(mesh.sizes):
        yield "has no faces", 0
        return
    for what, values in (("points", mesh.points), ("normals", mesh.normals), ("tangents", mesh.tangents)):
        if values is not None and not np.isfinite(values).all():
            yield f"has {what} that are not finite", int((~np.isfinite(values)).any(axis=1).sum())
    ngons = int((mesh.sizes != 3).sum())
    if ngons:
        yield "has faces that are not triangles", ngons
        return
    if mesh.loose:
        yield "has vertices without a face", mesh.loose
    points = model.points(node)
    if not np.isfinite(points).all():
        return
    triangles = mesh.triangles
    at = points[triangles]
    area = np.linalg.norm(np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]), axis=1) / 2
    flat = int((area <= SMALLEST_AREA).sum())
    if flat:
        yield f"has triangles without area (up to {SMALLEST_AREA:g} m²)", flat
    _, place = np.unique(points.astype(np.float32), axis=0, return_inverse=True)
    corners = place.reshape(-1)[triangles[area > SMALLEST_AREA]]
    turned = np.take_along_axis(corners, (corners.argmin(axis=1)[:, None] + np.arange(3)) % 3, axis=1)
    twice = len(turned) - len(np.unique(turned, axis=0))
    if twice:
        yield "has triangles twice in one place", twice
    if mesh.normals is not None:
        off = int((np.abs(np.linalg.norm(mesh.normals, axis=1) - 1) > 0.02).sum())
        if off:
            yield "has normals that are not of unit length", off


def _layers(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.render_nodes:
        mesh = node.mesh
        if mesh is None or mesh.is_compressed:
            continue
        has = {
            "normals": mesh.normals is not None,
            "tangents": mesh.has_tangents,
            "binormals": mesh.has_binormals,
            "smoothing groups": mesh.has_smoothing,
            "UVs": bool(mesh.uvs),
        }
        if model.format == "fbx":
            wanted = list(has)
        elif model.format == "vrm":
            wanted = ["normals", "UVs"]
            if mesh.has_tangents:
                yield Problem(model.name, "has a TANGENT attribute, which VRM forbids", node.name)
        else:
            mapped = {material.name for material in model.materials if "normal" in material.textures}
            wanted = ["normals", "UVs", *(["tangents"] if mapped & set(mesh.materials) else [])]
        for what in wanted:
            if not has[what]:
                yield Problem(model.name, f"has no {what}", node.name)


def _with_meshes(folder: TargetFolder) -> list[Model]:
    return [model for model in folder.models if model.mesh_nodes]


CHECKS = [
    Check("8", "Triangles only; nothing degenerate, loose, double or not finite", _with_meshes, _clean),
    Check(
        "9",
        "FBX: smoothing, normals, tangents, binormals; GLB: tangents with normal maps; VRM: none",
        _with_meshes,
        _layers,
    ),
]
