"""The shipped motions on a child, a very heavy man and a tall man: soles, arms, seats."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ml_core.geometry.body.model import body_model
from ml_core.geometry.body.poses import stance
from ml_core.geometry.body.rig import BONE_NAMES, dense_weights
from ml_core.geometry.body.traits import BodyTraits
from ml_core.geometry.motion.clip import shipped_clips
from ml_core.geometry.motion.feet import runs, sole_points
from ml_core.geometry.motion.fitting import Body, fitted
from ml_core.geometry.motion.motion import Motion
from ml_core.geometry.motion.rotations import about_z
from ml_core.geometry.motion.skeleton import INDEX, JOINTS, SIDES, Skeleton, to_global
from ml_core.geometry.motion.trunk import Trunk
from ml_core.vocabulary.motion.motions import MOTIONS

PEOPLE = {
    "child": BodyTraits(presentation=1, age=6),
    "heavy": BodyTraits(presentation=0, age=45, weight=1.0),
    "tall": BodyTraits(presentation=0, age=30, height=2.0),
}


@cache
def body(name: str) -> Body:
    person = body_model().person(PEOPLE[name], 3)
    rest = stance(person.data, person.rows, "t")
    skeleton = Skeleton({bone.name: bone.head for bone in rest.bones})
    skin = person.data.used("skin")
    numbers = np.array([INDEX.get(bone, -1) for bone in BONE_NAMES])
    owners = numbers[dense_weights(person.data)[skin].argmax(axis=1)]
    return Body(skeleton, Trunk.of(skeleton, rest.rows[skin], owners))


@cache
def performed(motion: str, who: str) -> Motion:
    """A shipped motion as that body performs it; not to be changed."""
    return fitted(shipped_clips()[motion], body(who))


def posed(motion: Motion, skeleton: Skeleton) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Turns (F, J, 3, 3) from rest and places (F, 3) of the joints, in the frame of the root."""
    local = np.tile(np.eye(3), (len(motion.root), len(JOINTS), 1, 1))
    for joint, rotations in motion.poses.items():
        local[:, INDEX[joint]] = rotations
    turned = to_global(local)
    return turned, skeleton.places(turned, motion.hips)


def soles(motion: Motion, skeleton: Skeleton, side: str) -> dict[str, np.ndarray]:
    """(F, 3) in the world of heel, ball and toe tip."""
    turned, at = posed(motion, skeleton)
    facing = about_z(motion.heading if len(motion.heading) else np.zeros(len(motion.root)))
    paths = {}
    for name, point in sole_points(skeleton, side).items():
        joint = f"{side}Toes" if name == "tip" else f"{side}Foot"
        local = at[joint] + turned[:, INDEX[joint]] @ (point - skeleton.rest[joint])
        paths[name] = np.einsum("fij,fj->fi", facing, local) + motion.root
    return paths


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("motion", MOTIONS)
def test_standing_soles_stay_and_none_goes_through_the_floor(motion: str, who: str) -> None:
    skeleton = body(who).skeleton
    made = performed(motion, who)
    for side in SIDES:
        paths = soles(made, skeleton, side)
        assert min(path[:, 2].min() for path in paths.values()) > -0.012 * skeleton.leg
        low = paths["heel"][:, 2] < paths["ball"][:, 2]
        for start, end in runs(made.contact[side]):
            for which, name in ((low, "heel"), (~low, "ball")):
                for a, b in runs(which[start:end]):
                    spread = np.ptp(paths[name][start + a : start + b, :2], axis=0)
                    assert np.linalg.norm(spread) < 0.006 * skeleton.leg, (side, name, start + a)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("motion", ["IDLE", "WALK", "RUN", "TALK", "CLAP", "BOW", "PICK_UP"])
def test_arms_stay_out_of_the_trunk(motion: str, who: str) -> None:
    person = body(who)
    made = performed(motion, who)
    turned, at = posed(made, person.skeleton)
    assert person.trunk is not None
    deepest = 0.0
    for side in SIDES:
        for joint in ("LowerArm", "Hand"):
            push = person.trunk.pushed(person.skeleton, turned, at, at[side + joint], 0.0)
            deepest = max(deepest, float(np.linalg.norm(push, axis=1).max()))
    assert deepest < 0.012 * person.skeleton.leg


@pytest.mark.parametrize("motion", MOTIONS)
def test_motions_move_on_without_a_jump(motion: str) -> None:
    made = performed(motion, "tall")
    _, at = posed(made, body("tall").skeleton)
    for joint in ("hips", "head", "leftLowerLeg", "rightHand", "leftLowerArm"):
        speed = np.linalg.norm(np.diff(at[joint], axis=0), axis=1) * 30
        assert speed.max() < 16, joint  # meters a second; a sprinter's foot makes 15


def test_knees_and_elbows_bend_the_right_way() -> None:
    skeleton = body("tall").skeleton
    for motion in MOTIONS:
        turned, at = posed(performed(motion, "tall"), skeleton)
        for side in SIDES:
            hip, knee, ankle = (at[f"{side}{name}"] for name in ("UpperLeg", "LowerLeg", "Foot"))
            front = turned[:, INDEX[f"{side}UpperLeg"]] @ np.array([0, -1.0, 0])
            middle = hip + (ankle - hip) * 0.5
            assert (np.sum((knee - middle) * front, axis=1) > -0.01).all(), motion


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("seat", [0.28, 0.45, 0.62])
def test_who_sits_rests_on_the_seat(who: str, seat: float) -> None:
    person = body(who)
    made = fitted(shipped_clips()["SIT"], person, seat)
    _, at = posed(made, person.skeleton)
    height = np.mean([at[f"{side}UpperLeg"][:, 2] for side in SIDES])
    assert height == pytest.approx(seat + person.seat_depth, abs=0.02)
    lowest = min(path[:, 2].min() for side in SIDES for path in soles(made, person.skeleton, side).values())
    assert lowest > -0.01
    dangles = who == "child" and seat > 0.4
    assert made.contact["left"].any() != dangles


def test_loops_end_as_they_begin() -> None:
    for name, clip in shipped_clips().items():
        if clip.loops:
            made = performed(name, "tall")
            for joint, rotations in made.poses.items():
                assert np.abs(rotations[0] - rotations[-1]).max() < 0.02, (name, joint)
            assert np.abs(made.hips[0] - made.hips[-1]).max() < 0.003, name


def test_a_rig_without_toes_chest_or_fingers_moves_too() -> None:
    few = {n: p for n, p in body("tall").skeleton.rest.items() if not n.endswith(("Toes", "Proximal", "Distal"))}
    for name in ("upperChest", "leftShoulder", "rightShoulder"):
        few.pop(name)
    made = fitted(shipped_clips()["WALK"], Body(Skeleton(few)))
    assert "leftToes" not in made.poses
    full = fitted(shipped_clips()["WALK"], Body(body("tall").skeleton))
    for pose in (made, full):
        assert pose.root[-1, 1] < -1
