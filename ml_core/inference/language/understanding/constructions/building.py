"""What each construction does: its slots as typed steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ml_core.inference.language.lexicon import is_chinese
from ml_core.inference.language.understanding.commands.amounts import Amount
from ml_core.inference.language.understanding.commands.values import is_lamp_by_name, is_lit, is_switched
from ml_core.inference.language.understanding.constructions import adding, asking
from ml_core.inference.language.understanding.constructions.common import BESIDE, EVERYTHING, Values, command, simple
from ml_core.inference.language.understanding.constructions.noun_phrases import NounPhrase, only
from ml_core.vocabulary.commands import A_BIT, MUCH, PLAINLY, SceneCommand, Term

_MOST_UNDONE = 50
_A_LITTLE, _FAR = 0.1, 0.5
"""Meters of a bit higher and of much higher."""
_GROWN, _MUCH_GROWN, _SHRUNK, _MUCH_SHRUNK = 1.25, 1.5, 0.8, 0.6


def _switched(action: str) -> Callable[[Values], list[SceneCommand] | None]:
    """Objects with a light or a screen are switched by showing or hiding them; a door is not opened that way."""

    def build(values: Values) -> list[SceneCommand] | None:
        (step,) = simple(action)(values)
        return [replace(step, switches=is_lit(step.terms))] if is_switched(step.terms) else None

    return build


def _keep_delete(values: Values) -> list[SceneCommand] | None:
    """Keep some and delete "the others", those of the same kind."""
    kept = values["objects"]
    if len(kept.terms) != 1 or kept.terms[0].kind not in ("label", "group", "type", "collection", "avatar"):
        return None
    others = SceneCommand("delete", (Term(kept.terms[0].kind, kept.terms[0].value, among="rest"),))
    return [command("keep", kept, protects=("delete", "hide")), others]


def _delete_keep(values: Values) -> list[SceneCommand]:
    return [command("keep", values["kept"], protects=("delete", "hide")), command("delete", values["objects"])]


def _taken_off(action: str) -> Callable[[Values], list[SceneCommand] | None]:
    """Remove what is on an object, with exceptions: "everything from the table except the bottle"."""

    def build(values: Values) -> list[SceneCommand] | None:
        anchors = values["anchors"].terms
        objects: NounPhrase = values.get("objects", NounPhrase(EVERYTHING))
        if any(term.relation or term.superlative for term in objects.terms):
            return None
        terms = tuple(replace(term, relation="on", anchors=anchors) for term in objects.terms)
        kept = values["kept"].terms if "kept" in values else ()
        return [SceneCommand(action, terms, (*objects.excluded, *kept))]  # type: ignore[arg-type]

    return build


def _grow(values: Values) -> list[SceneCommand] | None:
    """By meters along an axis; uniform scaling has no axis along which meters could be measured."""
    axis, sign = values["comparative"]
    length: Amount = values["length"]
    if not axis or length.value <= 0 or length.is_vague:
        return None
    return [command("scale", values["objects"], direction=axis, amount=sign * length.value, unit="m", text="by")]


def _grow_a_bit(values: Values) -> list[SceneCommand]:
    axis, sign = values["comparative"]
    is_much = values["degree"] == "much"
    steps = {(1, False): _GROWN, (1, True): _MUCH_GROWN, (-1, False): _SHRUNK, (-1, True): _MUCH_SHRUNK}
    return [command("scale", values["objects"], direction=axis, amount=steps[sign, is_much], unit="factor")]


def _grow_share(values: Values) -> list[SceneCommand] | None:
    """By a fraction of its size."""
    axis, sign = values["comparative"]
    factor = 1 + sign * values["percent"]
    return [command("scale", values["objects"], direction=axis, amount=factor, unit="factor")] if factor > 0 else None


def _times_as(values: Values) -> list[SceneCommand]:
    return [
        command("scale", values["objects"], direction=values["adjective"], amount=values["factor"].value, unit="factor")
    ]


def _each_color(values: Values) -> list[SceneCommand]:
    """Each of two or three with its own color or finish."""
    pairs = [("objects", "coat"), ("objects2", "coat2"), ("objects3", "coat3")]
    return [_coated(values[who], *values[coat]) for who, coat in pairs if who in values]


def _coated(objects: NounPhrase, finish: str, color: str) -> SceneCommand:
    return command("recolor", objects, text=finish, color=color)


def _shade(values: Values) -> list[SceneCommand] | None:
    """Darker, more saturated, more red; for lamps, "brighter" means their lights."""
    way, color = values["shade"] if "shade" in values else values["shade_alone"]
    return _shifted(way, color)(values)


def _shifted(way: str, color: str = "") -> Callable[[Values], list[SceneCommand] | None]:
    def build(values: Values) -> list[SceneCommand] | None:
        objects: NounPhrase = values["objects"]
        if any(
            term.kind == "type" or (term.kind, term.value) == ("label", "lamp") or term == Term("everything")
            for term in objects.terms
        ):
            return None  # lamps, lights and rooms get darker by their light
        amount = {"much": MUCH, "a bit": A_BIT}.get(values.get("degree", ""), PLAINLY)
        return [command("recolor", objects, text=way, color=color, amount=amount, unit="factor")]

    return build


def _place_two(values: Values) -> list[SceneCommand]:
    return [
        command("place", values[f"objects{number}"], relation=values[f"relation{number}"],
                 anchors=values[f"anchors{number}"].terms) for number in ("", "2")
    ]  # fmt: skip


def _place(values: Values) -> list[SceneCommand] | None:
    """Relations that need one other object, or two of them."""
    several = len(values["anchors"].terms) > 1 or any(term.count > 1 for term in values["anchors"].terms)
    if values["relation"] not in BESIDE and not (values["relation"] == "between" and several):
        return None
    return simple("place")(values)


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


def _at_wall(relation: str) -> Callable[[Values], list[SceneCommand] | None]:
    """Against a wall or in a corner of the room, on a given side of it."""

    def build(values: Values) -> list[SceneCommand] | None:
        side = " ".join(values[slot] for slot in ("side", "side2") if slot in values)
        if "new" in values:
            term, count, color = values["new"]
            return [SceneCommand("add", text=term, count=count, color=color, relation=relation, direction=side)]
        if any(term.relation for term in values["objects"].terms):
            return None  # "the lamps in the corner" are there
        return [command("place", values["objects"], relation=relation, direction=side)]

    return build


def _duplicate(values: Values) -> list[SceneCommand] | None:
    """One copy of each. "Copy three barrels" may mean three copies, which the tagger reads."""
    if any(term.count for term in values["objects"].terms):
        return None
    return [command("duplicate", values["objects"], count=1)]


def _label_as(values: Values) -> list[SceneCommand] | None:
    """The artist's word for objects: "these are stools". A phrase with a label is another construction."""
    objects: NounPhrase = values["objects"]
    is_said = all(term.kind in ("them", "name") or term.among == "selected" for term in objects.terms)
    return [command("label", objects, text=values["noun"])] if is_said and not objects.excluded else None


