"""Searches for assets in all indexed libraries of the artist, and adds one to the scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import AtelierError, InputError
from ml_core.files import path_inside
from ml_core.inference.library.index import RECORDS, AssetIndex, Hit

from ...bridge import session
from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.mesh_arrays import scene_unit
from ...bridge.models import loaded as models
from ..labels.subjects import Subject, geometry, pieces_of
from .assets import libraries_of_user, library_folder

MOST = 24


@dataclass(frozen=True)
class Result:
    """An asset that was found, and the folder of its library."""

    folder: Path
    hit: Hit


@dataclass
class SearchResults(session.OfFile):
    """The results of the last search, as the panel shows them."""

    results: list[Result] = field(default_factory=list)
    said: str = ""


@dataclass
class LoadedIndexes:
    """Indexes by folder, with the modification time of the file that was read."""

    indexes: dict[Path, tuple[int, AssetIndex]] = field(default_factory=dict)


def indexed_folders() -> list[Path]:
    """The folders of libraries that have an index: those of the preferences, and that of the open file."""
    folders = [Path(bpy.path.abspath(item.path)) for item in libraries_of_user()]
    own = library_folder()
    found = dict.fromkeys([*folders, *([own] if own is not None else [])])
    return [folder for folder in found if (folder / RECORDS).is_file()]


def search_job(text: str) -> Job:
    """Searches for the words of ``text``, English or Chinese, in all libraries.

    Report: ``results`` (name, kind, label, score, library, file).

    Raises:
        InputError: no library has an index, or nothing was found.
    """
    text = text.strip()
    if not text:
        raise InputError("write what to look for, such as: red chair")
    yield Progress(0, 1, "Searching")
    indexes = yield InThread(_indexes(indexed_folders()))
    found = [Result(folder, hit) for folder, index in indexes for hit in index.by_word(text, MOST)]
    return _report(found, text)


def more_like_job(context: bpy.types.Context, obj: bpy.types.Object) -> Job:
    """Searches for what looks most like ``obj`` with all its children.

    Report: as :func:`search_job`.

    Raises:
        InputError: as :func:`search_job`; ``obj`` has no faces; an index was made with another recognizer.
    """
    yield Progress(0, 1, "Searching")
    recognizer = yield InThread(models.object_recognizer)
    indexes = yield InThread(_indexes(indexed_folders()))
    vector = embedding_of(context, [obj, *obj.children_recursive], recognizer.fingerprint)
    other = next((folder for folder, index in indexes if index.fingerprint != recognizer.fingerprint), None)
    if other is not None:
        raise InputError("{folder}: its index was made with another recognizer; make it anew", folder=other)
    found = [Result(folder, hit) for folder, index in indexes for hit in index.like(vector, MOST)]
    return _report(found, obj.name)


def embedding_of(
    context: bpy.types.Context, objects: Sequence[bpy.types.Object], fingerprint: str
) -> NDArray[np.float32]:
    """The embedding (E,) of objects as one thing, in the most plausible orientation.

    Raises:
        InputError: they have no faces, or ``fingerprint`` is not that of the recognizer.
    """
    recognizer = models.object_recognizer()
    if recognizer.fingerprint != fingerprint:
        raise InputError("the index was made with another recognizer; make it anew")
    bodies = [obj for obj in objects if obj.find_armature() is not None]
    pieces = [piece for obj in bodies or objects for piece in pieces_of(obj)]
    mesh = None
    if pieces:
        mesh = geometry(Subject([pieces[0].obj], pieces), context.evaluated_depsgraph_get(), scene_unit(context.scene))
    if mesh is None or not len(mesh[1]):
        raise InputError("{name}: it has no faces", name=objects[0].name if objects else "")
    (found,) = recognizer.recognize_turned([mesh])
    return (found.lying or found.standing).embedding


def add_asset_job(context: bpy.types.Context, folder: Path, file: str, name: str, kind: str) -> Job:
    """Appends an asset of a library and puts it at the 3D cursor; a collection as an instance of it.

    Report: ``object``.

    Raises:
        InputError: the file is not in the library, cannot be read, or no longer has such an asset.
    """
    path = path_inside(folder, file)
    if not path.is_file():
        raise InputError("{path}: no such file; label the library anew", path=path)
    yield Progress(0, 1, "Adding an asset", blocks=True)
    field_of = "collections" if kind == "collection" else "objects"
    try:
        with bpy.data.libraries.load(str(path), assets_only=True) as (there, wanted):
            if name not in getattr(there, field_of):
                raise InputError("{path}: has no asset {name}; label the library anew", path=path, name=name)
            setattr(wanted, field_of, [name])
    except OSError as error:
        raise InputError("{path}: cannot be read; label the library anew", path=path) from error
    (block,) = getattr(wanted, field_of)
    obj = block
    if isinstance(block, bpy.types.Collection):
        obj = bpy.data.objects.new(block.name, None)
        obj.instance_type, obj.instance_collection = "COLLECTION", block
    if block.asset_data is not None:
        block.asset_clear()
    context.view_layer.active_layer_collection.collection.objects.link(obj)
    obj.location = context.scene.cursor.location
    for other in context.selected_objects:
        other.select_set(False)
    obj.select_set(True)
    context.view_layer.objects.active = obj
    context.view_layer.update()
    return {"object": obj.name}


def _indexes(folders: Sequence[Path]):
    """A function for another thread that reads the indexes of ``folders``, those that have changed since."""
    kept = session.part(LoadedIndexes).indexes

    def read() -> list[tuple[Path, AssetIndex]]:
        if not folders:
            raise InputError("no asset library has an index; label its assets, or make one by label_library.py")
        found, failed = [], None
        for folder in folders:
            try:
                stamp = (folder / RECORDS).stat().st_mtime_ns
                if folder not in kept or kept[folder][0] != stamp:
                    kept[folder] = stamp, AssetIndex.load(folder)
                found.append((folder, kept[folder][1]))
            except (AtelierError, OSError) as error:  # another library may be whole
                failed = error
        if not found and failed is not None:
            raise failed
        return found

    return read


def _report(found: list[Result], said: str) -> dict[str, object]:
    found = sorted(found, key=lambda item: -item.hit.score)[:MOST]
    if not found:
        raise InputError("nothing in your libraries is like {words}", words=said)
    state = session.part(SearchResults)
    state.results, state.said = found, said
    return {
        "results": [
            {"name": item.hit.asset.name, "kind": item.hit.asset.kind, "label": item.hit.asset.label,
             "score": round(item.hit.score, 4), "library": str(item.folder), "file": item.hit.asset.file}
            for item in found
        ]
    }  # fmt: skip
