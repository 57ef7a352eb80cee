"""Training of the motion network: it sees half a second of a clip and goes on by itself for another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from ml_core.inference.motion.features import FEATURES
from ml_core.networks.motion_lstm import MotionLSTM
from ml_core.training.loop import LoopOptions, Trainer, cosine_rate

_LEAST_SCALE = 0.03
_WARM_UP = 100


@dataclass(frozen=True)
class MotionTrainingConfig:
    """One run. ``seen`` and ``continued`` are frames; ``noise`` shifts all that is seen and ``shake`` each frame, as
    shares of the spread of poses."""

    steps: int = 3000
    minutes: float = 15.0
    batch: int = 48
    seen: int = 15
    continued: int = 20
    hidden: int = 192
    dropout: float = 0.2
    noise: float = 0.05
    shake: float = 0.004
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.01
    ema: float = 0.995
    threads: int = 1
    seed: int = 0


class MotionTrainer(Trainer):
    """Fits a network to clips, which are drawn by their length."""

    def __init__(
        self, clips: Sequence[NDArray[np.float32]], config: MotionTrainingConfig, folder: Path | None, fabric: Fabric
    ) -> None:
        torch.set_num_threads(config.threads)
        options = LoopOptions(config.steps, 250, 50, ema=config.ema, clip=1.0, seed=config.seed, minutes=config.minutes)
        super().__init__(options, config, folder, fabric)
        length = config.seen + config.continued
        self.clips = [torch.from_numpy(_long_enough(clip, length)) for clip in clips]
        self.chances = np.array([len(clip) - length + 1 for clip in self.clips], float)
        self.chances /= self.chances.sum()
        every = torch.from_numpy(np.concatenate(list(clips)))
        network = MotionLSTM(every.mean(0), every.std(0).clamp(min=_LEAST_SCALE), config.hidden, config.dropout)
        self.set_up(
            network, torch.optim.AdamW(network.parameters(), config.learning_rate, weight_decay=config.weight_decay)
        )

    def rate_factors(self) -> Sequence[float]:
        return [cosine_rate(self.progress(), self.step, _WARM_UP)]

    def training_step(self) -> dict[str, float]:
        batch = self.fabric.to_device(self._batch())
        self.network.train()
        network, scale, seen = self.network, self.bare.scale, self.config.seen
        state = self.bare.rest(len(batch))
        # Whole stretches are shifted; frames that shook on their own would drown what moves from one to the next.
        shift = self.config.noise * torch.randn_like(batch[:, :1]) + self.config.shake * torch.randn_like(batch)
        noisy = batch + scale * shift
        pose, losses = noisy[:, 0], []
        for frame in range(1, batch.shape[1]):
            predicted, state = network(pose, state)
            losses.append(((predicted - batch[:, frame]) / scale).abs().mean())
            pose = noisy[:, frame] if frame < seen else predicted
        loss = torch.stack(losses).mean()
        self.update(loss)
        return {"loss": float(loss.detach())}

    def _batch(self) -> Tensor:
        length = self.config.seen + self.config.continued
        rows = []
        for number in self.rng.choice(len(self.clips), self.config.batch, p=self.chances):
            clip = self.clips[number]
            start = int(self.rng.integers(len(clip) - length + 1))
            rows.append(clip[start : start + length])
        return torch.stack(rows)


def _long_enough(clip: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """A clip (F, FEATURES) whose last frame is held until it is ``length`` long."""
    assert clip.shape[1] == FEATURES
    missing = max(length - len(clip), 0)
    return np.concatenate([clip, np.repeat(clip[-1:], missing, axis=0)])
