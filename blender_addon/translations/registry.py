"""The interface in Chinese. English is the language of the code; every other is a dictionary beside this file."""

from __future__ import annotations

import re
from functools import cache

import bpy

from ..package import EXTENSION
from .zh import CHINESE
from .zh_errors import ERRORS

CONTEXT = "Atelier"
"""For words that Blender's own dictionary, which comes first in every other context, means otherwise: its Skin is a
modifier, its Face one of a mesh."""
# Labels of operators are looked up under "Operator", everything else under "*"; the same words serve all.
_CONTEXTS = ("*", "Operator", CONTEXT)


def formatted(text: str, **values: object) -> str:
    """``text`` in the language of the interface, with ``{names}`` filled in.

    Without ``values`` it is no template: names and labels of a file may hold braces.
    """
    translation = bpy.app.translations.pgettext_iface(text, CONTEXT)
    if translation == text:
        translation = bpy.app.translations.pgettext_iface(text)
    return translation.format(**values) if values else translation


def translated_error(text: str) -> str:
    """The message of an error in the language of the interface; one that nobody has translated stays as it is.

    Errors are English sentences with names filled in where they are raised, often far from Blender; so the sentence is
    found again by its pattern, and what is filled in is looked up in the same way.
    """
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        translation = bpy.app.translations.pgettext_iface(template)
        if translation == template:
            return text
        first, *rest = translation.split("{}")
        return first + "".join(translated_error(word) + part for word, part in zip(found.groups(), rest, strict=True))
    return text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The most literal first: it says most."""
    ordered = sorted(ERRORS, key=lambda template: len(template.replace("{}", "")), reverse=True)
    return [(one, re.compile("(.+?)".join(map(re.escape, one.split("{}"))), re.DOTALL)) for one in ordered]


def register() -> None:
    words = {(context, english): chinese for english, chinese in CHINESE.items() for context in _CONTEXTS}
    words |= {("*", english): chinese for english, chinese in ERRORS.items()}
    # The stubs have one word for each, without its context.
    bpy.app.translations.register(EXTENSION, {"zh_HANS": words})  # type: ignore[dict-item]


def unregister() -> None:
    bpy.app.translations.unregister(EXTENSION)
