"""Labels the assets of the open file, in their tags, in Blender's catalogs, and in the index of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from ml_core.errors import InputError
from ml_core.inference.library.catalogs import FILE_NAME, add_catalogs, catalog_id, is_ours
from ml_core.inference.library.index import RECORDS, Asset, AssetIndex
from ml_core.inference.library.rights import Rights

from ...bridge.jobs.steps import InThread, Job, Progress
from ...bridge.models import loaded as models
from ...bridge.models import taught
from ...bridge.object_labels import label_of
from ..labels.labelling import Found, Look, as_said, store_all
from ..labels.sorting import group_of
from ..labels.subjects import Subject, box_of, geometry, pieces_of

Block = bpy.types.Object | bpy.types.Collection


@dataclass(frozen=True)
class Labeled:
    """An asset of the open file, its recognized label, its record for an index, and its embedding (E,)."""

    block: Block
    found: Found
    asset: Asset
    embedding: NDArray[np.float32]


def label_assets_job(context: bpy.types.Context, index: bool = True) -> Job:
    """Labels the assets of the open file: objects and collections that are marked as one.

    Each gets its label and group as tags, and the catalog of its label, unless the artist gave it a catalog already.
    Labels that the artist gave by hand stay.

    Args:
        index: also write the index of the library, for searches; a file that is not saved has none.

    Report: ``assets`` (name, kind, label or None, confidence), ``unknown``, ``catalogs`` and ``index`` (files, empty
    while the blend file is not saved), ``skipped`` (name, why).

    Raises:
        InputError: the file has no such asset, or the catalog file is not a Blender catalog file.
    """
    blocks = assets_of_file()
    if not blocks:
        raise InputError("this file has no assets of objects or collections; mark some as assets first")
    yield Progress(0, 1, "Loading the recognizer")
    recognizer = yield InThread(models.object_recognizer)
    skipped: list[dict[str, str]] = []
    labeled = yield from look_at(context, blocks, skipped)
    folder = library_folder()
    former = yield InThread(lambda: _former(folder, recognizer.fingerprint))
    written = ""
    if folder is not None:
        add_catalogs({item.asset.label or "" for item in labeled}, folder / FILE_NAME)
        if index:
            file = Path(bpy.data.filepath).resolve().relative_to(folder.resolve()).as_posix()
            merged_index(former, labeled, file, recognizer.fingerprint).save(folder)
            written = str(folder / RECORDS)
    for item in labeled:
        tag(item)
    yield Progress(1, 1, "Done")
    return {
        "assets": [
            {"name": item.block.name, "kind": item.asset.kind, "label": item.asset.label,
             "confidence": item.asset.confidence}
            for item in labeled
        ],
        "unknown": sum(item.asset.label is None for item in labeled),
        "catalogs": str(folder / FILE_NAME) if folder is not None else "",
        "index": written,
        "skipped": skipped,
    }  # fmt: skip


def assets_of_file() -> list[Block]:
    """Objects and collections of this file that are marked as assets, in the order of their names."""
    blocks: list[Block] = [*bpy.data.objects, *bpy.data.collections]
    return [block for block in blocks if block.asset_data is not None and block.library is None]


def look_at(context: bpy.types.Context, blocks: Sequence[Block], skipped: list[dict[str, str]]) -> Any:
    """The :class:`Labeled` of each asset, as a part of a job; ``skipped`` receives those without faces."""
    recognizer = yield InThread(models.object_recognizer)
    files = taught.files()
    memory = yield InThread(lambda: taught.read(files, recognizer))
    subjects = {id(subject): (block, subject) for block in blocks for subject in [subject_of(block)]}
    empty = [block for block, subject in subjects.values() if not subject.pieces]
    skipped += [{"name": block.name, "why": "it has no faces"} for block in empty]
    look = Look(context, recognizer, memory, None, skipped, alone=True)
    found = yield from look.at([subject for _, subject in subjects.values() if subject.pieces])
    depsgraph = context.evaluated_depsgraph_get()
    labeled = []
    for item in found:
        block = subjects[id(item.subject)][0]
        said = as_said(item) if isinstance(block, bpy.types.Object) else item
        triangles = len(geometry(item.subject, depsgraph, look.unit)[1])
        labeled.append(Labeled(block, said, record_of(block, said, look.unit, triangles), item.result.embedding))
    order = {block: number for number, block in enumerate(blocks)}
    return sorted(labeled, key=lambda item: order[item.block])


def subject_of(block: Block) -> Subject:
    """The asset as one thing."""
    if isinstance(block, bpy.types.Object):
        return Subject([block], pieces_of(block))
    members = list(block.all_objects)
    # What hangs on a bone (swords, hats) is not part of the shape as long as there is a body, as in a scene.
    bodies = [member for member in members if member.find_armature() is not None]
    pieces = [piece for member in bodies or members for piece in pieces_of(member)]
    # What leads is the largest mesh, whose label by hand, if any, is the collection's.
    lead = max((piece.obj for piece in pieces), key=lambda obj: float(np.prod(obj.dimensions)), default=None)
    return Subject([lead] if lead is not None else members[:1], pieces)


def record_of(block: Block, found: Found, unit: float, triangles: int) -> Asset:
    """The record of an asset in the open file; ``file`` is left to the caller."""
    boxes = [box_of(piece) for piece in found.subject.pieces]
    low, high = np.min([box[0] for box in boxes], axis=0), np.max([box[1] for box in boxes], axis=0)
    data = block.asset_data
    label = found.result.label
    return Asset(
        file="",
        name=block.name,
        kind="object" if isinstance(block, bpy.types.Object) else "collection",
        label=label,
        confidence=round(found.result.confidence, 4),
        ranking=tuple((name, round(share, 4)) for name, share in found.result.ranking),
        tags=tuple(dict.fromkeys([*_kept_tags(block), *([label, group_of(label)] if label else [])])),
        author=data.author if data else "",
        license=data.license if data else "",
        description=data.description if data else "",
        size=tuple(round(float(value) * unit, 4) for value in high - low),
        triangles=triangles,
    )


def tag(item: Labeled) -> None:
    """Give the asset its tags and its catalog; an object also its label, for scenes that it is added to."""
    data, label = item.block.asset_data, item.asset.label
    assert data is not None
    for name in [name for name in (entry.name for entry in data.tags) if name not in item.asset.tags]:
        data.tags.remove(data.tags[name])
    for name in item.asset.tags:
        data.tags.new(name, skip_if_exists=True)
    if not data.catalog_id.strip("0-") or is_ours(data.catalog_id, _said_before(item.block)):
        data.catalog_id = catalog_id(label or "")
    if isinstance(item.block, bpy.types.Object):
        store_all([replace(item.found, turn="")])


def mark(block: Block, rights: Rights) -> None:
    """Mark it as an asset, with what is known about its origin."""
    if block.asset_data is None:
        block.asset_mark()
    data = block.asset_data
    assert data is not None
    for name in ("author", "license", "description", "copyright"):
        if getattr(rights, name) and not getattr(data, name):
            setattr(data, name, getattr(rights, name))


def library_folder() -> Path | None:
    """The asset library that the open file is in, else its own folder; ``None`` while it is not saved."""
    if not bpy.data.filepath:
        return None
    folder = Path(bpy.data.filepath).resolve().parent
    libraries = [Path(bpy.path.abspath(item.path)).resolve() for item in libraries_of_user()]
    around = [path for path in libraries if folder.is_relative_to(path)]
    return max(around, key=lambda path: len(path.parts), default=folder)


def libraries_of_user() -> list[bpy.types.UserAssetLibrary]:
    """The libraries on this machine that are set in the artist's preferences."""
    found = bpy.context.preferences.filepaths.asset_libraries
    return [item for item in found if item.path and not getattr(item, "use_remote_url", False)]


