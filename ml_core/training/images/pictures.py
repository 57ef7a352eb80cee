"""Pictures of meshes as the image recognizer is scored on them: gray, three-quarter, before a plain background."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml_core.datasets.meshes.objects import ObjectMesh
from ml_core.errors import InputError
from ml_core.inference.recognition.images import SIZE, network_input
from ml_core.training.images.light import plain_luma
from ml_core.training.images.views import COVERAGE, Camera, trace

THREE_QUARTER = (Camera(35, 25, 30), Camera(-35, 25, 30))
"""The front from its left and from its right, as objects are usually shown."""
_PICTURE, _BACKDROP = 160, (0.88, 0.88, 0.88)


@dataclass(frozen=True)
class Pictures:
    """inputs: (N, 2, SIZE, SIZE) uint8 of ``network_input``; labels: (N,) int64; mesh: (N,) int64."""

    inputs: NDArray[np.uint8]
    labels: NDArray[np.int64]
    mesh: NDArray[np.int64]


def cut_out(mesh: ObjectMesh, camera: Camera, size: int = _PICTURE) -> NDArray[np.uint8]:
    """(S, S, 4) uint8 sRGB: ``mesh`` in even gray on transparency, lit from above the camera's left shoulder."""
    turn, rise = np.radians(camera.yaw - 40), np.radians(50)
    light = np.array([np.sin(turn) * np.cos(rise), -np.cos(turn) * np.cos(rise), np.sin(rise)])
    view = trace(mesh, camera, light, np.random.default_rng(0), size=size, margin=0.2)
    luma = plain_luma(torch.from_numpy(view.planes)[None], torch.from_numpy(view.rays)[None])[0].numpy()
    return np.stack([*[np.rint(255 * luma).astype(np.uint8)] * 3, view.planes[COVERAGE]], axis=2)


def on_plain(picture: NDArray[np.uint8], color: tuple[float, float, float] = _BACKDROP) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: a cut-out picture (H, W, 4) before ``color``, sRGB of 0..1."""
    alpha = picture[..., 3:].astype(np.float32) / 255
    return np.rint(picture[..., :3] * alpha + 255 * np.array(color, np.float32) * (1 - alpha)).astype(np.uint8)


def clean_pictures(meshes: list[ObjectMesh]) -> Pictures:
    """Both three-quarter pictures of each mesh, through the whole of inference's preparation."""
    found = []
    for number, mesh in enumerate(meshes):
        for camera in THREE_QUARTER:
            try:
                found.append((network_input(on_plain(cut_out(mesh, camera))), mesh.label, number))
            except InputError:  # nothing stands out: an honest picture counts as wrong
                found.append((np.zeros((2, SIZE, SIZE), np.uint8), mesh.label, number))
    inputs, labels, mesh_of = zip(*found, strict=True)
    return Pictures(np.stack(inputs), np.array(labels, dtype=np.int64), np.array(mesh_of))
