"""Materials of objects: the words for them in sentences, and in the names of materials and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Substance:
    """One substance.

    Attributes:
        adjectives: English words before a noun. nouns: after "made of". chinese: before 的 or a noun.
        names: words for it in the names of materials and pictures; each in lower case.
    """

    id: str
    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    chinese: tuple[str, ...]
    names: tuple[str, ...]

    def is_named(self, name: str) -> bool:
        """Whether the name of a material or a picture contains this substance, such as ``M_WoodOak_02``."""
        if any(word in name for word in self.chinese if len(word) > 1 or word == name):
            return True
        apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        return any(word in self.names for word in re.split(r"[^a-z]+", apart.casefold()))


SUBSTANCES: dict[str, Substance] = {
    item.id: item
    for item in (
        Substance(
            "wood", ("wooden", "wood", "oak", "pine", "timber"), ("wood", "timber", "oak", "pine"),
            ("木头", "木质", "木制", "实木", "木"),
            ("wood", "wooden", "oak", "pine", "walnut", "birch", "plywood", "timber", "plank", "planks", "teak",
             "mahogany", "parquet"),
        ),
        Substance(
            "metal", ("metal", "metallic", "steel", "iron", "aluminum", "aluminium", "brass", "copper", "chrome"),
            ("metal", "steel", "iron", "aluminum", "aluminium", "brass", "copper", "chrome"),
            ("金属", "铁制", "铁", "不锈钢", "钢制", "铝制", "铜制"),
            ("metal", "metallic", "steel", "iron", "aluminum", "aluminium", "brass", "copper", "chrome", "inox",
             "stainless"),
        ),
        Substance("glass", ("glass",), ("glass",), ("玻璃",), ("glass",)),
        Substance("plastic", ("plastic",), ("plastic",), ("塑料",), ("plastic", "pvc", "abs")),
        Substance(
            "stone", ("stone", "marble", "granite", "concrete"), ("stone", "marble", "granite", "concrete"),
            ("石头", "石质", "大理石", "石制", "混凝土"),
            ("stone", "marble", "granite", "rock", "concrete", "cobblestone", "slate", "travertine"),
        ),
        Substance("leather", ("leather",), ("leather",), ("真皮", "皮革", "皮质", "皮"), ("leather",)),
        Substance(
            "fabric", ("fabric", "cloth", "upholstered", "cotton", "velvet", "linen"),
            ("fabric", "cloth", "cotton", "velvet", "linen"), ("布艺", "布料", "布质", "棉质", "绒布"),
            ("fabric", "cloth", "cotton", "velvet", "linen", "textile", "wool", "denim", "upholstery"),
        ),
        Substance("ceramic", ("ceramic", "porcelain"), ("ceramic", "porcelain", "clay"), ("陶瓷", "瓷"),
                  ("ceramic", "porcelain", "clay", "terracotta", "faience")),
        Substance("paper", ("paper", "cardboard"), ("paper", "cardboard"), ("纸质", "纸板", "纸"),
                  ("paper", "cardboard", "carton")),
        Substance("brick", ("brick",), ("brick", "bricks"), ("砖头", "砖"), ("brick", "bricks")),
        Substance("rubber", ("rubber",), ("rubber",), ("橡胶",), ("rubber",)),
    )
}  # fmt: skip
"""By id. Gold and silver are colors here."""

ADJECTIVES: dict[str, str] = {word: item.id for item in SUBSTANCES.values() for word in item.adjectives}
NOUNS: dict[str, str] = {word: item.id for item in SUBSTANCES.values() for word in item.nouns}
CHINESE: dict[str, str] = {word: item.id for item in SUBSTANCES.values() for word in item.chinese}
