"""Training of the motion network: given half a second of a clip, it continues by itself for another half."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning.fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from ml_core.inference.motion.features import FEATURES, UPPER
from ml_core.networks.motion_lstm import MotionLSTM
from ml_core.training.loop import LoopOptions, Trainer, cosine_rate

_LEAST_SCALE = 0.03
_WARM_UP = 100


@dataclass(frozen=True)
class MotionTrainingConfig:
    """One run. ``seen`` and ``continued`` are frames; ``noise`` shifts all that is seen and ``shake`` each frame, as
    shares of the spread of poses. ``spliced`` and ``mixed`` are shares of a batch, ``pace`` the spread of the logarithm
    of how fast clips are played."""

    steps: int = 300
    minutes: float = 10.0
    batch: int = 32
    seen: int = 15
    continued: int = 20
    hidden: int = 96
    dropout: float = 0.4
    noise: float = 0.05
    shake: float = 0.004
    spliced: float = 0.5
    mixed: float = 0.5
    pace: float = 0.25
    learning_rate: float = 7e-4
    weight_decay: float = 0.1
    ema: float = 0.99
    threads: int = 1
    seed: int = 0


class MotionTrainer(Trainer):
    """Fits a network to clips, which are drawn by their length, and keeps the one that does best on others.

    A few minutes of motion are soon overfitted: what counts is how the network continues the clips of ``validation``.
    """

    def __init__(
        self,
        clips: Sequence[NDArray[np.float32]],
        config: MotionTrainingConfig,
        folder: Path | None,
        fabric: Fabric,
        validation: Sequence[NDArray[np.float32]] = (),
    ) -> None:
        torch.set_num_threads(config.threads)
        options = LoopOptions(config.steps, 50, 50, ema=config.ema, clip=1.0, seed=config.seed, minutes=config.minutes)
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

        self.upper = torch.from_numpy(UPPER)
        self.best = copy.deepcopy(self.average)
        self.stateful["best"] = self.best
        self.notes["best"] = math.inf
        length = config.seen + config.continued
        rows = [clip[s : s + length] for clip in validation for s in range(0, len(clip) - length + 1, 3)]
        self.validation = torch.from_numpy(np.stack(rows)) if rows else None

    def evaluate(self) -> dict[str, float]:
        """Error on the clips of validation as a fraction of the spread; the best network so far is kept."""
        if self.validation is None:
            self.best.load_state_dict(self.average.state_dict())
            return {}
        batch = self.fabric.to_device(self.validation)
        with torch.inference_mode():
            state, pose, errors = self.average.rest(len(batch)), batch[:, 0], []
            for frame in range(1, batch.shape[1]):
                predicted, state = self.average(pose, state)
                seen = frame < self.config.seen
                if not seen:
                    errors.append(((predicted - batch[:, frame]) / self.average.scale).abs().mean())
                pose = batch[:, frame] if seen else predicted
        error = float(torch.stack(errors).mean())
        if error < self.notes["best"]:
            self.notes["best"] = error
            self.best.load_state_dict(self.average.state_dict())
        return {"validation": error}

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
        """Stretches of clips, played faster or slower; of half of them the upper body is another clip's, and half are
        mixed with another: together, people move in more ways than in any one clip."""
        count = self.config.batch
        rows, others = self._stretches(count), self._stretches(count)
        spliced = torch.from_numpy(self.rng.random(count) < self.config.spliced)[:, None, None]
        rows = torch.where(spliced & self.upper, others, rows)
        mixed = torch.from_numpy(self.rng.random(count) < self.config.mixed)[:, None, None]
        share = torch.from_numpy(self.rng.uniform(0.2, 0.8, count).astype(np.float32))[:, None, None]
        return torch.where(mixed, rows * share + self._stretches(count) * (1 - share), rows)

    def _stretches(self, count: int) -> Tensor:
        length = self.config.seen + self.config.continued
        rows = []
        for number in self.rng.choice(len(self.clips), count, p=self.chances):
            clip = self.clips[number]
            pace = min(float(np.exp(self.rng.normal(0, self.config.pace))), (len(clip) - 1) / (length - 1))
            start = self.rng.uniform(0, len(clip) - 1 - pace * (length - 1))
            at = np.clip(start + pace * np.arange(length), 0, len(clip) - 1)
            low = np.minimum(at.astype(np.int64), len(clip) - 2)
            share = torch.from_numpy((at - low).astype(np.float32))[:, None]
            rows.append(clip[low] * (1 - share) + clip[low + 1] * share)
        return torch.stack(rows)


def _long_enough(clip: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """A clip (F, FEATURES) whose last frame is held until it is ``length`` long."""
    assert clip.shape[1] == FEATURES
    missing = max(length - len(clip), 0)
    return np.concatenate([clip, np.repeat(clip[-1:], missing, axis=0)])
