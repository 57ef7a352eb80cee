"""Apply labels: names, collections, colours, assets. All is planned first, so that nothing is left half done."""

from __future__ import annotations

import colorsys
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.labels import GROUP_OF, GROUPS

from ..bridge.jobs import Job, Progress
from ..bridge.object_labels import PART_KEY, leads, object_label, title
from ..bridge.remedies import FixableError, Remedy
from .catalogs import add_catalogs, catalog_id

GROUP_KEY = "atelier_group"
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
) -> Job:
    """Names, sorts and colours the labelled objects of the scene; those that nobody could name stay as they are.

    Args:
        scheme: name of an object, such as ``SM_{Label}_{number}``; fields: Label, label, Group, group, number.
        sort_by: ``group`` (one collection for all furniture) or ``label`` (in it one for all chairs).
        assets: mark every thing as an asset, once for all objects that share its mesh, with label and group as tags
            and in a catalogue of its label.

    Report: ``renamed`` (old -> new), ``collections`` (name -> objects), ``colored``, ``assets`` (names),
    ``catalogs`` (the catalogue file, empty while the blend file is not saved), ``skipped`` (name, why).

    Raises:
        InputError: no object is labelled, the scheme has no number, or the catalogue file cannot be read.
    """
    _check_scheme(scheme)
    if sort_by not in SORTINGS:
        raise InputError(f"sort_by: {sort_by!r} is not one of {', '.join(SORTINGS)}")
    yield Progress(0, 1, "Reading the labels")
    labelled = _labelled(context.scene)
    if not labelled:
        raise FixableError("no object has a label yet; label the objects first", Remedy.LABEL_OBJECTS)
    skipped = [{"name": obj.name, "why": "it is linked"} for obj, _ in labelled if obj.library is not None]
    own = [(obj, label) for obj, label in labelled if obj.library is None]
    report: dict[str, Any] = {"renamed": {}, "collections": {}, "colored": 0, "assets": [], "catalogs": ""}
    report["skipped"] = skipped
    with _taken_back_on_cancel(context.scene):
        if assets:  # first: it alone can fail, on a catalogue file that is not one
            yield Progress(0, 1, "Marking assets")
            report["catalogs"] = str(add_catalogs({label for _, label in own}) or "")
            report["assets"] = _mark(own, context.scene, skipped)
        if rename:
            yield Progress(0.1, 1, "Renaming")
            report["renamed"] = _rename(own, scheme)
        if collections:
            yield Progress(0.5, 1, "Sorting into collections")
            report["collections"] = _sort(context.scene, own, sort_by)
        if colors:
            yield Progress(0.9, 1, "Coloring")
            for obj, label in own:
                obj.color = group_color(group_of(label))
            report["colored"] = len(own)
    report["assets"] = [obj.name for obj in report["assets"]]
    return report


@contextmanager
def _taken_back_on_cancel(scene: bpy.types.Scene) -> Iterator[None]:
    """Puts names, collections, colours and asset marks back when it is left by an exception or by closing the job."""
    own = [obj for obj in scene.objects if obj.library is None]
    before = [
        (obj, obj.name, obj.get(PART_KEY), tuple(obj.color), list(obj.users_collection), obj.asset_data is None)
        for obj in own
    ]
    collections = {one.session_uid for one in bpy.data.collections}
    try:
        yield
    except BaseException:  # also GeneratorExit, which is how a job is cancelled
        for place, (obj, *_) in enumerate(before):  # out of each other's way first
            obj.name = f"atelier renaming {place}"
        for obj, name, whole, color, homes, was_no_asset in before:
            obj.name, obj.color = name, color
            if whole is not None:
                obj[PART_KEY] = whole
            for home in homes:
                if obj.name not in home.objects:
                    home.objects.link(obj)
            for other in [one for one in obj.users_collection if one not in homes]:
                other.objects.unlink(obj)
            if was_no_asset and obj.asset_data is not None:
                obj.asset_clear()
        for one in [one for one in bpy.data.collections if one.session_uid not in collections]:
            bpy.data.collections.remove(one)
        raise


def group_of(label: str) -> str:
    """The group of a label; what the artist taught under a name of its own is a prop."""
    return GROUP_OF.get(label, "prop")


