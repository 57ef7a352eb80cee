"""Training of the model of scene kinds: a small MLP on the features of assembled scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import OneCycleLR

from ml_core.datasets.furniture.rooms import Pool, SeenMesh, as_seen, assemble
from ml_core.inference.recognition.scenes import FEATURES, LAYOUT_FEATURES, features
from ml_core.training.loop import LoopOptions, Trainer
from ml_core.vocabulary.scene.scene_kinds import SCENE_KINDS

_SAVE_EPOCHS = 5
JUMBLE = -1
_LAYOUT = len(LAYOUT_FEATURES)


@dataclass(frozen=True)
class SceneKindTrainingConfig:
    """One run. ``mistakes`` and ``unknown`` are the greatest shares of a training scene, ``dropped`` of its objects."""

    scenes_per_kind: int = 3000
    views_per_scene: int = 3
    jumble_share: float = 0.12
    mistakes: float = 0.5
    unknown: float = 0.35
    dropped: float = 0.5
    hidden: int = 96
    dropout: float = 0.3
    feature_dropout: float = 0.1
    layout_hidden: float = 0.4
    label_smoothing: float = 0.05
    epochs: int = 25
    batch: int = 256
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    calibrate_per_kind: int = 150
    test_per_kind: int = 200
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True)
class SceneSet:
    """Features (N, F) float32; kinds (N,) of indices into SCENE_KINDS or JUMBLE; object counts (N,)."""

    inputs: NDArray[np.float32]
    kinds: NDArray[np.int64]
    counts: NDArray[np.int64]


class SceneMLP(nn.Module):
    """Standardised features through two hidden layers. features (N, F) -> logits (N, K)."""

    mean: Tensor
    scale: Tensor

    def __init__(self, mean: Tensor, scale: Tensor, config: SceneKindTrainingConfig) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", scale)
        self.feature_dropout = nn.Dropout(config.feature_dropout)
        self.layout_hidden = config.layout_hidden
        self.layers = nn.Sequential(
            nn.Linear(len(FEATURES), config.hidden),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, config.hidden),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.hidden, len(SCENE_KINDS)),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        # A label that is rare in training would weigh by the hundred standard deviations.
        standard = ((inputs - self.mean) / self.scale).clamp(-6, 6)
        if self.training:
            # Of all that is assembled, the layout is the least like real scenes: what stands there must be enough.
            shown = torch.rand(len(inputs), 1) >= self.layout_hidden
            standard = torch.cat([standard[:, :-_LAYOUT], standard[:, -_LAYOUT:] * shown], dim=1)
        return self.layers(self.feature_dropout(standard))


def scene_set(
    pool: Pool,
    seen: Sequence[SeenMesh],
    rng: np.random.Generator,
    per_kind: int,
    *,
    kinds: Sequence[str] = SCENE_KINDS,
    jumbles: int = 0,
    views: int = 1,
    noise: tuple[float, float, float] | None = None,
) -> SceneSet:
    """Assembled scenes as the recognizer sees them.

    Args:
        per_kind: scenes of each of ``kinds``; ``jumbles``: scenes of no kind beside them.
        views: how many views of each scene are drawn, each with other mistakes.
        noise: greatest shares of mistakes, unknown and dropped objects, drawn evenly from 0 for every view; ``None``
            takes the recognizer's answers as they are.

    Raises:
        ValueError: a kind for which the pool lacks the meshes.
    """
    inputs, labels, counts = [], [], []
    wanted = [*(kind for kind in kinds for _ in range(per_kind)), *([None] * jumbles)]
    for kind in wanted:
        scene = assemble(kind, pool, rng)
        for _ in range(views):
            shares = (float(share) for share in rng.uniform(0, noise)) if noise else ()
            objects = as_seen(scene, seen, rng, *shares) if noise else as_seen(scene, seen)
            inputs.append(features(objects))
            labels.append(SCENE_KINDS.index(kind) if kind is not None else JUMBLE)
            counts.append(len(objects))
    return SceneSet(np.stack(inputs), np.array(labels, np.int64), np.array(counts, np.int64))


class SceneKindTrainer(Trainer):
    """Fits a network to ``data``; a jumble's target is every kind with the same chance."""

    def __init__(self, data: SceneSet, config: SceneKindTrainingConfig, folder: Path | None, fabric: Fabric) -> None:
        torch.set_num_threads(config.threads)
        self.batches = -(-len(data.inputs) // config.batch)
        super().__init__(
            LoopOptions(config.epochs * self.batches, _SAVE_EPOCHS * self.batches, self.batches, seed=config.seed),
            config,
            folder,
            fabric,
        )
        self.inputs, self.targets = torch.from_numpy(data.inputs), _targets(data.kinds, config.label_smoothing)
        network = SceneMLP(self.inputs.mean(0), self.inputs.std(0).clamp(min=0.05), config)
        self.set_up(
            network, torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
        )
        self._order: list[Tensor] = []

    def schedule(self) -> OneCycleLR:
        return OneCycleLR(
            self.optimizer.optimizer,
            self.config.learning_rate,
            total_steps=self.options.steps,
            last_epoch=self.step - 1,
        )

    def training_step(self) -> dict[str, float]:
        if not self._order or self.step % self.batches == 0:
            self._order = self._shuffled(self.step // self.batches)
        rows = self._order[self.step % self.batches]
        inputs, targets = self.fabric.to_device((self.inputs[rows], self.targets[rows]))
        self.network.train()
        loss = F.cross_entropy(self.network(inputs), targets)
        self.update(loss)
        return {"loss": float(loss.detach())}

    def _shuffled(self, epoch: int) -> list[Tensor]:
        """The batches of an epoch, as rows; the same however often the run was resumed."""
        generator = torch.Generator().manual_seed(self.config.seed)
        for _ in range(epoch):
            torch.randperm(len(self.inputs), generator=generator)
        return list(torch.randperm(len(self.inputs), generator=generator).split(self.config.batch))


def _targets(kinds: NDArray[np.int64], smoothing: float) -> Tensor:
    even = torch.full((len(kinds), len(SCENE_KINDS)), 1 / len(SCENE_KINDS))
    labels = torch.from_numpy(kinds)
    sharp = F.one_hot(labels.clamp(min=0), len(SCENE_KINDS)).float()
    return torch.where((labels == JUMBLE)[:, None], even, (1 - smoothing) * sharp + smoothing * even)


def logits_of(network: SceneMLP, data: SceneSet) -> NDArray[np.float32]:
    """Logits (N, K) of all scenes."""
    with torch.inference_mode():
        return np.asarray(network(torch.from_numpy(data.inputs)).numpy())
