"""The wardrobe, as data: one entry for each garment, and outfits as lists of them. A new garment is a new entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ml_core.geometry.garments.entry import (
    HEIGHTS,
    Band,
    BowTie,
    Buttons,
    Cloth,
    Collar,
    Cut,
    Fall,
    Glasses,
    Headwear,
    Height,
    Hood,
    Laces,
    Lapels,
    Last,
    Patch,
    Piece,
    Seam,
    Sole,
    Tie,
)

__all__ = ["BY_NAME", "HEIGHTS", "OUTFITS", "PIECES", "Cut", "Fall", "Height", "Piece"]

_CREW: dict[str, Any] = {"neck_front": Height("collar_bone", 0.03), "neck_back": Height("neck", 0.015)}
_SHIRT: dict[str, Any] = {
    "neck_front": Height("collar_bone", 0.022),
    "neck_back": Height("neck", 0.004),
    "neck_rise": 0.07,
}
_WIDE: dict[str, Any] = {
    "neck_front": Height("collar_bone", -0.05),
    "neck_back": Height("neck", -0.02),
    "neck_width": 0.085,
}
_JACKET: dict[str, Any] = {
    "neck_front": Height("collar_bone", 0.03),
    "neck_back": Height("neck", -0.002),
    "neck_rise": 0.075,
}
_METAL = Cloth("metal", "#b9b6ae", 0.3)
_DARK_BUTTON = Cloth("plastic", "#2a2624", 0.35)
_RUBBER = Cloth("rubber", "#1c1a19", 0.7)
_THREAD = Cloth("stitching", "", 0.85)
_GOLD_THREAD = Cloth("topstitching", "", 0.85)
_HEM = Seam("hem", 0.02)
_NARROW_HEM = Seam("hem", 0.009)
_SLEEVES = Seam("cuffs", 0.02)
_SIDES = Seam("sides")


def _placket(top: Height, bottom: Height, half: float = 0.016, x: float = 0.0, lift: float = 0.0022) -> Patch:
    """A strip down the front."""
    return Patch(((x - half, bottom), (x + half, bottom), (x + half, top), (x - half, top)), lift=lift)


def _edge(top: Height, bottom: Height, half: float, lift: float) -> Patch:
    """The edge of a front that lies over the other one, toward the wearer's right."""
    return replace(_placket(top, bottom, half, 0.0, lift), one_edge=True)


def _pocket(
    x: float, wide: float, top: Height, high: float, both: bool = False, taper: float = 0.0, side: Any = "front",
    cloth: Cloth | None = None, lift: float = 0.0022,
) -> Patch:  # fmt: skip
    """A pocket whose middle is at x."""
    low = Height(top.at, top.above - high)
    half = wide / 2
    return Patch(
        ((x - half + taper, low), (x + half - taper, low), (x + half, top), (x - half, top)), side, both, lift, cloth
    )


def _stitched(pocket: Patch, cloth: Cloth = _THREAD) -> Seam:
    """The stitches that hold a pocket: down one side, along the bottom and up the other."""
    middle = sum(x for x, _ in pocket.corners) / 4
    low_left, low_right, right, left = (
        (x + (0.009 if x < middle else -0.009), Height(at.at, at.above + rise))
        for (x, at), rise in zip(pocket.corners, (0.009, 0.009, -0.002, -0.002), strict=True)
    )
    path = (left, low_left, low_right, right)
    return Seam(path=path, side=pocket.side, both=pocket.both, lift=pocket.lift + 0.0009, cloth=cloth)


_BACK_POCKET = _pocket(0.085, 0.125, Height("hips", -0.008), 0.13, both=True, taper=0.012, side="back", lift=0.002)
_CARGO_POCKET = _pocket(0.085, 0.12, Height("hips", 0.02), 0.13, both=True, side="back")
_SCRUBS_POCKETS = (_pocket(0.075, 0.095, Height("chest", 0.09), 0.105),
                   _pocket(0.085, 0.12, Height("crotch", 0.17), 0.12, both=True))  # fmt: skip
_COAT_POCKETS = (_pocket(0.095, 0.10, Height("chest", 0.10), 0.115),
                 _pocket(0.11, 0.15, Height("crotch", 0.13), 0.16, both=True))  # fmt: skip
