"""What the panels say of one another in the window, in simplified Chinese, by its English."""

from __future__ import annotations

WINDOW: dict[str, str] = {
    "Clear Choices": "清除选择",
    "Location": "位置",
    "Named in the description, so not taken from the sliders: {traits}": "描述中已提到，因此不取自滑块：{traits}",
    "No avatar is edited live.": "没有正在实时编辑的虚拟形象。",
    "Sliders": "滑块",
    "Sliders of {name}, edited live": "正在实时编辑，滑块属于 {name}",
    "Stop Live Edit": "停止实时编辑",
    "Stop the live edit; the panel shows again what it showed before": "停止实时编辑；面板恢复到之前的内容",
    "Switch these traits off, so that they are left to the description and the seed": "关闭这些特征，交给描述和种子决定",
    "Take what is not given from the Avatar section, as the button does": "未给出的内容取自“虚拟形象”栏，与按钮一致",
    "Taken from the sliders: {traits}": "取自滑块：{traits}",
    "Traits as JSON that fill in what neither the description nor the traits name": "JSON 形式的特征，补充描述和特征都没有提到的内容",
    "Use Panel": "使用面板",
    "Where the avatar stands; when it is not given, at the 3D cursor or beside what stands there": "虚拟形象站立的位置；未给出时在 3D 游标处，若被占用则在旁边",
    "Which ones, with blanks between; all when empty": "哪些特征，以空格分隔；留空为全部",
}
