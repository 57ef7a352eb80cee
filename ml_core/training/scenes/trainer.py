"""Training of the model of scene kinds: a small MLP on the features of assembled scenes, its scores and its export."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from ml_core.datasets.furniture.rooms import Pool, SeenMesh, as_seen, assemble
from ml_core.inference.recognition.objects import softmax
from ml_core.inference.recognition.scenes import FEATURES, LAYOUT_FEATURES, features
from ml_core.vocabulary.labels import LABELS
from ml_core.vocabulary.scene_kinds import SCENE_KINDS

_log = logging.getLogger(__name__)
OPSET = 17
JUMBLE = -1
_LAYOUT = len(LAYOUT_FEATURES)
_OBJECT_BINS = ((1, 4), (5, 9), (10, 19), (20, 10_000))


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
    """Assembled scenes as the recogniser sees them.

    Args:
        per_kind: scenes of each of ``kinds``; ``jumbles``: scenes of no kind beside them.
        views: how often each scene is looked at, each time with other mistakes.
        noise: greatest shares of mistakes, unknown and dropped objects, drawn evenly from 0 for every view; ``None``
            takes the recogniser's answers as they are.

    Raises:
        ValueError: a kind that the pool has not the meshes for.
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


def train(data: SceneSet, config: SceneKindTrainingConfig) -> SceneMLP:
    """A network fitted to ``data``; a jumble's target is every kind with the same chance."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    inputs, targets = torch.from_numpy(data.inputs), _targets(data.kinds, config.label_smoothing)
    network = SceneMLP(inputs.mean(0), inputs.std(0).clamp(min=0.05), config)
    optimizer = torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    steps = config.epochs * -(-len(inputs) // config.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=steps)
    shuffle = torch.Generator().manual_seed(config.seed)
    for epoch in range(config.epochs):
        network.train()
        total = 0.0
        for rows in torch.randperm(len(inputs), generator=shuffle).split(config.batch):
            loss = F.cross_entropy(network(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        _log.info("epoch %2d  loss %.4f", epoch + 1, total / len(inputs))
    return network.eval()


def _targets(kinds: NDArray[np.int64], smoothing: float) -> Tensor:
    even = torch.full((len(kinds), len(SCENE_KINDS)), 1 / len(SCENE_KINDS))
    labels = torch.from_numpy(kinds)
    sharp = F.one_hot(labels.clamp(min=0), len(SCENE_KINDS)).float()
    return torch.where((labels == JUMBLE)[:, None], even, (1 - smoothing) * sharp + smoothing * even)


def logits_of(network: SceneMLP, data: SceneSet) -> NDArray[np.float32]:
    """Logits (N, K) of all scenes."""
    with torch.inference_mode():
        return np.asarray(network(torch.from_numpy(data.inputs)).numpy())


def fitted_temperature(logits: NDArray[np.float32], kinds: NDArray[np.int64]) -> float:
    """The temperature of the least negative log likelihood (Guo et al., 2017); jumbles do not count."""
    of_a_kind = kinds != JUMBLE
    rows, right = logits[of_a_kind], kinds[of_a_kind]
    grid = np.exp(np.linspace(np.log(0.2), np.log(5), 200))
    losses = [-np.log(softmax(rows / t)[np.arange(len(rows)), right] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def chosen_threshold(
    logits: NDArray[np.float32], kinds: NDArray[np.int64], temperature: float, precision: float = 0.9
) -> float:
    """The least confidence at which ``precision`` of the named scenes are right; a jumble that is named is wrong."""
    shares = softmax(logits / temperature)
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == kinds
    for limit in np.linspace(0.2, 0.95, 76):
        named = confidence >= limit
        if named.any() and right[named].mean() >= precision:
            return float(limit)
    return 0.95


def scores(
    logits: NDArray[np.float32], data: SceneSet, temperature: float, threshold: float, detail: bool = True
) -> dict[str, Any]:
    """Accuracy and calibration on a :class:`SceneSet`, rounded for a card; ``detail``: also by kind and by size."""
    shares = softmax(logits / temperature)
    jumble = data.kinds == JUMBLE
    confidence, guess = shares.max(axis=1), shares.argmax(axis=1)
    right = (guess == data.kinds)[~jumble]
    sure, kinds, counts = confidence[~jumble], data.kinds[~jumble], data.counts[~jumble]
    named = sure >= threshold
    second = np.argsort(-shares[~jumble], axis=1)[:, 1]
    result: dict[str, Any] = {
        "scenes": len(right),
        "top1": _rounded(right.mean()),
        "top2": _rounded((right | (second == kinds)).mean()),
        "calibration_error": _rounded(calibration_error(sure, right)),
        "named": _rounded(named.mean()),
        "right_when_named": _rounded(right[named].mean()) if named.any() else None,
    }
    if jumble.any():
        result["jumbles"] = int(jumble.sum())
        result["jumbles_refused"] = _rounded((confidence[jumble] < threshold).mean())
    if not detail:
        return result
    result["per_kind"] = {
        kind: _rounded(right[kinds == index].mean()) for index, kind in enumerate(SCENE_KINDS) if (kinds == index).any()
    }
    wrong = Counter(zip(kinds[~right].tolist(), guess[~jumble][~right].tolist(), strict=True))
    result["confusions"] = [[SCENE_KINDS[a], SCENE_KINDS[b], count] for (a, b), count in wrong.most_common(12)]
    result["by_objects"] = {
        f"{low}-{high}" if high < 10_000 else f"{low}+": {
            "scenes": int(chosen.sum()),
            "top1": _rounded(right[chosen].mean()),
        }
        for low, high in _OBJECT_BINS
        if (chosen := (counts >= low) & (counts <= high)).any()
    }
    return result


def calibration_error(confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over ``bins`` bins with the same number of scenes each."""
    parts = np.array_split(np.argsort(confidence), bins)
    gaps = [len(part) * abs(confidence[part].mean() - right[part].mean()) for part in parts if len(part)]
    return float(sum(gaps) / len(confidence))


def naive_bayes_accuracy(train_data: SceneSet, test_data: SceneSet) -> float:
    """Top-1 of the simplest rival: naive Bayes on which labels occur."""
    seen = train_data.inputs[:, : len(LABELS)] > 0
    chosen = [seen[train_data.kinds == kind] for kind in range(len(SCENE_KINDS))]
    rates = np.stack([(rows.sum(axis=0) + 1) / (len(rows) + 2) for rows in chosen])
    of_a_kind = test_data.kinds != JUMBLE
    present = (test_data.inputs[of_a_kind, : len(LABELS)] > 0).astype(np.float32)
    logits = present @ np.log(rates).T + (1 - present) @ np.log1p(-rates).T
    return _rounded((logits.argmax(axis=1) == test_data.kinds[of_a_kind]).mean())


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def export_scene_kind(network: SceneMLP, path: Path) -> None:
    """Writes ``network`` (features (N, F) float32 -> logits (N, K)) as ONNX, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".onnx.part")
    torch.onnx.export(
        network.eval(),
        (torch.zeros(2, len(FEATURES)),),
        str(partial),
        input_names=["features"],
        output_names=["logits"],
        dynamic_axes={name: {0: "batch"} for name in ("features", "logits")},
        opset_version=OPSET,
        dynamo=False,
    )
    partial.replace(path)
