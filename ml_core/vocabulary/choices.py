"""The base of every registry of choices for the artist: an id, and texts in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a registry; the menus, the Chinese interface and the scripts' arguments are made of it."""

    id: str
    title: str
    title_zh: str
    description: str
    description_zh: str


AnyChoice = TypeVar("AnyChoice", bound=Choice)


def by_id(*choices: AnyChoice) -> Mapping[str, AnyChoice]:
    """The choices by their ids, in their order."""
    return MappingProxyType({choice.id: choice for choice in choices})


def translations(*registries: Mapping[str, Choice]) -> dict[str, str]:
    """The Chinese of each English text of these registries; none of one that is not a word,
    such as "512" or "VRM"."""
    texts: Iterable[tuple[str, str]] = (
        pair
        for registry in registries
        for choice in registry.values()
        for pair in ((choice.title, choice.title_zh), (choice.description, choice.description_zh))
    )
    return {english: chinese for english, chinese in texts if any(map(str.islower, english))}


def menu_items(registry: Mapping[str, Choice]) -> list[tuple[str, str, str]]:
    """The items of an ``EnumProperty``: id, title and description of each choice, in their order."""
    return [(choice.id, choice.title, choice.description) for choice in registry.values()]
