"""Base of the trainers of the object and the image recognizer: loss, scores, and the best network."""

from __future__ import annotations

import dataclasses
import json
import math
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.datasets.meshes.objects import UNKNOWN
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.networks.view_cnn import Output, ViewCNNConfig
from ml_core.training.loop import LoopOptions, Trainer, cosine_rate, write_state
from ml_core.training.objects.config import LearningConfig, RecognizerTrainingConfig
from ml_core.training.objects.metrics import accuracy, auroc

BEST = "best.pt"
_CLIP = 5.0
Network = TypeVar("Network", bound=nn.Module)


class RecognitionTrainer(Trainer):
    """Draws batches by weight and keeps, beside the checkpoint, the average with the best score in best.pt.

    A subclass builds its network, draws its batches, and scores the average on the held-out data.
    """

    def __init__(
        self,
        config: LearningConfig,
        objective: RecognizerTrainingConfig,
        labels: NDArray[np.int64],
        weights: NDArray[np.float64],
        folder: Path,
        fabric: Fabric,
    ) -> None:
        """``objective`` weighs the terms of the loss; ``labels`` (N,), UNKNOWN for objects of no class, and ``weights``
        (N,), the probabilities to be drawn, are those of the training data."""
        torch.set_num_threads(config.threads)
        every = config.evaluate_every
        options = LoopOptions(
            config.steps, every, every, config.ema, _CLIP, config.seed, config.minutes, config.wall_clock
        )
        super().__init__(options, config, folder, fabric)
        self.learning, self.objective, self.labels, self.weights = config, objective, labels, weights
        self.notes = {"best": -math.inf, "history": []}

    def set_up_network(self, network: nn.Module) -> None:
        """:meth:`set_up` with the optimizer that both recognizers train with."""
        config = self.learning
        self.set_up(
            network,
            torch.optim.AdamW(
                network.parameters(), config.learning_rate, weight_decay=config.weight_decay, betas=(0.9, 0.98)
            ),
        )

    @abstractmethod
    def batch(self, rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[Tensor, ...]:
        """The network's inputs for these rows of the training data, varied at random."""

    @abstractmethod
    def scores(self) -> dict[str, float]:
        """Scores of the average on the held-out data."""

    @abstractmethod
    def merit(self, scores: dict[str, float]) -> float:
        """The number by which the best network is chosen."""

    @property
    def history(self) -> list[dict[str, float]]:
        """The step and the scores of every evaluation."""
        return self.notes["history"]

    def rate_factors(self) -> tuple[float]:
        return (cosine_rate(self.progress(), self.step, self.learning.warm_up),)

    def training_step(self) -> dict[str, float]:
        rng = np.random.default_rng((self.learning.seed, self.step, self.fabric.global_rank))
        rows = np.sort(rng.choice(len(self.weights), self.learning.batch, p=self.weights))
        inputs, labels = self.fabric.to_device((self.batch(rows, rng), torch.from_numpy(self.labels[rows])))
        self.network.train()
        loss = recognition_loss(self.network(*inputs), labels, self.objective)
        loss = loss + getattr(self.bare, "penalty", 0.0)
        self.update(loss)
        return {"loss": float(loss.detach())}

    def evaluate(self) -> dict[str, float]:
        scores = self.scores()
        self.history.append({"step": self.step} | scores)
        merit = self.merit(scores)
        if merit > self.notes["best"]:
            self.notes["best"] = merit
            if self.folder is not None and self.fabric.is_global_zero:
                write_state(self.folder / BEST, {"network": self.average.state_dict(), "facts": self.facts()})
        return scores | {"minutes": self.seconds / 60}

    def facts(self) -> dict[str, Any]:
        """The facts about the run for the card."""
        return {
            "steps": self.step,
            "hours": round(self.seconds / 3600, 3),
            "device": f"{self.learning.threads} threads of a CPU" if self.fabric.device.type == "cpu" else "GPU",
            "configuration": read_json(json.dumps(dataclasses.asdict(self.config)), "the configuration"),
            "history": self.history,
        }


def recognition_loss(output: Output, labels: Tensor, config: RecognizerTrainingConfig) -> Tensor:
    """Cross entropy of the known, distance from uniform of the unknown, and telling the two apart."""
    known = labels != UNKNOWN
    loss = config.known_weight * F.binary_cross_entropy_with_logits(output.known, known.float())
    if known.any():
        right = F.cross_entropy(output.logits[known], labels[known], label_smoothing=config.label_smoothing)
        loss = loss + right
    if not known.all():
        uniform = -F.log_softmax(output.logits[~known], dim=1).mean()
        loss = loss + config.negative_weight * (uniform - math.log(output.logits.shape[1]))
    return loss


def held_out_scores(
    logits: NDArray[np.float32], known: NDArray[np.float32], labels: NDArray[np.int64]
) -> dict[str, float]:
    """Accuracy on objects of known classes and, where there are unknown ones, how well the two are separated."""
    scores = accuracy(logits, labels)
    unknown = labels == UNKNOWN
    return scores | {"auroc": auroc(known[~unknown], known[unknown])} if unknown.any() else scores


def merit_of(scores: dict[str, float]) -> float:
    """Top-1 decides; where that ties (88 meshes make for large steps) the likelihood does."""
    return scores["top1"] + 0.2 * scores["mean_class"] - 0.05 * scores["nll"]


def read_best(path: Path, network: Callable[[ViewCNNConfig], Network], script: str) -> tuple[Network, dict[str, Any]]:
    """The network in a best.pt that ``script`` wrote, ready to use, and the facts of its run.

    Raises:
        InputError: the file is missing or of another kind.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        config = dict(state["facts"]["configuration"]["network"])
        found = network(ViewCNNConfig(**(config | {"stages": tuple(config["stages"])})))
        found.load_state_dict(state["network"])
    except (OSError, RuntimeError, KeyError, TypeError) as error:
        raise InputError(
            "{path}: no trained recognizer ({reason}); make one with {script}", path=path, reason=error, script=script
        ) from error
    return found.eval(), state["facts"]
