"""Things to add: assets of this file and of the artist's asset libraries, else a copy of one in the scene."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import bpy

from ml_core.errors import InputError
from ml_core.vocabulary.words import commands_en, commands_zh

from ...bridge.object_labels import object_label, title
from .naming import kinds_of
from .things import Thing, things_of

_MOST_FILES = 500


def source_of(context: bpy.types.Context, label: str, without: Sequence[bpy.types.Object] = ()) -> tuple[Thing, str]:
    """A thing of a label to copy, and its source: ``file`` (an asset in it), the name of a library's file that it was
    appended from, or ``scene``.

    Args:
        without: excluded objects, such as the one to be replaced.

    Raises:
        InputError: there is nothing of that label.
    """
    left_out = {obj.session_uid for obj in without}
    assets = [obj for obj in bpy.data.objects if obj.asset_data is not None and obj.session_uid not in left_out]
    for obj in assets:
        if _is_of(obj, label) or _is_tagged(obj, label):
            return _thing(obj), "file"
    for path, name in _in_libraries(label):
        with bpy.data.libraries.load(str(path), assets_only=True) as (_, wanted):
            wanted.objects = [name]
        if wanted.objects and wanted.objects[0] is not None:
            return _thing(wanted.objects[0]), path.name
    kinds = kinds_of(context.scene.objects)
    for obj in context.scene.objects:
        if obj.session_uid not in left_out and kinds.get(obj.session_uid) == label and obj.parent is None:
            return _thing(obj), "scene"
    raise InputError(
        "there is no {label} to add: mark one as an asset, add a library with one in the preferences, or label one in "
        "the scene",
        label=title(label),
    )


def source_name(context: bpy.types.Context, label: str) -> str:
    """Name of what :func:`source_of` would copy; empty for nothing. Appends nothing."""
    assets = [obj for obj in bpy.data.objects if obj.asset_data is not None]
    own = next((obj for obj in assets if _is_of(obj, label) or _is_tagged(obj, label)), None)
    if own is not None:
        return own.name
    kinds, free = kinds_of(context.scene.objects), [obj for obj in context.scene.objects if obj.parent is None]
    there = next((obj.name for obj in free if kinds.get(obj.session_uid) == label), "")
    return next((name for _, name in _in_libraries(label)), there)


def _is_tagged(obj: bpy.types.Object, label: str) -> bool:
    return label.casefold() in {tag.name.casefold() for tag in obj.asset_data.tags}


def _thing(obj: bpy.types.Object) -> Thing:
    return things_of([obj, *obj.children_recursive])[0]


def _is_of(obj: bpy.types.Object, label: str) -> bool:
    found = object_label(obj)
    return found is not None and found.label == label


def _in_libraries(label: str) -> list[tuple[Path, str]]:
    """Assets in the artist's libraries whose names have a word for the label, the shortest name first."""
    words = {label, *commands_en.LABELS.get(label, ()), *commands_zh.LABELS.get(label, ())}
    words = {word.replace("_", " ").casefold() for word in words}
    found: list[tuple[Path, str]] = []
    for library in bpy.context.preferences.filepaths.asset_libraries:
        folder = Path(library.path)
        files = sorted(folder.rglob("*.blend"))[:_MOST_FILES] if folder.is_dir() else []
        for path in files:
            if bpy.data.filepath and path.resolve() == Path(bpy.data.filepath).resolve():
                continue
            try:
                with bpy.data.libraries.load(str(path), assets_only=True) as (there, _):
                    names = list(there.objects)
            except OSError:
                continue  # damaged, or of a later Blender
            found += [(path, name) for name in names if _has_word(name, words)]
    return sorted(found, key=lambda item: (len(item[1]), item[1]))


def _has_word(name: str, words: set[str]) -> bool:
    plain = " ".join(re.findall(r"[^\W\d_]+", name.casefold()))
    return any(re.search(rf"(?<![a-z]){re.escape(word)}s?(?![a-z])", plain) for word in words)


def copied(context: bpy.types.Context, thing: Thing) -> Thing:
    """A copy of a thing with its parts at the same position, in the scene's active collection; meshes are shared.

    Raises:
        InputError: it is a linked collection of another file that cannot be copied so.
    """
    copies: dict[int, bpy.types.Object] = {}
    home = context.view_layer.active_layer_collection.collection
    if home.library is not None:
        home = context.scene.collection
    for obj in thing.members:
        twin = obj.copy()
        if twin.asset_data is not None:
            twin.asset_clear()
        copies[obj.session_uid] = twin
        homes = [item for item in obj.users_collection if item.library is None and _is_in(context.scene, item)]
        for item in homes or [home]:
            item.objects.link(twin)
    for obj in thing.members:
        twin = copies[obj.session_uid]
        if obj.parent is not None and obj.parent.session_uid in copies:
            twin.parent = copies[obj.parent.session_uid]
            twin.matrix_parent_inverse = obj.matrix_parent_inverse
        for modifier in twin.modifiers:
            target = getattr(modifier, "object", None)
            if target is not None and target.session_uid in copies:
                modifier.object = copies[target.session_uid]
        twin.hide_set(False)
    context.view_layer.update()
    return Thing(copies[thing.root.session_uid], tuple(copies.values()))


def _is_in(scene: bpy.types.Scene, home: bpy.types.Collection) -> bool:
    return home == scene.collection or home in list(scene.collection.children_recursive)
