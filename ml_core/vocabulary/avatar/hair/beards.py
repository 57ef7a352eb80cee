"""Beards: what each is called in both languages. How they grow is code, in :mod:`ml_core.geometry.hair.beards`.

Stubble is not a mesh but paint: the layer of that name.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class Beard(Choice):
    """One kind of beard. ``words_en`` and ``words_zh`` are phrases that mean it."""

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]


BEARDS = by_id(
    Beard(
        id="none",
        title="Shaven",
        title_zh="无胡须",
        description="No beard of strands",
        description_zh="没有胡须",
        words_en=("clean-shaven", "clean shaven", "no beard", "without a beard", "beardless"),
        words_zh=("没有胡子", "无须", "胡子刮净"),
    ),
    Beard(
        id="moustache",
        title="Moustache",
        title_zh="八字胡",
        description="On the upper lip alone",
        description_zh="只在上唇",
        words_en=("moustache", "mustache"),
        words_zh=("八字胡", "小胡子", "髭"),
    ),
    Beard(
        id="goatee",
        title="Goatee",
        title_zh="山羊胡",
        description="Around the mouth and on the chin",
        description_zh="嘴周围和下巴",
        words_en=("goatee", "van dyke", "chin beard"),
        words_zh=("山羊胡",),
    ),
    Beard(
        id="short_beard",
        title="Short Beard",
        title_zh="短络腮胡",
        description="Close to cheeks, lip and chin",
        description_zh="贴着脸颊、嘴唇和下巴",
        words_en=("short beard", "trimmed beard", "beard", "bearded"),
        words_zh=("短络腮胡", "胡须", "胡子"),
    ),
    Beard(
        id="full_beard",
        title="Full Beard",
        title_zh="络腮胡",
        description="Thick, a hand's breadth under the chin",
        description_zh="浓密,垂过下巴",
        words_en=("full beard", "long beard", "thick beard", "bushy beard"),
        words_zh=("络腮胡", "大胡子", "长胡子", "浓密的胡子"),
    ),
    Beard(
        id="sideburns",
        title="Sideburns",
        title_zh="鬓角",
        description="Before the ears, down to the jaw",
        description_zh="耳前,到下颌",
        words_en=("sideburns", "mutton chops", "side whiskers"),
        words_zh=("鬓角", "连鬓胡"),
    ),
)
"""The beards by their ids, in the order of the menu."""
