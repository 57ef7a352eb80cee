"""Usual sizes of objects, and which of them have no upright."""

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
    "curtain": 2.4, "candle": 0.2, "washing_machine": 0.9, "kitchen_appliance": 0.4, "kitchen_hood": 0.8,
    "laptop": 0.36, "keyboard": 0.42, "bathtub": 1.7, "shower": 2.1, "lantern": 0.4, "torch": 0.6, "stairs": 3.0,
    "column": 3.0, "arch": 3.0, "pipe": 1.0, "ladder": 2.5, "bridge": 7.0, "fountain": 2.5, "gravestone": 1.1,
    "tent": 2.6, "campfire": 0.9, "traffic_light": 3.5, "traffic_cone": 0.7, "flower": 0.35, "mushroom": 0.15,
    "cactus": 1.3, "grass": 0.4, "log": 1.2, "truck": 7.0, "bus": 10.0, "rail_vehicle": 15.0, "bicycle": 1.75,
    "aircraft": 15.0, "spaceship": 12.0, "wheel": 0.65, "robot": 1.5, "fish": 0.4, "headwear": 0.3, "shoe": 0.3,
    "armor": 0.6, "jewelry": 0.03, "bag": 0.45, "tin_can": 0.12, "scroll": 0.35, "key": 0.08, "coin": 0.03,
    "crystal": 0.25, "heart": 0.4, "star": 0.4, "skull": 0.22, "bone": 0.35, "trap": 1.0, "flag": 2.0, "pallet": 1.2,
    "musical_instrument": 1.0, "bow": 1.4, "cannon": 1.8, "wall": 3.0, "floor": 4.0, "ceiling": 4.5,
}  # fmt: skip
"""Largest dimension of a thing of each label, in meters."""

