"""The classifier fitted again: it learns, it is held, and the file that is written says the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.networks.view_cnn import ViewCNN, ViewCNNConfig
from ml_core.training.cards import write_card
from ml_core.training.objects.export import Ensemble, Refitted, export_recognizer, known_of, load_shipped
from ml_core.training.objects.refit import Described, best_fit, best_trust, described, fitted, scores
from ml_core.vocabulary.scene.labels import FIRST_LABELS

CONFIG = {"width": 8, "stages": [1, 1], "embedding": 16, "dropout": 0.0, "classes": len(FIRST_LABELS)}


def examples(count: int = 60, seed: int = 0, shift: float = 0.0) -> Described:
    """Three classes that the features tell apart and the logits do not."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    features = rng.normal(0, 0.3, (count, 8)).astype(np.float32)
    features[np.arange(count), (labels + int(shift)) % 3] += 2
    return Described(torch.from_numpy(features), torch.zeros(count, 5), labels, torch.zeros(count))


def test_a_weak_pull_learns_and_a_strong_one_holds() -> None:
    data = examples()
    assert scores(data, fitted(data, 0.001))["top1"] > 0.95
    held = fitted(data, 1e6)
    assert float(held.weight.abs().max()) < 1e-3


def test_what_does_best_on_others_is_taken_and_nothing_where_nothing_does() -> None:
    again, pull, found = best_fit(examples(), examples(seed=1))
    assert again is not None
    assert 0 < pull <= 1
    assert found["top1"] > 0.9
    right = examples(seed=1)
    sure = Described(right.features, torch.eye(5)[torch.from_numpy(right.labels)] * 9, right.labels, right.known)
    again, _, found = best_fit(examples(shift=1.0), sure)
    assert again is None
    assert found["top1"] == 1


def mixed(said: float) -> Described:
    """Forty things of labels, of which the logits are sure, and forty of none, of which they are not so; the network
    says the opposite (``said`` below 0) or the same."""
    rng = np.random.default_rng(3)
    labels = np.concatenate([rng.integers(0, 5, 40), np.full(40, UNKNOWN)])
    logits = torch.from_numpy(rng.normal(0, 0.5, (80, 5)).astype(np.float32))
    logits[torch.arange(40), torch.from_numpy(labels[:40])] += torch.linspace(0.5, 4, 40)
    known = torch.from_numpy(rng.normal(0, 1, 80).astype(np.float32)) + said * torch.from_numpy(labels != UNKNOWN)
    return Described(torch.zeros(80, 8), logits, labels, known)


def test_the_networks_own_word_counts_as_far_as_it_helps() -> None:
    assert best_trust(mixed(-3.0), None) == 0
    assert best_trust(mixed(3.0), None) > 0.2
    assert scores(mixed(3.0), None, 1.0)["auroc_known"] > scores(mixed(3.0), None, 0.0)["auroc_known"] + 0.05


def test_things_of_no_label_teach_nothing() -> None:
    data, others = examples(), examples(seed=5)
    both = [torch.cat([a, b]) for a, b in ((data.features, others.features), (data.logits, others.logits))]
    labels = np.concatenate([data.labels, np.full(len(others.labels), UNKNOWN)])
    again = fitted(Described(*both, labels, torch.zeros(len(labels))), 0.1)
    assert (again.weight - fitted(data, 0.1).weight).abs().max() < 1e-5


@pytest.fixture
def network() -> ViewCNN:
    torch.manual_seed(0)
    network = ViewCNN(ViewCNNConfig(**(CONFIG | {"stages": (1, 1)})))  # type: ignore[arg-type]
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
    return network.eval()


def test_meshes_are_described_and_those_of_a_label_found(network: ViewCNN) -> None:
    square = np.float32([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0.5]]), np.int32([[0, 1, 2], [0, 2, 3]])
    meshes = [ObjectMesh(f"{label}", "a", "b", label, "train", *square) for label in (4, UNKNOWN, 7)]
    data = described(network, meshes)
    assert data.labels.tolist() == [4, UNKNOWN, 7]
    assert data.labeled.labels.tolist() == [4, 7]
    assert data.labeled.features.shape == (2, 16)
    assert float(data.features.min()) >= 0
    assert data.logits.shape == (3, len(FIRST_LABELS))
    assert data.labeled.known.shape == (2,)


def test_the_file_says_what_was_fitted(network: ViewCNN, tmp_path: Path) -> None:
    again = nn.Linear(16, len(FIRST_LABELS))
    refitted = Refitted(network, again, trust=0.3)
    path = tmp_path / "object_recognizer.onnx"
    export_recognizer(refitted, path)
    views = torch.randint(0, 255, (3, 6, 3, 64, 64), dtype=torch.uint8)
    sizes = torch.tensor([[1.0, 0.5, 0.7, 1.0]] * 3)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feed = {"views": views.numpy(), "sizes": sizes.numpy()}
    logits, known, embedding = session.run(["logits", "known", "embedding"], feed)
    with torch.no_grad():
        before = Ensemble([network])(views, sizes)
        raw = network.described(views, sizes)
        wanted = (network.judged(raw).logits + again(raw.relu())).log_softmax(1)
        said = known_of(wanted, network.judged(raw).known, 0.3)
    assert np.abs(known - said.numpy()).max() < 1e-3
    assert np.abs(known - before.known.numpy()).max() > 0.05
    assert np.abs(embedding - before.embedding.numpy()).max() < 1e-4
    assert np.abs(logits - wanted.numpy()).max() < 1e-3
    assert np.abs(logits - before.logits.numpy()).max() > 0.05

    card = {"labels": FIRST_LABELS, "temperature": 1.0, "threshold": 0.5}
    write_card(path, card | {"training": [{"configuration": {"network": CONFIG}}]})
    with torch.no_grad():
        loaded = load_shipped(path).eval()(views, sizes)
    assert (loaded.logits.log_softmax(1) - wanted).abs().max() < 1e-3, "training goes on from the fitted classifier"