def _towards(relation: str) -> Callable[[Values], list[SceneCommand] | None]:
    """By a length towards or away from things; it must be clear what of "the chair at the table" moves."""

    def build(values: Values) -> list[SceneCommand] | None:
        length: Amount | None = values.get("length")
        if length is not None and length.value <= 0:
            return None
        return simple("move", relation=relation)(values)

    return build


def _stack(values: Values) -> list[SceneCommand] | None:
    """ "Stack the boxes on the table": those on it, or onto it? The words do not decide, so neither."""
    if any(term.relation for term in values["objects"].terms):
        return None
    return [command("place", values["objects"], relation="stacked")]


def _copy_to(values: Values) -> list[SceneCommand] | None:
    relation = values.get("relation", "on")
    if relation not in BESIDE or any(term.count > 1 for term in values["objects"].terms):
        return None
    anchors = values["surface"] if "surface" in values else values["anchors"]
    if all(term.kind == "them" for term in anchors.terms):  # "and put the copy beside it"
        anchors = values["objects"]
    return simple("duplicate", count=1, relation=relation)({"objects": values["objects"], "anchors": anchors})


def _match_size(values: Values) -> list[SceneCommand] | None:
    """As large as something else; "the table and the desk the same height": the later ones as the first."""
    axis = values["adjective"] if "adjective" in values else values["dimension"]
    objects: NounPhrase = values["objects"]
    share = {"amount": values["factor"].value, "unit": "factor"} if "factor" in values else {}
    if "anchors" in values:
        return [command("scale", objects, direction=axis, anchors=values["anchors"].terms, **share)]
    if len(objects.terms) < 2 or objects.excluded:
        return None
    return [SceneCommand("scale", objects.terms[1:], direction=axis, anchors=objects.terms[:1])]


