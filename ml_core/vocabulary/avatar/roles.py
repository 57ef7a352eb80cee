"""Jobs that are recognized by their clothes, as garments of the wardrobe with their colors.

Outfits (:mod:`.outfits`) are what an avatar can be dressed in by the panel; a role occurs only in sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Role:
    """Garments from the inside out; ``colors`` sRGB hex of some of them."""

    words: tuple[str, ...]
    garments: tuple[str, ...]
    colors: dict[str, str] = field(default_factory=dict)


_NAVY, _BLACK, _WHITE = "#22283a", "#1c1d20", "#f2f2f0"

ROLES = (
    Role(
        ("police officer", "policeman", "policewoman", "cop", "police", "警察", "女警", "交警", "民警"),
        ("shirt", "trousers", "tie", "belt", "shoes", "cap"),
        {"shirt": "#4a5f80", "trousers": _NAVY, "tie": _NAVY, "cap": _NAVY, "shoes": _BLACK, "belt": _BLACK},
    ),
    Role(
        ("security guard", "guard", "保安", "门卫"),
        ("shirt", "trousers", "tie", "belt", "boots", "cap"),
        {"shirt": "#9fb2c6", "trousers": _NAVY, "tie": _NAVY, "cap": _NAVY, "boots": _BLACK, "belt": _BLACK},
    ),
    Role(
        ("firefighter", "fireman", "firewoman", "消防员", "消防队员"),
        ("t_shirt", "cargo_trousers", "field_jacket", "boots"),
        {"t_shirt": _NAVY, "cargo_trousers": "#b08a45", "field_jacket": "#b08a45", "boots": _BLACK},
    ),
    Role(
        ("chef", "cook", "厨师", "大厨"),
        ("long_sleeve", "trousers", "shoes"),
        {"long_sleeve": _WHITE, "trousers": "#3a3c42", "shoes": _BLACK},
    ),
    Role(
        ("waiter", "waitress", "bartender", "butler", "服务员", "侍者", "酒保"),
        ("shirt", "trousers", "bow_tie", "shoes"),
        {"shirt": _WHITE, "trousers": _BLACK, "bow_tie": _BLACK, "shoes": _BLACK},
    ),
    Role(
        ("pilot", "飞行员", "机长"),
        ("shirt", "trousers", "tie", "belt", "shoes"),
        {"shirt": _WHITE, "trousers": _NAVY, "tie": _BLACK, "shoes": _BLACK},
    ),
    Role(
        ("athlete", "运动员"),
        ("tank_top", "shorts", "socks", "sneakers"),
        {"tank_top": "#b03030", "shorts": _WHITE},
    ),
    Role(
        ("judge", "法官"),
        ("shirt", "trousers", "tie", "coat", "shoes"),
        {"shirt": _WHITE, "trousers": _BLACK, "coat": _BLACK, "tie": _BLACK, "shoes": _BLACK},
    ),
)
ACCESSORIES = frozenset({"glasses", "sunglasses", "cap", "hat", "beanie", "belt", "tie", "bow_tie", "socks"})
"""What is worn beside clothes: naming it says nothing of the rest."""


def roles_by_word() -> dict[str, Role]:
    return {word: role for role in ROLES for word in role.words}
