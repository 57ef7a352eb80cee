"""The wider embedding: the file says what the arrays do, and nothing else of it changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from ml_core.networks.view_cnn import ViewCNN, ViewCNNConfig
from ml_core.training.cards import write_card
from ml_core.training.objects.export import Ensemble, export_recognizer, load_shipped
from ml_core.training.objects.likeness import Likeness, Spread, as_seldom, maps_of, seen, widen_embedding
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


def likeness_of(network: ViewCNN, data: ViewSet) -> Likeness:
    return Likeness.of(network, data, 1.0)


def test_the_file_embeds_as_the_arrays_do_and_says_the_same_of_the_rest(exported: Path, data: ViewSet) -> None:
    network = load_shipped(exported).eval()
    roots = seen(network, data, 1.0)
    likeness = likeness_of(network, data)
    before = said(exported, data)
    widen_embedding(exported, likeness)
    logits, known, embedding = said(exported, data)
    assert (logits == before[0]).all()
    assert (known == before[1]).all()
    expected = likeness.beside(predict(network, data, 1.0).embedding, roots, maps_of(data.views))
    assert embedding == pytest.approx(expected, abs=3e-3)
    assert np.linalg.norm(embedding, axis=1) == pytest.approx(1, abs=1e-4)
    write_card(exported, {"training": [{"configuration": {"network": vars(CONFIG) | {"stages": [1, 1]}}}]})
    assert seen(load_shipped(exported), data, 1.0) == pytest.approx(roots, abs=1e-4)


def test_an_earlier_wide_embedding_is_replaced(exported: Path, data: ViewSet) -> None:
    network = load_shipped(exported).eval()
    widen_embedding(exported, likeness_of(network, data.rows(np.array([4, 1, 3, 2]))))
    first = said(exported, data)[2]
    size = exported.stat().st_size
    widen_embedding(exported, likeness_of(network, data))
    again = said(exported, data)[2]
    assert exported.stat().st_size == pytest.approx(size, rel=0.02)
    assert again.shape == first.shape
    assert np.abs(again - first).max() > 0.01
    expected = likeness_of(network, data)
    own = predict(network, data, 1.0).embedding
    assert again == pytest.approx(expected.beside(own, seen(network, data, 1.0), maps_of(data.views)), abs=3e-3)


def test_what_differs_within_a_kind_counts_less() -> None:
    rng = np.random.default_rng(2)
    labels = np.repeat(np.arange(12), 20)
    kinds = rng.normal(size=(12, 6))
    noise = rng.normal(size=(240, 6)) * np.array([6.0, 0.3, 0.3, 0.3, 0.3, 0.3])
    rows = (kinds[labels] + noise).astype(np.float32)
    spread = Spread.of(rows, labels, 1)
    assert abs(spread.directions[0, 0]) == pytest.approx(1, abs=0.02)
    units = spread.units(rows)
    plain = rows - spread.center
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)

    def alike_above_unlike(vectors: np.ndarray) -> float:
        cosines = vectors @ vectors.T
        same = labels[:, None] == labels[None]
        return float(cosines[same].mean() - cosines[~same].mean())

    assert alike_above_unlike(units) > 2 * alike_above_unlike(plain)


def test_maps_are_those_of_the_mirrored_and_of_the_turned_thing() -> None:
    rng = np.random.default_rng(3)
    views = rng.integers(1, 256, (2, 6, 3, 64, 64), dtype=np.uint8)
    maps = maps_of(views)
    assert maps.shape == (2, 288)
    turned = views[:, [1, 2, 3, 0, 4, 5]].copy()
    turned[:, 5] = np.rot90(views[:, 5], axes=(-2, -1))
    assert maps_of(turned) == pytest.approx(maps, abs=1e-5)
    other = views.copy()
    other[:, 2, 0, :32] = 0
    assert np.abs(maps_of(other) - maps).max() > 0.05


def test_the_limit_lets_as_few_unlike_pairs_pass() -> None:
    rng = np.random.default_rng(1)
    own, wide = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in rng.normal(size=(2, 60, 5)))
    labels = np.arange(60) % 4
    limit, share = as_seldom(own, wide, labels, 0.8)
    differ = np.triu(labels[:, None] != labels[None], k=1)
    assert 0 < share < 0.1
    assert ((wide @ wide.T)[differ] >= limit).mean() == pytest.approx(share, abs=2e-3)
