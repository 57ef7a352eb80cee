from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ml_core import InputError, ObjectRecognizer
from ml_core.datasets.furniture.plain import BUILDERS
from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.inference.recognition.views import dimensions, render_views
from ml_core.networks.view_cnn import ViewCNN, ViewCNNConfig
from ml_core.training.cards import write_card
from ml_core.training.loop import open_fabric
from ml_core.training.objects.batches import draw_weights
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.export import Ensemble, export_recognizer, load_best, load_shipped
from ml_core.training.objects.metrics import accuracy, auroc, best_temperature, calibration_error, keeping_threshold
from ml_core.training.objects.studies import few_shot
from ml_core.training.objects.trainer import RecognizerTrainer, make_network
from ml_core.training.objects.views import copies_of, render_clean, render_varied
from ml_core.training.recognition import recognition_loss
from ml_core.vocabulary.scene.labels import FIRST_LABELS
from tests.ml_core.inference.recognition.test_objects import joined

SMALL = RecognizerTrainingConfig(
    network=ViewCNNConfig(width=8, embedding=32, dropout=0.0),
    minutes=5,
    steps=24,
    batch=12,
    evaluate_every=12,
    copies_per_class=12,
    warm_up=2,
    bodies=0,
    made_per_class=0,
)
NAMES = ("chair", "bottle", "table", "lamp")


def meshes() -> list[ObjectMesh]:
    made = [
        ObjectMesh(name, "own", "a", FIRST_LABELS.index(name), "train", *joined(BUILDERS[name]())) for name in NAMES
    ]
    return [*made, ObjectMesh("rug", "own", "b", UNKNOWN, "train", *joined(BUILDERS["rug"]()))]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recognizer")
    data = render_varied(meshes(), folder / "views", SMALL.copies_per_class)
    RecognizerTrainer(SMALL, meshes(), data, render_clean(meshes()), folder, open_fabric("cpu")).fit()
    return folder


def test_it_learns(trained: Path) -> None:
    state = torch.load(trained / "checkpoint.pt", weights_only=True)
    history = state["notes"]["history"]
    assert history[-1]["plain/nll"] < np.log(len(FIRST_LABELS))
    assert (trained / "best.pt").is_file()


def test_resuming_goes_on_where_it_stopped(trained: Path, tmp_path: Path) -> None:
    data = render_varied(meshes(), trained / "views", SMALL.copies_per_class)
    longer = replace(SMALL, steps=26)
    trainer = RecognizerTrainer(longer, meshes(), data, render_clean(meshes()), trained, open_fabric("cpu"))
    trainer.resume()
    assert trainer.step == 24
    trainer.fit()
    assert trainer.step == 26
    with pytest.raises(InputError, match="cannot resume"):
        RecognizerTrainer(SMALL, meshes(), data, render_clean(meshes()), tmp_path, open_fabric("cpu")).resume()


def test_a_resumed_run_ends_where_an_unbroken_one_does(trained: Path, tmp_path: Path) -> None:
    """Also with dropout, whose random numbers go on."""
    data, held_out = render_varied(meshes(), trained / "views", SMALL.copies_per_class), render_clean(meshes())
    config = replace(SMALL, network=replace(SMALL.network, dropout=0.3), steps=6)

    def run(folder: Path) -> RecognizerTrainer:
        return RecognizerTrainer(config, meshes(), data, held_out, folder, open_fabric("cpu"))

    whole = run(tmp_path / "whole")
    whole.fit()
    run(tmp_path / "parts").fit(stop=3)
    resumed = run(tmp_path / "parts")
    resumed.resume()
    resumed.fit()
    assert resumed.step == whole.step == 6
    for name, value in whole.average.state_dict().items():
        assert torch.equal(value, resumed.average.state_dict()[name]), name


