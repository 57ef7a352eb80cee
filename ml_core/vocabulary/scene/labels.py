"""The object classes that the shipped recognizer knows, and the groups that artists sort them into."""

from __future__ import annotations

from collections.abc import Sequence

FIRST_GROUPS: dict[str, tuple[str, ...]] = {
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
"""Labels that all networks learn, those of pictures and of kinds of scenes, too; labels.csv has these labels."""

FURTHER_GROUPS: dict[str, tuple[str, ...]] = {
    "furnishing": ("curtain", "candle"),
    "appliance": ("washing_machine", "kitchen_appliance", "kitchen_hood", "laptop", "keyboard"),
    "sanitary": ("bathtub", "shower"),
    "lighting": ("lantern", "torch"),
    "building_part": ("stairs", "column", "arch", "pipe", "ladder"),
    "outdoor": ("bridge", "fountain", "gravestone", "tent", "campfire", "traffic_light", "traffic_cone"),
    "nature": ("flower", "mushroom", "cactus", "grass", "log"),
    "vehicle": ("truck", "bus", "rail_vehicle", "bicycle", "aircraft", "spaceship", "wheel"),
    "character": ("robot", "fish"),
    "apparel": ("headwear", "shoe", "armor", "jewelry", "bag"),
    "prop": (
        "tin_can",
        "scroll",
        "key",
        "coin",
        "crystal",
        "heart",
        "star",
        "skull",
        "bone",
        "trap",
        "flag",
        "pallet",
        "musical_instrument",
    ),
    "weapon": ("bow", "cannon"),
}
"""Labels that the recognizer of meshes learns beyond them (by the meshes of further_labels.toml)."""

COUNTS_AS: dict[str, str] = {
    "truck": "car", "bus": "car", "lantern": "lamp", "candle": "lamp", "grass": "bush", "flower": "bush",
    "cactus": "potted_plant", "tin_can": "bottle", "robot": "person", "fish": "animal",
}  # fmt: skip
"""The first label as which networks of FIRST_LABELS, such as that of kinds of scenes, take a further one."""

SURFACES = ("floor", "wall", "ceiling")
"""Parts of a room, recognized by where they are and by what touches them, not by a network."""

GROUPS: dict[str, tuple[str, ...]] = {
    group: (
        *FIRST_GROUPS.get(group, ()),
        *FURTHER_GROUPS.get(group, ()),
        *(SURFACES if group == "building_part" else ()),
    )
    for group in (*FIRST_GROUPS, *(name for name in FURTHER_GROUPS if name not in FIRST_GROUPS))
}

GROUP_OF: dict[str, str] = {label: group for group, labels in GROUPS.items() for label in labels}

FIRST_LABELS: tuple[str, ...] = tuple(label for labels in FIRST_GROUPS.values() for label in labels)

OBJECT_LABELS: tuple[str, ...] = (*FIRST_LABELS, *(label for labels in FURTHER_GROUPS.values() for label in labels))
"""Labels that the recognizer of meshes learns; the first are FIRST_LABELS in their order."""

LABELS: tuple[str, ...] = (*OBJECT_LABELS, *SURFACES)

KINDS: dict[str, tuple[str, ...]] = {
    "seat": ("chair", "armchair", "sofa", "stool", "bench"),
    "table": ("table", "desk", "nightstand"),
    "storage": ("cabinet", "shelf", "nightstand", "refrigerator"),
    "container": ("box", "chest", "barrel", "trash_bin", "tin_can", "bag"),
    "vessel": ("cup", "bowl", "bottle", "vase", "cooking_pot"),
    "light": ("lamp", "ceiling_light", "street_light", "lantern", "candle", "torch"),
    "opening": ("door", "window"),
    "plant": ("tree", "bush", "potted_plant", "flower", "cactus", "grass", "mushroom"),
    "vehicle": ("car", "boat", "truck", "bus", "rail_vehicle", "bicycle", "aircraft", "spaceship"),
    "creature": ("person", "animal", "fish", "robot"),
    "weapon": ("melee_weapon", "gun", "shield", "bow", "cannon"),
    "tool": ("hand_tool", "kitchen_utensil"),
    "appliance": ("refrigerator", "stove", "tv_monitor", "washing_machine", "kitchen_appliance", "kitchen_hood"),
    "bathroom_fixture": ("toilet", "sink", "bathtub", "shower"),
}
"""Things that are hard to tell apart by their shape, and what they are called together: the answer ("some kind of
seat") where the label is not sure. A label may be of two kinds."""


_UNSURE, _AGREED = 0.75, 0.75
"""A label below the first share is not sure; a kind from the second on is. Of 431 models of held-out authors 27 are
assigned only a kind: right for 20, their best label for 14 (evaluate_recognizer.py --held-out)."""


def kinds_of(label: str) -> frozenset[str]:
    """The names of KINDS that the label belongs to; itself where it belongs to none."""
    return frozenset(kind for kind, labels in KINDS.items() if label in labels) or frozenset({label})


def some_kind(ranking: Sequence[tuple[str, float]]) -> tuple[str, float] | None:
    """The kind of an object with its chance, where no label is certain but the guesses (label, chance), best first,
    agree on a kind: ``("seat", 0.93)``. The best guess is always of that kind."""
    if not ranking or ranking[0][1] >= _UNSURE:
        return None
    shares = {
        kind: sum(share for label, share in ranking if label in labels)
        for kind, labels in KINDS.items()
        if ranking[0][0] in labels
    }
    best = max(shares, key=lambda kind: shares[kind], default="")
    return (best, min(shares[best], 1.0)) if best and shares[best] >= _AGREED else None


def kind_words(kind: str) -> str:
    """``bathroom_fixture`` as it is shown: ``Some kind of bathroom fixture``."""
    return f"Some kind of {kind.replace('_', ' ')}"


def title(label: str) -> str:
    """``potted_plant`` as it is shown: ``Potted Plant``; ``tv_monitor``: ``TV Monitor``."""
    return label.replace("_", " ").title().replace("Tv ", "TV ")
