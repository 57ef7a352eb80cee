"""The label that an object carries: custom properties, so that copying, appending and exporting keep it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import bpy

from ml_core.vocabulary.labels import GROUP_OF, LABELS

LABEL_KEY = "atelier_label"
CONFIDENCE_KEY = "atelier_confidence"
RANKING_KEY = "atelier_ranking"
PART_KEY = "atelier_part_of"
BY_HAND_KEY = "atelier_labeled_by_hand"
_KEYS = (LABEL_KEY, CONFIDENCE_KEY, RANKING_KEY, PART_KEY, BY_HAND_KEY)


@dataclass(frozen=True)
class ObjectLabel:
    """``label`` is ``None`` for an object that is like nothing learned; ``ranking`` has the best guesses first."""

    label: str | None
    confidence: float
    ranking: list[tuple[str, float]]


def object_label(obj: bpy.types.Object) -> ObjectLabel | None:
    """What ``obj`` was labelled as; ``None`` when nobody has looked at it yet."""
    confidence = obj.get(CONFIDENCE_KEY)
    if confidence is None:
        return None
    try:
        ranking = [(str(label), float(share)) for label, share in json.loads(obj.get(RANKING_KEY) or "[]")]
    except (ValueError, TypeError):  # edited by hand in the Custom Properties panel
        ranking = []
    return ObjectLabel(obj.get(LABEL_KEY) or None, float(confidence), ranking)


def leads(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is a thing of its own: not a part of a prop or a mesh of a rig that carries the same label."""
    return obj.get(PART_KEY, "") not in bpy.data.objects


def parts_of(lead: bpy.types.Object, scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The other objects of the prop or rig that ``lead`` leads."""
    return [obj for obj in scene.objects if obj.get(PART_KEY) == lead.name]


def stands_for(part: bpy.types.Object) -> bool:
    """Whether ``part`` is the first of the meshes of a lead that has none itself (an armature, an empty)."""
    lead = bpy.data.objects.get(part.get(PART_KEY, ""))
    if lead is None or lead.type not in ("ARMATURE", "EMPTY"):
        return False
    meshes = [one for one in bpy.data.objects if one.get(PART_KEY) == lead.name and one.visible_get()]
    return bool(meshes) and part == max(meshes, key=lambda one: one.dimensions.length)


def set_label(obj: bpy.types.Object, label: str) -> None:
    """The artist says what ``obj`` is, which is certain and stays; the recogniser's guesses stay for the menu."""
    obj[LABEL_KEY] = label
    obj[CONFIDENCE_KEY] = 1.0
    obj[BY_HAND_KEY] = True


def clear_label(obj: bpy.types.Object) -> bool:
    """Forgets what ``obj`` was labelled as; False when it was not."""
    had = CONFIDENCE_KEY in obj
    for key in _KEYS:
        if key in obj:
            del obj[key]
    return had


def title(label: str) -> str:
    """``potted_plant`` as it is shown: ``Potted Plant``; ``tv_monitor``: ``TV Monitor``."""
    return label.replace("_", " ").title().replace("Tv ", "TV ")


LABEL_ITEMS = [(label, title(label), f"Group: {title(GROUP_OF[label])}") for label in LABELS]
