"""Light and previews, in simplified Chinese, by their English."""

from __future__ import annotations

from ml_core.vocabulary.choices import translations
from ml_core.vocabulary.scene.looks import LOOKS

LIGHTING: dict[str, str] = {
    **translations(LOOKS),
    "Light and Look": "灯光与风格",
    "Look": "风格",
    "World, lights and exposure": "世界、灯光和曝光",
    "Light Scene": "为场景布光",
    "Light the scene by a look that fits its size; your own lights and world stay in the file": "按与场景大小相配的风格布光;你自己的灯光和世界留在文件中",
    "Light by Picture": "按图片布光",
    "Light the scene as a panorama (HDR, EXR) or a photo is lit: from where its sun stands, in the color of its sky": "按全景图(HDR、EXR)或照片的光来照亮场景:采用其太阳的方向和天空的颜色",
    "Picture": "图片",
    "A panorama or a photo": "全景图或照片",
    "Remove Look": "移除风格",
    "Take the look off: the world, exposure and view transform from before it come back": "移除风格:之前的世界、曝光和视图变换会恢复",
    "The scene is lit by no look.": "场景没有使用任何风格。",
    "The scene is lit: {look}.": "场景已布光:{look}。",
    "The scene is lit: {look}. Your own lights shine too: {names}.": "场景已布光:{look}。你自己的灯光也亮着:{names}。",
    "The direction of the light is a coarse estimate: a photo shows a part of the sky at most.": "光的方向只是粗略估计:照片最多只拍到天空的一部分。",
    "Preview Pictures": "预览图片",
    "Render a turntable of each avatar and asset, and a contact sheet of all, into a folder of their own": "为每个虚拟形象和资产渲染转台动画,并把全部渲染成一张索引图,写入单独的文件夹",
    "Where the pictures go; empty for previews/ beside the blend file": "图片写到哪里;留空则为 blend 文件旁的 previews/",
    "Size": "尺寸",
    "Pixels of a picture (square)": "图片的像素(正方形)",
    "Turntable Pictures": "转台张数",
    "Pictures of a turntable; 1 renders stills only": "转台动画的图片数;1 只渲染静态图",
    "Samples": "采样",
    "Of a pixel": "每个像素",
    "Set Up VR": "设置 VR",
    "Set landmarks at avatars and cameras, in meters, for Blender's add-on VR Scene Inspection, which is turned on": "为 Blender 的插件 VR Scene Inspection(会被启用)在虚拟形象和相机处设置以米为单位的地标",
    "{number} landmarks are set; start the session in the VR tab.": "已设置 {number} 个地标;请在 VR 选项卡中开始会话。",
    "Rendering previews": "正在渲染预览",
    "{number} previews are in {folder}.": "{number} 个预览已写入 {folder}。",
}

LIGHTING_ERRORS: dict[str, str] = {
    "This Blender was built without VR; use a build from blender.org.": "这个 Blender 的构建不含 VR；请使用 blender.org 的构建。",
    "The add-on VR Scene Inspection is missing; install it from Blender's extensions.": "缺少插件 VR Scene Inspection；请从 Blender 的扩展中安装。",
    "{look}: no such look; choose one of {looks}": "{look}：没有这种风格；请选择 {looks} 之一",
    "the scene is linked from another file; make it local first": "场景是从其他文件关联的；请先将其本地化",
    "{path}: the picture holds no light": "{path}：图片中没有光",
    "{path}: cannot be read as a picture; give a Radiance HDR or OpenEXR file": "{path}：无法作为图片读取；请给出 Radiance HDR 或 OpenEXR 文件",
    "there is no avatar and no asset; create an avatar, or label objects and apply the labels": "没有虚拟形象，也没有资产；请创建虚拟形象，或标注物体并应用标签",
    "{number} assets are too many for previews; most are {most}": "{number} 个资产太多，无法预览；最多 {most} 个",
}
