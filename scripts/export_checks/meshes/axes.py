"""Check 5: left stays left and front stays front, in every file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.humanoid import joints_of
from ..readers.model import TO_Y_UP, Array, Model, Node, angle, rotation, scale

MILLIMETRE = 0.001
INSIDE_OUT = 0.6
"""Share of a surface that winds against its normals. Foliage that is lit from above has half of it."""


def _sides(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    """The left hand is at +X, the toes before the ankles at +Z."""
    bones, joints = model.bones(), joints_of(folder.entry(model), model)

    def place(joint: str) -> Array | None:
        name = joints.get(joint)
        return bones[name][:3, 3] if name in bones else None

    for joint, sign in (("leftHand", 1), ("rightHand", -1), ("leftFoot", 1), ("rightFoot", -1)):
        at = place(joint)
        if at is not None and at[0] * sign <= 0:
            yield Problem(model.name, f"({joint}) is on the wrong side", joints[joint], f"{sign:+d} X", round(at[0], 4))
    for side in ("left", "right"):
        foot, toes = place(f"{side}Foot"), place(f"{side}Toes")
        if foot is not None and toes is not None and toes[2] <= foot[2]:
            yield Problem(
                model.name, "point backwards", joints[f"{side}Toes"], f"> {foot[2]:.3f} at Z", round(toes[2], 3)
            )


def _winding(model: Model, node: Node) -> Iterator[Problem]:
    """A mirrored mesh with unmirrored normals shows its inside."""
    mesh = node.mesh
    if mesh is None or mesh.normals is None or not len(mesh.sizes) or not (mesh.sizes == 3).all():
        return
    at = mesh.points[mesh.triangles]
    faces = np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0])
    area = np.linalg.norm(faces, axis=1)
    agree = np.einsum("ti,ti->t", faces, mesh.normals[mesh.triangle_corners].sum(axis=1))
    wrong = area[agree < 0].sum() / max(area.sum(), 1e-30)
    if wrong > INSIDE_OUT:
        yield Problem(model.name, "is inside out: faces wind against their normals", node.name, 0, f"{wrong:.0%}")
    if np.linalg.det(node.world[:3, :3]) < 0:
        yield Problem(model.name, "mirrors its mesh (negative scale)", node.name)


def _oriented(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.render_nodes:
        yield from _winding(model, node)
    if model.is_skeletal:
        yield from _sides(folder, model)
    yield from _markers(folder, model)


def _markers(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    """The asymmetry of each mesh against the other targets of this export, and against the manifest's centroid."""
    claim = folder.entry(model).get("centroid")
    own = _centroids(model)
    if claim is not None and own:
        total = np.average([at for at, _ in own.values()], axis=0, weights=[area for _, area in own.values()])
        wanted = TO_Y_UP[:3, :3] @ np.array(claim)
        if np.abs(total - wanted).max() > MILLIMETRE:
            yield Problem(
                model.name,
                "lies otherwise about its pivot than the source (centroid, Y up)",
                "",
                wanted.round(4).tolist(),
                total.round(4).tolist(),
            )
    # Avatars may stand in T-pose for one target and as the artist left them for another.
    for sibling in [] if model.is_skeletal else folder.siblings:
        for other in sibling.models:
            theirs = _centroids(other)
            for name in own.keys() & theirs.keys():
                if np.abs(own[name][0] - theirs[name][0]).max() > MILLIMETRE:
                    yield Problem(
                        model.name,
                        f"lies otherwise about its pivot than in {sibling.path.name}/{other.name}",
                        name,
                        theirs[name][0].round(4).tolist(),
                        own[name][0].round(4).tolist(),
                    )


def _centroids(model: Model) -> dict[str, tuple[Array, float]]:
    """Surface centroid relative to the node's origin (meters, Y up; without a rotation of the whole node) and area."""
    found = {}
    for node in model.shown_nodes:
        mesh = node.mesh
        if mesh is None or not len(mesh.sizes):
            continue
        points = model.points(node)
        if not model.is_skeletal:
            points = points - model.world(node)[:3, 3]
            if model.format != "fbx":
                points = points @ rotation(model.world(node))
        at = points[mesh.triangles]
        area = np.linalg.norm(np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]), axis=1) / 2
        if area.sum() > 0:
            name = node.name.rpartition("_LOD")[0] if node.lod is not None else node.name
            found[name] = (np.average(at.mean(axis=1), axis=0, weights=area), float(area.sum()))
    return found


def _placed(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    """Nodes of a scene are placed as in layout.json; compared one by one, as names are the exporter's own."""
    static = [item for item in folder.layout if not str(item.get("asset", "")).startswith("SK_")]
    free = {node.name: model.world(node) for node in model.shown_nodes}
    for place in static:
        wanted = TO_Y_UP @ np.array(place["matrix_world"], float) @ TO_Y_UP.T
        near = [
            name
            for name, world in free.items()
            if np.abs(world[:3, 3] - wanted[:3, 3]).max() <= MILLIMETRE
            and angle(rotation(world), rotation(wanted)) <= 0.1
            and np.abs(scale(world) - scale(wanted)).max() <= 1e-3
        ]
        if near:
            free.pop(near[0])
        else:
            yield Problem(
                model.name,
                "has no node where layout.json places it",
                str(place.get("object")),
                wanted[:3, 3].round(3).tolist(),
                "none within 1 mm, 0.1° and 0.1 % of its scale",
            )


def _scenes(folder: TargetFolder) -> list[Model]:
    return [model for model in folder.of_format("glb") if not model.is_skeletal and folder.layout]


CHECKS = [
    Check("5", "Left at +X, front at +Z, not mirrored; the targets agree", lambda f: f.models, _oriented),
    Check("5b", "The scene's nodes stand where layout.json says", _scenes, _placed),
]
