"""The compiler of motions: the shipped clips come out of the recordings again, and bad input ends in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml_core.geometry.motion.clip import shipped_clips
from scripts.data.compile_motions import all_clips, main
from scripts.training import train_motion


def test_the_recordings_give_the_shipped_clips(data_dir: Path) -> None:
    made = all_clips(data_dir / "motion")
    assert list(made) == list(shipped_clips())
    for name, clip in shipped_clips().items():
        assert np.allclose(np.abs(np.sum(made[name].rotations * clip.rotations, axis=-1)), 1, atol=1e-3), name
        assert np.allclose(made[name].hips, clip.hips, atol=2e-3), name
        # The pace of a jog depends a little on the body that it is measured on.
        assert (made[name].contact == clip.contact).mean() > 0.9, name


@pytest.mark.parametrize("damage", ["no folder", "no GLB"])
def test_what_cannot_be_read_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str) -> None:
    if damage == "no GLB":
        (tmp_path / "mesh2motion").mkdir()
        for name in ("human-base-animations.glb", "human-addon-animations.glb"):
            (tmp_path / "mesh2motion" / name).write_bytes(b"glTF" + b"\0" * 40)
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out.npz")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out.npz").exists()


def test_a_training_without_clips_says_where_to_find_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train_motion.main(["--data", str(tmp_path), "--out", str(tmp_path / "m.onnx")]) == 2
    assert "--data" in capsys.readouterr().err
