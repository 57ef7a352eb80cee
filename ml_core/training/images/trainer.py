"""Training of the image recogniser: relit batches, EMA of the weights, the best on held-out pictures kept."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.inference.recognition.images import SIZE, network_input
from ml_core.networks.image_cnn import ImageCNN
from ml_core.networks.view_cnn import ViewCNNConfig
from ml_core.training.images.light import Dice, plain_luma, varied_images
from ml_core.training.images.views import COVERAGE, Camera, ImageSet, trace
from ml_core.training.loop import average_into, cosine_rate, read_best, write_state
from ml_core.training.objects.batches import draw_weights
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.metrics import accuracy, auroc
from ml_core.training.objects.trainer import recognition_loss
from ml_core.training.objects.views import ViewSet

OPSET = 17
INPUTS, OUTPUTS = ("images",), ("logits", "known", "embedding")
THREE_QUARTER = (Camera(35, 25, 30), Camera(-35, 25, 30))
"""The front from its left and from its right, as objects are usually shown."""
_PICTURE, _BACKDROP = 160, (0.88, 0.88, 0.88)


@dataclass(frozen=True)
class ImageTrainingConfig:
    """``minutes`` ends the run (the cosine follows the clock or ``steps``, whichever is further on).

    ``per_class``: traced views of each class of artists' meshes; ``made_per_class``, ``bodies``: generated meshes.
    ``objective``: loss and sampling, shared with the mesh recogniser; its fields about views and sizes are unused.
    """

    network: ViewCNNConfig = field(
        default_factory=lambda: ViewCNNConfig(width=24, stages=(1, 1, 2, 1), embedding=128, dropout=0.3)
    )
    objective: RecognizerTrainingConfig = field(default_factory=RecognizerTrainingConfig)
    minutes: float = 30.0
    steps: int = 6000
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: int = 100
    ema: float = 0.998
    evaluate_every: int = 250
    per_class: int = 240
    made_per_class: int = 100
    bodies: int = 60
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Pictures:
    """inputs: (N, 2, SIZE, SIZE) uint8 of ``network_input``; labels: (N,) int64; mesh: (N,) int64."""

    inputs: NDArray[np.uint8]
    labels: NDArray[np.int64]
    mesh: NDArray[np.int64]


def cut_out(mesh: ObjectMesh, camera: Camera, size: int = _PICTURE) -> NDArray[np.uint8]:
    """(S, S, 4) uint8 sRGB: ``mesh`` in even grey on transparency, lit from above the camera's left shoulder."""
    turn, rise = np.radians(camera.yaw - 40), np.radians(50)
    light = np.array([np.sin(turn) * np.cos(rise), -np.cos(turn) * np.cos(rise), np.sin(rise)])
    view = trace(mesh, camera, light, np.random.default_rng(0), size=size, margin=0.2)
    luma = plain_luma(torch.from_numpy(view.planes)[None], torch.from_numpy(view.rays)[None])[0].numpy()
    return np.stack([*[np.rint(255 * luma).astype(np.uint8)] * 3, view.planes[COVERAGE]], axis=2)


def on_plain(picture: NDArray[np.uint8], color: tuple[float, float, float] = _BACKDROP) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: a cut-out picture (H, W, 4) before ``color``, sRGB of 0..1."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * alpha + 255 * np.array(color, np.float32) * (1 - alpha)).astype(np.uint8)


def clean_pictures(meshes: list[ObjectMesh]) -> Pictures:
    """Both three-quarter pictures of each mesh, through the whole of inference's preparation."""
    found = []
    for number, mesh in enumerate(meshes):
        for camera in THREE_QUARTER:
            try:
                found.append((network_input(on_plain(cut_out(mesh, camera))), mesh.label, number))
            except InputError:  # nothing stands out: an honest picture counts as wrong
                found.append((np.zeros((2, SIZE, SIZE), np.uint8), mesh.label, number))
    inputs, labels, mesh_of = zip(*found, strict=True)
    return Pictures(np.stack(inputs), np.array(labels, dtype=np.int64), np.array(mesh_of))


