"""The loop of every training run: a trainer adds its networks, its step, its learning rates and its scores.

Devices and precision are Lightning Fabric's, the average of the weights is torch's ``AveragedModel``, learning rates
are torch's schedulers. A run can stop after any step and resumes from its checkpoint with identical numbers.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from lightning.fabric import Fabric
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR, LRScheduler
from torch.optim.swa_utils import AveragedModel

from ml_core.errors import AtelierError, InputError, Message
from ml_core.files import read_json

CHECKPOINT, CONFIG = "checkpoint.pt", "config.json"


class Stateful(Protocol):
    """A part of a checkpoint: a network or an optimizer."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any: ...


@dataclasses.dataclass(frozen=True)
class LoopOptions:
    """How long a run trains, and how often it logs and saves.

    ``minutes`` of computing end the run before its last step: on a CPU minutes of CPU time a thread, or with
    ``wall_clock`` those of the clock. ``clip`` is the greatest norm of the gradient, ``ema`` the decay of the average,
    which at 0 is the network itself.
    """

    steps: int
    save_every: int
    log_every: int
    ema: float = 0.0
    clip: float = math.inf
    seed: int = 0
    minutes: float = math.inf
    wall_clock: bool = True


class Trainer(ABC):
    """One training run in ``folder``: config.json, checkpoint.pt and TensorBoard curves; without one, nothing is kept.

    A subclass builds its networks, hands the trained one to :meth:`set_up`, and implements :meth:`training_step` and
    :meth:`rate_factors` or :meth:`schedule`. Whatever else a checkpoint must hold goes into :attr:`stateful` (networks,
    optimizers) and :attr:`notes` (plain values).
    """

    network: Any
    optimizer: Any

    def __init__(self, options: LoopOptions, config: Any, folder: Path | None, fabric: Fabric) -> None:
        """``config`` is the dataclass that config.json records; seeds every generator of random numbers."""
        self.options, self.config, self.folder, self.fabric = options, config, folder, fabric
        fabric.seed_everything(options.seed, verbose=False)
        self.rng = self._own_rng()
        self.step, self.seconds = 0, 0.0
        self.stateful: dict[str, Stateful] = {}
        self.notes: dict[str, Any] = {}

    def set_up(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Move ``network`` to Fabric's device, wrapped for its precision and strategy, and start its average."""
        self._averaged = averaged(network, self.options.ema)
        self.network, self.optimizer = self.fabric.setup(network, optimizer)
        self._averaged.to(self.fabric.device)
        self.stateful |= {"network": self.bare, "average": self.average, "optimizer": self.optimizer}

    @property
    def bare(self) -> Any:
        """The trained network without Fabric's wrapper."""
        return self.network.module

    @property
    def average(self) -> Any:
        """The exponential moving average of the trained network, which is what a run is for."""
        return self._averaged.module

    @abstractmethod
    def training_step(self) -> dict[str, float]:
        """One step: draw a batch, pass its loss to :meth:`update`, return the values to log, the loss among them."""

    def rate_factors(self) -> Sequence[float]:
        """Factor of the learning rate of each of the optimizer's groups at the current step."""
        raise NotImplementedError

    def evaluate(self) -> dict[str, float]:
        """Scores to log at a checkpoint, before it is written; by default none."""
        return {}

    def update(self, loss: Tensor) -> None:
        """One optimizer step on the gradient of ``loss``, and one update of the average.

        Raises:
            AtelierError: the gradient is not finite; nothing was changed.
        """
        self.optimizer.zero_grad(set_to_none=True)
        self.fabric.backward(loss)
        norm = self.fabric.clip_gradients(
            self.network, self.optimizer, max_norm=self.options.clip, error_if_nonfinite=False
        )
        self._check_finite({"loss": float(loss.detach()), "gradient": float(norm)})  # type: ignore[arg-type]
        self.optimizer.step()
        self._averaged.update_parameters(self.bare)

    def progress(self) -> float:
        """Share (0..1) of the steps or of the time that is used, whichever is further on."""
        return max(self.step / self.options.steps, self.seconds / 60 / self.options.minutes)

    def fit(
        self,
        stop: int | None = None,
        report: Callable[[str], None] = lambda line: print(line, flush=True),
        stop_now: Callable[[], bool] = lambda: False,
        after_save: Callable[[], None] = lambda: None,
    ) -> None:
        """Train from the current step to the end of the budget.

        Args:
            stop: end after this step. stop_now: called after every step; training ends when it returns true. report:
                called with each line of the log. after_save: called after each checkpoint.

        Raises:
            AtelierError: a value is not finite; the last checkpoint stays as it is.
        """
        options, end = self.options, min(stop or self.options.steps, self.options.steps)
        curves = None
        if self.folder is not None and self.fabric.is_global_zero:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / CONFIG).write_text(json.dumps(dataclasses.asdict(self.config), indent=1), encoding="utf-8")
            curves = curves_writer(self.folder / "curves")
        clock = time.monotonic if options.wall_clock or self.fabric.device.type != "cpu" else _cpu_time
        began, began_at, first = clock() - self.seconds, time.monotonic(), self.step
        sums: dict[str, list[float]] = {}
        schedule = self.schedule()
        while self.step < end and self.progress() < 1:
            values = self.training_step()
            self._check_finite(values)
            for name, value in values.items():
                sums.setdefault(name, []).append(value)
            self.step += 1
            self.seconds = clock() - began
            schedule.step()
            if stop_now():
                end = self.step
            is_last = self.step >= end or self.progress() >= 1
            saves = is_last or self.step % options.save_every == 0
            if not (saves or self.step % options.log_every == 0):
                continue
            shown = {name: float(np.mean(recent)) for name, recent in sums.items()}
            sums = {}
            if saves:
                shown |= self.evaluate()
                self.save()
                after_save()
                self.fabric.barrier()
            if self.fabric.is_global_zero:
                spent = time.monotonic() - began_at
                pace = (self.step - first) / max(spent, 1e-9)
                self._log(shown, pace, curves, report)
        if curves is not None:
            curves.close()

    def _log(self, values: dict[str, float], pace: float, curves: Any, report: Callable[[str], None]) -> None:
        """Write one line and one point of each curve; ``pace`` in steps a second."""
        if curves is not None:
            for name, value in values.items():
                curves.add_scalar(name, value, self.step)
        left = (self.options.steps - self.step) / pace / 60
        if math.isfinite(self.options.minutes):
            left = min(left, self.options.minutes - self.seconds / 60)
        facts = "  ".join(f"{name} {value:.4f}" for name, value in values.items())
        report(f"step {self.step}/{self.options.steps}  {facts}  {pace:.1f} steps/s  {max(left, 0):.0f} min left")

    def schedule(self) -> LRScheduler:
        """The learning rates from the current step on, which follow from the progress, so that none of it is saved."""
        count = len(self.optimizer.param_groups)
        factors: list[Callable[[int], float]] = [
            partial(lambda group, _step: self.rate_factors()[group], group) for group in range(count)
        ]
        return LambdaLR(self.optimizer.optimizer, factors, last_epoch=self.step - 1)

    def _check_finite(self, values: dict[str, float]) -> None:
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        if broken:
            again = Message("resume from the last checkpoint in {folder}", folder=self.folder)
            raise AtelierError(
                "training stopped at step {step}: {broken} is not a finite number; {again} with a lower learning rate",
                step=self.step,
                broken=", ".join(broken),
                again=again if self.folder else Message("start again"),
            )

    def save(self) -> None:
        """Write the checkpoint atomically; tensors, plain values and JSON text alone, which load without pickle."""
        if self.folder is None or not self.fabric.is_global_zero:
            return
        state: dict[str, Any] = {name: part.state_dict() for name, part in self.stateful.items()}
        state |= {
            "averaged": int(self._averaged.n_averaged),
            "torch_rng": torch.get_rng_state(),
            "numpy_rng": json.dumps(self.rng.bit_generator.state),
            "step": self.step,
            "seconds": self.seconds,
            "notes": self.notes,
        }
        if self.fabric.device.type == "cuda":
            state["cuda_rng"] = torch.cuda.get_rng_state(self.fabric.device)
        write_state(self.folder / CHECKPOINT, state)

    def resume(self) -> None:
        """Resume from the checkpoint in the folder, with the random numbers that come next.

        Raises:
            InputError: there is none, or it is of another configuration.
        """
        if self.folder is None:
            raise InputError("this run keeps no checkpoint to resume from")
        path = self.folder / CHECKPOINT
        state = read_checkpoint(path, self.fabric.device)
        try:
            for name, part in self.stateful.items():
                part.load_state_dict(state[name])
            self._averaged.n_averaged.fill_(state["averaged"])
            self.step, self.seconds, self.notes = state["step"], state["seconds"], state["notes"]
            torch.set_rng_state(state["torch_rng"].cpu())
            if "cuda_rng" in state and self.fabric.device.type == "cuda":
                torch.cuda.set_rng_state(state["cuda_rng"].cpu(), self.fabric.device)
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            raise InputError("{path}: cannot resume from this file ({reason})", path=path, reason=error) from error
        if self.fabric.world_size == 1:
            self.rng.bit_generator.state = read_json(state["numpy_rng"], f"{path}: numpy_rng")
        else:  # the file has the numbers of one process of several
            self.rng.bit_generator.state = self._own_rng(self.step).bit_generator.state

    def _own_rng(self, *words: int) -> np.random.Generator:
        """Each process of a distributed run draws batches of its own."""
        return np.random.default_rng([self.options.seed, self.fabric.global_rank, *words])


