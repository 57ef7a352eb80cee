"""Menus of the vocabulary's registries."""

from __future__ import annotations

from collections.abc import Mapping

from ml_core.vocabulary.choices import Choice


def menu_items(registry: Mapping[str, Choice]) -> list[tuple[str, str, str]]:
    """The items of an ``EnumProperty``: id, title and description of each choice, in their order."""
    return [(choice.id, choice.title, choice.description) for choice in registry.values()]
