"""The interface in Chinese. English is the language of the code; every other is a dictionary beside this file."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import bpy

from .translations_zh import CHINESE
from .translations_zh_errors import ERRORS

# Labels of operators are looked up under "Operator", everything else under "*"; the same words serve both.
_CONTEXTS = ("*", "Operator")


def formatted(text: str, **values: object) -> str:
    """``text`` in the language of the interface, with ``{names}`` filled in."""
    return bpy.app.translations.pgettext_iface(text).format(**values)


def in_words(error: Exception | str) -> str:
    """The message of an error in the language of the interface; in English where it has no translation."""
    message = str(error)
    found = recognized(message)
    if found is None:
        return formatted(message) if message in CHINESE else message
    english, values = found
    return bpy.app.translations.pgettext_iface(english).format(*(in_words(value) for value in values))


def recognized(message: str) -> tuple[str, tuple[str, ...]] | None:
    """Which of :data:`ERRORS` a message is, and what was filled in.

    Messages are written where they arise, which may know nothing of Blender; here they are known by their shape.
    """
    for shape, english in _error_shapes():
        found = shape.fullmatch(message)
        if found is not None:
            return english, found.groups()
    return None


@cache
def _error_shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern for each message of :data:`ERRORS`, those that say most first."""
    shapes = []
    for english in ERRORS:
        parts = list(Formatter().parse(english))
        pattern = "".join(re.escape(text) + ("(.+?)" if name is not None else "") for text, name, *_ in parts)
        shapes.append((sum(len(text) for text, *_ in parts), re.compile(pattern, re.DOTALL), english))
    shapes.sort(key=lambda shape: -shape[0])
    return tuple((pattern, english) for _, pattern, english in shapes)


def register() -> None:
    words = {(context, english): chinese for english, chinese in (CHINESE | ERRORS).items() for context in _CONTEXTS}
    bpy.app.translations.register(__package__, {"zh_HANS": words})


def unregister() -> None:
    bpy.app.translations.unregister(__package__)
