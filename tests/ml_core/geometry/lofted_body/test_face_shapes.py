"""Expressions and sliders of the built-in body, on the mesh itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from ml_core.geometry.lofted_body.face_shapes import NAMES
from ml_core.geometry.lofted_body.model import FACE_SLIDERS, SLIDERS, BodyModel, body_model, slider_values
from ml_core.vocabulary.traits import AvatarTraits

MIRROR = np.array([-1.0, 1.0, 1.0])


@pytest.fixture(scope="module")
def model() -> BodyModel:
    return body_model()


@pytest.fixture(scope="module")
def twin(model: BodyModel) -> np.ndarray:
    """The mirror image of each vertex; told apart by position and slot where lips touch."""
    vertices = model.mesh.vertices
    distance, found = cKDTree(vertices).query(vertices * MIRROR)
    assert np.quantile(distance, 0.99) < 2e-4
    return np.where(distance < 2e-4, found, -1)


def mouth_height(model: BodyModel, moved: np.ndarray) -> float:
    edge = (model.mesh.vertices + moved)[model.mesh.head.mouth.lips[4]]
    count = len(edge)
    return float(edge[count // 4, 2] - edge[3 * count // 4, 2])


def lid_gap(model: BodyModel, moved: np.ndarray, side: int) -> float:
    """Metres between the lids in the middle of an eye."""
    rings = model.mesh.head.lids[side]
    edge = (model.mesh.vertices + moved)[np.roll(rings[4], -(rings.shape[1] // 8))]
    count = len(edge)
    return float(edge[count // 4, 2] - edge[3 * count // 4, 2])


def face_normals(model: BodyModel, vertices: np.ndarray) -> np.ndarray:
    a, b, c, d = (vertices[model.mesh.faces[:, k]] for k in range(4))
    return np.cross(c - a, d - b)


def test_the_names_are_those_of_arkit(model: BodyModel) -> None:
    assert len(NAMES) == len(set(NAMES)) == 52
    assert tuple(model.expressions) == NAMES
    assert {"eyeBlinkLeft", "jawOpen", "mouthSmileRight", "browInnerUp", "tongueOut"} <= set(NAMES)
    for name, moved in model.expressions.items():
        assert np.linalg.norm(moved, axis=1).max() > 4e-4, name


def test_left_and_right_are_mirror_images(model: BodyModel, twin: np.ndarray) -> None:
    known = np.flatnonzero(twin >= 0)
    for name in NAMES:
        left = model.expressions[name]
        right = model.expressions[name.replace("Left", "Right")] if "Left" in name else None
        if right is not None:
            off = np.linalg.norm(left[known] * MIRROR - right[twin[known]], axis=1)
            assert np.quantile(off, 0.995) < 1e-3, name


def test_a_blink_closes_the_eye_and_stays_before_the_eyeball(model: BodyModel) -> None:
    marks = model.mesh.head.marks
    for side, name in enumerate(("eyeBlinkLeft", "eyeBlinkRight")):
        moved = model.expressions[name]
        assert lid_gap(model, 0 * moved, side) > 0.006
        assert abs(lid_gap(model, moved, side)) < 0.0006
        centre = marks.eye_centre * (MIRROR if side else 1)
        edge = model.mesh.head.lids[side][1:5]
        for value in (0.5, 1.0):
            distance = np.linalg.norm((model.mesh.vertices + value * moved)[edge] - centre, axis=-1)
            assert distance.min() > marks.eye_radius + 1e-4


def test_an_open_jaw_opens_the_lips(model: BodyModel) -> None:
    closed = mouth_height(model, np.zeros_like(model.mesh.vertices))
    opened = mouth_height(model, model.expressions["jawOpen"])
    assert closed < 0.001
    assert opened > 0.015
    shut = mouth_height(model, model.expressions["jawOpen"] + model.expressions["mouthClose"])
    assert shut < 0.25 * opened


@pytest.mark.parametrize("name", [name for name in NAMES if name != "mouthClose"])
def test_no_skin_turns_inside_out(model: BodyModel, name: str) -> None:
    before = face_normals(model, model.mesh.vertices)
    after = face_normals(model, model.mesh.vertices + model.expressions[name])
    agreement = (before * after).sum(axis=1)[model.mesh.slot == 0]
    assert (agreement < 0).sum() <= 2


@pytest.mark.parametrize("name", SLIDERS)
def test_sliders_keep_the_body_symmetrical_and_whole(model: BodyModel, twin: np.ndarray, name: str) -> None:
    moved = model.skin.moves[name]
    known = np.flatnonzero(twin >= 0)
    off = np.linalg.norm(moved[known] * MIRROR - moved[twin[known]], axis=1)
    assert np.quantile(off, 0.995) < 5e-4
    assert np.linalg.norm(moved, axis=1).max() > 1e-3
    before = face_normals(model, model.mesh.vertices)
    for value in (-1, 1):
        after = face_normals(model, model.mesh.vertices + value * moved)
        assert ((before * after).sum(axis=1)[model.mesh.slot == 0] < 0).sum() < 20


@pytest.mark.parametrize("name", FACE_SLIDERS)
def test_an_eyeball_stays_behind_its_lids(model: BodyModel, name: str) -> None:
    edge = model.mesh.head.lids[0][4]
    for value in (-1.0, 1.0):
        centre, front = model.eyes.at({name: value})[:2]
        radius = np.linalg.norm(front - centre)
        distance = np.linalg.norm(model.skin.at({name: value})[edge] - centre, axis=1)
        assert distance.min() > radius


def test_height_is_exact_at_every_presentation(model: BodyModel) -> None:
    for presentation in (0.0, 0.5, 1.0):
        values = slider_values(AvatarTraits(height=1.9, presentation=presentation))
        assert model.skin.at(values)[:, 2].max() == pytest.approx(1.9, abs=2e-3)


def test_the_corners_of_presentation_and_build_are_nearly_the_lofted_body(model: BodyModel) -> None:
    from ml_core.geometry.humanoid.shape import BodyShape
    from ml_core.geometry.lofted_body.mesh import build_body
    from ml_core.geometry.lofted_body.model import REFERENCE_HEIGHT

    for presentation, build in ((0.0, 0.0), (1.0, 1.0)):
        lofted = build_body(BodyShape.load(presentation, build)).vertices
        lofted = lofted * (REFERENCE_HEIGHT / lofted[:, 2].max())
        made = model.skin.at(slider_values(AvatarTraits(presentation=presentation, build=build)))
        assert np.linalg.norm(lofted - made, axis=1).mean() < 2e-3