def averaged(network: nn.Module, ema: float) -> AveragedModel:
    """The exponential moving average of the parameters and buffers of ``network``; young averages forget faster."""

    def blend(kept: Sequence[Tensor], new: Sequence[Tensor], count: Tensor | int) -> None:
        decay = min(ema, int(count) / (int(count) + 19))
        for average, value in zip(kept, new, strict=True):
            if average.is_floating_point():
                average.lerp_(value, 1 - decay)
            else:
                average.copy_(value)

    average = AveragedModel(network, multi_avg_fn=blend, use_buffers=True).eval().requires_grad_(False)
    average.n_averaged.fill_(1)  # the untrained weights are the first of the average
    return average


def open_fabric(device: str = "auto", devices: int = 1, precision: str = "32-true", strategy: str = "auto") -> Fabric:
    """Lightning Fabric on the ``device`` (auto, cpu, cuda, …); with several, every process has started on return.

    ``precision`` auto is bf16-mixed on a GPU and 32-true elsewhere.
    """
    if precision == "auto":
        precision = "bf16-mixed" if device != "cpu" and torch.cuda.is_available() else "32-true"
    fabric = Fabric(accelerator=device, devices=devices, strategy=strategy, precision=precision)  # type: ignore[arg-type]
    fabric.launch()
    return fabric


def cosine_rate(progress: float, step: int, warm_up: int) -> float:
    """Share of the full learning rate at ``progress`` (0..1): a linear start, then half a cosine (Loshchilov 2017)."""
    return max(0.5 * (1 + math.cos(math.pi * progress)) * min(1, (step + 1) / warm_up), 1e-3)


def read_checkpoint(path: Path, device: torch.device | str = "cpu") -> dict[str, Any]:
    """Read the checkpoint that :meth:`Trainer.save` wrote.

    Raises:
        InputError: the file is missing, or no checkpoint.
    """
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except Exception as error:
        raise InputError("{path}: cannot resume from this file ({reason})", path=path, reason=error) from error


def curves_writer(folder: Path) -> Any:
    """A TensorBoard writer where TensorBoard is installed, else ``None``; the log lines have the same values."""
    try:
        from torch.utils.tensorboard import SummaryWriter  # its import fails where TensorBoard is not installed
    except ImportError:
        return None
    return SummaryWriter(str(folder))


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Save ``state`` to ``path`` atomically."""
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    os.replace(partial, path)


def _cpu_time() -> float:
    """Seconds of work of this process and thread: the same on a busy machine as on an idle one."""
    return time.process_time() / max(torch.get_num_threads(), 1)
