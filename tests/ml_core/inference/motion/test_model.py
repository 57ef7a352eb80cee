"""The shipped network of motions: it goes on better than doing nothing, and its variations are sound."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml_core.errors import InputError
from ml_core.geometry.motion.clip import shipped_clips
from ml_core.inference.motion.features import FEATURES, features, posed
from ml_core.inference.motion.model import SHIPPED, MotionModel, shipped_model


def card() -> dict:
    return json.loads(SHIPPED.with_suffix(".json").read_text(encoding="utf-8"))


def test_features_say_the_pose() -> None:
    clip = shipped_clips()["DANCE"]
    back = posed(features(clip), clip)
    assert features(clip).shape == (len(clip), FEATURES)
    assert np.abs(np.sum(back.rotations * clip.rotations, axis=-1)).min() > 1 - 1e-5
    assert np.allclose(back.hips, clip.hips, atol=1e-6)


def test_on_clips_held_out_it_is_nearer_than_the_baselines() -> None:
    errors = card()["metrics"]["error cm"]
    for seconds, error in errors["lstm"].items():
        assert error < errors["mean pose"][seconds], seconds
        if seconds != "1 s":  # further ahead, nothing that was learned from four minutes helps
            assert error < errors["repeat the last pose"][seconds], seconds
    assert SHIPPED.stat().st_size < 5_000_000
    assert card()["metrics"]["sole slides cm/s in variations, on the ground"] < 1


def test_it_goes_on_from_what_it_saw() -> None:
    """Mean of many beginnings of walks, talks and dances, a fifth of a second ahead."""
    errors, still = [], []
    for motion in ("WALK", "TALK", "DANCE", "SNEAK"):
        clip = features(shipped_clips()[motion])
        for start in range(0, len(clip) - 22, 2):
            following = shipped_model().continued(clip[None, start : start + 15], 6)[0]
            real = clip[start + 15 : start + 21]
            errors.append(np.abs(following - real).mean())
            still.append(np.abs(clip[start + 14] - real).mean())
    assert np.mean(errors) < 0.95 * np.mean(still)


@pytest.mark.parametrize("motion", ["IDLE", "WALK", "WAVE"])
def test_variations_differ_and_are_the_same_motion(motion: str) -> None:
    clip = shipped_clips()[motion]
    made = [shipped_model().varied(clip, seed) for seed in range(4)]
    assert made[0] is clip
    assert len({len(one) for one in made} | {float(np.round(one.rotations[5, 8], 6).sum()) for one in made}) > 3
    again = shipped_model().varied(clip, 2)
    assert np.array_equal(again.rotations, made[2].rotations)
    for one in made[1:]:
        assert one.loops == clip.loops
        assert 0.75 < one.seconds / clip.seconds < 1.3
        assert np.linalg.norm(one.rotations, axis=-1) == pytest.approx(1, abs=1e-5)
        step = np.abs(np.sum(one.rotations[1:] * one.rotations[:-1], axis=-1))
        assert np.degrees(2 * np.arccos(np.clip(step, 0, 1))).max() < 30
        assert np.abs(one.hips - clip.hips.mean(axis=0)).max() < 0.4
        if clip.loops:
            assert np.abs(np.sum(one.rotations[0] * one.rotations[-1], axis=-1)).min() > 1 - 1e-4
        else:
            assert np.allclose(one.rotations[0], clip.rotations[0], atol=1e-3)


def test_a_crowd_is_not_in_step() -> None:
    clip = shipped_clips()["WALK"]
    times = np.arange(30) / 30
    steps = [shipped_model().varied(clip, seed).at(times).contact[:, 0] for seed in range(1, 9)]
    assert len({row.tobytes() for row in steps}) > 5


def test_an_extended_motion_goes_on_without_a_jump() -> None:
    clip = shipped_clips()["WAVE"]
    longer = shipped_model().extended(clip, 1.0)
    assert len(longer) == len(clip) + 30
    step = np.abs(np.sum(longer.rotations[1:] * longer.rotations[:-1], axis=-1))
    assert np.degrees(2 * np.arccos(np.clip(step, 0, 1)))[len(clip) - 1 :].max() < 15


def test_weights_that_are_missing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        MotionModel.load(tmp_path / "gone.onnx")
