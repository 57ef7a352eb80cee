"""The blocks of one avatar, checked, and moved from the indices of one file to those of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import kinds
from .walking import Move, Walk

Blocks = dict[str, Any]
"""As :data:`ml_core.vrm.kinds.BLOCKS` has them."""

_LISTS = ("colliders", "colliderGroups", "springs")


def moved(blocks: Mapping[str, Any], move: Move) -> tuple[Blocks, list[str]]:
    """Return the valid parts of the blocks with new indices, and the paths of the parts that were dropped.

    Colliders and their groups are renumbered here, since dropped ones, such as empty groups, shift those after them;
    ``move`` maps all other indices.
    """
    numbers: dict[str, dict[int, int]] = {"collider": {}, "collider group": {}}

    def place(what: str, index: int, table: Mapping[str, Any], where: str) -> int | None:
        return numbers[what].get(index) if what in numbers else move(what, index, table, where)

    walk = Walk(place)
    made: Blocks = {}
    for key, kind in kinds.BLOCKS.keys.items():
        if key not in blocks or key in _LISTS:
            continue
        block = walk.through(blocks[key], kind, key)
        if block:
            made[key] = block
    for key, counted in zip(_LISTS, ("collider", "collider group", "spring"), strict=True):
        items = blocks.get(key, [])
        if not isinstance(items, list):
            walk.lost.append(key)
            continue
        kind = kinds.BLOCKS.keys[key]
        kept: list[Any] = []
        for number, item in enumerate(items[: kind.most]):
            name = item.get("name") if isinstance(item, dict) else None
            block = walk.through(item, kind.kind, f"{key}[{name if isinstance(name, str) and name else number}]")
            if block is not None and block.get("joints", True) and block.get("colliders", True):
                numbers.setdefault(counted, {})[number] = len(kept)
                kept.append(block)
        if kept:
            made[key] = kept
    return made, list(dict.fromkeys(walk.lost))


def checked(blocks: object) -> Blocks:
    """Return the valid parts of stored blocks, with their own indices; empty for anything else."""
    if not isinstance(blocks, dict):
        return {}
    return moved(blocks, lambda _what, index, _table, _where: index)[0]


def toon(material: object, move: Move, where: str) -> tuple[dict[str, Any], list[str]]:
    """Return the valid parts of an MToon material, and the paths of the parts that were dropped."""
    walk = Walk(move)
    return walk.through(material, kinds.MTOON, where) or {}, walk.lost
