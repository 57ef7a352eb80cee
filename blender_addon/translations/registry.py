"""The interface in Chinese. English is the language of the code; every other is a dictionary beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bpy

from ml_core.errors import Message, fields_of, fill

from ..package import EXTENSION
from .zh.errors import ERRORS
from .zh.scene.labels import LABELS
from .zh.table import CHINESE

CONTEXT = "Atelier"
"""For words that Blender's own dictionary, which comes first in every other context, means otherwise: its Skin is a
modifier, its Face one of a mesh."""
LABEL_CONTEXT = "Atelier Label"
"""For the labels of objects, some of which are other words elsewhere: a chest is also measured, and people bow."""
# Labels of operators are looked up under "Operator", everything else under "*"; the same words serve all.
_CONTEXTS = ("*", "Operator", CONTEXT)


def formatted(text: str, **values: object) -> str:
    """``text`` in the language of the interface, with ``{names}`` filled in.

    A :class:`Message`, as ``text`` or among ``values``, is translated by its template, and so is what is filled into
    it. Any other text without ``values`` is not a template: names and labels of a file may hold braces.
    """
    if isinstance(text, Message):
        template, words = _translation(text.template), _translated(text.values)
        if not words:
            return template
        # A message that was read from a file may lack what its template wants.
        return fill(template, words) if words.keys() >= set(fields_of(template)) else str(text)
    return _translation(text).format(**_translated(values)) if values else _translation(text)


def formatted_label(title: str) -> str:
    """The title of a label, such as ``Chest``, in the language of the interface."""
    translation = bpy.app.translations.pgettext_iface(title, LABEL_CONTEXT)
    return formatted(title) if translation == title else translation


def _translated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: formatted(value) if isinstance(value, Message) else value for name, value in values.items()}


def _translation(text: str) -> str:
    translation = bpy.app.translations.pgettext_iface(text, CONTEXT)
    return bpy.app.translations.pgettext_iface(text) if translation == text else translation


def register() -> None:
    words = {(context, english): chinese for english, chinese in CHINESE.items() for context in _CONTEXTS}
    words |= {(LABEL_CONTEXT, english): chinese for english, chinese in (CHINESE | LABELS).items()}
    words |= {("*", english): chinese for english, chinese in ERRORS.items()}
    # The stubs have one word for each, without its context.
    bpy.app.translations.register(EXTENSION, {"zh_HANS": words})  # type: ignore[dict-item]


def unregister() -> None:
    bpy.app.translations.unregister(EXTENSION)
