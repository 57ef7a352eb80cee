"""The garments, as data: which helper each is cut from and where, how it hangs, what it is made of.

A new garment is a new entry. Heights of cuts are named heights of the reference body; lengths along
limbs are 0 at shoulder or hip, 1 at elbow or knee and 2 at wrist or ankle. So one entry fits everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["top", "bottom", "outer", "shoes"]
HEIGHTS = ("sole", "ankle", "knee", "crotch", "hips", "waist", "chest", "collar_bone", "neck")
"""Names that a cut's heights are said in, from the ground up."""


@dataclass(frozen=True)
class Height:
    """A height of the reference body: metres above (or below) a named one."""

    at: str
    above: float = 0.0


@dataclass(frozen=True)
class Cut:
    """Where a garment ends.

    Attributes:
        hem: lowest height on the trunk. top: highest height.
        sleeve, leg: along arm and leg. boot: from which point of the leg down.
        neck_front, neck_back: heights of the neckline. neck_width: metres from the middle to its
            sides, where shoulder straps begin.
        opening: metres from the middle of the front to its open edge. arm_hole: metres inwards of the shoulder joint.
    """

    hem: Height | None = None
    top: Height | None = None
    sleeve: float | None = None
    leg: float | None = None
    boot: float | None = None
    neck_front: Height | None = None
    neck_back: Height | None = None
    neck_width: float = 0.13
    opening: float | None = None
    arm_hole: float | None = None


@dataclass(frozen=True)
class Fall:
    """How cloth lies over the body, in metres over the helper mesh (which is 4 to 6 mm over the skin).

    Attributes:
        least, most: distances of the trunk and the legs. arms: the most of sleeves, which balloon otherwise.
        hem, cuff, leg: added to the least towards the hem, the ends of sleeves and the ends of legs.
        straight: legs hang straight from the thigh. sole: thickness under the foot.
    """

    least: float
    most: float
    arms: float = 0.02
    hem: float = 0.0
    cuff: float = 0.0
    leg: float = 0.0
    rounds: int = 20
    straight: bool = False
    sole: float = 0.0


@dataclass(frozen=True)
class Piece:
    """A garment.

    Attributes:
        layer: garments of a higher layer lie over those of lower ones.
        mesh: helper that it is cut from. thickness, fold: of its hems, metres.
        color: sRGB. words: that a sentence may name it by, English and Chinese.
    """

    name: str
    label: str
    label_zh: str
    kind: Kind
    layer: int
    mesh: Literal["tights", "skirt"]
    cut: Cut
    fall: Fall
    color: str
    roughness: float = 0.8
    thickness: float = 0.003
    fold: float = 0.015
    words: tuple[str, ...] = ()


_CREW: dict[str, Any] = {"neck_front": Height("collar_bone", 0.03), "neck_back": Height("neck", 0.025)}
_WIDE: dict[str, Any] = {
    "neck_front": Height("collar_bone", -0.05),
    "neck_back": Height("neck", -0.02),
    "neck_width": 0.085,
}

