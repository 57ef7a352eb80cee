"""Identifies things for commands: by the artist's label, then by their names, then by the recognizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy

from ml_core.inference.language.named_nouns import is_called
from ml_core.inference.recognition.names import heads_with, label_called
from ml_core.vocabulary.scene.labels import LABELS
from ml_core.vocabulary.words.commands_en import NARROWER, SAME_SORTS

from ...avatar.stored import has_traits
from ...bridge.data.part_of import part_roots
from ...bridge.object_labels import is_labeled_by_hand, label_of

_NAMED = {"MESH", "CURVE", "SURFACE", "FONT", "META", "CURVES", "EMPTY"}


def kinds_of(objects: Iterable[bpy.types.Object]) -> dict[int, str]:
    """The label of each object that has one, by ``session_uid``.

    A name that ends in the noun of a label ("guest chair", "mug blue") takes precedence over the guess from the shape;
    parts of a prop or a rig have the label of the whole.
    """
    objects = list(objects)
    parts = part_roots(objects)
    kinds = {obj.session_uid: kind for obj in objects if (kind := _kind_of(obj, obj.session_uid in parts))}
    for obj in objects:
        root = parts.get(obj.session_uid)
        if root is not None and root.session_uid in kinds and not is_labeled_by_hand(obj):
            kinds[obj.session_uid] = kinds[root.session_uid]
    return kinds


def kind_of(obj: bpy.types.Object) -> str:
    """The label of a single object, as in :func:`kinds_of`; empty for none."""
    return _kind_of(obj, False)


def _kind_of(obj: bpy.types.Object, is_part: bool) -> str:
    if has_traits(obj):
        return "person"
    label = label_of(obj) or ""
    if is_part or is_labeled_by_hand(obj) or label not in ("", *LABELS) or obj.type not in _NAMED:
        return label
    if obj.find_armature() is not None or any(has_traits(item) for item in _above(obj)):
        return label
    return label if label and heads_with(obj.name, label) else label_called(obj.name) or label


def _above(obj: bpy.types.Object) -> Iterable[bpy.types.Object]:
    while (obj := obj.parent) is not None:
        yield obj


def is_of_other_sort(name: str, noun: str, label: str) -> bool:
    """Whether a name says another sort of a label than a noun: a Coffee_machine is no microwave."""
    if is_called(name, noun):
        return False
    same = next((sorts for sorts in SAME_SORTS if any(is_called(sort, noun) or sort == noun for sort in sorts)), ())
    return any(sort not in same and is_called(name, sort) for sort in NARROWER.get(label, ()))


def called_so(objects: Sequence[bpy.types.Object], noun: str) -> list[bpy.types.Object]:
    """Things with all words of a noun in their names: the police car is car_police. Parts are represented by their
    whole."""
    parts = part_roots(objects)
    return [obj for obj in objects if obj.session_uid not in parts and is_called(obj.name, noun)]
