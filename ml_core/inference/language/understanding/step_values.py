"""The values of each kind of step: amounts, directions, colors, places, names. A value that is not one is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ml_core.errors import Message
from ml_core.vocabulary.commands import SceneCommand, Term
from ml_core.vocabulary.targets import TARGETS

from ..clauses import MisreadError
from ..lexicon import Entry
from ..tokens import Token
from .amounts import Amount, angle_of, count_of, factor_of, length_of
from .objects import Vocabulary, read_object_span
from .pieces import Piece
from .spans import Span, joined
from .words import color_of, meaning, table

if TYPE_CHECKING:
    from .slots import Slots

Unread = Callable[[str], Sequence[str]]
Builder = Callable[[SceneCommand, "Slots", str, str, Unread], Iterator[SceneCommand]]

_UP = ("raise", "lift", "elevate", "hoist", "up", "抬", "升", "举", "提")
_DOWN = ("lower", "drop", "sink", "down", "降", "放低", "落")
_SMALLER = ("shrink", "reduce", "decrease", "smaller", "down", "缩", "小", "halve")
_ALONE = ("row", "grid", "floor", "center", "around")
_HORIZONTAL = {"vertically": "z", "horizontally": "x", "at the top": "up", "at the bottom": "down"}


def move(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    if slots.of("REL") and base.anchors:
        yield from place(replace(base, action="place"), slots, verb, text, unread)
        return
    directions = [_direction(span) for span in slots.use("DIR")]
    spans = slots.use("AMT")
    if not directions and len(spans) == 1 and length_of(spans[0].key) is None:
        directions, phrase = _direction_within(spans[0])
        spans = [replace(spans[0], pieces=phrase)]
    if not directions:
        directions = ["up"] if _any(verb, _UP) else ["down"] if _any(verb, _DOWN) else []
    amounts = [_needed(length_of(span.key), span) for span in spans]
    if base.anchors or not directions:
        raise MisreadError(why="say where to, such as: move the chair 1 m to the left")
    if len(directions) == 2 and len(amounts) == 1 and directions[1] in ("x", "y", "z"):
        directions = directions[1:]
    if len(amounts) == len(directions) > 1:
        for direction, amount in zip(directions, amounts, strict=True):
            yield replace(base, direction=direction, amount=amount.value, unit="m")
        return
    if len(directions) > 1 or len(amounts) > 1:
        raise MisreadError(_tokens(slots.of("DIR")), "unclear what is to happen")
    if directions[0] in ("clockwise", "counterclockwise"):
        raise MisreadError(_tokens(slots.of("DIR")))
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
    found = [_relation(span) for span in slots.of("REL")]
    if base.anchors and found and found[0] not in ("facing", "toward", "next_to"):
        yield from place(replace(base, action="place"), slots, verb, text, unread)
        return
    if base.anchors:
        yield replace(base, relation="facing")
        return
    turn = angle_of(relation) if relation else None  # "spin the car around"
    if relation and turn is None:
        raise MisreadError(_tokens(slots.of("REL")))
    directions = [_direction(span) for span in slots.use("DIR")]
    amounts = [_needed(angle_of(span.key), span) for span in slots.use("AMT")] + ([turn] if turn is not None else [])
    words = " ".join([verb, *(span.key for span in slots.of("AMT"))])
    if _any(words, ("upside", "flip", "翻", "倒过来", "颠倒")) and not directions:
        directions = ["x"]
        amounts = amounts or [Amount(180.0, "deg")]
    if not amounts and _any(verb, ("调头", "掉头")):
        amounts = [Amount(180.0, "deg")]
    if len(directions) > 1 or len(amounts) > 1:
        raise MisreadError(_tokens(slots.of("DIR")), "unclear what is to happen")
    direction = directions[0] if directions else ""
    if not amounts and not direction:
        raise MisreadError(why="say how far, such as: rotate the chair 90 degrees")
    if _any(verb, ("tilt", "tip", "lean", "倾", "歪")) and direction not in (
        "left",
        "right",
        "forward",
        "back",
        "x",
        "y",
    ):
        raise MisreadError(why="say which way it tilts, such as: tilt the picture 5 degrees to the left")
    if _any(verb, ("tilt", "tip", "lean", "倾", "歪")):
        direction = f"tilt {direction}" if direction in ("left", "right", "forward", "back") else direction
    yield replace(
        base, direction=direction, amount=amounts[0].value if amounts else None, unit="deg" if amounts else ""
    )


def scale(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    amounts = slots.use("AMT")
    axes = {"tall": "z", "high": "z", "wide": "x", "long": "y", "deep": "y", "高": "z", "宽": "x", "长": "y"}
    sides = [span.key for span in slots.use("DIR")]
    if len(amounts) > 1 or len(sides) > 1:
        raise MisreadError(_tokens(amounts), "unclear what is to happen")
    smaller = _any(verb, _SMALLER)
    if not amounts:
        known = {"double": 2.0, "triple": 3.0, "halve": 0.5}
        factor = next((value for word, value in known.items() if word in verb), 0.8 if smaller else 0.0)
        factor = factor or (1.25 if _any(verb, ("enlarge", "up", "grow", "increase", "大", "高", "宽", "长")) else 0.0)
        if not factor:
            raise MisreadError(why="say how large, such as: make the chair twice as big")
        yield replace(base, amount=factor, unit="factor")
        return
    phrase = amounts[0].key
    length = length_of(phrase)
    if length is not None and not length.is_vague:
        axis = axes.get(sides[0]) if sides else "z" if _any(verb, ("高",)) else None
        if axis is None:
            raise MisreadError(_tokens(amounts), "say along which side, such as: make the table 2 m wide")
        yield replace(base, amount=length.value, unit="m", direction=axis)
        return
    if sides:
        raise MisreadError(_tokens(slots.of("DIR")))
    smaller |= _any(phrase, ("smaller", "less", "小")) and "half" not in phrase
    factor_found = factor_of(phrase)
    if factor_found is None and length is not None:  # "scale it up a bit"
        factor_found = Amount(0.8 if smaller else 1.25, "factor")
    found = _needed(factor_found, amounts[0])
    yield replace(base, amount=_scaled(found, phrase, verb, text, smaller), unit="factor")


def _scaled(found: Amount, phrase: str, verb: str, text: str, smaller: bool) -> float:
    """Turns "by 20 %", "shrink by half" and "shrink to half" into a factor."""
    value = found.value
    is_by = bool(re.search(r"\bby\b[^.]*" + re.escape(phrase.split()[0]), text.casefold())) or "by" in phrase.split()
    if found.is_change:
        is_to = bool(re.search(r"(?:\bto |到)\s*" + re.escape(phrase), text.casefold())) or phrase.startswith(
            ("to ", "到")
        )
        grows = _any(
            f"{verb} {phrase}", ("bigger", "larger", "enlarge", "up", "grow", "increase", "放大", "加大", "变大", "大")
        )
        if is_to or not (smaller or grows or is_by):
            return value
        if is_by and not smaller and not grows:
            return 1 + value if value < 1 else value
        return 1 - value if smaller and value < 1 else 1 + value if not smaller and value < 1 else value
    if smaller and value > 1 and not found.is_vague:
        return 1 / value
    if _any(verb, ("放大",)) and "一倍" in phrase:
        return 2.0
    return value


def place(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    relations = [_relation(span) for span in slots.use("REL")]
    amounts = [_needed(length_of(span.key), span) for span in slots.use("AMT")]
    directions = [span.key for span in slots.use("DIR")]
    if any(not _any(word, ("clos", "近", "near")) for word in directions):
        if not base.anchors and not relations:
            yield from move(replace(base, action="move"), slots, verb, text, unread)
            return
        raise MisreadError(_tokens(slots.of("DIR")))
    if not relations and not base.anchors and base.terms and base.terms[-1].relation and not directions:
        last = base.terms[-1]  # "put the boxes on the ground", where the place was taken for a mark of the boxes
        bare = tuple(replace(term, relation="", anchors=()) for term in base.terms)
        base, relations = replace(base, terms=bare, anchors=last.anchors), [last.relation]
    if not relations and not base.anchors and _any(verb, ("center", "centre")):
        relations = ["center"]
    relations = [one for one in relations if one != "toward"] or (["next_to"] if directions or relations else [])
    if not relations and base.anchors:
        relations = ["in" if _any(verb, ("进", "into")) else "next_to" if _any(verb, ("靠", "挨", "贴")) else ""]
        if _any(verb, ("围", "绕")):
            relations = ["around"]
    if len(relations) == 2 and relations[0] == "row":
        relations = relations[1:]
    if len(relations) != 1 or not relations[0] or len(amounts) > 1:
        raise MisreadError(_tokens(slots.of("REL")), "say where, such as: put the lamp on the table")
    relation = relations[0]
    if relation == "facing":
        yield replace(base, action="rotate", relation="facing")
        return
    if not base.anchors and relation not in _ALONE:
        raise MisreadError(_tokens(slots.of("REL")), "say where, such as: put the lamp on the table")
    if relation == "around" and not base.anchors:
        relation = "circle"
    yield replace(base, relation=relation, amount=amounts[0].value if amounts else None, unit="m" if amounts else "")


def align(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("REL")
    if slots.of("REL") and not base.anchors:
        yield from place(replace(base, action="place"), slots, verb, text, unread)
        return
    directions = [_HORIZONTAL.get(span.key) or _direction(span) for span in slots.use("DIR")]
    if len(directions) > 1:
        raise MisreadError(_tokens(slots.of("DIR")))
    yield replace(base, direction=directions[0] if directions else "")


def distribute(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    directions = [_direction(span) for span in slots.use("DIR")]
    amounts = [_needed(length_of(span.key), span) for span in slots.use("AMT")]
    relations = [_relation(span) for span in slots.use("REL")]
    if base.anchors or len(directions) > 1 or len(amounts) > 1 or any(one != "row" for one in relations):
        raise MisreadError(_tokens([*slots.of("DIR"), *slots.of("REL")]), "unclear what is to happen")
    yield replace(base, direction=directions[0] if directions else "", amount=amounts[0].value if amounts else None,
                  unit="m" if amounts else "")  # fmt: skip


def recolor(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    colors = slots.use("COL")
    if len(colors) != 1:
        raise MisreadError(why="say one color, such as: paint the chairs red")
    color = color_of(colors[0].key)
    if color is None:
        raise MisreadError(_tokens(colors))
    yield replace(base, color=color)


def swap(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    term, count, color = _asset(slots)
    if term is None:
        yield replace(base, text="")
    elif count > 1:
        raise MisreadError(_tokens(slots.of("NEW")), "say one thing to swap for")
    else:
        yield replace(base, text=term.value, color=color)


def add(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    term, count, color = _asset(slots)
    if term is None:
        raise MisreadError(_tokens(slots.of("NEW")), "say what to add, such as: add a lamp on the table")
    relations = [_relation(span) for span in slots.use("REL")]
    relations = [one for one in relations if one != "toward"]
    if (
        len(relations) > 1
        or (base.anchors and not relations)
        or (relations and not base.anchors and relations[0] not in _ALONE)
    ):
        raise MisreadError(_tokens(slots.of("REL")), "say where, such as: add a lamp on the table")
    yield replace(base, text=term.value, color=color, count=count, relation=relations[0] if relations else "")


_OTHER = ("another", "another one", "a different one", "something else", "a similar one", "a new one", "a different",
    "别的",
          "另一个", "其他款式", "另外一个", "另一款", "一个别的", "一个新的", "新的", "another kind")  # fmt: skip


def _asset(slots: Slots) -> tuple[Term | None, int, str]:
    """The label of what comes from the library, how many, and in what color; ``None`` for "another one"."""
    spans = slots.use("NEW")
    if not spans:
        return None, 0, ""
    phrase = " ".join(span.key for span in spans)
    if phrase in _OTHER:
        return None, 0, ""
    pieces = [piece for span in spans for piece in span.pieces]
    skipped = {
        "another",
        "new",
        "more",
        "different",
        "nicer",
        "other",
        "few",
        "couple",
        "新",
        "另",
        "别",
        "几",
        "some",
        "点",
        "些",
        "再",
    }
    count = 3 if {"few", "several", "几"} & {piece.key for piece in pieces} else 2 if "couple" in phrase else 1
    kept = [piece for piece in pieces if piece.key not in skipped]
    found = read_object_span(kept, Vocabulary())
    if found.unknown or len(found.terms) != 1 or found.terms[0].kind not in ("label", "name"):
        raise MisreadError([_token(word) for word in found.unknown] or _tokens(spans))
    term = found.terms[0]
    if term.superlative not in ("", "big", "small") or term.ordinal or term.among not in ("", "rest"):
        raise MisreadError(_tokens(spans))
    return term, term.count or count, term.color


def duplicate(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    times = slots.use("TIMES")
    counts = [_needed_count(span) for span in times]
    relations = [_relation(span) for span in slots.use("REL")]
    if (
        len(counts) > 1
        or len(relations) > 1
        or (relations and relations[0] not in ("row", "grid") and not base.anchors)
    ):
        raise MisreadError(_tokens(times), "unclear what is to happen")
    yield replace(base, count=counts[0] if counts else 1, relation=relations[0] if relations else "")


def named(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    """Rename, collect and save as: the name as it was written."""
    names = slots.use("NAME")
    name = " ".join(span.text for span in names).strip().strip("\"'")
    if base.action == "collect" and not name and len(base.terms) == 1 and base.terms[0].kind == "collection":
        base, name = replace(base, terms=(Term("everything"),)), base.terms[0].value  # 把所有东西放进道具集合
    if base.action == "rename":
        is_by_label = _any(verb, ("by label", "by their labels", "by kind", "by type", "标签"))
        if is_by_label and names:
            raise MisreadError(_tokens(names), "unclear what is to happen")
        if is_by_label and all(term == Term("everything") for term in base.terms):
            yield SceneCommand("rename", (Term("everything"),))
            return
        if not name:
            raise MisreadError(why="say the new name, such as: rename the chair to throne")
    yield replace(base, text=name)


def light(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    words = re.sub(
        r"\b(?:lighting|light|setup|lights|scene|sky|a|an|the|effect|look|mood|natural)\b", " ", slots.phrase("PRESET")
    )
    words = re.sub(r"灯光|布光|的灯|的光|光照|一点|的$|效果|感觉|场景|式", "", words).strip()
    phrase = " ".join(words.split())
    preset = (
        meaning("PRESETS", slots.phrase("PRESET")) or meaning("PRESETS", phrase) or meaning("PRESETS", f"{phrase}光")
    )
    if preset is None and phrase:
        known = [
            (word, value)
            for word, value in table("PRESETS").items()
            if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", phrase)
        ]
        preset = max(known, key=lambda item: len(item[0]))[1] if known else None
    if any(term.kind not in ("everything", "type") or term.color or term.relation for term in base.terms):
        raise MisreadError(why="a preset lights the whole scene")
    if preset is None:
        presets = ", ".join(dict.fromkeys(table("PRESETS").values()))
        raise MisreadError(_tokens(slots.of("PRESET")), Message("say which light: {presets}", presets=presets))
    yield SceneCommand("light", text=preset)


def frame(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    phrase = re.sub(r"\b(?:view|from|the|side)\b|视图|视角|面$", " ", slots.phrase("PRESET")).strip()
    if slots.of("PRESET"):
        view = meaning("VIEWS", slots.phrase("PRESET")) or meaning("VIEWS", " ".join(phrase.split()))
        if view is None:
            raise MisreadError(_tokens(slots.of("PRESET")))
        yield replace(base, text=view)
    elif base.terms:
        yield base
    else:
        raise MisreadError(why="say what to look at")


def measure(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("REL")
    yield replace(base, relation="between" if base.anchors or (len(base.terms) == 2 and "far" in verb) else "")


def render(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    camera = next((term for term in base.anchors if term.kind in ("name", "type")), None)
    yield SceneCommand("render", anchors=(camera,) if camera is not None else ())


def plain_word(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    if any(term.kind != "them" and term != Term("everything") for term in base.terms):
        raise MisreadError(why="unclear what is to happen")
    yield SceneCommand(base.action)


def export(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    slots.use("ONLY")  # nothing else is exported anyway
    spans = slots.use("TARGET")
    words = {word: target.id for target in TARGETS.values() for word in (*target.words_en, *target.words_zh, target.id)}
    targets = [_needed(words.get(span.key) or words.get(span.key.replace(" ", "")), span) for span in spans]
    if not targets:
        raise MisreadError(why=Message("say for which engine: {targets}", targets=", ".join(TARGETS)))
    yield replace(base, targets=tuple(dict.fromkeys(targets)))


def label(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    terms = tuple(Term("everything", among="selected") if term.kind == "them" else term for term in base.terms)
    if any(term.kind != "everything" or term.among not in ("", "selected", "visible") or term.color for term in terms):
        raise MisreadError(why="labels are given to everything, or to what is selected or visible")
    yield SceneCommand(base.action, terms[:1] or (Term("everything"),))


def generate(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    count = [_needed_count(span) for span in slots.use("TIMES")]
    relations = [_relation(span) for span in slots.use("REL")]
    if base.terms or len(relations) > 1:
        raise MisreadError(why="say whom to make, such as: create a tall woman in a navy suit")
    described = said(slots, text)
    ignored = unread(described)
    if ignored:
        raise MisreadError([_token(word) for word in ignored])
    yield replace(base, text=described, count=count[0] if count else 0, relation=relations[0] if relations else "")


def wear(base: SceneCommand, slots: Slots, verb: str, text: str, unread: Unread) -> Iterator[SceneCommand]:
    """Dress, undress and adjust: what is said of looks, as it was written."""
    for kind in ("REL", "COL"):
        slots.use(kind)
    if not slots.looks:
        raise MisreadError(why="say what to change, such as: put a red coat on her")
    for span in slots.use("COL"):
        slots.looks.append(span)
    yield replace(base, text=said(slots, text))


def said(slots: Slots, text: str) -> str:
    """The part of a sentence that describes looks, from the first to the last word of it."""
    if not slots.looks:
        raise MisreadError(why="say whom to make, such as: create a tall woman in a navy suit")
    start = min(span.pieces[0].start for span in slots.looks)
    end = max(span.pieces[-1].end for span in slots.looks)
    return re.sub(r"^(?:her|his|their|its|the) ", "", text[start:end])


def _direction(span: Span) -> str:
    phrase = re.sub(r"\b(?:a bit|a little|slightly|further|over)\b", " ", span.key)
    phrase = " ".join(phrase.split()).removeprefix("再").removeprefix("稍微").removesuffix("一点").removeprefix("着")
    found = (
        meaning("DIRECTIONS", span.key)
        or meaning("DIRECTIONS", phrase)
        or meaning("DIRECTIONS", phrase.replace("着", ""))
    )
    if found is None:  # 往后退
        found = meaning("DIRECTIONS", re.sub(r"[退移挪推拉走去点搬抬升降]+$", "", phrase))
    return str(_needed(found, span))


def _relation(span: Span) -> str:
    phrase = re.sub(r"\b(?:right|over|just|directly|the|up)\b", " ", span.key)
    phrase = " ".join(phrase.split())
    if phrase in ("to", "onto it", "from", "away from", "with", "离", "距离", "到", "along"):
        return "next_to" if phrase in ("from", "away from", "离", "距离") else "toward"
    found = (
        meaning("RELATIONS", span.key)
        or meaning("RELATIONS", phrase)
        or meaning("RELATIONS", span.key.removeprefix("的"))
    )
    if found is None:
        found = meaning("RELATIONS", re.sub(r"[去来那的]+$", "", span.key.removeprefix("的")))
    if found is None and phrase in ("in a circle", "in a ring", "circle"):
        found = "around"
    return str(_needed(found, span))


def _needed_count(span: Span) -> int:
    return int(_needed(count_of(span.key), span))


def _needed(value, span: Span):
    """The value, or a refusal that names the words it was looked for in."""
    if value is None:
        raise MisreadError([_token(span.text)])
    if isinstance(value, Amount) and not (math.isfinite(value.value) and abs(value.value) < 1e6):
        raise MisreadError([_token(span.text)])
    return value


def _any(words: str, wanted: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", words) if word.isascii() else word in words for word in wanted)


def _tokens(spans: Sequence[Span]) -> list[Token]:
    return [_token(span.text) for span in spans]


def _token(text: str) -> Token:
    return Token(text, 0, 0, Entry("unknown"))


BUILDERS: dict[str, Builder] = {
    "move": move, "rotate": rotate, "scale": scale, "place": place, "align": align, "distribute": distribute,
    "recolor": recolor, "swap": swap, "add": add, "duplicate": duplicate, "rename": named, "collect": named,
    "save": named, "light": light, "frame": frame, "measure": measure, "render": render, "undo": plain_word,
    "redo": plain_word, "export": export, "label": label, "apply_labels": label, "sort": label, "generate": generate,
    "dress": wear, "undress": wear, "adjust": wear,
}  # fmt: skip
