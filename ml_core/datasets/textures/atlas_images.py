"""A training set from images that are painted in the body atlas already, such as a studio's own.

The folder holds ``textures.csv`` and the images. Columns: ``base_color`` (an image, sRGB), ``outfit`` (casual,
business, medical, military, utility), ``presentation`` (0 masculine, 1 feminine); if wanted ``normal`` (an image,
OpenGL, in the atlas frame), ``identity`` (the same for the same face), ``hair`` (no: the crown is bald), ``eye``
(#rrggbb; where it is left out, a natural color is drawn).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.datasets.textures.assembly import assembled
from ml_core.datasets.textures.avatar_sources import read_image
from ml_core.datasets.textures.avatar_textures import AtlasTextures
from ml_core.errors import InputError
from ml_core.geometry.atlas.charts import CHARTS
from ml_core.vocabulary.traits import OUTFITS

LEAST = 20
"""Fewest textures of a training set: fewer have too little variety."""

_WINDOWS = {
    "skin": (("head", 0.55, 0.62, 0.45, 0.60), ("head", 0.55, 0.62, -0.60, -0.45)),
    "hair": (("head", 0.02, 0.10, -0.6, 0.6),),
    "top": (("torso", 0.35, 0.55, -1.2, -0.4), ("torso", 0.35, 0.55, 0.4, 1.2)),
    "bottom": (("left_upper_leg", 0.22, 0.38, -1.0, 1.0), ("right_upper_leg", 0.22, 0.38, -1.0, 1.0)),
}
"""Chart, t from and to, across from and to: where a region's color shows on everybody."""


@dataclass(frozen=True)
class AtlasRow:
    """One row of ``textures.csv``; see :class:`~.avatar_sources.TextureRow`."""

    base_color: Path
    normal: Path | None
    values: dict[str, str]
    presentation: float
    crown_has_hair: bool

    @property
    def outfit(self) -> str:
        return self.values["outfit"]

    def eye_color(self) -> str:
        return self.values["eye"]


def read_atlas_rows(folder: Path) -> list[AtlasRow]:
    """Raises :class:`InputError` that names the row when ``textures.csv`` is missing, damaged or too short."""
    path = Path(folder) / "textures.csv"
    if not path.is_file():
        raise InputError("{path}: not found; it lists the images with their outfit and presentation", path=path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = [_row(Path(folder), number, row) for number, row in enumerate(csv.DictReader(file), start=2)]
    if len(rows) < LEAST:
        raise InputError(
            "{path}: {count} textures are too few to learn from; bring at least {least}",
            path=path,
            count=len(rows),
            least=LEAST,
        )
    return rows


def _row(folder: Path, number: int, row: dict[str, str]) -> AtlasRow:
    where = f"{folder / 'textures.csv'}, line {number}"
    name, outfit = row.get("base_color") or "", row.get("outfit") or ""
    if not (folder / name).is_file():
        raise InputError("{where}: base_color {name!r} is not a file in the folder", where=where, name=name)
    if outfit not in OUTFITS:
        raise InputError(
            "{where}: outfit {outfit!r} is not one of {outfits}", where=where, outfit=outfit, outfits=", ".join(OUTFITS)
        )
    try:
        presentation = float(row.get("presentation") or "")
    except ValueError:
        presentation = -1.0
    if presentation not in (0.0, 1.0):
        raise InputError("{where}: presentation must be 0 (masculine) or 1 (feminine)", where=where)
    normal = row.get("normal") or ""
    if normal and not (folder / normal).is_file():
        raise InputError("{where}: normal {normal!r} is not a file in the folder", where=where, normal=normal)
    identity = row.get("identity") or Path(name).stem
    values = {"id": identity, "face_group": identity, "outfit": outfit, "skin_hex": "#808080"}
    values["eye"] = (row.get("eye") or "").strip()
    has_hair = (row.get("hair") or "yes").strip().lower() not in ("no", "0", "false")
    return AtlasRow(folder / name, folder / normal if normal else None, values, presentation, has_hair)


def atlas_boxes(size: int) -> NDArray[np.bool_]:
    """(4, size, size) where the colors of skin, hair, top and bottom are measured."""
    boxes = np.zeros((len(_WINDOWS), size, size), bool)
    for box, windows in zip(boxes, _WINDOWS.values(), strict=True):
        for name, top, bottom, left, right in windows:
            t, across = CHARTS[name].texel_grid(size)
            box[CHARTS[name].pixels(size)] |= (t > top) & (t < bottom) & (across > left) & (across < right)
    return boxes


def assemble_atlas(
    rows: list[AtlasRow], size: int, report: Callable[[int, int], None] = lambda done, total: None
) -> AtlasTextures:
    """The training set of images in the atlas, at resolution ``size``."""

    def read(row: AtlasRow) -> tuple[NDArray, NDArray]:
        color = read_image(row.base_color, size)
        if row.normal is None:
            return color, np.zeros((size, size, 2), np.float32)
        return color, np.clip(2 * read_image(row.normal, size)[..., :2] - 1, -0.95, 0.95)

    boxes = atlas_boxes(size)
    return assembled(rows, read, {0.0: boxes, 1.0: boxes}, np.ones((size, size), np.float32), report)
