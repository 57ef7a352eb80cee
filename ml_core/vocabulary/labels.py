"""The object classes that the shipped recognizer knows, and the groups that artists sort them into."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "furniture": (
        "chair", "armchair", "sofa", "stool", "bench", "table", "desk", "nightstand", "bed", "cabinet", "shelf",
    ),
    "furnishing": ("pillow", "rug", "vase", "picture_frame", "book"),
    "appliance": ("refrigerator", "stove", "tv_monitor"),
    "sanitary": ("toilet", "sink"),
    "kitchenware": ("cup", "bowl", "plate", "bottle", "cooking_pot", "kitchen_utensil"),
    "food": ("food",),
    "lighting": ("lamp", "ceiling_light", "street_light"),
    "building_part": ("door", "window"),
    "building": ("building",),
    "nature": ("tree", "bush", "potted_plant", "rock"),
    "vehicle": ("car", "boat"),
    "character": ("person", "animal"),
    "prop": ("box", "chest", "barrel", "trash_bin", "fence", "sign"),
    "tool": ("hand_tool",),
    "weapon": ("melee_weapon", "gun", "shield"),
}  # fmt: skip

GROUP_OF: dict[str, str] = {label: group for group, labels in GROUPS.items() for label in labels}

LABELS: tuple[str, ...] = tuple(GROUP_OF)


def title(label: str) -> str:
    """``potted_plant`` as it is shown: ``Potted Plant``; ``tv_monitor``: ``TV Monitor``."""
    return label.replace("_", " ").title().replace("Tv ", "TV ")
