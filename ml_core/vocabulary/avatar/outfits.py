"""Kinds of outfits, what each is called in both languages, and the garments that it is made of.

Their order is that of the generator's condition vector: a new kind goes to the end, and needs a training run.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class Outfit(Choice):
    """One kind of outfit.

    Args:
        words_en: words that mean it. words_zh: the same in Chinese.
        precedence: where words of several kinds are used, the kind with the highest one is meant.
        garments: sets of garments that a seed draws from, each from the inside out. feminine: sets beside these for
            feminine people.
        cloths: what some of them are made of, as in the traits of an avatar.
    """

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]
    precedence: int = 0
    garments: tuple[tuple[str, ...], ...]
    feminine: tuple[tuple[str, ...], ...] = ()
    cloths: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def garments_of(outfit: str, presentation: float, seed: int) -> tuple[str, ...]:
    """The garments of an outfit that a seed draws for a person, from the inside out."""
    kind = OUTFIT_KINDS[outfit]
    sets = kind.garments + (kind.feminine if presentation > 0.6 else ())
    return sets[random.Random(f"garments {seed}").randrange(len(sets))]


def fitting_outfit(garments: Sequence[str]) -> str | None:
    """The kind of outfit that single garments belong to; ``None`` where no outfit has any of them.

    Of several the first in the order of the menu: jeans with a leather jacket are casual.
    """

    def shared(kind: Outfit) -> int:
        return max(len({*garments} & {*names}) for names in kind.garments + kind.feminine)

    best = max(OUTFIT_KINDS.values(), key=shared)
    return best.id if shared(best) else None


OUTFIT_KINDS = by_id(
    Outfit(
        id="casual",
        title="Casual",
        title_zh="休闲",
        description="Shirt and trousers for every day",
        description_zh="日常的衬衫和裤子",
        words_en=("casual", "t-shirt", "tshirt", "jeans", "hoodie", "sweater", "everyday"),
        words_zh=("休闲", "T恤", "T恤衫", "牛仔", "牛仔裤", "卫衣", "日常"),
        garments=(
            ("t_shirt", "jeans", "sneakers"),
            ("long_sleeve", "jeans", "sneakers"),
            ("sweater", "jeans", "boots"),
            ("hoodie", "jeans", "sneakers"),
            ("polo", "trousers", "belt", "sneakers"),
            ("t_shirt", "shorts", "sneakers"),
        ),
        feminine=(("dress", "pumps"), ("long_sleeve", "skirt", "pumps"), ("tank_top", "jeans", "sandals")),
    ),
    Outfit(
        id="business",
        title="Business",
        title_zh="商务",
        description="A suit or a blouse for the office",
        description_zh="办公室穿的西装或衬衫",
        words_en=("business", "suit", "blazer", "office", "formal", "manager", "banker", "lawyer"),
        words_zh=("商务", "西装", "西服", "西装外套", "正装", "经理", "律师"),
        garments=(("shirt", "trousers", "tie", "blazer", "shoes"), ("shirt", "trousers", "belt", "shoes")),
        feminine=(("blouse", "trousers", "belt", "blazer", "pumps"), ("blouse", "skirt", "pumps")),
        precedence=1,
    ),
    Outfit(
        id="medical",
        title="Medical",
        title_zh="医护",
        description="Scrubs or a white coat",
        description_zh="手术服或白大褂",
        words_en=("medical", "doctor", "nurse", "scrubs", "surgeon", "hospital", "lab coat"),
        words_zh=("医生", "护士", "护士服", "手术服", "医疗", "医护", "白大褂"),
        garments=(("scrubs_trousers", "scrubs_top", "sneakers"), ("shirt", "trousers", "lab_coat", "shoes")),
        precedence=4,
    ),
    Outfit(
        id="military",
        title="Military",
        title_zh="军装",
        description="A uniform in field colors",
        description_zh="野战颜色的制服",
        words_en=("military", "soldier", "army"),
        words_zh=("军装", "士兵", "军人", "迷彩服", "军队"),
        garments=(("cargo_trousers", "t_shirt", "field_jacket", "boots"),),
        cloths={name: {"fabric": "camouflage"} for name in ("cargo_trousers", "field_jacket")},
        precedence=2,
    ),
    Outfit(
        id="utility",
        title="Utility",
        title_zh="工装",
        description="Work clothes",
        description_zh="工作服",
        words_en=(
            *("utility", "worker", "mechanic", "overalls", "overall", "engineer", "technician"),
            "builder",
        ),
        words_zh=("工人", "工作服", "技工", "工程师", "维修"),
        garments=(("t_shirt", "cargo_trousers", "boots"), ("polo", "cargo_trousers", "belt", "boots")),
        precedence=3,
    ),
)
"""The kinds by their ids."""
