"""Suggests objects that a scene lacks, each with the thing that it would stand on or beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy

from ml_core.errors import InputError
from ml_core.inference.layout.suggesting import Suggestion, gap_between, places_of, shipped_layouts
from ml_core.inference.recognition.scenes import SceneObject
from ml_core.vocabulary.commands import SceneCommand, Term

from ..bridge.object_labels import label_of
from .editing.library import source_name
from .editing.things import Thing, things_of
from .editing.walls import is_wall

_CROWDED = 0.5
"""Meters around a thing in which another one takes room beside it."""


@dataclass(frozen=True)
class Proposal:
    """A suggestion for this scene.

    Attributes:
        anchor: name of the object that it would stand on or beside; empty if it needs none. asset: what would be
            copied; empty if neither assets nor the scene have one.
    """

    suggestion: Suggestion
    anchor: str
    asset: str

    def steps(self) -> list[SceneCommand]:
        """The commands that add it, and rotate it if it faces its neighbor."""
        anchors = (Term("name", self.anchor),) if self.anchor else ()
        relation = "center" if self.suggestion.relation == "floor" else self.suggestion.relation
        steps = [SceneCommand("add", text=self.suggestion.label, count=1, relation=relation, anchors=anchors)]
        if self.suggestion.faces:
            steps.append(SceneCommand("rotate", (Term("them"),), relation="facing", anchors=anchors))
        return steps


def proposals(context: bpy.types.Context, count: int = 5) -> list[Proposal]:
    """Objects that would fit around the active object, else around the 3D cursor.

    Raises:
        InputError: nothing in the scene has a label.
    """
    shown = [obj for obj in context.view_layer.objects if obj.visible_get() and obj.type not in ("LIGHT", "CAMERA")]
    things = things_of(shown)
    seen = [(thing, _seen(thing)) for thing in things]
    labeled = [(thing, one) for thing, one in seen if one.label]
    if not labeled:
        raise InputError("no object has a label yet; label the objects first")
    place = _place(context, labeled)
    has_walls = any(is_wall(thing.box()) for thing in things)
    found = shipped_layouts().suggestions([one for _, one in place], has_walls, count)
    return [Proposal(item, _anchor(item, place), source_name(context, item.label)) for item in found]


def _seen(thing: Thing) -> SceneObject:
    box = thing.box()
    return SceneObject(label_of(thing.root), tuple(box.size), tuple(box.center))  # type: ignore[arg-type]


def _place(context: bpy.types.Context, labeled: Sequence[tuple[Thing, SceneObject]]) -> list[tuple[Thing, SceneObject]]:
    """The things around the active object, else around the 3D cursor."""
    by_object = {id(one): thing for thing, one in labeled}
    active = context.view_layer.objects.active
    spot = active.matrix_world.translation if active is not None else context.scene.cursor.location
    at = SceneObject(None, (0.0, 0.0, 0.0), tuple(spot))  # type: ignore[arg-type]
    places = places_of([one for _, one in labeled])
    nearest = min(places, key=lambda place: min(gap_between(item, at) for item in place))
    return [(by_object[id(item)], item) for item in nearest]


def _anchor(one: Suggestion, place: Sequence[tuple[Thing, SceneObject]]) -> str:
    """Among the things that it could stand on or beside, one that already has others of its kind; else the one with the
    most free space around."""
    fitting = [(thing, seen) for thing, seen in place if seen.label == one.support]
    if not fitting:
        return ""

    def crowd(seen: SceneObject) -> int:
        return sum(gap_between(seen, other) < _CROWDED for _, other in place if other is not seen)

    def company(seen: SceneObject) -> int:
        return sum(other.label == one.label and gap_between(seen, other) < _CROWDED for _, other in place)

    return str(min(fitting, key=lambda pair: (-min(company(pair[1]), 1), crowd(pair[1])))[0].root.name)
