"""The built-in body in other poses: the T-pose that engines rest in, an A-pose, a relaxed stance, and any other.

MakeHuman sculpted its people with arms and legs spread, about 45 and 8 degrees from the body. A *stance* is such a
person with all bones rotated and the skin deformed with them, ready to be the rest pose of a rig.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.body.body_file import BodyData
from ml_core.geometry.body.rig import BONE_NAMES, HUMANOID, SIDES, Bone, bones_of, dense_weights, moved_by
from ml_core.geometry.motion.posing import direction, turn, turn_between

Array = NDArray[np.floating]
Pose = Mapping[str, Array]
"""Bone -> rotation (3, 3) in the axes of the body, relative to its parent and to the rest."""

STANCES = ("t", "a", "relaxed")


@dataclass(frozen=True)
class _Limbs:
    """Degrees of a stance.

    Attributes:
        shoulder: by which the collar bones rise. upper, lower: by which a part of an arm hangs down and points forward.
        palms: by which the knuckles of the index fingers, which point forward, turn in. curl: of each finger joint.
        thumb: by which it comes to the index finger. spread: of a leg from the vertical. feet: by which toes point out.
    """

    shoulder: float = 0.0
    upper: tuple[float, float] = (0.0, 0.0)
    lower: tuple[float, float] = (0.0, 0.0)
    palms: float = 0.0
    curl: float = 0.0
    thumb: float = 0.0
    spread: float = 0.0
    feet: float = 0.0


_LIMBS = {
    "t": _Limbs(shoulder=8.0),
    "a": _Limbs(upper=(45.0, 0.0), lower=(45.0, 0.0), curl=4.0, thumb=8.0),
    "relaxed": _Limbs(-7.0, (76.0, -2.0), (80.0, 12.0), palms=25.0, curl=14.0, thumb=22.0, spread=2.0, feet=8.0),
}
_TOGETHER = 0.6
"""Fraction of the spread of the sculpted fingers that is undone."""
_FINGERS = {"Index": 0.75, "Middle": 0.9, "Ring": 1.05, "Little": 1.15}
"""Share of a curl by finger: a hand at rest closes from the little finger on."""
_FOREARM_SHARE = 0.6
"""Fraction of a palm's rotation that the forearm takes; the wrist takes the rest, as radius and ulna do."""


@dataclass(frozen=True)
class Stance:
    """A person in a pose: (R, 3) rows, the bones there, and what took each vertex there, (V, 4, 4)."""

    rows: NDArray[np.float32]
    bones: tuple[Bone, ...]
    moved: NDArray[np.float32]

    @property
    def bone(self) -> dict[str, Bone]:
        return {bone.name: bone for bone in self.bones}

    def raised(self, height: float) -> Stance:
        """The same stance raised by ``height`` meters."""
        up = np.array([0, 0, height])
        bones = tuple(replace(bone, head=bone.head + up, tail=bone.tail + up) for bone in self.bones)
        moved = self.moved.copy()
        moved[:, 2, 3] += height
        return Stance((self.rows + up).astype(np.float32), bones, moved)


def transforms(bones: Sequence[Bone], pose: Pose) -> dict[str, Array]:
    """Bone -> the matrix (4, 4) that takes what is fixed to it from the rest to the pose."""
    result: dict[str, Array] = {}
    for bone in bones:
        local = np.eye(4)
        if bone.name in pose:
            local[:3, :3] = pose[bone.name]
            local[:3, 3] = bone.head - pose[bone.name] @ bone.head
        result[bone.name] = local if bone.parent is None else result[bone.parent] @ local
    return result


