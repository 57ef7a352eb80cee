"""Which humanoid joint each bone of a rig is, by the shape of its tree alone: for rigs whose names are no help.

A humanoid is a trunk that rises from the middle between two legs, with two arms and a head on top. Legs and arms are
mirrored pairs of chains; where along a chain its joints are, its proportions say: knees and elbows halve their limb,
ankles stand above the ground before a foot that lies level, wrists before a hand. Vertices say which bones move skin at
all, which of those above the shoulders is the head, and which of its children are eyeballs and jaw. Toes say where the
front is, and with it which side is the left one.

The VRM add-on's ``structure_based_mapping`` follows a tree from the hips, too, by numbers of children; proportions
and mirrored places instead also find joints behind twist bones, metacarpals, controls, skirts, wings and ears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ml_core.geometry.humanoid.bone_tree import TOLERANCE, BoneTree, joined_parents
from ml_core.geometry.humanoid.fingers import Hand

Array = NDArray[np.floating]

SURE = 0.35
"""Confidence from which a rig is taken for a humanoid."""
NO_LEGS = "no two mirrored chains of bones reach the ground as legs do"
NO_ARMS = "no two mirrored chains of bones stand off the trunk as arms do"
NO_TRUNK = "no bones rise from the hips to the arms"
NO_HEAD = "no bone rises above the arms as a head does"
DOUBTFUL = "its bones have hardly the proportions of a humanoid"
REASONS = (NO_LEGS, NO_ARMS, NO_TRUNK, NO_HEAD, DOUBTFUL)
"""Why no humanoid is found, from what is looked for first to what is last."""

_MOST_PATHS, _MOST_JOINTS, _MOST_LIMBS = 12, 9, 24
"""Paths to tips that are tried in one limb, bones of each, and sets of three joints that are paired."""
_LEAST_SCORE = 0.08


@dataclass(frozen=True)
class StructureMatch:
    """``joints``: VRM 1.0 joint -> bone, empty where no humanoid is found; ``reason`` says why then, one of
    :data:`REASONS`. ``confidence`` 0..1 says how well proportions and symmetry are those of a humanoid."""

    joints: dict[str, str]
    confidence: float
    reason: str = ""


def match_structure(tree: BoneTree, up: Sequence[float] = (0.0, 0.0, 1.0)) -> StructureMatch:
    """Finds the joints of a rig in any upright rest pose in which its arms hang or stretch to its sides.

    Args:
        up: the up direction of the rig's space; all six axis directions are tried, those nearest to it first.
    """
    if len(tree.names) < 8 or not np.isfinite(tree.heads).all():
        return StructureMatch({}, 0.0, NO_LEGS)
    tree = replace(tree, parents=joined_parents(tree))
    best, reasons = StructureMatch({}, 0.0), set()
    for number, sky in enumerate(_skies(up)):
        found = [Upright(tree.turned(turn)).match() for turn in _turns(sky)]
        best = max(best, *found, key=lambda match: match.confidence)
        if best.confidence >= SURE:
            return best
        if number == 0:  # of a rig that stands, its own way up says what it lacks
            reasons = {match.reason for match in found}
    if best.joints:
        return StructureMatch({}, best.confidence, DOUBTFUL)
    return StructureMatch({}, 0.0, max(reasons, key=REASONS.index))


def _skies(up: Sequence[float]) -> list[Array]:
    axes = [sign * axis for axis in np.eye(3)[::-1] for sign in (1.0, -1.0)]
    given = np.asarray(up, np.float64)
    return sorted(axes, key=lambda axis: -round(float(axis @ given), 3))


def _turns(sky: Array) -> Iterator[Array]:
    """Two rotations that bring ``sky`` to +Z, and either level axis to X."""
    number = int(np.abs(sky).argmax())
    for level in [axis for axis in range(3) if axis != number]:
        aside = np.eye(3)[level]
        yield np.stack([aside, np.cross(sky, aside), sky])


@dataclass(frozen=True)
class _Limb:
    """Bones of one side along a limb and its mirrored twin: ``score`` 0..1."""

    bones: tuple[int, int, int]
    path: tuple[int, ...]
    score: float


@dataclass(frozen=True)
class _Pair:
    """Two mirrored branches of the tree: bones at +X and at -X below one parent; ``error`` of the height."""

    parent: int
    bones: tuple[int, int]
    error: float


class Upright:
    """A rig in a space whose +Z is up and whose X goes from side to side."""

    def __init__(self, tree: BoneTree) -> None:
        self.tree = tree
        self.parents = tree.parents
        self.children: list[list[int]] = [[] for _ in tree.names]
        for bone, parent in enumerate(self.parents):
            if parent >= 0:
                self.children[parent].append(bone)
        moves = tree.amounts > 1e-6
        self.has_skin = bool(moves.any())
        self.used = np.array([not self.has_skin or bool(moves[self.below(b)].any()) for b in range(len(tree.names))])
        self.children = [[child for child in items if self.used[child]] for items in self.children]
        kept = tree.heads[self.used]
        low = float(kept[:, 2].min())
        self.floor = min(low, float(np.quantile(tree.points[:, 2], 0.002))) if self.has_skin else low
        self.height = max(1.1 * float(kept[:, 2].max() - self.floor), 1e-9)  # of the joints: hats and hair may be high
        self.middle = self._middle(kept)
        self.heads = (tree.heads - [self.middle, 0, self.floor]) / self.height
        self.tails = (tree.tails - [self.middle, 0, self.floor]) / self.height
        self.centers = (tree.centers - [self.middle, 0, self.floor]) / self.height

    @staticmethod
    def _middle(heads: Array) -> float:
        """Where most pairs of bones have their middle."""
        sides = heads[:, 0]
        return float(np.median(sides)) if len(sides) else 0.0

    def below(self, bone: int) -> list[int]:
        """A bone and all that hang on it."""
        found = [bone]
        for item in found:
            found += self.children[item]
        return found

    def above(self, bone: int) -> list[int]:
        """A bone and its ancestors, from it to the top."""
        found = []
        while bone >= 0 and bone not in found:
            found.append(bone)
            bone = int(self.parents[bone])
        return found

    def is_central(self, bone: int) -> bool:
        return abs(float(self.heads[bone, 0])) < TOLERANCE

    def match(self) -> StructureMatch:
        pairs = self._pairs()
        legs = [(pair, limbs) for pair in pairs if (limbs := self._limbs(pair, self._leg)) is not None]
        if not legs:
            return StructureMatch({}, 0.0, NO_LEGS)
        arms = [(pair, limbs) for pair in pairs if (limbs := self._limbs(pair, self._arm)) is not None]
        best, reason = StructureMatch({}, 0.0, NO_ARMS), NO_ARMS
        for (leg, leg_limbs), (arm, arm_limbs) in ((a, b) for a in legs for b in arms if a[0] != b[0]):
            if set(leg.bones) & set(arm.bones):
                continue
            found = self._person(leg, leg_limbs, arm, arm_limbs)
            if found.confidence > best.confidence:
                best = found
            elif found.reason and REASONS.index(found.reason) > REASONS.index(reason):
                reason = found.reason
        return best if best.joints else StructureMatch({}, 0.0, reason)

    def _pairs(self) -> list[_Pair]:
        found = []
        for parent, children in enumerate(self.children):
            if not self.used[parent] or not self.is_central(parent):
                continue
            deep = [child for child in children if self._depth(child) > 2]
            middles = {child: self._middle_of(child) for child in deep}
            for one, other in combinations(deep, 2):
                left, right = (one, other) if middles[one][0] >= middles[other][0] else (other, one)
                if middles[left][0] < 0.01 or middles[right][0] > -0.01:
                    continue
                error = float(np.abs(middles[left] - middles[right] * [-1, 1, 1]).max())
                if error < 2 * TOLERANCE:
                    found.append(_Pair(parent, (left, right), error))
        return found

    def _depth(self, bone: int) -> int:
        return 1 + max((self._depth(child) for child in self.children[bone]), default=0)

    def _middle_of(self, bone: int) -> Array:
        return np.asarray(self.heads[self.below(bone)].mean(axis=0))

    def _paths(self, bone: int) -> list[tuple[int, ...]]:
        """The paths from a bone to the tips below it, the longest first."""
        ways: list[tuple[int, ...]] = []
        stack: list[tuple[int, ...]] = [(bone,)]
        while stack and len(ways) < 4 * _MOST_PATHS:
            way = stack.pop()
            below = self.children[way[-1]]
            if not below:
                ways.append(way)
            stack += [(*way, child) for child in below]
        return sorted(ways, key=lambda way: -self._length(way))[:_MOST_PATHS]

    def _length(self, way: Sequence[int]) -> float:
        return float(np.linalg.norm(np.diff(self.heads[list(way)], axis=0), axis=1).sum())

    def _limbs(self, pair: _Pair, rated: Callable[[tuple[int, ...], int], list[_Limb]]) -> tuple[_Limb, _Limb] | None:
        """The best two limbs of a pair that mirror each other: what hands hold makes one side longer."""
        sides = []
        for bone in pair.bones:
            found: dict[tuple[int, ...], _Limb] = {}
            for way in self._paths(bone):
                for limb in rated(way, pair.parent):
                    if limb.score > found.get(limb.bones, limb).score or limb.bones not in found:
                        found[limb.bones] = limb
            sides.append(sorted(found.values(), key=lambda limb: -limb.score)[:_MOST_LIMBS])
        best, top = None, 0.0
        for left in sides[0]:
            for right in sides[1]:
                score = left.score * right.score
                if score <= top:
                    break
                gap = np.abs(self.heads[list(left.bones)] * [-1, 1, 1] - self.heads[list(right.bones)]).max()
                if gap < 2.5 * TOLERANCE:
                    best, top = (left, right), score
        return best

    def _leg(self, way: tuple[int, ...], _parent: int) -> list[_Limb]:
        """Hips, knees and ankles along a path."""
        way = way[:_MOST_JOINTS]
        places = self.heads[list(way)]
        steps = np.diff(places, axis=0)
        downward = -steps[:, 2] / np.maximum(np.linalg.norm(steps, axis=1), 1e-9)
        start = max(float(places[0][2]), 1e-6)
        found = []
        for hip, knee, ankle in combinations(range(len(way)), 3):
            u, k, a = places[[hip, knee, ankle]]
            drop = float(u[2] - a[2])
            if drop < 0.08 or abs(u[0]) < 0.012 or k[2] > u[2] or a[2] > k[2] + 0.02:
                continue
            upper, lower = float(np.linalg.norm(k - u)), float(np.linalg.norm(a - k))
            toes = self._ahead(way, ankle)
            score = (
                _near(upper / (upper + lower), 0.5, 0.22)
                * _below(a[2] / start, 0.18, 0.5)
                * _above(drop / (upper + lower), 0.9, 0.5)
                * _above(float(downward[knee:ankle].min()), 0.9, 0.5)
                * (0.4 + 0.6 * min(abs(float(toes[1])) / max(float(np.linalg.norm(toes)), 1e-9), 1.0))
                * _above(float(u[2]) / start, 0.9, 0.5)
                * (1.0 if ankle + 1 < len(way) else 0.7)
            )
            if score > _LEAST_SCORE:
                found.append(_Limb((way[hip], way[knee], way[ankle]), way, score))
        return found

    def _ahead(self, way: tuple[int, ...], place: int) -> Array:
        """The vector from a bone of a path to the next one, or to the middle of what it moves, or to its tail."""
        bone = way[place]
        if place + 1 < len(way):
            return np.asarray(self.heads[way[place + 1]] - self.heads[bone])
        if self.tree.amounts[bone] > 1e-6:
            return np.asarray(self.centers[bone] - self.heads[bone])
        return np.asarray(self.tails[bone] - self.heads[bone])

    def _arm(self, way: tuple[int, ...], parent: int) -> list[_Limb]:
        """Shoulders, elbows and wrists along a path."""
        places = self.heads[list(way)]
        steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
        end = self._end(way, steps)
        whole = float(steps.sum()) + end
        branching = [place for place, bone in enumerate(way) if len(self.children[bone]) > 1]
        found = []
        for shoulder, elbow, wrist in combinations(range(min(len(way), _MOST_JOINTS)), 3):
            u, e, w = places[[shoulder, elbow, wrist]]
            if abs(w[0]) < abs(u[0]) - 0.02 or abs(u[0]) < 0.012 or u[2] < 0.3:
                continue
            upper, lower = float(np.linalg.norm(e - u)), float(np.linalg.norm(w - e))
            if upper + lower < 0.08:
                continue
            hand, before = float(steps[wrist:].sum()) + end, float(steps[:shoulder].sum())
            fork = next((place for place in branching if place >= wrist), None)
            has_fingers = fork is not None and float(steps[wrist:fork].sum()) < 0.2 * lower
            is_second = wrist - elbow > 1 and steps[wrist - 1] < 0.32 * lower  # a wrist lies before it
            score = (
                _near(upper / (upper + lower), 0.52, 0.16)
                * _near(hand / (upper + lower), 0.36, 0.34)
                * _below(before / whole, 0.25, 0.3)
                * _above((upper + lower) / whole, 0.55, 0.3)
                * (1.0 if has_fingers else 0.85)
                * (0.8 if is_second else 1.0)
                * _above(float(np.linalg.norm(w - u)) / (upper + lower), 0.75, 0.4)
                * (0.4 + 0.6 * _below(abs(float(u[1] - self.heads[parent, 1])), 0.06, 0.14))  # wings stand behind
            )
            if score > _LEAST_SCORE:
                found.append(_Limb((way[shoulder], way[elbow], way[wrist]), way, score))
        return found

    def _end(self, way: tuple[int, ...], steps: Array) -> float:
        """How far the skin of a path's last bone extends beyond it; a sword in a hand counts little."""
        longest = 1.5 * float(steps.mean()) if len(steps) else np.inf
        return min(float(np.linalg.norm(self.tip_of(way) - self.heads[way[-1]])), longest)

    def tip_of(self, way: tuple[int, ...]) -> Array:
        """Where the last bone of a path ends: at twice the middle of what it moves, or at its tail."""
        bone = way[-1]
        if self.tree.amounts[bone] > 1e-6:
            return np.asarray(self.heads[bone] + 2 * (self.centers[bone] - self.heads[bone]))
        return np.asarray(self.tails[bone])

    def _person(self, leg: _Pair, legs: tuple[_Limb, _Limb], arm: _Pair, arms: tuple[_Limb, _Limb]) -> StructureMatch:
        over, under = self.above(arm.parent), self.above(leg.parent)
        shared = [bone for bone in under if bone in over]
        if not shared:
            return StructureMatch({}, 0.0, NO_TRUNK)
        hips = shared[0]
        thigh = self.heads[legs[0].bones[0], 2]
        if abs(self.heads[hips, 2] - thigh) > 0.22 and leg.parent != hips:
            return StructureMatch({}, 0.0, NO_TRUNK)
        spine = over[: over.index(hips)][::-1]
        if not spine or not all(self.is_central(bone) for bone in spine):
            return StructureMatch({}, 0.0, NO_TRUNK)
        shoulders = self.heads[[arms[0].bones[0], arms[1].bones[0]]].mean(axis=0)
        rise = shoulders - (self.heads[legs[0].bones[0]] + self.heads[legs[1].bones[0]]) / 2
        upright = float(rise[2]) / max(float(np.linalg.norm(rise)), 1e-9)
        if upright < 0.7:
            return StructureMatch({}, 0.0, NO_TRUNK)
        top = self._top(spine, float(shoulders[2]), arm.bones)
        if top is None:
            return StructureMatch({}, 0.0, NO_HEAD)
        trunk, throat = top
        is_forward = sum(self._forward(limb) for limb in legs) <= 0
        joints = {"hips": hips, **_spine(trunk, self.heads), **throat}
        for name, limbs in (("leg", legs), ("arm", arms)):
            for number, limb in enumerate(limbs):
                side = "left" if (number == 0) == is_forward else "right"
                joints |= self._leg_joints(side, limb) if name == "leg" else self._arm_joints(side, limb, arm)
        joints |= self._face(joints["head"], is_forward, set(joints.values()))
        arm_length = sum(self._between(limb) for limb in arms) / 2
        leg_length = sum(self._between(limb) for limb in legs) / 2
        confidence = float(
            (np.prod([limb.score for limb in (*legs, *arms)])) ** 0.25
            * _below(max(leg.error, arm.error), 0.25 * TOLERANCE, 2 * TOLERANCE)
            * _above(upright, 0.95, 0.6)
            * _near(np.log(arm_length / leg_length), np.log(0.75), 1.3)
        )
        return StructureMatch({joint: self.tree.names[bone] for joint, bone in joints.items()}, round(confidence, 3))

    def _between(self, limb: _Limb) -> float:
        return float(np.linalg.norm(np.diff(self.heads[list(limb.bones)], axis=0), axis=1).sum())

    def _forward(self, limb: _Limb) -> float:
        """How far a foot reaches along Y: less than 0 where the rig faces -Y."""
        ankle = limb.bones[2]
        bones = self.below(ankle)
        amounts = self.tree.amounts[bones]
        skin = float((amounts * (self.centers[bones] - self.heads[ankle])[:, 1]).sum() / max(amounts.sum(), 1e-9))
        return float(self._ahead(limb.path, limb.path.index(ankle))[1]) + 2 * skin

    def _top(
        self, spine: list[int], shoulders: float, arms: tuple[int, int]
    ) -> tuple[list[int], dict[str, int]] | None:
        """The bones of the trunk, and neck and head: along the middle to the highest bone, from where that path
        branches off the one to the arms."""
        ways = []
        for place, bone in enumerate(spine):
            for child in self.children[bone]:
                if child in spine or child in arms or not self.is_central(child):
                    continue
                way = [child]
                while below := [item for item in self.children[way[-1]] if self.is_central(item)]:
                    way.append(max(below, key=self._reach))
                ways.append((self._reach(child), place, way))
        ways = [item for item in ways if item[0] > shoulders - 0.02]
        if not ways:
            return None
        # All skin that goes with a head, its hair and its face, is on one of these bones or hangs on it.
        _, place, way = max(ways, key=lambda item: (self._skin_of(item[2][0]), item[0]))
        head = self._head_of(way)
        throat = {"head": way[head]} | ({"neck": way[0]} if head > 0 else {})
        return spine[: place + 1], throat

    def _reach(self, bone: int) -> float:
        """Height of a bone and all below it: the mean of their skin, else their highest joint."""
        bones = self.below(bone)
        amounts = self.tree.amounts[bones]
        if amounts.sum() > 1e-6:
            return float((amounts * self.centers[bones, 2]).sum() / amounts.sum())
        return float(max(self.heads[bones, 2].max(), self.tails[bones, 2].max()))

    def _skin_of(self, bone: int) -> float:
        return float(self.tree.amounts[self.below(bone)].sum())

    def _head_of(self, way: list[int]) -> int:
        """Which bone of a path from the trunk to the top is the head: the one with most skin, with its branches off the
        path; without skin, one that has such branches, else the last one that is not an end bone."""
        if self.has_skin:
            own = [
                self._skin_of(bone) - (self._skin_of(way[place + 1]) if place + 1 < len(way) else 0.0)
                for place, bone in enumerate(way)
            ]
            return int(np.argmax(own))
        branching = [place for place, bone in enumerate(way) if len(self.children[bone]) > 1]
        if branching:
            return branching[0]
        if len(way) < 3:
            return len(way) - 1
        steps = np.linalg.norm(np.diff(self.heads[way], axis=0), axis=1)
        return int(np.argmax(steps)) if steps.max() > 1.5 * np.median(steps) else len(way) - 1

    def _leg_joints(self, side: str, limb: _Limb) -> dict[str, int]:
        found = dict(zip((f"{side}UpperLeg", f"{side}LowerLeg", f"{side}Foot"), limb.bones, strict=True))
        ankle = limb.bones[2]
        toes = [bone for bone in limb.path[limb.path.index(ankle) + 1 :] if self.heads[bone, 2] < self.heads[ankle, 2]]
        if toes:
            found[f"{side}Toes"] = toes[0]
        return found

    def _arm_joints(self, side: str, limb: _Limb, pair: _Pair) -> dict[str, int]:
        upper, lower, hand = limb.bones
        found = {f"{side}UpperArm": upper, f"{side}LowerArm": lower, f"{side}Hand": hand}
        before = limb.path[: limb.path.index(upper)]
        if before:
            found[f"{side}Shoulder"] = before[-1]
        fingers = Hand(self, hand, lower).joints()
        return found | {side + name: bone for name, bone in fingers.items()}

    def _face(self, head: int, is_forward: bool, taken: set[int]) -> dict[str, int]:
        """Eyes: the two mirrored bones of the head that each turn a ball about its middle, or its front half. Jaw: the
        bone in the middle with most skin, before and below its head, in the lower half of the face."""
        if not self.has_skin:
            return {}
        ahead = np.array([0.0, -1.0 if is_forward else 1.0, 0.0])
        bones = [bone for bone in self.below(head)[1:] if bone not in taken]
        skin = self._points_of(self.below(head))
        if not len(skin) or not bones:
            return {}
        low, high = np.quantile(skin, 0.02, axis=0), np.quantile(skin, 0.98, axis=0)
        size = float(high[2] - low[2])
        found: dict[str, int] = {}
        balls = {}
        for bone in bones:
            rating = self._ball(bone, size, ahead)
            if rating > 0 and 0.15 < (self.heads[bone, 2] - low[2]) / size < 0.85:
                balls[bone] = rating
        twins = [
            (balls[one] + balls[other], one, other)
            for one, other in combinations(balls, 2)
            if np.abs(self.heads[one] * [-1, 1, 1] - self.heads[other]).max() < TOLERANCE * max(size, 0.2)
        ]
        if twins:
            _, one, other = max(twins)
            left, right = (one, other) if (self.heads[one, 0] > self.heads[other, 0]) == is_forward else (other, one)
            found |= {"leftEye": left, "rightEye": right}
        jaws = []
        for bone in bones:
            move = self.centers[bone] - self.heads[bone]
            is_low = (self.centers[bone, 2] - low[2]) / size < 0.45
            if self.is_central(bone) and is_low and move @ ahead > 0.06 * size and move[2] < 0.02 * size:
                jaws.append((self._skin_of(bone), bone))
        if jaws and max(jaws)[0] > 0.02 * self._skin_of(head):
            found["jaw"] = max(jaws)[1]
        return found

    def _points_of(self, bones: Sequence[int]) -> Array:
        """(N, 3) vertices that go with bones by more than half."""
        chosen = np.isin(self.tree.table[:, 1], bones) & (self.tree.table[:, 2] > 0.5)
        rows = np.unique(self.tree.table[chosen, 0].astype(np.int64))
        return np.asarray((self.tree.points[rows] - [self.middle, 0, self.floor]) / self.height)

    def _ball(self, bone: int, size: float, ahead: Array) -> float:
        """How closely the vertices of a bone form a ball about its head, or its front half; 0 where they do not."""
        points = self._points_of([bone])
        if len(points) < 8 or abs(self.heads[bone, 0]) <= 0.004:
            return 0.0
        away = np.linalg.norm(points - self.heads[bone], axis=1)
        radius = float(np.median(away))
        outer = away[away > 0.5 * radius]
        if not 0.02 * size < radius < 0.3 * size or np.std(outer) > 0.3 * radius:
            return 0.0
        width = np.ptp(points, axis=0)
        if min(width[0], width[2]) < 0.75 * max(width[0], width[2]) or width[0] < 1.1 * radius:
            return 0.0
        offset = (points.mean(axis=0) - self.heads[bone]) / radius
        if np.linalg.norm(offset - (offset @ ahead) * ahead) > 0.35:
            return 0.0
        return float(1 - np.std(outer) / radius) * (1.0 if width[1] > 1.2 * radius else 0.8)


def _spine(bones: list[int], heads: Array) -> dict[str, int]:
    """Spine, chest and upper chest among the bones of a trunk, from the lowest."""
    if len(bones) < 3:
        return dict(zip(("spine", "chest"), bones, strict=False))
    low, high = heads[bones[0], 2], heads[bones[-1], 2]
    middle = min(bones[1:-1], key=lambda bone: abs(heads[bone, 2] - (low + high) / 2))
    return {"spine": bones[0], "chest": middle, "upperChest": bones[-1]}


def _near(value: float, wanted: float, width: float) -> float:
    return float(np.exp(-(((value - wanted) / width) ** 2)))


def _below(value: float, good: float, bad: float) -> float:
    """1 up to ``good``, 0 from ``bad`` on."""
    return float(np.clip((bad - value) / (bad - good), 0, 1))


def _above(value: float, good: float, bad: float) -> float:
    """1 from ``good`` on, 0 down to ``bad``."""
    return float(np.clip((value - bad) / (good - bad), 0, 1))
