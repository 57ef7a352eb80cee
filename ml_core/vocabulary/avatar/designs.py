"""Motifs of tattoos, prints and face paint: what each is called in both languages.

How they are drawn is code, in :mod:`ml_core.inference.textures.designs`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class Design(Choice):
    """One motif. ``words_en`` and ``words_zh`` are phrases that mean it."""

    words_en: tuple[str, ...] = ()
    words_zh: tuple[str, ...] = ()


def _design(key: str, title: str, title_zh: str, words_en: tuple[str, ...], words_zh: tuple[str, ...]) -> Design:
    return Design(
        id=key,
        title=title,
        title_zh=title_zh,
        description="",
        description_zh="",
        words_en=words_en,
        words_zh=words_zh,
    )


DESIGNS = by_id(
    _design("disc", "Disc", "圆片", (), ()),
    _design("anchor", "Ship Anchor", "船锚", ("anchor", "anchors"), ("船锚", "锚")),
    _design("heart", "Heart", "心形", ("heart", "hearts", "heart-shaped"), ("心形", "爱心", "桃心", "心")),
    _design("lightning", "Lightning", "闪电", ("lightning", "lightning bolt", "thunderbolt"), ("闪电",)),
    _design("mandala", "Mandala", "曼陀罗", ("mandala", "mandalas", "geometric"), ("曼陀罗", "几何", "图案")),
    _design("moon", "Moon", "月亮", ("moon", "crescent", "crescent moon"), ("月亮", "弯月", "月牙")),
    _design("rose", "Rose", "玫瑰", ("rose", "roses", "flower", "flowers", "floral"), ("玫瑰", "玫瑰花", "花朵", "花")),
    _design("skull", "Skull", "骷髅", ("skull", "skulls"), ("骷髅", "骷髅头")),
    _design("star", "Star", "星星", ("star", "stars", "nautical star"), ("星星", "五角星", "星")),
    _design("sun", "Sun", "太阳", ("sun", "suns"), ("太阳",)),
    _design("tribal", "Tribal", "部落图腾", ("tribal", "maori", "polynesian"), ("部落图腾", "部落", "图腾")),
)
"""By id, as stored in layers; layers of earlier versions have none and show a disc."""
DEFAULT_DESIGNS = {"tattoo": "tribal", "face_paint": "disc", "print": "star"}
"""What a new layer of a kind shows, as long as no image is opened."""
