"""Readers of values that all kinds of steps share: directions, relations, required words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ml_core.inference.language.clauses import MisreadError
from ml_core.inference.language.lexicon import Entry
from ml_core.inference.language.tokens import Token
from ml_core.inference.language.understanding.commands.amounts import Amount, count_of
from ml_core.inference.language.understanding.tagging.spans import Span
from ml_core.inference.language.understanding.words import meaning
from ml_core.vocabulary.commands import SceneCommand, Term

if TYPE_CHECKING:
    from ml_core.inference.language.understanding.commands.slots import Slots

Unread = Callable[[str], Sequence[str]]
Builder = Callable[[SceneCommand, "Slots", str, str, Unread], Iterator[SceneCommand]]

ALONE = ("row", "grid", "floor", "center", "around")


def said(slots: Slots, text: str) -> str:
    """The part of a sentence that describes looks, from the first to the last word of it."""
    if not slots.looks:
        raise MisreadError(why="say whom to make, such as: create a tall woman in a navy suit")
    start = min(span.pieces[0].start for span in slots.looks)
    end = max(span.pieces[-1].end for span in slots.looks)
    return re.sub(r"^(?:her|his|their|its|the) ", "", text[start:end])


def direction_of(span: Span) -> str:
    phrase = re.sub(r"\b(?:a bit|a little|slightly|further|over)\b", " ", span.key)
    phrase = " ".join(phrase.split()).removeprefix("再").removeprefix("稍微").removesuffix("一点").removeprefix("着")
    found = (
        meaning("DIRECTIONS", span.key)
        or meaning("DIRECTIONS", phrase)
        or meaning("DIRECTIONS", phrase.replace("着", ""))
    )
    if found is None:  # 往后退
        found = meaning("DIRECTIONS", re.sub(r"[退移挪推拉走去点搬抬升降]+$", "", phrase))
    return str(needed(found, span))


def relation_of(span: Span) -> str:
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
    return str(needed(found, span))


def needed_count(span: Span) -> int:
    return int(needed(count_of(span.key), span))


def needed(value, span: Span):
    """The value, or a refusal that names the words in which it was looked for."""
    if value is None:
        raise MisreadError([token_of(span.text)])
    if isinstance(value, Amount) and not (math.isfinite(value.value) and abs(value.value) < 1e6):
        raise MisreadError([token_of(span.text)])
    return value


def has_any(words: str, wanted: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}", words) if word.isascii() else word in words for word in wanted)


def tokens_of(spans: Sequence[Span]) -> list[Token]:
    return [token_of(span.text) for span in spans]


def token_of(text: str) -> Token:
    return Token(text, 0, 0, Entry("unknown"))


_LAMP = re.compile(r"lamp|(?<![a-z])(?:light|lantern|chandelier)s?(?![a-z])|灯", re.IGNORECASE)
_SWITCHED = ("lamp", "ceiling_light", "street_light", "tv_monitor", "stove")


def is_switched(terms: Sequence[Term]) -> bool:
    """Whether all of ``terms`` may be switched on and off. "Open the door" means more than showing it."""
    return all(term.kind != "label" or term.value in _SWITCHED for term in terms)


QUALITIES = "颜色|材质|贴图|纹理|动画|修改器|标签|名字"
"""Qualities that an object has: 沙发的颜色 is not the sofa. Alternatives of a regular expression."""


def is_lit(terms: Sequence[Term]) -> bool:
    """Whether all of ``terms`` are lights, or have one: switching them does not hide them."""
    return bool(terms) and all(term.value in ("light", *_SWITCHED) or is_lamp_by_name(term) for term in terms)


def is_lamp_by_name(term: Term) -> bool:
    """Whether a term is an object whose name says a lamp: ``floor_lamp_02``."""
    return term.kind == "name" and _LAMP.search(term.value) is not None
