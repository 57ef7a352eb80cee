"""Parts of the hair that may have a color of their own: what each is called in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from ...choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class HairZone(Choice):
    """One part of the hair.

    Args:
        words_en, words_zh: nouns that mean it behind the name of a color, as in "blond tips".
    """

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]


HAIR_ZONES = by_id(
    HairZone(
        id="tips",
        title="Tips",
        title_zh="发梢",
        description="The lower half of each strand, more and more toward its end",
        description_zh="每缕头发的下半段,越靠近末端越明显",
        words_en=("tips", "hair tips", "ends", "tips of the hair"),
        words_zh=("发梢", "发尾"),
    ),
    HairZone(
        id="temples",
        title="Temples",
        title_zh="鬓角",
        description="Most strands that grow beside the eyes and before the ears",
        description_zh="眼睛两侧和耳前的大部分头发",
        words_en=("temples", "hair at the temples"),
        words_zh=("鬓角", "两鬓", "鬓发"),
    ),
)
"""All of them by their ids."""
