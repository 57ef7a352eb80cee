"""Apply labels: names, collections, colors, assets. Everything is planned first, so that nothing is left half done."""

from __future__ import annotations

import colorsys
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.inference.library.catalogs import add_catalogs, catalog_id
from ml_core.vocabulary.scene.labels import GROUPS

from ...avatar.stored import has_traits
from ...bridge.data.identity import put
from ...bridge.data.label_keys import NAMED_KEY
from ...bridge.data.part_of import part_roots, parts_by_root
from ...bridge.jobs.quick_fixes import FixableError, QuickFix
from ...bridge.jobs.steps import Job, Progress
from ...bridge.object_labels import object_label, title
from ..asset_details import catalog_file, credit
from .sorting import group_of, holders, sort_into_collections

SORTINGS = ("group", "label")
SCHEME = "{Label}_{number}"
_FIELDS = ("{Label}", "{label}", "{Group}", "{group}", "{number}")


def apply_labels_job(
    context: bpy.types.Context,
    rename: bool = True,
    collections: bool = True,
    colors: bool = False,
    scheme: str = SCHEME,
    sort_by: str = "group",
    assets: bool = False,
    catalogs: Path | None = None,
) -> Job:
    """Names, sorts and colors the labeled objects of the scene; unrecognized ones stay as they are.

    Args:
        scheme: name of an object, such as ``SM_{Label}_{number}``; fields: Label, label, Group, group, number.
        sort_by: ``group`` (one collection for all furniture) or ``label`` (in it one for all chairs).
        assets: mark every thing as an asset, once for all objects that share its mesh, with label and group as tags and
            in the catalog of its label.
        catalogs: the catalog file; ``None`` for the one beside the open blend file.

    Report: ``renamed`` (old -> new), ``collections`` (name -> objects), ``colored``, ``assets`` (names),
    ``catalogs`` (the catalog file, empty while the blend file is not saved), ``skipped`` (name, why).

    Raises:
        InputError: no object is labeled, the scheme has no number, or the catalog file cannot be read.
    """
    check_scheme(scheme)
    if sort_by not in SORTINGS:
        raise InputError("sort_by: {sort_by!r} is not one of {sortings}", sort_by=sort_by, sortings=", ".join(SORTINGS))
    yield Progress(0, 1, "Reading the labels")
    labelled = _labelled(context.scene)
    if not labelled:
        raise FixableError("no object has a label yet; label the objects first", QuickFix.LABEL_OBJECTS)
    skipped = [{"name": obj.name, "why": "it is linked"} for obj, _ in labelled if obj.library is not None]
    own = [(obj, label) for obj, label in labelled if obj.library is None]
    report: dict[str, Any] = {"renamed": {}, "collections": {}, "colored": 0, "assets": [], "catalogs": ""}
    report["skipped"] = skipped
    with _taken_back_on_cancel(context.scene):
        if assets:  # first: it alone can fail, on a catalog file that is not one
            yield Progress(0, 1, "Marking assets")
            catalogs = catalogs or catalog_file()
            if catalogs is not None:
                add_catalogs({label for _, label in own}, catalogs)
            report["catalogs"] = str(catalogs or "")
            report["assets"] = _mark(own, context.scene, skipped)
        if rename:
            yield Progress(0.1, 1, "Renaming")
            report["renamed"] = _rename(own, scheme)
        if collections:
            yield Progress(0.5, 1, "Sorting into collections")
            report["collections"] = sort_into_collections(context.scene, own, sort_by, skipped)
        if colors:
            yield Progress(0.9, 1, "Coloring")
            for obj, label in own:
                obj.color = group_color(group_of(label))
            report["colored"] = len(own)
    report["assets"] = [obj.name for obj in report["assets"]]
    return report


@contextmanager
def _taken_back_on_cancel(scene: bpy.types.Scene) -> Iterator[None]:
    """Restores names, collections, colors and asset marks when it is left by an exception or by closing the job."""
    own = [obj for obj in scene.objects if obj.library is None]
    held = holders()  # Object.users_collection searches the whole file for each object
    before = [(obj, obj.name, tuple(obj.color), held[obj.session_uid], obj.asset_data is None) for obj in own]
    named = {obj.session_uid: obj.get(NAMED_KEY) for obj in own}
    collections = {collection.session_uid for collection in bpy.data.collections}
    try:
        yield
    except BaseException:  # also GeneratorExit, which is how a job is cancelled
        renamed = [(obj, name) for obj, name, *_ in before if obj.name != name]
        for place, (obj, _) in enumerate(renamed):  # out of each other's way first
            obj.name = f"atelier renaming {place}"
        for obj, name in renamed:
            obj.name = name
            obj.pop(NAMED_KEY, None)
            if named[obj.session_uid] is not None:
                obj[NAMED_KEY] = named[obj.session_uid]
        held = holders()
        for obj, _, color, homes, was_no_asset in before:
            if tuple(obj.color) != color:
                obj.color = color
            there = held[obj.session_uid]
            for home in [item for item in homes if item not in there]:
                home.objects.link(obj)
            for other in [item for item in there if item not in homes]:
                other.objects.unlink(obj)
            if was_no_asset and obj.asset_data is not None:
                obj.asset_clear()
        for item in [collection for collection in bpy.data.collections if collection.session_uid not in collections]:
            bpy.data.collections.remove(item)
        raise


