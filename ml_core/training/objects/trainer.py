"""Training of the object recognizer: class-balanced batches, EMA of the weights, the best of them kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from ml_core.datasets.meshes.objects import ObjectMesh
from ml_core.errors import InputError
from ml_core.networks.pointnet import PointNet
from ml_core.networks.simple_view import SimpleView
from ml_core.networks.view_cnn import CLASSIFIER, ViewCNN
from ml_core.training.loop import CHECKPOINT, read_checkpoint
from ml_core.training.objects.batches import draw_weights, varied_batch, varied_points
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.views import ViewSet
from ml_core.training.recognition import RecognitionTrainer, held_out_scores, merit_of


class Predictions(NamedTuple):
    """logits: (N, classes); known: (N,) logits; embedding: (N, E) unit vectors."""

    logits: NDArray[np.float32]
    known: NDArray[np.float32]
    embedding: NDArray[np.float32]


class RecognizerTrainer(RecognitionTrainer):
    """Trains on ``data`` (varied views of ``meshes``) and scores on ``held_out``."""

    def __init__(
        self,
        config: RecognizerTrainingConfig,
        meshes: list[ObjectMesh],
        data: ViewSet,
        held_out: ViewSet,
        folder: Path,
        fabric: Fabric,
    ) -> None:
        super().__init__(config, config, data.labels, draw_weights(meshes, data, config), folder, fabric)
        self.data, self.held_out = data, held_out
        self.set_up_network(make_network(config))

    def batch(self, rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[Tensor, ...]:
        if self.average.reads == "points":
            return (varied_points(self.data.points[rows], int(self.average.points_seen), rng),)
        return varied_batch(self.data.views[rows], self.data.sizes[rows], self.config, rng)

    def scores(self) -> dict[str, float]:
        """Scores with the meshes' sizes and without."""
        found: dict[str, float] = {}
        for name, flag in (("size", 1.0), ("plain", 0.0)):
            logits, known, _ = predict(self.average, self.held_out, flag)
            scores = held_out_scores(logits, known, self.held_out.labels)
            found |= {f"{name}/{key}": value for key, value in scores.items()}
        return found

    def merit(self, scores: dict[str, float]) -> float:
        return sum(
            merit_of({key.removeprefix(f"{name}/"): value for key, value in scores.items()})
            for name in ("size", "plain")
        )

    def start_from(self, network: ViewCNN, labels: Sequence[str]) -> None:
        """Take over the parameters of ``network``; of its classifier the rows of its ``labels`` that are learned here,
        too, and of the known."""
        state, labels = self.bare.state_dict(), labels[: network.config.classes]
        kept = [(row, labels.index(label)) for row, label in enumerate(self.config.labels) if label in labels]
        to, of = (torch.tensor([*(pair[side] for pair in kept), -1]) for side in (0, 1))
        for name, value in network.state_dict().items():
            if name.startswith(CLASSIFIER):
                state[name][to] = value[of].to(state[name])
            elif state[name].shape == value.shape:
                state[name] = value
        for target in (self.bare, self.average):
            target.load_state_dict(state)

    def start_above(self, run: Path) -> None:
        """Take over all but the shared stages from the average in the checkpoint of ``run``, of the same labels.

        Raises:
            InputError: there is none, or it is of another network.
        """
        given = read_checkpoint(run / CHECKPOINT, self.fabric.device)["average"]
        own = {name: value.clone() for name, value in self.bare.state_dict().items()}
        for target in (self.bare, self.average):
            target.load_state_dict(given)
            lower = {id(item) for part in target.lower for item in (*part.parameters(), *part.buffers())}
            with torch.no_grad():
                for name, item in target.state_dict(keep_vars=True).items():
                    if id(item) in lower:
                        item.copy_(own[name])


def make_network(config: RecognizerTrainingConfig) -> ViewCNN | PointNet | SimpleView:
    """The untrained network that ``config`` specifies.

    Raises:
        InputError: no such architecture.
    """
    if config.architecture == "views":
        return ViewCNN(config.network)
    others = {"pointnet": PointNet, "simpleview": SimpleView}
    if config.architecture not in others:
        raise InputError(
            "architecture: {architecture!r} is not one of views, {others}",
            architecture=config.architecture,
            others=", ".join(others),
        )
    return others[config.architecture](config.network.classes)


@torch.no_grad()
def predict(network: ViewCNN | PointNet | SimpleView, data: ViewSet, flag: float) -> Predictions:
    """Predictions for all view sets; with ``flag`` 1 a network that takes views is given their sizes."""
    device = next(network.parameters()).device
    parts: list[tuple[NDArray[np.float32], ...]] = []
    for first in range(0, len(data.labels), 64):
        rows = slice(first, first + 64)
        inputs: tuple[Tensor, ...]
        if network.reads == "points":
            inputs = (torch.from_numpy(data.points[rows].astype(np.float32)),)
        else:
            sizes = np.concatenate([data.sizes[rows], np.full((len(data.sizes[rows]), 1), flag, np.float32)], axis=1)
            inputs = torch.from_numpy(data.views[rows]), torch.from_numpy(sizes)
        output = network(*(socket.to(device) for socket in inputs))
        parts.append(tuple(item.cpu().numpy() for item in output))
    return Predictions(*(np.concatenate(column) for column in zip(*parts, strict=True)))
