"""A short training learns, goes on from its checkpoint, and is exported with the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from ml_core.geometry.motion.clip import shipped_clips  # noqa: E402
from ml_core.inference.motion.features import features  # noqa: E402
from ml_core.inference.motion.model import MotionModel  # noqa: E402
from ml_core.networks.motion_lstm import MotionLSTM  # noqa: E402
from ml_core.training.cards import write_card  # noqa: E402
from ml_core.training.loop import open_fabric  # noqa: E402
from ml_core.training.motion.results import export_motion  # noqa: E402
from ml_core.training.motion.trainer import MotionTrainer, MotionTrainingConfig  # noqa: E402

CONFIG = MotionTrainingConfig(steps=30, batch=8, seen=6, continued=4, hidden=24, minutes=5)


def clips() -> list[np.ndarray]:
    return [features(shipped_clips()[name]) for name in ("WALK", "NOD", "DANCE")]


def test_it_learns_and_resumes(tmp_path: Path) -> None:
    trainer = MotionTrainer(clips(), CONFIG, tmp_path, open_fabric("cpu"))
    losses: list[float] = []
    step = trainer.training_step
    trainer.training_step = lambda: (values := step(), losses.append(values["loss"]))[0]  # type: ignore[method-assign]
    trainer.fit(stop=25, report=lambda line: None)
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    later = MotionTrainer(clips(), CONFIG, tmp_path, open_fabric("cpu"))
    later.resume()
    assert later.step == 25
    assert torch.equal(later.bare.out.weight, trainer.bare.out.weight)


def test_the_exported_file_has_the_numbers_of_the_network(tmp_path: Path) -> None:
    torch.manual_seed(1)
    rows = torch.from_numpy(np.concatenate(clips()))
    network = MotionLSTM(rows.mean(0), rows.std(0).clamp(min=0.03), 16)
    torch.nn.init.normal_(network.out.weight, std=0.1)
    path = tmp_path / "m.onnx"
    export_motion(network.eval(), path)
    write_card(path, {"state": network.state_size, "scale": network.scale.tolist()})
    seen = clips()[0][None, :9]
    made = MotionModel.load(path, "cpu").continued(np.repeat(seen, 3, axis=0), 4)
    with torch.inference_mode():
        state, pose = network.rest(1), torch.from_numpy(seen[:, 0])
        for frame in range(1, 9):
            _, state = network(pose, state)
            pose = torch.from_numpy(seen[:, frame])
        for number in range(4):
            pose, state = network(pose, state)
            assert np.allclose(made[2, number], pose[0].numpy(), atol=1e-4)
