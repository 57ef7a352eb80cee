"""How a training run reports its progress to Blender: its status file, kept alive by a thread, and its sample picture."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from ml_core.vocabulary.training_runs import HEARTBEAT, SAMPLE, STOP, RunStatus, write_status

if TYPE_CHECKING:  # imports torch, which takes seconds: the status is written before
    from ml_core.training.loop import Trainer

SAMPLE_RESOLUTION = 384


class RunReport:
    """Writes the status of the run in ``folder``, at every change of state and every few seconds; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status = RunStatus(pid=os.getpid())
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._began, self._share_at_begin = time.monotonic(), 0.0

    def __enter__(self) -> RunReport:
        self.update(state="starting")
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def is_stop_wanted(self) -> bool:
        return (self.folder / STOP).exists()

    def update(self, **changes: Any) -> None:
        """Changes fields of the status and writes it."""
        with self._lock:
            self.status = dataclasses.replace(self.status, **changes, time=time.time())
            write_status(self.folder, self.status)

    def train(self, share: float) -> None:
        """Training begins at ``share`` of its budget: the time left is estimated from the pace from here on."""
        self._began, self._share_at_begin = time.monotonic(), share
        self.update(state="training", share=share)

    def follow(self, trainer: Trainer, after_save: Callable[[], None]) -> bool:
        """Train to the end, or until the user stops it, with the status kept up to date; True when it was stopped."""
        self.train(trainer.progress())
        trainer.fit(stop_now=lambda: self.at(trainer.step, trainer.progress()), after_save=after_save)
        self.update(share=min(trainer.progress(), 1.0), step=trainer.step, seconds_left=-1.0)
        return trainer.progress() < 1

    def at(self, step: int, share: float) -> bool:
        """Remembers, without writing, how far training is; True when it should stop."""
        done, spent = share - self._share_at_begin, time.monotonic() - self._began
        left = spent * (1 - share) / done if done > 0 and spent > 3 else -1.0
        with self._lock:
            self.status = dataclasses.replace(self.status, step=step, share=min(share, 1.0), seconds_left=left)
        return self.is_stop_wanted

    def show(self, picture: Image.Image) -> None:
        """Replaces the sample picture, shrunk to :data:`SAMPLE_RESOLUTION`."""
        picture.thumbnail((SAMPLE_RESOLUTION, SAMPLE_RESOLUTION), Image.Resampling.LANCZOS)
        partial = self.folder / f"{SAMPLE}.part"
        picture.save(partial, format="PNG")
        try:
            os.replace(partial, self.folder / SAMPLE)
        except PermissionError:  # Windows, while Blender reads the last one; the next one is not far
            return
        self.update(sample=self.status.sample + 1)

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            self.update()