def group_color(group: str) -> tuple[float, float, float, float]:
    """A color (linear RGBA) for each group, distinct from the others'."""
    place = list(GROUPS).index(group) if group in GROUPS else 0
    return *colorsys.hsv_to_rgb(place * 0.381966 % 1, 0.55, 0.8), 1.0


def _labelled(scene: bpy.types.Scene) -> list[tuple[bpy.types.Object, str]]:
    """Labeled root objects: the parts of a prop or a rig follow it and keep their names."""
    found, parts = [], part_roots(scene.objects)
    for obj in scene.objects:
        known = object_label(obj)
        if known is not None and known.label is not None and obj.session_uid not in parts:
            found.append((obj, known.label))
    return found


def check_scheme(scheme: str) -> None:
    """Raises :class:`InputError` for a scheme of names that lacks the number or has unknown fields."""
    unknown = [item for item in re.findall(r"\{[^}]*\}", scheme) if item not in _FIELDS]
    if unknown or "{number}" not in scheme:
        raise InputError(
            "{scheme!r}: a name scheme needs {{number}} and knows the fields {fields}",
            scheme=scheme,
            fields=", ".join(_FIELDS),
        )


def _rename(own: list[tuple[bpy.types.Object, str]], scheme: str) -> dict[str, str]:
    """Numbers the objects of each label in the order of their names, around names that others have.

    Avatars keep the names that the artist gave them.
    """
    by_label = defaultdict(list)
    for obj, label in own:
        if not has_traits(obj):
            by_label[label].append(obj)
    mine = {obj.session_uid for objects in by_label.values() for obj in objects}
    taken = {obj.name for obj in bpy.data.objects if obj.session_uid not in mine}
    wanted: dict[str, tuple[bpy.types.Object, str]] = {}
    for label, objects in sorted(by_label.items()):
        digits = max(2, len(str(len(objects))))
        number = 0
        for obj in sorted(objects, key=lambda item: _natural(item.name)):
            while True:
                number += 1
                name = _named(scheme, label, f"{number:0{digits}}")
                if name not in taken:
                    break
            wanted[name] = (obj, obj.name)
    changed = {name: (obj, old) for name, (obj, old) in wanted.items() if old != name}
    for place, (obj, _) in enumerate(changed.values()):  # out of each other's way first
        obj.name = f"atelier renaming {place}"
    for name, (obj, _) in changed.items():
        obj.name = name
        put(obj, NAMED_KEY, name)
    return {old: obj.name for obj, old in changed.values()}


def _named(scheme: str, label: str, number: str) -> str:
    group = group_of(label)
    values = {
        "{Label}": title(label).replace(" ", ""),
        "{label}": label,
        "{Group}": title(group).replace(" ", ""),
        "{group}": group,
        "{number}": number,
    }
    for key, value in values.items():
        scheme = scheme.replace(key, value)
    return scheme[:60]


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _mark(
    own: list[tuple[bpy.types.Object, str]], scene: bpy.types.Scene, skipped: list[dict[str, str]]
) -> list[bpy.types.Object]:
    """Marks the first object of each mesh; a prop of several objects would lack its parts."""
    with_parts = parts_by_root(scene.objects)
    seen: set[int] = set()
    marked = []
    for obj, label in own:
        why = ""
        if obj.override_library is not None:
            why = "a library override is marked as an asset in its own file"
        elif obj.session_uid in with_parts and obj.type != "ARMATURE":
            why = "an asset of several objects is a collection; make it one by hand"
        if why:
            skipped.append({"name": obj.name, "why": why})
            continue
        identity = obj.data.session_uid if obj.data is not None else obj.session_uid
        if identity in seen:
            continue
        seen.add(identity)
        if obj.asset_data is None:
            obj.asset_mark()
            if not bpy.app.background:
                obj.asset_generate_preview()
        data = obj.asset_data
        data.catalog_id = catalog_id(label)
        for tag in (label, group_of(label)):
            data.tags.new(tag, skip_if_exists=True)
        credit(data, scene, title(label))
        marked.append(obj)
    return marked
