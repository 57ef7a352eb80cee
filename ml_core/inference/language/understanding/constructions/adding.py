"""What each construction does that brings things and people into the scene: its slots as typed steps."""

from __future__ import annotations

from dataclasses import replace

from ml_core.inference.language.understanding.constructions.common import BESIDE, Values
from ml_core.vocabulary.commands import SceneCommand, Term


def add(values: Values) -> list[SceneCommand]:
    term, count, color = values["new"]
    return [
        SceneCommand("add", text=term, count=count, color=color, relation=values["relation"],
                     anchors=values["anchors"].terms)
    ]  # fmt: skip


def add_to_each(values: Values) -> list[SceneCommand]:
    """One asset, or several, at each of the other objects."""
    (step,) = add(values)
    return [replace(step, anchors=tuple(replace(term, is_single=False, every=1) for term in step.anchors))]


def add_center(values: Values) -> list[SceneCommand]:
    term, count, color = values["new"]
    return [SceneCommand("add", text=term, count=count, color=color, relation="center")]


def add_sides(values: Values) -> list[SceneCommand]:
    """One on the left and one on the right, or half of an even number on each."""
    term, count, color = values["new"]
    each = count // 2 if count > 1 and count % 2 == 0 else count
    return [
        SceneCommand("add", text=term, count=each, color=color, relation=side, anchors=values["anchors"].terms)
        for side in ("left_of", "right_of")
    ]


def add_corners(values: Values) -> list[SceneCommand]:
    """A number of assets in each of the four corners of a room."""
    term, count, color = values["new"]
    sides = [f"{side} {depth}" for depth in ("back", "forward") for side in ("left", "right")]
    return [SceneCommand("add", text=term, count=count, color=color, relation="corner", direction=side)
            for side in sides]  # fmt: skip


def add_row(values: Values) -> list[SceneCommand] | None:
    term, count, color = values["new"]
    return [SceneCommand("add", text=term, count=count, color=color, relation="row")] if count > 1 else None


def add_type(values: Values) -> list[SceneCommand] | None:
    kind, count = values["type"]
    if "relation" in values and values["relation"] not in BESIDE:
        return None
    anchors = values["anchors"].terms if "anchors" in values else ()
    return [SceneCommand("add", text=kind, count=count, relation=values.get("relation", ""), anchors=anchors)]


def generate_seated(values: Values) -> list[SceneCommand]:
    """Somebody who sits on a thing: made beside it, then seated."""
    anchors = values["anchors"].terms
    made = SceneCommand("generate", text=values["person"], relation="next_to", anchors=anchors)
    return [made, SceneCommand("act", (Term("them"),), anchors=anchors[:1], text=f"sit:{anchors[0]}")]


def generate(values: Values) -> list[SceneCommand]:
    anchors = values["anchors"].terms if "anchors" in values else ()
    return [SceneCommand("generate", text=values["person"], relation=values.get("relation", ""), anchors=anchors)]


def add_looking(values: Values) -> list[SceneCommand]:
    """A new light or camera that is pointed at something."""
    kind, count = values["type"]
    anchors = values["anchors"].terms
    return [
        SceneCommand("add", text=kind, count=count),
        SceneCommand("rotate", (Term("them"),), relation="facing", anchors=anchors),
    ]


def add_facing(values: Values) -> list[SceneCommand] | None:
    """A new object at a place, or in front of the object that it faces."""
    term, count, color = values["new"]
    anchors = values["anchors"].terms
    relation = values.get("relation", "in_front_of")
    if relation not in BESIDE:
        return None
    seen = values["anchors2"].terms if "anchors2" in values else anchors
    seen = anchors if any(term.kind == "them" for term in seen) else seen
    return [
        SceneCommand("add", text=term, count=count, color=color, relation=relation, anchors=anchors),
        SceneCommand("rotate", (Term("them"),), relation="facing", anchors=seen),
    ]


def people(values: Values) -> list[SceneCommand]:
    """Several people: each one described, or a number of them by one description."""
    said = [values[slot] for slot in ("people", "people2", "people3") if slot in values]
    return [SceneCommand("generate", text=text, count=count if count > 1 else 0) for text, count in said]
