"""The pictures of a place: found, checked for sharpness, or taken from a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.errors import InputError
from ml_core.files import atomic_path, read_picture

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp")
VIDEOS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v")
FEWEST = 8
"""Pictures below which a room has no chance."""
MOST = 400
BLURRED = 12.0
"""Sharpness (:func:`sharpness`) below which a picture is left out."""
LARGEST_SIDE = 1600
"""Pixels of the longer side that pictures are reduced to."""
FRAMES = 80
"""Frames that are taken of a video, evenly over its length."""


def find(source: Path) -> list[Path]:
    """The pictures of a folder in the order of their names, or the one video that ``source`` is.

    Raises:
        InputError: there is no such folder, or it has no pictures, or too many or too few.
    """
    if source.is_file() and source.suffix.lower() in VIDEOS:
        return [source]
    if not source.is_dir():
        raise InputError("{path}: no such folder of pictures, and no video", path=source)
    found = sorted(path for path in source.iterdir() if path.is_file() and path.suffix.lower() in PICTURES)
    if not found:
        raise InputError("{path}: holds no pictures ({kinds})", path=source, kinds=", ".join(PICTURES))
    if len(found) < FEWEST:
        raise InputError(
            "{path}: holds {count} pictures; a place needs {least} or more, better 30, each half of the last",
            path=source,
            count=len(found),
            least=FEWEST,
        )
    if len(found) > MOST:
        raise InputError(
            "{path}: holds {count} pictures, more than {most}; leave some out", path=source, count=len(found), most=MOST
        )
    return found


def sharpness(picture: NDArray[np.uint8]) -> float:
    """How sharp a picture (H, W, 3) is: the variance of the Laplacian of its luma, in gray levels squared."""
    gray = picture[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    laplacian = (
        gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:] - 4 * gray[1:-1, 1:-1]
    )  # fmt: skip
    return float(laplacian.var())


def prepare(source: Path, folder: Path, tell: Callable[[float], None]) -> dict[str, Any]:
    """Write the sharp pictures of ``source`` into ``folder`` as JPEG, each into a sub-folder named by its size.

    Pictures of one size count as taken by one camera.

    Returns:
        ``pictures``: how many there were; ``blurred``: the names of those that were left out; ``names``: for each file
        written, by its path in ``folder``, the name that it had.

    Raises:
        InputError: as :func:`find` does, or one cannot be read, or too few are sharp.
    """
    paths = find(source)
    is_video = paths[0].suffix.lower() in VIDEOS
    pictures = _video_frames(paths[0]) if is_video else _pictures(paths)
    count = FRAMES if is_video else len(paths)
    blurred: list[str] = []
    names: dict[str, str] = {}
    for number, (name, picture) in enumerate(pictures):
        tell(number / count)
        if sharpness(picture) < BLURRED:
            blurred.append(name)
            continue
        height, width = picture.shape[:2]
        place = f"{width}x{height}/{number:04d}.jpg"
        names[place] = name
        with atomic_path(folder / place) as path:
            Image.fromarray(picture).save(path, format="JPEG", quality=97, subsampling=0)
    if len(names) < FEWEST:
        raise InputError(
            "{path}: {kept} of {count} pictures are sharp; {least} are needed. Hold the camera still, with more light.",
            path=source,
            kept=len(names),
            count=len(names) + len(blurred),
            least=FEWEST,
        )
    return {"pictures": len(names) + len(blurred), "blurred": blurred, "names": names}


def _pictures(paths: list[Path]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    for path in paths:
        yield path.name, read_picture(path, "RGB", LARGEST_SIDE)


def _video_frames(path: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """:data:`FRAMES` frames: the sharpest of three in each stretch of the video."""
    import cv2  # of the extra ``reconstruct``; pictures do without it

    video = cv2.VideoCapture(str(path))
    total = int(video.get(cv2.CAP_PROP_FRAME_COUNT)) if video.isOpened() else 0
    if total < FEWEST:
        raise InputError("{path}: cannot be read as a video of {least} frames or more", path=path, least=FEWEST)
    count = min(FRAMES, total)
    for number in range(count):
        best, best_sharpness, name = None, -1.0, ""
        for part in (0.25, 0.5, 0.75) if total >= 3 * count else (0.0,):
            frame = int((number + part) * total / count)
            video.set(cv2.CAP_PROP_POS_FRAMES, frame)
            is_read, picture = video.read()
            if not is_read:
                continue
            scale = min(1.0, LARGEST_SIDE / max(picture.shape[:2]))
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[..., ::-1]
            if (value := sharpness(picture)) > best_sharpness:
                best, best_sharpness, name = np.ascontiguousarray(picture), value, f"frame {frame}"
        if best is not None:
            yield name, best
    video.release()
