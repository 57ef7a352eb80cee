"""Joints found by shape, against those that the same bodies were rigged with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_core import InputError
from ml_core.geometry.atlas.charts import PARTS
from ml_core.geometry.body.canvas import LANDMARKS, canvas
from ml_core.geometry.body.rig import bones_of
from ml_core.geometry.humanoid.landmarks import find_landmarks, upright_turn, weights_by_shape

LIMBS = [f"left{name}" for name in ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot", "Eye")]
NEAR = 0.035
"""Share of the body's height that a joint may be off."""


def built_in() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Vertices and triangles of the skin of the average person as sculpted, in an A-pose, and its joints."""
    person = canvas().person
    data = person.data
    used, faces = data.used("skin"), data.faces["skin"]
    joints = {bone.name: np.asarray(bone.head) for bone in bones_of(data, person.rows)}
    return person.rows[used].astype(float), triangulate(np.searchsorted(used, faces)), joints


def triangulate(faces: np.ndarray) -> np.ndarray:
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])


def worst(found: dict, truth: dict, height: float) -> tuple[float, str]:
    return max((float(np.linalg.norm(found[name] - truth[name])) / height, name) for name in truth)


def test_the_built_in_body() -> None:
    vertices, triangles, joints = built_in()
    found = find_landmarks(vertices, triangles)
    truth = {name: joints[name] for name in ("neck", "head", *LIMBS)}
    assert worst(found.joints, truth, np.ptp(vertices[:, 2]))[0] < NEAR
    assert np.allclose(found.turn, np.eye(3))


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_body_that_faces_elsewhere_is_turned(quarters: int) -> None:
    vertices, triangles, joints = built_in()
    angle = quarters * np.pi / 2
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    found = find_landmarks(vertices @ turn.T, triangles)
    assert np.abs(found.turn @ turn - np.eye(3)).max() < 1e-9
    assert worst(found.joints, {name: joints[name] for name in LIMBS}, 1.75)[0] < NEAR


@pytest.mark.data
def test_an_a_pose(data_dir: Path) -> None:
    """MakeHuman's base mesh comes with small cubes where its joints are."""
    points, groups, group = [], {}, ""
    for line in (data_dir / "scenes" / "mpfb" / "base.obj").read_text().splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            x, y, z = map(float, words)
            points.append((x, -z, y))
        elif kind == "g":
            group = words[0]
        elif kind == "f":
            groups.setdefault(group, []).append([int(word.split("/")[0]) - 1 for word in words])
    vertices = np.array(points)
    quads = np.array([face for face in groups["body"] if len(face) == 4])
    used, inverse = np.unique(triangulate(quads), return_inverse=True)
    cubes = ("head", "neck", "l-shoulder", "l-elbow", "l-hand", "l-upper-leg", "l-knee", "l-ankle", "l-eye")
    truth = {
        name: vertices[np.unique(groups[f"joint-{cube}"])].mean(axis=0)
        for name, cube in zip(("head", "neck", *LIMBS), cubes, strict=True)
    }
    body = vertices[used]
    found = find_landmarks(body, inverse.reshape(-1, 3))
    assert worst(found.joints, truth, np.ptp(body[:, 2]))[0] < NEAR


def test_parts_follow_the_joints() -> None:
    vertices, triangles, joints = built_in()
    found = find_landmarks(vertices, triangles)
    weights = weights_by_shape(vertices, triangles, found.joints)
    assert weights.sum(axis=1) == pytest.approx(1)

    def part(near: np.ndarray) -> str:
        return PARTS[weights[np.linalg.norm(vertices - near, axis=1).argmin()].argmax()]

    nose = canvas().person.rows[LANDMARKS["nose"][0]]
    assert part(nose) == part(joints["head"] + np.array([0, 0, 0.2])) == "head"
    assert part(joints["chest"] + np.array([0, -0.15, 0])) == "torso"
    assert part(0.5 * (joints["leftLowerArm"] + joints["leftHand"])) == "left_lower_arm"
    assert part(0.5 * (joints["rightUpperLeg"] + joints["rightLowerLeg"])) == "right_upper_leg"
    assert part(joints["leftMiddleDistal"]) == "left_hand"


def test_things_are_refused() -> None:
    cube = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    faces = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6]])
    with pytest.raises(InputError, match="pose"):
        find_landmarks(cube, faces)
    with pytest.raises(InputError, match="surface"):
        find_landmarks(np.zeros((3, 3)), np.array([[0, 1, 2]]))


def test_a_skeleton_with_y_up_is_stood_up() -> None:
    joints = {
        "head": [0, 1.6, 0],
        "leftFoot": [0.1, 0.1, 0],
        "rightFoot": [-0.1, 0.1, 0],
        "leftUpperArm": [0.2, 1.4, 0],
        "rightUpperArm": [-0.2, 1.4, 0],
    }
    turn = upright_turn({name: np.array(place) for name, place in joints.items()})
    assert np.allclose(turn @ [0, 1.6, 0], [0, 0, 1.6])
    assert np.allclose(turn @ [0, 0, 1], [0, -1, 0])  # glTF faces +Z
    assert np.linalg.det(turn) == pytest.approx(1)
