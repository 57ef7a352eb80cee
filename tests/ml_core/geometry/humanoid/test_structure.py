"""Joints of rigs whose bones are called anything, found by the shape of their tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.body.rig import BONE_NAMES, HUMANOID, bones_of, dense_weights
from ml_core.geometry.humanoid.bone_tree import BoneTree
from ml_core.geometry.humanoid.structure import (
    NO_ARMS,
    NO_LEGS,
    NO_TRUNK,
    REASONS,
    SURE,
    match_structure,
)

EYES = {"leftEye", "rightEye"}


@pytest.fixture(scope="module")
def body() -> BoneTree:
    """The built-in body with the skin that its bones move."""
    person = canvas().person
    rows = np.asarray(person.rows, np.float64)
    bones = bones_of(person.data, rows)
    weights = dense_weights(person.data)
    parts = ("skin", "eye_l", "eye_r", "teeth_upper", "teeth_lower")
    used = np.isin(np.arange(len(weights)), np.concatenate([person.data.used(part) for part in parts]))
    vertices, columns = np.nonzero(weights * used[:, None] > 0)
    return BoneTree(
        BONE_NAMES,
        np.array([BONE_NAMES.index(spec.parent) if spec.parent else -1 for spec in HUMANOID]),
        np.array([bone.head for bone in bones]),
        np.array([bone.tail for bone in bones]),
        rows,
        np.column_stack([vertices, columns, weights[vertices, columns]]),
    )


def bare(tree: BoneTree) -> BoneTree:
    return replace(tree, points=np.zeros((0, 3)), table=np.zeros((0, 3)))


def with_chain(tree: BoneTree, parent: str, places: list[list[float]], name: str) -> BoneTree:
    """With a chain of bones through ``places`` below ``parent``, which moves a little skin."""
    first, points = len(tree.names), np.array(places)
    skin = np.repeat(points[:-1], 4, axis=0) + 0.01 * np.tile(np.eye(4, 3), (len(places) - 1, 1))
    rows = np.column_stack(
        [len(tree.points) + np.arange(len(skin)), first + np.arange(len(skin)) // 4, np.ones(len(skin))]
    )
    return BoneTree(
        (*tree.names, *(f"{name}{number}" for number in range(len(places) - 1))),
        np.concatenate([tree.parents, [tree.names.index(parent), *range(first, first + len(places) - 2)]]),
        np.concatenate([tree.heads, points[:-1]]),
        np.concatenate([tree.tails, points[1:]]),
        np.concatenate([tree.points, skin]) if len(tree.points) else tree.points,
        np.concatenate([tree.table, rows]) if len(tree.table) else tree.table,
    )


def right_of(tree: BoneTree) -> set[str]:
    """The joints that are found on the bone of the same name."""
    found = match_structure(tree)
    assert found.confidence >= SURE, found
    assert not found.reason
    return {joint for joint, bone in found.joints.items() if joint == bone}


def test_every_joint_of_the_built_in_body(body: BoneTree) -> None:
    assert right_of(body) == set(BONE_NAMES)
    assert right_of(bare(body)) == set(BONE_NAMES) - EYES - {"jaw"}, "eyes and jaw are known by their skin alone"


def backwards(tree: BoneTree) -> BoneTree:
    return tree.turned(np.diag([-1.0, -1.0, 1.0]))


def lying(tree: BoneTree) -> BoneTree:
    return tree.turned(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]))


def y_up(tree: BoneTree) -> BoneTree:
    return tree.turned(np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]]))


def in_centimeters(tree: BoneTree) -> BoneTree:
    return replace(tree, heads=100 * tree.heads + 7, tails=100 * tree.tails + 7, points=100 * tree.points + 7)


def tailed(tree: BoneTree) -> BoneTree:
    back = tree.heads[tree.names.index("hips")]
    return with_chain(
        tree, "hips", [np.add(back, [0, y, z]).tolist() for y, z in ((0.1, 0), (0.3, -0.1), (0.5, -0.3))], "t"
    )


def skirted(tree: BoneTree) -> BoneTree:
    """Six chains from the hips to below the knees."""
    hips = tree.heads[tree.names.index("hips")]
    for angle in np.arange(6) * np.pi / 3:
        way = [
            np.add(hips, [0.2 * np.sin(angle) * (1 + f), 0.2 * np.cos(angle) * (1 + f), -0.7 * f])
            for f in (0, 0.4, 0.7, 1)
        ]
        tree = with_chain(tree, "hips", [place.tolist() for place in way], f"s{angle:.1f}_")
    return tree


def winged(tree: BoneTree) -> BoneTree:
    """Wings as long as arms, from the back."""
    chest = tree.heads[tree.names.index("upperChest")]
    for sign in (1, -1):
        way = [np.add(chest, [sign * x, 0.22, 0.1 + z]) for x, z in ((0.06, 0), (0.4, 0.2), (0.75, 0.1), (1.0, -0.1))]
        tree = with_chain(tree, "upperChest", [place.tolist() for place in way], f"w{sign}_")
    return tree


def eared(tree: BoneTree) -> BoneTree:
    head = tree.heads[tree.names.index("head")]
    for sign in (1, -1):
        way = [np.add(head, [sign * 0.07, 0, 0.2 + z]) for z in (0, 0.15, 0.3, 0.45)]
        tree = with_chain(tree, "head", [place.tolist() for place in way], f"e{sign}_")
    return tree


@pytest.mark.parametrize("change", [backwards, lying, y_up, in_centimeters, tailed, skirted, winged, eared])
@pytest.mark.parametrize("has_skin", [True, False])
def test_whatever_else_the_rig_has_and_however_it_lies(
    body: BoneTree, change: Callable[[BoneTree], BoneTree], has_skin: bool
) -> None:
    found = right_of(change(body if has_skin else bare(body)))
    assert found == set(BONE_NAMES) - (set() if has_skin else EYES | {"jaw"})


def test_what_is_no_humanoid_is_told_why(body: BoneTree) -> None:
    names = np.array(BONE_NAMES)

    def without(*parts: str) -> BoneTree:
        kept = [number for number, name in enumerate(names) if not any(part in name for part in parts)]
        new = {old: place for place, old in enumerate(kept)}
        tree = bare(body)
        return replace(
            tree,
            names=tuple(names[kept]),
            parents=np.array([new.get(int(tree.parents[old]), -1) for old in kept]),
            heads=tree.heads[kept],
            tails=tree.tails[kept],
        )

    fingers = ("Thumb", "Index", "Middle", "Ring", "Little")
    armless = match_structure(without("Arm", "Hand", "Shoulder", *fingers))
    assert (armless.joints, armless.reason) == ({}, NO_ARMS)
    legless = match_structure(without("Leg", "Foot", "Toes"))
    assert legless.joints == {}
    assert legless.reason in (NO_LEGS, NO_ARMS), "hands may be what is lowest"
    four = bare(body)
    four = match_structure(replace(four, heads=_on_four_feet(four)))
    assert four.joints == {}
    assert four.reason in (NO_TRUNK, NO_ARMS)
    assert {NO_ARMS, NO_LEGS, NO_TRUNK} <= set(REASONS)


def _on_four_feet(tree: BoneTree) -> np.ndarray:
    """A trunk that lies level, and arms that stand on the ground before the legs."""
    heads = tree.heads.copy()
    for place, name in enumerate(("spine", "chest", "upperChest", "neck", "head"), start=1):
        heads[tree.names.index(name)] = heads[0] + [0, -0.2 * place, 0]
    for number, name in enumerate(tree.names):
        for side, sign in (("left", 1), ("right", -1)):
            place = {"Shoulder": 0.8, "UpperArm": 0.75, "LowerArm": 0.4, "Hand": 0.1}.get(name.removeprefix(side))
            if name.startswith(side) and place is not None:
                heads[number] = [sign * 0.1, -0.8, place]
    return heads
