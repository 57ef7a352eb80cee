"""How large things usually are, and which of them have no upright."""

from __future__ import annotations

TYPICAL_SIZE: dict[str, float] = {
    "chair": 0.9, "armchair": 0.95, "sofa": 2.1, "stool": 0.6, "bench": 1.5, "table": 1.4, "desk": 1.4,
    "nightstand": 0.55, "bed": 2.1, "cabinet": 1.2, "shelf": 1.6, "pillow": 0.5, "rug": 2.2, "vase": 0.35,
    "picture_frame": 0.7, "book": 0.25, "refrigerator": 1.8, "stove": 0.9, "tv_monitor": 0.9, "toilet": 0.75,
    "sink": 0.8, "cup": 0.1, "bowl": 0.2, "plate": 0.25, "bottle": 0.28, "cooking_pot": 0.3, "kitchen_utensil": 0.28,
    "food": 0.15, "lamp": 0.8, "ceiling_light": 0.6, "street_light": 4.5, "door": 2.1, "window": 1.3,
    "building": 11.0, "tree": 5.0, "bush": 1.2, "potted_plant": 0.7, "rock": 1.0, "car": 4.2, "boat": 5.0,
    "person": 1.75, "animal": 1.1, "box": 0.6, "chest": 0.9, "barrel": 0.95, "trash_bin": 0.8, "fence": 2.0,
    "sign": 1.8, "hand_tool": 0.35, "melee_weapon": 1.0, "gun": 0.7, "shield": 0.8,
}  # fmt: skip
"""Largest dimension of a thing of each label, in meters."""

ANY_WAY_UP = frozenset({
    "pillow", "rug", "picture_frame", "book", "plate", "kitchen_utensil", "food", "rock", "box", "sign", "hand_tool",
    "melee_weapon", "gun", "shield",
})  # fmt: skip
"""Labels of things that lie as well as they stand, or whose models come every way."""
