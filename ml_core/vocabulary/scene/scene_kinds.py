"""The kinds of scene that the shipped model tells apart."""

from __future__ import annotations

SCENE_KINDS: tuple[str, ...] = (
    "kitchen", "bedroom", "living_room", "dining_room", "bathroom", "office", "restaurant", "warehouse", "dungeon",
    "armory", "street", "garden", "forest", "farm",
)  # fmt: skip

MIXED = "mixed"
"""What a scene is whose parts are of several kinds."""

LONGEST_SIDE: dict[str, float] = {
    "kitchen": 6, "bedroom": 6, "living_room": 8, "dining_room": 7, "bathroom": 4, "office": 10, "restaurant": 16,
    "warehouse": 30, "dungeon": 18, "armory": 10, "street": 80, "garden": 25, "forest": 60, "farm": 60,
}  # fmt: skip
"""Longest side in meters that one place of each kind has."""
