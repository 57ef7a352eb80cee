"""Bones of the built-in body and how much each one moves each vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.atlas.charts import CHARTS
from ml_core.geometry.humanoid.shape import FINGERS, MIRROR, BodyShape
from ml_core.geometry.lofted_body.face_regions import jaw_shares
from ml_core.geometry.lofted_body.head_surface import FaceMarks
from ml_core.geometry.lofted_body.mesh import BodyMesh
from ml_core.geometry.lofted_body.quad_mesh import edges_of

Array = NDArray[np.floating]

MAX_INFLUENCES = 4
SMOOTHING_ROUNDS = {"torso": 14, "upper_arm": 12, "head": 6, "hand": 2}
"""How far weights spread over the mesh's edges, by part; other parts take 5 rounds."""


SHOULDER_REACH = 0.17
SHOULDER_BLEND = (-0.05, 0.09)
"""Metres around the shoulder joint, and along the arm from where to where it takes the weight over."""

_INSIDE = 0.85
"""Length of a last bone, beside the way to the chin or the bone before: Blender draws bones as lines, which must not
stick out of the skin."""


@dataclass(frozen=True)
class Bone:
    """A bone by its VRM 1.0 name; ``head`` and ``tail`` in metres, rest pose."""

    name: str
    parent: str | None
    head: Array
    tail: Array


def body_bones(shape: BodyShape, marks: FaceMarks | None = None) -> list[Bone]:
    """The humanoid skeleton, parents before children; with ``marks`` a jaw too, and the eyes where they say."""
    at = shape.joints
    crown = at["head"] + np.array([0, 0, 0.17])
    bones = [
        Bone("hips", None, at["hips"], at["spine"]),
        Bone("spine", "hips", at["spine"], at["chest"]),
        Bone("chest", "spine", at["chest"], at["upperChest"]),
        Bone("upperChest", "chest", at["upperChest"], at["neck"]),
        Bone("neck", "upperChest", at["neck"], at["head"]),
        Bone("head", "neck", at["head"], crown),
    ]
    if marks is not None:
        chin = np.array([0.0, marks.chin_y, marks.chin_z])
        bones.append(Bone("jaw", "head", marks.jaw_hinge, marks.jaw_hinge + _INSIDE * (chin - marks.jaw_hinge)))
    for side in ("left", "right"):
        bones += _side_bones(shape, side, shape.eye_centre if marks is None else marks.eye_centre)
    return bones


def _side_bones(shape: BodyShape, side: str, eye_centre: Array) -> list[Bone]:
    at = {name.removeprefix(side): point for name, point in shape.joints.items() if name.startswith(side)}
    eye = eye_centre * (MIRROR if side == "right" else 1)
    toe_tip = at["Toes"] + (at["Toes"] - at["Foot"]) * np.array([0.33, 0.33, 0.0])
    chain = [
        ("Eye", "head", eye, eye + np.array([0, -0.01, 0])),
        ("Shoulder", "upperChest", at["Shoulder"], at["UpperArm"]),
        ("UpperArm", f"{side}Shoulder", at["UpperArm"], at["LowerArm"]),
        ("LowerArm", f"{side}UpperArm", at["LowerArm"], at["Hand"]),
        ("Hand", f"{side}LowerArm", at["Hand"], at["MiddleProximal"]),
        ("UpperLeg", "hips", at["UpperLeg"], at["LowerLeg"]),
        ("LowerLeg", f"{side}UpperLeg", at["LowerLeg"], at["Foot"]),
        ("Foot", f"{side}LowerLeg", at["Foot"], at["Toes"]),
        ("Toes", f"{side}Foot", at["Toes"], toe_tip),
    ]
    for finger in FINGERS:
        names = ("Metacarpal", "Proximal", "Distal") if finger == "Thumb" else ("Proximal", "Intermediate", "Distal")
        joints = [at[f"{finger}{phalanx}"] for phalanx in ("Proximal", "Intermediate", "Distal")]
        ends = [joints[1], joints[2], joints[2] + _INSIDE * (joints[2] - joints[1])]
        parents = [f"{side}Hand", f"{side}{finger}{names[0]}", f"{side}{finger}{names[1]}"]
        chain += [
            (f"{finger}{name}", parent, head, tail)
            for name, parent, head, tail in zip(names, parents, joints, ends, strict=True)
        ]
    return [Bone(side + name, parent, head, tail) for name, parent, head, tail in chain]