class ImageTrainer:
    """Trains on ``data`` (views of ``meshes``) and keeps in ``folder`` the checkpoint and the best EMA."""

    def __init__(
        self,
        config: ImageTrainingConfig,
        meshes: list[ObjectMesh],
        data: ImageSet,
        held_out: Pictures,
        folder: Path,
        accelerator: str = "auto",
    ) -> None:
        torch.set_num_threads(config.threads)
        self.config, self.data, self.held_out, self.folder = config, data, held_out, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.fabric = Fabric(accelerator=accelerator, devices=1)
        self.fabric.seed_everything(config.seed, verbose=False)
        network = ImageCNN(config.network)
        self.average = copy.deepcopy(network).requires_grad_(False).eval()
        optimizer = torch.optim.AdamW(
            network.parameters(), config.learning_rate, weight_decay=config.weight_decay, betas=(0.9, 0.98)
        )
        self.network, self.optimizer = self.fabric.setup(network, optimizer)
        self.fabric.to_device(self.average)
        # The weights need the labels and meshes alone.
        views, sizes, points = np.empty(0, np.uint8), np.empty(0, np.float32), np.empty(0, np.float16)
        drawn = ViewSet(views, sizes, data.labels, data.mesh, points)
        self.weights = draw_weights(meshes, drawn, config.objective)
        self.step, self.seconds, self.best = 0, 0.0, -math.inf
        self.history: list[dict[str, float]] = []

    def run(self) -> None:
        """Trains to the end of the budget."""
        writer = SummaryWriter(str(self.folder))
        began = time.monotonic() - self.seconds
        recent: list[float] = []
        while (progress := self._progress()) < 1:
            recent.append(self._train_step(progress))
            self.step += 1
            self.seconds = time.monotonic() - began
            if self.step % self.config.evaluate_every == 0 or self._progress() >= 1:
                scores = self._evaluate() | {"loss": float(np.mean(recent)), "minutes": self.seconds / 60}
                for name, value in scores.items():
                    writer.add_scalar(name, value, self.step)
                shown = " ".join(f"{name} {value:.3f}" for name, value in scores.items())
                print(f"step {self.step} {shown}", flush=True)
                recent = []
                self.save()
        writer.close()

    def _progress(self) -> float:
        return max(self.step / self.config.steps, self.seconds / 60 / self.config.minutes)

    def _train_step(self, progress: float) -> float:
        config = self.config
        rate = cosine_rate(progress, self.step, config.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * rate
        rng = np.random.default_rng((config.seed, self.step))
        chosen = np.sort(rng.choice(len(self.weights), config.batch, p=self.weights))
        rows = (torch.from_numpy(part[chosen]) for part in (self.data.planes, self.data.rays, self.data.labels))
        planes, rays, labels = self.fabric.to_device(tuple(rows))
        with torch.no_grad():
            images = varied_images(planes, rays, Dice(int(rng.integers(2**62)), planes.device))
        self.network.train()
        loss = recognition_loss(self.network(images), labels, config.objective)
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        self.fabric.clip_gradients(self.network, self.optimizer, max_norm=5.0)
        self.optimizer.step()
        average_into(self.average, self.network, self.step, config.ema)
        return float(loss.detach())

    def _evaluate(self) -> dict[str, float]:
        """Scores of the averaged network on the held-out pictures."""
        logits, known = predict(self.average, self.held_out.inputs)
        scores = accuracy(logits, self.held_out.labels)
        unknown = self.held_out.labels == UNKNOWN
        if unknown.any():
            scores["auroc"] = auroc(known[~unknown], known[unknown])
        # Top-1 decides; where that ties (88 meshes make for large steps) the likelihood does.
        merit = scores["top1"] + 0.2 * scores["mean_class"] - 0.05 * scores["nll"]
        self.history.append({"step": self.step} | scores)
        if merit > self.best:
            self.best = merit
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
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "progress": {"step": self.step, "seconds": self.seconds, "best": self.best, "history": self.history},
            },
        )

    def resume(self) -> None:
        """Goes on from the checkpoint in the folder.

        Raises:
            InputError: there is none, or it is of another network.
        """
        path = self.folder / "checkpoint.pt"
        try:
            state = torch.load(path, map_location=self.fabric.device, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise InputError(f"{path}: cannot resume from it ({error}); start without --resume") from error
        progress = state["progress"]
        self.step, self.seconds = progress["step"], progress["seconds"]
        self.best, self.history = progress["best"], progress["history"]


@torch.no_grad()
def predict(network: nn.Module, inputs: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits (N, classes) and known logits (N,) of prepared pictures (N, 2, S, S)."""
    device = next(network.parameters()).device
    parts = [network(torch.from_numpy(inputs[first : first + 64]).to(device)) for first in range(0, len(inputs), 64)]
    return (
        torch.cat([output.logits for output in parts]).cpu().numpy(),
        torch.cat([output.known for output in parts]).cpu().numpy(),
    )


def load_best(path: Path) -> tuple[ImageCNN, dict[str, Any]]:
    """The network of a best.pt that :class:`ImageTrainer` wrote, and the facts of its run.

    Raises:
        InputError: the file is missing or of another kind.
    """
    return read_best(path, ImageCNN, "train_image_recognizer.py")


def export_image_recognizer(network: nn.Module, path: Path) -> None:
    """Writes ``network`` (images uint8 (N, 2, S, S) -> logits, known, embedding), atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".onnx.part")
    example: Tensor = torch.zeros(2, 2, SIZE, SIZE, dtype=torch.uint8)
    torch.onnx.export(
        network.eval(),
        (example,),
        str(partial),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "batch"} for name in (*INPUTS, *OUTPUTS)},
        opset_version=OPSET,
        dynamo=False,
    )
    partial.replace(path)
