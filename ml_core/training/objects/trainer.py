"""Training of the object recogniser: class-balanced batches, EMA of the weights, the best of them kept."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.networks.pointnet import PointNet
from ml_core.networks.simple_view import SimpleView
from ml_core.networks.view_cnn import Output, ViewCNN
from ml_core.training.loop import average_into, cosine_rate, curves_writer, write_state
from ml_core.training.objects.batches import draw_weights, varied_batch, varied_points
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.metrics import accuracy, auroc
from ml_core.training.objects.views import ViewSet


class Predictions(NamedTuple):
    """logits: (N, classes); known: (N,) logits; embedding: (N, E) unit vectors."""

    logits: NDArray[np.float32]
    known: NDArray[np.float32]
    embedding: NDArray[np.float32]


class RecognizerTrainer:
    """Trains on ``data`` (varied views of ``meshes``) and keeps in ``folder`` the checkpoint and the best EMA."""

    def __init__(
        self,
        config: RecognizerTrainingConfig,
        meshes: list[ObjectMesh],
        data: ViewSet,
        held_out: ViewSet,
        folder: Path,
        accelerator: str = "auto",
        devices: int = 1,
    ) -> None:
        torch.set_num_threads(config.threads)
        self.config, self.data, self.held_out, self.folder = config, data, held_out, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.fabric = Fabric(accelerator=accelerator, devices=devices)
        self.fabric.launch()
        self.fabric.seed_everything(config.seed, verbose=False)
        network = make_network(config)
        self.average = copy.deepcopy(network).requires_grad_(False).eval()
        optimizer = torch.optim.AdamW(
            network.parameters(), config.learning_rate, weight_decay=config.weight_decay, betas=(0.9, 0.98)
        )
        self.network, self.optimizer = self.fabric.setup(network, optimizer)
        self.fabric.to_device(self.average)
        self.weights = draw_weights(meshes, data, config)
        self.labels = config.labels
        self.step, self.seconds, self.best = 0, 0.0, -math.inf
        self.history: list[dict[str, float]] = []

    def run(self, stop_now: Callable[[], bool] = lambda: False) -> None:
        """Trains to the end of the budget, or until ``stop_now``, asked after every step, says so."""
        writer = curves_writer(self.folder) if self.fabric.is_global_zero else None
        clock = _cpu_time if self.fabric.device.type == "cpu" and not self.config.wall_clock else time.monotonic
        began = clock() - self.seconds
        recent: list[float] = []
        stopped = False
        while not stopped and (progress := self.progress()) < 1:
            recent.append(self._train_step(progress))
            self.step += 1
            self.seconds = clock() - began
            stopped = stop_now()
            if stopped or self.step % self.config.evaluate_every == 0 or self.progress() >= 1:
                scores = self._evaluate() | {"loss": float(np.mean(recent)), "minutes": self.seconds / 60}
                if writer is not None:
                    for name, value in scores.items():
                        writer.add_scalar(name, value, self.step)
                left = self.seconds / 60 * (1 / max(self.progress(), 1e-9) - 1)
                shown = " ".join(f"{name} {value:.3f}" for name, value in scores.items())
                if self.fabric.is_global_zero:
                    print(f"step {self.step} {shown} left {left:.0f} min", flush=True)
                    self.save()
                recent = []
                self.fabric.barrier()
        if writer is not None:
            writer.close()

    def progress(self) -> float:
        """Share (0..1) of the budget that is used."""
        return max(self.step / self.config.steps, self.seconds / 60 / self.config.minutes)

    def _train_step(self, progress: float) -> float:
        config = self.config
        rate = cosine_rate(progress, self.step, config.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * rate
        rng = np.random.default_rng((config.seed, self.step, self.fabric.global_rank))
        chosen = np.sort(rng.choice(len(self.weights), config.batch, p=self.weights))
        inputs: tuple[Tensor, ...]
        if self.average.reads == "points":
            seen = int(self.average.points_seen)  # type: ignore[arg-type]
            inputs = (varied_points(self.data.points[chosen], seen, rng),)
        else:
            inputs = varied_batch(self.data.views[chosen], self.data.sizes[chosen], config, rng)
        inputs, labels = self.fabric.to_device((inputs, torch.from_numpy(self.data.labels[chosen])))
        self.network.train()
        loss = recognition_loss(self.network(*inputs), labels, config) + getattr(self.network.module, "penalty", 0.0)
        if not torch.isfinite(loss):
            raise InputError(
                f"step {self.step}: the loss is not finite; lower the learning rate and go on from the last good "
                f"checkpoint in {self.folder} with --resume"
            )
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        self.fabric.clip_gradients(self.network, self.optimizer, max_norm=5.0)
        self.optimizer.step()
        average_into(self.average, self.network.module, self.step, config.ema)
        return float(loss.detach())

    def _evaluate(self) -> dict[str, float]:
        """Scores of the averaged network on the held-out meshes, with and without their size."""
        scores: dict[str, float] = {}
        for name, flag in (("size", 1.0), ("plain", 0.0)):
            logits, known, _ = predict(self.average, self.held_out, flag)
            scores |= {f"{name}/{key}": value for key, value in accuracy(logits, self.held_out.labels).items()}
            unknown = self.held_out.labels == UNKNOWN
            if unknown.any():
                scores[f"{name}/auroc"] = auroc(known[~unknown], known[unknown])
        # Top-1 decides; where that ties (88 meshes make for large steps) the likelihood does.
        merit = sum(
            scores[f"{n}/top1"] + 0.2 * scores[f"{n}/mean_class"] - 0.05 * scores[f"{n}/nll"] for n in ("size", "plain")
        )
        self.history.append({"step": self.step} | scores)
        if merit > self.best:
            self.best = merit
            if self.fabric.is_global_zero:
                write_state(self.folder / "best.pt", {"network": self.average.state_dict(), "facts": self.facts()})
        return scores

    def facts(self) -> dict[str, Any]:
        """What the card says about the run."""
        return {
            "steps": self.step,
            "hours": round(self.seconds / 3600, 3),
            "device": f"{self.config.threads} threads of a CPU" if self.fabric.device.type == "cpu" else "GPU",
            "configuration": read_json(json.dumps(dataclasses.asdict(self.config)), "the configuration"),
            "history": self.history,
        }

    def save(self) -> None:
        """The checkpoint that ``resume`` goes on from."""
        write_state(
            self.folder / "checkpoint.pt",
            {
                "network": self.network.module.state_dict(),
                "average": self.average.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "progress": {"step": self.step, "seconds": self.seconds, "best": self.best, "history": self.history},
            },
        )

    def start_from(self, network: ViewCNN) -> None:
        """Takes over the parameters of ``network``; a classifier of other classes starts anew."""
        mine = self.network.module.state_dict()
        fitting = {name: value for name, value in network.state_dict().items() if mine[name].shape == value.shape}
        for one in (self.network.module, self.average):
            one.load_state_dict(fitting, strict=False)

    def resume(self) -> None:
        """Goes on from the checkpoint in the folder.

        Raises:
            InputError: there is none, or it is of another network.
        """
        path = self.folder / "checkpoint.pt"
        try:
            state = torch.load(path, map_location=self.fabric.device, weights_only=True)
            self.network.module.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise InputError(f"{path}: cannot resume from it ({error}); start without --resume") from error
        progress = state["progress"]
        self.step, self.seconds = progress["step"], progress["seconds"]
        self.best, self.history = progress["best"], progress["history"]


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


def make_network(config: RecognizerTrainingConfig) -> ViewCNN | PointNet | SimpleView:
    """The untrained network that ``config`` asks for.

    Raises:
        InputError: no such architecture.
    """
    if config.architecture == "views":
        return ViewCNN(config.network)
    others = {"pointnet": PointNet, "simpleview": SimpleView}
    if config.architecture not in others:
        raise InputError(f"architecture: {config.architecture!r} is not one of views, {', '.join(others)}")
    return others[config.architecture](config.network.classes)


@torch.no_grad()
def predict(network: ViewCNN | PointNet | SimpleView, data: ViewSet, flag: float) -> Predictions:
    """What the network says of all view sets; ``flag`` 1 shows a network that reads views their sizes."""
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
        output = network(*(one.to(device) for one in inputs))
        parts.append(tuple(one.cpu().numpy() for one in output))
    return Predictions(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _cpu_time() -> float:
    """Seconds of work of this process and thread: the same on a busy machine as on an idle one."""
    return time.process_time() / max(torch.get_num_threads(), 1)