def test_the_exported_graph_agrees_with_torch(trained: Path, tmp_path: Path) -> None:
    network, _ = load_best(trained / "best.pt")
    path = tmp_path / "object_recognizer.onnx"
    export_recognizer(network, path)
    write_card(path, {"labels": FIRST_LABELS, "temperature": 1.0, "threshold": 0.0})
    vertices, triangles = joined(BUILDERS["chair"]())
    sizes = np.float32([[*dimensions(vertices, triangles), 1]])
    views = render_views(vertices, triangles)[None]
    with torch.no_grad():
        expected = network(torch.from_numpy(views), torch.from_numpy(sizes))
    found = ObjectRecognizer.load(path, "cpu").recognize([(vertices, triangles)])[0]
    assert found.known == pytest.approx(float(torch.sigmoid(expected.known)), abs=1e-3)
    best = int(expected.logits.argmax())
    assert found.ranking[0][0] == FIRST_LABELS[best]
    assert found.confidence == pytest.approx(float(expected.logits.softmax(1)[0, best]), abs=1e-3)
    assert np.abs(found.embedding - expected.embedding[0].numpy()).max() < 1e-3


def test_views_are_rendered_once(trained: Path) -> None:
    before = (trained / "views" / "views.npy").stat().st_mtime_ns
    render_varied(meshes(), trained / "views", SMALL.copies_per_class)
    assert json.loads((trained / "views" / "done.json").read_text()) == sum(copies_of(meshes(), 12))
    assert (trained / "views" / "views.npy").stat().st_mtime_ns >= before


def test_classes_are_balanced_and_negatives_have_their_share(trained: Path) -> None:
    data = render_varied(meshes(), trained / "views", SMALL.copies_per_class)
    weights = draw_weights(meshes(), data, SMALL)
    assert weights.sum() == pytest.approx(1)
    assert weights[data.labels == UNKNOWN].sum() == pytest.approx(SMALL.negatives)
    shares = [weights[data.labels == FIRST_LABELS.index(name)].sum() for name in NAMES]
    assert max(shares) == pytest.approx(min(shares))


def test_any_number_of_views_in_any_order() -> None:
    network = ViewCNN(ViewCNNConfig(width=8)).eval()
    views = torch.randint(0, 255, (1, 6, 3, 64, 64), dtype=torch.uint8)
    sizes = torch.ones(1, 4)
    with torch.no_grad():
        one = network(views, sizes).logits
        other = network(views[:, [3, 1, 0, 4, 2, 5]], sizes).logits
        fewer = network(views[:, [0, 1, 5]], sizes).logits
    assert torch.allclose(one, other, atol=1e-4)
    assert fewer.shape == one.shape


def test_without_the_flag_the_size_is_not_looked_at() -> None:
    network = ViewCNN(ViewCNNConfig(width=8)).eval()
    views = torch.randint(0, 255, (1, 6, 3, 64, 64), dtype=torch.uint8)
    with torch.no_grad():
        small = network(views, torch.tensor([[0.1, 0.1, 0.1, 0.0]])).logits
        large = network(views, torch.tensor([[9.0, 9.0, 9.0, 0.0]])).logits
        shown = network(views, torch.tensor([[9.0, 9.0, 9.0, 1.0]])).logits
    assert torch.equal(small, large)
    assert not torch.equal(large, shown)


def test_metrics_by_hand() -> None:
    logits = np.log(np.array([[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]]))
    labels = np.array([0, 1, UNKNOWN])
    scores = accuracy(logits, labels)
    assert scores["top1"] == pytest.approx(0.5)
    assert scores["mean_class"] == pytest.approx(0.5)
    assert scores["top3"] == 1
    assert auroc(np.array([0.9, 0.8]), np.array([0.1, 0.85])) == pytest.approx(0.75)
    assert calibration_error(np.array([0.75, 0.75]), np.array([True, False])) == pytest.approx(0.25)
    assert keeping_threshold(np.linspace(0, 1, 11), 0.9) == pytest.approx(0.1)


def test_the_temperature_undoes_what_was_done() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 5))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([rng.choice(5, p=row) for row in shares])
    assert best_temperature(logits * 2, labels) == pytest.approx(2, rel=0.15)


