"""The label that an object carries: custom properties, so that copying, appending and exporting keep it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import bpy

from ml_core.vocabulary.labels import GROUP_OF, LABELS

from .identity import put
from .label_keys import BY_HAND_KEY, CONFIDENCE_KEY, LABEL_KEY, PART_KEY, PLACE_KEY, RANKING_KEY
from .part_of import part_leads, parts_by_lead

_KEYS = (LABEL_KEY, CONFIDENCE_KEY, RANKING_KEY, PART_KEY, PLACE_KEY, BY_HAND_KEY)


@dataclass(frozen=True)
class ObjectLabel:
    """``label`` is ``None`` for an object that is like nothing learned; ``ranking`` has the best guesses first."""

    label: str | None
    confidence: float
    ranking: list[tuple[str, float]]


def object_label(obj: bpy.types.Object) -> ObjectLabel | None:
    """What ``obj`` was labelled as; ``None`` when nobody has looked at it yet."""
    confidence, label = obj.get(CONFIDENCE_KEY), obj.get(LABEL_KEY)
    if not isinstance(confidence, int | float) or not math.isfinite(confidence):
        return None
    try:
        ranking = [(str(label), float(share)) for label, share in json.loads(obj.get(RANKING_KEY) or "[]")]
    except (ValueError, TypeError):  # edited by hand in the Custom Properties panel
        ranking = []
    return ObjectLabel(label if isinstance(label, str) and label else None, float(confidence), ranking)


def leads(obj: bpy.types.Object) -> bool:
    """Whether ``obj`` is a thing of its own: not a part of a prop or a mesh of a rig that carries the same label.

    Looks at the whole file; ask :func:`part_leads` once where there are many objects.
    """
    return not part_leads([obj])


def parts_of(lead: bpy.types.Object, scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """The other objects of the prop or rig that ``lead`` leads."""
    return parts_by_lead(scene.objects).get(lead.session_uid, [])


def stands_for(part: bpy.types.Object) -> bool:
    """Whether ``part`` is the first of the meshes of a lead that has none itself (an armature, an empty)."""
    lead = part_leads([part]).get(part.session_uid)
    if lead is None or lead.type not in ("ARMATURE", "EMPTY"):
        return False
    parts = parts_by_lead(bpy.data.objects).get(lead.session_uid, [])
    meshes = [one for one in parts if one.visible_get()]
    return bool(meshes) and part == max(meshes, key=lambda one: one.dimensions.length)


def set_label(obj: bpy.types.Object, label: str) -> None:
    """The artist says what ``obj`` is, which is certain and stays; the recogniser's guesses stay for the menu."""
    put(obj, LABEL_KEY, label)
    put(obj, CONFIDENCE_KEY, 1.0)
    put(obj, BY_HAND_KEY, True)


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
