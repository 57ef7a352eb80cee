"""Apply labels: names, collections and viewport colours. All is planned first, so that nothing is left half done."""

from __future__ import annotations

import colorsys
import re
from collections import defaultdict

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.labels import GROUP_OF, GROUPS

from ..bridge.jobs import Job, Progress
from ..bridge.object_labels import object_label, title

GROUP_KEY = "atelier_group"
SCHEME = "{Label}_{number}"
_FIELDS = ("{Label}", "{label}", "{Group}", "{group}", "{number}")


def apply_labels_job(
    context: bpy.types.Context,
    rename: bool = True,
    collections: bool = True,
    colors: bool = False,
    scheme: str = SCHEME,
) -> Job:
    """Names, sorts and colours the labelled objects of the scene; those that nobody could name stay as they are.

    Args:
        scheme: name of an object, such as ``SM_{Label}_{number}``; fields: Label, label, Group, group, number.

    Report: ``renamed`` (old -> new), ``collections`` (name -> objects), ``colored``, ``skipped`` (name, why).

    Raises:
        InputError: no object is labelled, or the scheme has no number.
    """
    _check_scheme(scheme)
    yield Progress(0, 1, "Reading the labels")
    labelled = _labelled(context.scene)
    if not labelled:
        raise InputError("no object has a label yet; label the objects first")
    skipped = [{"name": obj.name, "why": "it is linked"} for obj, _ in labelled if obj.library is not None]
    own = [(obj, label) for obj, label in labelled if obj.library is None]
    report = {"renamed": {}, "collections": {}, "colored": 0, "skipped": skipped}
    if rename:
        yield Progress(0.1, 1, "Renaming")
        report["renamed"] = _rename(own, scheme)
    if collections:
        yield Progress(0.5, 1, "Sorting into collections")
        report["collections"] = _sort(context.scene, own)
    if colors:
        yield Progress(0.9, 1, "Coloring")
        for obj, label in own:
            obj.color = group_color(GROUP_OF.get(label, "prop"))
        report["colored"] = len(own)
    yield Progress(1, 1, "Done")
    return report


def group_color(group: str) -> tuple[float, float, float, float]:
    """A colour (linear RGBA) for each group, far from the others'."""
    place = list(GROUPS).index(group) if group in GROUPS else 0
    return *colorsys.hsv_to_rgb(place * 0.381966 % 1, 0.55, 0.8), 1.0


def _labelled(scene: bpy.types.Scene) -> list[tuple[bpy.types.Object, str]]:
    """Labelled objects that lead: the parts of an armature go with it and keep their names."""
    found = []
    for obj in scene.objects:
        known = object_label(obj)
        if known is None or known.label is None:
            continue
        parent = obj.parent
        if parent is not None and parent.type == "ARMATURE" and object_label(parent) is not None:
            continue
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
    for place, (obj, _) in enumerate(changed.values()):  # out of each other's way first
        obj.name = f"atelier renaming {place}"
    for name, (obj, _) in changed.items():
        obj.name = name
    return {old: obj.name for obj, old in changed.values()}


def _named(scheme: str, label: str, number: str) -> str:
    group = GROUP_OF.get(label, "prop")
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


def _sort(scene: bpy.types.Scene, own: list[tuple[bpy.types.Object, str]]) -> dict[str, int]:
    """Moves each object into the collection of its group, which stands right under the scene."""
    of_scene = {one.session_uid for one in (scene.collection, *scene.collection.children_recursive)}
    counts: dict[str, int] = defaultdict(int)
    for obj, label in own:
        home = _collection(scene, GROUP_OF.get(label, "prop"))
        for one in (obj, *(child for child in obj.children_recursive if obj.type == "ARMATURE")):
            if one.name not in home.objects:
                home.objects.link(one)
            for other in [c for c in one.users_collection if c != home and c.session_uid in of_scene]:
                other.objects.unlink(one)
        counts[home.name] += 1
    return dict(counts)


def _collection(scene: bpy.types.Scene, group: str) -> bpy.types.Collection:
    for child in scene.collection.children:
        if child.get(GROUP_KEY) == group or child.name == title(group):
            return child
    made = bpy.data.collections.new(title(group))
    made[GROUP_KEY] = group
    scene.collection.children.link(made)
    return made