ANY_WAY_UP = frozenset({
    "pillow", "rug", "picture_frame", "book", "plate", "kitchen_utensil", "food", "rock", "box", "sign", "hand_tool",
    "melee_weapon", "gun", "shield", "keyboard", "torch", "pipe", "log", "wheel", "fish", "shoe", "jewelry", "bag",
    "scroll", "key", "coin", "crystal", "heart", "star", "skull", "bone", "musical_instrument", "bow", "ladder",
    "tin_can", "headwear", "armor",
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
    "curtain": (1.4, 0.12, 2.2, 0.5, 0.25), "candle": (0.08, 0.07, 0.16, 0.5, 0.5),
    "washing_machine": (0.62, 0.6, 0.88, 0.15, 0.25), "kitchen_appliance": (0.32, 0.25, 0.28, 0.4, 0.35),
    "kitchen_hood": (0.75, 0.5, 0.6, 0.25, 0.4), "laptop": (0.35, 0.3, 0.22, 0.2, 0.5),
    "keyboard": (0.42, 0.15, 0.025, 0.25, 0.5), "bathtub": (1.65, 0.76, 0.6, 0.2, 0.25),
    "shower": (0.95, 0.9, 2.05, 0.2, 0.15), "lantern": (0.22, 0.2, 0.36, 0.6, 0.7),
    "torch": (0.15, 0.12, 0.55, 0.5, 0.4), "stairs": (2.6, 1.2, 1.9, 0.6, 0.6), "column": (0.6, 0.55, 2.8, 0.5, 0.4),
    "arch": (2.4, 0.5, 2.7, 0.5, 0.35), "pipe": (0.8, 0.3, 0.4, 0.8, 0.9), "ladder": (0.6, 0.4, 2.5, 0.6, 0.5),
    "bridge": (6.5, 2.0, 1.6, 0.6, 0.6), "fountain": (2.4, 2.2, 1.6, 0.6, 0.6),
    "gravestone": (0.6, 0.3, 0.95, 0.4, 0.35), "tent": (2.6, 2.1, 1.6, 0.35, 0.35),
    "campfire": (0.9, 0.85, 0.5, 0.4, 0.5), "traffic_light": (0.6, 0.4, 3.2, 0.7, 0.6),
    "traffic_cone": (0.36, 0.36, 0.6, 0.3, 0.3), "flower": (0.15, 0.13, 0.32, 0.6, 0.5),
    "mushroom": (0.12, 0.11, 0.13, 0.7, 0.7), "cactus": (0.6, 0.45, 1.2, 0.7, 0.7),
    "grass": (0.35, 0.3, 0.3, 0.6, 0.6), "log": (1.0, 0.35, 0.35, 0.7, 0.7), "truck": (6.5, 2.3, 2.8, 0.3, 0.25),
    "bus": (10.0, 2.5, 3.0, 0.3, 0.15), "rail_vehicle": (14.0, 2.8, 3.5, 0.4, 0.25),
    "bicycle": (1.75, 0.6, 1.05, 0.2, 0.15),
    "aircraft": (14.0, 12.0, 4.0, 0.7, 0.6), "spaceship": (12.0, 9.0, 4.0, 0.9, 0.9),
    "wheel": (0.6, 0.25, 0.6, 0.5, 0.5), "robot": (1.1, 0.8, 1.3, 0.8, 0.8), "fish": (0.35, 0.12, 0.16, 0.9, 0.9),
    "headwear": (0.28, 0.24, 0.2, 0.3, 0.4), "shoe": (0.29, 0.12, 0.16, 0.3, 0.6),
    "armor": (0.5, 0.35, 0.55, 0.3, 0.3), "jewelry": (0.025, 0.02, 0.02, 0.8, 0.8),
    "bag": (0.42, 0.22, 0.4, 0.4, 0.45), "tin_can": (0.075, 0.07, 0.11, 0.3, 0.35),
    "scroll": (0.3, 0.1, 0.12, 0.5, 0.8), "key": (0.08, 0.03, 0.015, 0.6, 0.9),
    "coin": (0.028, 0.026, 0.012, 0.7, 1.0), "crystal": (0.2, 0.18, 0.25, 0.9, 0.9),
    "heart": (0.35, 0.18, 0.33, 0.8, 0.8), "star": (0.38, 0.12, 0.36, 0.8, 0.8), "skull": (0.2, 0.15, 0.2, 0.4, 0.4),
    "bone": (0.3, 0.1, 0.08, 0.7, 0.9), "trap": (0.9, 0.8, 0.3, 0.6, 0.8), "flag": (0.9, 0.1, 2.0, 0.6, 0.6),
    "pallet": (1.2, 0.9, 0.15, 0.2, 0.25), "musical_instrument": (0.6, 0.35, 0.8, 0.7, 0.6),
    "bow": (0.5, 0.15, 1.1, 0.7, 0.7), "cannon": (1.7, 0.9, 0.9, 0.4, 0.4),
    "wall": (3.0, 0.25, 2.6, 0.6, 0.5), "floor": (4.0, 3.5, 0.1, 0.8, 0.8), "ceiling": (4.5, 3.8, 0.1, 0.6, 0.8),
}  # fmt: skip
"""Longer and shorter side and height of a thing of each label in meters, and the spread (standard deviation of the
natural logarithm) of its sides and of its height: medians over models that keep to life size (TheBaseMesh, Gazebo,
blueprint3d, Blend Swap), rounded, and usual dimensions where these have fewer than five."""


_USUAL = 2.0
"""Things of a label are this much larger or smaller than usual: side tables and banquet tables."""
_UNITS = (0.001, 0.01, 0.0254, 0.3048, 10.0, 100.0, 1000.0)
"""Millimeters, centimeters, inches, feet; and meters that were taken for the smaller units."""


def real_scale(label: str | None, largest: float) -> float:
    """By how much to scale a thing of ``label`` whose largest dimension is ``largest`` meters; 1 where it is right.

    A plausible size stays. A size that a mistaken unit explains is corrected by that unit, the nearest to the usual
    size; otherwise the object gets the usual size of its label.
    """
    usual = TYPICAL_SIZE.get(label or "")
    if usual is None or not largest > 0 or _away(largest, usual) <= _USUAL:
        return 1.0
    unit = min(_UNITS, key=lambda factor: _away(largest * factor, usual))
    return unit if _away(largest * unit, usual) <= _USUAL else usual / largest


def _away(size: float, usual: float) -> float:
    return max(size / usual, usual / size)
