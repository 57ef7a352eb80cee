"""The Motion panel, in simplified Chinese, by its English."""

from __future__ import annotations

from ml_core.vocabulary.motion.motions import MOTIONS

MOTION_ERRORS: dict[str, str] = {
    "install Atelier again or run scripts/data/compile_motions.py": "请重新安装 Atelier，或运行 scripts/data/compile_motions.py",
    "{count} steps; give 1 to {most}": "{count} 步；请给出 1 到 {most} 步",
    "{file}: not found; make it with scripts/data/compile_motions.py": "{file}：未找到；请用 scripts/data/compile_motions.py 生成",
    "{motion!r} is not a motion; choose one of {motions}": "{motion} 不是动作；请从 {motions} 中选择",
    "{motion}: cannot go to the point {point}": "{motion}：无法走到位置 {point}",
    "{motion}: give an object or a point, not both": "{motion}：请给出物体或位置，不要两者都给",
    "{motion}: takes no target; {motions} do": "{motion}：不能有目标；{motions} 可以",
    "{motion}: {times} times; give 1 to {most}": "{motion}：{times} 次；请给出 1 到 {most}",
    "{name}: does not stand upright; clear its rotation first": "{name}：没有直立；请先清除其旋转",
    "{name}: has no level surface at the height of a seat; choose something to sit on": "{name}：在座位高度上没有水平面；请选择可以坐的东西",
    "{step}: the plan is longer than {seconds} s; give fewer steps": "{step}：计划超过 {seconds} 秒；请减少步骤",
    "{step}: the scene has no object {target!r}": "{step}：场景中没有物体 {target}",
    "{step}: there is no way; move what stands in it": "{step}：没有路可走；请移开挡路的东西",
    "{step}: there is nothing to sit on; write {motion}:OBJECT": "{step}：没有可坐的东西；请写 {motion}:物体",
    "{text!r} is not a step; write MOTION, MOTION:OBJECT, MOTION:X,Y or MOTION*TIMES": "{text} 不是步骤；请写 动作、动作:物体、动作:X,Y 或 动作*次数",
}  # fmt: skip

MOTION: dict[str, str] = {
    **{entry.title: entry.title_zh for entry in MOTIONS.values()},
    "0 plays the motion as it is; every other number another way of doing it, for crowds out of step": "0 按原样播放动作；其他数字各是一种不同的做法，使人群动作不整齐划一",
    "Variation": "变化",
    "Act Plan": "执行计划",
    "Add a motion to the active avatar as an action on a track of its own, with its feet on the ground": "为活动虚拟形象添加一个动作，放在单独的轨道上，双脚踩在地面上",
    "Blend": "混合",
    "First frame; the current one when not given": "首帧；未给出时为当前帧",
    "Frames over which the motion comes in and goes out": "动作淡入和淡出所用的帧数",
    "How often a motion that loops is played": "循环动作播放的次数",
    "Let the active avatar act a plan, such as: wave; walk:Chair; sit. Each step becomes an action, on one track": "让活动虚拟形象执行一个计划，例如：wave; walk:Chair; sit。每一步烘焙为一个动作，放在同一轨道上",
    "Let the active avatar walk to an object, round what stands in the way": "让活动虚拟形象绕开障碍走到一个物体旁",
    "Motion": "运动",
    "Plan": "计划",
    "Play Motion": "播放动作",
    "Repeats": "重复次数",
    "Root Motion": "根运动",
    "Sit There": "坐在那里",
    "Start": "起始",
    "Steps separated by semicolons, such as: wave; walk:Chair; sit": "以分号分隔的步骤，例如：wave; walk:Chair; sit",
    "The avatar moves over the floor and turns where the motion does, in place of walking on the spot": "动作移动或转身时，虚拟形象随之在地面上移动和转身，而不是原地踏步",
    "The avatar sits down on the object that it walks to": "虚拟形象坐到它走向的物体上",
    "The object that the avatar walks to": "虚拟形象走向的物体",
    "Walk There": "走过去",
    "Walk To": "走向",
    "What the avatar does": "虚拟形象做什么",
    "wave; walk:Chair; sit": "wave; walk:椅子; sit",
    "{name} acts {number} steps.": "{name} 执行了 {number} 步。",
    "{name} plays {motion}.": "{name} 正在播放 {motion}。",
}  # fmt: skip
