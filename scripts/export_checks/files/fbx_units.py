"""Checks 1 to 4: FBX files are complete, with the units and roots that each engine needs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ml_core.vocabulary.targets import FbxAxes

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.model import Model, box


def _whole(folder: TargetFolder, name: str) -> Iterator[Problem]:
    if name in folder.broken:
        yield Problem(name, folder.broken[name])


def _unity_roots(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    if abs(model.unit - 100) > 1e-6:
        yield Problem(model.name, "has a wrong UnitScaleFactor", expected=100, actual=model.unit)
    for node in model.nodes:
        if node.parent >= 0 or folder.entry(model).get("kind") == "scene":
            continue  # cameras and lights are turned as they look
        given = np.array(node.properties.get("Lcl Scaling", [1, 1, 1]), float)
        if np.abs(given - 1).max() > 1e-4:
            yield Problem(model.name, "is a root with a scale", node.name, [1, 1, 1], given.round(5).tolist())
        turn = np.array(node.properties.get("Lcl Rotation", [0, 0, 0]), float)
        if np.abs((turn + 180) % 360 - 180).max() > 0.01:
            yield Problem(model.name, "is a root with a rotation", node.name, [0, 0, 0], turn.round(3).tolist())


def _unreal_static(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    if abs(model.unit - 1) > 1e-6:
        yield Problem(model.name, "has a wrong UnitScaleFactor", expected=1, actual=model.unit)
    claim = folder.entry(model).get("dimensions")
    points = [model.points(node) / (model.unit / 100) for node in model.shown_nodes]
    if not points or claim is None:
        return
    size = np.ptp(box(np.concatenate(points)), axis=0)[[0, 2, 1]]
    wanted = np.array(claim) * 100
    if (np.abs(size - wanted) > 0.001 * np.maximum(wanted, 1)).any():
        yield Problem(
            model.name, "is not in centimeters (world box)", "", wanted.round(2).tolist(), size.round(2).tolist()
        )


def _unreal_skeletal(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    tops = [node for node in model.nodes if node.kind == "bone" and model.nodes[node.parent].kind != "bone"]
    if [node.name for node in tops] != ["root"]:
        yield Problem(model.name, "needs one bone 'root' above all others", "", "root", [top.name for top in tops])
    for node in tops:
        place = model.bones()[node.name][:3, 3]
        if np.abs(place).max() > 0.001:
            yield Problem(model.name, "is not at the origin", node.name, [0, 0, 0], place.round(4).tolist())
        holders = [ancestor.name for ancestor in model.ancestors(node)]
        if holders != ["Armature"]:
            yield Problem(model.name, "hangs on another object, which becomes a bone", node.name, "Armature", holders)
    for node in model.nodes:
        if node.kind != "bone":
            given = np.array(node.properties.get("Lcl Scaling", [1, 1, 1]), float)
            if node.parent < 0 and np.abs(given - 1).max() > 1e-4:
                yield Problem(model.name, "is a root with a scale", node.name, [1, 1, 1], given.round(5).tolist())
    yield from _keyed_translations(model)


def _keyed_translations(model: Model) -> Iterator[Problem]:
    """Bones that do not move in a clip are keyed at their rest position; unscaled keys are 100 times too small."""
    rests = {node.name: np.array(node.properties.get("Lcl Translation", [0, 0, 0]), float) for node in model.nodes}
    bones = {node.name for node in model.nodes if node.kind == "bone"}
    for clip in model.clips:
        for curve in clip.curves:
            if curve.channel != "translation" or curve.node not in bones or curve.values.shape[1] != 3:
                continue
            rest = rests[curve.node]
            still = np.ptp(curve.values, axis=0).max() < 1e-3
            if still and np.linalg.norm(rest) > 1 and np.linalg.norm(curve.values[0]) < 0.1 * np.linalg.norm(rest):
                yield Problem(
                    model.name,
                    f"is keyed in other units than its skeleton in {clip.name}",
                    curve.node,
                    rest.round(3).tolist(),
                    curve.values[0].round(3).tolist(),
                )


def _axes(folder: TargetFolder) -> FbxAxes:
    return folder.about.fbx_axes if folder.about is not None else ""


def _unity(folder: TargetFolder) -> list[Model]:
    return folder.of_format("fbx") if _axes(folder) == "zero" else []


def _unreal(folder: TargetFolder, skeletal: bool) -> list[Model]:
    models = folder.of_format("fbx") if _axes(folder) == "centimeters" else []
    return [model for model in models if model.is_skeletal == skeletal]


CHECKS = [
    Check(
        "1",
        "Every FBX and GLB file parses, to its last byte",
        lambda folder: [*folder.broken, *(model.name for model in folder.models)],
        _whole,
    ),
    Check("2", "Unity: UnitScaleFactor 100, roots without scale and rotation", _unity, _unity_roots),
    Check("3", "Unreal static: UnitScaleFactor 1, box in centimeters", lambda f: _unreal(f, False), _unreal_static),
    Check(
        "4",
        "Unreal skeletal: object Armature, one bone root at the origin, keys in the skeleton's units",
        lambda f: _unreal(f, True),
        _unreal_skeletal,
    ),
]