def posed(data: BodyData, rows: Array, bones: Sequence[Bone], pose: Pose, weights: Array | None = None) -> Stance:
    """A person's rows (R, 3) in a pose of ``bones``; ``weights`` (V, B) are by bone, or those of the file."""
    names = [bone.name for bone in bones]
    matrices = transforms(bones, pose)
    moved = moved_by(dense_weights(data) if weights is None else weights, names, matrices)
    points = np.asarray(rows, np.float32)
    count = data.vertex_count
    vertices = np.einsum("nij,nj->ni", moved[:, :3, :3], points[:count]) + moved[:, :3, 3]
    joints = np.array(points[count:], np.float64)
    for name, carried in _joints_by_bone(data).items():
        joints[carried] = joints[carried] @ matrices[name][:3, :3].T + matrices[name][:3, 3]
    new = []
    for bone in bones:
        matrix = matrices[bone.name]
        new.append(replace(bone, head=_applied(matrix, bone.head), tail=_applied(matrix, bone.tail)))
    return Stance(np.concatenate([vertices, joints]).astype(np.float32), tuple(new), moved)


def stance(data: BodyData, rows: Array, name: str) -> Stance:
    """A person in one of :data:`STANCES`, feet on z = 0.

    Raises:
        KeyError: there is no such stance.
    """
    bones = bones_of(data, rows)
    result = posed(data, rows, bones, stance_pose(bones, name))
    return result.raised(-float(result.rows[data.used("skin"), 2].min()))


def pose_over(bones: Sequence[Bone], base: Pose, turns: Pose) -> dict[str, Array]:
    """One pose that is ``base`` (such as the T-pose of :func:`stance_pose`) and then ``turns`` from there."""
    first: dict[str, Array] = {}
    then: dict[str, Array] = {}
    result = {}
    for bone in bones:
        still = np.eye(3)
        before, after = (still, still) if bone.parent is None else (first[bone.parent], then[bone.parent])
        first[bone.name] = before @ base.get(bone.name, still)
        then[bone.name] = after @ turns.get(bone.name, still)
        result[bone.name] = (after @ before).T @ then[bone.name] @ first[bone.name]
    return result


def stance_pose(bones: Sequence[Bone], name: str) -> dict[str, Array]:
    """The rotations from MakeHuman's spread stance into one of :data:`STANCES`."""
    limbs = _LIMBS[name]
    at = {bone.name: bone for bone in bones}
    pose: dict[str, Array] = {}
    for side, mirror in (("left", 1.0), ("right", -1.0)):
        pose |= _arm(at, side, mirror, limbs)
        pose |= _fingers(at, side, mirror, limbs)
        pose |= _leg(at, side, mirror, limbs.spread, limbs.feet)
    return pose


def _arm(at: Mapping[str, Bone], side: str, mirror: float, limbs: _Limbs) -> dict[str, Array]:
    """An arm in its directions, the hand in line with the forearm and turned as ``palms`` says."""
    upper_arm, lower_arm, hand = (at[f"{side}{name}"] for name in ("UpperArm", "LowerArm", "Hand"))
    shoulder = turn(np.array([0.0, 1.0, 0.0]), -mirror * limbs.shoulder)
    first = turn_between(shoulder @ (upper_arm.tail - upper_arm.head), direction(limbs.upper, mirror)) @ shoulder
    along = direction(limbs.lower, mirror)
    second = turn_between(np.asarray(first @ (lower_arm.tail - lower_arm.head), np.float64), along) @ first
    third = turn_between(second @ (hand.tail - hand.head), along) @ second
    across = third @ _across(at, side)
    forward = np.array([0.0, -1.0, 0.0])
    wanted = turn(along, mirror * limbs.palms) @ (forward - along * (forward @ along))
    flat = across - along * (across @ along)
    roll = np.degrees(np.arctan2(along @ np.cross(flat, wanted), flat @ wanted))
    second = turn(along, _FOREARM_SHARE * roll) @ second
    third = turn(along, roll) @ third
    return {
        f"{side}Shoulder": shoulder,
        f"{side}UpperArm": shoulder.T @ first,
        f"{side}LowerArm": first.T @ second,
        f"{side}Hand": second.T @ third,
    }


