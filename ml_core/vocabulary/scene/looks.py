"""The looks that a scene can be lit by, for the panel, for scripts and for sentences.

The lights of each look are defined in the code that lights scenes, the words for it, in both languages, in ``words/``.
"""

from __future__ import annotations

from ..choices import Choice, by_id

LOOKS = by_id(
    Choice(
        id="studio",
        title="Studio",
        title_zh="影棚",
        description="A large soft key light, a fill and a light from behind, before an even gray",
        description_zh="大面积柔和的主光、补光和背光,均匀的灰色背景",
    ),
    Choice(
        id="noon",
        title="Noon",
        title_zh="正午",
        description="A high sun in a clear blue sky",
        description_zh="晴朗蓝天中的高悬太阳",
    ),
    Choice(
        id="dusk",
        title="Dusk",
        title_zh="黄昏",
        description="A low warm sun, long shadows and a sky that is still blue",
        description_zh="低垂的暖色太阳、长长的影子和仍然泛蓝的天空",
    ),
    Choice(
        id="overcast",
        title="Overcast",
        title_zh="阴天",
        description="A gray sky, brightest overhead, and hardly a shadow",
        description_zh="灰色的天空,头顶最亮,几乎没有影子",
    ),
    Choice(
        id="night_street",
        title="Night Street",
        title_zh="夜晚街道",
        description="Street lamps in a dark blue night: at those of the scene, else in a row of its own length",
        description_zh="深蓝夜色中的路灯:位于场景里的路灯处,没有则沿场景的长度排成一列",
    ),
    Choice(
        id="cozy_interior",
        title="Cozy Interior",
        title_zh="温馨室内",
        description="Warm light from the lamps of the room, else from its corners, with the evening outside",
        description_zh="来自房间灯具的暖光,没有灯具则来自角落,窗外是傍晚",
    ),
    Choice(
        id="night",
        title="Night",
        title_zh="夜晚",
        description="Moonlight and a trace of warm light",
        description_zh="月光和一点暖光",
    ),
    Choice(
        id="three_point",
        title="Three-Point",
        title_zh="三点布光",
        description="Key, fill and rim light before a dark background",
        description_zh="深色背景前的主光、补光和轮廓光",
    ),
    Choice(
        id="soft",
        title="Soft",
        title_zh="柔光",
        description="Wide lights on both sides, with shadows that are barely seen",
        description_zh="两侧大面积的光,影子几乎看不见",
    ),
    Choice(
        id="dramatic",
        title="Dramatic",
        title_zh="戏剧性",
        description="One hard light from the side, and darkness",
        description_zh="一束来自侧面的硬光,其余是黑暗",
    ),
    Choice(
        id="bright",
        title="Bright",
        title_zh="明亮",
        description="Everything well lit, before white",
        description_zh="一切都照得明亮,白色背景",
    ),
)
DEFAULT_LOOK = "studio"
