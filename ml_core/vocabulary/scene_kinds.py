"""The kinds of scene that the shipped model tells apart."""

from __future__ import annotations

SCENE_KINDS: tuple[str, ...] = (
    "kitchen", "bedroom", "living_room", "dining_room", "bathroom", "office", "restaurant", "warehouse", "dungeon",
    "armory", "street", "garden", "forest", "farm",
)  # fmt: skip