def _across(at: Mapping[str, Bone], side: str) -> Array:
    """Across the knuckles, from the little finger to the index: forward where a palm looks down."""
    return at[f"{side}IndexProximal"].head - at[f"{side}LittleProximal"].head


def _fingers(at: Mapping[str, Bone], side: str, mirror: float, limbs: _Limbs) -> dict[str, Array]:
    """Fingers brought together beside the middle one and bent toward the palm, the thumb too."""
    across = _across(at, side)
    middle = at[f"{side}MiddleProximal"]
    along = middle.tail - middle.head
    palm = np.cross(along, across) * mirror
    pose: dict[str, Array] = {}
    for finger, share in _FINGERS.items():
        bone = at[f"{side}{finger}Proximal"]
        own = bone.tail - bone.head
        flat, straight = (way - palm * (way @ palm) / (palm @ palm) for way in (own, along))
        spread = np.degrees(np.arctan2(palm @ np.cross(flat, straight), np.linalg.norm(palm) * (flat @ straight)))
        bend = turn(-mirror * across, limbs.curl * share)
        pose[f"{side}{finger}Proximal"] = bend @ turn(palm, _TOGETHER * spread)
        pose |= {f"{side}{finger}{phalanx}": bend for phalanx in ("Intermediate", "Distal")}
    thumb, index = (at[f"{side}{name}"] for name in ("ThumbMetacarpal", "IndexProximal"))
    pose[thumb.name] = turn(np.cross(thumb.tail - thumb.head, index.head - thumb.head), limbs.thumb)
    return pose


def _leg(at: Mapping[str, Bone], side: str, mirror: float, spread: float, out: float) -> dict[str, Array]:
    """Legs down, ``spread`` degrees apart from the vertical; soles stay flat, toes point ``out``."""
    upper, lower = at[f"{side}UpperLeg"], at[f"{side}LowerLeg"]
    down = np.array([mirror * np.sin(np.radians(spread)), 0.0, -np.cos(np.radians(spread))])
    first = turn_between(upper.tail - upper.head, down)
    second = turn_between(first @ (lower.tail - lower.head), down) @ first
    foot = at[f"{side}Foot"]
    toward = foot.tail - foot.head
    yaw = np.degrees(np.arctan2(toward[0], -toward[1]))
    third = turn(np.array([0.0, 0.0, 1.0]), mirror * out - yaw)
    return {f"{side}UpperLeg": first, f"{side}LowerLeg": first.T @ second, f"{side}Foot": second.T @ third}


def _joints_by_bone(data: BodyData) -> dict[str, list[int]]:
    """Bone -> the joints that go with it: its head, its tail if no bone begins there, and what lies around it."""
    owner: dict[str, str] = {}
    for spec in HUMANOID:
        for name in (*spec.head, *spec.tail):
            if name in spec.head or name not in owner:
                owner.setdefault(name, spec.name)
    for spec in HUMANOID:
        if len(spec.head) == 1:
            owner[spec.head[0]] = spec.name
    by_bone: dict[str, list[int]] = {name: [] for name in BONE_NAMES}
    for place, name in enumerate(data.joints):
        by_bone[owner.get(name) or _nearby(name)].append(place)
    return by_bone


def _nearby(joint: str) -> str:
    """The bone of a joint that no bone begins or ends at."""
    for side, s in SIDES:
        if joint.startswith(f"{s}-"):
            part = joint[2:]
            for word, bone in (("toe", "Toes"), ("foot", "Foot"), ("hand", "Hand"), ("scapula", "Shoulder")):
                if part.startswith(word):
                    return f"{side}{bone}"
            return "head"
    return "upperChest" if joint.startswith("spine") else "jaw" if joint.startswith("tongue") else "head"


def _applied(matrix: Array, point: Array) -> Array:
    return np.asarray(matrix[:3, :3] @ point + matrix[:3, 3])
