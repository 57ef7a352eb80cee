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
    "wall": 3.0, "floor": 4.0, "ceiling": 4.5,
}  # fmt: skip
"""Largest dimension of a thing of each label, in meters."""

ANY_WAY_UP = frozenset({
    "pillow", "rug", "picture_frame", "book", "plate", "kitchen_utensil", "food", "rock", "box", "sign", "hand_tool",
    "melee_weapon", "gun", "shield",
})  # fmt: skip
"""Labels of things that lie as well as they stand, or whose models come every way."""

USUAL_BOX: dict[str, tuple[float, float, float, float, float]] = {
    "chair": (0.56, 0.5, 0.88, 0.22, 0.16), "armchair": (0.8, 0.75, 0.85, 0.2, 0.15),
    "sofa": (2.0, 0.95, 0.85, 0.3, 0.15), "stool": (0.36, 0.34, 0.6, 0.22, 0.3),
    "bench": (1.4, 0.47, 0.65, 0.35, 0.35), "table": (1.15, 0.8, 0.75, 0.45, 0.28),
    "desk": (1.4, 0.68, 0.75, 0.22, 0.12), "nightstand": (0.5, 0.45, 0.56, 0.2, 0.18),
    "bed": (2.1, 1.4, 0.95, 0.3, 0.35), "cabinet": (0.8, 0.48, 1.0, 0.5, 0.55),
    "shelf": (0.95, 0.38, 1.45, 0.5, 0.45), "pillow": (0.48, 0.35, 0.14, 0.25, 0.4),
    "rug": (2.2, 1.5, 0.015, 0.5, 0.8), "vase": (0.28, 0.27, 0.32, 0.5, 0.5),
    "picture_frame": (0.5, 0.04, 0.5, 0.6, 0.6), "book": (0.22, 0.15, 0.04, 0.35, 0.9),
    "refrigerator": (0.75, 0.7, 1.75, 0.25, 0.18), "stove": (0.7, 0.6, 0.9, 0.3, 0.18),
    "tv_monitor": (0.75, 0.2, 0.55, 0.45, 0.35), "toilet": (0.68, 0.4, 0.77, 0.2, 0.2),
    "sink": (0.65, 0.5, 0.7, 0.35, 0.6), "cup": (0.1, 0.09, 0.13, 0.3, 0.4), "bowl": (0.2, 0.19, 0.08, 0.35, 0.4),
    "plate": (0.24, 0.24, 0.025, 0.25, 0.5), "bottle": (0.08, 0.07, 0.24, 0.4, 0.4),
    "cooking_pot": (0.35, 0.27, 0.16, 0.35, 0.5), "kitchen_utensil": (0.2, 0.05, 0.1, 0.8, 1.0),
    "food": (0.12, 0.1, 0.09, 0.6, 0.7), "lamp": (0.32, 0.3, 0.7, 0.45, 0.7),
    "ceiling_light": (0.6, 0.45, 0.5, 0.5, 0.8), "street_light": (1.0, 0.4, 4.5, 0.7, 0.4),
    "door": (0.9, 0.1, 2.05, 0.35, 0.12), "window": (1.2, 0.12, 1.3, 0.45, 0.35),
    "building": (14.0, 10.0, 9.0, 0.7, 0.7), "tree": (3.2, 3.0, 5.5, 0.6, 0.5), "bush": (1.1, 1.0, 0.9, 0.5, 0.5),
    "potted_plant": (0.5, 0.42, 0.7, 0.5, 0.6), "rock": (0.9, 0.7, 0.55, 0.9, 0.9), "car": (4.4, 1.9, 1.55, 0.2, 0.2),
    "boat": (5.0, 1.8, 1.4, 0.7, 0.7), "person": (0.7, 0.5, 1.6, 0.4, 0.3), "animal": (1.0, 0.4, 0.7, 1.0, 0.9),
    "box": (0.6, 0.42, 0.38, 0.5, 0.5), "chest": (0.9, 0.5, 0.55, 0.3, 0.3), "barrel": (0.62, 0.6, 0.9, 0.2, 0.25),
    "trash_bin": (0.45, 0.4, 0.75, 0.45, 0.45), "fence": (2.0, 0.1, 1.1, 0.5, 0.4),
    "sign": (0.7, 0.15, 1.5, 0.6, 0.7), "hand_tool": (0.3, 0.08, 0.2, 0.6, 1.0),
    "melee_weapon": (0.5, 0.08, 0.5, 0.8, 1.0), "gun": (0.6, 0.08, 0.22, 0.6, 0.6),
    "shield": (0.55, 0.12, 0.6, 0.4, 0.5),
    "wall": (3.0, 0.25, 2.6, 0.6, 0.5), "floor": (4.0, 3.5, 0.1, 0.8, 0.8), "ceiling": (4.5, 3.8, 0.1, 0.6, 0.8),
}  # fmt: skip
"""Longer and shorter side and height of a thing of each label in meters, and the spread (standard deviation of the
natural logarithm) of its sides and of its height: medians over models that keep to life size (TheBaseMesh, Gazebo,
blueprint3d, Blend Swap), rounded, and usual dimensions of furniture where these have fewer than five."""