PIECES: tuple[Piece, ...] = (
    Piece("t_shirt", "T-Shirt", "T恤", "top", 4, "tights", Cut(hem=Height("crotch", 0.045), sleeve=0.55, **_CREW),
          Fall(0.004, 0.03, hem=0.008, cuff=0.010, rounds=30), "#7a2f2a", words=("t-shirt", "tee", "T恤")),
    Piece("long_sleeve", "Long Sleeve", "长袖衫", "top", 4, "tights", Cut(hem=Height("crotch", 0.05), sleeve=1.93, **_CREW),
          Fall(0.003, 0.02, arms=0.012, hem=0.004, rounds=20), "#dcd8ce", words=("long sleeve", "longsleeve", "长袖")),
    Piece("tank_top", "Tank Top", "背心", "top", 4, "tights", Cut(hem=Height("crotch", 0.06), arm_hole=0.035, **_WIDE),
          Fall(0.003, 0.02, hem=0.003, rounds=15), "#e8e6e0", words=("tank top", "背心")),
    Piece("sweater", "Sweater", "毛衣", "top", 5, "tights", Cut(hem=Height("crotch", 0.06), sleeve=1.95, **_CREW),
          Fall(0.008, 0.035, arms=0.022, cuff=0.004, rounds=35), "#6d7f5c", 0.95, 0.005, words=("sweater", "jumper", "毛衣")),
    Piece("turtleneck", "Turtleneck", "高领衫", "top", 4, "tights", Cut(hem=Height("crotch", 0.055), sleeve=1.94),
          Fall(0.005, 0.022, arms=0.014, hem=0.004, rounds=20), "#3a3d44", 0.9, 0.004, words=("turtleneck", "roll neck", "高领")),
    Piece("cardigan", "Cardigan", "开衫", "outer", 6, "tights",
          Cut(hem=Height("crotch", 0.05), sleeve=1.93, neck_front=Height("chest", 0.07), neck_back=Height("neck", 0.02), neck_width=0.07,
              opening=0.012),
          Fall(0.011, 0.045, arms=0.026, hem=0.006, cuff=0.004, rounds=35), "#4a3440", 0.95, 0.005,
          words=("cardigan", "开衫")),
    Piece("leggings", "Leggings", "打底裤", "bottom", 0, "tights", Cut(top=Height("waist", -0.02), leg=1.97),
          Fall(0.001, 0.006, rounds=4), "#20242c", 0.6, 0.002, words=("leggings", "打底裤")),
    Piece("trousers", "Trousers", "西裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.03), leg=1.96),
          Fall(0.003, 0.03, leg=0.004, rounds=15, straight=True), "#2a3140", words=("trousers", "slacks", "裤子", "西裤")),
    Piece("jeans", "Jeans", "牛仔裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.045), leg=1.95),
          Fall(0.002, 0.018, leg=0.002, rounds=12, straight=True), "#2b3d5c", 0.85, words=("jeans", "牛仔裤")),
    Piece("shorts", "Shorts", "短裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.045), leg=0.78),
          Fall(0.003, 0.04, leg=0.016, rounds=15), "#5a5f4a", words=("shorts", "短裤")),
    Piece("skirt", "Skirt", "短裙", "bottom", 3, "skirt", Cut(top=Height("waist", -0.02), hem=Height("knee", 0.05)),
          Fall(0.003, 0.05, rounds=10), "#3c3550", words=("skirt", "短裙", "裙子")),
    Piece("long_skirt", "Long Skirt", "长裙", "bottom", 3, "skirt", Cut(top=Height("waist", -0.02), hem=Height("ankle", 0.1)),
          Fall(0.003, 0.05, rounds=10), "#6a3b3b", words=("long skirt", "长裙")),
    Piece("socks", "Socks", "袜子", "shoes", 0, "tights", Cut(boot=1.72), Fall(0.001, 0.005, rounds=4), "#d8d5cc", 0.95, 0.002,
          words=("socks", "袜子")),
    Piece("shoes", "Shoes", "鞋", "shoes", 1, "tights", Cut(boot=1.9),
          Fall(0.004, 0.012, rounds=10, sole=0.018), "#231d1a", 0.45, 0.004, 0.01, words=("shoes", "鞋", "鞋子")),
    Piece("boots", "Boots", "靴子", "shoes", 1, "tights", Cut(boot=1.45),
          Fall(0.006, 0.016, rounds=12, sole=0.025), "#3a2a1e", 0.5, 0.005, words=("boots", "靴子", "靴")),
)  # fmt: skip
BY_NAME: dict[str, Piece] = {piece.name: piece for piece in PIECES}
OUTFITS: dict[str, tuple[str, ...]] = {
    "casual": ("t_shirt", "jeans", "shoes"),
    "sporty": ("tank_top", "leggings", "shoes"),
    "warm": ("sweater", "trousers", "boots"),
    "layered": ("leggings", "skirt", "long_sleeve", "cardigan", "shoes"),
    "summer": ("t_shirt", "shorts", "shoes"),
}
"""Named lists of garments, from the inside out."""
