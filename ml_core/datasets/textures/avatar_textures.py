"""Avatar textures in the body atlas: the folder that ``scripts/data/make_texture_dataset.py`` writes, as arrays."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.files import read_json
from ml_core.records import read_record
from ml_core.vocabulary.traits import COLOR_REGIONS


@dataclass(frozen=True)
class TextureLabel:
    """What is known of one texture. Colors are sRGB hex strings, measured in the atlas where avatars.csv measured.

    ``outfit_group`` numbers the garments: textures that share it wear the same clothes. ``eye`` is empty where the
    color of the irises is not known. ``hair_source`` is ``atlas`` (the crown is painted in the source) or ``donor`` (a
    bald crown that got the painted hair of another identity).
    """

    identity: str
    face_group: str
    outfit: str
    source_outfit: str
    outfit_group: int
    presentation: float
    skin: str
    hair: str
    top: str
    bottom: str
    eye: str
    hair_source: str


@dataclass(frozen=True)
class AtlasTextures:
    """N textures of resolution S (square).

    ``base_color`` (N, S, S, 3) uint8 sRGB; ``normal`` (N, S, S, 2) int8, xy * 127, OpenGL, atlas tangent frame;
    ``regions`` (N, S, S, 5) uint8 soft masks; ``surface`` (N, S, S, 2) uint8 roughness and occlusion; ``valid`` (S, S)
    float32, the share of a texel seen on the mesh; ``boxes`` (4, S, S) bool, where the colors are measured.
    """

    labels: list[TextureLabel]
    base_color: NDArray[np.uint8]
    normal: NDArray[np.int8]
    regions: NDArray[np.uint8]
    surface: NDArray[np.uint8]
    valid: NDArray[np.float32]
    boxes: NDArray[np.bool_]

    @property
    def size(self) -> int:
        return self.base_color.shape[1]

    @classmethod
    def load(cls, folder: Path, size: int) -> AtlasTextures:
        """Raises :class:`InputError` when the folder is not a dataset, or not of this size."""
        folder = Path(folder)
        label_path = folder / "labels.json"
        if not label_path.is_file():
            raise InputError(
                "{folder}: no texture dataset (labels.json is missing); make one with "
                "scripts/data/make_texture_dataset.py",
                folder=folder,
            )
        try:
            labels = [
                read_record(record, TextureLabel, str(label_path))
                for record in read_json(label_path, str(label_path), list)
            ]
            arrays = [np.load(folder / f"{name}_{size}.npy", allow_pickle=False) for name in _ARRAYS]
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                "{folder}: the texture dataset at size {size} cannot be read ({reason})",
                folder=folder,
                size=size,
                reason=error,
            ) from error
        textures = cls(labels, *arrays)
        if any(len(array) != len(labels) for array in arrays[:4]):
            raise InputError(
                "{folder}: labels.json names {count} textures, the arrays hold others; make the dataset again",
                folder=folder,
                count=len(labels),
            )
        return textures

    def save(self, folder: Path) -> None:
        """Write ``labels.json`` and one ``.npy`` file for each array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            np.save(folder / f"{name}_{self.size}.npy", getattr(self, name))
        (folder / "labels.json").write_text(json.dumps([asdict(label) for label in self.labels], indent=1))

    def subset(self, keep: NDArray) -> AtlasTextures:
        """The textures at the indices ``keep``."""
        return AtlasTextures(
            [self.labels[index] for index in keep],
            self.base_color[keep],
            self.normal[keep],
            self.regions[keep],
            self.surface[keep],
            self.valid,
            self.boxes,
        )


_ARRAYS = ("base_color", "normal", "regions", "surface", "valid", "boxes")


def measure_colors(base_color: NDArray, boxes: NDArray) -> dict[str, NDArray]:
    """sRGB 0..1 of skin, hair, top and bottom of an sRGB image (S, S, 3): medians of the first two, means of the
    others, in the boxes (4, S, S), as avatars.csv measured them."""
    result = {}
    for region, box in zip(COLOR_REGIONS, boxes, strict=True):
        texels = base_color[box]
        result[region] = np.median(texels, axis=0) if region in ("skin", "hair") else texels.mean(axis=0)
    return result
