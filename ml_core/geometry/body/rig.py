"""The skeleton of the built-in body: VRM 1.0's (and Unity's) humanoid bones one to one, from the joints of a person.

Every bone begins and ends at joints that each slider and target moves, so the skeleton always fits. Twist bones can be
added to arms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData

Array = NDArray[np.floating]
MAX_INFLUENCES = 4
SIDES = (("left", "l"), ("right", "r"))
FINGERS = ("Thumb", "Index", "Middle", "Ring", "Little")
_TIP = 0.85
"""Length of a bone that ends at a tip, relative to the distance there: Blender draws bones as lines, which must stay
inside."""
EYE_BONE = 0.35
"""Length of an eye's bone, relative to the distance between the eyes."""


@dataclass(frozen=True)
class BoneSpec:
    """A bone by its VRM name; ``head`` and ``tail`` are means of joints of the body file.

    ``source`` names the bone of MakeHuman's ``game_engine`` rig that its skin weights come from, if one does.
    """

    name: str
    parent: str | None
    head: tuple[str, ...]
    tail: tuple[str, ...]
    source: str | None = None
    reach: float = 1.0


@dataclass(frozen=True)
class Bone:
    """A bone of one person; ``head`` and ``tail`` (3,) meters, in the pose of the mesh that it belongs to."""

    name: str
    parent: str | None
    head: Array
    tail: Array


def _specs() -> list[BoneSpec]:
    specs = [
        BoneSpec("hips", None, ("pelvis",), ("spine-4",), "pelvis"),
        BoneSpec("spine", "hips", ("spine-4",), ("spine-3",), "spine_01"),
        BoneSpec("chest", "spine", ("spine-3",), ("spine-2",), "spine_02"),
        BoneSpec("upperChest", "chest", ("spine-2",), ("neck",), "spine_03"),
        BoneSpec("neck", "upperChest", ("neck",), ("head",), "neck_01"),
        BoneSpec("head", "neck", ("head",), ("head-2",), "head"),
        BoneSpec("jaw", "head", ("mouth", "head"), ("jaw",), None, _TIP),
    ]
    for side, s in SIDES:
        specs += [
            BoneSpec(f"{side}Eye", "head", (f"{s}-eye",), (f"{s}-eye",)),
            BoneSpec(f"{side}Shoulder", "upperChest", (f"{s}-clavicle",), (f"{s}-shoulder",), f"clavicle_{s}"),
            BoneSpec(f"{side}UpperArm", f"{side}Shoulder", (f"{s}-shoulder",), (f"{s}-elbow",), f"upperarm_{s}"),
            BoneSpec(f"{side}LowerArm", f"{side}UpperArm", (f"{s}-elbow",), (f"{s}-hand",), f"lowerarm_{s}"),
            BoneSpec(f"{side}Hand", f"{side}LowerArm", (f"{s}-hand",), (f"{s}-finger-3-1",), f"hand_{s}"),
            BoneSpec(f"{side}UpperLeg", "hips", (f"{s}-upper-leg",), (f"{s}-knee",), f"thigh_{s}"),
            BoneSpec(f"{side}LowerLeg", f"{side}UpperLeg", (f"{s}-knee",), (f"{s}-ankle",), f"calf_{s}"),
            BoneSpec(f"{side}Foot", f"{side}LowerLeg", (f"{s}-ankle",), (f"{s}-foot-1",), f"foot_{s}"),
            BoneSpec(f"{side}Toes", f"{side}Foot", (f"{s}-foot-1",), (f"{s}-toe-2-4",), f"ball_{s}", _TIP),
        ]
        for number, (finger, source) in enumerate(
            zip(FINGERS, ("thumb", "index", "middle", "ring", "pinky"), strict=True), start=1
        ):
            phalanges = ("Metacarpal", "Proximal", "Distal") if number == 1 else ("Proximal", "Intermediate", "Distal")
            parent = f"{side}Hand"
            for place, phalanx in enumerate(phalanges, start=1):
                ends = (f"{s}-finger-{number}-{place}",), (f"{s}-finger-{number}-{place + 1}",)
                reach = _TIP if place == 3 else 1.0
                name = f"{side}{finger}{phalanx}"
                specs.append(BoneSpec(name, parent, *ends, f"{source}_0{place}_{s}", reach))
                parent = name
    return specs


