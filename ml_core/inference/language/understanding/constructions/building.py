"""What each construction does: its slots as typed steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ml_core.inference.language.understanding.commands.amounts import Amount
from ml_core.inference.language.understanding.commands.values import is_switched
from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrase, sized
from ml_core.vocabulary.commands import SceneCommand, Term

Values = Mapping[str, Any]
_EVERYTHING = (Term("everything"),)
_BESIDE = ("on", "under", "above", "in", "next_to", "left_of", "right_of", "in_front_of", "behind", "around", "near",
           "against")  # fmt: skip
_MOST_UNDONE = 50
_GROWN, _MUCH_GROWN, _SHRUNK, _MUCH_SHRUNK = 1.25, 1.5, 0.8, 0.6


def _command(action: str, objects: NounPhrase | None, **values: Any) -> SceneCommand:
    terms, excluded = (objects.terms, objects.excluded) if objects is not None else ((), ())
    return SceneCommand(action, terms, excluded, **values)  # type: ignore[arg-type]


def _simple(action: str, **fixed: Any) -> Callable[[Values], list[SceneCommand]]:
    """A command on ``objects`` with what the other slots say."""

    def build(values: Values) -> list[SceneCommand]:
        said = dict(fixed)
        if "anchors" in values:
            said["anchors"] = values["anchors"].terms
        for name in ("relation", "color", "direction"):
            if name in values:
                said[name] = values[name]
        if "axis" in values:
            said["direction"] = values["axis"]
        for name in ("length", "angle"):
            if name in values:
                said |= {"amount": values[name].value, "unit": values[name].unit}
        return [_command(action, values.get("objects"), **said)]

    return build


def _switched(action: str) -> Callable[[Values], list[SceneCommand] | None]:
    """What has a light or a screen is switched by being shown or hidden; a door is not opened by that."""

    def build(values: Values) -> list[SceneCommand] | None:
        steps = _simple(action)(values)
        return steps if is_switched(steps[0].terms) else None

    return build


def _keep_delete(values: Values) -> list[SceneCommand] | None:
    """The others are others of the same kind."""
    kept = values["objects"]
    if len(kept.terms) != 1 or kept.terms[0].kind not in ("label", "group", "type", "collection", "avatar"):
        return None
    others = SceneCommand("delete", (Term(kept.terms[0].kind, kept.terms[0].value, among="rest"),))
    return [_command("keep", kept, protects=("delete", "hide")), others]


def _delete_keep(values: Values) -> list[SceneCommand]:
    return [_command("keep", values["kept"], protects=("delete", "hide")), _command("delete", values["objects"])]


def _grow(values: Values) -> list[SceneCommand] | None:
    """By meters along an axis; what gets bigger as a whole has no side that they could be measured at."""
    axis, sign = values["comparative"]
    length: Amount = values["length"]
    if not axis or length.value <= 0 or length.is_vague:
        return None
    return [_command("scale", values["objects"], direction=axis, amount=sign * length.value, unit="m", text="by")]


def _grow_a_bit(values: Values) -> list[SceneCommand]:
    axis, sign = values["comparative"]
    is_much = values["degree"] == "much"
    steps = {(1, False): _GROWN, (1, True): _MUCH_GROWN, (-1, False): _SHRUNK, (-1, True): _MUCH_SHRUNK}
    return [_command("scale", values["objects"], direction=axis, amount=steps[sign, is_much], unit="factor")]


def _times_as(values: Values) -> list[SceneCommand]:
    return [
        _command(
            "scale", values["objects"], direction=values["adjective"], amount=values["factor"].value, unit="factor"
        )
    ]


def _each_color(values: Values) -> list[SceneCommand]:
    pairs = [("objects", "color"), ("objects2", "color2"), ("objects3", "color3")]
    return [_command("recolor", values[who], color=values[color]) for who, color in pairs if who in values]


def _place_two(values: Values) -> list[SceneCommand]:
    return [
        _command("place", values[f"objects{number}"], relation=values[f"relation{number}"],
                 anchors=values[f"anchors{number}"].terms) for number in ("", "2")
    ]  # fmt: skip


def _place(values: Values) -> list[SceneCommand] | None:
    """Relations that need one other thing, or two of them."""
    several = len(values["anchors"].terms) > 1 or any(term.count > 1 for term in values["anchors"].terms)
    if values["relation"] not in _BESIDE and not (values["relation"] == "between" and several):
        return None
    return _simple("place")(values)


def _place_from(values: Values) -> list[SceneCommand] | None:
    """ "The bottles from the floor to the shelf" are those that are on the floor."""
    place = values["place"]
    if any(term.relation or term.superlative for term in values["objects"].terms):
        return None
    terms = tuple(
        replace(term, relation="floor" if place == "floor" else "on", anchors=() if place == "floor" else place.terms)
        for term in values["objects"].terms
    )
    return [SceneCommand("place", terms, relation="on", anchors=values["anchors"].terms)]


def _add(values: Values) -> list[SceneCommand]:
    term, count, color = values["new"]
    return [
        SceneCommand("add", text=term, count=count, color=color, relation=values["relation"],
                     anchors=values["anchors"].terms)
    ]  # fmt: skip


def _at_wall(relation: str) -> Callable[[Values], list[SceneCommand] | None]:
    """Against a wall or in a corner of the room, on a side of it where one is said."""

    def build(values: Values) -> list[SceneCommand] | None:
        side = values.get("side", "")
        if "new" in values:
            term, count, color = values["new"]
            return [SceneCommand("add", text=term, count=count, color=color, relation=relation, direction=side)]
        if any(term.relation for term in values["objects"].terms):
            return None  # "the lamps in the corner" are there
        return [_command("place", values["objects"], relation=relation, direction=side)]

    return build


def _add_center(values: Values) -> list[SceneCommand]:
    term, count, color = values["new"]
    return [SceneCommand("add", text=term, count=count, color=color, relation="center")]


def _add_sides(values: Values) -> list[SceneCommand]:
    """One on the left and one on the right, or half of an even number on each."""
    term, count, color = values["new"]
    each = count // 2 if count > 1 and count % 2 == 0 else count
    return [
        SceneCommand("add", text=term, count=each, color=color, relation=side, anchors=values["anchors"].terms)
        for side in ("left_of", "right_of")
    ]


def _add_row(values: Values) -> list[SceneCommand] | None:
    term, count, color = values["new"]
    return [SceneCommand("add", text=term, count=count, color=color, relation="row")] if count > 1 else None


def _add_type(values: Values) -> list[SceneCommand] | None:
    kind, count = values["type"]
    if "relation" in values and values["relation"] not in _BESIDE:
        return None
    anchors = values["anchors"].terms if "anchors" in values else ()
    return [SceneCommand("add", text=kind, count=count, relation=values.get("relation", ""), anchors=anchors)]


def _duplicate(values: Values) -> list[SceneCommand] | None:
    """Once each. "Copy three barrels" may ask for three copies, which the tagger reads."""
    if any(term.count for term in values["objects"].terms):
        return None
    return [_command("duplicate", values["objects"], count=1)]


def _count_at(values: Values) -> list[SceneCommand] | None:
    """ "What is on the table": everything that stands there."""
    if values["relation"] not in _BESIDE:
        return None
    return [SceneCommand("count", (Term("everything", relation=values["relation"], anchors=values["anchors"].terms),))]


def _label_as(values: Values) -> list[SceneCommand] | None:
    """What things are, by the artist's word: "these are stools". Of a kind that has a label, it is another one."""
    objects: NounPhrase = values["objects"]
    is_said = all(term.kind in ("them", "name") or term.among == "selected" for term in objects.terms)
    return [_command("label", objects, text=values["noun"])] if is_said and not objects.excluded else None


