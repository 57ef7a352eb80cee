"""Avatars from photos, in Chinese."""

from __future__ import annotations

PHOTO = {
    "Add an avatar with the face of a photo. The picture is read on this machine, and neither stored nor sent": "用照片中的面孔添加一个虚拟形象。照片只在本机读取,不会被保存或发送",
    "Avatar from Photo": "由照片生成虚拟形象",
    "From a Photo": "由照片生成",
    "Photo": "照片",
    "A face from the front": "正面的面孔",
    "As in the Photo": "与照片相同",
    "What the photo shows, as far as it can be seen": "照片所显示的样子,以能看到的为准",
    "Age of the person in years, which a photo does not say; people under 18 stay dressed": "此人的年龄(岁),照片无法说明;未满 18 岁者始终着装",
    "How the hair is worn": "发型",
    "What grows on lip and chin": "唇部和下巴的胡须",
    "Glasses": "眼镜",
    "Put glasses on the avatar": "给虚拟形象戴上眼镜",
    "Draws what the photo does not show, such as the clothes": "随机决定照片中没有的部分,例如服装",
    "Loading the face networks": "正在加载面部网络",
    "Reading the photo": "正在读取照片",
    "Skin from a Photo": "照片皮肤",
    "The skin of the head as it was read from a photo": "从照片读取的头部皮肤",
    "{name} is in the scene. The photo was not stored.": "{name} 已在场景中。照片没有被保存。",
    "I Agree": "我同意",
    "Say once that you use only pictures that you may use, of people who agree to it": "声明一次:您只使用有权使用的、当事人同意的照片",
    "Photos with Consent": "经同意的照片",
    "I use only photos that I may use, of people who agree to an avatar of their face": "我只使用有权使用的照片,且当事人同意以其面孔生成虚拟形象",
    "I use only photos that I may use, of people who agree. Photos are not stored.": "我只使用有权使用的照片,且当事人同意。照片不会被保存。",
}

PHOTO_ERRORS = {
    "Choose a photo of a face.": "请选择一张面部照片。",
    "photos: give 1 to {most} pictures of one person, not {count}": "photos：请给出同一个人的 1 到 {most} 张照片，而不是 {count} 张",
    "{name}: no face found; choose a photo of one person from the front, well lit and not covered": "{name}：没有找到面孔；请选择一个人的正面照片，光线充足、无遮挡",
    "{name}: {count} faces; cut the photo to one of them": "{name}：有 {count} 张面孔；请把照片裁剪到其中一张",
    "{name}: the face is too small, {pixels:.0f} pixels between the eyes; at least {least:.0f} are needed": "{name}：面孔太小，两眼间距仅 {pixels} 像素；至少需要 {least} 像素",
    "{name}: the face is turned away by {degrees:.0f} degrees; begin with a photo from the front": "{name}：面孔偏转了 {degrees} 度；请先给出一张正面照片",
    "{name}: this is drawn or rendered without detail, not a photo; choose a photo": "{name}：这是绘画或没有细节的渲染图，不是照片；请选择照片",
    "{name}: this is not a human face as it can be fitted; choose another photo": "{name}：这不是可以拟合的人脸；请换一张照片",
    "{name}: the eyes are covered; choose a photo without dark glasses": "{name}：眼睛被遮住了；请选择没有戴墨镜的照片",
    "too little skin of the face is seen; choose a photo in which nothing covers it": "看到的面部皮肤太少；请选择面部无遮挡的照片",
    "{file}: is missing or damaged; make it with {command}": "{file}：缺失或损坏；请用 {command} 生成",
    "{file}: has the operator {kind}, which cannot be converted": "{file}：含有无法转换的算子 {kind}",
}
