"""What every training run does alike: the learning rate's course, the average of the weights, checkpoints on disk."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import torch
from torch import nn


def cosine_rate(progress: float, step: int, warm_up: int) -> float:
    """Share of the full learning rate at ``progress`` (0..1): a linear start, then half a cosine (Loshchilov 2017)."""
    return max(0.5 * (1 + math.cos(math.pi * progress)) * min(1, (step + 1) / warm_up), 1e-3)


@torch.no_grad()
def average_into(average: nn.Module, network: nn.Module, step: int, ema: float) -> None:
    """One step of the exponential moving average of the weights; young averages forget faster."""
    decay = min(ema, (step + 1) / (step + 20))
    for kept, new in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Saves ``state`` to ``path``, which is whole at any time."""
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    os.replace(partial, path)
