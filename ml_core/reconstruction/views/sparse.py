"""Cameras and sparse points of pictures, by pycolmap (Schönberger and Frahm 2016). Needs the extra ``reconstruct``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pycolmap
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.vocabulary.scene.reconstruction import Stage

from .cameras import Camera

Tell = Callable[[Stage, float], None]
"""Called with a stage and its progress, 0 to 1."""

FEATURES = 3000
"""Most features of a picture."""
EXHAUSTIVE = 60
"""Pictures up to which each is matched with every other; above, with those that follow it."""
_OVERLAP = 12
_LEAST_SHARE = 0.3
"""Fraction of the pictures that must be located."""


@dataclass(frozen=True)
class Sparse:
    """``cameras`` without distortion, by the picture's path in the folder; ``distortion``: k1 of each; ``points``
    (P, 3), ``colors`` (P, 3) uint8, ``seen``: for each picture the numbers of its points. ``error``: pixels."""

    cameras: dict[str, Camera]
    distortion: dict[str, float]
    points: NDArray[np.float64]
    colors: NDArray[np.uint8]
    seen: dict[str, NDArray[np.int64]]
    error: float


def solve(
    folder: Path,
    names: list[str],
    work: Path,
    matching: str,
    threads: int,
    tell: Tell,
) -> Sparse:
    """Find where the pictures ``names`` in ``folder`` were taken. Steps in the database ``work`` are kept.

    Args:
        matching: ``exhaustive``, ``sequential`` (pictures in the order of a walk), or ``auto``.
        tell: called with the current step (``features``, ``matching`` or ``cameras``) and its fraction done.

    Raises:
        InputError: too few pictures could be located.
    """
    work.mkdir(parents=True, exist_ok=True)
    database = work / "database.db"
    pycolmap.logging.minloglevel = 2
    extraction = pycolmap.FeatureExtractionOptions()
    extraction.sift.max_num_features = FEATURES
    extraction.num_threads = threads
    _extract(database, folder, names, extraction, max(threads, 4), tell)
    options = pycolmap.FeatureMatchingOptions()
    options.num_threads = threads
    tell("matching", 0.0)
    if matching == "exhaustive" or (matching == "auto" and len(names) <= EXHAUSTIVE):
        pycolmap.match_exhaustive(database, options)
    else:
        pairing = pycolmap.SequentialPairingOptions()
        pairing.overlap = _OVERLAP
        pycolmap.match_sequential(database, options, pairing)
    placed = 0

    def count_one() -> None:
        nonlocal placed
        placed += 1
        tell("cameras", min(placed / len(names), 1.0))

    mapping = pycolmap.IncrementalPipelineOptions()
    mapping.num_threads = threads
    mapping.random_seed = 1
    mapping.multiple_models = False
    mapping.mapper.init_min_tri_angle = 6.0
    tell("cameras", 0.0)
    models = pycolmap.incremental_mapping(database, folder, work, options=mapping, next_image_callback=count_one)
    best = max(models.values(), key=lambda model: model.num_reg_images(), default=None)
    count = best.num_reg_images() if best is not None else 0
    if best is None or count < max(4, _LEAST_SHARE * len(names)):
        raise InputError(
            "{count} of {total} pictures found their place; the rest show too little that several share. Take more "
            "pictures, each overlapping the last by half, moving sideways instead of turning on the spot.",
            count=count,
            total=len(names),
        )
    return _read(best)


def _extract(
    database: Path,
    folder: Path,
    names: list[str],
    extraction: pycolmap.FeatureExtractionOptions,
    batch: int,
    tell: Tell,
) -> None:
    """Features of all pictures, some at a time; those of one sub-folder share a camera."""
    done = 0
    for home in sorted({name.rpartition("/")[0] for name in names}):
        mine = [name for name in names if name.rpartition("/")[0] == home]
        for first in range(0, len(mine), batch):
            tell("features", done / len(names))
            reader = pycolmap.ImageReaderOptions()
            if database.is_file():
                with pycolmap.Database.open(database) as opened:
                    known = {image.name: image.camera_id for image in opened.read_all_images()}
                reader.existing_camera_id = next((known[name] for name in mine if name in known), -1)
            pycolmap.extract_features(
                database,
                folder,
                mine[first : first + batch],
                camera_mode=pycolmap.CameraMode.SINGLE,
                reader_options=reader,
                extraction_options=extraction,
            )
            done += len(mine[first : first + batch])


def _read(model: pycolmap.Reconstruction) -> Sparse:
    numbers = {identity: number for number, identity in enumerate(sorted(model.points3D))}
    points = np.array([model.points3D[identity].xyz for identity in numbers]).reshape(-1, 3)
    colors = np.array([model.points3D[identity].color for identity in numbers], np.uint8).reshape(-1, 3)
    cameras, distortion, seen = {}, {}, {}
    for image in sorted(model.images.values(), key=lambda item: item.name):
        if not image.has_pose:
            continue
        lens = model.cameras[image.camera_id]
        pose = image.cam_from_world()
        rotation = pose.rotation.matrix()
        focal, x, y, k1 = lens.params
        cameras[image.name] = Camera(
            image.name, lens.width, lens.height, float(focal), (float(x), float(y)), rotation,
            -rotation.T @ pose.translation,
        )  # fmt: skip
        distortion[image.name] = float(k1)
        seen[image.name] = np.array(
            [numbers[point.point3D_id] for point in image.points2D if point.has_point3D()], np.int64
        )
    return Sparse(cameras, distortion, points, colors, seen, float(model.compute_mean_reprojection_error()))
