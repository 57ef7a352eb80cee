"""Recognition of one object in a render or photo with a plain background: one crop through a residual CNN."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ml_core.errors import InputError
from ml_core.files import read_picture
from ml_core.inference.recognition.objects import Recognition, softmax
from ml_core.inference.session import open_with_card
from ml_core.weights import WEIGHTS_FOLDER

SHIPPED = WEIGHTS_FOLDER / "image_recognizer.onnx"
SIZE = 96
MARGIN = 0.08
"""Free space on each side of the object, as a share of its larger side; the training crops vary around it."""

_RANKED = 5
# Larger pictures are averaged down first, and their noise with them; less so when the object fills little of them.
_LONGEST, _MOST = 384, 1536
_LONGEST_READ = 4096  # of a file; a photo of 24 megapixels is 6000 across and takes 96 MB when it is expanded
_PLAIN_DISTANCE, _PLAIN_SHARE = 0.08, 0.7  # so much of the border has to be this near to one smooth color
_LEAST_DISTANCE = 0.025  # of an object from a noiseless background, in sRGB units of 0..1
# JPEG rings around an edge in proportion to its contrast. Measured at quality 50 on the Cycles renders of
# scripts/evaluation/evaluate_image_recognizer.py: top-1 0.39 without this, 0.57 with it; uncompressed 0.55 and 0.56.
_RINGING = 0.15
_LEAST_AREA = 0.002
_SPECKS = 0.0015  # share of the mask that may lie outside of the crop on each side
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


class ImageRecognizer:
    """A trained network and the facts of its card: class names, temperature and threshold."""

    def __init__(self, session: Any, card: dict[str, Any]) -> None:
        self._session = session
        self.labels: tuple[str, ...] = tuple(card["labels"])
        self.temperature = float(card["temperature"])
        self.threshold = float(card["threshold"])

    @classmethod
    def load(cls, path: Path | str = SHIPPED, device: str = "auto") -> ImageRecognizer:
        """The shipped weights, or those at ``path`` with their card beside them.

        Raises:
            InputError: the weights or the card are missing or damaged.
        """
        return cls(*open_with_card(path, {"labels": list[str], "temperature": float, "threshold": float}, device))

    def recognize_image(self, image: NDArray[np.uint8] | Path | str, *, threshold: float | None = None) -> Recognition:
        """Recognize the one object in a picture.

        Args:
            image: (H, W, 3 or 4) uint8 sRGB, row 0 at the top, or the path of a picture file. The object stands
                upright on a plain background, or the alpha channel cuts it out.
            threshold: least ``known`` of a named object, in place of the card's.

        Returns:
            the same numbers for the same picture, every time.

        Raises:
            InputError: the file cannot be read, the array has another shape, or no object stands out.
        """
        try:
            pixels = read_picture(Path(image), longest=_LONGEST_READ) if isinstance(image, (str, Path)) else image
            planes = network_input(pixels)
        except InputError as error:
            if isinstance(image, (str, Path)) and str(image) not in str(error):
                raise InputError("{name}: {reason}", name=image, reason=error) from error
            raise
        logits, known, embedding = self._session.run(["logits", "known", "embedding"], {"images": planes[None]})
        shares = softmax(logits[0] / self.temperature)
        likeness = float(1 / (1 + np.exp(-np.float64(known[0]))))
        best = np.argsort(-shares, kind="stable")[:_RANKED]
        ranking = [(self.labels[index], float(shares[index])) for index in best]
        limit = self.threshold if threshold is None else threshold
        label = ranking[0][0] if likeness >= limit else None
        return Recognition(label, ranking[0][1], ranking, likeness, embedding[0])


def network_input(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(2, SIZE, SIZE) uint8 of a picture (H, W, 3 or 4): luma (sRGB) and silhouette of the object, cropped square.

    Raises:
        InputError: the array has another shape or type, or no object stands out.
    """
    pixels = _reduced(_checked(image), _LONGEST)
    mask = foreground(pixels)
    if len(pixels) < len(image) and (side := _side(mask)) < 2 * SIZE:
        pixels = _reduced(image, min(_MOST, 2 * SIZE * _LONGEST // side))
        mask = foreground(pixels)
    luma = (pixels[..., :3].astype(np.float32) / 255) @ _LUMA
    # Weighted by the mask: the color behind the object must not bleed into its edge.
    planes = [_resized(_cropped(plane, mask)) for plane in (luma * mask, mask)]
    luma, silhouette = planes[0] / np.maximum(planes[1], 1e-3), planes[1]
    luma = np.where(silhouette > 0.02, luma, 0)
    return np.asarray(np.rint(255 * np.clip([luma, silhouette], 0, 1)), dtype=np.uint8)


def foreground(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Where the object is: (H, W) float32 of 0..1 for a picture (H, W, 3 or 4) uint8.

    The alpha channel if it holds anything; else the distance in color (Euclidean, sRGB) from the border, through
    which a plane is fitted, so that a soft gradient still counts as plain.

    Raises:
        InputError: the array has another shape or type, the border is not plain, or nothing stands out.
    """
    image = _checked(image)
    if image.shape[2] == 4 and image[..., 3].min() < 255:
        mask = image[..., 3].astype(np.float32) / 255
    else:
        mask = _apart_from_border(image[..., :3].astype(np.float32) / 255)
    if (mask > 0.5).mean() < _LEAST_AREA:
        raise InputError(
            "the picture needs a plain background and one object that stands out from it: nothing does; "
            "change the background color, or cut the object out with an alpha channel"
        )
    return mask


def _checked(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (3, 4):
        raise InputError(
            "expected a picture (H, W, 3 or 4) of uint8, got {shape} of {dtype}", shape=image.shape, dtype=image.dtype
        )
    if min(image.shape[:2]) < 16:
        raise InputError(
            "the picture is {width} × {height} pixels; give one of at least 16 × 16",
            width=image.shape[1],
            height=image.shape[0],
        )
    return image


def _apart_from_border(colors: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = colors.shape[:2]
    ring = max(2, round(0.03 * min(height, width)))
    border = np.ones((height, width), dtype=bool)
    border[ring:-ring, ring:-ring] = False
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    design = np.stack([np.ones_like(rows), rows, columns], axis=-1).astype(np.float32)

    colors_there, design_there = colors[border], design[border]
    away = np.linalg.norm(colors_there - np.median(colors_there, axis=0), axis=1)
    for _ in range(3):  # an object that reaches the border must not bend the plane
        fits = away <= max(0.03, 2.5 * float(np.median(away)))
        plane = np.linalg.lstsq(design_there[fits], colors_there[fits], rcond=None)[0]
        away = np.linalg.norm(colors_there - design_there @ plane, axis=1)
    plain = away < _PLAIN_DISTANCE
    if plain.mean() < _PLAIN_SHARE:
        raise InputError(
            "the picture needs a plain background: {share:.0%} of its border differs from one color; "
            "render it before a plain color, or cut the object out with an alpha channel",
            share=1 - plain.mean(),
        )
    limit = max(_LEAST_DISTANCE, 2.5 * float(np.quantile(away[plain], 0.9)))
    distance = np.linalg.norm(colors - design @ plane, axis=2)
    if (beyond := distance[distance > limit]).size:
        limit = max(limit, _RINGING * float(np.quantile(beyond, 0.9)))
    steps = Image.fromarray(np.asarray(np.clip(distance / limit * 100, 0, 255), dtype=np.uint8))
    calm = np.asarray(steps.filter(ImageFilter.MedianFilter(3)), dtype=np.float32) / 100
    return np.minimum(np.clip(calm - 0.5, 0, 1), _coverage(distance, calm < 1))


def _coverage(distance: NDArray[np.float32], outside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The fraction of each pixel next to the background that the object covers, by how much less it stands out than the
    object beside it; 1 elsewhere. Without it every edge would be a pixel too far out."""
    beside = np.asarray(Image.fromarray(outside).convert("L").filter(ImageFilter.MaxFilter(3))) > 0
    levels = Image.fromarray(np.asarray(np.clip(distance * 147, 0, 255), dtype=np.uint8))  # 147 = 255 / √3
    strongest = np.asarray(levels.filter(ImageFilter.MaxFilter(3)), dtype=np.float32) / 147
    return np.where(beside, np.clip(distance / np.maximum(strongest, 1e-3), 0, 1), np.float32(1))


def _reduced(image: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    longest = max(image.shape[:2])
    if longest <= most:
        return image
    size = [max(16, round(side * most / longest)) for side in (image.shape[1], image.shape[0])]
    return np.asarray(Image.fromarray(image).resize((size[0], size[1]), Image.Resampling.BOX))


def _cropped(plane: NDArray[np.float32], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """The square around the object with its margin, 0 outside of the picture."""
    (top, bottom), (left, right) = _extent(mask.sum(axis=1)), _extent(mask.sum(axis=0))
    side = int(np.ceil(max(bottom - top, right - left) * (1 + 2 * MARGIN)))
    first_row, first_column = (top + bottom - side) // 2, (left + right - side) // 2
    padded = np.pad(plane, side)
    rows = slice(first_row + side, first_row + 2 * side)
    return padded[rows, first_column + side : first_column + 2 * side]


def _side(mask: NDArray[np.float32]) -> int:
    return max(last - first for first, last in (_extent(mask.sum(axis=axis)) for axis in (0, 1)))


def _extent(mass: NDArray[np.float32]) -> tuple[int, int]:
    running = np.cumsum(mass, dtype=np.float64) / mass.sum(dtype=np.float64)
    first = int(np.searchsorted(running, _SPECKS, "right"))
    return first, max(first, int(np.searchsorted(running, 1 - _SPECKS, "left"))) + 1


def _resized(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    way = Image.Resampling.BOX if len(plane) >= SIZE else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((SIZE, SIZE), way))
