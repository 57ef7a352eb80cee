"""Patterns of whole clauses: regular expressions with slots, where a slot matches what its reader understands.

"paint {objects} {color} and {objects2} {color2}" matches "paint the table white and the chairs black" in the one way
in which every slot can be read. A name's digits number slots of one kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

_SLOT = re.compile(r"\{([a-z_]+\d?)\}")

SlotReader = Callable[[str, str], Any]
"""Returns the value of a slot's text, by the slot's kind; ``None`` where it has none."""


@dataclass(frozen=True)
class Filled:
    """A slot with its value, from ``start`` to ``end`` of the text."""

    name: str
    value: Any
    start: int
    end: int

    @property
    def kind(self) -> str:
        return self.name.rstrip("0123456789")


@dataclass(frozen=True)
class Pattern:
    """``literals`` stand before, between and after the slots ``names``; ``whole`` rejects most texts at once."""

    whole: re.Pattern[str]
    literals: tuple[re.Pattern[str], ...]
    names: tuple[str, ...]


@cache
def compiled(source: str) -> Pattern:
    """A pattern from its source, in which a space stands for any whitespace."""
    parts = _SLOT.split(source.replace(" ", r"\s+"))
    literals, names = parts[0::2], parts[1::2]
    whole = "".join(f"(?:{literal})" + (r"\s*\S.*?" if place < len(names) else "") for place, literal in
                    enumerate(literals))  # fmt: skip
    return Pattern(re.compile(whole), tuple(re.compile(literal) for literal in literals), tuple(names))


def matched(pattern: Pattern, text: str, read: SlotReader) -> tuple[Filled, ...] | None:
    """The slots of the first way in which a pattern matches the whole of a lower-case text."""
    if pattern.whole.fullmatch(text) is None:
        return None
    return next(_ways(pattern, text, read, 0, 0, ()), None)


def _ways(
    pattern: Pattern, text: str, read: SlotReader, place: int, start: int, filled: Sequence[Filled]
) -> Iterator[tuple[Filled, ...]]:
    literal = pattern.literals[place]
    if place == len(pattern.names):
        if literal.fullmatch(text, start):
            yield tuple(filled)
        return
    name, following = pattern.names[place], pattern.literals[place + 1]
    is_last = place + 1 == len(pattern.names)
    for begin in _ends(literal, text, start):
        for end in range(len(text), begin, -1):
            follows = following.fullmatch(text, end) if is_last else following.match(text, end)
            if follows is None or _is_inside_word(text, end):
                continue
            value = read(name.rstrip("0123456789"), text[begin:end].strip())
            if value is not None:
                yield from _ways(pattern, text, read, place + 1, end, (*filled, Filled(name, value, begin, end)))


def _ends(literal: re.Pattern[str], text: str, start: int) -> Iterator[int]:
    """Every place where a literal that begins at ``start`` may end, the farthest first."""
    if literal.match(text, start) is not None:
        yield from (end for end in range(len(text), start - 1, -1) if literal.fullmatch(text, start, end))


def _is_inside_word(text: str, place: int) -> bool:
    """Whether an index is inside a word or a number."""
    if not 0 < place < len(text):
        return False
    left, right = text[place - 1], text[place]
    return left.isascii() and right.isascii() and (left.isalnum() or left == "_") and (right.isalnum() or right == "_")
