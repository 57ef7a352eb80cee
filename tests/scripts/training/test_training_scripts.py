"""What the training scripts share: a run ends after its step on Ctrl-C, and which network a run folder holds."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("lightning", reason="Lightning Fabric trains the networks (extra 'train'); it is not installed")

from ml_core.errors import InputError
from scripts.lib.training import run_training
from scripts.training.export_weights import kind_of


class Steps:
    """A trainer of ten steps, of which ``interrupt`` comes in the third."""

    def __init__(self, interrupts: int) -> None:
        self.step, self.interrupts = 0, interrupts

    def fit(self, stop: int | None, stop_now: Callable[[], bool]) -> None:
        while self.step < 10 and not stop_now():
            for _ in range(self.interrupts if self.step == 2 else 0):
                os.kill(os.getpid(), signal.SIGINT)
            self.step += 1


def trained(interrupts: int) -> tuple[int, Any]:
    trainer: Any = Steps(interrupts)
    return run_training(trainer), trainer


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal are another thing there")
def test_ctrl_c_ends_a_run_after_its_step(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert trained(0)[0] == 0
    code, trainer = trained(1)
    assert (code, trainer.step) == (130, 3)
    assert "stopped at step 3" in capsys.readouterr().out
    with pytest.raises(KeyboardInterrupt):
        trained(2)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_folder_without_an_exportable_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.json is missing"):
        kind_of(tmp_path)
    (tmp_path / "config.json").write_text('{"channels": [8, 8, 4]}')
    with pytest.raises(InputError, match="cannot be exported"):
        kind_of(tmp_path)
    (tmp_path / "config.json").write_text('{"architecture": "views"}')
    assert kind_of(tmp_path) == "objects"
