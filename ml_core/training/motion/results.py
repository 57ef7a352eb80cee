"""Figures of the motion network compared with simple baselines, and its export."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ml_core.geometry.motion.clip import FPS, MotionClip, shipped_clips
from ml_core.geometry.motion.skeleton import BODY_JOINTS, INDEX, Skeleton
from ml_core.inference.motion.features import FEATURES, features, posed
from ml_core.inference.motion.model import MotionModel
from ml_core.networks.motion_lstm import MotionLSTM
from ml_core.training.cards import write_card
from ml_core.training.export import partial_file, store_small, write_onnx
from ml_core.training.motion.trainer import MotionTrainer

Array = NDArray[np.floating]

HORIZONS = (0.1, 0.2, 0.33, 0.5, 0.67, 1.0)
"""Seconds ahead."""
_STRIDE = 2


def export_motion(network: MotionLSTM, path: Path) -> None:
    """Write ``network`` as ONNX, atomically."""
    partial = partial_file(path)
    example = (torch.zeros(2, FEATURES), network.rest(2))
    write_onnx(network, example, partial, ["pose", "state"], ["next", "next_state"])
    store_small(partial)
    partial.replace(path)


def positions(values: Array, skeleton: Skeleton) -> Array:
    """(F, joints, 3) in meters of features (F, FEATURES) on one skeleton."""
    still = shipped_clips()["IDLE"].part(0, 1)
    row = np.zeros(len(values), np.int64)
    base = MotionClip(still.rotations[row], still.hips[row], still.root[row], still.contact[row])
    clip = posed(values, base)
    at = skeleton.places(clip.turned, clip.hips * skeleton.leg)
    return np.stack([at[joint] for joint in BODY_JOINTS if joint in INDEX], axis=1)


def scores(
    model: MotionModel, held_out: Sequence[NDArray[np.float32]], mean: Array, skeleton: Skeleton, seen: int
) -> dict[str, Any]:
    """Mean distance of joints in cm from the true positions, by seconds ahead, on held-out clips.

    Baselines: the last pose repeated, the last velocity continued, and the mean pose of training.
    """
    frames = [round(seconds * FPS) for seconds in HORIZONS]
    inputs, truths = [], []
    for clip in held_out:
        for start in range(0, len(clip) - seen - frames[-1] + 1, _STRIDE):
            inputs.append(clip[start : start + seen])
            truths.append(clip[start + seen : start + seen + frames[-1]])
    seen_rows, truth = np.stack(inputs), np.stack(truths)
    velocity = (seen_rows[:, -1] - seen_rows[:, -2])[:, None]
    ahead = np.arange(1, frames[-1] + 1)[None, :, None]
    guesses = {
        "lstm": model.continued(seen_rows, frames[-1]),
        "repeat the last pose": np.repeat(seen_rows[:, -1:], frames[-1], axis=1),
        "keep the last velocity": seen_rows[:, -1:] + velocity * ahead,
        "mean pose": np.broadcast_to(mean.astype(np.float32), truth.shape),
    }
    picked = [frame - 1 for frame in frames]
    real = positions(truth[:, picked].reshape(-1, FEATURES), skeleton)
    table = {}
    for name, guess in guesses.items():
        made = positions(guess[:, picked].reshape(-1, FEATURES), skeleton)
        error = np.linalg.norm(made - real, axis=2).mean(axis=1).reshape(-1, len(frames)).mean(axis=0)
        table[name] = {f"{seconds:g} s": round(float(e) * 100, 2) for seconds, e in zip(HORIZONS, error, strict=True)}
    return {"windows": len(inputs), "clips": len(held_out), "error cm": table}


def variety(model: MotionModel, skeleton: Skeleton, seeds: int = 8) -> dict[str, float]:
    """How far variations of the shipped loops are from one another at the same time, and from the clip, in cm."""
    apart, from_clip = [], []
    for name in ("IDLE", "WALK", "TALK", "DANCE"):
        clip = shipped_clips()[name]
        times = np.arange(60) / FPS
        made = [positions(features(model.varied(clip, seed).at(times)), skeleton) for seed in range(1, seeds + 1)]
        own = positions(features(clip.at(times)), skeleton)
        from_clip += [np.linalg.norm(item - own, axis=2).mean() for item in made]
        apart += [np.linalg.norm(a - b, axis=2).mean() for n, a in enumerate(made) for b in made[n + 1 :]]
    return {
        "from one another": round(float(np.mean(apart)) * 100, 2),
        "from the clip": round(float(np.mean(from_clip)) * 100, 2),
    }


def export_run(
    trainer: MotionTrainer,
    held_out: Sequence[NDArray[np.float32]],
    names: Sequence[str],
    skeleton: Skeleton,
    sliding: Any,
    path: Path,
    command: str,
) -> dict[str, Any]:
    """Write the trained network with its card to ``path``; its metrics.

    Args:
        names: of the held-out clips. sliding: centimeters a second of standing soles of a clip.
    """
    network = trainer.best.cpu()
    export_motion(network, path)
    facts = {"state": network.state_size, "scale": [round(float(v), 6) for v in network.scale]}
    write_card(path, facts)
    model = MotionModel.load(path, "cpu")
    metrics: dict[str, Any] = scores(model, held_out, np.asarray(network.mean), skeleton, trainer.config.seen)
    metrics["variations cm apart"] = variety(model, skeleton)
    slid = [
        sliding(model.varied(shipped_clips()[name], seed)) for name in ("IDLE", "WALK", "TALK") for seed in (1, 2, 3)
    ]
    metrics["sole slides cm/s in variations, on the ground"] = round(float(np.mean(slid)), 3)
    card = {
        "what": "How a pose goes on: continues a motion, and varies it so that a crowd does not move in step",
        "data": "clips of Mesh2Motion and of KayKit by Kay Lousberg, brought to the humanoid's joints",
        "data_licence": "CC0-1.0",
        "licence": "GPL-3.0-or-later",
        "limits": "learned from four minutes of motion: what is like none of it is "
        "carried on for a few tenths of a second and then come to rest; fingers and the root are not continued",
        **facts,
        "held_out": list(names),
        "metrics": metrics,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "training": {"command": command, "configuration": dataclasses.asdict(trainer.config)},
    }
    write_card(path, card)
    return metrics