def _to_center_of(values: Values) -> list[SceneCommand]:
    """ "In the middle of the sofa and the TV" is between them."""
    relation = "between" if len(values["anchors"].terms) > 1 else "center"
    return simple("place", relation=relation)(values)


def _to_center(values: Values) -> list[SceneCommand] | None:
    """ "Center the sofa between the lamps" is another construction."""
    if any(term.relation for term in values["objects"].terms):
        return None
    return simple("place", relation="center")(values)


def _copy_row(values: Values) -> list[SceneCommand]:
    return [command("duplicate", values["objects"], relation="row", count=values["count"])]


def _render(values: Values) -> list[SceneCommand]:
    return [SceneCommand("render", text=values["resolution"])]


def _collect(values: Values) -> list[SceneCommand]:
    return [command("collect", values["objects"], text=values["name"])]


def _lift_off(values: Values) -> list[SceneCommand] | None:
    """Up from its support, by the given amount above where it stands."""
    length: Amount = values["length"]
    return [command("move", values["objects"], direction="up", amount=length.value, unit="m")]


def _named(values: Values) -> list[SceneCommand] | None:
    return [command("rename", values["objects"], text=values["name"])]


def _brighten(brighter: float, much_brighter: float) -> Callable[[Values], list[SceneCommand] | None]:
    """Brighten the lights of the scene; "the lamps" are objects that have lights."""

    def build(values: Values) -> list[SceneCommand] | None:
        lights = values["lights"]
        lit = (("type", "light"), ("label", "lamp"))
        if not all((term.kind, term.value) in lit or is_lamp_by_name(term) for term in lights.terms):
            return None
        amount = much_brighter if values.get("degree") == "much" else brighter
        if "factor" in values:
            amount = values["factor"].value if brighter > 1 else 1 / values["factor"].value
        if "percent" in values:
            amount = 1 + (1 if brighter > 1 else -1) * values["percent"]
        if amount <= 0:
            return None
        return [command("light", lights, amount=amount, unit="factor")]

    return build


def _by_degree(direction: str) -> Callable[[Values], list[SceneCommand] | None]:
    """Raise or lower by a vague amount."""

    def build(values: Values) -> list[SceneCommand] | None:
        amount = _FAR if values.get("degree") == "much" else _A_LITTLE
        return [command("move", values["objects"], direction=direction, amount=amount, unit="m")]

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
    return [command("place", values["objects"], relation="swapped")]


def _swap_with(values: Values) -> list[SceneCommand] | None:
    """Two objects of the scene: "swap Sofa_01 with Sofa_02"; with anything else another asset is meant."""
    both = (*values["objects"].terms, *values["anchors"].terms)
    if len(both) != 2 or any(term.kind != "name" and not term.is_single for term in both):
        return None
    return simple("place", relation="swapped")(values)


def _wear(values: Values) -> list[SceneCommand] | None:
    if "objects" in values and not only(values["objects"].terms):
        return None
    return [command("dress", values.get("objects"), text=values["clothes"])]


def _place_facing(values: Values) -> list[SceneCommand] | None:
    """Put at one object and facing another."""
    placed = _place(values)
    if placed is None:
        return None
    seen = values["anchors2"].terms
    if any(term.kind == "them" for term in seen):  # "beside the table facing it"; around it they do anyway
        if values["relation"] == "around":
            return placed
        seen = values["anchors"].terms
    return [*placed, SceneCommand("rotate", (Term("them"),), relation="facing", anchors=seen)]


