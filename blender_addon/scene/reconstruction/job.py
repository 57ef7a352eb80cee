"""The complete job from a folder of photos to a labeled place in the scene, in meters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.reconstruction.scale import Scale, by_length
from ml_core.vocabulary.scene.reconstruction import ReconstructionJob

from ...bridge.data.created import removed_on_failure
from ...bridge.jobs.steps import Job, Progress, scaled
from ...bridge.mesh_arrays import scene_unit
from ...bridge.object_labels import label_of, title
from ..labels.labelling import label_things
from . import replacing
from .making import MadePlace, make
from .process import python_for, reconstruct, run_folder
from .sizing import PLACE_KEY, Click, measured_length, scale_by_labels, set_scale

_RECONSTRUCTED = 0.9


@dataclass(frozen=True)
class PlaceOptions:
    """``length`` is the distance in meters between the clicks ``first`` and ``second``; 0 uses the size of recognized
    things. ``replace`` replaces things by assets."""

    job: ReconstructionJob
    python: str = ""
    length: float = 0.0
    first: Click | None = None
    second: Click | None = None
    replace: bool = False


def reconstruct_job(context: bpy.types.Context, options: PlaceOptions) -> Job:
    """Reconstructs the place that pictures show and puts it into the scene.

    Report: ``collection``, ``cameras`` (names), ``sides`` (name, is_seen, area), ``things`` (name, label), ``scale``
    (by, error), ``figures``, ``left_out`` (picture: why), ``replaced``, ``folder`` of the run.

    Raises:
        InputError: no Python, no pictures, or unusable pictures; the message says what to do.
    """
    source = Path(options.job.pictures)
    folder = run_folder(options.job)
    yield Progress(0, 1, "Looking for a Python with pycolmap")
    blend = [Path(bpy.data.filepath).parent] if bpy.data.filepath else []
    python = yield from python_for(options.python, [source if source.is_dir() else source.parent, *blend])
    place = yield from scaled(reconstruct(options.job, python, folder), 0.0, _RECONSTRUCTED)
    known = None
    if options.length:
        if options.first is None or options.second is None:
            raise InputError("A length needs the two points that it lies between.")
        known = by_length(measured_length(place, options.first, options.second), options.length)
    with removed_on_failure(context):
        yield Progress(_RECONSTRUCTED, 1, "Adding the place", blocks=True)
        made = make(context, place, source.stem or "Place", source if source.is_dir() else source.parent)
        made.root[PLACE_KEY] = 1
        scale = yield from scaled(_labeled(context, made, known), _RECONSTRUCTED + 0.02, 0.99)
        replaced: dict[str, str] = {}
        without: list[str] = []
        if options.replace:
            replaced, without = replacing.replace(context, made.things)
    yield Progress(1, 1, "Done")
    return {
        "collection": made.collection.name,
        "root": made.root.name,
        "cameras": [obj.name for obj in made.cameras],
        "sides": [
            {"name": obj.name, "is_seen": side.is_seen, "area": round(side.area * scale.factor**2, 3)}
            for obj, side in zip(made.sides, place.sides, strict=True)
        ],
        "things": [{"name": obj.name, "label": label_of(obj)} for obj in made.things],
        "scale": {"by": scale.by, "error": round(scale.error, 4)},
        "figures": dict(place.figures),
        "left_out": dict(place.left_out),
        "replaced": replaced,
        "without_asset": without,
        "folder": str(folder),
    }


def _labeled(context: bpy.types.Context, made: MadePlace, known: Scale | None) -> Any:
    """Labels the things, names them, and gives the place its size; a part of a job that returns the :class:`Scale`."""
    unit = scene_unit(context.scene)
    if known is not None:
        set_scale(context, made.root, replace(known, factor=known.factor / unit))
    elif unit != 1.0:
        set_scale(context, made.root, Scale(1.0 / unit, 0.0, ""))
    if made.things:
        yield from label_things(context, made.things)
    scale = known
    if scale is None:
        scale = scale_by_labels(made.things, unit)
        set_scale(context, made.root, scale)
    for obj in made.things:
        label = label_of(obj)
        if label:
            obj.name = title(label)
            obj.data.name = obj.name
    return scale
