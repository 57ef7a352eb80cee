"""What of a photo counts as skin: not a lock over a brow, nor the shadow in the corners of a mouth that laughs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ml_core.color import linear_to_srgb, srgb_to_lab
from ml_core.datasets.faces.pictures import known_face
from ml_core.inference.photo.faces import Face, FaceFinder
from ml_core.inference.photo.fitting import HeadFit, fit_head
from ml_core.inference.photo.surface.regions import BROWS, MOUTH
from ml_core.inference.photo.surface.skin import SeenSkin, seen_skin

LOCK = "#3a2c1e"


@pytest.fixture(scope="module")
def laughing() -> tuple[np.ndarray, Face, HeadFit]:
    known = known_face(7007, 288, mood=2, varied=False, hair_style="none", texture=256)
    (face,) = FaceFinder.load().find(known.picture)
    return known.picture, face, fit_head([face])


def painted(picture: np.ndarray, places: np.ndarray, radius: float, color: str) -> np.ndarray:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    for x, y in places:
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=color)
    return np.asarray(image)


def dark_texels(seen: SeenSkin, rows: slice, columns: slice, lightness: float) -> int:
    """How many of a part of the head chart are taken as skin and darker than a CIELAB lightness."""
    color = linear_to_srgb(np.clip(seen.color[rows, columns][seen.weight[rows, columns] > 0.5], 0, 1))
    return int((srgb_to_lab(color)[:, 0] < lightness).sum())


def test_a_lock_over_a_brow_is_no_skin_and_brows_are(laughing: tuple[np.ndarray, Face, HeadFit]) -> None:
    picture, face, fit = laughing
    brow = face.points[list(BROWS["left"][:3]), :2]
    along = np.concatenate([np.linspace(brow[k], brow[k + 1], 5) for k in (0, 1)])
    covered = painted(picture, along, 0.1 * face.eye_distance, LOCK)
    bare, locked = (seen_skin(shown, face, fit, hair=LOCK) for shown in (picture, covered))
    rows, halves = slice(140, 200), (slice(130, 256), slice(256, 382))
    counts = [[dark_texels(seen, rows, half, 38) for half in halves] for seen in (bare, locked)]
    print(f"dark texels of both brows: {counts[0]}, with a lock over one: {counts[1]}")
    assert min(counts[0]) > 20
    assert np.less(counts[1], np.multiply(counts[0], 1.5)).all()
    free = halves[int(np.argmax([(locked.weight[rows, half] > 0.5).sum() for half in halves]))]
    assert (locked.weight[rows, free] > 0.5).sum() == (bare.weight[rows, free] > 0.5).sum()


def test_the_dark_corners_of_a_laugh_are_no_lips(laughing: tuple[np.ndarray, Face, HeadFit]) -> None:
    picture, face, fit = laughing
    ends = face.points[[MOUTH[0], MOUTH[10]], :2]
    dark = painted(picture, ends.mean(axis=0) + 1.05 * (ends - ends.mean(axis=0)), 0.03 * face.eye_distance, "#120606")
    mouth = slice(290, 350), slice(190, 322)
    counts = [dark_texels(seen_skin(shown, face, fit), *mouth, 20) for shown in (picture, dark)]
    print(f"dark texels of the lips: {counts[0]}, with dark corners {counts[1]}")
    assert counts[1] < counts[0] + 25
