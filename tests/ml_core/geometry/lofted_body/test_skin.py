"""The skeleton of the body."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from ml_core.geometry.lofted_body.model import body_model

LAST = ("Toes", "ThumbDistal", "IndexDistal", "MiddleDistal", "RingDistal", "LittleDistal")


@pytest.mark.parametrize("sliders", [{}, {"presentation": 1.0}, {"presentation": -1.0}, {"build": 1.0}])
def test_no_last_bone_sticks_out_of_the_skin(sliders):
    model = body_model()
    skin = model.skin.at(sliders)[: len(model.mesh.vertices)]
    corners = skin[model.mesh.faces]
    centres = corners.mean(axis=1)
    normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    tails = {bone.name: bone.tail for bone in model.bones_at(sliders)}
    last = ["jaw", *(f"{side}{bone}" for side in ("left", "right") for bone in LAST)]
    points = np.array([tails[name] for name in last])
    _, nearest = cKDTree(centres).query(points)
    depth = ((centres[nearest] - points) * normals[nearest]).sum(axis=1)
    assert [name for name, inside in zip(last, depth > 0.001, strict=True) if not inside] == []


def test_the_bones_of_the_eyes_end_within_the_eyeballs():
    model = body_model()
    bones = {bone.name: bone for bone in model.bones}
    centre, rim = model.eyes.rest[:2]
    radius = np.linalg.norm(rim - centre)
    for side in ("left", "right"):
        eye = bones[f"{side}Eye"]
        assert 0 < np.linalg.norm(eye.tail - eye.head) < radius