def _face_each_other(values: Values) -> list[SceneCommand] | None:
    """Two objects are turned to face each other."""
    terms = values["objects"].terms
    if len(terms) == 1 and terms[0].count == 2:  # 让她们两个面对面
        terms = tuple(replace(terms[0], count=0, ordinal=number, is_single=False) for number in (1, 2))
    if len(terms) != 2 or any(term.kind == "them" or term.count > 1 for term in terms):
        return None
    return [SceneCommand("rotate", (one,), relation="facing", anchors=(other,)) for one, other in (terms, terms[::-1])]


def _row_spaced(values: Values) -> list[SceneCommand] | None:
    """In a row, or along an axis, with a gap between neighbors."""
    length: Amount = values["length"]
    if length.value < 0:
        return None
    axis = values.get("axis", "")
    first = command("align", values["objects"], direction=axis) if axis else _in_row(values)
    gaps = SceneCommand("distribute", (Term("them"),), direction=axis, amount=length.value, unit="m")
    return [first, gaps]


def _in_row(values: Values) -> SceneCommand:
    return command("place", values["objects"], relation="row")


def _take_off(values: Values) -> list[SceneCommand] | None:
    """Remove a garment, a beard or freckles."""
    kind, word = values["worn"]
    if kind == "garment":
        return [command("undress", values["objects"], text=word)]
    return [command("adjust", values["objects"], text=word)]


def _dye(values: Values) -> list[SceneCommand] | None:
    """A garment in another color, as one of that color is put on."""
    kind, word = values["worn"]
    if not only(values["objects"].terms) or (kind != "garment" and not word.endswith(("hair", "头发"))):
        return None
    if kind != "garment" and any(term.kind == "them" for term in values["objects"].terms):
        return None  # "her hair should be red" is a description of whoever is active
    if kind != "garment":
        text = f"{values['dye']}头发" if is_chinese(word) else f"{values['dye']} hair"
        return [command("adjust", values["objects"], text=text)]
    text = f"{values['dye']}{word}" if is_chinese(word) else f"{values['dye']} {word}"
    return [command("dress", values["objects"], text=text)]


def _change_into(values: Values) -> list[SceneCommand] | None:
    """Other clothes, in place of what is worn there."""
    kind, word = values.get("worn", ("garment", ""))
    if not only(values["objects"].terms) or kind != "garment":
        return None
    return [command("dress", values["objects"], text=values["look"], instead=word)]


def _dress_in(values: Values) -> list[SceneCommand]:
    return [command("dress", values["objects"], text=values["look"])]


def _color_finish(values: Values) -> list[SceneCommand] | None:
    """Another surface in a color of its own."""
    finish, color = values["finish"]
    return None if color else [_coated(values["objects"], finish, values["color"])]


def _finish(values: Values) -> list[SceneCommand]:
    return [_coated(values["objects"], *values["finish"])]


def _light(values: Values) -> list[SceneCommand]:
    return [SceneCommand("light", text=values["preset"] if "preset" in values else values["sky"])]


def _view(values: Values) -> list[SceneCommand]:
    return [command("frame", values.get("objects"), text=values["view"])]


