"""Batches of views: drawn by class and pack, and varied once more in ways that cost nothing at this point."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml_core.datasets.meshes.objects import UNKNOWN, ObjectMesh
from ml_core.inference.recognition.views import SIZE
from ml_core.training.objects.config import RecognizerTrainingConfig
from ml_core.training.objects.views import ViewSet


def draw_weights(meshes: list[ObjectMesh], data: ViewSet, config: RecognizerTrainingConfig) -> NDArray[np.float64]:
    """Probability (N,) of each view set: classes balanced, and within a class no pack dominates."""
    number_of = {key: number for number, key in enumerate(sorted({(mesh.source, mesh.pack) for mesh in meshes}))}
    pack = np.array([number_of[meshes[item].source, meshes[item].pack] for item in data.mesh])
    weights = np.zeros(len(data.labels))
    for label in np.unique(data.labels):
        of_class = data.labels == label
        for number in np.unique(pack[of_class]):
            chosen = of_class & (pack == number)
            count = len(np.unique(data.mesh[chosen]))
            weights[chosen] = count ** (1 - config.pack_power) / chosen.sum()
        share = len(np.unique(data.mesh[of_class])) ** config.class_power
        weights[of_class] *= (1 if label == UNKNOWN else share) / weights[of_class].sum()
    known = data.labels != UNKNOWN
    weights[known] *= (1 - config.negatives) / weights[known].sum()
    if not known.all():
        weights[~known] *= config.negatives / weights[~known].sum()
    return weights / weights.sum()


def varied_batch(
    views: NDArray[np.uint8], sizes: NDArray[np.float32], config: RecognizerTrainingConfig, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """(B, views_around + 1, 3, S, S) uint8 and (B, 4): some of the views, the top last; see the network's input."""
    batch = []
    for item in views:
        order = rng.permutation(5)[: config.views_around]
        batch.append(_varied(item[[*order, 5]], config.normals_hidden, rng))
    flags = rng.random((len(sizes), 1)) >= config.size_dropped
    scale = np.exp(rng.normal(0, config.size_jitter, (len(sizes), 1)))
    with_flag = np.concatenate([sizes * scale, flags], axis=1).astype(np.float32)
    return torch.from_numpy(np.stack(batch)), torch.from_numpy(with_flag)


def varied_points(points: NDArray[np.float16], count: int, rng: np.random.Generator) -> Tensor:
    """(B, count, 3) float32: drawn, scaled and shifted at random, as PointNet and SimpleView are trained."""
    points = points[:, rng.permutation(points.shape[1])[:count]]
    scale = rng.uniform(0.8, 1.25, (len(points), 1, 3))
    scale[..., 0] *= rng.choice([-1, 1], (len(points), 1))
    shift = rng.uniform(-0.1, 0.1, (len(points), 1, 3))
    return torch.from_numpy((points.astype(np.float32) * scale + shift).astype(np.float32))


def _varied(views: NDArray[np.uint8], normals_hidden: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Mirrors, shifts, erases a box of one view, hides the normals, at random."""
    views = views.copy()
    if rng.random() < 0.5:
        views = views[..., ::-1].copy()
        views[:, 1] = np.where(views[:, 1] == 0, 255, 256 - np.maximum(views[:, 1], 1).astype(np.int16))
    down, right = rng.integers(-3, 4, 2)
    views = np.roll(views, (down, right), axis=(-2, -1))
    if rng.random() < 0.3:
        height, width = rng.integers(8, 28, 2)
        top, left = rng.integers(0, SIZE - height), rng.integers(0, SIZE - width)
        box = views[rng.integers(len(views)), :, top : top + height, left : left + width]
        box[0], box[1:] = 0, 128
    if rng.random() < normals_hidden:
        views[:, 1:] = 128
    return views
