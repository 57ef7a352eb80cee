"""Checks 20 and 21: skins that every engine can play, skeletons that every engine can retarget."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from ..problem import Check, Problem
from ..readers.folder import TargetFolder
from ..readers.humanoid import PARENTS, REQUIRED, joints_of
from ..readers.model import Array, Model, Node

MOST_INFLUENCES = 4
_LEAF = re.compile(r"(_end|_END|End|_nub|Nub)$")
LARGEST_TILT = 5.0
"""Degrees between an arm and the X axis."""


def _weights(_: TargetFolder, model: Model) -> Iterator[Problem]:
    for node in model.render_nodes:
        mesh = node.mesh
        if mesh is None or mesh.is_compressed:
            continue
        if mesh.skin is None:
            yield Problem(model.name, "hangs on no bone", node.name)
            continue
        used = mesh.skin.weight > 1e-6
        count = np.bincount(mesh.skin.vertex[used], minlength=len(mesh.points))
        total = np.bincount(mesh.skin.vertex, mesh.skin.weight, minlength=len(mesh.points))
        if count.max(initial=0) > MOST_INFLUENCES or mesh.skin.sets > 1:
            yield Problem(model.name, "has too many influences a vertex", node.name, MOST_INFLUENCES, int(count.max()))
        if (count == 0).any():
            yield Problem(model.name, "has vertices without weight", node.name, 0, int((count == 0).sum()))
        off = np.abs(total - 1)[count > 0]
        if (off > 1e-3).any():
            yield Problem(
                model.name, "has weights that do not sum to 1", node.name, "1 ± 0.001", f"off by {off.max():.4f}"
            )
    for node in model.nodes:
        if node.kind == "bone" and _LEAF.search(node.name):
            yield Problem(model.name, "is a leaf bone that moves nothing", node.name)


def _humanoids(folder: TargetFolder) -> list[Model]:
    """Skeletons that are meant for humans: creatures and machines have hardly any of the joints."""
    return [
        model
        for model in folder.skeletal_models
        if model.format == "vrm"
        or model.path.suffix == ".vrm"
        or 2 * sum(joint in joints_of(folder.entry(model), model) for joint in REQUIRED) > len(REQUIRED)
    ]


def _humanoid(folder: TargetFolder, model: Model) -> Iterator[Problem]:
    joints, bones = joints_of(folder.entry(model), model), model.bones()
    missing = [joint for joint in REQUIRED if joints.get(joint) not in bones]
    if missing:
        yield Problem(
            model.name, f"lacks the bones of {', '.join(missing)}", "", len(REQUIRED), len(REQUIRED) - len(missing)
        )
    for bone, count in Counter(joints.values()).items():
        if count > 1:
            yield Problem(model.name, "is the bone of several joints", bone, 1, count)
    yield from _hierarchy(model, joints)
    places = {joint: bones[joints[joint]][:3, 3] for joint in REQUIRED if joint not in missing}
    if folder.about is None or folder.about.t_pose:  # others take the arms as they are: Manny stands in A-pose
        yield from _t_pose(model, joints, places)
    for part in ("UpperArm", "Hand", "UpperLeg", "Foot"):
        left, right = places.get(f"left{part}"), places.get(f"right{part}")
        if left is not None and right is not None and left[0] <= right[0]:
            yield Problem(model.name, f"has left and right swapped ({part})")


def _hierarchy(model: Model, joints: dict[str, str]) -> Iterator[Problem]:
    nodes: dict[str, Node] = {node.name: node for node in model.nodes if node.kind == "bone"}
    for joint, parent in PARENTS.items():
        node = nodes.get(joints.get(joint, ""))
        if node is None or joints.get(parent) not in nodes:
            continue
        above = [ancestor.name for ancestor in model.ancestors(node)]
        if joints[parent] not in above:
            yield Problem(model.name, f"({joint}) is not below {joints[parent]} ({parent})", node.name)


def _t_pose(model: Model, joints: dict[str, str], places: dict[str, Array]) -> Iterator[Problem]:
    for side, sign in (("left", 1.0), ("right", -1.0)):
        start, end = places.get(f"{side}UpperArm"), places.get(f"{side}Hand")
        if start is None or end is None:
            continue
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
        tilt = float(np.degrees(np.arccos(np.clip(along[0] * sign, -1, 1))))
        if tilt > LARGEST_TILT:
            yield Problem(
                model.name, "is not in T-pose: the arm is off the X axis", joints[f"{side}UpperArm"],
                f"≤ {LARGEST_TILT}°", f"{tilt:.1f}°",
            )  # fmt: skip


CHECKS = [
    Check(
        "20",
        "At most 4 influences, sums of 1, nothing unweighted, no leaf bones",
        lambda f: f.skeletal_models,
        _weights,
    ),
    Check("21", "Fifteen humanoid bones, unique, in the right order and T-pose", _humanoids, _humanoid),
]
