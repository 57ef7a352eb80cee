"""Training of the image recognizer: relit batches, EMA of the weights, the best on held-out pictures kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn

from ml_core.datasets.meshes.objects import ObjectMesh
from ml_core.networks.image_cnn import ImageCNN
from ml_core.networks.view_cnn import ViewCNNConfig
from ml_core.training.images.light import Dice, varied_images
from ml_core.training.images.pictures import Pictures
from ml_core.training.images.views import ImageSet
from ml_core.training.objects.batches import draw_weights
from ml_core.training.objects.config import LearningConfig, RecognizerTrainingConfig
from ml_core.training.objects.views import ViewSet
from ml_core.training.recognition import RecognitionTrainer, held_out_scores, merit_of


@dataclass(frozen=True)
class ImageTrainingConfig(LearningConfig):
    """``per_class``: traced views of each class of artists' meshes; ``made_per_class``, ``bodies``: generated meshes.
    ``objective``: loss and sampling, shared with the mesh recognizer; its fields about views and sizes are unused.
    """

    network: ViewCNNConfig = field(
        default_factory=lambda: ViewCNNConfig(width=24, stages=(1, 1, 2, 1), embedding=128, dropout=0.3)
    )
    objective: RecognizerTrainingConfig = field(default_factory=RecognizerTrainingConfig)
    minutes: float = 30.0
    wall_clock: bool = True
    steps: int = 6000
    batch: int = 64
    per_class: int = 240
    made_per_class: int = 100
    bodies: int = 60


class ImageTrainer(RecognitionTrainer):
    """Trains on ``data`` (views of ``meshes``), relit at every step, and scores on the pictures ``held_out``."""

    def __init__(
        self,
        config: ImageTrainingConfig,
        meshes: list[ObjectMesh],
        data: ImageSet,
        held_out: Pictures,
        folder: Path,
        fabric: Fabric,
    ) -> None:
        # The weights need the labels and meshes alone.
        views, sizes, points = np.empty(0, np.uint8), np.empty(0, np.float32), np.empty(0, np.float16)
        drawn = ViewSet(views, sizes, data.labels, data.mesh, points)
        weights = draw_weights(meshes, drawn, config.objective)
        super().__init__(config, config.objective, data.labels, weights, folder, fabric)
        self.data, self.held_out = data, held_out
        self.set_up_network(ImageCNN(config.network))

    def batch(self, rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[Tensor, ...]:
        chosen = (torch.from_numpy(part[rows]) for part in (self.data.planes, self.data.rays))
        planes, rays = self.fabric.to_device(tuple(chosen))
        with torch.no_grad():
            return (varied_images(planes, rays, Dice(int(rng.integers(2**62)), planes.device)),)

    def scores(self) -> dict[str, float]:
        logits, known = predict(self.average, self.held_out.inputs)
        return held_out_scores(logits, known, self.held_out.labels)

    def merit(self, scores: dict[str, float]) -> float:
        return merit_of(scores)


@torch.no_grad()
def predict(network: nn.Module, inputs: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits (N, classes) and known logits (N,) of prepared pictures (N, 2, S, S)."""
    device = next(network.parameters()).device
    parts = [network(torch.from_numpy(inputs[first : first + 64]).to(device)) for first in range(0, len(inputs), 64)]
    return (
        torch.cat([output.logits for output in parts]).cpu().numpy(),
        torch.cat([output.known for output in parts]).cpu().numpy(),
    )