def skin_weights(mesh: BodyMesh, bones: list[Bone]) -> Array:
    """(V, len(bones)) weights: at most four a vertex, each row sums to 1.

    Each vertex starts with the nearest bone of its own part; the weights then spread over the mesh's edges, which
    rounds the bends.
    """
    names = [bone.name for bone in bones]
    part = _vertex_parts(mesh)
    weights = np.zeros((len(mesh.vertices), len(bones)))
    for name in set(part.tolist()):
        chosen = np.flatnonzero(part == name)
        candidates = [names.index(bone) for bone in _bones_of_part(name, names)]
        distance = np.stack([_distance(mesh.vertices[chosen], bones[c]) for c in candidates], axis=1)
        weights[chosen, np.array(candidates)[distance.argmin(axis=1)]] = 1
    for side in ("left", "right"):
        _blend_shoulder(mesh.vertices, part, bones, weights, side)
    source, target = edges_of(mesh.faces)
    degree = np.bincount(target, minlength=len(weights)).astype(np.float64)
    rounds = np.array([SMOOTHING_ROUNDS.get(p.removeprefix("left_").removeprefix("right_"), 5) for p in part])
    for turn in range(int(rounds.max())):
        moving = rounds > turn
        spread = np.stack([np.bincount(target, weights[source, b], len(weights)) for b in range(len(bones))], axis=1)
        mean = spread / degree[:, None]
        weights[moving] = 0.5 * weights[moving] + 0.5 * mean[moving]
    if "jaw" in names:
        head, jaw = names.index("head"), names.index("jaw")
        weights[:, jaw] = jaw_shares(mesh) * weights[:, head]
        weights[:, head] -= weights[:, jaw]
    # Above the fifth: where left and right tie for the fourth place, both go, and the body stays symmetrical.
    fifth = np.sort(weights, axis=1)[:, -MAX_INFLUENCES - 1][:, None]
    weights[(weights <= fifth) | (weights < 0.01)] = 0
    return weights / weights.sum(axis=1, keepdims=True)


def _blend_shoulder(vertices: Array, part: NDArray[np.str_], bones: list[Bone], weights: Array, side: str) -> None:
    """Hands the weight over from shoulder to arm along the arm's axis, not at the border of two parts.

    The ring where the arm begins is dense in edges: spreading along them alone would leave a step when the arm hangs.
    """
    names = [bone.name for bone in bones]
    shoulder, upper_arm = names.index(f"{side}Shoulder"), names.index(f"{side}UpperArm")
    arm = bones[upper_arm]
    axis = (arm.tail - arm.head) / np.linalg.norm(arm.tail - arm.head)
    offset = vertices - arm.head
    near = (np.linalg.norm(offset, axis=1) < SHOULDER_REACH) & np.isin(part, ["torso", f"{side}_upper_arm"])
    chosen = np.flatnonzero(near)
    ramp = np.clip((offset[chosen] @ axis - SHOULDER_BLEND[0]) / (SHOULDER_BLEND[1] - SHOULDER_BLEND[0]), 0, 1)
    share = ramp * ramp * (3 - 2 * ramp)
    own = weights[chosen].copy()
    own[:, shoulder] += own[:, upper_arm]
    own[:, upper_arm] = 0
    own *= (1 - share)[:, None]
    own[:, upper_arm] = share
    weights[chosen] = own


def _vertex_parts(mesh: BodyMesh) -> NDArray[np.str_]:
    part = np.empty(len(mesh.vertices), dtype="<U16")
    names = np.array([CHARTS[chart].part for chart in mesh.chart])
    for corner in range(4):
        part[mesh.faces[:, corner]] = names
    return part


def _bones_of_part(part: str, names: list[str]) -> list[str]:
    if part == "head":
        return ["neck", "head"]
    if part == "torso":
        return ["hips", "spine", "chest", "upperChest", "leftShoulder", "rightShoulder"]
    side, _, limb = part.partition("_")
    if limb == "hand":
        digits = tuple(side + finger for finger in FINGERS)
        return [name for name in names if name == f"{side}Hand" or name.startswith(digits)]
    if limb == "foot":
        return [f"{side}Foot", f"{side}Toes"]
    return [side + "".join(word.capitalize() for word in limb.split("_"))]


def _distance(points: Array, bone: Bone) -> Array:
    """Distance of points (N, 3) from a bone's segment."""
    along = bone.tail - bone.head
    s = np.clip((points - bone.head) @ along / (along @ along), 0, 1)
    return np.linalg.norm(points - bone.head - s[:, None] * along, axis=1)