_FIELD_POCKETS = (_pocket(0.095, 0.115, Height("chest", 0.105), 0.125, both=True, taper=0.004),
                  _pocket(0.105, 0.135, Height("crotch", 0.155), 0.14, both=True, taper=0.004))  # fmt: skip
_FIELD_FLAPS = (_pocket(0.095, 0.123, Height("chest", 0.112), 0.045, both=True, lift=0.005),
                _pocket(0.105, 0.143, Height("crotch", 0.162), 0.05, both=True, lift=0.005))  # fmt: skip


def _fly(top: Height, cloth: Cloth = _THREAD) -> Seam:
    """The curved stitches beside the opening of trousers."""
    path = (
        (0.034, top),
        (0.034, Height("crotch", 0.085)),
        (0.027, Height("crotch", 0.062)),
        (0.008, Height("crotch", 0.05)),
    )
    return Seam(path=path, lift=0.0026, cloth=cloth)


PIECES: tuple[Piece, ...] = (
    # Tops
    Piece("t_shirt", "T-Shirt", "T恤", "top", 4, "tights", Cut(hem=Height("crotch", 0.03), sleeve=0.55, **_CREW),
          Fall(0.004, 0.03, arms=0.02, hem=0.006, cuff=0.008, rounds=30, hang=0.45, folds=0.013), "#8c3a34",
          words=("t-shirt", "tee", "tshirt", "T恤", "T恤衫"), fabric="jersey",
          trims=(Band("neck", 0.019, 0.0015, Cloth("rib", roughness=0.85)), _HEM, _SLEEVES)),
    Piece("long_sleeve", "Long Sleeve", "长袖衫", "top", 4, "tights", Cut(hem=Height("crotch", 0.095), sleeve=2, **_CREW),
          Fall(0.008, 0.02, sleeves=0.4, arms=0.010, hem=0.004, rounds=20, hang=0.3, folds=0.014, reach=0.008), "#dcd8ce",
          words=("long sleeve", "longsleeve", "长袖"), fabric="jersey",
          trims=(Band("neck", 0.018, 0.0015, Cloth("rib", roughness=0.85)), Band("cuffs", 0.03, 0.0012), _HEM)),
    Piece("tank_top", "Tank Top", "背心", "top", 4, "tights", Cut(hem=Height("crotch", 0.05), arm_hole=0.035, **_WIDE),
          Fall(0.0055, 0.02, hem=0.003, rounds=15, hang=0.25, folds=0.010), "#e8e6e0", words=("tank top", "背心"), fabric="jersey", trims=(_HEM,)),
    Piece("shirt", "Shirt", "衬衫", "top", 1, "tights", Cut(hem=Height("crotch", 0.02), sleeve=2.035, **_SHIRT),
          Fall(0.003, 0.025, sleeves=0.3, arms=0.016, hem=0.005, cuff=0.004, rounds=25, hang=0.4, folds=0.013, reach=0.008), "#e9edf2", 0.7,
          words=("shirt", "button-up", "dress shirt", "衬衫", "衬衣"), fabric="poplin",
          trims=(_placket(Height("collar_bone", 0.03), Height("crotch", 0.028)),
                 Buttons(7, Height("collar_bone", 0.012), Height("crotch", 0.08)), Band("cuffs", 0.055, 0.003),
                 Collar(0.03, 0.040, 0.020, 0.003, 0.030), _NARROW_HEM, _SIDES)),
    Piece("blouse", "Blouse", "女式衬衫", "top", 1, "tights",
          Cut(hem=Height("crotch", 0.05), sleeve=2.02, v_neck=Height("chest", 0.165), v_width=0.05, **_SHIRT),
          Fall(0.004, 0.03, sleeves=0.15, arms=0.022, hem=0.004, cuff=0.006, rounds=30, hang=0.4, folds=0.014), "#c9b7c9", 0.55,
          words=("blouse", "女式衬衫", "女衬衫"), fabric="satin",
          trims=(_placket(Height("chest", 0.16), Height("crotch", 0.058), 0.012),
                 Buttons(6, Height("chest", 0.135), Height("crotch", 0.1), radius=0.005, lift=0.0035),
                 Band("cuffs", 0.035, 0.0025), Collar(0.018, 0.045, 0.012, 0.02, 0.012, start=Height("collar_bone", -0.012)), _NARROW_HEM)),
    Piece("polo", "Polo Shirt", "Polo衫", "top", 4, "tights", Cut(hem=Height("crotch", 0.035), sleeve=0.6, **_SHIRT),
          Fall(0.004, 0.028, arms=0.018, hem=0.010, cuff=0.006, rounds=28, hang=0.45, folds=0.012), "#2f5d50", 0.85,
          words=("polo", "polo shirt", "Polo衫"), fabric="pique",
          trims=(_placket(Height("collar_bone", 0.03), Height("chest", 0.09), 0.015),
                 Buttons(2, Height("collar_bone", -0.02), Height("chest", 0.11), lift=0.0035),
                 Band("cuffs", 0.022, 0.0018, Cloth("rib", roughness=0.85)),
                 Collar(0.022, 0.040, 0.014, 0.004, 0.022, cloth=Cloth("rib", roughness=0.85)), _HEM)),
    Piece("sweater", "Sweater", "毛衣", "top", 5, "tights", Cut(hem=Height("crotch", 0.045), sleeve=2.02, **_CREW),
          Fall(0.006, 0.03, sleeves=0.3, arms=0.013, cuff=0.002, rounds=35, hang=0.35, folds=0.011, reach=0.01), "#6d7f5c", 0.95, 0.005,
          words=("sweater", "jumper", "pullover", "毛衣"), fabric="knit",
          trims=(Band("neck", 0.026, 0.003, Cloth("rib", roughness=0.95)), Band("cuffs", 0.05, 0.003, Cloth("rib", roughness=0.95)),
                 Band("hem", 0.055, 0.003, Cloth("rib", roughness=0.95)))),
    Piece("turtleneck", "Turtleneck", "高领衫", "top", 4, "tights", Cut(hem=Height("crotch", 0.045), sleeve=2.01),
          Fall(0.005, 0.022, arms=0.012, hem=0.004, rounds=20, hang=0.3, folds=0.011), "#3a3d44", 0.9, 0.004,
          words=("turtleneck", "roll neck", "高领"), fabric="rib",
          trims=(Band("neck", 0.045, 0.004), Band("cuffs", 0.04, 0.002), Band("hem", 0.04, 0.002))),
    Piece("hoodie", "Hoodie", "连帽衫", "top", 5, "tights", Cut(hem=Height("crotch", 0.03), sleeve=2.03, **_CREW),
          Fall(0.007, 0.035, sleeves=0.25, arms=0.014, cuff=0.002, rounds=35, hang=0.4, folds=0.014, reach=0.01), "#5b6470", 0.95, 0.005,
          words=("hoodie", "hooded sweatshirt", "连帽衫", "卫衣"), fabric="fleece",
          trims=(Patch(((-0.125, Height("crotch", 0.125)), (0.125, Height("crotch", 0.125)), (0.085, Height("waist", 0.045)),
                        (-0.085, Height("waist", 0.045))), lift=0.006),
                 Band("cuffs", 0.055, 0.003, Cloth("rib", roughness=0.95)), Band("hem", 0.06, 0.003, Cloth("rib", roughness=0.95)),
                 Hood(0.17),
                 *(Patch(((x - 0.0025, Height("chest", 0.09)), (x + 0.0025, Height("chest", 0.09)),
                          (x * 1.0 + 0.0025, Height("collar_bone", 0.015)), (x * 1.0 - 0.0025, Height("collar_bone", 0.015))), lift=0.005,
                         cloth=Cloth("webbing", "#d9d6cf", 0.8)) for x in (0.03, -0.03)))),
    Piece("scrubs_top", "Scrubs Top", "刷手服上衣", "top", 4, "robe",
          Cut(hem=Height("crotch", -0.03), sleeve=0.72, v_neck=Height("collar_bone", -0.055), v_width=0.075, **_CREW),
          Fall(0.009, 0.035, arms=0.026, hem=0.005, cuff=0.012, rounds=30, hang=0.6, folds=0.017), "#3d7f8c", 0.8,
          words=("scrubs", "scrub top", "刷手服"), fabric="twill",
          trims=(Band("neck", 0.03, 0.002), *_SCRUBS_POCKETS, *(_stitched(pocket) for pocket in _SCRUBS_POCKETS), _HEM, _SLEEVES)),
    # Outer
    Piece("cardigan", "Cardigan", "开衫", "outer", 6, "tights",
          Cut(hem=Height("crotch", 0.075), sleeve=2, v_neck=Height("waist", 0.09), v_width=0.06, **_JACKET),
          Fall(0.006, 0.035, sleeves=0.3, arms=0.014, hem=0.006, cuff=0.002, rounds=35, hang=0.3, folds=0.011, reach=0.01), "#4a3440", 0.95, 0.005,
          words=("cardigan", "开衫"), fabric="knit",
          trims=(Band("neck", 0.03, 0.003, Cloth("rib", roughness=0.95)),
                 _placket(Height("waist", 0.085), Height("crotch", 0.085), 0.015, lift=0.004),
                 Buttons(4, Height("waist", 0.06), Height("crotch", 0.11), radius=0.009, lift=0.007, cloth=_DARK_BUTTON),
                 Band("cuffs", 0.055, 0.003, Cloth("rib", roughness=0.95)), Band("hem", 0.055, 0.003, Cloth("rib", roughness=0.95)))),
    Piece("blazer", "Blazer", "西装外套", "outer", 6, "robe",
          Cut(hem=Height("crotch", -0.03), sleeve=1.985, v_neck=Height("waist", 0.06), v_width=0.066,
              cutaway=Height("waist", -0.12), cutaway_width=0.012, cutaway_corner=0.07, **_JACKET),
          Fall(0.006, 0.028, sleeves=0.36, arms=0.012, hem=0.0055, cuff=0.002, rounds=45, hang=0.06, fitted=1.0, folds=0.009, reach=0.006), "#262c3a", 0.75, 0.004,
          words=("blazer", "suit jacket", "sports jacket", "西装", "西装外套"), fabric="wool",
          trims=(Lapels(0.078, 0.03), Collar(0.026, 0.044, 0.0, 0.003, 0.0, 0.012, 0.15, start=Height("collar_bone", 0.012)),
                 _edge(Height("waist", 0.048), Height("waist", -0.108), 0.012, 0.003),
                 Buttons(2, Height("waist", 0.042), Height("waist", -0.06), radius=0.0095, lift=0.0075, cloth=_DARK_BUTTON),
                 _pocket(0.108, 0.115, Height("crotch", 0.165), 0.045, both=True, lift=0.0035),
                 _pocket(0.105, 0.085, Height("chest", 0.085), 0.020, lift=0.003))),
    Piece("coat", "Coat", "大衣", "outer", 7, "robe",
          Cut(hem=Height("knee", 0.04), sleeve=2.02, v_neck=Height("chest", 0.045), v_width=0.064,
              cutaway=Height("crotch", -0.06), cutaway_width=0.014, cutaway_corner=0.03, **_JACKET),
          Fall(0.010, 0.04, sleeves=0.3, arms=0.017, hem=0.0095, cuff=0.003, rounds=40, hang=0.6, flare=0.02, folds=0.013, reach=0.008), "#8a6a48", 0.85, 0.005,
          words=("coat", "overcoat", "raincoat", "rain coat", "trench coat", "parka", "down coat", "大衣", "雨衣", "风衣",
                 "羽绒服", "棉衣"), fabric="wool",
          trims=(Lapels(0.085, 0.028), Collar(0.03, 0.055, 0.0, 0.003, 0.0, 0.015, 0.15, start=Height("collar_bone", 0.012)),
                 _placket(Height("chest", 0.035), Height("crotch", -0.05), 0.02, 0.0, 0.004),
                 Buttons(4, Height("chest", 0.015), Height("crotch", 0.05), 0.0, 0.012, lift=0.008, cloth=_DARK_BUTTON),
                 _pocket(0.115, 0.13, Height("crotch", 0.15), 0.05, both=True, lift=0.004))),
    Piece("lab_coat", "Lab Coat", "白大褂", "outer", 7, "robe",
          Cut(hem=Height("knee", 0.06), sleeve=2, v_neck=Height("chest", 0.10), v_width=0.06,
              cutaway=Height("crotch", 0.0), cutaway_width=0.018, cutaway_corner=0.03, **_JACKET),
          Fall(0.011, 0.04, sleeves=0.28, arms=0.015, hem=0.010, cuff=0.003, rounds=35, hang=0.6, flare=0.015, folds=0.012, reach=0.008), "#eef0f0", 0.75, 0.003,
          words=("lab coat", "doctor's coat", "白大褂"), fabric="poplin",
          trims=(Lapels(0.065, 0.03), Collar(0.024, 0.045, 0.0, 0.003, 0.0, 0.014, 0.15, start=Height("collar_bone", 0.012)),
                 _placket(Height("chest", 0.09), Height("crotch", 0.01), 0.018, 0.0, 0.003),
                 Buttons(4, Height("chest", 0.07), Height("crotch", 0.06), radius=0.009, lift=0.0065),
                 *_COAT_POCKETS, *(_stitched(pocket) for pocket in _COAT_POCKETS), _SLEEVES)),
    Piece("field_jacket", "Field Jacket", "野战夹克", "outer", 6, "robe",
          Cut(hem=Height("crotch", -0.05), sleeve=2.025, **_SHIRT),
          Fall(0.007, 0.032, sleeves=0.3, arms=0.013, cuff=0.002, rounds=40, hang=0.2, folds=0.0145, reach=0.012), "#5c6144", 0.85, 0.005,
          words=("field jacket", "army jacket", "denim jacket", "jean jacket", "野战夹克", "军装夹克", "牛仔外套",
                 "牛仔夹克", "牛仔衣"), fabric="canvas",
          trims=(_placket(Height("collar_bone", 0.02), Height("crotch", 0.0), 0.024, 0.0, 0.004),
                 Collar(0.034, 0.050, 0.014, 0.006, 0.018, 0.012), Band("cuffs", 0.045, 0.003), Band("hem", 0.03, 0.002),
                 *_FIELD_POCKETS, *_FIELD_FLAPS, *(_stitched(part) for part in (*_FIELD_POCKETS, *_FIELD_FLAPS)), _SIDES,
                 Buttons(1, Height("chest", 0.08), Height("chest", 0.08), 0.095, 0.008, True, 0.009, _DARK_BUTTON),
                 Buttons(1, Height("crotch", 0.125), Height("crotch", 0.125), 0.105, 0.008, True, 0.009, _DARK_BUTTON))),
    # Bottoms
    Piece("leggings", "Leggings", "打底裤", "bottom", 0, "tights", Cut(top=Height("waist", -0.02), leg=1.97),
          Fall(0.001, 0.006, rounds=4), "#20242c", 0.6, 0.002, words=("leggings", "yoga pants", "打底裤", "瑜伽裤"), fabric="jersey",
          trims=(Band("waist", 0.035, 0.001),)),
    Piece("trousers", "Trousers", "西裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.03), leg=1.96),
          Fall(0.003, 0.022, leg=0.003, rounds=15, straight=0.42, folds=0.0118, pressed=True, longer=0.36), "#2a3140",
          words=("trousers", "slacks", "裤子", "西裤"), fabric="wool",
          trims=(Band("waist", 0.036, 0.0022), _placket(Height("waist", -0.07), Height("crotch", 0.04), 0.009, 0.009, 0.0015))),
    Piece("jeans", "Jeans", "牛仔裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.045), leg=1.96),
          Fall(0.002, 0.018, leg=0.002, rounds=12, straight=0.46, folds=0.0122, longer=0.36), "#2f4668", 0.85,
          words=("jeans", "牛仔裤"), fabric="denim",
          trims=(Band("waist", 0.04, 0.0025), Band("ankles", 0.022, 0.0015),
                 _placket(Height("waist", -0.088), Height("crotch", 0.045), 0.013, 0.010, 0.0016),
                 Buttons(1, Height("waist", -0.064), Height("waist", -0.064), 0.0, 0.0085, lift=0.006, cloth=_METAL),
                 _BACK_POCKET, _stitched(_BACK_POCKET, _GOLD_THREAD), _fly(Height("waist", -0.088), _GOLD_THREAD),
                 Seam("sides", cloth=_GOLD_THREAD), Seam("ankles", 0.012, lift=0.0024, cloth=_GOLD_THREAD),
                 Seam("waist", 0.032, lift=0.0034, cloth=_GOLD_THREAD),
                 Seam(path=((-0.15, Height("waist", -0.094)), (0, Height("waist", -0.112)), (0.15, Height("waist", -0.094))),
                      side="back", cloth=_GOLD_THREAD),
                 *(Patch(((x - 0.006, Height("waist", -0.09)), (x + 0.006, Height("waist", -0.09)), (x + 0.006, Height("waist", -0.046)),
                          (x - 0.006, Height("waist", -0.046))), "front", True, 0.0045) for x in (0.07,)))),
    Piece("shorts", "Shorts", "短裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.045), leg=0.92),
          Fall(0.003, 0.035, leg=0.014, rounds=20, folds=0.007), "#5a5f4a", words=("shorts", "swim trunks", "swimming trunks", "swim shorts", "board shorts", "短裤", "泳裤", "沙滩裤"), fabric="twill",
          trims=(Band("waist", 0.038, 0.0022), Band("ankles", 0.025, 0.0012),
                 _placket(Height("waist", -0.085), Height("crotch", 0.045), 0.012, 0.009, 0.0015),
                 _fly(Height("waist", -0.085)), _SIDES, Seam("ankles", 0.016, lift=0.0021))),
    Piece("scrubs_trousers", "Scrubs Trousers", "刷手服裤子", "bottom", 2, "tights", Cut(top=Height("waist", -0.03), leg=1.96),
          Fall(0.006, 0.035, leg=0.008, rounds=20, straight=0.3, folds=0.0125, longer=0.36), "#3d7f8c",
          words=("scrub pants", "scrubs trousers", "刷手服裤子"), fabric="twill",
          trims=(Band("waist", 0.035, 0.0025), Band("ankles", 0.025, 0.0015), Seam("ankles", 0.017, lift=0.0024))),
    Piece("cargo_trousers", "Cargo Trousers", "工装裤", "bottom", 2, "tights", Cut(top=Height("waist", -0.035), leg=1.96),
          Fall(0.005, 0.035, leg=0.006, rounds=18, straight=0.4, folds=0.013, longer=0.36), "#6a6248",
          words=("cargo pants", "cargo trousers", "工装裤"), fabric="canvas",
          trims=(Band("waist", 0.038, 0.0025), Band("ankles", 0.03, 0.003),
                 _placket(Height("waist", -0.08), Height("crotch", 0.045), 0.012, 0.010, 0.0016),
                 _CARGO_POCKET, _stitched(_CARGO_POCKET), _fly(Height("waist", -0.08)), _SIDES)),
    Piece("skirt", "Skirt", "短裙", "bottom", 3, "skirt", Cut(top=Height("waist", -0.02), hem=Height("knee", 0.05)),
          Fall(0.009, 0.05, rounds=12, flare=0.02, hang=0.2, folds=0.010), "#3c3550", words=("skirt", "mini skirt", "miniskirt", "pleated skirt", "pencil skirt", "短裙", "裙子", "百褶裙", "迷你裙", "铅笔裙", "半身裙", "包臀裙"), fabric="twill",
          trims=(Band("waist", 0.035, 0.002), _HEM)),
    Piece("long_skirt", "Long Skirt", "长裙", "bottom", 3, "skirt", Cut(top=Height("waist", -0.02), hem=Height("ankle", 0.1)),
          Fall(0.004, 0.05, rounds=12, flare=0.05, hang=0.2, folds=0.010), "#6a3b3b", words=("long skirt", "长裙"), fabric="poplin",
          trims=(Band("waist", 0.035, 0.002), _HEM)),
    Piece("dress", "Dress", "连衣裙", "top", 4, "robe",
          Cut(hem=Height("knee", -0.05), sleeve=0.62, neck_front=Height("collar_bone", 0.032), neck_back=Height("neck", 0.01), neck_rise=0.1),
          Fall(0.003, 0.03, arms=0.014, cuff=0.006, rounds=25, flare=0.055, hang=0.35, folds=0.013), "#b4637a", 0.75,
          words=("dress", "gown", "evening dress", "evening gown", "sundress", "wedding dress", "ball gown", "连衣裙", "礼服",
                 "晚礼服", "婚纱"), fabric="poplin",
          trims=(Band("neck", 0.014, 0.0015), Band("cuffs", 0.014, 0.0015), Band("hem", 0.02, 0.001), Seam("hem", 0.012, lift=0.0019))),
    # Shoes
    Piece("socks", "Socks", "袜子", "shoes", 0, "tights", Cut(boot=1.68), Fall(0.001, 0.005, rounds=4), "#d8d5cc", 0.95, 0.002,
          words=("socks", "袜子"), fabric="rib", trims=(Band("ankles", 0.03, 0.0012),)),
    Piece("sneakers", "Sneakers", "运动鞋", "shoes", 1, "tights", Cut(boot=1.0, throat=0.44, instep=0.088),
          Fall(0.004, 0.010, rounds=14), "#3d5a80", 0.75, 0.004, 0.01,
          words=("sneakers", "trainers", "运动鞋"), fabric="canvas", last=Last(0.012, 0.0, 0.05),
          trims=(Sole(0.026, 0.0015, 0.012), Laces(5), Band("ankles", 0.014, 0.003))),
    Piece("shoes", "Leather Shoes", "皮鞋", "shoes", 1, "tights", Cut(boot=1.0, throat=0.46, instep=0.08),
          Fall(0.004, 0.009, rounds=14), "#2a1d16", 0.35, 0.004, 0.01,
          words=("shoes", "leather shoes", "dress shoes", "鞋", "鞋子", "皮鞋"), fabric="leather", last=Last(0.02, 0.45, 0.042),
          trims=(Sole(0.018, 0.001, 0.005, 0.010, _RUBBER), Laces(4, Cloth("webbing", "#1a1310", 0.6)),
                 Band("ankles", 0.010, 0.0022))),
    Piece("boots", "Boots", "靴子", "shoes", 1, "tights", Cut(boot=1.5),
          Fall(0.006, 0.014, rounds=14), "#4a3424", 0.5, 0.005,
          words=("boots", "rubber boots", "knee-high boots", "cowboy boots", "靴子", "靴", "雨靴", "长靴"), fabric="leather", last=Last(0.016, 0.1, 0.055),
          trims=(Sole(0.032, 0.002, 0.010, 0.012, _RUBBER), Laces(5, Cloth("webbing", "#2a2320", 0.8)),
                 Band("ankles", 0.02, 0.0025))),
    Piece("pumps", "Pumps", "低跟女鞋", "shoes", 1, "tights", Cut(boot=1.0, throat=0.74, instep=0.03),
          Fall(0.002, 0.006, rounds=10), "#1f1b1e", 0.3, 0.002, 0.006,
          words=("pumps", "flats", "ballet flats", "heels", "court shoes", "低跟鞋", "平底鞋", "女鞋"), fabric="leather", last=Last(0.012, 0.75, 0.028),
          trims=(Sole(0.022, -0.0015, 0.002, 0.0, _RUBBER, heel=0.014, pitch=0.007), Band("ankles", 0.004, 0.0018))),
    Piece("sandals", "Sandals", "凉鞋", "shoes", 1, "tights", Cut(boot=1.0, straps=((0.54, 0.05), (0.76, 0.06))),
          Fall(0.002, 0.005, rounds=6), "#6b4a2f", 0.55, 0.003, 0.004,
          words=("sandals", "flip flops", "flip-flops", "凉鞋", "拖鞋", "人字拖"), fabric="leather", trims=(Sole(0.022, 0.006, 0.004, 0.0, Cloth("rubber", "#3a2c22", 0.8)),)),
    # Accessories
    Piece("belt", "Belt", "腰带", "accessory", 3, "tights", Cut(band=Height("waist", -0.066), band_width=0.017),
          Fall(0.003, 0.006, rounds=6, hang=0.01), "#2b1d14", 0.4, 0.003, 0.004, words=("belt", "腰带", "皮带"), fabric="leather",
          trims=(Patch(((-0.024, Height("waist", -0.086)), (0.024, Height("waist", -0.086)), (0.024, Height("waist", -0.046)),
                        (-0.024, Height("waist", -0.046))), lift=0.004, cloth=_METAL),
                 Patch(((-0.016, Height("waist", -0.079)), (0.016, Height("waist", -0.079)), (0.016, Height("waist", -0.053)),
                        (-0.016, Height("waist", -0.053))), lift=0.0046))),
    Piece("tie", "Tie", "领带", "accessory", 5, "tights", Cut(hem=Height("waist", -0.06), sleeve=0.3, neck_front=Height("collar_bone", 0.06), neck_back=Height("neck", 0.02)),
          Fall(0.004, 0.02, rounds=15), "#7a2233", 0.45, words=("tie", "necktie", "领带"), fabric="satin", form=Tie()),
    Piece("bow_tie", "Bow Tie", "领结", "accessory", 5, "tights", Cut(hem=Height("chest", 0.0), sleeve=0.3, neck_front=Height("collar_bone", 0.06), neck_back=Height("neck", 0.02)),
          Fall(0.004, 0.02, rounds=15), "#1d1d22", 0.45, words=("bow tie", "领结"), fabric="satin", form=BowTie(0.05)),
    Piece("glasses", "Glasses", "眼镜", "accessory", 9, "tights", Cut(), Fall(0, 0), "#1e1c1b", 0.3,
          words=("glasses", "spectacles", "眼镜"), fabric="plastic", form=Glasses()),
    Piece("sunglasses", "Sunglasses", "太阳镜", "accessory", 9, "tights", Cut(), Fall(0, 0), "#181716", 0.25,
          words=("sunglasses", "shades", "太阳镜", "墨镜"), fabric="plastic",
          form=Glasses(0.058, 0.046, 2.8, 0.0022, Cloth("glass", "#0b0d10", 0.08))),
    Piece("cap", "Cap", "棒球帽", "accessory", 9, "tights", Cut(), Fall(0, 0), "#2d4a6b", 0.85,
          words=("cap", "baseball cap", "棒球帽", "鸭舌帽"), fabric="twill", form=Headwear(0.055, 0.005, 0.008, 0.008, visor=0.075)),
    Piece("hat", "Hat", "礼帽", "accessory", 9, "tights", Cut(), Fall(0, 0), "#57483a", 0.9,
          words=("hat", "fedora", "straw hat", "cowboy hat", "sun hat", "帽子", "礼帽", "草帽"), fabric="felt",
          form=Headwear(0.052, 0.02, 0.008, 0.03, 0.8, 0.018, brim=0.055, ribbon=Cloth("satin", "#241d18", 0.5))),
    Piece("beanie", "Beanie", "毛线帽", "accessory", 9, "tights", Cut(), Fall(0, 0), "#7d3b36", 0.95,
          words=("beanie", "woolly hat", "毛线帽"), fabric="knit", form=Headwear(0.045, -0.015, 0.008, 0.018, cuff=0.05)),
)  # fmt: skip
BY_NAME: dict[str, Piece] = {piece.name: piece for piece in PIECES}
OUTFITS: dict[str, tuple[str, ...]] = {
    "casual": ("t_shirt", "jeans", "sneakers"),
    "sporty": ("tank_top", "leggings", "sneakers"),
    "warm": ("sweater", "trousers", "boots"),
    "layered": ("leggings", "skirt", "long_sleeve", "cardigan", "pumps"),
    "summer": ("t_shirt", "shorts", "sandals"),
    "business": ("trousers", "shirt", "tie", "blazer", "shoes"),
    "smart": ("trousers", "belt", "blouse", "blazer", "pumps"),
    "medical": ("scrubs_trousers", "scrubs_top", "sneakers"),
    "doctor": ("trousers", "shirt", "lab_coat", "shoes"),
    "military": ("cargo_trousers", "t_shirt", "field_jacket", "boots", "cap"),
    "street": ("hoodie", "shorts", "socks", "sneakers", "beanie"),
    "dressed_up": ("dress", "pumps"),
    "winter": ("jeans", "turtleneck", "coat", "boots", "hat"),
    "golf": ("polo", "trousers", "belt", "sneakers"),
    "evening": ("trousers", "shirt", "bow_tie", "blazer", "shoes"),
}
"""Named lists of garments, from the inside out."""
