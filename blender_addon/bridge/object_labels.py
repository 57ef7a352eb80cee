"""The label of an object, stored in custom properties, so that copying, appending and exporting keep it."""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ml_core.files import stored_json
from ml_core.records import is_number
from ml_core.vocabulary.scene.labels import GROUP_OF, LABELS
from ml_core.vocabulary.scene.labels import title as title

from .data.identity import put
from .data.label_keys import BY_HAND_KEY, CONFIDENCE_KEY, LABEL_KEY, PART_KEY, PLACE_KEY, RANKING_KEY
from .data.part_of import part_roots, parts_by_root
from .data.stored_values import stored_number, stored_text

_LONGEST = 64
_MOST_GUESSES = 10
_KEYS = (LABEL_KEY, CONFIDENCE_KEY, RANKING_KEY, PART_KEY, PLACE_KEY, BY_HAND_KEY)


@dataclass(frozen=True)
class ObjectLabel:
    """``label`` is ``None`` for an object unlike anything learned; ``ranking`` lists the best guesses first."""

    label: str | None
    confidence: float
    ranking: list[tuple[str, float]]


def object_label(obj: bpy.types.Object) -> ObjectLabel | None:
    """The label data of ``obj``; ``None`` if it has not been labeled yet."""
    confidence = confidence_of(obj)
    if confidence is None:
        return None
    pairs = [item for item in stored_json(stored_text(obj, RANKING_KEY), list, []) if _is_guess(item)]
    ranking = [(label, float(share)) for label, share in pairs[:_MOST_GUESSES]]
    return ObjectLabel(label_of(obj), confidence, ranking)


def confidence_of(obj: bpy.types.Object) -> float | None:
    """The confidence (0..1) of the label of ``obj``; ``None`` if it has not been labeled yet."""
    confidence = stored_number(obj, CONFIDENCE_KEY, -1.0, 0.0, 1.0)
    return confidence if confidence >= 0 else None


def label_of(obj: bpy.types.Object) -> str | None:
    """The label that is stored on ``obj``; ``None`` if there is none, or if it is not a name of a few words."""
    label = stored_text(obj, LABEL_KEY, longest=_LONGEST)
    return label if label.strip() and label.isprintable() else None


def _is_guess(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and is_number(pair[1], 0, 1)


def roots(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is an independent object: not a part of a prop or a mesh of a rig that carries the same label.

    Scans the whole file; for many objects, call :func:`part_roots` once.
    """
    return not part_roots([obj])


def parts_of(root: bpy.types.Object, scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The other objects of the prop or rig of ``root``."""
    return parts_by_root(scene.objects).get(root.session_uid, [])


def stands_for(part: bpy.types.Object) -> bool:
    """Whether ``part`` is the first of the meshes of a root that has no mesh itself (an armature, an empty)."""
    root = part_roots([part]).get(part.session_uid)
    if root is None or root.type not in ("ARMATURE", "EMPTY"):
        return False
    parts = parts_by_root(bpy.data.objects).get(root.session_uid, [])
    meshes = [item for item in parts if item.visible_get()]
    return bool(meshes) and part == max(meshes, key=lambda mesh: mesh.dimensions.length)


def set_label(obj: bpy.types.Object, label: str) -> None:
    """Set the label that the artist gives to ``obj``, which is final; the recognizer's guesses stay for the menu."""
    put(obj, LABEL_KEY, label)
    put(obj, CONFIDENCE_KEY, 1.0)
    put(obj, BY_HAND_KEY, True)


def is_labeled_by_hand(obj: bpy.types.Object) -> bool:
    """Whether the artist has labeled ``obj``."""
    return bool(obj.get(BY_HAND_KEY))


def clear_label(obj: bpy.types.Object) -> bool:
    """Removes the label of ``obj``; False if it had none."""
    had = CONFIDENCE_KEY in obj
    for key in _KEYS:
        if key in obj:
            del obj[key]
    return had


LABEL_ITEMS = [(label, title(label), f"Group: {title(GROUP_OF[label])}") for label in LABELS]
