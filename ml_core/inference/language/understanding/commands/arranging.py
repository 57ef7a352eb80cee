"""Reads the values of steps that arrange objects: where to, how far, how large, along which axis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ml_core.inference.language.clauses import MisreadError
from ml_core.inference.language.understanding.commands.amounts import Amount, angle_of, factor_of, length_of
from ml_core.inference.language.understanding.tagging.pieces import Piece
from ml_core.inference.language.understanding.tagging.spans import Span, joined
from ml_core.inference.language.understanding.words import meaning
from ml_core.vocabulary.commands import SceneCommand

if TYPE_CHECKING:
    from ml_core.inference.language.understanding.commands.slots import Slots

from ml_core.inference.language.understanding.commands.values import (
    ALONE,
    Unread,
    direction_of,
    has_any,
    needed,
    relation_of,
    tokens_of,
)

_UP = ("raise", "lift", "elevate", "hoist", "up", "抬", "升", "举", "提")
_DOWN = ("lower", "drop", "sink", "down", "降", "放低", "落")
_SMALLER = ("shrink", "reduce", "decrease", "smaller", "down", "缩", "小", "halve")
_HORIZONTAL = {"vertically": "z", "horizontally": "x", "at the top": "up", "at the bottom": "down"}


def move(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    if slots.of("REL") and base.anchors:
        yield from place(replace(base, action="place"), slots, verb, text, unread)
        return
    directions = [direction_of(span) for span in slots.use("DIR")]
    spans = slots.use("AMT")
    if not directions and len(spans) == 1 and length_of(spans[0].key) is None:
        directions, phrase = _direction_within(spans[0])
        spans = [replace(spans[0], pieces=phrase)]
    if not directions:
        directions = ["up"] if has_any(verb, _UP) else ["down"] if has_any(verb, _DOWN) else []
    amounts = [needed(length_of(span.key), span) for span in spans]
    if base.anchors or not directions:
        raise MisreadError(why="say where to, such as: move the chair 1 m to the left")
    if len(directions) == 2 and len(amounts) == 1 and directions[1] in ("x", "y", "z"):
        directions = directions[1:]
    if len(amounts) == len(directions) > 1:
        for direction, amount in zip(directions, amounts, strict=True):
            yield replace(base, direction=direction, amount=amount.value, unit="m")
        return
    if len(directions) > 1 or len(amounts) > 1:
        raise MisreadError(tokens_of(slots.of("DIR")), "unclear what is to happen")
    if directions[0] in ("clockwise", "counterclockwise"):
        raise MisreadError(tokens_of(slots.of("DIR")))
    yield replace(
        base, direction=directions[0], amount=amounts[0].value if amounts else None, unit="m" if amounts else ""
    )


def _direction_within(span: Span) -> tuple[list[str], tuple[Piece, ...]]:
    """ "Down 5 cm" marked as one amount: its direction and the rest."""
    for cut in range(len(span.pieces) - 1, 0, -1):
        for part, rest in ((span.pieces[:cut], span.pieces[cut:]), (span.pieces[cut:], span.pieces[:cut])):
            found = meaning("DIRECTIONS", joined(part, lambda piece: piece.key))
            if found is not None and length_of(joined(rest, lambda piece: piece.key)) is not None:
                return [found], rest
    return [], span.pieces


def rotate(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    relation = slots.phrase("REL")
    found = [relation_of(span) for span in slots.of("REL")]
    if base.anchors and found and found[0] not in ("facing", "toward", "next_to"):
        yield from place(replace(base, action="place"), slots, verb, text, unread)
        return
    if base.anchors:
        yield replace(base, relation="facing")
        return
    turn = angle_of(relation) if relation else None  # "spin the car around"
    if relation and turn is None:
        raise MisreadError(tokens_of(slots.of("REL")))
    directions = [direction_of(span) for span in slots.use("DIR")]
    amounts = [needed(angle_of(span.key), span) for span in slots.use("AMT")] + ([turn] if turn is not None else [])
    words = " ".join([verb, *(span.key for span in slots.of("AMT"))])
    if has_any(words, ("upside", "flip", "翻", "倒过来", "颠倒")) and not directions:
        directions = ["x"]
        amounts = amounts or [Amount(180.0, "deg")]
    if not amounts and has_any(verb, ("调头", "掉头")):
        amounts = [Amount(180.0, "deg")]
    if len(directions) > 1 or len(amounts) > 1:
        raise MisreadError(tokens_of(slots.of("DIR")), "unclear what is to happen")
    direction = directions[0] if directions else ""
    if not amounts and not direction:
        raise MisreadError(why="say how far, such as: rotate the chair 90 degrees")
    if has_any(verb, ("tilt", "tip", "lean", "倾", "歪")) and direction not in (
        "left",
        "right",
        "forward",
        "back",
        "x",
        "y",
    ):
        raise MisreadError(why="say which way it tilts, such as: tilt the picture 5 degrees to the left")
    if has_any(verb, ("tilt", "tip", "lean", "倾", "歪")):
        direction = f"tilt {direction}" if direction in ("left", "right", "forward", "back") else direction
    yield replace(
        base, direction=direction, amount=amounts[0].value if amounts else None, unit="deg" if amounts else ""
    )


def scale(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    amounts = slots.use("AMT")
    axes = {"tall": "z", "high": "z", "wide": "x", "long": "y", "deep": "y", "高": "z", "宽": "x", "长": "y"}
    sides = [span.key for span in slots.use("DIR")]
    if len(amounts) > 1 or len(sides) > 1:
        raise MisreadError(tokens_of(amounts), "unclear what is to happen")
    smaller = has_any(verb, _SMALLER)
    if not amounts:
        known = {"double": 2.0, "triple": 3.0, "halve": 0.5}
        factor = next((value for word, value in known.items() if word in verb), 0.8 if smaller else 0.0)
        factor = factor or (
            1.25 if has_any(verb, ("enlarge", "up", "grow", "increase", "大", "高", "宽", "长")) else 0.0
        )
        if not factor:
            raise MisreadError(why="say how large, such as: make the chair twice as big")
        yield replace(base, amount=factor, unit="factor")
        return
    phrase = amounts[0].key
    length = length_of(phrase)
    if length is not None and not length.is_vague:
        axis = axes.get(sides[0]) if sides else "z" if has_any(verb, ("高",)) else None
        if axis is None:
            raise MisreadError(tokens_of(amounts), "say along which side, such as: make the table 2 m wide")
        yield replace(base, amount=length.value, unit="m", direction=axis)
        return
    if sides:
        raise MisreadError(tokens_of(slots.of("DIR")))
    smaller |= has_any(phrase, ("smaller", "less", "小")) and "half" not in phrase
    factor_found = factor_of(phrase)
    if factor_found is None and length is not None:  # "scale it up a bit"
        factor_found = Amount(0.8 if smaller else 1.25, "factor")
    found = needed(factor_found, amounts[0])
    yield replace(base, amount=_scaled(found, phrase, verb, text, smaller), unit="factor")


def _scaled(found: Amount, phrase: str, verb: str, text: str, smaller: bool) -> float:
    """Turns "by 20 %", "shrink by half" and "shrink to half" into a factor."""
    value = found.value
    is_by = bool(re.search(r"\bby\b[^.]*" + re.escape(phrase.split()[0]), text.casefold())) or "by" in phrase.split()
    if found.is_change:
        is_to = bool(re.search(r"(?:\bto |到)\s*" + re.escape(phrase), text.casefold())) or phrase.startswith(
            ("to ", "到")
        )
        grows = has_any(
            f"{verb} {phrase}", ("bigger", "larger", "enlarge", "up", "grow", "increase", "放大", "加大", "变大", "大")
        )
        if is_to or not (smaller or grows or is_by):
            return value
        if is_by and not smaller and not grows:
            return 1 + value if value < 1 else value
        return 1 - value if smaller and value < 1 else 1 + value if not smaller and value < 1 else value
    if smaller and value > 1 and not found.is_vague:
        return 1 / value
    if has_any(verb, ("放大",)) and "一倍" in phrase:
        return 2.0
    return value


_REPEATED = re.compile(
    r"\bevery (?:half )?(?:a )?\S+ ?(?:m\b|cm\b|met|cent|f(?:oo|ee)?t)|每隔?[\d一两二三四五半]+ ?(?:米|厘米|公分)"
)
""" "A tree every two meters": no command places objects at even distances."""


def place(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    relations = [relation_of(span) for span in slots.use("REL")]
    amounts = [needed(length_of(span.key), span) for span in slots.use("AMT")]
    directions = [span.key for span in slots.use("DIR")]
    if _REPEATED.search(text.casefold()):
        raise MisreadError(why="unclear what is to happen")
    if any(not has_any(word, ("clos", "近", "near")) for word in directions):
        if not base.anchors and not relations:
            yield from move(replace(base, action="move"), slots, verb, text, unread)
            return
        raise MisreadError(tokens_of(slots.of("DIR")))
    if not relations and not base.anchors and base.terms and base.terms[-1].relation and not directions:
        last = base.terms[-1]  # "put the boxes on the ground", where the place was taken for a mark of the boxes
        bare = tuple(replace(term, relation="", anchors=()) for term in base.terms)
        base, relations = replace(base, terms=bare, anchors=last.anchors), [last.relation]
    if not relations and not base.anchors and has_any(verb, ("center", "centre")):
        relations = ["center"]
    relations = [item for item in relations if item != "toward"] or (["next_to"] if directions or relations else [])
    if not relations and base.anchors:
        relations = ["in" if has_any(verb, ("进", "into")) else "next_to" if has_any(verb, ("靠", "挨", "贴")) else ""]
        if has_any(verb, ("围", "绕")):
            relations = ["around"]
    relations = list(dict.fromkeys(relations))
    if len(relations) == 2 and relations[0] == "row":
        relations = relations[1:]
    if len(relations) != 1 or not relations[0] or len(amounts) > 1:
        raise MisreadError(tokens_of(slots.of("REL")), "say where, such as: put the lamp on the table")
    relation = relations[0]
    if relation == "facing":
        yield replace(base, action="rotate", relation="facing")
        return
    if not base.anchors and relation not in ALONE:
        raise MisreadError(tokens_of(slots.of("REL")), "say where, such as: put the lamp on the table")
    if relation == "around" and not base.anchors:
        relation = "circle"
    yield replace(base, relation=relation, amount=amounts[0].value if amounts else None, unit="m" if amounts else "")


def align(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("REL")
    if slots.of("REL") and not base.anchors:
        yield from place(replace(base, action="place"), slots, verb, text, unread)
        return
    directions = [_HORIZONTAL.get(span.key) or direction_of(span) for span in slots.use("DIR")]
    if len(directions) > 1:
        raise MisreadError(tokens_of(slots.of("DIR")))
    yield replace(base, direction=directions[0] if directions else "")


def distribute(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    directions = [direction_of(span) for span in slots.use("DIR")]
    amounts = [needed(length_of(span.key), span) for span in slots.use("AMT")]
    relations = [relation_of(span) for span in slots.use("REL")]
    if base.anchors or len(directions) > 1 or len(amounts) > 1 or any(relation != "row" for relation in relations):
        raise MisreadError(tokens_of([*slots.of("DIR"), *slots.of("REL")]), "unclear what is to happen")
    yield replace(base, direction=directions[0] if directions else "", amount=amounts[0].value if amounts else None,
                  unit="m" if amounts else "")  # fmt: skip