BUILDERS: dict[str, Callable[[Values], list[SceneCommand] | None]] = {
    "undo": simple("undo"), "tidy": lambda _: [SceneCommand("apply_labels", EVERYTHING)],
    "deselect_all": lambda _: [SceneCommand("deselect", EVERYTHING)], "view": _view, "view_of": _view,
    "frame": simple("frame"), "duplicate": _duplicate, "keep_delete": _keep_delete,
    "hide_unselected": lambda _: [SceneCommand("hide", (Term("everything", among="unselected"),))],
    "invert_selection": lambda _: [SceneCommand("select", (Term("everything", among="unselected"),))],
    "delete_keep": _delete_keep, "select": simple("select"), "hide": simple("hide"), "show": simple("show"),
    "switch_off": _switched("hide"), "switch_on": _switched("show"),
    "delete": simple("delete"), "count": simple("count"), "count_there": simple("count"),
    "count_at": asking.count_at, "count_related": asking.count_related,
    "count_floor": lambda _: [SceneCommand("count", (Term("everything", relation="floor"),))], "label_as": _label_as,
    "label_selected": lambda values: [SceneCommand("label", (Term("everything", among="selected"),),
                                                   text=values["noun"])],
    "which_most": asking.which_most, "which_is_most": asking.which_most, "to_wall": _at_wall("wall"),
    "add_wall": _at_wall("wall"), "to_corner": _at_wall("corner"), "add_corner": _at_wall("corner"),
    "delete_from": _taken_off("delete"), "hide_from": _taken_off("hide"), "collect": _collect,
    "color_of": asking.color_of, "lift_off": _lift_off, "grow_share": _grow_share, "add_to_each": adding.add_to_each,
    "grow": _grow, "grow_a_bit": _grow_a_bit, "times_as": _times_as,
    "swap_places": simple("place", relation="swapped"), "to_center": _to_center,
    "between": simple("place", relation="between"), "copy_row": _copy_row, "generate_seated": adding.generate_seated,
    "to_center_of": _to_center_of, "to_floor": simple("place", relation="floor"),
    "towards": _towards("towards"), "away": _towards("away"), "stack": _stack, "copy_to": _copy_to,
    "match_size": _match_size, "match_color": simple("recolor"), "render_at": _render,
    "add_sides": adding.add_sides, "add_row": adding.add_row, "add_type": adding.add_type,
    "brighter": lambda _: [SceneCommand("light", text="bright")],
    "turn_clockwise": simple("rotate", direction="clockwise"),
    "turn_counterclockwise": simple("rotate", direction="counterclockwise"),
    "light": _light, "turn_about_axis": simple("rotate"), "turn_by": simple("rotate"),
    "turn_around": simple("rotate", amount=180.0, unit="deg"), "face": simple("rotate", relation="facing"),
    "rename": _named, "color_two": _each_color, "color_three": _each_color, "color": simple("recolor"),
    "shade": _shade, "darken": _shifted("darker"), "lighten": _shifted("lighter"), "saturate": _shifted("richer"),
    "desaturate": _shifted("paler"),
    "place_two": _place_two, "place_from": _place_from, "place": _place, "place_exactly": _place,
    "around": simple("place", relation="around"), "add_each": adding.add,
    "add_center": adding.add_center, "align_with": simple("align"), "under_add": adding.add, "line_up": simple("align"),
    "line_up_along": simple("align"), "space_out": simple("distribute"), "move_by": simple("move"),
    "generate_at": adding.generate, "generate": adding.generate, "people": adding.people, "undo_times": _undo_times,
    "place_facing": _place_facing, "add_facing": adding.add_facing,
    "swap_two": _swap_two,
    "swap_with": _swap_with, "wear": _wear, "add_looking": adding.add_looking, "save_as": _save_as,
    "compare": asking.compare, "apart": asking.apart,
    "which_of_two": asking.which_of_two, "compare_numbers": asking.compare_numbers, "who_is_most": asking.who_is_most,
    "face_each_other": _face_each_other, "row_spaced": _row_spaced, "take_off": _take_off, "dress_in": _dress_in,
    "dye": _dye, "change_into": _change_into,
    "finish": _finish, "color_finish": _color_finish, "add_corners": adding.add_corners,
    "raise": simple("move", direction="up"), "lower": simple("move", direction="down"),
    "raise_a_bit": _by_degree("up"), "lower_a_bit": _by_degree("down"),
    "place_beside": simple("place", relation="next_to"),
    "count_sized": asking.count_sized, "count_elements": asking.count_elements,
    "lights_up": _brighten(1.25, 2.0), "lights_down": _brighten(0.8, 0.5),
}  # fmt: skip
"""Builders by the names of :data:`ml_core.vocabulary.words.constructions_en.CONSTRUCTIONS`."""
