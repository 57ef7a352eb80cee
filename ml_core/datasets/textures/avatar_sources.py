"""The shared avatars as they come: rows of ``avatars.csv``, images in the source UV layout, warped one by one."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml_core.color import srgb_to_hex
from ml_core.datasets.textures.avatar_textures import TextureLabel, measure_colors
from ml_core.datasets.textures.regions import blur, segment
from ml_core.datasets.textures.warp import SourceMap, close_seam
from ml_core.errors import InputError
from ml_core.files import open_picture
from ml_core.geometry.atlas.charts import CHARTS

# Pixels (left, top, right, bottom) of a 256 px source texture in which avatars.csv measured its colors (its README).
SOURCE_BOXES = {
    "skin": ((74, 38, 92, 45), (53, 68, 64, 78), (102, 68, 113, 78)),
    "hair": ((66, 8, 100, 20),),
    "top": ((185, 132, 225, 168), (185, 205, 225, 240)),
    "bottom": ((144, 140, 151, 172), (144, 202, 151, 232)),
}
# Textures whose relief is too flat to tell the green channel's sign follow the rest of their kind (see the data's
# README: these outfits' clothes are OpenGL style, everything else DirectX style).
OPENGL_OUTFITS = ("medical", "military", "utility", "default")


SOURCE_SIDE = 1024
"""Resolution in pixels of the source textures as they are read."""


class TextureRow(Protocol):
    """What is known of a texture before it is read; ``values`` has at least id, outfit, face_group, skin_hex."""

    values: dict[str, str]

    @property
    def presentation(self) -> float: ...

    @property
    def outfit(self) -> str: ...

    @property
    def crown_has_hair(self) -> bool: ...

    def eye_color(self) -> str:
        """sRGB hex of the irises, or an empty string where it is not known."""
        ...


@dataclass(frozen=True)
class AvatarRow:
    """One row of avatars.csv, with its folder."""

    folder: Path
    values: dict[str, str]

    @property
    def presentation(self) -> float:
        return float(self.values["gender_presentation"] == "f")

    @property
    def outfit(self) -> str:
        """``default`` (T-shirt, shorts or jeans) is casual wear."""
        return "casual" if self.values["outfit"] == "default" else self.values["outfit"]

    @property
    def crown_has_hair(self) -> bool:
        return self.values["hair_source"] == "atlas" and self.values["separate_hair_mesh"] != "1"

    def green_is_inverted(self, region: str) -> bool:
        """Whether the normal map's green channel is DirectX style in ``head``, ``body`` or ``shoes``."""
        value = self.values[f"curl_{region}"]
        if value and abs(float(value)) > 0.15:
            return float(value) > 0
        return region == "head" or self.values["outfit"] not in OPENGL_OUTFITS

    def image(self, column: str) -> NDArray[np.float32]:
        """(:data:`SOURCE_SIDE`, :data:`SOURCE_SIDE`, 3) float 0..1 of the ``base_color`` or ``normal`` image."""
        return read_image(self.folder / self.values[column], SOURCE_SIDE)

    def eye_color(self) -> str:
        """Not known: half of these textures have wine-red or black irises, under a shadow and reflections that are
        painted on; they are not colors of eyes."""
        return ""


def read_image(path: Path, side: int) -> NDArray[np.float32]:
    """(side, side, 3) float 0..1 of an image file.

    Raises:
        InputError: it is missing or damaged.
    """
    with open_picture(path) as picture:
        reduced = picture.convert("RGB").resize((side, side), Image.Resampling.BOX)
        return np.asarray(reduced, dtype=np.float32) / 255


def read_rows(folder: Path) -> list[AvatarRow]:
    """Raises :class:`InputError` when the folder has no avatars.csv."""
    path = Path(folder) / "avatars.csv"
    if not path.is_file():
        raise InputError(
            "{path}: not found; --avatars names the folder that holds avatars.csv, textures/ and meshes/", path=path
        )
    with path.open(newline="") as file:
        return [AvatarRow(Path(folder), row) for row in csv.DictReader(file)]


def box_masks(source: SourceMap) -> NDArray[np.bool_]:
    """(4, S, S) atlas texels that lie in the boxes of :data:`SOURCE_BOXES`."""
    step = len(source.uv) // source.size
    uv, valid = source.uv[::step, ::step], source.valid[::step, ::step]
    x, y = uv[..., 0] * 256, (1 - uv[..., 1]) * 256
    masks = []
    for boxes in SOURCE_BOXES.values():
        inside = np.zeros(x.shape, dtype=bool)
        for left, top, right, bottom in boxes:
            inside |= (x >= left) & (x < right) & (y >= top) & (y < bottom)
        masks.append(inside & valid)
    return np.stack(masks)


def warp_base_color(row: AvatarRow, source: SourceMap) -> NDArray[np.float32]:
    """(S, S, 3) sRGB."""
    image = np.clip(source.gather(row.image("base_color")), 0, 1)
    return close_seam(image, CHARTS["head"], source.size * 3 // 256)


def warp_normal(row: AvatarRow, source: SourceMap) -> NDArray[np.float32]:
    """(S, S, 2) xy, OpenGL, atlas frame, without the tilt that belongs to the source mesh and not to the relief.

    Where a collar or a cuff was baked from other geometry, its normals lean by a constant; on another body that would
    shade as a step. The low frequencies are taken out, the relief stays.
    """
    image = row.image("normal") * 2 - 1
    flip = np.zeros((source.size, source.size), dtype=bool)
    for name, chart in CHARTS.items():
        region = "head" if name == "head" else "shoes" if name.endswith("foot") else "body"
        flip[chart.pixels(len(flip))] = row.green_is_inverted(region)
    normal = source.gather_normal(image[..., :2], flip)
    coverage = np.maximum((source.coverage() > 0.5).astype(np.float32), 1e-3)[..., None]
    result = np.zeros_like(normal)
    for chart in CHARTS.values():
        pixels = chart.pixels(source.size)
        sigma = source.size / 24
        tilt = blur(normal[pixels] * coverage[pixels], sigma) / blur(coverage[pixels], sigma)
        result[pixels] = (normal[pixels] - tilt) * (coverage[pixels] > 0.5)
    return close_seam(np.clip(result, -0.95, 0.95), CHARTS["head"], source.size * 3 // 256)


def label_of(row: TextureRow, base_color: NDArray, boxes: NDArray, outfit_group: int) -> TextureLabel:
    """The label with colors measured in the atlas."""
    colors = {name: srgb_to_hex(color) for name, color in measure_colors(base_color, boxes).items()}
    values = row.values
    return TextureLabel(
        identity=values["id"],
        face_group=values["face_group"],
        outfit=row.outfit,
        source_outfit=values["outfit"],
        outfit_group=outfit_group,
        presentation=row.presentation,
        eye=row.eye_color(),
        hair_source="atlas" if row.crown_has_hair else "donor",
        **colors,
    )


def regions_of(row: TextureRow, base_color: NDArray, boxes: NDArray) -> NDArray[np.float32]:
    """(5, S, S) soft masks."""
    named = dict(zip(SOURCE_BOXES, boxes, strict=True))
    return segment(base_color, named, row.crown_has_hair, row.outfit in ("military", "utility", "medical"))
