"""The arguments of a tool: a dataclass with described fields, turned into a JSON schema and into validation."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any, get_type_hints

from ml_core.errors import InputError
from ml_core.records import read_record

_TYPES: dict[Any, dict[str, Any]] = {
    str: {"type": "string", "maxLength": 4000},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    tuple[str, ...]: {"type": "array", "items": {"type": "string"}, "maxItems": 100},
}
MOST_TEXT, MOST_ITEMS = 4000, 100
"""Characters of a text, entries of a list."""


def about(
    text: str, default: Any = dataclasses.MISSING, choices: Collection[Any] = (), low: Any = None, high: Any = None
) -> Any:
    """A field of a tool's arguments.

    Args:
        text: its description, for the calling program. choices: all allowed values, from their registry.
        low, high: the ends of a number's range.
    """
    return dataclasses.field(
        default=default, metadata={"text": text, "choices": tuple(choices), "low": low, "high": high}
    )


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """The JSON schema of a dataclass whose fields are declared by :func:`about`."""
    hints = get_type_hints(kind)
    properties, required = {}, []
    for entry in dataclasses.fields(kind):
        schema = dict(_TYPES[hints[entry.name]])
        schema["description"] = entry.metadata["text"]
        if entry.metadata["choices"]:
            choices = list(entry.metadata["choices"])
            if schema["type"] == "array":
                schema["items"] = {"type": "string", "enum": choices}
            else:
                schema["enum"] = choices
        if entry.metadata["low"] is not None:
            schema |= {"minimum": entry.metadata["low"], "maximum": entry.metadata["high"]}
        if entry.default is dataclasses.MISSING:
            required.append(entry.name)
        else:
            schema["default"] = list(entry.default) if isinstance(entry.default, tuple) else entry.default
        properties[entry.name] = schema
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def read_arguments(values: object, kind: type[Any], what: str) -> Any:
    """Builds a ``kind`` from the JSON object ``values``, by the same rules as :func:`schema_of`.

    Raises:
        InputError: an argument is missing, unknown, of another type, or not among its choices; the message names it.
    """
    found = read_record(values if isinstance(values, Mapping) else {}, kind, what)
    for entry in dataclasses.fields(kind):
        value, rules = getattr(found, entry.name), entry.metadata
        given = value if isinstance(value, tuple) else (value,)
        choices = rules["choices"]
        wrong = [item for item in given if choices and item not in choices and item != entry.default]
        if wrong:
            raise InputError(
                "{what}: {value} is not one of {choices}",
                what=f"{what}: {entry.name}",
                value=repr(wrong[0])[:60],
                choices=", ".join(map(str, choices)),
            )
        if rules["low"] is not None and not rules["low"] <= value <= rules["high"]:
            raise InputError(
                "{name}: {value!r} is not a number from {low:g} to {high:g}",
                name=f"{what}: {entry.name}",
                value=value,
                low=rules["low"],
                high=rules["high"],
            )
        if len(given) > MOST_ITEMS or any(isinstance(item, str) and len(item) > MOST_TEXT for item in given):
            raise InputError("{what}: is too long", what=f"{what}: {entry.name}")
    return found
