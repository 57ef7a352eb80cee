"""Chains of bones that hang free on the user's own character, found by where they are attached and how they run.

Bones that move skin and are not joints of the humanoid are examined from the first of a chain on. Twist bones and other
helpers lie along a limb, bones of a face lie within it, fingers and what hands hold are at hands: none of them swings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.bone_tree import BoneTree
from ml_core.geometry.humanoid.landmarks import upright_turn
from ml_core.geometry.springs.colliders import Collider, body_colliders

Array = NDArray[np.floating]

HAIR, EARS, TAIL, SKIRT, CLOTH = "Hair", "Ears", "Tail", "Skirt", "Cloth"
KINDS = (HAIR, EARS, TAIL, SKIRT, CLOTH)
"""Kinds of chains: at a head, above it, behind the hips, around the legs, and at the trunk or an arm."""
HIT_RADIUS = 0.008
"""Half the thickness of what swings, relative to the height."""
_LEAST_LENGTH = 0.04
"""Least length of a chain, relative to the height."""
_HEAD_LENGTH = 0.25
"""Least length of a chain on a head, relative to the head's height: bones of faces are shorter."""
_STIFF = ("Hand", "Foot", "Toes", "Thumb", "Index", "Middle", "Ring", "Little")
_MOST = 200
"""Chains of one character; more of them are parts of something else."""
_LEAST_RADIUS = 0.4
"""Fraction of its radius to which a collider may shrink to leave chains at rest outside."""


@dataclass(frozen=True)
class FoundChain:
    """``bones`` from where it hangs to its tip, each the parent of the next; ``joint`` is what it hangs on."""

    kind: str
    joint: str
    bones: tuple[str, ...]


