"""Dataclasses read from JSON objects of unknown origin: every value is checked against the type of its field."""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import InputError

Record = TypeVar("Record")
MAX_INTEGER = 2**63 - 1
"""Larger whole numbers fit neither NumPy's nor Blender's integers."""

_WORDS: dict[Any, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def read_record(values: object, kind: type[Record], what: str, ignore_unknown: bool = False) -> Record:
    """Return a ``kind`` (a dataclass) of the JSON object ``values``; lists become tuples where the field is one.

    Args:
        what: names the object in errors, such as the file's path.
        ignore_unknown: leave out names that are not fields, for files that a newer version may have written.

    Raises:
        InputError: ``values`` is not an object, lacks a field without a default, holds an unknown one, or a value is
            not of its field's type; the message names the field. Also what ``kind`` itself raises.
    """
    if not isinstance(values, Mapping):
        raise InputError("{what}: expected an object, got {type}", what=what, type=type(values).__name__)
    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}  # type: ignore[arg-type]
    unknown = sorted(str(name) for name in values if name not in fields)
    if unknown and not ignore_unknown:
        raise InputError(
            "{what}: {unknown} not known; known are {known}",
            what=what,
            unknown=", ".join(unknown)[:200],
            known=", ".join(fields) or "none",
        )
    lost = [
        name
        for name, field in fields.items()
        if name not in values and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    if lost:
        raise InputError("{what}: lacks {lost}", what=what, lost=", ".join(lost))
    return kind(**{name: _checked(values[name], hints[name], f"{what}: {name}") for name in fields if name in values})


def check_entries(values: Mapping[str, Any], hints: Mapping[str, Any], what: str) -> None:
    """Check that the JSON object ``values`` has the entries of ``hints`` (name -> type hint), and perhaps others.

    Raises:
        InputError: as :func:`read_record`.
    """
    if lost := sorted(hints.keys() - values.keys()):
        raise InputError("{what}: lacks {lost}", what=what, lost=", ".join(lost))
    for name, hint in hints.items():
        _checked(values[name], hint, f"{what}: {name}")


def _checked(value: object, hint: Any, what: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any or hint is object:
        return value
    if origin in (Union, types.UnionType):
        for option in inner:
            try:
                return _checked(value, option, what)
            except InputError:
                continue
        raise InputError(
            "{what}: {value} is not {kinds}",
            what=what,
            value=_short(value),
            kinds=" or ".join(_WORDS.get(entry, str(entry)) for entry in inner),
        )
    if origin is Literal:
        if not any(type(value) is type(option) and value == option for option in inner):
            raise InputError(
                "{what}: {value} is not one of {choices}",
                what=what,
                value=_short(value),
                choices=", ".join(map(str, inner)),
            )
        return value
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return read_record(value, hint, what)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise InputError("{what}: {value} is not a list", what=what, value=_short(value))
        if inner[-1:] == (Ellipsis,):
            return tuple(_checked(item, inner[0], what) for item in value)
        if len(value) != len(inner):
            raise InputError(
                "{what}: expected {wanted} values, got {count}", what=what, wanted=len(inner), count=len(value)
            )
        return tuple(_checked(item, entry, what) for item, entry in zip(value, inner, strict=True))
    if origin is list:
        if not isinstance(value, list):
            raise InputError("{what}: {value} is not a list", what=what, value=_short(value))
        return [_checked(item, inner[0], what) for item in value]
    if hint is dict or (isinstance(origin, type) and issubclass(origin, Mapping)):
        if not isinstance(value, Mapping):
            raise InputError("{what}: {value} is not an object", what=what, value=_short(value))
        item_hint = inner[1] if inner else Any
        return {str(name): _checked(item, item_hint, f"{what}: {name}") for name, item in value.items()}
    if not _is_plain(value, hint):
        raise InputError(
            "{what}: {value} is not {kinds}",
            what=what,
            value=_short(value),
            kinds=_WORDS.get(hint, getattr(hint, "__name__", str(hint))),
        )
    return value


def _is_plain(value: object, kind: Any) -> bool:
    if kind is float:
        return is_number(value)
    if kind is int:
        return is_whole(value)
    if isinstance(kind, type):
        return isinstance(value, kind)
    return True  # a hint that says nothing to check, such as a type variable


def settle_numbers(record: object, ranges: Mapping[str, tuple[float, float]]) -> None:
    """Check fields of a frozen dataclass that are not ``None``, and make them floats; for ``__post_init__``.

    Raises:
        InputError: a value is not a number of its range; the message names the field.
    """
    for name, (low, high) in ranges.items():
        value = getattr(record, name)
        if value is None:
            continue
        if not is_number(value, low, high):
            raise InputError(
                "{name}: {value!r} is not a number from {low:g} to {high:g}", name=name, value=value, low=low, high=high
            )
        object.__setattr__(record, name, float(value))


def is_number(value: object, low: float = -math.inf, high: float = math.inf) -> bool:
    """Whether ``value`` is a finite number, not a bool, from ``low`` to ``high``."""
    if isinstance(value, float):
        return math.isfinite(value) and low <= value <= high
    return is_whole(value) and low <= value <= high  # type: ignore[operator]


def is_whole(value: object, low: int = -MAX_INTEGER, high: int = MAX_INTEGER) -> bool:
    """Whether ``value`` is a whole number, not a bool, from ``low`` to ``high``."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