def _which_most(values: Values) -> list[SceneCommand] | None:
    """ "Which is the tallest chair": its name and size. Other questions with "which" are none of ours."""
    terms = values["objects"].terms
    if "superlative" in values:
        if len(terms) != 1 or terms[0].superlative:
            return None
        terms = (replace(terms[0], superlative=values["superlative"], is_single=False),)
    if len(terms) != 1 or not terms[0].superlative:
        return None
    return [SceneCommand("measure", terms, values["objects"].excluded)]


def _towards(relation: str) -> Callable[[Values], list[SceneCommand] | None]:
    """By a length towards or away from things; which of "the chair at the table" moves must not be in doubt."""

    def build(values: Values) -> list[SceneCommand] | None:
        length: Amount | None = values.get("length")
        if length is not None and length.value <= 0:
            return None
        return _simple("move", relation=relation)(values)

    return build


def _stack(values: Values) -> list[SceneCommand] | None:
    """ "Stack the boxes on the table": those that are there, or there? That is not told by its words."""
    if any(term.relation for term in values["objects"].terms):
        return None
    return [_command("place", values["objects"], relation="stacked")]


def _copy_to(values: Values) -> list[SceneCommand] | None:
    if values["relation"] not in _BESIDE or any(term.count > 1 for term in values["objects"].terms):
        return None
    return _simple("duplicate", count=1)(values)


