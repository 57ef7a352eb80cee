"""Where things of each label are found: on the floor, on other things, or on a wall or ceiling."""

from __future__ import annotations

from typing import Literal

Carrier = Literal["floor", "thing", "nothing"]
"""``nothing``: no other thing is below it, so that a wall or a ceiling carries it."""

_FLOOR: tuple[Carrier, ...] = ("floor",)
_FLOOR_OR_THING: tuple[Carrier, ...] = ("floor", "thing")
_WALL: tuple[Carrier, ...] = ("nothing", "thing")

CARRIED_BY: dict[str, tuple[Carrier, ...]] = {
    **dict.fromkeys(
        ("chair", "armchair", "sofa", "stool", "bench", "table", "desk", "nightstand", "bed", "rug", "refrigerator",
         "toilet", "street_light", "building", "tree", "bush", "car", "boat", "fence", "barrel",
         "washing_machine", "bathtub", "shower", "stairs", "column", "arch", "bridge", "fountain", "gravestone", "tent",
         "campfire", "traffic_cone", "truck", "bus", "rail_vehicle", "bicycle", "pallet", "cannon",
         "wall", "floor"), _FLOOR),
    **dict.fromkeys(("trash_bin", "stove", "chest", "potted_plant", "lamp"), _FLOOR_OR_THING),
    **dict.fromkeys(("ceiling_light", "picture_frame", "window", "ceiling", "kitchen_hood"), _WALL),
    **dict.fromkeys(("cup", "bowl", "plate", "bottle", "cooking_pot", "food", "book"), _FLOOR_OR_THING),
    **dict.fromkeys(("candle", "kitchen_appliance", "laptop", "keyboard", "tin_can", "bag", "skull"), _FLOOR_OR_THING),
}  # fmt: skip
"""Labels that are not listed are found anywhere."""

PORTABLE = frozenset({"cup", "bowl", "bottle", "cooking_pot", "food", "vase"})
"""What lies and stands in or on other things and is not part of them; boards look like books and boxes, cushions are
pillows, and handles are tools: those are not here."""

COME_ALONE = frozenset({"refrigerator", "stove"})
"""What a place has one or two of, however many cabinets of that shape stand in a row."""

HOLDERS = frozenset({
    "cabinet", "shelf", "refrigerator", "stove", "table", "desk", "nightstand", "sink", "chest", "bed", "sofa",
})  # fmt: skip
"""What such things lie and stand in or on."""

ON_TOPS = PORTABLE | {"plate", "book"}
"""What is put on a top, not on the floor, where there is one."""

TOPS = ("table", "desk", "nightstand", "cabinet", "shelf")
"""Tops, the likeliest first."""
