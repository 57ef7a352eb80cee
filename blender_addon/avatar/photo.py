"""An avatar from photos of a face: its traits and its skin are kept, the pictures are not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy

from ml_core.inference.textures.layer_kinds import default_layer
from ml_core.inference.textures.layers import layers_to_json
from ml_core.vocabulary.traits import AvatarTraits

from ..bridge.data.created import removed_on_failure
from ..bridge.jobs.steps import InThread, Job, Progress, scaled
from ..bridge.models import loaded as models
from .generating import generate_job
from .stored import mark_from_photo
from .surface.images import png_of

_READING = 0.5
"""Share of the job that reading the photos takes."""


def photo_job(
    context: bpy.types.Context, paths: Sequence[Path], known: AvatarTraits, seed: int, size: int, name: str
) -> Job:
    """Add a new avatar with the face of one person's photos.

    Args:
        paths: picture files; the first one shows the face from the front. known: traits that override what is read.
        seed: determines what no photo shows, such as the clothes.

    Report: as of :func:`~.generating.generate_job`, and ``photo`` with the yaw and pitch in degrees, the expression and
    the landmarks' error in % of the distance between the eyes, of each picture in turn. It contains no path.
    """
    yield Progress(0, 1, "Loading the face networks")
    reader = yield InThread(models.photo_reader)
    yield Progress(0.05, 1, "Reading the photo")
    read = yield InThread(lambda: reader.read(paths, known))
    png = yield InThread(lambda: png_of(read.skin))
    with removed_on_failure(context):
        image = _packed(f"{name} Skin", png)
        layers = layers_to_json([default_layer("photo", image=image.name)])
        facts = yield from scaled(generate_job(context, "", read.traits, seed, size, name, layers), _READING, 1.0)
        mark_from_photo(bpy.data.objects[facts["object"]])
    photos = [
        {"yaw": round(seen.camera.yaw, 1), "pitch": round(seen.camera.pitch, 1), "error": seen.error,
         "expression": seen.expression}
        for seen in read.fit.photos
    ]  # fmt: skip
    return {**facts, "photo": photos}


def _packed(name: str, png: bytes) -> bpy.types.Image:
    """An image of the file from a PNG file, packed."""
    image = bpy.data.images.new(name, 1, 1, alpha=True)
    image.pack(data=png, data_len=len(png))
    image.source = "FILE"
    image.filepath_raw = ""
    return image