class HangingChains:
    """What hangs free on a character.

    Attributes:
        chains: the chains, by kind and from left to right. turn: (3, 3) from the rig's space to one in which it stands
            along +Z and faces -Y.
    """

    def __init__(self, tree: BoneTree, joints: Mapping[str, str]) -> None:
        """
        Args:
            joints: joint -> bone, as :class:`BoneTree` names them.
        """
        numbers = {name: number for number, name in enumerate(tree.names)}
        at = {joint: tree.heads[numbers[bone]] for joint, bone in joints.items() if bone in numbers}
        self.turn = upright_turn(at)
        self.tree = tree.turned(self.turn)
        self._joint_of = {numbers[bone]: joint for joint, bone in joints.items() if bone in numbers}
        self._number = {joint: number for number, joint in self._joint_of.items()}
        self._children: list[list[int]] = [[] for _ in tree.names]
        for bone, parent in enumerate(tree.parents):
            if parent >= 0:
                self._children[parent].append(bone)
        feet = [at[f"{side}Foot"] for side in ("left", "right") if f"{side}Foot" in at]
        self.height = 1.15 * float(np.linalg.norm(at["head"] - np.mean(feet, axis=0))) if "head" in at and feet else 0.0
        self._owners = self._nearest_joints()
        self.chains = self._found() if self.height > 0 and len(tree.table) else []

    def _nearest_joints(self) -> NDArray[np.int64]:
        """(B,) the bone of the nearest joint above each bone, itself included; -1 without any."""
        owners = np.full(len(self.tree.names), -1)
        for bone in range(len(owners)):
            item = bone
            while item >= 0 and item not in self._joint_of:
                item = int(self.tree.parents[item])
            owners[bone] = item
        return owners

    def _found(self) -> list[FoundChain]:
        chains = []
        for bone in range(len(self.tree.names)):
            parent = int(self.tree.parents[bone])
            if bone in self._joint_of or parent < 0 or parent not in self._joint_of or self._holds_joint(bone):
                continue
            for way in self._ways(bone):
                kind = self._kind(self._joint_of[parent], way)
                if kind is not None:
                    names = tuple(self.tree.names[item] for item in way)
                    chains.append(
                        (kind, float(self.tree.heads[way[0], 0]), FoundChain(kind, self._joint_of[parent], names))
                    )
        chains.sort(key=lambda item: (KINDS.index(item[0]), -item[1]))
        return [chain for _, _, chain in chains[:_MOST]]

    def _holds_joint(self, bone: int) -> bool:
        """Whether a bone is a joint or has one below it, as a twist bone or a metacarpal between two joints has."""
        return bone in self._joint_of or any(self._holds_joint(child) for child in self._children[bone])

    def _ways(self, start: int) -> list[list[int]]:
        """The chains from a bone down, one for each branch; ends without skin are left out."""
        ways, begun = [], [start]
        while begun:
            way = [begun.pop()]
            while below := self._children[way[-1]]:
                longest = max(below, key=self._depth)
                begun += [item for item in below if item != longest]
                way.append(longest)
            while way and self.tree.amounts[way[-1]] <= 1e-6:
                way.pop()
            if way:
                ways.append(way)
        return ways

    def _depth(self, bone: int) -> int:
        return 1 + max((self._depth(child) for child in self._children[bone]), default=0)

    def tip(self, bone: int) -> Array:
        """Where the last bone of a chain ends: as far beyond the center of its skin as that is from its head."""
        return np.asarray(2 * self.tree.centers[bone] - self.tree.heads[bone])

    def _kind(self, joint: str, way: list[int]) -> str | None:
        """The kind of a chain; ``None`` where it does not swing."""
        if any(part in joint for part in _STIFF):
            return None
        places = np.concatenate([self.tree.heads[way], [self.tip(way[-1])]])
        length = float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum())
        if length < _LEAST_LENGTH * self.height:
            return None
        run = places[-1] - places[0]
        if joint in ("head", "neck", "jaw", "leftEye", "rightEye"):
            return self._kind_on_head(way, places, length)
        if len(way) < 2:
            return None
        if joint.endswith(("Arm", "Leg")) and not self._leaves_limb(joint, places):
            return None
        falls = run[2] < -0.3 * length
        if joint in ("hips", "spine"):
            is_central = abs(float(places[0, 0] - self.tree.heads[self._number["hips"], 0])) < 0.03 * self.height
            if is_central and run[1] > 0.35 * length:
                return TAIL
            return SKIRT if falls else None
        if joint.endswith("Leg"):
            return SKIRT if falls else None
        return CLOTH if falls else None  # wings stand off

    def _leaves_limb(self, joint: str, places: Array) -> bool:
        """Whether a chain goes away from the limb that it is on, which twist bones do not."""
        after = {"UpperArm": "LowerArm", "LowerArm": "Hand", "UpperLeg": "LowerLeg", "LowerLeg": "Foot"}
        side = "left" if joint.startswith("left") else "right"
        end = self._number.get(side + after[joint.removeprefix(side)])
        if end is None:
            return False
        start, axis = self.tree.heads[self._number[joint]], self.tree.heads[end] - self.tree.heads[self._number[joint]]
        along = (places - start) @ axis / max(float(axis @ axis), 1e-18)
        return bool(np.linalg.norm(places - start - along[:, None] * axis, axis=1).max() > 0.035 * self.height)

    def _kind_on_head(self, way: list[int], places: Array, length: float) -> str | None:
        """Ears rise from the upper half of the head and come in pairs or from its middle; hair is longer than a face's
        bones and does not lie within the face."""
        skin = self._skin_of_head()
        if len(skin) < 8:
            return None
        low, high = np.quantile(skin, 0.02, axis=0), np.quantile(skin, 0.98, axis=0)
        size, middle = float(high[2] - low[2]), (low + high) / 2
        ends = places[-1]
        rises = ends[2] > high[2] - 0.1 * size and ends[2] > places[0, 2] + 0.4 * length
        if places[0, 2] > middle[2] and rises:
            return EARS
        if len(way) < 2 or length < _HEAD_LENGTH * size:
            return None
        in_face = (
            (places[:, 1] < middle[1])
            & (np.abs(places[:, 0] - middle[0]) < 0.45 * (high[0] - low[0]))
            & (places[:, 2] > low[2] - 0.02 * size)
            & (places[:, 2] < middle[2] + 0.3 * size)
            & (places[:, 1] > low[1] - 0.06 * size)
        )
        return None if in_face.all() else HAIR

    def _skin_of_head(self) -> Array:
        return self._points_of([self._number["head"]])

    def _points_of(self, bones: list[int]) -> Array:
        """(N, 3) vertices that go with bones by more than half."""
        chosen = np.isin(self.tree.table[:, 1], bones) & (self.tree.table[:, 2] > 0.5)
        return np.asarray(self.tree.points[np.unique(self.tree.table[chosen, 0].astype(np.int64))])

    def colliders(self) -> list[Collider]:
        """The colliders that the chains do not pass, upright; at rest no chain is inside one of them."""
        swinging = {name for chain in self.chains for name in chain.bones}
        owners = self._owners.copy()
        owners[[number for number, name in enumerate(self.tree.names) if name in swinging]] = -1
        bones = owners[self.tree.table[:, 1].astype(np.int64)]
        rows, weights = self.tree.table[:, 0].astype(np.int64), self.tree.table[:, 2]

        def share(joint: str) -> Array:
            number = self._number.get(joint)
            mine = bones == number if number is not None else np.zeros(len(bones), bool)
            return np.bincount(rows[mine], weights[mine], len(self.tree.points)).astype(np.float64)

        joints = {joint: self.tree.heads[number] for joint, number in self._number.items()}
        found = body_colliders(self.tree.points, share, joints)
        numbers = {name: number for number, name in enumerate(self.tree.names)}
        free = [
            place
            for chain in self.chains
            for place in (
                *(self.tree.heads[numbers[name]] for name in chain.bones[1:]),
                self.tip(numbers[chain.bones[-1]]),
            )
        ]
        kept = []
        for item in found:
            gap = min((_away(place, item) for place in free), default=np.inf) - 1.05 * HIT_RADIUS * self.height
            radius = min(item.radius, gap)
            if radius >= _LEAST_RADIUS * item.radius:
                kept.append(Collider(item.bone, item.start, item.end, radius))
        return kept


def _away(place: Array, item: Collider) -> float:
    """How far a place is from the axis of a collider."""
    axis = item.end - item.start
    along = np.clip((place - item.start) @ axis / max(float(axis @ axis), 1e-18), 0, 1)
    return float(np.linalg.norm(place - item.start - along * axis))
