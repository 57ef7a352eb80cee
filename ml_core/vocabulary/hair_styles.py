"""Hair styles: what each is called in both languages, and how often it is drawn.

How the strands of a style grow is code, in :mod:`ml_core.geometry.hair.styles`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class HairStyle(Choice):
    """One hair style.

    Args:
        words_en: phrases that mean it. Of one that ends in "hair", the words before it are adjectives, which may stand
            apart from it. words_zh: the same in Chinese.
        shares: how often it is drawn for a masculine and for a feminine person; 0 for styles that are only chosen.
        has_strands: whether it has a mesh.
    """

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]
    shares: tuple[float, float] = (0.0, 0.0)
    has_strands: bool = True


# The shares are a choice of ours, not a measurement.
HAIR_STYLES = by_id(
    HairStyle(
        id="none",
        title="Bald",
        title_zh="光头",
        description="No hair at all",
        description_zh="没有头发",
        words_en=(
            *("bald", "bald head", "shaved head", "shaven head", "hairless", "no hair", "without hair"),
            "without any hair",
        ),
        words_zh=("光头", "秃头", "秃顶", "没有头发"),
        has_strands=False,
    ),
    HairStyle(
        id="painted",
        title="Painted",
        title_zh="仅绘制",
        description="Painted on the scalp, without a mesh",
        description_zh="画在头皮上，没有网格",
        words_en=("painted hair",),
        words_zh=("画的头发",),
        has_strands=False,
    ),
    HairStyle(
        id="buzz",
        title="Buzz Cut",
        title_zh="寸头",
        description="A few millimeters all over",
        description_zh="全头只留几毫米",
        words_en=("buzz cut", "buzzcut", "buzz", "crew cut", "stubble hair", "shaved hair", "cropped hair"),
        words_zh=("寸头", "板寸", "平头", "圆寸"),
        shares=(0.20, 0.01),
    ),
    HairStyle(
        id="short_crop",
        title="Short Crop",
        title_zh="短发",
        description="Short sides, swept forward on top",
        description_zh="两侧短,顶部向前梳",
        words_en=("short hair", "pixie cut", "pixie", "short crop", "spiky hair"),
        words_zh=("短发", "短头发", "碎发"),
        shares=(0.40, 0.06),
    ),
    HairStyle(
        id="side_part",
        title="Side Part",
        title_zh="偏分",
        description="Parted over one eye and combed back",
        description_zh="在一侧眼睛上方分缝,向后梳",
        words_en=("side part", "side parting", "side-parted", "parted hair", "comb-over", "slicked hair"),
        words_zh=("偏分", "侧分", "三七分", "分头", "油头"),
        shares=(0.28, 0.02),
    ),
    HairStyle(
        id="bob",
        title="Bob",
        title_zh="波波头",
        description="Falls to the chin",
        description_zh="长及下巴",
        words_en=("bob", "bobbed hair", "chin-length hair", "shoulder-length hair", "medium hair"),
        words_zh=("波波头", "齐耳短发", "学生头", "中发", "齐肩发"),
        shares=(0.01, 0.22),
    ),
    HairStyle(
        id="long_straight",
        title="Long Straight",
        title_zh="长直发",
        description="Parted in the middle, falls over the shoulders",
        description_zh="中分,披在肩上",
        words_en=("long hair", "straight hair", "long straight hair"),
        words_zh=("长发", "长头发", "长直发", "直发", "披肩发", "长长发"),
        shares=(0.02, 0.23),
    ),
    HairStyle(
        id="long_wavy",
        title="Long Wavy",
        title_zh="长卷发",
        description="Falls over the shoulders in waves",
        description_zh="呈波浪披在肩上",
        words_en=("wavy hair", "long wavy hair", "long curly hair", "waves"),
        words_zh=("长卷发", "波浪发", "大波浪", "卷长发", "波浪"),
        shares=(0.01, 0.19),
    ),
    HairStyle(
        id="ponytail",
        title="Ponytail",
        title_zh="马尾",
        description="Tied at the back of the head",
        description_zh="扎在脑后",
        words_en=("ponytail", "pony tail", "pigtail"),
        words_zh=("马尾辫", "马尾"),
        shares=(0.01, 0.14),
    ),
    HairStyle(
        id="bun",
        title="Bun",
        title_zh="发髻",
        description="Wound to a knot at the back of the head",
        description_zh="在脑后盘成一团",
        words_en=("bun", "topknot", "top knot", "updo", "chignon"),
        words_zh=("丸子头", "发髻", "盘发", "发包"),
        shares=(0.01, 0.08),
    ),
    HairStyle(
        id="afro",
        title="Afro",
        title_zh="爆炸头",
        description="A ball of tight curls",
        description_zh="一团紧密的小卷",
        words_en=("afro", "curly hair", "frizzy hair", "kinky hair", "coils", "curls"),
        words_zh=("爆炸头", "非洲头", "卷发"),
        shares=(0.06, 0.05),
    ),
)
"""The styles by their ids, in the order of the menu."""

DEFAULT_HAIR_STYLE = "short_crop"
