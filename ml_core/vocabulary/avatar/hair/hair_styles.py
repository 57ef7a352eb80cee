"""Hair styles: what each is called in both languages, and how often it is drawn.

How the strands of a style grow is code, in :mod:`ml_core.geometry.hair.styles`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...choices import Choice, by_id


@dataclass(frozen=True, kw_only=True)
class HairStyle(Choice):
    """One hair style.

    Args:
        words_en: phrases that mean it. Of one that ends in "hair", the words before it are adjectives, which may stand
            apart from it. words_zh: the same in Chinese.
        shares: how often it is drawn for a masculine and for a feminine person; 0 for styles that are only chosen.
        has_strands: whether it has a mesh. bares_scalp: whether skin shows where hair would be painted on the scalp.
        is_coiled: whether it is of hair that coils by itself, as that of people with dark skin mostly does.
    """

    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]
    shares: tuple[float, float] = (0.0, 0.0)
    has_strands: bool = True
    bares_scalp: bool = False
    is_coiled: bool = False


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
        bares_scalp=True,
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
        words_en=(
            "buzz cut",
            "buzzcut",
            "buzz",
            "crew cut",
            "stubble hair",
            "shaved hair",
            "cropped hair",
        ),
        words_zh=(
            "寸头",
            "板寸",
            "平头",
            "圆寸",
        ),
        shares=(0.13, 0.01),
    ),
    HairStyle(
        id="receding",
        title="Receding",
        title_zh="后退发际线",
        description="Thin over the forehead and on the crown",
        description_zh="前额和头顶稀疏",
        words_en=(
            "receding hair",
            "receding hairline",
            "thinning hair",
            "balding",
            "thin hair",
            "half bald",
        ),
        words_zh=(
            "发际线后移",
            "秃顶头发",
            "谢顶",
            "头发稀疏",
            "地中海",
        ),
        bares_scalp=True,
        shares=(0.06, 0.0),
    ),
    HairStyle(
        id="short_crop",
        title="Short Crop",
        title_zh="短发",
        description="Short sides, swept forward on top",
        description_zh="两侧短,顶部向前梳",
        words_en=(
            "short hair",
            "short crop",
            "textured crop",
            "french crop",
        ),
        words_zh=(
            "短发",
            "短头发",
            "碎发",
        ),
        shares=(0.175, 0.04),
    ),
    HairStyle(
        id="spiky",
        title="Spiky",
        title_zh="刺猬头",
        description="Stands up in tufts",
        description_zh="一簇簇竖起",
        words_en=(
            "spiky hair",
            "spikes",
            "spiked hair",
        ),
        words_zh=(
            "刺猬头",
            "竖起的头发",
            "刺头",
        ),
        shares=(0.05, 0.01),
    ),
    HairStyle(
        id="pixie",
        title="Pixie",
        title_zh="精灵短发",
        description="Soft short layers, swept over the forehead",
        description_zh="柔软的短层次,斜过前额",
        words_en=(
            "pixie cut",
            "pixie",
        ),
        words_zh=(
            "精灵短发",
            "精灵头",
        ),
        shares=(0.01, 0.06),
    ),
    HairStyle(
        id="bowl",
        title="Bowl Cut",
        title_zh="锅盖头",
        description="Straight down all around, with an even fringe",
        description_zh="四周直下,齐刘海",
        words_en=(
            "bowl cut",
            "bowl haircut",
            "mushroom cut",
        ),
        words_zh=(
            "锅盖头",
            "蘑菇头",
            "西瓜头",
        ),
        shares=(0.02, 0.01),
    ),
    HairStyle(
        id="combed_back",
        title="Combed Back",
        title_zh="大背头",
        description="From the forehead over the head to the nape",
        description_zh="从前额梳到后颈",
        words_en=(
            "combed back hair",
            "slicked back hair",
            "slicked hair",
            "swept back hair",
            "slick back",
            "hair combed back",
        ),
        words_zh=(
            "大背头",
            "背头",
            "油头",
            "后梳头发",
        ),
        shares=(0.09, 0.01),
    ),
    HairStyle(
        id="quiff",
        title="Quiff",
        title_zh="飞机头",
        description="Up and back over the forehead, short at the sides",
        description_zh="前额向上向后,两侧短",
        words_en=(
            "quiff",
            "pompadour",
        ),
        words_zh=(
            "飞机头",
            "蓬巴杜",
        ),
        shares=(0.08, 0.01),
    ),
    HairStyle(
        id="undercut",
        title="Undercut",
        title_zh="铲青",
        description="Shaved sides, long on top and swept over",
        description_zh="两侧剃短,顶部长发侧梳",
        words_en=(
            "undercut",
            "shaved sides",
            "hair with shaved sides",
        ),
        words_zh=(
            "铲青",
            "两边剃短",
            "两边铲短",
            "两侧剃短",
            "底切",
        ),
        shares=(0.06, 0.02),
    ),
    HairStyle(
        id="mohawk",
        title="Mohawk",
        title_zh="莫霍克",
        description="A crest from the forehead to the nape",
        description_zh="从前额到后颈的发冠",
        words_en=(
            "mohawk",
            "mohican",
            "faux hawk",
        ),
        words_zh=(
            "莫霍克",
            "莫西干",
            "鸡冠头",
        ),
        shares=(0.005, 0.005),
    ),
    HairStyle(
        id="side_part",
        title="Side Part",
        title_zh="偏分",
        description="Parted over one eye and combed across",
        description_zh="在一侧眼睛上方分缝,横向梳",
        words_en=(
            "side part",
            "side parting",
            "side-parted",
            "parted hair",
            "comb-over",
        ),
        words_zh=(
            "偏分",
            "侧分",
            "三七分",
            "分头",
        ),
        shares=(0.16, 0.02),
    ),
    HairStyle(
        id="curly_short",
        title="Short Curls",
        title_zh="短卷发",
        description="Loose curls on top, closer at the sides",
        description_zh="顶部松散的卷,两侧较短",
        words_en=(
            "short curly hair",
            "curly hair",
            "curls",
        ),
        words_zh=(
            "短卷发",
            "卷发",
        ),
        shares=(0.06, 0.04),
    ),
    HairStyle(
        id="coily_short",
        title="Short Coils",
        title_zh="短小卷",
        description="Tight coils close to the head",
        description_zh="贴头的紧密小卷",
        words_en=(
            "coily hair",
            "short afro",
            "coils",
            "kinky hair",
        ),
        words_zh=(
            "小卷发",
            "短小卷",
            "紧密小卷",
        ),
        is_coiled=True,
        shares=(0.025, 0.02),
    ),
    HairStyle(
        id="afro",
        title="Afro",
        title_zh="爆炸头",
        description="A ball of tight curls",
        description_zh="一团紧密的小卷",
        words_en=(
            "afro",
            "frizzy hair",
            "big afro",
        ),
        words_zh=(
            "爆炸头",
            "非洲头",
        ),
        is_coiled=True,
        shares=(0.01, 0.03),
    ),
    HairStyle(
        id="bob",
        title="Bob",
        title_zh="波波头",
        description="Falls to the chin",
        description_zh="长及下巴",
        words_en=(
            "bob",
            "bobbed hair",
            "chin-length hair",
        ),
        words_zh=(
            "波波头",
            "齐耳短发",
        ),
        shares=(0.005, 0.07),
    ),
    HairStyle(
        id="bob_bangs",
        title="Bob with Bangs",
        title_zh="齐刘海波波头",
        description="Falls to the chin, with a fringe over the brows",
        description_zh="长及下巴,有齐刘海",
        words_en=(
            "bob with bangs",
            "bob with a fringe",
            "bangs",
            "fringe",
        ),
        words_zh=(
            "齐刘海波波头",
            "学生头",
            "刘海",
            "齐刘海",
        ),
        shares=(0.0, 0.06),
    ),
    HairStyle(
        id="lob",
        title="Shoulder Length",
        title_zh="齐肩发",
        description="Falls to the shoulders, a little wavy",
        description_zh="长及肩,略带波浪",
        words_en=(
            "shoulder-length hair",
            "shoulder length hair",
            "medium hair",
            "lob",
            "medium-length hair",
        ),
        words_zh=(
            "齐肩发",
            "中发",
            "中长发",
        ),
        shares=(0.005, 0.08),
    ),
    HairStyle(
        id="long_straight",
        title="Long Straight",
        title_zh="长直发",
        description="Parted in the middle, falls over the shoulders",
        description_zh="中分,披在肩上",
        words_en=(
            "long hair",
            "straight hair",
            "long straight hair",
        ),
        words_zh=(
            "长发",
            "长头发",
            "长直发",
            "直发",
            "披肩发",
            "长长发",
        ),
        shares=(0.01, 0.08),
    ),
    HairStyle(
        id="long_bangs",
        title="Long with Bangs",
        title_zh="齐刘海长发",
        description="Falls over the shoulders, with a fringe over the brows",
        description_zh="披在肩上,有齐刘海",
        words_en=(
            "long hair with bangs",
            "long hair with a fringe",
            "hime cut",
        ),
        words_zh=(
            "齐刘海长发",
            "公主切",
        ),
        shares=(0.0, 0.05),
    ),
    HairStyle(
        id="long_wavy",
        title="Long Wavy",
        title_zh="长波浪发",
        description="Falls over the shoulders in waves",
        description_zh="呈波浪披在肩上",
        words_en=(
            "wavy hair",
            "long wavy hair",
            "waves",
        ),
        words_zh=(
            "波浪发",
            "大波浪",
            "波浪",
            "长波浪发",
        ),
        shares=(0.005, 0.085),
    ),
    HairStyle(
        id="long_curly",
        title="Long Curls",
        title_zh="长卷发",
        description="Falls over the shoulders in curls",
        description_zh="呈卷披在肩上",
        words_en=(
            "long curly hair",
            "long curls",
            "ringlets",
        ),
        words_zh=(
            "长卷发",
            "卷长发",
        ),
        shares=(0.0, 0.05),
    ),
    HairStyle(
        id="dreadlocks",
        title="Dreadlocks",
        title_zh="脏辫",
        description="Ropes of hair to the shoulders",
        description_zh="垂到肩的发绳",
        words_en=(
            "dreadlocks",
            "dreads",
            "locs",
        ),
        words_zh=(
            "脏辫",
            "雷鬼辫",
        ),
        is_coiled=True,
        shares=(0.01, 0.01),
    ),
    HairStyle(
        id="ponytail",
        title="Ponytail",
        title_zh="马尾",
        description="Tied at the back of the head",
        description_zh="扎在脑后",
        words_en=(
            "ponytail",
            "pony tail",
        ),
        words_zh=(
            "马尾辫",
            "马尾",
        ),
        shares=(0.005, 0.06),
    ),
    HairStyle(
        id="high_ponytail",
        title="High Ponytail",
        title_zh="高马尾",
        description="Tied high at the back of the head",
        description_zh="高高扎在脑后",
        words_en=(
            "high ponytail",
            "high pony",
        ),
        words_zh=("高马尾",),
        shares=(0.0, 0.03),
    ),
    HairStyle(
        id="low_ponytail",
        title="Low Ponytail",
        title_zh="低马尾",
        description="Tied at the nape",
        description_zh="扎在后颈",
        words_en=(
            "low ponytail",
            "low pony",
        ),
        words_zh=("低马尾",),
        shares=(0.01, 0.02),
    ),
    HairStyle(
        id="pigtails",
        title="Pigtails",
        title_zh="双马尾",
        description="Tied at both sides",
        description_zh="扎在两侧",
        words_en=(
            "pigtails",
            "pigtail",
            "bunches",
            "twin tails",
            "twintails",
        ),
        words_zh=("双马尾",),
        shares=(0.0, 0.01),
    ),
    HairStyle(
        id="bun",
        title="Bun",
        title_zh="发髻",
        description="Wound to a knot at the back of the head",
        description_zh="在脑后盘成一团",
        words_en=(
            "bun",
            "updo",
            "chignon",
        ),
        words_zh=(
            "发髻",
            "盘发",
            "发包",
        ),
        shares=(0.005, 0.03),
    ),
    HairStyle(
        id="low_bun",
        title="Low Bun",
        title_zh="低发髻",
        description="Wound to a knot at the nape",
        description_zh="在后颈盘成一团",
        words_en=("low bun",),
        words_zh=(
            "低发髻",
            "低丸子头",
        ),
        shares=(0.0, 0.02),
    ),
    HairStyle(
        id="top_knot",
        title="Top Knot",
        title_zh="丸子头",
        description="Wound to a knot on top of the head",
        description_zh="在头顶盘成一团",
        words_en=(
            "topknot",
            "top knot",
            "man bun",
            "high bun",
        ),
        words_zh=(
            "丸子头",
            "道士头",
        ),
        shares=(0.01, 0.02),
    ),
    HairStyle(
        id="space_buns",
        title="Space Buns",
        title_zh="双丸子头",
        description="A knot at either side of the top",
        description_zh="头顶两侧各盘一团",
        words_en=(
            "space buns",
            "double buns",
            "two buns",
        ),
        words_zh=(
            "双丸子头",
            "哪吒头",
        ),
        shares=(0.0, 0.005),
    ),
    HairStyle(
        id="braid",
        title="Braid",
        title_zh="辫子",
        description="One braid from the nape",
        description_zh="后颈的一条辫子",
        words_en=(
            "braid",
            "braided hair",
            "plait",
        ),
        words_zh=(
            "辫子",
            "麻花辫",
            "编发",
        ),
        shares=(0.0, 0.02),
    ),
    HairStyle(
        id="twin_braids",
        title="Twin Braids",
        title_zh="双麻花辫",
        description="A braid at either side",
        description_zh="两侧各一条辫子",
        words_en=(
            "braids",
            "two braids",
            "twin braids",
            "plaits",
        ),
        words_zh=(
            "双麻花辫",
            "双辫子",
            "两条辫子",
        ),
        shares=(0.0, 0.015),
    ),
)
"""The styles by their ids, in the order of the menu."""

DEFAULT_HAIR_STYLE = "short_crop"