def _match_size(values: Values) -> list[SceneCommand] | None:
    """As large as something else; "the table and the desk the same height": the later ones as the first."""
    axis = values["adjective"] if "adjective" in values else values["dimension"]
    objects: NounPhrase = values["objects"]
    share = {"amount": values["factor"].value, "unit": "factor"} if "factor" in values else {}
    if "anchors" in values:
        return [_command("scale", objects, direction=axis, anchors=values["anchors"].terms, **share)]
    if len(objects.terms) < 2 or objects.excluded:
        return None
    return [SceneCommand("scale", objects.terms[1:], direction=axis, anchors=objects.terms[:1])]


def _to_center_of(values: Values) -> list[SceneCommand]:
    """ "In the middle of the sofa and the TV" is between them."""
    relation = "between" if len(values["anchors"].terms) > 1 else "center"
    return _simple("place", relation=relation)(values)


def _to_center(values: Values) -> list[SceneCommand] | None:
    """ "Center the sofa between the lamps" is another construction."""
    if any(term.relation for term in values["objects"].terms):
        return None
    return _simple("place", relation="center")(values)


def _copy_row(values: Values) -> list[SceneCommand]:
    return [_command("duplicate", values["objects"], relation="row", count=values["count"])]


def _generate_seated(values: Values) -> list[SceneCommand]:
    """Somebody who sits on a thing: made beside it, then seated."""
    anchors = values["anchors"].terms
    made = SceneCommand("generate", text=values["person"], relation="next_to", anchors=anchors)
    return [made, SceneCommand("act", (Term("them"),), anchors=anchors[:1], text=f"sit:{anchors[0]}")]


def _render(values: Values) -> list[SceneCommand]:
    return [SceneCommand("render", text=values["resolution"])]


def _generate(values: Values) -> list[SceneCommand]:
    anchors = values["anchors"].terms if "anchors" in values else ()
    return [SceneCommand("generate", text=values["person"], relation=values.get("relation", ""), anchors=anchors)]


def _named(values: Values) -> list[SceneCommand] | None:
    return [_command("rename", values["objects"], text=values["name"])]


def _count_sized(values: Values) -> list[SceneCommand] | None:
    """ "Which objects are taller than 1 m": their names and number."""
    terms = sized(values["objects"].terms, values["comparative"], values["length"])
    return [SceneCommand("count", terms, values["objects"].excluded)] if terms else None


def _count_elements(values: Values) -> list[SceneCommand]:
    terms = values["objects"].terms if "objects" in values else _EVERYTHING
    return [SceneCommand("count", terms, text=values["element"])]


def _brighten(brighter: float, much_brighter: float) -> Callable[[Values], list[SceneCommand] | None]:
    """The lights that there are; "the lamps" are things that have lights."""

    def build(values: Values) -> list[SceneCommand] | None:
        lights = values["lights"]
        if any((term.kind, term.value) not in (("type", "light"), ("label", "lamp")) for term in lights.terms):
            return None
        amount = much_brighter if values.get("degree") == "much" else brighter
        if "factor" in values:
            amount = values["factor"].value if brighter > 1 else 1 / values["factor"].value
        return [_command("light", lights, amount=amount, unit="factor")]

    return build


def _undo_times(values: Values) -> list[SceneCommand] | None:
    return [SceneCommand("undo", count=values["count"])] if 0 < values["count"] <= _MOST_UNDONE else None


def _save_as(values: Values) -> list[SceneCommand]:
    return [SceneCommand("save", text=values["name"])]


def _swap_two(values: Values) -> list[SceneCommand] | None:
    """ "Swap the two lamps": each stands where the other one stood."""
    terms = values["objects"].terms
    if len(terms) != 1 or terms[0].count != 2:
        return None
    return [_command("place", values["objects"], relation="swapped")]


def _wear(values: Values) -> list[SceneCommand]:
    return [_command("dress", values.get("objects"), text=values["clothes"])]


def _add_looking(values: Values) -> list[SceneCommand]:
    """A new light or camera that is turned to something."""
    kind, count = values["type"]
    anchors = values["anchors"].terms
    return [
        SceneCommand("add", text=kind, count=count),
        SceneCommand("rotate", (Term("them"),), relation="facing", anchors=anchors),
    ]


def _place_facing(values: Values) -> list[SceneCommand] | None:
    """Put at one thing and turned to another."""
    placed = _place(values)
    if placed is None:
        return None
    seen = values["anchors2"].terms
    if any(term.kind == "them" for term in seen):  # "beside the table facing it"; around it they do anyway
        if values["relation"] == "around":
            return placed
        seen = values["anchors"].terms
    return [*placed, SceneCommand("rotate", (Term("them"),), relation="facing", anchors=seen)]


