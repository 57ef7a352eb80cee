"""The wider embedding: the file says what the arrays do, and nothing else of it changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from ml_core.errors import InputError
from ml_core.networks.view_cnn import ViewCNN, ViewCNNConfig
from ml_core.training.cards import write_card
from ml_core.training.objects.export import Ensemble, export_recognizer, load_shipped
from ml_core.training.objects.likeness import as_seldom, beside, seen, widen_embedding
from ml_core.training.objects.trainer import predict
from ml_core.training.objects.views import ViewSet

CONFIG = ViewCNNConfig(classes=3, width=8, stages=(1, 1), embedding=16, dropout=0.0)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "recognizer.onnx"
    export_recognizer(Ensemble([ViewCNN(CONFIG).eval()]), path)
    network = {"classes": 3, "width": 8, "stages": [1, 1], "embedding": 16, "dropout": 0.0}
    write_card(path, {"training": [{"configuration": {"network": network}}]})
    return path


@pytest.fixture
def data() -> ViewSet:
    rng = np.random.default_rng(0)
    views = rng.integers(0, 256, (5, 6, 3, 64, 64), dtype=np.uint8)
    sizes = rng.uniform(0.1, 3, (5, 3)).astype(np.float32)
    return ViewSet(views, sizes, np.array([0, 1, 2, 0, 1]), np.arange(5), np.zeros((5, 8, 3), np.float16))


def said(path: Path, data: ViewSet) -> list[np.ndarray]:
    sizes = np.concatenate([data.sizes, np.ones((len(data.sizes), 1), np.float32)], axis=1)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(["logits", "known", "embedding"], {"views": data.views, "sizes": sizes})


def test_the_file_embeds_as_the_arrays_do_and_says_the_same_of_the_rest(exported: Path, data: ViewSet) -> None:
    network = load_shipped(exported).eval()
    roots = seen(network, data, 1.0)
    center = roots[:3].mean(axis=0)
    before = said(exported, data)
    widen_embedding(exported, center)
    logits, known, embedding = said(exported, data)
    assert (logits == before[0]).all()
    assert (known == before[1]).all()
    assert embedding == pytest.approx(beside(predict(network, data, 1.0).embedding, roots, center), abs=2e-3)
    assert np.linalg.norm(embedding, axis=1) == pytest.approx(1, abs=1e-4)
    write_card(exported, {"training": [{"configuration": {"network": vars(CONFIG) | {"stages": [1, 1]}}}]})
    assert seen(load_shipped(exported), data, 1.0) == pytest.approx(roots, abs=1e-4)


def test_it_is_widened_once(exported: Path) -> None:
    center = np.zeros(3 * 16 + 32, np.float32)
    widen_embedding(exported, center)
    with pytest.raises(InputError, match="wide already"):
        widen_embedding(exported, center)


def test_the_limit_lets_as_few_unlike_pairs_pass() -> None:
    rng = np.random.default_rng(1)
    own, wide = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in rng.normal(size=(2, 60, 5)))
    labels = np.arange(60) % 4
    limit, share = as_seldom(own, wide, labels, 0.8)
    differ = np.triu(labels[:, None] != labels[None], k=1)
    assert 0 < share < 0.1
    assert ((wide @ wide.T)[differ] >= limit).mean() == pytest.approx(share, abs=2e-3)
