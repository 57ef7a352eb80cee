"""Poses and clips by forward kinematics of the rest skeleton."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.canvas import canvas
from ml_core.geometry.motion.gait import idle, walk
from ml_core.geometry.motion.motion import Motion
from ml_core.geometry.motion.posing import curled, named_pose, turn

BONES = canvas().stance.bones
JOINTS = {bone.name: bone.head for bone in BONES}


def places(motion: Motion) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Joint positions (F, 3) and turns (F, 3, 3)."""
    frames = len(motion.root)
    at: dict[str, np.ndarray] = {}
    turned: dict[str, np.ndarray] = {}
    for bone in BONES:
        own = motion.poses.get(bone.name, np.broadcast_to(np.eye(3), (frames, 3, 3)))
        if bone.parent is None:
            turned[bone.name], at[bone.name] = own, bone.head + motion.hips + motion.root
            continue
        above = turned[bone.parent]
        turned[bone.name] = above @ own
        at[bone.name] = at[bone.parent] + np.einsum("fij,j->fi", above, bone.head - JOINTS[bone.parent])
    return at, turned


def soles(motion: Motion, side: str) -> np.ndarray:
    """(F, 2, 3) heel and ball of a foot, on the ground at rest."""
    at, turned = places(motion)
    ankle = JOINTS[f"{side}Foot"]
    points = np.array([ankle + np.array([0, 0.55 * ankle[2], 0]), JOINTS[f"{side}Toes"]]) * [1, 1, 0]
    return at[f"{side}Foot"][:, None] + np.einsum("fij,pj->fpi", turned[f"{side}Foot"], points - ankle)


@pytest.mark.parametrize("make", [idle, walk])
@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0])
def test_a_clip_loops(make, fps: float) -> None:
    motion = make(JOINTS, fps)
    for rotations in motion.poses.values():
        assert np.abs(rotations[0] - rotations[-1]).max() < 1e-9
        assert np.allclose(rotations @ np.swapaxes(rotations, 1, 2), np.eye(3), atol=1e-9)
    assert np.abs(motion.hips[0] - motion.hips[-1]).max() < 1e-9
    steps = np.linalg.norm(np.diff(motion.hips, axis=0), axis=1)
    assert steps.max() < 0.6 / fps  # no jump


def test_feet_on_the_ground_do_not_slide_while_the_body_moves_on() -> None:
    motion = walk(JOINTS, 30)
    speed = -np.diff(motion.root[:, 1]).mean() * 30
    assert 1.0 < speed < 1.6
    for side in ("left", "right"):
        points = soles(motion, side)
        lower = points[..., 2].argmin(axis=1)
        on = motion.contact[side]
        for frame in range(len(on) - 1):
            if on[frame] and on[frame + 1] and lower[frame] == lower[frame + 1]:
                moved = points[frame + 1, lower[frame]] - points[frame, lower[frame]]
                assert np.linalg.norm(moved) * 30 < 0.01 * speed
        assert points[..., 2].min() > -1e-3
        assert points[on][..., 2].min(axis=1).max() < 1e-3
        assert points[~on][..., 2].max() > 0.05


def test_walking_in_place_is_the_same_walk() -> None:
    motion = walk(JOINTS, 30)
    still = motion.in_place()
    assert not still.root.any()
    assert still.poses is motion.poses
    left = soles(still, "left")[:, 1, 1]
    assert np.ptp(left) > 0.4


def test_arms_swing_against_the_legs_and_knees_bend_to_the_front() -> None:
    at, _ = places(walk(JOINTS, 30).in_place())
    leg = at["leftFoot"][:, 1] - at["rightFoot"][:, 1]
    arm = at["leftHand"][:, 1] - at["rightHand"][:, 1]
    assert np.corrcoef(leg, arm)[0, 1] < -0.8
    for side in ("left", "right"):
        line = (at[f"{side}UpperLeg"] + at[f"{side}Foot"]) / 2
        assert (at[f"{side}LowerLeg"][:, 1] - line[:, 1]).max() < 0.02


def test_standing_feet_stay() -> None:
    for side in ("left", "right"):
        assert np.ptp(soles(idle(JOINTS, 30), side), axis=0).max() < 1e-6


@pytest.mark.parametrize(("name", "down"), [("t", 0.0), ("a", 45.0), ("relaxed", 74.0)])
def test_poses_hold_the_arms_as_they_say(name: str, down: float) -> None:
    pose = named_pose(JOINTS, name)
    for side in ("left", "right"):
        arm = pose[f"{side}UpperArm"] @ (JOINTS[f"{side}LowerArm"] - JOINTS[f"{side}UpperArm"])
        assert np.degrees(np.arcsin(-arm[2] / np.linalg.norm(arm))) == pytest.approx(down, abs=1)
        assert (arm[0] > 0) == (side == "left")


def test_fingers_curl_to_the_palm() -> None:
    for side in ("left", "right"):
        finger = JOINTS[f"{side}IndexDistal"] - JOINTS[f"{side}IndexProximal"]
        assert (curled(JOINTS, side, 80.0)[f"{side}IndexProximal"] @ finger)[2] < 0
    assert np.allclose(turn([0, 0, 1], 90) @ [1, 0, 0], [0, 1, 0])
