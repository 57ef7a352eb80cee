"""The interface in Chinese. English is the language of the code; every other is a dictionary beside this file."""

from __future__ import annotations

import bpy

from .translations_zh import CHINESE

# Labels of operators are looked up under "Operator", everything else under "*"; the same words serve both.
_CONTEXTS = ("*", "Operator")


def formatted(text: str, **values: object) -> str:
    """``text`` in the language of the interface, with ``{names}`` filled in."""
    return bpy.app.translations.pgettext_iface(text).format(**values)


def register() -> None:
    words = {(context, english): chinese for english, chinese in CHINESE.items() for context in _CONTEXTS}
    bpy.app.translations.register(__package__, {"zh_HANS": words})


def unregister() -> None:
    bpy.app.translations.unregister(__package__)