def group_color(group: str) -> tuple[float, float, float, float]:
    """A colour (linear RGBA) for each group, far from the others'."""
    place = list(GROUPS).index(group) if group in GROUPS else 0
    return *colorsys.hsv_to_rgb(place * 0.381966 % 1, 0.55, 0.8), 1.0


def _labelled(scene: bpy.types.Scene) -> list[tuple[bpy.types.Object, str]]:
    """Labelled objects that lead: the parts of a prop or a rig go with it and keep their names."""
    found = []
    for obj in scene.objects:
        known = object_label(obj)
        if known is not None and known.label is not None and leads(obj):
            found.append((obj, known.label))
    return found


def _check_scheme(scheme: str) -> None:
    unknown = [one for one in re.findall(r"\{[^}]*\}", scheme) if one not in _FIELDS]
    if unknown or "{number}" not in scheme:
        raise InputError(f"{scheme!r}: a name scheme needs {{number}} and knows the fields {', '.join(_FIELDS)}")


def _rename(own: list[tuple[bpy.types.Object, str]], scheme: str) -> dict[str, str]:
    """Numbers the objects of each label in the order of their names, around names that others have."""
    by_label = defaultdict(list)
    for obj, label in own:
        by_label[label].append(obj)
    mine = {obj.session_uid for obj, _ in own}
    taken = {obj.name for obj in bpy.data.objects if obj.session_uid not in mine}
    wanted: dict[str, tuple[bpy.types.Object, str]] = {}
    for label, objects in sorted(by_label.items()):
        digits = max(2, len(str(len(objects))))
        number = 0
        for obj in sorted(objects, key=lambda one: _natural(one.name)):
            while True:
                number += 1
                name = _named(scheme, label, f"{number:0{digits}}")
                if name not in taken:
                    break
            wanted[name] = (obj, obj.name)
    changed = {name: (obj, old) for name, (obj, old) in wanted.items() if old != name}
    parts = {old: [obj for obj in bpy.data.objects if obj.get(PART_KEY) == old] for _, old in changed.values()}
    for place, (obj, _) in enumerate(changed.values()):  # out of each other's way first
        obj.name = f"atelier renaming {place}"
    for name, (obj, old) in changed.items():
        obj.name = name
        for part in parts[old]:
            if part.library is None:
                part[PART_KEY] = name
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


def _sort(scene: bpy.types.Scene, own: list[tuple[bpy.types.Object, str]], sort_by: str) -> dict[str, int]:
    """Moves each thing into the collection of its group, right under the scene, or of its label, under that."""
    of_scene = {one.session_uid for one in (scene.collection, *scene.collection.children_recursive)}
    parts: dict[str, list[bpy.types.Object]] = defaultdict(list)
    for obj in scene.objects:
        if PART_KEY in obj:
            parts[obj[PART_KEY]].append(obj)
    counts: dict[str, int] = defaultdict(int)
    for obj, label in own:
        group = group_of(label)
        home = _collection(scene.collection, group, title(group))
        if sort_by == "label":
            home = _collection(home, label, title(label))
        for one in (obj, *parts[obj.name]):
            if one.name not in home.objects:
                home.objects.link(one)
            for other in [c for c in one.users_collection if c != home and c.session_uid in of_scene]:
                other.objects.unlink(one)
        counts[home.name] += 1
    return dict(counts)


def _collection(parent: bpy.types.Collection, key: str, name: str) -> bpy.types.Collection:
    for child in parent.children:
        if child.get(GROUP_KEY) == key or child.name == name:
            return child
    made = bpy.data.collections.new(name)
    made[GROUP_KEY] = key
    parent.children.link(made)
    return made


def _mark(
    own: list[tuple[bpy.types.Object, str]], scene: bpy.types.Scene, skipped: list[dict[str, str]]
) -> list[bpy.types.Object]:
    """Marks the first object of each mesh; a prop of several objects would come without them."""
    with_parts = {obj[PART_KEY] for obj in scene.objects if PART_KEY in obj}
    seen: set[int] = set()
    marked = []
    for obj, label in own:
        if obj.name in with_parts and obj.type != "ARMATURE":
            skipped.append(
                {"name": obj.name, "why": "an asset of several objects is a collection; make it one by hand"}
            )
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
        marked.append(obj)
    return marked