def _add_facing(values: Values) -> list[SceneCommand] | None:
    """A new thing at a place, or in front of what it is turned to."""
    term, count, color = values["new"]
    anchors = values["anchors"].terms
    relation = values.get("relation", "in_front_of")
    if relation not in _BESIDE:
        return None
    seen = values["anchors2"].terms if "anchors2" in values else anchors
    seen = anchors if any(term.kind == "them" for term in seen) else seen
    return [
        SceneCommand("add", text=term, count=count, color=color, relation=relation, anchors=anchors),
        SceneCommand("rotate", (Term("them"),), relation="facing", anchors=seen),
    ]


def _people(values: Values) -> list[SceneCommand]:
    """Several people: each that is said, or so many by one description."""
    said = [values[slot] for slot in ("people", "people2", "people3") if slot in values]
    return [SceneCommand("generate", text=text, count=count if count > 1 else 0) for text, count in said]


def _light(values: Values) -> list[SceneCommand]:
    return [SceneCommand("light", text=values["preset"])]


def _view(values: Values) -> list[SceneCommand]:
    return [_command("frame", values.get("objects"), text=values["view"])]


BUILDERS: dict[str, Callable[[Values], list[SceneCommand] | None]] = {
    "undo": _simple("undo"), "tidy": lambda _: [SceneCommand("apply_labels", _EVERYTHING)],
    "deselect_all": lambda _: [SceneCommand("deselect", _EVERYTHING)], "view": _view, "view_of": _view,
    "frame": _simple("frame"), "duplicate": _duplicate, "keep_delete": _keep_delete,
    "hide_unselected": lambda _: [SceneCommand("hide", (Term("everything", among="unselected"),))],
    "delete_keep": _delete_keep, "select": _simple("select"), "hide": _simple("hide"), "show": _simple("show"),
    "switch_off": _switched("hide"), "switch_on": _switched("show"),
    "delete": _simple("delete"), "count": _simple("count"), "count_there": _simple("count"), "count_at": _count_at,
    "count_floor": lambda _: [SceneCommand("count", (Term("everything", relation="floor"),))], "label_as": _label_as,
    "label_selected": lambda values: [SceneCommand("label", (Term("everything", among="selected"),),
                                                   text=values["noun"])],
    "which_most": _which_most, "which_is_most": _which_most, "to_wall": _at_wall("wall"),
    "add_wall": _at_wall("wall"), "to_corner": _at_wall("corner"), "add_corner": _at_wall("corner"),
    "grow": _grow, "grow_a_bit": _grow_a_bit, "times_as": _times_as,
    "swap_places": _simple("place", relation="swapped"), "to_center": _to_center,
    "between": _simple("place", relation="between"), "copy_row": _copy_row, "generate_seated": _generate_seated,
    "to_center_of": _to_center_of, "to_floor": _simple("place", relation="floor"),
    "towards": _towards("towards"), "away": _towards("away"), "stack": _stack, "copy_to": _copy_to,
    "match_size": _match_size, "match_color": _simple("recolor"), "render_at": _render,
    "add_sides": _add_sides, "add_row": _add_row, "add_type": _add_type,
    "brighter": lambda _: [SceneCommand("light", text="bright")],
    "turn_clockwise": _simple("rotate", direction="clockwise"),
    "turn_counterclockwise": _simple("rotate", direction="counterclockwise"),
    "light": _light, "turn_about_axis": _simple("rotate"), "turn_by": _simple("rotate"),
    "turn_around": _simple("rotate", amount=180.0, unit="deg"), "face": _simple("rotate", relation="facing"),
    "rename": _named, "color_two": _each_color, "color_three": _each_color, "color": _each_color,
    "place_two": _place_two, "place_from": _place_from, "place": _place, "place_exactly": _place,
    "around": _simple("place", relation="around"), "add_each": _add,
    "add_center": _add_center, "align_with": _simple("align"), "under_add": _add, "line_up": _simple("align"),
    "line_up_along": _simple("align"), "space_out": _simple("distribute"), "move_by": _simple("move"),
    "generate_at": _generate, "generate": _generate, "people": _people, "undo_times": _undo_times,
    "place_facing": _place_facing, "add_facing": _add_facing,
    "swap_two": _swap_two, "wear": _wear, "add_looking": _add_looking, "save_as": _save_as,
    "count_sized": _count_sized, "count_elements": _count_elements,
    "lights_up": _brighten(1.25, 2.0), "lights_down": _brighten(0.8, 0.5),
}  # fmt: skip
"""By the names of :data:`ml_core.vocabulary.words.constructions_en.CONSTRUCTIONS`."""
