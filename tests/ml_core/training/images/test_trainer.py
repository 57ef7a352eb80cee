from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs torch (extra 'train'); it is not installed")
pytest.importorskip("embreex", reason="rays need embreex (extra 'train'); it is not installed")

import onnxruntime
import torch

from ml_core import InputError
from ml_core.datasets.furniture.solids import box, lathe
from ml_core.datasets.furniture.varied import mesh_of
from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.inference.recognition.images import SIZE
from ml_core.networks.view_cnn import ViewCNNConfig
from ml_core.training.images.light import Dice, varied_images
from ml_core.training.images.pictures import clean_pictures
from ml_core.training.images.results import export_image_recognizer, load_best
from ml_core.training.images.trainer import ImageTrainer, ImageTrainingConfig
from ml_core.training.images.views import COVERAGE, LIT, NORMAL, PART, SKY, Camera, render_varied, trace
from ml_core.training.loop import open_fabric

UP = np.array([0.0, 0.0, 1.0])


def cube(size: float = 1.0) -> ObjectMesh:
    return ObjectMesh("cube", "made", "", 0, "train", *mesh_of([box((size, size, size), (0, 0, 0), "#808080", 0.0)]))


def ball() -> ObjectMesh:
    arc = [(float(np.sin(a)), float(1 - np.cos(a))) for a in np.linspace(0, np.pi, 24)]
    return ObjectMesh("ball", "made", "", UNKNOWN, "train", *mesh_of([lathe(arc, "#808080", 48)]))


def seen(mesh: ObjectMesh, camera: Camera) -> np.ndarray:
    return trace(mesh, camera, UP, np.random.default_rng(0), margin=0.1).planes


def test_the_front_of_a_cube_fills_the_picture_but_for_the_margin() -> None:
    planes = seen(cube(7.0), Camera(0, 0, 0))
    assert (planes[COVERAGE] > 127).mean() == pytest.approx(1 / 1.2**2, abs=0.02)
    middle = planes[:, SIZE // 2, SIZE // 2]
    assert middle[NORMAL].tolist() == [128, 1, 128]  # -Y, toward the camera
    assert middle[SKY] == 255
    assert middle[PART] > 0
    assert (planes[PART] > 0).sum() == (planes[COVERAGE] > 0).sum()


def test_the_key_light_reaches_the_top_alone() -> None:
    planes = seen(cube(), Camera(0, 40, 30))
    covered = planes[COVERAGE] == 255
    top = covered & (planes[NORMAL][2] > 250)
    front = covered & (planes[NORMAL][1] < 5)
    assert top.any()
    assert front.any()
    assert planes[LIT][top].min() == 255
    assert (planes[NORMAL][2][front] == 128).all()


def test_a_ball_is_round_from_everywhere() -> None:
    for camera in (Camera(0, 0, 0), Camera(120, 50, 0), Camera(250, 20, 40)):
        covered = seen(ball(), camera)[COVERAGE] > 127
        assert covered.mean() == pytest.approx(np.pi / 4 / 1.2**2, abs=0.02)


@pytest.fixture(scope="module")
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    views = [trace(mesh, Camera(30, 20, 40), UP, rng) for mesh in (cube(), ball())]
    return torch.from_numpy(np.stack([v.planes for v in views])), torch.from_numpy(np.stack([v.rays for v in views]))


def test_light_is_drawn_from_the_seed_alone(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    first, again, other = (varied_images(*batch, Dice(seed)) for seed in (1, 1, 2))
    assert first.shape == (2, 2, SIZE, SIZE)
    assert first.min() >= 0
    assert first.max() <= 255
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_run_resumes_and_its_export_says_the_same(tmp_path: Path) -> None:
    meshes = [cube(), ball()]
    data = render_varied(meshes, tmp_path / "views", per_class=4, workers=1)
    assert sorted(set(data.labels.tolist())) == [UNKNOWN, 0]
    again = render_varied(meshes, tmp_path / "views", per_class=4, workers=1)
    assert np.array_equal(data.planes, again.planes)

    small = ViewCNNConfig(width=4, stages=(1, 1), embedding=8)
    config = ImageTrainingConfig(network=small, steps=2, batch=4, evaluate_every=1)
    pictures = clean_pictures(meshes)
    ImageTrainer(config, meshes, data, pictures, tmp_path / "run", open_fabric("cpu")).fit()
    longer = ImageTrainer(
        dataclasses.replace(config, steps=3), meshes, data, pictures, tmp_path / "run", open_fabric("cpu")
    )
    longer.resume()
    assert longer.step == 2
    longer.fit()
    assert [row["step"] for row in longer.history] == [1, 2, 3]

    network, facts = load_best(tmp_path / "run" / "best.pt")
    assert facts["configuration"]["network"]["width"] == 4
    export_image_recognizer(network, tmp_path / "small.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "small.onnx"), providers=["CPUExecutionProvider"])
    logits, known, embedding = session.run(None, {"images": pictures.inputs})
    with torch.no_grad():
        expected = network(torch.from_numpy(pictures.inputs))
    for got, wanted in zip((logits, known, embedding), expected, strict=True):
        np.testing.assert_allclose(got, wanted.numpy(), atol=1e-4)


def test_a_missing_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train_image_recognizer\.py"):
        load_best(tmp_path / "best.pt")
