"""A small classifier of real avatar textures: the judge of the generator's traits and the features of its metrics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml_core.networks.generator import compose_color
from ml_core.training.loop import LoopOptions, Trainer, cosine_rate, open_fabric
from ml_core.training.textures.batches import TextureBatches
from ml_core.vocabulary.traits import OUTFITS

SIZE = 128
"""Resolution of its input in texels (square)."""


class TextureClassifier(nn.Module):
    """Outfit logits (N, 5), presentation logits (N,) and features (N, 128) of base color and normals (N, 5, S, S)."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 5
        for outputs in (width, 2 * width, 3 * width, 4 * width):
            layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        self.trunk = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(16 * inputs, 128))
        self.outfit = nn.Linear(128, len(OUTFITS))
        self.presentation = nn.Linear(128, 1)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        features = self.trunk(images)
        hidden = functional.dropout(functional.relu(features), 0.3, self.training)
        return self.outfit(hidden), self.presentation(hidden)[:, 0], features


@dataclass(frozen=True)
class Reals:
    """Real textures at :data:`SIZE`: ``layers`` (N, 12, S, S) as of :class:`~.texture_batches.Crops`, labels (N,)."""

    layers: Tensor
    colors: Tensor
    outfit: Tensor
    presentation: Tensor

    def images(self, index: NDArray, colors: Tensor) -> Tensor:
        """Base color and normals (N, 5, S, S) in the ``colors`` (N, 4, 3)."""
        layers = self.layers[index]
        return torch.cat([compose_color(layers[:, :3], layers[:, 3:8], colors), layers[:, 8:10]], dim=1)


def read_reals(batches: TextureBatches) -> Reals:
    """All textures of a dataset, reduced."""
    factor = batches.textures.size // SIZE
    layers = [
        functional.avg_pool2d(batches.whole(np.array([k]), batches.colors[[k]]).layers, factor)
        for k in range(len(batches.faces))
    ]
    labels = batches.textures.labels
    return Reals(
        torch.cat(layers),
        torch.from_numpy(batches.colors),
        torch.tensor([OUTFITS.index(label.outfit) for label in labels]),
        torch.tensor([label.presentation for label in labels]),
    )


@dataclass(frozen=True)
class ClassifierConfig:
    steps: int = 500
    batch: int = 24
    learning_rate: float = 2e-3


class ClassifierTrainer(Trainer):
    """Trains a classifier of the textures in ``reals``, half of them recolored at each step; keeps no files."""

    def __init__(self, config: ClassifierConfig, reals: Reals, batches: TextureBatches, fabric: Fabric) -> None:
        super().__init__(LoopOptions(config.steps, config.steps, config.steps), config, None, fabric)
        self.reals, self.batches = reals, batches
        network = TextureClassifier()
        self.set_up(network, torch.optim.AdamW(network.parameters(), lr=config.learning_rate, weight_decay=1e-2))

    def rate_factors(self) -> tuple[float]:
        return (cosine_rate(self.progress(), self.step, 20),)

    def training_step(self) -> dict[str, float]:
        reals, batch = self.reals, self.config.batch
        index = self.rng.integers(len(reals.outfit), size=batch)
        colors = reals.colors[index].clone()
        for row in range(batch // 2):
            colors[row] = torch.from_numpy(self.batches.distribution.draw(self.rng).astype(np.float32))
        images = reals.images(index, colors)
        images = images + 0.02 * torch.randn_like(images)
        self.network.train()
        outfit, presentation, _ = self.network(self.fabric.to_device(images))
        loss = functional.cross_entropy(outfit, self.fabric.to_device(reals.outfit[index]), label_smoothing=0.05)
        loss = loss + functional.binary_cross_entropy_with_logits(
            presentation, self.fabric.to_device(reals.presentation[index])
        )
        self.update(loss)
        return {"loss": float(loss.detach())}


def train_classifier(reals: Reals, batches: TextureBatches, steps: int = 500, batch: int = 24) -> TextureClassifier:
    """A classifier of the textures in ``reals``, on the CPU; reproducible by its seed."""
    trainer = ClassifierTrainer(ClassifierConfig(steps, batch), reals, batches, open_fabric("cpu"))
    trainer.fit(report=lambda line: None)
    return trainer.average


@torch.no_grad()
def judged(network: TextureClassifier, images: Tensor) -> tuple[NDArray, NDArray, NDArray]:
    """Outfit index (N,), presentation 0 or 1 (N,) and features (N, 128) of images (N, 5, S, S)."""
    parts = [network(part) for part in images.split(32)]
    outfit = torch.cat([part[0] for part in parts]).argmax(dim=1)
    presentation = torch.cat([part[1] for part in parts]) > 0
    return outfit.numpy(), presentation.numpy().astype(int), torch.cat([part[2] for part in parts]).numpy()


def precision_recall(real: NDArray, generated: NDArray, neighbors: int = 3) -> tuple[float, float]:
    """Improved precision and recall (Kynkäänniemi et al. 2019) of features (N, F) and (M, F).

    Precision is the share of generated features inside a ball around a real one that reaches to its ``neighbors``-th
    nearest real neighbor; recall is the same the other way round.
    """
    return _covered(generated, real, neighbors), _covered(real, generated, neighbors)


def _covered(points: NDArray, manifold: NDArray, neighbors: int) -> float:
    def distances(a: NDArray, b: NDArray) -> NDArray:
        return np.sqrt(np.maximum((a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T, 0))

    radius = np.sort(distances(manifold, manifold), axis=1)[:, neighbors]
    return float((distances(points, manifold) <= radius[None]).any(axis=1).mean())
