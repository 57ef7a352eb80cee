"""Validates JSON against the types that a format allows: other values are dropped, and their paths recorded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Move = Callable[[str, int, Mapping[str, Any], str], int | None]
"""Returns the new index for ``(what it counts, index, the table that it stands in, where)``; ``None`` for an invalid
one."""


@dataclass(frozen=True)
class Flag:
    """A boolean."""


@dataclass(frozen=True)
class Number:
    """A number, clamped to its range."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False


@dataclass(frozen=True)
class Numbers:
    """A list of ``size`` numbers."""

    size: int
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True)
class Text:
    """A text of limited length; a longer one is dropped."""

    longest: int = 4096


@dataclass(frozen=True)
class Choice:
    """One of a set of words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """One of a set of whole numbers."""

    codes: tuple[int, ...]


@dataclass(frozen=True)
class Index:
    """An index into a list of the file, such as its nodes."""

    of: str


@dataclass(frozen=True)
class Items:
    """A list; items of another type are dropped."""

    kind: Any
    most: int = 4096


@dataclass(frozen=True)
class Named:
    """A table with free keys."""

    kind: Any
    most: int = 1024
    longest: int = 256


@dataclass(frozen=True)
class Table:
    """A table with these keys; without one of ``required`` it is dropped as a whole."""

    keys: Mapping[str, Any]
    required: tuple[str, ...] = ()


@dataclass
class Walk:
    """One validation. ``lost`` has the paths of the values that were dropped."""

    move: Move
    lost: list[str] = field(default_factory=list)

    def through(self, value: Any, kind: Any, where: str, table: Mapping[str, Any] | None = None) -> Any:
        """Return the valid part of ``value`` as a ``kind``, with its indices mapped; ``None`` where it is dropped."""
        if isinstance(kind, Table):
            return self._table(value, kind, where)
        if isinstance(kind, Items | Named):
            return self._many(value, kind, where)
        if isinstance(kind, Index):
            if _is_number(value) and value == int(value) and value >= 0:
                return self.move(kind.of, int(value), table or {}, where)
            made = None
        else:
            made = _leaf(value, kind)
        if made is None:
            self.lost.append(where)
        return made

    def _table(self, value: Any, kind: Table, where: str) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            self.lost.append(where)
            return None
        made = {}
        for key, inner in kind.keys.items():
            if key not in value or value[key] is None:
                continue
            walked = self.through(value[key], inner, f"{where}.{key}", value)
            if walked is not None:
                made[key] = walked
        unknown = [str(key)[:80] for key in value if key not in kind.keys and key != "specVersion"]
        self.lost += [f"{where}.{key}" for key in unknown[:64]]
        lacking = [key for key in kind.required if key not in made]
        if lacking:
            if any(key not in value for key in lacking):
                self.lost.append(where)
            return None
        return made

    def _many(self, value: Any, kind: Items | Named, where: str) -> Any:
        is_list = isinstance(kind, Items)
        if not isinstance(value, list if is_list else dict):
            self.lost.append(where)
            return None
        if len(value) > kind.most:
            self.lost.append(f"{where}: more than {kind.most}")
        pairs: list[tuple[Any, Any]] = list(enumerate(value) if isinstance(value, list) else value.items())
        made = {}
        for key, item in pairs[: kind.most]:
            if not is_list and not (isinstance(key, str) and len(key) <= kind.longest):  # type: ignore[union-attr]
                self.lost.append(where)
                continue
            walked = self.through(item, kind.kind, f"{where}[{key}]" if is_list else f"{where}.{key}")
            if walked is not None:
                made[key] = walked
        return list(made.values()) if is_list else made


def _leaf(value: Any, kind: Any) -> Any:
    if isinstance(kind, Flag):
        return value if isinstance(value, bool) else None
    if isinstance(kind, Number):
        if not _is_number(value) or (kind.whole and value != int(value)):
            return None
        near = min(max(value, kind.low), kind.high)
        return int(near) if kind.whole else float(near)
    if isinstance(kind, Numbers):
        if not isinstance(value, list) or len(value) < kind.size or not all(map(_is_number, value[: kind.size])):
            return None
        return [float(min(max(item, kind.low), kind.high)) for item in value[: kind.size]]
    if isinstance(kind, Text):
        return value if isinstance(value, str) and len(value) <= kind.longest else None
    if isinstance(kind, Choice):
        return value if isinstance(value, str) and value in kind.words else None
    if isinstance(kind, Code):
        return int(value) if _is_number(value) and value in kind.codes else None
    raise TypeError(f"{kind}: no kind")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e9
