"""Skeleton, skin weights and stances of the built-in body."""

from __future__ import annotations

import numpy as np
import pytest

from ml_core.geometry.body.model import BodyModel, Person
from ml_core.geometry.body.poses import STANCES, posed, stance
from ml_core.geometry.body.rig import BONE_NAMES, HUMANOID, bones_of, dense_weights, twist_share
from ml_core.geometry.humanoid.bone_names import joint_of_bone
from ml_core.geometry.motion.posing import turn


def winding(points: np.ndarray, vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(N,) how often the surface goes around each point: 1 inside, 0 outside (van Oosterom and Strackee 1983)."""
    result = []
    for point in points:
        a, b, c = (vertices[triangles[:, k]] - point for k in range(3))
        la, lb, lc = (np.linalg.norm(side, axis=1) for side in (a, b, c))
        volume = np.einsum("ij,ij->i", a, np.cross(b, c))
        below = la * lb * lc + (a * b).sum(1) * lc + (b * c).sum(1) * la + (c * a).sum(1) * lb
        result.append(np.arctan2(volume, below).sum() / (2 * np.pi))
    return np.array(result)


def test_the_bones_are_the_humanoid_ones_and_each_has_skin(model: BodyModel) -> None:
    assert len(BONE_NAMES) == len(set(BONE_NAMES)) == 55
    assert {"upperChest", "jaw", "leftEye", "rightToes", "leftThumbMetacarpal", "rightLittleDistal"} <= set(BONE_NAMES)
    assert all(joint_of_bone(name) is not None for name in BONE_NAMES if "Metacarpal" not in name)
    seen: set[str] = set()
    for spec in HUMANOID:
        assert spec.parent is None or spec.parent in seen
        seen.add(spec.name)
    weights = dense_weights(model.data)
    assert (weights.max(axis=0) > 0.4).all()
    assert ((weights > 0).sum(axis=1) <= 4).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)


def test_teeth_and_tongue_go_with_the_jaw_and_eyes_with_their_bones(model: BodyModel) -> None:
    weights = dense_weights(model.data)
    for part, bone in (("teeth_lower", "jaw"), ("tongue", "jaw"), ("teeth_upper", "head"), ("eye_l", "leftEye"),
                       ("eye_r", "rightEye")):  # fmt: skip
        assert (weights[model.data.used(part), BONE_NAMES.index(bone)] > 0.99).all(), part
    assert (weights[model.data.used("lashes"), BONE_NAMES.index("jaw")] < 0.05).all()


def test_joints_lie_inside_everybody(people: dict[str, Person]) -> None:
    for name in ("girl", "heavy"):
        person = people[name]
        faces = person.data.faces["skin"]
        triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
        bones = [
            bone
            for bone in bones_of(person.data, person.rows)
            if not bone.name.startswith("right") and "Eye" not in bone.name
        ]
        inside = winding(np.array([bone.head for bone in bones], np.float32), person.vertices, triangles)
        outside = [bone.name for bone, share in zip(bones, inside, strict=True) if share < 0.6]
        assert not outside, f"{name}: {outside}"


@pytest.mark.parametrize("name", STANCES)
def test_stances_stand_on_the_ground_with_arms_as_said(people: dict[str, Person], name: str) -> None:
    for who in ("girl", "heavy"):
        person = people[who]
        there = stance(person.data, person.rows, name)
        at = there.bone
        assert there.rows[person.data.used("skin"), 2].min() == pytest.approx(0, abs=1e-5)
        arm = at["leftUpperArm"].tail - at["leftUpperArm"].head
        down = np.degrees(np.arcsin(-arm[2] / np.linalg.norm(arm)))
        assert down == pytest.approx({"t": 0, "a": 45, "relaxed": 76}[name], abs=0.5), who
        hands = [at[f"{side}Hand"].head for side in ("left", "right")]
        assert hands[0][0] > 0.1 > -0.1 > hands[1][0], "left is +X"
        leg = at["leftUpperLeg"].head - at["leftLowerLeg"].head
        assert leg[2] / np.linalg.norm(leg) > 0.99
        assert at["leftToes"].head[1] < at["leftFoot"].head[1], "toes point forward, -Y"
        index, little = at["leftIndexProximal"].head, at["leftLittleProximal"].head
        assert index[1] < little[1], "index fingers before the little ones"
        assert np.isfinite(there.rows).all()


def test_in_the_t_pose_arms_hands_and_legs_are_straight(people: dict[str, Person]) -> None:
    at = stance(people["tall"].data, people["tall"].rows, "t").bone
    for side, mirror in (("left", 1), ("right", -1)):
        for name in ("UpperArm", "LowerArm", "Hand"):
            along = at[side + name].tail - at[side + name].head
            np.testing.assert_allclose(along / np.linalg.norm(along), [mirror, 0, 0], atol=1e-3)
        for name in ("UpperLeg", "LowerLeg"):
            along = at[side + name].tail - at[side + name].head
            np.testing.assert_allclose(along / np.linalg.norm(along), [0, 0, -1], atol=1e-3)
    for side in ("left", "right"):
        across = at[f"{side}IndexProximal"].head - at[f"{side}LittleProximal"].head
        across = across[1:] / np.linalg.norm(across[1:])
        np.testing.assert_allclose(across, [-1, 0], atol=1e-3, err_msg="palms look straight down")


def test_no_face_of_a_stance_turns_inside_out(people: dict[str, Person]) -> None:
    """Skin may fold at an armpit, but hardly any face may end up against its neighbors' side."""
    person = people["heavy"]
    faces = person.data.faces["skin"]

    def normals(rows: np.ndarray, turned: np.ndarray | None = None) -> np.ndarray:
        quads = rows[faces].astype(np.float64)
        cross = np.cross(quads[:, 2] - quads[:, 0], quads[:, 3] - quads[:, 1])
        return cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-12)

    before = normals(person.rows)
    for name in STANCES:
        there = stance(person.data, person.rows, name)
        carried = np.einsum("nij,nj->ni", there.moved[faces[:, 0], :3, :3], before)
        assert ((carried * normals(there.rows)).sum(axis=1) < 0).mean() < 0.002, name


def test_a_joint_that_turns_takes_its_children_along_and_leaves_the_rest(people: dict[str, Person]) -> None:
    person = people["tall"]
    rest = stance(person.data, person.rows, "t")
    pose = {"leftLowerArm": turn(np.array([0.0, 0.0, 1.0]), -90)}
    bent = posed(person.data, rest.rows, rest.bones, pose)
    hand = bent.bone["leftHand"].head
    reach = np.linalg.norm(rest.bone["leftLowerArm"].tail - rest.bone["leftLowerArm"].head)
    np.testing.assert_allclose(hand, rest.bone["leftLowerArm"].head + np.array([0, -reach, 0]), atol=2e-3)
    right = person.vertices[:, 0] < -0.05
    np.testing.assert_allclose(bent.rows[: len(right)][right], rest.rows[: len(right)][right], atol=1e-6)


def test_a_twist_bone_takes_over_where_a_limb_turns() -> None:
    points = np.array([[0.0, 0, 0], [0.5, 0.1, 0], [1.0, 0, 0], [1.4, 0, 0]])
    ends = np.zeros(3), np.array([1.0, 0, 0])
    np.testing.assert_allclose(twist_share("leftLowerArm", points, *ends), [0, 0.5, 1, 1])
    np.testing.assert_allclose(twist_share("rightUpperArm", points, *ends), [1, 0.5, 0, 0])