def test_training_goes_on_from_exported_weights(trained: Path, tmp_path: Path) -> None:
    network, facts = load_best(trained / "best.pt")
    path = tmp_path / "recognizer.onnx"
    export_recognizer(Ensemble([network]), path)
    write_card(path, {"training": [facts]})
    again = load_shipped(path).eval()
    views, sizes = torch.randint(0, 255, (2, 6, 3, 64, 64), dtype=torch.uint8), torch.ones(2, 4)
    with torch.no_grad():
        assert torch.allclose(again(views, sizes).logits, network(views, sizes).logits, atol=2e-3), "half precision"
    data = render_varied(meshes(), trained / "views", SMALL.copies_per_class)
    names = ("yurt", "lamp", "chair")
    few = replace(SMALL, labels=names, network=replace(SMALL.network, classes=3))
    trainer = RecognizerTrainer(few, meshes(), data, render_clean(meshes()), tmp_path / "run", open_fabric("cpu"))
    fresh = trainer.average.state_dict()["classify.2.weight"].clone()
    trainer.start_from(again, FIRST_LABELS)
    started = trainer.average.state_dict()
    assert torch.equal(started["embed.1.weight"], again.state_dict()["embed.1.weight"])
    kept = again.state_dict()["classify.2.weight"][[FIRST_LABELS.index("lamp"), FIRST_LABELS.index("chair"), -1]]
    assert torch.equal(started["classify.2.weight"][1:], kept)  # by their names, and whether a thing is known
    assert torch.equal(started["classify.2.weight"][0], fresh[0])
    path.with_suffix(".json").write_text("{}")
    with pytest.raises(InputError, match="cannot start"):
        load_shipped(path)


def test_a_branch_starts_above_what_it_shares(trained: Path, tmp_path: Path) -> None:
    data = render_varied(meshes(), trained / "views", SMALL.copies_per_class)
    config = replace(SMALL, network=replace(SMALL.network, shared=1))
    trainer = RecognizerTrainer(config, meshes(), data, render_clean(meshes()), tmp_path, open_fabric("cpu"))
    own = {name: value.clone() for name, value in trainer.bare.state_dict().items()}
    trainer.start_above(trained)
    given = torch.load(trained / "checkpoint.pt", weights_only=True)["average"]
    for target in (trainer.bare, trainer.average):
        for name, value in target.state_dict().items():
            shared = name.startswith(("stem.", "blocks.0."))
            assert torch.equal(value, (own if shared else given)[name]), name


@pytest.mark.parametrize("architecture", ["pointnet", "simpleview"])
def test_the_networks_to_compare_with_learn_too(trained: Path, tmp_path: Path, architecture: str) -> None:
    data = render_varied(meshes(), trained / "views", SMALL.copies_per_class)
    config = replace(SMALL, architecture=architecture, steps=8, evaluate_every=8)
    trainer = RecognizerTrainer(config, meshes(), data, render_clean(meshes()), tmp_path, open_fabric("cpu"))
    points, labels = torch.from_numpy(data.points[:8].astype(np.float32)), torch.from_numpy(data.labels[:8])
    before = recognition_loss(trainer.average(points), labels, config)
    trainer.fit()
    assert float(recognition_loss(trainer.average(points), labels, config)) < float(before)


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(InputError, match="architecture"):
        make_network(replace(SMALL, architecture="transformer"))


def test_few_shots_by_hand() -> None:
    """Two classes, each in two packs, far apart: one example from one pack finds the other pack's."""
    axes = np.eye(4, dtype=np.float32)
    embedding = np.stack([axes[0], axes[0], axes[0], axes[1], axes[1], axes[1]])
    labels, packs = np.array([0, 0, 0, 1, 1, 1]), np.array(["a", "a", "b", "a", "b", "b"])
    assert few_shot(embedding, labels, packs, shots=1, trials=5) == 1
    mixed = embedding[[0, 3, 1, 4, 2, 5]]
    assert few_shot(mixed, labels, packs, shots=1, trials=20) < 0.8