def merged_index(former: AssetIndex | None, labeled: Sequence[Labeled], file: str, fingerprint: str) -> AssetIndex:
    """The index with the assets of ``file`` replaced by these."""
    kept = [place for place, asset in enumerate(former.assets) if asset.file != file] if former else []
    assets = [former.assets[place] for place in kept] if former else []
    vectors = [former.embeddings[place] for place in kept] if former else []
    assets += [replace(item.asset, file=file) for item in labeled]
    vectors += [item.embedding for item in labeled]
    return AssetIndex(assets, np.array(vectors, np.float32), fingerprint)


def _former(folder: Path | None, fingerprint: str) -> AssetIndex | None:
    """The existing index, unless it was made with other weights."""
    if folder is None or not (folder / RECORDS).is_file():
        return None
    found = AssetIndex.load(folder)
    return found if found.fingerprint == fingerprint else None


def _said_before(block: Block) -> list[str]:
    """Labels that we may have set before: that of the object, and its tags."""
    said = label_of(block) if isinstance(block, bpy.types.Object) else None
    tags = [item.name for item in block.asset_data.tags] if block.asset_data is not None else []
    return [*([said] if said else []), *tags]


def _kept_tags(block: Block) -> list[str]:
    """Its tags without those of an earlier label of ours."""
    data = block.asset_data
    if data is None:
        return []
    former = [label for label in _said_before(block) if catalog_id(label) == data.catalog_id]
    ours = {name for label in former for name in (label, group_of(label))}
    return [item.name for item in data.tags if item.name not in ours]
