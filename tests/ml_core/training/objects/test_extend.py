"""A branch with further labels: the network keeps what it says, and the file says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.networks.view_cnn import ViewCNN, ViewCNNConfig
from ml_core.training.cards import write_card
from ml_core.training.objects.export import export_recognizer, known_jointly, known_of, load_shipped, together
from ml_core.training.objects.extend import Answers, Joint, best_joint, extended

FIRST, ALL = 3, 5
CONFIG = ViewCNNConfig(classes=FIRST, width=8, stages=(1, 1), embedding=16, dropout=0.0)


def pair() -> tuple[ViewCNN, ViewCNN]:
    torch.manual_seed(0)
    network = ViewCNN(CONFIG).eval()
    branch = ViewCNN(ViewCNNConfig(classes=ALL, width=8, stages=(1, 1), embedding=16, dropout=0.0, shared=1)).eval()
    return network, branch


def inputs(count: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.randint(0, 255, (count, 6, 3, 64, 64), dtype=torch.uint8), torch.ones(count, 4)


def answers(seed: int) -> Answers:
    """Of forty meshes of first labels, twenty of further ones and twenty of none; the branch takes a fifth of the first
    for further ones, and is less sure of it than of those."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(40) % FIRST, FIRST + np.arange(20) % 2, np.full(20, UNKNOWN)])
    first = torch.from_numpy(rng.normal(0, 0.1, (80, FIRST)).astype(np.float32))
    every = torch.from_numpy(rng.normal(0, 0.1, (80, ALL)).astype(np.float32))
    for row, label in enumerate(labels):
        if 0 <= label < FIRST:
            first[row, label] += 4
            every[row, label if row % 5 else FIRST] += 2
        elif label >= FIRST:
            every[row, label] += 5
    return Answers(first.log_softmax(1), every, torch.zeros(80), labels)


def test_what_is_lost_is_little() -> None:
    joint, found = best_joint(answers(0), 0.1), answers(1)
    scores = found.scores(joint.gate)
    assert scores["first_top1"] >= 0.95
    assert scores["further_top1"] >= 0.95
    assert found.scores(3.0)["first_top1"] < 0.9  # else nothing was to be chosen


def test_chances_are_chances_and_a_closed_gate_changes_nothing() -> None:
    found = answers(2)
    joined = together(found.first, found.every, -1.0)
    assert torch.allclose(joined.exp().sum(1), torch.ones(80), atol=1e-5)
    closed = together(found.first, found.every, -60.0)
    assert torch.allclose(closed[:, :FIRST], found.first, atol=1e-5)


def test_the_file_says_the_same_and_holds_the_network_as_it_was(tmp_path: Path) -> None:
    network, branch = pair()
    views, sizes = inputs()
    with torch.no_grad():
        alone, path = network(views, sizes), tmp_path / "recognizer.onnx"
        whole = extended(network, branch, Joint(-1.0, 0.1, 0.5))
        expected = whole(views, sizes)
    assert expected.logits.shape == (4, ALL)
    assert torch.equal(expected.embedding, alone.embedding)
    export_recognizer(whole, path)
    names = ["logits", "known", "embedding"]
    found = onnxruntime.InferenceSession(path).run(names, {"views": views.numpy(), "sizes": sizes.numpy()})
    for value, right in zip(found, expected, strict=True):
        assert np.allclose(value, right.numpy(), atol=2e-3), "but for weights in half precision"
    network_facts = {"classes": FIRST, "width": 8, "stages": [1, 1], "embedding": 16, "dropout": 0.0}
    write_card(path, {"training": [{"configuration": {"network": network_facts}}]})
    with torch.no_grad():
        assert torch.allclose(load_shipped(path).eval()(views, sizes).logits, alone.logits, atol=2e-3)


def test_shared_stages_are_not_trained() -> None:
    _, branch = pair()
    before = {name: value.clone() for name, value in branch.state_dict().items()}
    optimizer = torch.optim.SGD(branch.parameters(), 0.1)
    branch.train()
    branch(*inputs()).logits.square().mean().backward()
    optimizer.step()
    changed = {name for name, value in branch.state_dict().items() if not torch.equal(value, before[name])}
    assert changed
    assert not [name for name in changed if name.startswith(("stem.", "blocks.0."))]


def test_doubt_is_said_of_further_labels_alone() -> None:
    joint, found = Joint(-1.0, 0.1, 0.0), answers(0)
    assert found.named(replace(joint, doubt=-50.0)) > 10
    assert found.named(replace(joint, doubt=50.0)) == 0
    first = torch.tensor([[0.6, 0.4], [0.6, 0.4]]).log()
    logits = torch.tensor([[0.5, 0.3, 0.2], [0.2, 0.1, 0.7]]).log()
    known = known_jointly(first, logits, torch.zeros(2), 0.0, 0.25)
    assert float(known[0]) == pytest.approx(float(known_of(first[:1], torch.zeros(1), 0.0)))  # as it always was
    assert float(known[1]) == pytest.approx(float(known_of(logits[1:], torch.zeros(1), 0.0)) - 0.25)


@pytest.mark.parametrize("views", [4, 6])
def test_any_number_of_views(views: int) -> None:
    network, branch = pair()
    with torch.no_grad():
        given = inputs(2)[0][:, :views]
        assert extended(network, branch, Joint(0.0, 0.0, 0.0))(given, torch.ones(2, 4)).logits.shape == (2, ALL)
