"""The end that the training scripts share: run, and on Ctrl-C keep what there is."""

from __future__ import annotations

from typing import Protocol


class Trainer(Protocol):
    step: int

    def run(self) -> None: ...

    def save(self) -> None: ...


def run_training(trainer: Trainer) -> int:
    """Runs ``trainer`` to its end and returns the exit code: 130 after Ctrl-C, with the checkpoint written."""
    try:
        trainer.run()
    except KeyboardInterrupt:
        trainer.save()
        print(f"stopped at step {trainer.step}; go on with --resume")
        return 130
    return 0
