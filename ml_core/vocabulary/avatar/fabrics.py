"""Fabrics that garments can be made of, and what each is called in both languages.

How each of them looks is defined in :data:`ml_core.geometry.fabrics.registry.FABRICS`, under the same id.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class FabricKind(Choice):
    """One fabric.

    Args:
        words_en: words for it before a garment, in lower case: "a tweed jacket". words_zh: the same in Chinese, as in
            "皮夹克" and "格子衬衫".
        color: sRGB hex of garments that are made of it where nothing else is said; empty leaves them their own.
        outfit: id of what somebody wears of whom the fabric alone is said: "a man in tweed"; empty where that says
            nothing. A jacket of what makes suits is a blazer.
    """

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]
    color: str = ""
    outfit: str = ""


def _kind(
    name: str, title: str, title_zh: str, english: str, chinese: str, color: str = "", outfit: str = ""
) -> FabricKind:
    """A fabric with its words separated by spaces; "_" stands for a space inside a phrase."""
    return FabricKind(
        id=name,
        title=title,
        title_zh=title_zh,
        description=f"Garment of this fabric: {title}",
        description_zh=f"用这种面料做的衣物：{title_zh}",
        words_en=tuple(word.replace("_", " ") for word in english.split()),
        words_zh=tuple(chinese.split()),
        color=color,
        outfit=outfit,
    )


FABRIC_KINDS = by_id(
    _kind("jersey", "Jersey", "针织布", "jersey", "针织布"),
    _kind("poplin", "Cotton", "棉布", "cotton poplin", "棉 棉布 纯棉 棉质 府绸"),
    _kind("linen", "Linen", "亚麻", "linen", "亚麻 麻布", outfit="business"),
    _kind("canvas", "Canvas", "帆布", "canvas", "帆布"),
    _kind("twill", "Twill", "斜纹布", "twill gabardine", "斜纹 斜纹布"),
    _kind("denim", "Denim", "牛仔布", "denim", "牛仔 牛仔布 丹宁", "#3d5878"),
    _kind("corduroy", "Corduroy", "灯芯绒", "corduroy cord", "灯芯绒", outfit="business"),
    _kind("wool", "Wool", "羊毛", "wool woolen woollen", "羊毛 毛呢 呢子 呢", outfit="business"),
    _kind("tweed", "Tweed", "粗花呢", "tweed", "粗花呢 花呢", "#7a6a50", outfit="business"),
    _kind("herringbone", "Herringbone", "人字呢", "herringbone", "人字呢 人字纹", "#6b665e", outfit="business"),
    _kind("knit", "Knit", "针织", "knit knitted cable-knit", "针织 编织"),
    _kind("rib", "Ribbed Knit", "罗纹", "ribbed", "罗纹"),
    _kind("fleece", "Fleece", "抓绒", "fleece", "抓绒 摇粒绒"),
    _kind("felt", "Felt", "毛毡", "felt", "毛毡"),
    _kind("velvet", "Velvet", "天鹅绒", "velvet velour", "天鹅绒 丝绒", outfit="business"),
    _kind("satin", "Satin", "缎面", "satin silk silken silky", "缎 缎面 丝绸 真丝 绸"),
    _kind("leather", "Leather", "皮革", "leather", "皮 皮革 真皮", "#2a1d16"),
    _kind("suede", "Suede", "麂皮", "suede", "麂皮 绒面革", "#8a6547"),
    _kind("striped", "Striped", "条纹", "striped stripy", "条纹"),
    _kind("pinstripe", "Pinstripe", "细条纹", "pinstripe pinstriped", "细条纹", outfit="business"),
    _kind("checked", "Checked", "格子", "checked checkered plaid gingham tartan", "格子 格纹 方格"),
    _kind("camouflage", "Camouflage", "迷彩", "camouflage camo", "迷彩", "#5f6446", outfit="military"),
)
"""The fabrics by their ids, in the order of the menu."""