HUMANOID: tuple[BoneSpec, ...] = tuple(_specs())
"""The 55 bones, parents before children."""
BONE_NAMES: tuple[str, ...] = tuple(spec.name for spec in HUMANOID)

TWISTED: tuple[str, ...] = tuple(f"{side}{limb}Arm" for side, _ in SIDES for limb in ("Upper", "Lower"))
"""Joints for which a twist bone can be requested; the name of a twist bone is that of its bone with :data:`TWIST`."""
TWIST = "Twist"


def is_arm(bone: str) -> bool:
    """Whether a bone moves an arm or a hand; shoulders are the trunk's."""
    return bone.endswith(("Arm", "Hand", "Metacarpal", "Proximal", "Intermediate", "Distal"))


def joints_of(data: BodyData, rows: Array) -> dict[str, Array]:
    """Bone -> its head (3,), the joint that it turns about, from a person's rows (R, 3)."""
    at = dict(zip(data.joints, rows[data.vertex_count :], strict=True))
    return {spec.name: np.mean([at[name] for name in spec.head], axis=0) for spec in HUMANOID}


def bones_of(data: BodyData, rows: Array) -> list[Bone]:
    """The skeleton of a person's rows (R, 3), parents before children."""
    at = dict(zip(data.joints, np.asarray(rows[data.vertex_count :], np.float64), strict=True))
    forward = np.array([0.0, -EYE_BONE * np.linalg.norm(at["l-eye"] - at["r-eye"]), 0.0])
    bones = []
    for spec in HUMANOID:
        head, tail = (np.mean([at[name] for name in names], axis=0) for names in (spec.head, spec.tail))
        tail = head + forward if spec.head == spec.tail else head + spec.reach * (tail - head)
        bones.append(Bone(spec.name, spec.parent, head, tail))
    return bones


def dense_weights(data: BodyData) -> NDArray[np.float32]:
    """(V, 55) skin weights in the order of :data:`BONE_NAMES`; each row sums to 1, with at most four bones."""
    weights = np.zeros((data.vertex_count, len(BONE_NAMES)), np.float32)
    place = np.array([BONE_NAMES.index(name) for name in data.bones])
    np.add.at(weights, (np.arange(data.vertex_count)[:, None], place[data.bone_index]), data.bone_weight)
    return weights


def twist_share(joint: str, points: Array, head: Array, tail: Array) -> Array:
    """(N,) 0..1, fraction of an arm bone's weight at ``points`` (N, 3) that goes to its twist bone.

    A forearm's twist bone turns with the hand, so its share grows from the elbow to the wrist. An upper arm's cancels
    the arm's rotation, so its share shrinks from the shoulder, which does not turn, to the elbow, which does.

    Args:
        joint: one of :data:`TWISTED`. head, tail: (3,) ends of the bone.
    """
    axis = np.asarray(tail, np.float64) - head
    along = np.clip((np.asarray(points, np.float64) - head) @ axis / max(float(axis @ axis), 1e-12), 0, 1)
    return np.asarray(1 - along if "Upper" in joint else along)


def limited(weights: Array, count: int = MAX_INFLUENCES) -> NDArray[np.float32]:
    """(V, B) weights of which each row keeps the ``count`` largest, and sums to 1."""
    kept = np.array(weights, np.float32)
    if kept.shape[1] > count:
        least = np.argpartition(-kept, count - 1, axis=1)[:, count:]
        np.put_along_axis(kept, least, 0, axis=1)
    return kept / kept.sum(axis=1, keepdims=True)


def moved_by(weights: Array, names: Sequence[str], transforms: Mapping[str, Array]) -> Array:
    """(V, 4, 4) the transform of each vertex: linear blend skinning by the bones' transforms (4, 4)."""
    stack = np.stack([transforms[name] for name in names]).reshape(len(names), 16)
    return np.asarray(weights @ stack.astype(weights.dtype)).reshape(-1, 4, 4)
