"""Depth of rectified pairs by semi-global matching (Hirschmüller 2008) in OpenCV. Needs the extra ``reconstruct``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml_core.files import read_picture

from .cameras import Camera
from .sparse import Sparse

_ANGLES = (0.03, 0.1, 0.3)
"""Baseline by depth of a pair: the least, the best, the greatest."""
_LEAST_SHARED = 25
_WIDEST_TURN = math.cos(math.radians(40))
_MOST_DISPARITIES = 256
_BLOCK = 5
_EDGE, _JUMP = 2, 0.07
"""Pixels beside a jump of depth that do not count, and how large a jump is, relative."""


@dataclass(frozen=True)
class Pair:
    """Names of the left and the right picture, and the span of depths (near, far) of the points that both show."""

    left: str
    right: str
    near: float
    far: float


def choose_pairs(sparse: Sparse, each: int) -> list[Pair]:
    """For each picture the ``each`` best partners: many points in common, a baseline of a tenth of the depth."""
    names = sorted(sparse.cameras)
    sets = {name: np.unique(sparse.seen[name]) for name in names}
    pairs: dict[tuple[str, str], Pair] = {}
    for name in names:
        camera, scored = sparse.cameras[name], []
        for other in names:
            partner = sparse.cameras[other]
            toward = camera.rotation @ (partner.position - camera.position)
            if other == name or abs(toward[0]) < 1.2 * max(abs(toward[1]), abs(toward[2])):
                continue
            if (partner.rotation[2] * camera.rotation[2]).sum() < _WIDEST_TURN:
                continue
            shared = np.intersect1d(sets[name], sets[other], assume_unique=True)
            if len(shared) < _LEAST_SHARED:
                continue
            depth = camera.seen(sparse.points[shared])[1]
            angle = float(np.linalg.norm(toward) / np.median(depth))
            if not _ANGLES[0] < angle < _ANGLES[2]:
                continue
            near, far = np.quantile(depth, (0.01, 0.99))
            score = len(shared) * min(angle / _ANGLES[1], _ANGLES[1] / angle)
            left, right = (name, other) if toward[0] > 0 else (other, name)
            scored.append((score, Pair(left, right, float(near), float(far))))
        for _, pair in sorted(scored, key=lambda item: -item[0])[:each]:
            pairs[pair.left, pair.right] = pair
    return [pairs[key] for key in sorted(pairs)]


def straightened(folder: Path, camera: Camera, k1: float) -> NDArray[np.uint8]:
    """The picture (H, W, 3) without the distortion of its lens."""
    picture = read_picture(folder / camera.name, "RGB")
    return cv2.undistort(picture, _intrinsics(camera), np.array([k1, 0, 0, 0.0]))


def depth_of(
    pair: Pair, left: Camera, right: Camera, pictures: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> tuple[Camera, NDArray[np.float32], NDArray[np.uint8]]:
    """The left camera turned so that rows match, its depths (H, W), 0 where unknown, and its picture (H, W, 3)."""
    size = (left.width, left.height)
    turn = right.rotation @ left.rotation.T
    shift = (right.rotation @ (left.position - right.position)).reshape(3, 1)
    flat = np.zeros(4)
    first, second, project, other, _, _, _ = cv2.stereoRectify(
        _intrinsics(left), flat, _intrinsics(right), flat, size, turn, shift, flags=cv2.CALIB_ZERO_DISPARITY, alpha=0.3
    )
    warped = [
        cv2.remap(picture, *cv2.initUndistortRectifyMap(_intrinsics(camera), flat, rotation, matrix, size, cv2.CV_32F),
                  cv2.INTER_LINEAR)
        for picture, camera, rotation, matrix in zip(
            pictures, (left, right), (first, second), (project, other), strict=True)
    ]  # fmt: skip
    focal, baseline = float(project[0, 0]), float(np.linalg.norm(left.position - right.position))
    least = max(0, math.floor(focal * baseline / (1.5 * pair.far)))
    most = math.ceil(focal * baseline / (0.6 * pair.near))
    count = min(_MOST_DISPARITIES, 16 * math.ceil(max(most - least, 16) / 16))
    matcher = cv2.StereoSGBM_create(
        minDisparity=least,
        numDisparities=count,
        blockSize=_BLOCK,
        P1=8 * 3 * _BLOCK**2,
        P2=32 * 3 * _BLOCK**2,
        disp12MaxDiff=1,
        uniquenessRatio=8,
        speckleWindowSize=120,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY,
    )
    disparity = matcher.compute(warped[0], warped[1]).astype(np.float32) / 16
    depth = np.where(disparity > max(least, 0.5), focal * baseline / np.maximum(disparity, 0.5), 0.0)
    depth[warped[0].max(axis=2) == 0] = 0
    depth = without_edges(depth.astype(np.float32))
    turned = Camera(
        left.name, size[0], size[1], focal, (float(project[0, 2]), float(project[1, 2])), first @ left.rotation,
        left.position,
    )  # fmt: skip
    return turned, depth, warped[0]


def without_edges(depth: NDArray[np.float32]) -> NDArray[np.float32]:
    """Depths (H, W) without those beside a jump, where a block sees two surfaces and the nearer one is too wide."""
    kernel = np.ones((2 * _EDGE + 1, 2 * _EDGE + 1), np.uint8)
    farthest = cv2.dilate(depth, kernel)
    nearest = cv2.erode(np.where(depth > 0, depth, np.float32(1e30)), kernel)
    return np.where(farthest > (1 + _JUMP) * np.minimum(nearest, np.float32(1e29)), np.float32(0), depth)


def _intrinsics(camera: Camera) -> NDArray[np.float64]:
    return np.array([[camera.focal, 0, camera.center[0]], [0, camera.focal, camera.center[1]], [0, 0, 1.0]])
