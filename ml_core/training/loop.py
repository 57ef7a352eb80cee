"""What every training run does alike: the learning rate's course, the average of the weights, checkpoints on disk."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import nn

from ml_core.errors import InputError
from ml_core.networks.view_cnn import ViewCNNConfig

Network = TypeVar("Network", bound=nn.Module)


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
        raise InputError(f"{path}: no trained recogniser ({error}); make one with {script}") from error
    return found.eval(), state["facts"]


def curves_writer(folder: Path) -> Any:
    """A TensorBoard writer where TensorBoard is installed, else ``None``; the log lines say the same."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(folder))


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Saves ``state`` to ``path``, which is whole at any time."""
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    os.replace(partial, path)
